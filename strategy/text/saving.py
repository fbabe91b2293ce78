"""What programs change in a file by themselves when they save it: none of it is an edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote

from strategy.text.schema import TEXTBLOCKS, TRACKED
from strategy.text.tracked import reject

Document = dict[str, Any]


def as_before(old: Document, new: Document) -> Document:
    """The document that came back, with what no editor of the file decides as it was.

    old, new   as our reader reads the export and the file, tracked, in canonical form
    These are the document's own attributes, the widths of columns, and the kind of a paragraph
    behind one that is marked as deleted (LibreOffice gives it the style of that one).
    """
    made = {**new, "attrs": old["attrs"]}
    made = _with_widths(made, _tables(old), _tables(new))
    return _restyled(made, {_words(node): node for node in _joined_on(old)})


def edits_alone(marked: Document) -> Document:
    """Changes that nobody tracked, but for what programs change by themselves.

    These are empty paragraphs that come and go, columns measured anew, addresses spelt anew, the
    lettering of line breaks, and page breaks in tables, which no program can show.
    """
    idle = set(_idle(marked, in_table=False))
    return reject(marked, only=idle) if idle else marked


def _idle(node: Document, *, in_table: bool) -> Iterator[str]:
    for mark in node.get("marks", ()):
        whole = mark["type"] in {"insertion", "deletion"}
        nothing = node["type"] == "paragraph" and not node.get("content")
        if whole and (nothing or (in_table and node["type"] == "page_break")):
            yield mark["attrs"]["id"]
        if mark["type"] == "modification" and _is_idle(node, mark["attrs"]["before"]):
            yield mark["attrs"]["id"]
    for child in node.get("content", ()):
        yield from _idle(child, in_table=in_table or node["type"] == "table")


def _is_idle(node: Document, before: Document) -> bool:
    if "marks" in before:
        return node["type"] == "hard_break" or _spelt(before["marks"]) == _spelt(node["marks"])
    was, now = (each.get("attrs") or {} for each in (before, node))
    differ = {name for name in was if was[name] != now.get(name)}
    return differ == {"colwidth"} and before.get("type", node["type"]) == node["type"]


def _spelt(marks: list[Document]) -> list[Document]:
    """Marks, apart from what is tracked, with addresses in one spelling."""
    return [
        {**mark, "attrs": {**mark["attrs"], "href": unquote(mark["attrs"]["href"])}}
        if mark["type"] == "link"
        else mark
        for mark in marks
        if mark["type"] not in TRACKED
    ]


Widths = dict[int, int | None]
"""The widths of a table's columns."""


def _tables(node: Document) -> list[Document]:
    found = [node] if node["type"] == "table" else []
    for child in node.get("content", ()):
        found += _tables(child)
    return found


def _widths(table: Document) -> Widths:
    found: Widths = {}
    for row in table["content"]:
        at = 0
        for cell in row.get("content", ()):
            span = cell["attrs"]["colspan"]
            for offset, width in enumerate(cell["attrs"]["colwidth"] or [None] * span):
                found.setdefault(at + offset, width)
            at += span
    return found


def _columns(table: Document) -> int:
    rows = table["content"]
    return max(
        (sum(cell["attrs"]["colspan"] for cell in row["content"]) for row in rows), default=0
    )


def _with_widths(new: Document, was: Sequence[Document], now: Sequence[Document]) -> Document:
    """Tables with the widths that they had; tables are known again by their first words."""
    by_words = {_words(table)[:200]: table for table in was}
    pairs = {}
    for index, table in enumerate(now):
        same = by_words.get(_words(table)[:200])
        if same is None and len(was) == len(now):
            same = was[index]
        if same is not None and _columns(same) == _columns(table):
            pairs[index] = same
    numbers = iter(range(len(now)))

    def walk(node: Document) -> Document:
        if node["type"] == "table":
            former = pairs.get(next(numbers))
            made = {**node, "content": [walk(child) for child in node["content"]]}
            return made if former is None else _measured(made, former)
        if "content" not in node or node["type"] in TEXTBLOCKS:
            return node
        return {**node, "content": [walk(child) for child in node["content"]]}

    return walk(new)


def _measured(table: Document, former: Document) -> Document:
    """The table with the former one's widths, cell by cell where their rows are alike."""
    general = _widths(former)
    shapes = {}
    for number, row in enumerate(former["content"]):
        shapes[number] = [cell["attrs"]["colspan"] for cell in row["content"]]
    rows = []
    for number, row in enumerate(table["content"]):
        cells, at = [], 0
        spans = [cell["attrs"]["colspan"] for cell in row["content"]]
        alike = former["content"][number]["content"] if shapes.get(number) == spans else None
        for index, cell in enumerate(row["content"]):
            span = spans[index]
            if alike is not None:
                width = alike[index]["attrs"]["colwidth"]
            else:
                wide = [general.get(at + offset) for offset in range(span)]
                width = wide if all(each is not None for each in wide) else None
            cells.append({**cell, "attrs": {**cell["attrs"], "colwidth": width}})
            at += span
        rows.append({**row, "content": cells})
    return {**table, "content": rows}


def _joined_on(node: Document) -> Iterator[Document]:
    """Textblocks behind one that is marked as deleted, or whose end is."""
    before: Document = {}
    for child in node.get("content", ()):
        end = (before.get("attrs") or {}).get("end")
        gone = any(mark["type"] == "deletion" for mark in before.get("marks", ()))
        if child["type"] in TEXTBLOCKS and (gone or (end and end["change"] == "deletion")):
            yield child
        if child["type"] not in TEXTBLOCKS:
            yield from _joined_on(child)
        before = child


def _restyled(new: Document, was: dict[str, Document]) -> Document:
    changed = {
        id(node): was[_words(node)]
        for node in _joined_on(new)
        if _words(node) in was and was[_words(node)]["type"] != node["type"]
    }

    def walk(node: Document) -> Document:
        former = changed.get(id(node))
        if former is not None:
            attrs = {**former["attrs"], "end": node["attrs"]["end"]}
            return {**node, "type": former["type"], "attrs": attrs}
        if "content" not in node or node["type"] in TEXTBLOCKS:
            return node
        return {**node, "content": [walk(child) for child in node["content"]]}

    return walk(new) if changed else new


def _words(node: Document) -> str:
    if "text" in node:
        return str(node["text"])
    return "".join(map(_words, node.get("content", ())))
