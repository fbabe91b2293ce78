"""The goals that a paper can be tabled for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from strategy.errors import Invalid
from strategy.store.bodies import Body
from strategy.store.goals import Goal

OPEN = ("proposed", "pursued")


def pursued(db: Session, body: Body) -> Sequence[Goal]:
    """The body's goals that are neither reached nor dropped, in the order of its strategy."""
    query = (
        select(Goal)
        .where(Goal.body_id == body.id, Goal.state.in_(OPEN))
        .order_by(Goal.place, Goal.id)
    )
    return db.scalars(query).all()


def find(db: Session, body: Body, goal_id: int) -> Goal:
    """One of the body's goals.

    raises  Invalid
    """
    found = db.get(Goal, goal_id) if 0 < goal_id < 2**31 else None
    if found is None or found.body_id != body.id:
        raise Invalid("goal", "There is no such goal.")
    return found
