// Writing or suggesting: in which of the two ways this person works on the text just now, and how
// the text is shown: with the suggestions marked, as if they were accepted, or as it was before.
//
// Classes: `mode-switch` (two buttons with aria-pressed), `mode-note`, `shown-as` (the text as it
// would be; `#editor` is hidden meanwhile).
import { undo } from "prosemirror-history"
import { DOMSerializer, type Node } from "prosemirror-model"
import type { EditorState, Transaction } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { announce, note } from "../editor/announce"
import { calmly, el } from "../editor/dom"
import { named } from "../editor/ids"
import { openMenu } from "../editor/menu"
import type { PaperFacts } from "../editor/seam"
import { t } from "../i18n"
import { icon } from "../icons"
import { isLocal } from "../live/collab"
import { held, holds, mustBeHeld, release } from "../live/composing"
import { suggest } from "./convert"
import { isSigned, leavesOthers, onlySuggests } from "./law"
import { authored } from "./own"
import { DECIDES, places, settled, type Verdict } from "./settle"

const SHOWN = ["marked", "accept", "reject"] as const
type Shown = (typeof SHOWN)[number]

export class Mode {
  readonly dom = el("div", { class: "toolbar-group", role: "group", "aria-label": t("Way of working") })
  private suggesting: boolean
  private shown: Shown = "marked"
  private readonly buttons = new Map<boolean, HTMLButtonElement>()
  private readonly copy = el("div", { class: "paper-text shown-as", tabindex: 0, hidden: true })

  constructor(private readonly view: () => EditorView, private readonly root: HTMLElement, private readonly paper: PaperFacts, private readonly changed: () => void) {
    this.suggesting = !paper.may.edit
    this.copy.lang = paper.lang
    root.after(this.copy)
    if (paper.may.edit) {
      const group = el("span", { class: "mode-switch" }, this.button(false, t("Write"), "pencil"), this.button(true, t("Suggest"), "message-square-diff"))
      this.dom.append(group)
    } else this.dom.append(el("span", { class: "mode-note", title: t("What you write becomes a suggestion. The authors decide on it.") }, icon("message-square-diff"), t("You are suggesting")))
    this.dom.append(this.picker())
    this.press()
  }

  /** Is what this person types part of the text at once? */
  writes(): boolean {
    return !this.suggesting
  }

  /** Is the text shown as it is, so that it can be worked on? */
  get marked(): boolean {
    return this.shown === "marked"
  }

  /** What a transaction becomes in this mode; null if it cannot be done. */
  says(state: EditorState, transaction: Transaction): Transaction | null {
    if (!transaction.docChanged || !isLocal(transaction)) return transaction
    if (transaction.getMeta(DECIDES) !== undefined && this.paper.may.edit) return transaction // nothing is held then: see margin.ts
    if (holds(state)) return this.whileHeld(transaction)
    if (!this.suggesting) return this.written(state, transaction)
    const person = String(this.paper.me.id)
    const isUndone = transaction.getMeta("history$") !== undefined
    const isDecided = isUndone || transaction.getMeta(DECIDES) !== undefined // what others have suggested inside comes and goes along
    if (onlySuggests(state.doc, transaction.doc, person) && (isDecided || (isSigned(transaction, person) && leavesOthers(state.doc, transaction.doc, person)))) return isUndone ? transaction : named(transaction)
    if (isUndone) {
      announce(t("This step cannot be undone any more: the suggestion was decided on."))
      return null
    }
    const made = suggest(state, transaction, person)
    if (typeof made === "string") {
      note(made === "others"
        ? t("Others have suggested something here. In suggestion mode, their words cannot be joined to another paragraph. Please write a comment instead.")
        : t("This cannot be made as a suggestion here. Please write a comment instead."))
      return null
    }
    return mustBeHeld(this.view(), transaction, made, person) ? held(transaction) : instead(transaction, made)
  }

