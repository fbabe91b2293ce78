// Random sequences of steps, made and applied by prosemirror-transform itself, one JSON line each.
//
//   node generate.mjs SEED SEQUENCES STEPS
//
// A line: {doc, events: [...], final}. An event: {step, result: "ok" | "refused", hash, map,
// positions: [[pos, assoc, mapped, deleted, before, after, across]...], mapped: [step, step | null]}.
// "refused" are steps that fail, throw, or leave a document that is invalid by the schema, deeper
// than 12 blocks, or with other widths than columns. Positions inside a character are never used.
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"

const library = (name) =>
  import(new URL(`../../../static/node_modules/${name}/dist/index.js`, import.meta.url))
const { Schema, Slice, Fragment, Mark } = await library("prosemirror-model")
const transform = await library("prosemirror-transform")
const { Transform, Step, ReplaceStep, AddMarkStep, RemoveMarkStep, AttrStep } = transform
const { AddNodeMarkStep, RemoveNodeMarkStep } = transform

const spec = new URL("../../../strategy/text/schema.json", import.meta.url)
const schema = new Schema(JSON.parse(readFileSync(spec, "utf8")))
const [seed, sequences, most] = process.argv.slice(2).map(Number)
const DEEPEST = 12 // blocks below the document
const LARGEST = 6_000 // units; a sequence ends there

