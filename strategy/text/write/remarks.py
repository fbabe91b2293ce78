"""Comments put where they lie: as marks on the inline nodes that they cover."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from strategy.text.shapes import Comment
from strategy.text.write.tree import LEAVES, Json, kids, places, units

MARK = "comment"


def place(doc: Json, comments: Sequence[Comment]) -> Json:
    """The document with a mark `comment` (attribute `ids`: numbers as text) on what is commented.

    A comment's number is its place in `comments`, from 0. One without a place, or with a place
    that holds no inline node, leaves no mark.
    """
    spans = {
        str(number): (comment.start, comment.end)
        for number, comment in enumerate(comments)
        if comment.start is not None and comment.end is not None
    }
    return marked(doc, spans)


def marked(doc: Json, spans: Mapping[str, tuple[int, int]]) -> Json:
    """The document with a mark `comment` on what lies in the spans.

    spans   name to (from, to), ProseMirror positions in `doc`; an empty span marks the
            character after it, or before it at the end of a block
    """
    wide = {name: span for name, span in spans.items() if span[0] < span[1]}
    edges = sorted({edge for span in wide.values() for edge in span})
    points = {name: span[0] for name, span in spans.items() if span[0] >= span[1]}
    cuts: dict[int, list[Json]] = {}
    for index, (node, at) in enumerate(places(doc)):
        length = units(str(node.get("text", ""))) if node["type"] == "text" else 1
        if node["type"] not in ("text", "hard_break", "mention", "cross_ref", "footnote", "image"):
            continue
        inner = [edge for edge in edges if at < edge < at + length]
        pieces = _cut(node, [edge - at for edge in inner])
        made, begin = [], at
        for piece in pieces:
            end = begin + (units(piece["text"]) if node["type"] == "text" else 1)
            names = [n for n, span in wide.items() if span[0] <= begin and end <= span[1]]
            names += [n for n, point in points.items() if begin <= point < end]
            made.append(_with(piece, names))
            begin = end
        if made != [node]:
            cuts[index] = made
    return _rebuilt(doc, cuts, count()) if cuts else doc


def names(node: Json) -> list[str]:
    """The names of the comments that cover the node."""
    for each in node.get("marks") or ():
        if each["type"] == MARK:
            return list(each["attrs"]["ids"])
    return []


def last_places(nodes: Iterable[Json]) -> dict[str, Json]:
    """For each comment's name, the last of the nodes that it covers."""
    return {name: node for node in nodes for name in names(node)}


def _cut(node: Json, offsets: list[int]) -> list[Json]:
    """The text node in pieces at the offsets (UTF-16 units; never inside a character)."""
    if not offsets:
        return [node]
    text, pieces, begin, count = node["text"], [], 0, 0
    waiting = list(offsets)
    for index, character in enumerate(text):
        if waiting and count >= waiting[0]:
            waiting.pop(0)
            if index > begin:
                pieces.append(node | {"text": text[begin:index]})
                begin = index
        count += units(character)
    pieces.append(node | {"text": text[begin:]})
    return pieces


def _with(node: Json, found: list[str]) -> Json:
    if not found:
        return node
    added: dict[str, Any] = {"type": MARK, "attrs": {"ids": found}}
    return node | {"marks": [*(node.get("marks") or ()), added]}


def _rebuilt(node: Json, cuts: Mapping[int, list[Json]], numbers: count[int]) -> Json:
    """The node with the nodes below it replaced by number, numbered in the order of `places`."""
    if not kids(node) or node["type"] in LEAVES:
        return node
    inside = []
    for kid in kids(node):
        made = cuts.get(next(numbers))
        if made is None:
            inside.append(_rebuilt(kid, cuts, numbers))
        else:
            whole = _rebuilt(kid, cuts, numbers)
            inside.extend(
                piece | {"content": kids(whole)} if kids(kid) else piece for piece in made
            )
    return node | {"content": inside}
