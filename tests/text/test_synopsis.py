"""Two columns: each side says exactly what its text said."""

from __future__ import annotations

from hypothesis import given

from strategy.text.compare import compare
from strategy.text.positions import plain_text
from strategy.text.synopsis import rows
from tests.builders import a_doc
from tests.text.documents import edits


def _words(blocks):
    return "".join(plain_text({"type": "doc", "content": blocks}).split())


@given(edits())
def test_no_word_is_lost_on_either_side(pair):
    old, new = pair
    made = rows(compare(old, new))
    assert "".join(_words(row.before) for row in made) == _words(old["content"])
    assert "".join(_words(row.after) for row in made) == _words(new["content"])


def test_equal_texts_have_no_changed_row():
    doc = a_doc("Eins.", "Zwei.")
    assert [row.changed for row in rows(compare(doc, doc))] == [False, False]


def test_a_changed_paragraph_faces_what_it_became():
    made = rows(
        compare(
            a_doc("Anfang.", "Wir wollen Sonne und Wind."),
            a_doc("Anfang.", "Wir wollen Sonne und Wasser."),
        )
    )
    assert [row.changed for row in made] == [False, True]
    assert plain_text({"type": "doc", "content": made[1].before}) == "Wir wollen Sonne und Wind."
    assert plain_text({"type": "doc", "content": made[1].after}) == "Wir wollen Sonne und Wasser."
