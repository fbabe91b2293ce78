// Which of the unconfirmed steps go next, as which batch. Pure.
//
// One action of a person (a transaction) is one unit: it is sent whole or not at all, for half a
// table edit makes everybody's table repair run for ever. A batch that was under way when the
// connection broke is sent again under its number, with the same units, so that the server can
// tell that it has it already.

export const BATCH_BYTES = 200_000 // of JSON; the server takes 256 kB
export const BATCH_STEPS = 2_000 // the server takes 5,000

const encoder = new TextEncoder()

export interface Flight {
  batch: number
  origins: ReadonlySet<object> // the transactions whose steps it holds
}

export interface Pending {
  steps: readonly unknown[] // JSON
  origins: readonly object[] // of each step, the transaction it came with
}

/** How many of the first pending steps belong to the flight. */
export function held(flight: Flight, pending: Pending): number {
  let count = 0
  while (count < pending.steps.length && flight.origins.has(pending.origins[count] as object)) count++
  return count
}

/** How many of the first pending steps fit into one batch, cut between transactions; at least one transaction. */
export function fitting(pending: Pending, bytes = BATCH_BYTES): number {
  let size = 0
  let whole = 0
  for (let at = 0; at < pending.steps.length; at++) {
    if (at > 0 && pending.origins[at] !== pending.origins[at - 1]) {
      whole = at
    }
    size += encoder.encode(JSON.stringify(pending.steps[at])).length + 1
    if ((size > bytes || at >= BATCH_STEPS) && whole > 0) return whole
  }
  return pending.steps.length
}

/** The flight to send now: the one under way again, or a new one with the next number; null if nothing is pending. */
export function depart(flight: Flight | null, last: number, pending: Pending): { flight: Flight; count: number } | null {
  if (pending.steps.length === 0) return null
  if (flight) {
    const count = held(flight, pending)
    if (count > 0) return { flight, count }
  }
  const count = fitting(pending)
  return { flight: { batch: last + 1, origins: new Set(pending.origins.slice(0, count)) }, count }
}
