// What became of a text, written into it as one person's suggestions, block by block and word by word.
import { Fragment, Mark, type Node, Slice } from "prosemirror-model"
import type { Transaction } from "prosemirror-state"
import { ReplaceStep } from "prosemirror-transform"
import { randomName } from "../live/wire"
import { sameGrid } from "./alike"
import { Flow, NOWHERE, type Sayer, type Span } from "./flow"
import { quotesRightly } from "./law"
import { borneIn, fresh, inheritedIn, without } from "./moved"
import { type Group, grouped, inline, markup, nodesOf, ranges, type Token, tokens, tracked } from "./tokens"

/** What others have suggested to write would become the writer's. */
export class OfOthers extends Error {}

interface Changed {
  start: number // in the text before
  oldEnd: number
  newEnd: number // in the text as wanted
  caret: number
}

export class Conversion implements Sayer {
  changed: Changed | null = null
  private readonly mine: string
  private inOwn: string | null = null // what it goes through stands in a block that the person has written, by this change
  private inherited: readonly Mark[] = [] // or that others have written, or want deleted

  constructor(private readonly tr: Transaction, private readonly wanted: Node, private readonly person: string, private readonly limits: Span) {
    this.mine = `${person}:`
  }

  // Whose is it?

  private readonly isMine = (mark: Mark | undefined): boolean => mark !== undefined && isOf(this.person, mark)

  /** What the person has written, and nobody wants deleted, they change as they like: by which change they wrote it, or null. */
  private ownIn(block: Node): string | null {
    const [written, struck] = [tracked(block, "insertion"), tracked(block, "deletion")]
    if (struck && !this.isMine(struck)) return null
    return written ? (this.isMine(written) ? (written.attrs.id as string) : null) : this.inOwn
  }

  private own(block: Node): boolean {
    return this.ownIn(block) !== null
  }

  private ownText({ node, block }: Token): boolean {
    const written = tracked(node, "insertion")
    return written ? this.isMine(written) : this.own(block)
  }

  /** Go on inside of a node that is the person's own, or is not. */
  private within(node: Node, own: string | null, go: () => void): void {
    const { inOwn, inherited } = this
    this.inOwn = own
    this.inherited = inheritedIn(node, inherited)
    go()
    Object.assign(this, { inOwn, inherited })
  }

  /** Would what others suggest in this block go with it? Not if it stands elsewhere in what is wanted. */
  private takesOthers(block: Node): boolean {
    return !quotesRightly(this.wanted, this.wanted.copy(Fragment.from(block)), this.person)
  }

  private fresh(nodes: Fragment | readonly Node[], inherited: readonly Mark[] = []): Node[] {
    return fresh(nodes, this.isMine, inherited)
  }

  /** A block written here. What others suggest in it goes along, if it says what they said. */
  private anew(block: Node, id: string): Node[] {
    const whole = this.fresh([block])
    const own = this.inOwn
    if (own !== null) return whole.map(node => this.signed(node, own))
    const mark = this.mark("insertion", id)
    const written = block.marks.filter(each => each.type === mark.type && !this.isMine(each)) // the block becomes mine, its words do not
    const around = inheritedIn(block, this.inherited).filter(each => !this.isMine(each) && !each.isInSet(block.marks))
    const along = this.fresh([block.mark(block.marks.filter(each => !written.includes(each)))], [...written, ...around]).map(node => node.mark(mark.addToSet(node.marks)))
    return quotesRightly(this.tr.before, this.wanted.copy(Fragment.from(along)), this.person) ? along : whole.map(node => node.mark([mark]))
  }

  ownEnd(block: Node): boolean {
    const end = block.attrs.end as { change: string; id: string } | null | undefined
    return end?.change === "insertion" && end.id.startsWith(this.mine)
  }

  private mark(name: "insertion" | "deletion", id: string): Mark {
    const type = this.tr.doc.type.schema.marks[name]
    if (!type) throw new Error(`the schema has no ${name}`)
    return type.create({ id })
  }

  /** The change of mine that touches this place goes on; else a new one begins. */
  id(from: number, to: number): string {
    const { doc } = this.tr
    const near: (Node | null)[] = []
    for (const pos of from === to ? [from] : [from, to]) {
      const place = doc.resolve(pos)
      near.push(pos === from ? place.nodeBefore : null, pos === to ? place.nodeAfter : null)
      if (place.parent.isTextblock && pos === to && place.parentOffset === place.parent.content.size && this.ownEnd(place.parent))
        return (place.parent.attrs.end as { id: string }).id
    }
    for (const node of near) for (const name of ["insertion", "deletion"]) {
      const mark = node ? tracked(node, name) : undefined
      if (mark && this.isMine(mark)) return mark.attrs.id as string
    }
    return `${this.mine}${randomName(12)}`
  }

