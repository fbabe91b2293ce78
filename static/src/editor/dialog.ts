// Dialogs: <dialog> with a heading, a way out, and focus back where it was. Classes `dialog`,
// `dialog-head`, `actions` (and data-size="wide").
import { t } from "../i18n"
import { button, el, iconButton } from "./dom"

export interface Open {
  dialog: HTMLDialogElement
  close(): void
}

/** Open a dialog; `closed` runs when it is gone, however it went. Focus returns by itself. */
export function openDialog(title: string, content: Node[], options: { wide?: boolean; closed?: () => void; stays?: boolean } = {}): Open {
  const heading = el("h2", { id: `dialog-title-${Date.now()}` }, title)
  const shut = options.stays ? null : iconButton("x", t("Close"), () => dialog.close())
  const body = el("div", {}, el("div", { class: "dialog-head" }, heading, shut), ...content)
  const dialog = el("dialog", { class: "dialog", "aria-labelledby": heading.id, "data-size": options.wide ? "wide" : null }, body)
  const before = document.activeElement
  dialog.addEventListener("close", () => {
    dialog.remove()
    if (before instanceof HTMLElement && before.isConnected) before.focus()
    options.closed?.()
  })
  if (options.stays) dialog.addEventListener("cancel", event => event.preventDefault())
  document.body.append(dialog)
  dialog.showModal()
  const first = dialog.querySelector<HTMLElement>("input:not([type=hidden]), textarea, select, .actions .button")
  first?.focus()
  return { dialog, close: () => dialog.close() }
}

/**
 * Ask for something in a form. `check` gives the answer, or throws an Error whose message is shown.
 * Resolves to null when the person leaves without an answer.
 */
export function askFor<T>(title: string, content: Node[], words: string, check: (form: HTMLFormElement) => T | Promise<T>, more: { also?: HTMLButtonElement[]; stays?: boolean } = {}): Promise<T | null> {
  return new Promise(done => {
    let answer: T | null = null
    const wrong = el("p", { class: "wrong", role: "alert" })
    const submit = el("button", { type: "submit", class: "button", "data-kind": "primary" }, words)
    const cancel = more.stays ? null : button(t("Cancel"), () => open.close())
    const form = el("form", { method: "dialog", novalidate: true }, ...content, wrong, el("div", { class: "actions" }, submit, cancel, ...(more.also ?? [])))
    form.addEventListener("submit", event => {
      event.preventDefault()
      if (submit.disabled) return
      submit.disabled = true
      wrong.textContent = ""
      Promise.resolve().then(() => check(form)).then(value => {
        answer = value
        open.close()
      }, (error: unknown) => {
        wrong.textContent = error instanceof Error ? error.message : String(error)
        form.querySelector<HTMLElement>(".input")?.focus()
      }).finally(() => (submit.disabled = false))
    })
    const open = openDialog(title, [form], { stays: more.stays ?? false, closed: () => done(answer) })
  })
}
