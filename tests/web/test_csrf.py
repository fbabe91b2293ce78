"""Nothing is written for a form of somebody else, nothing is shown to nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Rule

from strategy.store.tables import Base
from tests.builders import a_body, a_member, a_paper
from tests.visitor import Visitor, signed_in

PUBLIC = {
    "built.file",
    "health.healthz",
    "notices.ask_to_mute",
    "notices.feed",
    "notices.mute",
    "people.language",
    "sign_in.accept",
    "sign_in.ask_for_reset",
    "sign_in.choose",
    "sign_in.enter",
    "sign_in.forgot",
    "sign_in.invitation",
    "sign_in.leave",
    "sign_in.link",
    "sign_in.reset",
    "sign_in.show",
}
"""What answers somebody who is not signed in. Adding to it is a decision."""

ITS_ADDRESS_IS_PROOF = {"notices.mute"}
"""What mail programs post to: they have a signed address and nothing else."""

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.9"}
"""Another machine: supervisors on this one see more."""

SAFE = {"GET", "HEAD", "OPTIONS"}


def addresses(app: Flask, *, writing: bool) -> Iterator[tuple[Rule, str, str]]:
    """Each rule with its method and an address that fits it."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {
            name: 1 if isinstance(converter, IntegerConverter) else "x"
            for name, converter in rule._converters.items()
        }
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if (method not in SAFE) == writing:
                yield rule, method, adapter.build(rule.endpoint, values, method=method)


def test_everything_that_writes_asks_for_the_forms_token(
    app: Flask, client: Visitor, db: Session
) -> None:
    body = a_body(db)
    chair = a_member(db, body, "chair")
    a_paper(db, body=body, lead=chair)
    signed_in(client, chair)
    before = [db.scalar(select(func.count()).select_from(t)) for t in Base.metadata.sorted_tables]
    client.forging = True
    seen = 0
    for rule, method, address in addresses(app, writing=True):
        if rule.endpoint in ITS_ADDRESS_IS_PROOF:
            continue
        for sent in ({"data": {"name": "x"}}, {"json": {"name": "x"}}):
            answer = client.open(address, method=method, **sent)
            assert answer.status_code == 400, (rule.endpoint, method)
        answer = client.open(address, method=method, headers={"X-CSRFToken": "invented"})
        assert answer.status_code == 400, (rule.endpoint, method)
        seen += 1
    assert seen > 15
    after = [db.scalar(select(func.count()).select_from(t)) for t in Base.metadata.sorted_tables]
    assert before == after


def test_a_token_of_another_visitor_is_worth_nothing(visitor: Callable[[], Visitor]) -> None:
    client, other = visitor(), visitor()
    foreign = other.get("/sign-in", headers={"Accept": "application/json"}).json["csrf"]
    client.get("/sign-in")
    client.forging = True
    answer = client.post("/forgot", data={"email": "a@b.de"}, headers={"X-CSRFToken": foreign})
    assert answer.status_code == 400
    assert "abgelaufen" in answer.text


def test_who_is_not_signed_in_sees_the_public_list_and_nothing_else(
    app: Flask, client: Visitor
) -> None:
    for rule, _method, address in addresses(app, writing=False):
        if rule.endpoint in PUBLIC or rule.websocket:
            continue
        answer = client.get(address, environ_base=ELSEWHERE)
        leads = answer.status_code == 302 and answer.location.startswith("/sign-in")
        assert leads or answer.status_code in {401, 404}, (rule.endpoint, answer.status)
        headers = {"Accept": "application/json"}
        script = client.get(address, headers=headers, environ_base=ELSEWHERE)
        assert script.status_code in {401, 404}, (rule.endpoint, script.status)


def test_who_is_not_signed_in_writes_nothing_but_what_is_public(
    app: Flask, client: Visitor
) -> None:
    for rule, method, address in addresses(app, writing=True):
        if rule.endpoint not in PUBLIC:
            answer = client.open(address, method=method, data={"name": "x"})
            assert answer.status_code in {401, 404}, (rule.endpoint, answer.status)


def test_the_public_list_names_what_there_is(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= PUBLIC


@pytest.mark.parametrize("path", ["/nowhere", "/papers/x/y/z", "/%00", "/%ff", "/" + "x" * 5000])
def test_what_does_not_exist_is_said_kindly(client: Visitor, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Diese Seite gibt es nicht" in answer.text
    assert "Traceback" not in answer.text
