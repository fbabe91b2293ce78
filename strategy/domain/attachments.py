"""Attachments: foreign PDFs that a paper's authors add while its text may be changed.

A tabling remembers exactly which files it was tabled with: what comes later is a new tabling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, joinedload
from sqlalchemy.orm import Session as Db

from strategy.domain import log, policy
from strategy.errors import Invalid, NotFound
from strategy.store.attachments import AttachedFile, Attachment, TabledAttachment
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.tablings import Tabling
from strategy.text.read import PdfInfo

MOST = 20
"""Attachments of one paper."""
LONGEST_TITLE = 160
LONGEST_NAME = 120
_UNFIT = re.compile(
    r'[\\/:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+'
)
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Change:
    """What a tabling changed about its paper's attachments. `kind`: added | removed | renamed."""

    kind: str
    title: str
    sha256: str


@dataclass(frozen=True)
class Amount:
    """How much was tabled with a paper, and how many of it differ from the tabling before."""

    files: int
    pages: int
    added: int = 0
    removed: int = 0


NOTHING = Amount(0, 0)


def of_paper(db: Db, paper: Paper) -> Sequence[Attachment]:
    """The paper's attachments as they stand now, in their order."""
    query = (
        select(Attachment)
        .where(Attachment.paper_id == paper.id)
        .order_by(Attachment.place, Attachment.id)
        .options(joinedload(Attachment.file), joinedload(Attachment.by))
    )
    return db.scalars(query).all()


def add(
    db: Db, paper: Paper, pdf: PdfInfo, *, title: str, name: str, by: Person, now: datetime
) -> Attachment:
    """Attach a checked PDF, behind those that are there; the same bytes are stored once.

    title   what it is, in words
    name    the file's name, as it came
    raises  NotFound, NotAllowed by the policy; Invalid naming the field
    """
    _hold(db, paper, by)
    title = check_title(title)
    there = of_paper(db, paper)
    if len(there) >= MOST:
        raise Invalid("file", "A paper has at most %(most)s attachments.", most=MOST)
    same = next((each for each in there if each.sha256 == pdf.sha256), None)
    if same is not None:
        raise Invalid("file", "This file is attached already, as “%(title)s”.", title=same.title)
    file = _kept(db, pdf, now)
    made = Attachment(
        paper_id=paper.id,
        place=max((each.place for each in there), default=0) + 1,
        sha256=file.sha256,
        file=file,
        title=title,
        name=file_name(name),
        by_id=by.id,
        by=by,
        at=now,
    )
    db.add(made)
    db.flush()
    log.note(db, "paper.attached", by=by, now=now, paper=paper, detail=title)
    return made


def remove(db: Db, paper: Paper, attachment_id: int, *, by: Person, now: datetime) -> None:
    """Take an attachment off. What was tabled with it keeps it; else its bytes are deleted, too.

    raises  NotFound, NotAllowed by the policy; NotFound where it is not attached
    """
    _hold(db, paper, by)
    gone = _of(db, paper, attachment_id)
    sha256, title = gone.sha256, gone.title
    db.delete(gone)
    db.flush()
    _forget(db, sha256)
    log.note(db, "paper.detached", by=by, now=now, paper=paper, detail=title)


def move(db: Db, paper: Paper, attachment_id: int, by_places: int, *, by: Person) -> None:
    """Move an attachment forward (below 0) or back in their order; at an end it stays.

    raises  NotFound, NotAllowed by the policy; NotFound where it is not attached
    """
    _hold(db, paper, by)
    moved = _of(db, paper, attachment_id)
    order = [each for each in of_paper(db, paper) if each is not moved]
    before = sum(each.place < moved.place for each in order)
    order.insert(max(0, min(len(order), before + by_places)), moved)
    for place, each in enumerate(order, start=1):
        each.place = place
    db.flush()


