"""Reminders: what comes up by the server's clock, found however often, told once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Engine, exists, orm, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload, selectinload

from strategy import clock
from strategy.domain import days, demands, digests, jobs, notices, sessions
from strategy.store.base import make_session
from strategy.store.bodies import Body, Member
from strategy.store.decisions import Task
from strategy.store.demands import Demand, DemandSession, Met
from strategy.store.notices import Notice
from strategy.store.papers import APART, Paper, PaperPerson
from strategy.store.people import Person
from strategy.store.sessions import Session
from strategy.store.topics import Topic

logger = logging.getLogger("vorlauf.reminders")

AHEAD = 7
"""Days before an answer is owed, or a task due, that people are told."""
WEEK = 7
"""Days between two reminders of a task that is overdue."""
POLL = 30.0
"""Seconds between two looks."""


@dataclass(frozen=True)
class Due:
    """Somebody is to be told something. The same thing has the same key at every look."""

    person: Person
    kind: str
    key: str
    facts: dict[str, Any]
    at: datetime


def due(db: Db, *, before: Iterable[int], now: datetime) -> list[Due]:
    """Everything that people are to have been told by now, in the order in which it is written.

    before  how many days before a deadline its papers' authors are told
    """
    found = [
        *_deadlines(db, sorted(before), now),
        *_answers(db, now),
        *_demands(db, now),
        *_tasks(db, now),
    ]
    return sorted(found, key=lambda each: (each.person.id, each.kind, each.key))


def _body_facts(body: Body) -> dict[str, Any]:
    return {"body": body.id, "body_name": body.name, "zone": body.zone}


def _deadlines(db: Db, before: list[int], now: datetime) -> Iterator[Due]:
    """To the authors of papers that are being written: the next deadline for tabling them."""
    day = digests.today(now)
    papers = db.scalars(
        select(Paper)
        .where(Paper.state.in_(("draft", "consultation")), Paper.kind.not_in(APART))
        .order_by(Paper.id)
        .options(
            joinedload(Paper.body),
            joinedload(Paper.lead),
            selectinload(Paper.authors).joinedload(PaperPerson.person),
        )
    ).all()
    ends = _Submissions(db, now)
    told: dict[tuple[int, int, datetime], list[Paper]] = {}
    people: dict[int, Person] = {}
    met: dict[int, Session] = {}
    for paper in papers:
        session, deadline = ends.next(paper)
        if session is None or deadline is None:
            continue
        left = (days.local_day(deadline, paper.body.zone) - day).days
        mark = min((each for each in before if left <= each), default=None)
        if mark is None or paper.made_at > _since(session, deadline, mark):
            continue
        met[session.id] = session
        for person in _authors(paper):
            people[person.id] = person
            told.setdefault((person.id, session.id, deadline), []).append(paper)
    for (person_id, session_id, deadline), theirs in told.items():
        session = met[session_id]
        ends_on = days.local_day(deadline, session.body.zone)
        mark = min(each for each in before if (ends_on - day).days <= each)
        yield Due(
            people[person_id],
            "deadline",
            f"{session.id} {deadline.isoformat()} {mark}",
            _body_facts(session.body)
            | {
                "deadline": deadline.isoformat(),
                "session": session.number,
                "starts_at": session.starts_at.isoformat(),
                "things": [
                    {"title": each.title, "number": each.number, "paper": each.id}
                    for each in theirs
                ],
            },
            _since(session, deadline, mark),
        )


def _since(session: Session, deadline: datetime, mark: int) -> datetime:
    """From when on a deadline is so many days ahead, and can be known of."""
    ends_on = days.local_day(deadline, session.body.zone)
    return max(digests.morning(ends_on - timedelta(days=mark)), session.made_at)


def _authors(paper: Paper) -> list[Person]:
    """Who writes the paper, and still belongs to its body."""
    every = [paper.lead, *(each.person for each in paper.authors if each.part == "co_author")]
    return [each for each in every if each.left_at is None and _belongs(each, paper.body_id)]


def _belongs(person: Person, body_id: int) -> bool:
    db = orm.object_session(person)
    return db is not None and db.get(Member, (body_id, person.id)) is not None


class _Submissions:
    """The next deadline for papers of a body and a kind; each is looked for once."""

    def __init__(self, db: Db, now: datetime):
        self.db, self.now = db, now
        self.ahead: dict[int, list[Session]] = {}
        self.known: dict[tuple[int, str], tuple[Session | None, datetime | None]] = {}

    def next(self, paper: Paper) -> tuple[Session | None, datetime | None]:
        """The first session that the paper can still be tabled for in time, and until when."""
        wanted = paper.body_id, paper.kind
        if wanted not in self.known:
            self.known[wanted] = self._found(*wanted)
        return self.known[wanted]

    def _found(self, body_id: int, kind: str) -> tuple[Session | None, datetime | None]:
        if body_id not in self.ahead:
            query = (
                select(Session)
                .where(
                    Session.body_id == body_id,
                    Session.state.in_(sessions.AHEAD),
                    Session.kind != "circular",
                    Session.starts_at > self.now,
                )
                .order_by(Session.starts_at)
                .options(joinedload(Session.body), joinedload(Session.rules))
            )
            self.ahead[body_id] = list(self.db.scalars(query))
        for session in self.ahead[body_id]:
            deadline = sessions.deadlines(self.db, session, kind).submission
            if deadline is not None and deadline > self.now:
                return session, deadline
        return None, None


def _answers(db: Db, now: datetime) -> Iterator[Due]:
    """To chairs and staff: a topic is to be answered within a week, or its time is over.

    Who proposed it is not said: for some that is kept nowhere, so it is said of none.
    """
    day = digests.today(now)
    topics = db.scalars(
        select(Topic)
        .where(
            Topic.answer.is_(None),
            Topic.dealt_with_at.is_(None),
            Topic.owed_by < now + timedelta(days=AHEAD + 2),
        )
        .order_by(Topic.id)
        .options(joinedload(Topic.body))
    ).all()
    leaders: dict[int, list[Person]] = {}
    for topic in topics:
        owed_on = days.local_day(topic.owed_by, topic.body.zone)
        if (owed_on - day).days > AHEAD:
            continue
        is_over = owed_on < day
        first = owed_on + timedelta(days=1) if is_over else owed_on - timedelta(days=AHEAD)
        if topic.body_id not in leaders:
            leaders[topic.body_id] = _leaders(db, topic.body_id)
        facts = _body_facts(topic.body) | {
            "owed_on": owed_on.isoformat(),
            "over": is_over,
            "things": [{"title": topic.title, "number": "", "topic": topic.id}],
        }
        key = f"{topic.id} {owed_on} {'over' if is_over else 'ahead'}"
        at = max(digests.morning(first), topic.made_at)
        for person in leaders[topic.body_id]:
            yield Due(person, "answer", key, facts, at)


def _demands(db: Db, now: datetime) -> Iterator[Due]:
    """To chairs and staff: a demanded session is to be held within a week, or its time is over."""
    day = digests.today(now)
    live = (
        exists()
        .where(DemandSession.demand_id == Demand.id)
        .where(Session.id == DemandSession.session_id, Session.state != "cancelled")
    )
    rows = db.execute(
        select(Demand, Met.owed_by, Met.at)
        .join(Met, Met.demand_id == Demand.id)
        .where(Met.owed_by < now + timedelta(days=AHEAD + 2), ~live)
        .order_by(Demand.id)
        .options(joinedload(Demand.body))
    ).all()
    for demand, owed_by, met_at in rows:
        if owed_by is None or not demands.left(db, demand):
            continue
        last = days.local_day(owed_by - timedelta(seconds=1), demand.body.zone)
        is_over = last < day
        if (last - day).days > AHEAD:
            continue
        first = last + timedelta(days=1) if is_over else last - timedelta(days=AHEAD)
        facts = _body_facts(demand.body) | {
            "owed_on": last.isoformat(),
            "over": is_over,
            "things": [{"title": demand.title, "number": "", "demand": demand.id}],
        }
        key = f"demand {demand.id} {'over' if is_over else 'ahead'}"
        at = max(digests.morning(first), met_at)
        for person in _leaders(db, demand.body_id):
            yield Due(person, "answer", key, facts, at)


def _leaders(db: Db, body_id: int) -> list[Person]:
    query = (
        select(Person)
        .join(Member, Member.person_id == Person.id)
        .where(
            Member.body_id == body_id,
            Member.role.in_(("chair", "staff")),
            Person.left_at.is_(None),
        )
    )
    return list(db.scalars(query))


def _tasks(db: Db, now: datetime) -> Iterator[Due]:
    """To who took a task on: a week before, on the day, and each week that it is overdue."""
    day = digests.today(now)
    rows = db.execute(
        select(Task, Person, Body)
        .join(Body, Body.id == Task.body_id)
        .join(Person, Person.id == Task.owner_id)
        .join(Member, (Member.person_id == Person.id) & (Member.body_id == Task.body_id))
        .where(
            Task.state.in_(("offered", "accepted")),
            Task.due_on <= day + timedelta(days=AHEAD),
            Person.left_at.is_(None),
        )
        .options(joinedload(Task.decision))
    ).all()
    for task, owner, body in rows:
        due_on = cast("date", task.due_on)
        past = (day - due_on).days
        mark = -AHEAD if past < 0 else past // WEEK * WEEK
        decision = task.decision
        thing = {
            "title": task.title,
            "number": "",
            "paper": decision.paper_id if decision else None,
            "item": decision.item_id if decision else None,
        }
        facts = _body_facts(body) | {
            "due_on": due_on.isoformat(),
            "mark": mark,
            "decision": decision.number if decision else "",
            "offered": task.state == "offered",
            "things": [thing],
        }
        at = max(digests.morning(due_on + timedelta(days=mark)), task.made_at)
        yield Due(owner, "task", f"{task.id} {due_on} {mark}", facts, at)


def _is_new(db: Db, found: list[Due]) -> bool:
    """Whether anything of it has not been told yet."""
    keys = {each.key for each in found}
    query = select(Notice.person_id, Notice.kind, Notice.key).where(Notice.key.in_(keys))
    known = {tuple(row) for row in db.execute(query)}
    return any((each.person.id, each.kind, each.key) not in known for each in found)


def remind(engine: Engine, *, before: Iterable[int], now: datetime) -> tuple[int, int]:
    """Tell what is due and send the digests; how many of each. A second time does nothing.

    First looked at without the writing place: mostly there is nothing to tell.
    """
    before = tuple(before)
    with make_session(engine) as db:
        found = due(db, before=before, now=now)
        if not _is_new(db, found) and not digests.is_any_due(db, now=now):
            return 0, 0
    with make_session(engine, writes=True) as db:
        told = 0
        for each in due(db, before=before, now=now):
            told += notices.tell(
                db, each.person, each.kind, each.key, each.facts, at=each.at, now=now
            )
        sent = digests.send(db, now=now)
        db.commit()
    return told, sent


def run_forever(
    engine: Engine,
    stop: jobs.Stop,
    *,
    before: Iterable[int],
    now: Callable[[], datetime] = clock.now,
) -> None:
    """Remind until `stop` is set; a database that is away for a while is borne."""
    before = tuple(before)
    while not stop.is_set():
        try:
            remind(engine, before=before, now=now())
        except Exception:
            logger.exception("reminders could not be looked for")
        stop.wait(POLL)
