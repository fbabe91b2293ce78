// A server in memory that keeps the fixed live protocol: for trying the browser side by itself.
// It orders steps, checks that they apply, knows each client's last batch, and appends every
// accepted step to a file before anybody hears of it, so that it can be killed and started again.
import { appendFileSync, existsSync, readFileSync } from "node:fs"
import { Node } from "prosemirror-model"
import { Step } from "prosemirror-transform"
import { schema } from "../src/schema"

export interface Entry {
  step: unknown
  client: string
  batch: number
  person: string
}

export type Answer =
  | { type: "steps"; version: number; steps: unknown[]; clients: string[]; batches: number[]; people: string[] }
  | { type: "behind"; version: number }
  | { type: "refused"; batch: number; reason: string }

export class Authority {
  readonly log: Entry[] = []
  readonly first: Node
  doc: Node
  readonly batches = new Map<string, number>()

  constructor(first: unknown, private readonly file: string | null) {
    this.first = schema.nodeFromJSON(first)
    this.doc = this.first
    if (file && existsSync(file))
      for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
        const entries = JSON.parse(line) as Entry[]
        for (const entry of entries) this.take(entry, Step.fromJSON(schema, entry.step))
      }
  }

  get version(): number {
    return this.log.length
  }

  private take(entry: Entry, step: Step): void {
    this.doc = step.apply(this.doc).doc as Node
    this.log.push(entry)
    this.batches.set(entry.client, Math.max(entry.batch, this.batches.get(entry.client) ?? 0))
  }

  since(version: number): Answer {
    const entries = this.log.slice(version)
    return {
      type: "steps", version, steps: entries.map(e => e.step), clients: entries.map(e => e.client),
      batches: entries.map(e => e.batch), people: entries.map(e => e.person),
    }
  }

  /** The answer to its sender; "steps" means accepted (or accepted before). */
  accept(sent: { version: number; steps: unknown[]; client: string; batch: number }, person: string, refuse?: (json: string) => boolean): Answer {
    if ((this.batches.get(sent.client) ?? 0) >= sent.batch) return this.since(sent.version)
    if (sent.version !== this.version) return { type: "behind", version: this.version }
    const json = JSON.stringify(sent.steps)
    if (refuse?.(json)) return { type: "refused", batch: sent.batch, reason: "This is not accepted here." }
    let { doc } = this
    const steps: Step[] = []
    try {
      for (const body of sent.steps) {
        const step = Step.fromJSON(schema, body)
        const result = step.apply(doc)
        if (!result.doc) return { type: "behind", version: this.version }
        doc = result.doc
        steps.push(step)
      }
      doc.check()
    } catch (error) {
      return { type: "refused", batch: sent.batch, reason: String(error) }
    }
    const entries = sent.steps.map(step => ({ step, client: sent.client, batch: sent.batch, person }))
    if (this.file) appendFileSync(this.file, `${JSON.stringify(entries)}\n`)
    const { version } = this
    entries.forEach((entry, at) => this.take(entry, steps[at] as Step))
    return this.since(version)
  }

  /** The document that the log replays to. */
  replay(): Node {
    return this.log.reduce((doc, { step }) => Step.fromJSON(schema, step).apply(doc).doc as Node, this.first)
  }
}
