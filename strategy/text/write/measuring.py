"""Where the words of a text stand when typst has set it: in which of the numbered lines."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import Any

from strategy.text.write import typesetter
from strategy.text.write.paper import Paper
from strategy.text.write.prepare import job, prepared
from strategy.text.write.setting import inner
from strategy.text.write.tree import Json, attr, each, kids

SAME_LINE = 9.0
"""How far, in points, a word's place may lie from its line's number."""
PLACES = (
    "(query(<line>), query(<word>)).map(found => found.map("
    "x => { let p = x.location().position(); (p.page, p.x.pt(), p.y.pt(), x.value) }))"
)
SAME_END = 4.0
"""How far, in points, the end of a word lies off where nothing but its shaping has changed: less
than the two letters that a word can be divided behind at least."""
BEGIN = -1
"""The length of an entry that says where a word begins."""

Spot = tuple[str, int]
"""A block and an offset in it."""
Cuts = Mapping[Spot, tuple[int, ...]]
"""By word: how many of its letters stand before each cut."""
NO_CUTS: Cuts = MappingProxyType({})


@dataclass(frozen=True)
class Word:
    """A word, or a part of one, as it was set: `length` characters from `offset` in a block.

    line  the printed line in which it ends, counted from 1; None where it has no number
    x     how far from the left edge of the page it ends, in points; of what was measured
    """

    line: int | None
    block: str
    offset: int
    length: int
    x: float = 0.0

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
    paper: Paper, *, begin: Collection[Spot] = (), cuts: Cuts = NO_CUTS
) -> tuple[Json, int, list[Word]]:
    """The paper as typst sets it: what it was given, how many lines have numbers, its words.

    begin   words that are preceded by an entry of length `BEGIN`: the line in which they begin
    cuts    where words are cut into parts that come one by one
    Each word belongs to the numbered line of its page that is nearest to where it ends. The paper
    must name its textblocks, see numbering.py. raises typesetter.UntypesetError
    """
    data, setting = prepared(replace(paper, lines="continuous"), mapped=True)
    if begin or cuts:
        for run in runs(data):
            run["w"] = [part for word in run["w"] for part in _parts(word, begin, cuts)]
    asked = replace(job(paper, data, setting, embedded="{}"), ask=PLACES)
    lines, found = typesetter.evaluate(asked)
    pages: dict[int, list[tuple[float, int]]] = {}
    for page, _, y, number in lines:
        pages.setdefault(page, []).append((y, number))
    for numbers in pages.values():
        numbers.sort()
    words = []
    for page, x, y, (block, offset, length) in found:
        numbers = pages.get(page, [])
        at = bisect_left(numbers, (y, 0))
        near = min(numbers[max(0, at - 1) : at + 1], key=lambda n: abs(n[0] - y), default=None)
        is_near = near is not None and abs(near[0] - y) <= SAME_LINE
        words.append(Word(near[1] if near and is_near else None, block, offset, length, x))
    return data, max((number for *_, number in lines), default=0), words


def _parts(word: list[Any], begin: Collection[Spot], cuts: Cuts) -> list[list[Any]]:
    """The entry as it is, behind one that says where it begins, or in parts."""
    shown, blanks, offset, block, length = word
    if (block, offset) in begin:
        return [["", "", offset, block, BEGIN], word]
    if (block, offset) not in cuts or len(shown) != length:
        return [word]
    edges = pairwise([0, *cuts[block, offset], length])
    parts = [[shown[at:to], "", offset + at, block, to - at] for at, to in edges]
    parts[-1][1] = blanks
    return parts


def divided(paper: Paper, words: list[Word]) -> list[Word]:
    """The words, those that stand in two lines in parts.

    Only the first word of a line can be one: where these begin is asked for first, then where each
    letter stands of those that begin in the line before. Letters that are set one by one are wider
    or narrower and can make a line end elsewhere, or divide the word elsewhere; such words are cut
    once, at one place after the other until the right one is found. If each of them moves a line,
    the word stays whole, in the line in which it ends.
    """
    first = {
        word.spot
        for before, word in pairwise(words)
        if before.block == word.block and before.line != word.line and word.length > 1
    }
    paper = _only(paper, {block for block, _ in first})
    begun = measured(paper, begin=first)[2] if first else []
    lines = {word.spot: word.line for word in words}
    ends = {word.spot: word.x for word in words}
    rows = {
        word.spot: above
        for word, behind in pairwise(begun)
        if word.length == BEGIN and (above := _above(word, behind, ends[word.spot]))
    }
    """How many lines above its end a word begins."""
    wanted = [word for word in words if word.spot in rows and word.line]
    if not wanted:
        return words
    letters = _cut(paper, words, {word.spot: tuple(range(1, word.length)) for word in wanted})
    missing = [word for word in wanted if word.spot not in letters]
    top = {word.spot: (lines[word.spot] or 0) - rows[word.spot] for word in missing}
    found = letters | _searched(paper, words, missing, top)
    return [part for word in words for part in found.get(word.spot, [word])]


def _above(begin: Word, word: Word, end: float) -> int:
    """How many lines above its end the first word of a line begins; 0: in the same one.

    end     where it ends when nothing is asked about it

    Asking where it begins takes it apart from the blank before it, which is shaped with it: that
    alone can divide a word or keep it whole. Then it ends elsewhere in its line.
    """
    if begin.line is None or word.line is None:
        return 0
    above = word.line - begin.line
    if above and end > word.x + SAME_END:
        return 0
    if not above and end < word.x - SAME_END:
        return 1
    return above


def _cut(paper: Paper, words: list[Word], cuts: Cuts) -> dict[Spot, list[Word]]:
    """The parts of the words that are cut, by line, where this moves no line of their block."""
    owner = {
        (word.block, word.offset + at): word.spot
        for word in words
        if word.spot in cuts
        for at in (0, *cuts[word.spot])
    }
    parts: dict[Spot, list[Word]] = {}
    for part in measured(paper, cuts=cuts)[2]:
        parts.setdefault(owner.get(part.spot, part.spot), []).append(part)
    apart = _apart(words, parts)
    ends = {word.spot: word.x for word in words if word.spot in cuts}
    found: dict[Spot, list[Word]] = {}
    for spot in cuts:
        ahead = apart.get(spot[0])
        if ahead is None or len(parts.get(spot, ())) != len(cuts[spot]) + 1:
            continue
        if abs(parts[spot][-1].x - ends[spot]) > SAME_END:
            continue  # divided at another place
        joined: list[Word] = []
        for line, run in groupby(parts[spot], key=lambda part: part.line):
            inside = list(run)
            length = sum(part.length for part in inside)
            place = None if line is None else line + ahead
            joined.append(Word(place, spot[0], inside[0].offset, length))
        found[spot] = joined
    return found


def _searched(
    paper: Paper, words: list[Word], missing: list[Word], top: dict[Spot, int]
) -> dict[Spot, list[Word]]:
    """Words in two parts, the first as long as it can be in the line `top`, where it begins.

    From the longest one on: a cut behind the right place divides the word elsewhere or nowhere, so
    that its end lies off; nothing else can be told from a place that is not the right one.
    """
    paper = _only(paper, {word.block for word in missing})
    waiting = {word.spot: word.length - 1 for word in missing}
    found: dict[Spot, list[Word]] = {}
    while waiting:
        tried = _cut(paper, words, {spot: (at,) for spot, at in waiting.items()})
        for spot, at in tuple(waiting.items()):
            parts = tried.get(spot, [])
            if len(parts) > 1 and parts[0].line == top[spot]:
                found[spot] = parts
            if spot in found or at == 1:
                del waiting[spot]
            else:
                waiting[spot] = at - 1
    return found


def _only(paper: Paper, keys: Collection[str]) -> Paper:
    """The paper with nothing but the outer blocks in which the textblocks of these keys stand."""
    content = [
        node
        for node in kids(paper.doc)
        if any(attr(inside, "line-key") in keys for inside in each(node))
    ]
    return replace(paper, doc=paper.doc | {"content": content}, cover=False)


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
