"""Open amendments against the text that their base has become: many at once, stretch by stretch.

`merge.carry_along` says what that means for one; this says the same and works only through what
changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from strategy.text.compare import compare
from strategy.text.merge import Collision, carry_along, clashes, merge
from strategy.text.merge_edits import Edit, Group, edits_of, groups, starts_of
from strategy.text.tracked import accept

Document = dict[str, Any]
Span = tuple[int, int]

_END: Document = {"type": "horizontal_rule"}


def carry_all(
    base: Document,
    moved: Document,
    amendments: Sequence[Document],
    edits: Sequence[list[Edit]],
    authors: Sequence[str],
) -> list[Document | None]:
    """Each amendment against the text that its base has become; all in canonical form.

    edits       of each amendment, as edits_of gives them
    authors     of each, the first part of new changes' ids
    returns     None for those whose passage does not stand unchanged
    """
    way = _way(base, moved)
    stuck = {
        clash.second
        for clash in clashes(base, [edits_of(base, way.step, way.starts), *edits])
        if clash.first == 0
    }
    made: list[Document | None] = []
    for place, (amendment, author) in enumerate(zip(amendments, authors, strict=True)):
        if place + 1 in stuck:
            made.append(None)
            continue
        try:
            made.append(_carried(way, amendment, author))
        except Collision:
            made.append(None)
    return made


@dataclass(frozen=True)
class _Way:
    """What the base has become, worked out once for all amendments to it.

    step        the redline from one to the other, in `every` by groups of blocks, those that it
                changes in `changed`
    starts      the positions of the base's blocks
    places      of each block of the base, and of its end, the block of the moved text; right only
                outside of what changed, as the ends of _spans are
    """

    base: Document
    moved: Document
    step: Document
    every: list[Group]
    changed: list[Group]
    starts: list[int]
    places: list[int]

    @property
    def fits(self) -> bool:
        """Whether both texts can be laid side by side, block by block."""
        return not self.step.get("marks") and self.places[-1] == len(self.moved["content"])


def _way(base: Document, moved: Document) -> _Way:
    step, starts = compare(base, moved), starts_of(base)
    every = groups(base, step, starts)
    places = [0] * len(starts)
    at = 0
    for group in every:
        at += len(_accepted(group.nodes)) if group.is_changed else len(group.nodes)
        end = group.block + len(group.old)
        if group.old or end + 1 == len(starts):
            places[end] = at
    changed = [group for group in every if group.is_changed]
    return _Way(base, moved, step, every, changed, starts, places)


def _carried(way: _Way, amendment: Document, author: str) -> Document | None:
    base, moved, places = way.base, way.moved["content"], way.places
    if not way.fits or amendment.get("marks"):
        return carry_along(base, amendment, way.moved, author=author)
    every = groups(base, amendment, way.starts)
    content: list[Document] = []
    at = 0
    wanted = [group for group in every if group.is_changed]
    for place, (first, last) in enumerate(_spans([*way.changed, *wanted], len(base["content"]))):
        if not _within(wanted, first, last):
            continue  # as it is in the moved text
        ours = _within(every, first, last)
        theirs = _within(way.every, first, last)
        old, came = base["content"][first:last], moved[places[first] : places[last]]
        content += moved[at : places[first]]
        at = places[last]
        if not any(group.is_changed for group in theirs):
            content += _nodes(ours)
        elif not (old and came and _accepted(_nodes(ours))):
            return carry_along(base, amendment, way.moved, author=author)
        else:
            both = merge(
                {**base, "content": old},
                [
                    {**base, "content": _nodes(theirs)},
                    {**base, "content": _nodes(ours)},
                ],
            )
            redline = compare({**base, "content": came}, both, author=f"{author}.{place}")
            content += redline["content"]
    return {**way.moved, "content": [*content, *moved[at:]]}


def _accepted(nodes: list[Document]) -> list[Document]:
    """The blocks as their changes want them; perhaps none, which no document could say."""
    content: list[Document] = accept({"type": "doc", "content": [*nodes, _END]})["content"]
    return content[:-1]


def _spans(every: Sequence[Group], blocks: int) -> list[Span]:
    """The stretches of the base's blocks that something changes, apart from each other.

    What is put between two blocks has to do with both.
    """
    touched = sorted(
        (group.block, group.block + len(group.old))
        if group.old
        else (max(0, group.block - 1), min(blocks, group.block + 1))
        for group in every
        if group.is_changed
    )
    made: list[Span] = []
    for first, last in touched:
        if made and first < made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], last))
        else:
            made.append((first, last))
    return made


def _within(every: Sequence[Group], first: int, last: int) -> list[Group]:
    """The groups of a stretch; what is put between two blocks goes with the first of them."""
    return [
        group
        for group in every
        if first <= (group.block if group.old else max(0, group.block - 1)) < last
    ]


def _nodes(every: Sequence[Group]) -> list[Document]:
    return [node for group in every for node in group.nodes]
