"""The real server as a process of its own, and people at it with real sockets."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine

from strategy.clock import now
from strategy.domain import devices
from strategy.live.websocket import close_frame
from strategy.store import migrate
from strategy.store.base import make_session
from strategy.store.people import Person
from strategy.text.apply import apply_steps
from tests.live.test_websocket import frame
from tests.live.world import PATIENCE, Json, typed, words

KEY = "a secret key of tests alone"
CSRF = "0123456789abcdef0123456789abcdef01234567"
ROOT = Path(__file__).parents[2]


def at_newest(engine: Engine) -> Engine:
    """The same database, which knows that it has all tables."""
    with engine.execution_options(writes=True).begin() as connection:
        context = MigrationContext.configure(connection)
        context.stamp(ScriptDirectory(str(migrate.FOLDER)), "head")
    return engine


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def plain(
    port: int,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> tuple[int, bytes]:
    """Ask a server on this machine; status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=40)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class Server:
    """`vorlauf serve` on a database that exists already."""

    def __init__(self, folder: Path, database: str, **env: str):
        self.port = free_port()
        self.folder = folder
        self.env = {
            **{name: value for name, value in os.environ.items() if name[:8] != "VORLAUF_"},
            "VORLAUF_DATA": str(folder),
            "VORLAUF_DATABASE_URL": database,
            "VORLAUF_SECRET_KEY": KEY,
            "VORLAUF_PORT": str(self.port),
            **env,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Server:
        """Start and wait until it answers."""
        log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, *os.environ.get("VORLAUF_TEST_SERVE", "-m strategy.serve").split()],
            cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        end = time.monotonic() + 30
        while True:
            try:
                plain(self.port, "GET", "/healthz")
                return self
            except OSError:
                assert self.process.poll() is None, self.log()
                assert time.monotonic() < end, self.log()
                time.sleep(0.05)

    @property
    def is_up(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def log(self) -> str:
        return (self.folder / "server.log").read_text()

    def kill(self) -> None:
        """As a power cut does it: every process of it at once."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> float:
        """Ask it to end; how many seconds that took."""
        if self.process is None or not self.is_up:
            return 0.0
        began = time.monotonic()
        self.process.terminate()
        try:
            self.process.wait(30)
        finally:
            with_group = self.process.pid
            with contextlib.suppress(ProcessLookupError):
                os.killpg(with_group, signal.SIGKILL)
        return time.monotonic() - began


def cookie(engine: Engine, person_id: int) -> tuple[str, int]:
    """A browser's cookie for somebody on a new device, and the device's id."""
    with make_session(engine, writes=True) as db:
        person = db.get_one(Person, person_id)
        token = devices.start(db, person, agent="Tests", now=now())
        device = devices.find(db, token, now=now())
        assert device is not None
        db.commit()
        device_id = device.id
    app = Flask("cookies")
    app.secret_key = KEY
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    signed = serializer.dumps({"_user_id": token, "_fresh": True, "csrf_token": CSRF})
    return f"vorlauf={signed}", device_id


class Tab:
    """Somebody's browser tab with one paper open: it knows the confirmed text, and types."""

    def __init__(self, server: Server, paper_id: int, cookie: str, client: str):
        self.server, self.paper_id, self.cookie, self.client = server, paper_id, cookie, client
        self.batch = 0
        self.version, self.doc = -1, {}
        self.acknowledged: set[int] = set()
        self.heard: list[Json] = []
        self.closed: int | None = None
        self.wire: socket.socket | None = None
        self._rest = b""

    # Plain requests

    def ask(self, path: str, body: bytes | Json | None = None) -> tuple[int, Any]:
        """Ask the server; status and JSON."""
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        signed = URLSafeTimedSerializer(KEY, "wtf-csrf-token").dumps(CSRF)
        headers = {
            "Cookie": self.cookie,
            "Accept": "application/json",
            "Content-Type": "application/json",
            "X-CSRFToken": signed,
        }
        method = "GET" if body is None else "POST"
        address = f"/papers/{self.paper_id}/{path}"
        status, answer = plain(self.server.port, method, address, body, headers)
        return status, json.loads(answer or b"null")

    def load(self) -> Tab:
        """Begin with the server's document."""
        status, told = self.ask("doc")
        assert status == 200, told
        self.version, self.doc = told["version"], told["doc"]
        return self

    # The socket

    def open(self, **headers: str) -> Tab:
        """Open the live connection from the version that is known."""
        if self.version < 0:
            self.load()
        self.closed, self._rest = None, b""
        self.wire = socket.create_connection(("127.0.0.1", self.server.port), timeout=PATIENCE)
        wanted = {
            "Host": f"127.0.0.1:{self.server.port}",
            "Origin": self.server.address,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Cookie": self.cookie,
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in wanted.items())
        path = f"/papers/{self.paper_id}/live?version={self.version}&client={self.client}"
        self.wire.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            part = self.wire.recv(4096)
            assert part, head
            head += part
        head, self._rest = head.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])
        if self.status != 101:
            self.wire.close()
        return self

    def send(self, message: bytes | Json) -> None:
        """Send a message, whatever it is."""
        assert self.wire is not None
        raw = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.wire.sendall(frame(raw))

    def say(self, *steps: Json, batch: int | None = None, version: int | None = None) -> int:
        """Send a batch over the socket; its number."""
        if batch is None:
            self.batch += 1
            batch = self.batch
        seen = self.version if version is None else version
        self.send(
            {"type": "steps", "version": seen, "steps": list(steps), "client": self.client,
             "batch": batch}
        )  # fmt: skip
        return batch

    def hear(self, seconds: float = PATIENCE) -> Json | None:
        """The next message; None if the connection is closed, or the time is over."""
        assert self.wire is not None
        end = time.monotonic() + seconds
        while True:
            message = self._whole()
            if message is not None:
                self._take(message)
                return message
            if self.closed is not None:
                return None
            self.wire.settimeout(max(0.001, end - time.monotonic()))
            try:
                part = self.wire.recv(65_536)
            except TimeoutError:
                return None
            except OSError:
                part = b""
            if not part:
                self.closed = self.closed or 1006
                return None
            self._rest += part

    def _whole(self) -> Json | None:
        while len(self._rest) >= 2:
            size, header = self._rest[1], 2
            if size == 126:
                size, header = int.from_bytes(self._rest[2:4], "big"), 4
            elif size == 127:
                size, header = int.from_bytes(self._rest[2:10], "big"), 10
            if len(self._rest) < header + size:
                return None
            kind, payload = self._rest[0] & 15, self._rest[header : header + size]
            self._rest = self._rest[header + size :]
            if kind == 1:
                return dict(json.loads(payload))
            if kind == 8:
                self.closed = int.from_bytes(payload[:2], "big")
                assert self.wire is not None
                with contextlib.suppress(OSError):
                    self.wire.sendall(frame(payload[:2], 8))
                return None
        return None

    def _take(self, message: Json) -> None:
        self.heard.append(message)
        if message["type"] != "steps":
            return
        skip = self.version - message["version"]
        assert skip >= 0, "a gap"
        if skip < len(message["steps"]):
            self.doc = apply_steps(self.doc, message["steps"][skip:])
            self.version += len(message["steps"][skip:])
        for client, batch in zip(message["clients"], message["batches"], strict=True):
            if client == self.client:
                self.acknowledged.add(batch)

    def until(self, true: Callable[[Json], object], seconds: float = PATIENCE) -> Json:
        """Hear until a message is as wanted."""
        end = time.monotonic() + seconds
        while True:
            message = self.hear(max(0.01, end - time.monotonic()))
            assert message is not None, f"closed: {self.closed}; heard {self.heard[-3:]}"
            if true(message):
                return message

    def until_closed(self) -> int:
        """Hear until the server closes; its code."""
        end = time.monotonic() + PATIENCE
        while self.closed is None and time.monotonic() < end:
            self.hear(0.2)
        assert self.closed is not None
        return self.closed

    def type(self, text: str, at: int = 1) -> int:
        """Type and wait for the acknowledgement, catching up where need be."""
        self.batch += 1
        while True:
            self.say(typed(text, at), batch=self.batch)
            told = self.until(
                lambda each: (
                    self.batch in self.acknowledged or each["type"] in {"behind", "refused"}
                )
            )
            assert told["type"] != "refused", told
            if self.batch in self.acknowledged:
                return self.batch
            while self.version < told["version"]:
                assert self.hear() is not None

    def leave(self) -> None:
        """Close politely."""
        assert self.wire is not None
        with contextlib.suppress(OSError):
            self.wire.sendall(frame(close_frame(1000)[2:], 8))
        self.wire.close()

    @property
    def text(self) -> str:
        return words(self.doc)
