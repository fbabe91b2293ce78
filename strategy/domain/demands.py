"""Demands: members call for a session by their signatures; it is owed within the rules' period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import aliased, joinedload, selectinload

from strategy.domain import (
    attendance,
    bodies,
    days,
    digests,
    forced,
    log,
    mail,
    policy,
    rules,
    sessions,
)
from strategy.domain.terms import from_json
from strategy.domain.topics import overdue_days
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.agenda import Item
from strategy.store.bodies import Body, Member
from strategy.store.demands import Demand, DemandedItem, DemandSession, Met, Signature
from strategy.store.people import Person
from strategy.store.rules import Rules
from strategy.store.sessions import Session

LONGEST_TITLE = 200
LONGEST_REASON = 4_000
MOST_ITEMS = 10
MOST_LISTED = 200


@dataclass(frozen=True)
class Right:
    """What a body's rules say today about demanding a session."""

    needed: int | None
    """Signatures that it takes; None: the rules know no such right."""
    members: int
    """Members who may vote."""
    within: int
    """Days from the last signature needed until the session; 0: the rules set no period."""


def right(db: Db, body: Body, *, now: datetime) -> Right:
    """What the rules of today say."""
    terms = rules.holding(db, body, days.local_day(now, body.zone)).terms
    members = attendance.voting_members(db, body)
    needed = terms.call_session.of(members) if terms.call_session else None
    return Right(needed, members, terms.call_within)


def find(db: Db, demand_id: int, *, reader: Person) -> Demand:
    """The demand with its author and items.

    raises  NotFound if there is none, or the reader does not belong to its body
    """
    found = db.get(
        Demand,
        demand_id,
        options=[
            joinedload(Demand.body),
            joinedload(Demand.author),
            selectinload(Demand.items),
        ],
    )
    if found is None or not policy.may_see_demands(reader, found.body):
        raise NotFound("There is no such demand.")
    return found


def write(
    db: Db, body: Body, title: str, reason: str, items: str, *, by: Person, now: datetime
) -> Demand:
    """A new demand, signed by its author. Sent twice by the same person, it is written once.

    items   what the session is to deal with, one a line
    raises  NotFound, NotAllowed by the policy or where the rules know no such right;
            Invalid naming the field
    """
    policy.require_body(policy.may_vote, by, body)
    title, reason = " ".join(title.split()), reason.strip()
    wanted = [" ".join(each.split()) for each in items.splitlines() if each.strip()]
    _check(title, reason, wanted)
    db.execute(select(Body.id).where(Body.id == body.id).with_for_update())
    _require_right(db, body, now)
    there = db.scalar(
        select(Demand)
        .outerjoin(Met, Met.demand_id == Demand.id)
        .where(
            Demand.body_id == body.id,
            Demand.author_id == by.id,
            Demand.title == title,
            Demand.reason == reason,
            Met.demand_id.is_(None),
        )
        .limit(1)
    )
    if there is not None:
        return there
    demand = Demand(
        body_id=body.id, body=body, title=title, reason=reason, author_id=by.id, author=by,
        made_at=now,
    )  # fmt: skip
    db.add(demand)
    db.flush()
    for place, each in enumerate(wanted, start=1):
        db.add(DemandedItem(demand_id=demand.id, place=place, title=each))
    db.flush()
    db.expire(demand, ["items"])
    log.note(db, "demand.written", by=by, now=now, body=body, detail=title)
    sign(db, demand, by=by, now=now)
    return demand


def _check(title: str, reason: str, wanted: Sequence[str]) -> None:
    if not title:
        raise Invalid("title", "Please say in one line what the session is about.")
    if len(title) > LONGEST_TITLE:
        raise Invalid("title", "This is too long: at most %(most)s characters.", most=LONGEST_TITLE)
    if not reason:
        raise Invalid("reason", "Please say why the body has to meet.")
    if len(reason) > LONGEST_REASON:
        raise Invalid(
            "reason", "This is too long: at most %(most)s characters.", most=LONGEST_REASON
        )
    if not 1 <= len(wanted) <= MOST_ITEMS:
        raise Invalid(
            "items", "Please give from %(least)s to %(most)s items, one a line.",
            least=1, most=MOST_ITEMS,
        )  # fmt: skip
    if any(len(each) > LONGEST_TITLE for each in wanted):
        raise Invalid("items", "This is too long: at most %(most)s characters.", most=LONGEST_TITLE)


