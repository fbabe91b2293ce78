"""Members who demanded a session invite to it themselves where chair and office do not.

The rules that held when enough had signed say after how many days; see `Terms.call_self`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.catalog import say
from strategy.domain import dates, days, demands, forced, log, policy, rules, sessions
from strategy.domain.terms import Terms
from strategy.errors import Invalid, NotAllowed
from strategy.store.bodies import Body
from strategy.store.demands import Demand, DemandSession, Met, Signature
from strategy.store.people import Person
from strategy.store.rules import Rules
from strategy.store.sessions import Session


@dataclass(frozen=True)
class Called:
    """A session to which members have invited."""

    session: Session
    dropped: Session | None
    """What had been planned for the demand without an invitation, and is cancelled now."""


def opens_at(terms: Terms, met_at: datetime, *, zone: str) -> datetime | None:
    """From when members may invite themselves; None: the rules know no such right.

    met_at  when enough had signed; the days are counted from the next one
    """
    if not terms.call_self:
        return None
    met = days.local_day(met_at, zone)
    last = days.day_after(met, terms.call_self, terms.call_self_days, terms.region)
    return days.at(last, "24:00", zone)


def of(db: Db, demand: Demand) -> datetime | None:
    """From when those who have signed may invite; None: not at all, or not yet enough signed."""
    met = db.get(Met, demand.id)
    if met is None:
        return None
    return opens_at(rules.of(db.get_one(Rules, met.rules_id)), met.at, zone=demand.body.zone)


def last_day(opens: datetime, zone: str) -> date:
    """The last day on which it is chair and office alone who invite."""
    return days.local_day(opens, zone) - days.ONE


def is_waiting(db: Db, demand: Demand) -> bool:
    """Whether nobody has invited yet to what the demand wants."""
    planned = demands.answered(db, demand)
    return (planned is None or planned.state == "planned") and demands.left(db, demand) > 0


def may_invite(db: Db, demand: Demand, *, by: Person, now: datetime) -> bool:
    """Whether somebody may invite at this moment: a button for them. `invite` judges anew."""
    opens = of(db, demand)
    return (
        opens is not None
        and now >= opens
        and policy.may_vote(by, demand.body)
        and db.get(Signature, (demand.id, by.id)) is not None
        and is_waiting(db, demand)
    )


def open_to(db: Db, lines: Iterable[demands.Line], *, by: Person, now: datetime) -> set[int]:
    """Of these demands, by their ids, those to which somebody may invite now. One query."""
    waiting = [each.id for each in lines if each.met_at is not None and each.is_open]
    if not waiting:
        return set()
    signed = (
        select(Demand, Met.at, Rules)
        .join(Met, Met.demand_id == Demand.id)
        .join(Rules, Rules.id == Met.rules_id)
        .join(Signature, (Signature.demand_id == Demand.id) & (Signature.person_id == by.id))
        .where(Demand.id.in_(waiting))
        .options(joinedload(Demand.body))
    )
    found = set()
    for demand, met_at, held in db.execute(signed):
        opens = opens_at(rules.of(held), met_at, zone=demand.body.zone)
        if opens is not None and now >= opens and policy.may_vote(by, demand.body):
            found.add(demand.id)
    return found


def invite(db: Db, demand: Demand, facts: sessions.Facts, *, by: Person, now: datetime) -> Called:
    """Plan the demanded session and invite to it, in the name of those who have signed.

    It is stamped as theirs. Its invitation is judged like every other: one that comes after the
    rules' deadline is marked late. What chair or office planned for the demand without inviting
    is cancelled.

    raises  NotFound, NotAllowed by the policy, where the rules know no such right, before its
            time, for who has not signed, or where somebody has invited; Invalid by `sessions.plan`
    """
    policy.require_body(policy.may_vote, by, demand.body)
    if facts.kind != "special":
        raise Invalid("kind", "Members demand a special session.")
    db.execute(select(Body.id).where(Body.id == demand.body_id).with_for_update())
    db.execute(select(Demand.id).where(Demand.id == demand.id).with_for_update())
    _check(db, demand, by, now)
    planned = demands.answered(db, demand)
    if planned is not None:
        sessions.held(db, planned)
    if not is_waiting(db, demand):
        raise NotAllowed("Somebody has invited to the demanded session already.")
    if planned is not None:
        because = say(by.lang, "The members who demand the session have invited themselves.")
        sessions.drop(db, planned, because, by=by, now=now)
    session = sessions.enter(db, demand.body, facts, by=by, now=now)
    db.add(
        DemandSession(
            session_id=session.id, demand_id=demand.id, by_id=by.id, at=now, by_members=True
        )
    )
    db.flush()
    for each in demand.items:
        forced.put_demanded(db, session, each, by=demand.author_id, now=now)
    sessions.invite(db, session, by=by, now=now)
    log.note(db, "demand.invited", by=by, now=now, session=session, detail=demand.title)
    return Called(session, planned)


def _check(db: Db, demand: Demand, by: Person, now: datetime) -> None:
    if db.get(Met, demand.id) is None:
        raise NotAllowed("Not enough members have signed this demand yet.")
    opens = of(db, demand)
    if opens is None:
        raise NotAllowed("The rules of procedure do not let members invite themselves.")
    if db.get(Signature, (demand.id, by.id)) is None:
        raise NotAllowed("Only who has signed the demand can invite to the session.")
    if now < opens:
        raise NotAllowed(
            "Chair and office have until %(day)s to invite. Only after that members invite"
            " themselves.",
            day=dates.weekday(last_day(opens, demand.body.zone), by.lang),
        )
