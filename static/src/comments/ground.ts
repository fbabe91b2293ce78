// What the comments need of the text that they stand beside, whoever shows it.
import type { Span } from "./spans"
import type { BlockFacts } from "./still"

export interface Passage extends Span {
  resolved: boolean
}

/** What is shown in the text: commented passages, the current one, what a new comment is about. */
export interface Shown {
  passages: readonly Passage[]
  current: number | null
  draft: Span | null
}

export interface Selected {
  start: number
  end: number
  quote: string
}

export type Brought = { at: Span | null } | "later" | "unknown"

export interface Heard {
  clicked(id: number): void
  moved(): void // places on the screen may have changed
  turned(): void // other words may be selected
  renewed(): void // the text was made anew: it shows no passages any more
}

export interface Ground {
  dom: HTMLElement
  /** Where the passages are now; they move along with what is typed. */
  shown(): Shown
  show(change: Partial<Shown>): void
  /** The words that are selected, if any are. */
  selected(): Selected | null
  /** Where the caret is, as a position; null if it is not in the text. */
  caret(): number | null
  /** Where a position is on the screen, in px from the window's top. */
  at(position: number): { top: number; bottom: number }
  /** Its top, more cheaply: where the block that holds the position begins; `blocks` are those measured already. */
  near?(position: number, blocks: Map<number, number>): number
  /** The confirmed version; null where the text never changes. */
  version(): number | null
  /** How many steps of this page nobody has confirmed yet. */
  unconfirmed(): number
  /**
   * A passage of `version` in the text on the screen: where it is; null if it is gone there;
   * "later" if the screen is behind that version; "unknown" if the way from there is forgotten.
   */
  bring(span: Span, version: number): Brought
  /** Lead the reader to a passage. */
  go(span: Span): void
  focus(): void
  listen(heard: Heard): void
  /** Learn from the server where the textblocks begin. */
  learn?(facts: readonly BlockFacts[]): void
  /** Hear what the server tells everybody who is there. */
  hear(told: (message: { type: string }) => void): void
}
