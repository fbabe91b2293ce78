"""A page gone through by Tab alone: all that can be used is reached, and one sees where one is."""

from __future__ import annotations

from playwright.sync_api import Page

WATCH = """() => {
  const all = 'a[href], button:enabled, input:enabled:not([type=hidden]), select:enabled,'
    + 'textarea:enabled, summary, [tabindex], [contenteditable=true]'
  const groups = new Set()
  window.usable = [...document.querySelectorAll(all)].filter(each => {
    if (each.tabIndex < 0 || each.closest('[inert]') || !each.getClientRects().length) return false
    if (!each.checkVisibility({visibilityProperty: true})) return false
    if (each.type !== 'radio') return true
    const group = [...document.getElementsByName(each.name)].filter(one => one.form === each.form)
    const stop = group.find(one => one.checked) ?? group[0]
    return stop === each && !groups.has(each.name + group.indexOf(stop)) && groups.add(each.name)
  })
  const reached = new Set()
  window.found = {round: false, wrong: []}
  let before = null, began = false
  function look() {
    if (!began) return void (began = true)  // where the page itself put the focus
    const at = document.activeElement
    if (at === document.body || at === document.documentElement) return
    const inside = before === at  // a date has several stops, the browser's own
    window.found.round ||= reached.has(at) && !inside
    before = at
    reached.add(at)
    if (window.found.round) return
    const style = getComputedStyle(at)
    const drawn = inside || at.matches(':focus-visible')
      && (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
          || style.boxShadow !== 'none' || at.isContentEditable)
    const label = at.labels?.[0]
    const boxes = [...at.getClientRects(), ...(label ? label.getClientRects() : [])]
    const shown = (x, y) => {
      const top = document.elementFromPoint(x, y)
      return top && (at.contains(top) || top.contains(at) || label?.contains(top))
    }
    const middle = box => (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2
    const seen = boxes.some(box => [4, box.width / 2, box.width - 4].some(right =>
      shown(box.left + right, box.top + 4) || shown(box.left + right, middle(box))))
    const what = at.outerHTML.slice(0, 140)
    if (!drawn) window.found.wrong.push(`no mark of the focus: ${what}`)
    if (!seen) window.found.wrong.push(`hidden behind something: ${what}`)
  }
  addEventListener('keydown', look, {capture: true})  // where one is, before the next Tab moves on
  window.missed = () => window.usable.filter(each => each.isConnected && !reached.has(each)
    && each.checkVisibility({visibilityProperty: true}) && each.tabIndex >= 0)
    .map(each => `not reached: ${each.outerHTML.slice(0, 140)}`)
}"""
TAB = {"type": "rawKeyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
"""A real key, as the browser gets it from a keyboard; nothing here waits for its coming up."""
LOOKED_UP_EVERY = 8
"""Tabs pressed between two questions whether the page has been gone round."""


def found_wrong(page: Page) -> list[str]:
    """What Tab did not reach, and where one does not see where one is, once round the page."""
    page.evaluate(WATCH)
    keys = page.context.new_cdp_session(page)
    for pressed in range(page.evaluate("usable.length") * 2 + 40):
        keys.send("Input.dispatchKeyEvent", TAB)
        if pressed % LOOKED_UP_EVERY == 0 and page.evaluate("found.round"):
            break
    keys.detach()
    return [str(each) for each in page.evaluate("[...found.wrong, ...missed()]")]
