"""Where a passage of one text stands in another when both are known: at its place, or nowhere.

Lines that are the same in both tell where the rest of a text went. A passage is looked for between
the lines around it that stayed, word by word; then, as it may have been moved, by its words in what
is new. A line that came from elsewhere is never its place.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, replace

from strategy.text.anchor import AROUND, Quote, Span, locate
from strategy.text.anchor_words import Words, kept_of, weight_of, words_between
from strategy.text.compare_align import aligned

LEAST_ALIKE = 0.5
"""How alike a passage and what became of it must be, from 0 to 1: twice what they share by the
weight of both."""


@dataclass(frozen=True)
class Gap:
    """What stands between two lines that stayed, in both texts: half-open, in code points."""

    from_old: int
    until_old: int
    from_new: int
    until_new: int


class Rewritten:
    """One text and what became of it; blocks are lines. Made once for many passages."""

    def __init__(self, old: str, new: str):
        self._old, self._new = old, new
        before, after = old.split("\n"), new.split("\n")
        self._starts, self._starts_new = _starts(before), _starts(after)
        self._now: dict[int, int] = {}
        for first, second, length in aligned(before, after):
            self._now |= {first + step: second + step for step in range(length)}
        self._stayed = sorted(self._now)
        self._take_moved(before, after)
        self._taken = set(self._now.values())

    def _take_moved(self, before: list[str], after: list[str]) -> None:
        """What stands once in each, in another order, is the same line."""
        taken = set(self._now.values())
        once, once_now = Counter(before), Counter(after)
        left = {line: at for at, line in enumerate(after) if at not in taken}
        for at, line in enumerate(before):
            if at not in self._now and line in left and once[line] == once_now[line] == 1:
                self._now[at] = left[line]

    def find(self, start: int, end: int) -> Span | None:
        """Where the words [start, end) of the old text stand in the new one; None if nowhere."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_left(self._starts, end) - 1
        shifts = {self._shift(line) for line in range(first, last + 1)}
        if len(shifts) == 1 and None not in shifts:
            shift = shifts.pop() or 0
            # The line may be the last one now: then nothing ends it that the passage could hold.
            until = min(end + shift, len(self._new))
            return Span(start + shift, until) if start + shift < until else None
        gap = self._gap(first, last)
        return self._agreed(
            self._located(start, end), self._aligned(gap, start, end), gap, start, end
        )

    def _agreed(
        self, located: Span | None, by_words: Span | None, gap: Gap, start: int, end: int
    ) -> Span | None:
        """What its words and the lines around it both say; its very words alone are enough, too."""
        if located is None:
            return None
        if by_words is not None and located.start < by_words.end and by_words.start < located.end:
            return located if self._same(located, start, end) else by_words
        if self._same(located, start, end):
            two = by_words is not None and self._same(by_words, start, end)
            return None if two else located
        stayed = gap.from_new <= located.start and located.end <= gap.until_new
        return None if stayed or by_words is not None else located

    def _same(self, now: Span, start: int, end: int) -> bool:
        return self._new[now.start : now.end] == self._old[start:end]

    def _shift(self, line: int) -> int | None:
        now = self._now.get(line)
        return None if now is None else self._starts_new[now] - self._starts[line]

    def _gap(self, first: int, last: int) -> Gap:
        """What stands in both texts between the lines around [first, last] that stayed."""
        before = bisect_left(self._stayed, first) - 1
        after = bisect_right(self._stayed, last)
        gap = Gap(0, len(self._old), 0, len(self._new))
        if before >= 0:
            line = self._stayed[before]
            begins = self._starts[line + 1], self._starts_new[self._now[line] + 1]
            gap = replace(gap, from_old=begins[0], from_new=begins[1])
        if after < len(self._stayed):
            line = self._stayed[after]
            ends = self._starts[line], self._starts_new[self._now[line]]
            gap = replace(gap, until_old=ends[0], until_new=ends[1])
        return gap

    def _aligned(self, gap: Gap, start: int, end: int) -> Span | None:
        """Where the passage's words are when the words of the gap are aligned."""
        was, now = (
            Words(self._old[gap.from_old : gap.until_old]),
            Words(self._new[gap.from_new : gap.until_new]),
        )
        begin = bisect_left([each[1] for each in was.spans], start - gap.from_old + 1)
        stop = bisect_left([each[0] for each in was.spans], end - gap.from_old)
        if begin >= stop:
            return None
        runs = aligned(was.stems, now.stems)
        found = words_between(runs, now, begin, stop)
        if found is None:
            return None
        weights = [weight_of(word) for word in was.stems]
        kept = sum(kept_of(runs, weights)[begin:stop])
        there = sum(map(weight_of, now.stems[found[0] : found[1]]))
        if 2 * kept < LEAST_ALIKE * (sum(weights[begin:stop]) + there):
            return None
        return Span(
            gap.from_new + now.spans[found[0]][0], gap.from_new + now.spans[found[1] - 1][1]
        )

    def _located(self, start: int, end: int) -> Span | None:
        """The passage by its words and context, unless that is a line known to be another one."""
        around = self._old[max(0, start - AROUND) : start], self._old[end : end + AROUND]
        found = locate(self._new, Quote(self._old[start:end], *around), near=start)
        if found is None:
            return None
        first = bisect_right(self._starts_new, found.start) - 1
        last = bisect_left(self._starts_new, found.end) - 1
        return None if self._taken.intersection(range(first, last + 1)) else found


def _starts(lines: list[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    return starts
