"""What a batch of steps did to the suggestions of a text, and whether it did nothing else.

The rule for somebody who may only suggest is one sentence: with all that is theirs rejected, the
text is the same before and after. So they can add insertions, deletions and other markup under
their own name and take them back; every word, every mark and every suggestion of anybody else
stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from strategy.errors import NotAllowed
from strategy.text.changes import ChangeEntry, changes, in_whole_words
from strategy.text.schema import TRACKED
from strategy.text.tracked import resolve_blocks

Node = Any
"""A document or block of the port, as strategy.text.apply reads it."""
Document = dict[str, Any]


@dataclass(frozen=True)
class Fates:
    """What became of a text's suggestions in one batch.

    new         ids that stand there now and did not before
    gone        ids that stood there and do not any more, with what each was, as text.changes has it
    outcome     what became of those that are gone: accepted, rejected, or edited, if it was neither
    """

    new: frozenset[str] = frozenset()
    gone: dict[str, ChangeEntry | None] = field(default_factory=dict)
    outcome: str = "edited"

    def __bool__(self) -> bool:
        return bool(self.new or self.gone)


NOTHING = Fates()


def prefix(person_id: int) -> str:
    """How the ids of a person's suggestions begin."""
    return f"{person_id}:"


def require_only_suggestions(before: Node, after: Node, person_id: int) -> None:
    """Go on only if the person changed nothing but suggestions of their own.

    before, after   the whole document, before and after one batch of steps
    raises          NotAllowed
    """
    old, new = _differing(before, after)
    mine = prefix(person_id)
    theirs = {name for name in (*_ids(old), *_ids(new)) if name.startswith(mine)}
    was, now = (resolve_blocks(_json(side), theirs, accepted=False) for side in (old, new))
    if was != now or before.attrs != after.attrs or before.marks != after.marks:
        raise NotAllowed("You can suggest changes to this text, but not change it yourself.")


def require_own_name(fates: Fates, person_id: int, known: set[str]) -> None:
    """Go on only if what is new is the person's own, or is known already and came back.

    raises  NotAllowed
    """
    mine = prefix(person_id)
    if any(not name.startswith(mine) and name not in known for name in fates.new):
        raise NotAllowed("A suggestion can only be made in your own name.")


def fates(before: Node, after: Node) -> Fates:
    """What became of the suggestions between two states of a document."""
    old, new = _differing(before, after)
    was, now = set(_ids(old)), set(_ids(new))
    if was == now:
        return NOTHING
    # A change may stand in several places, some of them elsewhere.
    there = set(_ids(after.content.content))
    gone = was - there
    came = now - was - set(_ids(before.content.content))
    if not gone:
        return Fates(frozenset(came))
    blocks, result = _json(old), resolve_blocks(_json(new), (), accepted=True)
    outcome = "edited"
    if resolve_blocks(blocks, gone, accepted=True) == result:
        outcome = "accepted"
    elif resolve_blocks(blocks, gone, accepted=False) == result:
        outcome = "rejected"
    return Fates(frozenset(came), _entries(blocks, gone), outcome)


def _entries(blocks: list[Document], gone: set[str]) -> dict[str, ChangeEntry | None]:
    told: dict[str, ChangeEntry | None] = dict.fromkeys(gone)
    for entry in changes({"type": "doc", "content": blocks}):
        for name in gone.intersection(entry.ids):
            told[name] = told[name] or in_whole_words(entry)
    return told


def ids(node: Node) -> set[str]:
    """The ids of the suggestions that stand in the document."""
    return set(_ids(node.content.content))


def _differing(before: Node, after: Node) -> tuple[list[Node], list[Node]]:
    """The blocks of the two documents from the first to the last that differ.

    A block whose end is a change comes with the one that it may be joined to.
    """
    old, new = before.content.content, after.content.content
    start, most = 0, min(len(old), len(new))
    while start < most and old[start] is new[start]:
        start += 1
    behind = 0
    while behind < most - start and old[-1 - behind] is new[-1 - behind]:
        behind += 1
    while start and old[start - 1].attrs.get("end"):
        start -= 1
    if any(_is_open(side, behind) for side in (old, new)):
        behind -= 1
        while behind > 0 and _is_open(new, behind):
            behind -= 1
    behind = max(behind, 0)
    return old[start : len(old) - behind], new[start : len(new) - behind]


def _is_open(blocks: list[Node], behind: int) -> bool:
    """Whether the last block in front of so many others might be joined to the next one."""
    last = len(blocks) - behind - 1
    return last >= 0 and bool(blocks[last].attrs.get("end"))


def _json(blocks: list[Node]) -> list[Document]:
    return [block.to_json() for block in blocks]


def _ids(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        for mark in node.marks:
            if mark.type.name in TRACKED:
                yield mark.attrs["id"]
        end = node.attrs.get("end")
        if end:
            yield end["id"]
        if node.content.size:
            yield from _ids(node.content.content)
