// The pure parts of comments: which are shown and in which order, where cards stand, how words are cut.
import assert from "node:assert/strict"
import { test } from "node:test"
import { GAP, height, tops } from "../src/comments/layout"
import { matched, unchanged } from "../src/comments/redline"
import { innermost, pieces } from "../src/comments/spans"
import { EVERYTHING, holding, neighbour, news, OPEN, shelves, takes, type Thread } from "../src/comments/threads"
import { matching, named, parts, query } from "../src/comments/words"
import cases from "./remarks.json"

const person = (id: number | null) => ({ id, name: `Person ${id}`, initials: "P" })

function thread(id: number, but: Partial<Thread> = {}): Thread {
  return {
    id, text: "Warum?", author: person(1), at: "2026-09-07T12:00:00+00:00", edited: null, deleted: false, mentions: [],
    kind: "question", revision: null, place: { start: id * 10, end: id * 10 + 5, state: "unchanged" }, quote: "", outcome: null, answer: "",
    resolved: null, may: { edit: false, delete: false, resolve: false, answer: true }, answers: [], ...but,
  }
}
const answer = (id: number, by: number) => ({ ...thread(id, { author: person(by) }), may: { edit: false, delete: false } })

for (const { text, names, parts: expected } of cases)
  test(`“${text}” is cut as the server cuts it`, () => {
    assert.deepEqual(parts(text, names).map(part => [part.kind, part.text]), expected)
  })

test("the name behind an @ is what is being typed, at most two words of it", () => {
  assert.deepEqual(query("Hallo @Be", 9), { from: 6, to: 9, text: "Be" })
  assert.deepEqual(query("@Änne Mül", 9), { from: 0, to: 9, text: "Änne Mül" })
  assert.equal(query("mail@example", 12), null)
  assert.equal(query("@Ada Ahrens sagt", 16), null)
  assert.deepEqual(query("(@", 2), { from: 1, to: 2, text: "" })
})

test("only those stay named whose names stand in the text", () => {
  const people = [{ id: 1, name: "Ada Ahrens" }, { id: 2, name: "Ben Brandt" }]
  assert.deepEqual(named("Frag @Ada Ahrens.", people), [people[0]])
})

test("names are found by the beginnings of their words", () => {
  const people = [{ name: "Ada Ahrens" }, { name: "Anna Müller-Ahlers" }]
  assert.deepEqual(matching(people, "ah"), people)
  assert.deepEqual(matching(people, "a mü"), [people[1]])
  assert.deepEqual(matching(people, "rens"), [])
})

test("the filters take what the server's filters take", () => {
  const mine = thread(1, { author: person(7) })
  const answered = thread(2, { author: person(7), answers: [answer(20, 1)] })
  const naming = thread(3, { mentions: [{ id: 7, name: "Ich" }], kind: "note" })
  const closed = thread(4, { resolved: { by: person(1), at: "" }, outcome: "accepted" })
  const every = [mine, answered, naming, closed]
  const found = (filter: Partial<typeof EVERYTHING>): number[] => every.filter(each => takes({ ...EVERYTHING, ...filter }, each, 7)).map(each => each.id)
  assert.deepEqual(found({}), [1, 2, 3, 4])
  assert.deepEqual(found(OPEN), [1, 2, 3])
  assert.deepEqual(found({ state: "resolved" }), [4])
  assert.deepEqual(found({ mine: true }), [1, 2])
  assert.deepEqual(found({ toMe: true }), [2, 3])
  assert.deepEqual(found({ kind: "note" }), [3])
})

test("threads stand in the order of the text, those without a place apart", () => {
  const gone = thread(1, { place: { start: null, end: null, state: "gone" } })
  const whole = thread(2, { place: { start: null, end: null, state: "unchanged" } })
  const sorted = shelves([gone, whole, thread(9), thread(4)])
  assert.deepEqual(sorted.placed.map(each => each.id), [4, 9])
  assert.deepEqual(sorted.whole.map(each => each.id), [2])
  assert.deepEqual(sorted.gone.map(each => each.id), [1])
})

