"""The plan: sessions and papers of the months ahead; adopted, and what has changed since."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import aliased, joinedload

from strategy.domain import attendance, days, lead_time, log, papers, policy, rules, sessions
from strategy.domain.lead_time import Votes
from strategy.errors import Invalid, NotAllowed
from strategy.store.bodies import Body
from strategy.store.papers import APART, Paper
from strategy.store.people import Person
from strategy.store.plans import Plan
from strategy.store.sessions import Session
from strategy.store.tablings import Tabling, TakenBack

MOST_PAPERS = 200
"""Bars that one picture shows."""
MOST_PLANS = 4
"""Adopted plans that are shown at once."""


@dataclass(frozen=True)
class Bar:
    """A paper from its first draft to the session that it was tabled for."""

    id: int
    number: str
    title: str
    state: str
    begins: datetime
    ends: datetime | None
    """The start of its session; None if it has none yet."""
    is_late: bool


@dataclass(frozen=True)
class Column:
    """A session with its deadlines."""

    session: Session
    deadlines: lead_time.Deadlines


@dataclass(frozen=True)
class Change:
    """How the sessions differ from the plan that was adopted."""

    kind: str
    """added | moved | cancelled"""
    session: Session
    was_at: datetime | None = None

    def day(self, body: Body) -> date:
        """The day in the plan that it is about."""
        return days.local_day(self.was_at or self.session.starts_at, body.zone)


@dataclass(frozen=True)
class Adopted:
    """An adopted plan, and how the sessions differ from it on days that no newer one covers."""

    plan: Plan
    changes: Sequence[Change]


@dataclass(frozen=True)
class Seen:
    """What the plan's page shows."""

    columns: Sequence[Column]
    bars: Sequence[Bar]
    is_cut: bool
    """There are more papers than are shown."""
    adopted: Sequence[Adopted]
    """The plans that cover the span, newest first."""


def of(db: Db, body: Body, first: date, last: date, *, reader: Person) -> Seen:
    """The plan of the days from `first` to `last` as the reader may see it."""
    policy.require_body(policy.may_see_plan, reader, body)
    begins, ends = days.at(first, "00:00", body.zone), days.at(last, "24:00", body.zone)
    found = _sessions(db, body, begins, ends)
    bars = _bars(db, body, begins, ends, reader)
    open_ones = [each for each in found if each.state != "cancelled"]
    ends_of = sessions.deadlines_of(db, open_ones)
    return Seen(
        columns=[Column(*pair) for pair in zip(open_ones, ends_of, strict=True)],
        bars=bars[:MOST_PAPERS],
        is_cut=len(bars) > MOST_PAPERS,
        adopted=_adopted(db, body, first, last),
    )


def _sessions(db: Db, body: Body, begins: datetime, ends: datetime) -> Sequence[Session]:
    query = (
        select(Session)
        .where(Session.body_id == body.id, Session.starts_at >= begins, Session.starts_at < ends)
        .order_by(Session.starts_at, Session.id)
        .options(joinedload(Session.rules), joinedload(Session.body))
    )
    return db.scalars(query).all()


def _bars(db: Db, body: Body, begins: datetime, ends: datetime, reader: Person) -> list[Bar]:
    """Papers that were worked on within the span, and that the reader may know of."""
    any_tabling = aliased(Tabling)
    last_number = (
        select(func.max(any_tabling.number))
        .where(any_tabling.paper_id == Paper.id)
        .correlate(Paper)
        .scalar_subquery()
    )
    over = func.coalesce(Paper.decided_at, Paper.withdrawn_at)
    query = (
        select(
            Paper.id,
            Paper.year,
            Paper.serial,
            Paper.title,
            Paper.state,
            Paper.made_at,
            Session.starts_at,
            Tabling.late_by,
        )
        .select_from(Paper)
        .outerjoin(Tabling, (Tabling.paper_id == Paper.id) & (Tabling.number == last_number))
        .outerjoin(TakenBack, TakenBack.tabling_id == Tabling.id)
        .outerjoin(Session, (Session.id == Tabling.session_id) & TakenBack.tabling_id.is_(None))
        .where(
            Paper.body_id == body.id,
            Paper.kind.not_in(APART),
            Paper.made_at < ends,
            or_(over.is_(None), over >= begins),
            papers.readable_by(reader.id),
        )
        .order_by(Session.starts_at.is_(None), Session.starts_at, Paper.made_at, Paper.id)
        .limit(MOST_PAPERS + 1)
    )
    return [
        Bar(
            id=row.id,
            number=f"{row.year}/{row.serial:03d}",
            title=row.title,
            state=row.state,
            begins=row.made_at,
            ends=row.starts_at,
            is_late=row.starts_at is not None and row.late_by is not None,
        )
        for row in db.execute(query)
    ]


