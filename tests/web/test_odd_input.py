"""Whatever is sent to whatever address, nothing fails."""

from __future__ import annotations

import json
from io import BytesIO
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Rule

from strategy.domain import agenda, comments, devices, papers, polls, revisions, tasks
from strategy.store.topics import Topic
from tests.builders import NOON, a_body, a_doc, a_member, a_session
from tests.databases import KINDS
from tests.visitor import Visitor, signed_in

NUMBERS = ("0", "-1", "999999", str(2**31), str(2**63), "9" * 400)
WORDS = (
    "%00", "%ff%fe", quote("\u202e"), quote("🦉"), "..%2f..%2fetc%2fpasswd", "x" * 3000,
    "%0d%0aX:1",
)  # fmt: skip
VALUES = ("", "\x00", "\u202e", "x" * 20_000, "-1", "9" * 400, "NaN")
QUESTIONS = (
    "q", "page", "state", "body", "since", "version", "next", "format", "kind", "against",
    "revision", "wait", "mine", "client", "look", "filter", "file", "query", "person", "goal",
)  # fmt: skip
FIELDS = (
    "name", "email", "title", "slug", "role", "text", "kind", "lang", "lead", "way", "body",
    "state", "until", "reason", "answer", "outcome", "old", "new", "file", "format", "against",
    "people", "co_authors", "readers", "version", "revision", "start", "end", "author", "question",
    "scale", "ends_on", "choice", "mark", "from", "owner", "due_on", "review_on", "goal", "why",
    "words",
)  # fmt: skip
BODIES: tuple[object, ...] = (
    None, [], "x", 1, True, {"": ""},
    *({"version": each} for each in ("x", -1, 2**80, 1.5, None, True, [0], {"a": 1})),
    {"version": 0, "steps": [{}], "client": "c", "batch": 1},
    {"version": 0, "steps": "x", "client": [], "batch": {}},
    {"version": 0, "steps": [None] * 5000, "client": "c", "batch": 1},
    dict.fromkeys(FIELDS, "\x00"),
    dict.fromkeys(FIELDS, 2**80),
    {field: [{"a": [1]}] for field in FIELDS},
    {"text": "x", "kind": "note", "start": 5, "end": -5, "version": 0},
    {"text": "x", "kind": "note", "start": 0, "end": 2**40, "version": 0, "mentions": [2**70]},
)  # fmt: skip
RAW = (
    b"", b"{", b"\xff", b"[" * 100_000, b'{"a":' * 100_000, b"1e999999", b"NaN",
    b'{"text":"\\ud800","kind":"note","email":"\\ud800","password":"\\ud800","title":"\\ud800"}',
)  # fmt: skip

on_the_stricter = pytest.mark.parametrize("engine", KINDS[-1:], indirect=True)
"""On PostgreSQL, where it is there: what only reads fails there if anywhere."""

MOVES_ON = {"sign_in.leave", "people.end_others", "people.end_device"}
"""What signs the visitor out is left out: the others would answer nobody."""

Known = dict[str, str | int]


@pytest.fixture
def there(client: Visitor, db: Session) -> Visitor:
    """The chair of a body, who administers and leads its paper; signed in."""
    body = a_body(db, "board")
    chair = a_member(db, body, "chair")
    chair.is_admin = True
    client.known = _world(db, body, chair)  # type: ignore[attr-defined]
    return signed_in(client, chair)


