"""Positions and offsets: each text position has one offset, and comes back from it."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from strategy.text.apply import parse_doc
from strategy.text.positions import Plain, node_size, plain, slice_text, units
from tests.text.documents import Doc, documents


def text(words: str) -> Doc:
    return {"type": "text", "text": words}


def paragraph(*content: Doc, **attrs: Any) -> Doc:
    return {"type": "paragraph", "attrs": attrs, "content": list(content)}


def doc_of(*blocks: Doc) -> Doc:
    return {"type": "doc", "content": list(blocks)}


def quoted(page: Plain, start: int, end: int) -> str:
    return page.text[page.offset(start, 1) : page.offset(end, -1)]


def test_an_emoji_is_two_units_and_one_code_point() -> None:
    assert units("a😀é") == 4
    page = plain(doc_of(paragraph(text("a😀b"))))
    assert page.text == "a😀b"
    assert [page.offset(at) for at in (1, 2, 4, 5)] == [0, 1, 2, 3]
    assert [page.position(at) for at in (0, 1, 2, 3)] == [1, 2, 4, 5]


def test_blocks_are_lines_and_know_their_ids() -> None:
    page = plain(
        doc_of(paragraph(text("Eins"), id="a"), paragraph(id="b"), paragraph(text("Zwei")))
    )
    assert page.text == "Eins\n\nZwei"
    assert [(line.start, line.end, line.identity) for line in page.lines] == [
        (0, 4, "a"),
        (5, 5, "b"),
        (6, 10, None),
    ]


def test_between_two_blocks_a_start_goes_on_and_an_end_goes_back() -> None:
    page = plain(doc_of(paragraph(text("Eins")), paragraph(text("Zwei"))))
    assert page.offset(6, 1) == 5
    assert page.offset(6, -1) == 4
    assert page.position(5, 1) == 7
    assert page.position(4, -1) == 5


def test_a_mention_is_read_as_its_label_and_cannot_be_entered() -> None:
    mention = {"type": "mention", "attrs": {"person": "p1", "label": "Anna"}}
    page = plain(doc_of(paragraph(text("für "), mention, text("!"))))
    assert page.text == "für Anna!"
    assert page.offset(6) == 8
    assert page.position(6, 1) == 5
    assert page.position(6, -1) == 6


def test_a_footnote_is_a_line_of_its_own_behind_its_paragraph() -> None:
    note = {"type": "footnote", "content": [text("Quelle")]}
    doc = doc_of(paragraph(text("vorn"), note, text("hinten")), paragraph(text("Ende")))
    page = plain(doc)
    assert page.text == "vornhinten\nQuelle\nEnde"
    assert quoted(page, 6, 12) == "Quelle"
    assert quoted(page, 1, 19) == "vornhinten"
    assert slice_text(doc, 21, 25) == "Ende"


@given(documents())
@settings(max_examples=150, deadline=None)
def test_each_position_in_text_comes_back_from_its_offset(doc: Doc) -> None:
    page = plain(doc)
    for piece in page.pieces:
        if piece.is_atom:
            continue
        for inside in range(len(piece.text) + 1):
            at = piece.position + units(piece.text[:inside])
            offset = page.offset(at, -1 if inside == len(piece.text) else 1)
            assert page.text[: piece.offset + inside] == page.text[:offset]
            if inside < len(piece.text):
                assert page.position(offset, 1) == at
            if inside:
                assert page.position(offset, -1) == at


@given(documents())
@settings(max_examples=100, deadline=None)
def test_sizes_and_texts_are_those_that_prosemirror_counts(doc: Doc) -> None:
    node = parse_doc(doc)
    assert node_size(doc) == node.node_size
    page = plain(doc)
    for piece in page.pieces:
        if piece.size == units(piece.text) and not piece.is_atom and piece.text != "\n":
            end = piece.position + piece.size
            assert node.text_between(piece.position, end) == piece.text
