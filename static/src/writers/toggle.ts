// "Who wrote what": a button that shows it in the text, with a legend that leads to each person's
// passages. Classes `writers-legend`; in the text `written` with data-colour and data-line, where a
// passage begins data-initials and data-name.
import { announce } from "../editor/announce"
import { calmly, el } from "../editor/dom"
import { t } from "../i18n"
import { ask, Failed } from "../live/server"
import { ready, type Run, type Writer, type Written } from "./runs"

/** A text that can show who wrote it. */
export interface Paper {
  /** Show these passages; null: none. */
  show(written: Written | null, runs: Run[]): void
  /** Where a person's passages stand now, in order; the words of each. */
  passages(writer: string): { start: number; words: string }[]
  go(start: number): void
  /** Hear that the text has changed. */
  changed(hear: () => void): void
}

const TAKES_LONG = 60_000 // ms that working through a long log may take
const AT_REST = 2_000 // ms without a change after which it is asked anew

/** Make the page's button work. */
export function writers(paper: Paper): void {
  const button = document.querySelector<HTMLButtonElement>("button[data-writers]")
  const tools = button?.parentElement
  if (!button || !tools) return
  const url = button.dataset["writers"] ?? ""
  const legend = el("section", { class: "writers-legend", "aria-label": t("Who wrote what"), hidden: true })
  tools.after(legend)
  const on = (): boolean => button.getAttribute("aria-pressed") === "true"

  const load = async (): Promise<void> => {
    const { body } = await ask(url, { ms: TAKES_LONG })
    if (!on()) return
    const written = body as Written
    const { runs, writers } = ready(written)
    paper.show(written, runs)
    fill(legend, writers, paper)
  }
  const turn = async (to: boolean): Promise<void> => {
    button.setAttribute("aria-pressed", String(to))
    if (!to) {
      legend.hidden = true
      paper.show(null, [])
      return announce(t("Who wrote what is hidden."))
    }
    button.setAttribute("aria-busy", "true")
    try {
      await load()
      announce(t("The text now shows who wrote what."))
    } catch (error) {
      button.setAttribute("aria-pressed", "false")
      legend.hidden = false
      const said = error instanceof Failed && error.said ? error.said : t("Who wrote what cannot be loaded just now.")
      legend.replaceChildren(el("p", { role: "alert" }, said))
    } finally {
      button.removeAttribute("aria-busy")
    }
  }
  button.hidden = false
  button.addEventListener("click", () => void turn(!on()))
  paper.changed(calmly(AT_REST, () => on() && void load().catch(() => undefined)))
}

function fill(legend: HTMLElement, writers: readonly Writer[], paper: Paper): void {
  const focused = legend.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["writer"] : undefined
  const at = new Map<string, number>()
  const entries = writers.map(writer => {
    const button = el("button", { type: "button", class: "written", "data-writer": writer.id, "data-colour": writer.colour, "data-line": writer.line, "data-initials": writer.initials, title: t("To the next passage by %(name)s", { name: writer.name }) }, writer.name)
    button.addEventListener("click", () => {
      const passages = paper.passages(writer.id)
      const next = ((at.get(writer.id) ?? -1) + 1) % Math.max(1, passages.length)
      const passage = passages[next]
      if (!passage) return
      at.set(writer.id, next)
      paper.go(passage.start)
      announce(t("%(name)s, passage %(number)s of %(count)s: %(words)s", { name: writer.name, number: next + 1, count: passages.length, words: passage.words.slice(0, 200) }))
    })
    return el("li", {}, button)
  })
  const said = writers.length > 0 ? t("What is not underlined stood there at the beginning.") : t("Nobody has changed this text since it was begun.")
  legend.replaceChildren(el("ul", { role: "list" }, ...entries), el("p", { class: "hint" }, said))
  legend.hidden = false
  if (focused) legend.querySelector<HTMLElement>(`[data-writer="${focused}"]`)?.focus()
}
