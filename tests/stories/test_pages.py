"""Every page: accessible in both themes, by keyboard, fits a phone, light, asks no other host."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories import keyboard
from tests.stories.pages import PAGES

AXE = Path(__file__).parents[2] / "static" / "node_modules" / "axe-core" / "axe.min.js"
EDITOR_PAGES = {
    "/papers/1", "/papers/2", "/papers/4", "/papers/1/revisions/2", "/papers/2/revisions/3",
    "/papers/2/revisions/3#Z4-6", "/papers/11/revisions/2",
}  # fmt: skip
MOST_FOR_EDITOR = 250_000
MOST_ELSEWHERE = 60_000
"""Bytes compressed that a first visit may transfer, fonts apart."""


RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""A theme changes colours alone: what else axe knows is asked in one of them.
On the wide screen that is the light one; on the narrow one every other page is dark."""

COLOURS_ARE_THERE = "Promise.all(document.getAnimations().map(each => each.finished))"


def _violations(page, rules=None):
    asked = {"resultTypes": ["violations"]}
    if rules:
        asked["runOnly"] = {"type": "rule", "values": rules}
    found = page.evaluate("asked => axe.run(document, asked)", asked)["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("width", [1440, 360])
def test_pages_are_accessible_to_all_and_light_and_fit_and_ask_no_other_host(visit, width):
    size = {"width": width, "height": 900}
    amira = visit("amira.thoma", color_scheme="light", viewport=size, reduced_motion="reduce")
    amira.context.add_init_script(path=AXE)
    is_wide = width == 1440  # weighed here alone: what a page transfers is the same at any width
    amira.context.new_cdp_session(amira.page).send(
        "Network.setCacheDisabled", {"cacheDisabled": is_wide}
    )
    weights, strangers, blocked = [], set(), []

    def weigh(request):
        if not request.url.startswith(amira.address):
            strangers.add(request.url)
        elif is_wide and not request.url.endswith(".woff2"):
            weights.append(request.sizes()["responseBodySize"])

    amira.page.on("requestfinished", weigh)
    amira.page.on(
        "console", lambda said: blocked.append(said.text) if said.type == "error" else None
    )
    wrong, wide, heavy = {}, {}, {}
    for place, path in enumerate(PAGES):
        weights.clear()
        if not is_wide:
            amira.page.emulate_media(color_scheme=("light", "dark")[place % 2])
        page = amira.settle(path)
        if (over := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            wide[path] = over
        found = _violations(page)
        if is_wide:
            page.emulate_media(color_scheme="dark")
            page.evaluate(COLOURS_ARE_THERE)
            found += [f"dark: {each}" for each in _violations(page, RULES_OF_COLOUR)]
            page.emulate_media(color_scheme="light")
        if sum(weights) > (MOST_FOR_EDITOR if path in EDITOR_PAGES else MOST_ELSEWHERE):
            heavy[path] = sum(weights)
        assert weights or not is_wide, f"nothing was weighed: {path}"
        found += keyboard.found_wrong(page)
        if found:
            wrong[path] = found
    assert wrong == {}
    assert wide == {}
    assert heavy == {}
    assert strangers == set()
    assert amira.errors == []
    assert [text for text in blocked if "404" not in text] == []  # one page is meant not to exist
