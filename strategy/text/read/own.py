"""Our own JSON export, read again: a document, alone or with what travels beside it."""

from __future__ import annotations

import json
from typing import Any

from strategy.text import validate

from .encoding import decoded
from .report import Notes
from .shapes import Unreadable

NOT_OURS = "This JSON is not a paper that was exported here."


def read_json(data: bytes) -> dict[str, Any]:
    """What the child sends, of a document's JSON or {"doc", "comments", "changes"}.

    The document must pass the schema as it is: nothing is mended, so that its fingerprint stays.
    raises    Unreadable
    """
    try:
        sent = json.loads(decoded(data))
    except (ValueError, RecursionError) as broken:
        raise Unreadable(NOT_OURS) from broken
    if not isinstance(sent, dict):
        raise Unreadable(NOT_OURS)
    doc = sent if sent.get("type") == "doc" else sent.get("doc")
    try:
        validate.document(doc)
    except validate.BrokenDocument as broken:
        raise Unreadable(NOT_OURS) from broken
    if not isinstance(doc, dict):
        raise Unreadable(NOT_OURS)
    beside = sent if doc is not sent else {}
    notes = Notes()
    if pictures := data.count(b'"image"'):
        notes.add("lost", "Pictures are not part of a JSON file: %(count)s.", times=pictures)
    return {
        "doc": doc,
        "comments": _comments(beside.get("comments")),
        "report": notes.sent(),
        "changes": _changes(beside.get("changes")),
        "files": {},
        "origin": "",
        "title": (doc.get("attrs") or {}).get("title") or "",
    }


def _comments(sent: Any) -> list[dict[str, Any]]:
    out = []
    for one in sent if isinstance(sent, list) else ():
        if not isinstance(one, dict):
            raise Unreadable(NOT_OURS)
        out.append(
            {
                "author": _text(one, "author"),
                "text": _text(one, "text"),
                "at": _text(one, "at"),
                "start": _place(one, "start"),
                "end": _place(one, "end"),
                "quote": _text(one, "quote"),
                "kind": _kind(one),
                "resolved": one.get("resolved") is True,
                "replies": [
                    {name: _text(reply, name) for name in ("author", "text", "at")}
                    for reply in one.get("replies") or ()
                    if isinstance(reply, dict)
                ],
            }
        )
    return out


def _text(one: dict[str, Any], name: str) -> str:
    value = one.get(name, "")
    return value[:20_000] if isinstance(value, str) else ""


def _kind(one: dict[str, Any]) -> str:
    kind = _text(one, "kind")
    return kind if kind in ("question", "objection", "support", "note") else "note"


def _place(one: dict[str, Any], name: str) -> int | None:
    value = one.get(name)
    return value if type(value) is int and 0 <= value <= validate.MOST_POSITION else None


def _changes(sent: Any) -> dict[str, dict[str, str]]:
    out = {}
    for key, one in sent.items() if isinstance(sent, dict) else ():
        if isinstance(one, dict):
            out[str(key)[:200]] = {
                "author": _text(one, "author")[:200],
                "at": _text(one, "at")[:40],
            }
    return out
