"""Tasks: what follows from decisions, until somebody has done it (the Beschlusskontrolle).

A task binds nobody who has not accepted it. Numbers about tasks are counts, never names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.domain import bodies, days, decisions, log, mail, policy
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.agenda import Item
from strategy.store.bodies import Body, Member
from strategy.store.decisions import Decision, Task, TaskNote
from strategy.store.goals import Goal
from strategy.store.people import Person

LONGEST_TITLE = 200
LONGEST_NOTE = 5_000
PER_PAGE = 40
FURTHEST = timedelta(days=10 * 366)
OPEN = ("offered", "accepted")
STATES = ("open", "overdue", "ownerless", "done", "dropped")
"""What a list can be narrowed to; the first three are questions, not states of a row."""


@dataclass(frozen=True)
class Facts:
    """What a task is made with."""

    title: str
    owner: Person | None = None
    due_on: date | None = None
    review_on: date | None = None
    """When the body wants to look at it again, before it is due."""
    goal: Goal | None = None


def find(db: Db, task_id: int, *, reader: Person) -> Task:
    """The task.

    raises  NotFound if there is none, or the reader may not know of it
    """
    task = db.get(
        Task,
        task_id,
        options=[
            joinedload(Task.body), joinedload(Task.owner), joinedload(Task.goal),
            joinedload(Task.decision).joinedload(Decision.item),
        ],
    )  # fmt: skip
    if task is None or not may_see(reader, task):
        raise NotFound("There is no such task.")
    return task


def may_see(actor: Person, task: Task) -> bool:
    """The whole body; what was decided in confidence is not for guests."""
    mine = policy.role(task.body, actor)
    is_confidential = task.decision is not None and task.decision.item.is_confidential
    return mine is not None and not (mine == "guest" and is_confidential)


def may_make(actor: Person, body: Body) -> bool:
    """Chairs and staff write down what follows from a decision."""
    return policy.may_run_sessions(actor, body)


def may_answer(actor: Person, task: Task) -> bool:
    """Only who is asked accepts a task or hands it back, as long as it is open."""
    return task.owner_id == actor.id and task.state in OPEN


def may_accept(actor: Person, task: Task) -> bool:
    """A task that was offered waits for its owner's word."""
    return may_answer(actor, task) and task.state == "offered"


def may_tell(actor: Person, task: Task) -> bool:
    """Its owner, chairs and staff write down what has come of it."""
    return may_see(actor, task) and (task.owner_id == actor.id or may_make(actor, task.body))


def may_finish(actor: Person, task: Task) -> bool:
    """The same people say that it is done, once somebody has accepted it."""
    return may_tell(actor, task) and task.state == "accepted"


def may_lead(actor: Person, task: Task) -> bool:
    """Chairs and staff offer an open task to somebody else, give it other dates, drop it."""
    return may_make(actor, task.body) and task.state in OPEN


def _require(is_allowed: bool, actor: Person, task: Task) -> None:
    if not may_see(actor, task):
        raise NotFound("There is no such task.")
    if not is_allowed:
        raise NotAllowed("You may see this task but not do this to it.")


def _held(db: Db, task: Task) -> None:
    db.flush()
    db.refresh(task, with_for_update={"of": Task})


def make(
    db: Db, body: Body, facts: Facts, *, decision: Decision | None = None, by: Person, now: datetime
) -> Task:
    """A new task, offered to its owner; without one it is visibly nobody's.

    raises  NotFound, NotAllowed by the policy; Invalid naming the field
    """
    policy.require_body(may_make, by, body)
    if decision is not None and decision.body_id != body.id:
        raise NotFound("There is no such decision.")
    title = " ".join(facts.title.split())
    if not title:
        raise Invalid("title", "Please write down what is to be done.")
    if len(title) > LONGEST_TITLE:
        raise Invalid("title", "This is too long: at most %(most)s characters.", most=LONGEST_TITLE)
    if facts.goal is not None and facts.goal.body_id != body.id:
        raise Invalid("goal", "There is no such goal.")
    _check_owner(body, facts.owner)
    today = days.local_day(now, body.zone)
    _check_dates(facts.due_on, facts.review_on, today)
    goal_id = facts.goal.id if facts.goal else decision.goal_id if decision else None
    task = Task(
        body_id=body.id,
        body=body,
        decision_id=decision.id if decision else None,
        decision=decision,
        goal_id=goal_id,
        title=title,
        owner_id=facts.owner.id if facts.owner else None,
        owner=facts.owner,
        due_on=facts.due_on,
        review_on=facts.review_on,
        state="offered",
        reason="",
        made_by_id=by.id,
        made_at=now,
    )
    db.add(task)
    db.flush()
    session = decision.session if decision else None
    log.note(db, "task.made", by=by, now=now, body=body, session=session, detail=title)
    _offered(db, task, by, now)
    return task


