// What a suggester may do, as the server holds them to it (strategy/text/suggesting.py). Rejecting
// what is theirs gives the same text before and after, and under another's name stands nothing that
// did not stand there before. And what they keep of others' suggestions stays others'.
import { Fragment, type Mark, type Node, type Slice } from "prosemirror-model"
import type { Transaction } from "prosemirror-state"
import type { Step } from "prosemirror-transform"
import { places, settledBlocks } from "./settle"
import { TRACKED, tracked } from "./tokens"

const ATOM = "\ufffc"
const isInsertion = (key: string): boolean => key.startsWith("insertion")

/** With all that is theirs rejected, is the text the same before and after? */
export function onlySuggests(before: Node, after: Node, person: string): boolean {
  if (!before.hasMarkup(after.type, after.attrs, after.marks)) return false
  const { old, now } = touched(before, after)
  const mine = new Set([...places(old).keys(), ...places(now).keys()].filter(id => id.startsWith(`${person}:`)))
  return settledBlocks(old, mine, "reject").eq(settledBlocks(now, mine, "reject"))
}

/**
 * Does all that stands there under the name of others say what it said before? Of what they want
 * deleted or marked up, words may be missing: those that the person wrote and has taken back.
 */
export function quotesRightly(before: Node, after: Node, person: string): boolean {
  const { old, now } = touched(before, after)
  const said = [...runs(now, person)]
  const says = (there: Map<string, string[]>): boolean => said.every(([key, words]) => {
    const whole = there.get(key)?.join("")
    return whole !== undefined && words.every(each => (isInsertion(key) ? whole.includes(each) : isPartOf(each, whole)))
  })
  return says(runs(old, person)) || says(runs(before, person)) // mostly it stands close by
}

/** Are these the letters of the whole, in order, though some may be missing? */
function isPartOf(words: string, whole: string): boolean {
  let at = -1
  for (const letter of words) if ((at = whole.indexOf(letter, at + 1)) < 0) return false
  return true
}

/** Is all that others suggest as it was, whatever the person did to what is their own? */
export function leavesOthers(before: Node, after: Node, person: string): boolean {
  const { old, now } = touched(before, after)
  const [was, is] = [old, now].map(node => JSON.stringify([...runs(node, person)].map(([key, words]) => [key, words.join("")]).sort()))
  return was === is
}

/** Does all that this writes bear the person's name itself, wherever it stands? */
export function isSigned({ steps }: Transaction, person: string): boolean {
  let signed = true
  const look = (node: Node, above: boolean): void => {
    const mine = above || Boolean(tracked(node, "insertion")?.attrs.id.startsWith(`${person}:`))
    if (node.isInline && !mine) signed = false
    node.forEach(child => look(child, mine))
  }
  for (const { slice } of steps as (Step & { slice?: Slice })[]) slice?.content.forEach(node => look(node, false))
  return signed
}

/** Does what others suggest, and the writer keeps, still stand in `after` as theirs? */
export function keepsOthers(after: Node, wanted: Transaction, person: string): boolean {
  const { before, mapping } = wanted
  const { old, now, at } = touched(before, after)
  let away: Set<number> | null = null
  const kept: Sizes = new Map()
  leaves(old, person, ({ pos, size, keys, gone }) => {
    if (keys.length === 0) return
    for (let place = at + pos; place < at + pos + size; place++) {
      const { pos: then, deletedAfter } = mapping.mapResult(place, 1)
      if (!deletedAfter && !(gone && (away ??= struck(wanted.doc, person)).has(then))) add(kept, keys, 1)
    }
  })
  return covers(sizes(now, person), kept)
}

/** Do the words of others in these blocks, as somebody has written them, stand in what became of them, as theirs? */
export function holdsWords(made: Node, written: Node, person: string): boolean {
  return covers(sizes(made, person), new Map([...sizes(written, person)].filter(([key]) => isInsertion(key))))
}

type Sizes = Map<string, number> // of each change of others, how much of it stands there

function add(to: Sizes, keys: readonly string[], size: number): void {
  for (const key of keys) to.set(key, (to.get(key) ?? 0) + size)
}

const covers = (one: Sizes, other: Sizes): boolean => [...other].every(([key, size]) => size <= (one.get(key) ?? 0))