  // Blocks

  /** What differs in the children of two nodes; the old one's begin at `at`. */
  children(old: Node, wanted: Node, at: number): void {
    const row = middle(old, wanted)
    if (row.was.length + row.now.length === 0) return
    const start = at + row.skipped
    const end = start + sizeOf(row.was)
    const { from, to } = this.limits
    new Flow(this, tokens(row.was, start), tokens(row.now, start), end).run(from >= start && to <= end ? this.limits : NOWHERE)
  }

  /** What differs in the document as whole blocks: those that were there, and those that are wanted. */
  replaced(old: Node, wanted: Node): void {
    const { was, now, skipped } = middle(old, wanted)
    const end = skipped + sizeOf(was)
    const id = `${this.mine}${randomName(12)}`
    this.saw(skipped, end, skipped + sizeOf(now))
    this.put(end, now.flatMap(block => this.anew(block, id)))
    let at = end
    for (const block of [...was].reverse()) this.removeBlock(block, (at -= block.nodeSize), id)
  }

  /** Put nodes in exactly here, or fail. */
  private put(at: number, nodes: readonly Node[]): void {
    if (nodes.length > 0) this.tr.step(new ReplaceStep(at, at, new Slice(Fragment.fromArray([...nodes]), 0, 0)))
  }

  /** Two blocks, one of which became the other; whether that can be said at a smaller scale. */
  inside(old: Node, became: Node, at: number): boolean {
    const wanted = inheritedIn(old, this.inherited).filter(mark => !this.isMine(mark) && !borneIn(old, mark)).reduce(without, became) // the old block bears it
    const sameShape = old.type.name !== "table" || sameGrid(old, wanted)
    if (this.own(old) && !sameShape) {
      this.tr.replaceWith(at, at + old.nodeSize, this.fresh([wanted]).map(node => node.mark(old.marks)))
      this.saw(at, at + old.nodeSize, at + wanted.nodeSize)
      return true
    }
    if (!sameShape) return false
    if (old.isLeaf || !old.content.eq(wanted.content)) this.within(old, this.ownIn(old), () => this.children(old, wanted, at + 1))
    this.remark(old, wanted, at, false)
    return true
  }

  /** Another type or other attributes of a block. */
  remark(old: Node, wanted: Node, at: number, free: boolean): void {
    const keep = (node: Node): Record<string, unknown> => Object.fromEntries(Object.entries(node.attrs).filter(([key]) => key !== "end"))
    const was = keep(old)
    const now = { ...keep(wanted), ...("id" in old.attrs ? { id: old.attrs.id as unknown } : {}) }
    if (old.type === wanted.type && JSON.stringify(was) === JSON.stringify(now)) return
    const former = tracked(old, "modification")
    if (former && !this.isMine(former)) return
    const before = (former?.attrs.before as Record<string, unknown> | undefined) ?? { type: old.type.name, attrs: was }
    const back = before.type === wanted.type.name && JSON.stringify(before.attrs) === JSON.stringify(now)
    const type = this.tr.doc.type.schema.marks["modification"]
    if (!type) return
    const rest = old.marks.filter(mark => mark !== former)
    const id = (former?.attrs.id as string | undefined) ?? `${this.mine}${randomName(12)}`
    const marks = back || free || this.own(old) ? rest : type.create({ id, before }).addToSet(rest)
    const there = this.tr.doc.nodeAt(at)
    if (!there) return
    const attrs = "end" in there.attrs ? { ...now, end: there.attrs.end as unknown } : now
    if (there.isLeaf) this.tr.replaceWith(at, at + there.nodeSize, wanted.type.create(attrs, null, marks))
    else this.tr.setNodeMarkup(at, wanted.type, attrs, marks)
  }

  saw(start: number, oldEnd: number, newEnd: number): void {
    const { changed } = this
    const caret = this.tr.selection.head
    this.changed = changed
      ? { start: Math.min(start, changed.start), oldEnd: Math.max(oldEnd, changed.oldEnd), newEnd: Math.max(newEnd, changed.newEnd), caret: changed.caret }
      : { start, oldEnd, newEnd, caret }
  }

  // Words: each works on the text as it is when nothing in front of it was changed yet

