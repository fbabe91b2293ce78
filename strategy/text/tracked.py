"""Tracked documents: documents in which insertions and deletions are marked.

What the marks mean:

- `deletion` or `insertion` on an inline node: these words; on a block: the whole block. Both on one
  node: somebody deleted what somebody else has only suggested to insert.
- `end` of a textblock: its end, the break behind it, was inserted or deleted. Where that break
  goes, the next textblock is joined on; the first one's type and attributes stay, and the last
  one's `end`.
- `modification`: another markup than `before`, which says nothing about `end`.

All functions give new documents in canonical form (fingerprint.canonical).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from strategy.text import schema
from strategy.text.changes import ChangeEntry, changes, decided_together
from strategy.text.fingerprint import canonical, joined

__all__ = [
    "ChangeEntry",
    "accept",
    "change_ids",
    "changes",
    "decided_together",
    "is_tracked",
    "keep_only",
    "reject",
    "resolve_blocks",
]

Document = dict[str, Any]

_EMPTY_PARAGRAPH: Document = canonical({"type": "paragraph"})
_KEPT_WITHOUT_CONTENT = frozenset({"table_cell", "table_header", "doc"})
_DROPPED_WITHOUT_CONTENT = schema.HOLDERS - _KEPT_WITHOUT_CONTENT - schema.TEXTBLOCKS - {"footnote"}


def accept(doc: Document, only: Collection[str] | None = None) -> Document:
    """The document as its changes want it; with `only`, just the changes of these ids."""
    return _resolved(doc, gone="deletion", stays="insertion", only=only)


def reject(doc: Document, only: Collection[str] | None = None) -> Document:
    """The document as it was before its changes; with `only`, just the changes of these ids."""
    return _resolved(doc, gone="insertion", stays="deletion", only=only)


def resolve_blocks(
    blocks: list[Document], ids: Collection[str], *, accepted: bool
) -> list[Document]:
    """Neighbouring blocks with the changes of these ids accepted, or rejected; perhaps none."""
    sides = ("deletion", "insertion") if accepted else ("insertion", "deletion")
    return _children([canonical(block) for block in blocks], _Way(*sides, frozenset(ids)))


def keep_only(doc: Document, ids: Collection[str]) -> Document:
    """The tracked document with the changes of these ids alone; all others are rejected."""
    return reject(doc, only=change_ids(doc) - set(ids))


def is_tracked(doc: Document) -> bool:
    """Whether anything is marked as inserted, deleted or modified."""
    return next(_ids(doc), None) is not None


def change_ids(doc: Document) -> set[str]:
    """The ids of all changes in the document."""
    return set(_ids(doc))


def _ids(node: Document) -> Iterator[str]:
    for mark in node.get("marks") or ():
        if mark["type"] in schema.TRACKED:
            yield mark["attrs"]["id"]
    end = (node.get("attrs") or {}).get("end")
    if end:
        yield end["id"]
    for child in node.get("content") or ():
        yield from _ids(child)


def _resolved(doc: Document, *, gone: str, stays: str, only: Collection[str] | None) -> Document:
    way = _Way(gone, stays, None if only is None else frozenset(only))
    made = _node(canonical(doc), way)
    if made is None or not made.get("content"):
        made = {**(made or canonical({"type": "doc"})), "content": [_EMPTY_PARAGRAPH]}
    return made


class _Way:
    """Which of the two sides goes, and for which changes."""

    def __init__(self, gone: str, stays: str, only: frozenset[str] | None):
        self.gone, self.stays, self.only = gone, stays, only

    def decides(self, change: str) -> bool:
        return self.only is None or change in self.only


def _node(node: Document, way: _Way) -> Document | None:
    """The node resolved, or None if it goes."""
    marks = node.get("marks")
    if marks:
        tracked = [
            mark
            for mark in marks
            if mark["type"] in schema.TRACKED and way.decides(mark["attrs"]["id"])
        ]
        if any(mark["type"] == way.gone for mark in tracked):
            return None
        if tracked:
            node = _unmarked(node, tracked, way)
    content = node.get("content")
    if content:
        kept = _children(content, way)
        node = {key: value for key, value in node.items() if key != "content"}
        if kept:
            node["content"] = kept
        elif node["type"] in _DROPPED_WITHOUT_CONTENT:
            return None
        elif node["type"] in _KEPT_WITHOUT_CONTENT:
            node["content"] = [_EMPTY_PARAGRAPH]
        if node["type"] == "figure" and kept[0]["type"] != "image":
            return None
    return node


def _unmarked(node: Document, decided: list[Document], way: _Way) -> Document:
    kept = [mark for mark in node["marks"] if mark not in decided]
    made = {key: value for key, value in node.items() if key != "marks"}
    for mark in decided:
        before = mark["attrs"].get("before")
        if way.gone == "insertion" and before is not None:
            made |= {key: before[key] for key in ("type", "attrs") if key in before}
            if "end" in node.get("attrs", {}) and made["type"] in schema.JOINABLE:
                made["attrs"] = {**made["attrs"], "end": node["attrs"]["end"]}
            if "marks" in before:
                kept = [*before["marks"], *(m for m in kept if m["type"] in schema.TRACKED)]
            made = canonical(made)
    if kept:
        made["marks"] = kept
    return made


def _children(content: list[Document], way: _Way) -> list[Document]:
    made: list[Document] = []
    joining = False
    for child in content:
        resolved = _node(child, way)
        if resolved is None:
            continue
        broken = False
        end = resolved.get("attrs", {}).get("end")
        if end and way.decides(end["id"]):
            resolved = {**resolved, "attrs": {**resolved["attrs"], "end": None}}
            broken = end["change"] == way.gone
        if joining and resolved["type"] in schema.JOINABLE:
            made[-1] = _join(made[-1], resolved)
        else:
            made.append(resolved)
        joining = broken
    return joined(made)


def _join(first: Document, second: Document) -> Document:
    inside = second.get("content", [])
    shared = first.get("marks", ())
    whole = [
        mark
        for mark in second.get("marks", ())
        if mark["type"] != "modification" and mark not in shared
    ]
    if whole:  # the second block's own fate, still undecided, goes on to what it holds
        inside = [canonical({**node, "marks": _with(node.get("marks"), whole)}) for node in inside]
    content = joined([*first.get("content", []), *inside])
    made = {**first, "attrs": {**first["attrs"], "end": second["attrs"]["end"]}}
    return {**made, "content": content} if content else made


def _with(marks: list[Document] | None, more: list[Document]) -> list[Document]:
    names = {mark["type"] for mark in more}
    return [*(mark for mark in marks or () if mark["type"] not in names), *more]
