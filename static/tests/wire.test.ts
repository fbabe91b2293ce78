import assert from "node:assert/strict"
import { test } from "node:test"
import { BATCH_BYTES, depart, fitting, held } from "../src/live/flight"
import { asFrame, from, read, runs } from "../src/live/wire"

const frame = { type: "steps" as const, version: 3, steps: ["a", "b", "c"], clients: ["x", "y", "y"], batches: [1, 1, 1], people: ["1", "2", "2"] }

test("of a frame only what is new is taken", () => {
  assert.deepEqual(from(frame, 4)?.steps, ["b", "c"])
  assert.equal(from(frame, 4)?.version, 4)
  assert.deepEqual(from(frame, 9)?.steps, [])
  assert.equal(from(frame, 2), null, "something between is missing")
})

test("a frame is cut into runs of own and foreign steps", () => {
  assert.deepEqual(runs(["x", "y", "y", "x"], "x"), [{ own: true, start: 0, end: 1 }, { own: false, start: 1, end: 3 }, { own: true, start: 3, end: 4 }])
  assert.deepEqual(runs([], "x"), [])
})

test("nonsense from the wire is no message", () => {
  for (const text of ["", "{", "[]", "null", "7", '{"type":"steps"}', '{"type":"steps","version":-1,"steps":[]}', '{"type":"steps","version":1.5,"steps":[]}', '{"type":"behind"}', '{"type":"unheard of"}'])
    assert.equal(read(text), null, text)
  assert.equal(read('{"type":"behind","version":4}')?.type, "behind")
})

test("lists of a frame that do not fit are not believed", () => {
  assert.deepEqual(asFrame({ type: "steps", version: 0, steps: [1, 2], clients: ["x"] })?.clients, ["", ""])
})

const [one, two, three] = [{}, {}, {}]

test("a batch is cut between actions, never inside one", () => {
  const big = { text: "ä".repeat(BATCH_BYTES / 4) } // two bytes a letter
  const pending = { steps: [big, big, big], origins: [one, two, two] as object[] }
  assert.equal(fitting(pending), 1)
  assert.equal(fitting({ steps: [big, big, big], origins: [one, one, one] as object[] }), 3, "one action goes whole")
  assert.equal(fitting({ steps: [1, 2, 3], origins: [one, two, three] as object[] }), 3)
})

test("a batch without an answer is sent again under its number, without what was typed since", () => {
  const first = depart(null, 4, { steps: [1, 2], origins: [one, two] as object[] })
  assert.equal(first?.flight.batch, 5)
  const again = depart(first!.flight, 5, { steps: [1, 2, 3], origins: [one, two, three] as object[] })
  assert.equal(again?.flight.batch, 5)
  assert.equal(again?.count, 2)
})

test("a batch whose steps have all gone makes way for the next", () => {
  const { flight } = depart(null, 0, { steps: [1], origins: [one] as object[] })!
  assert.equal(held(flight, { steps: [3], origins: [three] as object[] }), 0)
  assert.equal(depart(flight, 1, { steps: [3], origins: [three] as object[] })?.flight.batch, 2)
  assert.equal(depart(flight, 1, { steps: [], origins: [] }), null)
})

test("no batch holds more steps than the server takes", () => {
  const many = Array.from({ length: 7000 }, () => ({}))
  assert.ok(fitting({ steps: many, origins: many }) <= 2000)
})
