"""Frozen lines: made once, kept for good, printed again whatever becomes of the layout."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from strategy.domain import exports, jobs, lines, revisions, tablings
from strategy.errors import NotAllowed, NotFound
from strategy.store import migrate
from strategy.store.base import make_session
from strategy.store.jobs import Job
from strategy.store.lines import FrozenLines
from strategy.store.papers import Paper
from strategy.text.lines import Line, LineMap, Place
from tests.builders import NOON, a_body, a_doc, a_heading, a_member, a_paper, a_session, later
from tests.domain.test_tablings import PLAIN

TEXT = a_doc(a_heading("Ziel"), "Wir wollen Sonne. " * 20)


@pytest.fixture
def paper(db):
    body = a_body(db)
    lead = a_member(db, body)
    made = a_paper(db, body=body, lead=lead, text=TEXT, state="consultation")
    revisions.take(db, made, "", by=lead, now=NOON)
    return made


def run(engine):
    return jobs.run_due(
        engine, {"lines": lines.work, "mail": lambda *_: None}, now=lambda: later(hours=1)
    )


def test_what_is_tabled_gets_its_lines_by_a_job(db, engine, paper):
    session = a_session(db, paper.body)
    made = tablings.table(db, paper, session, PLAIN, by=paper.lead, now=NOON)
    assert lines.find(db, paper, made.revision) is None
    db.commit()
    run(engine)
    found = lines.find(db, paper, made.revision)
    assert [line.number for line in found.lines] == [1, 2, 3, 4, 5, 6]
    assert lines.ask(db, paper, made.revision, now=NOON) is None


def test_whoever_reads_first_freezes_them(db, engine, paper):
    number = paper.id
    db.commit()
    with make_session(engine) as reading:
        found = lines.of(reading, reading.get_one(Paper, number), 1)
    assert lines.find(db, paper, 1) == found
    assert found.lines[0] == Line(1, "#1", 0, 4)


def test_nothing_is_typeset_while_a_transaction_writes(db, paper):
    with pytest.raises(NotAllowed):
        lines.of(db, paper, 1)


def test_a_revision_that_does_not_exist_has_no_lines(db, engine, paper):
    number = paper.id
    db.commit()
    with make_session(engine) as reading, pytest.raises(NotFound):
        lines.of(reading, reading.get_one(Paper, number), 77)


def test_the_first_map_stands(db, paper):
    """Two that freeze at once agree on the one that came first; an update changes nothing."""
    first = lines.keep(db, paper.id, 1, LineMap("old", (Line(1, "#1", 0, 4),)), now=NOON)
    assert lines.keep(db, paper.id, 1, LineMap("new", ()), now=NOON) == first
    assert lines.of(db, paper, 1) == first


def test_the_same_text_in_a_later_revision_keeps_its_lines(db, paper):
    first = lines.freeze(db, paper, 1, now=NOON)
    revisions.take(db, paper, "noch einmal", by=paper.lead, now=later(hours=1))
    assert lines.find(db, paper, 2) == first


@pytest.mark.parametrize("act", [delete(FrozenLines), update(FrozenLines).values(version="x")])
def test_nobody_changes_a_frozen_map(db, paper, act):
    lines.freeze(db, paper, 1, now=NOON)
    with pytest.raises(DBAPIError, match="only ever added"):
        db.execute(act)


def test_exports_of_the_text_print_by_the_map(db, paper):
    made = lines.freeze(db, paper, 1, now=NOON)
    for wanted in (exports.Wanted(revision=1), exports.Wanted(lines="page")):
        order = exports.gather(db, paper, wanted, by=None, now=NOON)
        assert (order.frozen.lines, order.lines) == (made, "continuous")
    docx = exports.gather(db, paper, exports.Wanted("docx", 1), by=None, now=NOON)
    assert docx.frozen is None


def test_places_in_words():
    assert lines.cite(Place(17, 17), "de") == "Zeile 17"
    assert lines.cite(Place(17, 19), "de") == "Zeilen 17–19"
    assert lines.cite(Place(17, 17, "after"), "de") == "nach Zeile 17"
    assert lines.cite(Place(1, 1, "before"), "en") == "before line 1"
    assert [lines.short(Place(17, last)) for last in (17, 19)] == ["Z17", "Z17-19"]


def test_what_was_tabled_before_the_maps_gets_a_job_by_the_migration(db, engine, paper):
    session = a_session(db, paper.body)
    made = tablings.table(db, paper, session, PLAIN, by=paper.lead, now=NOON)
    db.commit()
    db.close()
    with migrate.migrating(engine) as config:
        command.downgrade(config, "0006")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM jobs WHERE kind = 'lines'")) == 0
    migrate.to_newest(engine)
    assert db.scalar(select(Job.state).where(Job.kind == "lines")) == "waiting"
    db.commit()
    run(engine)
    assert lines.find(db, paper, made.revision) is not None
