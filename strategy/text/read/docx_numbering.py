"""Word's numbering: what kind of list a paragraph is in, and which number it has there."""

from __future__ import annotations

import re
from typing import Any

from .docx_styles import W, integer
from .xmltree import Element

_STYLES = {
    "lowerLetter": "lower-alpha",
    "upperLetter": "upper-alpha",
    "lowerRoman": "lower-roman",
    "upperRoman": "upper-roman",
}
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


class Numbering:
    """The numberings of one file, and how far each has counted."""

    def __init__(self, root: Element | None):
        self._abstract: dict[str, dict[int, Element]] = {}
        self._links: dict[str, str] = {}
        self._styles: dict[str, str] = {}
        self._used: dict[str, str] = {}
        self._own: dict[str, dict[int, Element]] = {}
        self._starts: dict[str, dict[int, int]] = {}
        self._counted: dict[str, dict[int, int]] = {}
        self._restarted: dict[tuple[str, int], int] = {}
        self._seen: set[tuple[str, int]] = set()
        if root is not None:
            self._load(root)

    def _load(self, root: Element) -> None:
        for abstract in root.iterfind(f"{W}abstractNum"):
            key = abstract.get(f"{W}abstractNumId", "")
            self._abstract[key] = _levels(abstract)
            for name, where in (("numStyleLink", self._links), ("styleLink", self._styles)):
                link = abstract.find(f"{W}{name}")
                if link is not None and name == "numStyleLink":
                    where[key] = link.get(f"{W}val", "")
                elif link is not None:
                    where[link.get(f"{W}val", "")] = key
        for num in root.iterfind(f"{W}num"):
            key = num.get(f"{W}numId", "")
            target = num.find(f"{W}abstractNumId")
            abstract_key = target.get(f"{W}val", "") if target is not None else ""
            self._used[key] = self._styles.get(self._links.get(abstract_key, ""), abstract_key)
            self._own[key] = {}
            self._starts[key] = {}
            for override in num.iterfind(f"{W}lvlOverride"):
                level = integer(override.get(f"{W}ilvl"), 0)
                self._own[key] |= _levels(override)
                start = override.find(f"{W}startOverride")
                if start is not None:
                    self._starts[key][level] = integer(start.get(f"{W}val"), 1)

    def level_of_style(self, key: str, style: str) -> int:
        """The level that a numbering ties to a paragraph style; 0 if none."""
        levels = self._abstract.get(self._used.get(key, ""), {})
        for number, level in levels.items():
            tied = level.find(f"{W}pStyle")
            if tied is not None and tied.get(f"{W}val") == style:
                return number
        return 0

    def level_at(self, key: str, left: int, default: int) -> int:
        """The level of a numbering whose text begins `left` twentieths of a point from the edge."""
        levels = self._abstract.get(self._used.get(key, ""), {}) | self._own.get(key, {})
        for number, level in levels.items():
            indent = level.find(f"{W}pPr/{W}ind")
            if indent is None:
                continue
            said = indent.get(f"{W}left") or indent.get(f"{W}start")
            if integer(said, -1) == left:
                return number
        return default

    def next(self, key: str, level: int) -> dict[str, Any] | None:
        """Count one item on; what a block's "list" says, or None if it is in no list."""
        abstract = self._used.get(key)
        if abstract is None:
            return None
        element = self._own[key].get(level)
        if element is None:
            element = self._abstract.get(abstract, {}).get(level)
        kind = _value(element, "numFmt", "decimal")
        if kind == "none" and not _value(element, "lvlText", ""):
            return None
        number = self._count(key, abstract, level, element)
        if kind == "bullet":
            return {"key": f"{abstract}-b", "level": level, "ordered": False}
        return {
            "key": f"{abstract}-{kind}-{self._restarted.get((abstract, level), 0)}",
            "level": level,
            "ordered": True,
            "start": number,
            "style": _STYLES.get(kind, "decimal"),
        }

    def label(self, key: str, level: int) -> str:
        """The number ("§ 3", "1.2") of what `next` counted last, as the file shows it, or ""."""
        levels = self._abstract.get(self._used.get(key, ""), {}) | self._own.get(key, {})
        shown = _value(levels.get(level), "lvlText", "")
        if _value(levels.get(level), "numFmt", "decimal") in ("bullet", "none"):
            return ""
        counted = self._counted.get(self._used.get(key, ""), {})

        def number(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            first = integer(_value(levels.get(at), "start", "1"), 1)
            kind = _value(levels.get(at), "numFmt", "decimal")
            return numeral(counted.get(at, first), kind)

        return re.sub(r"%([1-9])", number, shown).strip()

    def _count(self, key: str, abstract: str, level: int, element: Element | None) -> int:
        counted = self._counted.setdefault(abstract, {})
        for deeper in [one for one in counted if one > level]:
            del counted[deeper]
        first = integer(_value(element, "start", "1"), 1)
        if level in self._starts[key] and (key, level) not in self._seen:
            counted[level] = self._starts[key][level]
            self._restarted[abstract, level] = self._restarted.get((abstract, level), 0) + 1
        elif level in counted:
            counted[level] += 1
        else:
            counted[level] = first
        self._seen.add((key, level))
        return counted[level]


def numeral(number: int, kind: str) -> str:
    """A number in Word's kind of numerals; decimal where the kind is not known."""
    if kind in ("lowerLetter", "upperLetter") and number > 0:
        times, letter = divmod(number - 1, 26)
        said = chr(ord("a") + letter) * min(times + 1, 9)
    elif kind in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        said, left = "", number
        for value, sign in _ROMAN:
            said += sign * (left // value)
            left %= value
    elif kind == "ordinal":
        said = f"{number}."
    else:
        said = f"{number:02}" if kind == "decimalZero" else str(number)
    return said.upper() if kind.startswith("upper") else said


def _levels(parent: Element) -> dict[int, Element]:
    return {integer(one.get(f"{W}ilvl"), 0): one for one in parent.iterfind(f"{W}lvl")}


def _value(level: Element | None, name: str, default: str) -> str:
    if level is None:
        return default
    element = level.find(f"{W}{name}")
    return element.get(f"{W}val", default) if element is not None else default