def _require_right(db: Db, body: Body, now: datetime) -> tuple[int, Right]:
    said = right(db, body, now=now)
    if said.needed is None:
        raise NotAllowed("The rules of procedure know no right of members to demand a session.")
    return said.needed, said


def _held(db: Db, demand: Demand) -> None:
    """Hold the demand until the transaction ends: whoever signs next counts this signature."""
    db.flush()
    db.execute(select(Demand.id).where(Demand.id == demand.id).with_for_update())


def sign(db: Db, demand: Demand, *, by: Person, now: datetime) -> None:
    """Sign a demand, by name; a second time changes nothing. Enough signatures stamp it.

    raises  NotFound, NotAllowed by the policy, where the rules know no such right, or once a
            session was planned for it
    """
    policy.require_body(policy.may_vote, by, demand.body)
    _held(db, demand)
    needed, said = _require_right(db, demand.body, now)
    if db.get(Signature, (demand.id, by.id)) is not None:
        return
    if answered(db, demand) is not None:
        raise NotAllowed("The session that was demanded is planned already.")
    db.add(Signature(demand_id=demand.id, person_id=by.id, at=now))
    db.flush()
    log.note(db, "demand.signed", by=by, now=now, body=demand.body, detail=demand.title)
    signed = db.scalar(select(_signed().where(Demand.id == demand.id).scalar_subquery())) or 0
    if signed >= needed and db.get(Met, demand.id) is None:
        _stamp(db, demand, needed, signed, said, now)


def _stamp(db: Db, demand: Demand, needed: int, signed: int, said: Right, now: datetime) -> None:
    body = demand.body
    today = days.local_day(now, body.zone)
    held = rules.holding(db, body, today).rules
    if held is None:
        raise RuntimeError("rules that know the right are written down")
    owed_by = (
        days.at(today + timedelta(days=said.within), "24:00", body.zone) if said.within else None
    )
    met = Met(
        demand_id=demand.id, at=now, needed=needed, signed=signed, members=said.members,
        rules_id=held.id, owed_by=owed_by,
    )  # fmt: skip
    db.add(met)
    db.flush()
    log.note(db, "demand.met", by=None, now=now, body=body, detail=demand.title)
    facts = {
        "title": demand.title, "body": body.name, "path": f"/demands/{demand.id}",
        "signed": signed, "needed": needed,
        "day": (today + timedelta(days=said.within)).isoformat() if said.within else "",
    }  # fmt: skip
    for person in _who_call(db, body):
        mail.queue(db, to=person, template="demand_met", facts=facts, now=now)


def _who_call(db: Db, body: Body) -> Sequence[Person]:
    query = (
        select(Person)
        .join(Member, Member.person_id == Person.id)
        .where(
            Member.body_id == body.id,
            Member.role.in_(("chair", "staff")),
            Person.left_at.is_(None),
        )
        .order_by(Person.id)
    )
    return db.scalars(query).all()


def take_back(db: Db, demand: Demand, *, by: Person, now: datetime) -> None:
    """Take one's signature back; possible until enough have signed.

    raises  NotFound for outsiders, NotAllowed once enough have signed
    """
    policy.require_body(policy.may_see_demands, by, demand.body)
    _held(db, demand)
    kept = db.get(Signature, (demand.id, by.id))
    if kept is None:
        return
    if db.get(Met, demand.id) is not None:
        raise NotAllowed("Enough members have signed: signatures are no longer taken back.")
    db.delete(kept)
    db.flush()
    log.note(db, "demand.taken_back", by=by, now=now, body=demand.body, detail=demand.title)


