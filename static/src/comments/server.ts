// What is asked of the server about comments.
import { t } from "../i18n"
import { ask, csrf, Failed, reason } from "../live/server"
import type { BlockFacts } from "./still"
import type { Outcome, Thread } from "./threads"

export interface Setting {
  urls: { comments: string; people: string; signIn: string }
  on: "now" | number // the number of the revision that is looked at
  may: { comment: boolean }
  me: { id: number; name: string }
  csrf: string
}

export interface Candidate {
  id: number
  name: string
  initials: string
}

/** A refusal that names what is wrong, in the person's language; `field` may say where. */
export class Refused extends Error {
  constructor(message: string, readonly field = "") {
    super(message)
  }
}

export interface Listed {
  version: number
  blocks?: BlockFacts[] // where the textblocks of a revision begin
  threads: Thread[]
}

export interface NewComment {
  text: string
  kind: string
  start: number | null
  end: number | null
  version: number | null
  revision: number | null
  mentions: number[]
}

/** Send something; gives the answer's body. Throws `Refused` with words that can be shown. */
async function send(url: string, method: string, body?: object): Promise<unknown> {
  let answered: Awaited<ReturnType<typeof ask>>
  try {
    answered = await ask(url, {
      method, headers: { "Content-Type": "application/json" }, ...(body ? { body: JSON.stringify(body) } : {}),
    })
  } catch (error) {
    if (error instanceof Failed && error.why === "signed-out")
      throw new Refused(t("You are signed out. Sign in again in another tab, then send it once more. Your text stays here."))
    if (error instanceof Failed && error.status >= 400 && error.said) throw new Refused(error.said)
    throw new Refused(t("There is no connection. Your text stays here: send it again when you are back online."))
  }
  const { status } = answered
  if (status >= 200 && status < 300) return answered.body
  const field = (answered.body as { field?: unknown } | null)?.field
  throw new Refused(reason(answered.body) || t("This could not be sent. Your text stays here."), typeof field === "string" ? field : "")
}

export class Server {
  constructor(readonly setting: Setting) {
    csrf.token ||= setting.csrf
  }

  /** Every thread, with its place in the text that is looked at. */
  async list(): Promise<Listed> {
    const { body } = await ask(`${this.setting.urls.comments}?on=${this.setting.on}`)
    return body as Listed
  }

  async people(query: string): Promise<Candidate[]> {
    const { body } = await ask(`${this.setting.urls.people}?q=${encodeURIComponent(query)}`)
    return (body as { people: Candidate[] }).people
  }

  async add(comment: NewComment): Promise<Thread> {
    return (await send(this.setting.urls.comments, "POST", comment)) as Thread
  }

  async answer(id: number, text: string, mentions: number[]): Promise<Thread> {
    return (await send(`${this.one(id)}/answers`, "POST", { text, mentions })) as Thread
  }

  async edit(id: number, text: string, mentions: number[]): Promise<Thread> {
    return (await send(this.one(id), "PUT", { text, mentions })) as Thread
  }

  async remove(id: number): Promise<void> {
    await send(this.one(id), "DELETE")
  }

  async resolve(id: number, outcome: Outcome, answer: string): Promise<Thread> {
    return (await send(`${this.one(id)}/resolution`, "PUT", { outcome, answer })) as Thread
  }

  async reopen(id: number): Promise<void> {
    await send(`${this.one(id)}/resolution`, "DELETE")
  }

  private one(id: number): string {
    return `${this.setting.urls.comments}/${id}`
  }
}
