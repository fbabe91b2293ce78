"""A document as running words in which passages can be named, compared and found again."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import Any

from strategy.text import schema
from strategy.text.anchor import AROUND, Quote, locate
from strategy.text.positions import leaf_text, node_size, units

Document = dict[str, Any]

LEAST_LEFT = 0.3
"""Share of a passage's letters (in threes) that must still stand between its carried ends: less,
and what stands there now is something else."""
ASTRAL = 0xFFFF


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of words: where it begins as a position and as an offset."""

    position: int
    offset: int
    text: str
    size: int
    """Positions that it takes up."""


class Passages:
    """The words of a document with their positions. Offsets count code points in `text`."""

    def __init__(self, doc: Document):
        self._pieces: list[_Piece] = []
        self._parts: list[str] = []
        self._length = 0
        self._walk(doc, 0)
        self.text = "".join(self._parts)
        self._positions = [piece.position for piece in self._pieces]
        self._offsets = [piece.offset for piece in self._pieces]
        self.size = sum(map(node_size, doc.get("content") or ()))

    def _put(self, text: str, position: int, size: int) -> None:
        self._pieces.append(_Piece(position, self._length, text, size))
        self._parts.append(text)
        self._length += len(text)

    def _walk(self, node: Document, position: int) -> None:
        """Take the content of a node whose inside begins at `position`."""
        for child in node.get("content") or ():
            kind, size = child["type"], node_size(child)
            if kind == "text":
                self._put(child["text"], position, size)
            elif kind == "footnote":
                self._put(" [", position, 1)
                self._walk(child, position + 1)
                self._put("]", position + size - 1, 1)
            elif kind in schema.INLINE:
                self._put(leaf_text(child), position, size)
            else:
                if kind in schema.TEXTBLOCKS and self._length and child.get("content"):
                    self._parts.append("\n")
                    self._length += 1
                self._walk(child, position + 1)
            position += size

    def offset(self, position: int) -> int:
        """The offset that a position stands at; between blocks the end of the words before."""
        index = bisect_right(self._positions, position) - 1
        if index < 0:
            return 0
        piece = self._pieces[index]
        inside = position - piece.position
        if inside >= piece.size:
            return piece.offset + len(piece.text)
        return piece.offset + _points(piece.text, inside)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The positions of the words between two offsets, start < end."""
        first = self._pieces[bisect_right(self._offsets, start) - 1]
        last = self._pieces[max(0, bisect_right(self._offsets, end - 1) - 1)]
        inside = start - first.offset
        begins = first.position + min(first.size, units(first.text[:inside]))
        ends = last.position + (
            last.size
            if end >= last.offset + len(last.text)
            else units(last.text[: end - last.offset])
        )
        return begins, ends

    def words(self, start: int, end: int) -> str:
        """The words between two positions."""
        return self.text[self.offset(start) : self.offset(end)].strip("\n")

    def quote(self, start: int, end: int) -> Quote:
        """The passage's words with what stands around them.

        raises  ValueError where the positions are not a passage with words
        """
        if not 0 <= start < end <= self.size:
            raise ValueError("these positions are not a passage of the document")
        words = self.bounds(start, end)
        if words is None:
            raise ValueError("this passage has no words")
        first, last = words
        exact = self.text[first:last]
        before = self.text[max(0, first - AROUND) : first]
        return Quote(exact, before, self.text[last : last + AROUND])

    def bounds(self, start: int, end: int) -> tuple[int, int] | None:
        """The offsets of the words between two positions, or None if there are no words."""
        first, last = self.offset(start), self.offset(end)
        while first < last and self.text[first] == "\n":
            first += 1
        while first < last and self.text[last - 1] == "\n":
            last -= 1
        return (first, last) if self.text[first:last].strip() else None

    def find(self, quote: Quote, *, near: int) -> tuple[int, int] | None:
        """The positions at which a quote stands now, None if it is gone.

        near    the position at which it stood before
        """
        if not quote.exact.strip() or not self.text:
            return None
        found = locate(self.text, quote, near=self.offset(max(0, near)))
        return None if found is None else self.span(found.start, found.end)


def _points(text: str, count: int) -> int:
    """How many code points the first `count` UTF-16 units of a text are."""
    if text.isascii() or max(text, default="") <= "\uffff":
        return min(count, len(text))
    for index, character in enumerate(text):
        if count <= 0:
            return index
        count -= 2 if ord(character) > ASTRAL else 1
    return len(text)


def same_passage(before: str, now: str) -> bool:
    """Whether words are still the passage that they were, edited, and not something else."""
    if before == now:
        return True
    if not now.strip():
        return False
    was, is_ = _threes(before), _threes(now)
    kept = (was & is_).total()
    return kept / max(1, was.total()) >= LEAST_LEFT


def _threes(text: str) -> Counter[str]:
    padded = f" {' '.join(text.casefold().split())} "
    return Counter(padded[at : at + 3] for at in range(max(1, len(padded) - 2)))


def textblocks(doc: Document) -> list[tuple[int, int, list[int]]]:
    """Where the textblocks of a document are, for a page that shows it without the document.

    returns     in order: where each one's content begins, how many positions it has, and how many
                of these each of its footnotes takes
    """
    found: list[tuple[int, int, list[int]]] = []

    def walk(node: Document, position: int) -> None:
        for child in node.get("content") or ():
            inside = child.get("content") or ()
            if child["type"] in schema.TEXTBLOCKS:
                notes = [node_size(each) for each in inside if each["type"] == "footnote"]
                found.append((position + 1, sum(map(node_size, inside)), notes))
            elif child["type"] in schema.HOLDERS:
                walk(child, position + 1)
            position += node_size(child)

    walk(doc, 0)
    return found
