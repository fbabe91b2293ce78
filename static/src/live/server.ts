// Plain requests to the server: where a status becomes a word.

export interface Urls {
  doc: string
  steps: string
  live: string
  files: string
  people: string
  signIn: string
}

export type Failure = "signed-out" | "gone" | "unreachable"

/** A request that brought no result; `why` says whether trying again may help. */
export class Failed extends Error {
  constructor(readonly why: Failure, readonly status = 0, readonly said = "") {
    super(`${why} ${status} ${said}`)
  }
}

export interface Answered {
  status: number
  body: unknown
}

/** The token that proves that a request comes from our page; it changes when one signs in. `url` tells the present one. */
export const csrf = { token: "", url: "" }

/** Ask for the present token; false if it is the one we had. */
export async function renewToken(): Promise<boolean> {
  if (!csrf.url) return false
  const { body } = await ask(csrf.url).catch(() => ({ body: null }))
  const { csrf: token, signed_in: signedIn } = (body ?? {}) as { csrf?: unknown; signed_in?: unknown }
  if (typeof token !== "string" || token === csrf.token) return false
  csrf.token = token
  if (signedIn === false) throw new Failed("signed-out", 401)
  return true
}

const LIMIT = 12_000 // ms without an answer

/**
 * Ask the server and read its JSON. 200, 409 and 422 are answers (400 and 413 too: something was
 * wrong with what was sent); the rest is thrown as `Failed`.
 */
export async function ask(url: string, init: RequestInit & { ms?: number; again?: boolean } = {}): Promise<Answered> {
  const signals = [AbortSignal.timeout(init.ms ?? LIMIT)]
  if (init.signal) signals.push(init.signal)
  let response: Response
  try {
    response = await fetch(url, {
      ...init, credentials: "same-origin", cache: "no-store",
      signal: either(signals),
      headers: { Accept: "application/json", ...(init.method ? { "X-CSRFToken": csrf.token } : {}), ...init.headers },
    })
  } catch (error) {
    throw new Failed("unreachable", 0, String(error))
  }
  const { status } = response
  const text = await response.text().catch(() => "")
  let body: unknown = null
  try {
    body = JSON.parse(text)
  } catch {
    if (response.redirected && status === 200) throw new Failed("signed-out", 401)
  }
  // Signed out and in again elsewhere: the words are right, only the token is an old one.
  if (status === 400 && init.method && !init.again && (await renewToken())) return ask(url, { ...init, again: true })
  if (status === 401) throw new Failed("signed-out", status, reason(body))
  if ((status === 403 || status === 404) && !init.method) throw new Failed("gone", status, reason(body))
  if (status >= 500 || status === 429 || status === 408) throw new Failed("unreachable", status, reason(body))
  if (status === 200 && body === null) throw new Failed("unreachable", status)
  return { status, body }
}

function either(signals: AbortSignal[]): AbortSignal {
  const controller = new AbortController()
  for (const signal of signals) {
    if (signal.aborted) controller.abort(signal.reason)
    else signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true })
  }
  return controller.signal
}

/** What the server says went wrong, in the person's language; "" if it says nothing. */
export function reason(body: unknown): string {
  if (typeof body !== "object" || body === null) return ""
  const { reason, message, error } = body as Record<string, unknown>
  const said = reason ?? message ?? error ?? ""
  return typeof said === "string" ? said : ""
}

/** `url` with these facts in its query. */
export function withQuery(url: string, facts: Record<string, string | number>): string {
  const full = new URL(url, location.href)
  for (const [name, value] of Object.entries(facts)) full.searchParams.set(name, String(value))
  return full.href
}
