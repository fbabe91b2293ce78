"""Comments over HTTP: as scripts and as plain forms meet them, and what strangers get."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from strategy.domain import comments, revisions, steps
from strategy.domain.remarks import pieces
from strategy.live import rooms
from strategy.store.papers import Paper
from tests.builders import NOON, a_body, a_member, a_paper, a_person
from tests.visitor import Visitor, signed_in

JSON = {"Accept": "application/json"}
TEXT = "Wir wollen Sonne und Wind."
CASES = Path(__file__).parents[2] / "static" / "tests" / "remarks.json"


@pytest.fixture
def paper(db: Session) -> Paper:
    body = a_body(db)
    return a_paper(db, body=body, lead=a_member(db, body), text=TEXT, state="consultation")


@pytest.fixture
def ada(visitor: Callable[[], Visitor], paper: Paper) -> Visitor:
    """The lead author, signed in."""
    return signed_in(visitor(), paper.lead)


def at(paper: Paper, rest: str = "") -> str:
    return f"/papers/{paper.id}/comments{rest}"


def added(client: Visitor, paper: Paper, **but: Any) -> dict[str, Any]:
    given = {"text": "Warum?", "kind": "question", "start": 12, "end": 17, "version": 0} | but
    answer = client.post(at(paper), json=given, headers=JSON)
    assert answer.status_code == 201, answer.text
    thread: dict[str, Any] = answer.get_json()
    return thread


def listed(client: Visitor, paper: Paper, on: str = "now") -> list[dict[str, Any]]:
    threads: list[dict[str, Any]] = client.get(at(paper, f"?on={on}"), headers=JSON).json["threads"]
    return threads


def test_a_thread_says_everything_that_the_margin_shows(ada: Visitor, paper: Paper) -> None:
    thread = added(ada, paper, mentions=[paper.lead_id])
    person = {"id": paper.lead_id, "name": paper.lead.name, "initials": paper.lead.initials}
    assert thread["author"] == person
    assert thread["place"] == {"start": 12, "end": 17, "state": "unchanged"}
    assert (thread["quote"], thread["kind"], thread["revision"]) == ("Sonne", "question", None)
    assert thread["mentions"] == [{"id": paper.lead_id, "name": paper.lead.name}]
    assert thread["may"] == {"edit": True, "delete": True, "resolve": True, "answer": True}
    assert thread["resolved"] is None
    assert listed(ada, paper) == [thread]


def test_answers_edits_resolutions_and_deletions_come_back_as_the_thread(
    ada: Visitor, paper: Paper
) -> None:
    thread = added(ada, paper)
    own = at(paper, f"/{thread['id']}")
    answered = ada.post(f"{own}/answers", json={"text": "Darum."}, headers=JSON)
    assert [each["text"] for each in answered.json["answers"]] == ["Darum."]
    edited = ada.put(own, json={"text": "Wieso?"}, headers=JSON).json
    assert (edited["text"], bool(edited["edited"])) == ("Wieso?", True)
    closed = ada.put(
        f"{own}/resolution", json={"outcome": "refused", "answer": "Zu teuer."}, headers=JSON
    ).json
    assert (closed["outcome"], closed["answer"]) == ("refused", "Zu teuer.")
    assert closed["resolved"]["by"]["id"] == paper.lead_id
    assert ada.delete(f"{own}/resolution", headers=JSON).status_code == 204
    assert listed(ada, paper)[0]["resolved"] is None
    assert ada.delete(own, headers=JSON).status_code == 204
    (left,) = listed(ada, paper)
    assert (left["deleted"], left["text"], left["may"]["edit"]) == (True, "", False)


def test_a_comment_on_a_revision_is_seen_there_and_today(
    db: Session, ada: Visitor, paper: Paper
) -> None:
    revisions.take(db, paper, "Erste", by=paper.lead, now=NOON)
    steps.append(
        db, paper, by=paper.lead, now=NOON,
        steps=[{"stepType": "replace", "from": 1, "to": 1,
                "slice": {"content": [{"type": "text", "text": "Ja: "}]}}],
    )  # fmt: skip
    added(ada, paper, revision=1, version=None)
    assert listed(ada, paper, "1")[0]["place"]["start"] == 12
    assert listed(ada, paper)[0]["place"]["start"] == 16
    assert listed(ada, paper)[0]["revision"] == 1


BAD: list[tuple[Any, str]] = [
    ({"text": ""}, "text"),
    ({"text": 7}, "text"),
    ({"text": "a\x00b"}, "text"),
    ({"text": "a\u202eb"}, "text"),
    ({"text": "x" * 10_001}, "text"),
    ({"kind": ["note"]}, "kind"),
    ({"start": -1}, "start"),
    ({"start": 1.5}, "start"),
    ({"start": True}, "start"),
    ({"end": 2**70}, "end"),
    ({"start": None}, "anchor"),
    ({"end": 4000}, "anchor"),
    ({"version": 99}, "version"),
    ({"revision": 1}, "revision"),
    ({"mentions": "all"}, "mentions"),
    ({"mentions": [{}]}, "mentions"),
    ({"mentions": [1] * 201}, "mentions"),
]


@pytest.mark.parametrize(("wrong", "field"), BAD)
def test_bad_input_is_refused_with_the_field_and_changes_nothing(
    ada: Visitor, paper: Paper, wrong: dict[str, Any], field: str
) -> None:
    given = {"text": "Warum?", "kind": "question", "start": 12, "end": 17, "version": 0} | wrong
    answer = ada.post(
        at(paper), data=json.dumps(given), headers=JSON, content_type="application/json"
    )
    assert answer.status_code == 422
    assert answer.json["field"] == field
    assert answer.json["error"]
    assert listed(ada, paper) == []


@pytest.mark.parametrize("body", [b"[]", b"{", b"null", b'"x"', b"\xff", b"[" * 5000])
def test_what_is_no_json_object_is_refused(ada: Visitor, paper: Paper, body: bytes) -> None:
    answer = ada.post(at(paper), data=body, headers=JSON, content_type="application/json")
    assert 400 <= answer.status_code < 500


def test_strangers_meet_a_paper_that_does_not_exist(
    db: Session, visitor: Callable[[], Visitor], ada: Visitor, paper: Paper
) -> None:
    thread = added(ada, paper)
    stranger = signed_in(visitor(), a_person(db))
    own = at(paper, f"/{thread['id']}")
    for method, address in [
        ("GET", at(paper)), ("POST", at(paper)), ("PUT", own), ("DELETE", own),
        ("POST", f"{own}/answers"), ("PUT", f"{own}/resolution"), ("DELETE", f"{own}/resolution"),
        ("GET", f"/papers/{paper.id}/people"),
    ]:  # fmt: skip
        answer = stranger.open(address, method=method, json={"text": "x"}, headers=JSON)
        assert answer.status_code == 404, (method, address)
    assert visitor().get(at(paper), headers=JSON).status_code == 401
    assert len(listed(ada, paper)) == 1


def test_a_comment_is_found_in_its_own_paper_only(db: Session, ada: Visitor, paper: Paper) -> None:
    other = a_paper(db, body=paper.body, lead=paper.lead, text=TEXT)
    thread = added(ada, paper)
    assert ada.put(at(other, f"/{thread['id']}"), json={"text": "x"}).status_code == 404
    assert ada.put(at(paper, "/99999999999999"), json={"text": "x"}).status_code == 404


def test_without_the_forms_token_nothing_is_written(ada: Visitor, paper: Paper) -> None:
    ada.forging = True
    given = {"text": "Warum?", "kind": "note"}
    assert ada.post(at(paper), json=given, headers=JSON).status_code == 400
    assert ada.post(at(paper), data=given).status_code == 400
    assert listed(ada, paper) == []


def test_readers_who_began_nothing_may_answer_but_not_close_or_change(
    db: Session, visitor: Callable[[], Visitor], ada: Visitor, paper: Paper
) -> None:
    thread = added(ada, paper)
    ben = signed_in(visitor(), a_member(db, paper.body))
    (seen,) = listed(ben, paper)
    assert seen["may"] == {"edit": False, "delete": False, "resolve": False, "answer": True}
    own = at(paper, f"/{thread['id']}")
    closing = {"outcome": "answered", "answer": ""}
    assert ben.put(f"{own}/resolution", json=closing, headers=JSON).status_code == 403
    assert ben.delete(own, headers=JSON).status_code == 403


def test_everybody_there_hears_of_it_once_it_is_kept(
    app: Flask, ada: Visitor, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[int, dict[str, Any]]] = []
    monkeypatch.setattr(rooms, "tell", lambda paper_id, message: heard.append((paper_id, message)))
    thread = added(ada, paper)
    own = at(paper, f"/{thread['id']}")
    answer = ada.post(f"{own}/answers", json={"text": "Darum."}, headers=JSON).json["answers"][0]
    ada.put(f"{own}/resolution", json={"outcome": "refused", "answer": ""}, headers=JSON)
    ada.delete(at(paper, f"/{answer['id']}"), headers=JSON)
    message = {"type": "comment", "thread": thread["id"]}
    assert heard == [
        (paper.id, message | {"what": "added", "id": thread["id"]}),
        (paper.id, message | {"what": "added", "id": answer["id"]}),
        (paper.id, message | {"what": "deleted", "id": answer["id"]}),
    ]


def test_the_list_and_its_forms_work_without_scripts(ada: Visitor, paper: Paper) -> None:
    sent = ada.post(at(paper), data={"text": "Gute <b>Idee</b>!", "kind": "support"})
    assert sent.status_code == 303
    assert "#comment-" in sent.location
    (thread,) = listed(ada, paper)
    own = at(paper, f"/{thread['id']}")
    page = ada.get(at(paper)).text
    assert "Gute &lt;b&gt;Idee&lt;/b&gt;!" in page
    assert "Zustimmung" in page
    ada.post(f"{own}/answers", data={"text": "Danke, siehe https://example.org/a?b=1&c=2."})
    ada.post(f"{own}/edit", data={"text": "Sehr gute Idee!"})
    page = ada.get(at(paper)).text
    assert 'href="https://example.org/a?b=1&amp;c=2"' in page
    assert "Sehr gute Idee!" in page
    closed = ada.post(f"{own}/resolution?state=all", data={"outcome": "accepted", "answer": ""})
    assert "state=all" in closed.location
    assert "Sehr gute Idee!" not in ada.get(at(paper)).text
    assert "Sehr gute Idee!" in ada.get(at(paper, "?state=resolved")).text
    ada.post(f"{own}/resolution", data={"outcome": "open"})
    ada.post(f"{own}/delete")
    assert "Dieser Kommentar wurde gelöscht." in ada.get(at(paper)).text


def test_a_refusal_without_a_reason_comes_back_at_its_field(ada: Visitor, paper: Paper) -> None:
    thread = added(ada, paper)
    own = at(paper, f"/{thread['id']}")
    back = ada.post(f"{own}/resolution", data={"outcome": "refused", "answer": "  "})
    assert back.status_code == 422
    assert f'id="answer-resolve-{thread["id"]}-error"' in back.text
    assert f'href="#answer-resolve-{thread["id"]}"' in back.text
    assert "autofocus" in back.text
    assert "Eine Ablehnung braucht eine Begründung" in back.text
    long = "x" * 10_001
    back = ada.post(at(paper), data={"text": long, "kind": "note"})
    assert back.status_code == 422
    assert long in back.text


def test_the_list_is_narrowed_by_its_filters(db: Session, ada: Visitor, paper: Paper) -> None:
    ben = a_member(db, paper.body)
    for kind in ("question", "objection"):
        comments.add(db, paper, f"Zu {kind}", kind=kind, by=ben, now=NOON)
    comments.add(db, paper, "Zu Ada", kind="note", by=ben, now=NOON, mentions=[paper.lead_id])
    assert "Zu question" in ada.get(at(paper)).text
    assert "Zu question" not in ada.get(at(paper, "?kind=objection")).text
    mine = ada.get(at(paper, "?to_me=1")).text
    assert "Zu Ada" in mine
    assert "Zu question" not in mine
    assert "Zu Ada" not in ada.get(at(paper, "?mine=1")).text
    assert ada.get(at(paper, "?state=nonsense&kind=%22&mine=x&on=1")).status_code == 404
    assert ada.get(at(paper, "?state=nonsense&kind=%22&mine=x")).status_code == 200


def test_the_people_of_a_paper_are_offered_for_mentions(
    db: Session, ada: Visitor, paper: Paper
) -> None:
    ben = a_member(db, paper.body, name="Benno Brandt-Busch")
    a_person(db, "Benno Fremd")
    found = ada.get(f"/papers/{paper.id}/people?q=ben%20bu", headers=JSON).json["people"]
    assert found == [{"id": ben.id, "name": "Benno Brandt-Busch", "initials": "BB"}]


def test_the_list_of_a_hundred_threads_takes_few_queries(
    app: Flask, db: Session, ada: Visitor, paper: Paper
) -> None:
    people = [a_member(db, paper.body) for _ in range(5)]
    for n in range(100):
        head = comments.add(
            db, paper, f"Nummer {n}", kind="note", by=people[n % 5], now=NOON, start=1, end=9
        )
        comments.answer(db, paper, head, "Aha", by=people[n % 3], now=NOON)
    db.commit()
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(app.extensions["engine"], "before_cursor_execute", note)
    for headers in (JSON, {"Accept": "text/html"}):
        sent.clear()
        assert ada.get(at(paper), headers=headers).status_code == 200
        assert len(sent) <= 14, "\n".join(sent)


@pytest.mark.parametrize("case", json.loads(CASES.read_text()))
def test_words_links_and_names_are_cut_as_the_browser_cuts_them(case: dict[str, Any]) -> None:
    cut = [[each.kind, each.text] for each in pieces(case["text"], case["names"])]
    assert cut == case["parts"]


@pytest.mark.parametrize("on", ["now", "1"])
def test_a_paragraph_is_commented_on_without_scripts(
    db: Session, ada: Visitor, paper: Paper, on: str
) -> None:
    revisions.take(db, paper, "", by=paper.lead, now=NOON)
    db.commit()
    page = ada.get(at(paper, f"/passages?on={on}&at=1")).text
    assert TEXT in page
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="(\d+)"', page))
    assert hidden.keys() == {"start", "end", "version" if on == "now" else "revision"}
    sent_back = ada.post(at(paper), data=hidden | {"text": "Warum?", "kind": "question"})
    assert sent_back.status_code == 303, sent_back.text
    (thread,) = listed(ada, paper, on)
    assert (thread["quote"], thread["place"]["state"]) == (TEXT, "unchanged")
    wrong = ada.post(at(paper), data=hidden | {"text": "Warum?", "start": "9999", "end": "10000"})
    assert wrong.status_code == 422
