"""Polls over HTTP, as every role; nothing of a secret vote in page, address, log or mail."""

from __future__ import annotations

import logging
import threading

import pytest
from sqlalchemy import func, select, text

from strategy.clock import now
from strategy.domain import polls
from strategy.domain.polls import Facts
from strategy.store.bodies import ROLES
from strategy.store.polls import Participation, Poll, Tally
from strategy.store.topics import Topic
from tests.builders import NOON, a_body, a_member, a_paper, a_person, later
from tests.visitor import signed_in

ASKED = {"question": "Soll der Deckel kommen?", "scale": "yes", "way": "secret", "ends_on": ""}


@pytest.fixture
def paper(db):
    return a_paper(db, state="consultation")


def a_poll(db, paper, facts=None, *, by=None):
    facts = facts or Facts("Soll der Deckel kommen?", "yes", is_secret=True)
    return polls.start(db, paper, facts, by=by or paper.lead, now=now())


@pytest.mark.parametrize("role", [*ROLES, None])
def test_who_asks(client, db, paper, role):
    signed_in(client, a_member(db, paper.body, role) if role else a_person(db))
    page = client.get(f"/papers/{paper.id}/polls")
    sent = client.post(f"/papers/{paper.id}/polls", data=ASKED)
    made = db.scalar(select(func.count()).select_from(Poll))
    if role is None:
        assert (page.status_code, sent.status_code, made) == (404, 404, 0)
    elif role == "guest":
        assert (page.status_code, sent.status_code, made) == (200, 403, 0)
        assert 'name="question"' not in page.text
    else:
        assert (page.status_code, sent.status_code, made) == (200, 302, 1)
        assert 'name="question"' in page.text


@pytest.mark.parametrize("path", ["/papers/{}/polls", "/polls/1"])
def test_polls_ask_who_you_are(client, paper, path):
    assert client.get(path.format(paper.id)).status_code in (302, 401)


@pytest.mark.parametrize(
    ("but", "words"),
    [
        ({"question": ""}, "Bitte schreib die Frage auf."),
        ({"scale": "stars"}, "Diese Skala gibt es nicht."),
        ({"way": ""}, "offen oder geheim"),
        ({"ends_on": "gestern"}, "Bitte gib ein Datum an."),
        ({"ends_on": "2020-01-01"}, "Dieser Zeitpunkt ist schon vorbei."),
        ({"ends_on": "9999-12-31"}, "Datum"),
    ],
)
def test_a_form_that_is_wrong_comes_back_with_what_was_typed(client, db, paper, but, words):
    signed_in(client, paper.lead)
    answer = client.post(f"/papers/{paper.id}/polls", data=ASKED | but)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.scalar(select(func.count()).select_from(Poll)) == 0


@pytest.mark.parametrize("role", [*ROLES, None])
def test_who_votes(client, db, paper, role):
    poll = a_poll(db, paper)
    signed_in(client, a_member(db, paper.body, role) if role else a_person(db))
    page = client.get(f"/polls/{poll.id}")
    sent = client.post(f"/polls/{poll.id}/vote", data={"choice": "yes"})
    again = client.post(f"/polls/{poll.id}/vote", data={"choice": "no"})
    votes = db.scalar(select(func.sum(Tally.count)))
    if role is None:
        assert (page.status_code, sent.status_code, votes) == (404, 404, 0)
    elif role == "guest":
        assert (page.status_code, sent.status_code, votes) == (200, 403, 0)
        assert 'name="choice"' not in page.text
    else:
        assert (sent.status_code, again.status_code, votes) == (302, 403, 1)
        assert sent.location == f"/polls/{poll.id}"
        assert 'name="choice"' not in client.get(f"/polls/{poll.id}").text


def test_a_vote_after_the_end_is_refused(client, db, paper):
    poll = a_poll(db, paper)
    signed_in(client, paper.lead)
    assert client.post(f"/polls/{poll.id}/close").status_code == 302
    late = client.post(f"/polls/{poll.id}/vote", data={"choice": "yes"})
    assert (late.status_code, client.post(f"/polls/{poll.id}/close").status_code) == (403, 403)
    assert "geschlossen" in late.text


@pytest.mark.parametrize("role", ROLES)
def test_who_closes(client, db, paper, role):
    poll = a_poll(db, paper)
    signed_in(client, a_member(db, paper.body, role))
    answer = client.post(f"/polls/{poll.id}/close")
    assert answer.status_code == (302 if role == "chair" else 403)
    assert (f"/polls/{poll.id}/close" in client.get(f"/polls/{poll.id}").text) is False


