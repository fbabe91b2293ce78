"""Finding a passage whose words were edited: by the words that are still there."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from strategy.text.compare_align import aligned

AROUND = 32
"""Characters that a quote keeps before and after itself."""


@dataclass(frozen=True)
class Quote:
    """The words of a passage, and what stood around them (up to AROUND characters each)."""

    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Span:
    """Code points [start, end) of a text."""

    start: int
    end: int


CERTAIN = 60
"""A quote of this many characters that occurs literally needs no context to be the one."""

LEAST_ALIKE = 0.45
"""How alike a quote and the passage it became must be, from 0 to 1: twice what they share by the
weight of both."""
LEAST_BETWEEN = 0.25
"""The same where all that stood before and after still stands there: what is between must be it."""
INTACT = 0.9
"""Share of the context that counts as all of it."""
LEAST_WITH_CONTEXT = 0.5
"""Share of the quote and its context together that must still be there."""
MORE_IF_LITERAL = 0.15
"""What is added to that for the shortest quotes whose very words stand somewhere, but in other
context: they are likelier gone than edited. Nothing at CERTAIN characters."""
ALONE = 0.75
"""What a word counts that is still there between two that are not: it may be a coincidence."""
MOST_PLACES = 8
"""Places in the text that are compared with an edited quote word by word."""
MOST_SEEDS = 200
"""Occurrences of one word that can still say something about a place."""
SLACK = 12
"""Words that a place may have more than the quote, on either side."""
SMALL = 3
"""Words up to this length, and signs, weigh one character: they stand everywhere."""

_ENDING = re.compile("(?:e[nrsm]?|[ns])$")
TOKEN = re.compile(r"\w+|[^\w\s]")


class Words:
    """A text as words: where each begins and ends, and where else it stands."""

    def __init__(self, text: str):
        self.spans = [found.span() for found in TOKEN.finditer(text)]
        self.words = [text[start:end] for start, end in self.spans]
        self.stems = [_stem(word) for word in self.words]

    @property
    def places(self) -> dict[str, list[int]]:
        """Where each word stands, made when first asked for."""
        if not hasattr(self, "_places"):
            self._places: dict[str, list[int]] = defaultdict(list)
            for place, word in enumerate(self.stems):
                self._places[word].append(place)
        return self._places


@lru_cache(maxsize=2)  # the comments of a paper are all looked for in the same text
def _words_of(text: str) -> Words:
    return Words(text)


def _stem(word: str) -> str:
    """A word without its case ending: "die jeweilige" may have become "den jeweiligen"."""
    return _ENDING.sub("", word) if len(word) > SMALL + 1 else word


def weight_of(word: str) -> int:
    """What a word says about a place: its letters, if it is not one that stands everywhere."""
    return len(word) if len(word) > SMALL else 1


def best_edited(text: str, quote: Quote, near: int, *, literal: bool) -> Span | None:
    """The place where most of a quote and its context still stands, if that is enough.

    literal     whether the very words of the quote stand somewhere, in other context
    """
    inside = Words(quote.exact)
    before, after = Words(quote.prefix).stems, Words(quote.suffix).stems
    pattern = [*before, *inside.stems, *after]
    start, end = len(before), len(before) + len(inside.stems)
    weights = [weight_of(word) for word in pattern]
    page = _words_of(text)
    best: tuple[float, Span | None] | None = None
    for place in _likely_places(page, pattern, near):
        first = max(0, place - SLACK)
        region = page.stems[first : max(0, place + len(pattern) + SLACK)]
        runs = [(a, b + first, n) for a, b, n in aligned(pattern, region)]
        span = words_between(runs, page, start, end)
        if span is None:
            continue
        kept = kept_of(runs, weights)
        inside_now = sum(map(weight_of, page.stems[span[0] : span[1]]))
        likeness = 2 * sum(kept[start:end]) / (sum(weights[start:end]) + inside_now)
        share = sum(kept) / sum(weights)
        around = (sum(kept[:start]), sum(kept[end:])), (sum(weights[:start]), sum(weights[end:]))
        between = all(now >= INTACT * was for now, was in zip(*around, strict=True))
        alike = likeness >= (LEAST_BETWEEN if between else LEAST_ALIKE)
        found = Span(page.spans[span[0]][0], page.spans[span[1] - 1][1])
        if best is None or share > best[0]:
            short = max(0.0, 1 - len(quote.exact) / CERTAIN)
            kept_enough = share >= LEAST_WITH_CONTEXT + MORE_IF_LITERAL * short * literal
            best = share, found if alike and kept_enough else None
    return None if best is None else best[1]


def _likely_places(page: Words, pattern: Sequence[str], near: int) -> Iterator[int]:
    """Where in the text, as numbers of words, most of the rarer words of a pattern stand."""
    votes: defaultdict[int, float] = defaultdict(float)
    width = max(SLACK, len(pattern) // 2)
    for offset, word in enumerate(pattern):
        places = page.places.get(word, ())
        if not places or len(places) > MOST_SEEDS:
            continue
        for place in places:
            votes[(place - offset) // width] += weight_of(word) / len(places) ** 0.5
    joint = {bucket: votes[bucket] + votes.get(bucket + 1, 0) for bucket in list(votes)}
    old = bisect_left(page.spans, (near, near)) // width
    best = sorted(joint, key=lambda bucket: (-joint[bucket], abs(bucket - old)))[:MOST_PLACES]
    for bucket in best:
        yield bucket * width + width // 2


def kept_of(runs: list[tuple[int, int, int]], weights: list[int]) -> list[float]:
    """What each word of the pattern counts: nothing if it is gone, less if it stands alone."""
    kept = [0.0] * len(weights)
    for first, _, length in runs:
        worth = ALONE ** max(0, 3 - length)
        for index in range(first, first + length):
            kept[index] = weights[index] * worth
    return kept


def words_between(
    runs: list[tuple[int, int, int]], page: Words, start: int, end: int
) -> tuple[int, int] | None:
    """Which words of the text stand for the pattern's [start, end), given what is aligned."""
    pairs = {first + step: place + step for first, place, length in runs for step in range(length)}
    inside = sorted(index for index in pairs if start <= index < end)
    if not inside:
        return None
    first = _edge(pairs, start, inside[0], -1)
    last = _edge(pairs, end - 1, inside[-1], 1)
    return max(0, first), min(last + 1, len(page.words))


def _edge(pairs: dict[int, int], wanted: int, known: int, side: int) -> int:
    """Which word of the text stands for the first (side -1) or last (side 1) of the quote.

    Where that word was replaced, what was replaced reaches to the next word of the context that is
    still there; if none is, the quote keeps as many words as it had.
    """
    missing = abs(known - wanted)
    if not missing:
        return pairs[known]
    outside = wanted + side
    limit = pairs.get(outside)
    if limit is not None:
        room = abs(limit - pairs[known]) - 1
        return pairs[known] + side * min(room, 3 * missing + 3)
    return pairs[known]
