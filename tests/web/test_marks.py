"""Marks and the block over HTTP, as every role."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from strategy.domain import marks
from strategy.store.agenda import Mark
from strategy.store.bodies import ROLES
from tests.builders import a_member, a_person, later
from tests.domain.test_marks import Agenda
from tests.visitor import signed_in


@pytest.fixture
def world(db):
    return Agenda(db)


@pytest.mark.parametrize("role", [*ROLES, None])
def test_who_marks(client, db, world, role):
    signed_in(client, a_member(db, world.body, role) if role else a_person(db))
    base = f"/sessions/{world.session.id}"
    page = client.get(f"{base}/marks")
    sent = client.post(f"{base}/items/{world.first.id}/mark", data={"mark": "agree"})
    count = db.scalar(select(func.count()).select_from(Mark))
    if role is None:
        assert (page.status_code, sent.status_code, count) == (404, 404, 0)
    elif role == "guest":
        assert (page.status_code, sent.status_code, count) == (200, 403, 0)
        assert 'name="mark"' not in page.text
    else:
        assert (page.status_code, sent.status_code, count) == (200, 302, 1)
        assert sent.location == f"{base}/marks#item-{world.first.id}"
        again = client.get(f"{base}/marks").text
        assert "1 hat sie markiert" in again
        assert 'value="" aria-pressed="true">Einverstanden' in again


def test_a_form_on_the_sessions_page_leads_back_there(client, db, world):
    signed_in(client, world.lead)
    address = f"/sessions/{world.session.id}/items/{world.first.id}/mark"
    sent = client.post(address, data={"mark": "read", "from": "session"})
    assert sent.location == f"/sessions/{world.session.id}#item-{world.first.id}"


@pytest.mark.parametrize("role", [*ROLES, None])
def test_who_forms_the_block_and_who_takes_out_of_it(client, db, world, role):
    signed_in(client, a_member(db, world.body, role) if role else a_person(db))
    base = f"/sessions/{world.session.id}"
    formed = client.post(f"{base}/block")
    assert formed.status_code == {"chair": 302, None: 404}.get(role, 403)
    db.refresh(world.first)
    if role != "chair":
        assert not world.first.in_block
        marks.block(db, world.session, by=world.chair, now=later(days=21))
    taken = client.post(f"{base}/items/{world.first.id}/take-out")
    db.refresh(world.first)
    assert taken.status_code == {"guest": 403, None: 404}.get(role, 302)
    assert world.first.in_block == (role in ("guest", None))


@pytest.mark.parametrize("role", [*ROLES, None])
def test_who_calls_the_block(client, db, world, role):
    marks.block(db, world.session, by=world.chair, now=later(days=21))
    world.open()
    signed_in(client, a_member(db, world.body, role) if role else a_person(db))
    called = client.post(f"/sessions/{world.session.id}/block/call")
    may = role in ("chair", "staff")
    assert called.status_code == (302 if may else 404 if role is None else 403)
    db.refresh(world.first)
    assert (world.first.called_at is not None) == may


def test_a_guest_does_not_know_of_a_confidential_item(client, db, world):
    world.first.is_confidential = True
    signed_in(client, a_member(db, world.body, "guest"))
    base = f"/sessions/{world.session.id}"
    assert world.first.title not in client.get(f"{base}/marks").text
    assert client.post(f"{base}/items/{world.first.id}/mark").status_code == 404
    assert client.post(f"{base}/items/{world.first.id}/take-out").status_code == 404


def test_an_item_of_another_session_is_not_found(client, db, world):
    from tests.builders import a_session

    other = a_session(db, world.body, in_days=60)
    signed_in(client, world.lead)
    address = f"/sessions/{other.id}/items/{world.first.id}/mark"
    assert client.post(address, data={"mark": "read"}).status_code == 404
