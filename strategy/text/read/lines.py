"""Inline nodes put together: lines in one textblock, words in one text."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from .draft import Block


def joined_lines(lines: list[list[Block]]) -> list[Block]:
    """The lines apart by hard breaks."""
    out: list[Block] = []
    for index, line in enumerate(lines):
        if index:
            out.append({"type": "hard_break"})
        out.extend(line)
    return out


def joined_words(nodes: list[Block]) -> list[Block]:
    """The nodes with neighbouring texts of the same marks made one; linear in their length."""
    out: list[Block] = []
    for marks, group in groupby(nodes, key=_marks_of_text):
        run = list(group)
        if marks is None or len(run) == 1:
            out.extend(run)
        else:
            out.append(run[0] | {"text": "".join(node["text"] for node in run)})
    return out


def _marks_of_text(node: Block) -> Any:
    return node.get("marks", []) if node["type"] == "text" else None