def _check_owner(body: Body, owner: Person | None) -> None:
    if owner is None:
        return
    if owner.left_at is not None or not policy.may_propose(owner, body):
        raise Invalid("owner", "A task is for members of the body; guests take none on.")


def _check_dates(due_on: date | None, review_on: date | None, today: date) -> None:
    for field, day in (("due_on", due_on), ("review_on", review_on)):
        if day is None:
            continue
        if day < today:
            raise Invalid(field, "This day has passed.")
        if day > today + FURTHEST:
            raise Invalid(field, "This day is too far ahead.")
    if due_on is not None and review_on is not None and review_on > due_on:
        raise Invalid("review_on", "Please look at it again before it is due, not after.")


def _offered(db: Db, task: Task, by: Person, now: datetime) -> None:
    """Tell the owner, and note it; whoever makes their own task has accepted it."""
    owner = task.owner
    if owner is None:
        _note(db, task, "offered", "", by, now)
    elif owner.id == by.id:
        task.state, task.accepted_at = "accepted", now
        _note(db, task, "accepted", "", by, now)
    else:
        _note(db, task, "offered", owner.name, by, now)
        facts = {
            "title": task.title,
            "body": task.body.name,
            "due": task.due_on.isoformat() if task.due_on else "",
            "path": f"/tasks/{task.id}",
        }
        mail.queue(db, to=owner, template="task_offered", facts=facts, now=now)


def _note(db: Db, task: Task, kind: str, text: str, by: Person, now: datetime) -> None:
    db.add(TaskNote(task_id=task.id, person_id=by.id, kind=kind, text=text, at=now))
    db.flush()


def offer(db: Db, task: Task, owner: Person | None, *, by: Person, now: datetime) -> None:
    """Offer an open task to somebody else, who has to accept it; None: it is nobody's.

    raises  NotFound, NotAllowed by the policy; Invalid
    """
    _require(may_lead(by, task), by, task)
    _held(db, task)
    _require(may_lead(by, task), by, task)
    _check_owner(task.body, owner)
    task.owner_id, task.owner = (owner.id, owner) if owner else (None, None)
    task.state, task.accepted_at, task.reason = "offered", None, ""
    _offered(db, task, by, now)


def accept(db: Db, task: Task, *, by: Person, now: datetime) -> None:
    """Take the task on.

    raises  NotFound, NotAllowed by the policy
    """
    _require(may_accept(by, task), by, task)
    _held(db, task)
    _require(may_accept(by, task), by, task)
    task.state, task.accepted_at, task.reason = "accepted", now, ""
    _note(db, task, "accepted", "", by, now)


def hand_back(db: Db, task: Task, why: str, *, by: Person, now: datetime) -> None:
    """The task is nobody's again, and everybody reads why.

    raises  NotFound, NotAllowed by the policy; Invalid without a reason
    """
    _require(may_answer(by, task), by, task)
    why = _words(why, "why", "Please say why: everybody in the body reads this.")
    _held(db, task)
    _require(may_answer(by, task), by, task)
    task.owner_id, task.owner, task.state, task.accepted_at = None, None, "offered", None
    task.reason = why
    _note(db, task, "handed_back", why, by, now)
    maker = db.get(Person, task.made_by_id)
    if maker is not None and maker.id != by.id and may_see(maker, task):
        facts = {"title": task.title, "body": task.body.name, "path": f"/tasks/{task.id}"}
        mail.queue(db, to=maker, template="task_handed_back", facts=facts, now=now)


def tell(db: Db, task: Task, words: str, *, by: Person, now: datetime) -> None:
    """Note what has come of it so far.

    raises  NotFound, NotAllowed by the policy; Invalid without words
    """
    _require(may_tell(by, task), by, task)
    _note(db, task, "note", _words(words, "text", "Please fill this in."), by, now)


def plan(
    db: Db, task: Task, *, due_on: date | None, review_on: date | None, by: Person, now: datetime
) -> None:
    """Other dates; the ones before stay readable in the notes.

    raises  NotFound, NotAllowed by the policy; Invalid
    """
    _require(may_lead(by, task), by, task)
    _held(db, task)
    _require(may_lead(by, task), by, task)
    today = days.local_day(now, task.body.zone)
    _check_dates(
        due_on if due_on != task.due_on else None,  # what has passed may stay as it is
        review_on if review_on != task.review_on else None,
        today,
    )
    was = task.due_on.isoformat() if task.due_on else ""
    if due_on != task.due_on:
        _note(db, task, "planned", was, by, now)
    task.due_on, task.review_on = due_on, review_on
    db.flush()