/** How much of what others suggest stands there, but for what the person wants deleted. */
function sizes(root: Node, person: string): Sizes {
  const found: Sizes = new Map()
  leaves(root, person, ({ size, keys, gone }) => void (gone || add(found, keys, size)))
  return found
}

/** Where words stand that the person wants deleted: they may be deleted here and wanted elsewhere. */
function struck(doc: Node, person: string): Set<number> {
  const found = new Set<number>()
  leaves(doc, person, ({ pos, size, gone }) => {
    if (gone) for (let place = pos; place < pos + size; place++) found.add(place)
  })
  return found
}

interface Leaf {
  said: string
  pos: number
  size: number
  keys: readonly string[] // the changes of others that it is part of
  gone: boolean // whether the person wants it deleted
}

/** Go through words and other leaves. What somebody else wrote into another's suggestion is no part of it. */
function leaves(root: Node, person: string, see: (leaf: Leaf) => void): void {
  const isMine = (id: unknown): boolean => (id as string).startsWith(`${person}:`)
  const walk = (parent: Node, at: number, above: readonly string[], away: boolean): void => parent.forEach((node, offset) => {
    const own = (name: string): boolean => isMine(tracked(node, name)?.attrs.id ?? "")
    const keyed = (marks: readonly Mark[]): string[] => marks.map(({ type, attrs }) => `${type.name} ${attrs.id} ${JSON.stringify(attrs.before)}`)
    const others = node.marks.filter(mark => TRACKED.has(mark.type.name) && !isMine(mark.attrs.id))
    const pos = at + offset
    const gone = away || own("deletion")
    const inherited = own("insertion") ? [] : tracked(node, "insertion") ? above.filter(key => !isInsertion(key)) : above
    if (node.isLeaf) {
      const said = node.text ?? ATOM + node.type.name + JSON.stringify({ ...node.attrs, id: null }) // a copy has an id of its own
      see({ said, pos, size: node.nodeSize, keys: [...inherited, ...keyed(others)], gone })
    } else { // another kind of block is said of the block, not of its words
      const [markups, whole] = [true, false].map(kind => keyed(others.filter(mark => (mark.type.name === "modification") === kind))) as [string[], string[]]
      if (markups.length > 0) see({ said: "", pos, size: 0, keys: markups, gone })
      walk(node, pos + 1, [...inherited, ...whole], gone)
    }
  })
  walk(root, 0, [], false)
}

/** What each change of others says, run by run, each in one paragraph. */
function runs(root: Node, person: string): Map<string, string[]> {
  const found = new Map<string, { words: string[]; end: number }>()
  leaves(root, person, ({ said, pos, size, keys }) => {
    for (const key of keys) {
      const words = said.startsWith(ATOM) && !isInsertion(key) ? ATOM : said
      const run = found.get(key) ?? { words: [], end: Number.NaN }
      if (run.end === pos) run.words.push(`${run.words.pop()}${words}`)
      else run.words.push(words)
      run.end = pos + size
      found.set(key, run)
    }
  })
  return new Map([...found].map(([key, { words }]) => [key, words]))
}

/**
 * The blocks that differ, as documents, and where the first begins. With those in front that may be
 * joined to them, and those behind up to one that stays by itself whatever is decided: blocks that
 * are to go may come between two that would be joined.
 */
export function touched(before: Node, after: Node): { old: Node; now: Node; at: number } {
  const count = Math.min(before.childCount, after.childCount)
  let [start, behind] = [0, 0]
  while (start < count && before.child(start).eq(after.child(start))) start++
  while (behind < count - start && before.child(before.childCount - 1 - behind).eq(after.child(after.childCount - 1 - behind))) behind++
  while (start > 0 && before.child(start - 1).attrs.end) start--
  for (let firm = false; behind > 0 && !firm; behind--) firm = stays(before.child(before.childCount - behind))
  const part = (node: Node): Node => node.copy(Fragment.fromArray(Array.from({ length: node.childCount - behind - start }, (_, index) => node.child(start + index))))
  let at = 0
  for (let index = 0; index < start; index++) at += before.child(index).nodeSize
  return { old: part(before), now: part(after), at }
}

/** Does this block stay one by itself, whatever is decided on changes in other blocks? */
function stays({ attrs, marks }: Node): boolean {
  return "end" in attrs && !attrs.end && !marks.some(({ type }) => TRACKED.has(type.name))
}
