"""The desk: the next session, what a person should read, what they write, what waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from strategy.domain import sessions, tasks
from strategy.domain.lead_time import Deadlines
from strategy.domain.papers import readable_by, rows_for, written_by
from strategy.store.bodies import Body, Member
from strategy.store.comments import Comment, Mention
from strategy.store.papers import APART, Paper, Reading
from strategy.store.people import Person
from strategy.store.sessions import Session as Meeting
from strategy.store.tablings import Tabling, TakenBack
from strategy.store.topics import Topic

MOST = 12
"""Entries of each list; the rest is behind a link."""


MOST_SESSIONS = 4


@dataclass(frozen=True)
class Ahead:
    """A session that comes, with its deadlines and how many papers lie before it."""

    session: Meeting
    deadlines: Deadlines
    papers: int


@dataclass(frozen=True)
class Desk:
    """Rows of columns, at most MOST each."""

    ahead: Sequence[Ahead]
    """The next sessions of the person's bodies."""
    to_read: Sequence[Any]
    """Changed since last read, before a session or in consultation: what is due soonest first."""
    due: dict[int, datetime]
    """By paper to be read: when its session begins."""
    writing: Sequence[Any]
    """Drafts and consultations that the person writes, newest change first."""
    waiting: Sequence[Any]
    """Open threads on their papers, and open threads that name them."""
    topics: Sequence[Any]
    """Topics without an answer in the bodies that the person chairs or keeps the office of."""
    owed: Sequence[Any]
    """Topics whose paper was commissioned from the person and is not begun, due first ahead."""
    tasks: Sequence[Any]
    """Their open tasks, those due first ahead."""


def of(db: Session, *, reader: Person, now: datetime) -> Desk:
    """The reader's desk."""
    chosen = rows_for(reader).limit(MOST)
    unread = or_(Reading.version.is_(None), Reading.version < Paper.version)
    to_read = db.execute(
        chosen.where(
            Paper.state.in_(("consultation", "finalised", "tabled")),
            # of minutes, those to which one may still object
            or_(Paper.kind.not_in(APART), Paper.consults_until >= now.date()),
            unread,
            ~written_by(reader.id),
        ).order_by(
            Paper.state != "tabled",
            Paper.consults_until.is_(None),
            Paper.consults_until,
            Paper.changed_at.desc(),
        )
    ).all()
    due = _due(db, [row.id for row in to_read if row.state == "tabled"])
    writing = db.execute(
        chosen.where(Paper.state.in_(("draft", "consultation")), written_by(reader.id)).order_by(
            Paper.changed_at.desc()
        )
    ).all()
    author = aliased(Person)
    names_me = exists().where(Mention.comment_id == Comment.id, Mention.person_id == reader.id)
    waiting = db.execute(
        select(
            Comment.id,
            Comment.kind,
            Comment.text,
            Comment.made_at,
            Comment.author_name,
            author.name.label("author"),
            Paper.id.label("paper_id"),
            Paper.title,
        )
        .join(Paper, Paper.id == Comment.paper_id)
        .join(author, author.id == Comment.author_id)
        .where(
            readable_by(reader.id),
            Paper.state.in_(("draft", "consultation")),
            Comment.thread_id.is_(None),
            Comment.resolved_at.is_(None),
            Comment.deleted_at.is_(None),
            Comment.author_id != reader.id,
            or_(names_me, written_by(reader.id)),
        )
        .order_by(Comment.made_at)
        .limit(MOST)
    ).all()
    latest = max(due.values(), default=now)
    to_read = sorted(to_read, key=lambda row: due.get(row.id, latest))
    topics = _topics(db, reader)
    mine, _ = tasks.listed(db, tasks.Wanted(state="open", mine=True), reader=reader, now=now)
    return Desk(
        ahead=_ahead(db, reader, now),
        to_read=to_read,
        due=due,
        writing=writing,
        waiting=waiting,
        topics=[row for row in topics if row.paper_by is None][:MOST],
        owed=[row for row in topics if row.paper_by is not None][:MOST],
        tasks=mine[:MOST],
    )


def _topics(db: Session, reader: Person) -> Sequence[Any]:
    waits = and_(
        Member.role.in_(("chair", "staff")), Topic.answer.is_(None), Topic.forced_at.is_(None)
    )
    promised = and_(Topic.commissioned_to_id == reader.id, Topic.paper_id.is_(None))
    query = (
        select(
            Topic.id,
            Topic.title,
            Topic.owed_by,
            Topic.paper_by,
            Body.zone,
            Body.name.label("body"),
        )
        .join(Body, Body.id == Topic.body_id)
        .join(Member, Member.body_id == Topic.body_id)
        .where(Member.person_id == reader.id, or_(waits, promised))
        .order_by(Topic.paper_by.is_(None), Topic.paper_by, Topic.owed_by, Topic.id)
        .limit(2 * MOST)
    )
    return db.execute(query).all()


def _ahead(db: Session, reader: Person, now: datetime) -> list[Ahead]:
    papers = (
        select(func.count(Tabling.item_id.distinct()))
        .outerjoin(TakenBack, TakenBack.tabling_id == Tabling.id)
        .where(Tabling.session_id == Meeting.id, TakenBack.tabling_id.is_(None))
        .correlate(Meeting)
        .scalar_subquery()
    )
    query = (
        select(Meeting, papers)
        .join(Member, Member.body_id == Meeting.body_id)
        .where(
            Member.person_id == reader.id,
            Meeting.state.in_(("planned", "convened", "running")),
            (Meeting.ends_at >= now) | (Meeting.state == "running"),
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(MOST_SESSIONS)
        .options(joinedload(Meeting.body), joinedload(Meeting.rules))
    )
    rows = db.execute(query).all()
    ends = sessions.deadlines_of(db, [row[0] for row in rows])
    return [Ahead(row[0], its_ends, row[1]) for row, its_ends in zip(rows, ends, strict=True)]


def _due(db: Session, papers: list[int]) -> dict[int, datetime]:
    """When the sessions of tabled papers begin."""
    query = (
        select(Tabling.paper_id, func.max(Meeting.starts_at))
        .join(Meeting, Meeting.id == Tabling.session_id)
        .outerjoin(TakenBack, TakenBack.tabling_id == Tabling.id)
        .where(Tabling.paper_id.in_(papers), TakenBack.tabling_id.is_(None))
        .group_by(Tabling.paper_id)
    )
    return dict(db.execute(query).all())
