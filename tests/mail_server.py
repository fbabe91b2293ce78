"""A mail server on this machine, and a worker that sends to it what is queued."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from sqlalchemy import Engine

from strategy.clock import stopped
from strategy.domain import jobs, mail
from strategy.settings import Settings
from tests.builders import NOON

TEMPLATES = Path(__file__).parents[1] / "templates"


class Inbox:
    """What a mail server has taken, and how its senders came."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.refuse = ""
        self.secured: list[bool] = []
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_DATA(self, _server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.refuse:
            return self.refuse
        data = envelope.content
        assert isinstance(data, bytes)
        self.raw.append(data)
        lines = data.replace(b"\r\n", b"\n")
        self.mails.append(message_from_bytes(lines, policy=policy.default))
        self.secured.append(session.ssl is not None)
        return "250 OK"

    def authenticate(self, _s: Any, _session: Any, _e: Any, _m: Any, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login, given.password))
        return AuthResult(success=given.password == b"p@ss:word")


Server = Callable[..., tuple[Inbox, int]]


def sent(engine: Engine, settings: Settings, *, at: datetime = NOON) -> None:
    """Let a worker send what is queued."""
    with stopped(at):
        jobs.run_due(engine, {"mail": mail.handler(settings, TEMPLATES)})
