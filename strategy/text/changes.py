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
            whole = _mark(node, "insertion"), _mark(node, "deletion")
            if whole != (None, None):
                yield self._whole(node, whole, position, position + size)
            else:
                yield from self._inside(node, position)
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

    def _whole(
        self, node: Document, marks: tuple[Document | None, ...], start: int, end: int
    ) -> ChangeEntry:
        inserted, deleted = marks
        words = plain_text(node)
        decisive = inserted or deleted or {}
        attrs = decisive["attrs"]
        ids = tuple(dict.fromkeys(mark["attrs"]["id"] for mark in marks if mark))
        return ChangeEntry(
            "insertion" if inserted else "deletion",
            True,
            "" if inserted else words,
            words if inserted else "",
            start,
            end,
            self.heading,
            ids,
            move=attrs.get("move"),
        )

    def _words(self, block: Document, position: int) -> Iterator[ChangeEntry]:
        pending: ChangeEntry | None = None
        content = block.get("content", [])
        for index, node in enumerate(content):
            end = position + node_size(node)
            entry = self._word(node, position, end)
            if entry is not None:
                entry = replace(
                    entry,
                    lead=_rest(content[index - 1 : index], _LAST_WORD),
                    tail=_rest(content[index + 1 : index + 2], _FIRST_WORD),
                )
            merged = _merged(pending, entry)
            if merged is None:
                if pending is not None:
                    yield pending
                pending = entry
            else:
                pending = merged
            if node["type"] == "footnote" and entry is None:
                yield from self._words(node, position + 1)
            position = end
        if pending is not None:
            yield pending

    def _word(self, node: Document, start: int, end: int) -> ChangeEntry | None:
        inserted, deleted = _mark(node, "insertion"), _mark(node, "deletion")
        if inserted or deleted:
            return replace(self._whole(node, (inserted, deleted), start, end), block=False)
        former = _mark(node, "modification")
        if former is None or not _is_seen(node, former):
            return None
        return replace(self._format(node, former, start, end), block=False)

    def _format(self, node: Document, former: Document, start: int, end: int) -> ChangeEntry:
        words = plain_text(node, without="deletion") if node["type"] != "doc" else ""
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
