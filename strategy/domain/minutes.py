"""Minutes: begun from a session's agenda, sent to who was there, objected to, approved.

The text is a paper of the kind "minutes": written, compared and exported like any other. A draft is
seen by chairs and staff; once sent, by everybody in the body but guests.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.domain import (
    agenda,
    attendance,
    bodies,
    days,
    decisions,
    log,
    mail,
    minutes_draft,
    papers,
    policy,
    revisions,
    sessions,
    tablings,
)
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.agenda import Item
from strategy.store.amendments import Amendment, Result
from strategy.store.bodies import Member
from strategy.store.minutes import Minutes, MinutesObjection
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.sessions import Attendance, Session

LONGEST = 5_000
HELD = ("running", "closed")
"""States of a session that minutes can be written of."""


def paper_of(db: Db, session: Session, *, reader: Person) -> Paper | None:
    """The paper of the session's minutes, if the reader may see it already."""
    paper = db.get(Paper, session.minutes_id) if session.minutes_id else None
    return paper if paper is not None and policy.may_read(reader, paper) else None


def session_of(db: Db, paper: Paper) -> Session | None:
    """The session whose minutes a paper is."""
    query = select(Session).where(Session.minutes_id == paper.id)
    return db.scalar(query.options(joinedload(Session.body)))


def of(db: Db, session: Session) -> Minutes | None:
    """When the session's minutes were sent and approved; None before they are sent."""
    return db.get(Minutes, session.id)


def begin(db: Db, session: Session, *, by: Person, now: datetime, lang: str = "de") -> Paper:
    """The minutes' first text: items, presenters, notes, decisions, attendance. Once a session.

    raises  NotFound, NotAllowed by the policy, before the session has begun, a second time
    """
    policy.require_body(policy.may_write_minutes, by, session.body)
    sessions.held(db, session)
    if session.state not in HELD:
        raise NotAllowed("Minutes begin with the session.")
    if session.minutes_id is not None:
        raise NotAllowed("The minutes of this session have been begun already.")
    every, decided = agenda.items(db, session), decisions.of_session(db, session)
    filed = [each for each in every if each.paper_id is not None]
    record = minutes_draft.Record(
        session=session,
        lines=agenda.numbered(session, every),
        decisions=decided,
        members=bodies.members(db, session.body),
        attendances=attendance.known(db, session),
        standings=tablings.of_items(db, [each.id for each in filed]),
        results=_results(db, session, filed),
        dissents=decisions.dissents_of(db, decided.values()),
        approved=approved_in(db, session),
    )
    paper = papers.start(
        db,
        session.body,
        minutes_draft.title(session, lang),
        doc=minutes_draft.document(record, lang),
        lead=by,
        by=by,
        now=now,
        lang=lang,
        kind="minutes",
    )
    session.minutes_id = paper.id
    db.flush()
    log.note(db, "minutes.begun", by=by, now=now, paper=paper, session=session)
    return paper


def send(db: Db, session: Session, *, by: Person, now: datetime) -> Minutes:
    """Let the body read the minutes and tell who was there, by a link; never the text itself.

    raises  NotFound, NotAllowed by the policy, before the session has ended, a second time
    """
    policy.require_body(policy.may_write_minutes, by, session.body)
    sessions.held(db, session)
    paper = _written(db, session)
    if session.state != "closed":
        raise NotAllowed("Minutes are sent when the session has ended.")
    if of(db, session) is not None:
        raise NotAllowed("These minutes have been sent already.")
    revision = revisions.take(db, paper, "", by=by, now=now, kind="state")
    zone, period = session.body.zone, sessions.terms_of(db, session).minutes_days
    last = days.local_day(now, zone) + timedelta(days=period)
    made = Minutes(
        session_id=session.id,
        paper_id=paper.id,
        revision=revision.number,
        sent_at=now,
        sent_by_id=by.id,
        until=days.at(last, "24:00", zone) if period else now,
    )
    db.add(made)
    paper.state, paper.consults_until = "consultation", last if period else None
    paper.shared_at = now
    db.flush()
    log.note(db, "minutes.sent", by=by, now=now, paper=paper, session=session)
    facts = {
        "number": session.number,
        "body": session.body.name,
        "until": last.isoformat() if period else "",
        "path": f"/sessions/{session.id}/minutes",
    }
    for person in _attendees(db, session):
        mail.queue(db, to=person, template="minutes_sent", facts=facts, now=now)
    return made


def _written(db: Db, session: Session) -> Paper:
    paper = db.get(Paper, session.minutes_id) if session.minutes_id else None
    if paper is None:
        raise NotFound("There are no minutes of this session yet.")
    db.refresh(paper, with_for_update={"of": Paper})
    return paper


def _attendees(db: Db, session: Session) -> Sequence[Person]:
    """Who was there, for some time or all of it, and may read the minutes."""
    query = (
        select(Person)
        .join(Attendance, Attendance.person_id == Person.id)
        .join(Member, (Member.person_id == Person.id) & (Member.body_id == session.body_id))
        .where(
            Attendance.session_id == session.id,
            Attendance.state.in_(("present", "left")),
            Member.role.in_(sorted(policy.READS_MINUTES)),
            Person.left_at.is_(None),
        )
        .order_by(Person.id)
    )
    return db.scalars(query).all()


def may_object(actor: Person, session: Session, minutes: Minutes | None, now: datetime) -> bool:
    """Everybody who reads them objects to minutes, as long as the period lasts."""
    return (
        minutes is not None
        and minutes.approved_at is None
        and now < minutes.until
        and policy.may_read_minutes(actor, session.body)
    )


