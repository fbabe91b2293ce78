// The outline: the paper's headings as buttons, the present section marked. Classes `outline`,
// <li data-level="1">, aria-current on the button. And how many words there are.
import type { Node } from "prosemirror-model"
import { TextSelection } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { number, t } from "../i18n"
import { calmly, el, still } from "./dom"

export interface Heading {
  pos: number
  level: number
  text: string
}

/** The headings of the document, in order. */
export function headings(doc: Node): Heading[] {
  const found: Heading[] = []
  doc.descendants((node, pos) => {
    if (node.type.name === "heading") found.push({ pos, level: node.attrs.level as number, text: node.textContent.trim() })
    return !node.isTextblock
  })
  return found
}

/** The heading whose section holds `pos`: its index, -1 before the first. */
export function section(found: readonly Heading[], pos: number): number {
  let at = -1
  while (at + 1 < found.length && (found[at + 1] as Heading).pos <= pos) at++
  return at
}

export class Outline {
  private headings: Heading[] = []
  private buttons: HTMLButtonElement[] = []
  private written = ""
  readonly refresh: () => void

  constructor(private readonly view: EditorView, private readonly place: HTMLElement) {
    this.refresh = calmly(250, () => this.show())
    addEventListener("scroll", calmly(80, () => this.followScroll()), { passive: true })
    this.show()
  }

  private show(): void {
    if (this.view.isDestroyed) return
    this.headings = headings(this.view.state.doc)
    const written = JSON.stringify(this.headings.map(({ level, text }) => [level, text]))
    if (written !== this.written) {
      this.written = written
      const focused = this.buttons.indexOf(document.activeElement as HTMLButtonElement)
      this.buttons = this.headings.map((heading, at) => {
        const button = el("button", { type: "button" }, heading.text || t("(empty heading)"))
        button.addEventListener("click", () => this.go(at))
        return button
      })
      const list = el("ol", { role: "list" }, ...this.buttons.map((button, at) => el("li", { "data-level": this.headings[at]?.level }, button)))
      this.place.replaceChildren(el("h2", {}, t("Outline")), this.buttons.length > 0 ? list : el("p", { class: "hint" }, t("Headings appear here.")))
      this.buttons[focused]?.focus()
    }
    this.mark(section(this.headings, this.view.state.selection.head))
  }

  private mark(current: number): void {
    this.buttons.forEach((button, at) => (at === current ? button.setAttribute("aria-current", "true") : button.removeAttribute("aria-current")))
  }

  private go(at: number): void {
    const heading = this.headings[at]
    if (!heading) return
    const { view } = this
    const end = heading.pos + 1 + (view.state.doc.nodeAt(heading.pos)?.content.size ?? 0)
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, end)))
    const dom = view.nodeDOM(heading.pos)
    if (dom instanceof HTMLElement) dom.scrollIntoView({ block: "start", behavior: still() ? "auto" : "smooth" })
    view.focus()
    this.mark(at)
  }

  private followScroll(): void {
    if (this.view.isDestroyed || this.view.hasFocus()) return
    let current = -1
    for (const [at, { pos }] of this.headings.entries()) {
      const dom = this.view.nodeDOM(pos)
      if (dom instanceof HTMLElement && dom.getBoundingClientRect().top < innerHeight * 0.3) current = at
    }
    this.mark(current)
  }
}

const WORDS_A_MINUTE = 200

/** How many words the text has: what stands between blanks and holds a letter or digit. */
export function countWords(text: string): number {
  return text.match(/\S*[\p{L}\p{N}]\S*/gu)?.length ?? 0
}

/** The words of the document or of a part of it. */
export function wordsIn(doc: Node, from = 0, to = doc.content.size): number {
  return countWords(doc.textBetween(from, to, " ", " "))
}

/** Shows words and reading time in `place`, calmly. */
export function wordCount(view: EditorView, place: HTMLElement): () => void {
  const show = (): void => {
    if (view.isDestroyed) return
    const { doc, selection } = view.state
    const words = wordsIn(doc)
    const minutes = Math.max(1, Math.round(words / WORDS_A_MINUTE))
    const selected = selection.empty ? 0 : wordsIn(doc, selection.from, selection.to)
    const all = words === 1 ? t("1 word") : t("%(count)s words", { count: number(words) })
    const reading = minutes === 1 ? t("1 minute to read") : t("%(count)s minutes to read", { count: number(minutes) })
    place.textContent = selected > 0 ? t("%(selected)s of %(all)s selected", { selected: number(selected), all }) : `${all} · ${reading}`
  }
  show()
  return calmly(300, show)
}
