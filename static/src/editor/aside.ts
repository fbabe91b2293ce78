// Words that could not go into the text, beside it until their writer has dealt with them. Classes
// `your-words` (the panel), `your-words-entry`, `your-words-text`; the comparison: `both-texts`
// (two columns), `both-text`, `is-other` on blocks that the other text does not have.
import { DOMSerializer, Fragment, Node, Slice } from "prosemirror-model"
import type { EditorView } from "prosemirror-view"
import { language, t } from "../i18n"
import { type Aside, asides, dropAside, putAside } from "../live/keep"
import { schema } from "../schema"
import { cleaned } from "../values"
import { announce, note } from "./announce"
import { openDialog } from "./dialog"
import { button, el } from "./dom"
import { node } from "./nodes"

const WHY: Record<Aside["why"], () => string> = {
  refused: () => t("This could not be saved in the paper."),
  dropped: () => t("Others have deleted the passage that this was written in."),
  "far-behind": () => t("While you were offline the paper has changed a lot. Compare both texts and take over what is missing."),
  differs: () => t("Your text and the paper had drifted apart. The paper was loaded anew."),
}

export class Words {
  private readonly list = el("div", { class: "your-words-list" })
  private readonly panel: HTMLElement

  constructor(private readonly view: () => EditorView, private readonly paper: string, private readonly person: string, before: HTMLElement) {
    const title = el("h2", { id: "your-words" }, t("Your words"))
    this.panel = el("section", { class: "your-words", "aria-labelledby": "your-words", hidden: true }, title,
      el("p", { class: "hint" }, t("They lie on this device until you have dealt with them.")), this.list)
    before.before(this.panel)
  }

  /** Show what was put aside on earlier days. */
  async restore(): Promise<void> {
    for (const aside of await asides(this.paper, this.person)) this.show(aside)
  }

  async add(said: Pick<Aside, "why" | "reason" | "words" | "doc">): Promise<void> {
    const aside: Aside = { ...said, paper: this.paper, person: this.person, at: new Date().toISOString() }
    this.show(aside)
    const told = `${WHY[said.why]()} ${t("Your words are kept beside the text.")}`
    const { top, bottom } = this.panel.getBoundingClientRect()
    if (bottom > 0 && top < innerHeight) announce(told)
    else note(told, 10_000)
    const id = await putAside(aside)
    if (id !== null) aside.id = id
  }

  private show(aside: Aside): void {
    const text = aside.words.join("\n\n")
    const area = el("textarea", { class: "input your-words-text", readonly: true, rows: Math.min(10, 2 + Math.ceil(text.length / 60)), "aria-label": t("Your words") })
    area.value = text
    const when = new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(aside.at))
    const entry = el("article", { class: "your-words-entry" }, el("p", {}, el("strong", {}, WHY[aside.why]()), aside.reason ? ` ${aside.reason}` : null, ` (${when})`), area)
    const actions = el("div", { class: "actions" },
      button(t("Copy"), () => void this.copy(text, area)),
      this.view().editable && button(t("Insert at the cursor"), () => this.insert(aside.words)),
      aside.doc ? button(t("Compare both texts"), () => this.compare(aside)) : null,
      button(t("Done, remove"), () => {
        entry.remove()
        this.panel.hidden = this.list.childElementCount === 0
        if (aside.id !== undefined) void dropAside(aside.id)
        this.view().focus()
      }, "quiet"))
    entry.append(actions)
    this.list.append(entry)
    this.panel.hidden = false
  }

  private async copy(text: string, area: HTMLTextAreaElement): Promise<void> {
    try {
      await navigator.clipboard.writeText(text)
      note(t("Copied"))
    } catch {
      area.select()
      announce(t("Selected: press Ctrl+C to copy"))
    }
  }

  private insert(words: string[]): void {
    const view = this.view()
    const made = words.map(text => cleaned(text)).filter(Boolean).map(text => node("paragraph").create(null, schema.text(text)))
    if (made.length === 0) return
    view.dispatch(view.state.tr.replaceSelection(new Slice(Fragment.from(made), 1, 1)).scrollIntoView())
    view.focus()
  }

  private compare(aside: Aside): void {
    let mine: Node
    try {
      mine = schema.nodeFromJSON(aside.doc)
    } catch {
      return
    }
    const theirs = this.view().state.doc
    const column = (title: string, doc: Node, other: Node): HTMLElement =>
      el("section", { class: "both-text paper-text", tabindex: "0", "aria-label": title }, el("p", { class: "both-text-title" }, el("strong", {}, title)), rendered(doc, other))
    openDialog(t("Both texts"), [
      el("p", {}, t("Passages that the other text does not have are marked. Copy what you want to keep.")),
      el("div", { class: "both-texts" }, column(t("The paper now"), theirs, mine), column(t("Your text"), mine, theirs)),
    ], { wide: true })
  }
}

function rendered(doc: Node, other: Node): HTMLElement {
  const known = new Set<string>()
  other.forEach(block => known.add(block.textContent))
  const serializer = DOMSerializer.fromSchema(schema)
  const place = el("div", {})
  doc.forEach(block => {
    const dom = serializer.serializeNode(block)
    if (dom instanceof HTMLElement && !known.has(block.textContent)) dom.classList.add("is-other")
    place.append(dom)
  })
  for (const footnote of place.querySelectorAll(".footnote")) {
    footnote.prepend(" [")
    footnote.append("]")
  }
  return place
}
