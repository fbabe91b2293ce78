import assert from "node:assert/strict"
import { test } from "node:test"
import { splitBlock } from "prosemirror-commands"
import type { Node } from "prosemirror-model"
import { EditorState, TextSelection } from "prosemirror-state"
import { linkMeant, listKind, marksOf, msoList, readStyle, unstyled } from "../src/editor/clean"
import { search } from "../src/editor/find"
import { cleanedContent, wrong } from "../src/editor/guard"
import { ids, nameless } from "../src/editor/ids"
import { meant } from "../src/editor/link"
import { asked } from "../src/editor/mention"
import { countWords, headings, section } from "../src/editor/outline"
import { readPresence } from "../src/editor/presence"
import { initials } from "../src/names"
import { quote } from "../src/editor/typography"
import { setLevel, toggleList, toggleWrap, tooDeep, insertRule } from "../src/editor/blocks"
import { insertTable } from "../src/editor/tables"
import { selected } from "../src/editor/seam"
import { schema } from "../src/schema"

const text = (words: string): Node => schema.text(words)
const p = (words = "", attrs: object = {}): Node => schema.node("paragraph", attrs, words ? [text(words)] : [])
const h = (level: number, words: string): Node => schema.node("heading", { level }, [text(words)])
const doc = (...blocks: Node[]): Node => schema.node("doc", null, blocks)
const at = (state: EditorState, from: number, to = from): EditorState => state.apply(state.tr.setSelection(TextSelection.create(state.doc, from, to)))

/** Type letter by letter as the rules see it. */
function typed(keys: string, lang: string): string {
  return [...keys].reduce((before, key) => before + (key === '"' || key === "'" ? quote(before, key, lang) : key), "")
}

test("straight quotation marks become German ones", () => {
  assert.equal(typed('Er sagte "ja".', "de"), "Er sagte „ja“.")
  assert.equal(typed('("so")', "de"), "(„so“)")
  assert.equal(typed('"Er rief \'halt\'"', "de"), "„Er rief ‚halt‘“")
  assert.equal(typed("\"'halt'\"", "de"), "„‚halt‘“")
  assert.equal(typed("wie geht's", "de"), "wie geht’s")
  assert.equal(typed("Hans' Haus", "de"), "Hans’ Haus")
  assert.equal(typed('"so –"', "de"), "„so –“")
  assert.equal(typed('es war –"so"', "de"), "es war –„so“")
  assert.equal(typed('\u00a0"x"', "de"), "\u00a0„x“")
})

test("and English ones in an English paper", () => {
  assert.equal(typed('He said "yes", didn\'t he?', "en"), "He said “yes”, didn’t he?")
  assert.equal(typed("the 'so-called' plan", "en-GB"), "the ‘so-called’ plan")
})

test("what is searched is found in reading order, in footnotes too, whatever the case", () => {
  const note = schema.node("footnote", null, text("Haus am See"))
  const found = search(doc(h(1, "Haus"), schema.node("paragraph", null, [text("ein haus"), note, text(" HAUS Häuser")])), { text: "haus", caseMatters: false, wholeWords: false })
  assert.deepEqual(found.map(({ from }) => from), [1, 11, 16, 29])
  assert.equal(search(doc(p("a.b axb")), { text: "a.b", caseMatters: false, wholeWords: false }).length, 1, "no pattern is taken from the person")
  assert.equal(search(doc(p("Haus Haustür Häuser")), { text: "Haus", caseMatters: true, wholeWords: true }).length, 1)
  assert.equal(search(doc(p("z.\u00a0B.")), { text: "z. B.", caseMatters: false, wholeWords: false }).length, 1)
  assert.equal(search(doc(p("😀😀x")), { text: "x", caseMatters: false, wholeWords: false })[0]?.from, 5)
})

test("Word's list marks tell what list it is", () => {
  assert.deepEqual(listKind("3."), { tag: "ol", start: 3, style: "" })
  assert.deepEqual(listKind("(12)"), { tag: "ol", start: 12, style: "" })
  assert.deepEqual(listKind("b)"), { tag: "ol", start: 2, style: "style-lower-alpha" })
  assert.deepEqual(listKind("IV."), { tag: "ol", start: 1, style: "style-upper-roman" })
  assert.equal(listKind("·").tag, "ul")
  assert.equal(listKind("o").tag, "ul")
  assert.deepEqual(msoList(readStyle("margin-left:36.0pt; mso-list:l0 level2 lfo1")), { list: "l0", level: 2 })
  assert.equal(msoList(readStyle("color:red")), null)
})

test("styles mean marks", () => {
  assert.deepEqual(marksOf(readStyle("font-weight:700;font-style:italic;text-decoration:underline line-through")), ["strong", "em", "u", "s"])
  assert.deepEqual(marksOf(readStyle("font-weight:400;vertical-align:super")), ["sup"])
  assert.deepEqual(marksOf(readStyle("background:yellow;mso-highlight:yellow")), ["mark"])
  assert.deepEqual(marksOf(readStyle("background-color:transparent")), [])
})