let state = seed >>> 0
function random() { // mulberry32
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const between = (least, most) => least + Math.floor(random() * (most - least + 1))
const pick = (list) => list[Math.floor(random() * list.length)]
const often = (count, make) => Array.from({ length: count }, make)

const WORDS = [
  "Klimaschutz", "Übergang", "wir", "die", "Straße", "👩‍🌾", "𝔸bc", "naïve", "e\u0301", "—",
  "soziale", "\u00a0", "€", "12", "🏳️‍🌈", "Beschluss", "\u200b",
]
const words = () => often(between(1, 4), () => pick(WORDS)).join(" ")
const change = () => `person.${between(1, 3)}:c${between(1, 4)}`

function mark() {
  const name = pick(Object.keys(schema.marks))
  if (name == "link") return schema.mark(name, { href: `https://example.org/${between(1, 3)}` })
  if (name == "deletion" || name == "insertion")
    return schema.mark(name, { id: change(), move: pick([null, null, "m1"]) })
  if (name == "modification") {
    const before = pick([null, { marks: [{ type: "strong" }] }, { marks: [] }])
    return schema.mark(name, { id: change(), before })
  }
  return schema.mark(name)
}
const marks = () =>
  random() < 0.6 ? Mark.none : often(between(1, 4), mark).reduce((set, m) => m.addToSet(set), Mark.none)

function inline(footnotes = true) {
  return Fragment.fromArray(
    often(between(0, 4), () => {
      const drawn = random()
      if (drawn < 0.75) return schema.text(words(), marks())
      if (drawn < 0.83) return schema.node("hard_break", null, null, marks())
      if (drawn < 0.9 || !footnotes)
        return schema.node("mention", { person: `u${between(1, 9)}`, label: "Äb" }, null, marks())
      return schema.node("footnote", { id: `f${between(1, 99)}` }, schema.text(words()), marks())
    }),
  )
}
const identity = () => (random() < 0.5 ? `p${between(1, 999)}` : null)
const paragraph = () =>
  schema.node("paragraph", { id: identity(), align: pick([null, "center"]) }, inline())
const blocks = (depth) => often(between(1, depth ? 2 : 7), () => block(depth))

function block(depth) {
  const drawn = random()
  if (depth > 2 || drawn < 0.45) return paragraph()
  if (drawn < 0.58) return schema.node("heading", { level: between(1, 4) }, inline())
  if (drawn < 0.64) return schema.node(pick(["blockquote", "motion"]), null, blocks(depth + 1))
  if (drawn < 0.76) return list(depth)
  if (drawn < 0.86) return table(depth)
  if (drawn < 0.93) {
    const image = schema.node("image", { file: String(between(1, 9)).repeat(64) })
    const caption = random() < 0.5 ? [schema.node("caption", null, inline(false))] : []
    return schema.node("figure", null, [image, ...caption])
  }
  return schema.node(pick(["horizontal_rule", "page_break"]))
}
function list(depth) {
  const item = () =>
    schema.node("list_item", null, [paragraph(), ...(random() < 0.3 ? blocks(depth + 1) : [])])
  return schema.node(pick(["bullet_list", "ordered_list"]), null, often(between(1, 3), item))
}
function table(depth) {
  const columns = between(1, 3)
  const cell = (row) =>
    schema.node(row ? "table_cell" : "table_header", { colwidth: pick([null, [100]]) }, blocks(depth + 2))
  const row = (_, number) => schema.node("table_row", null, often(columns, () => cell(number)))
  return schema.node("table", null, often(between(1, 3), row))
}

// Where: never between the halves of a character.
function whole(doc, position) {
  const at = doc.resolve(position)
  if (!at.textOffset) return true
  const unit = at.parent.child(at.index()).text.charCodeAt(at.textOffset - 1)
  return !(unit >= 0xd800 && unit < 0xdc00)
}
function anywhere(doc) {
  for (;;) {
    const position = between(0, doc.content.size)
    if (whole(doc, position)) return position
  }
}
function range(doc) {
  const from = anywhere(doc)
  let to = anywhere(doc)
  if (random() < 0.6) to = Math.min(doc.content.size, from + between(0, 30))
  if (!whole(doc, to)) to = from
  return from < to ? [from, to] : [to, from]
}
function nodes(doc, wanted) {
  const found = []
  doc.descendants((node, position) => void (wanted(node) && found.push(position)))
  return found
}
function inText(doc) {
  const start = pick(nodes(doc, (node) => node.isTextblock))
  if (start == null) throw new RangeError("no text")
  const position = start + 1 + between(0, doc.nodeAt(start).content.size)
  return whole(doc, position) && doc.resolve(position).parent.isTextblock ? position : start + 1
}
const someNode = (doc) => pick(nodes(doc, (node) => !node.isText))
const VALUES = {
  level: () => between(1, 4), start: () => between(0, 9), colspan: () => between(1, 3),
  rowspan: () => between(1, 3), colwidth: () => pick([null, [50]]), width: () => between(5, 100),
  align: () => pick([null, "left"]), style: () => pick(["decimal", "lower-alpha"]),
  file: () => "a".repeat(64), lang: () => pick(["de", "en"]),
  end: () => pick([null, { change: "insertion", id: change() }]),
}
const value = (name) => (VALUES[name] ?? (() => `v${between(1, 9)}`))()

// What a person does, or a hostile client; each returns a step or works on the transform.
const ACTS = {
  type: (tr) => { for (let i = 0, at = inText(tr.doc); i < between(1, 6); i++) tr.insert(at + i, schema.text(pick("aüß x".split("")), tr.doc.resolve(at + i).marks())) },
  write: (tr) => tr.insert(inText(tr.doc), schema.text(words(), marks())),
  delete: (tr) => tr.delete(...range(tr.doc)),
  deleteRange: (tr) => tr.deleteRange(...range(tr.doc)),
  replaceRange: (tr) => tr.replaceRange(...range(tr.doc), tr.doc.slice(...range(tr.doc))),
  replace: (tr) => tr.replace(...range(tr.doc), tr.doc.slice(...range(tr.doc))),
  paste: (tr) => { const at = inText(tr.doc); tr.replaceRange(at, at, new Slice(Fragment.from(blocks(1)), 0, 0)) },
  insert: (tr) => { const at = transform.insertPoint(tr.doc, anywhere(tr.doc), schema.nodes.table); if (at != null) tr.insert(at, block(0)) },
  split: (tr) => { const at = inText(tr.doc), depth = between(1, 2); if (transform.canSplit(tr.doc, at, depth)) tr.split(at, depth) },
  join: (tr) => { const at = transform.joinPoint(tr.doc, anywhere(tr.doc), pick([-1, 1])); if (at != null) tr.join(at) },
  lift: (tr) => { const [a, b] = range(tr.doc), blocks = tr.doc.resolve(a).blockRange(tr.doc.resolve(b)), target = blocks && transform.liftTarget(blocks); if (target != null) tr.lift(blocks, target) },
  wrap: (tr) => { const [a, b] = range(tr.doc), blocks = tr.doc.resolve(a).blockRange(tr.doc.resolve(b)), how = blocks && transform.findWrapping(blocks, schema.nodes[pick(["blockquote", "bullet_list", "ordered_list", "motion"])]); if (how) tr.wrap(blocks, how) },
  blockType: (tr) => tr.setBlockType(...range(tr.doc), schema.nodes[pick(["paragraph", "heading"])], null),
  mark: (tr) => tr.addMark(...range(tr.doc), mark()),
  markMore: (tr) => tr.addMark(...range(tr.doc), mark()),
  unmark: (tr) => tr.removeMark(...range(tr.doc), pick([undefined, mark(), mark().type])),
  markNode: (tr) => tr.addNodeMark(someNode(tr.doc), mark()),
  unmarkNode: (tr) => { const at = someNode(tr.doc), carried = tr.doc.nodeAt(at).marks; tr.removeNodeMark(at, carried.length ? pick(carried) : mark()) },
  attribute: (tr) => { const at = someNode(tr.doc), name = pick(Object.keys(tr.doc.nodeAt(at).attrs)); if (name) tr.setNodeAttribute(at, name, value(name)) },
  docAttribute: (tr) => { const name = pick(["lang", "title"]); tr.setDocAttribute(name, value(name)) },
  rawReplace: (tr) => new ReplaceStep(...range(tr.doc), random() < 0.4 ? Slice.empty : tr.doc.slice(...range(tr.doc)), random() < 0.15),
  rawMark: (tr) => new (pick([AddMarkStep, RemoveMarkStep]))(...range(tr.doc), mark()),
  rawNodeMark: (tr) => new (pick([AddNodeMarkStep, RemoveNodeMarkStep]))(anywhere(tr.doc), mark()),
  rawAttribute: (tr) => { const at = someNode(tr.doc), name = pick(Object.keys(tr.doc.nodeAt(at).attrs)); return name && new AttrStep(at, name, value(name)) },
  undo: (_, done) => done.at(-1)?.inverse,
}

const sorted = (value) =>
  value === null || typeof value != "object" ? JSON.stringify(value)
  : Array.isArray(value) ? `[${value.map(sorted).join(",")}]`
  : `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${sorted(value[key])}`).join(",")}}`
const hash = (value) => createHash("sha1").update(sorted(value)).digest("hex")

function acceptable(doc) {
  doc.check()
  const look = (node, depth) => {
    if (node.isBlock && depth > DEEPEST) throw new RangeError("too deep")
    if (node.attrs.colwidth && node.attrs.colwidth.length != node.attrs.colspan) throw new RangeError("widths")
    node.forEach((child) => look(child, depth + 1))
  }
  look(doc, 0)
}

function tried(step, doc) {
  try {
    const result = step.apply(doc)
    if (result.failed) return null
    acceptable(result.doc)
    return result.doc
  } catch {
    return null
  }
}

function event(step, doc, done) {
  const after = tried(step, doc)
  const seen = { step: step.toJSON(), result: after ? "ok" : "refused" }
  if (!after) return [seen, doc]
  const map = step.getMap()
  seen.hash = hash(after.toJSON())
  seen.map = map.ranges
  seen.positions = often(4, () => {
    const at = anywhere(doc), side = pick([-1, 1]), to = map.mapResult(at, side)
    return [at, side, to.pos, to.deleted, to.deletedBefore, to.deletedAfter, to.deletedAcross]
  })
  if (done.length && random() < 0.5) { // as a rebase maps a step over those it missed
    const earlier = pick(done.slice(-5)).step, mapped = earlier.map(map)
    seen.mapped = [earlier.toJSON(), mapped && mapped.toJSON()]
  }
  done.push({ step, inverse: step.invert(doc) })
  return [seen, after]
}

function sequence() {
  let doc
  do doc = schema.node("doc", null, blocks(0))
  while (!(() => { try { acceptable(doc); return true } catch { return false } })())
  const line = { doc: doc.toJSON(), events: [] }, done = []
  for (let guard = 0; guard < most * 6 && line.events.length < most && doc.content.size < LARGEST; guard++) {
    const tr = new Transform(doc)
    let raw
    try { raw = ACTS[pick(Object.keys(ACTS))](tr, done) } catch { continue }
    for (const made of raw instanceof Step ? [raw] : tr.steps) {
      const step = (() => { try { return Step.fromJSON(schema, JSON.parse(JSON.stringify(made.toJSON()))) } catch { return null } })()
      if (!step) break
      const [seen, after] = event(step, doc, done)
      line.events.push(seen)
      doc = after
      if (seen.result != "ok") break
    }
  }
  line.final = hash(doc.toJSON())
  return JSON.stringify(line)
}

process.stdout.write(often(sequences, sequence).join("\n") + "\n")