def object_to(db: Db, session: Session, words: str, *, by: Person, now: datetime) -> None:
    """Object to minutes that were sent.

    raises  NotFound where they may not be read; NotAllowed after the period; Invalid
    """
    if paper_of(db, session, reader=by) is None or of(db, session) is None:
        raise NotFound("There are no minutes of this session yet.")
    sessions.held(db, session)
    minutes = of(db, session)
    if not may_object(by, session, minutes, now):
        raise NotAllowed("The period for objections has ended.")
    words = _words(words, "text", "Please fill this in.")
    db.add(MinutesObjection(session_id=session.id, person_id=by.id, text=words, at=now))
    db.flush()
    log.note(db, "minutes.objected", by=by, now=now, session=session)


def objections(db: Db, session: Session) -> Sequence[MinutesObjection]:
    """What was objected to the minutes, first ones first."""
    query = (
        select(MinutesObjection)
        .where(MinutesObjection.session_id == session.id)
        .order_by(MinutesObjection.at, MinutesObjection.id)
        .options(joinedload(MinutesObjection.person), joinedload(MinutesObjection.answered_by))
    )
    return db.scalars(query).all()


def answer(
    db: Db, session: Session, objection_id: int, words: str, *, by: Person, now: datetime
) -> None:
    """Say what becomes of an objection: put right in the text, or why not. Once.

    raises  NotFound, NotAllowed by the policy and a second time; Invalid
    """
    policy.require_body(policy.may_write_minutes, by, session.body)
    sessions.held(db, session)
    found = db.get(MinutesObjection, objection_id)
    if found is None or found.session_id != session.id:
        raise NotFound("There is no such objection.")
    if found.answered_at is not None:
        raise NotAllowed("This objection has been answered already.")
    found.answer = _words(words, "answer", "Please say what becomes of it.")
    found.answered_by_id, found.answered_at = by.id, now
    db.flush()
    log.note(db, "minutes.answered", by=by, now=now, session=session)


def _words(words: str, field: str, otherwise: str) -> str:
    words = words.strip()
    if not words:
        raise Invalid(field, otherwise)
    if len(words) > LONGEST:
        raise Invalid(field, "This is too long: at most %(most)s characters.", most=LONGEST)
    return words


def _results(
    db: Db, session: Session, filed: Sequence[Item]
) -> dict[int, list[tuple[Amendment, Result]]]:
    """By paper: what has been decided on its amendments since the session was opened."""
    query = (
        select(Amendment, Result)
        .join(Result, Result.amendment_id == Amendment.id)
        .where(Amendment.paper_id.in_([each.paper_id for each in filed]))
        .where(Result.at >= (session.opened_at or session.starts_at))
        .order_by(Result.at, Amendment.id)
        .options(joinedload(Amendment.motion))
    )
    found: dict[int, list[tuple[Amendment, Result]]] = {}
    for amendment, result in db.execute(query):
        found.setdefault(amendment.paper_id, []).append((amendment, result))
    return found


def approving(db: Db, session: Session) -> Session | None:
    """The running session that can approve the minutes: a later one, with its item for them."""
    query = (
        select(Session)
        .join(Item, Item.session_id == Session.id)
        .where(
            Session.body_id == session.body_id,
            Session.id != session.id,
            Session.state == "running",
            Session.starts_at > session.starts_at,
            Item.standing == "minutes",
            Item.state == "open",
        )
        .order_by(Session.starts_at)
        .limit(1)
    )
    return db.scalar(query)


def approved_in(db: Db, session: Session) -> Sequence[Session]:
    """Earlier sessions whose minutes this one has approved."""
    return db.scalars(_sent().where(Minutes.approved_in_id == session.id)).all()


def waiting(db: Db, session: Session) -> Sequence[Session]:
    """Earlier sessions whose minutes were sent and wait for approval: for the item in `session`."""
    query = _sent().where(
        Session.body_id == session.body_id,
        Session.starts_at < session.starts_at,
        Minutes.approved_at.is_(None),
    )
    return db.scalars(query).all()


def _sent() -> Select[Session]:
    """Sessions whose minutes were sent, earliest first."""
    return (
        select(Session).join(Minutes, Minutes.session_id == Session.id).order_by(Session.starts_at)
    )


def approve(db: Db, session: Session, *, by: Person, now: datetime) -> None:
    """The later session that is running approves the minutes: their text is final.

    raises  NotFound, NotAllowed by the policy, before the period for objections has ended, with
            an objection that has no answer, outside of such a session and without its quorum
    """
    policy.require_body(policy.may_write_minutes, by, session.body)
    sessions.held(db, session)
    minutes = of(db, session)
    if minutes is None:
        raise NotAllowed("These minutes have not been sent yet.")
    if minutes.approved_at is not None:
        raise NotAllowed("These minutes have been approved already.")
    if now < minutes.until:
        raise NotAllowed("The period for objections has not ended yet.")
    if any(each.answered_at is None for each in objections(db, session)):
        raise NotAllowed("An objection has no answer yet.")
    later_one = approving(db, session)
    if later_one is None:
        raise NotAllowed("Minutes are approved in the next session, under its item for them.")
    attendance.require_quorum(db, later_one)
    paper = _written(db, session)
    revision = revisions.take(db, paper, "", by=by, now=now, kind="state")
    paper.state, paper.finalised_at, paper.consults_until = "finalised", now, None
    minutes.approved_at, minutes.approved_in_id = now, later_one.id
    db.flush()
    log.note(db, "minutes.approved", by=by, now=now, paper=paper, session=session,
             detail=str(revision.number))  # fmt: skip
