"""Which links of a page lead to footnotes, and which elements these are."""

from __future__ import annotations

import re

from .xmltree import Element

_NOTE = re.compile(r"#(_ftn|_edn|fn|footnote|user-content-fn|.*note)[:_-]?\w*", re.I)


class NoteFinder:
    """The notes of a page: found once, by the links that lead to them."""

    def __init__(self, root: Element):
        self.named: dict[str, Element] = {}
        for element in root.iter():
            for name in (element.get("id"), element.get("name")):
                if name:
                    self.named.setdefault(name, element)
        self.notes: set[Element] = set()
        self._find_notes(root)

    def _find_notes(self, root: Element) -> None:
        for anchor in root.iter("a"):
            target = self.note_of(anchor)
            if target is not None:
                self.notes.add(target)

    def note_of(self, anchor: Element) -> Element | None:
        """The element that holds the note a link leads to; None if it leads to no note."""
        href = anchor.get("href") or ""
        role = anchor.get("role") == "doc-noteref" or "footnote" in anchor.get("class", "")
        if not href.startswith("#") or not (role or _NOTE.fullmatch(href)):
            return None
        target = self.named.get(href[1:])
        if target is None or "ref" in href.lower() or "back" in anchor.get("class", ""):
            return None
        while target is not None and target.tag not in ("li", "div", "p", "dd", "aside"):
            target = target.getparent()
        if target is None or target is anchor or anchor in target.iter():
            return None
        parent = target.getparent()
        if (
            target.tag == "p"
            and parent is not None
            and re.match(r"(ftn|edn)\d", parent.get("id", ""))
        ):
            return parent
        return target


def is_back(anchor: Element) -> bool:
    """Whether a link in a note leads back to where it is named."""
    href = anchor.get("href", "")
    names = anchor.get("class", "") + " " + anchor.get("role", "")
    return href.startswith("#") and (
        "back" in names
        or "ref" in href.lower()
        or "".join(anchor.itertext()).strip() in ("↩", "↩︎", "^", "↑")
    )
