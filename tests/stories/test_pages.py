"""Every page: no accessibility violation in either theme, light enough, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

AXE = Path(__file__).parents[2] / "static" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = (
    "/", "/papers", "/papers?q=nichtszufinden", "/papers/new", "/papers/1", "/papers/2",
    "/papers/4", "/papers/1/settings", "/papers/1/revisions", "/papers/1/revisions/2",
    "/papers/2/revisions/3",
    "/papers/2/revisions/3#Z4-6", "/papers/1/compare/1/now", "/papers/1/compare/1/4?view=columns",
    "/papers/1/comments",
    "/papers/1/export", "/papers/1/return",
    "/topics", "/topics?show=all", "/topics/new", "/topics/1", "/topics/8",
    "/topics/9", "/topics/12", "/topics/weigh/10", "/goals", "/goals/new", "/goals/1",
    "/goals/1/edit", "/goals/strategies/1", "/goals/strategies/1?view=changes",
    "/goals/strategies/new", "/bodies", "/bodies/landesvorstand", "/me", "/people",
    "/papers/1/polls", "/polls/1", "/polls/2", "/tasks", "/tasks?state=all", "/tasks/new",
    "/tasks/1", "/tasks/3", "/sessions", "/sessions/8", "/sessions/9/change", "/sessions/9/marks",
    "/sessions/8/minutes", "/sessions/new", "/sessions/9", "/sessions/9/packet",
    "/sessions/9/amendments", "/plan",
    "/bodies/landesvorstand/lead-time", "/decisions", "/decisions/1", "/papers/24/settings",
    "/bodies/landesvorstand/rules", "/bodies/landesvorstand/rules/change", "/help",
    "/papers/1/comments/passages", "/papers/21/suggestions/answered", "/demands", "/demands/new",
    "/demands/1", "/papers/11/revisions/2", "/nirgendwo",
)  # fmt: skip
EDITOR_PAGES = {
    "/papers/1", "/papers/2", "/papers/4", "/papers/1/revisions/2", "/papers/2/revisions/3",
    "/papers/2/revisions/3#Z4-6", "/papers/11/revisions/2",
}  # fmt: skip
MOST_FOR_EDITOR = 250_000
MOST_ELSEWHERE = 60_000
"""Bytes compressed that a first visit may transfer, fonts apart."""


def _violations(page):
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_has_an_accessibility_violation(visit, theme, width):
    size = {"width": width, "height": 900}
    amira = visit("amira.thoma", color_scheme=theme, viewport=size, bypass_csp=True)
    wrong = {}
    for path in PAGES:
        page = amira.go(path)
        page.wait_for_timeout(400)
        if found := _violations(page):
            wrong[path] = found
    assert wrong == {}
    assert amira.errors == []


def test_pages_fit_a_phone_without_scrolling_sideways(visit):
    amira = visit("amira.thoma", viewport={"width": 360, "height": 740})
    wide = {}
    for path in PAGES:
        page = amira.go(path)
        page.wait_for_timeout(200)
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            wide[path] = over
    assert wide == {}


def test_nothing_comes_from_another_host_and_pages_are_light(visit, browser):
    amira = visit("amira.thoma")
    state = amira.context.storage_state()
    heavy, strangers = {}, set()
    for path in PAGES:
        context = browser.new_context(storage_state=state)
        page = context.new_page()
        weights = []

        def weigh(answer, weights=weights):
            if not answer.url.startswith(amira.address):
                strangers.add(answer.url)
            elif not answer.url.endswith(".woff2"):
                weights.append(answer.request.sizes()["responseBodySize"])

        page.on("requestfinished", lambda request, weigh=weigh: weigh(request.response()))
        page.goto(amira.address + path)
        page.wait_for_timeout(500)
        most = MOST_FOR_EDITOR if path in EDITOR_PAGES else MOST_ELSEWHERE
        if sum(weights) > most:
            heavy[path] = sum(weights)
        context.close()
    assert heavy == {}
    assert strangers == set()


def test_the_editor_page_obeys_its_own_policy(visit):
    amira = visit("amira.thoma")
    blocked = []
    amira.page.on(
        "console", lambda said: blocked.append(said.text) if said.type == "error" else None
    )
    for path in PAGES[:-1]:
        amira.go(path)
        amira.page.wait_for_timeout(300)
    assert blocked == []
