"""What reading a file gives, and the one way in which it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from strategy.errors import Refusal
from strategy.text.shapes import Change, Comment

LARGEST_FILE = 25_000_000  # bytes
LARGEST_TEXT = 2_000_000  # characters of one paper
LONGEST_ORIGIN = 300  # characters
DEEPEST = 12  # nodes within nodes

Level = Literal["info", "changed", "lost"]


class Unreadable(Refusal):
    """A file that cannot be taken in. The message says in plain words why, and what would help."""


@dataclass(frozen=True)
class ReportLine:
    """Something the reader of an import should know.

    level     info: for your knowledge; changed: it looks different here; lost: it did not come in
    message   an English sentence with %(name)s places; the web translates it
    facts     the values for those places
    place     the words beside which it happened (at most 80 characters), or ""
    """

    level: Level
    message: str
    facts: Mapping[str, object] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True)
class Reading:
    """A file as a document.

    doc        passes the schema; tracked where the file had tracked changes
    comments   their positions are ProseMirror positions in `doc`
    report     what was changed or left out on the way, most important first
    changes    who made each tracked change in `doc`, by its id
    files      the images' bytes, by their SHA-256 in hex
    title      the best guess at the paper's title, or ""
    origin     what a file that was exported here says about its export, or "": believe nothing
    """

    doc: dict[str, Any]
    comments: tuple[Comment, ...] = ()
    report: tuple[ReportLine, ...] = ()
    changes: Mapping[str, Change] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    title: str = ""
    origin: str = ""


@dataclass(frozen=True)
class ImageInfo:
    """A picture that may be kept: `data` is what to store, cleaned of everything but the picture.

    sha256   of `data`, 64 hex digits
    mime     image/png | image/jpeg | image/gif | image/webp
    width    pixels, after turning it the way its camera says
    height   pixels
    """

    sha256: str
    mime: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class PdfInfo:
    """A foreign PDF that may be kept, as it came.

    sha256   of `data`, 64 hex digits
    pages    at least 1
    """

    sha256: str
    pages: int
    data: bytes
