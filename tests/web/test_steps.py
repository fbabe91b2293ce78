"""The living text over plain requests: who may, what is answered, what nonsense brings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from strategy.domain import steps
from strategy.store.papers import Paper
from strategy.store.people import Person
from tests.builders import NOON, a_member, a_paper
from tests.visitor import Visitor, signed_in

Arrive = Callable[[], Visitor]


def typed(text: str, at: int = 1) -> dict[str, Any]:
    part = {"content": [{"type": "text", "text": text}]}
    return {"stepType": "replace", "from": at, "to": at, "slice": part}


def batch(*sent: Any, version: int = 0, number: int = 1, client: str = "tab") -> dict[str, Any]:
    return {
        "type": "steps", "version": version, "steps": list(sent), "client": client, "batch": number,
    }  # fmt: skip


@pytest.fixture
def paper(db: Session) -> Paper:
    paper = a_paper(db, text="Ende.")
    db.commit()
    return paper


@pytest.fixture
def ada(visitor: Arrive, paper: Paper) -> Visitor:
    return signed_in(visitor(), paper.lead)


def test_the_newest_text_is_read(ada: Visitor, db: Session, paper: Paper) -> None:
    told = ada.get(f"/papers/{paper.id}/doc").get_json()
    assert told["version"] == 0
    assert told["doc"] == steps.document(db, paper)[1]
    steps.append(db, paper, [typed("Am ")], by=paper.lead, now=NOON)
    db.commit()
    told = ada.get(f"/papers/{paper.id}/doc").get_json()
    assert told["version"] == 1
    assert told["doc"] == steps.document_at(db, paper, 1)


def test_steps_are_added_and_read_again(ada: Visitor, db: Session, paper: Paper) -> None:
    address = f"/papers/{paper.id}/steps"
    answer = ada.post(address, json=batch(typed("Am "), typed("guten ", 4)))
    assert answer.status_code == 200
    assert answer.get_json() == {
        "type": "steps", "version": 0, "steps": [typed("Am "), typed("guten ", 4)],
        "clients": ["tab", "tab"], "batches": [1, 1], "people": [paper.lead_id] * 2,
    }  # fmt: skip
    assert ada.get(f"{address}?since=1").get_json()["steps"] == [typed("guten ", 4)]
    assert ada.get(f"{address}?since=2").get_json()["steps"] == []
    assert [row.client for row in steps.since(db, paper.id, 0)] == ["tab", "tab"]


def test_a_text_restored_meanwhile_is_not_overwritten(
    ada: Visitor, db: Session, paper: Paper
) -> None:
    address = f"/papers/{paper.id}/steps"
    ada.post(address, json=batch(typed("Am ")))
    steps.append(db, db.get_one(Paper, paper.id), [typed("!", 4)], by=paper.lead, now=NOON)
    db.commit()
    answer = ada.post(address, json=batch(typed("x", 9), version=1, number=2))
    assert answer.status_code in {200, 409}
    assert [row.version for row in steps.since(db, paper.id, 0)][:2] == [1, 2]
    assert steps.verify(db, db.get_one(Paper, paper.id)) == []


def test_only_authors_add_and_only_readers_read(
    visitor: Arrive, db: Session, paper: Paper, client: Visitor
) -> None:
    address = f"/papers/{paper.id}/steps"
    assert client.get(f"{address}?since=0").status_code == 401
    assert client.post(address, json=batch(typed("x"))).status_code == 401
    assert client.get(f"/papers/{paper.id}/doc").status_code == 401
    eve = signed_in(visitor(), a_member(db, paper.body))
    assert eve.get(f"{address}?since=0").status_code == 404
    assert eve.post(address, json=batch(typed("x"))).status_code == 404
    assert eve.get("/papers/4711/doc").status_code == 404
    assert eve.get("/papers/99999999999/doc").status_code == 404
    paper.state, paper.shared_at = "consultation", NOON
    db.commit()
    assert eve.get(f"{address}?since=0").status_code == 200
    assert eve.post(address, json=batch(typed("x"))).status_code == 422
    assert steps.since(db, paper.id, 0) == []


def test_a_forged_request_adds_nothing(ada: Visitor, db: Session, paper: Paper) -> None:
    ada.forging = True
    assert ada.post(f"/papers/{paper.id}/steps", json=batch(typed("x"))).status_code == 400
    assert steps.since(db, paper.id, 0) == []


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[1]", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 90_000,
        b'{"type":"presence","version":0,"head":null,"anchor":null}',
        b'{"type":"steps","version":0,"steps":[{}],"client":"tab","batch":0}',
        b'{"type":"steps","version":0,"steps":[],"client":"tab","batch":1}',
        b'{"type":"steps","version":-1,"steps":[{}],"client":"tab","batch":1}',
        b'{"type":"steps","version":0.5,"steps":[{}],"client":"tab","batch":1}',
        b'{"type":"steps","version":0,"steps":{},"client":"tab","batch":1}',
        b'{"type":"steps","version":0,"steps":[{}],"client":"a/b","batch":1}',
        b'{"type":"steps","version":0,"steps":["\\ud83d"],"client":"tab","batch":1}',
        b'{"type":"steps","version":0,"steps":[1e999],"client":"tab","batch":1}',
    ],
)  # fmt: skip
def test_nonsense_is_refused(ada: Visitor, db: Session, paper: Paper, body: bytes) -> None:
    answer = ada.post(
        f"/papers/{paper.id}/steps", data=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in {413, 422}
    assert steps.since(db, paper.id, 0) == []


def test_a_message_that_is_too_large_is_refused(ada: Visitor, paper: Paper) -> None:
    answer = ada.post(f"/papers/{paper.id}/steps", json=batch(typed("x" * 400_000)))
    assert answer.status_code == 413


def test_a_refusal_says_which_batch_and_why(ada: Visitor, paper: Paper) -> None:
    answer = ada.post(f"/papers/{paper.id}/steps", json=batch(typed("x", 99), number=4))
    told = answer.get_json()
    assert (answer.status_code, told["type"], told["batch"]) == (422, "refused", 4)
    assert told["reason"]


def test_a_plain_request_for_the_live_address_is_a_bad_one(ada: Visitor, paper: Paper) -> None:
    assert ada.get(f"/papers/{paper.id}/live?version=0&client=tab").status_code == 400


def test_health_is_public_and_metrics_are_for_this_machine(
    ada: Visitor, client: Visitor, paper: Paper, db: Session
) -> None:
    assert client.get("/healthz").data == b"ok\n"
    ada.post(f"/papers/{paper.id}/steps", json=batch(typed("x")))
    told = client.get("/metrics").get_data(as_text=True)
    assert "vorlauf_papers 1\n" in told
    assert "vorlauf_steps_total 1\n" in told
    assert "@" not in told
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404


def test_a_person_who_has_left_is_signed_out(ada: Visitor, db: Session, paper: Paper) -> None:
    db.get_one(Person, paper.lead_id).left_at = NOON
    db.commit()
    assert ada.get(f"/papers/{paper.id}/doc").status_code == 401