def _signed() -> Select[Any]:
    """How many of those who may vote have signed, for a subquery on Demand."""
    return (
        select(func.count())
        .select_from(Signature)
        .where(
            Signature.demand_id == Demand.id, bodies.votes_now(Signature.person_id, Demand.body_id)
        )
    )


def signatures(db: Db, demand: Demand) -> Sequence[Signature]:
    """Who has signed, first ones first."""
    query = (
        select(Signature)
        .where(Signature.demand_id == demand.id)
        .order_by(Signature.at, Signature.person_id)
        .options(joinedload(Signature.person))
    )
    return db.scalars(query).all()


def answered(db: Db, demand: Demand) -> Session | None:
    """The session that was planned because of it and was not cancelled."""
    query = (
        select(Session)
        .join(DemandSession, DemandSession.session_id == Session.id)
        .where(DemandSession.demand_id == demand.id, Session.state != "cancelled")
    )
    return db.scalar(query)


def left(db: Db, demand: Demand) -> int:
    """How many of the demanded items no session has dealt with."""
    return db.scalar(_left().where(DemandedItem.demand_id == demand.id)) or 0


def _left() -> Select[Any]:
    dealt = exists().where(Item.demanded_id == DemandedItem.id, Item.state == "done")
    return select(func.count()).select_from(DemandedItem).where(~dealt)


@dataclass(frozen=True)
class Line:
    """A demand as lists show it."""

    id: int
    title: str
    body: str
    zone: str
    made_at: datetime
    signed: int
    """Signatures of members who may vote; once it is met, as many as were stamped."""
    needed: int | None
    """As the rules say today, or said when it was met; None: they know no such right."""
    met_at: datetime | None
    owed_by: datetime | None
    session_id: int | None
    """What answers it."""
    starts_at: datetime | None
    is_held: bool
    """That session has been closed."""
    left: int
    """Demanded items that no session has dealt with."""
    overdue: int
    """Whole days since the last day on which the session would have been in time."""

    @property
    def is_open(self) -> bool:
        """Whether signatures, or a session, are still missing."""
        return self.session_id is None and self.left > 0

    @property
    def late_by(self) -> int:
        """Whole days that the session lies behind the period; 0 if in time."""
        if self.owed_by is None or self.starts_at is None:
            return 0
        return overdue_days(self.owed_by, self.starts_at, self.zone)


def listed(
    db: Db, reader: Person, *, only_open: bool = False, demand: Demand | None = None, now: datetime
) -> list[Line]:
    """The demands of the reader's bodies: what is owed longest first, then the newest ones."""
    voting = aliased(Member)
    left_over = _left().where(DemandedItem.demand_id == Demand.id)
    live = (
        select(func.max(DemandSession.session_id))
        .join(Session, Session.id == DemandSession.session_id)
        .where(DemandSession.demand_id == Demand.id, Session.state != "cancelled")
        .correlate(Demand)
        .scalar_subquery()
    )
    # The day is that of Berlin for all bodies, as in digests; who signs is judged by their body's.
    terms = (
        select(Rules.terms)
        .where(Rules.body_id == Demand.body_id, Rules.holds_from <= digests.today(now))
        .order_by(Rules.holds_from.desc(), Rules.number.desc())
        .limit(1)
        .correlate(Demand)
        .scalar_subquery()
    )
    members = (
        select(func.count())
        .select_from(voting)
        .join(Person, Person.id == voting.person_id)
        .where(
            voting.body_id == Demand.body_id,
            voting.role.in_(sorted(policy.VOTES)),
            Person.left_at.is_(None),
        )
        .correlate(Demand)
        .scalar_subquery()
    )
    query = (
        select(
            Demand,
            Met,
            Session,
            _signed().correlate(Demand).scalar_subquery().label("signed"),
            left_over.correlate(Demand).scalar_subquery().label("left"),
            terms.label("terms"),
            members.label("members"),
        )
        .join(Member, Member.body_id == Demand.body_id)
        .outerjoin(Met, Met.demand_id == Demand.id)
        .outerjoin(Session, Session.id == live)
        .where(Member.person_id == reader.id)
        .order_by(Met.at.is_(None), Met.owed_by.is_(None), Met.owed_by, Demand.id.desc())
        .limit(MOST_LISTED)
        .options(joinedload(Demand.body))
    )
    if only_open:
        query = query.where(live.is_(None))
    if demand is not None:
        query = query.where(Demand.id == demand.id)
    rows = db.execute(query).all()
    lines = [_line(row, now) for row in rows]
    return [each for each in lines if each.is_open] if only_open else lines


