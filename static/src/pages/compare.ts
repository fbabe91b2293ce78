// Two texts compared: from change to change by keys and buttons, and only the changed passages.
// Without this the page is a redline with a list, and the address chooses what is shown.
import { announce } from "../editor/announce"
import { el, still } from "../editor/dom"
import { matched, type Sort, type Spot, unchanged } from "../comments/redline"
import { t } from "../i18n"

const redline = document.getElementById("redline")
const WHOLE = ".inserted, .deleted"
const SPOTS = `ins, del, .modified, .paragraph-end, ${WHOLE}`

function sortOf(element: HTMLElement): Sort {
  if (element.matches(".paragraph-end")) return "end"
  if (element.matches(".modified")) return "format"
  return element.matches(WHOLE) ? "block" : "words"
}

/** The places that are marked in the redline; a block only if nothing inside it names its change. */
function spotsIn(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(SPOTS)].filter(element =>
    sortOf(element) === "words" || sortOf(element) === "end" || !element.querySelector("[data-change]"))
}

function stepping(root: HTMLElement, links: readonly HTMLAnchorElement[]): void {
  const elements = spotsIn(root)
  const spots = elements.map((element): Spot => ({ id: element.dataset["change"] ?? null, sort: sortOf(element) }))
  const entries = links.map(link => ({ ids: (link.dataset["ids"] ?? "").split(" ").filter(Boolean), kind: link.closest("li")?.dataset["kind"] ?? "" }))
  const places = matched(entries, spots).map(found => found.flatMap(index => elements[index] ?? []))
  let current = -1

  function go(index: number, focus: boolean): void {
    for (const element of [...(places[current] ?? []), links[current]]) element?.removeAttribute("aria-current")
    current = (index + links.length) % links.length
    const [first, ...others] = places[current] ?? []
    for (const element of [first, ...others, links[current]]) element?.setAttribute("aria-current", "true")
    links[current]?.scrollIntoView({ block: "nearest" })
    if (first) {
      reveal(first)
      first.scrollIntoView({ block: "center", behavior: still() ? "auto" : "smooth" })
      if (focus) {
        first.tabIndex = -1
        first.focus({ preventScroll: true })
      }
    }
    announce(t("Change %(number)s of %(count)s: %(words)s", { number: current + 1, count: links.length, words: links[current]?.textContent?.trim() ?? "" }))
  }

  /** The first change below the upper edge of the window, for the first step. */
  function nearest(step: number): number {
    if (current >= 0) return current + step
    const below = places.findIndex(([first]) => first && first.getBoundingClientRect().top > 80)
    return step > 0 ? Math.max(0, below) : (below < 0 ? links.length : below) - 1
  }

  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-step]")) {
    button.hidden = false
    const step = Number(button.dataset["step"])
    button.setAttribute("aria-keyshortcuts", step > 0 ? "n" : "p")
    button.title = step > 0 ? t("Next change (N)") : t("Previous change (P)")
    button.addEventListener("click", () => go(nearest(step), false))
  }
  links.forEach((link, index) => link.addEventListener("click", event => {
    event.preventDefault()
    go(index, true)
  }))
  for (const [index, found] of places.entries())
    for (const element of found) element.addEventListener("click", () => go(index, false))
  document.addEventListener("keydown", event => {
    const writes = event.target instanceof Element && event.target.closest("input, select, textarea, dialog")
    if (writes || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return
    if (event.key === "n" || event.key === "p") {
      event.preventDefault()
      go(nearest(event.key === "n" ? 1 : -1), true)
    }
  })
}

/** Open what hides an element. */
function reveal(element: HTMLElement): void {
  const hidden = element.closest<HTMLElement>("[hidden]")
  const skip = hidden?.dataset["run"]
  if (skip) document.querySelector<HTMLElement>(`button[data-shows="${skip}"]`)?.click()
}

/** Leave out what did not change, with a button in its place; returns how to bring it all back. */
function leaveOut(blocks: readonly HTMLElement[], rows: boolean): () => void {
  const runs = unchanged(blocks.map(block => ({
    changed: rows ? "changed" in block.dataset : block.matches(`${SPOTS}, [data-change]`) || block.querySelector(SPOTS) !== null,
    heading: rows ? block.querySelector("h2, h3, h4, h5") !== null : /^H[2-6]$/.test(block.tagName),
  })))
  const made = runs.map(({ from, to }, number) => {
    const gone = blocks.slice(from, to)
    for (const block of gone) {
      block.hidden = true
      block.dataset["run"] = String(number)
    }
    const words = gone.length === 1 ? t("… 1 unchanged passage") : t("… %(count)s unchanged passages", { count: gone.length })
    const button = el("button", { type: "button", class: "link-button", "data-shows": number, "aria-expanded": "false" }, words)
    const line = rows ? el("tr", { class: "skipped-row" }, el("td", { colspan: 2 }, el("p", { class: "skipped" }, button))) : el("p", { class: "skipped" }, button)
    button.addEventListener("click", () => {
      for (const block of gone) block.hidden = false
      const [first] = gone
      line.remove()
      if (first) {
        first.tabIndex = -1
        first.focus({ preventScroll: true })
      }
    })
    gone[0]?.before(line)
    return line
  })
  return () => {
    for (const line of made) line.remove()
    for (const block of blocks) block.hidden = false
  }
}

function toggling(root: HTMLElement, link: HTMLAnchorElement): void {
  const rows = root.tagName === "TABLE"
  const blocks = [...(rows ? root.querySelectorAll<HTMLElement>(":scope > tbody > tr") : root.querySelectorAll<HTMLElement>(":scope > *"))]
  const only = link.dataset["toggleUnchanged"] === "show"
  if (rows && only) return // the server has left them out: the link brings them back
  const words = { hide: t("Only changed passages"), show: t("Show the whole text") }
  let back = only ? leaveOut(blocks, rows) : null
  link.setAttribute("role", "button")
  link.addEventListener("keydown", event => {
    if (event.key === " ") {
      event.preventDefault()
      link.click()
    }
  })
  link.addEventListener("click", event => {
    event.preventDefault()
    if (back) back()
    back = back ? null : leaveOut(blocks, rows)
    link.textContent = back ? words.show : words.hide
    announce(back ? t("Only changed passages are shown.") : t("The whole text is shown."))
    const address = new URL(location.href)
    if (back) address.searchParams.set("only", "changed")
    else address.searchParams.delete("only")
    history.replaceState(null, "", address)
  })
}

if (redline) {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("#changes a[data-change]")]
  if (links.length > 0) stepping(redline, links)
  const toggle = document.querySelector<HTMLAnchorElement>("a[data-toggle-unchanged]")
  if (toggle) toggling(redline, toggle)
}
