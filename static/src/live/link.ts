// What the connection should do next. No network, no clock, no page: channel.ts acts.
//
// A paper has two ways to the server: a WebSocket ("socket"), and plain requests with a long wait
// ("http") for those whose proxies break WebSockets. One batch is under way at a time; what is typed
// meanwhile goes with the next. After every event and every answer the sender is started again.

export const BATCH_DELAY = 60 // ms; typing is gathered for so long before it is sent
export const ANSWER_LIMIT = 10_000 // ms; a batch that has no answer by then: the connection is dead
export const CATCH_UP_LIMIT = 1_500 // ms; what a "behind" told of should have come by itself by then
export const QUIET_LIMIT = 45_000 // ms; nothing heard for so long: ask whether there was news
export const STEADY_AFTER = 8_000 // ms; a socket that lives so long counts as working
export const FIRST_DELAY = 500 // ms; doubled with each failure
export const LONGEST_DELAY = 30_000 // ms
export const STUCK_LIMIT = 4 // "behind" so often without being behind: the texts must differ
export const SOCKET_FAILURES = 2 // so many in a row, and plain requests are used
export const SOCKET_AGAIN = 60_000 // ms; then the socket is tried again

export type Way = "socket" | "http"
export type Timer = "batch" | "answer" | "catch-up" | "quiet" | "steady" | "retry" | "socket"
export type Phase =
  | "opening" // a way is being opened
  | "open"
  | "asking" // lost: a plain request finds out why
  | "waiting" // the server cannot be reached; a timer runs
  | "loading" // a batch was refused, or texts differ: the document is loaded anew
  | "signed-out" // the session has expired: nothing happens until the person signs in
  | "gone" // the paper may no longer be written or does not exist
  | "closed"

export interface Link {
  phase: Phase
  way: Way
  steady: boolean // this connection has proved that it works
  socketFailures: number // in a row
  failures: number // attempts in a row that reached nobody
  unsent: boolean // steps wait to be sent (or sent again)
  flight: boolean // a batch is under way on this connection
  behind: number | null // the version to reach before anything is sent
  stuck: number // how often in a row the server said "behind" to a client that was not
  quiet: boolean // nothing was heard for long: the server is being asked
}

export type Answer = "ok" | "news" | "signed-out" | "gone" | "unreachable"

export type Event =
  | { type: "start" }
  | { type: "typed" }
  | { type: "opened"; left: boolean } // left: there are unconfirmed steps
  | { type: "frame"; version: number; left: boolean; landed: boolean } // landed: the batch under way is confirmed
  | { type: "behind"; version: number; at: number } // at: the version this client has
  | { type: "refused" }
  | { type: "differs" } // the texts of client and server are not the same
  | { type: "loaded"; left: boolean }
  | { type: "lost" }
  | { type: "answered"; answer: Answer }
  | { type: "elapsed"; timer: Timer }
  | { type: "woken" } // the browser says it is online again, or the page is looked at again
  | { type: "doubt" } // the browser says it is offline: it may be wrong
  | { type: "signed-in" }
  | { type: "close" }

export type Act =
  | { do: "open"; way: Way }
  | { do: "shut" }
  | { do: "ask" }
  | { do: "send" }
  | { do: "fetch" } // get the missing steps by a plain request
  | { do: "load" }
  | { do: "time"; timer: Timer; ms: number }
  | { do: "stop"; timer: Timer }

export interface Move {
  link: Link
  acts: Act[]
}

export const FRESH: Link = {
  phase: "opening", way: "socket", steady: false, socketFailures: 0, failures: 0,
  unsent: false, flight: false, behind: null, stuck: 0, quiet: false,
}

/** How long to wait after so many failures in a row, ms. */
export function delay(failures: number): number {
  return Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.max(0, failures - 1))
}

const stay = (link: Link): Move => ({ link, acts: [] })

