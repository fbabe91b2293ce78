"""Steps onto documents: what fits is applied, everything else is refused, whatever it is."""

from __future__ import annotations

import copy
import gzip
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.text import apply, validate
from strategy.text.apply import BrokenDocument, BrokenStep, apply_steps
from tests.text.documents import documents

FIXTURE = Path(__file__).parent / "crosscheck" / "fixture.jsonl.gz"
RECORDED = [json.loads(line) for line in gzip.decompress(FIXTURE.read_bytes()).splitlines()]


def paragraph(text: str) -> dict[str, Any]:
    return {
        "type": "paragraph",
        "attrs": {"id": None, "align": None, "end": None},
        "content": [{"type": "text", "text": text}],
    }


def a_doc(*texts: str) -> dict[str, Any]:
    attrs = {"title": "", "lang": "de"}
    return {"type": "doc", "attrs": attrs, "content": [paragraph(text) for text in texts]}


def typed(text: str, at: int) -> dict[str, Any]:
    content = [{"type": "text", "text": text}]
    return {"stepType": "replace", "from": at, "to": at, "slice": {"content": content}}


def test_typing_puts_the_words_where_the_cursor_stands() -> None:
    assert apply_steps(a_doc("Vor"), [typed("lauf", 4)]) == a_doc("Vorlauf")


def test_the_document_given_stays_as_it_is() -> None:
    doc = a_doc("Vor")
    apply_steps(doc, [typed("lauf", 4)])
    assert doc == a_doc("Vor")


def test_no_steps_change_nothing() -> None:
    assert apply_steps(a_doc("Vorlauf"), []) == a_doc("Vorlauf")


def test_the_error_names_the_step_that_does_not_fit() -> None:
    with pytest.raises(BrokenStep) as refused:
        apply_steps(a_doc("Vor"), [typed("lauf", 4), typed("x", 999)])
    assert refused.value.index == 1
    assert "does not fit" in str(refused.value)


@pytest.mark.parametrize("at", [3, 6])
def test_a_position_inside_an_emoji_is_refused(at: int) -> None:
    doc = a_doc("a😀b😀")
    whole = apply_steps(doc, [typed("x", at - 1)])
    assert "x" in json.dumps(whole)
    with pytest.raises(BrokenStep):
        apply_steps(doc, [typed("x", at)])


@pytest.mark.parametrize("kind", ["addMark", "removeMark"])
def test_a_mark_that_begins_inside_an_emoji_is_refused(kind: str) -> None:
    step = {"stepType": kind, "from": 2, "to": 4, "mark": {"type": "strong"}}
    bold = paragraph("😀x")
    bold["content"][0]["marks"] = [{"type": "strong"}]
    with pytest.raises(BrokenStep):
        apply_steps(a_doc("x") | {"content": [bold]}, [step])


def test_what_a_slice_brings_along_is_checked_inside_too() -> None:
    empty_list = {"type": "bullet_list", "content": [{"type": "list_item"}]}
    step = {"stepType": "replace", "from": 0, "to": 0, "slice": {"content": [empty_list]}}
    with pytest.raises(BrokenStep):
        apply_steps(a_doc("x"), [step])


def test_a_slice_that_is_open_may_not_leave_an_incomplete_node_behind() -> None:
    figure = {"type": "figure", "content": [{"type": "caption"}]}
    slice_ = {"content": [figure, paragraph("y")], "openStart": 1, "openEnd": 1}
    step = {"stepType": "replace", "from": 1, "to": 1, "slice": slice_}
    with pytest.raises(BrokenStep):
        apply_steps(a_doc("x"), [step])


def test_wrapping_ever_deeper_ends_at_twelve() -> None:
    wrap = {"stepType": "replaceAround", "from": 0, "to": 3, "gapFrom": 0, "gapTo": 3, "insert": 1}
    wrap |= {"slice": {"content": [{"type": "blockquote"}]}, "structure": True}
    steps: list[dict[str, Any]] = []
    for depth in range(12):
        steps.append(wrap | {"to": 3 + 2 * depth, "gapTo": 3 + 2 * depth})
    apply_steps(a_doc("x"), steps[:11])
    with pytest.raises(BrokenStep) as refused:
        apply_steps(a_doc("x"), steps)
    assert refused.value.index == 11


def test_an_attribute_must_be_one_of_that_node_and_of_its_range() -> None:
    doc = a_doc("x")
    step = {"stepType": "attr", "pos": 0, "attr": "align", "value": "center"}
    assert apply_steps(doc, [step])["content"][0]["attrs"]["align"] == "center"
    for wrong in ({"value": "middle"}, {"attr": "level", "value": 2}, {"attr": "colour"}):
        with pytest.raises(BrokenStep):
            apply_steps(doc, [step | wrong])


def test_the_widths_of_a_cell_stay_one_for_each_column() -> None:
    cell = {"type": "table_cell", "attrs": {"colwidth": [100]}, "content": [paragraph("x")]}
    table = {"type": "table", "content": [{"type": "table_row", "content": [cell]}]}
    doc = a_doc("x") | {"content": [table]}
    with pytest.raises(BrokenStep):
        apply_steps(doc, [{"stepType": "attr", "pos": 2, "attr": "colspan", "value": 2}])


