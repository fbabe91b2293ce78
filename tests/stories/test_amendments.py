"""Amendments in a real browser: written in the editor, moved, merged without anything jumping."""

from __future__ import annotations


def _top(page, selector):
    return page.evaluate(f"document.querySelector('{selector}').getBoundingClientRect().top")


def test_an_amendment_is_typed_moved_and_merged(visit):
    mika = visit("mika.jansen", viewport={"width": 1440, "height": 900})
    page = mika.go("/papers/2/amendments")
    page.click("text=Entwurf beginnen")
    page.wait_for_selector("#editor .ProseMirror p")
    page.locator("#editor p", has_text="Tischvorlagen werden gekennzeichnet").click()
    page.keyboard.press("End")
    page.keyboard.type(" Das gilt auch für Anträge.")
    page.wait_for_timeout(1500)
    page.click("text=Ansehen und stellen")
    page.wait_for_selector(".citation")
    assert "eingefügt" in page.inner_text(".citation")
    page.fill("#reason", "Sonst fehlt die Hälfte.")
    page.click("button:has-text('Stellen')")
    page.wait_for_selector("h1:has-text('Änderungsantrag Ä')")

    amira = visit("amira.thoma", viewport={"width": 1440, "height": 900})
    page = amira.go("/papers/2/merge")
    cards = page.locator(".merge-card")
    last = cards.nth(cards.count() - 1)
    last.scroll_into_view_if_needed()
    tag = last.get_attribute("id")
    before = _top(page, f"#{tag}")
    last.locator("button[value=adopt]").click()
    page.wait_for_selector(f"#{tag}[data-verdict=adopt]")
    assert abs(_top(page, f"#{tag}") - before) < 2
    assert page.evaluate("document.activeElement.value") == "adopt"
    assert "angenommen: 1" in page.inner_text(".merge-counts")
    page.click("button[value=undo]")
    page.wait_for_selector(f"#{tag}[data-verdict=open]")
    assert mika.errors == []
    assert amira.errors == []


def test_what_collides_says_why_it_is_not_adopted(visit):
    amira = visit("amira.thoma", viewport={"width": 1440, "height": 900})
    page = amira.go("/papers/2/merge?only=changed")
    page.click("#c-1-0 button[value=adopt]")
    page.wait_for_selector("#c-1-0[data-verdict=adopt]")
    page.click("#c-2-0 button[value=adopt]")
    said = page.wait_for_selector("#c-2-0 .error").inner_text()
    assert said == "Ä2 und Ä1 ändern dieselben Worte: Nur einer von beiden kann angenommen werden."
    page = amira.go("/papers/2/merge")
    page.click("button[value=undo]")
    page.wait_for_selector("#c-1-0[data-verdict=open]")
