"""Where the words of a text stand when typst has set it: in which of the numbered lines."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Any

from strategy.text.write import typesetter
from strategy.text.write.paper import Paper
from strategy.text.write.prepare import job, prepared
from strategy.text.write.setting import inner
from strategy.text.write.tree import Json

SAME_LINE = 9.0
"""How far, in points, a word's place may lie from its line's number."""
PLACES = (
    "(query(<line>), query(<word>)).map(found => found.map("
    "x => { let p = x.location().position(); (p.page, p.y.pt(), x.value) }))"
)
BEGIN = -1
"""The length of an entry that says where a word begins."""

Spot = tuple[str, int]
"""A block and an offset in it."""


@dataclass(frozen=True)
class Word:
    """A word, or a part of one, as it was set: `length` characters from `offset` in a block.

    line  the printed line in which it ends, counted from 1; None where it has no number
    """

    line: int | None
    block: str
    offset: int
    length: int

    @property
    def spot(self) -> Spot:
        """Where it begins."""
        return self.block, self.offset


def runs(data: Json) -> Iterator[Json]:
    """The runs of a prepared paper that are measured, in the order of the text."""
    for value in inner(data["blocks"]):
        if value.get("k") not in ("t", "f") and "w" in value:
            yield value


def measured(
    paper: Paper, *, begin: Collection[Spot] = (), split: Collection[Spot] = ()
) -> tuple[Json, int, list[Word]]:
    """The paper as typst sets it: what it was given, how many lines have numbers, its words.

    begin   words that are preceded by an entry of length `BEGIN`: the line in which they begin
    split   words that come letter by letter
    Each word belongs to the numbered line of its page that is nearest to where it ends. The paper
    must name its textblocks, see numbering.py. raises typesetter.UntypesetError
    """
    data, setting = prepared(replace(paper, lines="continuous"), mapped=True)
    if begin or split:
        for run in runs(data):
            run["w"] = [part for word in run["w"] for part in _parts(word, begin, split)]
    asked = replace(job(paper, data, setting, embedded="{}"), ask=PLACES)
    lines, found = typesetter.evaluate(asked)
    pages: dict[int, list[tuple[float, int]]] = {}
    for page, y, number in lines:
        pages.setdefault(page, []).append((y, number))
    for numbers in pages.values():
        numbers.sort()
    words = []
    for page, y, (block, offset, length) in found:
        numbers = pages.get(page, [])
        at = bisect_left(numbers, (y, 0))
        near = min(numbers[max(0, at - 1) : at + 1], key=lambda n: abs(n[0] - y), default=None)
        is_near = near is not None and abs(near[0] - y) <= SAME_LINE
        words.append(Word(near[1] if near and is_near else None, block, offset, length))
    return data, max((number for _, _, number in lines), default=0), words


def _parts(word: list[Any], begin: Collection[Spot], split: Collection[Spot]) -> list[list[Any]]:
    """The entry as it is, behind one that says where it begins, or letter by letter."""
    shown, blanks, offset, block, length = word
    if (block, offset) in begin:
        return [["", "", offset, block, BEGIN], word]
    if (block, offset) not in split or len(shown) != length:
        return [word]
    letters = [[letter, "", offset + at, block, 1] for at, letter in enumerate(shown)]
    letters[-1][1] = blanks
    return letters


def divided(paper: Paper, words: list[Word]) -> list[Word]:
    """The words, those that stand in two lines in parts.

    Only the first word of a line can be one: where these begin is asked for first, then where each
    letter stands of those that begin in the line before. Letters that are set one by one can make a
    line end elsewhere: a block in which that happens is left as it was, each word whole and in the
    line in which it ends.
    """
    first = {
        word.spot
        for before, word in pairwise(words)
        if before.block == word.block and before.line != word.line and word.length > 1
    }
    begun = measured(paper, begin=first)[2] if first else []
    split = {
        word.spot
        for word, behind in pairwise(begun)
        if word.length == BEGIN and word.line and behind.line and word.line != behind.line
    }
    if not split:
        return words
    owner = {
        (word.block, word.offset + at): word.spot
        for word in words
        if word.spot in split
        for at in range(word.length)
    }
    letters: dict[Spot, list[Word]] = {}
    for part in measured(paper, split=split)[2]:
        letters.setdefault(owner.get(part.spot, part.spot), []).append(part)
    apart = _apart(words, letters)
    made: list[Word] = []
    for word in words:
        parts = letters.get(word.spot, [])
        ahead = apart.get(word.block)
        if word.spot not in split or ahead is None or len(parts) != word.length:
            made.append(word)
            continue
        for line, run in groupby(parts, key=lambda part: part.line):
            inside = list(run)
            place = None if line is None else line + ahead
            made.append(Word(place, word.block, inside[0].offset, len(inside)))
    return made


def _apart(words: list[Word], letters: dict[Spot, list[Word]]) -> dict[str, int | None]:
    """By how many lines each block moved, None where its lines end elsewhere."""
    apart: dict[str, int | None] = {}
    for word in words:
        parts = letters.get(word.spot)
        if word.line is None or not parts or parts[-1].line is None:
            continue
        ahead = word.line - parts[-1].line
        apart[word.block] = ahead if apart.get(word.block, ahead) == ahead else None
    return apart
