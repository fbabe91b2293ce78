"""Late plain typing, moved behind what it missed: arithmetic on integers, nothing else.

Only what provably comes out as the writer's own rebase (prosemirror-collab) is done here; for
the rest the answer is None, and the writer rebases.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Ranges = Sequence[int]
"""A step map's ranges: start, old size, new size, and so on for each range."""


def moved(start: int, end: int, missed: Iterable[Ranges]) -> tuple[int, int] | None:
    """Where the range from `start` to `end` lies after the maps in `missed`.

    None unless each of them lies wholly before, behind or strictly inside the range.
    """
    for ranges in missed:
        if not ranges:
            continue  # marks and attributes move nothing
        if len(ranges) != 3:
            return None
        at, old, new = ranges
        grown = new - old
        if at > end:
            continue
        if at + old < start or (at == start and not old):
            start += grown
            end += grown
        elif start < at and at + old < end:
            end += grown
        else:
            return None
    return start, end


def rebased(
    steps: Sequence[dict[str, Any]], sizes: Sequence[int], missed: Iterable[Ranges]
) -> list[dict[str, Any]] | None:
    """The batch as it reads after what it missed, or None.

    steps   one replace step, or a run of insertions each right behind the one before
    sizes   how much each step puts in, in ProseMirror's units
    """
    if not _is_typing(steps, sizes):
        return None
    first = steps[0]
    place = moved(first["from"], first["to"], missed)
    if place is None:
        return None
    shift = place[0] - first["from"]
    return [
        {**first, "from": place[0], "to": place[1]},
        *({**each, "from": each["from"] + shift, "to": each["to"] + shift} for each in steps[1:]),
    ]


def _is_typing(steps: Sequence[dict[str, Any]], sizes: Sequence[int]) -> bool:
    for step in steps:
        if step.get("stepType") != "replace" or step.get("structure"):
            return False
    if len(steps) > 1:
        place = steps[0]["from"]
        for step, size in zip(steps, sizes, strict=True):
            if step["from"] != place or step["to"] != place:
                return False
            place += size
    return bool(steps)