def test_a_paper_grows_to_two_megabytes_and_no_further() -> None:
    full = a_doc("x" * (validate.MOST_SIZE - 2))
    with pytest.raises(BrokenStep):
        apply_steps(full, [typed("y", 1)])
    shorter = apply_steps(full, [{"stepType": "replace", "from": 1, "to": 3}])
    assert len(shorter["content"][0]["content"][0]["text"]) == validate.MOST_SIZE - 4
    with pytest.raises(BrokenDocument):
        apply_steps(a_doc("x" * validate.MOST_SIZE), [])


def test_a_set_of_mark_steps_is_applied_even_if_sets_lie_inside_sets() -> None:
    bold = {"stepType": "addMark", "from": 1, "to": 3, "mark": {"type": "strong"}}
    em = bold | {"mark": {"type": "em"}}
    nested = {"stepType": "markSet", "steps": [bold, {"stepType": "markSet", "steps": [em]}]}
    assert apply_steps(a_doc("xyz"), [nested]) == apply_steps(a_doc("xyz"), [bold, em])


# Whatever comes, nothing but our own two errors comes back


HOSTILE: list[Any] = [
    None, True, 1, -1, 2**31, 2**63, 2**80, 1.5, float("nan"), float("inf"), "", "doc", "\ud800",
    "a\x00b", "\u202e", [], {}, [[]], {"type": "text"}, {"type": "doc"}, {"stepType": "replace"},
]  # fmt: skip
ANY_JSON = st.recursive(
    st.sampled_from(HOSTILE) | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "content", "marks", "attrs", "text", "stepType", "from", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


def nested(depth: int, key: str) -> Any:
    value: Any = {"type": "text", "text": "x"}
    for _ in range(depth):
        value = {"type": "blockquote", key: [value]}
    return value


def refused_or_done(doc: Any, steps: Any) -> bool:
    try:
        apply_steps(doc, steps)
    except (BrokenStep, BrokenDocument) as refused:
        assert str(refused)
        return False
    return True


@given(ANY_JSON, ANY_JSON)
@settings(max_examples=300, deadline=None)
def test_any_json_is_refused_politely(doc: Any, step: Any) -> None:
    assert not refused_or_done(doc, [step])
    assert not refused_or_done(a_doc("x"), [step])
    refused_or_done(a_doc("x"), step)


@pytest.mark.parametrize("key", ["content", "marks", "attrs"])
@pytest.mark.parametrize("depth", [13, 100, 10_000])
def test_nesting_however_deep_is_refused(depth: int, key: str) -> None:
    deep = nested(depth, key)
    assert not refused_or_done({"type": "doc", "content": [deep]}, [])
    inserted = {"stepType": "replace", "from": 0, "to": 0, "slice": {"content": [deep]}}
    assert not refused_or_done(a_doc("x"), [inserted])
    attribute = {"stepType": "attr", "pos": 0, "attr": "id", "value": deep}
    assert not refused_or_done(a_doc("x"), [attribute])
    steps: Any = {"stepType": "markSet", "steps": []}
    for _ in range(depth):
        steps = {"stepType": "markSet", "steps": [steps]}
    assert not refused_or_done(a_doc("x"), [steps])


def _places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here] if here else []
    if isinstance(value, dict):
        for key in value:
            found += _places(value[key], (*here, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += _places(inner, (*here, index))
    return found


def mutated(rng: Random, value: Any) -> Any:
    changed = json.loads(json.dumps(value))
    for _ in range(rng.randint(1, 2)):
        *path, last = rng.choice(_places(changed) or [("stepType",)])
        target = changed
        for key in path:
            target = target[key]
        if type(target[last]) is int and rng.random() < 0.7:
            target[last] += rng.choice([-1, 1, 2, -5, 20])
        elif rng.random() < 0.4:
            del target[last]
        else:
            target[last] = copy.deepcopy(rng.choice(HOSTILE))  # one may come into another
    return changed


@given(st.integers(0, 2**32))
@settings(max_examples=400, deadline=None)
def test_real_steps_bent_at_random_are_applied_validly_or_refused(seed: int) -> None:
    rng = Random(seed)
    sequence = rng.choice(RECORDED)
    doc = apply.parse_doc(sequence["doc"])
    for event in sequence["events"][:8]:
        try:
            bent = apply.parse_steps([mutated(rng, event["step"])])
            after = apply.apply_one(doc, bent[0])
        except BrokenStep:
            pass
        else:
            after.check()
            validate.document(after.to_json())
        if event["result"] == "ok":
            doc = apply.apply_one(doc, apply.parse_steps([event["step"]])[0])


@given(documents(), st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_documents_bent_at_random_are_valid_or_refused(doc: Any, seed: int) -> None:
    node = apply.parse_doc(doc)
    node.check()
    assert node.to_json() == doc
    try:
        bent = apply.parse_doc(mutated(Random(seed), doc))
    except BrokenDocument as refused:
        assert str(refused)
    else:
        bent.check()