  /** These tokens, one after the other, are gone. Each block's break comes with what stands before it. */
  remove(gone: readonly Token[], id: string): void {
    for (let end = gone.length; end > 0;) {
      const last = gone[end - 1] as Token
      let start = end - 1
      while (start > 0 && gone[start - 1]?.block === last.block && gone[start - 1]?.kind !== "break") start--
      const group = gone.slice(start, end)
      end = start
      const first = group[0] as Token
      if (last.kind === "block" || (last.kind === "break" && first.first)) this.removeBlock(last.block, last.blockAt, id)
      else {
        if (last.kind === "break") this.removeBreak(last, id)
        this.removeWords(last.kind === "break" ? group.slice(0, -1) : group, id)
      }
    }
  }

  private removeBlock(block: Node, at: number, id: string): void {
    if (this.own(block) && !this.takesOthers(block)) this.tr.delete(at, at + block.nodeSize)
    else if (!tracked(block, "deletion")) this.tr.addNodeMark(at, this.mark("deletion", id))
  }

  private removeWords(words: readonly Token[], id: string): void {
    for (let end = words.length; end > 0;) {
      const own = this.ownText(words[end - 1] as Token)
      let start = end - 1
      while (start > 0 && this.ownText(words[start - 1] as Token) === own) start--
      const run = words.slice(start, end)
      end = start
      const [from, to] = [(run[0] as Token).at, (run.at(-1) as Token).at + (run.at(-1) as Token).size]
      if (own) this.tr.delete(from, to)
      else for (const [from, to] of ranges(run.filter(token => !tracked(token.node, "deletion")))) this.tr.addMark(from, to, this.mark("deletion", id))
    }
  }

  private removeBreak({ block, blockAt, at }: Token, id: string): void {
    const { tr } = this
    const next = tr.doc.nodeAt(at + 1)
    const end = block.attrs.end as { change: string } | null | undefined
    if (next && "end" in next.attrs && "end" in block.attrs) {
      if (this.own(next) || this.own(block)) {
        if (this.own(next) && this.own(block)) {
          tr.delete(at, at + 2)
          return
        }
        const [gone, to] = this.own(next) ? [next, at] : [tr.doc.nodeAt(blockAt) ?? block, -1]
        const words = this.inserted(gone.content, id)
        if (to >= 0) {
          tr.delete(at + 1, at + 1 + next.nodeSize)
          this.put(at, words)
        } else {
          this.put(at + 2, words)
          tr.delete(blockAt, at + 1)
        }
        return
      }
      if (this.ownEnd(block)) {
        tr.delete(at, at + 2)
        tr.setNodeAttribute(blockAt, "end", next.attrs.end)
        return
      }
    }
    if (end === null) tr.setNodeAttribute(blockAt, "end", { change: "deletion", id })
  }

  /** Inline content as something that I have written; in a block that is mine, as part of `own`. */
  inserted(content: Fragment | readonly Node[], id: string, own: string | null = null): Node[] {
    return this.fresh(content).map(node => {
      if (own !== null) return this.signed(node, own)
      if (tracked(node, "insertion")) throw new OfOthers()
      return node.mark(this.mark("insertion", id).addToSet(node.marks))
    })
  }

  /**
   * What stands in a block of mine is mine; it says so itself as well, for somebody may take it out of that
   * block while I am on a train. What others have written there stays theirs.
   */
  private signed(node: Node, own: string): Node {
    return tracked(node, "insertion") ? node : node.mark(this.mark("insertion", own).addToSet(node.marks))
  }

  /** Put tokens in; `next` is the one that follows, `end` where all of them end if none does, `last` the new block that goes on behind. */
  insert(wanted: readonly Token[], next: Token | undefined, end: number, last: Node | undefined, id: string): void {
    const { tr } = this
    const into = next && next.kind !== "block" ? next : null
    const groups = grouped(wanted)
    const rest = groups.pop() as Group // what goes on in the block that follows
    const own = into && this.ownIn(into.block)
    const words = (group: Group): Node[] => this.inserted(nodesOf(group.words), id, own)
    if (groups.length === 0) {
      this.put(into ? into.at : end, words(rest)) // at the end of a footnote nothing follows
      return
    }
    if (!into || (into.first && rest.words.length === 0)) {
      const blocks = groups.flatMap(group => this.block(group, id))
      this.put(into ? into.blockAt : (next?.at ?? end), blocks)
      return
    }
    const [head, ...middle] = groups
    if (!head) return
    const { block } = into
    const standing = tr.doc.nodeAt(into.blockAt) ?? block
    const change = own !== null ? null : { change: "insertion", id }
    const ended = (node: Node, marks: readonly Mark[], end_: unknown, content: Node[]): Node =>
      node.type.create({ ...node.attrs, ...("id" in node.attrs ? { id: randomName(10) } : {}), ...("end" in node.attrs ? { end: end_ } : {}) }, content, marks)
    const marks = block.marks.filter(mark => mark.type.name !== "modification") // both parts have the fate of the whole
    const content: Node[] = [block.copy(Fragment.from(head.end ? words(head) : []))]
    if (!head.end) content.push(...(head.block ? this.block(head, id) : []))
    for (const group of middle) content.push(...(group.end ? [ended(group.end, own !== null ? marks : [], change, words(group))] : this.block(group, id)))
    content.push(ended(last ?? block, marks, standing.attrs.end, words(rest)))
    tr.step(new ReplaceStep(into.at, into.at, new Slice(Fragment.fromArray(content), 1, 1)))
    if (change) tr.setNodeAttribute(into.blockAt, "end", change)
  }

