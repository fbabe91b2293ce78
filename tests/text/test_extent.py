"""How much is new: a change of a text, or another text in its place."""

from __future__ import annotations

from strategy.text.compare import compare
from strategy.text.extent import is_new_matter
from tests.builders import a_doc

LONG = "Der Landesvorstand tagt jeden Monat und lädt zwei Wochen vorher ein. " * 12


def test_a_few_words_are_a_change_of_any_text():
    assert not is_new_matter(compare(a_doc("Kurz."), a_doc("Kurz.", "Und etwas mehr.")))
    assert not is_new_matter(compare(a_doc(LONG), a_doc(LONG, "Und etwas mehr. " * 10)))


def test_what_puts_in_more_than_half_is_new():
    assert is_new_matter(compare(a_doc(LONG), a_doc(LONG, "Und etwas mehr. " * 40)))
    assert is_new_matter(compare(a_doc("Kurz."), a_doc("Ein ganz anderer Satz. " * 20)))


def test_what_only_goes_or_moves_is_not_new():
    assert not is_new_matter(compare(a_doc(LONG, "Kurz."), a_doc("Kurz.")))
    assert not is_new_matter(compare(a_doc(LONG, "Kurz."), a_doc("Kurz.", LONG)))
