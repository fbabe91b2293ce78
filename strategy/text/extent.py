"""How much of a text is new: whether a change is one, or another text in its place."""

from __future__ import annotations

from typing import Any

from strategy.text.changes import changes
from strategy.text.positions import plain_text
from strategy.text.tracked import reject

SMALL_CHANGE = 300
"""Characters that anybody may put in, however short the text is."""


def is_new_matter(doc: dict[str, Any]) -> bool:
    """Whether a tracked document puts in more than half as much as there was, and no small change.

    What is only moved or deleted counts for nothing.
    """
    put_in = sum(
        len(each.after) for each in changes(doc) if each.kind in ("insertion", "replacement")
    )
    return put_in > max(SMALL_CHANGE, len(plain_text(reject(doc))) // 2)
