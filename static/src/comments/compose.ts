// The form in which a comment, an answer or a resolution is written. Words stay until they are sent.
import { button, el } from "../editor/dom"
import { t } from "../i18n"
import { icon } from "../icons"
import type { Draft, Drafts } from "./drafts"
import { kindWords, outcomeWords, SIGNS } from "./look"
import { completes } from "./mention"
import { type Candidate, Refused } from "./server"
import { KINDS, type Kind, OUTCOMES, type Outcome } from "./threads"
import { named } from "./words"

export interface Written {
  text: string
  choice: string // the kind or the outcome that was chosen; "" where there is no choice
  mentions: number[]
}

export interface Task {
  label: string // of the field
  sends: string // on the button
  choices?: "kinds" | "outcomes"
  slot: string // where the draft is kept
  begins?: Draft // what stands in it at first, if there is no draft
  optional?: boolean // may be sent without words
  people(query: string): Promise<Candidate[]>
  send(written: Written): Promise<void> // throws Refused
  done(sent: boolean): void // sent, or given up
  place?: Draft["place"]
}

let counted = 0

function choices(task: Task, chosen: string): HTMLFieldSetElement {
  const kinds = task.choices === "kinds"
  const name = `choice-${counted}`
  const set = el("fieldset", { class: "segments" }, el("legend", { class: "visually-hidden" }, kinds ? t("Kind of comment") : t("Outcome")))
  const signs: Record<Outcome, string> = { answered: "check", accepted: "check-check", refused: "x" }
  for (const value of kinds ? KINDS : OUTCOMES) {
    const input = el("input", { type: "radio", name, value, id: `${name}-${value}`, class: "visually-hidden", checked: value === chosen })
    const sign = kinds ? SIGNS[value as Kind] : signs[value as Outcome]
    const words = kinds ? kindWords(value as Kind) : outcomeWords(value as Outcome)
    set.append(input, el("label", { for: input.id, class: "segment", "data-state": value }, icon(sign), words))
  }
  return set
}

/** The form, ready to be put somewhere. */
export function compose(task: Task, drafts: Drafts): HTMLFormElement {
  const number = ++counted
  const draft = drafts.get(task.slot) ?? task.begins ?? { text: "", mentions: [] }
  const people = new Map(draft.mentions.map(person => [person.id, person]))
  const field = el("textarea", { class: "input", rows: 3, id: `compose-${number}`, "aria-keyshortcuts": "Control+Enter", maxlength: 10_000 })
  field.value = draft.text
  const wrong = el("p", { class: "error", id: `compose-${number}-error`, role: "alert" })
  const send = el("button", { class: "button", "data-kind": "primary", "data-size": "small" }, task.sends)
  const cancel = button(t("Cancel"), () => give(), "quiet")
  cancel.dataset["size"] = "small"
  const picked = task.choices ? choices(task, draft.kind ?? draft.outcome ?? (task.choices === "kinds" ? "note" : "answered")) : null
  const form = el("form", { class: "composer", novalidate: true },
    picked, el("label", { for: field.id, class: "visually-hidden" }, task.label), el("div", { class: "mention-field" }, field), wrong,
    el("div", { class: "actions" }, send, cancel, el("span", { class: "quiet small" }, t("Ctrl+Enter sends"))))
  field.placeholder = task.label
  if (task.people) completes(field, task.people, person => people.set(person.id, person))

  const choice = (): string => form.querySelector<HTMLInputElement>("input[type=radio]:checked")?.value ?? ""
  const mentions = () => named(field.value, [...people.values()].map(({ id, name }) => ({ id, name })))

  function keep(): void {
    drafts.put(task.slot, {
      text: field.value, mentions: mentions(), place: task.place ?? null,
      ...(task.choices === "kinds" ? { kind: choice() } : {}), ...(task.choices === "outcomes" ? { outcome: choice() } : {}),
    })
  }

  function say(words: string, atField: boolean): void {
    wrong.replaceChildren(...(words ? [icon("circle-alert"), el("span", {}, words)] : []))
    if (words && atField) {
      field.setAttribute("aria-invalid", "true")
      field.setAttribute("aria-describedby", wrong.id)
      field.focus({ preventScroll: true })
      form.scrollIntoView({ block: "nearest" })
    } else {
      field.removeAttribute("aria-invalid")
      field.removeAttribute("aria-describedby")
    }
  }

  function give(): void {
    drafts.drop(task.slot)
    task.done(false)
  }

  async function sendIt(): Promise<void> {
    if (send.disabled) return
    if (!field.value.trim() && (!task.optional || choice() === "refused"))
      return say(choice() === "refused" ? t("A refusal needs a reason that its author can read.") : t("Please write something."), true)
    say("", false)
    send.disabled = true
    form.setAttribute("aria-busy", "true")
    try {
      await task.send({ text: field.value, choice: choice(), mentions: mentions().map(person => person.id) })
      drafts.drop(task.slot)
      task.done(true)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      say(error.message, error.field === "text" || error.field === "answer")
      send.textContent = t("Send again")
    } finally {
      send.disabled = false
      form.removeAttribute("aria-busy")
    }
  }

  form.addEventListener("input", keep)
  form.addEventListener("submit", event => {
    event.preventDefault()
    void sendIt()
  })
  form.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      void sendIt()
    } else if (event.key === "Escape" && !field.value.trim()) {
      event.preventDefault()
      event.stopPropagation()
      give()
    }
  })
  return form
}

/** Put the caret into the form's field, at its end. */
export function focusIn(form: HTMLElement): void {
  const field = form.querySelector("textarea")
  field?.focus({ preventScroll: true })
  field?.setSelectionRange(field.value.length, field.value.length)
}
