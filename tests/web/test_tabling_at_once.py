"""Many table at the same moment: one tabling, one stamp, a clear refusal for all the others."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from flask import request_started
from sqlalchemy import event, func, select

from strategy.clock import stopped
from strategy.domain.terms import Span, Terms
from strategy.store.agenda import Item
from strategy.store.jobs import Job
from strategy.store.log import Event
from strategy.store.papers import Paper
from strategy.store.revisions import Revision
from strategy.store.tablings import Backing, Tabling
from tests.builders import NOON, a_body, a_member, a_paper, a_session, later, some_rules
from tests.together import browser, posted_together
from tests.visitor import signed_in

pytestmark = pytest.mark.each_database

FILING = {"no_goal_because": "Es geht um die eigene Ordnung.", "kind": "decision"}
RULES = Terms(submission={"ordinary": Span(14, at="18:00")}, reading={})
REFUSED = "Du darfst dieses Papier lesen, aber das hier nicht tun."


class World:
    """A paper in consultation, its lead author, a co-author and a chair; two sessions ahead."""

    def __init__(self, db, visitor):
        self.body = a_body(db)
        rules = some_rules(db, self.body, RULES)
        self.lead, self.other = a_member(db, self.body), a_member(db, self.body)
        self.chair = a_member(db, self.body, "chair")
        self.sessions = [
            a_session(db, self.body, in_days=days, state="convened", rules=rules)
            for days in (30, 60)
        ]
        self.paper = a_paper(
            db, body=self.body, lead=self.lead, co_authors=[self.other], state="consultation"
        )
        db.commit()
        self.clients = {
            person.id: signed_in(visitor(), person)
            for person in (self.lead, self.other, self.chair)
        }

    def tabling(self, who, session=0):
        fields = FILING | {"session": str(self.sessions[session].id)}
        return self.clients[who.id], f"/papers/{self.paper.id}/table", fields


@pytest.fixture
def world(db, visitor):
    return World(db, visitor)


def count(db, table, *where):
    return db.scalar(select(func.count()).select_from(table).where(*where))


def one_of(db, world, found):
    """Exactly one went through, and there is exactly one of everything it makes."""
    assert sorted({status for status, _ in found}) == [302, 403]
    assert [status for status, _ in found].count(302) == 1
    assert all(REFUSED in page for status, page in found if status == 403)
    assert count(db, Tabling) == 1
    assert count(db, Item, Item.paper_id == world.paper.id) == 1
    assert count(db, Revision, Revision.paper_id == world.paper.id) == 1
    assert count(db, Event, Event.verb == "paper.tabled") == 1
    receipts = [job for job in db.scalars(select(Job)) if '"template": "tabled"' in job.body]
    assert len(receipts) == 2  # to its two authors
    assert db.get(Paper, world.paper.id).state == "tabled"


def test_a_hundred_requests_table_a_paper_once(app, db, world):
    with stopped(NOON):
        found = posted_together(app, [world.tabling(world.lead)] * 100)
    one_of(db, world, found)
    made = db.scalar(select(Tabling))
    assert (made.at, made.late_by, made.number) == (NOON, None, 1)
    assert count(db, Event, Event.verb == "refused") == 99


def test_three_people_who_table_at_once_for_two_sessions(app, db, world):
    people = [world.lead, world.other, world.chair]
    sent = [world.tabling(person, session) for person in people for session in (0, 1)]
    with stopped(NOON):
        found = posted_together(app, sent * 5)
    one_of(db, world, found)
    made = db.scalar(select(Tabling))
    winner = next(place for place, (status, _) in enumerate(found) if status == 302) % len(sent)
    assert made.by_id == people[winner // 2].id
    assert made.session_id == world.sessions[winner % 2].id


def test_tabling_and_taking_back_at_once_leave_every_stamp(app, db, world):
    """Whatever order they come in: the state fits the last act, and no stamp is lost."""
    back = f"/papers/{world.paper.id}/untable"
    sent = [world.tabling(world.lead), (world.clients[world.other.id], back, {"because": "Nein"})]
    with stopped(NOON):
        found = posted_together(app, sent * 20)
    assert {status for status, _ in found} <= {302, 403, 503}  # 503: a slow machine gave no turn
    done = [place % 2 for place, (status, _) in enumerate(found) if status == 302]
    tabled, taken = done.count(0), done.count(1)
    assert count(db, Tabling) == tabled
    assert tabled - taken in (0, 1)
    state = db.get(Paper, world.paper.id).state
    assert state == ("tabled" if tabled > taken else "consultation")


def test_a_late_paper_is_signed_for_once_by_each(app, db, visitor):
    body = a_body(db)
    rules = some_rules(db, body, replace(RULES, late_backers=4))
    lead = a_member(db, body)
    session = a_session(db, body, in_days=5, state="convened", rules=rules)
    paper = a_paper(db, body=body, lead=lead, state="consultation")
    clients = [signed_in(visitor(), a_member(db, body)) for _ in range(4)]
    with stopped(NOON):
        fields = FILING | {"session": str(session.id)}
        signed_in(visitor(), lead).post(f"/papers/{paper.id}/table", data=fields)
        path = f"/papers/{paper.id}/tablings/1/back"
        found = posted_together(app, [(each, path, {}) for each in clients * 10])
    assert {status for status, _ in found} == {302}
    assert count(db, Backing) == 4


def test_a_deadline_that_passes_between_click_and_commit_makes_the_paper_late(app, db, world):
    """The request arrives a second before the deadline and has to wait: what counts is when it
    holds the paper, not when somebody clicked."""
    deadline = world.sessions[0].starts_at.replace(hour=16) - (later(days=14) - NOON)
    second = later(seconds=1) - NOON
    client, path, fields = world.tabling(world.lead)
    arrived = threading.Event()

    def asks(_connection, _cursor, statement, *_rest):
        if "FROM papers" in statement and "FOR UPDATE" in statement:
            arrived.set()

    def begins(*_sender, **_facts):
        arrived.set()  # SQLite: the whole request waits for the writing place

    event.listen(app.extensions["engine"], "before_cursor_execute", asks)
    if db.get_bind().dialect.name == "sqlite":
        request_started.connect(begins, app)
    found, post = [], browser(app, client)
    with stopped(deadline - second):
        thread = threading.Thread(target=lambda: found.append(post(path, fields)))
        db.commit()
        # What the request has to wait for: on SQLite for the one writing place, else for the row.
        db.scalar(select(Paper).where(Paper.id == world.paper.id).with_for_update())
        thread.start()
        assert arrived.wait(20)
        with stopped(deadline + second):
            db.rollback()
            thread.join()
    event.remove(app.extensions["engine"], "before_cursor_execute", asks)
    assert [status for status, _ in found] == [302]
    db.expire_all()
    made = db.scalar(select(Tabling))
    assert made.deadline == deadline
    assert made.at == deadline + second
    assert made.late_by == 1
    assert made.item.kind == "discussion"
