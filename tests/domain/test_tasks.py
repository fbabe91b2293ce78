"""Tasks: accepted by their owner or handed back; overdue in the body's zone; counts, not names."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from strategy.domain import tasks
from strategy.domain.tasks import Facts, Wanted
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.bodies import ROLES
from strategy.store.jobs import Job
from tests.builders import NOON, a_body, a_goal, a_member, a_person, later
from tests.domain.test_tablings import World

TODAY = date(2026, 9, 7)


def days_on(count):
    return TODAY + timedelta(days=count)


class Office:
    """A body with a chair, an office and somebody who does things."""

    def __init__(self, db, **body):
        self.db = db
        self.body = a_body(db, **body)
        self.chair = a_member(db, self.body, "chair", "Cem Celik")
        self.staff = a_member(db, self.body, "staff")
        self.ada = a_member(db, self.body, "voting", "Ada Ahrens")
        self.ben = a_member(db, self.body, "advisory", "Ben Brandt")

    def make(self, title="Brief schreiben", *, by=None, now=NOON, **facts):
        facts.setdefault("owner", self.ada)
        return tasks.make(self.db, self.body, Facts(title, **facts), by=by or self.chair, now=now)

    def accepted(self, **facts):
        task = self.make(**facts)
        tasks.accept(self.db, task, by=task.owner, now=NOON)
        return task

    def listed(self, *, reader=None, now=NOON, **wanted):
        rows, count = tasks.listed(self.db, Wanted(**wanted), reader=reader or self.chair, now=now)
        assert count >= len(rows)
        return [row.title for row in rows]


@pytest.fixture
def office(db):
    return Office(db)


@pytest.mark.parametrize("role", [*ROLES, None])
def test_chair_and_office_make_tasks(office, role):
    person = a_member(office.db, office.body, role) if role else a_person(office.db)
    if role in ("chair", "staff"):
        assert office.make(by=person).state == "offered"
        return
    with pytest.raises(NotAllowed if role else NotFound):
        office.make(by=person)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"due_on": days_on(-1)}, "due_on"),
        ({"due_on": days_on(5000)}, "due_on"),
        ({"due_on": days_on(5), "review_on": days_on(6)}, "review_on"),
    ],
)
def test_what_cannot_be_asked_for(office, facts, field):
    with pytest.raises(Invalid) as refused:
        office.make(**facts)
    assert refused.value.field == field


def test_guests_and_strangers_take_nothing_on(office):
    for person in (a_member(office.db, office.body, "guest"), a_person(office.db)):
        with pytest.raises(Invalid):
            office.make(owner=person)


def test_a_task_is_its_owners_only_once_they_have_accepted_it(office):
    task = office.make()
    mail = office.db.scalars(select(Job).where(Job.kind == "mail")).one()
    assert "task_offered" in mail.body
    for other in (office.chair, office.staff, office.ben):
        with pytest.raises(NotAllowed):
            tasks.accept(office.db, task, by=other, now=NOON)
    with pytest.raises(NotAllowed):
        tasks.finish(office.db, task, "", by=office.ada, now=NOON)
    tasks.accept(office.db, task, by=office.ada, now=NOON)
    assert (task.state, task.accepted_at) == ("accepted", NOON)
    with pytest.raises(NotAllowed):
        tasks.accept(office.db, task, by=office.ada, now=NOON)


def test_whoever_makes_their_own_task_has_accepted_it(office):
    assert office.make(owner=office.chair).state == "accepted"
    assert office.db.scalars(select(Job)).all() == []


@pytest.mark.parametrize("first", ["offered", "accepted"])
def test_a_task_handed_back_is_visibly_nobodys(office, first):
    task = office.make() if first == "offered" else office.accepted()
    with pytest.raises(Invalid):
        tasks.hand_back(office.db, task, "  ", by=office.ada, now=NOON)
    with pytest.raises(NotAllowed):
        tasks.hand_back(office.db, task, "Nein.", by=office.chair, now=NOON)
    tasks.hand_back(office.db, task, "Ich bin drei Wochen weg.", by=office.ada, now=NOON)
    assert (task.owner, task.state, task.reason) == (None, "offered", "Ich bin drei Wochen weg.")
    assert office.listed(state="ownerless") == [task.title]
    assert office.listed(reader=office.ada, mine=True) == []
    assert office.db.scalars(select(Job).where(Job.body.contains("task_handed_back"))).one()
    tasks.offer(office.db, task, office.ben, by=office.staff, now=NOON)
    assert (task.owner_id, task.state, task.reason) == (office.ben.id, "offered", "")


def test_done_and_dropped_end_a_task(office):
    task = office.accepted()
    tasks.tell(office.db, task, "Der Entwurf liegt vor.", by=office.ada, now=NOON)
    tasks.finish(office.db, task, "Verschickt.", by=office.ada, now=later(days=1))
    assert (task.state, task.done_at) == ("done", later(days=1))
    kinds = [each.kind for each in tasks.notes(office.db, task)]
    assert kinds == ["offered", "accepted", "note", "done"]
    for act in (
        lambda: tasks.drop(office.db, task, "Doch nicht.", by=office.chair, now=NOON),
        lambda: tasks.hand_back(office.db, task, "Doch nicht.", by=office.ada, now=NOON),
        lambda: tasks.finish(office.db, task, "", by=office.ada, now=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()
    other = office.make()
    with pytest.raises(Invalid):
        tasks.drop(office.db, other, " ", by=office.chair, now=NOON)
    with pytest.raises(NotAllowed):
        tasks.drop(office.db, other, "Keine Lust.", by=office.ada, now=NOON)
    tasks.drop(office.db, other, "Das Land hat es schon getan.", by=office.chair, now=NOON)
    assert (other.state, other.reason) == ("dropped", "Das Land hat es schon getan.")


def test_the_database_knows_no_dropped_task_without_a_reason(office):
    task = office.make()
    office.db.flush()
    with pytest.raises(IntegrityError), office.db.begin_nested():
        task.state = "dropped"
        office.db.flush()


def test_the_old_date_stays_readable(office):
    task = office.make(due_on=days_on(10))
    with pytest.raises(NotAllowed):
        tasks.plan(office.db, task, due_on=days_on(90), review_on=None, by=office.ada, now=NOON)
    tasks.plan(office.db, task, due_on=days_on(20), review_on=days_on(5), by=office.chair, now=NOON)
    assert (task.due_on, task.review_on) == (days_on(20), days_on(5))
    assert tasks.notes(office.db, task)[-1].text == days_on(10).isoformat()
    with pytest.raises(Invalid):
        tasks.plan(office.db, task, due_on=days_on(-1), review_on=None, by=office.chair, now=NOON)


def test_overdue_begins_when_the_day_has_ended_where_the_body_is(office, db):
    """Each body has a midnight of its own: in Auckland it comes ten hours before Berlin's."""
    far = Office(db, zone="Pacific/Auckland")
    for each in (office, far):
        each.make(f"In {each.body.zone}", due_on=TODAY, now=later(hours=-3))
    noon_in_berlin = datetime(2026, 9, 7, 10, 0, tzinfo=UTC)
    nearly = datetime(2026, 9, 7, 12, 30, tzinfo=UTC)  # 00:30 on the eighth in Auckland
    midnight = datetime(2026, 9, 7, 22, 0, tzinfo=UTC)  # 00:00 on the eighth in Berlin
    a_member(db, far.body, "voting", person=office.chair)
    assert office.listed(state="overdue", now=noon_in_berlin) == []
    assert office.listed(state="overdue", now=nearly) == ["In Pacific/Auckland"]
    both = office.listed(state="overdue", now=midnight)
    assert sorted(both) == ["In Europe/Berlin", "In Pacific/Auckland"]


