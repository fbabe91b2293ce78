"""Changed paragraph ends, put the way our documents say them.

Word and LibreOffice mark the break after a paragraph as inserted or deleted. In our documents

- a paragraph that came or went as a whole carries the mark itself,
- `end` says that the break to the next textblock beside it was inserted or deleted,
- a break between two list items cannot be said by `end`: the text is then moved in the open,
  deleted here and inserted there, so that accepting and rejecting give what they give in Word.
"""

from __future__ import annotations

import copy
from typing import Any

from .draft import TEXTBLOCKS, Block, change_mark, tracked
from .report import Notes

_OTHER = {"insertion": "deletion", "deletion": "insertion"}


def settled(blocks: list[Block], notes: Notes) -> list[Block]:
    """The blocks of one container (body, cell, note) with their `end` changes settled."""
    for block in blocks:
        end = _end(block)
        if end and len(blocks) > 1 and _covered(block, end["change"]):
            _mark_whole(block, end["change"], end["id"], end.get("move"))
            block["attrs"]["end"] = None
    for index in range(len(blocks) - 1, -1, -1):
        if end := _end(blocks[index]):
            _settle_end(blocks, index, end, notes)
    for block in blocks:
        if end := _end(block):
            block["attrs"]["end"] = {"change": end["change"], "id": end["id"]}
    return blocks


def _end(block: Block) -> dict[str, Any] | None:
    end: dict[str, Any] | None = block.get("attrs", {}).get("end")
    return end if block["type"] in TEXTBLOCKS else None


def _covered(block: Block, kind: str) -> bool:
    return all(
        tracked(node, kind) for node in block.get("content", ()) if node["type"] != "#comment"
    )


def _mark_whole(block: Block, kind: str, change: str, move: str | None = None) -> None:
    moves = [
        mark["attrs"].get("move")
        for node in block.get("content", ())
        if (mark := tracked(node, kind))
    ]
    move = move or (moves[0] if moves and len(set(moves)) == 1 else None)
    author = change.partition(":")[0]
    for node in block.get("content", ()):
        mark = tracked(node, kind)
        if mark and mark["attrs"]["id"].partition(":")[0] == author:
            node["marks"] = [other for other in node["marks"] if other is not mark]
    marks = [mark for mark in block.get("marks", []) if mark["type"] != kind]
    block["marks"] = [*marks, change_mark(kind, change, move)]


def _settle_end(blocks: list[Block], index: int, end: dict[str, Any], notes: Notes) -> None:
    block, kind = blocks[index], end["change"]
    following = next((other for other in blocks[index + 1 :] if not tracked(other, kind)), None)
    if following is None or following["type"] not in TEXTBLOCKS:
        block["attrs"]["end"] = None
        return
    last = following is blocks[-1] or not _end(following)
    if last and _covered(following, kind):
        own = next((m for n in following["content"] if (m := tracked(n, kind))), None)
        _mark_whole(following, kind, own["attrs"]["id"] if own else end["id"], end.get("move"))
        following["attrs"]["end"] = None
        block["attrs"]["end"] = None
    elif _siblings(block, following):
        _keep_second_type(block, following, end)
    else:
        _carry_over(block, following, end)
        notes.add("info", "Split or joined list items are shown as moved text: %(count)s.")


def _siblings(first: Block, second: Block) -> bool:
    here, there = first.get("list"), second.get("list")
    if not here and not there:
        return True
    return bool(there and there.get("more") and here and here["level"] == there["level"])


def _keep_second_type(first: Block, second: Block, end: dict[str, Any]) -> None:
    """Word keeps the kind of the second of two joined blocks, our documents that of the first."""
    if _kind(first) == _kind(second) or tracked(first, "modification"):
        return
    before = _kind(second)
    if end["change"] == "deletion":
        before = _kind(first)
        own_end = first["attrs"].get("end")
        first["type"] = second["type"]
        first["attrs"] = copy.deepcopy(second["attrs"]) | {"end": own_end}
    mark = {"type": "modification", "attrs": {"id": end["id"], "before": before}}
    first["marks"] = [*first.get("marks", []), mark]


def _kind(block: Block) -> dict[str, Any]:
    names = ("level",) if block["type"] == "heading" else ("align",)
    attrs = {name: block["attrs"][name] for name in names if block["attrs"].get(name)}
    return {"type": block["type"], "attrs": attrs}


def _carry_over(block: Block, following: Block, end: dict[str, Any]) -> None:
    kind, other = end["change"], _OTHER[end["change"]]
    carried = []
    for node in following.get("content", ()):
        if node["type"] == "#comment" or tracked(node, kind):
            continue
        twin = copy.deepcopy(node)
        rest = [mark for mark in twin.get("marks", []) if mark["type"] != other]
        twin["marks"] = [*rest, change_mark(other, end["id"])]
        carried.append(twin)
    block["content"] = [*block.get("content", []), *carried]
    block["attrs"]["end"] = None
    following["content"] = [n for n in following["content"] if not tracked(n, other)]
    following["attrs"]["end"] = None
    _mark_whole(following, kind, end["id"])
