"""Documents nested deeper than ours may be, made flatter."""

from __future__ import annotations

from .draft import TEXTBLOCKS, Block, tracked
from .report import Notes
from .shapes import DEEPEST

_NEEDS = {
    "bullet_list": 3,
    "ordered_list": 3,
    "table": 4,
    "blockquote": 2,
    "motion": 2,
    "figure": 2,
}
"""How many levels a block takes, with what must be in it."""


def flattened(blocks: list[Block], notes: Notes, depth: int = 1) -> list[Block]:
    """`blocks` at `depth` (a document's own are at 1), what is too deep flat."""
    out: list[Block] = []
    for block in _without_frames(blocks, depth):
        if depth + _NEEDS.get(block["type"], 1) - 1 > DEEPEST:
            notes.add("changed", "Lists and tables nested too deeply were made flatter: %(count)s.")
            out.extend(_textblocks(block, []))
            continue
        if block["type"] in _NEEDS and block["type"] != "figure":
            _descend(block, notes, depth)
        out.append(block)
    return out


def _without_frames(blocks: list[Block], depth: int) -> list[Block]:
    """Tables of one cell (frames, layouts) give way first where it would get too deep."""
    out: list[Block] = []
    for block in blocks:
        inner = _frame(block)
        if inner is not None and depth + _height(block) - 1 > DEEPEST:
            out.extend(_without_frames(inner, depth))
        else:
            out.append(block)
    return out


def _frame(block: Block) -> list[Block] | None:
    if block["type"] != "table" or block.get("marks"):
        return None
    rows = [row for row in block["content"] if not row.get("marks")]
    if len(rows) != len(block["content"]) or any(len(row["content"]) != 1 for row in rows):
        return None
    cells = [row["content"][0] for row in rows]
    if any(cell.get("marks") for cell in cells):
        return None
    return [child for cell in cells for child in cell["content"]]


def _height(block: Block) -> int:
    children = [c for c in block.get("content", ()) if c["type"] not in ("text", "#comment")]
    if block["type"] in TEXTBLOCKS:
        return 1
    return 1 + max((_height(child) for child in children), default=0)


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