def _world(db: Session, body: object, chair: object) -> Known:
    """The places of all addresses filled with what exists."""
    paper = papers.start(
        db, body, "Solar", doc=a_doc("Wir wollen Sonne."), lead=chair, by=chair, now=NOON
    )  # type: ignore[arg-type]
    revisions.take(db, paper, "Erste", by=chair, now=NOON)  # type: ignore[arg-type]
    remark = comments.add(db, paper, "Gut.", kind="note", by=chair, now=NOON)  # type: ignore[arg-type]
    devices.start(db, chair, agent="", now=NOON)  # type: ignore[arg-type]
    session = a_session(db, body)  # type: ignore[arg-type]
    item = agenda.add(db, session, agenda.Facts("Bericht"), by=chair, now=NOON)  # type: ignore[arg-type]
    topic = Topic(body=body, title="Radwege", author_id=chair.id, made_at=NOON, owed_by=NOON)  # type: ignore[attr-defined]
    db.add(topic)
    db.flush()
    poll = polls.start(db, topic, polls.Facts("Wirklich?"), by=chair, now=NOON)  # type: ignore[arg-type]
    task = tasks.make(db, body, tasks.Facts("Zählen"), by=chair, now=NOON)  # type: ignore[arg-type]
    return {
        "session_id": session.id,
        "item_id": item.id,
        "topic_id": topic.id,
        "poll_id": poll.id,
        "task_id": task.id,
        "act": "notes",
        "paper_id": paper.id,
        "comment_id": remark.id,
        "person_id": chair.id,  # type: ignore[attr-defined]
        "slug": "board",
        "number": 1,
        "old": "1",
        "new": "now",
    }


def address(app: Flask, rule: Rule, method: str, known: Known) -> str:
    """The rule's address for what exists."""
    values = {name: known.get(name, 1 if is_number(rule, name) else "x") for name in rule.arguments}
    built = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
    return str(built)


def is_number(rule: Rule, place: str) -> bool:
    return isinstance(rule._converters[place], IntegerConverter)


def rules(app: Flask, *methods: str) -> list[tuple[Rule, str]]:
    """Each rule with each of its methods, all or these."""
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if method in (methods or (method,)) and rule.endpoint not in MOVES_ON
    ]


@on_the_stricter
def test_no_odd_address_makes_a_failure(app: Flask, there: Visitor) -> None:
    failed = set()
    for rule, method in rules(app):
        for place in rule.arguments:
            for odd in NUMBERS if is_number(rule, place) else WORDS:
                mark = 777_777 if is_number(rule, place) else "odd-place"
                whole = address(app, rule, method, there.known | {place: mark})
                answer = there.open(whole.replace(str(mark), odd), method=method)
                if answer.status_code >= 500:
                    failed.add((rule.endpoint, method, odd[:20]))
    assert failed == set()


@on_the_stricter
def test_no_odd_question_makes_a_failure(app: Flask, there: Visitor) -> None:
    failed = set()
    for rule, method in rules(app, "GET"):
        for odd in VALUES:
            asked = dict.fromkeys(QUESTIONS, odd[:3000])
            if rule.endpoint == "steps.since":
                asked.pop("wait")
            answer = there.get(address(app, rule, method, there.known), query_string=asked)
            if answer.status_code >= 500:
                failed.add((rule.endpoint, odd[:20]))
    assert failed == set()


def test_no_odd_form_makes_a_failure(app: Flask, there: Visitor) -> None:
    failed = set()
    for rule, method in rules(app, "POST"):
        for odd in VALUES:
            form = dict.fromkeys(FIELDS, odd)
            answer = there.post(address(app, rule, method, there.known), data=form)
            if answer.status_code >= 500:
                failed.add((rule.endpoint, odd[:20]))
    assert failed == set()


class Asked(BytesIO):
    """A body that knows whether anybody read it."""

    was_read = False

    def readinto(self, place: bytearray) -> int:
        self.was_read = True
        return super().readinto(place)


def test_no_odd_json_makes_a_failure(app: Flask, there: Visitor) -> None:
    failed = set()
    readers = set()
    bodies = (*(json.dumps(each).encode() for each in BODIES), *RAW)
    for rule, method in rules(app, "POST", "PUT", "DELETE", "PATCH"):
        here = address(app, rule, method, there.known)
        for body in bodies:
            asked = Asked(body)
            answer = there.open(
                here, method=method, headers={"Accept": "application/json"},
                input_stream=asked, content_type="application/json", content_length=len(body),
            )  # fmt: skip
            if answer.status_code >= 500:
                failed.add((rule.endpoint, method, body[:60]))
            if not asked.was_read:
                break  # whoever reads forms alone finds all of these empty
            readers.add(rule.endpoint)
    assert failed == set()
    assert {"steps.add", "comments.create", "comments.answer"} <= readers
