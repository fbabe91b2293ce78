"""Who suggests on a train, and what becomes of it when others have changed the text meanwhile."""

from __future__ import annotations

import re

import pytest

from strategy.text import tracked
from strategy.text.positions import plain_text
from tests.stories.test_suggesting import caret, kept, one_text, open_paper, text, words_of

WORDS = "window.vorlauf.view.state.doc.textContent"


def by(page, doc):
    """The ids of this page's person's changes in the document."""
    person = page.evaluate("String(window.vorlauf.editing.paper.me.id)")
    return {name for name in tracked.change_ids(doc) if name.startswith(f"{person}:")}


@pytest.mark.parametrize("closed", [False, True], ids=["waits", "closes the tab"])
def test_what_one_suggests_offline_stands_in_the_text_that_others_have_changed(visit, closed):
    pawel, mika, birgit = visit("pawel.nowak"), visit("mika.jansen"), visit("birgit.moeller")
    page, other, hers = open_paper(pawel), open_paper(mika), open_paper(birgit)
    first, second, *_, last = words_of(hers)
    name = f"M{int(closed)}"
    caret(other, f"{first} {second}", select=False)
    other.keyboard.type(f" {name}eins {name}zwei {name}drei")
    kept(other)
    page.wait_for_function(f"() => {WORDS}.includes(' {name}drei')")

    # Offline, Mika writes her own words anew, in which Paweł writes meanwhile, and something else.
    mika.context.set_offline(True)
    caret(other, f" {name}eins {name}zwei {name}drei")
    other.keyboard.type(f" {name}vier")
    caret(other, f" {last}", select=False)
    other.keyboard.type(f" {name}fünf")
    other.wait_for_timeout(1500)
    caret(page, f"{name}zwei", select=False)
    page.keyboard.type(f" {name}fremd")
    kept(page)
    hers.wait_for_function(f"() => {WORDS}.includes(' {name}fremd')")
    if closed:
        other.close()
    mika.context.set_offline(False)
    if closed:
        mika.page = mika.context.new_page()
        other = open_paper(mika)
    kept(other)
    hers.wait_for_function(f"() => {WORDS}.includes(' {name}fünf')")

    address = f"{birgit.address}{re.search('/papers/[0-9]+', hers.url)[0]}/doc"
    there = one_text(birgit, [page, other, hers], address)
    assert f"{name}eins" not in plain_text(there)
    of_mika, of_pawel = by(other, there), by(page, there)
    assert name not in plain_text(tracked.reject(there, only=of_mika | of_pawel))
    assert f"{name}fremd" in plain_text(tracked.reject(there, only=of_mika))
    assert f"{name}fremd" not in plain_text(tracked.reject(there, only=of_pawel))
    accepted = plain_text(tracked.accept(there))
    assert f"{first} {second} {name}vier" in accepted
    assert f" {last} {name}fünf" in accepted
    assert not other.locator(".your-words-entry").count()
    assert text(other) == text(hers)
    assert pawel.errors == mika.errors == birgit.errors == []
