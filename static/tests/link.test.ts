import assert from "node:assert/strict"
import { test } from "node:test"
import { type Act, delay, type Event, FRESH, type Link, LONGEST_DELAY, next, type Phase, saved, SOCKET_FAILURES, STUCK_LIMIT, type Timer } from "../src/live/link"

/** Play events; the acts of the last one are returned. */
function play(link: Link, ...events: Event[]): { link: Link; acts: Act[] } {
  let acts: Act[] = []
  for (const event of events) ({ link, acts } = next(link, event))
  return { link, acts }
}

const done = (acts: Act[]): string[] => acts.map(act => act.do)
const opened = (left = false): Link => play(FRESH, { type: "start" }, { type: "opened", left }).link
const typing = (): Link => play(opened(), { type: "typed" }, { type: "elapsed", timer: "batch" }).link
const times = (acts: Act[], timer: Timer): number[] => acts.flatMap(act => (act.do === "time" && act.timer === timer ? [act.ms] : []))

test("it begins by opening a socket", () => {
  const { link, acts } = play(FRESH, { type: "start" })
  assert.equal(link.phase, "opening")
  assert.deepEqual(acts.at(-1), { do: "open", way: "socket" })
})

test("typing is gathered for a moment, then sent", () => {
  const first = play(opened(), { type: "typed" })
  assert.ok(!done(first.acts).includes("send"))
  assert.equal(times(first.acts, "batch").length, 1)
  const second = play(first.link, { type: "elapsed", timer: "batch" })
  assert.ok(done(second.acts).includes("send"))
  assert.equal(second.link.flight, true)
})

test("what is typed while a batch is under way waits for its answer, then goes", () => {
  const { link, acts } = play(typing(), { type: "typed" })
  assert.ok(!done(acts).includes("send"))
  const answered = play(link, { type: "frame", version: 1, left: true, landed: true })
  assert.equal(times(answered.acts, "batch").length, 1)
  assert.ok(done(play(answered.link, { type: "elapsed", timer: "batch" }).acts).includes("send"))
})

test("foreign steps do not answer the batch under way", () => {
  const { link } = play(typing(), { type: "frame", version: 4, left: true, landed: false })
  assert.equal(link.flight, true)
})

test("a client that is behind sends again only when it has caught up, and then at once", () => {
  const behind = play(typing(), { type: "behind", version: 7, at: 5 })
  assert.equal(behind.link.behind, 7)
  assert.ok(!done(play(behind.link, { type: "typed" }).acts).includes("time"))
  const half = play(behind.link, { type: "frame", version: 6, left: true, landed: false })
  assert.ok(!done(half.acts).includes("send"))
  const whole = play(half.link, { type: "frame", version: 7, left: true, landed: false })
  assert.ok(done(whole.acts).includes("send"))
})

test("what a client is behind of is fetched when it does not come by itself", () => {
  const { link } = play(typing(), { type: "behind", version: 7, at: 5 })
  assert.ok(done(play(link, { type: "elapsed", timer: "catch-up" }).acts).includes("fetch"))
})

test("a client that is told again and again that it is behind though it is not loads the text anew", () => {
  let link = typing()
  for (let turn = 1; turn < STUCK_LIMIT; turn++) {
    link = play(link, { type: "behind", version: 5, at: 5 }, { type: "elapsed", timer: "batch" }).link
    assert.equal(link.phase, "open")
  }
  const { link: end, acts } = play(link, { type: "behind", version: 5, at: 5 })
  assert.equal(end.phase, "loading")
  assert.ok(done(acts).includes("load"))
})

test("a refused batch means: load the text anew, then go on", () => {
  const refused = play(typing(), { type: "refused" })
  assert.equal(refused.link.phase, "loading")
  assert.ok(done(refused.acts).includes("shut"))
  assert.equal(play(refused.link, { type: "loaded", left: false }).link.phase, "opening")
})

test("a batch without an answer means that the connection is dead", () => {
  const { link, acts } = play(typing(), { type: "elapsed", timer: "answer" })
  assert.equal(link.phase, "asking")
  assert.ok(done(acts).includes("ask"))
  assert.equal(link.unsent, true)
})

test("after a lost answer everything unconfirmed is sent again on the new connection", () => {
  const { acts } = play(typing(), { type: "lost" }, { type: "answered", answer: "ok" }, { type: "opened", left: true })
  assert.ok(done(acts).includes("send"))
})

