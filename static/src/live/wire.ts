// The messages of the live protocol, and what is true of each before anybody relies on it.

export interface Frame {
  type: "steps"
  version: number // the version that the first step stands on
  steps: unknown[]
  clients: string[] // of each step
  batches: number[] // of each step, counted by its client
  people: (string | null)[] // of each step
}

export interface Batch {
  type: "steps"
  version: number
  steps: unknown[]
  client: string
  batch: number
}

export type Message =
  | Frame
  | { type: "behind"; version: number }
  | { type: "refused"; batch: number; reason: string }
  | { type: "hash"; version: number; hash: string }
  | { type: "presence" | "comment" | "paper"; [fact: string]: unknown }
  | { type: "connected" } // said by the page itself: what was told before was not heard

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

const isVersion = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0

/** The steps frame that `value` is, or null. */
export function asFrame(value: unknown): Frame | null {
  if (!isRecord(value) || !isVersion(value.version) || !Array.isArray(value.steps)) return null
  const { steps } = value
  const beside = (list: unknown, missing: unknown): unknown[] =>
    Array.isArray(list) && list.length === steps.length ? list : steps.map(() => missing)
  return {
    type: "steps", version: value.version, steps,
    clients: beside(value.clients, "").map(String),
    batches: beside(value.batches, 0).map(Number),
    people: beside(value.people, null).map(person => (person === null ? null : String(person))),
  }
}

/** The message in a text frame; null for what this client does not understand. */
export function read(text: string): Message | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (!isRecord(value)) return null
  switch (value.type) {
    case "steps": return asFrame(value)
    case "behind": return isVersion(value.version) ? { type: "behind", version: value.version } : null
    case "refused": return { type: "refused", batch: Number(value.batch), reason: String(value.reason ?? "") }
    case "hash": return isVersion(value.version) ? { type: "hash", version: value.version, hash: String(value.hash) } : null
    case "presence": case "comment": case "paper": return { ...value, type: value.type }
    default: return null
  }
}

/** The part of the frame from `version` on: null if it starts later (something is missing). */
export function from(frame: Frame, version: number): Frame | null {
  const skip = version - frame.version
  if (skip < 0) return null
  return {
    ...frame, version: frame.version + Math.min(skip, frame.steps.length),
    steps: frame.steps.slice(skip), clients: frame.clients.slice(skip),
    batches: frame.batches.slice(skip), people: frame.people.slice(skip),
  }
}

export interface Run {
  own: boolean
  start: number
  end: number
}

/** The frame cut into runs of own and foreign steps. */
export function runs(clients: readonly string[], client: string): Run[] {
  const found: Run[] = []
  clients.forEach((name, at) => {
    const last = found.at(-1)
    if (last && last.own === (name === client)) last.end = at + 1
    else found.push({ own: name === client, start: at, end: at + 1 })
  })
  return found
}

/** A new random name, for clients and blocks: letters and digits. Works without a secure context. */
export function randomName(length = 12): string {
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), byte => letters[byte % 36]).join("")
}
