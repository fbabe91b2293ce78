// The tracked changes of the text that is being written, as cards in the margin: who, when, what in
// words; accepted or rejected one by one, or all of one author. Deciding is writing: steps like
// others, which only authors may make, which can be undone, and which wait while offline.
//
// Classes: `change-bar` (above the comments), `thread` with data-kind="change" (a card, also
// `is-current`), in the text `is-current-change`.
import { closeHistory } from "prosemirror-history"
import type { Node } from "prosemirror-model"
import type { DecorationSet as Set_, EditorView } from "prosemirror-view"
import { moment } from "../comments/look"
import type { Guest, Panel } from "../comments/panel"
import { button, calmly, el, still } from "../editor/dom"
import type { Editing } from "../editor/seam"
import { t } from "../i18n"
import { icon } from "../icons"
import { BATCH_BYTES } from "../live/flight"
import { initials } from "../names"
import { Answers } from "./answers"
import { DECIDES, decision, places, type Verdict } from "./settle"

export interface Change {
  ids: string[]
  kind: string
  words: string // what its author does, in words that follow the name
  heading: string
  author: string // "" if nobody knows
  person: number | null // whose it is, if it was made here
  strength: string // must, should, should_not, must_not, or ""
  at: string // ISO 8601, or ""
}

interface Card {
  change: Change
  guest: Guest
}

const SOON = 150 // ms
const ASK_AGAIN = 1_200 // ms at rest after which the words of changes are asked for anew

export function suggestions(editing: Editing, panel: Panel): void {
  new Margin(editing, panel).begin()
}

class Margin {
  private changes: Change[] = []
  private cards = new Map<string, Card>() // by the ids of their change
  private shown: Card[] = []
  private found = new Map<string, [number, number]>()
  private sizes = ""
  private current: string | null = null
  private counted = 0
  private readonly bar = el("section", { class: "change-bar", "aria-label": t("Tracked changes"), hidden: true })
  private readonly count = el("p", { role: "status" })
  private readonly author = el("select", { class: "input", "aria-label": t("Whose changes") })
  private readonly section = el("select", { class: "input", "aria-label": t("In which section") })
  private readonly show: (ranges: readonly [number, number][]) => void
  private readonly answers: Answers
  private readonly why = el("form", { class: "change-why", hidden: true })

  constructor(private readonly editing: Editing, private readonly panel: Panel) {
    this.show = this.decorate()
    this.answers = new Answers(editing)
    const move = (step: 1 | -1, words: string, name: string): HTMLButtonElement => {
      const made = el("button", { type: "button", class: "button", "data-kind": "icon", "aria-label": words, title: words }, icon(name))
      made.addEventListener("click", () => this.step(step))
      return made
    }
    const all = (verdict: Verdict, words: string): HTMLButtonElement => {
      const made = button(words, () => this.decideAll(verdict))
      made.dataset["size"] = "small"
      made.dataset["decides"] = ""
      return made
    }
    this.bar.append(
      el("div", { class: "change-bar-row" }, this.count, move(-1, t("Previous change (Alt+Shift+P)"), "arrow-up"), move(1, t("Next change (Alt+Shift+N)"), "arrow-down")),
      el("div", { class: "change-bar-row", "data-decides": "" }, this.author, this.section, all("accept", t("Accept all")), all("reject", t("Reject all"))), this.why)
    panel.above.append(this.bar)
  }

