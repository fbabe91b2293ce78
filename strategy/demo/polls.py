"""Straw polls of the made-up board: an open one that runs, a secret one that has ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from strategy.domain import polls
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.polls import Poll
from strategy.store.topics import Topic


def open_one(
    db: Session, about: Paper | Topic, by: Person, voters: Sequence[Person], *, now: datetime
) -> Poll:
    """How important is it? Runs for another week."""
    facts = polls.Facts(
        "Soll der Landesverband dieses Vorhaben im Wahlprogramm nach vorn stellen?",
        scale="must",
        ends_at=now + timedelta(days=7),
    )
    poll = polls.start(db, about, facts, by=by, now=now - timedelta(days=2))
    said = ("must", "should", "should", "must", "should_not")
    for hours, (person, choice) in enumerate(zip(voters, said, strict=False)):
        at = now - timedelta(days=1, hours=hours)
        polls.vote(db, poll, choice, by=person, now=at)
    return poll


def secret_one(
    db: Session, about: Paper | Topic, by: Person, voters: Sequence[Person], *, now: datetime
) -> Poll:
    """Would they carry it? Asked in secret, closed yesterday; with fewer than five no result."""
    facts = polls.Facts(
        "Könnten wir diesen Vorschlag so in der nächsten Sitzung beschließen?",
        scale="yes",
        is_secret=True,
    )
    poll = polls.start(db, about, facts, by=by, now=now - timedelta(days=9))
    said = ("yes", "yes", "no", "yes", "abstain", "yes", "no")
    for person, choice in zip(voters, said, strict=False):
        polls.vote(db, poll, choice, by=person, now=now - timedelta(days=5))
    polls.close(db, poll, by=by, now=now - timedelta(days=1))
    return poll
