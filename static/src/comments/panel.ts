// The comments beside a text: cards in the margin, each beside its passage, or in a sheet.
import { announce } from "../editor/announce"
import { button, calmly, el, still } from "../editor/dom"
import { t } from "../i18n"
import { Card } from "./card"
import { compose, focusIn } from "./compose"
import { type Draft, Drafts } from "./drafts"
import { filterBar } from "./filters"
import type { Ground, Passage, Shown } from "./ground"
import { asks, here } from "./here"
import { height, type Item, tops } from "./layout"
import { kindWords } from "./look"
import { type Listed, Refused, type Server } from "./server"
import { type Sheet, sheet } from "./sheet"
import type { Span } from "./spans"
import { EVERYTHING, type Filter, holding, neighbour, news, OPEN, placed, shelves, takes, type Thread } from "./threads"

const NEW = 0 // the id of the comment that is being written
const AT_REST = 300 // ms without a change
const FEW = 60 // cards beside the text that are measured exactly
const UNCONFIRMED = -1 // stands for a version: the passage has words that the server does not know yet
const PATIENCE = 4_000 // ms until comments are shown though the text on the screen is behind
const LOOK_AGAIN = 90_000 // ms; what a broken connection did not tell is seen by then
const CONFIRMED_WITHIN = 10_000 // ms that sending waits for what was typed just before

/** A card of something else that stands in the same column, beside its passage. */
export interface Guest {
  id: number // below 0
  element: HTMLElement // class is-current: it has the best place
  start: number
}

type Place = NonNullable<Draft["place"]>

export class Panel {
  private threads: Thread[] = []
  private readonly cards = new Map<number, Card>()
  private filter: Filter
  private current: number | null = null
  private composer: { form: HTMLElement; place: Place | null; whole: boolean } | null = null
  private first: Promise<void> = Promise.resolve()
  private said = "" // the threads as the server told them last
  private newest: Promise<void> = Promise.resolve() // the last load that was begun
  private waiting: Listed | null = null
  private guests: readonly Guest[] = []
  private unsure = new Set<number>() // the text on the screen is behind: where they stand is not known
  private known = false // threads were loaded once
  private readonly drafts: Drafts
  /** What others put above the comments. */
  readonly above = el("div", {})
  private readonly column = el("div", { class: "comment-column" })
  private readonly whole = el("section", { class: "comment-shelf", "aria-label": t("On the whole paper"), hidden: true })
  private readonly gone = el("details", { class: "comment-shelf", hidden: true })
  private readonly bar: ReturnType<typeof filterBar>
  private readonly sheet: Sheet
  private readonly arrangeSoon: () => void
  private readonly loadSoon: () => void
  private readonly showButton: () => void

  constructor(private readonly ground: Ground, margin: HTMLElement, private readonly server: Server, paper: string) {
    const { setting } = server
    this.filter = setting.on === "now" ? OPEN : EVERYTHING // what was said on a revision is part of its story
    this.drafts = new Drafts(setting.me.id, `${paper}:${setting.on}`)
    this.bar = filterBar(this.filter, filter => {
      this.filter = filter
      this.render()
    })
    const add = setting.may.comment ? button(t("Comment on the whole paper"), () => this.write(null), "quiet") : null
    if (add) add.dataset["size"] = "small"
    const content = el("div", { class: "comments" }, this.above, this.bar.element, add, this.whole, this.gone, this.column)
    let frame = 0
    const later = calmly(AT_REST, () => this.arrange())
    this.arrangeSoon = () => {
      cancelAnimationFrame(frame)
      if (this.column.childElementCount > FEW) later() // nobody who types waits for so many
      else frame = requestAnimationFrame(() => this.arrange())
    }
    this.loadSoon = calmly(200, () => void this.load())
    this.sheet = sheet(margin, content, this.arrangeSoon)
    this.showButton = setting.may.comment ? here(() => (this.composer ? null : ground.selected()), ground, () => this.writeHere()) : () => undefined
    this.listen()
    this.first = this.load()
    void this.first.then(() => this.restore())
  }

