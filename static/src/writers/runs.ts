// Who wrote which passage, as the server says it, made ready to be shown. No page, no network.
import { initials } from "../names"

export interface Written {
  version: number
  runs: [start: number, end: number, author: string][] // "" wrote what stood there at the beginning
  people: Record<string, string>
}

export interface Writer {
  id: string
  name: string
  initials: string
  colour: number // 0 … 11
  line: number // 0 … 4, the kind of its underline
}

export interface Run {
  start: number
  end: number
  writer: Writer
}

const COLOURS = 12
const LINES = 5

/** The passages that people wrote, and who they are, both in the order of the text. */
export function ready({ runs, people }: Written): { runs: Run[]; writers: Writer[] } {
  const writers = new Map<string, Writer>()
  const made = runs.filter(([start, end, author]) => author && start < end).map(([start, end, id]): Run => {
    let writer = writers.get(id)
    if (!writer) {
      const name = people[id] ?? id
      writer = { id, name, initials: initials(name), colour: writers.size % COLOURS, line: writers.size % LINES }
      writers.set(id, writer)
    }
    return { start, end, writer }
  })
  return { runs: made, writers: [...writers.values()] }
}
