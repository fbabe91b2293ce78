"""Changes that were made on a former text, laid into the text of today as suggestions.

Each stands at its own passage or nowhere: what was changed meanwhile is given back, not guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from strategy.text.compare import compare
from strategy.text.compare_align import aligned
from strategy.text.fingerprint import canonical
from strategy.text.merge import carry_along, collisions
from strategy.text.merge_edits import edits_of
from strategy.text.overlay import bare, overlay
from strategy.text.returning import Strand
from strategy.text.schema import INLINE, TEXTBLOCKS, TRACKED
from strategy.text.tracked import ChangeEntry, change_ids, changes, is_tracked, keep_only, reject

MOST_TRIES = 200
"""How often groups of changes are halved to find those without a place; then the rest is left."""

Document = dict[str, Any]
Unit = tuple[str, ...]
"""Ids of one change as a person would count it, and of what shares an id with it."""


@dataclass(frozen=True)
class Left:
    """A change that does not stand in the text: its passage is another one now."""

    strand: int
    entry: ChangeEntry


@dataclass
class Laid:
    """The text of today with what could be laid into it.

    doc     tracked, in canonical form
    ids     the new changes, with the place of their strand in the list
    left    what could not be laid
    """

    doc: Document
    ids: dict[str, int] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)


def laid(
    living: Document,
    strands: Sequence[Strand],
    new_id: Callable[[int, int], str],
    *,
    former: Document | None = None,
    pictures: Collection[str] | None = None,
) -> Laid:
    """The living text with the changes of all strands as suggestions.

    living      with the suggestions that stand in it already
    new_id      of a strand's place and a number, a name that the text does not have yet
    former      the text that was exported, if it is known, of which the strands' base may have lost
                something: words are then laid into the same textblock of it
    pictures    the files that new images may show; None: any

    Laws: with the new ones rejected it is the living text; a change that the text has already, or
    that somebody has suggested already, is not there twice.
    """
    living = canonical(living)
    base = reject(living)
    work = _Work(Laid(living), base, bare(base), new_id, pictures)
    for number, strand in enumerate(strands):
        work.strand(number, strand, None if former is None else bare(former))
    return work.made


@dataclass
class _Work:
    made: Laid
    base: Document
    plain: Document
    new_id: Callable[[int, int], str]
    pictures: Collection[str] | None
    count: int = 0
    tries: int = 0

    def strand(self, number: int, strand: Strand, former: Document | None) -> None:
        """Lay a strand in, or say what of it is left."""
        failed = self.strand_of(number, strand, former)
        entries = changes(strand.marked)
        self.made.left += [Left(number, e) for e in entries if failed.intersection(e.ids)]

    def strand_of(self, number: int, strand: Strand, former: Document | None = None) -> set[str]:
        """The ids of those changes of a strand for which there is no place."""
        entries = changes(strand.marked)
        units = _units(entries)
        moved = strand.base != self.plain
        clashing: set[str] = set()
        if moved:
            step = compare(strand.base, self.plain)
            found = collisions(strand.base, [step, strand.marked])
            clashing = {name for clash in found for name in clash.ids[1]}
        open_units = [unit for unit in units if not clashing.intersection(unit)]
        failed = {name for unit in units if unit not in open_units for name in unit}
        failed |= self._put(number, strand, open_units, moved=moved)
        if failed and former is not None:
            again = _rebased(strand, failed, former)
            if again is not None:
                kept = change_ids(again.marked)
                failed = (failed - kept) | self.strand_of(number, again)
        return failed

    def _put(self, number: int, strand: Strand, units: list[Unit], *, moved: bool) -> set[str]:
        """Lay these in; the ids of those for which there is no place."""
        if not units:
            return set()
        ids = {name for unit in units for name in unit}
        if self._lay(number, strand, ids, moved=moved):
            return set()
        self.tries += 1
        if len(units) == 1 or self.tries > MOST_TRIES:
            return ids
        half = len(units) // 2
        failed = self._put(number, strand, units[:half], moved=moved)
        return failed | self._put(number, strand, units[half:], moved=moved)

    def _lay(self, number: int, strand: Strand, ids: set[str], *, moved: bool) -> bool:
        change: Document | None = keep_only(strand.marked, ids)
        if moved and change is not None:
            try:
                change = carry_along(strand.base, change, self.plain, author="carried")
            except ValueError:
                return False
        if change is None or not self._may_show(change):
            return False
        change = self._new(change)
        if change is None:
            return False
        names: dict[str, str] = {}
        for name in sorted(change_ids(change)):
            names[name] = self.new_id(number, self.count)
            self.count += 1
        if not names:
            return True
        doc = overlay(self.base, self.made.doc, _renamed(change, names))
        if doc is None:
            return False
        self.made.doc = doc
        self.made.ids |= dict.fromkeys(names.values(), number)
        return True

    def _new(self, change: Document) -> Document | None:
        """The change without what is suggested in the text already; None if it does not fit."""
        doc = self.made.doc
        if not is_tracked(doc):
            return change
        wanted = edits_of(self.plain, bare(doc))
        mine = edits_of(self.plain, change)
        known = {name for e in mine if any(map(e.wants_the_same, wanted)) for name in e.ids} - {
            name for e in mine if not any(map(e.wants_the_same, wanted)) for name in e.ids
        }
        return reject(change, only=known) if known else change

    def _may_show(self, change: Document) -> bool:
        return self.pictures is None or _pictures(change) <= {*self.pictures, *_pictures(self.base)}


def _rebased(strand: Strand, ids: set[str], former: Document) -> Strand | None:
    """Changes of words, made on the very text that was exported; None if there are none.

    A file has no motion, and heads it with a word of its own; a textblock is found by what it
    holds and by what stands around it.
    """
    inline = ids - _block_ids(strand.marked)
    marked = list(_textblocks(keep_only(strand.marked, inline)))
    was, now = list(_textblocks(strand.base)), list(_textblocks(former))
    if not inline or len(marked) != len(was):
        return None
    changed: dict[int, list[Document]] = {}
    for start, start_now, length in aligned(_keys(was), _keys(now)):
        for step in range(length):
            new = marked[start + step]
            if new != was[start + step]:
                changed[start_now + step] = new["content"]
    numbers = iter(range(len(now)))
    made = _with_contents(former, changed, numbers)
    return Strand(strand.author, strand.at, former, made) if changed else None


def _keys(nodes: Sequence[Document]) -> list[bytes]:
    return [orjson.dumps(node["content"], option=orjson.OPT_SORT_KEYS) for node in nodes]


def _block_ids(node: Document) -> set[str]:
    """The changes that are not of words alone."""
    if node["type"] in INLINE:
        return set()
    found = {mark["attrs"]["id"] for mark in node.get("marks", ()) if mark["type"] in TRACKED}
    end = (node.get("attrs") or {}).get("end")
    if end:
        found.add(end["id"])
    return found.union(*map(_block_ids, node.get("content", ())))


def _textblocks(node: Document) -> Iterator[Document]:
    """Those that hold something, in order."""
    for child in node.get("content", ()):
        if child["type"] not in TEXTBLOCKS:
            yield from _textblocks(child)
        elif child.get("content"):
            yield child


def _with_contents(
    node: Document, contents: Mapping[int, list[Document]], numbers: Iterator[int]
) -> Document:
    content = []
    for child in node.get("content", ()):
        if child["type"] not in TEXTBLOCKS:
            content.append(_with_contents(child, contents, numbers))
        elif child.get("content"):
            number = next(numbers)
            new = contents.get(number)
            content.append(child if new is None else {**child, "content": new})
        else:
            content.append(child)
    return {**node, "content": content} if content else node


def _pictures(node: Document) -> set[str]:
    found = {node["attrs"]["file"]} if node["type"] == "image" else set()
    return found.union(*map(_pictures, node.get("content", ())))


def _units(entries: Sequence[ChangeEntry]) -> list[Unit]:
    units: list[list[str]] = []
    of: dict[str, list[str]] = {}
    for entry in entries:
        unit: list[str] = []
        for name in entry.ids:
            if name in of and of[name] is not unit:
                other = of[name]
                unit += other
                units.remove(other)
            elif name not in of:
                unit.append(name)
            for each in unit:
                of[each] = unit
        units.append(unit)
    return [tuple(dict.fromkeys(unit)) for unit in units]


def _renamed(node: Document, names: dict[str, str]) -> Document:
    made = dict(node)
    if node.get("marks"):
        made["marks"] = [
            {**mark, "attrs": {**mark["attrs"], "id": names[mark["attrs"]["id"]]}}
            if mark["type"] in TRACKED
            else mark
            for mark in node["marks"]
        ]
    end = (node.get("attrs") or {}).get("end")
    if end:
        made["attrs"] = {**node["attrs"], "end": {**end, "id": names[end["id"]]}}
    if "content" in node:
        made["content"] = [_renamed(child, names) for child in node["content"]]
    return made
