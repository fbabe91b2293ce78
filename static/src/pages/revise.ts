// "Keep as revision" beside the editor: the text goes on where it was. Without this script the form
// leads to the timeline.
import { t } from "../i18n"
import { note } from "../editor/announce"
import { el } from "../editor/dom"
import type { Editing } from "../editor/seam"
import { Failed, reason } from "../live/server"

const PATIENCE = 10_000 // ms in which what was just typed should have been saved
const AGAIN = 100 // ms

/** Whether all that was typed here has reached the server, after some patience. */
async function allSaved(editing: Editing): Promise<boolean> {
  for (const until = Date.now() + PATIENCE; editing.unconfirmed(); ) {
    if (Date.now() > until) return false
    await new Promise(done => window.setTimeout(done, AGAIN))
  }
  return true
}

/** Keep a revision; its number. Throws an Error that says what was wrong. */
async function keep(editing: Editing, form: HTMLFormElement, title: string): Promise<number> {
  if (!(await allSaved(editing)))
    throw new Error(t("Not everything that you typed has been saved yet. Try again as soon as you are connected."))
  const answer = await editing.ask(form.action, { method: "POST", body: new URLSearchParams({ title }) }).catch((error: unknown) => {
    if (error instanceof Failed && error.status && error.said) throw new Error(error.said)
    throw new Error(t("The server cannot be reached. Nothing was kept; try again."))
  })
  const { number } = (answer.body ?? {}) as { number?: unknown }
  if (answer.status === 200 && typeof number === "number") return number
  throw new Error(reason(answer.body) || t("The server cannot be reached. Nothing was kept; try again."))
}

/** Let the form of `dialog` keep revisions without leaving the page. */
export function reviseHere(editing: Editing): void {
  const dialog = document.getElementById("keep-revision")
  const form = dialog?.querySelector("form"), title = form?.querySelector<HTMLInputElement>("input[name=title]")
  const submit = form?.querySelector<HTMLButtonElement>("button[type=submit]")
  if (!(dialog instanceof HTMLDialogElement) || !form || !title || !submit) return
  const wrong = form.insertBefore(el("p", { class: "wrong", role: "alert" }), submit.parentElement)
  const kept = (number: number): void => {
    const label = form.querySelector(`label[for="${title.id}"]`)?.firstChild
    if (label) label.textContent = `${t("Name of revision %(number)s", { number: number + 1 })} `
  }
  form.addEventListener("submit", event => {
    event.preventDefault()
    if (submit.disabled) return
    submit.disabled = true
    wrong.textContent = ""
    keep(editing, form, title.value).then(number => {
      kept(number)
      title.value = ""
      dialog.close()
      editing.view.focus()
      note(t("Revision %(number)s is kept.", { number }))
    }, (error: unknown) => {
      wrong.textContent = error instanceof Error ? error.message : String(error)
      title.focus()
    }).finally(() => (submit.disabled = false))
  })
  // The number of the next revision also grows when somebody else keeps one.
  editing.onMessage(message => {
    if (message.type === "paper" && typeof message.revision === "number") kept(message.revision)
  })
}
