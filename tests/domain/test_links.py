"""Links: they work once, for a while, for one person, for one purpose."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from strategy.domain import links
from strategy.errors import NotFound
from strategy.store.base import make_session
from strategy.store.people import Link
from tests import databases
from tests.builders import NOON, a_person, later

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("kind", links.LASTS)
def test_a_link_works_once(db: Session, kind: str) -> None:
    ada = a_person(db)
    token = links.make(db, kind, ada, by=None, now=NOON)
    assert links.find(db, kind, token, now=NOON).person is ada
    assert links.follow(db, kind, token, now=NOON) is ada
    with pytest.raises(NotFound):
        links.follow(db, kind, token, now=NOON)
    with pytest.raises(NotFound):
        links.find(db, kind, token, now=NOON)


@pytest.mark.parametrize(
    ("kind", "lasts"),
    [
        ("invitation", timedelta(days=14)),
        ("reset", timedelta(minutes=60)),
        ("sign_in", timedelta(minutes=15)),
    ],
)
def test_a_link_works_for_a_while(db: Session, kind: str, lasts: timedelta) -> None:
    token = links.make(db, kind, a_person(db), by=None, now=NOON)
    links.find(db, kind, token, now=NOON + lasts - SECOND)
    with pytest.raises(NotFound):
        links.follow(db, kind, token, now=NOON + lasts)


def test_a_link_of_one_kind_is_none_of_another(db: Session) -> None:
    token = links.make(db, "invitation", a_person(db), by=None, now=NOON)
    for kind in ("reset", "sign_in"):
        with pytest.raises(NotFound):
            links.follow(db, kind, token, now=NOON)


@pytest.mark.parametrize("token", ["", "x", "../..", "\ud800", "x" * 10_000])
def test_an_invented_link_is_not_found(db: Session, token: str) -> None:
    with pytest.raises(NotFound):
        links.follow(db, "sign_in", token, now=NOON)


def test_the_table_does_not_hold_what_would_let_somebody_in(db: Session) -> None:
    token = links.make(db, "sign_in", a_person(db), by=None, now=NOON)
    kept = db.scalars(select(Link.token_hash)).one()
    assert token not in kept
    with pytest.raises(NotFound):
        links.follow(db, "sign_in", kept, now=NOON)


def test_the_links_of_somebody_who_left_are_dead(db: Session) -> None:
    ada = a_person(db)
    token = links.make(db, "sign_in", ada, by=None, now=NOON)
    ada.left_at = NOON
    db.flush()
    with pytest.raises(NotFound):
        links.follow(db, "sign_in", token, now=later(minutes=1))


def test_of_two_who_follow_a_link_at_once_one_comes_in(engine: Engine, db: Session) -> None:
    token = links.make(db, "sign_in", a_person(db), by=None, now=NOON)
    db.commit()
    outcomes: list[str] = []

    def follow() -> None:
        with make_session(engine, writes=True) as own:
            try:
                links.follow(own, "sign_in", token, now=NOON)
                own.commit()
                outcomes.append("in")
            except NotFound:
                outcomes.append("out")

    links.follow(db, "sign_in", token, now=NOON)
    second = threading.Thread(target=follow)
    second.start()
    databases.wait_for(engine, second)  # it has seen the link unused, if it can
    db.commit()
    second.join()
    assert outcomes == ["out"]


def test_a_link_is_written_with_the_address_that_people_use() -> None:
    assert links.address("https://x.org", "sign_in", "abc") == "https://x.org/sign-in/abc"
    assert links.address("https://x.org", "reset", "abc") == "https://x.org/reset/abc"
    assert links.address("https://x.org", "invitation", "abc") == "https://x.org/invitations/abc"
