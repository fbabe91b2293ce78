// The text at this end: what ProseMirror's collab plugin knows, given to and taken from the channel.
import { collab, getVersion, receiveTransaction, sendableSteps } from "prosemirror-collab"
import type { Node, ResolvedPos } from "prosemirror-model"
import { type EditorState, type Plugin, TextSelection } from "prosemirror-state"
import { Mapping, Step, type StepMap } from "prosemirror-transform"
import type { EditorView } from "prosemirror-view"
import { schema } from "../schema"
import { paragraphs, words } from "./carry"
import type { Received, Text } from "./channel"
import { collabOf, isHeld } from "./composing"
import { depart, type Flight, held, type Pending } from "./flight"
import { type Aside, Keep } from "./keep"
import type { Link, Saved } from "./link"
import { rebased } from "./rebase"
import { ask, Failed } from "./server"
import { type Batch, type Frame, from, type Message, runs } from "./wire"

export const TOO_FAR = 2_000 // foreign steps; more, and unconfirmed text is not merged in silently

const MOST_AGAIN = 3 // so often in a row is made again what the server does not take
const TRAIL = 1_000 // versions back from which a position can still be carried here

export interface Loaded {
  version: number
  doc: Node
}

interface Unsent extends Pending {
  steps: readonly Step[]
}

/** Steps made again on the text as it is. */
export interface Again {
  parts: readonly (readonly Step[])[] // one after the other; each is sent as a whole
  lost: readonly string[] // words of what has no place there
  mapping: Mapping // from the text before to the text with these parts
}

export interface Ends {
  view(): EditorView
  /** Show this document as the confirmed text. */
  show(loaded: Loaded): void
  /** Go on in this state. */
  stand(state: EditorState): void
  /** What may stand in the confirmed text instead of these steps, of which the server refused some; null if that is not known. */
  again(text: Node, steps: readonly Step[], origins: readonly object[]): Again | null
  /** Words that could not go into the text: keep and show them. */
  aside(aside: Omit<Aside, "paper" | "person" | "at" | "id">): Promise<void>
  stands(saved: Saved, link: Link): void
  message(message: Message): void
  unsafe(): void // this browser keeps nothing
}

/** The plugin that counts versions; `client` is this page's random name. */
export function live(version: number, client: string): Plugin {
  return collab({ version, clientID: client })
}

/** The document and version that the server has now. */
export async function fetchDoc(url: string): Promise<Loaded> {
  const { status, body } = await ask(url, { ms: 60_000 })
  const { version, doc } = (body ?? {}) as { version?: unknown; doc?: unknown }
  if (status !== 200 || typeof version !== "number" || typeof doc !== "object") throw new Failed("unreachable", status)
  return { version, doc: schema.nodeFromJSON(doc) }
}

/** Is this transaction the person's own doing (not something that came from the server)? */
export function isLocal(transaction: { getMeta(key: string): unknown }): boolean {
  return transaction.getMeta("rebased") === undefined
}

export class Session implements Text {
  private flight: Flight | null = null
  private last = 0 // number of the newest batch
  private readonly numbers = new WeakMap<object, number>()
  private counted = 0
  private base: { version: number; doc: unknown } | undefined
  private told = false
  private tried = 0 // how often in a row something was made again
  private trail: StepMap[] = [] // of the newest confirmed steps, the last one leading to version()

  constructor(private readonly ends: Ends, private readonly keep: Keep, private readonly docUrl: string) {}

  private get state(): EditorState {
    return this.ends.view().state
  }

  version(): number {
    return getVersion(this.state)
  }

  left(): boolean {
    return this.sendable().steps.length > 0
  }

  /** The unconfirmed steps and the transactions they came with. */
  unconfirmed(): Unsent {
    return sendableSteps(this.state) ?? { steps: [], origins: [] }
  }

  /** Those of them that are not held back until a word is done. */
  private sendable(): Unsent {
    const { steps, origins } = this.unconfirmed()
    const first = origins.findIndex(isHeld)
    return first < 0 ? { steps, origins } : { steps: steps.slice(0, first), origins: origins.slice(0, first) }
  }

  /** Write down what is not confirmed; resolves when it is safe. */
  async save(): Promise<void> {
    await this.keep.save(() => {
      const { steps, origins } = this.sendable()
      const inFlight = this.flight ? held(this.flight, { steps, origins }) : 0
      const row = { version: this.version(), batch: this.last, inFlight, ...(this.base ? { base: this.base } : {}) }
      return { row, steps, units: origins.map(origin => this.unit(origin)) }
    })
    if (!this.keep.works && !this.told) {
      this.told = true
      this.ends.unsafe()
    }
  }

  private unit(origin: object): number {
    let number = this.numbers.get(origin)
    if (number === undefined) this.numbers.set(origin, (number = ++this.counted))
    return number
  }

  async batch(): Promise<Batch | null> {
    const leaving = depart(this.flight, this.last, this.sendable())
    if (!leaving) return null
    this.flight = leaving.flight
    this.last = leaving.flight.batch
    await this.save()
    // While it was written, foreign steps may have come in and moved ours.
    const now = this.unconfirmed()
    const count = this.flight === leaving.flight ? held(leaving.flight, now) : 0
    if (count === 0) return null
    return {
      type: "steps", version: this.version(), client: this.keep.client, batch: leaving.flight.batch,
      steps: now.steps.slice(0, count).map(step => step.toJSON()),
    }
  }

