// What a page that died had not got confirmed: carried over what others wrote since, and sent under
// the dead page's own name and batch number, so that what had arrived after all is not written twice.
import { Step } from "prosemirror-transform"
import { schema } from "../schema"
import { carry, paragraphs, words } from "./carry"
import { type Ends, fetchDoc, TOO_FAR } from "./collab"
import { fitting } from "./flight"
import type { Aside, Leftover } from "./keep"
import { ask, reason, type Urls, withQuery } from "./server"
import { asFrame, from, type Frame, runs } from "./wire"

const MOST_TRIES = 40
const MOST_STUCK = 3 // answers "behind" in a row without news

export type Put = (aside: Pick<Aside, "why" | "reason" | "words" | "doc">) => Promise<void>

interface Rest {
  version: number
  steps: Step[]
  units: number[]
  batch: number
  inFlight: number
  lost: Step[] // had no place any more
  foreign: number
}

/** What is left after the server's log has gone on by `frame`. Pure. */
export function goOn(rest: Rest, frame: Frame, client: string): Rest {
  const part = from(frame, rest.version)
  if (!part || part.steps.length === 0) return rest
  const log = part.steps.map(json => Step.fromJSON(schema, json))
  let next = { ...rest, version: part.version + log.length }
  for (const run of runs(part.clients, client)) {
    const count = run.end - run.start
    if (run.own) {
      next = { ...next, steps: next.steps.slice(count), units: next.units.slice(count), inFlight: Math.max(0, next.inFlight - count) }
      continue
    }
    const carried = carry(next.steps, log.slice(run.start, run.end).map(step => step.getMap()))
    const kept = carried.map((step, at) => ({ step, at })).filter((one): one is { step: Step; at: number } => one.step !== null)
    next = {
      ...next, foreign: next.foreign + count,
      lost: [...next.lost, ...next.steps.filter((_, at) => carried[at] === null)],
      inFlight: kept.filter(({ at }) => at < next.inFlight).length,
      units: kept.map(({ at }) => next.units[at] ?? 0),
      steps: kept.map(({ step }) => step),
    }
  }
  return next
}

/**
 * Send what a dead page left. True when it is done with: confirmed, or put aside.
 * `again` says what may stand in the text instead of what the server does not take.
 * Throws `Failed` when the server cannot be asked; then it stays where it is.
 */
export async function deliver(left: Leftover, urls: Urls, aside: Put, again: Ends["again"]): Promise<boolean> {
  const { client } = left.row
  let all: Step[]
  try {
    all = left.steps.map(json => Step.fromJSON(schema, json))
  } catch {
    return true // not of this schema: nothing that could be read
  }
  let rest: Rest = { version: left.row.version, steps: all, units: left.units, batch: left.row.batch, inFlight: left.row.inFlight, lost: [], foreign: 0 }
  const put = async (why: Aside["why"], said: string, steps: Step[]): Promise<true> => {
    const doc = whole(left, all)
    const written = words(steps)
    if (written.length > 0 || (why !== "dropped" && steps.length > 0)) await aside({ why, reason: said, words: written.length > 0 || !doc ? written : paragraphs(schema.nodeFromJSON(doc).content), doc: why === "dropped" ? null : doc })
    return true
  }
  let refused: string | null = null // why, if what is left is to be made again
  let made = false
  for (let tries = 0, stuck = 0; tries < MOST_TRIES && stuck < MOST_STUCK; tries++) {
    const { status, body } = await ask(withQuery(urls.steps, { since: rest.version }))
    const frame = status === 200 ? asFrame(body) : null
    if (!frame) return put("refused", reason(body), rest.steps)
    const before = rest.version
    rest = goOn(rest, frame, client)
    if (rest.steps.length === 0) return put("dropped", "", rest.lost)
    if (rest.foreign > TOO_FAR) return put("far-behind", "", [...rest.lost, ...rest.steps])
    stuck = rest.version > before || tries === 0 ? 0 : stuck + 1
    const origins = rest.units.map(unit => unitObject(unit))
    if (refused !== null && !made) {
      const { version, doc } = await fetchDoc(urls.doc)
      if (version !== rest.version) continue
      const found = again(doc, rest.steps, origins)
      if (!found) return put("refused", refused, [...rest.lost, ...rest.steps])
      if (found.lost.length > 0) await aside({ why: "refused", reason: refused, words: [...found.lost], doc: null })
      made = true
      rest = { ...rest, steps: found.parts.flat(), units: found.parts.flatMap((part, unit) => part.map(() => unit)), inFlight: 0 }
      continue
    }
    const json = rest.steps.map(step => step.toJSON())
    const count = rest.inFlight || fitting({ steps: json, origins })
    const batch = rest.inFlight ? rest.batch : rest.batch + 1
    const answer = await ask(urls.steps, {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ type: "steps", version: rest.version, steps: json.slice(0, count), client, batch }),
    })
    if (answer.status === 200) {
      // A batch that the server knew already may have stood in the log under our number.
      rest = { ...rest, batch: Math.max(rest.batch, batch), inFlight: count }
      stuck = 0
    } else if (answer.status !== 409) {
      if (made) return put("refused", reason(answer.body), [...rest.lost, ...rest.steps])
      refused = reason(answer.body)
    }
  }
  return put("refused", "", [...rest.lost, ...rest.steps])
}

const unitObjects = new Map<number, object>()

function unitObject(unit: number): object {
  const made = unitObjects.get(unit) ?? {}
  unitObjects.set(unit, made)
  return made
}

/** The writer's whole text, if the text it stood on was kept. */
function whole(left: Leftover, steps: Step[]): unknown {
  const { base, version } = left.row
  if (!base || base.version !== version) return null
  try {
    return steps.reduce((doc, step) => step.apply(doc).doc ?? doc, schema.nodeFromJSON(base.doc)).toJSON()
  } catch {
    return null
  }
}
