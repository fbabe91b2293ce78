// For tests/text/test_suggesting.py: reads {cases: [{doc, seed, people, acts}]}, lets these people in turn
// do random things to the text, the one called "author" as an author, all others in suggestion mode, and writes what each wanted and what it became.
import { chainCommands, createParagraphNear, deleteSelection, joinBackward, joinForward, lift, liftEmptyBlock, newlineInCode, selectAll, splitBlock, toggleMark } from "prosemirror-commands"
import { splitListItem } from "prosemirror-schema-list"
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, mergeCells, toggleHeaderRow } from "prosemirror-tables"
import { EditorState, NodeSelection, Selection, TextSelection } from "prosemirror-state"
import { readFileSync } from "node:fs"
import { align, hardBreak, indent, insertRule, outdent, setLevel, toggleList, toggleWrap } from "../src/editor/blocks"
import { schema } from "../src/schema"
import { suggest } from "../src/suggestions/convert"
import { isSigned, leavesOthers, onlySuggests } from "../src/suggestions/law"
import { authored, unmarked } from "../src/suggestions/own"
import { wrong } from "../src/editor/guard"

function random(seed) {
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
  const from = pick(doc.content.size)
  const slice = doc.slice(from, Math.min(doc.content.size, from + pick(60)))
  try { dispatch(state.tr.replaceSelection(slice)) } catch { return false }
  return true
}

function select(state, pick) {
  const { doc } = state
  const from = pick(doc.content.size)
  const drawn = pick(10)
  if (drawn === 0) {
    const node = doc.nodeAt(from)
    if (node && !node.isText && NodeSelection.isSelectable(node)) return NodeSelection.create(doc, from)
  }
  if (drawn < 6) return Selection.near(doc.resolve(from))
  const to = drawn < 9 ? Math.min(doc.content.size, from + pick(30)) : pick(doc.content.size + 1)
  return TextSelection.between(doc.resolve(from), doc.resolve(to))
}

const { cases } = JSON.parse(readFileSync(0, "utf8"))
const told = cases.map(({ doc, seed, people, acts }) => {
  const draw = random(seed)
  const pick = most => Math.floor(draw() * most)
  const first = schema.nodeFromJSON(doc)
  first.check()
  let state = EditorState.create({ doc: first })
  const commands = [
    ["type", () => type(word())], ["type", () => type(word())], ["type", () => type(" 👩 ")], ["erase back", () => erase(-1)], ["erase", () => erase(1)], ["delete", () => deleteSelection],
    ["enter", () => enter], ["enter", () => enter], ["bold", () => toggleMark(schema.marks.strong)], ["italic", () => toggleMark(schema.marks.em)],
    ["heading", () => setLevel(1 + pick(3))], ["text", () => setLevel(0)], ["bullets", () => toggleList("bullet_list")], ["numbers", () => toggleList("ordered_list")],
    ["indent", () => indent], ["outdent", () => outdent], ["quote", () => toggleWrap("blockquote")], ["motion", () => toggleWrap("motion")], ["centre", () => align("center")],
    ["break", () => hardBreak], ["rule", () => insertRule], ["lift", () => lift], ["paste", () => paste(first, pick)],
    ["column", () => addColumnAfter], ["row", () => addRowAfter], ["no column", () => deleteColumn], ["no row", () => deleteRow], ["merge", () => mergeCells], ["header", () => toggleHeaderRow],
  ]
  const turns = []
  const word = () => `neu${turns.length}wort`
  for (let act = 0; act < acts; act++) {
    const person = people[pick(people.length)]
    if (pick(4)) state = state.apply(state.tr.setSelection(select(state, pick)))
    if (pick(60) === 0) selectAll(state, tr => { state = state.apply(tr) })
    const [name, make] = commands[pick(commands.length)]
    let wanted = null
    try {
      make()(state, transaction => { wanted = transaction })
      wanted?.doc.check()
    } catch { continue }
    if (!wanted?.docChanged || wrong(wanted)) continue // the editor's guard does not let it through
    const turn = { name, person, before: state.doc.toJSON(), wanted: unmarked(state, wanted).doc.toJSON(), selection: state.selection.toJSON() }
    turns.push(turn)
    try {
      if (person === "author") {
        const made = authored(state, wanted)
        Object.assign(turn, { made: made.doc.toJSON(), steps: made.steps.map(step => step.toJSON()) })
        state = state.apply(made)
        continue
      }
      const asItIs = onlySuggests(state.doc, wanted.doc, person) && isSigned(wanted, person) && leavesOthers(state.doc, wanted.doc, person)
      const made = asItIs ? wanted : suggest(state, wanted, person) // as mode.ts has it
      if (typeof made === "string") {
        turn.refused = made
        continue
      }
      Object.assign(turn, { made: made.doc.toJSON(), steps: made.steps.map(step => step.toJSON()), caret: made.selection.head })
      state = state.apply(made)
    } catch (error) {
      turn.failed = String(error?.stack ?? error)
      break
    }
  }
  return turns
})
process.stdout.write(JSON.stringify(told))
