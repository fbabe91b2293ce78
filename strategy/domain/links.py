"""Links that work once: an invitation, a password's reset, a sign-in without one."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from strategy.domain.devices import fingerprint
from strategy.errors import NotFound
from strategy.store.people import Link, Person

LASTS = {
    "invitation": timedelta(days=14),
    "reset": timedelta(minutes=60),
    "sign_in": timedelta(minutes=15),
}

PATHS = {"invitation": "/invitations/", "reset": "/reset/", "sign_in": "/sign-in/"}

GONE = "This link is not valid any more. Links work once and for a limited time."


def make(db: Session, kind: str, person: Person, *, by: Person | None, now: datetime) -> str:
    """A new link's token: 43 URL-safe characters, kept nowhere.

    kind    "invitation" (14 days), "reset" (60 minutes) or "sign_in" (15 minutes)
    by      who made it; None: the person themself, or the command line
    raises  NotFound for somebody who has left
    """
    if person.left_at is not None:
        raise NotFound("There is no such person.")
    token = secrets.token_urlsafe(32)
    db.add(
        Link(
            kind=kind,
            token_hash=fingerprint(token),
            person_id=person.id,
            made_by_id=by.id if by else None,
            made_at=now,
            ends_at=now + LASTS[kind],
        )
    )
    db.flush()
    return token


def address(base: str, kind: str, token: str) -> str:
    """The link as people follow it.

    base    how people reach the server, without a slash at the end
    """
    return f"{base}{PATHS[kind]}{token}"


def find(db: Session, kind: str, token: str, *, now: datetime) -> Link:
    """The link, without using it: for showing what it would do.

    raises  NotFound if there is none, it was used, or its time is over
    """
    link = db.scalar(
        select(Link)
        .join(Link.person)
        .where(
            Link.kind == kind,
            Link.token_hash == fingerprint(token),
            Link.used_at.is_(None),
            Link.ends_at > now,
            Person.left_at.is_(None),
        )
        .options(joinedload(Link.person))
    )
    if link is None:
        raise NotFound(GONE)
    return link


def follow(db: Session, kind: str, token: str, *, now: datetime) -> Person:
    """Use the link up and say whom it is for. Of two who come at once, one is refused.

    raises  NotFound if there is none, it was used, or its time is over
    """
    link = find(db, kind, token, now=now)
    mine = db.scalar(
        update(Link)
        .where(Link.id == link.id, Link.used_at.is_(None))
        .values(used_at=now)
        .returning(Link.id)
    )
    if mine is None:
        raise NotFound(GONE)
    return link.person


def end_all(db: Session, person: Person, *, now: datetime) -> None:
    """None of the person's links works any more."""
    db.execute(
        update(Link).where(Link.person_id == person.id, Link.used_at.is_(None)).values(used_at=now)
    )
