"""Whether two texts differ by spelling alone."""

from __future__ import annotations

import re
from typing import Any

from strategy.text.changes import changes
from strategy.text.compare import compare
from strategy.text.positions import plain_text
from strategy.text.tracked import accept, reject

SHORT = 5
"""Letters below which one more or less makes another word: ein and kein, nur and nun."""

_WORD = re.compile(r"\w+")
_AMOUNT = re.compile(r"[-–+±]\d|\d[^\w\s]+(?=\d)|[€$£¥%‰§±×÷=<>≤≥]")
"""What makes another amount of the same digits: a sign before, between or behind them."""
_WITH_STOP = re.compile(r"\w[’')\]“”\"]*([.,;:!?]?)(?!\w)")
"""What stands behind each word: a stop, or nothing."""

Document = dict[str, Any]


def is_editorial(old: Document, new: Document) -> bool:
    """Whether only spelling, capitals and punctuation differ: no word more, no number changed.

    A comma or stop may be put in or become another; it neither goes nor moves.

    Of each changed word at most one letter may differ (be missing, doubled, another one, or
    stand in its neighbour's place), but never the first: eine and keine. Short words keep theirs.
    """
    marked = compare(old, new)
    if not _is_punctuated_alike(plain_text(reject(marked)), plain_text(accept(marked))):
        return False
    for change in changes(marked):
        if change.kind not in ("insertion", "deletion", "replacement"):
            return False
        before, after = _WORD.findall(change.before), _WORD.findall(change.after)
        if len(before) != len(after) or not all(map(_is_close, before, after)):
            return False
    return True


def _is_punctuated_alike(before: str, after: str) -> bool:
    """Whether numbers and amounts have their signs, and no stop or comma has gone or moved."""
    if _AMOUNT.findall(before) != _AMOUNT.findall(after):
        return False
    old, new = _WITH_STOP.findall(before), _WITH_STOP.findall(after)
    return len(old) == len(new) and all(b or not a for a, b in zip(old, new, strict=True))


def _is_close(before: str, after: str) -> bool:
    first, second = before.casefold(), after.casefold()
    if first == second:
        return True
    if any(sign.isdigit() for sign in first + second) or max(len(first), len(second)) < SHORT:
        return False
    if first[0] != second[0]:
        return False
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    one, two = first[start:], second[start:]
    return (
        one[1:] == two[1:]
        or one[1:] == two
        or one == two[1:]
        or (one[:2] == two[:2][::-1] and one[2:] == two[2:])
    )
