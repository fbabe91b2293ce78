"""Every page by keyboard alone: Tab reaches all that can be used, and one sees where one is."""

from __future__ import annotations

import pytest

from tests.stories.pages import PAGES

USABLE = """() => {
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
  window.reached = new Set()
}"""
WHERE = """() => {
  const at = document.activeElement
  if (at === document.body || at === document.documentElement) return null
  const inside = window.before === at  // a date has several stops, the browser's own
  const again = window.reached.has(at) && !inside
  window.before = at
  window.reached.add(at)
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
  return {again, drawn, seen, what: at.outerHTML.slice(0, 140)}
}"""
MISSED = (
    "() => window.usable.filter(each => each.isConnected && !window.reached.has(each)"
    " && each.checkVisibility({visibilityProperty: true}) && each.tabIndex >= 0)"
    ".map(each => each.outerHTML.slice(0, 140))"
)


@pytest.mark.parametrize("width", [1440, 390])
def test_tab_reaches_everything_and_is_seen_where_it_is(visit, width):
    amira = visit("amira.thoma", viewport={"width": width, "height": 900}, reduced_motion="reduce")
    wrong: list[str] = []
    for path in PAGES:
        page = amira.settle(path)
        page.evaluate(USABLE)
        for _ in range(page.evaluate("usable.length") * 2 + 40):
            page.keyboard.press("Tab")
            at = page.evaluate(WHERE)
            if at is None:
                continue  # once round: a page may begin in the middle
            if at["again"]:
                break
            if not at["drawn"]:
                wrong.append(f"{path}: no mark of the focus: {at['what']}")
            if not at["seen"]:
                wrong.append(f"{path}: hidden behind something: {at['what']}")
        wrong += [f"{path}: not reached: {each}" for each in page.evaluate(MISSED)]
    assert not wrong, "\n".join(wrong)
