"""What a batch of steps did to the suggestions of a text, and whether it did nothing else.

The rule for somebody who may only suggest: with all that is theirs rejected, the text is the same
before and after, and under another's name stands nothing that did not stand there before. So they
can add insertions, deletions and other markup under their own name and take them back; every word,
every mark and every suggestion of anybody else stays as it was. A block that they write anew
elsewhere takes along what others suggest in it, word by word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from strategy.errors import NotAllowed
from strategy.text.changes import ChangeEntry, changes, in_whole_words
from strategy.text.schema import TRACKED
from strategy.text.tracked import resolve_blocks

Node = Any
"""A document or block of the port, as strategy.text.apply reads it."""
Document = dict[str, Any]
Key = tuple[str, str, str]
"""One person's change: the mark's type, its id, and the former markup of a modification."""


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
_ATOM = "\ufffc"


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


def require_true_words(
    before: Node, after: Node, person_id: int, earlier: Mapping[Key, str]
) -> None:
    """Go on only if what stands under others' names says what it said before.

    before, after   the whole document, before and after one batch of steps of this person
    earlier         what changes said that do not stand in the text any more: they may come back
    raises          NotAllowed
    """
    old, new = _differing(before, after)
    said, says = _said(old, person_id), _said(new, person_id)
    if said == says:
        return
    everywhere = _said(before.content.content, person_id)
    for key, runs in says.items():
        whole = "".join(everywhere.get(key, ())), earlier.get(key, "")
        is_known = key in everywhere or key in earlier
        is_part = str.__contains__ if key[0] == "insertion" else _has_in_order
        if not is_known or not all(any(is_part(words, run) for words in whole) for run in runs):
            raise NotAllowed("Others have not suggested this, or do so no longer.")


def last_words(before: Node, gone: Collection[str]) -> dict[Key, str]:
    """What the changes of these ids said in the document that they have gone from."""
    said = _said(before.content.content, None)
    return {key: "".join(runs) for key, runs in said.items() if key[1] in gone}


def _has_in_order(whole: str, letters: str) -> bool:
    """Whether these letters stand there in this order. Of what others want deleted or marked up,
    words may be missing: those that the person wrote and has taken back."""
    rest = iter(whole)
    return all(letter in rest for letter in letters)


def _said(blocks: list[Node], person_id: int | None) -> dict[Key, list[str]]:
    """What each change of others (or of all) says, run by run, each in one paragraph.

    What somebody else wrote into another's suggestion is no part of it.
    """
    mine = ":" if person_id is None else prefix(person_id)
    found: dict[Key, list[str]] = {}
    ends: dict[Key, tuple[int, int]] = {}

    def say(words: str, keys: list[Key], parent: int, at: int) -> None:
        for key in keys:
            said = words[:1] if words.startswith(_ATOM) and key[0] != "insertion" else words
            if ends.get(key) == (parent, at):
                found[key][-1] += said
            else:
                found.setdefault(key, []).append(said)
            ends[key] = (parent, at + 1)

    def walk(nodes: list[Node], above: list[Key], parent: int) -> None:
        for at, node in enumerate(nodes):
            tracked = [mark for mark in node.marks if mark.type.name in TRACKED]
            others = [_key(mark) for mark in tracked if not mark.attrs["id"].startswith(mine)]
            own = {mark.type.name for mark in tracked if mark.attrs["id"].startswith(mine)}
            inherited = [] if "insertion" in own else above
            if any(mark.type.name == "insertion" for mark in tracked):
                inherited = [key for key in inherited if key[0] != "insertion"]
            if node.is_leaf:
                words = node.text if node.is_text else _atom(node)
                say(words, inherited + others, parent, at)
            else:  # another kind of block is said of the block, not of its words
                say("", [key for key in others if key[0] == "modification"], id(node), -1)
                whole = [key for key in others if key[0] != "modification"]
                walk(node.content.content, inherited + whole, id(node))

    walk(blocks, [], 0)
    return found


def _key(mark: Any) -> Key:
    former = orjson.dumps(mark.attrs.get("before"), option=orjson.OPT_SORT_KEYS).decode()
    return mark.type.name, mark.attrs["id"], former


def _atom(node: Node) -> str:
    """A picture, a break or the like, as if it were a word; a copy has an id of its own."""
    attrs = {name: value for name, value in node.attrs.items() if name != "id"}
    written = orjson.dumps([node.type.name, attrs], option=orjson.OPT_SORT_KEYS).decode()
    return _ATOM + written


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

    With those in front that may be joined to them, and those behind up to one that stays by itself
    whatever is decided: blocks that are to go may come between two that would be joined.
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
    is_firm = False
    while behind and not is_firm:
        is_firm = _stays(old[-behind])
        behind -= 1
    return old[start : len(old) - behind], new[start : len(new) - behind]


def _stays(block: Node) -> bool:
    """Whether this block stays one by itself, whatever is decided on changes in other blocks."""
    is_tracked = any(mark.type.name in TRACKED for mark in block.marks)
    return "end" in block.attrs and not block.attrs["end"] and not is_tracked


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
