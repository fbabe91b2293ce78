import assert from "node:assert/strict"
import { test } from "node:test"
import { joinBackward, lift } from "prosemirror-commands"
import type { Mark, Node, NodeType } from "prosemirror-model"
import { splitListItem } from "prosemirror-schema-list"
import { EditorState, TextSelection, type Transaction } from "prosemirror-state"
import { indent, toggleList, toggleWrap } from "../src/editor/blocks"
import { schema } from "../src/schema"
import { suggestAgain } from "../src/suggestions/again"
import { suggest } from "../src/suggestions/convert"
import { onlySuggests, quotesRightly } from "../src/suggestions/law"
import { authored } from "../src/suggestions/own"
import { decision, places, settled } from "../src/suggestions/settle"

const mark = (name: string, id: string): Mark => schema.mark(name, { id })
const text = (words: string, ...marks: Mark[]): Node => schema.text(words, marks)
const p = (...content: Node[]): Node => schema.node("paragraph", null, content)

const list = (...items: Node[][]): Node => schema.node("bullet_list", null, items.map(content => schema.node("list_item", null, content)))
const page = (...blocks: Node[]): Node => schema.node("doc", null, blocks)

/** What becomes of this, done with the caret at `at` as a suggestion of person 1. */
function suggested(doc: Node, at: number, act: (state: EditorState, dispatch: (transaction: Transaction) => void) => unknown): Transaction | string {
  let state = EditorState.create({ doc })
  state = state.apply(state.tr.setSelection(TextSelection.create(doc, at)))
  let wanted: Transaction | null = null
  act(state, transaction => (wanted = transaction))
  assert.ok(wanted)
  const made = suggest(state, wanted, "1")
  if (typeof made !== "string") {
    made.doc.check()
    assert.ok(onlySuggests(doc, made.doc, "1") && quotesRightly(doc, made.doc, "1"))
  }
  return made
}

function made(doc: Node, at: number, act: Parameters<typeof suggested>[2]): Node {
  const found = suggested(doc, at, act)
  assert.ok(typeof found !== "string", String(found))
  return found.doc
}

/** The text with the suggestions of somebody, or of all, decided. */
function settledBy(doc: Node, who: string, verdict: "accept" | "reject"): string {
  const { content } = settled(doc, new Set([...places(doc).keys()].filter(id => id.startsWith(who))), verdict)
  return content.textBetween(0, content.size, "|")
}

test("words that the writer wants deleted do not come back when their paragraph is moved into a list or a quotation", () => {
  const doc = page(p(text("Wir "), text("alle ", mark("deletion", "1:a")), text("wollen.")))
  for (const [act, name] of [[toggleList("bullet_list"), "bullet_list"], [toggleWrap("blockquote"), "blockquote"]] as const) {
    const next = made(doc, 2, act)
    const accepted = settled(next, new Set(places(next).keys()), "accept")
    assert.equal(accepted.child(0).type.name, name)
    assert.equal(accepted.textContent, "Wir wollen.", name)
  }
})

test("what somebody else suggests in a paragraph goes along into a list, and stays theirs", () => {
  const doc = page(p(text("Wir "), text("alle ", mark("insertion", "2:a")), text("nicht ", mark("deletion", "2:b")), text("wollen.")))
  for (const act of [toggleList("bullet_list"), toggleWrap("blockquote")]) {
    const next = made(doc, 2, act)
    assert.equal(settledBy(next, "", "accept"), "Wir alle wollen.")
    assert.equal(settledBy(next, "1", "accept"), "Wir alle nicht wollen.")
    assert.equal(settledBy(settled(next, new Set(["2:a", "2:b"]), "reject"), "1", "accept"), "Wir nicht wollen.")
    assert.equal(settledBy(next, "1", "reject"), "Wir alle nicht wollen.")
  }
})

test("so does the rest of a list item that is split, and an item that is lifted or indented", () => {
  const item = (words: string): Node[] => [p(text(words), text(" fremd", mark("insertion", "2:a")), text(" Ende"))]
  const doc = page(list(item("eins"), item("zwei")))
  const second = 5 + (doc.child(0).child(0) as Node).nodeSize
  for (const [at, act] of [[5, splitListItem(schema.nodes["list_item"] as NodeType)], [5, lift], [second, indent]] as const) {
    const next = made(doc, at, act)
    assert.equal(settledBy(next, "1", "accept").replaceAll("|", ""), "eins fremd Endezwei fremd Ende")
    assert.equal(settledBy(settled(next, new Set(["2:a"]), "reject"), "1", "accept").replaceAll("|", ""), "eins Endezwei Ende")
  }
})