def finish(db: Db, task: Task, words: str, *, by: Person, now: datetime) -> None:
    """It is done.

    raises  NotFound, NotAllowed by the policy
    """
    _require(may_finish(by, task), by, task)
    _held(db, task)
    _require(may_finish(by, task), by, task)
    task.state, task.done_at = "done", now
    _note(db, task, "done", words.strip()[:LONGEST_NOTE], by, now)
    log.note(db, "task.done", by=by, now=now, body=task.body, detail=task.title)


def drop(db: Db, task: Task, why: str, *, by: Person, now: datetime) -> None:
    """It is not to be done any more, and everybody reads why.

    raises  NotFound, NotAllowed by the policy; Invalid without a reason
    """
    _require(may_lead(by, task), by, task)
    why = _words(why, "why", "Please say why: everybody in the body reads this.")
    _held(db, task)
    _require(may_lead(by, task), by, task)
    task.state, task.reason = "dropped", why
    _note(db, task, "dropped", why, by, now)
    log.note(db, "task.dropped", by=by, now=now, body=task.body, detail=task.title)


def _words(words: str, field: str, otherwise: str) -> str:
    words = words.strip()
    if not words:
        raise Invalid(field, otherwise)
    if len(words) > LONGEST_NOTE:
        raise Invalid(field, "This is too long: at most %(most)s characters.", most=LONGEST_NOTE)
    return words


def notes(db: Db, task: Task) -> Sequence[TaskNote]:
    """What has come of the task, oldest first."""
    query = select(TaskNote).where(TaskNote.task_id == task.id).order_by(TaskNote.at, TaskNote.id)
    return db.scalars(query.options(joinedload(TaskNote.person))).all()


def of_decision(db: Db, decision: Decision) -> Sequence[Task]:
    """What follows from a decision. Its reader may see them all."""
    query = select(Task).where(Task.decision_id == decision.id).order_by(Task.id)
    return db.scalars(query.options(joinedload(Task.owner))).all()


def is_overdue(task: Any, today: date) -> bool:
    """Whether a task, or a row of a list, should have been done before today."""
    return task.state in OPEN and task.due_on is not None and task.due_on < today


def overdue(db: Db, body: Body, day: date) -> Sequence[Task]:
    """What should have been done before a day, longest overdue first: for the Beschlusskontrolle.

    day     in the body's zone, as the day of the session on whose agenda it stands
    """
    return _followed(db, body, Task.due_on < day)


def for_review(db: Db, body: Body, day: date) -> Sequence[Task]:
    """What the body wanted to look at again by a day, and is not overdue."""
    is_late = and_(Task.due_on.is_not(None), Task.due_on < day)
    return _followed(db, body, and_(Task.review_on <= day, ~is_late))


def followed_up(db: Db, body: Body, day: date) -> tuple[list[Task], list[Task]]:
    """What `overdue` and `for_review` find, in one query."""
    found = _followed(db, body, or_(Task.due_on < day, Task.review_on <= day))
    late = [each for each in found if is_overdue(each, day)]
    return late, [each for each in found if not is_overdue(each, day)]


def _followed(db: Db, body: Body, which: Any) -> Sequence[Task]:
    query = (
        select(Task)
        .where(Task.body_id == body.id, Task.state.in_(OPEN), which)
        .order_by(Task.due_on, Task.id)
        .options(
            joinedload(Task.owner), joinedload(Task.decision).joinedload(Decision.item)
        )
    )  # fmt: skip
    return db.scalars(query).all()


@dataclass(frozen=True)
class Counts:
    """How a body's tasks stand; of nobody in particular."""

    open: int
    overdue: int
    ownerless: int
    done: int
    dropped: int
    done_in_time: int
    """Of the done ones that had a date."""
    done_with_date: int


