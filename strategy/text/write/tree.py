"""Small questions to a document's JSON, and the characters that may leave the house."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from strategy.text.positions import units

Json = dict[str, Any]

TEXTBLOCKS = ("paragraph", "heading")
INLINE = ("text", "hard_break", "mention", "cross_ref", "footnote")
LEAVES = ("hard_break", "mention", "cross_ref", "image", "horizontal_rule", "page_break")
TRACKED = ("deletion", "insertion", "modification")
LETTERING = ("em", "strong", "underline", "strike", "code", "superscript", "subscript", "highlight")

# What XML cannot hold, other controls, noncharacters, half characters, and the marks that
# turn the direction of the text that follows them.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + 0xFFFE) + chr(plane * 0x10000 + 0xFFFF) for plane in range(17))
    + "]"
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]"
)
_ADDRESS = re.compile(
    r"(?:https?://[^\s\\@/?#\"<>]+(?::\d+)?(?:[/?#][^\s\"<>\\]*)?|mailto:[^\s\"<>\\]+|#[A-Za-z0-9_-]{1,40})",
    re.IGNORECASE,
)


def kids(node: Json) -> list[Json]:
    """The node's children, [] for a leaf."""
    return node.get("content") or []


def attr(node: Json, name: str, default: Any = None) -> Any:
    """The attribute's value, or `default` where it is missing or None."""
    value = (node.get("attrs") or {}).get(name)
    return default if value is None else value


def mark(node: Json, name: str) -> Json | None:
    """The attributes of the node's mark `name` ({} if it has none), or None without that mark."""
    for each in node.get("marks") or ():
        if each["type"] == name:
            return each.get("attrs") or {}
    return None


def clean(text: object) -> str:
    """`text` without what no file format can hold: controls, half characters, direction marks.

    Tabs and line ends become blanks.
    """
    return _UNFIT.sub("", str(text).replace("\t", " ").replace("\n", " ").replace("\r", " "))


def address(href: object) -> str | None:
    """The address if a reader may follow it (http, https, mailto, #block), else None."""
    href = clean(href).strip()
    return href if _ADDRESS.fullmatch(href) else None


def words(node: Json) -> str:
    """All text in the node, footnotes included, a blank for each hard break."""
    return "".join(leaf_words(leaf) for leaf in leaves(node))


def visible(node: Json) -> str:
    """What the reader of a heading sees: its words without notes and invisible characters."""
    shown = (kid for kid in kids(node) if kid["type"] != "footnote")
    return _INVISIBLE.sub("", "".join(leaf_words(kid) for kid in shown)).strip()


def leaf_words(leaf: Json) -> str:
    """What an inline leaf says."""
    if leaf["type"] == "text":
        return str(leaf.get("text", ""))
    if leaf["type"] == "hard_break":
        return " "
    return str(attr(leaf, "label", ""))


def leaves(node: Json) -> Iterator[Json]:
    """The nodes below (and including) this one that have no children, in order."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        below = kids(here)
        if below:
            waiting.extend(reversed(below))
        else:
            yield here


def each(node: Json) -> Iterator[Json]:
    """This node and all below it, in order."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(kids(here)))


def targets(doc: Json) -> set[str]:
    """The ids of the textblocks that a reference or a link of the document leads to."""
    wanted = {attr(node, "target", "") for node in each(doc) if node["type"] == "cross_ref"}
    for node in each(doc):
        link = mark(node, "link")
        if link is not None and link["href"].startswith("#"):
            wanted.add(link["href"][1:])
    present = {attr(node, "id", "") for node in each(doc) if node["type"] in TEXTBLOCKS}
    return (wanted & present) - {""}


def places(doc: Json) -> Iterator[tuple[Json, int]]:
    """Each node below the document with the ProseMirror position before it, in order."""
    at = 0
    waiting: list[Json | None] = list(reversed(kids(doc)))
    while waiting:
        node = waiting.pop()
        if node is None:
            at += 1
            continue
        yield node, at
        if node["type"] == "text":
            at += units(str(node.get("text", "")))
        else:
            at += 1
            if node["type"] not in LEAVES:
                waiting.append(None)
                waiting.extend(reversed(kids(node)))