def test_the_follow_up_has_what_is_overdue_and_what_is_to_be_looked_at(office):
    late = office.accepted(title="Überfällig", due_on=days_on(3))
    office.accepted(title="Später", due_on=days_on(30))
    seen = office.accepted(title="Ansehen", due_on=days_on(30), review_on=days_on(4))
    done = office.accepted(title="Fertig", due_on=days_on(3))
    tasks.finish(office.db, done, "", by=office.ada, now=NOON)
    assert list(tasks.overdue(office.db, office.body, days_on(3))) == []
    assert list(tasks.overdue(office.db, office.body, days_on(4))) == [late]
    assert list(tasks.for_review(office.db, office.body, days_on(4))) == [seen]
    counts = tasks.counts(office.db, office.body, days_on(4))
    assert (counts.open, counts.overdue, counts.done, counts.done_in_time) == (3, 1, 1, 1)
    assert all(each.type == "int" for each in fields(counts))  # of nobody in particular


def test_the_list_is_narrowed(office):
    goal = a_goal(office.db, office.body)
    office.make("Mit Ziel", goal=goal)
    office.make("Niemandes", owner=None)
    done = office.accepted(title="Fertig")
    tasks.finish(office.db, done, "", by=office.ada, now=NOON)
    assert office.listed(goal=goal.id) == ["Mit Ziel"]
    assert office.listed(state="ownerless") == ["Niemandes"]
    assert office.listed(state="done") == ["Fertig"]
    assert office.listed(state="open", reader=office.ada, mine=True) == ["Mit Ziel"]
    assert office.listed(query="niemand") == ["Niemandes"]
    assert office.listed(body="no-such") == []
    assert office.listed() == ["Mit Ziel", "Niemandes", "Fertig"]  # what is open comes first
    assert office.listed(reader=a_person(office.db)) == []


