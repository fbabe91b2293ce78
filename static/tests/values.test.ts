import assert from "node:assert/strict"
import { test } from "node:test"
import { canonical, fingerprint } from "../src/editor/hash"
import { schema } from "../src/schema"
import { cleaned, isAddress, wrongValue } from "../src/values"

test("addresses: web, mail and blocks of the paper; nothing else, nothing hidden", () => {
  for (const good of ["https://example.org", "http://example.org/a?b=c#d", "HTTPS://EXAMPLE.ORG/ä", "mailto:anna@example.org", "#block-1"]) assert.ok(isAddress(good), good)
  for (const bad of ["javascript:alert(1)", " https://x.org", "https://x.org/a b", "https:///x", "http:x", "ftp://x.org", "data:text/html,x", "https://x.org\u0000", "https://x\u200b.org/", "#", "#ä", "//x.org", "mailto:", "https://x.org/\u202e", ""]) assert.ok(!isAddress(bad), JSON.stringify(bad))
})

test("values are checked by value, not only by type", () => {
  assert.equal(wrongValue(2, { validate: "number", least: 1, most: 4 }), null)
  for (const bad of [0, 5, 1.5, Number.NaN, "2", null, true]) assert.notEqual(wrongValue(bad, { validate: "number", least: 1, most: 4 }), null, String(bad))
  assert.equal(wrongValue(null, { validate: "string|null", pattern: "[a-z]+" }), null)
  assert.notEqual(wrongValue("abc1", { validate: "string|null", pattern: "[a-z]+" }), null)
  assert.equal(wrongValue("😀😀", { validate: "string", most: 2 }), null, "lengths count whole characters")
  assert.notEqual(wrongValue("\ud83d", { validate: "string" }), null)
  assert.equal(wrongValue({ change: "insertion", id: "7:abc" }, { shape: "change" }), null)
  for (const bad of [{ change: "moved", id: "7:abc" }, { change: "insertion" }, { change: "insertion", id: "x" }, { change: "insertion", id: "7:abc", more: 1 }, []]) assert.notEqual(wrongValue(bad, { shape: "change" }), null)
  for (const bad of [[], [9], [5001], [1.5], ["20"], "20"]) assert.notEqual(wrongValue(bad, { shape: "widths" }), null, JSON.stringify(bad))
})

test("a document with a bad value is not read", () => {
  const link = (href: string) => ({ type: "doc", content: [{ type: "paragraph", content: [{ type: "text", text: "x", marks: [{ type: "link", attrs: { href } }] }] }] })
  assert.throws(() => schema.nodeFromJSON(link("javascript:alert(1)")))
  assert.doesNotThrow(() => schema.nodeFromJSON(link("https://example.org")))
  assert.throws(() => schema.nodeFromJSON({ type: "doc", content: [{ type: "heading", attrs: { level: 5 } }] }))
  assert.throws(() => schema.nodeFromJSON({ type: "doc", content: [{ type: "figure", content: [{ type: "image", attrs: { file: "https://example.org/x.png" } }] }] }))
})

test("cleaning takes out what no text may hold and leaves the rest", () => {
  assert.equal(cleaned("a\u0000b\u202ec\ud83d😀\td\r\ne"), "abc😀\td e")
  assert.equal(cleaned("schön – „so“"), "schön – „so“")
})

test("the canonical form is what the server hashes", async () => {
  assert.equal(canonical({ b: 1, a: ["ä", null, { d: true, c: 'x"' }] }), '{"a":["ä",null,{"c":"x\\"","d":true}],"b":1}')
  const doc = schema.nodeFromJSON({ type: "doc", attrs: { title: "T", lang: "de" }, content: [{ type: "heading", attrs: { level: 2 }, content: [{ type: "text", text: "Über „uns“", marks: [{ type: "strong" }, { type: "em" }] }] }, { type: "paragraph" }] })
  // strategy.text.fingerprint.fingerprint of the same document
  assert.equal(await fingerprint(doc.toJSON()), "c5d549b49f0a9ce43b39a356d0ac1532e3af2786df08196136ea256d577ea6f7")
})
