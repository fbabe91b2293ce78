"""Aligning two sequences: which elements are the same, and which are alike."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence

from diff_match_patch import diff_match_patch

Run = tuple[int, int, int]
"""(start in the old, start in the new, length) of a run of equal elements."""

MOST_CELLS = 250_000
"""Product of two lengths up to which diff-match-patch finds the shortest edit; larger ones are cut
into pieces first, so that no input takes longer than its size deserves."""

WINDOWS = (12, 4, 1)
"""Lengths of the stretches, in elements, that are looked for in both when cutting into pieces."""

_SURROGATES = 0xD800
_SYMBOLS = 0x10FFFF - 0x800

_dmp = diff_match_patch()
_dmp.Diff_Timeout = 0  # never stop at a clock: the same texts give the same redline everywhere


def aligned(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Run]:
    """Runs of equal elements in both sequences, in order, as many as can be had."""
    table: dict[Hashable, int] = {}
    a = [table.setdefault(each, len(table)) for each in old]
    b = [table.setdefault(each, len(table)) for each in new]
    runs: list[Run] = []
    _align(a, b, 0, 0, runs)
    return _merged(runs)


def _align(a: list[int], b: list[int], at_a: int, at_b: int, runs: list[Run]) -> None:
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    if head:
        runs.append((at_a, at_b, head))
    inner_a, inner_b = a[head : len(a) - tail], b[head : len(b) - tail]
    if inner_a and inner_b:
        _align_inner(inner_a, inner_b, at_a + head, at_b + head, runs)
    if tail:
        runs.append((at_a + len(a) - tail, at_b + len(b) - tail, tail))


def _common(a: list[int], b: list[int]) -> int:
    count = 0
    for one, other in zip(a, b, strict=False):
        if one != other:
            break
        count += 1
    return count


def _align_inner(a: list[int], b: list[int], at_a: int, at_b: int, runs: list[Run]) -> None:
    """What stands on one side only can match nothing: it is set aside before the search."""
    in_a, in_b = set(a), set(b)
    kept_a = [index for index, each in enumerate(a) if each in in_b]
    kept_b = [index for index, each in enumerate(b) if each in in_a]
    if not kept_a:
        return
    found: list[Run] = []
    rest_a, rest_b = [a[index] for index in kept_a], [b[index] for index in kept_b]
    if len(rest_a) * len(rest_b) <= MOST_CELLS:
        _shortest_edit(rest_a, rest_b, found)
    else:
        _by_pieces(rest_a, rest_b, found)
    for start_a, start_b, length in found:
        for step in range(length):
            runs.append((at_a + kept_a[start_a + step], at_b + kept_b[start_b + step], 1))


def _shortest_edit(a: list[int], b: list[int], runs: list[Run]) -> None:
    symbols = {each: _symbol(number) for number, each in enumerate(dict.fromkeys(a))}
    text_a = "".join([symbols[each] for each in a])
    text_b = "".join([symbols[each] for each in b])
    at_a = at_b = 0
    for operation, part in _dmp.diff_main(text_a, text_b, False):
        length = len(part)
        if operation == 0:
            runs.append((at_a, at_b, length))
        at_a += length if operation <= 0 else 0
        at_b += length if operation >= 0 else 0


def _symbol(number: int) -> str:
    """One character for a number; the halves of astral characters are no characters."""
    return chr(number + 1 if number + 1 < _SURROGATES else number + 0x801)


def _by_pieces(a: list[int], b: list[int], runs: list[Run]) -> None:
    """Cut both at stretches that occur once in each, and align what lies between."""
    for window in WINDOWS:
        anchors = _anchors(a, b, window)
        if not anchors:
            continue
        at_a = at_b = 0
        for start_a, start_b in [*anchors, (len(a), len(b))]:
            _align(a[at_a:start_a], b[at_b:start_b], at_a, at_b, runs)
            if start_a < len(a):
                runs.append((start_a, start_b, 1))
            at_a, at_b = start_a + 1, start_b + 1
        return
    # Nothing occurs once in both: two long texts of the same few words. They count as replaced.


def _anchors(a: list[int], b: list[int], window: int) -> list[tuple[int, int]]:
    once_a, once_b = _once(a, window), _once(b, window)
    pairs = [(start, once_b[piece]) for piece, start in once_a.items() if piece in once_b]
    return increasing(sorted(pairs))


def _once(sequence: list[int], window: int) -> dict[Hashable, int]:
    pieces: list[Hashable] = list(zip(*(sequence[shift:] for shift in range(window)), strict=False))
    counts = Counter(pieces)
    return {piece: start for start, piece in enumerate(pieces) if counts[piece] == 1}


def increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest selection of pairs, sorted by the first, whose seconds rise as well."""
    ends: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, (_, second) in enumerate(pairs):
        at = bisect_left(ends, second)
        before.append(places[at - 1] if at else -1)
        if at == len(ends):
            ends.append(second)
            places.append(place)
        else:
            ends[at], places[at] = second, place
    chosen = []
    place = places[-1] if places else -1
    while place >= 0:
        chosen.append(pairs[place])
        place = before[place]
    return chosen[::-1]


def _merged(runs: list[Run]) -> list[Run]:
    made: list[Run] = []
    for start_a, start_b, length in runs:
        if made:
            last_a, last_b, before = made[-1]
            if (last_a + before, last_b + before) == (start_a, start_b):
                made[-1] = (last_a, last_b, before + length)
                continue
        made.append((start_a, start_b, length))
    return made


def heaviest(candidates: list[tuple[int, int, float]], width: int) -> list[tuple[int, int]]:
    """Choose pairs that rise in both, with the largest sum of weights.

    candidates  (first, second, weight), 0 <= second < width, weight > 0
    """
    best: list[tuple[float, int]] = [(0.0, -1)] * (width + 1)  # a Fenwick tree of maxima
    chain: list[tuple[int, int, int]] = []
    for first, second, weight in sorted(candidates, key=lambda each: (each[0], -each[1])):
        total, link, at = 0.0, -1, second
        while at:
            if best[at][0] > total:
                total, link = best[at]
            at -= at & -at
        chain.append((first, second, link))
        total, at = total + weight, second + 1
        while at <= width:
            if best[at][0] < total:
                best[at] = (total, len(chain) - 1)
            at += at & -at
    at, total, place = width, 0.0, -1
    while at:
        if best[at][0] > total:
            total, place = best[at]
        at -= at & -at
    chosen = []
    while place >= 0:
        first, second, place = chain[place]
        chosen.append((first, second))
    return chosen[::-1]