def counts(db: Db, body: Body, day: date) -> Counts:
    """How the body's tasks stand on a day in its zone. One query for the states, one for dates."""
    is_open = Task.state.in_(OPEN)

    def tally(which: Any) -> Any:
        return func.coalesce(func.sum(case((which, 1), else_=0)), 0)

    row = db.execute(
        select(
            tally(is_open),
            tally(is_open & (Task.due_on < day)),
            tally(is_open & Task.owner_id.is_(None)),
            tally(Task.state == "done"),
            tally(Task.state == "dropped"),
        ).where(Task.body_id == body.id)
    ).one()
    done = db.execute(
        select(Task.due_on, Task.done_at).where(
            Task.body_id == body.id, Task.state == "done", Task.due_on.is_not(None)
        )
    ).all()
    in_time = sum(
        days.local_day(each.done_at, body.zone) <= each.due_on
        for each in done
        if each.due_on and each.done_at
    )
    is_open_now, late, nobodys, finished, dropped = (int(each) for each in row)
    return Counts(is_open_now, late, nobodys, finished, dropped, in_time, len(done))


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to. Empty fields narrow nothing."""

    query: str = ""
    state: str = ""
    """One of STATES."""
    mine: bool = False
    body: str = ""
    """A body's slug."""
    goal: int | None = None
    page: int = 1
    """From 1."""


def listed(
    db: Db, wanted: Wanted, *, reader: Person, now: datetime
) -> tuple[Sequence[Row[Any]], int]:
    """A page of the tasks that the reader may see, those due first ahead, and how many in all.

    Each row has `today`: the day in its body's zone. Two queries.
    """
    mine = bodies.of(db, reader)
    if not mine:
        return (), 0
    today = {each.id: days.local_day(now, each.zone) for each in mine}
    is_late = or_(
        *(and_(Task.body_id == body_id, Task.due_on < day) for body_id, day in today.items())
    )
    is_open = Task.state.in_(OPEN)
    query: Any = (
        select(
            Task.id,
            Task.title,
            Task.state,
            Task.due_on,
            Task.review_on,
            Task.reason,
            Task.owner_id,
            Task.body_id,
            Person.name.label("owner"),
            Body.name.label("body"),
            Goal.title.label("goal"),
            Decision.id.label("decision_id"),
            Decision.year,
            Decision.serial,
            (is_open & is_late).label("is_overdue"),
            func.count().over().label("whole"),
        )
        .join(Body, Body.id == Task.body_id)
        .outerjoin(Person, Person.id == Task.owner_id)
        .outerjoin(Goal, Goal.id == Task.goal_id)
        .outerjoin(Decision, Decision.id == Task.decision_id)
        .outerjoin(Item, Item.id == Decision.item_id)
        .where(_visible_to(reader))
        .order_by(~is_open, Task.due_on.is_(None), Task.due_on, Task.id)
    )
    if wanted.state in ("open", "overdue", "ownerless"):
        query = query.where(is_open)
    if wanted.state == "overdue":
        query = query.where(is_late)
    elif wanted.state == "ownerless":
        query = query.where(Task.owner_id.is_(None))
    elif wanted.state in ("done", "dropped"):
        query = query.where(Task.state == wanted.state)
    if wanted.mine:
        query = query.where(Task.owner_id == reader.id)
    if wanted.body:
        query = query.where(Body.slug == wanted.body)
    if wanted.goal is not None:
        query = query.where(Task.goal_id == wanted.goal)
    for word in wanted.query.split()[:8]:
        query = query.where(Task.title.icontains(word, autoescape=True))
    rows = db.execute(query.limit(PER_PAGE).offset(PER_PAGE * (wanted.page - 1))).all()
    return rows, int(rows[0].whole) if rows else 0


def _visible_to(reader: Person) -> Any:
    """`may_see` as a condition; a test binds the two."""
    return exists().where(
        Member.body_id == Task.body_id,
        Member.person_id == reader.id,
        or_(Member.role != "guest", Item.id.is_(None), Item.is_confidential.is_(False)),
    )


def goals_of(db: Db, reader: Person) -> Sequence[Goal]:
    """The goals that tasks of the reader's bodies hang from."""
    query = (
        select(Goal)
        .join(Member, Member.body_id == Goal.body_id)
        .where(Member.person_id == reader.id, exists().where(Task.goal_id == Goal.id))
        .order_by(Goal.title, Goal.id)
    )
    return db.scalars(query).all()


def goals_for(db: Db, body: Body) -> Sequence[Goal]:
    """The goals that a new task of the body can hang from."""
    pursued = Goal.state.in_(("proposed", "pursued"))
    query = select(Goal).where(Goal.body_id == body.id, pursued).order_by(Goal.place, Goal.id)
    return db.scalars(query).all()


def decision_for(db: Db, decision_id: int, *, by: Person) -> Decision:
    """The decision that tasks are to be made from.

    raises  NotFound, NotAllowed
    """
    decision = decisions.find(db, decision_id, reader=by)
    policy.require_body(may_make, by, decision.body)
    return decision
