"""Who may change a session's day, and how far it moves where members have put something onto it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from strategy.domain import dates, days, policy
from strategy.errors import NotAllowed
from strategy.store.agenda import Item
from strategy.store.demands import DemandSession, Met, Signature
from strategy.store.people import Person
from strategy.store.sessions import Move, Session

FURTHEST = timedelta(days=14)
"""Beyond the earliest day on which a session stood, with something of members on its agenda."""


def may_change(db: Db, session: Session, *, by: Person) -> bool:
    """Chair and office; a session that members convened: only who has signed the demand for it."""
    demand = _of_members(db, session)
    if demand is None:
        return policy.may_run_sessions(by, session.body)
    return policy.may_vote(by, session.body) and db.get(Signature, (demand, by.id)) is not None


def require(db: Db, session: Session, *, by: Person) -> None:
    """As `may_change`. raises  NotFound, NotAllowed"""
    policy.require_body(policy.may_see_body, by, session.body)
    if may_change(db, session, by=by):
        return
    if _of_members(db, session) is not None:
        raise NotAllowed("The members have convened this session: only who signed changes it.")
    policy.require_body(policy.may_run_sessions, by, session.body)


def _of_members(db: Db, session: Session) -> int | None:
    """The id of the demand whose signers have convened the session themselves."""
    return db.scalar(
        select(DemandSession.demand_id).where(
            DemandSession.session_id == session.id, DemandSession.by_members
        )
    )


def check(db: Db, session: Session, starts_at: datetime, *, lang: str) -> None:
    """Refuse a later day than what members have put onto the agenda can wait for.

    lang    in which the refusal names the day
    raises  NotAllowed
    """
    zone = session.body.zone
    last = last_day(db, session)
    if last is not None and days.local_day(starts_at, zone) > last:
        raise NotAllowed(
            "Members have put something onto this agenda: the session can be moved until"
            " %(day)s, no further.",
            day=dates.weekday(last, lang),
        )


def last_day(db: Db, session: Session) -> date | None:
    """The last day to which the session may be moved; None: as far as chair and office like.

    With something on its agenda that members forced, it is fourteen days after the earliest day
    on which the session ever stood, so that several moves do not add up. What answers a demand
    stays within the period that was stamped when enough had signed. It may stay where it is.
    """
    zone = session.body.zone
    found = []
    query = select(Item.id).where(Item.session_id == session.id, Item.is_forced).limit(1)
    if db.scalar(query) is not None:
        was = db.scalars(select(Move.was_at).where(Move.session_id == session.id))
        found.append(days.local_day(min([session.starts_at, *was]), zone) + FURTHEST)
    owed_by = db.scalar(
        select(Met.owed_by)
        .join(DemandSession, DemandSession.demand_id == Met.demand_id)
        .where(DemandSession.session_id == session.id)
    )
    if owed_by is not None:
        found.append(days.last_before(owed_by, zone))
    return max(min(found), days.local_day(session.starts_at, zone)) if found else None
