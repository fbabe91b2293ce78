// Accepting and rejecting tracked changes, as strategy/text/tracked.py says it: the same rule, on
// the editor's nodes, so that it is a step of one's own that can be undone and works offline. A test
// of the Python side binds the two.
import { Fragment, type Mark, type Node } from "prosemirror-model"
import type { Transaction } from "prosemirror-state"
import { ReplaceStep } from "prosemirror-transform"

const TRACKED = new Set(["deletion", "insertion", "modification"])
const KEEPS_A_PARAGRAPH = new Set(["table_cell", "table_header", "doc"])
const STAYS_EMPTY = new Set(["paragraph", "heading", "caption", "footnote"])

export type Verdict = "accept" | "reject"
export const DECIDES = "decides" // meta of transactions that accept or reject

interface Way {
  gone: "deletion" | "insertion"
  ids: ReadonlySet<string> // whose marks, and whose ends of blocks that stay
  ends: ReadonlySet<string> // whose ends of blocks that go, so that two blocks become one
}

const NONE: ReadonlySet<string> = new Set()
const wayOf = (verdict: Verdict, ids: ReadonlySet<string>, ends = ids): Way => ({ gone: verdict === "accept" ? "deletion" : "insertion", ids, ends })
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
    const { end } = next.attrs
    if (end && (end.change === way.gone ? way.ends : way.ids).has(end.id as string)) {
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
  for (const id of every) turn(transaction, settledBy(transaction.doc, wayOf(verdict, new Set([id]), NONE)))
  // Blocks are joined when all that goes is gone: each to the block that then comes behind it.
  for (const id of ends(transaction.doc, every)) turn(transaction, settledBy(transaction.doc, wayOf(verdict, NONE, new Set([id]))))
}

/** The ids of these changes of which a block's end is part, from the first such block to the last. */
function ends(doc: Node, ids: ReadonlySet<string>): Set<string> {
  const found = new Set<string>()
  doc.descendants(node => {
    const id = (node.attrs.end as { id: string } | null | undefined)?.id
    if (id !== undefined && ids.has(id)) found.add(id)
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

/** Replace what differs: the smallest range if that is one step, else the blocks that hold it. */
function turn(transaction: Transaction, next: Node): void {
  const { doc } = transaction
  const start = doc.content.findDiffStart(next.content)
  const ends = doc.content.findDiffEnd(next.content)
  if (start === null || !ends) return
  const overlap = Math.max(0, start - Math.min(ends.a, ends.b))
  const narrow = stepOf(doc, next, start, ends.a + overlap, ends.b + overlap)
  if (narrow) return void transaction.step(narrow)
  let first = 0
  while (first < Math.min(doc.childCount, next.childCount) && doc.child(first).eq(next.child(first))) first++
  let behind = 0
  while (behind < Math.min(doc.childCount, next.childCount) - first && doc.child(doc.childCount - 1 - behind).eq(next.child(next.childCount - 1 - behind))) behind++
  const at = (whole: Node, index: number): number => {
    let pos = 0
    for (let each = 0; each < index; each++) pos += whole.child(each).nodeSize
    return pos
  }
  const wide = stepOf(doc, next, at(doc, first), at(doc, doc.childCount - behind), at(next, next.childCount - behind))
  if (!wide) throw new Error("the change does not fit the text")
  transaction.step(wide)
}

/** The step that replaces start..oldEnd by start..newEnd of the next document, if it leads there. */
function stepOf(doc: Node, next: Node, start: number, oldEnd: number, newEnd: number): ReplaceStep | null {
  try {
    const step = new ReplaceStep(start, oldEnd, next.slice(start, newEnd))
    return step.apply(doc).doc?.eq(next) ? step : null
  } catch {
    return null
  }
}
