// Accepting and rejecting tracked changes, as strategy/text/tracked.py says it: the same rule, on
// the editor's nodes, so that it is a step of one's own that can be undone and works offline. A test
// of the Python side binds the two.
import { Fragment, type Mark, type Node, Slice } from "prosemirror-model"
import type { EditorState, Transaction } from "prosemirror-state"
import { ReplaceStep, type Step } from "prosemirror-transform"

const TRACKED = new Set(["deletion", "insertion", "modification"])
const KEEPS_A_PARAGRAPH = new Set(["table_cell", "table_header", "doc"])
const STAYS_EMPTY = new Set(["paragraph", "heading", "caption", "footnote"])

export type Verdict = "accept" | "reject"
export const DECIDES = "decides" // meta of transactions that accept or reject

const encoder = new TextEncoder()

interface Way {
  gone: "deletion" | "insertion"
  ids: ReadonlySet<string> // whose marks, and whose ends of blocks that stay
  ends: (block: Node) => boolean // which ends that would go do, so that two blocks become one
}

const NONE: ReadonlySet<string> = new Set()
const endOf = (block: Node): { change: string; id: string } | null => (block.attrs.end ?? null) as { change: string; id: string } | null
const endsOf = (ids: ReadonlySet<string>) => (block: Node): boolean => ids.has(endOf(block)?.id ?? "")
const wayOf = (verdict: Verdict, ids: ReadonlySet<string>, ends = endsOf(ids)): Way => ({ gone: verdict === "accept" ? "deletion" : "insertion", ids, ends })
const decided = (node: Node, { ids }: Way): Mark[] => node.marks.filter(mark => TRACKED.has(mark.type.name) && ids.has(mark.attrs.id as string))
const joinable = (node: Node): boolean => "end" in node.attrs

/** Where each tracked change stands: from its first to its last position. */
export function places(doc: Node): Map<string, [number, number]> {
  const found = new Map<string, [number, number]>()
  const put = (id: string, from: number, to: number): void => {
    const there = found.get(id)
    found.set(id, there ? [there[0], Math.max(to, there[1])] : [from, to])
  }
  doc.descendants((node, pos) => {
    for (const mark of node.marks) if (TRACKED.has(mark.type.name)) put(mark.attrs.id as string, pos, pos + node.nodeSize)
    const { end } = node.attrs
    if (end) put(end.id as string, pos + node.nodeSize - 1, pos + node.nodeSize)
  })
  return found
}

/** The document with the changes of these ids accepted or rejected. */
export function settled(doc: Node, ids: ReadonlySet<string>, verdict: Verdict): Node {
  return settledBy(doc, wayOf(verdict, ids))
}

function settledBy(doc: Node, way: Way): Node {
  const made = resolved(doc, way) ?? doc.copy(Fragment.empty)
  return made.childCount > 0 ? made : made.copy(Fragment.from(paragraph(doc)))
}

/** Neighbouring blocks, as children of a node, with the changes of these ids accepted or rejected. */
export function settledBlocks(parent: Node, ids: ReadonlySet<string>, verdict: Verdict): Fragment {
  return children(parent, wayOf(verdict, ids))
}

function paragraph(node: Node): Node {
  const type = node.type.schema.nodes["paragraph"]
  if (!type) throw new Error("the schema has no paragraph")
  return type.create()
}

/** The node as it is then; null if it goes. */
function resolved(node: Node, way: Way): Node | null {
  const marks = decided(node, way)
  if (marks.some(mark => mark.type.name === way.gone)) return null
  let made = marks.length > 0 ? unmarked(node, marks, way) : node
  if (node.isText || node.childCount === 0) return made
  let content = children(made, way)
  if (content.childCount === 0) {
    if (KEEPS_A_PARAGRAPH.has(made.type.name)) content = Fragment.from(paragraph(node))
    else if (!STAYS_EMPTY.has(made.type.name)) return null
  }
  if (made.type.name === "figure" && content.firstChild?.type.name !== "image") return null
  if (content !== made.content) made = made.copy(content)
  return made
}

