// The numbered text of a revision: lines are chosen by number, by a click beside them or by the
// page's address, marked in the text, named aloud, and linked to.
import { still } from "../editor/dom"
import { t } from "../i18n"
import { address, chosen, type Lines, parse } from "./address"

const HIDDEN = "lines-hidden" // in localStorage: "1" when the reader wants no numbers
const WORDS = 90 // characters of the lines that are read aloud
const LIT = "lines"

/** Make the numbers beside `text` work. */
export function lines(text: HTMLElement): void {
  const form = document.querySelector<HTMLFormElement>("form.line-tools")
  const input = form?.querySelector<HTMLInputElement>("input[name=line]")
  const said = form?.querySelector<HTMLElement>(".line-said")
  if (!form || !input || !said) return
  const last = Number(form.dataset["lines"])
  let current: Lines | null = null
  const link = form.querySelector<HTMLButtonElement>("[data-line-link]")

  const show = (wanted: Lines | null, moves: boolean): void => {
    current = wanted && wanted.first <= last ? { first: wanted.first, last: Math.min(wanted.last, last) } : null
    const marks = [...text.querySelectorAll<HTMLElement>("span.line")]
    const byNumber = new Map(marks.map(mark => [Number(mark.dataset["line"]), mark]))
    const range = current && rangeOf(text, marks, byNumber, current)
    for (const mark of marks) {
      const number = Number(mark.dataset["line"])
      mark.toggleAttribute("data-current", current !== null && number >= current.first && number <= current.last)
    }
    light(range)
    if (link) link.hidden = !current
    if (!current) {
      said.textContent = wanted ? t("This text has %(last)s lines.", { last }) : ""
      return
    }
    const words = (range?.toString() ?? "").replace(/\s+/g, " ").trim()
    const part = words.length > WORDS ? `${words.slice(0, WORDS).replace(/\s+\S*$/, "")} …` : words
    said.textContent = current.first === current.last
      ? t("Line %(first)s: %(words)s", { first: current.first, words: part })
      : t("Lines %(first)s to %(last)s: %(words)s", { ...current, words: part })
    if (!moves) return
    const mark = byNumber.get(current.first)
    mark?.focus({ preventScroll: true })
    mark?.scrollIntoView({ block: "center", behavior: still() ? "auto" : "smooth" })
  }

  const go = (wanted: Lines): void => {
    history.pushState(history.state, "", address(wanted))
    show(wanted, true)
  }

  form.addEventListener("submit", event => {
    event.preventDefault()
    const wanted = parse(input.value)
    if (wanted) go(wanted)
    else said.textContent = t("Please name a line: 17, or several: 17-19.")
  })
  text.addEventListener("click", event => {
    const mark = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("span.line") : null
    if (!mark) return
    go(chosen(current, Number(mark.dataset["line"]), event.shiftKey))
  })
  link?.addEventListener("click", () => {
    const place = new URL(current ? address(current) : "", location.href)
    place.search = ""
    void navigator.clipboard.writeText(place.href).then(
      () => (said.textContent = t("The link is copied.")),
      () => (said.textContent = place.href),
    )
  })
  toggle(form, text)
  const arrive = (): void => {
    if (/^#Z\d/i.test(location.hash)) show(parse(location.hash), true)
    else if (current) show(null, false)
  }
  addEventListener("hashchange", arrive)
  addEventListener("popstate", arrive)
  arrive()
}

/** The words of the lines, from where the first begins to where the one behind the last does. */
function rangeOf(text: HTMLElement, marks: readonly HTMLElement[], byNumber: Map<number, HTMLElement>, wanted: Lines): Range | null {
  const from = byNumber.get(wanted.first)
  const to = byNumber.get(wanted.last)
  if (!from || !to) return null
  const behind = marks[marks.indexOf(to) + 1]
  const block = to.closest("p, h1, h2, h3, h4, h5, h6") ?? text
  const range = document.createRange()
  range.setStartAfter(from)
  if (behind && block.contains(behind)) range.setEndBefore(behind)
  else range.setEnd(block, block.childNodes.length)
  return range
}

/** Mark a range where the browser can; the numbers beside it are marked in any case. */
function light(range: Range | null): void {
  if (!("highlights" in CSS)) return
  if (range) CSS.highlights.set(LIT, new Highlight(range))
  else CSS.highlights.delete(LIT)
}

function toggle(form: HTMLFormElement, text: HTMLElement): void {
  const button = form.querySelector<HTMLButtonElement>("[data-line-toggle]")
  if (!button) return
  const put = (hidden: boolean): void => {
    text.dataset["numbered"] = hidden ? "hidden" : "shown"
    button.setAttribute("aria-pressed", String(!hidden))
  }
  const kept = (): boolean => {
    try {
      return localStorage.getItem(HIDDEN) === "1"
    } catch {
      return false // storage is switched off: numbers are shown
    }
  }
  button.hidden = false
  put(kept())
  button.addEventListener("click", () => {
    const hidden = text.dataset["numbered"] === "shown"
    put(hidden)
    try {
      localStorage.setItem(HIDDEN, hidden ? "1" : "0")
    } catch {
      // it holds for this page alone
    }
  })
}
