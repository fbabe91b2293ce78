"""Each correction to the Python port of ProseMirror, by what went wrong without it."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from strategy.text import port
from strategy.text.apply import SCHEMA, parse_doc, parse_steps
from strategy.text.port import Mapping, Mark, Node, ReplaceError, Schema, Slice, Step, StepMap


def mark(name: str, **attrs: Any) -> Any:
    return SCHEMA.marks[name].create(attrs)


def paragraph(*texts: str) -> dict[str, Any]:
    content = [{"type": "text", "text": text} for text in texts]
    return {"type": "paragraph", "content": content}


def doc(*texts: str) -> Any:
    return parse_doc({"type": "doc", "content": [paragraph(text) for text in texts]})


def test_a_mark_that_excludes_the_first_does_not_swallow_the_second() -> None:
    marks = {"first": {}, "second": {}, "last": {"excludes": "last first"}}
    nodes = {"doc": {"content": "text*"}, "text": {}}
    made = Schema({"nodes": nodes, "marks": marks}).marks
    kept = made["last"].create().add_to_set([made["first"].create(), made["second"].create()])
    assert [each.type.name for each in kept] == ["second", "last"]


def test_a_mark_that_excludes_the_first_keeps_the_rest() -> None:
    kept = mark("subscript").add_to_set([mark("superscript"), mark("highlight")])
    assert [each.type.name for each in kept] == ["subscript", "highlight"]


def test_texts_are_let_go_once_nobody_needs_them() -> None:
    text = doc("Eins", "Zwei")
    steps = [
        {"stepType": "replace", "from": 2, "to": 3},
        {"stepType": "replace", "from": 7, "to": 8},
    ]
    kept = []
    for step in parse_steps(steps):
        kept.append(weakref.ref(text))
        text = step.apply(text).doc
        text.resolve(3)
    gc.collect()
    assert [each() for each in kept] == [None, None]


def test_marks_that_are_not_allowed_are_left_out_and_the_others_kept() -> None:
    kept = SCHEMA.nodes["blockquote"].allowed_marks([mark("em"), mark("deletion", id="anna:1")])
    assert [each.type.name for each in kept] == ["deletion"]


def test_true_is_not_one() -> None:
    assert not port.same_value({"a": True}, {"a": 1})
    assert not port.same_value([0], [False])
    assert port.same_value({"a": [1, None]}, {"a": [1.0, None]})
    one = Mark(SCHEMA.marks["insertion"], {"id": 1, "move": None})
    other = Mark(SCHEMA.marks["insertion"], {"id": True, "move": None})
    assert not one.eq(other)
    kind = SCHEMA.nodes["heading"]
    assert not Node(kind, {"level": 1}, None, []).has_markup(kind, {"level": True})


def test_text_is_measured_in_utf16_units() -> None:
    node = SCHEMA.text("a😀b")
    assert node.node_size == 4
    assert node.cut(1, 3).text == "😀"
    assert SCHEMA.text("abc").cut(1).text == "bc"
    assert parse_doc({"type": "doc", "content": [paragraph("😀😀")]}).content.size == 6


def test_half_a_character_is_refused_not_a_crash() -> None:
    with pytest.raises(ReplaceError):
        SCHEMA.text("a😀").cut(0, 2)
    with pytest.raises(ReplaceError):
        SCHEMA.text("\ud83d")


def test_content_that_does_not_fit_is_a_failed_step_not_a_crash() -> None:
    step = {"stepType": "replace", "from": 0, "to": 3}
    result = parse_steps([step])[0].apply(doc("x"))
    assert result.doc is None
    assert "Invalid content" in result.failed


def test_attributes_are_checked_whenever_a_node_or_mark_is_made() -> None:
    with pytest.raises(ValueError, match="level"):
        SCHEMA.nodes["heading"].create({"level": 9})
    with pytest.raises(ValueError, match="colour"):
        SCHEMA.nodes["heading"].create({"colour": "red"})
    with pytest.raises(ValueError, match="href"):
        mark("link", href="javascript:alert(1)")


def test_what_is_open_in_a_slice_is_not_held_against_an_insertion() -> None:
    quote = port.Fragment.from_([SCHEMA.nodes["blockquote"].create()])
    text = port.Fragment.from_([SCHEMA.text("x")])
    assert Slice(quote, 1, 0).insert_at(0, text) is not None
    assert (
        Slice(port.Fragment.from_([*quote.content, *quote.content]), 0, 0).insert_at(3, text)
        is None
    )


def test_an_insertion_beside_a_position_deletes_nothing_there() -> None:
    for side in (-1, 1):
        result = StepMap([2, 0, 5]).map_result(2, side)
        assert not (result.deleted or result.deleted_before or result.deleted_after)
    assert StepMap([2, 3, 0]).map_result(3, 1).deleted_across


def rebased(step: dict[str, Any], *ranges: list[int]) -> dict[str, Any] | None:
    mapped = parse_steps([step])[0].map(Mapping([StepMap(one) for one in ranges]))
    return mapped and mapped.to_json()


def test_a_replacement_is_only_dropped_when_all_around_it_is_gone() -> None:
    step = {"stepType": "replace", "from": 3, "to": 5}
    assert rebased(step, [3, 2, 0]) == {"stepType": "replace", "from": 3, "to": 3}
    assert rebased(step, [2, 4, 0]) is None


def test_a_wrapping_is_only_dropped_when_all_around_it_is_gone() -> None:
    step = {"stepType": "replaceAround", "from": 3, "to": 6, "gapFrom": 3, "gapTo": 6}
    step |= {"insert": 1, "slice": {"content": [{"type": "blockquote"}]}}
    assert rebased(step, [3, 3, 0]) is not None
    assert rebased(step, [2, 5, 0]) is None


def test_a_mark_on_nothing_is_no_step() -> None:
    for kind in ("addMark", "removeMark"):
        step = {"stepType": kind, "from": 3, "to": 5, "mark": {"type": "strong"}}
        assert rebased(step, [3, 2, 0]) is None
        assert rebased(step | {"to": 3}, [0, 0, 1]) is None
        assert rebased(step, [4, 0, 1]) == step | {"to": 6}


def test_mark_sets_are_known_flattened_and_mapped() -> None:
    bold = {"stepType": "addMark", "mark": {"type": "strong"}, "from": 1, "to": 2}
    inner = {"stepType": "markSet", "steps": [bold | {"from": 3, "to": 4}]}
    step = Step.from_json(SCHEMA, {"stepType": "markSet", "steps": [bold, inner]})
    assert step.to_json()["steps"] == [bold, bold | {"from": 3, "to": 4}]
    before = doc("abcd")
    after = step.apply(before).doc
    assert step.invert(before).apply(after).doc.to_json() == before.to_json()
    mapped = step.map(Mapping([StepMap([0, 3, 0])]))
    assert mapped.to_json()["steps"] == [bold | {"from": 0, "to": 1}]
    assert step.map(Mapping([StepMap([0, 6, 0])])) is None


def test_an_attribute_step_on_nothing_or_on_an_unknown_attribute_fails() -> None:
    unknown = Step.from_json(SCHEMA, {"stepType": "attr", "pos": 0, "attr": "level", "value": 1})
    assert unknown.apply(doc("x")).failed == "There is no attribute level here"
    outside = Step.from_json(SCHEMA, {"stepType": "attr", "pos": 3, "attr": "id", "value": None})
    assert outside.apply(doc("x")).failed == "No node at attribute step's position"
    strange = Step.from_json(SCHEMA, {"stepType": "docAttr", "attr": "level", "value": 1})
    assert strange.apply(doc("x")).failed
