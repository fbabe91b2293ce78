"""Line numbers beside a redline: where each line of one of its sides begins, whatever was put in
or taken out around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from strategy.text.lines import Line, LineMap, begun, blocks
from strategy.text.positions import node_size
from strategy.text.schema import HOLDERS, TEXTBLOCKS
from strategy.text.tracked import reject

Document = dict[str, Any]
Side = Literal["old", "new"]
GONE = {"old": "insertion", "new": "deletion"}
"""The marks of what is not in the text of a side."""


@dataclass(frozen=True)
class _Start:
    """Where a line begins: `at` characters from the text's beginning, atoms counting 1."""

    at: int
    is_empty: bool
    """Whether its block has no characters."""
    node: Document


class Margin:
    """The lines of a text, to be put into redlines that begin or end with it."""

    def __init__(self, doc: Document, lines: LineMap):
        by_block: dict[str, list[Line]] = {}
        for line in lines.lines:
            by_block.setdefault(line.block, []).append(line)
        ends = [0]
        for node in doc["content"]:
            ends.append(ends[-1] + node_size(node))
        self._doc = doc
        self._starts: list[_Start] = []
        self._before = [0] * len(ends)  # characters before each top-level block
        at, place = 0, 0
        for block in blocks(doc):
            while ends[place] < block.position:
                self._before[place] = at
                place += 1
            letters = "".join(
                each.get("text", "\ufffc") for each in block.node.get("content") or ()
            )
            for index, line in enumerate(by_block.get(block.key, ())):
                mark = begun(letters, line, index == 0)
                self._starts.append(_Start(at + line.start, not letters, mark))
            at += len(letters)
        self._before[place:] = [at] * (len(ends) - place)

    def beside(self, marked: Document, side: Side) -> Document:
        """A redline of the whole text with an inline node `line` where each line begins.

        side    "old": the text is what the redline begins with; "new": what it ends in
        returns what lines.with_lines makes of a plain text: for writers alone
        """
        content = _Walk(self._starts, 0, GONE[side]).nodes(marked.get("content", ()))
        return {**marked, "content": content}

    def part(self, nodes: Sequence[Document], block: int, count: int) -> list[Document]:
        """The same for a redline of `count` top-level blocks of the text, from `block` on.

        returns the nodes as they are where they are a redline of something else
        """
        if (
            not count
            or reject({"type": "doc", "content": list(nodes)})["content"]
            != (self._doc["content"][block : block + count])
        ):
            return list(nodes)
        first, last = self._before[block], self._before[block + count]
        starts = [
            each for each in self._starts if first <= each.at < last or each.at == first == last
        ]
        return _Walk(starts, first, GONE["old"]).nodes(nodes)


def without_lines(nodes: Sequence[Document]) -> list[Document]:
    """The nodes without the lines in them."""
    return [
        {**node, "content": without_lines(node["content"])} if "content" in node else node
        for node in nodes
        if node["type"] != "line"
    ]


class _Walk:
    """Goes through a redline and counts the characters of one side."""

    def __init__(self, starts: Sequence[_Start], at: int, gone: str):
        self.waiting = list(reversed(starts))
        self.at, self.gone = at, gone

    def nodes(self, nodes: Sequence[Document]) -> list[Document]:
        return [self._node(node) for node in nodes]

    def _node(self, node: Document) -> Document:
        inside = node.get("content")
        if self._is_gone(node):
            return node
        if node["type"] in TEXTBLOCKS:
            return self._textblock(node)
        if inside and node["type"] in HOLDERS:
            return {**node, "content": self.nodes(inside)}
        return node

    def _is_gone(self, node: Document) -> bool:
        return any(mark["type"] == self.gone for mark in node.get("marks", ()))

    def _textblock(self, node: Document) -> Document:
        content: list[Document] = []
        stays = [each for each in node.get("content") or () if not self._is_gone(each)]
        first = self.waiting[-1] if self.waiting else None
        if not stays and first is not None and first.is_empty and first.at == self.at:
            content.append(self.waiting.pop().node)
        for child in node.get("content") or ():
            content += [child] if self._is_gone(child) else self._cut(child)
        return {**node, "content": content} if content else node

    def _cut(self, child: Document) -> list[Document]:
        """A text or an atom that stays, with the lines that begin in it."""
        made: list[Document] = []
        text = child.get("text")
        length, cut = (1 if text is None else len(text)), 0
        while self.waiting and self.waiting[-1].at < self.at + length:
            start = self.waiting.pop()
            place = max(cut, start.at - self.at)
            if text is not None and place > cut:
                made.append({**child, "text": text[cut:place]})
                cut = place
            made.append(start.node)
        made.append(child if text is None or not cut else {**child, "text": text[cut:]})
        self.at += length
        return made
