"""Whether two texts differ by spelling alone."""

from __future__ import annotations

import re
from typing import Any

from strategy.text.changes import changes
from strategy.text.compare import compare

SHORT = 5
"""Letters below which one more or less makes another word: ein and kein, nur and nun."""

_WORD = re.compile(r"\w+")

Document = dict[str, Any]


def is_editorial(old: Document, new: Document) -> bool:
    """Whether only spelling, capitals and punctuation differ: no word more, no number changed.

    Of each changed word at most one letter may differ (be missing, doubled, another one, or
    stand in its neighbour's place), but never the first: eine and keine. Short words keep theirs.
    """
    marked = compare(old, new)
    for change in changes(marked):
        if change.kind not in ("insertion", "deletion", "replacement"):
            return False
        before, after = _WORD.findall(change.before), _WORD.findall(change.after)
        if len(before) != len(after) or not all(map(_is_close, before, after)):
            return False
    return True


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