test("a server that cannot be reached is tried again, ever more slowly, up to a limit", () => {
  let link = opened()
  const waits: number[] = []
  for (let turn = 0; turn < 10; turn++) {
    const move = play(link, { type: "lost" }, { type: "answered", answer: "unreachable" })
    waits.push(...times(move.acts, "retry"))
    link = play(move.link, { type: "elapsed", timer: "retry" }).link
    assert.equal(link.phase, "opening")
  }
  assert.deepEqual(waits, [...waits].sort((a, b) => a - b))
  assert.equal(waits.at(-1), LONGEST_DELAY)
  assert.equal(delay(1), waits[0])
})

test("when sockets fail twice while the server answers, plain requests are used, and the socket is tried again later", () => {
  let move = play(FRESH, { type: "start" })
  for (let turn = 0; turn < SOCKET_FAILURES; turn++) move = play(move.link, { type: "lost" }, { type: "answered", answer: "ok" })
  assert.deepEqual(move.acts.at(-1), { do: "open", way: "http" })
  assert.equal(times(move.acts, "socket").length, 1)
  const http = play(move.link, { type: "opened", left: true })
  assert.ok(done(http.acts).includes("send"))
  const again = play(http.link, { type: "elapsed", timer: "socket" })
  assert.deepEqual(again.acts.at(-1), { do: "open", way: "socket" })
  const failed = play(again.link, { type: "lost" }, { type: "answered", answer: "ok" })
  assert.deepEqual(failed.acts.at(-1), { do: "open", way: "http" })
  const came = play(again.link, { type: "opened", left: false }, { type: "elapsed", timer: "steady" })
  assert.equal(came.link.socketFailures, 0)
})

test("a server that restarts is not taken for one that has no sockets", () => {
  let link = opened()
  for (let turn = 0; turn < 5; turn++) {
    link = play(link, { type: "frame", version: turn, left: false, landed: false }, { type: "lost" }, { type: "answered", answer: "unreachable" }, { type: "elapsed", timer: "retry" }).link
    assert.equal(link.way, "socket")
    link = play(link, { type: "opened", left: false }).link
  }
})

test("sockets that failed while nobody answered say nothing about sockets", () => {
  let link = play(FRESH, { type: "start" }).link
  for (let turn = 0; turn < 4; turn++) link = play(link, { type: "lost" }, { type: "answered", answer: "unreachable" }, { type: "elapsed", timer: "retry" }).link
  assert.deepEqual(play(link, { type: "lost" }, { type: "answered", answer: "ok" }).acts.at(-1), { do: "open", way: "socket" })
})

test("an expired session stops everything until the person has signed in", () => {
  const out = play(typing(), { type: "lost" }, { type: "answered", answer: "signed-out" })
  assert.equal(out.link.phase, "signed-out")
  for (const event of [{ type: "typed" }, { type: "woken" }, { type: "elapsed", timer: "retry" }] as Event[])
    assert.equal(play(out.link, event).link.phase, "signed-out")
  const back = play(out.link, { type: "signed-in" }, { type: "opened", left: true })
  assert.ok(done(back.acts).includes("send"))
})

test("a paper that is gone is not asked for again", () => {
  const { link } = play(opened(), { type: "lost" }, { type: "answered", answer: "gone" })
  assert.equal(link.phase, "gone")
  assert.deepEqual(done(play(link, { type: "woken" }).acts), [])
})

test("a quiet connection is asked whether it lives; one that kept news back is opened anew", () => {
  const quiet = play(opened(), { type: "elapsed", timer: "quiet" })
  assert.ok(done(quiet.acts).includes("ask"))
  assert.equal(play(quiet.link, { type: "answered", answer: "ok" }).link.phase, "open")
  assert.equal(play(quiet.link, { type: "answered", answer: "news" }).link.phase, "opening")
  assert.equal(play(opened(), { type: "woken" }, { type: "answered", answer: "news" }).link.phase, "open")
})

test("being online again ends the waiting at once", () => {
  const { link } = play(opened(), { type: "lost" }, { type: "answered", answer: "unreachable" })
  assert.deepEqual(play(link, { type: "woken" }).acts.at(-1), { do: "open", way: "socket" })
})

test("the words fit the state", () => {
  assert.equal(saved(opened(), false), "saved")
  assert.equal(saved(typing(), true), "saving")
  const { link } = play(typing(), { type: "lost" }, { type: "answered", answer: "unreachable" })
  assert.equal(saved(link, true), "offline-unsaved")
  assert.equal(saved(link, false), "offline")
  assert.equal(saved(play(link, { type: "woken" }).link, true), "saving")
})

