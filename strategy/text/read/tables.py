"""Tables whose cells exactly fill their grid, whatever the file said."""

from __future__ import annotations

from .draft import Block, paragraph
from .report import Notes

WIDEST = 60  # columns
LONGEST = 1000  # rows that one cell may span


def squared(table: Block, notes: Notes) -> Block:
    """The table with spans clipped, overlaps resolved and short rows filled with empty cells."""
    rows = [row for row in table.get("content", ()) if row["type"] == "table_row"]
    taken: dict[tuple[int, int], bool] = {}
    width = 0
    for y, row in enumerate(rows):
        x = 0
        kept: list[Block] = []
        for cell in row.get("content", ()):
            while taken.get((y, x)):
                x += 1
            if x >= WIDEST:
                notes.add(
                    "changed", "Tables wider than %(most)s columns were narrowed.", most=WIDEST
                )
                kept[-1]["content"].extend(cell["content"]) if kept else None
                continue
            kept.append(cell)
            attrs = cell.setdefault("attrs", {})
            across = _free(taken, y, x, min(max(int(attrs.get("colspan", 1)), 1), WIDEST - x))
            down = min(max(int(attrs.get("rowspan", 1)), 1), LONGEST, len(rows) - y)
            attrs["colspan"], attrs["rowspan"] = across, down
            if attrs.get("colwidth") and len(attrs["colwidth"]) != across:
                attrs["colwidth"] = None
            for dy in range(down):
                for dx in range(across):
                    taken[y + dy, x + dx] = True
            x += across
            width = max(width, x)
        row["content"] = kept
    for y, row in enumerate(rows):
        missing = sum(not taken.get((y, x)) for x in range(width))
        row["content"].extend(empty_cell() for _ in range(missing))
    if not width:
        rows = [{"type": "table_row", "content": [empty_cell()]}]
    table["content"] = rows
    return table


def _free(taken: dict[tuple[int, int], bool], y: int, x: int, wanted: int) -> int:
    across = 1
    while across < wanted and not taken.get((y, x + across)):
        across += 1
    return across


def empty_cell() -> Block:
    """A cell with nothing in it."""
    return {"type": "table_cell", "attrs": {}, "content": [paragraph()]}