  begin(): void {
    document.getElementById("tracked-changes")?.remove() // these cards do what its form does, and more
    const look = calmly(SOON, () => this.look())
    this.editing.onUpdate((_state, transaction) => {
      if (!transaction || transaction.docChanged) look()
    })
    this.editing.view.dom.addEventListener("click", event => {
      const marked = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-change]") : null
      const card = this.shown.find(({ change }) => change.ids.includes(marked?.dataset["change"] ?? ""))
      if (card) this.mark(card.change.ids.join(" ")) // the caret stays where it was put
    })
    document.addEventListener("keydown", event => {
      if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey || !["KeyN", "KeyP"].includes(event.code) || this.shown.length === 0) return
      event.preventDefault()
      this.step(event.code === "KeyN" ? 1 : -1)
    })
    this.look()
  }

  /** See which changes stand in the text; ask for the words of those that are new or were edited. */
  private look(): void {
    const { doc } = this.editing.view.state
    this.found = places(doc)
    const sizes = JSON.stringify([...this.found].map(([id, [from, to]]) => [id, to - from]))
    if (sizes !== this.sizes) {
      this.sizes = sizes
      const known = new Set(this.changes.flatMap(({ ids }) => ids))
      if ([...this.found.keys()].some(id => !known.has(id))) void this.load()
      else if (this.found.size > 0) this.loadSoon()
    }
    this.render()
  }

  private readonly loadSoon = calmly(ASK_AGAIN, () => void this.load())

  private async load(): Promise<void> {
    try {
      const { body } = await this.editing.ask(this.editing.paper.urls["suggestions"] ?? "")
      this.changes = (body as { changes: Change[] }).changes
      this.render()
      const known = new Set(this.changes.flatMap(({ ids }) => ids))
      if ([...this.found.keys()].some(id => !known.has(id))) this.loadSoon() // ours, on its way to the server
    } catch {
      // without a connection the cards stay as they are; the next change of the text asks again
    }
  }

  private start(change: Change): number {
    return Math.min(...change.ids.map(id => this.found.get(id)?.[0] ?? Number.POSITIVE_INFINITY))
  }

  private render(): void {
    const editable = this.editing.view.editable
    const there = this.changes.filter(change => change.ids.some(id => this.found.has(id)))
    this.shown = there.map(change => {
      const key = change.ids.join(" ")
      const old = this.cards.get(key)
      const same = old && old.change.words === change.words && old.change.strength === change.strength && old.guest.element.dataset["may"] === String(editable)
      const guest: Guest = same ? old.guest : { id: -1 - this.counted++, element: this.card(change, key, editable), start: 0 }
      guest.start = this.start(change)
      const card = { change, guest }
      this.cards.set(key, card)
      guest.element.classList.toggle("is-current", key === this.current)
      return card
    })
    if (this.current !== null && !this.shown.some(({ change }) => change.ids.join(" ") === this.current)) this.mark(null)
    this.bar.hidden = this.shown.length === 0
    for (const each of this.bar.querySelectorAll<HTMLElement>("[data-decides]")) each.hidden = !editable || !this.editing.paper.may.edit
    const words = this.shown.length === 1 ? t("1 tracked change") : t("%(count)s tracked changes", { count: this.shown.length })
    if (this.count.textContent !== words) this.count.textContent = words
    this.offer(this.author, [...new Set(this.shown.map(({ change }) => change.author))], t("By everybody"), author => this.name(author))
    const headings = [...new Set(this.shown.map(({ change }) => change.heading))]
    this.offer(this.section, headings, t("In the whole text"), heading => heading || t("Before the first heading"))
    this.section.hidden = headings.length < 2
    this.panel.host(this.shown.map(({ guest }) => guest))
  }

  /** Have a choice offer these, and all of them. */
  private offer(choice: HTMLSelectElement, values: string[], all: string, words: (value: string) => string): void {
    const wanted = JSON.stringify(values)
    if (choice.dataset["offers"] === wanted) return
    choice.dataset["offers"] = wanted
    const { value } = choice
    choice.replaceChildren(el("option", { value: "*" }, all), ...values.map(each => el("option", { value: each }, words(each))))
    choice.value = value === "*" || values.includes(value) ? value : "*"
    if (!choice.value) choice.value = "*"
  }

  private name(author: string): string {
    return author || t("Somebody unnamed")
  }

  private card(change: Change, key: string, editable: boolean): HTMLElement {
    const name = this.name(change.author)
    const head = el("header", { class: "thread-head", id: `change-${this.counted}-head` },
      el("span", { class: "avatar", "data-size": "small", "aria-hidden": "true" }, initials(name)), el("strong", {}, name), change.at ? moment(change.at) : null)
    const said = el("p", { class: "thread-text", id: `change-${this.counted}-words` }, change.words)
    const act = (words: string, sign: string, name: string, run: () => void): HTMLButtonElement => {
      const made = el("button", { type: "button", class: "button", "data-kind": "quiet", "data-size": "small", ...(name ? { "data-verdict": name } : {}), "aria-describedby": said.id }, icon(sign), words)
      made.addEventListener("click", event => {
        event.stopPropagation()
        run()
      })
      return made
    }
    const mine = change.person !== null && String(change.person) === String(this.editing.paper.me.id)
    const actions = el("div", { class: "change-actions" })
    const why = el("form", { class: "change-why", hidden: true })
    if (editable && this.editing.paper.may.edit) {
      actions.append(act(t("Accept"), "check", "accept", () => this.decide(key, "accept", "")))
      if (!mine) actions.append(act(change.person === null ? t("Reject") : t("Reject …"), "x", "reject", () => (change.person === null ? this.decide(key, "reject", "") : this.ask(why, reason => this.decide(key, "reject", reason)))))
    }
    if (editable && mine) actions.append(act(t("Take back"), "undo-2", "withdraw", () => this.decide(key, "reject", "")), this.strength(change))
    if (this.editing.paper.may.comment) actions.append(act(t("Comment on it"), "message-square-plus", "", () => this.comment(change)))
    const meant = change.strength && !(editable && mine) ? el("p", { class: "small" }, t("meant as: %(strength)s", { strength: strengths()[change.strength] ?? "" })) : null
    const card = el("article", { class: "thread", "data-kind": "change", "data-may": String(editable), tabindex: -1, "aria-labelledby": `${head.id} ${said.id}` }, el("div", {}, head, said, meant), actions.childElementCount > 0 ? actions : null, why)
    card.style.visibility = "hidden" // until the panel gives it its place
    const chosen = (): void => {
      if (this.current !== key) this.mark(key)
    }
    card.addEventListener("click", () => {
      chosen()
      this.scrollTo(change)
    })
    // A card that becomes the current one moves beside its passage: not under a finger that presses one of its buttons.
    let pressed = false
    card.addEventListener("pointerdown", () => {
      pressed = true
      addEventListener("pointerup", () => (pressed = false), { once: true })
    })
    card.addEventListener("focusin", () => {
      if (!pressed) chosen()
    })
    return card
  }

  private mark(key: string | null): void {
    this.current = key
    for (const { change, guest } of this.shown) guest.element.classList.toggle("is-current", change.ids.join(" ") === key)
    const ids = key?.split(" ") ?? []
    this.show(ids.flatMap(id => { const at = this.found.get(id); return at ? [at] : [] }))
    if (key !== null) this.panel.host(this.shown.map(({ guest }) => guest))
  }

  private turnTo(card: Card): void {
    this.mark(card.change.ids.join(" "))
    this.scrollTo(card.change)
    this.panel.turnToGuest(card.guest.element)
  }

  private step(step: 1 | -1): void {
    const { shown } = this
    if (shown.length === 0) return
    const at = shown.findIndex(({ change }) => change.ids.join(" ") === this.current)
    const card = at < 0 ? shown[step > 0 ? 0 : shown.length - 1] : shown[(at + step + shown.length) % shown.length]
    if (!card) return
    this.turnTo(card)
    this.editing.announce(t("Change %(number)s of %(count)s", { number: shown.indexOf(card) + 1, count: shown.length }))
  }

  private scrollTo(change: Change): void {
    const start = this.start(change)
    if (!Number.isFinite(start)) return
    const { node } = this.editing.view.domAtPos(start)
    const element = node instanceof Element ? node : node.parentElement
    element?.scrollIntoView({ block: "center", behavior: still() ? "auto" : "smooth" })
  }

  /** Begin a comment on the words that a change is about. */
  private comment(change: Change): void {
    const ranges = change.ids.flatMap(id => this.found.get(id) ?? [])
    if (ranges.length === 0) return
    const { view, parts } = this.editing
    const { doc, tr } = view.state
    view.dispatch(tr.setSelection(parts.TextSelection.between(doc.resolve(Math.min(...ranges)), doc.resolve(Math.max(...ranges)))))
    this.panel.writeHere()
  }

  /** How strongly it is meant: a choice for its author. */
  private strength(change: Change): HTMLElement {
    const choice = el("select", { class: "input", "data-size": "small", "aria-label": t("How strongly do you mean it?") },
      ...Object.entries({ "": t("How strongly?"), ...strengths() }).map(([value, words]) => el("option", { value, selected: value === change.strength }, words)))
    choice.addEventListener("click", event => event.stopPropagation())
    choice.addEventListener("change", () => {
      const id = change.ids[0] ?? ""
      void this.editing.ask(`${this.editing.paper.urls["suggestions"]}/strength`, { method: "POST", body: JSON.stringify({ id, strength: choice.value }), headers: { "Content-Type": "application/json" } })
        .then(({ status }) => {
          if (status === 200) change.strength = choice.value
          else choice.value = change.strength
          this.editing.announce(status === 200 ? t("Kept.") : t("That could not be kept. Please try again."))
        }, () => {
          choice.value = change.strength
          this.editing.announce(t("That could not be kept. Please try again."))
        })
    })
    return choice
  }

  /** A refusal carries a reason that its author can read. */
  private ask(form: HTMLFormElement, then: (reason: string) => void): void {
    const id = `why-${++this.counted}`
    const words = el("textarea", { class: "input", id, rows: 2, maxlength: 2000, required: true })
    const send = el("button", { type: "submit", class: "button", "data-size": "small" }, t("Reject"))
    const stop = button(t("Cancel"), () => {
      form.hidden = true
      form.replaceChildren()
    })
    stop.dataset["size"] = "small"
    form.replaceChildren(el("label", { for: id }, t("Why not? Its author reads your reason.")), words, el("div", { class: "change-actions" }, send, stop))
    form.hidden = false
    form.onclick = event => event.stopPropagation()
    form.onsubmit = event => {
      event.preventDefault()
      const reason = words.value.trim()
      if (reason === "") {
        words.focus()
        return
      }
      form.hidden = true
      form.replaceChildren()
      then(reason)
    }
    this.panel.host(this.shown.map(({ guest }) => guest))
    words.focus()
  }

  private decide(key: string, verdict: Verdict, reason: string): void {
    const at = this.shown.findIndex(({ change }) => change.ids.join(" ") === key)
    const card = this.shown[at]
    if (!card || !this.apply([card.change], verdict, reason)) return
    const next = this.shown[Math.min(at, this.shown.length - 1)]
    if (next) this.turnTo(next)
    else {
      this.panel.giveWay()
      this.editing.view.focus()
    }
    const left = this.shown.length === 0 ? t("No change is left.") : this.shown.length === 1 ? t("1 change is left.") : t("%(count)s changes are left.", { count: this.shown.length })
    this.editing.announce(`${verdict === "accept" ? t("Accepted.") : t("Rejected.")} ${left}`)
  }

  private decideAll(verdict: Verdict): void {
    const [whose, where] = [this.author.value, this.section.hidden ? "*" : this.section.value]
    const wanted = this.shown.map(({ change }) => change)
      .filter(({ author, heading }) => (whose === "*" || author === whose) && (where === "*" || heading === where))
    // Those that nobody has told us of, for they are new or say nothing, are part of all as well.
    const persons = new Set(wanted.flatMap(({ person }) => (person === null ? [] : [String(person)])))
    const isMeant = (id: string): boolean => where === "*" && (whose === "*" || persons.has(id.split(":")[0] ?? ""))
    const run = (reason: string): void => {
      if (!this.apply(wanted, verdict, reason, isMeant)) return
      this.panel.giveWay()
      this.editing.view.focus()
      const count = wanted.length
      this.editing.announce(verdict === "accept" ? t("%(count)s changes accepted. Undo brings them back.", { count }) : t("%(count)s changes rejected. Undo brings them back.", { count }))
    }
    if (verdict === "reject" && wanted.some(change => this.isAnothers(change))) this.ask(this.why, run)
    else run("")
  }

  private isAnothers({ person }: Change): boolean {
    return person !== null && String(person) !== String(this.editing.paper.me.id)
  }

  /** Settle changes by steps of our own; those of others are told why. */
  private apply(changes: readonly Change[], verdict: Verdict, reason: string, isMeant = (_id: string): boolean => false): boolean {
    this.editing.finish()
    const { view } = this.editing
    if (!view.editable) return false
    const ids = new Set([...changes.flatMap(({ ids }) => ids), ...[...places(view.state.doc).keys()].filter(isMeant)])
    try {
      if (!decide(view, ids, verdict)) return false
    } catch {
      this.editing.announce(t("This change does not fit the text any more."))
      return false
    }
    const told = changes.filter(change => this.isAnothers(change)).flatMap(({ ids }) => ids)
    if (told.length > 0) this.answers.add({ ids: told, verdict: verdict === "accept" ? "accepted" : "rejected", reason })
    this.look()
    return true
  }

  /** A plugin that shows the current change in the text; how to tell it where. */
  private decorate(): (ranges: readonly [number, number][]) => void {
    const { editing } = this
    const { Decoration, DecorationSet, Plugin, PluginKey } = editing.parts
    const key = new PluginKey<Set_>("changes")
    editing.addPlugin(new Plugin<Set_>({
      key,
      state: { init: () => DecorationSet.empty, apply: (transaction, shown) => (transaction.getMeta(key) as Set_ | undefined) ?? shown.map(transaction.mapping, transaction.doc) },
      props: { decorations: state => key.getState(state) },
    }))
    return ranges => {
      const { view } = editing
      const doc: Node = view.state.doc
      const set = DecorationSet.create(doc, ranges.map(([from, to]) => Decoration.inline(from, to, { class: "is-current-change" })))
      view.dispatch(view.state.tr.setMeta(key, set).setMeta("addToHistory", false))
    }
  }
}

/** Settle these changes; what is more than one message holds in several transactions. Whether there was anything. */
function decide(view: EditorView, ids: ReadonlySet<string>, verdict: Verdict): boolean {
  for (let decided = false; ; decided = true) {
    const { made, all } = decision(view.state, ids, verdict, BATCH_BYTES)
    const { doc } = view.state
    if (made.docChanged) view.dispatch(closeHistory(made).setMeta(DECIDES, verdict)) // each decision is undone by itself
    if (view.state.doc === doc) return decided // there was nothing, or it was not let through
    if (all) return true
  }
}

function strengths(): Record<string, string> {
  return { must: t("must"), should: t("should"), should_not: t("should not"), must_not: t("must not") }
}
