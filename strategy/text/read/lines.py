"""Lines of inline nodes put one under the other in one textblock."""

from __future__ import annotations

from .draft import Block


def joined_lines(lines: list[list[Block]]) -> list[Block]:
    """The lines apart by hard breaks."""
    out: list[Block] = []
    for index, line in enumerate(lines):
        if index:
            out.append({"type": "hard_break"})
        out.extend(line)
    return out
