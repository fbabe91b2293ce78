// Where there is no room for a margin, the comments come up in a sheet from below.
import { el, iconButton } from "../editor/dom"
import { t } from "../i18n"
import { icon } from "../icons"

export const NARROW = "(max-width: 60rem)"

export interface Sheet {
  narrow(): boolean
  open(): void
  close(): void
  count(open: number, changes: number): void
}

/** Let `content` live in `margin`, and on narrow screens in a sheet with a button that opens it. */
export function sheet(margin: HTMLElement, content: HTMLElement, changed: () => void): Sheet {
  const query = matchMedia(NARROW)
  const title = el("h2", { id: "comment-sheet-title" }, t("Comments"))
  const dialog = el("dialog", { class: "dialog comment-sheet", "aria-labelledby": title.id })
  const close = iconButton("x", t("Close"), () => dialog.close())
  const inside = el("div", { class: "comment-sheet-body" })
  dialog.append(el("div", {}, el("div", { class: "dialog-head" }, title, close), inside))
  const count = el("span", {}, t("Comments")) // a button has its name before the comments have come
  const opener = el("button", { type: "button", class: "button comment-open", "data-kind": "primary", "aria-haspopup": "dialog" }, icon("message-square"), count)
  opener.addEventListener("click", () => open())
  dialog.addEventListener("click", event => {
    if (event.target === dialog) dialog.close()
  })
  document.body.append(dialog, opener)

  function open(): void {
    if (query.matches && !dialog.open) dialog.showModal()
    changed()
  }

  function settle(): void {
    opener.hidden = !query.matches
    if (!query.matches && dialog.open) dialog.close()
    if (query.matches) inside.append(content)
    else margin.append(content)
    changed()
  }

  query.addEventListener("change", settle)
  settle()
  return {
    narrow: () => query.matches,
    open,
    close: () => dialog.close(),
    count: (open, changes) => {
      const comments = open === 0 ? t("Comments") : open === 1 ? t("1 comment") : t("%(count)s comments", { count: open })
      count.textContent = changes === 0 ? comments : `${comments} · ${changes === 1 ? t("1 change") : t("%(count)s changes", { count: changes })}`
    },
  }
}
