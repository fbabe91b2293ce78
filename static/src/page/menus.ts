// Menus are <details class="menu">: one is open at a time; Escape and a click elsewhere close it.

function open(): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")]
}

/** Make menus behave as people expect of menus. */
export function menus(): void {
  document.addEventListener("click", event => {
    for (const menu of open()) if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false
  })
  document.addEventListener("focusin", event => {
    for (const menu of open()) if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false
  })
  document.addEventListener("keydown", event => {
    if (event.key !== "Escape") return
    for (const menu of open()) {
      const within = menu.contains(document.activeElement)
      menu.open = false
      if (within) menu.querySelector("summary")?.focus()
    }
  })
}
