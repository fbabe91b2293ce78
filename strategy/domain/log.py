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


def of(db: Session, paper: Paper) -> list[Event]:
    """A paper's entries, oldest first, with their people."""
    return list(
        db.scalars(
            select(Event)
            .where(Event.paper_id == paper.id)
            .order_by(Event.at, Event.id)
            .options(joinedload(Event.person))
        )
    )
