"""Documents nested deeper than ours may be, made flatter."""

from __future__ import annotations

from .draft import TEXTBLOCKS, Block, tracked
from .report import Notes
from .shapes import DEEPEST

_NEEDS = {
    "bullet_list": 4,
    "ordered_list": 4,
    "table": 5,
    "blockquote": 3,
    "motion": 3,
    "figure": 2,
}
"""How many levels a block and what must be in it take, itself and the text included."""


def flattened(blocks: list[Block], notes: Notes, depth: int = 1) -> list[Block]:
    """`blocks` at `depth` (a document's own are at 1), with what goes too deep as plain paragraphs."""
    out: list[Block] = []
    for block in blocks:
        if depth + _NEEDS.get(block["type"], 1) - 1 > DEEPEST:
            notes.add("changed", "Lists and tables nested too deeply were made flatter: %(count)s.")
            out.extend(_textblocks(block, []))
            continue
        if block["type"] in _NEEDS and block["type"] != "figure":
            _descend(block, notes, depth)
        out.append(block)
    return out


def _descend(block: Block, notes: Notes, depth: int) -> None:
    children = block.get("content", [])
    if block["type"] in ("bullet_list", "ordered_list", "table", "table_row"):
        for child in children:
            if child["type"] != "#comment":
                _descend(child, notes, depth + 1)
    else:
        block["content"] = flattened(children, notes, depth + 1)


def _textblocks(block: Block, marks: list[dict[str, object]]) -> list[Block]:
    if block["type"] == "#comment":
        return [block]
    own = [mark for kind in ("deletion", "insertion") if (mark := tracked(block, kind))]
    marks = marks + [mark for mark in own if mark["type"] not in {m["type"] for m in marks}]
    if block["type"] in TEXTBLOCKS or block["type"] == "figure":
        rest = [mark for mark in block.get("marks", []) if mark["type"] == "modification"]
        return [block | ({"marks": marks + rest} if marks or rest else {})]
    out = []
    for child in block.get("content", ()):
        out.extend(_textblocks(child, marks))
    return out
