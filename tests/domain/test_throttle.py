"""Guessing is slowed down, for accounts that exist and for those that do not."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from strategy.domain import throttle
from strategy.errors import TooMany
from strategy.store.base import make_session
from strategy.store.people import Attempt
from tests.builders import NOON, later

KEY = throttle.account_key("secret", "sign-in", "ada@example.org")
LIMIT = throttle.Limit(free=3, most=60)


def tried(db: Session, key: str = KEY, *, now: datetime) -> int:
    """Seconds to wait; 0 if the attempt may be made."""
    try:
        throttle.attempt(db, {key: LIMIT}, now=now)
    except TooMany as refused:
        return refused.seconds
    return 0


def test_a_few_attempts_are_free_then_each_wait_is_twice_as_long(db: Session) -> None:
    assert [tried(db, now=NOON) for _ in range(4)] == [0, 0, 0, 2]
    assert tried(db, now=later(seconds=1)) == 1
    assert tried(db, now=later(seconds=2)) == 0
    assert tried(db, now=later(seconds=2)) == 4
    assert tried(db, now=later(seconds=6)) == 0
    assert tried(db, now=later(seconds=6)) == 8


def test_no_wait_is_longer_than_the_longest() -> None:
    assert [LIMIT.wait(count) for count in (0, 2, 3, 4, 7, 8, 9999)] == [0, 0, 2, 4, 32, 60, 60]


def test_asking_too_early_does_not_make_the_wait_longer(db: Session) -> None:
    for _ in range(3):
        tried(db, now=NOON)
    assert {tried(db, now=later(seconds=1)) for _ in range(20)} == {1}
    assert tried(db, now=later(seconds=2)) == 0


def test_a_day_later_all_is_forgotten(db: Session) -> None:
    for _ in range(3):
        tried(db, now=NOON)
    assert tried(db, now=later(hours=24)) == 0
    assert tried(db, now=later(hours=24, seconds=1)) == 0
    assert db.scalar(select(func.count()).select_from(Attempt)) == 2


def test_being_right_forgets_the_account_and_one_attempt_of_the_network(db: Session) -> None:
    network = throttle.network_key("secret", "sign-in", "192.0.2.1")
    for _ in range(2):
        throttle.attempt(db, {KEY: LIMIT, network: LIMIT}, now=NOON)
    throttle.forgive(db, KEY, newest=network)
    left = db.execute(select(Attempt.key, func.count()).group_by(Attempt.key)).all()
    assert [tuple(each) for each in left] == [(network, 1)]


def test_one_account_waits_and_the_others_do_not(db: Session) -> None:
    for _ in range(4):
        tried(db, now=NOON)
    other = throttle.account_key("secret", "sign-in", "ben@example.org")
    assert tried(db, other, now=NOON) == 0


def test_the_table_names_neither_accounts_nor_networks() -> None:
    assert "ada" not in KEY
    assert throttle.account_key("another", "sign-in", "ada@example.org") != KEY
    assert throttle.account_key("secret", "forgot", "ada@example.org") != KEY
    assert throttle.account_key("secret", "sign-in", " ADA@example.org ") == KEY


def test_a_household_is_one_network() -> None:
    def network(address: str) -> str:
        return throttle.network_key("secret", "sign-in", address)

    assert network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9")
    assert network("2001:db8:1:2::1") != network("2001:db8:1:3::1")
    assert network("192.0.2.1") == network("::ffff:192.0.2.1")
    assert network("192.0.2.1") != network("192.0.2.2")
    assert network("") != network("192.0.2.1")


def test_attempts_that_come_at_once_are_all_counted(engine: Engine) -> None:
    """Eight guesses in the same moment, from different connections: only the free ones pass."""
    passed: list[bool] = []
    ready = threading.Barrier(8)

    def guess() -> None:
        ready.wait()
        with make_session(engine, writes=True) as db:
            passed.append(tried(db, now=NOON) == 0)
            db.commit()

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 3


@pytest.mark.parametrize("email", ["", "\ud800", "x" * 10_000, "a\x00b"])
def test_any_text_has_a_key(email: str) -> None:
    assert len(throttle.account_key("secret", "sign-in", email)) == 64
