"""A paper leaves: what is asked for, gathered from the database, then written to a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from strategy.catalog import later, say
from strategy.domain import (
    attachments,
    comments,
    dates,
    files,
    lines,
    papers,
    places,
    revisions,
    steps,
    suggestions,
)
from strategy.domain.origins import Origin
from strategy.errors import Invalid, NotFound
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.text.fingerprint import fingerprint
from strategy.text.lines import LineMap
from strategy.text.positions import plain_text
from strategy.text.shapes import Change, Comment, Meta, Reply
from strategy.text.tracked import is_tracked
from strategy.text.write import synopsis, write
from strategy.text.write.normalise import View
from strategy.text.write.paper import Frozen

MIME = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "epub": "application/epub+zip",
    "json": "application/json",
}
RETURN = frozenset({"docx", "odt"})
"""Formats that are edited elsewhere and come back: they say what was exported."""
CLEAN_ONLY = frozenset({"md", "epub"})
LONG = 120_000
"""Characters from which an export is made in the background, with progress: about 50 pages."""

STATES = {
    "draft": later("Draft"),
    "consultation": later("Consultation"),
    "finalised": later("Finalised"),
    "tabled": later("Tabled"),
    "decided": later("Decided"),
    "withdrawn": later("Withdrawn"),
}
MINUTES = {
    "draft": later("Draft"),
    "consultation": later("Sent, not approved yet"),
    "finalised": later("Approved"),
}
"""The states that minutes go through, in words."""


@dataclass(frozen=True)
class Wanted:
    """What is to be written."""

    format: str = "pdf"
    revision: int | None = None
    """Its number; None: the living text."""
    against: str = ""
    """An older revision's number, or "read": then a redline against it."""
    comments: bool = False
    lines: str = "continuous"
    """continuous | page | fifth | none"""
    columns: bool = False
    """Whether the two texts stand beside each other (PDF and DOCX), as a synopsis."""
    tracked: bool = True
    """Whether tracked changes that stand in the text are shown, where the format can."""


@dataclass(frozen=True)
class Columns:
    """Two texts that stand beside each other, with their lines where these are frozen."""

    before: dict[str, Any]
    after: dict[str, Any]
    lines: LineMap | None
    lines_after: LineMap | None


@dataclass(frozen=True)
class Order:
    """Everything that a writer needs: nothing of it lives in the database any more."""

    format: str
    doc: dict[str, Any]
    meta: Meta
    comments: tuple[Comment, ...]
    changes: dict[str, Change]
    files: dict[str, bytes]
    view: View
    lines: str
    name: str
    """The file's name."""
    frozen: Frozen | None = None
    """Whose line numbers a PDF keeps."""
    columns: Columns | None = None
    """The two texts of a synopsis; `doc` is their redline."""

    @property
    def is_long(self) -> bool:
        """Whether it is made in the background."""
        longest = LONG // 4 if self.columns else LONG  # typeset three times for lines, then set
        return len(plain_text(self.doc)) > longest


def gather(db: Session, paper: Paper, wanted: Wanted, *, by: Person | None, now: datetime) -> Order:
    """Everything that the wanted file is made of.

    by      for whom; only needed for a redline against what they last read
    raises  Invalid for what cannot be asked for, NotFound for a missing revision
    """
    if wanted.format not in MIME:
        raise Invalid("format", "There is no such format.")
    if wanted.lines not in {"continuous", "page", "fifth", "none"}:
        raise Invalid("lines", "There is no such line numbering.")
    if wanted.against and wanted.format in CLEAN_ONLY:
        raise Invalid("against", "This format cannot show changes. Please choose another one.")
    if wanted.columns and (not wanted.against or wanted.format not in synopsis.FORMATS):
        raise Invalid("columns", "Two columns need two texts, and PDF or Word as the format.")
    name = "now" if wanted.revision is None else str(wanted.revision)
    new = revisions.text(db, paper, name)
    old = None
    if wanted.against:
        read = papers.read_up_to(db, paper, by=by) if by else None
        old = revisions.text(db, paper, wanted.against, read=read)
    return _ordered(db, paper, wanted, new, old, now)


