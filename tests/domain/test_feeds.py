"""A person's calendar feed: which sessions, what of them, since when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar, Event
from sqlalchemy.orm import Session

from strategy.domain import feeds, people, sessions
from strategy.errors import NotFound
from strategy.store.agenda import Item
from strategy.store.bodies import Member
from strategy.store.feeds import Feed
from tests.builders import NOON, a_body, a_member, a_paper, a_person, a_session, later

BASE = "https://vorlauf.example.org"


def fetched(db: Session, token: str, now: Any = NOON) -> list[Event]:
    data = feeds.file(db, feeds.find(db, token), base=BASE, now=now)
    return list(Calendar.from_ical(data).walk("VEVENT"))


def test_all_sessions_of_my_bodies_and_no_others(db: Session) -> None:
    one, two, other = a_body(db), a_body(db), a_body(db)
    ada = a_member(db, one)
    a_member(db, two, person=ada)
    a_session(db, one, title="Eins", in_days=3)
    a_session(db, two, title="Zwei", in_days=2, state="convened")
    a_session(db, one, title="Drei", in_days=1, state="cancelled")
    a_session(db, other, title="Fremd")
    found = fetched(db, feeds.make(db, ada, is_neutral=False, now=NOON))
    assert [(str(each["summary"]).partition(":")[0], each["status"]) for each in found] == [
        ("Drei", "CANCELLED"),
        ("Zwei", "CONFIRMED"),
        ("Eins", "TENTATIVE"),
    ]


def test_a_moved_session_is_the_same_one_with_a_higher_number(db: Session) -> None:
    body = a_body(db)
    ada, chair = a_member(db, body), a_member(db, body, "chair")
    session = a_session(db, body)
    token = feeds.make(db, ada, is_neutral=False, now=NOON)
    (before,) = fetched(db, token)
    ends_at = session.ends_at + timedelta(days=7)
    sessions.move(
        db, session, starts_at=session.starts_at + timedelta(days=7), ends_at=ends_at,
        because="Sturm", by=chair, now=later(hours=1),
    )  # fmt: skip
    (after,) = fetched(db, token)
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after["dtstart"].dt == session.starts_at
    assert after["dtstamp"].dt == later(hours=1)
    sessions.cancel(db, session, "Sturm", by=chair, now=later(hours=2))
    (gone,) = fetched(db, token)
    assert gone["sequence"] > 1
    assert gone["status"] == "CANCELLED"


def test_nothing_of_papers_is_in_it_and_in_a_neutral_one_no_title(db: Session) -> None:
    body = a_body(db, name="Landesvorstand")
    ada = a_member(db, body)
    paper = a_paper(db, body=body, lead=ada, title="Geheimnis", state="tabled")
    session = a_session(db, body, title="Klausur", place="Kiel", state="convened")
    db.add(Item(body_id=body.id, session_id=session.id, title="Geheimnis", paper_id=paper.id,
                made_at=NOON))  # fmt: skip
    db.flush()
    for is_neutral in (False, True):
        token = feeds.make(db, ada, is_neutral=is_neutral, now=NOON)
        words = feeds.file(db, feeds.find(db, token), base=BASE, now=NOON).decode()
        assert "Geheimnis" not in words
        shown = {each for each in ("Klausur", "Kiel", "Landesvorstand", "/sessions/")
                 if each in words}  # fmt: skip
        assert len(shown) == (0 if is_neutral else 4)
        assert ("SUMMARY:Termin" in words) == is_neutral


def test_only_a_hash_of_the_token_is_kept(db: Session) -> None:
    ada = a_person(db)
    token = feeds.make(db, ada, is_neutral=False, now=NOON)
    feed = db.get(Feed, ada.id)
    assert feed is not None
    assert token not in {str(getattr(feed, column.key)) for column in Feed.__table__.columns}
    assert len(token) == 43


def test_it_ends_by_its_person_by_a_new_one_and_by_leaving(db: Session) -> None:
    ada, admin = a_person(db), a_person(db, is_admin=True)
    first = feeds.make(db, ada, is_neutral=False, now=NOON)
    second = feeds.make(db, ada, is_neutral=False, now=NOON)
    with pytest.raises(NotFound):
        feeds.find(db, first)
    feeds.revoke(db, ada)
    with pytest.raises(NotFound):
        feeds.find(db, second)
    third = feeds.make(db, ada, is_neutral=False, now=NOON)
    people.leave(db, ada, by=admin, now=NOON)
    with pytest.raises(NotFound):
        feeds.find(db, third)
    people.come_back(db, ada, by=admin, now=NOON)
    with pytest.raises(NotFound):
        feeds.find(db, third)


def test_it_has_changed_when_a_body_is_left_too(db: Session) -> None:
    body = a_body(db)
    ada = a_member(db, body)
    a_session(db, body)
    feed = feeds.find(db, feeds.make(db, ada, is_neutral=False, now=NOON))
    for minutes in (1, 2):
        feeds.file(db, feed, base=BASE, now=later(minutes=minutes))
        assert feed.changed_at == later(minutes=1)
    db.delete(db.get(Member, (body.id, ada.id)))
    db.flush()
    feeds.file(db, feed, base=BASE, now=later(minutes=3))
    assert feed.changed_at == later(minutes=3)
