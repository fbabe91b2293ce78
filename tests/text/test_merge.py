"""Amendments that touch different words are merged in one go; others collide, with their places."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from strategy.text.apply import parse_doc
from strategy.text.compare import compare
from strategy.text.fingerprint import canonical
from strategy.text.merge import Clash, Collision, carry_along, collisions, merge
from strategy.text.merge_edits import _edits, edits_of, in_order
from strategy.text.tracked import accept, reject
from tests.shared_data import DATA
from tests.text import markdown
from tests.text.documents import Doc, a_document, edited
from tests.text.test_tracked import suggested

BASE = ("Der Landesvorstand tagt monatlich.", "Er lädt zwei Wochen vorher ein.", "Das gilt sofort.")


def paragraph(text: str, **attrs: Any) -> Doc:
    return {"type": "paragraph", "attrs": attrs, "content": [{"type": "text", "text": text}]}


def doc_of(*texts: str | Doc) -> Doc:
    content = [paragraph(text) if isinstance(text, str) else text for text in texts]
    return canonical({"type": "doc", "content": content})


def amended(old: str, new: str, base: tuple[str, ...] = BASE) -> Doc:
    return compare(doc_of(*base), doc_of(*(text.replace(old, new) for text in base)))


def clashing(*amendments: Doc) -> list[Clash]:
    found = collisions(doc_of(*BASE), amendments)
    assert len(found) == len(collisions(doc_of(*BASE), amendments[::-1]))
    return found


def merged(*amendments: Doc) -> list[str]:
    assert clashing(*amendments) == []
    made = merge(doc_of(*BASE), amendments)
    assert made == merge(doc_of(*BASE), amendments[::-1])
    return ["".join(node["text"] for node in block["content"]) for block in made["content"]]


def test_amendments_to_different_words_are_merged_even_in_one_sentence() -> None:
    assert merged(amended("zwei", "drei"), amended("ein.", "schriftlich ein.")) == [
        BASE[0],
        "Er lädt drei Wochen vorher schriftlich ein.",
        BASE[2],
    ]


def test_amendments_to_the_same_word_collide() -> None:
    (clash,) = clashing(amended("zwei", "drei"), amended("zwei", "vier"))
    assert (clash.first, clash.second) == (0, 1)
    assert clash.words == "zwei"
    assert clash.wanted == ("drei", "vier")
    with pytest.raises(Collision) as refused:
        merge(doc_of(*BASE), [amended("zwei", "drei"), amended("zwei", "vier")])
    assert refused.value.clashes == [clash]


def test_what_two_want_alike_is_no_collision() -> None:
    assert merged(amended("zwei", "drei"), amended("zwei", "drei"))[1].startswith("Er lädt drei")


def test_two_insertions_at_the_same_place_collide() -> None:
    (clash,) = clashing(amended("Wochen ", "ganze Wochen "), amended("Wochen ", "volle Wochen "))
    assert clash.words == ""


def test_an_insertion_into_what_another_deletes_collides() -> None:
    assert clashing(amended(" zwei Wochen vorher", ""), amended("Wochen", "ganze Wochen"))
    assert clashing(amended(BASE[1], ""), amended("Wochen", "Monate"))


def test_gluing_letters_to_a_word_touches_it() -> None:
    base = doc_of(*BASE)
    glued = canonical(base)
    block = glued["content"][1]
    mark = {"type": "insertion", "attrs": {"id": "anna:1"}}
    head, tail = BASE[1].split("Wochen")
    block["content"] = [
        {"type": "text", "text": head + "Wochen"},
        {"type": "text", "text": "enden", "marks": [mark]},
        {"type": "text", "text": tail},
    ]
    assert clashing(canonical(glued), amended("Wochen", "Monate"))
    assert clashing(canonical(glued), amended("zwei", "drei")) == []


def test_whole_paragraphs_are_merged() -> None:
    added = compare(doc_of(*BASE), doc_of(BASE[0], "Neu ist dieser Absatz.", *BASE[1:]))
    gone = compare(doc_of(*BASE), doc_of(*BASE[:2]))
    assert merged(added, gone, amended("zwei", "drei")) == [
        BASE[0],
        "Neu ist dieser Absatz.",
        "Er lädt drei Wochen vorher ein.",
    ]


def test_splitting_and_joining_the_same_paragraphs_collide() -> None:
    joined = compare(doc_of(*BASE), doc_of(f"{BASE[0]} {BASE[1]}", BASE[2]))
    between = compare(doc_of(*BASE), doc_of(BASE[0], "Etwas ganz anderes.", *BASE[1:]))
    assert merged(joined, amended("zwei", "drei"))[0].endswith("drei Wochen vorher ein.")
    assert clashing(joined, between)


def test_a_heading_of_one_and_the_words_of_another_are_merged() -> None:
    heading = {"type": "heading", "attrs": {"level": 2}, "content": paragraph(BASE[1])["content"]}
    styled = compare(doc_of(*BASE), doc_of(BASE[0], heading, BASE[2]))
    made = merge(doc_of(*BASE), [styled, amended("zwei", "drei")])
    assert made["content"][1]["type"] == "heading"
    assert "drei" in made["content"][1]["content"][0]["text"]


def test_an_amendment_to_another_text_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="not an amendment"):
        merge(doc_of("Ganz anders."), [amended("zwei", "drei")])


def test_an_open_amendment_is_carried_along_or_flagged() -> None:
    base, moved = doc_of(*BASE), doc_of("Vorab.", BASE[0], BASE[1].replace("ein.", "dazu ein."))
    carried = carry_along(base, amended("zwei", "drei"), moved, author="anna")
    assert carried is not None
    assert reject(carried) == moved
    assert "drei Wochen vorher dazu ein" in json.dumps(accept(carried), ensure_ascii=False)
    assert carry_along(base, amended("zwei", "drei"), doc_of(BASE[0]), author="anna") is None


@given(st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_any_amendments_are_merged_in_any_order_or_collide(seed: int) -> None:
    rng = Random(seed)
    base = a_document(rng, 10)
    wanted = [edited(base, rng, rng.randint(1, 4)) for _ in range(3)]
    amendments = [compare(base, new) for new in wanted]
    for amendment, new in zip(amendments, wanted, strict=True):
        assert merge(base, [amendment]) == new
        assert merge(base, [amendment, amendment]) == new
    found = collisions(base, amendments)
    assert len(found) == len(collisions(base, amendments[::-1]))
    if not found:
        made = merge(base, amendments)
        parse_doc(made).check()
        assert made == merge(base, amendments[::-1])


@given(st.integers(0, 2**32))
@example(1312886)  # marks that leave the base fewer blocks than they count
@settings(max_examples=100, deadline=None)
def test_an_amendment_whose_marks_lie_anyhow_ends_where_accepting_ends(seed: int) -> None:
    amendment = suggested(Random(seed))
    assert merge(reject(amendment), [amendment]) == accept(amendment)


MERGES = (
    [json.loads(line) for line in (DATA / "merges" / "manifest.jsonl").open(encoding="utf-8")]
    if DATA
    else []
)


def test_real_merges_end_where_the_people_who_made_them_ended() -> None:
    for case in MERGES:
        assert DATA is not None
        folder = DATA / "merges" / case["id"]
        base, ours, theirs, wanted = (
            markdown.document(folder / f"{name}.md")
            for name in ("base", "ours", "theirs", "merged")
        )
        amendments = [compare(base, ours), compare(base, theirs)]
        if case["human_result_equals_line_merge"]:
            assert merge(base, amendments) == wanted


@settings(max_examples=120)
@given(st.integers(0, 10**9))
def test_edits_are_those_of_the_whole_text(seed: int) -> None:
    """What is worked through stretch by stretch is what the whole text gives at once."""
    random = Random(seed)
    base = canonical({**a_document(random), "content": [
        block for _ in range(6) for block in a_document(random)["content"]
    ]})  # fmt: skip
    tracked = compare(base, edited(base, random, times=random.randint(1, 6)))
    assert edits_of(base, tracked) == in_order(_edits(base, tracked))


def test_the_first_word_of_a_paragraph_is_none_of_the_paragraph_before():
    """7. becomes 6., and what stands before it goes: both can be adopted."""
    base = doc_of("6. durch Erklärung oder", "7. durch Einbürgerung")
    without = doc_of("6. durch Erklärung", "7. durch Einbürgerung")
    other = doc_of("6. durch Erklärung oder", "6. durch Einbürgerung")
    both = [compare(base, without, author="a1"), compare(base, other, author="a2")]
    assert collisions(base, both) == []
    assert merge(base, both) == doc_of("6. durch Erklärung", "6. durch Einbürgerung")
