// <button data-opens="id"> opens a <dialog>; [data-closes] and a click on the veil close it.

/** Tie buttons to the dialogs that they open and close. */
export function dialogs(): void {
  document.addEventListener("click", event => {
    const target = event.target instanceof Element ? event.target : null
    const opener = target?.closest<HTMLElement>("[data-opens]")
    if (opener) {
      const dialog = document.getElementById(opener.dataset["opens"] ?? "")
      if (dialog instanceof HTMLDialogElement && !dialog.open) {
        event.preventDefault()
        dialog.showModal()
        dialog.querySelector<HTMLElement>("input:not([type=hidden]), textarea, select")?.focus() // not the button that closes
      }
      return
    }
    if (target?.closest("[data-closes]") || target instanceof HTMLDialogElement) target.closest("dialog")?.close()
  })
}
