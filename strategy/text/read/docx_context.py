"""What the parts of the DOCX reader share while one file is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .docx_numbering import Numbering
from .docx_package import Package, Relation
from .docx_styles import Styles, W
from .draft import Block, Draft, Mark, change_id, change_mark, moment, slug
from .pictures import Pictures
from .xmltree import Element


@dataclass(frozen=True)
class State:
    """What holds for a run, from what it lies in."""

    marks: tuple[Mark, ...] = ()
    """Link and tracked marks."""
    link: bool = False


@dataclass
class Field:
    """A field that is open: its instruction is being read, or its result."""

    instruction: str = ""
    in_result: bool = False
    href: str | None = None
    dropped: bool = False


@dataclass
class Context:
    """One DOCX file being read."""

    draft: Draft
    package: Package
    styles: Styles
    numbering: Numbering
    pictures: Pictures
    relations: dict[str, Relation]
    threads: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, Element] = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)
    moves: dict[str, str] = field(default_factory=dict)
    """Open ranges of moved text: their ids to their names."""
    width: int = 5_760_000
    """Of the text, in EMU (914,400 an inch)."""
    last_change: tuple[str, str] = ("", "")
    group: int = 0
    broken: bool = True
    """Whether unchanged text stood between the last change and here."""
    in_note: bool = False
    last_item: tuple[str, dict[str, Any]] | None = None
    """The numbering and the "list" of the list paragraph just before."""
    part: str = ""

    def change(self, element: Element, move: str | None = None) -> str:
        """The id of the change that an element such as w:ins names."""
        author = element.get(f"{W}author", "")
        at = moment(element.get(f"{W}date"))
        if move:
            return change_id(self.draft, author, at, f"move {move}")
        if self.broken or self.last_change != (author, at):
            self.group += 1
            self.last_change = (author, at)
        self.broken = False
        return change_id(self.draft, author, at, self.group)

    def mark(self, element: Element) -> Mark:
        """The tracked mark of w:ins, w:del, w:moveFrom, w:moveTo."""
        name = element.tag.rpartition("}")[2]
        kind = "insertion" if name in ("ins", "moveTo") else "deletion"
        move = None
        if name in ("moveFrom", "moveTo"):
            move = slug(next(reversed(self.moves.values()), "")) if self.moves else None
        return change_mark(kind, self.change(element, move), move)

    def relation(self, key: str | None) -> Relation | None:
        """The relation of that id in the part that is being read."""
        return self.relations.get(key or "")

    def hidden(self) -> bool:
        """Whether a field's instruction, or a dropped result, is being read."""
        return any(not one.in_result or one.dropped for one in self.fields)

    def field_link(self) -> str | None:
        """Where the innermost HYPERLINK field leads."""
        return next((one.href for one in reversed(self.fields) if one.href), None)


def plain_runs(blocks: list[Block]) -> list[Block]:
    """The inline nodes of blocks one after the other, apart by hard breaks: for footnotes."""
    out: list[Block] = []
    for block in blocks:
        if block["type"] in ("paragraph", "heading"):
            inner = [
                node
                for node in block.get("content", ())
                if node["type"] not in ("footnote", "image")
            ]
        elif block["type"] in ("#comment", "image", "horizontal_rule", "page_break"):
            inner = [block] if block["type"] == "#comment" else []
        else:
            inner = plain_runs(block.get("content", []))
        if not inner:
            continue
        if any(node["type"] != "#comment" for node in out):
            out.append({"type": "hard_break"} | _break_marks(out))
        out.extend(inner)
    return out


def _break_marks(out: list[Block]) -> dict[str, Any]:
    marks = [m for m in out[-1].get("marks", ()) if m["type"] in ("insertion", "deletion")]
    return {"marks": marks} if marks else {}
