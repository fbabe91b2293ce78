"""An amendment's passages: what it changes, where that stands in its base, as people cite it.

An amendment is a tracked document against a base. It is worked out once, when it is moved, and
kept as JSON: its edits for merging, its passages for pages.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import orjson

from strategy.text import schema
from strategy.text.changes import changes
from strategy.text.fingerprint import canonical
from strategy.text.merge_edits import Edit, Group, edits_of, groups, starts_of
from strategy.text.positions import node_size, plain, plain_text
from strategy.text.tracked import change_ids, keep_only

Document = dict[str, Any]

MOST_LEFT = 4
"""Words before an insertion that say where it goes."""


@dataclass(frozen=True)
class Passage:
    """One change of an amendment.

    ids         the changes of the tracked document that it consists of
    kind        as text.changes names it: insertion, deletion, replacement, move, format, …
    is_block    whether whole blocks are changed, not words
    before      the words that stand there; "" for an insertion
    after       the words that are to stand there; "" for a deletion
    block       the first top-level block of the base that it has to do with, from 0; of an
                insertion behind the last one: the number of blocks
    blocks      how many blocks of the base; 0 for one that only puts blocks between two
    start, end  ProseMirror positions in the base, start <= end
    left        the last words of the base before it, in the same textblock
    heading     the heading that it stands under
    nodes       the tracked blocks that show it
    """

    ids: tuple[str, ...]
    kind: str
    is_block: bool
    before: str
    after: str
    block: int
    blocks: int
    start: int
    end: int
    left: str
    heading: str
    nodes: tuple[Document, ...]

    @property
    def reach(self) -> int:
        """How many words it takes away or puts there; at least 1."""
        return max(1, len(self.before.split()) + len(self.after.split()))


def seen(tracked: Document) -> Document:
    """The amendment without changes that nobody sees: of blocks' ids, which an editor gives anew.

    Two amendments must not collide over these.
    """
    shown = {change for entry in changes(tracked) for change in entry.ids}
    return tracked if shown == change_ids(tracked) else keep_only(tracked, shown)


def passages(
    base: Document,
    tracked: Document,
    edits: Sequence[Edit] | None = None,
    starts: Sequence[int] | None = None,
) -> list[Passage]:
    """The passages of an amendment to the base, in the order of its text; both in canonical form.

    edits   those of the amendment, where they are known
    starts  those of the base (merge_edits.starts_of), where they are known

    No two of them share a change: what one change does in several places is one passage.
    """
    starts = starts_of(base) if starts is None else starts
    edits = edits_of(base, tracked, starts) if edits is None else edits
    whole = bool(tracked.get("marks"))  # of the document itself: it stands at the beginning
    every = [
        each for each in groups(base, tracked, starts) if whole or each.is_changed or _tells(each)
    ]
    tracked = {**tracked, "content": [node for group in every for node in group.nodes]}
    ends = list(accumulate(sum(map(node_size, group.nodes)) for group in every))
    made: list[Passage] = []
    for entry in changes(tracked):
        group = every[bisect_right(ends, entry.start)]
        start, end = _place(edits, entry.ids, entry.kind, group.start)
        _put(
            made,
            Passage(
                ids=entry.ids,
                kind=entry.kind,
                is_block=entry.block,
                before=entry.before,
                after=entry.after,
                block=group.block,
                blocks=len(group.old),
                start=start,
                end=end,
                left="" if entry.block else _left(group, start),
                heading=entry.heading,
                nodes=tuple(group.nodes),
            ),
        )
    return [replace(each, nodes=_alone(each)) for each in made]


def _alone(passage: Passage) -> tuple[Document, ...]:
    """Its blocks with this change alone."""
    shown = keep_only({"type": "doc", "content": list(passage.nodes)}, passage.ids)
    return tuple(shown["content"])


def _tells(group: Group) -> bool:
    """Whether an unchanged group may hold a heading, which what follows stands under."""
    return any(node["type"] in ("heading", "motion", "blockquote") for node in group.nodes)


def _put(made: list[Passage], new: Passage) -> None:
    """Add a passage, or to the one that shares a change with it."""
    shared = [place for place, each in enumerate(made) if set(each.ids) & set(new.ids)]
    if not shared:
        made.append(new)
        return
    first = made[shared[0]]
    parts = [*(made[place] for place in shared), new]
    nodes: list[Document] = []
    for part in parts:
        nodes += [node for node in part.nodes if not any(node is each for each in nodes)]
    last = max(part.block + part.blocks for part in parts)
    block = min(part.block for part in parts)
    made[shared[0]] = replace(
        first,
        ids=tuple(dict.fromkeys(change for part in parts for change in part.ids)),
        kind=first.kind if all(part.kind == first.kind for part in parts) else "replacement",
        before=" … ".join(part.before for part in parts if part.before),
        after=" … ".join(part.after for part in parts if part.after),
        block=block,
        blocks=last - block,
        start=min(part.start for part in parts),
        end=max(part.end for part in parts),
        nodes=tuple(nodes),
    )
    for place in reversed(shared[1:]):
        del made[place]


def _place(edits: Sequence[Edit], ids: Sequence[str], kind: str, otherwise: int) -> tuple[int, int]:
    wanted = set(ids)
    mine = [edit for edit in edits if wanted & set(edit.ids)]
    if kind == "move":
        mine = [edit for edit in mine if edit.end > edit.start] or mine
    if not mine:
        return otherwise, otherwise
    return min(edit.start for edit in mine), max(edit.end for edit in mine)


def _left(group: Group, position: int) -> str:
    page = plain({"type": "doc", "content": group.old})
    offset = page.offset(position - group.start, -1)
    line = next((each for each in page.lines if each.start <= offset <= each.end), None)
    if line is None:
        return ""
    return " ".join(page.text[line.start : offset].split()[-MOST_LEFT:])


def reworded(tracked: Document, ids: Iterable[str], words: str) -> Document:
    """The amendment with other words where the changes of these ids put theirs.

    words   what stands there instead; between blocks each line is a block of its own
    raises  ValueError for changes that put no words anywhere, such as of the markup
    """
    chosen = frozenset(ids)
    writer = _Rewording(chosen, words)
    made = writer.node(tracked)
    if not writer.is_done:
        raise ValueError("these changes put no words anywhere")
    return canonical(made)


class _Rewording:
    """Puts words in the place of what some changes insert; behind what they delete, else."""

    def __init__(self, ids: frozenset[str], words: str):
        self.ids, self.words = ids, words
        self.is_done = False

    def node(self, node: Document) -> Document:
        content = node.get("content")
        if not content or not change_ids(node) & self.ids:
            return node
        return {**node, "content": self._children(content)}

    def _children(self, content: Sequence[Document]) -> list[Document]:
        inserted = [at for at, node in enumerate(content) if self._has(node, "insertion")]
        deleted = [at for at, node in enumerate(content) if self._has(node, "deletion")]
        if self.is_done and inserted:
            return [node for at, node in enumerate(content) if at not in inserted]
        if not inserted and not (deleted and not self._inserts_later(content)):
            return [self.node(node) for node in content]
        at = inserted[0] if inserted else deleted[-1] + 1
        pattern = content[at] if inserted else content[at - 1]
        self.is_done = True
        made: list[Document] = []
        for place, node in enumerate([*content, None]):
            if place == at:
                made += self._new(pattern)
            if node is not None and place not in inserted:
                made.append(node)
        return made

    def _inserts_later(self, content: Sequence[Document]) -> bool:
        return any(self._has_inside(node, "insertion") for node in content)

    def _has_inside(self, node: Document, name: str) -> bool:
        return any(
            self._has(child, name) or self._has_inside(child, name)
            for child in node.get("content", ())
        )

    def _has(self, node: Document, name: str) -> bool:
        return any(
            mark["type"] == name and mark["attrs"]["id"] in self.ids
            for mark in node.get("marks", ())
        )

    def _new(self, pattern: Document) -> list[Document]:
        """The words as insertions of the same kind as the node that they replace."""
        change = next(
            mark["attrs"]["id"]
            for mark in pattern["marks"]
            if mark["type"] in ("insertion", "deletion") and mark["attrs"]["id"] in self.ids
        )
        insertion = {"type": "insertion", "attrs": {"id": change, "move": None}}
        if pattern["type"] in schema.INLINE:
            kept = [mark for mark in pattern["marks"] if mark["type"] not in schema.TRACKED]
            words = self.words.strip()
            if not words:
                return []
            there = plain_text(
                pattern
            )  # what stood there was set off from its neighbours: so is this
            before = there[: len(there) - len(there.lstrip())]
            after = there[len(there.rstrip()) :] if there.strip() else ""
            return [
                {"type": "text", "text": f"{before}{words}{after}", "marks": [*kept, insertion]}
            ]
        lines = [line for line in self.words.split("\n") if line.strip()]
        return [
            {
                "type": "paragraph",
                "attrs": {},
                "content": [{"type": "text", "text": line.strip()}],
                "marks": [insertion],
            }
            for line in lines
        ]


def chosen(tracked: Document, every: Sequence[Passage], adopted: Iterable[int]) -> Document:
    """The amendment with some of its passages alone, by their places."""
    ids = {change for place in adopted for change in every[place].ids}
    return keep_only(tracked, ids)


# As they are kept


def pack_passages(every: Iterable[Passage]) -> str:
    """Passages as JSON."""
    return orjson.dumps(list(every)).decode()


def unpack_passages(kept: str) -> list[Passage]:
    """What `pack_passages` has written."""
    return [
        Passage(**{**each, "ids": tuple(each["ids"]), "nodes": tuple(each["nodes"])})
        for each in orjson.loads(kept or "[]")
    ]


def pack_edits(every: Iterable[Edit]) -> str:
    """Edits as JSON, in their order."""
    return orjson.dumps(list(every)).decode()


def unpack_edits(kept: str) -> list[Edit]:
    """What `pack_edits` has written."""
    return [
        Edit(
            **{
                **each,
                "content": tuple((kind, node) for kind, node in each["content"]),
                "touches": tuple(each["touches"]),
                "ids": tuple(each["ids"]),
            }
        )
        for each in orjson.loads(kept or "[]")
    ]