test("the keys lead round and round", () => {
  assert.equal(neighbour([4, 9, 2], null, 1), 4)
  assert.equal(neighbour([4, 9, 2], null, -1), 2)
  assert.equal(neighbour([4, 9, 2], 2, 1), 4)
  assert.equal(neighbour([4, 9, 2], 4, -1), 2)
  assert.equal(neighbour([4, 9, 2], 77, 1), 4)
  assert.equal(neighbour([], null, 1), null)
})

test("what others have said since is news, what I said is not", () => {
  const before = [thread(1)]
  const now = [thread(1, { answers: [answer(5, 2), answer(6, 7)] }), thread(8, { author: person(3) })]
  assert.deepEqual(news(before, now, 7).map(said => said.id), [5, 8])
  assert.equal(holding(now, 6)?.id, 1)
})

test("cards never lie on one another, and the current one stands at its passage", () => {
  const items = [{ id: 1, want: 100, height: 80 }, { id: 2, want: 120, height: 50 }, { id: 3, want: 130, height: 60 }]
  const first = tops(items, null)
  assert.deepEqual([...first.values()], [100, 100 + 80 + GAP, 100 + 80 + GAP + 50 + GAP])
  const third = tops([{ id: 1, want: 300, height: 80 }, { id: 2, want: 320, height: 50 }, { id: 3, want: 330, height: 60 }], 3)
  assert.equal(third.get(3), 330)
  assert.equal(third.get(2), 330 - GAP - 50)
  assert.equal(third.get(1), 330 - GAP - 50 - GAP - 80)
  const tight = tops(items, 3)
  assert.equal(tight.get(1), 0)
  assert.equal(tight.get(3), 80 + GAP + 50 + GAP)
  assert.equal(height(items, tight), 80 + GAP + 50 + GAP + 60)
  assert.deepEqual([...tops([], null)], [])
})

test("where passages overlap a piece belongs to several comments", () => {
  assert.deepEqual(pieces([{ id: 1, start: 2, end: 8 }, { id: 2, start: 5, end: 12 }, { id: 3, start: 20, end: 20 }]), [
    { start: 2, end: 5, ids: [1] }, { start: 5, end: 8, ids: [1, 2] }, { start: 8, end: 12, ids: [2] },
  ])
  assert.deepEqual(pieces([{ id: 1, start: 2, end: 4 }, { id: 2, start: 6, end: 8 }]).map(piece => piece.ids), [[1], [2]])
  assert.equal(innermost([{ id: 1, start: 0, end: 50 }, { id: 2, start: 5, end: 9 }], [1, 2]), 2)
})

test("an entry of the list of changes finds its places by their names, else by their sort in order", () => {
  const spots = [
    { id: "a:1", sort: "words" as const }, { id: null, sort: "block" as const }, { id: "a:2", sort: "words" as const },
    { id: null, sort: "format" as const }, { id: null, sort: "end" as const }, { id: "a:2", sort: "words" as const },
  ]
  const entries = [
    { ids: ["a:1"], kind: "insertion" }, { ids: ["a:9"], kind: "deletion" }, { ids: ["a:2"], kind: "replacement" },
    { ids: ["a:4"], kind: "join" }, { ids: ["a:5"], kind: "format" },
  ]
  assert.deepEqual(matched(entries, spots), [[0], [1], [2, 5], [], []])
  assert.deepEqual(matched([{ ids: ["x"], kind: "format" }, { ids: ["y"], kind: "split" }], spots), [[3], [4]])
})

test("what did not change is left out, but not the heading above a change", () => {
  const block = (sign: string) => ({ changed: sign === "c", heading: sign === "h" })
  assert.deepEqual(unchanged([..."huuhucuhuu"].map(block)), [{ from: 0, to: 3 }, { from: 4, to: 5 }, { from: 6, to: 10 }])
  assert.deepEqual(unchanged([..."cc"].map(block)), [])
})
