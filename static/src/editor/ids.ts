// Each textblock, figure, table and footnote has an id; comments and references hold on to it.
// Given to what this person made (never to what came from the server), only where they wrote.
import type { Node } from "prosemirror-model"
import { Plugin, type Transaction } from "prosemirror-state"
import { isLocal } from "../live/collab"
import { randomName } from "../live/wire"

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

/** Where ids are missing or given twice in these ranges: positions of the nodes that need a new one. */
export function nameless(doc: Node, ranges: readonly [number, number][]): number[] {
  const touched = new Map<number, Node>()
  for (const [from, to] of ranges)
    doc.nodesBetween(Math.max(0, from - 1), Math.min(doc.content.size, to + 1), (node, pos) => {
      if ("id" in node.attrs) touched.set(pos, node)
    })
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

/** The plugin that gives ids, while the text itself is `written`: a suggestion names what it puts in by itself. */
export function ids(written: () => boolean): Plugin {
  return new Plugin({
    appendTransaction(transactions, _before, state) {
      if (!written()) return null
      if (!transactions.some(transaction => transaction.docChanged && isLocal(transaction))) return null
      if (!transactions.every(isLocal)) return null
      const places = nameless(state.doc, changed(transactions))
      if (places.length === 0) return null
      return places.reduce((tr, pos) => tr.setNodeAttribute(pos, "id", randomName(10)), state.tr)
    },
  })
}
