"""Sessions: planned, convened, moved, held, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.domain import agenda, days, forced, lead_time, log, moving, policy, rules
from strategy.domain.terms import Span, Terms
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.bodies import Body, Member
from strategy.store.demands import DemandSession, Met
from strategy.store.people import Person
from strategy.store.sessions import KINDS, Move, Objection, Session
from strategy.store.tablings import Tabling

LONGEST_TITLE = 160
LONGEST_REASON = 2_000
LONGEST = timedelta(days=14)
"""From the start of a session to its end."""
FURTHEST = timedelta(days=3 * 366)
"""How far ahead a session may be planned."""
EARLIEST = timedelta(hours=2)
"""How long before its time a session may be opened."""
MOST_IN_SERIES = 30
AHEAD = ("planned", "convened")
STARTED = ("running", "closed")


@dataclass(frozen=True)
class Facts:
    """What a session is planned with."""

    starts_at: datetime
    ends_at: datetime
    kind: str = "regular"
    title: str = ""
    place: str = ""


def find(db: Db, session_id: int, *, reader: Person) -> Session:
    """The session.

    raises  NotFound if there is none, or the reader does not belong to its body
    """
    row = (
        db.execute(
            select(Session, Member)
            .join(Member, (Member.body_id == Session.body_id) & (Member.person_id == reader.id))
            .where(Session.id == session_id)
            .options(
                joinedload(Session.body),
                joinedload(Session.rules),
                joinedload(Session.moves).joinedload(Move.by),
            )
        )
        .unique()
        .first()
    )
    if row is None:
        raise NotFound("There is no such session.")
    db.info.setdefault("members", set()).add(row.Member)  # the policy asks for it next
    found: Session = row.Session
    return found


def held(db: Db, session: Session) -> Session:
    """The session with its row held until the transaction ends, as it is now."""
    db.flush()
    db.execute(select(Session.id).where(Session.id == session.id).with_for_update())
    db.refresh(session)
    return session


def listed(db: Db, reader: Person, *, body: Body | None = None) -> Sequence[Row[Any]]:
    """The sessions of the reader's bodies, first ones first, as rows of columns."""
    query: Any = (
        select(
            Session.id,
            Session.year,
            Session.serial,
            Session.kind,
            Session.title,
            Session.place,
            Session.state,
            Session.starts_at,
            Session.ends_at,
            Session.invitation_late_by,
            Body.name.label("body"),
            Body.slug.label("body_slug"),
            Met.owed_by.label("demanded_by"),
        )
        .join(Body, Body.id == Session.body_id)
        .outerjoin(DemandSession, DemandSession.session_id == Session.id)
        .outerjoin(Met, Met.demand_id == DemandSession.demand_id)
        .where(exists().where(Member.body_id == Session.body_id, Member.person_id == reader.id))
        .order_by(Session.starts_at, Session.id)
    )
    if body is not None:
        query = query.where(Session.body_id == body.id)
    return db.execute(query).all()


def plan(db: Db, body: Body, facts: Facts, *, by: Person, now: datetime) -> Session:
    """A new session with the items that stand on every agenda.

    raises  NotFound, NotAllowed by the policy; Invalid naming the field
    """
    policy.require_body(policy.may_run_sessions, by, body)
    return enter(db, body, facts, by=by, now=now)


def enter(db: Db, body: Body, facts: Facts, *, by: Person, now: datetime) -> Session:
    """As `plan`, for who has another right to it, which the caller has asked for."""
    _check(facts, now)
    db.execute(select(Body.id).where(Body.id == body.id).with_for_update())
    if facts.kind == "circular":
        day = days.local_day(facts.starts_at, body.zone)
        if not rules.holding(db, body, day).terms.objection_days:
            raise Invalid("kind", "The rules of procedure know no circular decisions.")
    year = facts.starts_at.astimezone(ZoneInfo(body.zone)).year
    last = db.scalar(
        select(func.max(Session.serial)).where(Session.body_id == body.id, Session.year == year)
    )
    session = Session(
        body_id=body.id,
        body=body,
        year=year,
        serial=(last or 0) + 1,
        kind=facts.kind,
        title=facts.title,
        place=facts.place,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        state="planned",
        made_at=now,
    )
    db.add(session)
    db.flush()
    agenda.stand(db, session, now=now)
    log.note(db, "session.planned", by=by, now=now, session=session)
    forced.place(db, body, now=now)
    return session


def plan_series(
    db: Db, body: Body, facts: Facts, *, weeks: int, times: int, by: Person, now: datetime
) -> list[Session]:
    """Sessions at the same time of day every so many weeks, the first as `facts` say.

    weeks   1..52
    times   1..MOST_IN_SERIES
    raises  as `plan`; nothing is planned then
    """
    if not 1 <= weeks <= 52:
        raise Invalid("weeks", "Please give a number from %(least)s to %(most)s.", least=1, most=52)
    if not 1 <= times <= MOST_IN_SERIES:
        raise Invalid(
            "times",
            "Please give a number from %(least)s to %(most)s.",
            least=1,
            most=MOST_IN_SERIES,
        )
    zone = ZoneInfo(body.zone)
    made = []
    for number in range(times):
        on = timedelta(weeks=weeks * number)  # on the wall's clock: summer time moves nothing
        starts, ends = (
            (moment.astimezone(zone).replace(tzinfo=None) + on).replace(tzinfo=zone)
            for moment in (facts.starts_at, facts.ends_at)
        )
        made.append(
            plan(
                db,
                body,
                replace(facts, starts_at=starts.astimezone(UTC), ends_at=ends.astimezone(UTC)),
                by=by,
                now=now,
            )
        )
    return made


