// Suggestions that do not fit the text any more, for others have changed it meanwhile, made again on
// the text as it is. Act by act, and in an act passage by passage: what may stand there stays as it was
// written; of the rest it is known what the writer wanted, and that is suggested anew. Pure.
import { Fragment, type Node } from "prosemirror-model"
import { EditorState, type Transaction } from "prosemirror-state"
import { Mapping, Step, type StepMap } from "prosemirror-transform"
import { paragraphs, words } from "../live/carry"
import type { Again } from "../live/collab"
import { movedBy } from "../live/rebase"
import { randomName } from "../live/wire"
import { suggest } from "./convert"
import { holdsWords, onlySuggests, quotesRightly } from "./law"
import { places, settledBlocks, turn } from "./settle"

/** Neighbouring blocks that became other ones: from which to which, of the old and of the new ones. */
interface Stretch {
  old: [from: number, to: number]
  now: [from: number, to: number]
}

/**
 * What `person` has written on `text`, as suggestions that may be made in it.
 *
 * steps    one after the other, moved past what others did
 * units    of each step, what it was done with: one act, which counts as a whole
 */
export function suggestAgain(text: Node, steps: readonly Step[], units: readonly unknown[], person: string): Again {
  const docs = [text]
  for (const step of steps) docs.push(step.apply(docs.at(-1) as Node).doc ?? (docs.at(-1) as Node))
  let doc = text
  let mapping = new Mapping(steps.map(step => step.getMap().invert()).reverse())
  const parts: Step[][] = []
  const [lost, homeless]: [string[], Step[]] = [[], []]

  const take = (made: Transaction, moved: Mapping): void => {
    if (made.docChanged) parts.push([...made.steps])
    doc = made.doc
    mapping = moved
  }
  const go = (start: number, end: number): void => {
    const act = EditorState.create({ doc }).tr
    const moved = mapping.slice()
    const nowhere: Step[] = []
    const placed: number[] = []
    for (let at = start; at < end; at++) {
      const step = movedBy(steps[at] as Step, docs[at] as Node, moved.slice(steps.length - at), act.doc)
      if (step && !act.maybeStep(step).failed) {
        moved.appendMap(step.getMap(), steps.length - at - 1)
        placed.push(at)
      } else nowhere.push(steps[at] as Step)
    }
    if (mayBe(doc, act.doc, person)) {
      homeless.push(...nowhere)
      return take(act, moved)
    }
    const { made, left } = anew(doc, act, person)
    if (left.length > 0 && end - start > 1) { // step by step there is perhaps less that it cannot be
      for (let at = start; at < end; at++) go(at, at + 1)
      return
    }
    homeless.push(...nowhere)
    lost.push(...paragraphs(Fragment.fromArray(left)))
    const after = mapping.slice()
    counterparts(made.mapping.maps, act.mapping.maps).forEach((there, index) => {
      const at = placed[there]
      after.appendMap(made.mapping.maps[index] as StepMap, at === undefined ? undefined : steps.length - at - 1)
    })
    take(made, after)
  }
  for (let start = 0, end = 0; start < steps.length; start = end) {
    while (end < steps.length && units[end] === units[start]) end++
    go(start, end)
  }
  return { parts, lost: [...lost, ...words(homeless)], mapping }
}

/** What an act wanted, suggested anew where it may not stand as it is; and the blocks in which that cannot be. */
function anew(doc: Node, act: Transaction, person: string): { made: Transaction; left: Node[] } {
  const made = EditorState.create({ doc }).tr
  const left: Node[] = []
  const there = own(act.doc, person)
  const { said, ids } = renamed(doc, act.steps, person)
  for (const { old, now } of passages(doc, said, ids).reverse()) {
    const wanted = accepted(said, said.children.slice(...now), ids)
    const part = asWritten(made.doc, old, act.doc.children.slice(...now), person) ?? asWanted(made.doc, old, wanted, there, person)
    if (part) for (const step of part.steps) made.step(step)
    else left.unshift(...wanted.content)
  }
  return { made, left }
}

/** What these steps of the person make of the document, if their changes had names of their own: which belongs to an older one does not tell what was done. */
function renamed(doc: Node, steps: readonly Step[], person: string): { said: Node; ids: Set<string> } {
  const names = new Map<string, string>()
  const other = (id: string): string => names.get(id) ?? (names.set(id, `${person}:${randomName(12)}`).get(id) as string)
  const written = JSON.stringify(steps.map(step => step.toJSON() as unknown)).replaceAll(new RegExp(`"id":"(${person}:[^"]*)"`, "g"), (_, id: string) => `"id":"${other(id)}"`)
  const said = (JSON.parse(written) as object[]).reduce<Node>((now, step) => Step.fromJSON(doc.type.schema, step).apply(now).doc ?? now, doc)
  return { said, ids: new Set(names.values()) }
}

/** For each of these maps, which of the others takes away and puts in as much, or -1: what was written is there again, and what is done inside of it later finds its place. */
function counterparts(made: readonly StepMap[], act: readonly StepMap[]): number[] {
  const free = act.map(extent)
  return made.map(map => {
    const found = extent(map) === "" ? -1 : free.indexOf(extent(map))
    if (found >= 0) free[found] = ""
    return found
  })
}

/** How much a step takes away and puts in, place by place. */
function extent(map: StepMap): string {
  const found: string[] = []
  map.forEach((from, to, start, end) => void found.push(`${to - from}>${end - start}`))
  return found.join()
}

function mayBe(doc: Node, after: Node, person: string): boolean {
  return onlySuggests(doc, after, person) && quotesRightly(doc, after, person)
}

