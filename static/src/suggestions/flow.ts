// Two rows of tokens, before and as wanted: which of them went, which came, which became others.
import type { Node } from "prosemirror-model"
import { family, related } from "./alike"
import { same, sameContent, type Token, tracked } from "./tokens"

/** The part of the text in which something was replaced: positions before and after. */
export interface Span {
  from: number
  to: number
}

export const NOWHERE: Span = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY }

/** Says what became of the tokens: each works on the text as it is when nothing in front of it was changed yet. */
export interface Sayer {
  /** The change that goes on at this place, or a new one. */
  id(from: number, to: number): string
  ownEnd(block: Node): boolean
  saw(start: number, oldEnd: number, newEnd: number): void
  remove(gone: readonly Token[], id: string): void
  insert(wanted: readonly Token[], next: Token | undefined, end: number, last: Node | undefined, id: string): void
  reformat(old: readonly Token[], wanted: readonly Token[]): void
  remark(old: Node, wanted: Node, at: number, free: boolean): void
  inside(old: Node, became: Node, at: number): boolean
  footnote(old: Token, wanted: Token): void
}

/** Two rows of siblings, before and as wanted, of which the middle differs. */
export class Flow {
  constructor(private readonly say: Sayer, private readonly old: readonly Token[], private readonly wanted: readonly Token[], private readonly end: number) {}

  run({ from, to }: Span): void {
    const { old, wanted } = this
    let start = 0
    const most = Math.min(old.length, wanted.length)
    const fits = (index: number): boolean => { const token = old[index] as Token; return from > to || token.at + token.size <= from }
    while (start < most && fits(start) && same(old[start] as Token, wanted[start] as Token)) start++
    let behind = 0
    const after = (index: number): boolean => { const token = old[index] as Token; return from > to || token.at >= to }
    while (behind < most - start && after(old.length - 1 - behind) && same(old[old.length - 1 - behind] as Token, wanted[wanted.length - 1 - behind] as Token)) behind++
    // A browser may say that it wrote whole words again that stand there: they are none's suggestion.
    const left = Math.min(old.length, wanted.length) - start - behind
    const ahead = kept(left, old.length - start - behind, index => [old[start + index], wanted[start + index]])
    start += ahead
    behind += kept(left - ahead, old.length - start - behind, index => [old[old.length - 1 - behind - index], wanted[wanted.length - 1 - behind - index]])
    this.middle(start, old.length - behind, wanted.length - behind)
  }

  private middle(start: number, oldEnd: number, newEnd: number): void {
    const { say, old, wanted } = this
    // A break of mine in front of what is gone, and not the one at its end, is what goes.
    const before = old[start - 1]
    if (newEnd === start && oldEnd > start && before?.kind === "break" && old[oldEnd - 1]?.kind === "break" && say.ownEnd(before.block) && !say.ownEnd((old[oldEnd - 1] as Token).block)) {
      start--
      oldEnd--
      newEnd--
    }
    const gone = old.slice(start, oldEnd)
    const put = wanted.slice(start, newEnd)
    const reworded = gone.length !== put.length || !gone.every((token, index) => sameContent(token, put[index] as Token))
    const next = old[oldEnd]
    // A block that begins here and goes on behind what was put in: its first part keeps its type.
    const ends = ({ kind }: Token): boolean => kind === "break" || kind === "block"
    const splits = reworded && next !== undefined && next.kind !== "block" && put.some(ends) && !(next.first && ends(put.at(-1) as Token))
    const parted = splits && old.findIndex(({ blockAt }) => blockAt === next.blockAt) >= start ? next.block : null
    this.blocksBehind(oldEnd, reworded ? start : oldEnd, parted)
    if (reworded) this.replace(gone, put, start, oldEnd, newEnd)
    else if (gone.length > 0) {
      say.saw((gone[0] as Token).at, (gone.at(-1) as Token).at + 1, (put.at(-1) as Token).at + 1)
      say.reformat(gone, put)
    }
    const head = put.find(({ kind }) => kind === "break")
    if (parted && next && head) say.remark(parted, head.block, next.blockAt, this.ownSplit(next))
    this.blocksBefore(reworded ? start : oldEnd)
  }

