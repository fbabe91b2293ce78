// The bar that narrows the threads.
import { el } from "../editor/dom"
import { number, t } from "../i18n"
import { kindWords } from "./look"
import { type Filter, KINDS, type Kind } from "./threads"

/** The bar, and how to tell it how many threads are open and whether it hides them all. */
export function filterBar(first: Filter, changed: (filter: Filter) => void): { element: HTMLElement; count(open: number, hidden: boolean): void } {
  let filter = first
  const counts = el("p", { class: "comment-count small quiet", role: "status" })

  function set(change: Partial<Filter>): void {
    filter = { ...filter, ...change }
    changed(filter)
  }

  function select(label: string, options: [string, string][], chosen: string, pick: (value: string) => void): HTMLElement {
    const made = el("select", { class: "input", "aria-label": label }, ...options.map(([value, words]) => el("option", { value, selected: value === chosen }, words)))
    made.addEventListener("change", () => pick(made.value))
    return made
  }

  function toggle(words: string, pick: (on: boolean) => void): HTMLElement {
    const made = el("button", { type: "button", class: "button", "data-size": "small", "aria-pressed": "false" }, words)
    made.addEventListener("click", () => {
      const on = made.getAttribute("aria-pressed") !== "true"
      made.setAttribute("aria-pressed", String(on))
      pick(on)
    })
    return made
  }

  const element = el("div", { class: "comment-filters", role: "group", "aria-label": t("Which comments are shown") },
    select(t("Open or resolved"), [["open", t("Still open")], ["resolved", t("Resolved")], ["all", t("All comments")]], filter.state, state => set({ state: state as Filter["state"] })),
    select(t("Kind"), [["", t("All kinds")], ...KINDS.map((kind): [string, string] => [kind, kindWords(kind)])], filter.kind, kind => set({ kind: kind as Kind | "" })),
    toggle(t("Mine"), mine => set({ mine })), toggle(t("To me"), toMe => set({ toMe })), counts)
  return {
    element,
    count(open, hidden) {
      counts.textContent = open === 1 ? t("1 open") : t("%(count)s open", { count: number(open) })
      if (hidden) counts.textContent += ` · ${t("no comment fits this choice")}`
    },
  }
}
