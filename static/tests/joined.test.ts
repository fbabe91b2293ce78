import assert from "node:assert/strict"
import { test } from "node:test"
import { joined } from "../src/live/collab"
import { schema } from "../src/schema"

test("texts that lie apart for no reason are joined when a document is read", () => {
  const apart = { type: "doc", content: [{ type: "blockquote", content: [{ type: "paragraph", content: [{ type: "text", text: "ei" }, { type: "text", text: "ns" }, { type: "text", text: "zwei", marks: [{ type: "em" }] }] }] }] }
  const doc = schema.nodeFromJSON(apart)
  assert.equal(doc.firstChild?.firstChild?.childCount, 3)
  assert.equal(joined(doc).firstChild?.firstChild?.childCount, 2)
  assert.equal(joined(doc).textContent, "einszwei")
})
