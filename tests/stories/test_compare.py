"""Two revisions compared in a real browser: from change to change, and only what changed."""

from __future__ import annotations

import pytest

HOUSING = 1


@pytest.mark.parametrize("view", ["", "?view=columns"])
def test_keys_lead_to_every_change_and_say_which_it_is(visit, view):
    gesa = visit("gesa.lorenz")
    page = gesa.go(f"/papers/{HOUSING}/compare/1/4{view}")
    page.locator("[data-step]:visible").first.wait_for()
    links = page.locator("#changes a")
    count = links.count()
    assert count > 5
    for number in range(count):
        page.keyboard.press("n")
        assert links.nth(number).get_attribute("aria-current") == "true"
        said = f"Änderung {number + 1} von {count}: {links.nth(number).inner_text().strip()[:10]}"
        assert any(said in words for words in page.locator("[role=status]").all_inner_texts())
        marked = page.locator("#redline [aria-current=true]")
        assert marked.count() > 0, links.nth(number).inner_text()
        assert page.evaluate("document.activeElement.closest('#redline') !== null")
    page.keyboard.press("n")
    assert links.first.get_attribute("aria-current") == "true"
    page.keyboard.press("p")
    assert links.nth(count - 1).get_attribute("aria-current") == "true"
    assert gesa.errors == []


def test_only_the_changed_passages_are_shown_and_the_rest_comes_back(visit):
    gesa = visit("gesa.lorenz")
    page = gesa.go(f"/papers/{HOUSING}/compare/1/4")
    page.locator("[data-step]:visible").first.wait_for()
    before = page.locator("#redline").inner_text()
    page.get_by_text("Nur geänderte Stellen").click()
    skips = page.locator(".skipped button")
    assert skips.count() > 0
    assert page.locator("#redline > :visible:not(.skipped)").count() > 0
    assert "only=changed" in page.url
    number = skips.count()
    skips.first.click()
    assert skips.count() == number - 1
    page.reload()
    page.locator(".skipped button").first.wait_for()
    page.get_by_text("Ganzen Text zeigen").click()
    assert page.locator("#redline").inner_text() == before


def test_a_change_is_reached_from_the_list(visit):
    gesa = visit("gesa.lorenz")
    page = gesa.go(f"/papers/{HOUSING}/compare/1/4")
    page.locator("[data-step]:visible").first.wait_for()
    page.locator("#changes a").last.click()
    assert page.evaluate("document.activeElement.closest('#redline [aria-current=true]') !== null")
    box = page.locator("#redline [aria-current=true]").first.bounding_box()
    page.wait_for_function(
        "() => { const r = document.querySelector('#redline [aria-current=true]')"
        ".getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight }"
    )
    assert box is not None
