"""Goals: a tree of three levels, its order, what hangs from it, wordings frozen for good."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from strategy.domain import goals, hanging, strategies, tablings
from strategy.domain.goals import Facts
from strategy.domain.tablings import Filing
from strategy.domain.terms import Terms
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.agenda import Item
from strategy.store.base import make_session
from strategy.store.bodies import Body
from strategy.store.decisions import Decision, Task
from strategy.store.goals import Goal, Strategy
from strategy.store.people import Person
from strategy.text.fingerprint import canonical
from strategy.text.positions import plain_text
from strategy.text.tracked import accept, reject
from tests import databases
from tests.builders import (
    NOON,
    a_body,
    a_goal,
    a_member,
    a_paper,
    a_person,
    a_session,
    later,
    some_rules,
)


def numbers(db, body):
    return {node.number: node.goal.title for node in goals.walk(goals.tree(db, body))}


class World:
    """Two goals, the first with two under it, one of these with one more."""

    def __init__(self, db):
        self.db = db
        self.body = a_body(db)
        self.chair = a_member(db, self.body, "chair")
        self.member = a_member(db, self.body, "voting")
        self.first = self.add("Wohnen")
        self.rent = self.add("Mieten", self.first)
        self.land = self.add("Boden", self.first)
        self.cap = self.add("Deckel", self.rent)
        self.second = self.add("Verkehr")

    def add(self, title, parent=None, *, by=None, **but):
        return goals.add(
            self.db, self.body, Facts(title, **but), parent=parent, by=by or self.chair, now=NOON
        )

    def move(self, goal, way):
        return goals.move(self.db, goal, self.body, way, by=self.chair, now=NOON)

    def adopt(self, title="Strategie 2030", **but):
        return strategies.adopt(self.db, self.body, title, by=self.chair, now=NOON, **but)

    def decision(self, *, outcome="adopted", is_confidential=False, **but):
        session = a_session(self.db, self.body, state="closed")
        item = Item(
            body_id=self.body.id, session_id=session.id, title="TOP",
            is_confidential=is_confidential, made_at=NOON,
        )  # fmt: skip
        self.db.add(item)
        self.db.flush()
        serial = len(self.db.scalars(select(Decision)).all()) + 1
        made = Decision(
            body_id=self.body.id, year=2026, serial=serial, session_id=session.id,
            item_id=item.id, title=f"Beschluss {serial}", outcome=outcome, text="So.",
            by_id=self.chair.id, at=NOON, **but,
        )  # fmt: skip
        self.db.add(made)
        self.db.flush()
        return made


def test_goals_are_numbered_by_their_place(db):
    world = World(db)
    assert numbers(db, world.body) == {
        "1": "Wohnen", "1.1": "Mieten", "1.1.1": "Deckel", "1.2": "Boden", "2": "Verkehr",
    }  # fmt: skip


def test_a_fourth_level_is_refused(db):
    world = World(db)
    with pytest.raises(Invalid):
        world.add("Zu tief", world.cap)
    assert world.move(world.cap, "in") is False  # nobody stands before it
    other = world.add("Noch ein Deckel", world.rent)
    with pytest.raises(Invalid):
        world.move(other, "in")
    with pytest.raises(Invalid):
        world.add("Fremd", a_goal(db, a_body(db)))


def test_moving_takes_along_what_stands_under(db):
    world = World(db)
    assert world.move(world.first, "up") is False
    assert world.move(world.first, "down") is True
    assert numbers(db, world.body)["2.1.1"] == "Deckel"
    assert world.move(world.rent, "out") is True
    assert numbers(db, world.body) == {
        "1": "Verkehr", "2": "Wohnen", "2.1": "Boden", "3": "Mieten", "3.1": "Deckel",
    }  # fmt: skip
    assert world.move(world.rent, "in") is True
    assert numbers(db, world.body)["2.2.1"] == "Deckel"
    assert world.move(world.first, "up") is True
    assert world.move(world.second, "out") is False
    assert world.move(world.second, "down") is False
    with pytest.raises(Invalid):
        world.move(world.second, "in") and world.move(world.first, "sideways")


@pytest.mark.parametrize("role", ["chair", "voting", "advisory", "staff", "guest", "none"])
def test_members_propose_chair_and_staff_edit(db, role):
    world = World(db)
    person = a_person(db) if role == "none" else a_member(db, world.body, role)
    refusal = {"guest": NotAllowed, "none": NotFound}.get(role)
    if refusal:
        with pytest.raises(refusal):
            world.add("Neu", by=person)
    else:
        made = world.add("Neu", by=person, state="reached")
        assert made.state == ("reached" if role in ("chair", "staff") else "proposed")
    acts = (
        lambda: goals.change(
            db, world.first, world.body, Facts("Anders"), seen=goals.seal(world.first),
            by=person, now=NOON,
        ),
        lambda: goals.move(db, world.first, world.body, "down", by=person, now=NOON),
    )  # fmt: skip
    for act in acts:
        if role in ("chair", "staff"):
            act()
        else:
            with pytest.raises(refusal or NotAllowed):
                act()
    if role == "chair":
        strategies.adopt(db, world.body, "S", by=person, now=NOON)
    else:
        with pytest.raises(refusal or NotAllowed):
            strategies.adopt(db, world.body, "S", by=person, now=NOON)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (Facts(" "), "title"),
        (Facts("x" * 201), "title"),
        (Facts("Gut", "x" * 10_001), "text"),
        (Facts("Gut", horizon=date(1999, 12, 31)), "horizon"),
        (Facts("Gut", horizon=date(2101, 1, 1)), "horizon"),
        (Facts("Gut", state="won"), "state"),
    ],
)
def test_what_is_no_goal_is_refused_at_its_field(db, facts, field):
    world = World(db)
    for act in (
        lambda: goals.add(db, world.body, facts, by=world.chair, now=NOON),
        lambda: goals.change(
            db, world.first, world.body, facts, seen=goals.seal(world.first), by=world.chair,
            now=NOON,
        ),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            act()
        assert refused.value.field == field
    with pytest.raises(Invalid) as refused:
        world.add("Gut", owner=a_person(db))
    assert refused.value.field == "owner"


def test_of_two_who_change_a_goal_the_second_looks_again(db):
    world = World(db)
    seen = goals.seal(world.first)
    goals.change(
        db, world.first, world.body, Facts("Bauen", horizon=date(2028, 2, 29)), seen=seen,
        by=world.chair, now=NOON,
    )  # fmt: skip
    with pytest.raises(Invalid, match="meanwhile"):
        goals.change(
            db, world.first, world.body, Facts("Mieten"), seen=seen, by=world.chair, now=NOON
        )
    assert world.first.title == "Bauen"


def test_papers_hang_by_their_standing_tabling(db):
    world = World(db)
    some_rules(db, world.body, Terms())
    session = a_session(db, world.body, in_days=60)
    paper = a_paper(db, body=world.body, lead=world.member, state="consultation")

    def table(**filing):
        return tablings.table(db, paper, session, Filing(**filing), by=world.member, now=NOON)

    table(goal=world.rent)
    there = hanging.from_goals(db, world.body, reader=world.chair)
    assert [row.id for row in there[world.rent.id].papers] == [paper.id]
    by_number = {node.number: node for node in goals.walk(goals.tree(db, world.body))}
    assert not hanging.is_bare(by_number["1"], there), "what hangs below counts above"
    assert hanging.is_bare(by_number["1.2"], there)
    assert hanging.is_bare(by_number["2"], there)
    tablings.take_back(db, paper, "Doch nicht", by=world.member, now=later(hours=1))
    assert hanging.from_goals(db, world.body, reader=world.chair) == {}
    loose = hanging.without_goal(db, world.body, reader=world.chair)
    assert (list(loose.papers), loose.paper_count) == ([], 0)
    table(no_goal_because="Eigene Ordnung")
    loose = hanging.without_goal(db, world.body, reader=world.chair)
    assert [row.no_goal_because for row in loose.papers] == ["Eigene Ordnung"]
    assert hanging.from_goals(db, world.body, reader=world.chair) == {}


def test_decisions_and_tasks_hang_too_and_guests_see_nothing_confidential(db):
    world = World(db)
    guest = a_member(db, world.body, "guest")
    open_one = world.decision(goal_id=world.land.id)
    secret = world.decision(goal_id=world.land.id, is_confidential=True)
    loose = world.decision()
    world.decision(outcome="rejected")
    for decision in (open_one, secret):
        db.add(
            Task(
                body_id=world.body.id, decision_id=decision.id, goal_id=world.land.id,
                title="Tun", made_by_id=world.chair.id, made_at=NOON,
            )
        )  # fmt: skip
    db.flush()
    for reader, count in ((world.chair, 2), (guest, 1)):
        there = hanging.from_goal(db, world.land, world.body, reader=reader)
        assert (len(there.decisions), len(there.tasks)) == (count, count)
        assert len(hanging.from_goals(db, world.body, reader=reader)[world.land.id]) == 2 * count
    found = hanging.without_goal(db, world.body, reader=world.chair)
    assert [row.id for row in found.decisions] == [loose.id]


def test_adopting_freezes_the_wording_of_what_is_pursued_or_reached(db):
    world = World(db)
    world.add("Nur ein Vorschlag", by=world.member)
    dropped = world.add("Aufgegeben", state="dropped")
    world.add("Unter Aufgegebenem", dropped)
    decision = world.decision()
    made = world.adopt(decision_id=decision.id)
    assert (made.number, made.decision_id) == (1, decision.id)
    said = strategies.of(made)
    assert [goal["title"] for goal in said] == ["Wohnen", "Verkehr"]
    assert said[0]["goals"][0]["goals"][0]["title"] == "Deckel"
    assert strategies.is_whole(made)
    with pytest.raises(Invalid, match="exactly as it was"):
        world.adopt()
    world.add("Sonne")
    assert world.adopt("Zweite").number == 2
    assert [each.number for each in strategies.versions(db, world.body)] == [2, 1]
    assert strategies.of(made) == said


def test_there_must_be_something_to_adopt(db):
    body = a_body(db)
    chair = a_member(db, body, "chair")
    a_goal(db, body, state="proposed")
    with pytest.raises(Invalid):
        strategies.adopt(db, body, "Leer", by=chair, now=NOON)
    a_goal(db, body)
    for title in ("", "x" * 161):
        with pytest.raises(Invalid) as refused:
            strategies.adopt(db, body, title, by=chair, now=NOON)
        assert refused.value.field == "title"
    other = World(db)
    for decision_id in (99_999, other.decision().id):
        with pytest.raises(Invalid) as refused:
            strategies.adopt(db, body, "Gut", decision_id=decision_id, by=chair, now=NOON)
        assert refused.value.field == "decision"


def test_the_database_itself_keeps_the_wording(db):
    made = World(db).adopt()
    for act in (
        update(Strategy).where(Strategy.id == made.id).values(goals="[]"),
        update(Strategy).where(Strategy.id == made.id).values(decision_id=7),
        delete(Strategy).where(Strategy.id == made.id),
    ):
        with pytest.raises(DBAPIError), db.begin_nested():
            db.execute(act)


def test_what_differs_is_a_redline_between_both_wordings(db):
    world = World(db)
    goals.change(
        db, world.first, world.body,
        Facts("Bezahlbar wohnen", "Wohnen ist ein Recht.\n\nAlle bleiben.", date(2030, 12, 31)),
        seen=goals.seal(world.first), by=world.chair, now=NOON,
    )  # fmt: skip
    made = world.adopt()
    goals.change(
        db, world.first, world.body,
        Facts("Bezahlbar wohnen", "Wohnen ist ein Grundrecht.\n\nAlle bleiben."),
        seen=goals.seal(world.first), by=world.chair, now=NOON,
    )  # fmt: skip
    branches = goals.tree(db, world.body)
    marked = strategies.differences(made, branches)
    before = canonical(strategies.document(strategies.of(made)))
    after = canonical(strategies.document(strategies.wording(branches)))
    assert reject(marked) == before
    assert accept(marked) == after
    assert "Bis 31. Dezember 2030" in plain_text(before)
    assert "1.1.1 Deckel" in plain_text(after)


def test_outsiders_find_nothing(db):
    world = World(db)
    made = world.adopt()
    for reader in (a_person(db), a_person(db, is_admin=True)):
        with pytest.raises(NotFound):
            goals.find(db, world.first.id, reader=reader)
        with pytest.raises(NotFound):
            strategies.find(db, made.id, reader=reader)
    secret = world.decision(is_confidential=True)
    world.add("Sonne")
    hidden = world.adopt(decision_id=secret.id)
    guest = a_member(db, world.body, "guest")
    assert strategies.decision_of(db, hidden, reader=guest) is None
    assert strategies.decision_of(db, hidden, reader=world.chair) is secret


def test_two_chairs_adopt_at_once(engine, db):
    world = World(db)
    body_id, chair_id = world.body.id, world.chair.id
    db.commit()
    refused = []

    def other():
        with make_session(engine, writes=True) as theirs:
            try:
                strategies.adopt(
                    theirs, theirs.get(Body, body_id), "Zwei", by=theirs.get(Person, chair_id),
                    now=NOON,
                )  # fmt: skip
                theirs.commit()
            except Invalid as refusal:
                refused.append(refusal)

    with make_session(engine, writes=True) as mine:
        strategies.adopt(
            mine, mine.get(Body, body_id), "Eins", by=mine.get(Person, chair_id), now=NOON
        )
        thread = threading.Thread(target=other)
        thread.start()
        databases.wait_for(engine, thread)
        mine.commit()
    thread.join(30)
    assert len(refused) == 1
    assert [each.title for each in db.scalars(select(Strategy))] == ["Eins"]


def test_two_who_move_at_once_leave_a_tree(engine, db):
    world = World(db)
    ids = (world.first.id, world.second.id, world.body.id, world.chair.id)
    db.commit()
    moved = []

    def act(own, goal_id, way):
        goal, body = own.get(Goal, goal_id), own.get(Body, ids[2])
        return goals.move(own, goal, body, way, by=own.get(Person, ids[3]), now=NOON)

    def other():
        with make_session(engine, writes=True) as theirs:
            moved.append(act(theirs, ids[1], "in"))
            theirs.commit()

    with make_session(engine, writes=True) as mine:
        act(mine, ids[1], "up")  # Verkehr first
        thread = threading.Thread(target=other)
        thread.start()
        databases.wait_for(engine, thread)
        mine.commit()
    thread.join(30)
    db.expire_all()
    assert moved == [False], "nobody stands before it any more"
    assert numbers(db, world.body)["1"] == "Verkehr"
