"""What the parts of the ODT reader share while one file is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .archive import Archive
from .draft import TEXTBLOCKS, Block, Draft, Mark, change_id, change_mark, moment, slug
from .messages import FORMATS_CHANGED
from .odt_styles import DC, OFFICE, TEXT, OdtStyles
from .pictures import Pictures
from .xmltree import Element, local


@dataclass(frozen=True)
class Region:
    """A tracked change: insertion | deletion | format-change."""

    kind: str
    change: str
    content: Element
    move: str | None = None
    under: str | None = None
    """The insertion that a deletion lies in: one person added what another took out."""


@dataclass
class Context:
    """One OpenDocument text being read."""

    draft: Draft
    styles: OdtStyles
    pictures: Pictures
    archive: Archive | None
    regions: dict[str, Region] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)
    """Insertions that have begun and not ended."""
    deleting: Mark | None = None
    """The mark of the deletion whose content is being read."""
    under: Mark | None = None
    """The mark of the insertion that this deletion lies in."""
    base: tuple[str, ...] = ()
    """Marks that the paragraph's own style gives."""
    in_note: bool = False
    depth: int = 0
    width: float = 16.0
    """Of the text, in centimetres."""
    lists: dict[str, str] = field(default_factory=dict)
    counted: dict[tuple[str, int], int] = field(default_factory=dict)
    serial: int = 0
    names: dict[str, str] = field(default_factory=dict)
    """The keys of comments by their names in the file."""
    parents: dict[str, str] = field(default_factory=dict)

    # ── tracked changes ──

    def load_regions(self, tracked: Element) -> None:
        """Take in text:tracked-changes."""
        for number, region in enumerate(tracked.iterfind(f"{TEXT}changed-region")):
            key = region.get(f"{TEXT}id") or region.get(
                "{http://www.w3.org/XML/1998/namespace}id", ""
            )
            kinds = [local(one) for one in region]
            for one in region:
                if local(one) == "insertion" and "deletion" in kinds:
                    continue
                info = one.find(f"{OFFICE}change-info")
                author = info.findtext(f"{DC}creator", "") if info is not None else ""
                at = moment(info.findtext(f"{DC}date", "")) if info is not None else ""
                move = _by_name(region, "move-id") or _by_name(one, "move-id")
                group = f"move {move}" if move else number
                self.regions[key] = Region(
                    local(one),
                    change_id(self.draft, author, at, group),
                    one,
                    slug(move) if move else None,
                    self._under(region, number) if local(one) == "deletion" else None,
                )

    def _under(self, region: Element, number: int) -> str | None:
        info = region.find(f"{TEXT}insertion/{OFFICE}change-info")
        if info is None:
            return None
        author, at = info.findtext(f"{DC}creator", ""), moment(info.findtext(f"{DC}date", ""))
        return change_id(self.draft, author, at, f"under {number}")

    def open_changes(self) -> list[str]:
        """The insertions that are open here."""
        return list(self.opened)

    def tracked(self) -> list[Mark]:
        """The marks that text has here."""
        out: list[Mark] = []
        if self.deleting:
            out.append(self.deleting)
        if self.under:
            out.append(self.under)
        elif self.opened:
            region = self.regions[self.opened[-1]]
            out.append(change_mark("insertion", region.change, region.move))
        return out

    def end(self) -> dict[str, Any] | None:
        """The `end` of a paragraph that ends here."""
        if self.opened and not self.deleting:
            region = self.regions[self.opened[-1]]
            return {"change": "insertion", "id": region.change, "move": region.move}
        return None

    def marker(self, element: Element, name: str) -> Region | None:
        """Take note of a change mark; the region, if it is a deletion to be put in here."""
        key = element.get(f"{TEXT}change-id", "")
        region = self.regions.get(key)
        if region is None:
            return None
        if region.kind == "format-change":
            if name == "change-start":
                self.draft.notes.add("info", FORMATS_CHANGED)
            return None
        if name == "change-start" and region.kind == "insertion":
            self.opened.append(key)
        elif name == "change-end" and key in self.opened:
            self.opened.remove(key)
        elif name == "change" and region.kind == "deletion" and self.deleting is None:
            return region
        return None

    def deleted(self, region: Region, reader: Callable[[Element], list[Block]]) -> list[Block]:
        """The blocks that a deletion holds, their text marked."""
        before, base = list(self.opened), self.base
        self.deleting = change_mark("deletion", region.change, region.move)
        self.under = change_mark("insertion", region.under) if region.under else None
        try:
            return reader(region.content)
        finally:
            self.deleting = self.under = None
            self.opened, self.base = before, base

    def marker_between(
        self, element: Element, reader: Callable[[Element], list[Block]]
    ) -> list[Block]:
        """A change mark between blocks; a deletion there gives whole blocks."""
        region = self.marker(element, local(element))
        if region is None:
            return []
        out = self.deleted(region, reader)
        while out and out[-1]["type"] in TEXTBLOCKS and not out[-1].get("content"):
            out.pop()
        for block in out:
            if block["type"] in TEXTBLOCKS:
                block["attrs"]["end"] = self.deleted_end(region)
        return out

    def deleted_end(self, region: Region) -> dict[str, Any]:
        """The `end` of a paragraph whose end that deletion took."""
        return {"change": "deletion", "id": region.change, "move": region.move}

    # ── lists ──

    def list_key(self, element: Element, name: str, outer: dict[str, Any] | None) -> str:
        """What lists have in common that count on with one another."""
        if outer:
            return f"{outer['key']}/{name}"
        own = element.get("{http://www.w3.org/XML/1998/namespace}id", "")
        continued = element.get(f"{TEXT}continue-list")
        if continued and continued in self.lists:
            key = self.lists[continued]
        elif element.get(f"{TEXT}continue-numbering") == "true" and name in self.lists:
            key = self.lists[name]
        else:
            self.serial += 1
            key = f"{name}#{self.serial}"
        self.lists[own] = key
        self.lists[name] = key
        return key

    def list_start(self, element: Element, name: str, level: int, first: int) -> int:
        """The number that a list begins with."""
        goes_on = element.get(f"{TEXT}continue-numbering") == "true" or element.get(
            f"{TEXT}continue-list"
        )
        return self.counted.get((name, level), first) if goes_on else first

    def list_end(self, name: str, level: int, number: int) -> None:
        """Keep in mind how far a list has counted."""
        self.counted[name, level] = number

    # ── comments ──

    def annotation(self, element: Element) -> list[Block]:
        """A comment's beginning (with its content) or end, as a marker."""
        name = element.get(f"{OFFICE}name", "")
        if local(element) == "annotation-end":
            key = self.names.get(name)
            return [{"type": "#comment", "key": key, "side": "end"}] if key else []
        key = f"a{len(self.draft.comments) + 1}"
        lines = _lines(element)
        replies: list[dict[str, str]] = []
        while lines and lines[-1].startswith("↳ ") and ": " in lines[-1]:
            author, _, said = lines.pop()[2:].partition(": ")
            replies.insert(0, {"author": author, "at": "", "text": said})
        self.draft.comments[key] = {
            "author": element.findtext(f"{DC}creator", ""),
            "at": moment(element.findtext(f"{DC}date", "")),
            "text": "\n".join(lines).strip(),
            "resolved": _by_name(element, "resolved") == "true",
            "replies": replies,
        }
        if name:
            self.names[name] = key
        parent = _by_name(element, "parent-name") or _by_name(element, "parent")
        if parent:
            self.parents[key] = parent
        return [{"type": "#comment", "key": key, "side": "start"}]

    def thread_comments(self) -> None:
        """Put answers under what they answer."""
        comments = self.draft.comments
        above = {key: self.names.get(parent, "") for key, parent in self.parents.items()}
        for key in list(above):
            top, seen = key, {key}
            while above.get(top) in comments and above[top] not in seen:
                top = above[top]
                seen.add(top)
            if top != key and top not in above:
                reply = comments[key]
                comments[top]["replies"].append(
                    {name: reply[name] for name in ("author", "at", "text")}
                )
        for key, parent in above.items():
            if parent in comments and parent != key and not self._circle(key, above):
                comments.pop(key, None)

    def _circle(self, key: str, above: dict[str, str]) -> bool:
        seen = {key}
        while above.get(key):
            key = above[key]
            if key in seen:
                return True
            seen.add(key)
        return False


def _by_name(element: Element, name: str) -> str:
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == name), "")


def _lines(element: Element) -> list[str]:
    out = []
    for paragraph in element.iter(f"{TEXT}p", f"{TEXT}h"):
        out.append("".join(_plain(paragraph)))
    return out


def _plain(element: Element) -> list[str]:
    out = [element.text or ""]
    for child in element:
        name = local(child)
        if name == "s":
            out.append(" ")
        elif name in ("line-break",):
            out.append("\n")
        elif name == "tab":
            out.append(" ")
        else:
            out.extend(_plain(child))
        out.append(child.tail or "")
    return out