test("only addresses that may be linked are linked", () => {
  assert.equal(linkMeant("https://www.google.com/url?q=https://example.org/a&sa=D"), "https://example.org/a")
  for (const bad of ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "file:///etc/passwd", "#_ftn1", "//example.org", "java\tscript:x", "https://", "vbscript:x", "https:\\\\x"])
    assert.equal(linkMeant(bad), null, bad)
  assert.equal(meant("www.example.org"), "https://www.example.org")
  assert.equal(meant("anna@example.org"), "mailto:anna@example.org")
  assert.equal(meant("example.org:8080/x"), "https://example.org:8080/x")
  assert.equal(meant("javascript:alert(1)"), "javascript:alert(1)")
})

test("blocks get ids where they lack one or share one, and only there", () => {
  const made = doc(p("a", { id: "one" }), p("b", { id: "one" }), p("c"), p("d", { id: "two" }))
  assert.deepEqual(nameless(made, [[0, 9]]), [3, 6])
  assert.deepEqual(nameless(made, [[9, 12]]), [6])
  let state = EditorState.create({ doc: doc(p("abcd", { id: "one" })), plugins: [ids(() => true)] })
  state = state.apply(state.tr.split(3))
  const [first, second] = [state.doc.child(0).attrs.id, state.doc.child(1).attrs.id]
  assert.equal(first, "one")
  assert.match(second, /^[a-z0-9]{10}$/)
})

test("a suggested break stays behind its words when a writer splits, joins or deletes", () => {
  const end = { change: "insertion", id: "p:1" }
  const begun = (): EditorState => EditorState.create({
    doc: doc(p("abcd", { id: "one", end }), p("efgh", { id: "two" }), h(1, "ij")), plugins: [ids(() => true)],
  })
  const told = (state: EditorState): unknown[] => state.doc.children.map(node => [node.textContent, Boolean(node.attrs.end)])
  const enter = (state: EditorState): EditorState => {
    splitBlock(state, transaction => (state = state.apply(transaction)))
    return state
  }
  const [a, b, rest] = [["abcd", true], ["efgh", false], ["ij", false]]
  assert.deepEqual(told(enter(at(begun(), 3))), [["ab", false], ["cd", true], b, rest])
  assert.deepEqual(told(enter(at(begun(), 1))), [["", false], a, b, rest])
  assert.deepEqual(told(enter(at(begun(), 5))), [["abcd", false], ["", true], b, rest])
  assert.deepEqual(told(enter(at(begun(), 9))), [a, ["ef", false], ["gh", false], rest])
  assert.deepEqual(told(begun().apply(begun().tr.join(6))), [["abcdefgh", false], rest])
  assert.deepEqual(told(begun().apply(begun().tr.delete(3, 9))), [["abgh", false], rest])
  assert.deepEqual(told(begun().apply(begun().tr.delete(2, 4))), [["ad", true], b, rest])
  assert.deepEqual(told(begun().apply(begun().tr.insert(6, p("neu")))), [a, ["neu", false], b, rest])
  const headed = EditorState.create({ doc: doc(schema.node("heading", { level: 1, id: "one", end }, [text("abcd")]), p("ef")), plugins: [ids(() => true)] })
  assert.deepEqual(told(enter(at(headed, 1))), [["", false], ["abcd", true], ["ef", false]])
  const joined = EditorState.create({ doc: doc(p("ab"), p("cd", { end }), p("ef")), plugins: [ids(() => true)] })
  assert.deepEqual(told(joined.apply(joined.tr.join(4))), [["abcd", true], ["ef", false]])
})

test("ids are never given to what came from the server", () => {
  const state = EditorState.create({ doc: doc(p("abcd", { id: "one" })), plugins: [ids(() => true)] })
  assert.equal(state.apply(state.tr.split(3).setMeta("rebased", 0)).doc.child(1).attrs.id, "one")
})

test("half characters, and blocks that lie too deep, are not made", () => {
  const emoji = EditorState.create({ doc: doc(p("a😀b")) })
  assert.equal(wrong(emoji.tr.insertText("x", 3)), "half")
  assert.equal(wrong(emoji.tr.insertText("x", 4)), null)
  let deep: Node = p("x")
  for (let level = 0; level < 11; level++) deep = schema.node("blockquote", null, [deep])
  const state = EditorState.create({ doc: doc(p("here"), deep) })
  assert.equal(wrong(state.tr.insertText("y", state.doc.content.size - 12)), null)
  const deeper = schema.node("blockquote", null, [deep])
  assert.equal(wrong(state.tr.insert(0, deeper)), "depth")
  assert.equal(tooDeep(at(state, state.doc.content.size - 12), 1), true)
})

