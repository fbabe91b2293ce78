// One thread as a card: what was said, what came of it, and what the reader may do.
import { announce } from "../editor/announce"
import { button, el } from "../editor/dom"
import { t } from "../i18n"
import { icon } from "../icons"
import { ask } from "../page/confirm"
import { compose, focusIn, type Task } from "./compose"
import type { Drafts } from "./drafts"
import { avatar, kindPill, moment, outcomeWords, text } from "./look"
import { Refused, type Server } from "./server"
import type { Outcome, Said, Thread } from "./threads"

export interface Around {
  server: Server
  drafts: Drafts
  /** Another state of a thread came back from the server; null: look at all of them again. */
  changed(thread: Thread | null): void
  /** The reader turned to this card. */
  chosen(id: number): void
  /** Lead back to the passage in the text. */
  passage(id: number): void
  moved(): void // its height may have changed
}

type Slot = "answer" | "edit" | "resolve"

export class Card {
  readonly element: HTMLElement
  private readonly body = el("div", {})
  private readonly below = el("div", { class: "card-form" })
  private open: { slot: Slot; id: number } | null = null
  private written = ""

  constructor(private thread: Thread, private readonly around: Around) {
    this.element = el("article", { class: "thread", id: `comment-${thread.id}`, tabindex: -1 }, this.body, this.below)
    this.element.addEventListener("click", () => around.chosen(this.thread.id))
    this.element.addEventListener("focusin", () => around.chosen(this.thread.id))
    this.element.addEventListener("toggle", () => around.moved(), { capture: true })
    this.show(thread)
    for (const said of [thread, ...thread.answers]) if (around.drafts.get(`edit-${said.id}`) && said.may.edit) this.edit(said, false)
    if (around.drafts.get(`resolve-${thread.id}`) && thread.may.resolve) this.resolve(false)
    if (around.drafts.get(`answer-${thread.id}`) && thread.may.answer) this.answer(false)
  }

  get id(): number {
    return this.thread.id
  }

  /** Is something being written in this card? */
  get busy(): boolean {
    return this.open !== null
  }

  /** Show another state of the thread; what is being written in the card stays. */
  show(thread: Thread): void {
    const written = JSON.stringify(thread)
    if (written === this.written) return
    this.written = written
    this.thread = thread
    const { element } = this
    element.dataset["kind"] = thread.kind
    element.dataset["state"] = thread.resolved ? "resolved" : "open"
    element.dataset["anchor"] = thread.place.state
    const head = el("header", { class: "thread-head", id: `comment-${thread.id}-head` },
      avatar(thread.author), el("strong", {}, thread.author.name), kindPill(thread.kind), ...this.dates(thread))
    element.setAttribute("aria-labelledby", head.id)
    const focused = this.body.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["act"] : undefined
    this.body.replaceChildren(head, ...this.state(), this.quote(), text(thread), this.replies(), this.resolution(), this.actions())
    if (focused) (this.body.querySelector<HTMLElement>(`[data-act="${focused}"]`) ?? element).focus({ preventScroll: true })
    this.around.moved()
  }

  private dates(said: Said): (Node | string)[] {
    return [moment(said.at), said.edited ? el("span", { class: "quiet" }, t("edited")) : ""]
  }

  private state(): Node[] {
    const { place, revision } = this.thread
    const said: Node[] = []
    if (place.state === "changed") said.push(el("span", { class: "passage-state" }, icon("pencil"), t("The passage has changed since")))
    if (place.state === "gone") said.push(el("span", { class: "passage-state" }, icon("unlink"), t("The passage is no longer there")))
    if (revision !== null) said.push(el("span", { class: "quiet" }, t("on revision %(number)s", { number: revision })))
    return said.length > 0 ? [el("p", { class: "thread-place small" }, ...said)] : []
  }

  private quote(): Node {
    const { quote, place } = this.thread
    if (!quote) return el("span", { hidden: true })
    const words = quote.length > 160 ? `${quote.slice(0, 160).trimEnd()} …` : quote
    return place.state === "unchanged"
      ? el("p", { class: "visually-hidden" }, t("On the passage: %(words)s", { words }))
      : el("q", { class: "quote" }, words)
  }

  private replies(): Node {
    const { answers } = this.thread
    if (answers.length === 0) return el("span", { hidden: true })
    return el("ul", { class: "replies", role: "list", "aria-label": t("Answers") }, ...answers.map(answer =>
      el("li", { id: `comment-${answer.id}`, tabindex: -1 },
        el("div", { class: "thread-head" }, avatar(answer.author), el("strong", {}, answer.author.name), ...this.dates(answer)),
        text(answer), this.own(answer))))
  }

