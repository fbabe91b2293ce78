"""Marks in the order of the schema."""

from __future__ import annotations

from strategy.text.schema import MARK_DEFAULTS, RANK

from .draft import Mark

_EXCLUSIVE = ("superscript", "subscript")


def ordered(marks: list[Mark], only: tuple[str, ...] = ()) -> list[Mark]:
    """The marks in schema order, once each, with all attributes."""
    found: dict[str, Mark] = {}
    for mark in marks:
        name = mark["type"]
        if name not in RANK or (only and name not in only):
            continue
        if name in _EXCLUSIVE:
            for other in _EXCLUSIVE:
                found.pop(other, None)
        attrs = {**MARK_DEFAULTS[name], **mark.get("attrs", {})}
        found[name] = {"type": name} | ({"attrs": attrs} if attrs else {})
    return sorted(found.values(), key=lambda mark: RANK[mark["type"]])
