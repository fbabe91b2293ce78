// The connection to the server: does what link.ts decides, over a WebSocket or plain requests.
import { type Act, type Event, FRESH, type Link, next, type Saved, saved, type Timer } from "./link"
import { ask, Failed, reason, type Urls, withQuery } from "./server"
import { asFrame, type Batch, type Frame, type Message, read } from "./wire"

/** What came of a frame: was the batch under way confirmed, is something missing, do the texts differ? */
export interface Received {
  news: boolean
  landed: boolean
  gap: boolean
  differs: boolean
}

/** The text at this end of the channel. */
export interface Text {
  version(): number
  left(): boolean // are there unconfirmed steps?
  batch(): Promise<Batch | null> // what to send now; kept safe before it is given out
  receive(frame: Frame): Received
  load(): Promise<void> // start again from the server's document; what was unconfirmed is put aside
  refused(batch: number, reason: string): boolean // true: there may be something else to send instead
  message(message: Message): void // presence, comment, paper, hash
  stands(saved: Saved, link: Link): void
}

const JITTER = 0.25 // delays vary by this share, so that not everybody comes back at once
const LONG_WAIT = 25 // s

export class Channel {
  private link: Link = FRESH
  private readonly timers = new Map<Timer, number>()
  private readonly events: Event[] = []
  private socket: WebSocket | null = null
  private polling: AbortController | null = null
  private connection = 0 // counts up; answers of a former connection are ignored
  private busy = false
  private probing = -1 // the connection that a question is about

