// What scrolls sideways must be reachable by keyboard.

function settle(): void {
  for (const frame of document.querySelectorAll<HTMLElement>("div.table, .table-frame")) {
    if (frame.isContentEditable) continue
    if (frame.scrollWidth > frame.clientWidth + 1) frame.tabIndex = 0
    else frame.removeAttribute("tabindex")
  }
}

/** Let the keyboard into tables that are wider than the page. */
export function scrollers(): void {
  settle()
  let waiting = 0
  addEventListener("resize", () => {
    clearTimeout(waiting)
    waiting = window.setTimeout(settle, 200) // ms
  })
}