const connectionTimers: Act[] = (["batch", "answer", "catch-up", "quiet", "steady"] as const)
  .map(timer => ({ do: "stop", timer }))

/** Leave the present connection; nothing is under way any more. */
function leave(link: Link, phase: Phase, acts: Act[]): Move {
  return {
    link: { ...link, phase, unsent: link.unsent || link.flight, flight: false, behind: null, steady: false, quiet: false },
    acts: [{ do: "shut" }, ...connectionTimers, ...acts],
  }
}

function open(link: Link, way: Way): Move {
  const again: Act[] = way === "http" ? [{ do: "time", timer: "socket", ms: SOCKET_AGAIN }] : [{ do: "stop", timer: "socket" }]
  return leave({ ...link, way }, "opening", [{ do: "stop", timer: "retry" }, ...again, { do: "open", way }])
}

/** Send if there is something to send, nothing is under way, and the client is not behind. */
function send(link: Link): Move {
  if (link.phase !== "open" || link.flight || !link.unsent || link.behind !== null) return stay(link)
  return {
    link: { ...link, flight: true, unsent: false },
    acts: [{ do: "stop", timer: "batch" }, { do: "send" }, { do: "time", timer: "answer", ms: ANSWER_LIMIT }],
  }
}

function gather(link: Link): Move {
  if (link.phase !== "open" || link.flight || !link.unsent || link.behind !== null) return stay(link)
  return { link, acts: [{ do: "time", timer: "batch", ms: BATCH_DELAY }] }
}

function after(first: Move, second: (link: Link) => Move): Move {
  const next = second(first.link)
  return { link: next.link, acts: [...first.acts, ...next.acts] }
}

/** The connection failed or was lost: find out why. */
function lost(link: Link): Move {
  const failed = link.way === "socket" && !link.steady
  return leave({ ...link, socketFailures: failed ? link.socketFailures + 1 : link.socketFailures }, "asking", [{ do: "ask" }])
}

function answered(link: Link, answer: Answer): Move {
  if (link.phase === "open") {
    const dead = answer === "news" && link.quiet && link.way === "socket" // it should have told us itself
    if (dead) return open({ ...link, socketFailures: 0 }, "socket")
    if (answer === "ok" || answer === "news") return { link: { ...link, quiet: false }, acts: [{ do: "time", timer: "quiet", ms: QUIET_LIMIT }] }
  }
  switch (answer) {
    case "signed-out": return leave(link, "signed-out", [{ do: "stop", timer: "retry" }])
    case "gone": return leave(link, "gone", [{ do: "stop", timer: "retry" }])
    case "unreachable": {
      const failures = link.failures + 1
      return leave({ ...link, failures, socketFailures: 0 }, "waiting", [{ do: "time", timer: "retry", ms: delay(failures) }])
    }
    default:
      if (link.phase !== "asking") return stay(link)
      return open({ ...link, failures: 0 }, link.socketFailures >= SOCKET_FAILURES ? "http" : "socket")
  }
}

function elapsed(link: Link, timer: Timer): Move {
  if (timer === "retry") return link.phase === "waiting" ? open(link, link.way) : stay(link)
  if (timer === "socket") {
    const may = link.way === "http" && (link.phase === "open" || link.phase === "opening")
    return may ? open({ ...link, socketFailures: SOCKET_FAILURES - 1 }, "socket") : stay(link)
  }
  if (link.phase !== "open") return stay(link)
  switch (timer) {
    case "batch": return send(link)
    case "answer": return link.flight ? lost(link) : stay(link)
    case "catch-up": return link.behind === null ? stay(link) : { link, acts: [{ do: "fetch" }, { do: "time", timer, ms: CATCH_UP_LIMIT }] }
    case "quiet": return { link: { ...link, quiet: true }, acts: [{ do: "ask" }] }
    case "steady": return stay({ ...link, steady: true, socketFailures: link.way === "socket" ? 0 : link.socketFailures })
  }
}

