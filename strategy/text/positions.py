"""ProseMirror positions and plain-text offsets: the only converter between the two.

Positions count UTF-16 units and the borders of nodes, as the browser does. Offsets count code
points, as Python does. An emoji is two units and one code point.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import attrgetter
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


# A document as text


@dataclass(frozen=True)
class Piece:
    """A stretch of a document's text that stands in one node.

    position    where it begins in the document
    offset      where it begins in the text
    text        its words; "" for an empty block
    size        its positions: the text's UTF-16 units, or 1 for an atom that is read as its label
    """

    position: int
    offset: int
    text: str
    size: int

    @property
    def is_atom(self) -> bool:
        """Whether it cannot be entered: its text is not the document's."""
        return self.size == 1 and len(self.text) != 1


@dataclass(frozen=True)
class Line:
    """A textblock, or a footnote, in the text: code points [start, end), and its id if any."""

    start: int
    end: int
    identity: str | None


class Plain:
    """A document's text, blocks joined by newlines, with both ways between text and document.

    A footnote is a line of its own, behind the block that it stands in.
    """

    def __init__(self, doc: Document):
        self.pieces: list[Piece] = []
        self.lines: list[Line] = []
        self._parts: list[str] = []
        self._length = 0
        self._read(doc, -1)
        self.text = "".join(self._parts)[:-1]
        self._by_position = sorted(self.pieces, key=attrgetter("position"))

    def _read(self, node: Document, position: int) -> None:
        inside = position + 1
        if node["type"] in schema.TEXTBLOCKS:
            self._line(node, inside)
            return
        for child in node.get("content") or ():
            self._read(child, inside)
            inside += node_size(child)

    def _line(self, block: Document, position: int) -> None:
        start, first = self._length, len(self.pieces)
        notes = []
        for node in block.get("content") or ():
            size = node_size(node)
            if node["type"] == "footnote":
                notes.append((node, position + 1))
            else:
                self._piece(position, node.get("text") or leaf_text(node), size)
            position += size
        if len(self.pieces) == first:
            self._piece(position, "", 0)
        identity = (block.get("attrs") or {}).get("id")
        self.lines.append(Line(start, self._length, identity))
        self._parts.append("\n")
        self._length += 1
        for note, inside in notes:
            self._line(note, inside)

    def _piece(self, position: int, text: str, size: int) -> None:
        self.pieces.append(Piece(position, self._length, text, size))
        self._parts.append(text)
        self._length += len(text)

    def offset(self, position: int, side: int = 1) -> int:
        """The offset in the text of a position in the document.

        side    what to take where a position is between two blocks: 1 the beginning of the next
                one (for the start of a range), -1 the end of the one before (for its end)
        """
        if not self.pieces:
            return 0
        at = bisect_right(self._by_position, position, key=attrgetter("position")) - 1
        if at >= 0:
            piece = self._by_position[at]
            if side < 0 and position == piece.position and at and piece.size:
                before = self._by_position[at - 1]
                if before.position + before.size == position:
                    return before.offset + len(before.text)
            if position <= piece.position + piece.size:
                return piece.offset + _points(piece, position - piece.position)
            if side < 0 or at + 1 == len(self._by_position):
                return piece.offset + len(piece.text)
        return self._by_position[at + 1].offset

    def position(self, offset: int, side: int = 1) -> int:
        """The position in the document of an offset in the text, 0 <= offset <= len(text).

        side    1 for the start of a range, -1 for its end: what to take between two pieces
        """
        if not self.pieces:
            return 0
        starts = attrgetter("offset")
        if side > 0:
            at = bisect_right(self.pieces, offset, key=starts) - 1
        else:
            at = max(0, bisect_left(self.pieces, offset, key=starts) - 1)
            following = self.pieces[at + 1] if at + 1 < len(self.pieces) else None
            if offset == 0 or (
                following is not None
                and following.offset == offset > 0
                and self.pieces[at].offset + len(self.pieces[at].text) < offset
            ):
                at = bisect_left(self.pieces, offset, key=starts)
        piece = self.pieces[at]
        inside = min(offset - piece.offset, len(piece.text))
        if piece.is_atom:
            return piece.position + (inside > 0 and (side < 0 or inside == len(piece.text)))
        return piece.position + units(piece.text[:inside])


def _points(piece: Piece, inside: int) -> int:
    if piece.is_atom:
        return len(piece.text) if inside else 0
    if len(piece.text) == piece.size:
        return inside
    part = piece.text.encode("utf-16-le")[: 2 * inside]
    return len(part.decode("utf-16-le", "ignore"))


def plain(doc: Document) -> Plain:
    """A document's text with the way back; the document must have been validated."""
    return Plain(doc)


def slice_text(doc: Document, start: int, end: int) -> str:
    """The text between two positions of a document, start <= end."""
    page = Plain(doc)
    first, last = page.offset(start, 1), page.offset(end, -1)
    return page.text[first:last]
