// What an author writes among words that somebody suggests, or wants deleted, is the author's and
// bears nobody's mark. ProseMirror hands the marks around a place on to what is typed there, and
// reads what an input method composes in the element in which the browser shows it: such words
// would go when the suggestion is decided.
import { Fragment, type Node, Slice } from "prosemirror-model"
import { type EditorState, Selection, type Transaction } from "prosemirror-state"
import { ReplaceStep, type Step } from "prosemirror-transform"
import { isReleased } from "../live/composing"
import { carried } from "./moved"
import { TRACKED } from "./tokens"

const BORNE = new Set(["deletion", "insertion"])

/** An author's transaction: their words bear nobody's mark, and what others suggest stays the others' where its block goes. */
export function authored(state: EditorState, typed: Transaction): Transaction {
  const made = ownWords(state, typed)
  const { storedMarksSet, storedMarks } = made
  for (const step of carried(made, () => false).steps) made.step(step)
  return storedMarksSet ? made.setStoredMarks(storedMarks) : made
}

/** The transaction with what it types free of such marks; itself where there are none. What is typed over others' words keeps theirs. */
function ownWords(state: EditorState, typed: Transaction): Transaction {
  const composed = typed.getMeta("composition") !== undefined || isReleased(typed)
  return each(state, typed, (doc, step) => freed(doc, step, composed, BORNE))
}

/** The same for somebody who suggests: nothing that they type, wherever it is, bears a mark of what is tracked. */
export function unmarked(state: EditorState, typed: Transaction): Transaction {
  return each(state, typed, (doc, step) => freed(doc, step, true, TRACKED))
}

function each(state: EditorState, typed: Transaction, own: (doc: Node, step: ReplaceStep) => Step): Transaction {
  const said = (doc: Node, step: Step): Step => (step instanceof ReplaceStep ? own(doc, step) : step)
  if (typed.steps.every((step, at) => said(typed.docs[at] as Node, step) === step)) return typed
  const made = state.tr
  for (const step of typed.steps) made.step(said(made.doc, step))
  made.setSelection(Selection.fromJSON(made.doc, typed.selection.toJSON()))
  return typed.storedMarksSet ? made.setStoredMarks(typed.storedMarks) : made
}

/** The step with the words that it adds free of these marks, and all others with the marks that they had. */
function freed(doc: Node, step: ReplaceStep, over: boolean, borne: ReadonlySet<string>): ReplaceStep {
  const { from, to, slice: { content, openStart, openEnd } } = step
  const strict = borne === TRACKED
  if (content.size === 0 || openStart + openEnd > 0 || (from < to && !over) || !content.content.every(node => node.isText || (strict && node.isInline))) return step
  const old = (isText(content) ? textAt(doc, from, to) : null) ?? (strict ? Fragment.empty : null)
  if (!old || ![...old.content, ...content.content].some(node => node.marks.some(mark => borne.has(mark.type.name)))) return step
  const [ahead, behind] = kept(old.textBetween(0, old.size), content.textBetween(0, content.size))
  const added = content.cut(ahead, content.size - behind).content.map(node => node.mark(node.marks.filter(mark => !borne.has(mark.type.name))))
  const whole = old.cut(0, ahead).append(Fragment.fromArray(added)).append(old.cut(old.size - behind))
  return whole.eq(content) ? step : new ReplaceStep(from, to, new Slice(whole, 0, 0))
}

/** What stands there, if it is nothing but text in one paragraph. */
function textAt(doc: Node, from: number, to: number): Fragment | null {
  const start = doc.resolve(from)
  if (!start.parent.inlineContent || to > start.end()) return null
  const found = start.parent.content.cut(start.parentOffset, start.parentOffset + to - from)
  return isText(found) ? found : null
}

function isText({ content }: Fragment): boolean {
  return content.every(node => node.isText)
}

/** How much two texts share at their start and at their end, whole characters each. */
function kept(old: string, now: string): [number, number] {
  const most = Math.min(old.length, now.length)
  let [ahead, behind] = [0, 0]
  while (ahead < most && old[ahead] === now[ahead]) ahead++
  if (/[\ud800-\udbff]$/.test(now.slice(0, ahead))) ahead--
  while (behind < most - ahead && old.at(-1 - behind) === now.at(-1 - behind)) behind++
  if (/^[\udc00-\udfff]/.test(now.slice(now.length - behind))) behind--
  return [ahead, behind]
}
