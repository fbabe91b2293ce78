"""The record of what happened: entries are only ever added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from strategy.store import sessions as stored
from strategy.store.bodies import Body
from strategy.store.log import Event
from strategy.store.papers import Paper
from strategy.store.people import Person


def note(
    db: Session,
    verb: str,
    *,
    by: Person | None,
    now: datetime,
    paper: Paper | None = None,
    body: Body | None = None,
    session: stored.Session | None = None,
    detail: str = "",
) -> None:
    """Add an entry, in the same transaction as what it tells of."""
    db.add(
        Event(
            at=now,
            person_id=by.id if by else None,
            paper_id=paper.id if paper else None,
            body_id=body.id if body else session.body_id if session else None,
            session_id=session.id if session else None,
            verb=verb,
            detail=detail,
        )
    )


def refused(
    db: Session,
    what: str,
    why: str,
    *,
    person_id: int,
    paper_id: int | None,
    session_id: int | None,
    now: datetime,
) -> None:
    """Add that something was tried and refused.

    what    where it was tried, e.g. decisions.begin
    why     the refusal's sentence, untranslated and without its facts
    """
    paper = db.get(Paper, paper_id) if paper_id else None
    session = db.get(stored.Session, session_id) if session_id else None
    db.add(
        Event(
            at=now,
            person_id=person_id,
            paper_id=paper.id if paper else None,
            session_id=session.id if session else None,
            body_id=session.body_id if session else paper.body_id if paper else None,
            verb="refused",
            detail=f"{what}: {why}"[:500],
        )
    )


def of(db: Session, paper: Paper) -> list[Event]:
    """A paper's entries, oldest first, with their people."""
    return list(
        db.scalars(
            select(Event)
            .where(Event.paper_id == paper.id, Event.verb != "refused")
            .order_by(Event.at, Event.id)
            .options(joinedload(Event.person))
        )
    )
