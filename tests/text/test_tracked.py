"""Suggestions are accepted and rejected, all or some; what is left is always a document."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.text import schema
from strategy.text.apply import parse_doc
from strategy.text.changes import ChangeEntry, in_whole_words
from strategy.text.compare import compare
from strategy.text.fingerprint import canonical
from strategy.text.tracked import (
    accept,
    change_ids,
    changes,
    decided_together,
    is_tracked,
    keep_only,
    reject,
)
from tests.text.documents import Doc, a_document, edits


def mark(kind: str, change: str, **more: Any) -> Doc:
    return {"type": kind, "attrs": {"id": change} | more}


def text(words: str, *marks: Doc) -> Doc:
    return {"type": "text", "text": words} | ({"marks": list(marks)} if marks else {})


def paragraph(*content: Doc | str, marks: tuple[Doc, ...] = (), **attrs: Any) -> Doc:
    inside = [text(part) if isinstance(part, str) else part for part in content]
    node: Doc = {"type": "paragraph", "attrs": attrs, "content": inside}
    return node | ({"marks": list(marks)} if marks else {})


def doc_of(*blocks: Doc | str) -> Doc:
    made = [paragraph(block) if isinstance(block, str) else block for block in blocks]
    return canonical({"type": "doc", "content": made})


INSERTED = mark("insertion", "anna:1")
DELETED = mark("deletion", "ben:2")


def test_words_come_and_go() -> None:
    doc = doc_of(paragraph("Wir ", text("alle ", INSERTED), "wollen", text(" nicht", DELETED), "."))
    assert accept(doc) == doc_of("Wir alle wollen.")
    assert reject(doc) == doc_of("Wir wollen nicht.")
    assert accept(doc, only={"anna:1"}) == doc_of(
        paragraph("Wir alle wollen", text(" nicht", DELETED), ".")
    )
    assert reject(doc, only={"ben:2"}) == doc_of(
        paragraph("Wir ", text("alle ", INSERTED), "wollen nicht.")
    )


def test_what_one_inserts_and_another_deletes_is_gone_either_way() -> None:
    doc = doc_of(paragraph("a", text("b", INSERTED, DELETED), "c"))
    assert accept(doc) == reject(doc) == doc_of("ac")
    assert accept(doc, only={"anna:1"}) == doc_of(paragraph("a", text("b", DELETED), "c"))
    assert reject(doc, only={"ben:2"}) == doc_of(paragraph("a", text("b", INSERTED), "c"))
    assert reject(doc, only={"anna:1"}) == accept(doc, only={"ben:2"}) == doc_of("ac")


def test_whole_blocks_come_and_go() -> None:
    doc = doc_of("a", paragraph("neu", marks=(INSERTED,)), paragraph("alt", marks=(DELETED,)))
    assert accept(doc) == doc_of("a", "neu")
    assert reject(doc) == doc_of("a", "alt")


def test_a_new_end_is_a_split_and_a_deleted_end_a_join() -> None:
    split = doc_of(paragraph("a", id="x", end={"change": "insertion", "id": "anna:1"}), "b")
    assert accept(split) == doc_of(paragraph("a", id="x"), "b")
    assert reject(split) == doc_of(paragraph("ab", id="x"))
    joined = doc_of(paragraph("a", id="x", end={"change": "deletion", "id": "anna:1"}), "b")
    assert accept(joined) == doc_of(paragraph("ab", id="x"))
    assert reject(joined) == doc_of(paragraph("a", id="x"), "b")


def test_a_chain_of_ends_keeps_the_first_type_and_the_last_end() -> None:
    end = {"change": "insertion", "id": "anna:1"}
    other = {"change": "insertion", "id": "anna:2"}
    heading = {"type": "heading", "attrs": {"level": 2, "end": end}, "content": [text("a")]}
    doc = doc_of(heading, paragraph("b", end=end), paragraph("c", end=other), "d")
    once = reject(doc, only={"anna:1"})
    assert once["content"][0]["type"] == "heading"
    assert once["content"][0]["content"] == [text("abc")]
    assert once["content"][0]["attrs"]["end"] == other
    assert len(reject(doc)["content"]) == 1


def test_an_end_at_the_very_end_joins_nothing() -> None:
    doc = doc_of(paragraph("a", end={"change": "deletion", "id": "anna:1"}))
    assert accept(doc) == doc_of("a")


def test_an_end_before_a_block_that_goes_joins_the_one_behind_it() -> None:
    end = {"change": "insertion", "id": "anna:1"}
    doc = doc_of(paragraph("a", end=end), paragraph("neu", marks=(INSERTED,)), "b")
    assert reject(doc) == doc_of("ab")
    assert accept(doc) == doc_of("a", "neu", "b")


def test_the_former_markup_is_put_back() -> None:
    bold = mark("modification", "anna:1", before={"marks": [{"type": "em"}]})
    doc = doc_of(paragraph(text("a", {"type": "strong"}, bold)))
    assert accept(doc) == doc_of(paragraph(text("a", {"type": "strong"})))
    assert reject(doc) == doc_of(paragraph(text("a", {"type": "em"})))
    before = {"type": "heading", "attrs": {"level": 2}}
    block = doc_of(paragraph("a", marks=(mark("modification", "anna:1", before=before),)))
    assert reject(block)["content"][0] == canonical(
        {"type": "heading", "attrs": {"level": 2}, "content": [text("a")]}
    )


def test_the_former_markup_says_nothing_about_an_open_end() -> None:
    end = {"change": "insertion", "id": "anna:2"}
    before = {"type": "heading", "attrs": {"level": 2}}
    block = paragraph("a", marks=(mark("modification", "anna:1", before=before),), end=end)
    assert reject(doc_of(block, "b"))["content"][0]["content"] == [text("ab")]


def test_a_document_from_which_all_goes_keeps_an_empty_paragraph() -> None:
    doc = doc_of(paragraph("a", marks=(DELETED,)))
    assert accept(doc) == canonical({"type": "doc", "content": [{"type": "paragraph"}]})


def test_a_list_goes_with_its_last_item_but_a_cell_stays() -> None:
    items = {"type": "bullet_list", "content": [
        {"type": "list_item", "content": [paragraph("a", marks=(DELETED,))]}]}  # fmt: skip
    assert accept(doc_of(items, "b")) == doc_of("b")
    cell = {"type": "table_cell", "content": [paragraph("a", marks=(DELETED,))]}
    table = {"type": "table", "content": [{"type": "table_row", "content": [cell]}]}
    left = accept(doc_of(table))["content"][0]["content"][0]["content"][0]
    assert left["content"] == [canonical({"type": "paragraph"})]


def test_one_suggestion_can_be_looked_at_alone() -> None:
    doc = doc_of(paragraph("a", text("b", INSERTED), text("c", DELETED)))
    assert change_ids(doc) == {"anna:1", "ben:2"}
    alone = keep_only(doc, {"anna:1"})
    assert change_ids(alone) == {"anna:1"}
    assert accept(alone) == doc_of("abc")
    assert is_tracked(alone)
    assert not is_tracked(accept(alone))


# Any marks on any nodes


def suggested(rng: Random) -> Doc:
    """A document with tracked marks strewn over it, as careless clients might."""
    doc = copy.deepcopy(a_document(rng))
    _strew(rng, doc)
    return canonical(doc)


def _strew(rng: Random, node: Doc) -> None:
    allowed = schema.allowed_marks(node["type"])
    for child in node.get("content", ()):
        for kind in ("deletion", "insertion"):
            if kind in allowed and rng.random() < 0.15:
                strewn = mark(kind, f"p{rng.randint(1, 3)}:c{rng.randint(1, 5)}")
                child["marks"] = [*child.get("marks", ()), strewn]
        if "end" in child.get("attrs", {}) and rng.random() < 0.2:
            change = rng.choice(["insertion", "deletion"])
            child["attrs"]["end"] = {"change": change, "id": f"p1:c{rng.randint(1, 5)}"}
        if child["type"] == "text" and rng.random() < 0.1:
            former = mark("modification", "p2:c9", before={"marks": [{"type": "em"}]})
            child["marks"] = [*child.get("marks", ()), former]
        _strew(rng, child)


@given(st.integers(0, 2**32))
@settings(max_examples=250, deadline=None)
def test_whatever_is_marked_both_ways_lead_to_a_document(seed: int) -> None:
    rng = Random(seed)
    doc = suggested(rng)
    parse_doc(doc).check()
    ids = sorted(change_ids(doc))
    some = set(rng.sample(ids, len(ids) // 2))
    for resolve in (accept, reject):
        whole = resolve(doc)
        assert not is_tracked(whole)
        part = resolve(doc, only=some)
        assert change_ids(part) <= set(ids) - some
        for made in (whole, part):
            parse_doc(made).check()
            assert canonical(made) == made
    entries = changes(doc)
    named = {change for entry in entries for change in entry.ids}
    assert named <= set(ids)
    assert changes(keep_only(doc, set(ids) - named)) == []
    size = parse_doc(doc).content.size
    assert all(0 <= entry.start <= entry.end <= size for entry in entries)


# The list of changes


def brief(entry: ChangeEntry) -> tuple[str, str, str, str]:
    return entry.kind, entry.before, entry.after, entry.heading


def test_changes_are_told_in_words_under_their_headings() -> None:
    heading = {"type": "heading", "attrs": {"level": 1}, "content": [text("Wohnen")]}
    old = doc_of("Vorab gilt das.", heading, "Wir bauen 100 Häuser im Jahr.", "Das bleibt so.")
    new = doc_of("Vorab gilt dies.", heading, "Wir bauen 200 Häuser im Jahr.", "Das bleibt so.",
                 "Ein ganz neuer Absatz.")  # fmt: skip
    assert [brief(entry) for entry in changes(compare(old, new))] == [
        ("replacement", "das", "dies", ""),
        ("replacement", "100", "200", "Wohnen"),
        ("insertion", "", "Ein ganz neuer Absatz.", "Wohnen"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (["mit j", ("ede", DELETED), ("ede größere", INSERTED), " Stadt"],
         ("replacement", "jede", "jede größere")),
        (["Kreisvorstände", ("n", INSERTED), " sagen"],
         ("replacement", "Kreisvorstände", "Kreisvorständen")),
        (["ein Ha", ("a", DELETED), "us"], ("replacement", "Haaus", "Haus")),
        (["mit ", ("großem ", INSERTED), "Ernst"], ("insertion", "", "großem ")),
        (["mit", (" großem", DELETED), " Ernst"], ("deletion", " großem", "")),
        (["das", (",", INSERTED), " was"], ("insertion", "", ",")),
        (["Wir ", ("wollen", DELETED), ("werden", INSERTED)],
         ("replacement", "wollen", "werden")),
    ],
)  # fmt: skip
def test_a_change_inside_a_word_is_told_as_the_whole_word(content, said) -> None:
    inside = [part if isinstance(part, str) else text(*part) for part in content]
    for part in inside:
        if not isinstance(part, str):
            part["marks"][0] = mark(part["marks"][0]["type"], "anna:1")
    found = [in_whole_words(entry) for entry in changes(doc_of(paragraph(*inside)))]
    assert [brief(entry)[:3] for entry in found] == [said]


def test_who_deletes_what_another_has_inserted_has_a_change_of_their_own() -> None:
    inserted, deleted = mark("insertion", "anna:1"), mark("deletion", "ben:1")
    doc = doc_of(
        paragraph(
            text("sehr ", mark("deletion", "anna:1")),
            text("viele ", inserted),
            text("große ", inserted, deleted),
            text("alte ", deleted),
            "Häuser",
        )
    )
    assert [(brief(entry)[:3], entry.ids) for entry in changes(doc)] == [
        (("replacement", "sehr ", "viele große "), ("anna:1",)),
        (("deletion", "große alte ", ""), ("ben:1",)),
    ]


def test_what_is_hidden_under_a_deletion_is_told_as_well() -> None:
    bold = mark("modification", "ben:1", before={"marks": []})
    strong = {"type": "strong"}
    doc = doc_of(
        paragraph(text("alte ", strong, mark("deletion", "anna:1"), bold), "Häuser"),
        paragraph("und ", text("viel ", mark("insertion", "anna:2")), "mehr", marks=(DELETED,)),
    )
    assert [(brief(entry)[:3], entry.ids) for entry in changes(doc)] == [
        (("deletion", "alte ", ""), ("anna:1",)),
        (("format", "alte ", "alte "), ("ben:1",)),
        (("deletion", "und viel mehr", ""), ("ben:2",)),
        (("insertion", "", "viel "), ("anna:2",)),
    ]


def test_what_is_said_of_a_block_is_not_said_again_of_its_words() -> None:
    mine, yours = mark("insertion", "anna:1"), mark("insertion", "ben:1")
    doc = doc_of(
        paragraph("Neue ", text("ganz ", mine), text("hohe ", yours), "Häuser", marks=(mine,))
    )
    assert [(entry.ids, entry.after) for entry in changes(doc)] == [
        (("anna:1",), "Neue ganz hohe Häuser"),
        (("ben:1",), "hohe "),
    ]


def test_what_stands_in_several_places_under_one_name_is_decided_together() -> None:
    mine, yours = mark("insertion", "anna:1"), mark("insertion", "ben:1")
    doc = doc_of(
        paragraph(text("ganz ", mine), text("und gar ", yours), text("neue ", mine), "Häuser"),
        paragraph("da", marks=(mark("deletion", "cem:1", move="m"),)),
        paragraph("da", marks=(mark("insertion", "cem:2", move="m"),)),
        paragraph(text("weg ", mark("deletion", "cem:1"))),
    )
    groups = [[entry.ids for entry in group] for group in decided_together(changes(doc))]
    assert groups == [
        [("anna:1",), ("anna:1",)],
        [("ben:1",)],
        [("cem:1", "cem:2"), ("cem:1",)],
    ]


def test_a_move_is_one_change_with_both_its_places() -> None:
    texts = ["Eins ist der Anfang.", "Zwei kommt danach.", "Drei ist das Ende."]
    made = compare(doc_of(*texts), doc_of(texts[1], texts[2], texts[0]))
    (entry,) = changes(made)
    assert entry.kind == "move"
    assert entry.before == entry.after == texts[0]
    assert entry.origin is not None
    assert entry.origin < entry.start
    assert len(entry.ids) == 2


def test_splits_joins_and_formats_have_their_own_kinds() -> None:
    end = {"change": "insertion", "id": "anna:1"}
    bold = mark("modification", "anna:3", before={"marks": []})
    doc = doc_of(
        paragraph("a", end=end),
        paragraph("b", end={"change": "deletion", "id": "anna:2"}),
        paragraph(text("c", {"type": "strong"}, bold)),
    )
    kinds = [(entry.kind, entry.start, entry.end) for entry in changes(doc)]
    assert kinds == [("split", 2, 3), ("join", 5, 6), ("format", 7, 8)]
    assert changes(doc)[2].markup == ("", "strong")


@given(edits())
@settings(max_examples=100, deadline=None)
def test_the_list_names_every_change_that_can_be_seen(pair: tuple[Doc, Doc]) -> None:
    made = compare(*pair)
    named = {change for entry in changes(made) for change in entry.ids}
    silent = change_ids(made) - named
    assert changes(keep_only(made, silent)) == []
