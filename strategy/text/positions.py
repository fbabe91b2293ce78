"""ProseMirror positions and plain-text offsets: the only converter between the two.

Positions count UTF-16 units and the borders of nodes, as the browser does. Offsets count code
points, as Python does. An emoji is two units and one code point.
"""

from __future__ import annotations

import re
from typing import Any

from strategy.text import schema

Document = dict[str, Any]

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def units(text: str) -> int:
    """How many UTF-16 units a text has."""
    if text.isascii() or _ASTRAL.search(text) is None:
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def node_size(node: Document) -> int:
    """How many positions a node of JSON takes up, its borders included."""
    text = node.get("text")
    if text is not None:
        return units(text)
    if node["type"] not in schema.HOLDERS:
        return 1
    return 2 + sum(map(node_size, node.get("content") or ()))


def leaf_text(node: Document) -> str:
    """What stands for an inline node that holds no text of its own, when it is read as words."""
    name = node["type"]
    if name == "hard_break":
        return "\n"
    if name in ("mention", "cross_ref"):
        return str((node.get("attrs") or {}).get("label", ""))
    return ""


def plain_text(node: Document, *, without: str | None = None) -> str:
    """The words of a node, blocks joined by newlines, footnotes in brackets at their place.

    without     a tracked mark whose nodes are left out: "deletion" or "insertion"
    """
    if without is not None and any(mark["type"] == without for mark in node.get("marks") or ()):
        return ""
    if "text" in node:
        return str(node["text"])
    content = node.get("content") or ()
    if node["type"] in schema.TEXTBLOCKS:
        return "".join(plain_text(child, without=without) for child in content)
    if node["type"] == "footnote":
        return f" [{''.join(plain_text(child, without=without) for child in content)}]"
    if node["type"] in schema.INLINE:
        return leaf_text(node)
    lines = [plain_text(child, without=without) for child in content]
    return "\n".join(line for line in lines if line)
