"""The desk: what a person should read, what they write, what waits for their answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from strategy.domain.papers import readable_by, rows_for, written_by
from strategy.store.comments import Comment, Mention
from strategy.store.papers import Paper, Reading
from strategy.store.people import Person

MOST = 12
"""Entries of each list; the rest is behind a link."""


@dataclass(frozen=True)
class Desk:
    """Rows of columns, at most MOST each."""

    to_read: Sequence[Any]
    """In consultation or finalised, changed since last read: soonest end of consultation first."""
    writing: Sequence[Any]
    """Drafts and consultations that the person writes, newest change first."""
    waiting: Sequence[Any]
    """Open threads on their papers, and open threads that name them."""


def of(db: Session, *, reader: Person, today: date) -> Desk:
    """The reader's desk."""
    chosen = rows_for(reader).limit(MOST)
    unread = or_(Reading.version.is_(None), Reading.version < Paper.version)
    to_read = db.execute(
        chosen.where(
            Paper.state.in_(("consultation", "finalised")), unread, ~written_by(reader.id)
        ).order_by(Paper.consults_until.is_(None), Paper.consults_until, Paper.changed_at.desc())
    ).all()
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
    return Desk(to_read, writing, waiting)