def _check(facts: Facts, now: datetime) -> None:
    if facts.kind not in KINDS:
        raise Invalid("kind", "There is no such kind of session.")
    if facts.starts_at <= now:
        raise Invalid("starts_at", "This moment has passed.")
    if facts.starts_at > now + FURTHEST:
        raise Invalid("starts_at", "This day is too far ahead.")
    if facts.ends_at <= facts.starts_at:
        raise Invalid("ends_at", "The end must be after the beginning.")
    if facts.ends_at - facts.starts_at > LONGEST:
        raise Invalid("ends_at", "A session lasts two weeks at most.")


def describe(
    db: Db, session: Session, *, title: str, place: str, by: Person, now: datetime
) -> None:
    """Another title or place."""
    moving.require(db, session, by=by)
    session.title, session.place = title, place
    log.note(db, "session.described", by=by, now=now, session=session)


def terms_of(db: Db, session: Session) -> Terms:
    """The rules that the session follows: its own once it has them, else those of its day.

    A circular decision has one deadline: its text lies open as long as members may object.
    """
    if session.rules is not None:
        terms = rules.of(session.rules)
    else:
        day = days.local_day(session.starts_at, session.body.zone)
        terms = rules.holding(db, session.body, day).terms
    return for_kind(terms, session.kind)


def for_kind(terms: Terms, kind: str) -> Terms:
    """What of the terms a session of a kind follows; see `terms_of`."""
    if kind != "circular":
        return terms
    open_for = Span(terms.objection_days)
    return Terms(
        region=terms.region,
        submission={"ordinary": open_for},
        reading={},
        urgency="",
        quorum=terms.quorum,
        objection_days=terms.objection_days,
        invitation=open_for,
    )


def deadlines_of(db: Db, every: Sequence[Session]) -> list[lead_time.Deadlines]:
    """The deadlines of sessions of any bodies, for papers of the ordinary kind. One query."""
    free = {each.body_id for each in every if each.rules is None}
    held = rules.of_bodies(db, free) if free else []
    found = []
    for session in every:
        own = session.rules
        if own is None:
            day = days.local_day(session.starts_at, session.body.zone)
            begun = [
                each for each in held
                if each.body_id == session.body_id and each.holds_from <= day
            ]  # fmt: skip
            own = max(begun, key=lambda each: (each.holds_from, each.number), default=None)
        terms = for_kind(rules.of(own), session.kind)
        found.append(lead_time.deadlines(terms, session.starts_at, zone=session.body.zone))
    return found


def deadlines(db: Db, session: Session, kind: str = "ordinary") -> lead_time.Deadlines:
    """The session's deadlines as they are now."""
    return lead_time.deadlines(
        terms_of(db, session), session.starts_at, zone=session.body.zone, kind=kind
    )


def pin(db: Db, session: Session, *, now: datetime) -> Terms:
    """Let the session keep the rules that hold for it, whatever is changed later."""
    rules.pin(db, session, now=now)
    return terms_of(db, session)


def convene(
    db: Db, session: Session, *, urgent_because: str = "", by: Person, now: datetime
) -> None:
    """Invite: from now on the session keeps its rules. A late invitation is marked for good.

    urgent_because  why the shorter period for urgent cases is used, where the rules know one
    raises          NotAllowed if it was convened before; Invalid
    """
    policy.require_body(policy.may_run_sessions, by, session.body)
    invite(db, session, urgent_because=urgent_because, by=by, now=now)


def invite(
    db: Db, session: Session, *, urgent_because: str = "", by: Person, now: datetime
) -> None:
    """As `convene`, for who has another right to it, which the caller has asked for."""
    held(db, session)
    if session.state != "planned":
        raise NotAllowed("This session has been convened already.")
    if session.starts_at <= now:
        raise NotAllowed("This session would have begun already. Please move it first.")
    terms = pin(db, session, now=now)
    ends = lead_time.deadlines(terms, session.starts_at, zone=session.body.zone)
    deadline = ends.invitation
    if urgent_because:
        if ends.urgent_invitation is None:
            raise Invalid("urgent_because", "The rules know no shorter period for urgent cases.")
        deadline = ends.urgent_invitation
    late = lead_time.lateness(deadline, now)
    if session.kind == "circular":
        if not terms.objection_days:
            raise NotAllowed("The rules of procedure know no circular decisions.")
        if late:
            raise NotAllowed(
                "Members may object for %(days)s days: this would end too soon. Please move it"
                " first.",
                days=terms.objection_days,
            )
    session.state, session.convened_at, session.urgent_because = "convened", now, urgent_because
    session.invitation_late_by = max(1, int(late.total_seconds())) if late else None
    log.note(db, "session.convened", by=by, now=now, session=session)


