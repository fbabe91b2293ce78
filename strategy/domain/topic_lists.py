"""Topics in lists: what waits for an answer first, longest overdue on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, exists, func, or_, select
from sqlalchemy.orm import Session as Db

from strategy.store.bodies import Body, Member
from strategy.store.people import Person
from strategy.store.topics import Support, Topic

PER_PAGE = 40
SHOWN = ("open", "overdue", "answered", "all")


@dataclass(frozen=True)
class Wanted:
    """What a list of topics is narrowed to. Empty fields narrow nothing."""

    query: str = ""
    show: str = "open"
    """One of SHOWN."""
    body: str = ""
    """A body's slug."""
    mine: bool = False
    """Only what the reader has proposed, for themself or for somebody else, or is to write."""
    page: int = 1
    """From 1."""


@dataclass(frozen=True)
class Counts:
    """How many topics there are of each sort."""

    open: int
    overdue: int
    answered: int
    all: int


_OPEN = Topic.answer.is_(None) & Topic.forced_at.is_(None)


def _belonging(reader: Person, wanted: Wanted) -> list[Any]:
    conditions: list[Any] = [
        exists().where(Member.body_id == Topic.body_id, Member.person_id == reader.id)
    ]
    if wanted.body:
        conditions.append(Topic.body_id.in_(select(Body.id).where(Body.slug == wanted.body)))
    if wanted.mine:
        conditions.append(
            or_(
                Topic.author_id == reader.id,
                Topic.trusted_id == reader.id,
                Topic.commissioned_to_id == reader.id,
            )
        )
    conditions += [
        Topic.words.contains(word, autoescape=True) for word in wanted.query.lower().split()[:8]
    ]
    return conditions


def counts(db: Db, wanted: Wanted, *, reader: Person, now: datetime) -> Counts:
    """How many there are of each sort, as far as the other wishes go. One query."""
    overdue = _OPEN & (Topic.owed_by <= now)
    row = db.execute(
        select(
            func.coalesce(func.sum(case((_OPEN, 1), else_=0)), 0),
            func.coalesce(func.sum(case((overdue, 1), else_=0)), 0),
            func.count(),
        ).where(*_belonging(reader, wanted))
    ).one()
    waiting, late, every = (int(each) for each in row)
    return Counts(waiting, late, every - waiting, every)


def listed(db: Db, wanted: Wanted, *, reader: Person, now: datetime) -> Sequence[Row[Any]]:
    """A page of topics, as rows of columns. Two queries, however many there are.

    Open ones first, the longest owed on top; then the others, the last ones first.
    """
    chosen = select(Topic.id).where(*_belonging(reader, wanted))
    if wanted.show == "open":
        chosen = chosen.where(_OPEN)
    elif wanted.show == "overdue":
        chosen = chosen.where(_OPEN, Topic.owed_by <= now)
    elif wanted.show == "answered":
        chosen = chosen.where(~_OPEN)
    order = (
        case((_OPEN, 0), else_=1),
        case((_OPEN, Topic.owed_by), else_=None),
        func.coalesce(Topic.answered_at, Topic.forced_at, Topic.made_at).desc(),
        Topic.id.desc(),
    )
    # First which ones, then what there is to say of them: nothing is counted for the others.
    page = chosen.order_by(*order).limit(PER_PAGE).offset(PER_PAGE * (wanted.page - 1))
    ids = list(db.scalars(page))
    supporters = (
        select(func.count()).where(Support.topic_id == Topic.id).correlate(Topic).scalar_subquery()
    )
    mine = exists().where(Support.topic_id == Topic.id, Support.person_id == reader.id)
    query: Any = (
        select(
            Topic.id,
            Topic.title,
            Topic.made_at,
            Topic.owed_by,
            Topic.answer,
            Topic.answered_at,
            Topic.forced_at,
            Topic.dealt_with_at,
            Topic.paper_by,
            Topic.paper_id,
            Body.name.label("body"),
            Body.zone.label("zone"),
            supporters.label("supporters"),
            mine.label("is_mine"),
        )
        .join(Body, Body.id == Topic.body_id)
        .where(Topic.id.in_(ids))
        .order_by(*order)
    )
    return db.execute(query).all()
