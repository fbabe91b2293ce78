"""Goals: the strategy as a tree, its order, what hangs from it, the wordings that were adopted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.domain import log, policy
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.bodies import Body
from strategy.store.goals import STATES, Goal
from strategy.store.people import Person

LONGEST_TITLE = 200
LONGEST_TEXT = 10_000
DEEPEST = 3
"""Levels of the tree."""
MOST = 300
"""Goals of a body."""
WAYS = ("up", "down", "in", "out")
IN_FORCE = frozenset({"pursued", "reached"})
"""States of the goals that the strategy consists of."""


@dataclass
class Node:
    """A goal in its place."""

    goal: Goal
    number: str
    """ "2.1": counted among its neighbours; it changes with the order."""
    level: int
    """1 at the top, DEEPEST at most."""
    under: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """This one and all below, from the top down."""
        yield self
        for each in self.under:
            yield from each.walk()


def tree(db: Db, body: Body) -> list[Node]:
    """The body's goals as they stand now, with their owners. One query."""
    every = db.scalars(
        select(Goal)
        .where(Goal.body_id == body.id)
        .order_by(Goal.place, Goal.id)
        .options(joinedload(Goal.owner))
    ).all()
    return _branches(every)


def _branches(every: Sequence[Goal]) -> list[Node]:
    below: dict[int | None, list[Goal]] = {}
    for goal in every:
        below.setdefault(goal.parent_id, []).append(goal)

    def grown(parent: int | None, prefix: str, level: int) -> list[Node]:
        return [
            Node(goal, f"{prefix}{place}", level, grown(goal.id, f"{prefix}{place}.", level + 1))
            for place, goal in enumerate(below.get(parent, ()), start=1)
        ]

    return grown(None, "", 1)


def walk(branches: Sequence[Node]) -> list[Node]:
    """All goals from the top down."""
    return [node for branch in branches for node in branch.walk()]


def find(db: Db, goal_id: int, *, reader: Person) -> tuple[Goal, Body]:
    """The goal and its body.

    raises  NotFound if there is none, or the reader does not belong to its body
    """
    goal = db.get(Goal, goal_id, options=[joinedload(Goal.owner)])
    body = db.get(Body, goal.body_id) if goal is not None else None
    if goal is None or body is None or policy.role(body, reader) is None:
        raise NotFound("There is no such goal.")
    return goal, body


def of_body(db: Db, body: Body, goal_id: int) -> Goal:
    """One of the body's goals, as a form names it.

    raises  Invalid
    """
    found = db.get(Goal, goal_id) if 0 < goal_id < 2**31 else None
    if found is None or found.body_id != body.id:
        raise Invalid("goal", "There is no such goal.")
    return found


def unfinished(db: Db, body: Body) -> Sequence[Goal]:
    """The body's goals that are neither reached nor dropped: what a paper can be tabled for."""
    query = (
        select(Goal)
        .where(Goal.body_id == body.id, Goal.state.in_(("proposed", "pursued")))
        .order_by(Goal.place, Goal.id)
    )
    return db.scalars(query).all()


@dataclass(frozen=True)
class Facts:
    """What a goal says."""

    title: str
    text: str = ""
    horizon: date | None = None
    owner: Person | None = None
    state: str = "pursued"

    def check(self, body: Body) -> None:
        """Raise Invalid naming the field."""
        if not self.title.strip():
            raise Invalid("title", "Please give the goal a title.")
        for name, value, most in (
            ("title", self.title, LONGEST_TITLE),
            ("text", self.text, LONGEST_TEXT),
        ):
            if len(value) > most:
                raise Invalid(name, "This is too long: at most %(most)s characters.", most=most)
        if self.horizon is not None and not 2000 <= self.horizon.year <= 2100:
            raise Invalid("horizon", "Please give a year from 2000 to 2100.")
        if self.owner is not None and policy.role(body, self.owner) is None:
            raise Invalid("owner", "%(name)s is not a member of the body.", name=self.owner.name)
        if self.state not in STATES:
            raise Invalid("state", "There is no such state.")


def seal(goal: Goal) -> str:
    """What a form was filled from: another one means that somebody has changed it meanwhile."""
    said = (goal.title, goal.text, goal.horizon, goal.owner_id, goal.state)
    return sha256(repr(said).encode()).hexdigest()[:16]


