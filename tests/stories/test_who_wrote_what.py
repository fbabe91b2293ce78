"""Who wrote which passage: on the paper while it is written, and on a revision."""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError

HOUSING = 1
ADDED = "Dies hat Gesa eben erst ergänzt. "

BUTTON = "button[data-writers]"
LABELS = """() => [...new Set([...document.querySelectorAll('.paper-text [data-name]')]
    .map(each => each.dataset.name))].sort()"""


@pytest.mark.parametrize("path", [f"/papers/{HOUSING}", f"/papers/{HOUSING}/revisions/3"])
def test_each_passage_says_who_wrote_it_by_more_than_a_colour(visit, path):
    gesa = visit("gesa.lorenz")
    page = gesa.go(path)
    page.locator(BUTTON).wait_for()
    page.locator(BUTTON).press("Enter")
    page.locator(".paper-text .written").first.wait_for()
    names = page.locator(".writers-legend button").all_inner_texts()
    assert len(names) > 1
    with suppress(TimeoutError):  # at once, unless the text is just drawn anew
        page.wait_for_function(f"names => `${{({LABELS})()}}` === `${{names}}`", arg=sorted(names))
    assert page.evaluate(LABELS) == sorted(names)
    looks = page.eval_on_selector_all(
        ".writers-legend button",
        "all => all.map(each => each.dataset.line + getComputedStyle(each).textDecorationStyle)",
    )
    assert len(set(looks)) == min(5, len(names))
    page.locator(".writers-legend button").first.press("Enter")
    assert any(
        f"{names[0]}, Stelle 1 von" in said
        for said in page.locator("[role=status]").all_inner_texts()
    )
    page.locator(BUTTON).press("Enter")
    assert page.locator(".paper-text .written").count() == 0
    assert gesa.errors == []


def test_what_is_typed_meanwhile_is_soon_its_writers(visit):
    gesa = visit("gesa.lorenz")
    page = gesa.write(HOUSING)
    page.locator(BUTTON).click()
    page.locator(".paper-text .written").first.wait_for()
    page.locator(".ProseMirror > p").first.click()
    page.keyboard.press("Home")
    page.keyboard.type(ADDED)
    page.wait_for_function(
        "() => [...document.querySelectorAll('.ProseMirror .written')].some(each =>"
        " each.textContent.includes('hat Gesa eben'))"
        " && document.querySelector('.ProseMirror [data-name=\"Gesa Lorenz\"]') !== null"
    )
    for _ in ADDED:
        page.keyboard.press("Backspace")
    assert gesa.errors == []


def test_marks_for_comments_and_for_writers_live_side_by_side(visit):
    gesa = visit("gesa.lorenz")
    page = gesa.go(f"/papers/{HOUSING}/revisions/2")
    page.locator(".commented").first.wait_for()
    words = page.locator("#revision-text").inner_text()
    marked = page.locator(".commented").all_inner_texts()
    page.locator(BUTTON).click()
    page.locator("#revision-text .written").first.wait_for()
    assert page.locator("#revision-text").inner_text() == words
    assert "".join(page.locator(".commented").all_inner_texts()) == "".join(marked)
