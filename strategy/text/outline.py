"""The headings of a document, in its order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from strategy.text.positions import plain_text

Document = dict[str, Any]


@dataclass(frozen=True)
class Heading:
    """`level` 1..4; `id` is the block's, None if it has none; `words` without line breaks."""

    level: int
    id: str | None
    words: str


def headings(doc: Document) -> list[Heading]:
    """Every heading with words, wherever it stands."""
    return list(_headings(doc))


def _headings(node: Document) -> Iterator[Heading]:
    for child in node.get("content", ()):
        if child["type"] != "heading":
            yield from _headings(child)
            continue
        words = " ".join(plain_text(child).split())
        if words:
            attrs = child.get("attrs", {})
            yield Heading(attrs.get("level", 1), attrs.get("id"), words)
