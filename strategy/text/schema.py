"""The document's nodes and marks as schema.json says them, and what their attributes may hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

JSON = Any
Document = dict[str, Any]
"""A document, node or mark as JSON: the outside of what validate.py has let in."""

SPEC: dict[str, Any] = json.loads((Path(__file__).parent / "schema.json").read_text("utf-8"))
NODES: dict[str, dict[str, Any]] = SPEC["nodes"]
MARKS: dict[str, dict[str, Any]] = SPEC["marks"]

RANK: Mapping[str, int] = MappingProxyType({name: rank for rank, name in enumerate(MARKS)})
"""Where a mark stands among those of a node; sets of marks are sorted by it."""

TRACKED = frozenset({"deletion", "insertion", "modification"})
INLINE = frozenset(
    name for name, spec in NODES.items() if spec.get("inline") or spec.get("group") == "inline"
)
ATOMS = INLINE - {"text"}
TEXTBLOCKS = frozenset(
    name for name, spec in NODES.items() if spec.get("content") == "inline*"
)  # paragraph, heading, caption; a footnote is inline itself
JOINABLE = frozenset(name for name in TEXTBLOCKS if "end" in NODES[name].get("attrs", {}))
"""Textblocks whose end can be inserted or deleted."""

HOLDERS = frozenset(name for name, spec in NODES.items() if spec.get("content"))
"""Nodes that hold others; the rest are leaves of size 1 (text apart)."""

MOST_TEXT = 100_000_000
"""Longest text of an attribute without a `most` of its own; the batch's size ends it sooner."""


def _defaults(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    found = {name: of["default"] for name, of in spec.get("attrs", {}).items() if "default" in of}
    return MappingProxyType(found)


NODE_DEFAULTS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {name: _defaults(spec) for name, spec in NODES.items()}
)
MARK_DEFAULTS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {name: _defaults(spec) for name, spec in MARKS.items()}
)

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_ADDRESS = re.compile(
    r"https?://[^\s/\\?#<>\"`{}|^]+[^\s\\<>\"`{}|^]*|mailto:[^\s\\<>\"`{}|^:/]+|#[A-Za-z0-9_-]{1,40}",
    re.IGNORECASE,
)


HALF = "half a character"
TURNING = "a character that reverses the reading direction"
CONTROL = "a control character"
NO_ADDRESS = "is not an address that may be linked"


def fault_in_text(text: str) -> str | None:
    """Say what is wrong with a string that people will read, or None.

    Line breaks are nodes of their own, so no control character but the tab is let through; the
    characters that turn the reading direction round can make a text say what it does not say.
    """
    if text.isascii() and text.isprintable():
        return None
    found = _FORBIDDEN.search(text)
    if found is None:
        return None
    character = ord(found.group())
    if 0xD800 <= character <= 0xDFFF:
        return HALF
    if character >= 0x2000 and character < 0xFFFE:
        return TURNING
    return CONTROL


def is_address(text: str) -> bool:
    """Whether a link may lead there: http, https or mailto with a host or name, or a block here."""
    return _ADDRESS.fullmatch(text) is not None and text.isprintable()


def is_change(value: JSON) -> bool:
    """Whether `value` says that a textblock's end was inserted or deleted, and by which change."""
    return (
        type(value) is dict
        and value.keys() == {"change", "id"}
        and value["change"] in ("insertion", "deletion")
        and type(value["id"]) is str
        and _CHANGE_ID.fullmatch(value["id"]) is not None
    )


_CHANGE_ID = re.compile(MARKS["insertion"]["attrs"]["id"]["pattern"])


def _is_widths(value: JSON) -> bool:
    return (
        type(value) is list
        and 1 <= len(value) <= 60
        and all(type(width) is int and 10 <= width <= 5000 for width in value)
    )


def _is_markup(value: JSON) -> bool:
    """The markup that a modification replaced: {"type"?, "attrs"?, "marks"?}, each as it may be."""
    if type(value) is not dict or not value.keys() <= {"type", "attrs", "marks"}:
        return False
    name = value.get("type")
    if name is not None and (type(name) is not str or name not in NODES):
        return False
    if "attrs" in value and not _are_former_attrs(name, value["attrs"]):
        return False
    return "marks" not in value or _are_former_marks(value["marks"])


