"""The changes of a tracked document as a list in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from strategy.text import schema
from strategy.text.positions import node_size, plain_text

Document = dict[str, Any]

_LAST_WORD = re.compile(r"\w+\Z")
_FIRST_WORD = re.compile(r"\A\w+")
_GOES_OR_COMES = ("insertion", "deletion")


@dataclass(frozen=True)
class ChangeEntry:
    """One change, as a person would count them.

    kind        insertion | deletion | replacement | move | format | split | join
    block       whether whole blocks were changed, not words
    before      the words that were there; "" for an insertion
    after       the words that are there now; "" for a deletion
    start, end  ProseMirror positions in the tracked document, start <= end; of a move: where the
                passage stands now
    origin      of a move: where the passage stood, as a position; else None
    heading     the words of the heading that it stands under, "" before the first one
    ids         the changes that it consists of, to accept or reject them
    markup      of a format: what the markup was and is, as names: ("paragraph", "heading")
    lead, tail  of changed words: the unchanged rest of a word that begins or ends inside the change
    """

    kind: str
    block: bool
    before: str
    after: str
    start: int
    end: int
    heading: str
    ids: tuple[str, ...]
    origin: int | None = None
    markup: tuple[str, str] = ("", "")
    lead: str = ""
    tail: str = ""
    move: str | None = field(default=None, repr=False)


def changes(doc: Document) -> list[ChangeEntry]:
    """The document's changes in the order of the text."""
    return _moves_joined(list(_Walk().entries(doc)))


def decided_together(entries: list[ChangeEntry]) -> list[list[ChangeEntry]]:
    """The changes in groups, by their names: who decides one of a group decides all of it. A name
    may stand in several places: somebody wrote into the middle of what another has inserted."""
    of_name: dict[str, list[ChangeEntry]] = {}
    for entry in entries:
        group = next((of_name[name] for name in entry.ids if name in of_name), [])
        for name in entry.ids:
            other = of_name.get(name, group)
            if other is not group:
                group += other
                of_name.update((known, group) for each in other for known in each.ids)
            of_name[name] = group
        group.append(entry)
    return list({id(group): group for group in of_name.values()}.values())


def in_whole_words(entry: ChangeEntry) -> ChangeEntry:
    """The change as people say it: “jede” becomes “jedes”, not “s” is inserted."""
    texts = [words for words in (entry.before, entry.after) if words]
    lead = entry.lead if any(_FIRST_WORD.search(words) for words in texts) else ""
    tail = entry.tail if any(_LAST_WORD.search(words) for words in texts) else ""
    if entry.kind not in {"insertion", "deletion", "replacement"} or not lead + tail:
        return entry
    return replace(
        entry,
        kind="replacement",
        before=lead + entry.before + tail,
        after=lead + entry.after + tail,
        lead="",
        tail="",
    )