  private resolution(): Node {
    const { outcome, resolved, answer } = this.thread
    if (!outcome || !resolved) return el("span", { hidden: true })
    const sign: Record<Outcome, string> = { answered: "check", accepted: "check-check", refused: "x" }
    return el("div", { class: "resolution", "data-outcome": outcome },
      el("p", { class: "thread-head" }, icon(sign[outcome]), el("strong", {}, outcomeWords(outcome)), el("span", {}, resolved.by.name), moment(resolved.at)),
      answer ? el("p", { class: "thread-text" }, answer) : null)
  }

  private act(name: string, words: string, run: () => void): HTMLButtonElement {
    const made = button(words, run, "quiet")
    made.dataset["size"] = "small"
    made.dataset["act"] = name
    return made
  }

  /** Edit and delete, for one's own words. */
  private own(said: Said): Node {
    if (!said.may.edit || said.deleted) return el("span", { hidden: true })
    return el("div", { class: "thread-actions" },
      this.act(`edit-${said.id}`, t("Edit"), () => this.edit(said, true)),
      this.act(`delete-${said.id}`, t("Delete"), () => void this.remove(said)))
  }

  private actions(): Node {
    const { thread } = this
    const { may } = thread
    const link = this.act("link", t("Copy link"), () => void this.copy())
    return el("div", { class: "thread-actions" },
      may.answer && this.act("answer", t("Reply"), () => this.answer(true)),
      may.resolve && !thread.resolved && this.act("resolve", t("Resolve"), () => this.resolve(true)),
      may.resolve && thread.resolved && this.act("reopen", t("Open again"), () => void this.reopen()),
      thread.place.start !== null && thread.place.state !== "gone" && this.act("passage", t("To the passage"), () => this.around.passage(thread.id)),
      may.edit && !thread.deleted && this.act("edit", t("Edit"), () => this.edit(thread, true)),
      may.delete && !thread.deleted && this.act("delete", t("Delete"), () => void this.remove(thread)),
      link)
  }

  private async copy(): Promise<void> {
    const address = new URL(`#comment-${this.thread.id}`, location.href).href
    history.replaceState(null, "", address)
    try {
      await navigator.clipboard.writeText(address)
      announce(t("The link is copied."))
    } catch {
      announce(t("The link stands in the address bar."))
    }
  }

  private write(slot: Slot, id: number, task: Omit<Task, "slot" | "people" | "done">, focus: boolean): void {
    const { server, drafts } = this.around
    this.open = { slot, id }
    const act = slot === "edit" && id !== this.thread.id ? `edit-${id}` : slot
    const form = compose({
      ...task, slot: `${slot}-${id}`, people: typed => server.people(typed),
      done: () => {
        this.open = null
        form.remove()
        this.around.moved()
        const back = this.body.querySelector<HTMLElement>(`[data-act="${act}"]`)
        ;(back ?? this.element).focus({ preventScroll: true })
      },
    }, drafts)
    this.below.replaceChildren(form)
    this.around.moved()
    if (focus) focusIn(form)
    if (focus) requestAnimationFrame(() => requestAnimationFrame(() => form.scrollIntoView({ block: "nearest" }))) // once it has its place
  }

  private answer(focus: boolean): void {
    const { id } = this.thread
    this.write("answer", id, {
      label: t("Your answer"), sends: t("Send"),
      send: async ({ text: words, mentions }) => this.around.changed(await this.around.server.answer(id, words, mentions)),
    }, focus)
  }

  private edit(said: Said, focus: boolean): void {
    this.write("edit", said.id, {
      label: t("Your comment"), sends: t("Save"), begins: { text: said.text, mentions: said.mentions },
      send: async ({ text: words, mentions }) => this.around.changed(await this.around.server.edit(said.id, words, mentions)),
    }, focus)
  }

  private resolve(focus: boolean): void {
    const { id } = this.thread
    this.write("resolve", id, {
      label: t("Your answer to it"), sends: t("Resolve"), choices: "outcomes", optional: true,
      send: async ({ text: words, choice }) => this.around.changed(await this.around.server.resolve(id, choice as Outcome, words.trim())),
    }, focus)
  }

  private async reopen(): Promise<void> {
    await this.tried(() => this.around.server.reopen(this.thread.id), t("The thread is open again."))
  }

  private async remove(said: Said): Promise<void> {
    if (!(await ask(t("Delete this comment? This cannot be undone."), t("Delete")))) return
    await this.tried(() => this.around.server.remove(said.id), t("The comment is deleted."))
  }

  private async tried(act: () => Promise<void>, words: string): Promise<void> {
    try {
      await act()
      announce(words)
      this.around.changed(null)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.below.replaceChildren(el("p", { class: "error", role: "alert" }, icon("circle-alert"), el("span", {}, error.message)))
      this.around.moved()
    }
  }
}
