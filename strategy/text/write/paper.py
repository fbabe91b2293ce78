"""What every writer is handed: a document and what travels beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from strategy.text.lines import LineMap
from strategy.text.shapes import Change, Comment, Meta
from strategy.text.write.normalise import View, normalise
from strategy.text.write.tree import Json
from strategy.text.write.words import words_for

BEFORE = 946_684_800
"""The date of files whose paper names no moment: 1 January 2000."""
LAST_MOMENT = 4_102_444_800


@dataclass(frozen=True)
class Frozen:
    """A tabled document and its lines: whatever is printed of it keeps their numbers."""

    doc: Json
    lines: LineMap


@dataclass(frozen=True)
class Paper:
    """A document and how it is to be written. The fields are those of `write.write`."""

    doc: Json
    meta: Meta
    comments: Sequence[Comment] = ()
    changes: Mapping[str, Change] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    view: View = "clean"
    lines: str = "continuous"
    cover: bool = True
    landscape: bool = False
    """Whether DOCX has its sheets turned sideways."""
    frozen: Frozen | None = None
    """The tabled text whose numbers it keeps; `doc` is that text, or a redline that ends in it."""
    labels: Sequence[tuple[str, int]] | None = None
    """Of each printed line what stands beside it ("" for nothing), and the line it is cited as;
    None: numbers as they come. See numbering.py."""

    @property
    def said(self) -> Mapping[str, str]:
        """The words that the writer adds, in the paper's language."""
        return words_for(self.meta.lang)

    @property
    def moment(self) -> int:
        """The file's date in seconds since 1970."""
        at = moment(self.meta.moment)
        return BEFORE if at is None else min(max(int(at.timestamp()), 0), LAST_MOMENT)

    def fit(self) -> Json:
        """The normalised document in the view that was asked for, comments marked."""
        return normalise(self.doc, self.view, self.comments)


def facts(meta: Meta, said: Mapping[str, str]) -> list[tuple[str, str]]:
    """What stands below the title, as labels and words in the order of the cover."""
    revision = meta.revision
    if meta.against:
        revision = f"{revision} {said['against']} {meta.against}"
    found = [
        (said["authors"], ", ".join(author for author in meta.authors if author)),
        (said["revision"], revision),
        (said["date"], meta.date),
        (said["status"], meta.status),
        *meta.extra.items(),
    ]
    return [(label, words) for label, words in found if words.strip()]


def moment(text: str) -> datetime | None:
    """An ISO 8601 time, in UTC where it names no zone; None where it is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        at.timestamp()
    except (OverflowError, ValueError):
        return None
    return at


def stamp(text: str) -> str:
    """The time as XML's dateTime in UTC (2026-11-12T07:00:00Z); "" where there is none."""
    at = moment(text)
    try:
        return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError):
        return ""


def day(text: str) -> str:
    """The date of an ISO 8601 time as Germans read it: 14.10.2026; "" where there is none."""
    at = moment(text)
    return "" if at is None else f"{at.day:02}.{at.month:02}.{at.year}"