def rename(
    db: Db, paper: Paper, attachment_id: int, title: str, *, by: Person, now: datetime
) -> None:
    """Give an attachment another title.

    raises  NotFound, NotAllowed by the policy; NotFound where it is not attached; Invalid
    """
    _hold(db, paper, by)
    renamed = _of(db, paper, attachment_id)
    title = check_title(title)
    if renamed.title != title:
        renamed.title = title
        log.note(db, "paper.attachment_renamed", by=by, now=now, paper=paper, detail=title)
    db.flush()


def check_title(title: str) -> str:
    """The title, fit to be kept.

    raises  Invalid naming `title` where it says nothing in words
    """
    title = " ".join(title.split())
    if not _WORD.search(title) or title.lower().endswith(".pdf"):
        raise Invalid(
            "title", "Please say in words what the attachment is, e.g. “Budget plan of 2027”."
        )
    if len(title) > LONGEST_TITLE:
        raise Invalid("title", "This is too long: at most %(most)s characters.", most=LONGEST_TITLE)
    return title


def file_name(name: str) -> str:
    """The file's name without folders or signs that a system does not keep; ends in .pdf."""
    words = _UNFIT.sub(" ", re.split(r"[\\/]", name)[-1])
    stem = re.sub(r"(?i)\.pdf$", "", " ".join(words.split())).strip(". ")
    return (stem[:LONGEST_NAME].strip() or "Anlage") + ".pdf"


def find(db: Db, paper: Paper, sha256: str) -> tuple[str, bytes]:
    """A file of the paper, as attached now or ever tabled with it: its name and its bytes.

    raises  NotFound
    """
    now = select(Attachment.name).where(
        Attachment.paper_id == paper.id, Attachment.sha256 == sha256
    )
    then = (
        select(TabledAttachment.name)
        .join(Tabling, Tabling.id == TabledAttachment.tabling_id)
        .where(Tabling.paper_id == paper.id, TabledAttachment.sha256 == sha256)
        .order_by(Tabling.number.desc())
        .limit(1)
    )
    name = db.scalar(now) or db.scalar(then)
    if name is None:
        raise NotFound("There is no such file.")
    return name, db.scalars(select(AttachedFile.data).where(AttachedFile.sha256 == sha256)).one()


def freeze(db: Db, tabling: Tabling) -> Sequence[TabledAttachment]:
    """Write down with which files the paper is tabled: those of now, in their order; a carried
    tabling keeps those of the one that it goes back to."""
    found: list[Attachment | TabledAttachment]
    if tabling.carried_from_id is not None:
        before = tabling.carried_from_id
        found = [*of_tablings(db, [before]).get(before, [])]
    else:
        found = [*of_paper(db, tabling.paper)]
    kept = [
        TabledAttachment(
            tabling_id=tabling.id,
            number=number,
            sha256=each.sha256,
            file=each.file,
            title=each.title,
            name=each.name,
            by_id=each.by_id,
            at=each.at,
        )
        for number, each in enumerate(found, start=1)
    ]
    db.add_all(kept)
    db.flush()
    return kept


def of_tablings(
    db: Db, tablings: Iterable[int], *, with_data: bool = False
) -> dict[int, list[TabledAttachment]]:
    """What each tabling was tabled with, by the tablings' ids. One query; none for none.

    with_data   whether the files' bytes are read as well
    """
    wanted = list(tablings)
    found: dict[int, list[TabledAttachment]] = {}
    if not wanted:
        return found
    file = joinedload(TabledAttachment.file)
    query = (
        select(TabledAttachment)
        .where(TabledAttachment.tabling_id.in_(wanted))
        .order_by(TabledAttachment.tabling_id, TabledAttachment.number)
        .options(file.undefer(AttachedFile.data) if with_data else file)
    )
    for each in db.scalars(query):
        found.setdefault(each.tabling_id, []).append(each)
    return found


def of_revision(db: Db, paper: Paper, revision: int) -> list[TabledAttachment]:
    """What the revision was last tabled with."""
    tabling = db.scalar(
        select(func.max(Tabling.id)).where(
            Tabling.paper_id == paper.id, Tabling.revision == revision
        )
    )
    return [] if tabling is None else of_tablings(db, [tabling]).get(tabling, [])


