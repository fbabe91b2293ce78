"""Who attends a session, and whether they are enough to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db

from strategy.domain import bodies, policy, sessions
from strategy.domain.terms import Terms
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.bodies import Body, Member
from strategy.store.people import Person
from strategy.store.sessions import Attendance, Session


def attend(
    db: Db, session: Session, person_id: int, state: str, *, by: Person, now: datetime
) -> None:
    """Note that a member is there, excused, or has left."""
    policy.require_body(policy.may_run_sessions, by, session.body)
    sessions.held(db, session)
    if session.state not in ("convened", "running"):
        raise NotAllowed("The list of attendance is closed.")
    if state not in ("present", "excused", "left"):
        raise Invalid("state", "There is no such choice.")
    if state != "excused" and session.state != "running":
        raise NotAllowed("Please open the session first.")
    if db.get(Member, (session.body_id, person_id)) is None:
        raise NotFound("There is no such person in this body.")
    kept = db.get(Attendance, (session.id, person_id))
    if kept is None:
        kept = Attendance(session_id=session.id, person_id=person_id, state=state)
        db.add(kept)
    kept.state = state
    if state == "present":
        kept.came_at, kept.left_at = kept.came_at or now, None
    elif state == "left":
        kept.left_at = now
    db.flush()


def known(db: Db, session: Session) -> dict[int, Attendance]:
    """Who is there, excused or has left, by person."""
    query = select(Attendance).where(Attendance.session_id == session.id)
    return {each.person_id: each for each in db.scalars(query)}


@dataclass(frozen=True)
class Quorum:
    """Whether the body can decide."""

    present: int
    """Members there who may vote."""
    members: int
    """Members who may vote."""
    needed: int

    @property
    def is_reached(self) -> bool:
        """Whether enough are there."""
        return self.present >= self.needed


def quorum(db: Db, session: Session) -> Quorum:
    """Who is there now of those who may vote, and how many are needed."""
    members = voting_members(db, session.body)
    present = (
        db.scalar(
            select(func.count())
            .select_from(Attendance)
            .join(Member, Member.person_id == Attendance.person_id)
            .where(
                _votes_in(session.body),
                Attendance.session_id == session.id,
                Attendance.state == "present",
            )
        )
        or 0
    )
    return Quorum(present, members, sessions.terms_of(db, session).quorum.of(members))


def require_quorum(db: Db, session: Session) -> Quorum:
    """As `quorum`. raises  NotAllowed where too few are there"""
    there = quorum(db, session)
    if not there.is_reached:
        raise NotAllowed(
            "Without a quorum nothing is decided: %(present)s of %(needed)s are there.",
            present=there.present,
            needed=there.needed,
        )
    return there


def roll(db: Db, session: Session) -> list[tuple[Member, Attendance | None]]:
    """Everybody in the body, in its order, and whether they are there. One query."""
    query = bodies.ordered(session.body).outerjoin(
        Attendance,
        (Attendance.person_id == Member.person_id) & (Attendance.session_id == session.id),
    )
    return [(row[0], row[1]) for row in db.execute(query.add_columns(Attendance))]


def quorum_of(there: Sequence[tuple[Member, Attendance | None]], terms: Terms) -> Quorum:
    """As `quorum`, from a roll that is at hand."""
    voting = [
        attendance
        for member, attendance in there
        if member.role in policy.VOTES and member.person.left_at is None
    ]
    present = sum(each is not None and each.state == "present" for each in voting)
    return Quorum(present, len(voting), terms.quorum.of(len(voting)))


def voting_members(db: Db, body: Body) -> int:
    """How many members may vote."""
    query = (
        select(func.count())
        .select_from(Member)
        .join(Person, Person.id == Member.person_id)
        .where(_votes_in(body), Person.left_at.is_(None))
    )
    return db.scalar(query) or 0


def _votes_in(body: Body) -> Any:
    return (Member.body_id == body.id) & Member.role.in_(sorted(policy.VOTES))
