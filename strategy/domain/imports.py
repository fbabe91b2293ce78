"""Files from elsewhere become papers, or new text of a paper that is there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from strategy.domain import comments, files, revisions, suggestions
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.text.read import Reading, ReportLine, Unreadable, detect, read
from strategy.text.read.files import check_image

__all__ = ["Unreadable", "keep", "lines", "parse", "replace"]


def parse(data: bytes, filename: str) -> Reading:
    """Read an uploaded file in a child process. No transaction may be writing meanwhile.

    raises  Unreadable with what is wrong with it
    """
    return read(data, detect(data, filename))


def keep(db: Session, paper: Paper, reading: Reading, *, by: Person, now: datetime) -> None:
    """Keep the images and comments of a file that a new paper was started from."""
    _keep_files(db, paper, reading, by=by, now=now)
    suggestions.bring_in(db, paper, reading.changes)
    comments.bring_in(db, paper, reading.comments, by=by, now=now)


def replace(db: Session, paper: Paper, reading: Reading, *, by: Person, now: datetime) -> int:
    """Put the file's text in the paper's place, as new steps; how many.

    The text as it was is kept as a revision first.
    """
    _keep_files(db, paper, reading, by=by, now=now)
    suggestions.bring_in(db, paper, reading.changes)
    count = revisions.rewrite(db, paper, reading.doc, "", by=by, now=now)
    comments.bring_in(db, paper, reading.comments, by=by, now=now)
    return count


def lines(reading: Reading) -> list[ReportLine]:
    """What the import shows, line by line."""
    return list(reading.report)


def _keep_files(db: Session, paper: Paper, reading: Reading, *, by: Person, now: datetime) -> None:
    for data in reading.files.values():
        files.keep(db, paper, check_image(data), by=by, now=now)
