"""Plain typing by arithmetic comes out as the port and the strict check have it."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.text import apply, keystroke, validate
from strategy.text.apply import SCHEMA, BrokenStep, parse_steps
from strategy.text.positions import units
from tests.text.documents import a_document

TEXTS = st.one_of(
    st.text(alphabet="ab ä😀𝔸\u0301\u200d", min_size=1, max_size=6),
    st.sampled_from(["x", "ein Wort ", "👩‍🌾", "\t", "\n", "\ud83d", "\u202e", "\0", ""]),
)
MARKS = st.sampled_from(
    [
        None,
        [],
        [{"type": "strong"}],
        [{"type": "em"}],
        [{"type": "em"}, {"type": "strong"}],
        [{"type": "superscript"}, {"type": "subscript"}],
        [{"type": "code"}],
        [{"type": "unknown"}],
        [{"type": "link", "attrs": {"href": "https://example.org/1", "title": None}}],
        [{"type": "link", "attrs": {"href": "javascript:alert(1)"}}],
    ]
)


def whole(node: Any) -> Any:
    """A node with all that it is made of, the sizes that it has counted among it."""
    made = (
        node.type.name,
        node.attrs,
        [(m.type.name, m.attrs) for m in node.marks],
        node.node_size,
    )
    return (*made, node.text, node.content.size, [whole(child) for child in node.content.content])


def by_the_port(doc: Any, step: Any) -> Any:
    try:
        return whole(apply._by_the_port(doc, step, 0))
    except BrokenStep:
        return None


@st.composite
def typings(draw: Any, doc: Any) -> dict[str, Any]:
    """A replacement somewhere, mostly short and mostly of text, not always one that fits."""
    start = draw(st.integers(0, doc.content.size + 2))
    length = draw(st.sampled_from([0, 0, 0, 1, 1, 2, 3, 7, 30]))
    step: dict[str, Any] = {"stepType": "replace", "from": start, "to": start + length}
    if not draw(st.integers(0, 3)):
        return step
    node: dict[str, Any] = {"type": "text", "text": draw(TEXTS)}
    marks = draw(MARKS)
    if marks is not None:
        node["marks"] = marks
    return step | {"slice": {"content": [node]}}


@settings(max_examples=600)
@given(st.data(), st.integers(0, 2**32))
def test_typing_anywhere_comes_out_as_the_port_has_it(data: Any, seed: int) -> None:
    doc = SCHEMA.node_from_json(a_document(Random(seed)))
    before = whole(doc)
    for _ in range(8):
        json = data.draw(typings(doc))
        try:
            step = parse_steps([json])[0]
        except BrokenStep:
            continue
        quick = keystroke.applied(doc, step)
        if quick is not None:
            assert whole(quick) == by_the_port(doc, step)
    assert whole(doc) == before


@settings(max_examples=400)
@given(st.data(), st.integers(0, 2**32))
def test_runs_of_typing_stay_what_the_port_makes_of_them(data: Any, seed: int) -> None:
    quick = slow = SCHEMA.node_from_json(a_document(Random(seed)))
    for _ in range(12):
        try:
            step = parse_steps([data.draw(typings(quick))])[0]
            after = apply.apply_one(quick, step)
        except BrokenStep:
            continue
        quick, slow = after, apply._by_the_port(slow, step, 0)
    assert whole(quick) == whole(slow)
    quick.check()


NEAR = st.fixed_dictionaries(
    {"stepType": st.sampled_from(["replace", "replace", "replace", "addMark", 1])},
    optional={
        "from": st.sampled_from([0, 1, 2, 5, -1, True, 1.0, "1", None, 10_000_000, 10_000_001]),
        "to": st.sampled_from([1, 2, 5, 10_000_000, 10_000_001, False, None]),
        "structure": st.booleans(),
        "more": st.none(),
        "slice": st.one_of(
            st.none(),
            st.fixed_dictionaries(
                {
                    "content": st.lists(
                        st.fixed_dictionaries(
                            {"type": st.sampled_from(["text", "text", "paragraph", "hard_break"])},
                            optional={"text": TEXTS, "marks": MARKS, "attrs": st.just({})},
                        ),
                        max_size=2,
                    )
                },
                optional={"openStart": st.sampled_from([0, 1]), "openEnd": st.just(0)},
            ),
        ),
    },
)


@settings(max_examples=2_000)
@given(NEAR)
def test_what_is_read_quickly_has_passed_the_strict_check(json: Any) -> None:
    step = keystroke.read(SCHEMA, json)
    if step is not None:
        validate.steps([json])
        assert step.to_json() == apply._parsed(json, 0).to_json()
        assert step.slice.size == apply._parsed(json, 0).slice.size


def typed(text: str, at: int, to: int | None = None) -> dict[str, Any]:
    part = {"slice": {"content": [{"type": "text", "text": text}]}} if text else {}
    return {"stepType": "replace", "from": at, "to": at if to is None else to} | part


def a_doc(*children: dict[str, Any]) -> Any:
    return SCHEMA.node_from_json(
        {"type": "doc", "content": [{"type": "paragraph", "content": list(children)}]}
    )


def text(words: str, *marks: str) -> dict[str, Any]:
    return {"type": "text", "text": words, "marks": [{"type": name} for name in marks]}


@pytest.mark.parametrize(
    ("children", "step"),
    [
        ([text("Vor")], typed("lauf", 4)),
        ([text("Vor")], typed("x", 1)),
        ([], typed("x", 1)),
        ([text("Vor")], typed("", 1, 4)),
        ([text("a😀b")], typed("x", 4)),
        ([text("a😀b")], typed("", 2, 4)),
        ([text("a"), text("b", "strong"), text("c")], typed("x", 2)),
        ([text("a"), text("b", "strong"), text("c")], typed("x", 3)),
        ([text("a"), text("b", "strong"), text("c")], typed("", 2, 3)),
        ([text("a"), {"type": "hard_break"}, text("b")], typed("x", 2)),
        ([text("a"), {"type": "hard_break"}, text("b")], typed("x", 3)),
    ],
)
def test_plain_typing_is_quick_and_right(children: list[Any], step: Any) -> None:
    doc, parsed = a_doc(*children), keystroke.read(SCHEMA, step)
    quick = keystroke.applied(doc, parsed)
    assert quick is not None
    assert whole(quick) == by_the_port(doc, parsed)


@pytest.mark.parametrize(
    "step",
    [
        typed("x", 0),  # between blocks
        typed("x", 6),  # behind the last
        typed("x", 3),  # inside the emoji
        typed("", 3, 4),
        typed("", 0, 2),
        typed("", 2, 9),
        typed("", 2, 2),
        typed("x", 999),
    ],
)
def test_what_is_not_plain_typing_is_left_to_the_port(step: Any) -> None:
    parsed = apply._parsed(step, 0)
    assert keystroke.applied(a_doc(text("a😀b")), parsed) is None


def test_a_text_of_many_blocks_grows_by_units_not_by_characters() -> None:
    doc = a_doc(text("a"))
    step = keystroke.read(SCHEMA, typed("😀" * 5, 2))
    assert keystroke.applied(doc, step).content.size == doc.content.size + units("😀" * 5)


def test_a_paper_cannot_be_typed_beyond_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validate, "MOST_SIZE", 5)
    doc = a_doc(text("Vor"))
    with pytest.raises(BrokenStep, match="too long"):
        apply.apply_one(doc, keystroke.read(SCHEMA, typed("x", 4)))
    apply.apply_one(doc, keystroke.read(SCHEMA, typed("", 1, 2)))


def test_long_texts_are_measured_by_the_strict_check() -> None:
    assert keystroke.read(SCHEMA, typed("x" * (keystroke.LONGEST + 1), 1)) is None
    with pytest.raises(BrokenStep):
        parse_steps([typed("x" * validate.MOST_BATCH, 1)])
