"""List paragraphs as Word's HTML has them: paragraphs with a level and a bullet in the text."""

from __future__ import annotations

import re
from typing import Any

from .xmltree import Element

_SAID = re.compile(r"(l\d+-\d+),(\d),(\w{0,8})", re.A)


def word_item(element: Element) -> dict[str, Any] | None:
    """What html_prepare.py found out about a list paragraph, as a block's "list"."""
    found = _SAID.fullmatch(element.get("data-list", ""))
    if not found:
        return None
    key, level, number = found[1], int(found[2]), found[3]
    if not number:
        return {"key": f"{key}-b", "level": level, "ordered": False}
    style, start = _counted(number)
    return {
        "key": f"{key}-{style}",
        "level": level,
        "ordered": True,
        "style": style,
        "start": start,
    }


def _counted(number: str) -> tuple[str, int]:
    if number.isdigit():
        return "decimal", int(number)
    case = "lower" if number.islower() else "upper"
    low = number.lower()
    if re.fullmatch("[ivx]+", low) and low not in {"v", "x"}:
        return f"{case}-roman", _roman(low)
    return f"{case}-alpha", ord(low[0]) - ord("a") + 1


def _roman(number: str) -> int:
    values = {"i": 1, "v": 5, "x": 10}
    total = 0
    for here, after in zip(number, [*number[1:], ""], strict=True):
        total += -values[here] if values.get(after, 0) > values[here] else values[here]
    return max(total, 1)
