// Each textblock, figure, table and footnote has an id; comments and references hold on to it.
// Given to what this person made (never to what came from the server), only where they wrote.
import type { Node } from "prosemirror-model"
import { Plugin, type Transaction } from "prosemirror-state"
import { isLocal } from "../live/collab"
import { randomName } from "../live/wire"
import { DECIDES } from "../suggestions/settle"

/** The parts of the newest document that these transactions changed, as ranges [from, to]. */
export function changed(transactions: readonly Transaction[]): [number, number][] {
  const ranges: [number, number][] = []
  transactions.forEach((transaction, at) => {
    transaction.mapping.maps.forEach((map, step) => {
      map.forEach((_from, _to, from, to) => {
        let range: [number, number] = [transaction.mapping.slice(step + 1).map(from, -1), transaction.mapping.slice(step + 1).map(to, 1)]
        for (const later of transactions.slice(at + 1)) range = [later.mapping.map(range[0], -1), later.mapping.map(range[1], 1)]
        ranges.push(range)
      })
    })
  })
  return ranges
}

/** The nodes with this attribute in these ranges or beside them, by position. */
function within(doc: Node, ranges: readonly [number, number][], attribute: string): Map<number, Node> {
  const found = new Map<number, Node>()
  for (const [from, to] of ranges)
    doc.nodesBetween(Math.max(0, from - 1), Math.min(doc.content.size, to + 1), (node, pos) => {
      if (attribute in node.attrs) found.set(pos, node)
    })
  return found
}

/** Where ids are missing or given twice in these ranges: positions of the nodes that need a new one. */
export function nameless(doc: Node, ranges: readonly [number, number][]): number[] {
  const touched = within(doc, ranges, "id")
  if (touched.size === 0) return []
  const ids = new Set([...touched.values()].map(node => node.attrs.id).filter(Boolean))
  const first = new Map<string, number>() // where each of these ids stands first
  const seconds = new Set<number>()
  if (ids.size > 0)
    doc.descendants((node, pos) => {
      const { id } = node.attrs
      if (!id || !ids.has(id)) return
      if (first.has(id)) seconds.add(pos)
      else first.set(id, pos)
    })
  const wanted = [...touched.keys()].filter(pos => !touched.get(pos)?.attrs.id || seconds.has(pos))
  for (const pos of seconds) if (!touched.has(pos)) wanted.push(pos) // the copy lies elsewhere
  return wanted.sort((a, b) => a - b)
}

/** Where what stands at this position stood before these transactions; null if they brought it. */
function origin(transactions: readonly Transaction[], pos: number): number | null {
  for (const map of transactions.flatMap(({ mapping }) => mapping.maps).reverse()) {
    let [shift, brought] = [0, false]
    map.forEach((from, to, start, end) => {
      if (pos >= end) shift += to - from - (end - start)
      else if (pos >= start) brought = true
    })
    if (brought) return null
    pos += shift
  }
  return pos
}

/**
 * Textblocks whose end has another fate than theirs, and which: a suggested break belongs to the
 * place behind the words, so it goes with the end of a block that is split in two or joined to another.
 */
function ends(before: Node, transactions: readonly Transaction[], doc: Node): [number, unknown][] {
  const blocks = [...within(doc, changed(transactions), "end")].map(([pos, node]) => ({ pos, node, start: origin(transactions, pos), close: origin(transactions, pos + node.nodeSize - 1) }))
  const standing = blocks.filter(({ node, close }) => node.attrs.end && close !== null).map(({ node }) => (node.attrs.end as { id: string }).id)
  return blocks.flatMap(({ pos, node, start, close }): [number, unknown][] => {
    const end = node.attrs.end as { id: string } | null
    if (close === null) return end && (start !== null || standing.includes(end.id)) ? [[pos, null]] : []
    const place = before.resolve(close)
    if (!place.parent.isTextblock) return []
    const former = (place.parent.attrs.end ?? null) as { id: string } | null
    return start === place.before() || former?.id === end?.id ? [] : [[pos, former]]
  })
}

/** Give ids to what this transaction leaves without one. */
export function named(transaction: Transaction): Transaction {
  const places = nameless(transaction.doc, changed([transaction]))
  return places.reduce((tr, pos) => tr.setNodeAttribute(pos, "id", randomName(10)), transaction)
}

/**
 * The plugin that gives ids and keeps suggested breaks at their place, while the text itself is
 * `written`: a suggestion does both by itself, and so does a decision.
 */
export function ids(written: () => boolean): Plugin {
  return new Plugin({
    appendTransaction(transactions, before, state) {
      if (!written()) return null
      if (!transactions.some(transaction => transaction.docChanged && isLocal(transaction))) return null
      if (!transactions.every(isLocal)) return null
      const { tr } = state
      if (!transactions.some(each => [DECIDES, "history$"].some(meta => each.getMeta(meta) !== undefined)))
        for (const [pos, end] of ends(before.doc, transactions, state.doc)) tr.setNodeAttribute(pos, "end", end)
      for (const pos of nameless(state.doc, changed(transactions))) tr.setNodeAttribute(pos, "id", randomName(10))
      return tr.docChanged ? tr : null
    },
  })
}
