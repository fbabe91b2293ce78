"""Tasks over HTTP: the list, the form, what each role may do to one."""

from __future__ import annotations

import pytest
from sqlalchemy import event, func, select

from strategy.domain import tasks
from strategy.store.bodies import ROLES
from strategy.store.decisions import Task
from tests.builders import NOON, a_goal, a_member, a_person
from tests.domain.test_tablings import World
from tests.domain.test_tasks import Office, days_on
from tests.visitor import signed_in

FORM = {"title": "Brief schreiben", "owner": "", "due_on": "", "review_on": ""}
ACTS = {
    "accept": {},
    "hand-back": {"why": "Keine Zeit."},
    "notes": {"text": "Läuft."},
    "done": {"words": ""},
    "drop": {"why": "Nicht mehr nötig."},
    "owner": {"owner": ""},
    "dates": {"due_on": "", "review_on": ""},
}


@pytest.fixture
def office(db):
    return Office(db)


@pytest.mark.parametrize("role", [*ROLES, None])
def test_who_makes_tasks(client, db, office, role):
    person = a_member(db, office.body, role) if role else a_person(db)
    signed_in(client, person)
    shown = client.get(f"/tasks/new?body={office.body.slug}")
    sent = client.post("/tasks", data=FORM | {"body": office.body.slug, "due_on": ""})
    count = db.scalar(select(func.count()).select_from(Task))
    if role in ("chair", "staff"):
        assert (shown.status_code, sent.status_code, count) == (200, 302, 1)
    else:
        wanted = 404 if role is None else 403
        assert (shown.status_code, sent.status_code, count) == (wanted, wanted, 0)
    assert ("Neuer Auftrag" in client.get("/tasks").text) == (role in ("chair", "staff"))


@pytest.mark.parametrize("role", [*ROLES, None, "owner"])
@pytest.mark.parametrize("act", ACTS)
def test_who_does_what_to_a_task(client, db, office, role, act):
    person = (
        office.ada if role == "owner" else a_member(db, office.body, role) if role else a_person(db)
    )
    task = office.make() if act == "accept" else office.accepted()
    signed_in(client, person)
    page = client.get(f"/tasks/{task.id}")
    sent = client.post(f"/tasks/{task.id}/{act}", data=ACTS[act])
    allowed = {
        "accept": {"owner"}, "hand-back": {"owner"},
        "notes": {"owner", "chair", "staff"}, "done": {"owner", "chair", "staff"},
        "drop": {"chair", "staff"}, "owner": {"chair", "staff"}, "dates": {"chair", "staff"},
    }  # fmt: skip
    if role is None:
        assert (page.status_code, sent.status_code) == (404, 404)
    else:
        assert page.status_code == 200
        assert sent.status_code == (302 if role in allowed[act] else 403)
        assert (f"/tasks/{task.id}/{act}" in page.text) == (role in allowed[act])


@pytest.mark.parametrize(
    ("but", "words"),
    [
        ({"title": ""}, "Bitte schreib auf, was zu tun ist."),
        ({"owner": "77777"}, "gibt es nicht|nicht"),
        ({"due_on": "2020-01-01"}, "Dieser Tag ist schon vorbei."),
        ({"due_on": "bald"}, "Bitte gib ein Datum an."),
        ({"goal": "99"}, "Dieses Ziel gibt es nicht."),
    ],
)
def test_a_form_that_is_wrong_comes_back_with_what_was_typed(client, db, office, but, words):
    signed_in(client, office.chair)
    sent = client.post("/tasks", data=FORM | {"due_on": "", "body": office.body.slug} | but)
    assert sent.status_code == 422
    assert any(each in sent.text for each in words.split("|"))
    assert db.scalar(select(func.count()).select_from(Task)) == 0


@pytest.mark.parametrize("act", ["hand-back", "drop", "notes"])
def test_without_words_the_page_comes_back(client, db, office, act):
    task = office.accepted(owner=office.chair) if False else office.make(owner=office.chair)
    signed_in(client, office.chair)
    sent = client.post(f"/tasks/{task.id}/{act}", data={})
    assert sent.status_code == 422
    assert 'aria-invalid="true"' in sent.text
    assert db.get(Task, task.id).state == "accepted"


def test_tasks_are_made_from_a_decision(client, db):
    world = World(db)
    goal = a_goal(db, world.body, title="Bezahlbar wohnen")
    made = world.table()
    world.open()
    decision = world.decide(made)
    address = f"/decisions/{decision.id}/tasks"
    signed_in(client, world.lead)
    assert (client.get(address).status_code, client.post(address, data=FORM).status_code) == (
        403, 403,
    )  # fmt: skip
    signed_in(client, a_person(db))
    assert client.get(address).status_code == 404
    signed_in(client, world.chair)
    assert decision.number in client.get(address).text
    facts = FORM | {"due_on": "", "owner": str(world.lead.id), "goal": str(goal.id)}
    sent = client.post(address, data=facts)
    assert sent.status_code == 302
    task = db.scalars(select(Task)).one()
    assert (task.decision_id, task.goal_id) == (decision.id, goal.id)
    assert decision.number in client.get(sent.location).text
    listed = client.get(f"/tasks?goal={goal.id}").text
    assert decision.number in listed
    assert "Ziel: Bezahlbar wohnen" in listed


def test_the_list_begins_with_what_is_open(client, db, office):
    office.make("Offenes")
    done = office.accepted(title="Fertiges")
    tasks.finish(db, done, "", by=office.ada, now=NOON)
    signed_in(client, office.ada)
    page = client.get("/tasks").text
    assert "Offenes" in page
    assert "Fertiges" not in page
    assert "Fertiges" in client.get("/tasks?state=all").text
    assert "Offenes" not in client.get("/tasks?state=done").text
    for odd in ("state=x", "page=0", "page=99999999999", "goal=²", "body=%20", "q=" + "x" * 500):
        assert client.get(f"/tasks?{odd}").status_code == 200


def test_the_follow_up_shows_what_is_overdue_and_what_is_to_be_looked_at(app, db, office):
    late = office.accepted(title="Überfällig", due_on=days_on(3))
    seen = office.accepted(title="Ansehen", due_on=days_on(30), review_on=days_on(4))
    found = [
        tasks.overdue(db, office.body, days_on(4)),
        tasks.for_review(db, office.body, days_on(4)),
    ]
    with app.test_request_context():
        parts = app.jinja_env.get_template("tasks/parts.html").make_module()
        page = str(parts.follow_up(*found))
        nothing = str(parts.follow_up([], []))
    places = [page.index(each) for each in (f"/{late.id}", ">überfällig<", f"/{seen.id}")]
    assert places == sorted(places)
    assert "<li" not in nothing


def test_a_long_list_needs_few_queries(app, client, db, office):
    signed_in(client, office.chair)
    client.get("/tasks")
    asked = []
    event.listen(app.extensions["engine"], "before_cursor_execute", lambda *a: asked.append(a[2]))
    for number in range(45):
        office.make(f"Auftrag {number}")
    db.commit()
    asked.clear()
    page = client.get("/tasks")
    assert "Seite 1 von 2" in page.text
    assert len(asked) < 12
