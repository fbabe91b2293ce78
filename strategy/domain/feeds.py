"""Calendar feeds: a person's sessions at an address that calendars fetch; nothing of papers."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.domain import calendar
from strategy.domain.devices import fingerprint
from strategy.errors import NotFound
from strategy.store.bodies import Member
from strategy.store.feeds import Feed
from strategy.store.log import Event
from strategy.store.people import Person
from strategy.store.sessions import Move, Session


def of(db: Db, person: Person) -> Feed | None:
    """The person's feed, if they have one."""
    return db.get(Feed, person.id)


def make(db: Db, person: Person, *, is_neutral: bool, now: datetime) -> str:
    """A new feed's token: 43 URL-safe characters, kept nowhere. The one before ends."""
    token = secrets.token_urlsafe(32)
    revoke(db, person)
    db.add(
        Feed(
            person_id=person.id,
            token_hash=fingerprint(token),
            is_neutral=is_neutral,
            made_at=now,
            changed_at=now,
        )
    )
    db.flush()
    return token


def revoke(db: Db, person: Person) -> None:
    """The person's feed ends: who knows its address finds nothing there any more."""
    kept = db.get(Feed, person.id)
    if kept is not None:
        db.delete(kept)
        db.flush()


def address(base: str, token: str) -> str:
    """The feed as calendars fetch it.

    base    how people reach the server, without a slash at the end
    """
    return f"{base}/calendar/{token}.ics"


def find(db: Db, token: str) -> Feed:
    """The feed of a token.

    raises  NotFound if there is none, it was revoked, or its person has left
    """
    feed = db.scalar(
        select(Feed)
        .join(Feed.person)
        .where(Feed.token_hash == fingerprint(token), Person.left_at.is_(None))
        .options(joinedload(Feed.person))
    )
    if feed is None:
        raise NotFound("There is no such page.")
    return feed


def file(db: Db, feed: Feed, *, base: str, now: datetime) -> bytes:
    """The calendar file; `feed.changed_at` is since when it has been like this.

    Only that moment and the content's digest are kept: a session that is gone from it changes
    it, too, and no moment of the sessions that are left would tell.
    """
    data = _file(db, feed, base)
    digest = sha256(data).hexdigest()
    if digest != feed.digest:
        feed.digest, feed.changed_at = digest, now
        db.flush()
    return data


def _file(db: Db, feed: Feed, base: str) -> bytes:
    sessions = db.scalars(
        select(Session)
        .join(Member, Member.body_id == Session.body_id)
        .where(Member.person_id == feed.person_id)
        .order_by(Session.starts_at, Session.id)
        .options(joinedload(Session.body))
    ).all()
    moves = _counted(db, feed, Move.session_id, func.count())
    changed = _counted(db, feed, Event.session_id, func.max(Event.at), Event.verb != "refused")
    events = [
        calendar.event(
            each,
            base=base,
            lang=feed.person.lang,
            moves=moves.get(each.id, 0),
            now=changed.get(each.id, each.made_at),
            is_neutral=feed.is_neutral,
        )
        for each in sessions
    ]
    return calendar.file(events)


def _counted(db: Db, feed: Feed, session_id: Any, what: Any, *but: Any) -> dict[int, Any]:
    """Something of each session in the feed, by session."""
    query = (
        select(session_id, what)
        .join(Session, Session.id == session_id)
        .join(Member, Member.body_id == Session.body_id)
        .where(Member.person_id == feed.person_id, *but)
        .group_by(session_id)
    )
    found: dict[int, Any] = dict(db.execute(query).all())
    return found
