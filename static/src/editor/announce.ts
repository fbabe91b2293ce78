// What screen readers say by themselves: one polite live region for the editor. Class `visually-hidden`.
import { el } from "./dom"

let region: HTMLElement | null = null

/** Have `text` spoken when the person pauses. */
export function announce(text: string): void {
  if (!region) {
    region = el("div", { class: "visually-hidden", role: "status", "aria-live": "polite" })
    document.body.append(region)
  }
  const { textContent } = region
  region.textContent = text === textContent ? `${text}\u00a0` : text
}

/** Show a short note that goes by itself, and have it spoken. Classes `toasts`, `toast`. */
export function note(text: string, ms = 6000): void {
  announce(text)
  let toasts = document.querySelector(".toasts")
  if (!toasts) {
    toasts = el("div", { class: "toasts", "aria-hidden": "true" })
    document.body.append(toasts)
  }
  const toast = el("p", { class: "toast" }, text)
  toasts.append(toast)
  window.setTimeout(() => toast.remove(), ms)
}
