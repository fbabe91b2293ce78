// Names are completed behind an "@": a listbox under the field, led by the keyboard.
import { announce } from "../editor/announce"
import { el } from "../editor/dom"
import { t } from "../i18n"
import type { Candidate } from "./server"
import { matching, query } from "./words"

const MOST = 8 // names shown at once
const ALL = 50 // the server gives so many at most; as many mean that there may be more

let counted = 0
const known = new Map<string, Promise<Candidate[]>>()

function candidates(typed: string, ask: (query: string) => Promise<Candidate[]>): Promise<Candidate[]> {
  const found = known.get(typed) ?? ask(typed).catch(error => {
    known.delete(typed)
    throw error
  })
  known.set(typed, found)
  return found
}

async function found(typed: string, ask: (query: string) => Promise<Candidate[]>): Promise<Candidate[]> {
  const all = await candidates("", ask)
  return matching(all.length < ALL ? all : await candidates(typed.trim(), ask), typed).slice(0, MOST)
}

/** Complete names in `field`; `chosen` hears of each that was taken. */
export function completes(field: HTMLTextAreaElement, ask: (query: string) => Promise<Candidate[]>, chosen: (person: Candidate) => void): void {
  const list = el("ul", { class: "mention-list", role: "listbox", id: `mention-list-${++counted}`, "aria-label": t("People"), hidden: true })
  field.after(list)
  for (const [name, value] of Object.entries({ "aria-autocomplete": "list", "aria-controls": list.id, "aria-haspopup": "listbox" }))
    field.setAttribute(name, value)
  let people: Candidate[] = []
  let at = 0
  let asked = 0

  function close(): void {
    asked++
    people = []
    list.hidden = true
    field.removeAttribute("aria-activedescendant")
  }

  function mark(index: number): void {
    at = (index + people.length) % people.length
    ;[...list.children].forEach((option, each) => option.setAttribute("aria-selected", String(each === at)))
    field.setAttribute("aria-activedescendant", list.children[at]?.id ?? "")
    list.children[at]?.scrollIntoView({ block: "nearest" })
  }

  function take(index: number): void {
    const person = people[index]
    const typed = query(field.value, field.selectionStart)
    close()
    if (!person || !typed) return
    field.setRangeText(`@${person.name} `, typed.from, typed.to, "end")
    chosen(person)
    field.dispatchEvent(new Event("input", { bubbles: true }))
    field.focus()
  }

  async function look(): Promise<void> {
    const typed = field.selectionStart === field.selectionEnd ? query(field.value, field.selectionStart) : null
    if (!typed) return close()
    const mine = ++asked
    const offered = await found(typed.text, ask).catch(() => [])
    if (mine !== asked) return
    if (offered.length === 0) return close()
    people = offered
    list.replaceChildren(...offered.map((person, index) => {
      const option = el("li", { role: "option", id: `${list.id}-${index}`, "aria-selected": "false" },
        el("span", { class: "avatar", "data-size": "small", "aria-hidden": "true" }, person.initials), el("span", {}, person.name))
      option.addEventListener("pointerdown", event => event.preventDefault())
      option.addEventListener("click", () => take(index))
      return option
    }))
    if (list.hidden) announce(offered.length === 1 ? t("1 name found") : t("%(count)s names found", { count: offered.length }))
    list.hidden = false
    mark(0)
  }

  field.addEventListener("input", () => void look())
  field.addEventListener("click", () => void look())
  field.addEventListener("blur", () => close())
  field.addEventListener("keydown", event => {
    if (list.hidden) return
    switch (event.key) {
      case "ArrowDown": mark(at + 1); break
      case "ArrowUp": mark(at - 1); break
      case "Enter": case "Tab":
        if (event.ctrlKey || event.metaKey) return
        take(at)
        break
      case "Escape": close(); break
      default: return
    }
    event.preventDefault()
    event.stopPropagation()
  }, { capture: true })
}
