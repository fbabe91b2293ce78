"""What is gathered while a paper is written for Word: relationships, notes, lists, pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from strategy.text.write.docx_revisions import Revisions
from strategy.text.write.pictures import Picture
from strategy.text.write.tree import Json


@dataclass(frozen=True)
class Link:
    """A relationship of one part: its id, kind, target, and whether it leads outside."""

    ident: str
    kind: str
    target: str
    outside: bool = False


@dataclass
class Gathered:
    """The state of one writing."""

    files: Mapping[str, bytes]
    said: Mapping[str, str]
    revisions: Revisions
    threads: Mapping[str, list[int]]
    """A comment's name to the ids of its remark and the replies."""
    loose: list[str] = field(default_factory=list)
    """Comments without a place: they are put at the first paragraph."""
    first: dict[str, Json] = field(default_factory=dict)
    last: dict[str, Json] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    """Block id to bookmark, for blocks that something refers to."""
    marked: set[str] = field(default_factory=set)
    links: list[Link] = field(default_factory=list)
    note_links: list[Link] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lists: list[tuple[str, int, int]] = field(default_factory=list)
    media: dict[str, tuple[str, Picture]] = field(default_factory=dict)
    """A file's hash to its relationship's id and its size."""
    drawings: int = 0
    headings: list[tuple[int, str, str]] = field(default_factory=list)
    """Level, bookmark and words of each heading at the top."""
    in_note: bool = False

    def relate(self, kind: str, target: str, *, outside: bool = False) -> str:
        """The id of a new relationship of the part that is being written."""
        links = self.note_links if self.in_note else self.links
        links.append(Link(f"rId{len(links) + 100}", kind, target, outside))
        return links[-1].ident
