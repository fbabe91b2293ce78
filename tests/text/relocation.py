"""Cases of passages that must be found again in a later revision, made from real histories.

The classes are those of shared/data/README.md: the text of a revision is its paragraphs joined by
two newlines, a case quotes a few words of it with 32 characters before and after, and the right
answer is known from how the paragraphs changed.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from strategy.text.anchor import Quote
from tests.text.markdown import paragraphs

AROUND = 32
LONGEST = 15
"""Most cases of one class from one pair of revisions."""


@dataclass(frozen=True)
class Case:
    """What was quoted where, and where it is now: None if it is gone. `soft`: overlap counts.

    before  the text that was quoted from; text: the one that it is looked for in
    """

    kind: str
    name: str
    text: str
    quote: Quote
    near: int
    expected: tuple[int, int] | None
    soft: bool = False
    before: str = ""

    def outcome(self, found: tuple[int, int] | None) -> str:
        """right | wrong place | missed | not orphaned (which is a wrong place, too)."""
        if self.expected is None:
            return "right" if found is None else "wrong place"
        if found is None:
            return "missed"
        if not self.soft:
            return "right" if found == self.expected else "wrong place"
        (start, end), (right_start, right_end) = found, self.expected
        shared = min(end, right_end) - max(start, right_start)
        whole = max(end, right_end) - min(start, right_start)
        return "right" if shared / whole >= 0.5 else "wrong place"


def _starts(blocks: list[str]) -> list[int]:
    starts, at = [], 0
    for block in blocks:
        starts.append(at)
        at += len(block) + 2
    return starts


def _words(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(r"\S+", text)]


def _alike(one: str, other: str) -> float:
    a, b = Counter(one.split()), Counter(other.split())
    return 2 * sum((a & b).values()) / max(1, sum(a.values()) + sum(b.values()))


class _Pair:
    """Two revisions, and which paragraph of the old one became which of the new one."""

    def __init__(self, old: list[str], new: list[str]):
        self.old, self.new = old, new
        self.text_old, self.text_new = "\n\n".join(old), "\n\n".join(new)
        self.starts_old, self.starts_new = _starts(old), _starts(new)
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        self.same: dict[int, int] = {}
        self.edited: dict[int, int] = {}
        self.gone: list[int] = []
        self.moved: dict[int, int] = {}
        for tag, a0, a1, b0, b1 in matcher.get_opcodes():
            if tag == "equal":
                self.same |= dict(zip(range(a0, a1), range(b0, b1), strict=True))
            else:
                self._changed(range(a0, a1), range(b0, b1))

    def _changed(self, before: range, after: range) -> None:
        free = list(after)
        once = Counter(self.new)
        for index in before:
            text = self.old[index]
            if once[text] == 1 and self.old.count(text) == 1:
                self.moved[index] = self.new.index(text)
                continue
            best = max(free, key=lambda at: _alike(text, self.new[at]), default=None)
            if best is not None and _alike(text, self.new[best]) >= 0.6:
                self.edited[index] = best
                free = [at for at in free if at > best]
            elif all(_alike(text, other) < 0.4 for other in self.new):
                self.gone.append(index)


def _quote(rng: Random, text: str, most: int) -> tuple[int, int] | None:
    words = _words(text)
    if len(words) < 3:
        return None
    count = min(rng.randint(2, most), len(words))
    first = rng.randrange(len(words) - count + 1)
    start, end = words[first][0], words[first + count - 1][1]
    return (start, end) if end - start >= 12 else None


def _case(pair: _Pair, kind: str, name: str, start: int, end: int, new: int | None) -> Case:
    text = pair.text_old
    around = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    expected = None if new is None else (new, new + end - start)
    quote = Quote(text[start:end], *around)
    return Case(kind, name, pair.text_new, quote, start, expected, before=text)


def _from_pair(rng: Random, pair: _Pair, name: str) -> Iterator[Case]:
    for kind, places in (("same", pair.same), ("moved", pair.moved)):
        for index in rng.sample(sorted(places), min(LONGEST, len(places))):
            span = _quote(rng, pair.old[index], 9 if rng.random() < 0.7 else 3)
            if span is None or (kind == "same" and pair.old.count(pair.old[index]) > 1):
                continue
            start, end = (pair.starts_old[index] + at for at in span)
            often = pair.text_new.count(pair.text_old[start:end])
            if often > 60:
                continue
            label = "moved" if kind == "moved" else "ambiguous" if often > 1 else "unchanged"
            yield _case(pair, label, name, start, end, pair.starts_new[places[index]] + span[0])
    for index in rng.sample(sorted(pair.edited), min(LONGEST, len(pair.edited))):
        yield from _from_edited(rng, pair, name, index)
    for index in rng.sample(pair.gone, min(LONGEST, len(pair.gone))):
        for most in (25, 3, 3):
            span = _quote(rng, pair.old[index], most)
            if span is None:
                continue
            start, end = (pair.starts_old[index] + at for at in span)
            often = pair.text_new.count(pair.text_old[start:end])
            if often == 0 and end - start >= 40:
                yield _case(pair, "gone", name, start, end, None)
            elif often and _elsewhere(pair, start, end):
                yield _case(pair, "gone, words elsewhere", name, start, end, None)


def _elsewhere(pair: _Pair, start: int, end: int) -> bool:
    """Whether no occurrence in the new text stands in the old context."""
    quote = pair.text_old[start:end]
    before, after = pair.text_old[max(0, start - 10) : start], pair.text_old[end : end + 10]
    if before + quote in pair.text_new or quote + after in pair.text_new:
        return False
    return len(quote) <= 45


def _from_edited(rng: Random, pair: _Pair, name: str, index: int) -> Iterator[Case]:
    old, new = pair.old[index], pair.new[pair.edited[index]]
    base_old, base_new = pair.starts_old[index], pair.starts_new[pair.edited[index]]
    codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for _ in range(4):
        span = _quote(rng, old, rng.choice([3, 5, 12, 25]))
        if span is None:
            continue
        start, end = span
        inside = [c for c in codes if c[0] == "equal" and c[1] <= start and end <= c[2]]
        if inside:
            _, a0, a1, b0, _ = inside[0]
            at = base_new + b0 + start - a0
            often = pair.text_new.count(old[start:end])
            near = start - a0 < AROUND or a1 - end < AROUND
            if often == 1:
                yield _case(pair, "kept", name, base_old + start, base_old + end, at)
            elif near and often <= 60:
                kind = "ambiguous, edited around"
                yield _case(pair, kind, name, base_old + start, base_old + end, at)
        elif old[start:end] not in pair.text_new:
            yield from _quote_edited(pair, name, (base_old, base_new), span, codes)


def _quote_edited(
    pair: _Pair,
    name: str,
    bases: tuple[int, int],
    span: tuple[int, int],
    codes: list[tuple[str, int, int, int, int]],
) -> Iterator[Case]:
    mapped = []
    for at in span:
        for tag, a0, a1, b0, b1 in codes:
            if a0 <= at <= a1:
                mapped.append(b0 + (at - a0 if tag == "equal" else (b1 - b0) * (at == a1)))
                break
    kept = sum(
        max(0, min(a1, span[1]) - max(a0, span[0])) for tag, a0, a1, *_ in codes if tag == "equal"
    )
    length = span[1] - span[0]
    if mapped[1] <= mapped[0] or kept < 0.6 * length or length < 20:
        return
    made = _case(pair, "quote edited", name, bases[0] + span[0], bases[0] + span[1], 0)
    expected = bases[1] + mapped[0], bases[1] + mapped[1]
    yield replace(made, expected=expected, soft=True)


def between(history: list[Path], first: int, second: int, *, seed: int) -> list[Case]:
    """Cases from two revisions of a history, counted from 0."""
    rng = Random(f"{seed} {history[0].parent.name} {first} {second}")
    pair = _Pair(paragraphs(history[first]), paragraphs(history[second]))
    return list(_from_pair(rng, pair, f"{history[0].parent.name} {first + 1} {second + 1}"))


def cases(history: list[Path], seed: int = 1, pairs: int = 6) -> list[Case]:
    """Cases from a history's revisions, some of them many revisions apart; always the same."""
    rng = Random(f"{seed} {history[0].parent.name}")
    meta = json.loads((history[0].parent / "meta.json").read_text("utf-8"))
    kinds = [pair["kind"] for pair in meta["pairs"]]
    made: list[Case] = []
    for _ in range(pairs):
        first = rng.randrange(len(history) - 1)
        apart = 1 if rng.random() < 0.6 else rng.randint(2, 11)
        second = min(first + apart, len(history) - 1)
        if set(kinds[first:second]) != {"text"}:
            continue
        pair = _Pair(paragraphs(history[first]), paragraphs(history[second]))
        name = f"{history[0].parent.name} {first + 1} {second + 1}"
        made += _from_pair(rng, pair, name)
    return made