  private replace(gone: readonly Token[], put: readonly Token[], start: number, oldEnd: number, newEnd: number): void {
    const { say, old, wanted, end } = this
    const next = old[oldEnd]
    const from = gone[0]?.at ?? next?.at ?? end
    const to = gone.length > 0 ? (gone.at(-1) as Token).at + (gone.at(-1) as Token).size : from
    const newTo = put.length > 0 ? (put.at(-1) as Token).at + (put.at(-1) as Token).size : from
    say.saw(from, to, newTo)
    const [single, other] = [gone[0], put[0]]
    if (gone.length === 1 && put.length === 1 && single && other) {
      if (single.kind === "atom" && other.kind === "atom" && single.node.type === other.node.type && single.node.type.name === "footnote") return say.footnote(single, other)
      if (single.kind === "block" && other.kind === "block" && family(single.node, other.node) && say.inside(single.node, other.node, single.at)) return
    } else if (this.pair(gone, put, start)) return
    const id = say.id(from, to)
    const last = wanted.slice(newEnd).find(token => token.kind === "break")?.node
    if (put.length > 0) say.insert(put, next, end, last, id)
    say.remove(gone, id)
  }

  /** A block that became another one inside what differs: what lies before and behind is told by itself. */
  private pair(gone: readonly Token[], put: readonly Token[], start: number): boolean {
    for (const [index, token] of gone.entries()) {
      if (token.kind !== "block") continue
      const found = put.findIndex(other => other.kind === "block" && related(token.node, other.node))
      const other = put[found]
      if (!other || tracked(token.node, "deletion")) continue
      const rest = this.old.slice(start + index + 1)
      new Flow(this.say, rest, [...put.slice(found + 1), ...this.wanted.slice(start + put.length)], this.end).run(NOWHERE)
      if (!this.say.inside(token.node, other.node, token.at)) {
        const id = this.say.id(token.at, token.at)
        this.say.insert([other], this.old[start + index + 1], token.at + token.size, undefined, id)
        this.say.remove([token], id)
      }
      new Flow(this.say, gone.slice(0, index), put.slice(0, found), token.at).run(NOWHERE)
      return true
    }
    return false
  }

  /** Types and attributes of the textblocks behind what differs. */
  private blocksBehind(oldEnd: number, start: number, but: Node | null): void {
    const { old, wanted, say } = this
    for (let back = 1; back <= old.length - oldEnd; back++) {
      const one = old[old.length - back] as Token
      const other = wanted[wanted.length - back] as Token
      if (one.kind !== "break" || one.block === but) continue
      const begun = (row: readonly Token[], token: Token): number => row.findIndex(each => each.blockAt === token.blockAt)
      if (begun(old, one) >= start && begun(wanted, other) >= start) say.remark(one.block, other.block, one.blockAt, this.ownSplit(one))
    }
  }

  /** And of those in which it begins, or before it. */
  private blocksBefore(start: number): void {
    const seen = new Set<number>()
    for (let index = start - 1; index >= 0; index--) {
      const one = this.old[index] as Token
      if (one.kind === "block" || seen.has(one.blockAt)) continue
      seen.add(one.blockAt)
      this.say.remark(one.block, (this.wanted[index] as Token).block, one.blockAt, this.ownSplit(one))
    }
  }

  private ownSplit({ blockAt }: Token): boolean {
    const before = this.old.find(token => token.kind === "break" && token.at + 1 === blockAt)
    return before !== undefined && this.say.ownEnd(before.block)
  }
}

/** How many of at most `most` pairs of tokens are the same: as many as tear no word; or all `whole`. */
function kept(most: number, whole: number, pair: (index: number) => [Token | undefined, Token | undefined]): number {
  let count = 0
  const blank = (index: number): boolean => pair(index).every(token => token === undefined || token.text === "" || /\s/u.test(token.text))
  for (let index = 0; index < most; index++) {
    const [one, other] = pair(index)
    if (!one || !other || !same(one, other)) break
    if (/\s/u.test(one.text) || index + 1 === whole || blank(index + 1)) count = index + 1
  }
  return count
}
