"""Line numbers: which characters of a text stand in which printed line, frozen for good.

A line map belongs to one document. It is made once, by typesetting the text (write/numbering.py),
and kept: screen, PDF, amendments and synopsis all number by it, whatever fonts come later.

What has numbers: paragraphs, headings, the words of lists, quotes and motions. What has none:
tables, figures with their captions, footnotes; they are cited by the line that stands before them.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from strategy.text.positions import node_size, units
from strategy.text.schema import HOLDERS, TEXTBLOCKS

Document = dict[str, Any]
Relation = Literal["in", "after", "before"]

UNNUMBERED = frozenset({"table", "figure"})
"""Blocks in which no line has a number."""


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line.

    number  from 1, without gaps within a map
    block   the key of its textblock, see `blocks`
    start   where its first character stands in the block's text
    end     behind its last one, start <= end; the same where the line is empty

    Offsets count code points of the block's text; an inline node that is no text counts 1. A
    word that is divided at the end of a line belongs to both, each with its part.
    """

    number: int
    block: str
    start: int
    end: int


@dataclass(frozen=True)
class LineMap:
    """The lines of one document.

    version     of the algorithm and the typesetting that made it; it never changes afterwards
    lines       in order, numbered from 1
    """

    version: str
    lines: tuple[Line, ...]

    def to_json(self) -> str:
        """As it is kept: `from_json` gives the same map back."""
        rows = [[line.block, line.start, line.end] for line in self.lines]
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_json(version: str, text: str) -> LineMap:
        """The map that `to_json` wrote.

        raises  ValueError where the text is none of ours
        """
        rows = json.loads(text)
        return LineMap(
            version,
            tuple(
                Line(number, str(block), int(start), int(end))
                for number, (block, start, end) in enumerate(rows, 1)
            ),
        )


@dataclass(frozen=True)
class Block:
    """A textblock of a document.

    key         its id, or "#" and its number in the document where it has none of its own
    position    the ProseMirror position at which its content begins
    numbered    whether its lines have numbers
    """

    key: str
    node: Document = field(repr=False)
    position: int
    numbered: bool

    def at(self, offset: int) -> int:
        """The position of an offset in the block's text."""
        position = self.position
        for node in self.node.get("content") or ():
            if offset <= 0:
                break
            text = node.get("text")
            if text is None:
                position, offset = position + node_size(node), offset - 1
            else:
                position += units(text[:offset])
                offset -= len(text)
        return position

    @property
    def length(self) -> int:
        """How long the block's text is, in code points, atoms counting 1."""
        inside = self.node.get("content") or ()
        return sum(len(node["text"]) if "text" in node else 1 for node in inside)


def blocks(doc: Document) -> Iterator[Block]:
    """The textblocks of a document in order, captions and cells included."""
    known: set[str] = set()
    count = 0

    def walk(node: Document, position: int, numbered: bool) -> Iterator[Block]:
        nonlocal count
        for child in node.get("content") or ():
            if child["type"] in TEXTBLOCKS:
                count += 1
                key = (child.get("attrs") or {}).get("id") or f"#{count}"
                if key in known:
                    key = f"#{count}"  # ids can be doubled: only the first one has it
                known.add(key)
                yield Block(key, child, position + 1, numbered)
            elif child["type"] in HOLDERS:
                yield from walk(child, position + 1, numbered and child["type"] not in UNNUMBERED)
            position += node_size(child)

    yield from walk(doc, 0, True)


def with_lines(doc: Document, lines: LineMap) -> Document:
    """The document with an inline node `line` where each line begins, for writers to show.

    Its attributes: number; first, whether it is the block's first line; divided, whether a word
    goes on that began in the line before. The result is for writers alone: no schema knows it.
    """
    by_block: dict[str, list[Line]] = {}
    for line in lines.lines:
        by_block.setdefault(line.block, []).append(line)
    marked = {
        id(block.node): _marked(block, by_block[block.key])
        for block in blocks(doc)
        if block.key in by_block
    }

    def placed(node: Document) -> Document:
        if id(node) in marked:
            return marked[id(node)]
        inside = node.get("content")
        return {**node, "content": [placed(child) for child in inside]} if inside else node

    return placed(doc)