def test_a_result_is_nowhere_before_the_end_and_for_everybody_after_it(visitor, db, paper):
    poll = a_poll(db, paper)
    for choice in ("yes", "yes", "no", "no", "no", "abstain"):
        polls.vote(db, poll, choice, by=a_member(db, paper.body), now=now())
    chair, guest = a_member(db, paper.body, "chair"), a_member(db, paper.body, "guest")
    browsers = [signed_in(visitor(), person) for person in (chair, guest, paper.lead)]
    for browser in browsers:
        page = browser.get(f"/polls/{poll.id}").text
        assert "<progress" not in page
        assert "6 Mitglieder haben abgestimmt." in page
    browsers[0].post(f"/polls/{poll.id}/close")
    for browser in browsers:
        page = browser.get(f"/polls/{poll.id}").text
        assert page.count("<progress") == 3
        assert 'max="6" value="2"' in page  # of all votes


def test_too_few_votes_have_no_result(client, db, paper):
    poll = a_poll(db, paper)
    for _ in range(4):
        polls.vote(db, poll, "yes", by=a_member(db, paper.body), now=now())
    signed_in(client, a_member(db, paper.body, "chair"))
    client.post(f"/polls/{poll.id}/close")
    page = client.get(f"/polls/{poll.id}").text
    assert "<progress" not in page
    assert "kein Ergebnis" in page


def test_an_open_poll_shows_names_and_can_be_changed(client, db, paper):
    poll = a_poll(db, paper, Facts("Wie wichtig?"))
    ada = a_member(db, paper.body, "voting", "Ada Ahrens")
    signed_in(client, ada)
    for choice in ("must", "should_not"):
        assert client.post(f"/polls/{poll.id}/vote", data={"choice": choice}).status_code == 302
    page = client.get(f"/polls/{poll.id}").text
    assert 'data-label="Wer">Ada Ahrens' in page
    assert "1 Mitglied hat abgestimmt." in page
    assert client.post(f"/polls/{poll.id}/vote", data={"choice": "x"}).status_code == 422


def test_a_topic_has_polls_too(client, db):
    body = a_body(db)
    person = a_member(db, body)
    topic = Topic(body_id=body.id, title="Radwege", author_id=person.id, made_at=NOON,
                  owed_by=later(days=28))  # fmt: skip
    db.add(topic)
    db.flush()
    signed_in(client, person)
    assert client.post(f"/topics/{topic.id}/polls", data=ASKED).status_code == 302
    assert "Soll der Deckel kommen?" in client.get(f"/topics/{topic.id}/polls").text
    assert client.get("/topics/999/polls").status_code == 404


def test_a_poll_on_a_paper_that_went_back_to_draft_is_hidden_with_it(client, db, paper):
    poll = a_poll(db, paper)
    paper.state = "draft"
    signed_in(client, a_member(db, paper.body, "chair"))
    assert client.get(f"/polls/{poll.id}").status_code == 404
    assert client.post(f"/polls/{poll.id}/vote", data={"choice": "yes"}).status_code == 404


def test_what_was_chosen_is_in_no_log_and_no_cookie(client, db, paper, caplog):
    poll = a_poll(db, paper)
    signed_in(client, paper.lead)
    caplog.set_level(logging.DEBUG)
    sent = client.post(f"/polls/{poll.id}/vote", data={"choice": "abstain"})
    assert "abstain" not in caplog.text
    assert "abstain" not in str(sent.headers)
    with client.session_transaction() as session:
        assert "abstain" not in str(dict(session))


def test_what_was_chosen_is_not_even_in_the_log_of_a_failure(client, db, paper, caplog):
    poll = a_poll(db, paper)
    signed_in(client, paper.lead)
    db.execute(text("ALTER TABLE poll_tallies RENAME TO elsewhere"))
    try:
        sent = client.post(f"/polls/{poll.id}/vote", data={"choice": "abstain"})
    finally:
        db.execute(text("ALTER TABLE elsewhere RENAME TO poll_tallies"))
        db.commit()
    assert sent.status_code == 500
    assert "poll_tallies" in caplog.text
    assert "abstain" not in caplog.text


@pytest.mark.each_database
def test_a_hundred_requests_of_one_person_count_once(app, db, paper):
    poll = a_poll(db, paper)
    client = app.test_client()
    client.db = db
    signed_in(client, paper.lead)
    token = client.token()
    cookie = client.get_cookie("vorlauf").value
    address, found = f"/polls/{poll.id}/vote", []
    db.commit()

    def vote():
        plain = app.test_client()
        plain.forging = True
        plain.db = type("Nothing", (), {"commit": lambda _: None, "expire_all": lambda _: None})()
        plain.set_cookie("vorlauf", cookie)
        sent = plain.post(address, data={"choice": "yes"}, headers={"X-CSRFToken": token})
        found.append(sent.status_code)

    threads = [threading.Thread(target=vote) for _ in range(100)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    db.expire_all()
    assert sorted(found) == [302] + [403] * 99
    assert db.scalar(select(func.sum(Tally.count))) == 1
    assert db.scalar(select(func.count()).select_from(Participation)) == 1
