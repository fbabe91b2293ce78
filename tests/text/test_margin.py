"""Line numbers beside a redline: each line of a side begins where it begins in its text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from strategy.text.amending import passages
from strategy.text.compare import compare
from strategy.text.fingerprint import canonical
from strategy.text.lines import Line, LineMap, blocks, with_lines
from strategy.text.margin import Margin
from strategy.text.schema import TEXTBLOCKS
from strategy.text.write.html import fragment
from tests.builders import a_doc, a_heading
from tests.text.documents import documents
from tests.text.write.sample import li, p, t, table, td, tr, ul


def lined(doc, width=7):
    """A made-up map: a line every few characters, an empty block has one."""
    made = []
    for block in blocks(doc):
        if block.numbered:
            for start in range(0, max(1, block.length), width):
                end = min(block.length, start + width)
                made.append(Line(len(made) + 1, block.key, start, end))
    return LineMap("1", tuple(made))


def begun(node, gone):
    """Each line's number with the characters of a side that stand before it."""
    found, at = [], 0

    def walk(node):
        nonlocal at
        if any(mark["type"] == gone for mark in node.get("marks", ())):
            return
        if node["type"] == "line":
            found.append((node["attrs"]["number"], at))
        elif "text" in node:
            at += len(node["text"])
        elif node["type"] not in TEXTBLOCKS and node["type"] in ("hard_break", "footnote", "image"):
            at += 1
        else:
            for child in node.get("content", ()):
                walk(child)

    walk(node)
    return found


def without(node):
    """The document as it was before lines were put into it."""
    if "content" not in node:
        return node
    content = [without(each) for each in node["content"] if each["type"] != "line"]
    made = {key: value for key, value in node.items() if key != "content"}
    return {**made, "content": content} if content else made


OLD = canonical(
    a_doc(
        a_heading("Ziel"),
        "Wir wollen Sonne und Wind für alle.",
        ul(li(p(t("erst dies und jenes"))), li(p(t("dann etwas anderes")))),
        table(tr(td("Zelle mit Worten"))),
        "",
        "Schluss mit einem Satz.",
    )
)
NEW = canonical(
    a_doc(
        a_heading("Unser Ziel"),
        "Wir wollen viel Sonne für alle.",
        "Ein ganz neuer Absatz.",
        ul(li(p(t("erst dies"))), li(p(t("und dann etwas ganz anderes")))),
        "",
        "Schluss mit zwei Sätzen.",
    )
)


def test_each_line_begins_where_it_begins_in_its_own_text():
    marked = compare(OLD, NEW)
    for side, doc, gone in (("old", OLD, "insertion"), ("new", NEW, "deletion")):
        beside = Margin(doc, lined(doc)).beside(marked, side)
        assert begun(beside, gone) == begun(with_lines(doc, lined(doc)), "nothing")
        assert canonical(without(beside)) == canonical(marked)
        numbers = [number for number, _ in begun(beside, gone)]
        assert numbers == [line.number for line in lined(doc).lines]


@given(old=documents(), new=documents())
def test_no_line_is_lost_or_moved_whatever_changes(old, new):
    old, new = canonical(old), canonical(new)
    marked = compare(old, new)
    for side, doc in (("old", old), ("new", new)):
        lines = lined(doc)
        beside = Margin(doc, lines).beside(marked, side)
        gone = {"old": "insertion", "new": "deletion"}[side]
        numbers = [number for number, _ in begun(beside, gone)]
        assert numbers == [line.number for line in lines.lines]


def test_a_passage_has_the_lines_of_its_blocks():
    marked = compare(OLD, NEW)
    margin = Margin(OLD, lined(OLD))
    whole = dict(begun(with_lines(OLD, lined(OLD)), "nothing"))
    shown = set()
    for passage in passages(OLD, marked):
        part = margin.part(passage.nodes, passage.block, passage.blocks)
        numbers = [number for number, _ in begun({"type": "doc", "content": part}, "insertion")]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
        shown |= set(numbers)
    assert shown <= set(whole)
    assert shown


def test_a_redline_of_something_else_is_left_alone():
    margin = Margin(OLD, lined(OLD))
    nodes = a_doc("Ganz anders.")["content"]
    assert margin.part(nodes, 0, 1) == nodes
    assert margin.part(nodes, 1, 0) == nodes


@given(st.integers(1, 20))
def test_what_is_written_has_every_number_once(width):
    marked = compare(OLD, NEW)
    markup = fragment(Margin(NEW, lined(NEW, width)).beside(marked, "new"), view="marked")
    for line in lined(NEW, width).lines:
        assert markup.count(f'id="Z{line.number}"') == 1