  receive(frame: Frame): Received {
    const nothing: Received = { news: false, landed: false, gap: false, differs: false }
    const part = from(frame, this.version())
    if (!part) return { ...nothing, gap: true }
    if (part.steps.length === 0) return nothing
    const { client } = this.keep
    if (this.left() && part.clients.filter(name => name !== client).length > TOO_FAR) {
      void this.putAside("far-behind")
      return { ...nothing, differs: true }
    }
    let steps: Step[]
    try {
      steps = part.steps.map(json => Step.fromJSON(schema, json))
    } catch {
      return { ...nothing, differs: true }
    }
    for (const run of runs(part.clients, client)) {
      const taken = steps.slice(run.start, run.end)
      if (run.own ? !this.confirm(taken) : !this.takeIn(taken)) return { ...nothing, news: true, differs: true }
    }
    this.trail = this.trail.concat(steps.map(step => step.getMap())).slice(-TRAIL)
    const landed = this.flight !== null && held(this.flight, this.unconfirmed()) === 0
    if (landed) {
      this.flight = null
      this.tried = 0
    }
    if (!this.left()) this.base = undefined
    void this.save()
    return { ...nothing, news: true, landed }
  }

  /** Our own steps came back: they must be exactly what we have. */
  private confirm(steps: Step[]): boolean {
    const ours = this.unconfirmed().steps
    if (steps.length > ours.length) return false
    if (steps.some((step, at) => JSON.stringify(step.toJSON()) !== JSON.stringify(ours[at]?.toJSON()))) return false
    const view = this.ends.view()
    view.dispatch(receiveTransaction(view.state, steps, steps.map(() => this.keep.client)))
    return true
  }

  private takeIn(steps: Step[]): boolean {
    const view = this.ends.view()
    try {
      const { made, more, lost } = rebased(view.state, steps)
      view.dispatch(made)
      if (more.length > 0) view.dispatch(more.reduce((tr, step) => tr.step(step), view.state.tr))
      const written = words(lost)
      if (written.length > 0) void this.ends.aside({ why: "dropped", reason: "", words: written, doc: null })
    } catch {
      return false
    }
    return true
  }

  /** The server does not take this batch. True if it is made again, so that there may be something else to send. */
  refused(_batch: number, reason: string): boolean {
    if (this.tried < MOST_AGAIN && this.makeAgain(reason)) return true
    void this.putAside("refused", reason)
    return false
  }

  private makeAgain(reason: string): boolean {
    const { state } = this
    const { version, unconfirmed } = collabOf(state)
    let made: Again | null = null
    try {
      made = this.ends.again(this.confirmed(), unconfirmed.map(({ step }) => step), unconfirmed.map(({ origin }) => origin))
    } catch (error) {
      console.error(error) // then all of it lies beside the text
    }
    if (!made) return false
    this.tried++
    this.flight = null
    if (made.lost.length > 0) void this.ends.aside({ why: "refused", reason, words: [...made.lost], doc: state.doc.toJSON() })
    // "rebased", as of what comes from the server: what is taken back here was never in the text.
    const back = state.tr.setMeta("rebased", unconfirmed.length).setMeta("addToHistory", false).setMeta("collab$", { version, unconfirmed: [] })
    for (const { inverted } of [...unconfirmed].reverse()) back.step(inverted)
    let now = state.apply(back)
    for (const part of made.parts) now = now.apply(part.reduce((tr, step) => tr.step(step), now.tr))
    const [anchor, head] = [state.selection.anchor, state.selection.head].map(pos => now.doc.resolve(made.mapping.map(pos))) as [ResolvedPos, ResolvedPos]
    this.ends.stand(now.apply(now.tr.setSelection(TextSelection.between(anchor, head))))
    void this.save()
    return true
  }

  /** Put what is not confirmed beside the text. */
  private async putAside(why: Aside["why"], reason = ""): Promise<void> {
    const { steps } = this.unconfirmed()
    if (steps.length === 0) return
    const written = words(steps)
    this.set = true
    await this.ends.aside({ why, reason, words: written.length > 0 ? written : paragraphs(this.state.doc.content), doc: this.state.doc.toJSON() })
  }

  private set = false // what is unconfirmed lies aside already

  /** How often the text was loaded anew. */
  loads = 0

  async load(): Promise<void> {
    this.loads++
    const loaded = await fetchDoc(this.docUrl)
    if (!this.set) await this.putAside("differs")
    this.set = false
    this.flight = null
    this.tried = 0
    this.trail = []
    this.ends.show(loaded)
    await this.save()
  }

  /** A position of the text at `version`, here and now; null if that is too long ago. */
  here(pos: number, version: number): number | null {
    const back = Math.max(0, this.version() - version)
    if (back > this.trail.length) return null
    const maps = this.trail.slice(this.trail.length - back)
    const place = new Mapping([...maps, ...this.unconfirmed().steps.map(step => step.getMap())]).map(pos, -1)
    return Math.min(place, this.state.doc.content.size)
  }

  /** A position here and now, in the text at the confirmed version. */
  placeConfirmed(pos: number): number {
    return new Mapping(this.unconfirmed().steps.map(step => step.getMap().invert()).reverse()).map(pos, -1)
  }

  message(message: Message): void {
    this.ends.message(message)
  }

  stands(saved: Saved, link: Link): void {
    if (saved === "offline-unsaved" && this.base?.version !== this.version()) {
      this.base = { version: this.version(), doc: this.confirmed().toJSON() }
      void this.save()
    }
    this.ends.stands(saved, link)
  }

  /** The text as the server has it: ours without what is unconfirmed. */
  confirmed(): Node {
    let { doc } = this.state
    const { unconfirmed } = collabOf(this.state)
    for (let at = unconfirmed.length - 1; at >= 0; at--) doc = unconfirmed[at]?.inverted.apply(doc).doc ?? doc
    return doc
  }
}
