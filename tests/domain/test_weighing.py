"""Weighing topics for a retreat: points are spread, sums shown, the agenda built in their order."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from strategy.domain import topics, weighing
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.agenda import Item
from strategy.store.base import make_session
from strategy.store.people import Person
from strategy.store.sessions import Session
from strategy.store.topics import Weight
from tests import databases
from tests.builders import NOON, a_body, a_member, a_person, a_session, a_topic, later


class World:
    """A retreat and three open topics."""

    def __init__(self, db):
        self.db = db
        self.body = a_body(db)
        self.chair = a_member(db, self.body, "chair")
        self.people = [a_member(db, self.body) for _ in range(3)]
        self.retreat = a_session(db, self.body, kind="retreat")
        self.topics = [a_topic(db, self.body, self.people[0], days_ago=n) for n in range(3)]

    def weigh(self, person, *points, now=NOON):
        given = {topic.id: count for topic, count in zip(self.topics, points, strict=False)}
        weighing.weigh(self.db, self.retreat, given, by=person, now=now)

    def sums(self, reader=None):
        found = weighing.weighed(self.db, self.retreat, reader=reader or self.chair)
        order = {topic.id: place for place, topic in enumerate(self.topics)}
        return [(order[each.topic.id], each.points, each.people, each.mine) for each in found]


def test_sums_and_counts_are_shown_and_ones_own(db):
    world = World(db)
    world.weigh(world.people[0], 2, 8)
    world.weigh(world.people[1], 0, 1, 9)
    assert world.sums(world.people[1]) == [(1, 9, 2, 1), (2, 9, 1, 9), (0, 2, 1, 0)] or (
        world.sums(world.people[1]) == [(2, 9, 1, 9), (1, 9, 2, 1), (0, 2, 1, 0)]
    )
    assert weighing.people(db, world.retreat) == 2
    assert weighing.of(db, world.retreat, world.people[0]) == {
        world.topics[0].id: 2,
        world.topics[1].id: 8,
    }


def test_points_are_spread_anew(db):
    world = World(db)
    world.weigh(world.people[0], 2, 8)
    world.weigh(world.people[0], 0, 0, 10)
    assert world.sums()[0] == (2, 10, 1, 0)
    assert db.scalar(select(func.count()).select_from(Weight)) == 1
    world.weigh(world.people[0])
    assert weighing.people(db, world.retreat) == 0


@pytest.mark.parametrize("points", [(11,), (6, 5), (-1, 5), (20, -15)])
def test_nobody_has_more_points_than_ten(db, points):
    world = World(db)
    world.weigh(world.people[0], 1)
    with pytest.raises(Invalid):
        world.weigh(world.people[0], *points)
    assert weighing.of(db, world.retreat, world.people[0]) == {world.topics[0].id: 1}


def test_only_open_topics_of_the_body_are_weighed(db):
    world = World(db)
    topics.answer(db, world.topics[0], topics.Answer("declined", "Nein."), by=world.chair, now=NOON)
    strange = a_topic(db, a_body(db), world.people[0])
    for topic_id in (world.topics[0].id, strange.id, 99_999):
        with pytest.raises(Invalid):
            weighing.weigh(db, world.retreat, {topic_id: 1}, by=world.people[0], now=NOON)
    assert world.topics[0].id not in {
        each.topic.id for each in weighing.weighed(db, world.retreat, reader=world.chair)
    }


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("regular", "planned"),
        ("retreat", "running"),
        ("retreat", "closed"),
        ("retreat", "cancelled"),
    ],
)
def test_only_for_a_retreat_that_is_ahead(db, kind, state):
    world = World(db)
    world.retreat = a_session(db, world.body, kind=kind, state=state)
    with pytest.raises(NotAllowed):
        world.weigh(world.people[0], 1)
    with pytest.raises(NotAllowed):
        weighing.build_agenda(db, world.retreat, [world.topics[0].id], by=world.chair, now=NOON)


@pytest.mark.parametrize("role", ["chair", "voting", "advisory", "staff", "guest", "none"])
def test_who_weighs_and_who_builds(db, role):
    world = World(db)
    person = a_person(db) if role == "none" else a_member(db, world.body, role)
    refusal = {"guest": NotAllowed, "none": NotFound}.get(role)
    if refusal:
        with pytest.raises(refusal):
            world.weigh(person, 1)
    else:
        world.weigh(person, 1)
    retreats = weighing.retreats(db, reader=person)
    assert list(retreats) == ([] if refusal else [world.retreat])
    chosen = [world.topics[0].id]
    if role in ("chair", "staff"):
        assert weighing.build_agenda(db, world.retreat, chosen, by=person, now=NOON) == 1
    else:
        with pytest.raises(refusal or NotAllowed):
            weighing.build_agenda(db, world.retreat, chosen, by=person, now=NOON)


def test_the_agenda_follows_the_weights_and_answers_the_topics(db):
    world = World(db)
    world.weigh(world.people[0], 1, 3, 6)
    world.weigh(world.people[1], 0, 0, 2)
    chosen = [world.topics[0].id, world.topics[2].id]
    weighing.build_agenda(db, world.retreat, chosen, by=world.chair, now=later(days=1))
    items = db.scalars(select(Item).order_by(Item.place)).all()
    assert [each.topic_id for each in items] == [world.topics[2].id, world.topics[0].id]
    assert {each.answer for each in (world.topics[0], world.topics[2])} == {"scheduled"}
    assert world.topics[1].answer is None
    for again in (chosen, [], [99_999]):
        with pytest.raises(Invalid):
            weighing.build_agenda(db, world.retreat, again, by=world.chair, now=later(days=1))
    assert len(db.scalars(select(Item)).all()) == 2


def test_two_forms_of_the_same_person_at_once_do_not_add_up(engine, db):
    world = World(db)
    person_id, retreat_id = world.people[0].id, world.retreat.id
    one, two = (world.topics[n].id for n in (0, 1))
    db.commit()

    def give(own, points):
        session, person = own.get(Session, retreat_id), own.get(Person, person_id)
        weighing.weigh(own, session, points, by=person, now=NOON)

    def other():
        with make_session(engine, writes=True) as theirs:
            give(theirs, {one: 10})
            theirs.commit()

    with make_session(engine, writes=True) as mine:
        give(mine, {two: 10})
        thread = threading.Thread(target=other)
        thread.start()
        databases.wait_for(engine, thread)
        mine.commit()
    thread.join(30)
    assert db.scalar(select(func.sum(Weight.points))) == 10
