"""The values that travel beside a document: comments, changes, and what stands on the cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reply:
    """An answer in a thread. `at` is ISO 8601 with a zone, or "" where the source names none."""

    author: str
    text: str
    at: str = ""


@dataclass(frozen=True)
class Comment:
    """A remark on a passage.

    start, end  ProseMirror positions in the document it lies beside, start <= end;
                None where it belongs to the whole paper or its passage is gone
    quote       the passage's words when the comment was made
    kind        question | objection | support | note
    """

    author: str
    text: str
    at: str = ""
    start: int | None = None
    end: int | None = None
    quote: str = ""
    kind: str = "note"
    resolved: bool = False
    replies: Sequence[Reply] = ()


@dataclass(frozen=True)
class Change:
    """Who made a tracked change, and when (ISO 8601 with a zone, or "")."""

    author: str
    at: str = ""


@dataclass(frozen=True)
class Meta:
    """What a paper's cover, running head and file properties say. Empty strings are left out."""

    title: str
    subtitle: str = ""
    number: str = ""
    kind: str = "number"
    """Which word stands before the number: a key of write/words.py."""
    body: str = ""
    authors: Sequence[str] = ()
    status: str = ""
    revision: str = ""
    against: str = ""
    """The older revision's name, where the document is a redline against it."""
    date: str = ""
    """As it is to be read: "7. September 2026"."""
    moment: str = ""
    """The same as ISO 8601, for file properties."""
    fingerprint: str = ""
    origin: str = ""
    """What was exported, for our own reader: a property of DOCX and ODT files."""
    lang: str = "de"
    extra: Mapping[str, str] = field(default_factory=dict)
    """Further lines of the cover, label to value."""
