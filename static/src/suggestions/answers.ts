// What is answered to suggestions: sent once the steps that decided on them are confirmed. Until then
// it is kept on this device, so that a reason that was written is not lost to a dead connection.
import type { Editing } from "../editor/seam"

interface Answer {
  ids: string[]
  verdict: "accepted" | "rejected"
  reason: string
}

const SOON = 250 // ms; the steps are mostly confirmed by then
const AGAIN = 1_500 // ms
const MOST = 200 // answers that are kept

export class Answers {
  private waiting: Answer[]
  private readonly key: string
  private timer = 0

  constructor(private readonly editing: Editing) {
    this.key = `vorlauf-answers-${editing.paper.me.id}-${editing.paper.id}`
    this.waiting = this.kept()
    if (this.waiting.length > 0) this.soon(AGAIN)
    addEventListener("pagehide", () => this.hurry())
  }

  add(answer: Answer): void {
    this.waiting = [...this.waiting, answer].slice(-MOST)
    this.keep()
    this.soon(SOON)
  }

  private kept(): Answer[] {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(this.key) ?? "[]")
      return Array.isArray(found) ? (found as Answer[]) : []
    } catch {
      return []
    }
  }

  private keep(): void {
    try {
      if (this.waiting.length > 0) localStorage.setItem(this.key, JSON.stringify(this.waiting))
      else localStorage.removeItem(this.key)
    } catch {
      // a full or forbidden store: it is sent from memory
    }
  }

  private soon(ms: number): void {
    window.clearTimeout(this.timer)
    this.timer = window.setTimeout(() => void this.send(), ms)
  }

  private post(answer: Answer, more: RequestInit = {}): Promise<{ status: number }> {
    return this.editing.ask(`${this.editing.paper.urls["suggestions"]}/answers`, { method: "POST", body: JSON.stringify(answer), headers: { "Content-Type": "application/json" }, ...more })
  }

  /** The page is left: what waits goes out at once, and stays here in case that it does not arrive. */
  private hurry(): void {
    if (this.editing.unconfirmed()) return
    for (const answer of this.waiting) void this.post(answer, { keepalive: true }).catch(() => undefined)
  }

  private async send(): Promise<void> {
    const [first] = this.waiting
    if (!first) return
    if (!this.editing.unconfirmed()) {
      try {
        const { status } = await this.post(first)
        if (status === 200 || status === 422) {
          this.waiting = this.waiting.slice(1)
          this.keep()
        }
      } catch (error) {
        // Undone meanwhile, or no longer ours to decide; else there is no connection: later.
        if ((error as { why?: unknown }).why === "gone") {
          this.waiting = this.waiting.slice(1)
          this.keep()
        }
      }
    }
    if (this.waiting.length > 0) this.soon(AGAIN)
  }
}
