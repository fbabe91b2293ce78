"""Tables whose spans fit: every place of the grid belongs to exactly one cell."""

from __future__ import annotations

from collections.abc import Callable

from strategy.text.write.tree import Json, attr, kids, words

MOST_COLUMNS = 60
NARROWEST, LONG_TEXT, LONG_WORD = 6, 34, 24


def squared(table: Json, inside: Callable[[Json], list[Json]]) -> list[Json]:
    """The table as one in which rows have the same width and no spans overlap, or nothing.

    inside   makes a cell's blocks fit
    returns  [table] with attributes `columns` (1..60), `headers` (rows of header cells at the
             top), `widths` (one per column, or None) and `shares` (how wide the columns should
             be in relation to each other, from the widths or the text); each cell has `x`, `y`,
             `colspan`, `rowspan` that fit. Holes are filled with empty cells; what stands beyond
             the 60th column is added to the row's last cell. [] for a table without cells.
    """
    rows = kids(table)
    headers = _header_rows(rows)
    placed = [_Row(row) for row in rows]
    taken: dict[tuple[int, int], bool] = {}
    widths: dict[int, int] = {}
    for y, row in enumerate(placed):
        last = headers if y < headers else len(rows)
        x = 0
        for cell in kids(row.node):
            while (x, y) in taken:
                x += 1
            if x >= MOST_COLUMNS:
                row.overflow(inside(cell))
                continue
            across = _free(taken, x, y, min(int(attr(cell, "colspan", 1)), MOST_COLUMNS - x))
            down = min(max(1, int(attr(cell, "rowspan", 1))), last - y)
            for dx in range(across):
                for dy in range(down):
                    taken[x + dx, y + dy] = True
            for dx, width in enumerate((attr(cell, "colwidth") or [])[:across]):
                widths.setdefault(x + dx, int(width))
            place = {"x": x, "y": y, "colspan": across, "rowspan": down}
            row.add(cell, inside(cell), place)
            x += across
    columns = 1 + max((x for x, _ in taken), default=-1)
    if not columns:
        return []
    for y, row in enumerate(placed):
        for x in range(columns):
            if (x, y) not in taken:
                kind = "table_header" if y < headers else "table_cell"
                place = {"x": x, "y": y, "colspan": 1, "rowspan": 1}
                row.add({"type": kind}, inside({"type": kind}), place)
    attrs = dict(table.get("attrs") or {}) | {
        "columns": columns,
        "headers": headers,
        "widths": [widths[x] for x in range(columns)] if len(widths) == columns else None,
    }
    made = table | {"attrs": attrs, "content": [row.made() for row in placed]}
    attrs["shares"] = attrs["widths"] or _shares(made, columns)
    return [made]


def _shares(table: Json, columns: int) -> list[int]:
    """Each column's share: its longest text up to a limit, but room for its longest word."""
    shares = [NARROWEST] * columns
    for cell in (cell for row in kids(table) for cell in kids(row)):
        if attr(cell, "colspan") == 1:
            text = words(cell)
            word = max(map(len, text.split()), default=0)
            x = attr(cell, "x")
            shares[x] = max(shares[x], min(len(text), LONG_TEXT), min(word, LONG_WORD) + 2)
    return shares


class _Row:
    """A row while its cells find their places."""

    def __init__(self, node: Json):
        self.node = node
        self.cells: list[Json] = []

    def add(self, cell: Json, blocks: list[Json], place: dict[str, int]) -> None:
        attrs = dict(cell.get("attrs") or {}) | place
        self.cells.append(cell | {"attrs": attrs, "content": blocks})

    def overflow(self, blocks: list[Json]) -> None:
        if self.cells:
            self.cells[-1] = self.cells[-1] | {"content": self.cells[-1]["content"] + blocks}

    def made(self) -> Json:
        return self.node | {"content": sorted(self.cells, key=lambda cell: cell["attrs"]["x"])}


def _header_rows(rows: list[Json]) -> int:
    """How many rows at the top have header cells only; never all of a table's rows but one."""
    count = 0
    for row in rows:
        if not kids(row) or any(cell["type"] != "table_header" for cell in kids(row)):
            break
        count += 1
    return count


def _free(taken: dict[tuple[int, int], bool], x: int, y: int, wanted: int) -> int:
    """How many of the wanted columns from x on are free in row y (at least 1)."""
    across = 1
    while across < wanted and (x + across, y) not in taken:
        across += 1
    return across
