// What is not confirmed, moved behind what others did: as prosemirror-collab does it, with two
// differences. A step that sets a mark, or takes one off, cannot be taken back where others have done
// the same meanwhile, or something that excludes it: theirs would go, and the texts would no longer be
// the same. So it is made only where it changes something and displaces nothing. And what is said of a
// block's end belongs behind its last words, wherever these are by then, not to where the block begins.
import type { Mark, Node } from "prosemirror-model"
import { type EditorState, TextSelection, type Transaction } from "prosemirror-state"
import { AddMarkStep, AddNodeMarkStep, AttrStep, type Mapping, RemoveMarkStep, type Step } from "prosemirror-transform"
import { collabOf, type Unconfirmed } from "./composing"

interface Rebased {
  made: Transaction
  /** Where a mark stands in several places now, all but the first: to be made when `made` is; the undo history knows each step once. */
  more: Step[]
  lost: Step[] // what has no place any more
}

/** The transaction that takes in these steps of others, and moves behind them what is not confirmed. */
export function rebased(state: EditorState, foreign: readonly Step[]): Rebased {
  const { version, unconfirmed } = collabOf(state)
  const made = state.tr
  const mirrors = made.mapping as unknown as { setMirror(one: number, other: number): void } // for the history as well
  const [kept, lost, more]: [Unconfirmed[], Step[], { step: Step; from: number }[]] = [[], [], []]
  for (const { inverted } of [...unconfirmed].reverse()) made.step(inverted)
  for (const step of foreign) made.step(step)
  unconfirmed.forEach(({ step, origin }, at) => {
    const mirror = unconfirmed.length - at - 1
    const moved = movedBy(step, made.docs[mirror + 1] as Node, made.mapping.slice(mirror + 1), made.doc)
    const [first, ...others] = moved ? where(made.doc, moved) : []
    const before = made.doc
    if (!moved || (first && made.maybeStep(first).failed)) lost.push(step)
    else if (first) {
      mirrors.setMirror(mirror, made.steps.length - 1)
      kept.push({ step: first, inverted: first.invert(before), origin })
      more.push(...others.map(each => ({ step: each, from: made.steps.length })))
    }
  })
  keepSelection(made, state)
  made.setMeta("rebased", unconfirmed.length).setMeta("addToHistory", false).setMeta("collab$", { version: version + foreign.length, unconfirmed: kept })
  return { made, lost, more: more.flatMap(({ step, from }) => step.map(made.mapping.slice(from)) ?? []) }
}

/** The step, which was made on `before`, as one on `after`; null if its place is gone. */
export function movedBy(step: Step, before: Node, mapping: Mapping, after: Node): Step | null {
  const block = step instanceof AttrStep && step.attr === "end" ? before.nodeAt(step.pos) : null
  if (!block || !(step instanceof AttrStep)) return step.map(mapping)
  const close = mapping.mapResult(step.pos + block.nodeSize - 1)
  const place = after.resolve(Math.min(close.pos, after.content.size))
  return close.deletedAfter || !place.parent.isTextblock ? null : new AttrStep(place.before(), step.attr, step.value)
}

/** What others type at the caret comes behind it. */
function keepSelection(made: Transaction, { selection }: EditorState): void {
  if (!(selection instanceof TextSelection)) return
  const [anchor, head] = [selection.anchor, selection.head].map(pos => made.doc.resolve(made.mapping.map(pos, -1)))
  if (anchor && head) made.setSelection(TextSelection.between(anchor, head))
  const { updated } = made as unknown as { updated: number }
  Object.assign(made, { updated: updated & ~1 }) // it moved with the text; nobody has set it
}

/** The step as steps that can be taken back exactly; none if it changes nothing. */
function where(doc: Node, step: Step): Step[] {
  if (step instanceof AddMarkStep) return ranges(doc, step, node => isNew(step.mark, node)).map(([from, to]) => new AddMarkStep(from, to, step.mark))
  if (step instanceof RemoveMarkStep) return ranges(doc, step, node => step.mark.isInSet(node.marks)).map(([from, to]) => new RemoveMarkStep(from, to, step.mark))
  if (step instanceof AddNodeMarkStep) {
    const node = doc.nodeAt(step.pos)
    return !node || isNew(step.mark, node) ? [step] : []
  }
  return [step]
}

const isNew = (mark: Mark, { marks }: Node): boolean => mark.addToSet(marks).length > marks.length

/** The parts of the step's range in which inline nodes are like that. */
function ranges(doc: Node, { from, to }: AddMarkStep | RemoveMarkStep, like: (node: Node) => boolean): [number, number][] {
  const found: [number, number][] = []
  doc.nodesBetween(from, Math.min(to, doc.content.size), (node, pos) => {
    if (!node.isInline || !like(node)) return
    const [start, end] = [Math.max(from, pos), Math.min(to, pos + node.nodeSize)]
    const last = found.at(-1)
    if (last?.[1] === start) last[1] = end
    else found.push([start, end])
  })
  return found
}
