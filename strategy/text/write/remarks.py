"""Comments put where they lie: as marks on the inline nodes that they cover."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from strategy.text.positions import units
from strategy.text.shapes import Comment
from strategy.text.write.tree import INLINE, LEAVES, Json, each, kids, places

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
    return rebuilt(doc, cuts) if cuts else doc


def hidden(doc: Json) -> Json:
    """The document with its marks `comment` turned into characters around the nodes.

    Accepting and rejecting know the schema's marks only. The characters are none that text may
    hold (noncharacters), in text of their own, and `revealed` turns them into marks again.
    """
    return _mapped(doc, _hide)


def revealed(doc: Json) -> Json:
    """The document with what `hidden` wrote turned into marks `comment` again."""
    return _mapped(doc, _reveal)


OPEN, DIGITS, CLOSE = "\ufdd0", "\ufdd1", "\ufdef"
_SIGNS = re.compile(f"({OPEN}[{DIGITS}-{chr(ord(DIGITS) + 16)}]*|{CLOSE})")


def _hide(nodes: list[Json]) -> list[Json]:
    made: list[Json] = []
    for node in nodes:
        if node["type"] == "text":
            text = _SIGNS.sub("", node["text"])
            if not text:
                continue
            node = node | {"text": text}  # noqa: PLW2901 - the node without foreign signs
        found = names(node)
        if not found:
            made.append(node)
            continue
        marks = [m for m in node["marks"] if m["type"] != MARK]
        sign = OPEN + "".join(
            chr(ord(DIGITS) + int(digit, 16)) for digit in " ".join(found).encode().hex()
        )
        if node["type"] == "image":
            attrs = dict(node.get("attrs") or {})
            attrs["alt"] = sign + CLOSE + str(attrs.get("alt") or "")
            made.append(node | {"marks": marks, "attrs": attrs})
        else:
            opening, closing = {"type": "text", "text": sign}, {"type": "text", "text": CLOSE}
            made += [opening, node | {"marks": marks}, closing]
    return made


def _reveal(nodes: list[Json]) -> list[Json]:
    made: list[Json] = []
    found: list[str] = []
    for node in nodes:
        if node["type"] == "image":
            alt = str((node.get("attrs") or {}).get("alt") or "")
            sign = _SIGNS.match(alt)
            inside = _named(sign.group()) if sign else []
            fit = node | {"attrs": node["attrs"] | {"alt": _SIGNS.sub("", alt)}}
            made.append(_with(fit, inside))
        elif node["type"] != "text":
            made.append(_with(node, found))
        else:
            for part in _SIGNS.split(node["text"]):
                if part.startswith(OPEN):
                    found = _named(part)
                elif part == CLOSE:
                    found = []
                elif part:
                    made.append(_with(node | {"text": part}, found))
    return made


def _named(sign: str) -> list[str]:
    digits = "".join(f"{ord(sign_) - ord(DIGITS):x}" for sign_ in sign[1:])
    return bytes.fromhex(digits).decode().split(" ")


def _mapped(node: Json, change: Callable[[list[Json]], list[Json]]) -> Json:
    if not kids(node):
        return node
    return node | {"content": [_mapped(kid, change) for kid in change(kids(node))]}


def names(node: Json) -> list[str]:
    """The names of the comments that cover the node."""
    for found in node.get("marks") or ():
        if found["type"] == MARK:
            return list(found["attrs"]["ids"])
    return []


def last_places(nodes: Iterable[Json]) -> dict[str, Json]:
    """For each comment's name, the last of the nodes that it covers."""
    return {name: node for node in nodes for name in names(node)}


def covering(node: Json) -> list[str]:
    """The comments on a node; those on a footnote's words lie on its reference."""
    found = names(node)
    if node["type"] == "footnote":
        found = list(dict.fromkeys([*found, *(n for kid in kids(node) for n in names(kid))]))
    return found


def covered(doc: Json) -> tuple[dict[str, Json], dict[str, Json]]:
    """For each comment's name, the first and the last node that it lies on in an office file.

    A footnote's words are not among them: their comments lie on its reference.
    """
    first: dict[str, Json] = {}
    last: dict[str, Json] = {}
    noted = {id(kid) for node in each(doc) if node["type"] == "footnote" for kid in kids(node)}
    for node in each(doc):
        if (node["type"] in INLINE or node["type"] == "image") and id(node) not in noted:
            for name in covering(node):
                first.setdefault(name, node)
                last[name] = node
    return first, last


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


def rebuilt(node: Json, cuts: Mapping[int, list[Json]], numbers: count[int] | None = None) -> Json:
    """The node with the nodes below it replaced by number, numbered in the order of `places`."""
    numbers = count() if numbers is None else numbers
    if not kids(node) or node["type"] in LEAVES:
        return node
    inside = []
    for kid in kids(node):
        made = cuts.get(next(numbers))
        if made is None:
            inside.append(rebuilt(kid, cuts, numbers))
        else:
            whole = rebuilt(kid, cuts, numbers)
            inside.extend(
                piece | {"content": kids(whole)} if kids(kid) else piece for piece in made
            )
    return node | {"content": inside}
