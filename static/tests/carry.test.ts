import assert from "node:assert/strict"
import { test } from "node:test"
import type { Node } from "prosemirror-model"
import { EditorState, type Transaction } from "prosemirror-state"
import { collab, receiveTransaction, sendableSteps } from "prosemirror-collab"
import type { Step } from "prosemirror-transform"
import { carry, paragraphs, words } from "../src/live/carry"
import { goOn } from "../src/live/leftovers"
import { schema } from "../src/schema"
import { dice } from "./dice"

const p = (...texts: string[]): Node[] => texts.map(text => schema.node("paragraph", null, text ? [schema.text(text)] : []))
const doc = (...texts: string[]): Node => schema.node("doc", null, p(...texts))

function anything(state: EditorState, roll: () => number): Transaction {
  const size = state.doc.content.size
  const from = Math.floor(roll() * size)
  const to = Math.min(size, from + Math.floor(roll() * 6))
  const { tr } = state
  try {
    const kind = roll()
    if (kind < 0.5) tr.insertText("xyz".slice(0, 1 + Math.floor(roll() * 3)), from)
    else if (kind < 0.75) tr.delete(from, to)
    else if (kind < 0.9) tr.split(from)
    else tr.addMark(from, to, schema.mark("strong"))
  } catch {
    return state.tr
  }
  return tr
}

test("steps are carried by positions exactly as the collab plugin carries them with documents", () => {
  let compared = 0
  for (let seed = 1; seed <= 400; seed++) {
    const roll = dice(seed)
    const start = EditorState.create({ doc: doc("Ein erster Absatz.", "Ein zweiter, der länger ist.", ""), plugins: [collab({ version: 0, clientID: "me" })] })
    let mine = start
    for (let n = 0; n < 4; n++) mine = mine.apply(anything(mine, roll))
    let theirs = start
    const over: Step[] = []
    for (let n = 0; n < 4; n++) {
      const tr = anything(theirs, roll)
      over.push(...tr.steps)
      theirs = theirs.apply(tr)
    }
    const before = sendableSteps(mine)?.steps ?? []
    if (over.length === 0 || before.length === 0) continue
    const after = mine.apply(receiveTransaction(mine, over, over.map(() => "you")))
    const wanted = (sendableSteps(after)?.steps ?? []).map(step => JSON.stringify(step.toJSON()))
    const carried = carry(before, over.map(step => step.getMap())).filter(step => step !== null)
    // The plugin also drops what does not apply; where it dropped nothing more, both agree.
    if (carried.length !== wanted.length) continue
    assert.deepEqual(carried.map(step => JSON.stringify(step.toJSON())), wanted, `seed ${seed}`)
    compared++
  }
  assert.ok(compared > 200, `only ${compared} compared`)
})

test("a step whose place was deleted has no place any more", () => {
  const state = EditorState.create({ doc: doc("abcdef") })
  const typed = state.tr.insertText("X", 4)
  const deleted = state.tr.delete(2, 6)
  assert.deepEqual(carry(typed.steps, deleted.steps.map(step => step.getMap())), [null])
})

test("words typed letter by letter are one piece, and what was taken back is not in it", () => {
  let state = EditorState.create({ doc: doc("abc") })
  const steps: Step[] = []
  const act = (tr: Transaction): void => {
    steps.push(...tr.steps)
    state = state.apply(tr)
  }
  "Na so".split("").forEach((letter, at) => act(state.tr.insertText(letter, 4 + at)))
  act(state.tr.delete(8, 9))
  act(state.tr.insertText("ö", 8))
  assert.deepEqual(words(steps), ["Na sö"])
})

test("pasted paragraphs are given paragraph by paragraph, with their footnotes", () => {
  const note = schema.node("footnote", null, schema.text("Quelle"))
  const pasted = schema.node("doc", null, [...p("eins"), schema.node("paragraph", null, [schema.text("zwei"), note]), schema.node("bullet_list", null, [schema.node("list_item", null, p("drei"))])])
  assert.deepEqual(paragraphs(pasted.content), ["eins", "zwei [Quelle]", "drei"])
})

test("leftovers: what had arrived after all is dropped, what had not is carried on", () => {
  const state = EditorState.create({ doc: doc("abc") })
  const first = state.tr.insertText("X", 1).steps[0]!
  const second = state.apply(state.tr.step(first)).tr.insertText("Y", 2).steps[0]!
  const rest = { version: 5, steps: [first, second], units: [1, 2], batch: 3, inFlight: 1, lost: [], foreign: 0 }
  const foreign = state.tr.insertText("fremd ", 1).steps[0]!
  const frame = { type: "steps" as const, version: 4, steps: [{}, foreign.toJSON(), first.map(foreign.getMap() as never)?.toJSON() ?? {}], clients: ["z", "other", "dead"], batches: [1, 1, 3], people: ["1", "1", "1"] }
  const next = goOn(rest, frame, "dead")
  assert.equal(next.version, 7)
  assert.equal(next.inFlight, 0)
  assert.equal(next.foreign, 1)
  assert.equal(next.steps.length, 1)
  assert.equal((next.steps[0]!.toJSON() as { from: number }).from, 8)
})
