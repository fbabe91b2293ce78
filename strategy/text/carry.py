"""Positions carried through steps by arithmetic: many at once, no document needed.

What a step does to positions is read off its JSON. That equals the maps that ProseMirror makes of
the same steps; tests/text/test_carry.py compares the two.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from strategy.text.positions import node_size

Json = Mapping[str, Any]
Range = tuple[int, int, int]
"""Where something was replaced, how much was there, how much is there now; UTF-16 units."""


def ranges(step: Json) -> list[Range]:
    """What a step (as ProseMirror writes it) replaces, in order; [] for marks and attributes."""
    kind = step.get("stepType")
    if kind == "replace":
        return [(step["from"], step["to"] - step["from"], slice_size(step.get("slice")))]
    if kind == "replaceAround":
        size, before = slice_size(step.get("slice")), step["insert"]
        return [
            (step["from"], step["gapFrom"] - step["from"], before),
            (step["gapTo"], step["to"] - step["gapTo"], size - before),
        ]
    return []


def slice_size(slice_: Json | None) -> int:
    """How many positions a slice puts into a document."""
    if not slice_:
        return 0
    inside = sum(node_size(node) for node in slice_.get("content") or ())
    return inside - int(slice_.get("openStart", 0)) - int(slice_.get("openEnd", 0))


class Points:
    """Positions on their way through steps, kept in order so that a step costs one search.

    sticky  where a position goes when something is put in exactly there: 1 behind it, -1 before.
    """

    def __init__(self, sticky: int):
        self._sticky = sticky
        self._at: list[int] = []
        self._names: list[int] = []

    def add(self, name: int, position: int) -> None:
        """Take a position along from here on."""
        place = bisect_right(self._at, position)
        self._at.insert(place, position)
        self._names.insert(place, name)

    def through(self, done: Sequence[Range]) -> None:
        """Carry every position through one step."""
        shift = 0
        for begin, old, new in done:
            start, end = begin + shift, begin + shift + old
            at = self._at
            first = bisect_left(at, start)
            last = bisect_right(at, end, lo=first)
            if old:
                for index in range(first, last):
                    before = at[index] == start or (at[index] != end and self._sticky < 0)
                    at[index] = start if before else start + new
            elif self._sticky > 0:
                last = first
            if new != old:
                at[last:] = [position + new - old for position in at[last:]]
            shift += new - old

    def found(self) -> dict[int, int]:
        """Where each position is now."""
        return dict(zip(self._names, self._at, strict=True))


def carried(
    spans: Mapping[int, tuple[int, int, int]], steps: Iterable[tuple[int, Json]], *, to: int
) -> dict[int, tuple[int, int]]:
    """Carry passages to version `to`.

    spans   by name: the version that a passage's positions belong to (0..to), its start and end
    steps   the log in order, each with the version that it led to; from the oldest span on
    returns by name: start and end at version `to`; start >= end where nothing of it is left

    What is put in at a passage's edge stays outside of it.
    """
    starts, ends = Points(1), Points(-1)
    waiting: list[tuple[int, int]] = []
    for name, (version, _, _) in spans.items():
        insort(waiting, (version, name))
    waiting.reverse()

    def board(version: int) -> None:
        while waiting and waiting[-1][0] <= version:
            _, name = waiting.pop()
            starts.add(name, spans[name][1])
            ends.add(name, spans[name][2])

    for version, step in steps:
        if version > to:
            break
        board(version - 1)
        done = ranges(step)
        if done:
            starts.through(done)
            ends.through(done)
    board(to)
    left, right = starts.found(), ends.found()
    return {name: (left[name], right[name]) for name in spans}