test("a paragraph of somebody else that goes elsewhere stays theirs, word by word", () => {
  const doc = page(list([p(text("eins"))]), p(text("fremd")).mark([mark("insertion", "2:a")]))
  const next = made(doc, doc.child(0).nodeSize + 1, joinBackward)
  assert.equal(settledBy(next, "1", "accept"), "eins|fremd")
  assert.equal(settledBy(settled(next, new Set(["2:a"]), "reject"), "1", "accept"), "eins")
})

test("in a list that somebody has suggested, the words of another stay the other's while they go on", () => {
  const own = list([p(text("eins"), text(" fremd", mark("insertion", "2:a")), text(" Ende"))]).mark([mark("insertion", "1:x")])
  const words = (next: Node): string => JSON.stringify(next.toJSON())
  const typed = made(page(own), 5, (state, dispatch) => dispatch(state.tr.insertText("X")))
  assert.match(words(typed), /"id":"1:x"[^}]*}}],"text":"X"/) // it says so itself, should somebody take it out of the list
  assert.match(words(typed), /"id":"2:a"[^}]*}}],"text":" fremd"/)
  const inside = made(page(own), 10, (state, dispatch) => dispatch(state.tr.insertText("X")))
  assert.equal(settledBy(inside, "2", "reject"), "einsX Ende")
  const erased = made(page(own), 10, (state, dispatch) => dispatch(state.tr.delete(9, 11)))
  assert.equal(settledBy(erased, "1", "accept"), "eins fmd Ende")
  assert.match(words(erased), /"type":"deletion"/)
})

test("others' words are not drawn in among other words: that is refused", () => {
  const doc = page(list([p(text("eins"))], [p(text("zwei "), text("fremd", mark("insertion", "2:a")))]))
  const joined = suggested(doc, 12, (state, dispatch) => dispatch(state.tr.delete(7, 11)))
  assert.equal(joined, "others")
})

test("what is replaced in several places is replaced there, and nowhere between", () => {
  const doc = page(p(text("Der alte Satz.")), p(text("Ein "), text("fremder", mark("insertion", "2:a")), text(" Satz.")), p(text("Noch ein alter.")))
  const next = made(doc, 1, (state, dispatch) => dispatch(state.tr.insertText("junger", 45, 50).insertText("junge", 5, 9)))
  assert.equal(settledBy(next, "1", "accept"), "Der junge Satz.|Ein fremder Satz.|Noch ein junger.")
  assert.ok(next.child(1).eq(doc.child(1)))
})

test("what is written in a table whose rows have not all the same length changes nothing else in it", () => {
  const cell = (words: string): Node => schema.node("table_cell", null, [p(text(words))])
  const doc = page(schema.node("table", null, [schema.node("table_row", null, [cell("a")]), schema.node("table_row", null, [cell("b"), cell("c")])]))
  const next = made(doc, 5, (state, dispatch) => dispatch(state.tr.insertText("X")))
  assert.ok(next.child(0).child(1).eq(doc.child(0).child(1)))
  assert.equal(next.childCount, 1)
})

test("where an author joins a suggested paragraph to another one, its words stay a suggestion", () => {
  const doc = page(p(text("Wir ")), p(text("wollen "), text("alle", mark("insertion", "3:b"))).mark([mark("insertion", "2:a")]), p(text(" mehr.")).mark([mark("deletion", "2:c")]))
  let state = EditorState.create({ doc })
  for (const at of [doc.child(0).nodeSize, doc.child(0).nodeSize + doc.child(1).nodeSize - 2]) state = state.apply(authored(state, state.tr.delete(at - 1, at + 1)))
  assert.deepEqual(state.doc.toJSON(), page(p(text("Wir "), text("wollen ", mark("insertion", "2:a")), text("alle", mark("insertion", "3:b")), text(" mehr.", mark("deletion", "2:c")))).toJSON())
})