test("pasted text loses the characters that no paper may hold", () => {
  const nodes = schema.node("doc", null, [p("a\u202eb\u0007c\u2028")]).content
  const clean = cleanedContent(nodes)
  assert.equal(clean.textBetween(0, clean.size), "abc\u2028")
})

test("headings, lists, quotes and motions are made and taken back; ids stay", () => {
  let state = at(EditorState.create({ doc: doc(p("Titel", { id: "t" }), p("Text")) }), 2)
  const act = (command: ReturnType<typeof setLevel>): void => void command(state, tr => (state = state.apply(tr)))
  act(setLevel(2))
  assert.deepEqual([state.doc.firstChild?.type.name, state.doc.firstChild?.attrs.level, state.doc.firstChild?.attrs.id], ["heading", 2, "t"])
  act(setLevel(0))
  assert.equal(state.doc.firstChild?.type.name, "paragraph")
  act(toggleList("bullet_list"))
  assert.equal(state.doc.firstChild?.type.name, "bullet_list")
  act(toggleList("ordered_list"))
  assert.equal(state.doc.firstChild?.type.name, "ordered_list")
  act(toggleList("ordered_list"))
  assert.equal(state.doc.firstChild?.type.name, "paragraph")
  act(toggleWrap("motion"))
  assert.equal(state.doc.firstChild?.type.name, "motion")
  act(toggleWrap("motion"))
  assert.equal(state.doc.firstChild?.type.name, "paragraph")
})

test("a table is put where the empty paragraph was, with a way to go on below it", () => {
  let state = at(EditorState.create({ doc: doc(p("oben"), p()) }), 7)
  insertTable(2, 3)(state, tr => (state = state.apply(tr)))
  assert.deepEqual(state.doc.content.content.map(node => node.type.name), ["paragraph", "table", "paragraph"])
  assert.equal(state.doc.child(1).childCount, 2)
  assert.equal(state.doc.child(1).firstChild?.firstChild?.type.name, "table_header")
  assert.equal(state.selection.$from.node(-1).type.name, "table_header", "the cursor is in the first cell")
  state.doc.check()
  assert.equal(insertTable(2, 2)(state), false, "no table in a table")
})

test("a dividing line goes behind the paragraph with words and in the place of an empty one", () => {
  let state = at(EditorState.create({ doc: doc(p("oben"), p("unten")) }), 3)
  insertRule(state, tr => (state = state.apply(tr)))
  assert.deepEqual(state.doc.content.content.map(node => node.type.name), ["paragraph", "horizontal_rule", "paragraph"])
  assert.equal(state.selection.$from.parent.textContent, "unten")
})

test("the outline knows the headings and which section one is in", () => {
  const found = headings(doc(p("x"), h(1, "A"), p("y"), schema.node("blockquote", null, [h(2, "B")])))
  assert.deepEqual(found, [{ pos: 3, level: 1, text: "A" }, { pos: 10, level: 2, text: "B" }])
  assert.deepEqual([0, 3, 9, 11].map(pos => section(found, pos)), [-1, 0, 0, 1])
})

test("words are counted as people count them", () => {
  assert.equal(countWords("Die Mitautor:innen – z. B. Anna – schrieben 3 Sätze."), 8)
  assert.equal(countWords("– … !"), 0)
})

test("an @ asks for people only where a name can begin", () => {
  assert.equal(asked("Hallo @An"), "An")
  assert.equal(asked("@"), "")
  assert.equal(asked("(@Ben Ç"), "Ben Ç")
  assert.equal(asked("anna@example"), null)
  assert.equal(asked("@Ben Çelik ist"), null)
})

test("what others say about themselves is read with care", () => {
  const { here, left } = readPresence({ here: [{ client: "c", person: 4, name: "Anna", colour: 14, version: 3, head: 2, anchor: -1 }, null, { client: 7 }], left: ["d"] })
  assert.deepEqual(here, [{ client: "c", person: "4", name: "Anna", colour: 2, version: 3, head: 2, anchor: null }])
  assert.deepEqual(left, ["d"])
  assert.equal(initials("Dr. Anna von Berg"), "DB")
  assert.equal(initials(""), "?")
})

test("a selection as a quote has its surroundings, blocks joined by line breaks", () => {
  const made = doc(p("Erster Absatz."), p("Zweiter Absatz."))
  assert.deepEqual(selected(made, 8, 24), { from: 8, to: 24, exact: "Absatz.\nZweiter", prefix: "Erster ", suffix: " Absatz." })
  assert.equal(selected(made, 3, 3), null)
})

test("no style reaches the browser when pasted HTML is read", () => {
  assert.equal(unstyled('<style>p{}</style><p class="a"style="x:1" STYLE=\'y\'>style="z"</p>'), '<p class="a"data-style="x:1" data-style=\'y\'>style="z"</p>')
})