def amounts_of(tabling: InstrumentedAttribute[int]) -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:
    """Columns of a query over tablings: pages of a tabling's files, and their hashes in a row."""

    def of(column: ColumnElement[Any]) -> ScalarSelect[Any]:
        return (
            select(column)
            .select_from(TabledAttachment)
            .join(AttachedFile, AttachedFile.sha256 == TabledAttachment.sha256)
            .where(TabledAttachment.tabling_id == tabling)
            .correlate(Tabling)
            .scalar_subquery()
        )

    hashes = func.aggregate_strings(TabledAttachment.sha256, " ")
    return of(func.sum(AttachedFile.pages)), of(hashes)


def amount(pages: int | None, hashes: str | None, before: str | None) -> Amount:
    """From what `amounts_of` gives of a tabling, and the hashes of the one before it."""
    new, old = set((hashes or "").split()), set((before or "").split())
    return Amount(len(new), pages or 0, len(new - old), len(old - new))


def are_as_tabled(db: Db, paper: Paper, tabling: Tabling) -> bool:
    """Whether files, titles and order are those of the tabling."""
    then = of_tablings(db, [tabling.id]).get(tabling.id, [])
    now = of_paper(db, paper)
    return [(each.sha256, each.title) for each in now] == [
        (each.sha256, each.title) for each in then
    ]


def changes(before: Iterable[TabledAttachment], after: Iterable[TabledAttachment]) -> list[Change]:
    """What differs between the files of two tablings: first those of `after`, then the removed."""
    old = {each.sha256: each for each in before}
    new = {each.sha256: each for each in after}
    found = [
        Change("renamed" if sha256 in old else "added", each.title, sha256)
        for sha256, each in new.items()
        if sha256 not in old or old[sha256].title != each.title
    ]
    removed = [Change("removed", old[sha256].title, sha256) for sha256 in old if sha256 not in new]
    return found + removed


def changed(db: Db, before: Tabling, after: Tabling) -> list[Change]:
    """What differs between the files of two tablings, as `changes` says it."""
    found = of_tablings(db, [before.id, after.id])
    return changes(found.get(before.id, []), found.get(after.id, []))


def _hold(db: Db, paper: Paper, by: Person) -> None:
    """Hold the paper until the transaction ends: nobody tables it meanwhile."""
    policy.require(policy.may_attach, by, paper)
    db.execute(select(Paper.id).where(Paper.id == paper.id).with_for_update())
    db.refresh(paper)
    policy.require(policy.may_attach, by, paper)


def _of(db: Db, paper: Paper, attachment_id: int) -> Attachment:
    found = db.get(Attachment, attachment_id)
    if found is None or found.paper_id != paper.id:
        raise NotFound("There is no such attachment.")
    return found


def _kept(db: Db, pdf: PdfInfo, now: datetime) -> AttachedFile:
    """The file's row, held until the transaction ends so that nobody forgets it meanwhile."""
    held = select(AttachedFile).where(AttachedFile.sha256 == pdf.sha256).with_for_update()
    file = db.scalar(held)
    if file is None:
        file = AttachedFile(
            sha256=pdf.sha256, pages=pdf.pages, size=len(pdf.data), data=pdf.data, made_at=now
        )
        try:
            with db.begin_nested():
                db.add(file)
        except IntegrityError:  # somebody attaches the same file elsewhere, and was quicker
            file = db.scalars(held).one()
    return file


def _forget(db: Db, sha256: str) -> None:
    """Delete bytes that nothing shows any more."""
    held = select(AttachedFile.sha256).where(AttachedFile.sha256 == sha256)
    db.execute(held.with_for_update())
    for kept in (Attachment, TabledAttachment):
        if db.scalar(select(func.count()).select_from(kept).where(kept.sha256 == sha256)):
            return
    db.execute(delete(AttachedFile).where(AttachedFile.sha256 == sha256))