def _line(row: Any, now: datetime) -> Line:
    demand, met, session = row.Demand, row.Met, row.Session
    owed_by = met.owed_by if met else None
    quota = from_json(row.terms).call_session if row.terms else None
    return Line(
        id=demand.id,
        title=demand.title,
        body=demand.body.name,
        zone=demand.body.zone,
        made_at=demand.made_at,
        signed=max(row.signed, met.signed) if met else row.signed,
        needed=met.needed if met else quota.of(row.members) if quota else None,
        met_at=met.at if met else None,
        owed_by=owed_by,
        session_id=session.id if session else None,
        starts_at=session.starts_at if session else None,
        is_held=session is not None and session.state == "closed",
        left=row.left,
        overdue=overdue_days(owed_by, now, demand.body.zone) if owed_by and not session else 0,
    )


def call(db: Db, demand: Demand, facts: sessions.Facts, *, by: Person, now: datetime) -> Session:
    """Plan the special session that was demanded; its items stand on the agenda and stay there.

    It may lie later than the rules allow: then everybody sees by how much.

    raises  NotFound, NotAllowed by the policy, or where nothing is owed; Invalid by `sessions.plan`
    """
    policy.require_body(policy.may_run_sessions, by, demand.body)
    if facts.kind != "special":
        raise Invalid("kind", "Members demand a special session.")
    db.execute(select(Body.id).where(Body.id == demand.body_id).with_for_update())
    _held(db, demand)
    if db.get(Met, demand.id) is None:
        raise NotAllowed("Not enough members have signed this demand yet.")
    if answered(db, demand) is not None:
        raise NotAllowed("The session that was demanded is planned already.")
    session = sessions.plan(db, demand.body, facts, by=by, now=now)
    db.add(DemandSession(session_id=session.id, demand_id=demand.id, by_id=by.id, at=now))
    db.flush()
    for each in demand.items:
        forced.put_demanded(db, session, each, by=demand.author_id, now=now)
    log.note(db, "demand.called", by=by, now=now, session=session, detail=demand.title)
    return session


@dataclass(frozen=True)
class Cause:
    """Why members wanted a session."""

    demand: Demand
    owed_by: datetime | None
    by_members: bool
    """Those who have signed invited themselves."""


def cause_of(db: Db, session: Session) -> Cause | None:
    """The demand that a session was planned for, if it was."""
    if session.kind != "special":
        return None
    row = db.execute(
        select(Demand, Met.owed_by, DemandSession.by_members)
        .join(DemandSession, DemandSession.demand_id == Demand.id)
        .join(Met, Met.demand_id == Demand.id)
        .where(DemandSession.session_id == session.id)
    ).first()
    return Cause(row.Demand, row.owed_by, row.by_members) if row else None


def late_days(cause: Cause, session: Session) -> int:
    """Whole days that the session lies behind the period that the rules set; 0 if in time."""
    if cause.owed_by is None:
        return 0
    return overdue_days(cause.owed_by, session.starts_at, session.body.zone)


def may_sign_in(db: Db, bodies: Iterable[Body], *, by: Person, now: datetime) -> dict[str, Right]:
    """By short name: what the rules say in the bodies in which somebody may vote."""
    return {body.slug: right(db, body, now=now) for body in bodies if policy.may_vote(by, body)}
