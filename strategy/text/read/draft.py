"""What every reader hands over: blocks in reading order, not yet nested, cleaned or numbered.

Blocks are ProseMirror JSON with a few freedoms that assemble.py takes away again:
- a block may carry "list": {"key", "level", "ordered", "style", "start", "more"}: a list paragraph;
  "more" says that it goes on in the item before it. Readers may nest lists themselves instead;
- a textblock may hold, inline, `image`, `page_break`, `horizontal_rule` and
  {"type": "#blocks", "content": [blocks]}: they are lifted out behind it;
- {"type": "#comment", "key", "side": "start" | "end"} marks where a comment begins and ends;
- a block may carry "caption": true (it is one if a picture or a table stands beside it).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from .report import Notes

Block = dict[str, Any]
Mark = dict[str, Any]

TRACKED = ("deletion", "insertion", "modification")
TEXTBLOCKS = ("paragraph", "heading")


@dataclass
class Draft:
    """A document being read."""

    notes: Notes = field(default_factory=Notes)
    blocks: list[Block] = field(default_factory=list)
    comments: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By key: author, at, text, resolved, replies."""
    changes: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    title: str = ""
    """The paper's title as the text itself says it; goes into the document."""
    guess: str = ""
    """A title from elsewhere (file properties, first heading)."""
    lang: str = ""
    origin: str = ""
    """What a file of our own says about the export that it was."""
    spaced: bool = False
    """Whether empty paragraphs mean space between others, as in office files, and go."""
    _under_heading: bool = False

    def pass_by(self, block: Block) -> None:
        """Take note of a textblock, so that the report can say where it is: its last heading."""
        said = " ".join(words(block).split())
        if said and (block["type"] == "heading" or not self._under_heading):
            self.notes.here = said[:80]
            self._under_heading = self._under_heading or block["type"] == "heading"


def change_id(draft: Draft, author: str, at: str, group: object) -> str:
    """The id of a change by `author` at `at`: the same for the same facts, `author:hash`.

    group    tells changes of one author at one time apart, where they are not one suggestion
    """
    author = " ".join(author.split())[:200] or "?"
    digest = hashlib.sha256(repr((author, at, group)).encode("utf-8", "replace")).hexdigest()[:16]
    key = f"{slug(author)}:{digest}"
    draft.changes.setdefault(key, {"author": author, "at": at})
    return key


def slug(name: str) -> str:
    """A name as letters, digits and dashes: "Jörg Groß" is "joerg-gross"; never empty."""
    for umlaut, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        name = name.lower().replace(umlaut, plain)
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:60] or "unknown"


def moment(value: str | None) -> str:
    """A date of a file as ISO 8601 with a zone: without one it is taken as UTC; "" if it is none.

    Word writes local times and calls them UTC; LibreOffice writes local times without a zone, and
    a midnight as the day alone. The first moment of 1970 stands where none is known.
    """
    found = re.match(
        r"(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d)(:\d\d)?(?:[.,]\d+)?(Z|[+-]\d\d:\d\d)?)?$",
        (value or "").strip(),
    )
    if not found or found[1] < "1900":
        return ""
    time = f"{found[2] or 'T00:00'}{found[3] or ':00'}"
    if found[1] == "1970-01-01" and time == "T00:00:00":
        return ""
    return f"{found[1]}{time}{'+00:00' if found[4] in (None, 'Z') else found[4]}"


def tracked(node: Block, kind: str) -> Mark | None:
    """The node's mark of that kind, if it has one."""
    return next((mark for mark in node.get("marks", ()) if mark["type"] == kind), None)


def change_mark(kind: str, change: str, move: str | None = None) -> Mark:
    """An insertion or a deletion mark."""
    return {"type": kind, "attrs": {"id": change, "move": move}}


def text(value: str, marks: list[Mark] | None = None) -> Block:
    """A text node."""
    return {"type": "text", "text": value} | ({"marks": marks} if marks else {})


def paragraph(content: list[Block] | None = None, **attrs: object) -> Block:
    """A paragraph."""
    return {"type": "paragraph", "attrs": attrs, "content": content or []}


def heading(level: int, content: list[Block], **attrs: object) -> Block:
    """A heading; levels below the fourth become the fourth."""
    return {
        "type": "heading",
        "attrs": attrs | {"level": min(max(level, 1), 4)},
        "content": content,
    }


def words(node: Block) -> str:
    """The node's plain text, tracked changes included, blocks apart by blanks."""
    if node["type"] == "text":
        return str(node["text"])
    if node["type"] == "hard_break":
        return " "
    inner = "".join(words(child) for child in node.get("content", ()))
    return inner if node["type"] in ("footnote", "#comment") else inner + " "
