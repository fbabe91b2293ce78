"""Several amendments to one text, merged in one go if they do not collide.

An amendment is a tracked document against a base. Two collide when they touch the same words, or
insert something at the same place. What both want alike is no collision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from strategy.errors import Invalid, Refusal
from strategy.text.compare import compare
from strategy.text.fingerprint import canonical
from strategy.text.merge_edits import Edit, apply_edits, edits_of
from strategy.text.positions import plain
from strategy.text.tracked import reject

Document = dict[str, Any]


@dataclass(frozen=True)
class Clash:
    """Two amendments that cannot both be merged.

    first, second   which ones, as indices of the list, first < second
    start, end      ProseMirror positions in the base: what both touch, start <= end
    words           the words of the base that both touch; "" where both insert
    wanted          what each of the two wants to stand there instead
    ids             the changes of each that clash
    """

    first: int
    second: int
    start: int
    end: int
    words: str
    wanted: tuple[str, str]
    ids: tuple[tuple[str, ...], tuple[str, ...]]


class Collision(Invalid):
    """The amendments cannot be merged; `clashes` says where."""

    def __init__(self, clashes: Sequence[Clash]):
        count = len(clashes)
        Refusal.__init__(self, "%(count)s passages are changed in two ways.", count=count)
        self.field = "amendments"
        self.clashes = list(clashes)


def collisions(base: Document, amendments: Sequence[Document]) -> list[Clash]:
    """Where amendments to the same base collide, in the order of the text.

    raises  ValueError if an amendment is not one of this base
    """
    base = canonical(base)
    return clashes(base, [edits_of(base, _checked(base, one)) for one in amendments])


def merge(base: Document, amendments: Sequence[Document]) -> Document:
    """The base with all amendments in it.

    raises  Collision with all clashes; ValueError if an amendment is not one of this base
    """
    base = canonical(base)
    wanted = [edits_of(base, _checked(base, one)) for one in amendments]
    found = clashes(base, wanted)
    if found:
        raise Collision(found)
    together: list[Edit] = []
    for edits in wanted:
        together += _alone(edits, together)
    return apply_edits(base, together)


def carry_along(
    base: Document, amendment: Document, moved: Document, *, author: str
) -> Document | None:
    """An open amendment, against the text that its base has become.

    moved   the base as it is now
    author  the first part of the new changes' ids
    returns None if its passage does not stand unchanged, so that somebody must look at it
    """
    step = compare(base, moved)
    if collisions(base, [step, amendment]):
        return None
    return compare(moved, merge(base, [step, amendment]), author=author)


def _checked(base: Document, amendment: Document) -> Document:
    amendment = canonical(amendment)
    if reject(amendment) != base:
        raise ValueError("this is not an amendment to this text")
    return amendment


def clashes(base: Document, wanted: Sequence[list[Edit]]) -> list[Clash]:
    """The same for amendments whose edits were worked out before; `base` in canonical form."""
    found = []
    page = plain(base)
    for first, second in _neighbours(wanted):
        mine, yours = wanted[first], wanted[second]
        # What both want lives with everything else that either wants.
        for one, other in _meeting(_alone(mine, yours), _alone(yours, mine)):
            if not one.collides(other):
                continue
            start, end = (
                max(one.touches[0], other.touches[0]),
                min(one.touches[1], other.touches[1]),
            )
            start, end = min(start, end), max(start, end)
            words = page.text[page.offset(start, 1) : page.offset(end, -1)]
            found.append(
                Clash(
                    first,
                    second,
                    start,
                    end,
                    words if start < end else "",
                    (one.words, other.words),
                    (one.ids, other.ids),
                )
            )
    return sorted(found, key=lambda clash: (clash.start, clash.first, clash.second))


def _neighbours(wanted: Sequence[list[Edit]]) -> list[tuple[int, int]]:
    """The pairs of amendments of which some edits touch ranges that come together."""
    every = sorted(((edit.touches, which) for which, edits in enumerate(wanted) for edit in edits))
    found: set[tuple[int, int]] = set()
    near: list[tuple[int, int]] = []
    for (start, end), which in every:
        near = [each for each in near if each[0] >= start]
        for _, other in near:
            if other != which:
                found.add((min(which, other), max(which, other)))
        near.append((end, which))
    return sorted(found)


def _alone(mine: list[Edit], yours: list[Edit]) -> list[Edit]:
    """The edits that only the first list wants."""
    there = defaultdict(list)
    for edit in yours:
        there[edit.start].append(edit)
    return [
        edit
        for edit in mine
        if not any(edit.wants_the_same(other) for other in there.get(edit.start, ()))
    ]


def _meeting(mine: list[Edit], yours: list[Edit]) -> list[tuple[Edit, Edit]]:
    """The pairs of edits whose ranges come together; both lists are sorted by where they begin."""
    pairs = []
    begin = 0
    for one in mine:
        while begin < len(yours) and yours[begin].reach < one.touches[0]:
            begin += 1
        for other in yours[begin:]:
            if other.touches[0] > one.touches[1]:
                break
            pairs.append((one, other))
    return pairs
