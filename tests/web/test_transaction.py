"""A request is a transaction: kept below 400, undone else; and every refusal has its status."""

from __future__ import annotations

import pytest
from flask import g
from sqlalchemy import select

from strategy import errors
from strategy.store import base
from strategy.store.bodies import Body
from strategy.text.read import Unreadable
from strategy.web.errors import STATUS, status_of
from tests.builders import NOON

pytestmark = [pytest.mark.own_app, pytest.mark.each_database]


@pytest.fixture
def writes(app):
    """A view that writes a row, then answers as it is told."""

    @app.post("/write/<int:status>")
    def write(status):
        g.db.add(Body(slug=f"s{status}", name="Gremium", made_at=NOON))
        if status == 999:
            raise errors.NotAllowed("No.")
        if status == 998:
            raise RuntimeError("a failure")
        return "", status

    return app


@pytest.mark.parametrize("status", [200, 201, 302])
def test_an_answer_below_400_keeps_what_was_written(writes, client, db, status):
    assert client.post(f"/write/{status}").status_code == status
    assert db.scalar(select(Body.slug)) == f"s{status}"


@pytest.mark.parametrize(("status", "answered"), [(400, 400), (422, 422), (999, 403), (998, 500)])
def test_any_other_answer_undoes_it(writes, client, db, status, answered):
    assert client.post(f"/write/{status}").status_code == answered
    assert db.scalar(select(Body.slug)) is None


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # where one writes after the other
def test_who_gets_no_turn_to_write_is_asked_to_try_again(app, client, db, engine, monkeypatch):
    @app.post("/write")
    def write():
        g.db.add(Body(slug="board", name="Gremium", made_at=NOON))
        g.db.flush()
        return ""

    monkeypatch.setattr(base, "LONGEST_WAIT", 0.1)
    with base.make_session(engine, writes=True) as other:
        other.execute(select(Body.slug))
        refused = client.post("/write")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert "Gerade speichern zu viele auf einmal" in refused.text
    assert db.scalar(select(Body.slug)) is None
    assert client.post("/write").status_code == 200


def test_what_is_to_happen_after_the_commit_happens_only_then(app, client):
    done = []

    @app.post("/later/<int:status>")
    def later(status):
        g.after_commit.append(lambda: done.append(status))
        return "", status

    client.post("/later/200")
    client.post("/later/409")
    assert done == [200]


def _kinds(kind):
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)


def test_every_refusal_has_a_status():
    for kind in _kinds(errors.Refusal):
        assert any(base in STATUS for base in kind.__mro__), kind


def test_the_nearest_kind_decides():
    assert status_of(Unreadable("x")) == 422
    assert status_of(errors.Stale(seen=1, current=2)) == 409


def test_a_script_gets_json_and_a_person_a_page(client):
    as_json = client.get("/nirgendwo", headers={"Accept": "application/json"})
    assert set(as_json.get_json()) == {"error"}
    page = client.get("/nirgendwo", headers={"Accept": "text/html"})
    assert "<h1" in page.get_data(as_text=True)


def test_the_error_speaks_the_readers_language(client):
    german = client.get("/nirgendwo", headers={"Accept-Language": "de"}).get_data(as_text=True)
    english = client.get("/nirgendwo", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Diese Seite gibt es nicht" in german
    assert "There is no such page" in english
