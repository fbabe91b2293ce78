// <form data-confirm="question" data-confirm-words="Delete"> asks before it is sent.
import { t } from "../i18n"

function button(words: string, kind?: string): HTMLButtonElement {
  const made = document.createElement("button")
  made.className = "button"
  made.textContent = words
  if (kind) made.dataset["kind"] = kind
  return made
}

/** A small dialog; resolves to whether the person agreed. */
export function ask(question: string, agree: string): Promise<boolean> {
  const dialog = document.createElement("dialog")
  dialog.className = "dialog"
  const form = document.createElement("form")
  form.method = "dialog"
  const words = document.createElement("p")
  words.id = "confirm-question"
  words.textContent = question
  dialog.setAttribute("aria-labelledby", words.id)
  const actions = document.createElement("div")
  actions.className = "actions"
  const yes = button(agree, "primary")
  yes.value = "yes"
  const no = button(t("Cancel"))
  no.value = "no"
  actions.append(yes, no)
  form.append(words, actions)
  dialog.append(form)
  document.body.append(dialog)
  dialog.showModal()
  no.focus()
  return new Promise(resolve => {
    dialog.addEventListener("close", () => {
      dialog.remove()
      resolve(dialog.returnValue === "yes")
    })
  })
}

/** Ask before forms that say so are sent. */
export function confirmFirst(): void {
  const agreed = new WeakSet<HTMLFormElement>()
  document.addEventListener("submit", event => {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || agreed.has(form)) return
    const sender = event.submitter
    const question = sender?.dataset["confirm"] ?? form.dataset["confirm"]
    if (!question) return
    event.preventDefault()
    const words = sender?.dataset["confirmWords"] ?? form.dataset["confirmWords"] ?? sender?.textContent?.trim()
    void ask(question, words || t("Yes")).then(yes => {
      if (!yes) return
      agreed.add(form)
      form.requestSubmit(sender instanceof HTMLElement ? sender : null)
      agreed.delete(form)
    })
  })
}
