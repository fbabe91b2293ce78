"""The list of changes in words, and where in the typeset text each of them begins.

What counts as one change is decided in text/changes.py; here its beginning is marked in the
document, so that the template can find the line.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from strategy.text.changes import ChangeEntry
from strategy.text.positions import node_size
from strategy.text.shapes import Change
from strategy.text.write.glyphs import showable
from strategy.text.write.remarks import rebuilt
from strategy.text.write.tree import INLINE, TEXTBLOCKS, Json, clean, mark, places

MARK = "change-start"
LONGEST = 240
SAID = {
    "insertion": "insertion",
    "deletion": "deletion",
    "replacement": "replacement",
    "move": "move",
    "format": "modified",
    "split": "end-inserted",
    "join": "end-deleted",
}


def numbered(doc: Json, entries: Sequence[ChangeEntry]) -> Json:
    """The document with a mark `change-start` where the entries begin.

    Its attribute `numbers` holds the entry's number from 0, as text; with an "o" before it where
    a moved passage stood. What splits or joins textblocks is marked on the textblock. An entry
    that shows nothing (an empty block, the title) is marked nowhere.
    """
    found = list(places(doc))
    leaves = [
        (at, index)
        for index, (node, at) in enumerate(found)
        if node["type"] in INLINE or node["type"] == "image"
    ]
    ends = {
        at + node_size(node) - 1: index
        for index, (node, at) in enumerate(found)
        if node["type"] in TEXTBLOCKS
    }
    starts: dict[int, list[str]] = {}
    for number, entry in enumerate(entries):
        if entry.kind in ("split", "join"):
            index = ends.get(entry.start)
        else:
            index = _leaf(leaves, entry.start, entry.end)
        if index is not None:
            starts.setdefault(index, []).append(str(number))
        if entry.origin is not None:
            index = _leaf(leaves, entry.origin, entry.origin + 1 + len(entry.before))
            if index is not None:
                starts.setdefault(index, []).append(f"o{number}")
    cuts = {}
    for index, numbers in starts.items():
        node = found[index][0]
        added = {"type": MARK, "attrs": {"numbers": numbers}}
        cuts[index] = [node | {"marks": [*(node.get("marks") or ()), added]}]
    return rebuilt(doc, cuts)


def begins(node: Json) -> list[str]:
    """The numbers of the entries that begin at the node."""
    return list((mark(node, MARK) or {}).get("numbers") or [])


def _leaf(leaves: list[tuple[int, int]], start: int, end: int) -> int | None:
    """The first leaf within [start, end), by its number among all nodes."""
    at = bisect_left(leaves, (start, -1))
    return leaves[at][1] if at < len(leaves) and leaves[at][0] < end else None


def told(
    entries: Sequence[ChangeEntry], changes: Mapping[str, Change], said: Mapping[str, str]
) -> list[Json]:
    """The entries as the template shows them: kind in words, authors, old and new text."""
    return [_told(entry, changes, said) for entry in entries]


def _told(entry: ChangeEntry, changes: Mapping[str, Change], said: Mapping[str, str]) -> Json:
    names = [changes[ident].author for ident in entry.ids if ident in changes]
    made: Json = {
        "k": entry.kind,
        "said": said[SAID[entry.kind]],
        "by": ", ".join(dict.fromkeys(showable(clean(name)) for name in names)),
    }
    if entry.kind in ("deletion", "replacement") and entry.before:
        made["old"] = _short(entry.before)
    if entry.kind != "deletion" and entry.after:
        made["new"] = _short(entry.after)
    return made


def _short(text: str) -> str:
    """The text, its middle left out where it is long."""
    text = showable(" ".join(clean(text).split()))
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half].rsplit(' ', 1)[0]} … {text[-half:].split(' ', 1)[-1]}"
