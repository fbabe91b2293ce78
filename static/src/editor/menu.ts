// Menus and small panels that hang from a button, above everything. Classes `menu-panel` (with
// data-floating), `menu-item`. Arrow keys move, Escape and a click elsewhere close, focus returns.
import { icon } from "../icons"
import { el } from "./dom"

export interface Item {
  label: string
  icon?: string
  keys?: string // as people read them
  checked?: boolean
  disabled?: boolean
  run(): void
}

let closing: (() => void) | null = null

/** Close whatever menu is open. */
export function closeMenu(): void {
  closing?.()
}

/** Where what floats belongs: inside the page's main landmark. */
export function main(): Element {
  return document.querySelector("main") ?? document.body
}

/** Put `panel` under (or above) `anchor`, inside the window. Positions are set as properties: no style attribute. */
export function place(panel: HTMLElement, anchor: { left: number; right?: number; top: number; bottom: number }): void {
  const { width, height } = panel.getBoundingClientRect()
  const below = anchor.bottom + 4
  const top = below + height > innerHeight && anchor.top - height - 4 > 0 ? anchor.top - height - 4 : below
  panel.style.top = `${Math.max(4, Math.min(top, innerHeight - height - 4))}px`
  panel.style.left = `${Math.max(4, Math.min(anchor.left, innerWidth - width - 4))}px`
}

/** Hang `panel` from `anchor` until it is closed. `focus` gets the focus if given. */
export function hang(panel: HTMLElement, anchor: HTMLElement, focus?: HTMLElement): () => void {
  closing?.()
  panel.dataset.floating = ""
  main().append(panel)
  place(panel, anchor.getBoundingClientRect())
  anchor.setAttribute("aria-expanded", "true")
  const away = (event: Event): void => {
    if (event.target instanceof Node && !panel.contains(event.target) && !anchor.contains(event.target)) close(false)
  }
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      event.preventDefault()
      event.stopPropagation()
      close(true)
    } else if (event.key === "Tab") close(true)
  }
  const close = (back: boolean): void => {
    if (closing !== shut) return
    closing = null
    panel.remove()
    anchor.setAttribute("aria-expanded", "false")
    document.removeEventListener("pointerdown", away, true)
    panel.removeEventListener("keydown", key)
    if (back) anchor.focus()
  }
  const shut = (): void => close(false)
  closing = shut
  document.addEventListener("pointerdown", away, true)
  panel.addEventListener("keydown", key)
  ;(focus ?? panel.querySelector<HTMLElement>("button"))?.focus()
  return () => close(true)
}

/** Open a menu of `items` under `anchor`. */
export function openMenu(anchor: HTMLElement, label: string, items: Item[]): void {
  if (anchor.getAttribute("aria-expanded") === "true") return closeMenu()
  const panel = el("div", { class: "menu-panel", role: "menu", "aria-label": label })
  const buttons = items.map(item => {
    const role = item.checked === undefined ? "menuitem" : "menuitemradio"
    const made = el("button", {
      type: "button", class: "menu-item", role, tabindex: -1, "aria-disabled": item.disabled ? "true" : null,
      "aria-checked": item.checked === undefined ? null : String(item.checked),
    }, item.icon ? icon(item.icon) : null, el("span", { class: "menu-words" }, item.label), item.keys ? el("kbd", {}, item.keys) : null)
    made.addEventListener("click", () => {
      if (item.disabled) return
      close()
      item.run()
    })
    return made
  })
  panel.append(...buttons)
  panel.addEventListener("keydown", event => {
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const to = step ? (at + step + buttons.length) % buttons.length : event.key === "Home" ? 0 : event.key === "End" ? buttons.length - 1 : -1
    if (to < 0) return
    event.preventDefault()
    buttons[to]?.focus()
  })
  const close = hang(panel, anchor, buttons.find(made => made.getAttribute("aria-checked") === "true") ?? buttons[0])
}
