import assert from "node:assert/strict"
import { test } from "node:test"
import type { Mark, Node } from "prosemirror-model"
import { EditorState, TextSelection, type Transaction } from "prosemirror-state"
import { toggleList, toggleWrap } from "../src/editor/blocks"
import { schema } from "../src/schema"
import { suggest } from "../src/suggestions/convert"
import { places, settled } from "../src/suggestions/settle"

const mark = (name: string, id: string): Mark => schema.mark(name, { id })
const text = (words: string, ...marks: Mark[]): Node => schema.text(words, marks)
const p = (...content: Node[]): Node => schema.node("paragraph", null, content)

/** What the text becomes when this is done to it as a suggestion of person 1, and that is accepted. */
function accepted(doc: Node, act: (state: EditorState, dispatch: (transaction: Transaction) => void) => unknown): Node {
  let state = EditorState.create({ doc })
  state = state.apply(state.tr.setSelection(TextSelection.create(doc, 2)))
  let wanted: Transaction | null = null
  act(state, transaction => (wanted = transaction))
  assert.ok(wanted)
  const made = suggest(state, wanted, "1")
  assert.ok(made)
  made.doc.check()
  return settled(made.doc, new Set(places(made.doc).keys()), "accept")
}

test("words that somebody wants deleted do not come back when their paragraph is moved into a list or a quotation", () => {
  for (const whose of ["1:a", "2:a"]) {
    const doc = schema.node("doc", null, [p(text("Wir "), text("alle ", mark("deletion", whose)), text("wollen."))])
    for (const [act, name] of [[toggleList("bullet_list"), "bullet_list"], [toggleWrap("blockquote"), "blockquote"]] as const) {
      const made = accepted(doc, act)
      assert.equal(made.child(0).type.name, name)
      assert.equal(made.textContent, "Wir wollen.", `${name} ${whose}`)
    }
  }
})

test("what somebody else has suggested to write is moved along", () => {
  const doc = schema.node("doc", null, [p(text("Wir "), text("alle ", mark("insertion", "2:a")), text("wollen."))])
  assert.equal(accepted(doc, toggleList("bullet_list")).textContent, "Wir alle wollen.")
})
