"""What `vorlauf verify` finds of a stamp that somebody has changed outside the program."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from strategy.domain import backlog, backup, sessions, tablings
from strategy.domain.tablings import Filing
from strategy.domain.verify import verify
from strategy.store.base import make_session
from strategy.store.papers import Paper
from tests import databases
from tests.builders import NOON, a_session, later
from tests.domain.test_tablings import World

DAY = 24 * 3600
LATE = later(days=20)


@pytest.fixture
def world(db):
    return World(db)


def changed(file, out, table, **but):
    """The backup with other values in every row of a table."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name).decode()
            if name == f"{table}.jsonl":
                rows = [json.loads(line) | but for line in data.splitlines()]
                data = "".join(f"{json.dumps(row)}\n" for row in rows)
            new.writestr(name, data)


@pytest.mark.parametrize(
    ("but", "found"),
    [
        ({}, []),
        ({"late_by": None}, ["tabling 1 says in time, its moments make late by 331200 s"]),
        ({"late_by": 60}, ["tabling 1 says late by 60 s, its moments make late by 331200 s"]),
        (
            {"lead": 30 * DAY},
            ["tabling 1 says a lead time of 2592000 s, its moments make 864000 s"],
        ),
        (
            {"at": NOON.isoformat(), "lead": 30 * DAY, "late_by": None},
            ["tabling 1 does not have the moment at which it was made"],
        ),
        ({"number": 2}, ["tabling 1 is missing"]),
        ({"fingerprint": "0" * 64}, ["tabling 1 does not have the fingerprint of revision 1"]),
    ],
)
def test_a_stamp_that_was_changed_in_a_backup_is_named(engine, world, tmp_path, but, found):
    assert world.table(now=LATE).late_by == 331_200
    world.db.commit()
    backup.save(world.db, tmp_path / "all.zip")
    world.db.close()
    changed(tmp_path / "all.zip", tmp_path / "other.zip", "tablings", **but)
    with make_session(databases.another(engine, tmp_path), writes=True) as db:
        backup.load(db, tmp_path / "other.zip")
        assert verify(db, db.scalars(select(Paper)).one()) == found


@pytest.mark.parametrize("after", [timedelta(microseconds=1), timedelta(seconds=1.5)])
def test_what_came_a_moment_late_is_in_order(world, after):
    ends = world.table(now=NOON).deadline
    tablings.take_back(world.db, world.paper, "Noch einmal", by=world.lead, now=later(hours=1))
    assert world.table(now=ends + after).late_by == 1
    assert verify(world.db, world.paper) == []


def test_what_keeps_the_moment_of_a_tabling_before_is_in_order(world):
    """An editorial correction, and what is carried over to another session."""
    world.table(now=NOON)
    tablings.take_back(world.db, world.paper, "Tippfehler", by=world.lead, now=later(days=1))
    spelled = Filing(no_goal_because="Ordnung.", kind="decision", is_editorial=True)
    assert world.table(spelled, by=world.chair, now=LATE).late_by is None
    at = world.open()
    sessions.close(world.db, world.session, by=world.chair, now=at)
    other = a_session(world.db, world.body, in_days=60, rules=world.rules)
    item = tablings.newest(world.db, world.paper).item
    backlog.carry_over(world.db, item, other, by=world.chair, now=at)
    assert tablings.newest(world.db, world.paper).number == 3
    assert verify(world.db, world.paper) == []
