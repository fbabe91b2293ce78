"""Every page: accessible in either theme, fits a phone, light, and asks no other host."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.pages import PAGES

AXE = Path(__file__).parents[2] / "static" / "node_modules" / "axe-core" / "axe.min.js"
EDITOR_PAGES = {
    "/papers/1", "/papers/2", "/papers/4", "/papers/1/revisions/2", "/papers/2/revisions/3",
    "/papers/2/revisions/3#Z4-6", "/papers/11/revisions/2",
}  # fmt: skip
MOST_FOR_EDITOR = 250_000
MOST_ELSEWHERE = 60_000
"""Bytes compressed that a first visit may transfer, fonts apart."""


ALL_RULES = "undefined"
RULES_OF_COLOUR = "{type: 'rule', values: ['color-contrast', 'link-in-text-block']}"
"""A theme changes colours alone: what else axe knows was asked in the other one."""


def _violations(page, rules):
    found = page.evaluate(f"axe.run(document, {{resultTypes: ['violations'], runOnly: {rules}}})")[
        "violations"
    ]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize(
    ("theme", "rules"),
    [("light", ALL_RULES), ("dark", RULES_OF_COLOUR)],
    ids=["light", "dark"],
)
@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_has_an_accessibility_violation(visit, theme, rules, width):
    size = {"width": width, "height": 900}
    amira = visit("amira.thoma", color_scheme=theme, viewport=size, reduced_motion="reduce")
    amira.context.add_init_script(path=AXE)
    wrong, blocked = {}, []
    amira.page.on(
        "console", lambda said: blocked.append(said.text) if said.type == "error" else None
    )
    for path in PAGES:
        page = amira.settle(path)
        if found := _violations(page, rules):
            wrong[path] = found
    assert wrong == {}
    assert amira.errors == []
    assert [text for text in blocked if "404" not in text] == []  # one page is meant not to exist


def test_pages_fit_a_phone_and_are_light_and_ask_no_other_host(visit):
    amira = visit("amira.thoma", viewport={"width": 360, "height": 740})
    amira.context.new_cdp_session(amira.page).send(
        "Network.setCacheDisabled", {"cacheDisabled": True}
    )
    weights, strangers = [], set()

    def weigh(request):
        if not request.url.startswith(amira.address):
            strangers.add(request.url)
        elif not request.url.endswith(".woff2"):
            weights.append(request.sizes()["responseBodySize"])

    amira.page.on("requestfinished", weigh)
    wide, heavy = {}, {}
    for path in PAGES:
        weights.clear()
        page = amira.settle(path)
        page.wait_for_load_state("networkidle")
        if (over := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            wide[path] = over
        if sum(weights) > (MOST_FOR_EDITOR if path in EDITOR_PAGES else MOST_ELSEWHERE):
            heavy[path] = sum(weights)
        assert weights, f"nothing was weighed: {path}"
    assert wide == {}
    assert heavy == {}
    assert strangers == set()