def _adopted(db: Db, body: Body, first: date, last: date) -> list[Adopted]:
    """The adopted plans that say something of the days, newest first; at most `MOST_PLANS`."""
    query = select(Plan).where(Plan.body_id == body.id).order_by(Plan.number.desc())
    shown: list[tuple[Plan, frozenset[date]]] = []
    told: frozenset[date] = frozenset()
    for plan in db.scalars(query.options(joinedload(Plan.by))):
        own = _days(plan.first, plan.last)
        if (own - told) & _days(first, last) and len(shown) < MOST_PLANS:
            shown.append((plan, told))
        told |= own
    if not shown:
        return []
    begins = days.at(min(plan.first for plan, _ in shown), "00:00", body.zone)
    ends = days.at(max(plan.last for plan, _ in shown), "24:00", body.zone)
    known = {each.id: each for each in _sessions(db, body, begins, ends)}
    missing = {key for plan, _ in shown for key in _planned(plan)} - known.keys()
    known |= {each.id: each for each in db.scalars(select(Session).where(Session.id.in_(missing)))}
    found = []
    for plan, newer in shown:
        every = _changes(body, plan, list(known.values()))
        found.append(Adopted(plan, [each for each in every if each.day(body) not in newer]))
    return found


def _days(first: date, last: date) -> frozenset[date]:
    return frozenset(first + timedelta(days=count) for count in range((last - first).days + 1))


def _planned(plan: Plan) -> dict[int, datetime]:
    """The plan's sessions, each with its start."""
    return {
        each["id"]: datetime.fromisoformat(each["starts_at"]) for each in json.loads(plan.sessions)
    }


def _changes(body: Body, plan: Plan, known: Sequence[Session]) -> list[Change]:
    then = _planned(plan)
    begins = days.at(plan.first, "00:00", body.zone)
    ends = days.at(plan.last, "24:00", body.zone)
    found = []
    for session in sorted(known, key=lambda each: each.starts_at):
        if session.id not in then:
            if session.state != "cancelled" and begins <= session.starts_at < ends:
                found.append(Change("added", session))
        elif session.state == "cancelled":
            found.append(Change("cancelled", session, then[session.id]))
        elif session.starts_at != then[session.id]:
            found.append(Change("moved", session, then[session.id]))
    return found


def adopt(
    db: Db,
    body: Body,
    first: date,
    last: date,
    *,
    yes: int,
    no: int,
    abstain: int,
    by: Person,
    now: datetime,
) -> Plan:
    """Keep the sessions of the span as the plan that the body has adopted.

    raises  NotAllowed, NotFound by the policy; Invalid where it is too short for the rules, holds
            no session, or the vote does not reach the majority that the rules ask for
    """
    policy.require_body(policy.may_run_sessions, by, body)
    if last < first:
        raise Invalid("last", "The end must be after the beginning.")
    db.execute(select(Body.id).where(Body.id == body.id).with_for_update())
    terms = rules.holding(db, body, days.local_day(now, body.zone)).terms
    months = (last.year - first.year) * 12 + last.month - first.month + (last.day >= first.day - 1)
    if terms.plan_months and months < terms.plan_months:
        raise Invalid(
            "last", "The rules want a plan of at least %(months)s months.", months=terms.plan_months
        )
    begins, ends = days.at(first, "00:00", body.zone), days.at(last, "24:00", body.zone)
    found = [each for each in _sessions(db, body, begins, ends) if each.state != "cancelled"]
    if not found:
        raise Invalid("first", "No session is planned in this time.")
    _check_vote(db, body, terms.plan_majority, yes, no, abstain)
    number = db.scalar(select(func.max(Plan.number)).where(Plan.body_id == body.id))
    made = Plan(
        body_id=body.id,
        number=(number or 0) + 1,
        first=first,
        last=last,
        sessions=json.dumps(
            [
                {
                    "id": each.id,
                    "kind": each.kind,
                    "title": each.title,
                    "starts_at": each.starts_at.astimezone(UTC).isoformat(),
                    "ends_at": each.ends_at.astimezone(UTC).isoformat(),
                }
                for each in found
            ],
            ensure_ascii=False,
        ),
        yes=yes,
        no=no,
        abstain=abstain,
        by_id=by.id,
        at=now,
    )
    db.add(made)
    db.flush()
    log.note(db, "plan.adopted", by=by, now=now, body=body, detail=str(made.number))
    return made


def _check_vote(db: Db, body: Body, majority: str, yes: int, no: int, abstain: int) -> None:
    if min(yes, no, abstain) < 0:
        raise Invalid("yes", "A number of votes cannot be negative.")
    members = attendance.voting_members(db, body)
    if yes + no + abstain > members:
        raise Invalid(
            "yes",
            "More votes than members: %(votes)s of %(present)s who are there and may vote.",
            votes=yes + no + abstain,
            present=members,
        )
    votes = Votes(yes, no, abstain, yes + no + abstain, members)
    if not lead_time.reached(majority or "simple", votes):
        raise NotAllowed("With these votes the plan is not adopted.")
