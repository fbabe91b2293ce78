"""Devices: signed in, listed, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from strategy.domain import devices
from strategy.errors import NotFound
from strategy.store.people import Device
from tests.builders import NOON, a_person, later

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPAD = (
    "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/17.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"
)


def test_a_device_is_found_by_its_token_alone(db: Session) -> None:
    ada = a_person(db)
    token = devices.start(db, ada, agent=FIREFOX, now=NOON)
    found = devices.find(db, token, now=NOON)
    assert found is not None
    assert found.person is ada
    assert devices.find(db, token + "x", now=NOON) is None
    assert devices.find(db, "", now=NOON) is None


def test_the_table_does_not_hold_what_would_let_somebody_in(db: Session) -> None:
    token = devices.start(db, a_person(db), agent=FIREFOX, now=NOON)
    kept = db.scalars(select(Device.token_hash)).one()
    assert token not in kept
    assert devices.find(db, kept, now=NOON) is None


def test_a_device_that_nobody_uses_ends_by_itself(db: Session) -> None:
    token = devices.start(db, a_person(db), agent=FIREFOX, now=NOON)
    assert devices.find(db, token, now=later(days=59)) is not None
    assert devices.find(db, token, now=later(days=60)) is None


def test_using_a_device_keeps_it(db: Session) -> None:
    token = devices.start(db, a_person(db), agent=FIREFOX, now=NOON)
    device = devices.find(db, token, now=NOON)
    assert device is not None
    assert not devices.needs_touch(device, now=later(minutes=10))
    assert devices.needs_touch(device, now=later(minutes=10, seconds=1))
    devices.touch(db, device.id, now=later(days=30))
    assert devices.find(db, token, now=later(days=89)) is not None


def test_who_has_left_is_signed_in_nowhere(db: Session) -> None:
    ada = a_person(db)
    token = devices.start(db, ada, agent=FIREFOX, now=NOON)
    device = devices.find(db, token, now=NOON)
    assert device is not None
    assert devices.is_live(db, device.id)
    ada.left_at = later(minutes=1)
    db.flush()
    assert devices.find(db, token, now=later(minutes=2)) is None
    assert not devices.is_live(db, device.id)


def test_one_device_ends_and_the_others_stay(db: Session) -> None:
    ada = a_person(db)
    tokens = [devices.start(db, ada, agent=FIREFOX, now=NOON) for _ in range(3)]
    first, second, third = (devices.find(db, token, now=NOON) for token in tokens)
    assert first and second and third
    devices.end(db, ada, first.id)
    assert not devices.is_live(db, first.id)
    assert devices.is_live(db, second.id)
    assert devices.end_all(db, ada, but=third.id) == 1
    assert [each.id for each in devices.of(db, ada, now=NOON)] == [third.id]
    assert devices.end_all(db, ada) == 1


def test_nobody_ends_the_device_of_somebody_else(db: Session) -> None:
    ada, ben = a_person(db), a_person(db)
    token = devices.start(db, ada, agent=FIREFOX, now=NOON)
    device = devices.find(db, token, now=NOON)
    assert device is not None
    with pytest.raises(NotFound):
        devices.end(db, ben, device.id)
    assert devices.end_all(db, ben) == 0
    assert devices.is_live(db, device.id)


def test_devices_are_listed_the_last_used_first(db: Session) -> None:
    ada = a_person(db)
    for hours in (1, 3, 2):
        devices.start(db, ada, agent=str(hours), now=NOON + timedelta(hours=hours))
    assert [each.agent for each in devices.of(db, ada, now=later(hours=4))] == ["3", "2", "1"]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, ("Firefox", "Windows")),
        (IPAD, ("Safari", "iPad")),
        (EDGE, ("Edge", "Windows")),
        ("curl/8", ("", "")),
    ],
)
def test_a_device_is_called_what_people_call_it(agent: str, words: tuple[str, str]) -> None:
    assert devices.described(agent) == words


def test_an_agent_cannot_smuggle_anything_in(db: Session) -> None:
    devices.start(db, a_person(db), agent="a\x00b\u202ec" + "x" * 999, now=NOON)
    kept = db.scalars(select(Device.agent)).one()
    assert kept.startswith("abcx")
    assert len(kept) == devices.LONGEST_AGENT
