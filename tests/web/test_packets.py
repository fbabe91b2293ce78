"""The packet over HTTP: every member gets the one that is meant for them, nobody else any."""

from __future__ import annotations

import pytest

from strategy.clock import stopped
from strategy.domain import agenda, jobs, packet_jobs
from strategy.store.bodies import ROLES, Member
from strategy.store.jobs import Job
from tests.builders import NOON, later
from tests.text.write.test_pdf import pages
from tests.web.test_sessions import Board


@pytest.fixture
def board(db, visitor):
    board = Board(db, visitor)
    facts = agenda.Facts("Streit mit dem Vermieter", is_confidential=True)
    agenda.add(db, board.session, facts, by=board.people["chair"], now=NOON)
    board.table(NOON)
    return board


def made(engine, board, who, format="pdf"):
    """Ask for the packet and let it be made: the address of its progress."""
    asked = board.post(who, f"/sessions/{board.session.id}/packet", format=format)
    assert asked.status_code == 302
    handlers = {"packet": packet_jobs.make, "mail": lambda *_: None}
    jobs.run_due(engine, handlers, now=lambda: later(minutes=5))
    return asked.location


@pytest.mark.parametrize("role", ROLES)
def test_every_member_gets_the_packet_that_is_meant_for_them(engine, board, role):
    page = board.get(role, f"/sessions/{board.session.id}/packet").text
    assert "Eine PDF-Datei" in page
    assert "1 Vorlage, 1 Minute Lesezeit" in " ".join(page.split())
    place = made(engine, board, role)
    assert "Die Datei ist fertig." in board.get(role, place).text
    file = board.get(role, place + "?file=1")
    assert file.mimetype == "application/pdf"
    assert "attachment" in file.headers["Content-Disposition"]
    assert "sandbox" in file.headers["Content-Security-Policy"]
    words = "".join(pages(file.data))
    assert "Wir wollen Sonne." in words
    assert ("Vermieter" in words) == (role != "guest")


def test_nobody_from_elsewhere_and_nobody_else_gets_it(engine, board):
    address = f"/sessions/{board.session.id}/packet"
    for answer in (board.get("stranger", address), board.post("stranger", address, format="pdf")):
        assert answer.status_code == 404
    place = made(engine, board, "chair")
    for who in ("lead", "guest", "stranger"):
        assert board.get(who, place + "?file=1").status_code == 404
    other = place.replace(f"/sessions/{board.session.id}/", "/sessions/999999/")
    assert board.get("chair", other).status_code == 404
    assert board.visitor().get(place).status_code == 302


def test_who_has_lost_the_right_meanwhile_gets_nothing(engine, board):
    asked = board.post("guest", f"/sessions/{board.session.id}/packet", format="zip")
    board.db.delete(board.db.get(Member, (board.body.id, board.people["guest"].id)))
    board.db.commit()
    handlers = {"packet": packet_jobs.make, "mail": lambda *_: None}
    jobs.run_due(engine, handlers, now=lambda: later(minutes=5))
    job = board.db.get(Job, int(asked.location.rsplit("/", 1)[1]))
    assert job.state == "failed"
    assert board.get("guest", asked.location).status_code == 404


def test_progress_is_shown_and_comes_as_json(board):
    asked = board.post("lead", f"/sessions/{board.session.id}/packet", format="zip")
    page = board.get("lead", asked.location).text
    assert "<progress" in page
    assert 'http-equiv="refresh"' in page
    with stopped(NOON):
        said = board.client("lead").get(asked.location, headers={"Accept": "application/json"})
    assert said.get_json() == {"state": "waiting", "progress": 0}
    assert "<progress" in board.get("lead", asked.location + "?file=1").text


def test_other_formats_are_refused_and_leave_no_job(board):
    before = board.db.query(Job).count()
    answer = board.post("lead", f"/sessions/{board.session.id}/packet", format="exe")
    assert answer.status_code == 422
    assert board.db.query(Job).count() == before


def test_the_page_of_the_session_leads_to_it(board):
    page = board.get("advisory", f"/sessions/{board.session.id}").text
    assert f'href="/sessions/{board.session.id}/packet"' in page
