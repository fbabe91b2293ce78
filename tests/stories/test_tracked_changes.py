"""Tracked changes that came with a Word file: seen, decided one by one, undone, by two at once."""

from __future__ import annotations

import re

VOLUNTEERS = "/papers?q=Ehrenamt"
CARDS = "article[data-kind=change]"


def _open(visit, name, **settings):
    """The paper with tracked changes, opened and its cards there."""
    guest = visit(name, **settings)
    page = guest.go(VOLUNTEERS)
    page.locator(".paper-title a").first.click()
    page.wait_for_selector("[data-mounted]")
    page.locator(CARDS).first.wait_for(state="attached")
    return guest, page


def _kept(page):
    """Wait until the server has everything."""
    page.wait_for_function("() => !window.vorlauf.editing.unconfirmed()")
    page.locator("#saved", has_text="Gespeichert").wait_for()


def _marks(page):
    return page.evaluate("[...document.querySelectorAll('.ProseMirror [data-change]')].length")


def test_a_card_says_who_does_what_and_decides_it_and_undo_brings_it_back(visit):
    lena, page = _open(visit, "lena.sommerfeld")
    cards = page.locator(CARDS)
    count = cards.count()
    assert count > 3
    cards.first.wait_for()  # it is shown once it has its place
    first = cards.first.inner_text()
    assert "Ursula" in first
    assert re.search(r"(ersetzt|fügt|streicht) „.+“", first)
    before, text = _marks(page), lena.text()
    page.keyboard.press("Alt+Shift+N")
    assert page.evaluate("document.activeElement.matches('article[data-kind=change]')")
    assert page.locator(".ProseMirror .is-current-change").count() > 0
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => document.querySelectorAll('{CARDS}').length === {count - 1}")
    assert any("noch offen" in said for said in page.locator("[role=status]").all_inner_texts())
    assert _marks(page) < before
    _kept(page)
    page.reload()
    page.locator(CARDS).first.wait_for()
    assert page.locator(CARDS).count() == count - 1
    page.locator(CARDS).first.get_by_text("Ablehnen").click()
    page.wait_for_function(f"() => document.querySelectorAll('{CARDS}').length === {count - 2}")
    after = lena.text()
    assert after != text
    page.locator(".ProseMirror").focus()
    page.keyboard.press("Control+z")
    page.wait_for_function(f"() => document.querySelectorAll('{CARDS}').length === {count - 1}")
    _kept(page)
    assert lena.errors == []


def test_one_decides_while_the_other_writes_in_the_same_paragraph(visit):
    lena, page = _open(visit, "lena.sommerfeld")
    ursula, other = _open(visit, "ursula.brandt")
    count = page.locator(CARDS).count()
    other.locator(".ProseMirror [data-change]").last.locator("xpath=ancestor::p[1]").click()
    other.keyboard.press("End")
    for number in range(2):
        other.keyboard.type(f" Zeile {number}")
        page.locator(CARDS).last.locator("[data-verdict=accept]").click()
        page.wait_for_function(
            f"() => document.querySelectorAll('{CARDS}').length === {count - 1 - number}"
        )
    other.wait_for_function(f"() => document.querySelectorAll('{CARDS}').length === {count - 2}")
    for _ in range(50):
        if lena.text() == ursula.text():
            break
        page.wait_for_timeout(100)
    assert lena.text() == ursula.text()
    assert "Zeile 0" in lena.text()
    assert "Zeile 1" in lena.text()
    assert lena.errors == ursula.errors == []


def test_a_click_on_a_change_leaves_the_caret_in_the_text(visit):
    lena, page = _open(visit, "lena.sommerfeld")
    page.locator(".ProseMirror ins").last.click()
    page.locator("article.is-current").wait_for()
    assert page.evaluate("document.activeElement.matches('.ProseMirror')")
    assert lena.errors == []


def test_all_of_one_author_are_decided_at_once_and_come_back_together(visit):
    lena, page = _open(visit, "lena.sommerfeld")
    count = page.locator(CARDS).count()
    bar = page.locator(".change-bar")
    bar.get_by_label("Wessen Änderungen").select_option(index=1)
    bar.get_by_text("Alle ablehnen").click()
    bar.wait_for(state="hidden")
    assert _marks(page) == 0
    page.keyboard.press("Control+z")
    page.wait_for_function(f"() => document.querySelectorAll('{CARDS}').length === {count}")
    _kept(page)
    assert lena.errors == []


def test_readers_see_the_changes_and_decide_nothing(visit):
    amira, page = _open(visit, "amira.thoma")
    assert page.locator(CARDS).count() > 0
    assert page.locator("[data-verdict]").count() == 0
    assert not page.get_by_label("Wessen Änderungen").is_visible()
    answer = page.evaluate(
        """async () => {
            const { paper, view, ask } = window.vorlauf.editing
            let at = 0
            view.state.doc.descendants((node, pos) => {
                if (node.isText && node.marks.some(({ type }) => type.name === "insertion"))
                    at ||= pos
            })
            const { status, body } = await ask(paper.urls.steps, {method: "POST",
                headers: {"Content-Type": "application/json"}, body: JSON.stringify({
                    type: "steps", version: window.vorlauf.editing.version(), batch: 1,
                    client: "cccccccccccc",
                    steps: [{stepType: "replace", from: at, to: at + 1}]})}).catch(e => e)
            return status
        }"""
    )
    assert answer == 422
    assert amira.errors == []


def test_on_a_phone_the_cards_lie_in_the_sheet(visit):
    lena, page = _open(visit, "lena.sommerfeld", viewport={"width": 390, "height": 740})
    opener = page.locator(".comment-open")
    assert "Änderung" in opener.inner_text()
    count = page.locator(CARDS).count()
    opener.click()
    page.locator(CARDS).first.get_by_text("Annehmen").click()
    page.wait_for_function(f"() => document.querySelectorAll('{CARDS}').length === {count - 1}")
    assert lena.errors == []