/** The node without these marks; where a modification is rejected, with its former markup. */
function unmarked(node: Node, gone: readonly Mark[], way: Way): Node {
  let marks: readonly Mark[] = node.marks.filter(mark => !gone.includes(mark))
  let made = node
  for (const mark of gone) {
    const before = mark.attrs.before as { type?: string; attrs?: Record<string, unknown>; marks?: object[] } | null | undefined
    if (way.gone !== "insertion" || !before) continue
    const { schema } = node.type
    if (!node.isText) {
      const type = before.type ? schema.nodes[before.type] : made.type
      if (!type) continue
      const attrs = before.attrs ?? {}
      const end = "end" in node.attrs && "end" in (type.spec.attrs ?? {}) ? { end: node.attrs.end as unknown } : {}
      made = type.create({ ...("attrs" in before ? attrs : made.attrs), ...end }, made.content)
    }
    if (before.marks) {
      const kept = marks.filter(each => TRACKED.has(each.type.name))
      marks = kept.reduce<readonly Mark[]>((set, each) => each.addToSet(set), before.marks.map(each => schema.markFromJSON(each)))
    }
  }
  return made.mark(marks.reduce<readonly Mark[]>((set, each) => each.addToSet(set), []))
}

function children(parent: Node, way: Way): Fragment {
  const made: Node[] = []
  let joining = false
  let same = true
  parent.forEach(child => {
    let next = resolved(child, way)
    same &&= next === child
    if (!next) return
    let broken = false
    const end = endOf(child)
    if (end && (end.change === way.gone ? way.ends(child) : way.ids.has(end.id))) {
      broken = end.change === way.gone
      next = next.type.create({ ...next.attrs, end: null }, next.content, next.marks)
      same = false
    }
    const last = made.at(-1)
    if (joining && last && joinable(next)) {
      made[made.length - 1] = joined(last, next)
      same = false
    } else made.push(next)
    joining = broken
  })
  return same ? parent.content : Fragment.fromArray(made)
}

/** Two textblocks as one: the first one's type and attributes, the second one's end. */
function joined(first: Node, second: Node): Node {
  const whole = second.marks.filter(mark => mark.type.name !== "modification" && !mark.isInSet(first.marks))
  const inside: Node[] = []
  second.forEach(child => inside.push(whole.length > 0 ? child.mark(whole.reduce<readonly Mark[]>((set, mark) => mark.addToSet(set.filter(each => each.type !== mark.type)), child.marks)) : child))
  return first.type.create({ ...first.attrs, end: second.attrs.end as unknown }, first.content.append(Fragment.fromArray(inside)), first.marks)
}

/** Accept or reject these changes in a transaction, touching as little of the text as can be. */
export function settle(transaction: Transaction, ids: Iterable<string>, verdict: Verdict): void {
  const every = new Set(ids)
  unmark(transaction, wayOf(verdict, every))
  for (const id of every) turn(transaction, settledBy(transaction.doc, wayOf(verdict, new Set([id]), () => false)))
  // Blocks are joined when all that goes is gone, from the first one on: each to what then comes behind it.
  const { gone } = wayOf(verdict, every)
  for (let first = goingEnd(transaction.doc, gone, every); first; first = goingEnd(transaction.doc, gone, every))
    turn(transaction, settledBy(transaction.doc, wayOf(verdict, NONE, block => block === first)))
}

/** A transaction that settles these changes, or the first of them, if all are more than so many bytes hold; and whether it settles all. */
export function decision(state: EditorState, ids: ReadonlySet<string>, verdict: Verdict, bytes: number): { made: Transaction; all: boolean } {
  const whole = state.tr
  settle(whole, ids, verdict)
  const count = fitting(whole, bytes)
  if (count === whole.steps.length) return { made: whole, all: true }
  const made = state.tr
  for (const step of whole.steps.slice(0, count)) made.step(step)
  return { made, all: false }
}

