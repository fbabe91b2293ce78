import assert from "node:assert/strict"
import { test } from "node:test"
import { address, chosen, parse } from "../src/lines/address"

test("lines are understood as people and addresses name them", () => {
  assert.deepEqual(parse("#Z17"), { first: 17, last: 17 })
  assert.deepEqual(parse(" z17 – 19 "), { first: 17, last: 19 })
  assert.deepEqual(parse("19-17"), { first: 17, last: 19 })
  for (const bad of ["", "Zeile", "0", "17-", "1,5", "#b-17", "1234567"]) assert.equal(parse(bad), null, bad)
})

test("an address leads back to its lines", () => {
  for (const said of ["#Z1", "#Z17-19"]) assert.equal(address(parse(said) ?? { first: 0, last: 0 }), said)
})

test("a choice goes on from the lines before, on both sides", () => {
  assert.deepEqual(chosen({ first: 5, last: 6 }, 9, true), { first: 5, last: 9 })
  assert.deepEqual(chosen({ first: 5, last: 6 }, 2, true), { first: 2, last: 6 })
  assert.deepEqual(chosen({ first: 5, last: 6 }, 9, false), { first: 9, last: 9 })
  assert.deepEqual(chosen(null, 9, true), { first: 9, last: 9 })
})