test("a footnote in it too, with what somebody else wrote into it", () => {
  const note = schema.node("footnote", null, [text("ganz "), text("neu", mark("insertion", "3:b"))])
  const doc = page(p(text("Wir ")), p(text("wollen"), note).mark([mark("insertion", "2:a")]))
  const state = EditorState.create({ doc })
  const next = authored(state, state.tr.delete(doc.child(0).nodeSize - 1, doc.child(0).nodeSize + 1)).doc
  assert.equal(settledBy(next, "2", "reject"), "Wir ")
  assert.match(JSON.stringify(next.toJSON()), /"id":"3:b"/)
})

test("a decision on what stands far apart sends no more than what it changes, and as much at a time as a message holds", () => {
  const far = (name: string, who: string): Node => p(text("Hier "), text("fehlt ", mark(name, who)), text("etwas."))
  const between = Array.from({ length: 60 }, (_, index) => p(text(`${index} ${"Wort ".repeat(100)}`)))
  const items = Array.from({ length: 20 }, (_, index) => [index % 9 === 0 ? far("insertion", "2:c") : p(text("Punkt ".repeat(40)))])
  const doc = page(far("insertion", "2:a"), ...between, list(...items), far("deletion", "2:a"), p(text("neu")).mark([mark("insertion", "2:a")]), p(text("Ende")))
  for (const verdict of ["accept", "reject"] as const) {
    const ids = new Set(places(doc).keys())
    const wanted = settled(doc, ids, verdict)
    const { made: whole, all } = decision(EditorState.create({ doc }), ids, verdict, 200_000)
    assert.ok(all && whole.doc.eq(wanted))
    assert.ok(JSON.stringify(whole.steps.map(step => step.toJSON())).length < 2_000)
    let state = EditorState.create({ doc })
    for (let parts = 1; ; parts++) {
      const part = decision(state, ids, verdict, 200)
      state = state.apply(part.made)
      if (!part.all) continue
      assert.ok(parts > 2)
      break
    }
    assert.ok(state.doc.eq(wanted))
  }
})

test("what is written in a list of one's own stays a suggestion if an author takes the list away meanwhile", () => {
  const doc = page(p(text("Wir ")), list([p(text("wollen"))]).mark([mark("insertion", "1:x")]))
  const typed = suggested(doc, doc.content.size - 3, (state, dispatch) => dispatch(state.tr.insertText(" mehr")))
  assert.ok(typeof typed !== "string")
  let state = EditorState.create({ doc })
  state = state.apply(state.tr.setSelection(TextSelection.create(doc, doc.content.size - 3)))
  lift(state, transaction => {
    const away = authored(state, transaction)
    let after = away.doc
    for (const step of typed.steps) after = step.map(away.mapping)?.apply(after).doc ?? after
    assert.equal(after.textContent, "Wir wollen mehr")
    assert.ok(onlySuggests(away.doc, after, "1"))
    assert.equal(settledBy(after, "1", "reject"), "Wir |")
  })
})

test("a break by which others' paragraphs would be joined is no suggestion, though one's own stands between", () => {
  const doc = page(p(text("Eins.")), p(text("Neu.")).mark([mark("insertion", "1:a")]), p(text("Drei.")), p(text("Vier.")))
  const { tr } = EditorState.create({ doc })
  assert.ok(!onlySuggests(doc, tr.setNodeAttribute(0, "end", { change: "insertion", id: "1:b" }).doc, "1"))
})

test("where two places are suggested anew, another's words between them stay the other's", () => {
  const doc = page(p(text("eins "), text("fremd ", mark("insertion", "2:a")), text("drei vier")))
  const act = EditorState.create({ doc }).tr.delete(12, 17).delete(1, 6)
  const { parts, lost } = suggestAgain(doc, act.steps, ["act", "act"], "1")
  const made = parts.flat().reduce((now, step) => step.apply(now).doc as Node, doc)
  assert.deepEqual(lost, [])
  assert.equal(settledBy(made, "1", "accept"), "fremd vier")
  assert.equal(settledBy(settled(made, new Set(["2:a"]), "reject"), "1", "accept"), "vier")
  assert.ok(onlySuggests(doc, made, "1") && quotesRightly(doc, made, "1"))
})
