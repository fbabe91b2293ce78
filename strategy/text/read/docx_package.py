"""The parts of a DOCX file and how they refer to each other."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from .archive import Archive
from .shapes import Unreadable
from .xmltree import Element, parsed, transitional

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
NOT_WORD = "This is not a Word file (.docx), or its main part is missing."


@dataclass(frozen=True)
class Relation:
    """What a part refers to: kind is the last word of its type; outside says it is no part."""

    kind: str
    target: str
    outside: bool


class Package:
    """A DOCX file: its main part, and the others by the kind of their relation to it."""

    def __init__(self, data: bytes):
        self.archive = Archive(data)
        roots = self.relations("")
        main = next((one for one in roots.values() if one.kind == "officeDocument"), None)
        self.main = main.target if main else "word/document.xml"
        self.of_main = self.relations(self.main)

    def relations(self, part: str) -> dict[str, Relation]:
        """The relations of a part, by their ids."""
        folder, name = posixpath.split(part)
        data = self.archive.get(posixpath.join(folder, "_rels", f"{name}.rels"))
        out: dict[str, Relation] = {}
        for element in parsed(data).iter(_REL) if data else ():
            target = element.get("Target", "").replace("\\", "/")
            outside = element.get("TargetMode", "") == "External"
            if not outside:
                if target.startswith("/"):
                    target = target.lstrip("/")
                else:
                    target = posixpath.normpath(posixpath.join(folder, target))
            kind = element.get("Type", "").rpartition("/")[2]
            out[element.get("Id", "")] = Relation(kind, target, outside)
        return out

    def document(self) -> Element:
        """The main part's root element."""
        data = self.archive.get(self.main)
        if data is None:
            raise Unreadable(NOT_WORD)
        root = transitional(parsed(data))
        if not root.tag.endswith("}document"):
            raise Unreadable(NOT_WORD)
        return root

    def part(self, kind: str) -> Element | None:
        """The part of that kind beside the main part, or None."""
        name = self.name(kind)
        data = self.archive.get(name) if name else None
        return transitional(parsed(data)) if data else None

    def name(self, kind: str) -> str | None:
        """The name of the part of that kind."""
        wanted = next(
            (one for one in self.of_main.values() if one.kind == kind and not one.outside), None
        )
        return wanted.target if wanted else None

    def count(self, kind: str) -> int:
        """How many parts of that kind there are."""
        return sum(one.kind == kind for one in self.of_main.values())
