"""Rules of procedure: versions of a body's terms, each holding from a day on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from strategy.domain import days, lead_time, log, policy
from strategy.domain.terms import Terms, checked, from_json, to_json
from strategy.errors import Invalid
from strategy.store.bodies import Body
from strategy.store.people import Person
from strategy.store.rules import Rules
from strategy.store.sessions import Session as Meeting

LONGEST_SOURCE = 300
FURTHEST = timedelta(days=3 * 366)
"""How far ahead rules may begin to hold."""

OURS = Terms()
"""What holds where a body has said nothing yet."""


@dataclass(frozen=True)
class Held:
    """Rules with their terms read."""

    rules: Rules | None
    """None: nobody has said anything yet."""
    terms: Terms


def of(rules: Rules | None) -> Terms:
    """The terms of a version."""
    return from_json(rules.terms) if rules is not None else OURS


def holding(db: Session, body: Body, day: date) -> Held:
    """What holds on a day: the version that began last."""
    found = db.scalar(
        select(Rules)
        .where(Rules.body_id == body.id, Rules.holds_from <= day)
        .order_by(Rules.holds_from.desc(), Rules.number.desc())
        .limit(1)
    )
    return Held(found, of(found))


def of_bodies(db: Session, bodies: Iterable[int]) -> Sequence[Rules]:
    """Every version of some bodies' rules."""
    return db.scalars(select(Rules).where(Rules.body_id.in_(list(bodies)))).all()


def versions(db: Session, body: Body) -> list[Rules]:
    """Every version, newest first, with who made it."""
    return list(
        db.scalars(
            select(Rules)
            .where(Rules.body_id == body.id)
            .order_by(Rules.number.desc())
            .options(joinedload(Rules.made_by))
        )
    )


def change(
    db: Session,
    body: Body,
    terms: Terms,
    *,
    holds_from: date,
    source: str,
    by: Person,
    now: datetime,
) -> Rules:
    """Add a version. Sessions that have their rules already keep them.

    holds_from  today or later, in the body's zone: rules do not reach back
    raises      NotFound, NotAllowed by the policy; Invalid naming the field
    """
    policy.require_body(policy.may_change_rules, by, body)
    today = days.local_day(now, body.zone)
    if holds_from < today:
        raise Invalid("holds_from", "Rules hold from today on at the earliest.")
    if holds_from > today + FURTHEST:
        raise Invalid("holds_from", "This day is too far ahead.")
    checked(terms)
    db.execute(select(Body.id).where(Body.id == body.id).with_for_update())
    _keep_what_has_passed(db, body, now)
    last = db.scalar(select(func.max(Rules.number)).where(Rules.body_id == body.id))
    made = Rules(
        body_id=body.id,
        number=(last or 0) + 1,
        holds_from=holds_from,
        terms=to_json(terms),
        source=" ".join(source.split())[:LONGEST_SOURCE],
        made_by_id=by.id,
        made_by=by,
        made_at=now,
    )
    db.add(made)
    db.flush()
    log.note(db, "rules.changed", by=by, now=now, body=body, detail=str(made.number))
    return made


def _keep_what_has_passed(db: Session, body: Body, now: datetime) -> None:
    """Sessions ahead whose papers were due already keep the rules by which they were due."""
    ahead = select(Meeting).where(
        Meeting.body_id == body.id, Meeting.rules_id.is_(None), Meeting.starts_at > now,
        Meeting.state == "planned",
    )  # fmt: skip
    for session in db.scalars(ahead):
        held = holding(db, body, days.local_day(session.starts_at, body.zone))
        every = (
            lead_time.deadlines(held.terms, session.starts_at, zone=body.zone, kind=kind).submission
            for kind in held.terms.submission
        )
        if any(each is not None and each <= now for each in every):
            pin(db, session, now=now)


def pin(db: Session, session: Meeting, *, now: datetime) -> None:
    """Let the session keep the rules that hold for it, if it does not keep some already."""
    if session.rules_id is None:
        day = days.local_day(session.starts_at, session.body.zone)
        found = holding(db, session.body, day).rules
        session.rules = found or begin(db, session.body, now=now)
        session.rules_id = session.rules.id
        db.flush()


def begin(db: Session, body: Body, *, now: datetime) -> Rules:
    """Write down what holds where nobody has said anything: a session needs rules to keep."""
    db.execute(select(Body.id).where(Body.id == body.id).with_for_update())
    found = db.scalar(select(Rules).where(Rules.body_id == body.id).order_by(Rules.number).limit(1))
    last = db.scalar(select(func.max(Rules.number)).where(Rules.body_id == body.id))
    if found is not None and found.made_by_id is None:
        return found
    made = Rules(
        body_id=body.id,
        number=(last or 0) + 1,
        holds_from=days.local_day(body.made_at, body.zone),
        terms=to_json(OURS),
        source="",
        made_by_id=None,
        made_at=now,
    )
    db.add(made)
    db.flush()
    return made
