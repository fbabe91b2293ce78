"""A late amendment all the same: signatures, urgency voted by the board, and the one gate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.domain import (
    amendments,
    attendance,
    bodies,
    lead_time,
    log,
    policy,
    sessions,
    tablings,
    urgency,
)
from strategy.domain.lead_time import Votes
from strategy.domain.terms import Terms
from strategy.errors import Invalid, Late, NotAllowed
from strategy.store.amendments import Amendment, AmendmentBacking, AmendmentUrgency
from strategy.store.people import Person
from strategy.store.tablings import Tabling


def _standing(db: Db, amendment: Amendment) -> Tabling:
    found = tablings.standing(db, amendment.paper)
    if found is None:
        raise NotAllowed("This paper is not tabled.")
    return found


def terms(db: Db, amendment: Amendment) -> Terms:
    """The rules of the session that the amended paper is tabled for.

    raises  NotAllowed where it is not tabled
    """
    return sessions.terms_of(db, _standing(db, amendment).session)


def back(db: Db, amendment: Amendment, *, by: Person, now: datetime) -> None:
    """A voting member signs for an open amendment, openly. Its mover need not.

    raises  NotFound, NotAllowed by the policy and where it is not open
    """
    policy.require(policy.may_read, by, amendment.text)
    policy.require_body(policy.may_vote, by, amendment.paper.body)
    amendments.hold(db, amendment)
    if amendment.state != "moved" or amendment.paper.state != "tabled":
        raise NotAllowed("This amendment is not open any more.")
    if amendment.mover_id == by.id:
        raise NotAllowed("You stand for this amendment already.")
    if db.get(AmendmentBacking, (amendment.id, by.id)) is None:
        db.add(AmendmentBacking(amendment_id=amendment.id, person_id=by.id, at=now))
        db.flush()
        log.note(db, "amendment.backed", by=by, now=now, paper=amendment.paper,
                 detail=amendment.name)  # fmt: skip


def backers(db: Db, amendment: Amendment) -> Sequence[AmendmentBacking]:
    """Who has signed for it, first ones first."""
    query = (
        select(AmendmentBacking)
        .where(AmendmentBacking.amendment_id == amendment.id)
        .order_by(AmendmentBacking.at, AmendmentBacking.person_id)
        .options(joinedload(AmendmentBacking.person))
    )
    return db.scalars(query).all()


def urgency_of(db: Db, amendment: Amendment) -> AmendmentUrgency | None:
    """The vote on its urgency, if there was one."""
    return db.get(AmendmentUrgency, amendment.id)


def vote(
    db: Db,
    amendment: Amendment,
    *,
    because: str,
    yes: int,
    no: int,
    abstain: int,
    by: Person,
    now: datetime,
) -> AmendmentUrgency:
    """Record the board's vote on whether to decide on a late amendment all the same. Once.

    raises  NotFound, NotAllowed by the policy and where there is nothing to vote on; Invalid
    """
    policy.require(policy.may_read, by, amendment.text)
    policy.require(policy.may_merge, by, amendment.paper)
    session = _standing(db, amendment).session
    sessions.held(db, session)
    amendments.hold(db, amendment)
    if session.state != "running":
        raise NotAllowed("Urgency is voted on in the session, once it is open.")
    motion = amendment.motion
    if amendment.state != "moved" or motion is None:
        raise NotAllowed("This amendment is not open any more.")
    if motion.late_by is None:
        raise NotAllowed("This amendment came in time: it needs no urgency.")
    majority = sessions.terms_of(db, session).urgency
    if not majority:
        raise NotAllowed("The rules of procedure know no vote on urgency.")
    if urgency_of(db, amendment) is not None:
        raise NotAllowed("The vote on urgency has been recorded already. It stands.")
    because = because.strip()
    if not because:
        raise Invalid("because", "Please fill this in.")
    there = attendance.require_quorum(db, session)
    urgency.check_votes(yes, no, abstain, there.present)
    votes = Votes(yes, no, abstain, there.present, there.members)
    made = AmendmentUrgency(
        amendment_id=amendment.id, because=because, yes=yes, no=no, abstain=abstain,
        present=there.present, members=there.members, majority=majority,
        is_granted=lead_time.reached(majority, votes), by_id=by.id, at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    verb = "urgency.granted" if made.is_granted else "urgency.refused"
    log.note(db, verb, by=by, now=now, paper=amendment.paper, session=session)
    return made


def admit(db: Db, amendment: Amendment) -> None:
    """The one gate: let a late amendment into the text, or say why not.

    raises  Late
    """
    motion = amendment.motion
    if motion is None or motion.late_by is None:
        return
    voted = urgency_of(db, amendment)
    if voted is not None and voted.is_granted:
        return
    needed = terms(db, amendment).amendment_backers
    signed = (
        select(func.count())
        .select_from(AmendmentBacking)
        .where(
            AmendmentBacking.amendment_id == amendment.id,
            bodies.votes_now(AmendmentBacking.person_id, amendment.paper.body_id),
        )
    )
    if needed and (db.scalar(signed) or 0) >= needed:
        return
    if needed:
        raise Late(
            "%(name)s came too late: it needs %(needed)s signatures, or urgency granted by a"
            " recorded vote, before it can be adopted.",
            name=amendment.name,
            needed=needed,
        )
    raise Late(
        "%(name)s came too late: urgency must be granted by a recorded vote before it can be"
        " adopted.",
        name=amendment.name,
    )
