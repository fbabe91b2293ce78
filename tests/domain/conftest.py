"""What tests of mails stand on."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.mail_server import Inbox, Server


@pytest.fixture
def server() -> Iterator[Server]:
    """Starts mail servers on free ports of this machine."""
    running: list[Controller] = []

    def start(**options: Any) -> tuple[Inbox, int]:
        inbox = Inbox()
        if options.pop("asks", False):
            options |= {"authenticator": inbox.authenticate, "auth_require_tls": False}
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
        controller.start()
        running.append(controller)
        return inbox, port

    yield start
    for controller in running:
        controller.stop(no_assert=True)