  /** Take in the cards of others: they stand between the comments, in the order of the text. */
  host(guests: readonly Guest[]): void {
    if (guests.length === 0 && this.guests.length === 0) return
    this.guests = guests
    this.fillColumn() // not render(): it would put the marks of comments where they stood when loaded
    this.sheet.count(this.threads.filter(thread => !thread.resolved).length, guests.length)
    this.arrangeSoon()
  }

  /** The cards that stand beside the text, in its order. */
  private fillColumn(): void {
    const composer = this.composer
    const beside = shelves(this.threads.filter(thread => this.cards.has(thread.id))).placed
    const cards = [...beside.map(({ id, place }) => ({ start: place.start ?? 0, element: this.cards.get(id)?.element as HTMLElement })), ...this.guests]
    cards.sort((one, other) => one.start - other.start)
    fill(this.column, [...(composer && !composer.whole ? [composer.form] : []), ...cards.map(card => card.element)])
  }

  /** Bring a guest's card into sight, where comments lie in a sheet, too. */
  turnToGuest(element: HTMLElement): void {
    this.sheet.open()
    this.arrange()
    element.focus({ preventScroll: !this.sheet.narrow() })
  }

  /** Let the text be seen. */
  giveWay(): void {
    this.sheet.close()
  }

  /** Is a passage that the server knows no longer in the text on the screen? */
  private missing(): boolean {
    const shown = new Set(this.ground.shown().passages.map(each => each.id))
    return this.threads.some(thread => placed(thread) && takes(this.filter, thread, this.me) && !shown.has(thread.id))
  }

  private get me(): number {
    return this.server.setting.me.id
  }