def again(db: Session, paper: Paper, origin: Origin, format: str) -> Order:
    """An earlier export once more, as it was, in one of the formats that come back.

    raises  NotFound where the paper never had that text
    """
    if origin.revision is None:
        new = _text_at(db, paper, origin.version)
    else:
        new = revisions.text(db, paper, str(origin.revision))
    old = None if origin.against is None else _text_at(db, paper, origin.against)
    wanted = Wanted(
        format=format,
        against="" if old is None else old.name,
        comments=origin.comments,
        tracked=origin.tracked,
    )
    return _ordered(db, paper, wanted, new, old, origin.at)


def _text_at(db: Session, paper: Paper, version: int) -> revisions.Text:
    if not 0 <= version <= paper.version:
        raise NotFound("There is no such version.")
    return revisions.Text("then", version, steps.document_at(db, paper, version))


def _ordered(
    db: Session,
    paper: Paper,
    wanted: Wanted,
    new: revisions.Text,
    old: revisions.Text | None,
    now: datetime,
) -> Order:
    doc = new.doc
    view: View = "clean"
    changes = suggestions.of(db, paper)
    placed = _comments(db, paper, new) if wanted.comments else []
    if old is not None:
        doc, view = revisions.redline(old, new), "marked"
        placed = [_into(new.doc, doc, comment) for comment in placed]
        author = new.revision.author.name if new.revision else paper.lead.name
        at = (new.revision.made_at if new.revision else now).isoformat()
        changes = {**changes, "": Change(author, at)}
    elif wanted.tracked and wanted.format not in CLEAN_ONLY and is_tracked(doc):
        view = "marked"
    frozen = lines.frozen(db, paper, new) if wanted.format == "pdf" else None
    columns = None
    if wanted.columns and old is not None:
        both = (lines.beside(db, paper, text) for text in (old, new))
        columns = Columns(old.doc, new.doc, *both)
    meta = _meta(paper, new, old, now)
    meta = replace(meta, extra=attached(paper.lang, _attached(db, paper, new)))
    if wanted.format in RETURN and not wanted.columns:
        origin = Origin(
            paper=paper.id,
            version=new.version,
            revision=new.revision.number if new.revision else None,
            against=old.version if old else None,
            comments=wanted.comments,
            tracked=wanted.tracked,
            at=now,
            fingerprint=fingerprint(new.doc),
        )
        meta = replace(meta, origin=str(origin))
    return Order(
        format=wanted.format,
        doc=doc,
        meta=meta,
        comments=tuple(placed),
        changes=changes,
        files=files.data_of(db, paper, files.used_in(doc)),
        view=view,
        lines="continuous" if frozen and wanted.lines == "page" else wanted.lines,
        name=_name(paper, wanted),
        frozen=frozen,
        columns=columns,
    )


def produce(order: Order, progress: Callable[[float], None] | None = None) -> bytes:
    """The file. Slow work: no transaction should be writing meanwhile."""
    if order.columns is not None:
        return synopsis.write_synopsis(_synopsis(order, order.columns), order.format, progress)
    return write(
        order.doc,
        order.format,
        meta=order.meta,
        comments=order.comments,
        changes=order.changes,
        files=order.files,
        view=order.view,
        lines=order.lines,
        frozen=order.frozen,
        progress=progress,
    )


def _synopsis(order: Order, two: Columns) -> synopsis.Synopsis:
    """The two texts row by row; lines that nobody has frozen are those of the text's own PDF."""
    before = two.lines or synopsis.numbers(two.before, order.files)
    after = two.lines_after or synopsis.numbers(two.after, order.files)
    rows = synopsis.entries(order.doc, before, after, before=two.before, after=two.after)
    meta = order.meta
    return synopsis.Synopsis(meta, meta.against, meta.revision, rows, order.changes, order.files)


