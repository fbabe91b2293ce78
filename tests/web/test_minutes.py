"""Minutes over HTTP, as every role."""

from __future__ import annotations

import pytest

from strategy.clock import stopped
from strategy.domain import minutes
from strategy.store.bodies import ROLES
from tests.builders import a_member, a_person
from tests.domain.test_minutes import Evening
from tests.visitor import signed_in


@pytest.fixture
def evening(db):
    return Evening(db)


@pytest.mark.parametrize("role", [*ROLES, None])
def test_who_begins_sends_and_reads(client, db, evening, role):
    person = a_member(db, evening.body, role) if role else a_person(db)
    signed_in(client, person)
    base = f"/sessions/{evening.session.id}/minutes"
    writes, stranger = role in ("chair", "staff"), role is None
    assert client.get(base).status_code == (404 if stranger else 200)
    begun = client.post(base)
    assert begun.status_code == (302 if writes else 404 if stranger else 403)
    if not writes:
        evening.begin()
    text = f"/papers/{evening.session.minutes_id}"
    assert client.get(text).status_code == (200 if writes else 404)
    assert client.get(f"{text}/export?format=md").status_code == (200 if writes else 404)
    evening.end()
    sent = client.post(f"{base}/send")
    assert sent.status_code == (302 if writes else 404 if stranger else 403)
    if not writes:
        evening.send()
    reads = role not in ("guest", None)
    with stopped(evening.now):
        desk = client.get("/").text
    assert (f'href="{text}"' in desk) == reads
    assert ("Versandt, noch nicht genehmigt" in desk) == reads
    assert client.get(text).status_code == (200 if reads else 404)
    assert client.get(f"{text}/minutes").status_code == (302 if reads else 404)
    page = client.get(base)
    if stranger:
        assert page.status_code == 404
    else:
        assert ("Protokoll lesen" in page.text or "Protokoll schreiben" in page.text) == reads


@pytest.mark.parametrize("role", [*ROLES, None])
def test_who_objects_answers_and_approves(client, db, evening, role, monkeypatch):
    """The period is the rules': the server's clock stands at the day after the sending."""
    from datetime import timedelta

    evening.sent()
    at = {"now": evening.now + timedelta(days=1)}
    monkeypatch.setattr("strategy.web.minutes.now", lambda: at["now"])
    signed_in(client, a_member(db, evening.body, role) if role else a_person(db))
    base = f"/sessions/{evening.session.id}/minutes"
    writes, stranger = role in ("chair", "staff"), role is None
    objected = client.post(f"{base}/objections", data={"text": "Der Titel war anders."})
    assert objected.status_code == (404 if role in ("guest", None) else 302)
    if role in ("guest", None):
        evening.object()
    else:
        assert client.post(f"{base}/objections", data={"text": ""}).status_code == 422
    found = minutes.objections(db, evening.session)[0]
    page = client.get(base)
    assert ("Der Titel war anders." in page.text) == (role not in ("guest", None))
    answered = client.post(f"{base}/objections/{found.id}", data={"answer": "Ist geändert."})
    assert answered.status_code == (302 if writes else 404 if stranger else 403)
    if not writes:
        minutes.answer(db, evening.session, found.id, "Ja.", by=evening.staff, now=evening.now)
    following = evening.next_session(is_there=False)
    early = client.post(f"{base}/approve")
    assert early.status_code == (404 if stranger else 403)
    if writes:
        assert f"Sitzung {following.number} läuft, kann es aber" in client.get(base).text
    if role == "guest":
        assert "Das Protokoll ist versandt" in client.get(base).text
    at["now"] = evening.now + timedelta(days=40)
    assert ("Ohne Beschlussfähigkeit" in client.get(base).text) == writes
    assert client.post(f"{base}/approve").status_code == (404 if stranger else 403)
    evening.attend(following)
    assert ("Genehmigung festhalten" in client.get(base).text) == writes
    approved = client.post(f"{base}/approve")
    assert approved.status_code == (302 if writes else 404 if stranger else 403)
    if writes:
        assert f'<a href="/sessions/{following.id}">Sitzung {following.number}</a>' in (
            client.get(base).text
        )
        assert ">genehmigt<" in client.get(f"/sessions/{following.id}").text
    late = client.post(f"{base}/objections", data={"text": "Zu spät."})
    assert late.status_code == (404 if role in ("guest", None) else 403)


def test_generic_ways_of_papers_do_not_lead_minutes(client, db, evening):
    """A chair does not shorten the period, or finalise minutes, by the paper's own forms."""
    paper = evening.begin()
    signed_in(client, evening.chair)
    for state in ("consultation", "draft", "finalised", "reopened", "withdrawn"):
        sent = client.post(f"/papers/{paper.id}/state", data={"state": state, "because": "Darum."})
        assert sent.status_code == 403
    assert db.get(type(paper), paper.id).state == "draft"


def test_a_paper_that_is_no_minutes_has_no_such_page(client, db, evening):
    signed_in(client, evening.lead)
    assert client.get(f"/papers/{evening.paper.id}/minutes").status_code == 404
