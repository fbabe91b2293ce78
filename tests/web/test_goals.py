"""Goals over HTTP: who sees, proposes, edits, adopts; what differs is shown."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from strategy.store.bodies import ROLES
from strategy.store.goals import Goal, Strategy
from tests.builders import a_body, a_goal, a_member, a_person
from tests.visitor import Visitor, signed_in
from tests.web.test_topics import _queries


def _sent(body, **but):
    return {"body": body.slug, "title": "Neu", "text": "", "horizon": "", "owner": ""} | but


@pytest.mark.parametrize("role", ROLES)
def test_every_role_meets_what_it_may(client: Visitor, db: Session, role: str) -> None:
    body = a_body(db)
    goal = a_goal(db, body, title="Bezahlbar wohnen")
    a_goal(db, body)
    signed_in(client, a_member(db, body, role))
    leads, works = role in {"chair", "staff"}, role != "guest"
    here = f"/goals/{goal.id}"
    page = client.get("/goals").text
    assert "Bezahlbar wohnen" in page
    assert "daran hängt noch nichts" in page
    assert f"{here}/place" not in page
    assert (f"{here}/place" in client.get("/goals?order=1").text) == leads
    assert ("/goals/new" in page) == works
    assert ("/goals/strategies/new" in page) == (role == "chair")
    assert (f"{here}/edit" in client.get(here).text) == leads
    new = f"/goals/new?body={body.slug}"
    assert client.get(new).status_code == (200 if works else 403)
    assert client.post("/goals", data=_sent(body)).status_code == (302 if works else 403)
    if works:
        made = db.scalars(select(Goal).where(Goal.title == "Neu")).one()
        assert made.state == ("pursued" if leads else "proposed")
    assert client.get(f"{here}/edit").status_code == (200 if leads else 403)
    moved = client.post(f"{here}/place", data={"way": "down"})
    assert moved.status_code == (302 if leads else 403)
    changed = client.post(here, data=_sent(body))
    assert changed.status_code == (422 if leads else 403)  # without the seal: look again
    new = f"/goals/strategies/new?body={body.slug}"
    assert client.get(new).status_code == (200 if role == "chair" else 403)
    adopted = client.post("/goals/strategies", data={"body": body.slug, "title": "S"})
    assert adopted.status_code == (302 if role == "chair" else 403)


@pytest.mark.parametrize("is_admin", [True, False])
def test_strangers_and_administrators_meet_nothing(
    client: Visitor, db: Session, is_admin: bool
) -> None:
    body = a_body(db)
    goal = a_goal(db, body, title="Bezahlbar wohnen")
    signed_in(client, a_person(db, is_admin=is_admin))
    assert "Bezahlbar wohnen" not in client.get(f"/goals?body={body.slug}").text
    assert client.get("/goals").status_code == 200
    for path in (
        f"/goals/{goal.id}",
        f"/goals/{goal.id}/edit",
        "/goals/999",
        "/goals/strategies/9",
    ):
        assert client.get(path).status_code == 404
    for path in ("", "/place"):
        assert client.post(f"/goals/{goal.id}{path}").status_code == 404
    assert client.post("/goals", data=_sent(body)).status_code in {403, 404}
    assert len(db.scalars(select(Goal)).all()) == 1


def test_a_goal_is_changed_and_what_was_typed_stays(client: Visitor, db: Session) -> None:
    body = a_body(db)
    ada = a_member(db, body, "voting", "Ada Ahrens")
    goal = a_goal(db, body, title="Wohnen")
    signed_in(client, a_member(db, body, "chair"))
    form = client.get(f"/goals/{goal.id}/edit").text
    seal = form.split('name="seal" value="')[1].split('"')[0]
    sent = _sent(
        body, title="<i>Wohnen</i>", text="Alle.", horizon="2030-12-31", owner=ada.id,
        state="reached", seal=seal,
    )  # fmt: skip
    for bad, field in (
        ({"title": ""}, "title"), ({"horizon": "morgen"}, "horizon"), ({"state": "x"}, "state"),
        ({"owner": "99999"}, "owner"),
    ):  # fmt: skip
        wrong = client.post(f"/goals/{goal.id}", data=sent | bad)
        assert wrong.status_code == 422
        assert f'id="{field}-error"' in wrong.text
        assert "Alle.</textarea>" in wrong.text
    assert client.post(f"/goals/{goal.id}", data=sent).status_code == 302
    page = client.get(f"/goals/{goal.id}").text
    assert "&lt;i&gt;Wohnen&lt;/i&gt;" in page
    assert "Ada Ahrens" in page
    assert "31. Dezember 2030" in page
    again = client.post(f"/goals/{goal.id}", data=sent)
    assert again.status_code == 422
    assert "inzwischen geändert" in again.text


def test_the_pressed_button_has_the_focus_again(client: Visitor, db: Session) -> None:
    body = a_body(db)
    one, two = a_goal(db, body, place=1), a_goal(db, body, place=2)
    signed_in(client, a_member(db, body, "staff"))
    answer = client.post(f"/goals/{two.id}/place", data={"way": "up"})
    assert answer.location.endswith(f"#goal-{two.id}")
    page = client.get(answer.location).text
    assert page.count("autofocus") == 1
    assert page.index(two.title) < page.index(one.title)
    assert client.post(f"/goals/{two.id}/place", data={"way": "x"}).status_code == 403


def test_an_adopted_wording_is_read_and_compared(client: Visitor, db: Session) -> None:
    body = a_body(db)
    goal = a_goal(db, body, title="Wohnen", text="Wohnen ist ein Recht.")
    signed_in(client, a_member(db, body, "chair"))
    sent = {"body": body.slug, "title": "Strategie 2030"}
    assert client.post("/goals/strategies", data=sent | {"title": ""}).status_code == 422
    assert client.post("/goals/strategies", data=sent | {"decision": "7"}).status_code == 422
    here = client.post("/goals/strategies", data=sent).location
    assert "weichen" not in client.get("/goals").text
    goal.text = "Wohnen ist ein Grundrecht."
    page = client.get("/goals").text
    assert "Die Ziele weichen an 1 Stelle" in page
    assert "Strategie 2030" in page
    adopted = client.get(here).text
    assert "Wohnen ist ein Recht." in adopted
    assert db.scalars(select(Strategy.fingerprint)).one() in adopted
    redline = client.get(f"{here}?view=changes").text
    assert "Grundrecht</ins>" in redline
    assert "Recht</del>" in redline
    again = client.get(f"/goals/strategies/new?body={body.slug}").text
    assert "1 Änderung gegenüber Nr. 1" in again


def test_many_goals_cost_no_more_queries_than_few(client: Visitor, db: Session) -> None:
    body = a_body(db)
    signed_in(client, a_member(db, body, "chair"))
    a_goal(db, body)
    client.get("/goals")
    few, _ = _queries(client, "/goals")
    owner = a_member(db, body)
    for _ in range(80):
        a_goal(db, body, parent_id=a_goal(db, body, owner_id=owner.id).id)
    many, _ = _queries(client, "/goals")
    assert few == many <= 12


def test_english_is_complete(client: Visitor, db: Session) -> None:
    body = a_body(db)
    a_goal(db, body)
    signed_in(client, a_member(db, body, "chair", person=a_person(db, lang="en")))
    assert "nothing hangs from it yet" in client.get("/goals").text
    assert "Propose a topic" in client.get("/topics").text
