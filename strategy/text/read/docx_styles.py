"""Word's styles: which are headings, which are bold, what number a paragraph of a style has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .xmltree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_HEADING = re.compile(
    r"(?:heading|überschrift|berschrift|ueberschrift|titre|título|titolo|kop|rubrik|overskrift)"
    r"\s*([1-9])(?:\s.*)?",
    re.I,
)
_SWITCHES = {"b": "strong", "i": "em", "strike": "strike", "dstrike": "strike"}
MONOSPACED = re.compile(r"\bmono\b|courier|consolas|monospace", re.I)
_CODE = (
    "verbatim char",
    "html code",
    "source code",
    "code",
    "html typewriter",
    "inline code",
    "paper code",
)
_QUOTES = (
    "quote",
    "intense quote",
    "zitat",
    "intensives zitat",
    "block text",
    "blocktext",
    "quotations",
)
_CAPTIONS = ("caption", "beschriftung", "image caption", "table caption", "bildunterschrift")


def flag(element: Element | None) -> bool | None:
    """A switch such as w:b: True, False, or None where it is not set."""
    if element is None:
        return None
    return element.get(f"{W}val", "true").lower() not in ("0", "false", "off", "none")


@dataclass
class Style:
    """A style with what it takes from those it is based on."""

    name: str = ""
    level: int | None = None
    """Heading level from 1, or None."""
    marks: dict[str, bool] = field(default_factory=dict)
    number: tuple[str | None, int | None] | None = None
    """Numbering and level of list, where the style has one."""
    align: str | None = None
    hidden: bool = False
    title: bool = False
    quote: bool = False
    caption: bool = False
    code: bool = False


class Styles:
    """The styles of one file, by their ids."""

    def __init__(self, root: Element | None):
        self._elements: dict[str, Element] = {}
        self._known: dict[str, Style] = {}
        self.default = ""
        self.lang = ""
        if root is None:
            return
        for element in root.iterfind(f"{W}style"):
            key = element.get(f"{W}styleId", "")
            self._elements[key] = element
            if element.get(f"{W}type") == "paragraph" and flag_value(element, "default"):
                self.default = key
        lang = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
        if lang is not None:
            self.lang = lang.get(f"{W}val", "")

    def get(self, key: str | None, depth: int = 0) -> Style:
        """The style of that id; an empty one where the file has none."""
        if not key or depth > 30:
            return Style()
        if key not in self._known:
            self._known[key] = self._read(key, depth)
        return self._known[key]

    def _read(self, key: str, depth: int) -> Style:
        element = self._elements.get(key)
        if element is None:
            style = Style(name=key)
            self._name(style, key)
            return style
        based = element.find(f"{W}basedOn")
        parent = self.get(based.get(f"{W}val"), depth + 1) if based is not None else Style()
        style = Style(
            level=parent.level,
            marks=dict(parent.marks),
            number=parent.number,
            align=parent.align,
            hidden=parent.hidden,
            title=parent.title and not key.lower().startswith(("sub", "unter")),
            quote=parent.quote,
            caption=parent.caption,
            code=parent.code,
        )
        name = element.find(f"{W}name")
        style.name = (name.get(f"{W}val", "") if name is not None else key).strip()
        run = element.find(f"{W}rPr")
        if run is not None:
            style.marks |= marks_of(run)
            style.hidden = flag(run.find(f"{W}vanish")) or style.hidden
        paragraph = element.find(f"{W}pPr")
        if paragraph is not None:
            self._paragraph(style, paragraph)
        self._name(style, key)
        return style

    def _paragraph(self, style: Style, properties: Element) -> None:
        outline = properties.find(f"{W}outlineLvl")
        if outline is not None:
            level = integer(outline.get(f"{W}val"), 9)
            style.level = level + 1 if 0 <= level < 9 else None
        number = properties.find(f"{W}numPr")
        if number is not None:
            style.number = number_of(number)
        align = properties.find(f"{W}jc")
        if align is not None:
            style.align = align.get(f"{W}val")

    def _name(self, style: Style, key: str) -> None:
        name = style.name.lower()
        found = _HEADING.fullmatch(style.name) or _HEADING.fullmatch(key)
        if found:
            style.level = int(found[1])
        if name in ("title", "titel"):
            style.title, style.level = True, None
        elif name in ("subtitle", "untertitel"):
            style.title, style.level = False, None
        style.quote = style.quote or name in _QUOTES
        style.caption = style.caption or name in _CAPTIONS
        style.code = style.code or name in _CODE


def flag_value(element: Element, name: str) -> bool:
    """An attribute that is a switch."""
    return str(element.get(f"{W}{name}", "")).lower() in ("1", "true", "on")


def integer(value: str | None, default: int) -> int:
    """A number of a file, or the default where it is none."""
    try:
        return int(value) if value is not None and len(value) < 12 else default
    except ValueError:
        return default


def number_of(element: Element) -> tuple[str | None, int | None]:
    """w:numPr as (numbering, level), each None where it is not said."""
    key, level = element.find(f"{W}numId"), element.find(f"{W}ilvl")
    return (
        key.get(f"{W}val") if key is not None else None,
        min(max(integer(level.get(f"{W}val"), 0), 0), 8) if level is not None else None,
    )


def marks_of(properties: Element) -> dict[str, bool]:
    """The marks that run properties switch on or off."""
    out: dict[str, bool] = {}
    for name, mark in _SWITCHES.items():
        value = flag(properties.find(f"{W}{name}"))
        if value is not None:
            out[mark] = value or (mark == "strike" and out.get("strike", False))
    for name, mark in (("u", "underline"), ("highlight", "highlight")):
        element = properties.find(f"{W}{name}")
        if element is not None:
            out[mark] = element.get(f"{W}val", "none" if name == "u" else "") != "none"
    raised = properties.find(f"{W}vertAlign")
    if raised is not None:
        value = raised.get(f"{W}val")
        out["superscript"] = value == "superscript"
        out["subscript"] = value == "subscript"
    return out
