"""A tracked document in two columns: before and after, each with its own side of the changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from strategy.text.fingerprint import joined
from strategy.text.schema import TEXTBLOCKS, TRACKED

Document = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """Blocks that face each other.

    before      what stood there, its deletions marked; no insertion is in it
    after       what stands there, its insertions and new markup marked; no deletion is in it
    changed     whether the two differ
    """

    before: list[Document]
    after: list[Document]
    changed: bool


def rows(marked: Document) -> list[Row]:
    """The rows of a tracked document, in its order.

    A deleted block and the inserted one behind it face each other.
    """
    made = [
        Row(_side(group, "insertion"), _side(group, "deletion"), any(map(_changed, group)))
        for group in _groups(marked.get("content", []))
    ]
    return list(_facing(made))


def _groups(blocks: Sequence[Document]) -> Iterator[list[Document]]:
    """Blocks whose ends were inserted or deleted stand with those that they are joined to."""
    group: list[Document] = []
    for block in blocks:
        group.append(block)
        if not (block["type"] in TEXTBLOCKS and block.get("attrs", {}).get("end")):
            yield group
            group = []
    if group:
        yield group


def _facing(made: Sequence[Row]) -> Iterator[Row]:
    skip = False
    for row, behind in pairwise([*made, Row([], [], False)]):
        if skip:
            skip = False
        elif row.before and not row.after and behind.after and not behind.before:
            yield Row(row.before, behind.after, True)
            skip = True
        else:
            yield row


def _changed(node: Document) -> bool:
    if node.get("attrs", {}).get("end"):
        return True
    if any(mark["type"] in TRACKED for mark in node.get("marks", ())):
        return True
    return any(map(_changed, node.get("content", ())))


def _side(blocks: Sequence[Document], gone: str) -> list[Document]:
    """The blocks without what is `gone` on this side; the other side's marks stay."""
    kept: list[Document] = []
    joins = False
    for block in blocks:
        if any(mark["type"] == gone for mark in block.get("marks", ())):
            continue
        node = _without(block, gone)
        end = block.get("attrs", {}).get("end") if block["type"] in TEXTBLOCKS else None
        if joins and kept and node["type"] in TEXTBLOCKS and kept[-1]["type"] in TEXTBLOCKS:
            content = joined([*kept[-1].get("content", ()), *node.get("content", ())])
            kept[-1] = {**kept[-1], "content": content}
        else:
            kept.append(node)
        joins = end is not None and end["change"] == gone
    return kept


def _without(node: Document, gone: str) -> Document:
    marks = list(node.get("marks", ()))
    made = dict(node)
    if gone == "insertion":
        for mark in marks:
            if mark["type"] == "modification":
                made |= _former(made, mark["attrs"].get("before") or {})
        marks = [mark for mark in made.get("marks", marks) if mark["type"] != "modification"]
    made["marks"] = marks
    if not marks:
        del made["marks"]
    if "end" in made.get("attrs", {}):
        made["attrs"] = {**made["attrs"], "end": None}
    if "content" in made:
        made["content"] = joined(_side(made["content"], gone))
        if not made["content"]:
            del made["content"]
    return made


def _former(node: Document, before: Document) -> Document:
    """What a modification says the node was."""
    made: Document = {}
    if "type" in before:
        made["type"] = before["type"]
        made["attrs"] = {**before.get("attrs", {})}
    if "marks" in before:
        tracked = [mark for mark in node.get("marks", ()) if mark["type"] in TRACKED]
        made["marks"] = [*before["marks"], *tracked]
    return made
