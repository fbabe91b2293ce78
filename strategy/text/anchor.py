"""Finding a commented passage again: by its words, or not at all.

A comment keeps the words it is about and 32 characters before and after them. While people type,
its positions are mapped through each step (`map_anchor`); where a text was replaced as a whole, it
is found again by its words (`locate`): exact, then with context, then edited. A passage that is
gone is orphaned, never pinned to a wrong place.

Source: W3C Web Annotation Data Model, 4.2.4 (Text Quote Selector).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from strategy.text.anchor_words import (
    AROUND,
    CERTAIN,
    TOKEN,
    Quote,
    Span,
    Words,
    best_edited,
    weight_of,
)
from strategy.text.compare_align import aligned
from strategy.text.positions import Plain, plain

__all__ = [
    "AROUND",
    "GONE",
    "Place",
    "Quote",
    "Span",
    "describe",
    "find",
    "locate",
    "map_anchor",
    "relocate",
    "relocate_all",
]

Document = dict[str, Any]

# Exact occurrences

MOST_OCCURRENCES = 2_000
"""Occurrences of a quote that are looked at; beyond that, those nearest to the old place."""
MOST_WEIGHED = 40
"""Occurrences whose context is weighed with tolerance for edits; the closest by a quick look."""
TOUCHING = 0.25
"""What context right beside a quote adds, beyond its share: it says more than words further off."""
CLOSE, HALF_CLOSE = 0.1, 500
"""What standing at the old place adds; half of it so many characters away."""
CONTEXT_NEEDED = 0.5
"""How much of its context must still stand around a quote that occurs literally, from 0 to 1, were
it as good as empty; the need falls to nothing at CERTAIN characters."""
WHOLE = 0.4
"""What is added to the context of a quote that was a whole paragraph and stands as one again: it
is likely the same one, whatever stands around it now."""
MOST_WORDS = 400
"""Longer quotes are found by their beginning and their end."""


def locate(text: str, quote: Quote, *, near: int) -> Span | None:
    """Find where `quote` now stands in `text`.

    text    the paper as plain text, blocks joined by newlines
    near    where the quote began when it was made, 0 <= near; used to break ties
    returns the half-open span [start, end), or None if the passage is gone
    raises  ValueError if `quote.exact` is empty

    Offsets count code points, as Python does. ProseMirror positions count UTF-16 units and node
    borders: text/positions.py converts, nobody else may.
    """
    if not quote.exact:
        raise ValueError("a quote must have words")
    found = _best_exact(text, quote, near)
    if found is not None and found[1]:
        return found[0]
    words = Words(quote.exact)
    if len(words.words) > MOST_WORDS:
        return _by_its_ends(text, quote, words, near)
    return best_edited(text, quote, near, literal=found is not None)


def _by_its_ends(text: str, quote: Quote, inside: Words, near: int) -> Span | None:
    """A quote of many words reaches from where its first words are to where its last ones are."""
    cut = inside.spans[MOST_WORDS // 2 - 1][1]
    first = locate(text, Quote(quote.exact[:cut], quote.prefix), near=near)
    cut = inside.spans[-MOST_WORDS // 2][0]
    last = locate(text, Quote(quote.exact[cut:], "", quote.suffix), near=near + cut)
    if first is None or last is None or not first.start < last.end:
        return None
    length = last.end - first.start
    return Span(first.start, last.end) if length < 3 * len(quote.exact) else None


def _occurrences(text: str, exact: str, near: int) -> list[int]:
    starts = []
    at = text.find(exact)
    while at >= 0:
        starts.append(at)
        at = text.find(exact, at + 1)
    if len(starts) > MOST_OCCURRENCES:
        starts = sorted(starts, key=lambda start: abs(start - near))[:MOST_OCCURRENCES]
    return starts


def _best_exact(text: str, quote: Quote, near: int) -> tuple[Span, bool] | None:
    """The likeliest literal occurrence, and whether it can be trusted."""
    exact = quote.exact
    starts = _occurrences(text, exact, near)
    if not starts:
        return None
    if len(starts) > MOST_WEIGHED:
        starts.sort(key=lambda at: (-_touching(text, at, quote), abs(at - near)))
        starts = starts[:MOST_WEIGHED]
    around = len(quote.prefix) + len(quote.suffix)
    weighed = []
    for at in starts:
        score = _context(text, at, quote)
        beside = TOUCHING * _touching(text, at, quote) / around if around else 0
        close = CLOSE / (1 + abs(at - near) / HALF_CLOSE)
        weighed.append((score + beside + close, score, at))
    _, score, at = max(weighed)
    needed = CONTEXT_NEEDED * max(0.0, 1 - len(exact) / CERTAIN)
    return Span(at, at + len(exact)), score >= needed


def _touching(text: str, at: int, quote: Quote) -> int:
    """How many characters agree right beside an occurrence, on both sides together."""
    end = at + len(quote.exact)
    before = text[max(0, at - len(quote.prefix)) : at][::-1]
    after = text[end : end + len(quote.suffix)]
    return _agreeing(before, quote.prefix[::-1]) + _agreeing(after, quote.suffix)


def _agreeing(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _context(text: str, at: int, quote: Quote) -> float:
    """How much of the context, word by word, still stands around an occurrence, from 0 to 1."""
    end = at + len(quote.exact)
    reach = 2 * AROUND
    before = _beside(quote.prefix, text[max(0, at - reach) : at], -1)
    after = _beside(quote.suffix, text[end : end + reach], 1)
    total = before[1] + after[1]
    if not total:
        return 1.0
    was = quote.prefix[-1:] + quote.suffix[:1]
    now = text[max(0, at - 1) : at] + text[end : end + 1]
    whole = not was.strip("\n") and not now.strip("\n")
    return (before[0] + after[0]) / total + WHOLE * whole


def _beside(context: str, now: str, side: int) -> tuple[int, int]:
    """How much of one side's context is still there, in order, and how much there was."""
    words, page = TOKEN.findall(context)[::side], TOKEN.findall(now)[::side]
    weights = [weight_of(word) for word in words]
    kept = sum(sum(weights[first : first + n]) for first, _, n in aligned(words, page))
    if words and len(page) >= len(words):  # the outermost word may have been cut in two
        cut, whole = words[-1], page[len(words) - 1]
        if cut != whole and (whole.endswith(cut) if side < 0 else whole.startswith(cut)):
            kept += weights[-1]
    return kept, sum(weights)