class _Walk:
    """Goes through a document and remembers the last heading."""

    def __init__(self) -> None:
        self.heading = ""
        self.around: frozenset[tuple[str, str]] = frozenset()
        """Of the blocks that we are in: that they were inserted or deleted, by which change."""

    def entries(self, doc: Document) -> Iterator[ChangeEntry]:
        former = _mark(doc, "modification")
        if former is not None:
            yield self._format(doc, former, 0, 0)
        yield from self._blocks(doc, 0)

    def _blocks(self, parent: Document, position: int) -> Iterator[ChangeEntry]:
        for node in parent.get("content", ()):
            size = node_size(node)
            if node["type"] == "heading" and _mark(node, "deletion") is None:
                self.heading = plain_text(node, without="deletion")
            yield from self._whole(node, position, position + size)
            outside, marks = self.around, node.get("marks", ())
            self.around |= {(mark["type"], mark["attrs"].get("id", "")) for mark in marks}
            yield from self._inside(node, position)
            self.around = outside
            position += size

    def _inside(self, node: Document, position: int) -> Iterator[ChangeEntry]:
        former = _mark(node, "modification")
        if former is not None and _is_seen(node, former):
            yield self._format(node, former, position, position + node_size(node))
        if node["type"] not in schema.TEXTBLOCKS:
            yield from self._blocks(node, position + 1)
            return
        yield from self._words(node, position + 1)
        end = node.get("attrs", {}).get("end")
        if end:
            at = position + node_size(node) - 1
            kind = "split" if end["change"] == "insertion" else "join"
            yield ChangeEntry(kind, True, "", "", at, at + 1, self.heading, (end["id"],))

    def _whole(self, node: Document, start: int, end: int) -> Iterator[ChangeEntry]:
        """That the node was inserted, that it was deleted: two changes, if somebody deleted what
        somebody else has only suggested to insert. What is said of a block is not said again."""
        words = plain_text(node)
        for kind in _GOES_OR_COMES:
            mark = _mark(node, kind)
            if mark is not None and (kind, mark["attrs"]["id"]) not in self.around:
                before, after = ("", words) if kind == "insertion" else (words, "")
                attrs = mark["attrs"]
                ids, move = (attrs["id"],), attrs.get("move")
                yield ChangeEntry(
                    kind, True, before, after, start, end, self.heading, ids, move=move
                )

    def _words(self, block: Document, position: int) -> list[ChangeEntry]:
        made: list[ChangeEntry] = []
        pending: list[ChangeEntry] = []  # changes that reach to where we are
        content = block.get("content", [])
        for index, node in enumerate(content):
            end = position + node_size(node)
            entries = [
                replace(
                    entry,
                    lead=_rest(content[index - 1 : index], _LAST_WORD),
                    tail=_rest(content[index + 1 : index + 2], _FIRST_WORD),
                )
                for entry in self._word(node, position, end)
            ]
            if node["type"] == "footnote":
                made += self._words(node, position + 1)
            for at, entry in enumerate(entries):
                for former in pending:
                    merged = _merged(former, entry)
                    if merged is not None:
                        pending.remove(former)
                        entries[at] = merged
                        break
            made += pending
            pending = entries
            position = end
        return sorted([*made, *pending], key=lambda entry: entry.start)

    def _word(self, node: Document, start: int, end: int) -> Iterator[ChangeEntry]:
        for entry in self._whole(node, start, end):
            yield replace(entry, block=False)
        former = _mark(node, "modification")
        if former is not None and _is_seen(node, former):
            yield replace(self._format(node, former, start, end), block=False)

    def _format(self, node: Document, former: Document, start: int, end: int) -> ChangeEntry:
        gone = _mark(node, "deletion") is not None
        words = plain_text(node, without=None if gone else "deletion")
        if node["type"] == "doc":
            words = ""
        before = former["attrs"].get("before") or {}
        ids = (former["attrs"]["id"],)
        return ChangeEntry(
            "format",
            True,
            words,
            words,
            start,
            end,
            self.heading,
            ids,
            markup=(_markup(before, node), _markup(node, node)),
        )


def _mark(node: Document, name: str) -> Document | None:
    return next((mark for mark in node.get("marks", ()) if mark["type"] == name), None)


def _rest(beside: list[Document], word: re.Pattern[str]) -> str:
    """The part of a word in the text beside a change that stays as it is."""
    if not beside or any(_mark(node, name) for node in beside for name in _GOES_OR_COMES):
        return ""
    found = word.search(beside[0].get("text", ""))
    return found[0] if found else ""


def _is_seen(node: Document, former: Document) -> bool:
    """Whether a modification changes more than a block's identity, which nobody sees."""
    before = former["attrs"].get("before") or {}
    if "marks" in before or before.get("type", node["type"]) != node["type"]:
        return True
    attrs = node.get("attrs", {})
    return any(
        attrs.get(key) != value for key, value in before.get("attrs", {}).items() if key != "id"
    )


def _markup(markup: Document, node: Document) -> str:
    if node["type"] in schema.INLINE:
        names = [mark["type"] for mark in markup.get("marks", ())]
        return " ".join(name for name in names if name not in schema.TRACKED)
    attrs = {**node.get("attrs", {}), **markup.get("attrs", {})}
    told = [f"{key}={value}" for key, value in sorted(attrs.items()) if key not in ("id", "end")]
    return " ".join([str(markup.get("type", node["type"])), *told])


def _merged(first: ChangeEntry | None, second: ChangeEntry | None) -> ChangeEntry | None:
    """The two as one change, if a reader would take them for one; else None."""
    if first is None or second is None or first.end != second.start:
        return None
    if "format" in (first.kind, second.kind):
        if first.kind != second.kind or (first.ids, first.markup) != (second.ids, second.markup):
            return None
        kind = "format"
    elif first.move != second.move or not set(first.ids) & set(second.ids):
        return None
    else:
        kind = first.kind if first.kind == second.kind else "replacement"
    return replace(
        first,
        kind=kind,
        before=first.before + second.before,
        after=first.after + second.after,
        end=second.end,
        tail=second.tail,
        ids=tuple(dict.fromkeys((*first.ids, *second.ids))),
    )


def _moves_joined(entries: list[ChangeEntry]) -> list[ChangeEntry]:
    origins = {entry.move: entry for entry in entries if entry.move and entry.kind == "deletion"}
    arrived = {entry.move for entry in entries if entry.move and entry.kind == "insertion"}
    made = []
    for entry in entries:
        origin = origins.get(entry.move) if entry.move in arrived else None
        if origin is None:
            made.append(entry)
        elif entry.kind == "insertion":
            ids = tuple(dict.fromkeys((*origin.ids, *entry.ids)))
            before, start = origin.before, origin.start
            made.append(replace(entry, kind="move", before=before, origin=start, ids=ids))
    return made
