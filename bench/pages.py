"""The list of 200 papers beside a bare "hello" of the same server.

python bench/pages.py
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import event

from strategy.domain import bodies, devices, papers, people
from strategy.settings import Settings
from strategy.store import migrate
from strategy.store.base import make_engine, make_session

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 9, 7, 12, tzinfo=UTC)
ROUNDS = 8
SECONDS = 0.6
"""Of each round; the two take turns, so that a busy moment of the machine strikes both."""
APPLICATION = """
from strategy.app import create_app
from strategy.serve import relax_the_collector
from strategy.settings import Settings
app = create_app(Settings.from_env())
app.add_url_rule("/hello", view_func=lambda: "hello")
relax_the_collector()
"""


def paragraph(number: int) -> dict:
    """A paragraph of about 60 words."""
    words = " ".join(f"Wort{number}x{place}" for place in range(60))
    return {"type": "paragraph", "attrs": {"id": f"p{number}"},
            "content": [{"type": "text", "text": words}]}  # fmt: skip


def filled(folder: Path):
    """A database with a body of one and 200 papers; the engine and a session token."""
    settings = Settings(data=str(folder))
    engine = make_engine(settings.database)
    migrate.to_newest(engine)
    with make_session(engine, writes=True) as db:
        ada = people.add(db, "ada@example.org", "Ada Ahrens", now=NOW)
        body = bodies.add(db, "vorstand", "Landesvorstand", now=NOW)
        bodies.set_role(db, body, ada, "chair", by=None, now=NOW)
        doc = {"type": "doc", "attrs": {}, "content": [paragraph(n) for n in range(3)]}
        for number in range(200):
            papers.start(db, body, f"Papier {number}", doc=doc, lead=ada, by=ada, now=NOW)
        token = devices.start(db, ada, agent="bench", now=datetime.now(UTC))
        db.commit()
    return engine, token


def cookie(folder: Path, token: str) -> str:
    """The signed cookie of a device."""
    app = Flask("bench")
    app.secret_key = Settings(data=str(folder)).key()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    return f"vorlauf={signer.dumps({'_user_id': token, '_fresh': True})}"


def rate(client: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> float:
    """Requests per second of one client on one connection."""
    count, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < SECONDS:
        client.request("GET", path, headers=headers)
        answer = client.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)
        count += 1
    return count / (time.perf_counter() - begun)


def the_list(folder: Path) -> dict[str, float]:
    """Requests a second of the list and of hello, and the list's queries."""
    engine, token = filled(folder)
    with make_session(engine) as db:
        asked: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
        ada = people.find(db, "ada@example.org")
        papers.listed(db, papers.Wanted(), reader=ada)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "hello_beside.py").write_text(APPLICATION)
    command = ["-m", "gunicorn", "-k", "gevent", "-b", f"127.0.0.1:{port}", "--chdir", str(folder)]
    server = subprocess.Popen(
        [sys.executable, *command, "--log-level", "warning", "hello_beside:app"],
        env=os.environ | {"VORLAUF_DATA": str(folder), "PYTHONPATH": str(ROOT)},
    )
    try:
        for _ in range(100):
            try:
                http.client.HTTPConnection("127.0.0.1", port).request("GET", "/hello")
                break
            except OSError:
                time.sleep(0.1)
        signed = {"Cookie": cookie(folder, token)}
        client = http.client.HTTPConnection("127.0.0.1", port)
        rates = [
            (rate(client, "/hello", signed), rate(client, "/papers", signed)) for _ in range(ROUNDS)
        ]
        hello, listed = (statistics.median(each) for each in zip(*rates, strict=True))
    finally:
        server.terminate()
        server.wait()
    return {"hello_per_s": hello, "list_per_s": listed, "list_to_hello": listed / hello,
            "queries_of_the_list_itself": len(asked)}  # fmt: skip


def main() -> None:
    """Print it."""
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(the_list(Path(folder)), indent=2))


if __name__ == "__main__":
    main()