def _meta(paper: Paper, new: revisions.Text, old: revisions.Text | None, now: datetime) -> Meta:
    lang = paper.lang
    at = new.revision.made_at if new.revision else now
    day = at.astimezone(ZoneInfo(paper.body.zone)).date()
    written = dates.long_date(day, lang)
    co_authors = [each.person.name for each in paper.authors if each.part == "co_author"]
    return Meta(
        title=paper.title,
        number=paper.number,
        body=paper.body.name,
        authors=(paper.lead.name, *co_authors),
        kind="minutes" if paper.kind == "minutes" else "number",
        status=say(lang, (MINUTES if paper.kind == "minutes" else STATES)[paper.state]),
        revision=_revision_name(new, lang),
        against=_revision_name(old, lang) if old else "",
        date=written,
        moment=at.astimezone(UTC).isoformat(),
        fingerprint=new.revision.fingerprint if new.revision else fingerprint(new.doc),
        lang=lang,
    )


def attached(lang: str, files: Sequence[tuple[str, int]]) -> dict[str, str]:
    """A line of the cover that names what is attached to a paper, by title and pages; or none."""
    if not files:
        return {}
    named = [
        f"{number}. {title} ({_pages(lang, pages)})"
        for number, (title, pages) in enumerate(files, start=1)
    ]
    return {say(lang, "Attachments"): "; ".join(named)}


def _pages(lang: str, count: int) -> str:
    return say(lang, "1 page") if count == 1 else say(lang, "%(count)s pages", count=count)


def _attached(db: Session, paper: Paper, text: revisions.Text) -> list[tuple[str, int]]:
    """The attachments of a text: those that it was last tabled with; of the living one its own."""
    if text.name == "now":
        return [(each.title, each.file.pages) for each in attachments.of_paper(db, paper)]
    if text.revision is None:
        return []
    return [
        (each.title, each.file.pages)
        for each in attachments.of_revision(db, paper, text.revision.number)
    ]


def _revision_name(text: revisions.Text, lang: str) -> str:
    if text.revision is None:
        return say(lang, "Working state")
    named = say(lang, "Revision %(number)s", number=text.revision.number)
    return f"{named}: {text.revision.title}" if text.revision.title else named


def _name(paper: Paper, wanted: Wanted) -> str:
    words = re.sub(r"[^\w]+", "-", paper.title).strip("-")[:60]
    parts = [paper.number.replace("/", "-"), words]
    if wanted.revision is not None:
        parts.append(f"Fassung-{wanted.revision}")
    if wanted.against:
        parts.append("Synopse" if wanted.columns else "Aenderungen")
    return "_".join(part for part in parts if part) + f".{wanted.format}"


def _comments(db: Session, paper: Paper, new: revisions.Text) -> list[Comment]:
    at = None if new.name == "now" else new.version
    return [
        Comment(
            author=each.comment.author_name or each.comment.author.name,
            text=each.comment.text,
            at=each.comment.made_at.isoformat(),
            start=each.place.start,
            end=each.place.end,
            quote=each.comment.exact,
            kind=each.comment.kind,
            resolved=each.comment.resolved_at is not None,
            replies=[
                Reply(
                    author=reply.author_name or reply.author.name,
                    text=reply.text,
                    at=reply.made_at.isoformat(),
                )
                for reply in each.answers
                if reply.deleted_at is None
            ]
            + _outcome(each.comment),
        )
        for each in comments.threads(db, paper, version=at, doc=new.doc)
        if each.comment.deleted_at is None or each.answers
    ]


def _outcome(comment: Any) -> list[Reply]:
    """The answer that closed a thread is its last reply."""
    if comment.resolved_at is None or not comment.answer or comment.resolved_by is None:
        return []
    return [Reply(comment.resolved_by.name, comment.answer, comment.resolved_at.isoformat())]


def _into(clean: dict[str, Any], marked: dict[str, Any], comment: Comment) -> Comment:
    """The comment's place in a redline of the text that it stands in."""
    if comment.start is None or comment.end is None:
        return comment
    spot = places.follow(clean, marked, comment.start, comment.end)
    return Comment(
        **{**comment.__dict__, "start": spot.start, "end": spot.end},
    )
