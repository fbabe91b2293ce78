// Random things that people do to a text in the editor, and what they become: see suggest.mjs and again.mjs.
import { chainCommands, createParagraphNear, deleteSelection, joinBackward, joinForward, lift, liftEmptyBlock, newlineInCode, selectAll, splitBlock, toggleMark } from "prosemirror-commands"
import { splitListItem } from "prosemirror-schema-list"
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, mergeCells, toggleHeaderRow } from "prosemirror-tables"
import { NodeSelection, Selection, TextSelection } from "prosemirror-state"
import { align, hardBreak, indent, insertRule, outdent, setLevel, toggleList, toggleWrap } from "../src/editor/blocks"
import { wrong } from "../src/editor/guard"
import { schema } from "../src/schema"
import { suggest } from "../src/suggestions/convert"
import { isSigned, leavesOthers, onlySuggests } from "../src/suggestions/law"
import { authored } from "../src/suggestions/own"

export function random(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const type = text => (state, dispatch) => {
  dispatch(state.tr.insertText(text))
  return true
}
const erase = by => (state, dispatch) => {
  const { $from, empty } = state.selection
  if (!empty) return deleteSelection(state, dispatch)
  const near = by < 0 ? $from.nodeBefore : $from.nodeAfter
  if (!near) return (by < 0 ? joinBackward : joinForward)(state, dispatch)
  const size = near.isText ? (by < 0 ? [...near.text].at(-1) : [...near.text][0]).length : near.nodeSize
  dispatch(state.tr.delete(by < 0 ? $from.pos - size : $from.pos, by < 0 ? $from.pos : $from.pos + size))
  return true
}
const enter = chainCommands(newlineInCode, splitListItem(schema.nodes.list_item), createParagraphNear, liftEmptyBlock, splitBlock)
const paste = (doc, pick) => (state, dispatch) => {
  const from = whole(doc, pick(doc.content.size))
  const slice = doc.slice(from, whole(doc, Math.min(doc.content.size, from + pick(60))))
  try { dispatch(state.tr.replaceSelection(slice)) } catch { return false }
  return true
}

/** The position, or the one behind it if that lies inside of a character: nobody puts the caret there. */
function whole(doc, pos) {
  const { nodeBefore, nodeAfter } = doc.resolve(pos)
  return /[\ud800-\udbff]$/.test(nodeBefore?.text ?? "") && /^[\udc00-\udfff]/.test(nodeAfter?.text ?? "") ? pos + 1 : pos
}

function select(state, pick) {
  const { doc } = state
  const from = whole(doc, pick(doc.content.size))
  const drawn = pick(10)
  if (drawn === 0) {
    const node = doc.nodeAt(from)
    if (node && !node.isText && NodeSelection.isSelectable(node)) return NodeSelection.create(doc, from)
  }
  if (drawn < 6) return Selection.near(doc.resolve(from))
  const to = whole(doc, drawn < 9 ? Math.min(doc.content.size, from + pick(30)) : pick(doc.content.size + 1))
  return TextSelection.between(doc.resolve(from), doc.resolve(to))
}

/** What may be done to a text that begins as `first`; `word` says what is typed next. */
export function commandsOn(first, pick, word) {
  return [
    ["type", () => type(word())], ["type", () => type(word())], ["type", () => type(" 👩 ")], ["erase back", () => erase(-1)], ["erase", () => erase(1)], ["delete", () => deleteSelection],
    ["enter", () => enter], ["enter", () => enter], ["bold", () => toggleMark(schema.marks.strong)], ["italic", () => toggleMark(schema.marks.em)],
    ["heading", () => setLevel(1 + pick(3))], ["text", () => setLevel(0)], ["bullets", () => toggleList("bullet_list")], ["numbers", () => toggleList("ordered_list")],
    ["indent", () => indent], ["outdent", () => outdent], ["quote", () => toggleWrap("blockquote")], ["motion", () => toggleWrap("motion")], ["centre", () => align("center")],
    ["break", () => hardBreak], ["rule", () => insertRule], ["lift", () => lift], ["paste", () => paste(first, pick)],
    ["column", () => addColumnAfter], ["row", () => addRowAfter], ["no column", () => deleteColumn], ["no row", () => deleteRow], ["merge", () => mergeCells], ["header", () => toggleHeaderRow],
  ]
}

/** Somewhere in the text, something: the state with the selection, what it is called, and the transaction, or null if nothing comes of it. */
export function something(state, pick, commands) {
  if (pick(4)) state = state.apply(state.tr.setSelection(select(state, pick)))
  if (pick(60) === 0) selectAll(state, tr => { state = state.apply(tr) })
  const [name, make] = commands[pick(commands.length)]
  let wanted = null
  try {
    make()(state, transaction => { wanted = transaction })
    wanted?.doc.check()
  } catch {
    wanted = null
  }
  return { state, name, wanted: wanted?.docChanged && !wrong(wanted) ? wanted : null } // the editor's guard does not let all through
}

/** What it becomes when this person does it, an author or somebody who suggests, as mode.ts has it; a string if it is refused. */
export function said(state, wanted, person) {
  if (person === "author") return authored(state, wanted)
  const asItIs = onlySuggests(state.doc, wanted.doc, person) && isSigned(wanted, person) && leavesOthers(state.doc, wanted.doc, person)
  return asItIs ? wanted : suggest(state, wanted, person)
}