  /** What an author's transaction becomes: words of their own among those of others, which stay the others'. */
  private written(state: EditorState, transaction: Transaction): Transaction {
    if (transaction.getMeta("history$") !== undefined) return transaction
    const made = authored(state, transaction)
    if (made === transaction) return transaction
    return mustBeHeld(this.view(), transaction, made, "") ? held(transaction) : instead(transaction, made)
  }

  /** What is done to a text of which a part is held belongs to it; what is undone are the suggestions that it becomes. */
  private whileHeld(transaction: Transaction): Transaction | null {
    const undone = transaction.getMeta("history$") as { redo: boolean } | undefined
    if (!undone) return held(transaction)
    const view = this.view()
    release(view)
    if (!undone.redo) undo(view.state, view.dispatch)
    return null
  }

  /** The text has changed: what is shown in its place follows. */
  readonly update = calmly(200, () => {
    if (!this.marked) this.render()
  })

  private button(suggesting: boolean, words: string, sign: string): HTMLButtonElement {
    const made = el("button", { type: "button", class: "button", "data-kind": "quiet", "data-size": "small" }, icon(sign), words)
    made.addEventListener("mousedown", event => event.preventDefault())
    made.addEventListener("click", () => {
      release(this.view())
      this.suggesting = suggesting
      this.press()
      announce(suggesting ? t("What you write now becomes a suggestion.") : t("What you write now is part of the text at once."))
      this.changed()
      if (this.marked) this.view().focus()
    })
    this.buttons.set(suggesting, made)
    return made
  }

  private press(): void {
    for (const [suggesting, button] of this.buttons) button.setAttribute("aria-pressed", String(suggesting === this.suggesting))
    this.root.dataset["mode"] = this.suggesting ? "suggest" : "write"
  }

  private picker(): HTMLButtonElement {
    const words: Record<Shown, string> = { marked: t("Suggestions marked"), accept: t("As if accepted"), reject: t("As it was before") }
    const signs: Record<Shown, string> = { marked: "file-diff", accept: "file-check", reject: "history" }
    const label = t("Show the text as")
    const made = el("button", { type: "button", class: "button", "data-kind": "icon", "aria-label": label, title: label, "aria-haspopup": "menu", "aria-expanded": "false" }, icon("eye"))
    made.addEventListener("mousedown", event => event.preventDefault())
    made.addEventListener("click", () => openMenu(made, label, SHOWN.map(way => ({
      label: words[way], icon: signs[way], checked: this.shown === way, disabled: false,
      run: () => {
        this.shown = way
        this.render()
        this.changed()
        announce(words[way])
      },
    }))))
    return made
  }

  private render(): void {
    const { marked } = this
    this.root.hidden = !marked
    this.copy.hidden = marked
    if (marked) {
      this.copy.replaceChildren()
      return
    }
    const { doc } = this.view().state
    const next = settled(doc, new Set(places(doc).keys()), this.shown as Verdict)
    this.copy.setAttribute("aria-label", this.shown === "accept" ? t("The text as if all suggestions were accepted") : t("The text as it was before the suggestions"))
    this.copy.setAttribute("role", "document")
    this.copy.replaceChildren(drawn(next, this.paper.urls.files))
  }
}

/** What was made of a transaction, with all that is known about it. */
function instead(transaction: Transaction, made: Transaction): Transaction {
  const metas = (transaction as unknown as { meta: Record<string, unknown> }).meta
  for (const [key, value] of Object.entries(metas)) made.setMeta(key, value)
  return transaction.scrolledIntoView ? made.scrollIntoView() : made
}

function drawn(doc: Node, files: string): DocumentFragment {
  const made = DOMSerializer.fromSchema(doc.type.schema).serializeFragment(doc.content) as DocumentFragment
  for (const image of made.querySelectorAll<HTMLImageElement>("img[data-file]")) image.src = `${files}/${image.dataset["file"]}`
  made.querySelectorAll<HTMLElement>("span.footnote").forEach((footnote, index) => {
    footnote.replaceWith(el("sup", { title: footnote.textContent ?? "" }, String(index + 1)))
  })
  return made
}
