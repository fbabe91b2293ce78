// Words that an input method, as of a phone's keyboard, composes over words that stand there.
//
// A suggestion keeps the old words beside the new ones. To show it while the keyboard still works on
// its word, the browser would draw the line anew; it then forgets the word, and the keyboard types it
// a second time. So the text is held as it was typed, and told to nobody, until the word is done or
// nothing was typed for `PAUSE`; then it is taken back and comes again as suggestions, place by place.
// An author's words among struck or suggested ones are held in the same way, and come again as the author's.
import { AllSelection, type EditorState, Plugin, Selection, TextSelection, type Transaction } from "prosemirror-state"
import { Mapping, type Step } from "prosemirror-transform"
import type { EditorView } from "prosemirror-view"

const HELD = "vorlauf-composing"
const RELEASED = "vorlauf-composed"
const AFTER_THE_END = 40 // ms; ProseMirror reads the last of a composition within 20
const PAUSE = 8_000 // ms

export interface Unconfirmed {
  step: Step
  inverted: Step
  origin: Transaction
}

interface Collab {
  version: number
  unconfirmed: readonly Unconfirmed[]
}

/** What ProseMirror's collab plugin holds: its own functions tell no inverted steps. */
export function collabOf(state: EditorState): Collab {
  return (state as unknown as { collab$?: Collab }).collab$ ?? { version: 0, unconfirmed: [] }
}

/** Is this transaction, or the one that it was appended to, held back? */
export function isHeld(origin: object): boolean {
  const transaction = origin as Transaction
  const first = transaction.getMeta("appendedTransaction") as Transaction | undefined
  return transaction.getMeta(HELD) === true || first?.getMeta(HELD) === true
}

/** Are there steps in the text that are held back? They are the last ones. */
export function holds(state: EditorState): boolean {
  const last = collabOf(state).unconfirmed.at(-1)
  return last !== undefined && isHeld(last.origin)
}

/** Is this what was held, done again? */
export function isReleased(transaction: Transaction): boolean {
  return transaction.getMeta(RELEASED) === true
}

/** Would the input method forget the word that `person` has written here, if it were shown as it is in `made`? */
export function mustBeHeld(view: EditorView, transaction: Transaction, made: Transaction, person: string): boolean {
  if (transaction.getMeta("composition") === undefined) return false
  if (made.doc.content.size !== transaction.doc.content.size) return true
  // Among words that are struck, or another's suggestion, it cannot stay where the browser has put it.
  const { focusNode } = view.dom.ownerDocument.getSelection() ?? {}
  const tracked = (focusNode instanceof Element ? focusNode : focusNode?.parentElement)?.closest<HTMLElement>("del, ins")
  return Boolean(tracked && view.dom.contains(tracked) && (tracked.localName === "del" || !tracked.dataset["change"]?.startsWith(`${person}:`)))
}

/** Before a word is composed over several blocks: delete them, and leave the caret before what is struck. */
function makeRoom(view: EditorView): void {
  const { selection, tr } = view.state
  if (!(selection instanceof TextSelection || selection instanceof AllSelection) || selection.empty) return
  if (selection.$from.node(selection.$from.sharedDepth(selection.to)).inlineContent) return
  view.dispatch(tr.deleteSelection())
  const { doc } = view.state
  view.dispatch(view.state.tr.setSelection(Selection.near(doc.resolve(Math.min(selection.from, doc.content.size)))))
}

/** The transaction as one that is held back. */
export function held(transaction: Transaction): Transaction {
  return transaction.setMeta(HELD, true).setMeta("addToHistory", false)
}

interface Span {
  from: number
  to: number
}

/** What steps have changed, as places in the text after them, in order. */
function changed(steps: readonly Step[]): Span[] {
  let spans: Span[] = []
  for (const step of steps) {
    const map = step.getMap()
    const whole = spans.length
    spans = spans.map(({ from, to }) => ({ from: map.map(from, -1), to: map.map(to, 1) }))
    map.forEach((_start, _end, from, to) => void spans.push({ from, to }))
    const { from, to } = step as Step & Partial<Span> // marks move nothing
    if (spans.length === whole && from !== undefined && to !== undefined) spans.push({ from, to })
  }
  const apart: Span[] = []
  for (const span of spans.sort((one, other) => one.from - other.from)) {
    const last = apart.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else apart.push({ ...span })
  }
  return apart
}

/** Take back what is held, and do it again, place by place: each becomes a suggestion. */
export function release(view: EditorView): void {
  if (!holds(view.state)) return
  const { version, unconfirmed } = collabOf(view.state)
  const first = unconfirmed.findIndex(each => isHeld(each.origin))
  const away = unconfirmed.slice(first)
  const { doc, selection } = view.state
  // "rebased", as of what comes from the server: nobody's own doing, so nothing is made of it.
  const undo = view.state.tr.setMeta("rebased", 0).setMeta("addToHistory", false)
  for (const each of [...away].reverse()) undo.step(each.inverted)
  const back = new Mapping(undo.mapping.maps)
  view.dispatch(undo.setMeta("collab$", { version, unconfirmed: unconfirmed.slice(0, first) }))
  // From the end to the start: what has become a suggestion moves nothing that is still to come.
  for (const { from, to } of changed(away.map(each => each.step)).reverse()) {
    const start = back.map(from, -1)
    const again = view.state.tr.replace(start, back.map(to, 1), doc.slice(from, to)).setMeta(RELEASED, true)
    const here = (pos: number): number => start + Math.min(Math.max(pos, from), to) - from
    if (from <= selection.head && selection.head <= to) {
      again.setSelection(TextSelection.between(again.doc.resolve(here(selection.anchor)), again.doc.resolve(here(selection.head))))
    }
    view.dispatch(again)
  }
}

/** Releases what is held: when a word is done, after a pause, when the page goes out of sight. */
export function composing(): Plugin {
  let timer = 0
  const soon = (view: EditorView, ms: number): void => {
    clearTimeout(timer)
    timer = window.setTimeout(() => !view.isDestroyed && release(view), ms)
  }
  return new Plugin({
    props: {
      handleDOMEvents: {
        compositionstart: view => {
          makeRoom(view)
          soon(view, PAUSE) // the word before stays held: nothing is drawn now
        },
        compositionend: view => void soon(view, AFTER_THE_END),
      },
    },
    view(view) {
      const hidden = (): void => void (document.visibilityState === "hidden" && release(view))
      document.addEventListener("visibilitychange", hidden)
      return {
        update: (now, before) => {
          if (now.state.doc !== before.doc && holds(now.state)) soon(now, now.composing ? PAUSE : AFTER_THE_END)
        },
        destroy: () => {
          clearTimeout(timer)
          document.removeEventListener("visibilitychange", hidden)
        },
      }
    },
  })
}
