// The small button beside a selection, and the keys that lead to and between comments.
import { el } from "../editor/dom"
import { t } from "../i18n"
import { icon } from "../icons"
import type { Ground, Selected } from "./ground"
import { NARROW } from "./sheet"

/** A button that comes up while text is selected (`wanted`). Returns how to put it where it belongs. */
export function here(wanted: () => Selected | null, ground: Ground, comment: () => void): () => void {
  const button = el("button", {
    type: "button", class: "button comment-here", "data-kind": "primary", "data-size": "small", hidden: true,
    "aria-keyshortcuts": "Control+Alt+M", title: t("Comment on the selection (Ctrl+Alt+M)"),
  }, icon("message-square-plus"), t("Comment on it"))
  button.addEventListener("pointerdown", event => event.preventDefault())
  button.addEventListener("click", () => {
    button.hidden = true
    comment()
  })
  const sheet = ground.dom.closest<HTMLElement>(".sheet") ?? ground.dom.parentElement ?? document.body
  sheet.append(button)

  return () => {
    const range = wanted()
    button.hidden = !range
    if (!range) return
    if (matchMedia(NARROW).matches) {
      button.style.removeProperty("top")
      return
    }
    const box = sheet.getBoundingClientRect()
    const start = ground.at(range.start)
    const end = ground.at(range.end)
    const middle = Math.min(end.bottom, Math.max(start.top, (start.top + end.bottom) / 2))
    button.style.top = `${Math.round(middle - box.top - button.offsetHeight / 2)}px`
  }
}

/** What a key asks for, or null. AltGr writes characters and asks for nothing. */
export function asks(event: KeyboardEvent): "comment" | "next" | "previous" | null {
  if (event.getModifierState("AltGraph") || event.metaKey || event.shiftKey || !event.altKey) return null
  if (event.ctrlKey) return event.code === "KeyM" ? "comment" : null
  return event.code === "KeyN" ? "next" : event.code === "KeyP" ? "previous" : null
}