def _are_former_attrs(name: str | None, attrs: JSON) -> bool:
    if type(attrs) is not dict:
        return False
    kinds = [name] if name is not None else list(NODES)
    return any(
        all(
            key in CHECKS[kind] and CHECKS[kind][key](value) is None for key, value in attrs.items()
        )
        for kind in kinds
    )


def _are_former_marks(marks: JSON) -> bool:
    if type(marks) is not list or len(marks) > len(MARKS):
        return False
    for mark in marks:
        if type(mark) is not dict or not mark.keys() <= {"type", "attrs"}:
            return False
        name, attrs = mark.get("type"), mark.get("attrs", {})
        if type(name) is not str or name not in MARKS or name in TRACKED or type(attrs) is not dict:
            return False
        checks = MARK_CHECKS[name]
        if not checks.keys() >= attrs.keys() >= checks.keys() - MARK_DEFAULTS[name].keys():
            return False
        if any(checks[key](value) is not None for key, value in attrs.items()):
            return False
    return True


_SHAPES: dict[str, Callable[[JSON], bool]] = {
    "change": is_change,
    "widths": _is_widths,
    "markup": _is_markup,
}
_TYPES: dict[str, type] = {"string": str, "number": int}

Check = Callable[[JSON], str | None]
"""Says in words what is wrong with a value, or None."""


def _check(spec: Mapping[str, Any]) -> Check:
    kinds = spec["validate"].split("|")
    optional = "null" in kinds
    pattern = re.compile(spec["pattern"]) if "pattern" in spec else None
    least, most = spec.get("least", 0), spec.get("most", MOST_TEXT)
    shape = spec.get("shape")

    def of_text(value: JSON) -> str | None:
        if type(value) is not str:
            return None if optional and value is None else "is not text"
        if len(value) > most:
            return "is too long"
        if pattern is not None and pattern.fullmatch(value) is None:
            return "does not have the form it must have"
        if shape == "address" and not is_address(value):
            return NO_ADDRESS
        wrong = fault_in_text(value)
        return f"contains {wrong}" if wrong else None

    def of_number(value: JSON) -> str | None:
        if type(value) is not int:
            return None if optional and value is None else "is not a whole number"
        return None if least <= value <= most else f"is not between {least} and {most}"

    def of_object(value: JSON) -> str | None:
        if optional and value is None:
            return None
        return None if _SHAPES[str(shape)](value) else "does not have the shape it must have"

    return {"string": of_text, "number": of_number, "object": of_object}[kinds[0]]


def _checks(specs: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Check]]:
    return {
        name: {attr: _check(of) for attr, of in spec.get("attrs", {}).items()}
        for name, spec in specs.items()
    }


MARK_CHECKS = _checks(MARKS)
CHECKS = _checks(NODES)


def allowed_marks(name: str) -> frozenset[str]:
    """Which marks the children of a node of this type may carry."""
    spec = NODES[name]
    if "marks" in spec:
        return frozenset(spec["marks"].split())
    inline = name in TEXTBLOCKS or name in INLINE
    return frozenset(MARKS) if inline else frozenset()


def content_patterns() -> dict[str, tuple[re.Pattern[str], dict[str, str]]]:
    """For each node type: what it holds, as a pattern over one letter a child; and the letters."""
    letters = {name: chr(ord("A") + number) for number, name in enumerate(NODES)}
    groups: dict[str, str] = {}
    for name, spec in NODES.items():
        for group in spec.get("group", "").split():
            groups[group] = groups.get(group, "") + letters[name]

    def compiled(expression: str) -> re.Pattern[str]:
        def word(found: re.Match[str]) -> str:
            name = found.group()
            return f"[{groups[name]}]" if name in groups else letters[name]

        return re.compile(re.sub(r"[a-z_]+", word, expression).replace(" ", ""))

    return {name: (compiled(spec.get("content", "")), letters) for name, spec in NODES.items()}
