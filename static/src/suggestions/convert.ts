// What somebody did to a text, said as suggestions: words that they deleted are marked as deleted,
// words that they wrote as inserted, other markup keeps what it was. Pure: the text before, the text
// as they want it, and whose the suggestions are; the answer is a transaction on the text before.
//
// The outcome keeps the law of law.ts. And what they see is what they did: accepting it gives the
// text that they wanted. What stands in blocks that go elsewhere goes along with all that others
// suggest in it; among other words it would become the writer's, and that is refused.
import type { Node, ResolvedPos } from "prosemirror-model"
import { EditorState, Selection, TextSelection, type Transaction } from "prosemirror-state"
import { Mapping, ReplaceAroundStep, ReplaceStep } from "prosemirror-transform"
import { Conversion, isOf, middle, OfOthers } from "./conversion"
import { NOWHERE, type Span } from "./flow"
import { keepsOthers, onlySuggests, quotesRightly } from "./law"
import { carried } from "./moved"
import { unmarked } from "./own"

/**
 * Say `transaction`, made on this state, as suggestions of `person`. If that cannot be said: why, either
 * because suggestions of `others` would be made `person`'s own, or because it fits `nowhere`.
 */
export function suggest(state: EditorState, transaction: Transaction, person: string): Transaction | "others" | "nowhere" {
  const wanted = unmarked(state, transaction)
  let why: "others" | "nowhere" = "nowhere"
  for (const way of wanted.steps.length > 1 ? [oneByOne, finely, coarsely] : [finely, coarsely]) {
    if (why === "others" && way === coarsely && !inTextblocks(state.doc, wanted.doc)) break // a whole list anew, for one of its words
    try {
      const made = way(state, wanted, person)
      if (!made || !onlySuggests(state.doc, made.doc, person)) continue
      if (quotesRightly(state.doc, made.doc, person) && keepsOthers(made.doc, wanted, person)) return made
      why = "others"
    } catch (error) { // what does not fit the schema is said in the next way
      if (error instanceof OfOthers) why = "others"
    }
  }
  return why
}

/** Words replaced here and there, from the end to the start: each place by itself. */
function oneByOne(state: EditorState, { steps, docs }: Transaction, person: string): Transaction | null {
  const made = state.tr
  let behind = Number.POSITIVE_INFINITY
  for (const [index, step] of steps.entries()) {
    if (!(step instanceof ReplaceStep) || step.to > behind || step.slice.openStart + step.slice.openEnd > 0) return null
    const [from, to] = [step.from, step.to].map(pos => (docs[index] as Node).resolve(pos)) as [ResolvedPos, ResolvedPos]
    if (!from.parent.inlineContent || !from.sameParent(to)) return null
    behind = step.from
    const place = EditorState.create({ doc: made.doc })
    const part = finely(place, place.tr.step(step), person)
    for (const each of part.steps) made.step(each)
  }
  return made
}

const finely = (state: EditorState, wanted: Transaction, person: string): Transaction => converted(state.tr, wanted, person, false)
/** As whole blocks, which nearly always fit. */
const coarsely = (state: EditorState, wanted: Transaction, person: string): Transaction => converted(state.tr, wanted, person, true)

function converted(made: Transaction, wanted: Transaction, person: string, coarse: boolean): Transaction {
  const text = carried(wanted, mark => isOf(person, mark)).doc
  const conversion = new Conversion(made, text, person, span(wanted))
  if (coarse) conversion.replaced(made.doc, text)
  else conversion.children(made.doc, text, 0)
  for (const block of middle(wanted.before, made.doc).now) block.check()
  if (wanted.storedMarksSet) made.setStoredMarks(wanted.storedMarks)
  place(made, wanted, conversion)
  return made
}

/** Where steps replaced something, in the text before; nowhere if they only changed markup or wrapped something. */
function span(wanted: Transaction): Span {
  if (wanted.steps.some(step => step instanceof ReplaceAroundStep)) return NOWHERE
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  wanted.mapping.maps.forEach((map, at) => {
    const back = new Mapping(wanted.mapping.maps.slice(0, at).map(each => each.invert()).reverse()) // a slice's invert() forgets that it is one
    map.forEach((start, end) => {
      from = Math.min(from, back.map(start, -1))
      to = Math.max(to, back.map(end, 1))
    })
  })
  return { from, to }
}

/** Put the caret where the writer expects it. */
function place(made: Transaction, wanted: Transaction, { changed }: Conversion): void {
  const { selection } = wanted
  const { doc } = made
  const before = wanted.before
  if (!(selection instanceof TextSelection) || !changed) {
    made.setSelection(fitting(selection, made))
    return
  }
  const there = (pos: number): number => {
    if (pos <= changed.start) return pos
    return doc.content.size - Math.max(0, wanted.doc.content.size - pos)
  }
  let { anchor, head } = selection
  const old = made.selection
  const onlyDeleted = changed.newEnd <= changed.start
  // Deleting backwards leaves the caret before what is struck through, so that it goes on.
  const backwards = onlyDeleted && old.empty && changed.caret >= changed.oldEnd && before.content.size > 0
  if (onlyDeleted && head === changed.start && selection.empty) {
    head = anchor = backwards ? changed.start : doc.content.size - (wanted.doc.content.size - head)
  } else {
    anchor = there(anchor)
    head = there(head)
  }
  const inside = (pos: number): number => Math.max(0, Math.min(doc.content.size, pos))
  made.setSelection(TextSelection.between(doc.resolve(inside(anchor)), doc.resolve(inside(head)), backwards ? -1 : 1))
}

/** Another selection than one of text, where it stands now if it can. */
function fitting(selection: Selection, { doc }: Transaction): Selection {
  try {
    return Selection.fromJSON(doc, selection.toJSON())
  } catch {
    return Selection.near(doc.resolve(Math.min(selection.from, doc.content.size)))
  }
}

/** Are the blocks that differ nothing but textblocks? */
function inTextblocks(old: Node, wanted: Node): boolean {
  const { was, now } = middle(old, wanted)
  return [...was, ...now].every(block => block.isTextblock)
}
