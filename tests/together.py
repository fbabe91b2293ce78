"""Requests that arrive at the same moment, each from a thread and a browser of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import cast

from flask import Flask

from tests.visitor import Visitor


class _NoSession:
    """What a visitor in a thread has in place of the test's own database session."""

    def commit(self) -> None:
        """Nothing waits."""

    def expire_all(self) -> None:
        """Nothing is held."""


def browser(app: Flask, who: Visitor) -> Callable[[str, dict[str, str]], tuple[int, str]]:
    """How to post as the visitor from any thread; what it answers is status and page."""
    token = who.token()  # it stands in the cookie, too
    cookie = who.get_cookie("vorlauf")
    assert cookie is not None
    plain = cast("Visitor", app.test_client())
    plain.forging = True
    plain.db = _NoSession()  # type: ignore[assignment]
    plain.set_cookie("vorlauf", cookie.value)

    def post(path: str, fields: dict[str, str]) -> tuple[int, str]:
        answer = plain.post(path, data=fields, headers={"X-CSRFToken": token})
        return answer.status_code, answer.text

    return post


def posted_together(
    app: Flask, sent: Sequence[tuple[Visitor, str, dict[str, str]]]
) -> list[tuple[int, str]]:
    """Post all at once, each as the visitor who is signed in; status and page, in their order."""
    db = sent[0][0].db
    db.commit()
    ready = threading.Barrier(len(sent))
    found: list[tuple[int, str]] = [(0, "")] * len(sent)
    browsers = [browser(app, who) for who, _, _ in sent]

    def post(place: int) -> None:
        _, path, fields = sent[place]
        ready.wait()
        found[place] = browsers[place](path, fields)

    threads = [threading.Thread(target=post, args=(place,)) for place in range(len(sent))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    db.expire_all()
    return found
