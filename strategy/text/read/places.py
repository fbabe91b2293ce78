"""Where comments begin and end in the finished document, as ProseMirror positions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from strategy.text.kinds import heard
from strategy.text.schema import HOLDERS

from .characters import cleaned, line
from .draft import Block, Draft, tracked
from .lines import joined_words
from .messages import TOO_LONG
from .shapes import LARGEST_TEXT, Unreadable

_LONGEST_QUOTE = 5_000
_LONGEST_COMMENT = 20_000


@dataclass
class _Walk:
    starts: dict[str, int] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)
    """Where the file only says at which point a comment stands."""
    waiting: list[str] = field(default_factory=list)
    """Comments that begin between blocks: at the next text."""
    last: int = 0
    """Where the text before ends."""
    pieces: list[tuple[int, int, str]] = field(default_factory=list)


def placed(doc: Block, draft: Draft) -> list[dict[str, Any]]:
    """The draft's comments as JSON in the order of the text; takes their marks out of `doc`."""
    walk = _Walk()
    if _content(doc, 0, walk) > LARGEST_TEXT:
        raise Unreadable(TOO_LONG, most=LARGEST_TEXT // 1_000_000)
    for key in walk.waiting:
        walk.starts[key] = walk.last
    out = []
    for key, comment in draft.comments.items():
        start = walk.starts.get(key)
        end = walk.ends.get(key, walk.points.get(key))
        start, end = (end, end) if start is None else (start, start if end is None else end)
        if start is not None and end is not None and start > end:
            start, end = end, start
        quote = "" if start is None or end is None else _quote(walk, start, end)
        out.append(_comment(comment, start, end, quote))
    return sorted(out, key=_order)


def _order(comment: dict[str, Any]) -> tuple[bool, int, int]:
    start = comment["start"]
    return start is None, start or 0, comment["end"] or 0


def _comment(
    comment: dict[str, Any], start: int | None, end: int | None, quote: str
) -> dict[str, Any]:
    kind, text, lost = heard(_lines(comment["text"]))
    if lost:
        start, end, quote = None, None, lost
    return {
        "author": line(comment["author"], 200) or "?",
        "text": text,
        "at": comment.get("at", ""),
        "start": start,
        "end": end,
        "quote": quote,
        "kind": kind,
        "resolved": bool(comment.get("resolved")),
        "replies": [
            {
                "author": line(reply["author"], 200) or "?",
                "text": _lines(reply["text"]),
                "at": reply.get("at", ""),
            }
            for reply in comment.get("replies", ())
        ],
    }


def _lines(text: str) -> str:
    lines = [cleaned(one)[0].strip() for one in text.split("\n")]
    return "\n".join(lines).strip()[:_LONGEST_COMMENT]


def _content(node: Block, at: int, walk: _Walk) -> int:
    """Walk what is in `node`, whose content begins at position `at`; returns where it ends."""
    children = node.get("content")
    inline = node["type"] in ("paragraph", "heading", "caption", "footnote")
    if inline and walk.waiting:
        for key in walk.waiting:
            walk.starts[key] = at
        walk.waiting.clear()
    if children:
        kept: list[Block] = []
        for child in children:
            if child["type"] == "#comment":
                _mark(child, at, walk, inline=inline)
            else:
                at = _node(child, at, walk)
                kept.append(child)
        node["content"] = joined_words(kept)
        if not kept:
            del node["content"]
    if inline:
        walk.last = at
        if node["type"] != "footnote":
            walk.pieces.append((at, at, "\n"))
    return at


def _mark(child: Block, at: int, walk: _Walk, *, inline: bool) -> None:
    key = child["key"]
    if child["side"] == "start":
        if inline:
            walk.starts.setdefault(key, at)
        else:
            walk.waiting.append(key)
    elif child["side"] == "at":
        walk.points[key] = at if inline else walk.last
    elif key in walk.waiting:
        walk.ends.setdefault(key, walk.last)
    else:
        walk.ends[key] = at if inline else walk.last


def _node(node: Block, at: int, walk: _Walk) -> int:
    if node["type"] == "text":
        text = node["text"]
        size = len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
        if not tracked(node, "deletion"):
            walk.pieces.append((at, at + size, text))
        return at + size
    if node["type"] in HOLDERS:
        return _content(node, at + 1, walk) + 1
    return at + 1


def _quote(walk: _Walk, start: int, end: int) -> str:
    out = []
    for begin, stop, text in walk.pieces:
        if stop < start or begin > end:
            continue
        if text == "\n":
            out.append(text if start <= begin < end else "")
        elif stop > start and begin < end:
            units = text.encode("utf-16-le")
            cut = units[max(start - begin, 0) * 2 : (min(end, stop) - begin) * 2]
            out.append(cut.decode("utf-16-le", "ignore"))
    return "".join(out).strip()[:_LONGEST_QUOTE]
