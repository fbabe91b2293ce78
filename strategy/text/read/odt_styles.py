"""OpenDocument's styles: what is bold, which paragraphs are headings, what lists count."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .docx_styles import MONOSPACED, integer
from .xmltree import Element

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
XLINK = "{http://www.w3.org/1999/xlink}"
DC = "{http://purl.org/dc/elements/1.1/}"

_FORMATS = {"a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_NAMED = re.compile(r"(?:heading|überschrift|titre|kop)[ _]*(\d)", re.I)


@dataclass
class OdtStyle:
    """A style with what it takes from its parents."""

    names: tuple[str, ...] = ()
    """Its own display name and its parents', in lower case."""
    marks: dict[str, bool] = field(default_factory=dict)
    direct: dict[str, bool] = field(default_factory=dict)
    """The marks that are set in this text only (automatic styles), not by a style with a name."""
    align: str = ""
    break_before: bool = False
    break_after: bool = False
    hidden: bool = False
    level: int | None = None
    list_style: str = ""
    monospaced: bool = False
    """Whether this text only (an automatic style) is set in letters of one width."""

    def called(self, *names: str) -> bool:
        """Whether the style or one that it is based on has one of these names."""
        return any(name in names for name in self.names)


class OdtStyles:
    """The styles of styles.xml and content.xml; a content style hides a common one of its name."""

    def __init__(self, *roots: Element | None):
        self._elements: dict[tuple[str, str], tuple[Element, bool]] = {}
        self._known: dict[tuple[str, str], OdtStyle] = {}
        self.lists: dict[str, dict[int, Element]] = {}
        self.numbered: set[int] = set()
        """The levels of headings that are numbered."""
        self.lang = ""
        self.tables: dict[str, float] = {}
        for root in roots:
            if root is not None:
                self._load(root)

    def _load(self, root: Element) -> None:
        for element in root.iter(f"{STYLE}style"):
            key = (element.get(f"{STYLE}family", ""), element.get(f"{STYLE}name", ""))
            parent = element.getparent()
            automatic = parent is not None and parent.tag == f"{OFFICE}automatic-styles"
            self._elements[key] = (element, automatic)
        for element in root.iter(f"{TEXT}list-style"):
            self.lists[element.get(f"{STYLE}name", "")] = {
                integer(level.get(f"{TEXT}level"), 1): level for level in element
            }
        for level in root.iter(f"{TEXT}outline-level-style"):
            if level.get(f"{STYLE}num-format"):
                self.numbered.add(integer(level.get(f"{TEXT}level"), 1))
        for default in root.iter(f"{STYLE}default-style"):
            properties = default.find(f"{STYLE}text-properties")
            if default.get(f"{STYLE}family") == "paragraph" and properties is not None:
                country = properties.get(f"{FO}country", "none")
                language = properties.get(f"{FO}language", "none")
                self.lang = language + (f"-{country}" if country != "none" else "")

    def get(self, family: str, name: str | None, depth: int = 0) -> OdtStyle:
        """The style of that family and name; an empty one where there is none."""
        if not name or depth > 30:
            return OdtStyle()
        key = (family, name)
        if key not in self._known:
            self._known[key] = self._read(family, name, depth)
        return self._known[key]

    def is_automatic(self, family: str, name: str) -> bool:
        """Whether the style is one that a program made for a single place."""
        return self._elements.get((family, name), (None, False))[1]

    def _read(self, family: str, name: str, depth: int) -> OdtStyle:
        found = self._elements.get((family, name))
        if found is None:
            return OdtStyle(names=(_shown(name),))
        element, automatic = found
        parent = self.get(family, element.get(f"{STYLE}parent-style-name"), depth + 1)
        own = marks_of(element.find(f"{STYLE}text-properties"))
        font = _font(element.find(f"{STYLE}text-properties"))
        if font and family == "text":
            own["code"] = MONOSPACED.search(font) is not None
        style = OdtStyle(
            names=(_shown(element.get(f"{STYLE}display-name") or name), *parent.names),
            marks=parent.marks | own,
            direct=parent.direct | own if automatic else {},
            align=parent.align,
            hidden=parent.hidden,
            level=parent.level,
            list_style=element.get(f"{STYLE}list-style-name", parent.list_style),
            monospaced=parent.monospaced if automatic else False,
        )
        if font and automatic:
            style.monospaced = MONOSPACED.search(font) is not None
        level = element.get(f"{STYLE}default-outline-level")
        if level is not None:
            style.level = integer(level, 0) or None
        run = element.find(f"{STYLE}text-properties")
        if run is not None and run.get(f"{TEXT}display") is not None:
            style.hidden = run.get(f"{TEXT}display") == "none"
        paragraph = element.find(f"{STYLE}paragraph-properties")
        if paragraph is not None:
            style.align = paragraph.get(f"{FO}text-align", style.align)
            style.break_before = paragraph.get(f"{FO}break-before") == "page"
            style.break_after = paragraph.get(f"{FO}break-after") == "page"
        return style

    def list_level(self, name: str, level: int) -> dict[str, Any]:
        """What a list style says of a level from 1: ordered, style, start; or nothing at all."""
        element = self.lists.get(name, {}).get(level)
        if element is None:
            return {"ordered": False}
        kind = element.tag.rpartition("}")[2]
        if kind != "list-level-style-number":
            return {"ordered": False}
        format_ = element.get(f"{STYLE}num-format", "")
        if not format_:
            return {"ordered": False, "none": not element.get(f"{STYLE}num-suffix", "").strip()}
        return {
            "ordered": True,
            "style": _FORMATS.get(format_, "decimal"),
            "start": integer(element.get(f"{TEXT}start-value"), 1),
        }


def heading_level(style: OdtStyle) -> int | None:
    """The level that a paragraph style makes a heading of, or None."""
    for name in style.names:
        if found := _NAMED.fullmatch(name):
            return int(found[1])
    return None


def _font(properties: Element | None) -> str:
    if properties is None:
        return ""
    return str(properties.get(f"{STYLE}font-name") or properties.get(f"{FO}font-family") or "")


def _shown(name: str) -> str:
    decoded = re.sub(r"_([0-9a-f]{2})_", lambda code: chr(int(code[1], 16)), name)
    return decoded.lower()


def marks_of(properties: Element | None) -> dict[str, bool]:
    """The marks that text properties switch on or off."""
    if properties is None:
        return {}
    out: dict[str, bool] = {}
    if weight := properties.get(f"{FO}font-weight"):
        out["strong"] = weight == "bold" or (weight.isdigit() and int(weight) >= 600)
    if slant := properties.get(f"{FO}font-style"):
        out["em"] = slant in ("italic", "oblique")
    if line := properties.get(f"{STYLE}text-underline-style"):
        out["underline"] = line != "none"
    for name in ("text-line-through-style", "text-line-through-type"):
        if line := properties.get(f"{STYLE}{name}"):
            out["strike"] = line != "none"
    if position := properties.get(f"{STYLE}text-position"):
        first = position.split()[0] if position.split() else "0%"
        out["superscript"] = first == "super" or (first[0] not in "-0" and first != "sub")
        out["subscript"] = first == "sub" or first.startswith("-")
    if ground := properties.get(f"{FO}background-color"):
        out["highlight"] = ground not in ("transparent", "#ffffff")
    return out
