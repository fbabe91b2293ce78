"""Open amendments against the text that their base has become: many at once, stretch by stretch.

`merge.carry_along` says what that means for one; this says the same and works only through what
changed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from strategy.text.compare import compare
from strategy.text.merge import Collision, carry_along, clashes, merge
from strategy.text.merge_edits import Edit, Group, edits_of, groups
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
    step = compare(base, moved)
    every = [edits_of(base, step), *edits]
    stuck = {clash.second for clash in clashes(base, every) if clash.first == 0}
    changed = groups(base, step)
    made: list[Document | None] = []
    for place, (amendment, author) in enumerate(zip(amendments, authors, strict=True)):
        if place + 1 in stuck:
            made.append(None)
            continue
        try:
            made.append(_carried(base, moved, step, changed, amendment, author))
        except Collision:
            made.append(None)
    return made


def _carried(
    base: Document,
    moved: Document,
    step: Document,
    changed: list[Group],
    amendment: Document,
    author: str,
) -> Document | None:
    if step.get("marks") or amendment.get("marks"):
        return carry_along(base, amendment, moved, author=author)
    wanted = groups(base, amendment)
    spans = _spans([*changed, *wanted], len(base["content"]))
    theirs, ours = _by_span(changed, spans), _by_span(wanted, spans)
    content: list[Document] = []
    block = 0
    for place, (first, last) in enumerate(spans):
        content += base["content"][block:first]
        block = last
        old = base["content"][first:last]
        came = _accepted(_nodes(theirs[place]))
        if not any(group.is_changed for group in ours[place]):
            content += came
        elif not any(group.is_changed for group in theirs[place]):
            content += _nodes(ours[place])
        elif not (old and came and _accepted(_nodes(ours[place]))):
            return carry_along(base, amendment, moved, author=author)
        else:
            part = {**base, "content": old}
            both = merge(
                part,
                [
                    {**base, "content": _nodes(theirs[place])},
                    {**base, "content": _nodes(ours[place])},
                ],
            )
            redline = compare({**base, "content": came}, both, author=f"{author}.{place}")
            content += redline["content"]
    content += base["content"][block:]
    return {**moved, "content": content}


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


def _by_span(every: Sequence[Group], spans: Sequence[Span]) -> list[list[Group]]:
    starts = [first for first, _ in spans]
    made: list[list[Group]] = [[] for _ in spans]
    for group in every:
        block = group.block if group.old else max(0, group.block - 1)
        place = bisect_right(starts, block) - 1
        if place >= 0 and block < spans[place][1]:
            made[place].append(group)
    return made


def _nodes(every: Sequence[Group]) -> list[Document]:
    return [node for group in every for node in group.nodes]
