// The list of comments: keys from one to the next, names completed, nothing lost that was written.
import { Drafts } from "../comments/drafts"
import { completes } from "../comments/mention"
import type { Candidate } from "../comments/server"
import { named } from "../comments/words"
import { el } from "../editor/dom"
import { ask } from "../live/server"

const SENT = "vorlauf:sent"

/** Keep what is written in a form until the server has it, and say whom it names. */
function helps(form: HTMLFormElement, drafts: Drafts, slot: string, people: (query: string) => Promise<Candidate[]>): void {
  const field = form.querySelector("textarea")
  if (!field) return
  const known = new Map<number, { id: number; name: string }>()
  const draft = drafts.get(slot)
  const refused = field.getAttribute("aria-invalid") === "true"
  if (draft && !refused) {
    field.value = draft.text
    for (const person of draft.mentions) known.set(person.id, person)
    form.closest("details")?.setAttribute("open", "")
  }
  completes(field, people, person => known.set(person.id, { id: person.id, name: person.name }))
  field.addEventListener("input", () => drafts.put(slot, { text: field.value, mentions: named(field.value, [...known.values()]) }))
  field.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  })
  form.addEventListener("submit", () => {
    for (const { id } of named(field.value, [...known.values()])) form.append(el("input", { type: "hidden", name: "mentions", value: id }))
    sessionStorage.setItem(SENT, slot)
  })
}

/** Forget the draft that has just been sent, once the server has said that it is there. */
function settle(drafts: Drafts): void {
  const slot = sessionStorage.getItem(SENT)
  sessionStorage.removeItem(SENT)
  if (slot && document.querySelector(".flash[data-kind=done], .flash[data-kind=ok]")) drafts.drop(slot)
}

/** J and K lead from thread to thread. */
function keys(threads: readonly HTMLElement[]): void {
  document.addEventListener("keydown", event => {
    const writes = event.target instanceof Element && event.target.closest("input, select, textarea, dialog")
    if (writes || event.ctrlKey || event.altKey || event.metaKey || (event.key !== "j" && event.key !== "k")) return
    const at = threads.findIndex(thread => thread.contains(document.activeElement))
    const next = event.key === "j" ? at + 1 : Math.max(0, at - 1)
    threads[Math.min(next, threads.length - 1)]?.focus()
  })
}

const page = document.querySelector<HTMLElement>("[data-comment-list]")
if (page) {
  const { people = "", person = "0", paper = "" } = page.dataset
  const drafts = new Drafts(Number(person), `${paper}:list`)
  settle(drafts)
  const find = async (query: string): Promise<Candidate[]> => {
    const { body } = await ask(`${people}?q=${encodeURIComponent(query)}`)
    return (body as { people: Candidate[] }).people
  }
  for (const form of page.querySelectorAll<HTMLFormElement>("form[data-slot]")) helps(form, drafts, form.dataset["slot"] ?? "", find)
  keys([...page.querySelectorAll<HTMLElement>(".thread")])
}
