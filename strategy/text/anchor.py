"""Finding a commented passage again: by its words, or not at all.

A comment keeps the words it is about and 32 characters before and after them. Where nothing else is
left of the text that it was made on, it is found again by these: exact, then with context, then
edited. A passage that is gone is orphaned, never pinned to a wrong place. What is known of both
texts helps more: text/carry.py goes by the steps in between, text/follow.py by what stayed.

Source: W3C Web Annotation Data Model, 4.2.4 (Text Quote Selector).
"""

from __future__ import annotations

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

__all__ = ["AROUND", "Quote", "Span", "locate"]

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