  private block(group: Group, id: string): Node[] {
    const node = group.block ?? (group.end as Node)
    return this.anew(group.block ? node : node.copy(Fragment.fromArray(nodesOf(group.words))), id)
  }

  /** The same words with other markup. */
  reformat(old: readonly Token[], wanted: readonly Token[]): void {
    let id = ""
    for (let start = 0; start < old.length;) {
      const [first, other] = [old[start] as Token, wanted[start] as Token]
      const alike = (index: number): boolean => {
        const [token, next] = [old[index], wanted[index]]
        return token !== undefined && next !== undefined && token.node === first.node && Mark.sameSet(markup(next.node.marks), markup(other.node.marks))
      }
      let end = start + 1
      while (alike(end)) end++
      const last = old[end - 1] as Token
      if (first.kind === "text" || first.kind === "atom") this.restyle(first, last.at + last.size, markup(other.node.marks), () => (id ||= this.id(first.at, last.at + last.size)))
      start = end
    }
  }

  /** Inline content from one token on, up to `to`, gets this markup. */
  private restyle(token: Token, to: number, now: readonly Mark[], newId: () => string): void {
    const { tr } = this
    const from = token.at
    const was = markup(token.node.marks)
    const type = tr.doc.type.schema.marks["modification"]
    const former = tracked(token.node, "modification")
    if (Mark.sameSet(was, now) || !type || (former && !this.isMine(former))) return
    // What stands in a footnote has a markup of its own.
    const whole = token.node.isAtom && !token.node.isLeaf
    const add = (mark: Mark): void => void (whole ? tr.addNodeMark(from, mark) : tr.addMark(from, to, mark))
    const drop = (mark: Mark): void => void (whole ? tr.removeNodeMark(from, mark) : tr.removeMark(from, to, mark))
    for (const mark of was) if (!mark.isInSet(now)) drop(mark)
    for (const mark of now) if (!mark.isInSet(was)) add(mark)
    if (this.ownText(token)) return
    const json = (marks: readonly Mark[]): unknown[] => marks.map(mark => mark.toJSON() as unknown)
    const before = former?.attrs.before as { marks?: unknown } | undefined
    if (former && JSON.stringify(before?.marks) === JSON.stringify(json(now))) drop(former)
    else if (!former) add(type.create({ id: newId(), before: { marks: json(was) } }))
  }

  footnote(old: Token, wanted: Token): void {
    const flow = new Flow(this, inline(old.node, old.at), inline(wanted.node, old.at), old.at + old.size - 1)
    this.within(old.node, this.ownText(old) ? this.ownIn(old.node) ?? this.ownIn(old.block) : null, () => flow.run(NOWHERE))
    this.restyle(old, old.at + old.size, markup(wanted.node.marks), () => this.id(old.at, old.at + old.size))
  }
}

/** The children of two nodes from the first to the last that differ, and the size of those before. */
export function middle(old: Node, wanted: Node): { was: Node[]; now: Node[]; skipped: number } {
  let [start, behind, skipped] = [0, 0, 0]
  const most = Math.min(old.childCount, wanted.childCount)
  while (start < most && old.child(start).eq(wanted.child(start))) skipped += old.child(start++).nodeSize
  while (behind < most - start && old.child(old.childCount - 1 - behind).eq(wanted.child(wanted.childCount - 1 - behind))) behind++
  const part = (node: Node): Node[] => Array.from({ length: node.childCount - behind - start }, (_, index) => node.child(start + index))
  return { was: part(old), now: part(wanted), skipped }
}

export function isOf(person: string, { attrs }: Mark): boolean {
  return (attrs.id as string).startsWith(`${person}:`)
}

function sizeOf(nodes: readonly Node[]): number {
  return nodes.reduce((size, node) => size + node.nodeSize, 0)
}
