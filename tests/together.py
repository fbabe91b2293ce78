"""Requests that arrive at the same moment, each from a thread and a browser of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import cast

from flask import Flask

from tests.visitor import Visitor


class _NoSession:
    """What a visitor in a thread has in place of the test's own database session."""

    def commit(self) -> None:
        """Nothing waits."""

    def expire_all(self) -> None:
        """Nothing is held."""


def posted_together(
    app: Flask, sent: Sequence[tuple[Visitor, str, dict[str, str]]]
) -> list[tuple[int, str]]:
    """Post all at once, each as the visitor who is signed in; status and page, in their order."""
    visitor = sent[0][0]
    visitor.db.commit()
    ready = threading.Barrier(len(sent))
    found: list[tuple[int, str]] = [(0, "")] * len(sent)
    tokens = {id(each): each.token() for each, _, _ in sent}

    def post(place: int) -> None:
        who, path, fields = sent[place]
        cookie = who.get_cookie("vorlauf")
        assert cookie is not None
        browser = cast("Visitor", app.test_client())
        browser.forging = True
        browser.db = _NoSession()  # type: ignore[assignment]
        browser.set_cookie("vorlauf", cookie.value)
        ready.wait()
        answer = browser.post(path, data=fields, headers={"X-CSRFToken": tokens[id(who)]})
        found[place] = (answer.status_code, answer.text)

    threads = [threading.Thread(target=post, args=(place,)) for place in range(len(sent))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    visitor.db.expire_all()
    return found