def marks(doc: Document, lines: LineMap) -> list[tuple[int, int, str]]:
    """Where each line begins: ProseMirror position, number, and what begins there.

    That is a "block", a "line", or the second part of a "word".
    """
    found = {block.key: block for block in blocks(doc)}
    made, before = [], ""
    for line in lines.lines:
        if line.block in found:
            block = found[line.block]
            attrs = begun(_letters(block), line, line.block != before)["attrs"]
            begins = "block" if attrs["first"] else "word" if attrs["divided"] else "line"
            made.append((block.at(line.start), line.number, begins))
            before = line.block
    return made


def _letters(block: Block) -> str:
    return "".join(node.get("text", "\ufffc") for node in block.node.get("content") or ())


def _marked(block: Block, lines: list[Line]) -> Document:
    letters = _letters(block)
    content: list[Document] = []
    waiting = [begun(letters, line, index == 0) for index, line in enumerate(lines)]
    starts = [line.start for line in lines]
    offset = 0
    for node in block.node.get("content") or ():
        text = node.get("text")
        length = 1 if text is None else len(text)
        cut = 0
        while starts and starts[0] < offset + length:
            at = starts.pop(0) - offset
            if text is not None and at > cut:
                content.append({**node, "text": text[cut:at]})
                cut = at
            content.append(waiting.pop(0))
        content.append(node if text is None else {**node, "text": text[cut:]})
        offset += length
    return {**block.node, "content": [*content, *waiting]}


def begun(letters: str, line: Line, first: bool) -> Document:
    """The node `line` that stands where a line begins, in a block of these letters."""
    inside = not first and 0 < line.start < len(letters)
    divided = inside and letters[line.start - 1].isalnum() and letters[line.start].isalnum()
    attrs = {"number": line.number, "first": first, "divided": divided}
    return {"type": "line", "attrs": attrs}


@dataclass(frozen=True)
class Place:
    """Where a passage stands, as it is cited.

    relation    in: in lines `first` to `last`; after: behind line `last`, where something is put
                in between or has no numbers; before: ahead of the first line of all
    """

    first: int
    last: int
    relation: Relation = "in"


class Ruled:
    """A document with its lines: made once, asked often. Positions are ProseMirror's."""

    def __init__(self, doc: Document, lines: LineMap):
        found = {block.key: block for block in blocks(doc)}
        self.doc, self.map = doc, lines
        self.lines = tuple(line for line in lines.lines if line.block in found)
        self.starts = [found[line.block].at(line.start) for line in self.lines]
        """Where each line begins."""
        self.ends = []
        """Where each line ends, the blank behind it included: up to the next one of its block."""
        for index, line in enumerate(self.lines):
            follows = self.lines[index + 1] if index + 1 < len(self.lines) else None
            block = found[line.block]
            if follows is not None and follows.block == line.block:
                self.ends.append(self.starts[index + 1])
            else:
                self.ends.append(block.at(block.length))
        self._stops = [found[line.block].at(line.end) for line in self.lines]

    @property
    def numbered(self) -> Document:
        """The document with its lines in it, as `with_lines` puts them there."""
        return with_lines(self.doc, self.map)

    def place(self, start: int, end: int) -> Place:
        """Where the passage between two positions stands, start <= end.

        A cursor (start == end) at the beginning of a line is in that line.
        """
        if not self.lines:
            return Place(0, 0, "before")
        if start == end:
            return self._cursor(start)
        first = bisect_right(self.ends, start)
        last = bisect_left(self.starts, end) - 1
        if first > last:
            return self._behind(last)
        return Place(self.lines[first].number, self.lines[last].number)

    def _cursor(self, position: int) -> Place:
        index = bisect_right(self.starts, position) - 1
        if index >= 0 and position <= self.ends[index]:
            return Place(self.lines[index].number, self.lines[index].number)
        return self._behind(index)

    def _behind(self, index: int) -> Place:
        if index < 0:
            return Place(self.lines[0].number, self.lines[0].number, "before")
        return Place(self.lines[index].number, self.lines[index].number, "after")

    def positions(self, first: int, last: int) -> tuple[int, int] | None:
        """Where lines `first` to `last` begin and end, without the blank at the end of the last.

        returns  None where there are no such lines
        """
        numbers = [line.number for line in self.lines]
        if not self.lines or first > last or first not in numbers or last not in numbers:
            return None
        return self.starts[numbers.index(first)], self._stops[numbers.index(last)]

    def of_block(self, key: str) -> tuple[int, int] | None:
        """The first and the last line of a textblock, None where it has none."""
        numbers = [line.number for line in self.lines if line.block == key]
        return (numbers[0], numbers[-1]) if numbers else None
