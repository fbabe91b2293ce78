"""A browser as tests see it: it sends the forms' token and meets what the test has built."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.test import EnvironBuilder, TestResponse

from strategy.clock import now
from strategy.domain import devices
from strategy.store.people import Person

TOKEN = "0123456789abcdef0123456789abcdef01234567"
SAFE = ("GET", "HEAD", "OPTIONS")


class Visitor(FlaskClient):
    """A client that sends the forms' secret token by itself, unless `forging` is set.

    What `db` holds is committed before each request and read anew after it.
    """

    db: Session
    forging = False

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request."""
        self.db.commit()
        sends = not isinstance(args[0], EnvironBuilder) if args else True
        if sends and not self.forging and kwargs.get("method", "GET") not in SAFE:
            headers = dict(kwargs.pop("headers", None) or {})
            headers.setdefault("X-CSRFToken", self.token())
            kwargs["headers"] = headers
        try:
            return super().open(*args, **kwargs)
        finally:
            self.db.expire_all()

    def token(self) -> str:
        """The forms' token for this visitor's cookie."""
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", TOKEN)
        signer = URLSafeTimedSerializer(self.application.config["SECRET_KEY"], "wtf-csrf-token")
        return str(signer.dumps(raw))


def signed_in(client: Visitor, person: Person) -> Visitor:
    """Let the visitor be signed in as `person`, on a device of its own."""
    token = devices.start(client.db, person, agent="Tests", now=now())
    client.db.commit()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session.permanent = True
    return client
