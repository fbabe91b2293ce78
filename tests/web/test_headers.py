"""What every answer tells the browser to refuse."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from strategy.app import create_app
from strategy.domain import people
from strategy.settings import Settings
from strategy.web import request
from tests.builders import a_person
from tests.visitor import Visitor, signed_in

JSON = {"Accept": "application/json"}
FORM = "application/x-www-form-urlencoded"

Ask = Callable[[Visitor], TestResponse]

KINDS: dict[str, Ask] = {
    "page": lambda client: client.get("/sign-in"),
    "page of a person": lambda client: client.get("/me"),
    "redirect": lambda client: client.get("/sign-in/../sign-in", query_string={"next": "/me"}),
    "sent back": lambda client: client.post("/me", data={"name": "Ada", "lang": "de"}),
    "JSON": lambda client: client.get("/sign-in", headers=JSON),
    "not found": lambda client: client.get("/nowhere"),
    "not found, JSON": lambda client: client.get("/nowhere", headers=JSON),
    "not allowed here": lambda client: client.put("/me"),
    "refused form": lambda client: client.post("/me", data={"name": "", "lang": "de"}),
    "forged": lambda client: client.post("/me", headers={"X-CSRFToken": "x"}),
    "too large": lambda client: client.post("/me", data=b"x" * 27_000_000, content_type=FORM),
    "head": lambda client: client.head("/sign-in"),
    "options": lambda client: client.options("/sign-in"),
    "static, missing": lambda client: client.get("/static/missing.js"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_is_guarded(client: Visitor, db: Session, kind: str) -> None:
    signed_in(client, a_person(db))
    answer = KINDS[kind](client)
    assert answer.status_code < 500
    headers = answer.headers
    rules = dict(each.split(" ", 1) for each in headers["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"'nonce-[\w-]{20,}' 'strict-dynamic'", rules["script-src"])
    assert rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == rules["object-src"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "http:" not in headers["Content-Security-Policy"].replace("ws:", "")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_each_answer_has_a_nonce_of_its_own_and_its_scripts_carry_it(client: Visitor) -> None:
    seen = set()
    for _ in range(3):
        answer = client.get("/sign-in")
        nonce = re.search(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
        assert nonce
        seen.add(nonce[1])
        code = re.findall(r"<script(?![^>]*application/json)[^>]*>", answer.text)
        assert code
        assert all(f'nonce="{nonce[1]}"' in each for each in code)
    assert len(seen) == 3


@pytest.mark.parametrize("path", ["/sign-in", "/forgot", "/me", "/bodies", "/people", "/nowhere"])
def test_no_page_needs_anything_inline_or_from_elsewhere(
    client: Visitor, db: Session, path: str
) -> None:
    page = signed_in(client, a_person(db, is_admin=True)).get(path).text
    assert not re.search(r'\sstyle="|\son\w+="|javascript:', page)
    assert not re.search(r'(src|href|action)="(https?:)?//', page)
    assert "<style" not in page


def test_over_https_cookies_and_hosts_are_bound_to_it(settings: Settings, db: Session) -> None:
    secure = create_app(replace(settings, external_url="https://vorlauf.example.org"))
    answer = secure.test_client().get("/sign-in", base_url="https://vorlauf.example.org")
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]
    assert "; Secure;" in answer.headers["Set-Cookie"]
    assert "wss://vorlauf.example.org" in answer.headers["Content-Security-Policy"]
    assert "ws://vorlauf" not in answer.headers["Content-Security-Policy"]
    secure.extensions["engine"].dispose()


def test_over_http_nothing_pretends_to_be_safe(client: Visitor) -> None:
    answer = client.get("/sign-in")
    assert "Strict-Transport-Security" not in answer.headers
    assert "Secure" not in answer.headers["Set-Cookie"]


@pytest.mark.own_app
def test_a_failure_is_guarded_undone_and_tells_nothing(app: Flask, client: Visitor) -> None:
    @app.get("/fails")
    def fails() -> str:
        raise RuntimeError("the secret reason")

    for headers in ({}, JSON):
        answer = client.get("/fails", headers=headers)
        assert answer.status_code == 500
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "secret reason" not in answer.text
    assert "Bei uns ist etwas schiefgegangen" in client.get("/fails").text


@pytest.mark.own_app
def test_a_failure_of_the_database_is_told_in_the_persons_language(
    app: Flask, client: Visitor, db: Session
) -> None:
    @app.get("/breaks")
    def breaks() -> str:
        for _ in range(2):
            a_person(request.db(), email="same@example.org")
        return ""

    signed_in(client, a_person(db, lang="en"))
    answer = client.get("/breaks")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert people.find(db, "same@example.org") is None


def test_pages_travel_compressed_to_whoever_can_read_them(client: Visitor) -> None:
    packed = client.get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(client.get("/sign-in").data) / 2