def move(
    db: Db,
    session: Session,
    *,
    starts_at: datetime,
    ends_at: datetime,
    because: str,
    by: Person,
    now: datetime,
) -> None:
    """Another moment: deadlines ahead are counted anew, what was stamped stays stamped.

    What members have been invited to, or filed papers for, does not come sooner: that would
    shorten the time which they were promised. What members have put onto its agenda does not
    wait for ever; see `moving`.

    raises  NotAllowed, Invalid
    """
    moving.require(db, session, by=by)
    held(db, session)
    if session.state not in AHEAD:
        raise NotAllowed("This session can no longer be moved.")
    if not because:
        raise Invalid("because", "Please say why the session is moved.")
    _check(Facts(starts_at, ends_at, session.kind), now)
    zone = session.body.zone
    is_sooner = days.local_day(starts_at, zone) < days.local_day(session.starts_at, zone)
    is_promised = session.state == "convened" or bool(
        db.scalar(select(Tabling.id).where(Tabling.session_id == session.id).limit(1))
    )
    if is_promised and (
        is_sooner or (session.kind == "circular" and starts_at < session.starts_at)
    ):
        raise NotAllowed(
            "Members have been invited, or have filed papers, for the later day. To meet sooner,"
            " cancel this session and convene another one."
        )
    moving.check(db, session, starts_at, lang=by.lang)
    db.add(
        Move(
            session_id=session.id,
            was_at=session.starts_at,
            now_at=starts_at,
            because=because,
            by_id=by.id,
            at=now,
        )
    )
    session.starts_at, session.ends_at = starts_at, ends_at
    log.note(db, "session.moved", by=by, now=now, session=session, detail=because)
    db.flush()
    forced.place(db, session.body, now=now)


def moves(db: Db, session: Session) -> list[Move]:
    """Where the session has been moved from, first ones first."""
    query = select(Move).where(Move.session_id == session.id).order_by(Move.id)
    return list(db.scalars(query.options(joinedload(Move.by))))


def cancel(db: Db, session: Session, because: str, *, by: Person, now: datetime) -> None:
    """The session does not take place; what was on its agenda waits to be carried over."""
    moving.require(db, session, by=by)
    drop(db, session, because, by=by, now=now)


def drop(db: Db, session: Session, because: str, *, by: Person, now: datetime) -> None:
    """As `cancel`, for who has another right to it, which the caller has asked for."""
    held(db, session)
    if session.state not in AHEAD:
        raise NotAllowed("This session can no longer be cancelled.")
    if not because:
        raise Invalid("because", "Please say why the session is cancelled.")
    session.state = "cancelled"
    agenda.leave_open_items(db, session)
    log.note(db, "session.cancelled", by=by, now=now, session=session, detail=because)
    forced.place(db, session.body, now=now)


def opens_at(session: Session) -> datetime:
    """The first moment at which the session can be opened."""
    return session.starts_at - (timedelta() if session.kind == "circular" else EARLIEST)


def begin(db: Db, session: Session, *, by: Person, now: datetime) -> None:
    """Open the session."""
    policy.require_body(policy.may_run_sessions, by, session.body)
    held(db, session)
    if session.state != "convened":
        raise NotAllowed("Only a session that has been convened can be opened.")
    if now < opens_at(session):
        raise NotAllowed("It is too early to open this session.")
    if session.kind == "circular" and objections(db, session):
        raise NotAllowed(
            "A member has objected: nothing is decided by circulation. Carry it over to a session."
        )
    session.state, session.opened_at = "running", now
    log.note(db, "session.opened", by=by, now=now, session=session)


def close(db: Db, session: Session, *, by: Person, now: datetime) -> None:
    """End the session; what was not reached waits to be carried over."""
    policy.require_body(policy.may_run_sessions, by, session.body)
    held(db, session)
    if session.state != "running":
        raise NotAllowed("This session is not open.")
    session.state, session.closed_at, session.current_item_id = "closed", now, None
    agenda.leave_open_items(db, session)
    log.note(db, "session.closed", by=by, now=now, session=session)
    forced.place(db, session.body, now=now)


def object_to(db: Db, session: Session, because: str, *, by: Person, now: datetime) -> None:
    """A voting member objects to a circular decision while the period lasts."""
    policy.require_body(policy.may_vote, by, session.body)
    held(db, session)
    if session.kind != "circular" or session.state != "convened":
        raise NotAllowed("There is nothing to object to.")
    if now >= session.starts_at:
        raise NotAllowed("The period for objections has ended.")
    if db.get(Objection, (session.id, by.id)) is None:
        db.add(Objection(session_id=session.id, person_id=by.id, because=because, at=now))
        log.note(db, "session.objected", by=by, now=now, session=session)
        db.flush()


def objections(db: Db, session: Session) -> list[Objection]:
    """Who has objected to a circular decision, and why."""
    query = select(Objection).where(Objection.session_id == session.id).order_by(Objection.at)
    return list(db.scalars(query.options(joinedload(Objection.person))))
