"""Line numbers of revisions: made by typesetting once, then the same for everybody, for good."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from strategy import clock
from strategy.catalog import later, say
from strategy.domain import files, jobs, revisions
from strategy.errors import NotAllowed
from strategy.store.base import make_session
from strategy.store.jobs import Job
from strategy.store.lines import FrozenLines
from strategy.store.papers import Paper
from strategy.store.revisions import Revision
from strategy.text.fingerprint import fingerprint
from strategy.text.lines import LineMap, Place, Ruled
from strategy.text.shapes import Meta
from strategy.text.write.numbering import line_map
from strategy.text.write.paper import Frozen
from strategy.text.write.paper import Paper as Written
from strategy.text.write.typesetter import UntypesetError

CITED = frozenset({"finalised", "tabled", "decided"})
"""States of a paper whose revisions are cited by line."""


def find(db: Session, paper: Paper, revision: int) -> LineMap | None:
    """The revision's frozen lines, None as long as nobody has asked for them.

    A text that was frozen before, in another revision of the paper, keeps those lines.
    """
    mark = select(Revision.fingerprint).where(
        Revision.paper_id == paper.id, Revision.number == revision
    )
    return of_text(db, paper, db.scalar(mark) or "")


def of_text(db: Session, paper: Paper, mark: str) -> LineMap | None:
    """The lines that a text of the paper was frozen with first, found by its fingerprint."""
    row = db.scalar(
        select(FrozenLines)
        .join(
            Revision,
            (Revision.paper_id == FrozenLines.paper_id) & (Revision.number == FrozenLines.revision),
        )
        .where(FrozenLines.paper_id == paper.id, Revision.fingerprint == mark)
        .order_by(FrozenLines.revision)
        .limit(1)
    )
    return None if row is None else LineMap.from_json(row.version, row.lines)


def of(db: Session, paper: Paper, revision: int) -> LineMap:
    """The revision's lines, frozen now where they were not yet.

    Where a transaction is writing, nothing is typeset: others wait for it. They are there by then
    in all likelihood, for a job makes them when a paper is tabled, and so does whoever reads it.

    raises  NotFound if there is no such revision; NotAllowed where the lines are not there yet and
            this transaction writes; UntypesetError
    """
    found = find(db, paper, revision)
    if found is not None:
        return found
    if db.get_bind().get_execution_options().get("writes"):
        raise NotAllowed("The line numbers are not there yet. Please try again in a moment.")
    made = line_map(_text(db, paper, revision))
    with make_session(db.get_bind().engine, writes=True) as own:
        kept = keep(own, paper.id, revision, made, now=clock.now())
        own.commit()
    return kept


def shown(db: Session, paper: Paper, revision: int) -> LineMap | None:
    """The lines that a page shows beside a revision: none in a text that is still written.

    Those of what was tabled, decided or finalised are frozen now where nobody did so before; a
    text that cannot be typeset has none. raises NotFound
    """
    found = find(db, paper, revision)
    if found is not None or paper.state not in CITED:
        return found
    try:
        return of(db, paper, revision)
    except UntypesetError:
        return None


def beside(db: Session, paper: Paper, text: revisions.Text) -> LineMap | None:
    """The lines of a text that is compared: those that a page shows beside it."""
    if text.revision is not None:
        return shown(db, paper, text.revision.number)
    return of_text(db, paper, fingerprint(text.doc))


def today(db: Session, paper: Paper, doc: dict[str, Any]) -> LineMap | None:
    """The lines of the text of today, where it is cited and they are frozen already."""
    return of_text(db, paper, fingerprint(doc)) if paper.state in CITED else None


def freeze(db: Session, paper: Paper, revision: int, *, now: datetime) -> LineMap:
    """The revision's lines, made and kept within this transaction: for tests and the demo."""
    found = find(db, paper, revision)
    if found is not None:
        return found
    return keep(db, paper.id, revision, line_map(_text(db, paper, revision)), now=now)


def keep(db: Session, paper: int, revision: int, made: LineMap, *, now: datetime) -> LineMap:
    """Freeze a revision's lines; what somebody froze meanwhile stands and is returned."""
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    db.execute(
        insert(FrozenLines)
        .values(
            paper_id=paper,
            revision=revision,
            version=made.version,
            lines=made.to_json(),
            made_at=now,
        )
        .on_conflict_do_nothing()
    )
    row = db.get_one(FrozenLines, (paper, revision))
    return LineMap.from_json(row.version, row.lines)


def _text(db: Session, paper: Paper, revision: int) -> Written:
    """What is typeset to find the lines: the text alone. raises NotFound."""
    doc = json.loads(revisions.find(db, paper, revision).doc)
    data = files.data_of(db, paper, files.used_in(doc))
    return Written(doc, Meta(title=paper.title, lang=paper.lang), files=data)


def frozen(db: Session, paper: Paper, text: revisions.Text) -> Frozen | None:
    """A text with its frozen lines, for whoever prints it; None where it has none."""
    mark = text.revision.fingerprint if text.revision else fingerprint(text.doc)
    found = of_text(db, paper, mark)
    return None if found is None else Frozen(text.doc, found)


def ruled(db: Session, paper: Paper, revision: int) -> Ruled:
    """The revision's text with its lines, to find places in it. raises as `of`."""
    lines = of(db, paper, revision)
    return Ruled(json.loads(revisions.find(db, paper, revision).doc), lines)


# Citing


@dataclass(frozen=True)
class _Words:
    one: str
    many: str


IN_WORDS = {
    "in": _Words(later("line %(first)s"), later("lines %(first)s–%(last)s")),
    "after": _Words(later("after line %(last)s"), later("after line %(last)s")),
    "before": _Words(later("before line %(first)s"), later("before line %(first)s")),
}


def cite(place: Place, lang: str) -> str:
    """A place in words: "Zeile 17", "Zeilen 17–19", "nach Zeile 17"."""
    words = IN_WORDS[place.relation]
    message = words.one if place.first == place.last else words.many
    return say(lang, message, first=place.first, last=place.last)


def short(place: Place) -> str:
    """A place as numbers carry it: Z17, Z17-19."""
    return f"Z{place.first}" + (f"-{place.last}" if place.last != place.first else "")


# The job


def ask(db: Session, paper: Paper, revision: int, *, now: datetime) -> Job | None:
    """Have the lines made soon, in the same transaction as what they are for; None if they are."""
    if find(db, paper, revision) is not None:
        return None
    return jobs.add(db, "lines", {"paper": paper.id, "revision": revision}, now=now)


def work(db: Session, job: Job, _progress: jobs.Progress) -> None:
    """Do such a job; what is already there stays."""
    asked = json.loads(job.body)
    paper = db.get(Paper, asked["paper"])
    if paper is None or find(db, paper, asked["revision"]) is not None:
        return
    text, engine = _text(db, paper, asked["revision"]), db.get_bind().engine
    db.rollback()
    made = line_map(text)
    with make_session(engine, writes=True) as own:
        keep(own, asked["paper"], asked["revision"], made, now=clock.now())
        own.commit()