const EVENTS: Event[] = [
  { type: "start" }, { type: "typed" }, { type: "opened", left: true }, { type: "opened", left: false },
  { type: "frame", version: 3, left: true, landed: false }, { type: "frame", version: 9, left: false, landed: true },
  { type: "frame", version: 9, left: true, landed: true }, { type: "behind", version: 5, at: 2 }, { type: "behind", version: 2, at: 2 },
  { type: "refused" }, { type: "differs" }, { type: "loaded", left: true }, { type: "lost" },
  ...(["ok", "news", "signed-out", "gone", "unreachable"] as const).map((answer): Event => ({ type: "answered", answer })),
  ...(["batch", "answer", "catch-up", "quiet", "steady", "retry", "socket"] as const).map((timer): Event => ({ type: "elapsed", timer })),
  { type: "woken" }, { type: "doubt" }, { type: "signed-in" },
]

test("in every state that can be reached, every event keeps the laws", () => {
  const key = (link: Link): string => JSON.stringify({ ...link, failures: Math.min(link.failures, 2), socketFailures: Math.min(link.socketFailures, 3) })
  const seen = new Map<string, Link>([[key(FRESH), FRESH]])
  const queue = [FRESH]
  for (let link = queue.pop(); link; link = queue.pop())
    for (const event of EVENTS) {
      const { link: after, acts } = next(link, event)
      const names = done(acts)
      assert.ok(names.filter(name => name === "send").length <= 1)
      if (names.includes("send")) {
        assert.equal(after.phase, "open", "only an open connection sends")
        assert.equal(after.flight, true, "what is sent is under way")
        assert.ok(!link.flight || !sameConnection(link, after, acts) || event.type === "frame" || event.type === "behind", "one batch at a time")
        assert.equal(after.behind, null, "a client that is behind does not send")
      }
      if (after.phase !== "open") assert.equal(after.flight, false, "nothing is under way without a connection")
      if (link.flight && !after.flight && event.type !== "frame") assert.ok(after.unsent || after.phase === "loading", "an unanswered batch is not forgotten")
      if (names.includes("open")) assert.equal(after.phase, "opening")
      if (after.phase === "waiting" && link.phase !== "waiting") assert.equal(times(acts, "retry").length, 1, "whoever waits has a timer")
      if (after.phase === "asking" && link.phase !== "asking") assert.ok(names.includes("ask"))
      if (after.flight && !link.flight) assert.equal(times(acts, "answer").length, 1, "an answer is not waited for forever")
      if (!seen.has(key(after)) && after.failures < 4 && after.socketFailures < 4) {
        seen.set(key(after), after)
        queue.push(after)
      }
    }
  assert.ok(seen.size > 100, `only ${seen.size} states`)
  const phases = new Set<Phase>([...seen.values()].map(link => link.phase))
  assert.equal(phases.size, 7)
})

function sameConnection(before: Link, after: Link, acts: Act[]): boolean {
  return before.phase === "open" && after.phase === "open" && !acts.some(act => act.do === "shut")
}

test("from every state the text gets out once the server can be reached", () => {
  // A friendly server answers every act; a person signs in when asked.
  const start: Link[] = [FRESH, typing(), play(typing(), { type: "lost" }).link, play(typing(), { type: "lost" }, { type: "answered", answer: "unreachable" }).link,
    play(typing(), { type: "lost" }, { type: "answered", answer: "signed-out" }).link, play(typing(), { type: "behind", version: 9, at: 1 }).link, play(typing(), { type: "differs" }).link]
  for (let link of start) {
    let acts: Act[] = []
    let sent = false
    for (let turn = 0; turn < 30 && !sent; turn++) {
      const event: Event = link.phase === "opening" ? (acts.length || link !== FRESH ? { type: "opened", left: true } : { type: "start" })
        : link.phase === "asking" ? { type: "answered", answer: "ok" } : link.phase === "waiting" ? { type: "elapsed", timer: "retry" }
        : link.phase === "signed-out" ? { type: "signed-in" } : link.phase === "loading" ? { type: "loaded", left: true }
        : link.behind !== null ? { type: "frame", version: link.behind, left: true, landed: false }
        : link.flight ? { type: "elapsed", timer: "answer" } : { type: "elapsed", timer: "batch" }
      ;({ link, acts } = next(link, event))
      sent = acts.some(act => act.do === "send")
    }
    assert.ok(sent)
  }
})
