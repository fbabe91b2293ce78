// What a thread is, which ones are shown, in which order. No page, no network.

export const KINDS = ["question", "objection", "support", "note"] as const
export type Kind = (typeof KINDS)[number]
export const OUTCOMES = ["answered", "accepted", "refused"] as const
export type Outcome = (typeof OUTCOMES)[number]

export interface Person {
  id: number | null // null: the words came in with a file, and their author has no account
  name: string
  initials: string
}

export interface Said {
  id: number
  text: string
  author: Person
  at: string // ISO 8601
  edited: string | null
  deleted: boolean
  mentions: { id: number; name: string }[]
  may: { edit: boolean; delete: boolean }
}

export interface Thread extends Said {
  kind: Kind
  revision: number | null
  place: { start: number | null; end: number | null; state: "unchanged" | "changed" | "gone" }
  quote: string
  outcome: Outcome | null
  answer: string
  resolved: { by: Person; at: string } | null
  may: { edit: boolean; delete: boolean; resolve: boolean; answer: boolean }
  answers: Said[]
}

export interface Filter {
  state: "open" | "resolved" | "all"
  mine: boolean
  toMe: boolean
  kind: Kind | ""
}

export const EVERYTHING: Filter = { state: "all", mine: false, toMe: false, kind: "" }
export const OPEN: Filter = { ...EVERYTHING, state: "open" }

/** Does the filter let this thread through, for the reader `me`? As Wanted.takes on the server. */
export function takes(filter: Filter, thread: Thread, me: number): boolean {
  const every = [thread, ...thread.answers]
  const others = thread.answers.some(answer => answer.author.id !== me) || (thread.resolved !== null && thread.resolved.by.id !== me)
  return (filter.state === "all" || (filter.state === "resolved") === (thread.resolved !== null)) &&
    (!filter.kind || thread.kind === filter.kind) &&
    (!filter.mine || every.some(said => said.author.id === me && !said.deleted)) &&
    (!filter.toMe || every.some(said => said.mentions.some(person => person.id === me)) || (thread.author.id === me && others))
}

/** Has this thread a passage in the text that is shown? */
export function placed(thread: Thread): boolean {
  return thread.place.start !== null && thread.place.state !== "gone"
}

export interface Shelves {
  placed: Thread[] // beside their passages, in the order of the text
  whole: Thread[] // on the whole paper
  gone: Thread[] // their passage is no longer there
}

/** The threads by where they are shown. */
export function shelves(threads: readonly Thread[]): Shelves {
  const at = (thread: Thread): number => thread.place.start ?? 0
  return {
    placed: threads.filter(placed).sort((one, other) => at(one) - at(other) || one.id - other.id),
    whole: threads.filter(thread => thread.place.state !== "gone" && thread.place.start === null),
    gone: threads.filter(thread => thread.place.state === "gone"),
  }
}

/** The thread after (1) or before (-1) `current` in `order`, round and round; null if there is none. */
export function neighbour(order: readonly number[], current: number | null, step: 1 | -1): number | null {
  if (order.length === 0) return null
  const at = current === null ? -1 : order.indexOf(current)
  if (at < 0) return order[step > 0 ? 0 : order.length - 1] ?? null
  return order[(at + step + order.length) % order.length] ?? null
}

/** What is new in `now`, said by others than `me`: answers count with their thread. */
export function news(before: readonly Thread[], now: readonly Thread[], me: number): Said[] {
  const known = new Set(before.flatMap(thread => [thread.id, ...thread.answers.map(answer => answer.id)]))
  return now.flatMap(thread => [thread, ...thread.answers]).filter(said => !known.has(said.id) && said.author.id !== me)
}

/** The thread that holds the comment or answer of this id. */
export function holding(threads: readonly Thread[], id: number): Thread | undefined {
  return threads.find(thread => thread.id === id || thread.answers.some(answer => answer.id === id))
}