def test_a_page_of_the_list_needs_two_queries(office):
    for number in range(50):
        office.make(f"Auftrag {number}")
    asked = []
    office.db.flush()
    event.listen(office.db.get_bind(), "before_cursor_execute", lambda *a: asked.append(a[2]))
    rows, count = tasks.listed(office.db, Wanted(), reader=office.chair, now=NOON)
    assert (len(rows), count, len(asked)) == (tasks.PER_PAGE, 50, 2)
    rows, _ = tasks.listed(office.db, Wanted(page=2), reader=office.chair, now=NOON)
    assert len(rows) == 10


@pytest.mark.parametrize("role", [*ROLES, None])
@pytest.mark.parametrize("is_confidential", [True, False])
def test_the_list_and_the_policy_agree(db, role, is_confidential):
    """What follows from a confidential decision is not for guests."""
    world = World(db)
    made = world.table()
    world.open()
    decision = world.decide(made)
    made.item.is_confidential = is_confidential
    person = a_member(db, world.body, role) if role else a_person(db)
    task = tasks.make(
        db, world.body, Facts("Umsetzen", owner=world.lead), decision=decision, by=world.chair,
        now=NOON,
    )  # fmt: skip
    rows, _ = tasks.listed(db, Wanted(), reader=person, now=NOON)
    may_see = tasks.may_see(person, task)
    assert may_see == (role is not None and not (role == "guest" and is_confidential))
    assert [row.id for row in rows] == ([task.id] if may_see else [])
    assert list(tasks.of_decision(db, decision)) == [task]
    if may_see:
        assert tasks.find(db, task.id, reader=person) is task
    else:
        with pytest.raises(NotFound):
            tasks.find(db, task.id, reader=person)


def test_a_task_goes_on_with_its_decisions_goal(db):
    world = World(db)
    goal = a_goal(db, world.body)
    made = world.table(type(world.table.__defaults__[0])(goal=goal))
    world.open()
    task = tasks.make(
        db, world.body, Facts("Umsetzen"), decision=world.decide(made), by=world.chair, now=NOON
    )
    assert task.goal_id == goal.id