/** How many of the transaction's first steps fit into so many bytes of JSON, done and undone; at least one. */
function fitting({ steps, docs }: Transaction, bytes: number): number {
  let [there, back] = [0, 0]
  const size = (step: Step): number => encoder.encode(JSON.stringify(step.toJSON())).length
  for (const [index, step] of steps.entries()) {
    there += size(step)
    back += size(step.invert(docs[index] as Node))
    if (Math.max(there, back) > bytes && index > 0) return index
  }
  return steps.length
}

/** The first block whose end goes with these changes. */
function goingEnd(doc: Node, gone: Way["gone"], ids: ReadonlySet<string>): Node | null {
  let found: Node | null = null
  doc.descendants(node => {
    if (!found && endOf(node)?.change === gone && ids.has(endOf(node)?.id ?? "")) found = node
    return found === null
  })
  return found
}

/** Take the marks off what stays as it is: no word is replaced by itself, so comments keep their places. */
function unmark(transaction: Transaction, way: Way): void {
  const acts: (() => void)[] = []
  transaction.doc.descendants((node, pos) => {
    const marks = decided(node, way)
    if (marks.some(mark => mark.type.name === way.gone)) return false
    for (const mark of marks) {
      if (way.gone === "insertion" && mark.attrs.before) continue
      acts.push(() => void (node.isInline ? transaction.removeMark(pos, pos + node.nodeSize, mark) : transaction.removeNodeMark(pos, mark)))
    }
    return true
  })
  for (const act of acts) act()
}

/** Replace what differs, passage by passage from the end to the start. */
export function turn(transaction: Transaction, next: Node): void {
  for (const { from, to, now } of passages(transaction.doc, next, 0)) {
    const { doc } = transaction
    const wide = new ReplaceStep(from, to, new Slice(Fragment.fromArray(now), 0, 0))
    const wanted = wide.apply(doc).doc
    if (!wanted) throw new Error("the change does not fit the text")
    transaction.step(narrowed(doc, wanted) ?? wide)
  }
}

interface Passage {
  from: number
  to: number
  now: Node[]
}

/** The runs of blocks that differ, the last one first. Blocks that stay are the same nodes in both; in one that became another of its kind, it goes on. */
function passages(old: Node, next: Node, at: number): Passage[] {
  const stays = new Map(next.children.map((child, index) => [child, index]))
  const found: Passage[] = []
  let [pos, begun, taken, since] = [at, at, 0, 0] // `since`: of the old ones, the first that differs
  const close = (index: number, until: number): void => {
    const [was, now] = [old.children.slice(since, index), next.children.slice(taken, until)]
    const [one, other] = [was[0], now[0]]
    if (was.length + now.length === 0) return
    if (one && other && was.length === 1 && now.length === 1 && !one.isTextblock && one.childCount > 0 && one.hasMarkup(other.type, other.attrs, other.marks)) found.unshift(...passages(one, other, begun + 1))
    else found.unshift({ from: begun, to: pos, now })
  }
  old.forEach((child, _offset, index) => {
    const there = stays.get(child) ?? -1
    if (there >= taken) {
      close(index, there)
      ;[taken, since, begun] = [there + 1, index + 1, pos + child.nodeSize]
    }
    pos += child.nodeSize
  })
  close(old.childCount, next.childCount)
  return found
}

/** The smallest step from one document to the other, if one step of its kind leads there. */
function narrowed(doc: Node, next: Node): ReplaceStep | null {
  const start = doc.content.findDiffStart(next.content)
  const ends = doc.content.findDiffEnd(next.content)
  if (start === null || !ends) return null
  const overlap = Math.max(0, start - Math.min(ends.a, ends.b))
  try {
    const step = new ReplaceStep(start, ends.a + overlap, next.slice(start, ends.b + overlap))
    return step.apply(doc).doc?.eq(next) ? step : null
  } catch {
    return null
  }
}
