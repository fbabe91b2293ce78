"""A paper is tabled anew: amendments go along where their passages stand, and nowhere else."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from strategy.domain import amendments, merging, papers, steps, tablings
from strategy.errors import Invalid, NotAllowed
from strategy.store.notices import Notice
from strategy.text import amending
from strategy.text.positions import plain_text
from strategy.text.tracked import accept
from tests.builders import NOON, later
from tests.domain.test_amendments import PLAIN, World
from tests.domain.test_merging import adopt, text


@pytest.fixture
def world(db):
    return World(db)


TOMORROW = later(days=1)


def tabled_anew(world, *changes, at=TOMORROW):
    """Its author takes the paper back, changes it, and tables it again."""
    db = world.db
    tablings.take_back(db, world.paper, "", by=world.lead, now=at)
    for old, new in changes:
        _, doc = steps.document(db, world.paper)
        wanted = json.loads(json.dumps(doc, ensure_ascii=False).replace(old, new))
        steps.turn(db, world.paper, doc, wanted, by=world.lead, now=at)
    world.tabling = tablings.table(db, world.paper, world.session, PLAIN, by=world.lead, now=at)


def test_what_stands_is_carried_and_what_changed_is_flagged(world, db):
    first = world.moved("zwei", "drei")
    second = world.moved("sofort", "morgen", by=world.people["advisory"])
    hint = world.drafted("", "Bitte kürzer.", kind="hint")
    amendments.move(db, hint, "Darum.", by=world.mover, now=NOON)
    adopt(world, second)
    tabled_anew(world, ("zwei Wochen", "vier Wochen"), ("monatlich", "alle sechs Wochen"))
    made = merging.of(db, world.paper)
    assert made.astray == [first]
    assert made.hints == [hint]
    (entry,) = made.entries
    assert (entry.amendment, entry.text.number, entry.outcome) == (second, 2, None)
    adopt(world, second)
    assert text(world) == [
        "Der Vorstand tagt alle sechs Wochen.", "Er lädt vier Wochen vorher ein.",
        "Das gilt morgen.",
    ]  # fmt: skip
    with pytest.raises(NotAllowed):
        adopt(world, first)
    told = db.scalars(select(Notice).where(Notice.key.like("astray %"))).all()
    assert [each.person_id for each in told] == [world.mover.id]
    assert "zwei Wochen" in told[0].facts
    assert "vier Wochen" in told[0].facts


def test_what_comes_back_fits_again(world, db):
    first = world.moved("zwei", "drei")
    tabled_anew(world, ("zwei Wochen", "vier Wochen"))
    tabled_anew(world, ("vier Wochen", "zwei Wochen"), ("sofort", "bald"), at=later(days=2))
    made = merging.of(db, world.paper)
    assert (made.astray, len(made.entries)) == ([], 1)
    adopt(world, first)
    assert text(world)[1:] == ["Er lädt drei Wochen vorher ein.", "Das gilt bald."]


def test_the_motion_and_the_first_text_stay_as_they_were(world, db):
    first = world.moved("zwei", "drei")
    tabled_anew(world, ("sofort", "bald"))
    assert first.motion.at == NOON
    newest = amendments.text_of(db, first)
    assert (newest.number, newest.base) == (2, world.tabling.revision)
    whole = json.loads(newest.tracked)
    assert "Das gilt bald." in plain_text(accept(whole))
    assert amending.passages(amendments.base_text(db, world.paper, newest.base), whole)


def test_a_draft_catches_up_or_says_why_not(world, db):
    draft = world.drafted("zwei", "drei")
    other = world.drafted("sofort", "morgen", by=world.people["staff"])
    tabled_anew(world, ("zwei Wochen", "vier Wochen"))
    for each, by in ((draft, world.mover), (other, world.people["staff"])):
        with pytest.raises(Invalid):
            amendments.move(db, each, "Darum.", by=by, now=later(days=2))
    with pytest.raises(Invalid):
        amendments.catch_up(db, draft, by=world.mover, now=later(days=2))
    amendments.catch_up(db, other, by=world.people["staff"], now=later(days=2))
    amendments.move(db, other, "Darum.", by=world.people["staff"], now=later(days=2))
    adopt(world, other)
    assert text(world)[1:] == ["Er lädt vier Wochen vorher ein.", "Das gilt morgen."]


def test_a_paper_without_amendments_is_tabled_anew_as_before(world, db):
    tabled_anew(world, ("sofort", "bald"))
    assert merging.of(db, world.paper).entries == []
    rows, count = papers.listed(db, papers.Wanted(), reader=world.mover)
    assert (len(rows), count) == (1, 1)
