"""Topics: an answer is owed and given once; enough supporters put them onto the agenda."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from strategy.domain import agenda, attendance, decisions, sessions, topic_lists, topics, turns
from strategy.domain.decisions import Outcome
from strategy.domain.terms import Quota, Terms
from strategy.domain.topics import Answer
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.agenda import Item
from strategy.store.base import make_session
from strategy.store.jobs import Job
from strategy.store.log import Event
from strategy.store.topics import Support, Topic
from tests import databases
from tests.builders import (
    NOON,
    a_body,
    a_member,
    a_person,
    a_session,
    a_topic,
    later,
    some_rules,
)

THIRD = Terms(force_topic=Quota(share="1/3"))


class World:
    """A chair, staff, an advisor, a guest, eight voting members; a third forces a topic."""

    def __init__(self, db, terms=THIRD):
        self.db = db
        self.body = a_body(db)
        self.rules = some_rules(db, self.body, terms)
        self.chair = a_member(db, self.body, "chair", "Cem Celik")
        self.staff = a_member(db, self.body, "staff", "Silke Staff")
        self.advisor = a_member(db, self.body, "advisory")
        self.guest = a_member(db, self.body, "guest")
        self.voters = [a_member(db, self.body, "voting") for _ in range(8)]
        self.topic = a_topic(db, self.body, self.voters[0])

    def support(self, *people, topic=None, now=NOON):
        for each in people:
            topics.support(self.db, topic or self.topic, by=each, now=now)

    def answer(self, kind, *, by=None, topic=None, now=NOON, **but):
        topics.answer(
            self.db, topic or self.topic, Answer(kind, **but), by=by or self.chair, now=now
        )

    def items(self, topic=None):
        query = select(Item).where(Item.topic_id == (topic or self.topic).id).order_by(Item.id)
        return self.db.scalars(query).all()

    def mails(self):
        kept = self.db.scalars(select(Job.body).where(Job.kind == "mail").order_by(Job.id))
        return [json.loads(each) for each in kept]


def test_the_answer_is_owed_until_the_end_of_the_last_day(db):
    body = a_body(db)
    some_rules(db, body, Terms(answer_days=50))
    ada = a_member(db, body)
    made = topics.propose(db, body, "  Neue\n Satzung ", " Warum? ", by=ada, now=NOON)
    # 7 September in summer time, 50 days later in winter time: midnight is 23:00 UTC.
    assert made.owed_by == datetime(2026, 10, 27, 23, 0, tzinfo=UTC)
    assert (made.title, made.text) == ("Neue Satzung", "Warum?")
    assert topics.overdue_days(made.owed_by, made.owed_by - timedelta(seconds=1), body.zone) == 0
    assert topics.overdue_days(made.owed_by, made.owed_by, body.zone) == 1
    assert topics.overdue_days(made.owed_by, made.owed_by + timedelta(days=4), body.zone) == 5


def test_new_rules_do_not_change_when_the_answer_is_owed(db):
    world = World(db)
    before = world.topic.owed_by
    some_rules(db, world.body, Terms(answer_days=300), holds_from=date(2026, 9, 8))
    db.expire_all()
    assert db.get(Topic, world.topic.id).owed_by == before


@pytest.mark.parametrize("role", ["chair", "voting", "advisory", "staff", "guest", "none", "admin"])
def test_everybody_in_the_body_but_guests_proposes_and_supports(db, role):
    world = World(db)
    person = (
        a_person(db, is_admin=role == "admin")
        if role in ("none", "admin")
        else a_member(db, world.body, role)
    )
    acts = (
        lambda: topics.propose(db, world.body, "Sonne", "", by=person, now=NOON),
        lambda: topics.support(db, world.topic, by=person, now=NOON),
        lambda: topics.take_support_back(db, world.topic, by=person, now=NOON),
    )
    for act in acts:
        if role in ("guest", "admin"):
            with pytest.raises(NotAllowed):
                act()
        elif role == "none":
            with pytest.raises(NotFound):
                act()
        else:
            act()
    if role in ("none", "admin"):
        with pytest.raises(NotFound):
            topics.find(db, world.topic.id, reader=person)
    else:
        assert topics.find(db, world.topic.id, reader=person) is world.topic


@pytest.mark.parametrize("role", ["chair", "voting", "advisory", "staff", "guest"])
def test_chair_and_staff_answer(db, role):
    world = World(db)
    person = a_member(db, world.body, role)
    if role in ("chair", "staff"):
        world.answer("declined", reason="Nicht unsere Sache.", by=person)
        assert world.topic.answered_by is person
        return
    with pytest.raises(NotAllowed):
        world.answer("declined", reason="Nein.", by=person)
    assert world.topic.answer is None


@pytest.mark.parametrize(
    ("title", "text_", "field"),
    [(" ", "", "title"), ("x" * 201, "", "title"), ("Gut", "x" * 10_001, "text")],
)
def test_a_topic_has_a_title_and_is_no_book(db, title, text_, field):
    world = World(db)
    with pytest.raises(Invalid) as refused:
        topics.propose(db, world.body, title, text_, by=world.advisor, now=NOON)
    assert refused.value.field == field


def test_sent_twice_it_is_proposed_once(db):
    world = World(db)
    first = topics.propose(db, world.body, "Sonne", "Viel", by=world.advisor, now=NOON)
    again = topics.propose(db, world.body, "Sonne", "Viel", by=world.advisor, now=later(minutes=1))
    assert again is first
    assert topics.propose(db, world.body, "Sonne", "Viel", by=world.staff, now=NOON) is not first
    world.answer("declined", reason="Nein.", topic=first)
    anew = topics.propose(db, world.body, "Sonne", "Viel", by=world.advisor, now=later(days=1))
    assert anew is not first


def test_through_a_trusted_person_the_author_is_kept_nowhere(db):
    world = World(db)
    made = topics.propose(
        db, world.body, "Druck im Ortsverband", "", for_somebody=True, by=world.voters[1], now=NOON
    )
    assert (made.author_id, made.trusted_id) == (None, world.voters[1].id)
    world.answer("scheduled", topic=made, session=a_session(db, world.body))
    assert world.items(made)[0].proposed_by_id is None
    (mail,) = world.mails()
    assert mail["to"] == {"person": world.voters[1].id}
    assert mail["facts"]["is_trusted"] is True
    people = {each.person_id for each in db.scalars(select(Event))}
    assert people <= {world.voters[1].id, world.chair.id}


def test_every_answer_is_mailed_to_the_author(db):
    world = World(db)
    kinds = {
        "declined": {"reason": "Das ist Sache des Landtags."},
        "scheduled": {"session": a_session(db, world.body, title="Herbstsitzung")},
        "commissioned": {"who": world.voters[2], "paper_by": date(2026, 10, 1)},
    }
    for kind, facts in kinds.items():
        world.answer(kind, topic=a_topic(db, world.body, world.voters[0]), **facts)
    mails = world.mails()
    told = [each["facts"] for each in mails if each["template"] == "topic_answered"]
    assert [each["answer"] for each in told] == list(kinds)
    assert all(
        each["to"] == {"person": world.voters[0].id} for each in mails if "answer" in each["facts"]
    )
    assert told[0]["reason"] == "Das ist Sache des Landtags."
    assert told[1]["session"] == "Herbstsitzung"
    assert (told[2]["who"], told[2]["day"]) == (world.voters[2].name, "2026-10-01")
    (asked,) = [each for each in mails if each["template"] == "topic_commissioned"]
    assert asked["to"] == {"person": world.voters[2].id}


def test_an_answer_is_given_once(db):
    world = World(db)
    world.answer("declined", reason="Nicht unsere Sache.")
    for kind, but in (
        ("declined", {"reason": "Anders."}),
        ("scheduled", {"session": a_session(db, world.body)}),
        ("commissioned", {"who": world.staff, "paper_by": date(2026, 10, 1)}),
    ):
        with pytest.raises(NotAllowed, match="answered already"):
            world.answer(kind, **but)
    assert world.topic.reason == "Nicht unsere Sache."
    assert world.items() == []


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "Anders."},
        {"answer": "scheduled"},
        {"answered_at": later(days=1)},
        {"answer": None, "answered_at": None, "answered_by_id": None},
        {"owed_by": later(days=99)},
        {"made_at": later(days=1)},
        {"trusted_id": 1},
    ],
)
def test_the_database_itself_keeps_answers_and_promises(db, change):
    world = World(db)
    world.answer("declined", reason="Nicht unsere Sache.")
    if "trusted_id" in change:
        change = {"trusted_id": world.staff.id}
    with pytest.raises(DBAPIError, match="answered once"), db.begin_nested():
        db.execute(update(Topic).where(Topic.id == world.topic.id).values(**change))


@pytest.mark.parametrize(
    ("kind", "but", "field"),
    [
        ("", {}, "answer"),
        ("maybe", {}, "answer"),
        ("declined", {}, "reason"),
        ("declined", {"reason": "  "}, "reason"),
        ("declined", {"reason": "x" * 4001}, "reason"),
        ("scheduled", {}, "session"),
        ("commissioned", {}, "who"),
        ("commissioned", {"who": "guest", "paper_by": date(2026, 10, 1)}, "who"),
        ("commissioned", {"who": "stranger", "paper_by": date(2026, 10, 1)}, "who"),
        ("commissioned", {"who": "gone", "paper_by": date(2026, 10, 1)}, "who"),
        ("commissioned", {"who": "staff"}, "paper_by"),
        ("commissioned", {"who": "staff", "paper_by": date(2026, 9, 6)}, "paper_by"),
        ("commissioned", {"who": "staff", "paper_by": date(2036, 9, 6)}, "paper_by"),
    ],
)
def test_what_is_no_answer_is_refused_at_its_field(db, kind, but, field):
    world = World(db)
    people = {
        "guest": world.guest,
        "stranger": a_person(db),
        "staff": world.staff,
        "gone": a_member(db, world.body, person=a_person(db, left_at=NOON)),
    }
    but = dict(but)
    if isinstance(but.get("who"), str):
        but["who"] = people[but["who"]]
    with pytest.raises(Invalid) as refused:
        world.answer(kind, **but)
    assert refused.value.field == field
    assert world.topic.answer is None
    assert world.mails() == []


@pytest.mark.parametrize(
    "which", ["other body", "circular", "closed", "cancelled", "running", "past"]
)
def test_a_topic_is_scheduled_for_a_session_ahead(db, which):
    world = World(db)
    body = a_body(db) if which == "other body" else world.body
    but = {"kind": "circular"} if which == "circular" else {}
    if which in ("closed", "cancelled", "running"):
        but["state"] = which
    session = a_session(db, body, in_days=-1 if which == "past" else 30, **but)
    with pytest.raises(Invalid) as refused:
        world.answer("scheduled", session=session)
    assert refused.value.field == "session"
    assert world.items() == []


def test_a_scheduled_topic_becomes_an_item_and_is_dealt_with_there(db):
    world = World(db)
    session = a_session(db, world.body, state="convened", in_days=10)
    world.answer("scheduled", session=session, reason="Gern.", by=world.staff)
    (item,) = world.items()
    assert (item.session_id, item.title, item.kind) == (session.id, world.topic.title, "discussion")
    assert (item.state, item.proposed_by_id) == ("open", world.topic.author_id)
    sessions.begin(db, session, by=world.chair, now=session.starts_at)
    turns.finish(db, session, item, by=world.chair, now=session.starts_at)
    assert world.topic.dealt_with_at == session.starts_at
    with pytest.raises(NotAllowed, match="dealt with"):
        world.support(world.voters[3], now=session.starts_at)


def test_the_commissioned_paper_is_begun_once_by_who_writes_it(db):
    world = World(db)
    with pytest.raises(NotAllowed):
        topics.begin_paper(db, world.topic, by=world.chair, now=NOON)
    world.answer("commissioned", who=world.voters[2], paper_by=date(2026, 9, 7))
    for other in (world.voters[3], world.guest):
        with pytest.raises(NotAllowed):
            topics.begin_paper(db, world.topic, by=other, now=NOON)
    paper = topics.begin_paper(db, world.topic, by=world.voters[2], now=NOON)
    assert (paper.title, paper.lead_id) == (world.topic.title, world.voters[2].id)
    assert world.topic.paper_id == paper.id
    with pytest.raises(NotAllowed, match="begun already"):
        topics.begin_paper(db, world.topic, by=world.chair, now=NOON)


def test_support_is_counted_and_taken_back(db):
    world = World(db, Terms())
    world.support(world.voters[1], world.voters[1], world.advisor, world.staff)
    counted = topics.backing(db, world.topic, reader=world.voters[1], now=NOON)
    assert (counted.supporters, counted.voting) == (3, 1)
    assert counted.is_mine
    assert counted.needed is None
    topics.take_support_back(db, world.topic, by=world.voters[1], now=NOON)
    topics.take_support_back(db, world.topic, by=world.voters[1], now=NOON)
    counted = topics.backing(db, world.topic, reader=world.voters[1], now=NOON)
    assert (counted.supporters, counted.voting, counted.is_mine) == (2, 0, False)


def test_no_rule_no_force(db):
    world = World(db, Terms())
    a_session(db, world.body)
    world.support(*world.voters, world.chair)
    assert world.topic.forced_at is None
    assert world.items() == []


def test_enough_voting_members_put_it_onto_the_next_agenda_at_once(db):
    world = World(db)
    a_session(db, world.body, in_days=5, kind="circular")
    a_session(db, world.body, in_days=-3)
    a_session(db, world.body, in_days=2, state="cancelled")
    further = a_session(db, world.body, in_days=60)
    nearest = a_session(db, world.body, in_days=9, state="convened", rules=world.rules)
    world.support(world.advisor, world.staff, world.voters[1], world.voters[2])
    assert world.topic.forced_at is None, "advice and staff do not count for the quota"
    world.support(world.chair, now=later(hours=1))
    assert world.topic.forced_at == later(hours=1)
    (item,) = world.items()
    assert (item.session_id, item.is_forced, item.state) == (nearest.id, True, "open")
    assert item.session_id != further.id
    assert item.proposed_by_id == world.topic.author_id
    (mail,) = world.mails()
    assert mail["facts"]["answer"] == "forced"
    forced = db.scalars(select(Event).where(Event.verb == "topic.forced")).one()
    assert forced.person_id is None
    with pytest.raises(NotAllowed, match="until it was dealt with"):
        agenda.remove(db, nearest, item, by=world.chair, now=NOON)
    with pytest.raises(NotAllowed, match="no longer taken back"):
        topics.take_support_back(db, world.topic, by=world.chair, now=NOON)
    with pytest.raises(NotAllowed, match="answered there"):
        world.answer("declined", reason="Nein.")
    world.support(world.voters[4])
    assert len(world.items()) == 1


def test_who_has_left_or_changed_their_role_does_not_count(db):
    world = World(db)
    world.support(world.voters[1], world.voters[2])
    world.voters[1].left_at = NOON
    db.flush()
    assert topics.backing(db, world.topic, reader=world.chair, now=NOON).voting == 1
    world.support(world.voters[3])
    assert world.topic.forced_at is None
    world.support(world.voters[4])  # three of eight who are left
    assert world.topic.forced_at is not None


def test_declining_does_not_take_the_right_away(db):
    world = World(db)
    session = a_session(db, world.body)
    world.answer("declined", reason="Keine Lust.")
    world.support(*world.voters[1:4])
    (item,) = world.items()
    assert item.session_id == session.id
    assert item.is_forced
    assert (world.topic.answer, world.topic.reason) == ("declined", "Keine Lust.")


def test_what_was_put_off_to_a_distant_session_is_pulled_to_the_next(db):
    world = World(db)
    distant = a_session(db, world.body, in_days=300)
    world.answer("scheduled", session=distant)
    nearest = a_session(db, world.body, in_days=20, kind="special")
    world.support(*world.voters[1:4])
    (item,) = world.items()
    assert (item.session_id, item.is_forced) == (nearest.id, True)


def test_where_no_session_is_planned_the_next_one_takes_it(db):
    world = World(db)
    world.support(*world.voters[1:4])
    assert world.topic.forced_at is not None
    assert world.items() == []
    facts = sessions.Facts(later(days=30), later(days=30, hours=2))
    session = sessions.plan(db, world.body, facts, by=world.staff, now=later(days=1))
    (item,) = world.items()
    assert (item.session_id, item.is_forced) == (session.id, True)
    another = sessions.Facts(later(days=60), later(days=60, hours=2))
    sessions.plan(db, world.body, another, by=world.staff, now=later(days=1))
    assert len(world.items()) == 1


def test_cancelling_or_moving_the_session_does_not_get_rid_of_it(db):
    world = World(db)
    first = a_session(db, world.body, in_days=10)
    world.support(*world.voters[1:4])
    second = a_session(db, world.body, in_days=20)
    sessions.cancel(db, first, "Sturm", by=world.chair, now=NOON)
    old, new = world.items()
    assert (old.state, old.carried_to_id) == ("not_reached", new.id)
    assert (new.session_id, new.is_forced) == (second.id, True)
    third = a_session(db, world.body, in_days=30)
    sessions.move(
        db, second, starts_at=later(days=34), ends_at=later(days=34, hours=1),
        because="Weit weg", by=world.chair, now=NOON,
    )  # fmt: skip
    assert world.items()[1].session_id == third.id
    facts = sessions.Facts(later(days=15), later(days=15, hours=2), kind="special")
    sessions.plan(db, world.body, facts, by=world.chair, now=later(hours=1))
    assert world.items()[1].session_id == third.id, "a special session takes nothing from others"


def test_what_was_not_reached_stands_on_the_next_agenda(db):
    world = World(db)
    first = a_session(db, world.body, in_days=10, state="convened", rules=world.rules)
    world.support(*world.voters[1:4])
    (item,) = world.items()
    sessions.begin(db, first, by=world.chair, now=first.starts_at)
    for person in world.voters:
        attendance.attend(db, first, person.id, "present", by=world.chair, now=first.starts_at)
    for outcome in ("not_dealt_with", "withdrawn", "settled"):
        with pytest.raises(NotAllowed, match="until it was dealt with"):
            decisions.record(db, first, item, Outcome(outcome), by=world.chair, now=first.starts_at)
    decisions.record(
        db, first, item, Outcome("postponed", yes=8, reason="Zu spät am Abend"),
        by=world.chair, now=first.starts_at,
    )  # fmt: skip
    second = a_session(db, world.body, in_days=30)
    sessions.close(db, first, by=world.chair, now=later(days=10, hours=3))
    _, new = world.items()
    assert (new.session_id, new.is_forced, new.state) == (second.id, True, "open")
    sessions.convene(db, second, by=world.chair, now=later(days=11))
    sessions.begin(db, second, by=world.chair, now=second.starts_at)
    with pytest.raises(NotAllowed, match="call it first"):
        turns.finish(db, second, new, by=world.chair, now=second.starts_at)
    turns.call(db, second, new, by=world.chair, now=second.starts_at)
    with pytest.raises(NotAllowed, match="quorum"):
        turns.finish(db, second, new, by=world.chair, now=second.starts_at)
    for person in world.voters:
        attendance.attend(db, second, person.id, "present", by=world.chair, now=second.starts_at)
    turns.finish(db, second, new, by=world.chair, now=second.starts_at)
    assert world.topic.dealt_with_at == second.starts_at
    sessions.close(db, second, by=world.chair, now=later(days=30, hours=3))
    a_session(db, world.body, in_days=60)
    assert len(world.items()) == 2


def test_of_two_who_answer_at_once_one_is_told_so(engine, db):
    world = World(db)
    ids = {"topic": world.topic.id, "staff": world.staff.id}
    db.commit()
    refused = []

    def other():
        with make_session(engine, writes=True) as theirs:
            topic = theirs.get(Topic, ids["topic"])
            staff = theirs.get(type(world.staff), ids["staff"])
            try:
                topics.answer(theirs, topic, Answer("declined", "Zwei"), by=staff, now=NOON)
                theirs.commit()
            except NotAllowed as refusal:
                refused.append(refusal)

    with make_session(engine, writes=True) as mine:
        topic = mine.get(Topic, ids["topic"])
        chair = mine.get(type(world.chair), world.chair.id)
        topics.answer(mine, topic, Answer("declined", "Eins"), by=chair, now=NOON)
        thread = threading.Thread(target=other)
        thread.start()
        databases.wait_for(engine, thread)
        mine.commit()
    thread.join(30)
    assert len(refused) == 1
    db.expire_all()
    assert db.get(Topic, ids["topic"]).reason == "Eins"
    assert len(world.mails()) == 1


def test_a_hundred_supports_at_once_force_it_once(engine, db):
    world = World(db)
    people = world.voters + [a_member(db, world.body) for _ in range(42)]
    a_session(db, world.body)
    topic_id = world.topic.id
    db.commit()

    def act(person_id):
        with make_session(engine, writes=True) as own:
            person = own.get(type(world.chair), person_id)
            topics.support(own, own.get(Topic, topic_id), by=person, now=NOON)
            own.commit()

    with ThreadPoolExecutor(12) as pool:  # each one twice
        list(pool.map(act, [each.id for each in people for _ in range(2)]))
    db.expire_all()
    assert db.scalar(select(func.count()).select_from(Support)) == 50
    assert len(world.items()) == 1
    assert db.scalar(select(func.count()).where(Event.verb == "topic.forced")) == 1


def test_a_session_planned_while_a_topic_is_forced_gets_it(engine, db):
    world = World(db)
    world.support(*world.voters[1:3])
    ids = (world.topic.id, world.voters[3].id, world.staff.id, world.body.id)
    db.commit()

    def plan():
        with make_session(engine, writes=True) as theirs:
            facts = sessions.Facts(later(days=30), later(days=30, hours=2))
            body = theirs.get(type(world.body), ids[3])
            sessions.plan(theirs, body, facts, by=theirs.get(type(world.staff), ids[2]), now=NOON)
            theirs.commit()

    with make_session(engine, writes=True) as mine:
        person = mine.get(type(world.staff), ids[1])
        topics.support(mine, mine.get(Topic, ids[0]), by=person, now=NOON)
        thread = threading.Thread(target=plan)
        thread.start()
        databases.wait_for(engine, thread)
        mine.commit()
    thread.join(30)
    db.expire_all()
    (item,) = world.items()
    assert item.is_forced
    assert item.session_id is not None


def test_the_list_puts_the_longest_overdue_first(db):
    world = World(db, Terms())
    db.execute(delete(Topic))
    names = {}
    for name, days_ago in (("jung", 1), ("alt", 90), ("älter", 200)):
        topic = a_topic(db, world.body, world.voters[0], days_ago=days_ago, title=f"Thema {name}")
        names[topic.id] = name
    answered = a_topic(db, world.body, world.advisor, title="Beantwortet")
    names[answered.id] = "beantwortet"
    world.answer("declined", reason="Nein.", topic=answered)
    for_somebody = topics.propose(
        db, world.body, "Öffnung", "ÜBER alles", for_somebody=True, by=world.voters[0], now=NOON
    )
    names[for_somebody.id] = "vertraut"
    other = a_body(db)
    a_topic(db, other, a_member(db, other))

    def shown(reader=world.guest, **wanted):
        rows = topic_lists.listed(db, topic_lists.Wanted(**wanted), reader=reader, now=NOON)
        return [names[row.id] for row in rows]

    assert shown() == ["älter", "alt", "jung", "vertraut"]
    assert shown(show="overdue") == ["älter", "alt"]
    assert shown(show="answered") == ["beantwortet"]
    assert shown(show="all")[-1] == "beantwortet"
    assert shown(query="über ALLES") == ["vertraut"]
    assert shown(query="öffnung") == ["vertraut"]
    assert shown(query="100%") == []
    assert shown(reader=world.voters[0], mine=True, show="all")[-1] == "vertraut"
    assert shown(reader=world.advisor, mine=True, show="all") == ["beantwortet"]
    assert shown(body="nirgends") == []
    assert shown(page=2) == []
    counts = topic_lists.counts(db, topic_lists.Wanted(), reader=world.guest, now=NOON)
    assert (counts.open, counts.overdue, counts.answered, counts.all) == (4, 2, 1, 5)
    assert shown(reader=a_person(db, is_admin=True)) == []


def test_the_trigger_survives_writing_what_may_change(db):
    world = World(db)
    session = a_session(db, world.body, state="convened", in_days=1)
    world.answer("scheduled", session=session)
    db.execute(
        text("UPDATE topics SET dealt_with_at = made_at, paper_id = NULL WHERE id = :id"),
        {"id": world.topic.id},
    )
