"""The strict check in front: by value, not only by type; and what it says."""

from __future__ import annotations

from typing import Any

import pytest

from strategy.text import schema, validate
from strategy.text.validate import BrokenDocument, BrokenStep


def doc_of(*blocks: dict[str, Any], **attrs: Any) -> dict[str, Any]:
    return {"type": "doc", "attrs": attrs, "content": list(blocks)}


def text(words: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "text": words} | ({"marks": list(marks)} if marks else {})


def paragraph(*content: dict[str, Any], **attrs: Any) -> dict[str, Any]:
    return {"type": "paragraph", "attrs": attrs, "content": list(content)}


def link(href: Any, **more: Any) -> dict[str, Any]:
    return {"type": "link", "attrs": {"href": href} | more}


def inserted(**more: Any) -> dict[str, Any]:
    return {"type": "insertion", "attrs": {"id": "anna:1"} | more}


def replaced(**before: Any) -> dict[str, Any]:
    return {"type": "modification", "attrs": {"id": "anna:1", "before": before}}


VALID = [
    paragraph(),
    paragraph(text("x"), id="b-1", align="center"),
    paragraph(text("Tab\there, NBSP\u00a0there, joiner 👩‍🌾, soft\u00adhyphen")),
    paragraph(text("x", link("https://example.org/a?b=c#d", title="Quelle"))),
    paragraph(text("x", link("mailto:anna@example.org"))),
    paragraph(text("x", link("#b-1"))),
    paragraph(text("x"), end={"change": "insertion", "id": "anna:1"}),
    paragraph(text("x", inserted(move="m1"), {"type": "deletion", "attrs": {"id": "ben:2"}})),
    paragraph(text("x", replaced(marks=[{"type": "strong"}, link("https://example.org")]))),
    paragraph(text("x")) | {"marks": [replaced(type="heading", attrs={"level": 2})]},
    paragraph({"type": "footnote", "content": [text("x")]}, {"type": "hard_break"}),
    {"type": "figure", "content": [{"type": "image", "attrs": {"file": "ab" * 32}}]},
    {"type": "horizontal_rule"},
]

INVALID = [
    {},
    {"type": "paragraf"},
    {"type": ["paragraph"]},
    {"type": "doc", "content": [paragraph()]},
    paragraph() | {"colour": "red"},
    paragraph(colour="red"),
    paragraph(align="middle"),
    paragraph(id="a b"),
    paragraph(id=7),
    paragraph(end={"change": "insertion"}),
    paragraph(end={"change": "insertion", "id": "anna"}),
    paragraph(paragraph()),
    paragraph(text("")),
    paragraph({"type": "text", "text": 7}),
    paragraph(text("x") | {"attrs": {}}),
    paragraph(text("x", {"type": "blink"})),
    paragraph(text("x", {"type": "strong"}, {"type": "strong"})),
    paragraph(text("x", {"type": "superscript"}, {"type": "subscript"})),
    paragraph(text("x", {"type": "insertion"})),
    paragraph(text("x", inserted(move=True))),
    paragraph(text("x", replaced(marks=[inserted()]))),
    paragraph(text("x", replaced(attrs={"level": 99}))),
    paragraph(text("x", replaced(type="blink"))),
    paragraph(text("x")) | {"marks": [{"type": "strong"}]},
    {"type": "heading", "attrs": {"level": 5}},
    {"type": "heading", "attrs": {"level": True}},
    {"type": "heading", "attrs": {"level": 1.0}},
    {"type": "heading", "attrs": {"level": "1"}},
    {"type": "bullet_list"},
    {"type": "bullet_list", "content": [paragraph()]},
    {"type": "figure", "content": [{"type": "caption"}]},
    {"type": "figure", "content": [{"type": "image", "attrs": {"file": "https://x.org/a.png"}}]},
    {"type": "figure", "content": [{"type": "image", "attrs": {"width": 4}}]},
    {"type": "horizontal_rule", "content": [paragraph()]},
    {"type": "table", "content": [{"type": "table_cell", "content": [paragraph()]}]},
    text("x"),
]


@pytest.mark.parametrize("block", VALID, ids=range(len(VALID)))
def test_what_the_schema_allows_is_let_through(block: dict[str, Any]) -> None:
    validate.document(doc_of(block))


@pytest.mark.parametrize("block", INVALID, ids=range(len(INVALID)))
def test_what_the_schema_does_not_allow_is_refused(block: dict[str, Any]) -> None:
    with pytest.raises(BrokenDocument) as refused:
        validate.document(doc_of(block))
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:x",
        "\x01javascript:x", "javascript\n:x", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
        "ftp://example.org", "//example.org", "/papers/1", "example.org", "http:example.org",
        "http:/\\example.org", "https:\\\\example.org", "https://", "https:// example.org",
        "https://exa mple.org", 'https://example.org/"onclick="x', "https://example.org/<b>",
        "https://example.org/\u202egpj.exe", "https://example.org/\u200b", "mailto:", "mailto:a b",
        "mailto://x", "#", "#a b", "##", "cid:1", "", "https://example.org/" + "x" * 2000, 7, None,
    ],
)  # fmt: skip
def test_a_link_leads_to_http_mail_or_a_block_here(href: Any) -> None:
    with pytest.raises(BrokenDocument):
        validate.document(doc_of(paragraph(text("x", link(href)))))


