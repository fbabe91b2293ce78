"""The plan as a picture: where sessions, deadlines and papers lie on a line of months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from strategy.domain import days, plans

LEFT, RIGHT, HEAD, ROW = 16, 16, 74, 30
WIDTH = 1_240
"""In the picture's units; it shrinks to the page, or scrolls on phones."""


@dataclass(frozen=True)
class Month:
    """A month's first day and its place."""

    x: float
    first: date


@dataclass(frozen=True)
class Pole:
    """A session's column."""

    x: float
    column: plans.Column
    submission: float | None
    """Place of the deadline for papers, if it lies in the picture."""
    anchor: str
    """Which end of its words stands at `x`."""


@dataclass(frozen=True)
class Beam:
    """A paper's bar."""

    bar: plans.Bar
    x: float
    width: float
    y: float
    is_open: bool
    """It has no session yet: the bar ends today, without a closing line."""


@dataclass(frozen=True)
class Picture:
    """What the template draws."""

    width: int
    height: int
    months: Sequence[Month]
    poles: Sequence[Pole]
    beams: Sequence[Beam]
    today: float | None
    head: int


def picture(seen: plans.Seen, first: date, last: date, *, zone: str, now: datetime) -> Picture:
    """The plan from `first` to `last`, both included."""
    begins, ends = days.at(first, "00:00", zone), days.at(last, "24:00", zone)
    whole = (ends - begins).total_seconds()

    def place(at: datetime) -> float:
        part = (at - begins).total_seconds() / whole
        return round(LEFT + (WIDTH - LEFT - RIGHT) * max(0.0, min(1.0, part)), 1)

    months = []
    month = first.replace(day=1)
    while month <= last:
        months.append(Month(place(days.at(max(month, first), "00:00", zone)), month))
        month = (month + timedelta(days=32)).replace(day=1)
    poles = []
    for column in seen.columns:
        x = place(column.session.starts_at)
        ends_at = column.deadlines.submission
        inside = ends_at is not None and ends_at >= begins
        anchor = "end" if x > WIDTH - 90 else "start"
        poles.append(Pole(x, column, place(ends_at) if inside and ends_at else None, anchor))
    beams = []
    for row, bar in enumerate(seen.bars):
        x, end = place(bar.begins), place(bar.ends or now)
        beams.append(Beam(bar, x, max(4.0, round(end - x, 1)), HEAD + ROW * row, bar.ends is None))
    height = HEAD + ROW * max(1, len(beams)) + 12
    today = place(now) if begins <= now <= ends else None
    return Picture(WIDTH, height, months, poles, beams, today, HEAD)
