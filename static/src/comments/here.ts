// The small button beside a selection, and the keys that lead to and between comments.
import type { EditorView } from "prosemirror-view"
import { el } from "../editor/dom"
import { t } from "../i18n"
import { icon } from "../icons"
import { NARROW } from "./sheet"

/** Is some text of the view selected (not a figure, not a caret)? */
export function selected(view: EditorView): { start: number; end: number } | null {
  const { from, to, empty } = view.state.selection
  return !empty && view.state.doc.textBetween(from, to, " ", " ").trim() ? { start: from, end: to } : null
}

/** A button that comes up while text is selected. Returns how to put it where it belongs. */
export function here(view: () => EditorView, comment: () => void): () => void {
  const button = el("button", {
    type: "button", class: "button comment-here", "data-kind": "primary", "data-size": "small", hidden: true,
    "aria-keyshortcuts": "Control+Alt+M", title: t("Comment on the selection (Ctrl+Alt+M)"),
  }, icon("message-square-plus"), t("Comment on it"))
  button.addEventListener("pointerdown", event => event.preventDefault())
  button.addEventListener("click", () => {
    button.hidden = true
    comment()
  })
  const sheet = view().dom.closest<HTMLElement>(".sheet") ?? view().dom.parentElement ?? document.body
  sheet.append(button)

  return () => {
    const range = view().isDestroyed ? null : selected(view())
    button.hidden = !range
    if (!range) return
    if (matchMedia(NARROW).matches) {
      button.style.removeProperty("top")
      return
    }
    const box = sheet.getBoundingClientRect()
    const start = view().coordsAtPos(range.start)
    const end = view().coordsAtPos(range.end)
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