# Anchors in documents


class StepMap(Protocol):
    """A step's map, as the ProseMirror port gives it."""

    def map(self, pos: int, assoc: int) -> int:
        """Where a position is after the step; `assoc` says which side it sticks to."""


@dataclass(frozen=True)
class Place:
    """Where a passage is in a document now.

    state       unchanged | changed | gone
    start, end  ProseMirror positions, start <= end; None if it is gone
    """

    state: str
    start: int | None = None
    end: int | None = None


GONE = Place("gone")


def map_anchor(start: int, end: int, step_maps: Iterable[StepMap]) -> tuple[int, int] | None:
    """A passage's positions after steps, or None once all of it was deleted.

    What is typed at its edges does not become part of it.
    """
    for step_map in step_maps:
        was_empty = start == end
        start, end = step_map.map(start, 1), step_map.map(end, -1)
        if end <= start:
            if not was_empty:
                return None
            end = start
    return start, end


def describe(doc: Document, start: int, end: int) -> tuple[Quote, int]:
    """The quote for a passage of a document, and the offset that is its `near`.

    start, end  ProseMirror positions, start <= end
    raises      ValueError if no words lie between them
    """
    return _described(plain(doc), start, end)


def _described(page: Plain, start: int, end: int) -> tuple[Quote, int]:
    first, last = page.offset(start, 1), page.offset(end, -1)
    text = page.text
    if first >= last:
        raise ValueError("a passage must have words")
    around = text[max(0, first - AROUND) : first], text[last : last + AROUND]
    return Quote(text[first:last], *around), first


def find(quote: Quote, near: int, doc: Document) -> Place:
    """Where a quoted passage stands in a document, whatever became of the text in between."""
    return _place(quote, near, plain(doc))


def _place(quote: Quote, near: int, page: Plain) -> Place:
    span = locate(page.text, quote, near=near)
    return GONE if span is None else _at(span, quote, page)


def _at(span: Span, quote: Quote, page: Plain) -> Place:
    same = page.text[span.start : span.end] == quote.exact
    start, end = page.position(span.start, 1), page.position(span.end, -1)
    return Place("unchanged" if same else "changed", start, max(start, end))


def relocate(old: Document, start: int, end: int, new: Document) -> Place:
    """Where a passage of one document stands in a later one.

    start, end  ProseMirror positions in `old`

    Where the blocks that it stands in are the same, they tell; else its words do. An anchor
    without words (on a picture, say) is gone unless its block is the same.
    """
    return relocate_all(old, [(start, end)], new)[0]


def relocate_all(old: Document, spans: Sequence[tuple[int, int]], new: Document) -> list[Place]:
    """As `relocate`, for all comments of a paper at once."""
    before, after = plain(old), plain(new)
    lines = [[page.text[line.start : line.end] for line in page.lines] for page in (before, after)]
    moved: dict[int, int] = {}
    for first, second, length in aligned(*lines):
        moved |= {first + step: second + step for step in range(length)}
    starts = [line.start for line in before.lines]
    return [_relocated(before, after, span, moved, starts) for span in spans]


def _relocated(
    before: Plain, after: Plain, span: tuple[int, int], moved: dict[int, int], starts: list[int]
) -> Place:
    try:
        quote, first = _described(before, *span)
    except ValueError:
        return GONE
    last = first + len(quote.exact)
    lines = range(bisect_right(starts, first) - 1, bisect_left(starts, last))
    shifts = {
        after.lines[moved[line]].start - before.lines[line].start for line in lines if line in moved
    }
    if len(shifts) == 1 and all(line in moved for line in lines):
        shift = shifts.pop()
        return _at(Span(first + shift, last + shift), quote, after)
    known = [line for line in moved if line <= lines.start]
    near = first
    if known:
        line = max(known)
        near += after.lines[moved[line]].start - before.lines[line].start
    return _place(quote, max(0, near), after)
