"""Positions and words of a document, one as the other."""

from __future__ import annotations

from random import Random

import pytest

from strategy.text.passages import Passages, same_passage, textblocks
from strategy.text.positions import node_size
from tests.builders import a_doc, a_heading
from tests.text.documents import a_document


def test_a_passage_is_quoted_with_what_stands_around_it() -> None:
    doc = a_doc(a_heading("Ziel"), "Wir wollen Sonne und Wind.")
    quote = Passages(doc).quote(18, 23)
    assert (quote.exact, quote.prefix, quote.suffix) == ("Sonne", "Ziel\nWir wollen ", " und Wind.")


def test_positions_count_an_emoji_twice_and_words_once() -> None:
    passages = Passages(a_doc("👍👍 gut so"))
    assert passages.words(6, 9) == "gut"
    assert passages.span(3, 6) == (6, 9)


def test_the_borders_of_blocks_belong_to_no_passage() -> None:
    doc = a_doc("Eins.", "Zwei.")
    assert Passages(doc).quote(0, 7).exact == "Eins."
    with pytest.raises(ValueError, match="no words"):
        Passages(doc).quote(6, 8)
    with pytest.raises(ValueError, match="not a passage"):
        Passages(doc).quote(3, 99)


def test_what_is_quoted_is_found_again_at_its_place() -> None:
    looked_at = 0
    for seed in range(60):
        rng = Random(seed)
        doc = a_document(rng)
        passages, size = Passages(doc), node_size(doc) - 2
        for _ in range(20):
            start = rng.randint(0, size)
            end = rng.randint(start, size)
            try:
                quote = passages.quote(start, end)
            except ValueError:
                continue
            if quote.exact != quote.exact.strip():
                continue
            found = passages.find(quote, near=start)
            assert found is not None, (seed, quote)
            assert passages.words(*found) == quote.exact, (seed, quote)
            looked_at += 1
    assert looked_at > 200


def test_an_edited_passage_is_the_same_and_a_replaced_one_is_not() -> None:
    was = "Die Frist beträgt zwei Wochen."
    assert same_passage(was, "Die Frist beträgt genau drei Wochen.")
    assert same_passage("Sonne", "Sonnen")
    assert not same_passage(was, "D")
    assert not same_passage(was, "Alle Mitglieder zahlen denselben Beitrag.")
    assert not same_passage(was, " ")


def test_a_page_learns_where_its_textblocks_begin_and_how_long_they_are() -> None:
    note = {"type": "footnote", "attrs": {"id": None}, "content": [{"type": "text", "text": "ja"}]}
    said = {"type": "text", "text": "👍 "}
    block = {"type": "paragraph", "content": [said, note]}
    doc = a_doc("Eins.", {"type": "blockquote", "content": [block]}, a_heading("Ende"))
    assert textblocks(doc) == [(1, 5, []), (9, 7, [4]), (19, 4, [])]
