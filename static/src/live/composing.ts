// Words that an input method, as of a phone's keyboard, composes over words that stand there.
//
// A suggestion keeps the old words beside the new ones. To show it while the keyboard still works on
// its word, the browser would draw the line anew; it then forgets the word, and the keyboard types it
// a second time. So the text is held as it was typed, and told to nobody, until the word is done or
// nothing was typed for `PAUSE`; then it is taken back and comes again as a suggestion, in one go.
import { type EditorState, Plugin, TextSelection, type Transaction } from "prosemirror-state"
import type { Step } from "prosemirror-transform"
import type { EditorView } from "prosemirror-view"

const HELD = "vorlauf-composing"
const AFTER_THE_END = 40 // ms; ProseMirror reads the last of a composition within 20
const PAUSE = 8_000 // ms

interface Unconfirmed {
  step: Step
  inverted: Step
  origin: Transaction
}

interface Collab {
  version: number
  unconfirmed: readonly Unconfirmed[]
}

function collab(state: EditorState): Collab | undefined {
  return (state as unknown as { collab$?: Collab }).collab$
}

/** Is this transaction, or the one that it was appended to, held back? */
export function isHeld(origin: object): boolean {
  const transaction = origin as Transaction
  const first = transaction.getMeta("appendedTransaction") as Transaction | undefined
  return transaction.getMeta(HELD) === true || first?.getMeta(HELD) === true
}

/** Are there steps in the text that are held back? They are the last ones. */
export function holds(state: EditorState): boolean {
  const last = collab(state)?.unconfirmed.at(-1)
  return last !== undefined && isHeld(last.origin)
}

/** Has the input method made this change, to a word that it may go on with? */
export function isComposed(transaction: Transaction): boolean {
  return transaction.getMeta("composition") !== undefined
}

/** The transaction as one that is held back. */
export function held(transaction: Transaction): Transaction {
  return transaction.setMeta(HELD, true).setMeta("addToHistory", false)
}

/** Take back what is held, and do it again in one transaction, which becomes a suggestion. */
export function release(view: EditorView): void {
  if (!holds(view.state)) return
  const { version, unconfirmed } = collab(view.state) as Collab
  const { doc, selection } = view.state
  const back = view.state.tr.setMeta("rebased", 0).setMeta("addToHistory", false)
  let kept = unconfirmed.length
  for (; kept > 0; kept--) {
    const one = unconfirmed[kept - 1] as Unconfirmed
    if (!isHeld(one.origin)) break
    back.step(one.inverted)
  }
  view.dispatch(back.setMeta("collab$", { version, unconfirmed: unconfirmed.slice(0, kept) }))
  const again = view.state.tr
  const start = again.doc.content.findDiffStart(doc.content)
  const ends = again.doc.content.findDiffEnd(doc.content)
  if (start === null || ends === null) return
  const overlap = Math.max(0, start - Math.min(ends.a, ends.b))
  again.replace(start, ends.a + overlap, doc.slice(start, ends.b + overlap))
  again.setSelection(TextSelection.between(again.doc.resolve(selection.anchor), again.doc.resolve(selection.head)))
  view.dispatch(again)
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
        compositionstart: () => void clearTimeout(timer), // the word before stays held: nothing is drawn now
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