  constructor(private readonly urls: Urls, private readonly client: string, private readonly text: Text) {
    addEventListener("online", () => this.feed({ type: "woken" }))
    addEventListener("offline", () => this.feed({ type: "doubt" }))
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.feed({ type: "woken" })
    })
  }

  start(): void {
    this.feed({ type: "start" })
  }

  typed(): void {
    this.feed({ type: "typed" })
  }

  signedIn(): void {
    this.feed({ type: "signed-in" })
  }

  /** Another module found that the texts differ. */
  differs(): void {
    this.feed({ type: "differs" })
  }

  /** The server takes us for somebody else: nothing more is sent until the right person signs in. */
  strangers(): void {
    this.feed({ type: "answered", answer: "signed-out" })
  }

  close(): void {
    this.feed({ type: "close" })
  }

  /** The session's state, for tests and for those who show it. */
  get state(): Link {
    return this.link
  }

  /** Say something that is not text (presence); lost without harm when there is no socket. */
  say(message: Record<string, unknown>): void {
    if (this.socket?.readyState === WebSocket.OPEN && this.link.phase === "open") this.socket.send(JSON.stringify(message))
  }

  private feed(event: Event): void {
    this.events.push(event)
    if (this.busy) return
    this.busy = true
    try {
      for (let now = this.events.shift(); now; now = this.events.shift()) {
        const move = next(this.link, now)
        this.link = move.link
        for (const act of move.acts) this.act(act)
      }
    } finally {
      this.busy = false
    }
    this.text.stands(saved(this.link, this.text.left()), this.link)
  }

  private act(act: Act): void {
    switch (act.do) {
      case "open": return act.way === "socket" ? this.openSocket() : void this.poll()
      case "shut": return this.shut()
      case "ask": return void this.probe()
      case "send": return void this.send()
      case "fetch": return void this.probe()
      case "load": return void this.load()
      case "stop": return this.stop(act.timer)
      case "time": {
        this.stop(act.timer)
        const ms = act.timer === "retry" ? act.ms * (1 - JITTER + 2 * JITTER * Math.random()) : act.ms
        this.timers.set(act.timer, window.setTimeout(() => {
          this.timers.delete(act.timer)
          this.feed({ type: "elapsed", timer: act.timer })
        }, ms))
      }
    }
  }

  private stop(timer: Timer): void {
    window.clearTimeout(this.timers.get(timer))
    this.timers.delete(timer)
  }

  private shut(): void {
    this.connection++
    this.polling?.abort()
    this.polling = null
    const socket = this.socket
    this.socket = null
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null
      socket.close()
    }
  }

  private openSocket(): void {
    const url = new URL(withQuery(this.urls.live, { version: this.text.version(), client: this.client }))
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
    try {
      this.socket = new WebSocket(url)
    } catch {
      queueMicrotask(() => this.feed({ type: "lost" }))
      return
    }
    const { socket } = this
    socket.onopen = () => this.feed({ type: "opened", left: this.text.left() })
    socket.onclose = () => this.feed({ type: "lost" })
    socket.onmessage = ({ data }) => {
      const message = typeof data === "string" ? read(data) : null
      if (message) this.heard(message)
    }
  }

  private heard(message: Message): void {
    switch (message.type) {
      case "steps": return void this.receive(message)
      case "behind": return this.feed({ type: "behind", version: message.version, at: this.text.version() })
      case "refused": return this.refused(message.batch, message.reason)
      default: return this.text.message(message)
    }
  }

  private refused(batch: number, reason: string): void {
    if (!this.text.refused(batch, reason)) return this.feed({ type: "refused" })
    this.feed({ type: "frame", version: this.text.version(), left: this.text.left(), landed: true })
  }

  /** Give a frame to the text; true if there was something new in it. */
  private receive(frame: Frame): boolean {
    const { news, landed, gap, differs } = this.text.receive(frame)
    if (differs) this.feed({ type: "differs" })
    else if (gap) void this.probe()
    else this.feed({ type: "frame", version: this.text.version(), left: this.text.left(), landed })
    return news
  }

  private async poll(): Promise<void> {
    const polling = new AbortController()
    this.polling = polling
    for (let wait = 0; !polling.signal.aborted; wait = LONG_WAIT) {
      try {
        const url = withQuery(this.urls.steps, { since: this.text.version(), ...(wait ? { wait } : {}) })
        const { status, body } = await ask(url, { signal: polling.signal, ms: wait * 1000 + 12_000 })
        if (polling.signal.aborted) return
        const frame = status === 200 ? asFrame(body) : null
        if (!frame) throw new Failed("unreachable", status)
        if (frame.steps.length > 0) this.receive(frame)
        if (wait === 0) this.feed({ type: "opened", left: this.text.left() })
      } catch {
        if (!polling.signal.aborted) this.feed({ type: "lost" })
        return
      }
    }
  }

  /** Ask by a plain request what is new, and whether the server still knows us. */
  private async probe(): Promise<void> {
    const { connection } = this
    if (this.probing === connection) return
    this.probing = connection
    try {
      const { status, body } = await ask(withQuery(this.urls.steps, { since: this.text.version() }))
      this.probing = -1
      const frame = status === 200 ? asFrame(body) : null
      if (!frame) throw new Failed("unreachable", status)
      if (connection !== this.connection) return
      const news = frame.steps.length > 0 && this.receive(frame)
      this.feed({ type: "answered", answer: news ? "news" : "ok" })
    } catch (error) {
      this.probing = -1
      if (connection === this.connection) this.feed({ type: "answered", answer: error instanceof Failed ? error.why : "unreachable" })
    }
  }

  private async send(): Promise<void> {
    const { connection, socket } = this
    const batch = await this.text.batch()
    if (connection !== this.connection || this.link.phase !== "open") return
    if (!batch) return this.feed({ type: "frame", version: this.text.version(), left: this.text.left(), landed: true })
    if (socket) return socket.send(JSON.stringify(batch))
    try {
      const { status, body } = await ask(this.urls.steps, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(batch),
      })
      if (connection !== this.connection) return
      const frame = status === 200 ? asFrame(body) : null
      if (frame) this.receive(frame)
      else if (status === 409) {
        const version = (body as { version?: unknown } | null)?.version
        this.feed({ type: "behind", version: typeof version === "number" ? version : this.text.version() + 1, at: this.text.version() })
      } else this.refused(batch.batch, reason(body))
    } catch {
      if (connection === this.connection) this.feed({ type: "lost" })
    }
  }

  private async load(): Promise<void> {
    for (let failures = 0; this.link.phase === "loading"; failures++) {
      try {
        await this.text.load()
        return this.feed({ type: "loaded", left: this.text.left() })
      } catch (error) {
        const why = error instanceof Failed ? error.why : "unreachable"
        if (why !== "unreachable") return this.feed({ type: "answered", answer: why })
        await new Promise(done => window.setTimeout(done, Math.min(30_000, 1000 * 2 ** failures)))
      }
    }
  }
}