def _hold(db: Db, body: Body) -> None:
    """The tree is changed by one at a time."""
    db.flush()
    db.execute(select(Body.id).where(Body.id == body.id).with_for_update())


def add(
    db: Db,
    body: Body,
    facts: Facts,
    *,
    parent: Goal | None = None,
    by: Person,
    now: datetime,
) -> Goal:
    """A new goal at the end: as it is said by chair and staff, as a proposal by other members.

    raises  NotFound, NotAllowed by the policy; Invalid naming the field
    """
    policy.require_body(policy.may_propose, by, body)
    facts.check(body)
    leads = policy.may_lead_strategy(by, body)
    _hold(db, body)
    nodes = {node.goal.id: node for node in walk(tree(db, body))}
    if len(nodes) >= MOST:
        raise NotAllowed("There are too many goals: a strategy chooses.")
    if parent is not None:
        above = nodes.get(parent.id)
        if above is None or above.level >= DEEPEST:
            raise Invalid("parent", "Goals stand under one another three levels deep at most.")
    last = db.scalar(select(func.max(Goal.place)).where(Goal.body_id == body.id))
    goal = Goal(
        body_id=body.id,
        parent_id=parent.id if parent else None,
        place=(last or 0) + 1,
        title=" ".join(facts.title.split()),
        text=facts.text.strip(),
        horizon=facts.horizon,
        owner_id=facts.owner.id if facts.owner else None,
        owner=facts.owner,
        state=facts.state if leads else "proposed",
        made_at=now,
    )
    db.add(goal)
    db.flush()
    verb = "goal.added" if goal.state != "proposed" else "goal.proposed"
    log.note(db, verb, by=by, now=now, body=body, detail=goal.title)
    return goal


def change(
    db: Db, goal: Goal, body: Body, facts: Facts, *, seen: str, by: Person, now: datetime
) -> None:
    """Change what a goal says. An adopted wording stays as it was adopted.

    seen    the goal's seal when the change was begun
    raises  NotFound, NotAllowed by the policy; Invalid naming the field, or if somebody has
            changed the goal meanwhile
    """
    policy.require_body(policy.may_lead_strategy, by, body)
    facts.check(body)
    db.flush()
    db.refresh(goal, with_for_update={"of": Goal})
    if seal(goal) != seen:
        raise Invalid("", "Somebody has changed this goal meanwhile. Please look again.")
    goal.title, goal.text = " ".join(facts.title.split()), facts.text.strip()
    goal.horizon, goal.state = facts.horizon, facts.state
    goal.owner, goal.owner_id = facts.owner, facts.owner.id if facts.owner else None
    db.flush()
    log.note(db, "goal.changed", by=by, now=now, body=body, detail=goal.title)


def move(db: Db, goal: Goal, body: Body, way: str, *, by: Person, now: datetime) -> bool:
    """Move a goal, with what stands under it, up or down among its neighbours, or in and out.

    returns whether it could be moved that way
    raises  NotFound, NotAllowed by the policy; Invalid for no such way, or too deep a place
    """
    policy.require_body(policy.may_lead_strategy, by, body)
    if way not in WAYS:
        raise Invalid("way", "There is no such choice.")
    _hold(db, body)
    db.expire(goal, ["parent_id", "place"])
    branches = tree(db, body)
    nodes = {node.goal.id: node for node in walk(branches)}
    node = nodes[goal.id]
    level = nodes[goal.parent_id].under if goal.parent_id else branches
    at = level.index(node)
    if way in ("up", "down"):
        to = at + (-1 if way == "up" else 1)
        if not 0 <= to < len(level):
            return False
        level[at], level[to] = level[to], level[at]
    elif way == "in":
        if at == 0:
            return False
        if max(each.level for each in node.walk()) >= DEEPEST:
            raise Invalid("way", "Goals stand under one another three levels deep at most.")
        level.pop(at)
        level[at - 1].under.append(node)
        goal.parent_id = level[at - 1].goal.id
    else:
        if goal.parent_id is None:
            return False
        parent = nodes[goal.parent_id]
        outer = nodes[parent.goal.parent_id].under if parent.goal.parent_id else branches
        level.pop(at)
        outer.insert(outer.index(parent) + 1, node)
        goal.parent_id = parent.goal.parent_id
    for place, each in enumerate(walk(branches), start=1):
        each.goal.place = place
    db.flush()
    log.note(db, "goal.moved", by=by, now=now, body=body, detail=goal.title)
    return True