/** These blocks as they were written; null if they may not stand there. */
function asWritten(doc: Node, place: Stretch["old"], blocks: readonly Node[], person: string): Transaction | null {
  const made = EditorState.create({ doc }).tr
  turn(made, replaced(doc, place, blocks))
  return mayBe(doc, made.doc, person) ? made : null
}

/** These blocks suggested anew, and without those suggestions that are not `there` any more; null if that cannot be. */
function asWanted(doc: Node, [from, to]: Stretch["old"], blocks: Fragment, there: ReadonlySet<string>, person: string): Transaction | null {
  const made = EditorState.create({ doc }).tr
  const old = doc.copy(Fragment.fromArray(doc.children.slice(from, to)))
  const withdrawn = new Set([...own(old, person)].filter(id => !there.has(id)))
  turn(made, replaced(doc, [from, to], settledBlocks(old, withdrawn, "reject").content))
  const behind = doc.childCount - to
  const start = EditorState.create({ doc: made.doc })
  const now = start.doc.copy(Fragment.fromArray(start.doc.children.slice(from, start.doc.childCount - behind)))
  const change = start.tr
  for (const stretch of stretches(now, now.copy(blocks)).reverse()) turn(change, replaced(change.doc, [from + stretch.old[0], from + stretch.old[1]], blocks.content.slice(...stretch.now)))
  if (!change.docChanged) return made
  const found = suggest(start, change, person)
  if (typeof found === "string") return null
  for (const step of found.steps) made.step(step)
  const became = made.doc.copy(Fragment.fromArray(made.doc.children.slice(from, made.doc.childCount - behind)))
  return holdsWords(became, now.copy(blocks), person) ? made : null
}

/** The ids of the person's suggestions in it. */
function own(node: Node, person: string): Set<string> {
  return new Set([...places(node).keys()].filter(id => id.startsWith(`${person}:`)))
}

/** These blocks with the changes of these ids accepted. */
function accepted(doc: Node, blocks: readonly Node[], ids: ReadonlySet<string>): Fragment {
  return settledBlocks(doc.copy(Fragment.fromArray([...blocks])), ids, "accept")
}

/** The document with other blocks in this place. */
function replaced(doc: Node, [from, to]: Stretch["old"], blocks: readonly Node[]): Node {
  const all = [...doc.children.slice(0, from), ...blocks, ...doc.children.slice(to)]
  return doc.copy(all.length > 0 ? Fragment.fromArray(all) : Fragment.from(doc.type.contentMatch.fillBefore(Fragment.empty, true)))
}

/** The stretches that differ, those together that touch, or that changes of these ids join at a block's end. */
function passages(old: Node, now: Node, ids: ReadonlySet<string>): Stretch[] {
  const found: Stretch[] = []
  const open = (node: Node, end: number): boolean => end > 0 && end < node.childCount && ids.has((node.child(end - 1).attrs.end as { id: string } | null | undefined)?.id ?? "")
  for (const stretch of stretches(old, now)) {
    const last = found.at(-1)
    if (last && stretch.old[0] <= last.old[1] && stretch.now[0] <= last.now[1]) {
      last.old[1] = Math.max(last.old[1], stretch.old[1])
      last.now[1] = Math.max(last.now[1], stretch.now[1])
    } else found.push(stretch)
    const { old: was, now: is } = found.at(-1) as Stretch
    while (open(old, was[1]) || open(now, is[1])) {
      was[1] = Math.min(was[1] + 1, old.childCount)
      is[1] = Math.min(is[1] + 1, now.childCount)
    }
  }
  return found
}

/** The stretches of children that differ, in order; a block that kept its name is one by itself. */
function stretches(old: Node, now: Node): Stretch[] {
  const found: Stretch[] = []
  let [was, is] = [0, 0]
  const close = (one: number, other: number): void => {
    if (one > was || other > is) found.push({ old: [was, one], now: [is, other] })
    ;[was, is] = [one, other]
  }
  for (const [one, other] of inOrder(old.children.map(nameOf), now.children.map(nameOf))) {
    close(one, other)
    if (old.child(one).eq(now.child(other))) [was, is] = [one + 1, other + 1]
    else close(one + 1, other + 1)
  }
  close(old.childCount, now.childCount)
  return found
}

/** By what a block is known: its id, or that of the first block in it. */
function nameOf(block: Node): string {
  let id = block.attrs.id as string | null | undefined
  block.descendants(child => {
    id ??= child.attrs.id as string | null | undefined
    return id == null
  })
  return id ?? JSON.stringify(block.toJSON())
}

/** Where the same names stand in both, in the same order: as many as can be. */
function inOrder(old: readonly string[], now: readonly string[]): [number, number][] {
  const there = new Map(now.map((name, index) => [name, index] as const).reverse())
  const pairs = old.map((name, index): [number, number] => [index, there.get(name) ?? -1]).filter(([, index]) => index >= 0)
  const chains: { pair: [number, number]; before: number; length: number }[] = []
  for (const pair of pairs) {
    let before = -1
    chains.forEach(({ pair: [, index], length }, at) => {
      if (index < pair[1] && length > (chains[before]?.length ?? 0)) before = at
    })
    chains.push({ pair, before, length: (chains[before]?.length ?? 0) + 1 })
  }
  const found: [number, number][] = []
  let at = chains.reduce((best, { length }, index) => (length > (chains[best]?.length ?? 0) ? index : best), -1)
  for (; at >= 0; at = (chains[at] as { before: number }).before) found.unshift((chains[at] as { pair: [number, number] }).pair)
  return found
}
