"""Spelling alone, or the sense as well?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.text.editorial import is_editorial
from tests.builders import a_doc, a_heading

TEXT = "Der Landesvorstand beschließt 20 Prozent mehr Mittel für die Kreise, eine Stelle nicht."


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Landesvorstand", "Landesvorstannd", True),
        ("beschließt", "beschliesst", True),
        ("beschließt", "beschleißt", True),
        ("Mittel", "mittel", True),
        ("Kreise,", "Kreise;", True),
        ("20", "30", False),
        ("20", "200", False),
        ("eine", "keine", False),
        ("nicht", "", False),
        ("mehr", "mehr mehr", False),
        ("Mittel", "Mitte", True),
        ("Kreise", "Preise", False),
        ("Kreise, eine Stelle nicht", "Kreise eine Stelle, nicht", False),
        ("Kreise, eine", "Kreise eine", False),
        ("mehr Mittel", "mehr, Mittel", True),
        ("nicht.", "nicht!", True),
        ("20 Prozent", "2.0 Prozent", False),
        ("20 Prozent", "-20 Prozent", False),
        ("20 Prozent", "20 % Prozent", False),
    ],
)
def test_a_changed_word_is_spelling_or_not(old, new, expected):
    assert is_editorial(a_doc(TEXT), a_doc(TEXT.replace(old, new))) is expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1.000 Euro", "1,000 Euro"), ("1.5 Stellen", "1:5 Stellen"), ("100 €", "100 $"),
        ("+5 Grad", "-5 Grad"), ("5–10 Sitze", "5 10 Sitze"),
    ],
)  # fmt: skip
def test_another_amount_of_the_same_digits_is_more_than_spelling(old, new):
    assert not is_editorial(a_doc(f"Es sind {old}."), a_doc(f"Es sind {new}."))


def test_paragraphs_that_come_go_or_change_places_are_more_than_spelling():
    one, two = "Erstens die Bahn.", "Zweitens der Bus."
    assert not is_editorial(a_doc(one, two), a_doc(two, one))
    assert not is_editorial(a_doc(one, two), a_doc(one))
    assert not is_editorial(a_doc(one), a_doc(one, two))
    assert not is_editorial(a_doc(one), a_doc(a_heading(one)))


@given(st.text("ab c1,", max_size=40))
def test_the_same_text_is_the_same(text):
    assert is_editorial(a_doc(text), a_doc(text))
