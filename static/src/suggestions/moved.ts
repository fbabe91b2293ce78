// What goes elsewhere with what others suggest in it.
import { Fragment, type Mark, type Node } from "prosemirror-model"
import type { Transaction } from "prosemirror-state"
import { type Mapping, Transform } from "prosemirror-transform"
import { randomName } from "../live/wire"
import { CELLS } from "./alike"
import { touched } from "./law"
import { TRACKED, tracked } from "./tokens"

const KINDS = ["insertion", "deletion"]

/**
 * What the text needs after this: words that stood in a block that somebody has written, or wants
 * deleted, and do not any more, bear that themselves.
 */
export function carried(wanted: Transaction, isMine: (mark: Mark) => boolean): Transform {
  const { before, doc, mapping } = wanted
  const made = new Transform(doc)
  const walk = (parent: Node, at: number, above: readonly Mark[]): void => parent.forEach((node, offset) => {
    const pos = at + offset
    const inherited = inheritedIn(node, above)
    for (const mark of node.isInline ? inherited : []) if (!isMine(mark) && !mark.isInSet(node.marks)) {
      const needed = ([from]: [number, number]): boolean => !standingAt(doc, from, mark.type.name)?.eq(mark)
      const there = left(pos, pos + (node.isLeaf ? node.nodeSize : 1), mapping).filter(needed)
      for (const [from, to] of there) if (node.isLeaf) made.addMark(from, to, mark)
      else made.addNodeMark(from, mark) // what stands in a footnote is somebody's by itself
    }
    if (!node.isLeaf) walk(node, pos + 1, inherited)
  })
  const { old, at } = touched(before, doc)
  walk(old, at, [])
  return made
}

/** Whose insertion and deletion the words in this node are, if nobody else's stands at them. */
export function inheritedIn(node: Node, above: readonly Mark[]): readonly Mark[] {
  return KINDS.flatMap(name => tracked(node, name) ?? above.find(({ type }) => type.name === name) ?? [])
}

/** Do words in this block bear this mark themselves? */
export function borneIn(block: Node, mark: Mark): boolean {
  let found = false
  block.descendants(node => void (found ||= node.isInline && mark.isInSet(node.marks)))
  return found
}

/** The node with words that do not bear this mark themselves. */
export function without(node: Node, mark: Mark): Node {
  if (node.isText || node.childCount === 0) return node.isInline ? node.mark(mark.removeFromSet(node.marks)) : node
  const made = node.copy(Fragment.fromArray(node.children.map(child => without(child, mark))))
  return node.isInline ? made.mark(mark.removeFromSet(node.marks)) : made
}

/** What is left of a passage, in as few pieces as can be: none ends inside a character. */
function left(from: number, to: number, mapping: Mapping): [number, number][] {
  const found: [number, number][] = []
  for (let place = from; place < to; place++) {
    const { pos, deletedAfter } = mapping.mapResult(place, 1)
    const last = found.at(-1)
    if (deletedAfter) continue
    if (last?.[1] === pos) last[1] = pos + 1
    else found.push([pos, pos + 1])
  }
  return found
}

/** Whose insertion or deletion is what stands here? */
function standingAt(doc: Node, pos: number, name: string): Mark | undefined {
  const place = doc.resolve(pos)
  const around = Array.from({ length: place.depth }, (_, index) => place.node(place.depth - index))
  return [place.nodeAfter, ...around].map(node => node && tracked(node, name)).find(Boolean) ?? undefined
}

/**
 * These nodes as if they had just been written: nothing of mine is tracked in them, what others suggest
 * is, and their names are their own. What I want deleted does not come back by being written elsewhere;
 * of what others have written it stays struck, for that must say what they said.
 * `inherited` is what others' changes of the blocks around them mean for their words.
 */
export function fresh(nodes: Fragment | readonly Node[], isMine: (mark: Mark) => boolean, inherited: readonly Mark[], inOthers = false): Node[] {
  const made: Node[] = []
  nodes.forEach((node: Node) => {
    const borne = inherited.filter(({ type }) => !tracked(node, type.name))
    const [written, struck] = KINDS.map(name => tracked(node, name))
    const ofOthers = written ? !isMine(written) : inOthers || borne.some(({ type }) => type.name === "insertion")
    if (struck && isMine(struck) && !ofOthers) return
    const marks = node.marks.filter(mark => !TRACKED.has(mark.type.name) || !isMine(mark) || (mark === written && inOthers) || (mark === struck && ofOthers))
    if (node.isText) {
      made.push(node.mark(together(marks, borne)))
      return
    }
    const content = fresh(node.content, isMine, borne, written ? ofOthers : inOthers)
    const isHolder = !node.isTextblock && node.childCount > 0 && content.length === 0
    if (isHolder && !CELLS.has(node.type.name)) return
    const end = node.attrs.end as { id: string } | null | undefined
    const others = end && !isMine(node.type.schema.mark("insertion", { id: end.id }))
    const attrs = { ...node.attrs, ...("id" in node.attrs ? { id: randomName(10) } : {}), ...("end" in node.attrs && !others ? { end: null } : {}) }
    const type = node.type
    made.push(isHolder ? (type.createAndFill(attrs) as Node) : type.create(attrs, Fragment.fromArray(content), node.isLeaf ? together(marks, borne) : marks))
  })
  return made
}

function together(marks: readonly Mark[], more: readonly Mark[]): readonly Mark[] {
  return more.reduce((set: readonly Mark[], mark) => mark.addToSet(set), marks)
}
