"""What a text is, in 64 hexadecimal digits: the same for the same text, however it was written.

The canonical form of a document has every attribute filled in, marks in the schema's order,
neighbouring text with the same marks joined, and nothing empty. Its JSON has sorted keys, no white
space, and is UTF-8. A document must have been validated first: this module checks nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from strategy.text import schema

Document = dict[str, Any]


def fingerprint(doc: Document) -> str:
    """SHA-256 of the document's canonical JSON, as 64 hexadecimal digits."""
    return _digest(canonical(doc))


def chain(previous: str | None, number: int, author: str, at: datetime | str, doc: Document) -> str:
    """A revision's fingerprint, which covers the one before it.

    previous    the fingerprint of the revision before, None for the first
    number      the revision's, from 1
    author      who took it
    at          when; a moment with a zone counts as the same moment in every zone

    raises  ValueError if the moment has no zone
    """
    if isinstance(at, datetime):
        if at.tzinfo is None:
            raise ValueError("a revision's moment needs a zone")
        at = at.astimezone(UTC).isoformat(timespec="microseconds")
    links = {"previous": previous, "number": number, "author": author, "at": at}
    return _digest(links | {"text": fingerprint(doc)})


def _digest(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def canonical(node: Document) -> Document:
    """The node in canonical form; parts that already are in it may be shared with the old one."""
    name = node["type"]
    if name == "text":
        return _text(node)
    made: Document = {"type": name}
    defaults = schema.NODE_DEFAULTS[name]
    if defaults:
        made["attrs"] = {**defaults, **(node.get("attrs") or {})}
    content = node.get("content")
    if content:
        made["content"] = joined(map(canonical, content))
    if node.get("marks"):
        made["marks"] = _marks(node["marks"])
    return made


def _text(node: Document) -> Document:
    if not node.get("marks"):
        return {"type": "text", "text": node["text"]}
    return {"type": "text", "text": node["text"], "marks": _marks(node["marks"])}


def _marks(marks: list[Document]) -> list[Document]:
    filled = [_mark(mark) for mark in marks]
    filled.sort(key=lambda mark: schema.RANK[mark["type"]])
    return filled


def _mark(mark: Document) -> Document:
    name = mark["type"]
    defaults = schema.MARK_DEFAULTS[name]
    attrs = {**defaults, **(mark.get("attrs") or {})}
    before = attrs.get("before")
    if before and before.get("marks"):
        attrs["before"] = {**before, "marks": _marks(before["marks"])}
    return {"type": name, "attrs": attrs} if attrs else {"type": name}


def joined(content: Iterable[Document]) -> list[Document]:
    """The nodes with neighbouring texts of the same marks made one."""
    made: list[Document] = []
    last: Document | None = None
    for node in content:
        text = node.get("text")
        if text is None:
            last = None
            made.append(node)
        elif last is not None and last.get("marks") == node.get("marks"):
            last = {**last, "text": last["text"] + text}
            made[-1] = last
        else:
            last = node
            made.append(node)
    return made
