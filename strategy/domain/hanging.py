"""What hangs from the goals: papers by their standing tabling, decisions, tasks; what has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, exists, func, or_, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import aliased

from strategy.domain import papers, policy
from strategy.domain.goals import Node
from strategy.store.agenda import Item
from strategy.store.bodies import Body
from strategy.store.decisions import CARRIED, Decision, Task
from strategy.store.goals import Goal
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.tablings import Tabling, TakenBack

MOST_SHOWN = 25
"""Papers or decisions without a goal that are listed; the rest is counted."""


@dataclass
class Hanging:
    """What hangs from one goal."""

    papers: list[Row[Any]] = field(default_factory=list)
    decisions: list[Row[Any]] = field(default_factory=list)
    tasks: list[Row[Any]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.papers) + len(self.decisions) + len(self.tasks)


def _standing() -> Any:
    """Tablings that count: each paper's newest, unless it was taken back."""
    other = aliased(Tabling)
    newest = (
        select(func.max(other.number))
        .where(other.paper_id == Tabling.paper_id)
        .correlate(Tabling)
        .scalar_subquery()
    )
    taken = exists().where(TakenBack.tabling_id == Tabling.id)
    return (Tabling.number == newest) & ~taken


def _papers(body: Body, reader: Person) -> Any:
    return (
        select(
            Paper.id,
            Paper.year,
            Paper.serial,
            Paper.title,
            Paper.state,
            Tabling.goal_id,
            Tabling.no_goal_because,
        )
        .join(Tabling, Tabling.paper_id == Paper.id)
        .where(Paper.body_id == body.id, _standing(), papers.readable_by(reader.id))
        .order_by(Tabling.at.desc(), Paper.id.desc())
    )


def _decisions(body: Body, reader: Person) -> Any:
    """Without confidential ones, for guests."""
    query = (
        select(
            Decision.id,
            Decision.year,
            Decision.serial,
            Decision.title,
            Decision.outcome,
            Decision.at,
            Decision.goal_id,
        )
        .join(Item, Item.id == Decision.item_id)
        .where(Decision.body_id == body.id)
        .order_by(Decision.at.desc(), Decision.id.desc())
    )
    if policy.role(body, reader) == "guest":
        query = query.where(Item.is_confidential.is_(False))
    return query


def _tasks(body: Body, reader: Person) -> Any:
    query = (
        select(Task.id, Task.title, Task.state, Task.due_on, Task.goal_id, Person.name.label("who"))
        .outerjoin(Person, Person.id == Task.owner_id)
        .where(Task.body_id == body.id)
        .order_by(Task.due_on, Task.id)
    )
    if policy.role(body, reader) == "guest":
        query = (
            query.outerjoin(Decision, Decision.id == Task.decision_id)
            .outerjoin(Item, Item.id == Decision.item_id)
            .where(or_(Item.id.is_(None), Item.is_confidential.is_(False)))
        )
    return query


def from_goals(db: Db, body: Body, *, reader: Person) -> dict[int, Hanging]:
    """For each goal of the body what the reader may see hanging from it. Three queries."""
    found: dict[int, Hanging] = {}
    for row in db.execute(_papers(body, reader).where(Tabling.goal_id.is_not(None))):
        found.setdefault(row.goal_id, Hanging()).papers.append(row)
    for row in db.execute(_decisions(body, reader).where(Decision.goal_id.is_not(None))):
        found.setdefault(row.goal_id, Hanging()).decisions.append(row)
    for row in db.execute(_tasks(body, reader).where(Task.goal_id.is_not(None))):
        found.setdefault(row.goal_id, Hanging()).tasks.append(row)
    return found


def from_goal(db: Db, goal: Goal, body: Body, *, reader: Person) -> Hanging:
    """What hangs from one goal. Three queries."""
    return Hanging(
        list(db.execute(_papers(body, reader).where(Tabling.goal_id == goal.id))),
        list(db.execute(_decisions(body, reader).where(Decision.goal_id == goal.id))),
        list(db.execute(_tasks(body, reader).where(Task.goal_id == goal.id))),
    )


def is_bare(node: Node, there: dict[int, Hanging]) -> bool:
    """Whether a goal is pursued, and nothing hangs from it or from what stands under it."""
    return node.goal.state == "pursued" and not any(
        len(there.get(each.goal.id, ())) for each in node.walk()
    )


@dataclass(frozen=True)
class Loose:
    """Papers and decisions that name no goal: the newest, and how many there are."""

    papers: Sequence[Row[Any]]
    paper_count: int
    decisions: Sequence[Row[Any]]
    decision_count: int


def without_goal(db: Db, body: Body, *, reader: Person) -> Loose:
    """Tabled papers, and decisions that carried, without a goal. Two queries."""
    whole = func.count().over().label("whole")
    loose_papers = db.execute(
        _papers(body, reader).add_columns(whole).where(Tabling.goal_id.is_(None)).limit(MOST_SHOWN)
    ).all()
    loose_decisions = db.execute(
        _decisions(body, reader)
        .add_columns(whole)
        .where(Decision.goal_id.is_(None), Decision.outcome.in_(sorted(CARRIED)))
        .limit(MOST_SHOWN)
    ).all()
    return Loose(
        loose_papers,
        loose_papers[0].whole if loose_papers else 0,
        loose_decisions,
        loose_decisions[0].whole if loose_decisions else 0,
    )
