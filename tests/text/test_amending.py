"""An amendment's passages: where they stand, in other words, kept and read again."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.text.amending import (
    chosen,
    pack_edits,
    pack_passages,
    passages,
    reworded,
    seen,
    unpack_edits,
    unpack_passages,
)
from strategy.text.compare import compare
from strategy.text.fingerprint import canonical
from strategy.text.merge import clashes, collisions, merge
from strategy.text.merge_edits import edits_of
from strategy.text.positions import node_size, plain_text
from strategy.text.tracked import accept, change_ids, reject
from tests.text.documents import a_document, edited
from tests.text.test_merge import BASE, doc_of, paragraph


def amended(*texts):
    return compare(doc_of(*BASE), doc_of(*texts), author="a1")


def test_a_passage_says_where_it_stands_and_what_is_before_it():
    tracked = amended(
        BASE[0], "Er lädt drei Wochen vorher schriftlich ein.", BASE[2], "Und für alle."
    )
    changed, inserted, behind = passages(doc_of(*BASE), tracked)
    assert (changed.kind, changed.before, changed.after) == ("replacement", "zwei", "drei")
    assert (changed.block, changed.blocks, changed.left) == (1, 1, "Er lädt")
    assert inserted.kind == "insertion"
    assert inserted.left == "lädt zwei Wochen vorher"
    assert (behind.block, behind.blocks, behind.is_block, behind.after) == (
        3, 0, True, "Und für alle.",
    )  # fmt: skip
    start = node_size(doc_of(BASE[0])) - 2 + 1 + len("Er lädt ")
    assert (changed.start, changed.end) == (start, start + len("zwei"))


def test_a_passage_is_adopted_in_other_words():
    tracked = amended(BASE[0], BASE[1].replace("zwei", "drei"), BASE[2], "Und für alle.")
    first, second = passages(doc_of(*BASE), tracked)
    made = reworded(reworded(tracked, first.ids, "vier"), second.ids, "Für alle.\nAuch für Gäste.")
    assert reject(made) == reject(tracked)
    assert plain_text(accept(made)).split("\n") == [
        BASE[0], "Er lädt vier Wochen vorher ein.", BASE[2], "Für alle.", "Auch für Gäste.",
    ]  # fmt: skip


def test_what_is_deleted_is_replaced_instead():
    tracked = amended(BASE[0], BASE[1].replace(" zwei Wochen vorher", ""), BASE[2])
    (only,) = passages(doc_of(*BASE), tracked)
    made = reworded(tracked, only.ids, "rechtzeitig")
    assert "Er lädt rechtzeitig ein." in plain_text(accept(made))
    tracked = amended(BASE[0], BASE[2])
    (only,) = passages(doc_of(*BASE), tracked)
    made = reworded(tracked, only.ids, "Er lädt ein.")
    assert plain_text(accept(made)).split("\n") == [BASE[0], "Er lädt ein.", BASE[2]]
    assert reject(made) == doc_of(*BASE)


def test_markup_has_no_other_words():
    heading = {
        "type": "heading",
        "attrs": {"level": 2},
        "content": [{"type": "text", "text": BASE[0]}],
    }
    tracked = compare(doc_of(*BASE), doc_of(heading, *BASE[1:]))
    (only,) = passages(doc_of(*BASE), tracked)
    with pytest.raises(ValueError, match="no words"):
        reworded(tracked, only.ids, "x")


def test_each_passage_is_shown_by_itself():
    tracked = amended(BASE[0], "Er lädt drei Wochen vorher schriftlich ein.", BASE[2])
    for each in passages(doc_of(*BASE), tracked):
        assert change_ids({"type": "doc", "content": list(each.nodes)}) == set(each.ids)


def test_new_ids_of_blocks_are_no_change_and_never_collide():
    base = doc_of(*(paragraph(text, id=f"b{n}") for n, text in enumerate(BASE)))
    several = [
        seen(compare(base, doc_of(*(paragraph(text, id=f"{name}{n}") for n, text in enumerate(
            [BASE[0], BASE[1].replace("zwei", name), BASE[2]]
        )))))
        for name in ("drei", "vier")
    ]  # fmt: skip
    assert [len(passages(base, each)) for each in several] == [1, 1]
    assert [clash.words for clash in collisions(base, several)] == ["zwei"]


@settings(max_examples=80)
@given(st.integers(0, 10**9))
def test_what_is_seen_says_all_that_is_wanted(seed):
    random = Random(seed)
    base = canonical(a_document(random))
    tracked = compare(base, edited(base, random), author="a1")
    shown = seen(tracked)
    assert reject(shown) == base
    assert plain_text(accept(shown)) == plain_text(accept(tracked))
    assert seen(compare(base, base)) == base


@settings(max_examples=80)
@given(st.integers(0, 10**9))
def test_passages_hold_every_change_once_and_survive_being_kept(seed):
    random = Random(seed)
    base = canonical(a_document(random))
    tracked = compare(base, edited(base, random), author="a1")
    every = passages(base, tracked)
    shown = [change for each in every for change in each.ids]
    assert len(shown) == len(set(shown))
    assert set(shown) == change_ids(seen(tracked))
    for each in every:
        assert 0 <= each.block <= len(base["content"])
        assert each.block + each.blocks <= len(base["content"])
        assert each.start <= each.end
    assert unpack_passages(pack_passages(every)) == every
    edits = edits_of(base, tracked)
    assert unpack_edits(pack_edits(edits)) == edits


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_what_was_kept_collides_as_what_was_worked_out(seed):
    random = Random(seed)
    base = canonical(a_document(random))
    several = [compare(base, edited(base, random), author=f"a{n}") for n in range(3)]
    kept = [unpack_edits(pack_edits(edits_of(base, each))) for each in several]
    assert clashes(base, kept) == collisions(base, several)


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_the_redline_of_what_was_adopted_is_exactly_what_was_adopted(seed):
    """Some passages of one amendment, merged: what the base becomes, and back."""
    random = Random(seed)
    base = canonical(a_document(random))
    tracked = compare(base, edited(base, random), author="a1")
    every = passages(base, tracked)
    adopted = [place for place in range(len(every)) if random.random() < 0.5]
    part = chosen(tracked, every, adopted)
    merged = merge(base, [part])
    assert merged == accept(part)
    redline = compare(base, merged)
    assert accept(redline) == merged
    assert reject(redline) == base
    json.dumps(redline)