@pytest.mark.parametrize(
    ("character", "reason"),
    [
        *[(chr(code), "control character") for code in (0, 1, 8, 10, 11, 13, 27, 31, 127, 0x85)],
        *[(chr(code), "reading direction") for code in (*range(0x202A, 0x202F), 0x2066, 0x2069)],
        ("\ufffe", "control character"),
    ],
)
def test_characters_that_lie_or_break_are_refused_with_the_reason(
    character: str, reason: str
) -> None:
    for block in (
        paragraph(text(f"a{character}b")),
        {"type": "image", "attrs": {"alt": character}},
    ):
        figure = {"type": "figure", "content": [block]} if block["type"] == "image" else block
        with pytest.raises(BrokenDocument, match=reason):
            validate.document(doc_of(figure))


def test_half_a_character_is_refused() -> None:
    for words in ("\ud800", "a\udc00b"):
        with pytest.raises(BrokenDocument, match="half a character"):
            validate.document(doc_of(paragraph(text(words))))


def test_twelve_blocks_may_lie_inside_one_another() -> None:
    def quoted(depth: int) -> dict[str, Any]:
        block = paragraph(text("x"))
        for _ in range(depth - 1):
            block = {"type": "blockquote", "content": [block]}
        return block

    validate.document(doc_of(quoted(12)))
    with pytest.raises(BrokenDocument, match="deep"):
        validate.document(doc_of(quoted(13)))


def test_the_document_itself_may_only_be_marked_as_modified() -> None:
    doc = doc_of(paragraph(), title="Neu")
    validate.document(doc | {"marks": [replaced(attrs={"title": "Alt"})]})
    with pytest.raises(BrokenDocument):
        validate.document(doc | {"marks": [inserted()]})


def test_a_cell_has_one_width_for_each_column_it_spans() -> None:
    def table(**attrs: Any) -> dict[str, Any]:
        cell = {"type": "table_cell", "attrs": attrs, "content": [paragraph()]}
        return {"type": "table", "content": [{"type": "table_row", "content": [cell]}]}

    validate.document(doc_of(table(colspan=2, colwidth=[50, 60])))
    for attrs in ({"colwidth": [50, 60]}, {"colspan": 2, "colwidth": [50]}, {"colwidth": [5]}):
        with pytest.raises(BrokenDocument):
            validate.document(doc_of(table(**attrs)))


STEP = {"stepType": "replace", "from": 1, "to": 2}
MARK_STEP = {"stepType": "addMark", "from": 1, "to": 2, "mark": {"type": "strong"}}


@pytest.mark.parametrize(
    "wrong",
    [
        None, [], "replace", {}, {"stepType": "explode"}, {"stepType": ["replace"]},
        STEP | {"from": 3}, STEP | {"from": -1}, STEP | {"from": True}, STEP | {"to": 2.0},
        STEP | {"to": "2"}, STEP | {"to": None}, STEP | {"to": 2**40}, STEP | {"note": 1},
        {"stepType": "replace", "from": 1}, STEP | {"structure": 1}, STEP | {"slice": None},
        STEP | {"slice": {}}, STEP | {"slice": {"content": []}},
        STEP | {"slice": {"content": [text("x")], "openStart": 1}},
        STEP | {"slice": {"content": [paragraph()], "openStart": 2}},
        STEP | {"slice": {"content": [paragraph()], "openStart": -1}},
        STEP | {"slice": {"content": [paragraph()], "openStart": True}},
        STEP | {"slice": {"content": [paragraph(text("\u202e"))]}},
        STEP | {"slice": {"content": [paragraph(text("x", link("javascript:x")))]}},
        MARK_STEP | {"mark": None}, MARK_STEP | {"mark": {"type": "blink"}},
        MARK_STEP | {"mark": link("javascript:x")}, MARK_STEP | {"slice": {"content": [text("x")]}},
        {"stepType": "addNodeMark", "pos": -1, "mark": {"type": "strong"}},
        {"stepType": "attr", "pos": 0, "attr": "level", "value": 9},
        {"stepType": "attr", "pos": 0, "attr": "title", "value": "x"},
        {"stepType": "attr", "pos": 0, "attr": ["level"], "value": 1},
        {"stepType": "docAttr", "attr": "title", "value": "x" * 301},
        {"stepType": "docAttr", "attr": "lang", "value": "deutsch"},
        {"stepType": "docAttr", "attr": "level", "value": 1},
        {"stepType": "markSet", "steps": [STEP]}, {"stepType": "markSet", "steps": MARK_STEP},
    ],
)  # fmt: skip
def test_a_malformed_step_is_refused_before_the_port_sees_it(wrong: Any) -> None:
    validate.steps([STEP, MARK_STEP])
    with pytest.raises(BrokenStep) as refused:
        validate.steps([STEP, wrong])
    assert refused.value.index == 1
    with pytest.raises(BrokenStep):
        validate.step(wrong)


def test_a_batch_is_a_list_of_at_most_a_quarter_megabyte() -> None:
    part = STEP | {"slice": {"content": [text("ü" * 64_000)]}}
    validate.steps([part])
    with pytest.raises(BrokenStep, match="256 kB"):
        validate.steps([part, part, part])
    for wrong in (None, {}, "[]", 1):
        with pytest.raises(BrokenStep):
            validate.steps(wrong)
    with pytest.raises(BrokenStep):
        validate.steps([STEP] * (validate.MOST_STEPS + 1))


def test_every_attribute_has_a_check_that_takes_its_default() -> None:
    for kinds, checks in ((schema.NODES, schema.CHECKS), (schema.MARKS, schema.MARK_CHECKS)):
        for name, spec in kinds.items():
            for attr, of in spec.get("attrs", {}).items():
                if "default" in of:
                    assert checks[name][attr](of["default"]) is None, (name, attr)
                assert checks[name][attr](object()) is not None, (name, attr)