function frame(link: Link, event: Event & { type: "frame" }): Move {
  const reached = link.behind === null || event.version >= link.behind
  const next: Link = {
    ...link,
    flight: link.flight && !event.landed,
    unsent: event.left && !(link.flight && !event.landed),
    behind: reached ? null : link.behind,
    steady: true,
    stuck: 0,
    socketFailures: link.way === "socket" ? 0 : link.socketFailures,
  }
  const acts: Act[] = [{ do: "time", timer: "quiet", ms: QUIET_LIMIT }]
  if (event.landed && link.flight) acts.push({ do: "stop", timer: "answer" })
  if (reached && link.behind !== null) acts.push({ do: "stop", timer: "catch-up" })
  // Steps that became sendable by catching up go at once; newly typed ones are gathered.
  return after({ link: next, acts }, link.behind !== null ? send : gather)
}

/** Start again from the server's document. */
function load(link: Link): Move {
  return leave(link, "loading", [{ do: "load" }])
}

function behind(link: Link, version: number, at: number): Move {
  const waits = version > at
  if (!waits && link.stuck + 1 >= STUCK_LIMIT) return load({ ...link, stuck: 0 })
  const next = { ...link, flight: false, unsent: true, behind: waits ? version : null, stuck: waits ? 0 : link.stuck + 1 }
  const acts: Act[] = [{ do: "stop", timer: "answer" }]
  if (waits) return { link: next, acts: [...acts, { do: "time", timer: "catch-up", ms: CATCH_UP_LIMIT }] }
  return after({ link: next, acts }, gather)
}

/** What the link does when `event` happens. */
export function next(link: Link, event: Event): Move {
  if (link.phase === "closed") return stay(link)
  switch (event.type) {
    case "start": return open(link, link.way)
    case "close": return leave(link, "closed", [{ do: "stop", timer: "retry" }, { do: "stop", timer: "socket" }])
    case "typed": return gather({ ...link, unsent: true })
    case "signed-in": return link.phase === "signed-out" ? open({ ...link, failures: 0 }, link.way) : stay(link)
    case "woken":
      if (link.phase === "waiting") return open({ ...link, failures: 0 }, link.way)
      return link.phase === "open" ? { link, acts: [{ do: "ask" }] } : stay(link)
    case "doubt": return link.phase === "open" ? { link, acts: [{ do: "ask" }] } : stay(link)
    case "elapsed": return elapsed(link, event.timer)
    case "answered": return answered(link, event.answer)
    case "lost": return link.phase === "opening" || link.phase === "open" ? lost(link) : stay(link)
    case "opened": {
      if (link.phase !== "opening") return stay(link)
      const opened: Link = { ...link, phase: "open", failures: 0, unsent: event.left }
      const acts: Act[] = [{ do: "time", timer: "quiet", ms: QUIET_LIMIT }, { do: "time", timer: "steady", ms: STEADY_AFTER }]
      return after({ link: opened, acts }, send)
    }
    case "frame": return link.phase === "open" ? frame(link, event) : stay({ ...link, unsent: event.left })
    case "behind": return link.phase === "open" ? behind(link, event.version, event.at) : stay(link)
    case "refused": case "differs": return load(link)
    case "loaded": return link.phase === "loading" ? open({ ...link, unsent: event.left }, link.way) : stay(link)
  }
}

export type Saved = "saved" | "saving" | "connecting" | "offline" | "offline-unsaved" | "signed-out" | "gone"

/** How it stands with what was typed; `left`: some of it is not confirmed. */
export function saved(link: Link, left: boolean): Saved {
  switch (link.phase) {
    case "open": return left ? "saving" : "saved"
    case "waiting": return left ? "offline-unsaved" : "offline"
    case "signed-out": return "signed-out"
    case "gone": case "closed": return "gone"
    default: return link.failures > 0 ? (left ? "offline-unsaved" : "offline") : left ? "saving" : "connecting"
  }
}