  private listen(): void {
    const calmed = calmly(1_500, () => this.missing() && this.loadSoon())
    const recalled = calmly(4_000, () => this.threads.some(thread => thread.place.state === "gone") && this.loadSoon())
    this.ground.listen({
      clicked: id => this.turnTo(id, "text"),
      moved: () => {
        if (this.waiting) this.take(this.waiting)
        this.arrangeSoon()
        calmed()
        recalled() // what was gone may have come back
      },
      turned: () => this.showButton(),
      renewed: () => this.loadSoon(),
    })
    new ResizeObserver(this.arrangeSoon).observe(this.ground.dom)
    new ResizeObserver(this.arrangeSoon).observe(this.column)
    addEventListener("resize", () => this.showButton())
    addEventListener("hashchange", () => this.followHash())
    addEventListener("online", () => this.loadSoon())
    setInterval(() => document.visibilityState === "visible" && this.loadSoon(), LOOK_AGAIN)
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.loadSoon()
    })
    this.ground.hear(message => {
      if (message.type === "comment") this.loadSoon()
      if (message.type === "connected") void this.first.then(() => this.load(true))
    })
    document.addEventListener("keydown", event => this.pressed(event))
  }

  private pressed(event: KeyboardEvent): void {
    const asked = asks(event)
    if (!asked) return
    event.preventDefault()
    if (asked === "comment") return this.commentOrTurn()
    const shown = this.order().filter(thread => takes(this.filter, thread, this.me)).map(thread => thread.id)
    const id = neighbour(shown, this.current, asked === "next" ? 1 : -1)
    if (id === null) announce(t("No comments are shown."))
    else this.turnTo(id, "card")
  }

  /** With a selection: comment on it. With the caret in a commented passage: go to its card. */
  private commentOrTurn(): void {
    if (this.ground.selected()) return this.writeHere()
    const at = this.ground.caret()
    const passage = at === null ? undefined : this.ground.shown().passages.find(each => each.start <= at && at <= each.end)
    if (passage) this.turnTo(passage.id, "card")
    else announce(t("Select the words first that you want to comment on."))
  }

  /** Fetch all threads; what others have said since is spoken. `quietly`: touch nothing if they are the same. */
  load(quietly = false): Promise<void> {
    const mine: Promise<void> = this.fetched(quietly, () => mine === this.newest)
    return (this.newest = mine)
  }

  private async fetched(quietly: boolean, counts: () => boolean): Promise<void> {
    try {
      const listed = await this.server.list()
      if (!counts()) return this.newest // who waits for the comments waits for the later ones
      const said = JSON.stringify(listed.threads)
      if (quietly && said === this.said) return
      this.said = said
      this.take(listed)
    } catch {
      if (!counts()) return this.newest
      if (!this.known) this.column.replaceChildren(el("p", { class: "quiet small" }, t("The comments cannot be loaded just now.")))
    }
  }

  /** Bring what the server named to the text on the screen; wait if the screen is behind it. */
  private take(listed: Listed, patient = true): void {
    const threads: Thread[] = []
    const unsure = new Set<number>()
    if (listed.blocks) {
      this.ground.learn?.(listed.blocks)
      this.showButton()
    }
    for (const thread of listed.threads) {
      const { start, end } = thread.place
      if (!placed(thread) || start === null || end === null) {
        threads.push(thread)
        continue
      }
      const found = this.ground.bring({ id: thread.id, start, end }, listed.version)
      if (found === "later" && patient) {
        if (this.waiting !== listed) setTimeout(() => this.waiting === listed && this.take(listed, false), PATIENCE)
        this.waiting = listed
        return
      }
      if (found === "later") {
        unsure.add(thread.id)
        threads.push(thread)
        continue
      }
      if (found === "unknown") return this.loadSoon()
      threads.push(found.at ? { ...thread, place: { ...thread.place, start: found.at.start, end: found.at.end } } : { ...thread, place: { start: null, end: null, state: "gone" } })
    }
    this.waiting = null
    this.unsure = unsure
    const isFirst = !this.known
    if (!isFirst) this.tell(news(this.threads, threads, this.me))
    this.known = true
    this.threads = threads
    this.render()
    if (isFirst) this.followHash()
  }

  private tell(said: ReturnType<typeof news>): void {
    const [first] = said
    if (!first) return
    if (said.length > 1) announce(t("%(count)s new comments", { count: said.length }))
    else if ("kind" in first) announce(t("New comment by %(name)s: %(kind)s", { name: first.author.name, kind: kindWords((first as Thread).kind) }))
    else announce(t("New answer by %(name)s", { name: first.author.name }))
  }

  private order(): Thread[] {
    const { placed: beside, whole, gone } = shelves(this.threads)
    return [...whole, ...gone, ...beside]
  }

  private render(): void {
    const shown = this.threads.filter(thread => takes(this.filter, thread, this.me) || this.cards.get(thread.id)?.busy)
    const there = new Set(shown.map(thread => thread.id))
    for (const [id, card] of this.cards) {
      if (there.has(id)) continue
      card.element.remove()
      this.cards.delete(id)
    }
    const element = (thread: Thread): HTMLElement => {
      let card = this.cards.get(thread.id)
      if (card) card.show(thread)
      else this.cards.set(thread.id, (card = new Card(thread, {
        server: this.server, drafts: this.drafts, moved: this.arrangeSoon,
        changed: changed => this.changed(changed), chosen: id => this.turnTo(id, "quietly"), passage: id => this.toPassage(id),
      })))
      card.element.classList.toggle("is-current", thread.id === this.current)
      return card.element
    }
    const { placed: beside, whole, gone } = shelves(shown)
    const composer = this.composer
    for (const thread of beside) element(thread)
    this.fillColumn()
    fill(this.whole, [...(whole.length > 0 ? [el("h3", {}, t("On the whole paper"))] : []), ...(composer?.whole ? [composer.form] : []), ...whole.map(element)])
    fill(this.gone, [el("summary", {}, gone.length === 1 ? t("1 comment whose passage is no longer there") : t("%(count)s comments whose passage is no longer there", { count: gone.length })), ...gone.map(element)])
    this.gone.hidden = gone.length === 0
    this.whole.hidden = whole.length === 0 && !composer?.whole
    const open = this.threads.filter(thread => !thread.resolved).length
    this.bar.count(open, this.threads.length > 0 && shown.length === 0)
    this.sheet.count(open, this.guests.length)
    this.decorate()
    this.arrangeSoon()
  }

  private decorate(): void {
    const marked: Passage[] = this.threads.filter(thread => placed(thread) && this.cards.has(thread.id) && !this.unsure.has(thread.id)).map(thread => ({
      id: thread.id, start: thread.place.start as number, end: thread.place.end as number, resolved: thread.resolved !== null,
    }))
    this.tellText({ passages: marked, current: this.current })
  }

  private tellText(change: Partial<Shown>): void {
    this.ground.show(change)
  }

  private changed(thread: Thread | null): void {
    if (thread) {
      this.threads = this.threads.map(each => (each.id === thread.id ? { ...thread, place: each.place } : each))
      this.render()
    }
    void this.load()
  }

  /** Where a passage is; of many cards, those far from what is seen are measured by their block. */
  private top(position: number, blocks: Map<number, number> | null): number {
    const near = blocks ? this.ground.near?.(position, blocks) : undefined
    return near === undefined || (near > -innerHeight && near < 2 * innerHeight) ? this.ground.at(position).top : near
  }

  /** Put each card as near to its passage as it can stand. */
  private arrange(): void {
    const children = [...this.column.children] as HTMLElement[]
    for (const child of children) if (child.style.visibility) child.style.removeProperty("visibility")
    if (this.sheet.narrow()) {
      for (const child of children) child.style.removeProperty("transform")
      this.column.style.removeProperty("height")
      this.column.classList.remove("is-beside", "is-gliding")
      return
    }
    this.column.classList.add("is-beside")
    const { passages, draft } = this.ground.shown()
    const spans = new Map<number, Span>(passages.map(span => [span.id, span]))
    if (draft) spans.set(NEW, draft)
    const guests = new Map(this.guests.map(guest => [guest.element, guest]))
    for (const { id, start } of this.guests) spans.set(id, { id, start, end: start })
    const top = this.column.getBoundingClientRect().top
    const blocks = new Map<number, number>()
    const items = children.map((child): Item & { child: HTMLElement } => {
      const id = guests.get(child)?.id ?? (child === this.composer?.form ? NEW : Number(child.id.replace("comment-", "")))
      const span = spans.get(id)
      return { id, child, want: span ? this.top(span.start, children.length > FEW ? blocks : null) - top : 0, height: child.offsetHeight }
    }).sort((one, other) => one.want - other.want)
    const guest = this.guests.find(each => each.element.classList.contains("is-current"))
    const current = this.composer && !this.composer.whole ? NEW : (guest?.id ?? this.current)
    this.column.classList.toggle("is-gliding", current !== null && items.length <= FEW)
    const found = tops(items, current)
    for (const { id, child } of items) {
      const place = `translateY(${Math.round(found.get(id) ?? 0)}px)`
      if (child.style.transform !== place) child.style.transform = place
    }
    this.column.style.height = `${Math.ceil(height(items, found))}px`
  }

  /** Make a thread the current one. from: where the reader comes from. */
  private turnTo(id: number, from: "text" | "card" | "quietly"): void {
    const thread = holding(this.threads, id)
    if (!thread) return
    if (this.current !== thread.id) {
      this.current = thread.id
      for (const card of this.cards.values()) card.element.classList.toggle("is-current", card.id === thread.id)
      this.tellText({ current: thread.id })
      this.arrange()
    }
    if (from === "quietly") return
    const card = this.cards.get(thread.id)?.element
    if (this.sheet.narrow()) this.sheet.open()
    if (thread.place.state === "gone") this.gone.open = true
    if (from === "card") {
      if (!this.sheet.narrow()) this.scrollTo(thread)
      const at = document.getElementById(`comment-${id}`) ?? card
      at?.focus({ preventScroll: !this.sheet.narrow() && placed(thread) })
    } else if (card) {
      card.scrollIntoView({ block: "nearest", behavior: still() ? "auto" : "smooth" })
    }
  }

  private scrollTo(thread: Thread): void {
    if (thread.place.start === null || !placed(thread)) return
    const { top } = this.ground.at(thread.place.start)
    if (top < 120 || top > innerHeight - 160) scrollBy({ top: top - innerHeight / 3, behavior: still() ? "auto" : "smooth" })
  }

  /** From a card back into the text. */
  private toPassage(id: number): void {
    const span = this.ground.shown().passages.find(each => each.id === id)
    if (!span) return
    if (this.sheet.narrow()) this.sheet.close()
    this.ground.go(span)
    const thread = holding(this.threads, id)
    if (thread) this.scrollTo(thread)
  }

  private followHash(): void {
    const id = Number(/^#comment-(\d+)$/.exec(location.hash)?.[1] ?? 0)
    const thread = id ? holding(this.threads, id) : undefined
    if (!thread) return
    if (!takes(this.filter, thread, this.me)) {
      this.filter = EVERYTHING
      this.render()
    }
    this.turnTo(id, "card")
  }

  /** Open the form for a comment on the words that are selected. */
  writeHere(): void {
    const range = this.ground.selected()
    if (!range) return
    const { start, end, quote } = range
    const fixed = this.ground.unconfirmed() === 0
    this.write({ start, end, version: fixed ? (this.ground.version() ?? 0) : UNCONFIRMED, quote })
  }

  /** Open the form for a new comment: on a passage, or (null) on the whole paper. */
  private write(place: Place | null, focus = true): void {
    const begun = this.composer && this.drafts.get("new")
    if (begun && this.composer && focus) {
      announce(t("You have not sent your other comment yet."))
      this.sheet.open()
      return focusIn(this.composer.form)
    }
    this.composer?.form.remove()
    if (focus) this.tellText({ draft: place && { id: NEW, start: place.start, end: place.end } })
    const task = {
      label: place ? t("Comment on this passage") : t("Comment on the whole paper"), sends: t("Comment on it"),
      choices: "kinds" as const, slot: "new", place,
      people: (typed: string) => this.server.people(typed),
      send: async (written: { text: string; choice: string; mentions: number[] }) => {
        const at = place && (place.version >= 0 ? place : await this.confirmedPlace(place))
        const { on } = this.server.setting
        const thread = await this.server.add({
          text: written.text, kind: written.choice, mentions: written.mentions, start: at?.start ?? null, end: at?.end ?? null,
          version: on === "now" ? (at?.version ?? null) : null, revision: on === "now" ? null : on,
        })
        this.current = thread.id
        await this.load()
      },
      done: (sent: boolean) => {
        this.composer?.form.remove()
        this.composer = null
        this.tellText({ draft: null })
        this.render()
        if (sent && this.current !== null) this.turnTo(this.current, "card")
        else this.ground.focus()
        if (sent) announce(t("Your comment is there."))
      },
    }
    const form = compose(task, this.drafts)
    if (place) form.prepend(el("q", { class: "quote" }, place.quote.length > 120 ? `${place.quote.slice(0, 120)} …` : place.quote))
    this.composer = { form, place, whole: place === null }
    this.showButton()
    this.render()
    this.arrange()
    if (!focus) return
    this.sheet.open()
    focusIn(form)
    form.scrollIntoView({ block: "nearest" })
  }

  /** Wait until the server has what was typed before the comment; then its place has a version. */
  private async confirmedPlace(place: Place): Promise<Place> {
    const until = Date.now() + CONFIRMED_WITHIN
    while (this.ground.unconfirmed() > 0 && Date.now() < until) await new Promise(done => setTimeout(done, 100))
    const { draft } = this.ground.shown()
    if (this.ground.unconfirmed() > 0) throw new Refused(t("There is no connection. Your text stays here: send it again when you are back online."))
    if (!draft) throw new Refused(t("The passage was deleted meanwhile. Your text stays here."))
    Object.assign(place, { start: draft.start, end: draft.end, version: this.ground.version() ?? 0 })
    return place
  }

  /** Bring back a comment that was being written when the page went away. */
  private restore(): void {
    const draft = this.server.setting.may.comment ? this.drafts.get("new") : null
    if (!draft) return
    const place = draft.place ?? null
    if (place && place.version >= 0) {
      const found = this.ground.bring({ id: NEW, start: place.start, end: place.end }, place.version)
      if (typeof found === "object" && found.at) this.tellText({ draft: found.at })
    }
    if (place && place.version < 0) return this.write(null, false)
    this.write(place, false)
  }
}

/** Make `parent`'s children these, moving as little as possible; the focus stays even on one that is moved. */
function fill(parent: HTMLElement, children: readonly HTMLElement[]): void {
  const focused = document.activeElement
  const wanted = new Set<Element>(children)
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove()
  children.forEach((child, index) => {
    const there = parent.children[index]
    if (there !== child) parent.insertBefore(child, there ?? null)
  })
  if (focused instanceof HTMLElement && focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true })
}
