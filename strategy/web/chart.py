"""Charts as SVG: places and lengths computed here, drawn by a template, coloured by the CSS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from strategy.domain.report import Row

HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 300, 16, 44, 44, 16
SLOT = 56
"""Width for a session, in the picture's units."""
NARROWEST = 480


@dataclass(frozen=True)
class Bar:
    """A session's range of lead times."""

    row: Row
    x: float
    top: float
    bottom: float
    middle: float
    is_late: bool


@dataclass(frozen=True)
class Chart:
    """What the template draws."""

    width: int
    height: int
    bars: Sequence[Bar]
    lines: Sequence[tuple[float, int]]
    """Height and days of the lines across."""
    left: int
    right: int
    floor: float


def lead_times(rows: Sequence[Row]) -> Chart | None:
    """Each session's earliest, median and latest paper in days; None if there are no papers."""
    shown = [row for row in rows if row.papers]
    if not shown:
        return None
    most = max(7.0, *(row.earliest or 0.0 for row in shown))
    step = next(step for step in (1, 2, 7, 14, 28, 56, 112, 364) if most / step <= 7 or step == 364)
    most = step * -(-most // step)
    width = max(NARROWEST, LEFT + RIGHT + SLOT * len(shown))
    floor = HEIGHT - BOTTOM

    def height(value: float) -> float:
        return round(floor - (floor - TOP) * max(0.0, min(value, most)) / most, 1)

    slot = (width - LEFT - RIGHT) / len(shown)
    bars = [
        Bar(
            row=row,
            x=round(LEFT + slot * (place + 0.5), 1),
            top=height(row.earliest or 0.0),
            bottom=height(row.latest or 0.0),
            middle=height(row.median or 0.0),
            is_late=row.late > 0,
        )
        for place, row in enumerate(shown)
    ]
    lines = [(height(value), value) for value in range(0, int(most) + 1, step)]
    return Chart(width, HEIGHT, bars, lines, LEFT, width - RIGHT, floor)
