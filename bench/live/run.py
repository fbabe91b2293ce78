"""Live: N people type into one paper, at our server and then at Hocuspocus with SQLite.

    python bench/live/run.py --writers 50

Needs `npm ci` in bench/live once. Prints a table and the two ratios that count; --json FILE keeps
the numbers.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from strategy.clock import now  # noqa: E402
from strategy.domain import papers, passwords, steps  # noqa: E402
from strategy.store import migrate, tables  # noqa: E402, F401
from strategy.store.base import make_engine, make_session  # noqa: E402
from strategy.store.bodies import Body, Member  # noqa: E402
from strategy.store.papers import Paper  # noqa: E402
from strategy.store.people import Person  # noqa: E402

PASSWORD = "a password of the benchmark alone"  # noqa: S105
PER_ADDRESS = 20
"""People who sign in from one address: a network may not try more often."""


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def prepare(database: str, writers: int) -> int:
    """A board of so many and a paper that all of them write, a paragraph each; its id."""
    engine = make_engine(database)
    migrate.to_newest(engine)
    hashed = passwords.hashed(PASSWORD)
    with make_session(engine, writes=True) as db:
        body = Body(slug="bench", name="Bench", made_at=now())
        db.add(body)
        db.flush()
        people = []
        for index in range(writers):
            person = Person(
                email=f"writer{index}@example.org", name=f"Writer {index}",
                password=hashed, made_at=now(),
            )  # fmt: skip
            db.add(person)
            db.flush()
            db.add(Member(body_id=body.id, person_id=person.id, role="voting", made_at=now()))
            people.append(person)
        db.flush()
        text = "Lorem ipsum dolor sit amet. " * 8
        doc = {
            "type": "doc",
            "content": [
                {"type": "paragraph", "content": [{"type": "text", "text": text}]} for _ in people
            ],
        }
        paper = papers.start(
            db, body, "Bench", doc=doc, lead=people[0], by=people[0], now=now(),
            co_authors=people[1:],
        )  # fmt: skip
        db.commit()
        paper_id = paper.id
    engine.dispose()
    return paper_id


def sign_in(port: int, index: int) -> str:
    """Sign somebody in as their browser does; the cookie."""
    source = (f"127.0.0.{2 + index // PER_ADDRESS}", 0)
    connection = http.client.HTTPConnection("127.0.0.1", port, 30, source_address=source)
    headers = {"Accept": "application/json"}
    connection.request("GET", "/sign-in", headers=headers)
    answer = connection.getresponse()
    cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
    token = json.loads(answer.read())["csrf"]
    body = json.dumps({"email": f"writer{index}@example.org", "password": PASSWORD})
    connection.request(
        "POST", "/sign-in", body,
        {**headers, "Cookie": cookie, "X-CSRFToken": token, "Content-Type": "application/json"},
    )  # fmt: skip
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"sign-in of writer {index}: {answer.status} {said[:200]!r}")
    return (answer.getheader("Set-Cookie") or cookie).split(";")[0]


def family(pid: int) -> list[int]:
    """The process and all that it has started."""
    found = [pid]
    for child in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((child / "stat").read_text().split(") ")[1].split()[1])
        except (OSError, IndexError):
            continue
        if parent == pid:
            found += family(int(child.name))
    return found


@contextmanager
def serving(command: list[str], port: int, env: dict[str, str], log: Path) -> Iterator[int]:
    """A server until it is no longer needed; its process id once it listens."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, env=env, cwd=ROOT, stdout=file, stderr=file, start_new_session=True
        )
    try:
        end = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    raise SystemExit(log.read_text()) from None
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def load(told: dict[str, Any]) -> dict[str, Any]:
    """Let them type; what they saw."""
    done = subprocess.run(
        [node(), str(HERE / "load.mjs"), json.dumps(told)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    sys.stderr.write(done.stderr[-1000:])
    return dict(json.loads(done.stdout))


def node() -> str:
    found = shutil.which("node")
    if found is None:
        raise SystemExit("Node.js is needed")
    return found


def ours(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """The measurement at our server."""
    port, database = free_port(), options.database or f"sqlite:///{folder / 'bench.db'}"
    paper = prepare(database, options.writers)
    env = {
        **os.environ, "VORLAUF_DATA": str(folder), "VORLAUF_DATABASE_URL": database,
        "VORLAUF_PORT": str(port), "VORLAUF_SECRET_KEY": "bench",
    }  # fmt: skip
    command = [sys.executable, "-m", "strategy.serve"]
    with serving(command, port, env, folder / "ours.log") as pid:
        cookies = [sign_in(port, index) for index in range(options.writers)]
        time.sleep(1)
        found = load({
            "kind": "vorlauf", "port": port, "writers": options.writers, "rate": options.rate,
            "seconds": options.seconds, "warm": options.warm, "processes": family(pid),
            "paper": paper, "cookies": cookies,
        })  # fmt: skip
    engine = make_engine(database)
    with make_session(engine) as db:
        kept = db.get_one(Paper, paper)
        problems = steps.verify(db, kept)
        found |= {"versions": kept.version, "problems": problems}
    engine.dispose()
    return found


def theirs(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """The same at Hocuspocus."""
    port = free_port()
    command = [node(), str(HERE / "hocuspocus.mjs"), str(port), str(folder / "peer.db")]
    with serving(command, port, dict(os.environ), folder / "theirs.log") as pid:
        return load({
            "kind": "hocuspocus", "port": port, "writers": options.writers, "rate": options.rate,
            "seconds": options.seconds, "warm": options.warm, "processes": family(pid),
        })  # fmt: skip


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--writers", type=int, default=50)
    words.add_argument("--rate", type=float, default=5, help="edits a second and person")
    words.add_argument("--seconds", type=float, default=15)
    words.add_argument("--warm", type=float, default=3)
    words.add_argument("--database", default="", help="for our server; default: SQLite")
    words.add_argument("--only", choices=["ours", "theirs"])
    words.add_argument("--json", type=Path)
    options = words.parse_args()
    if not (HERE / "node_modules").exists():
        raise SystemExit("first: npm ci --prefix bench/live")
    found = {}
    for name, measure in (("ours", ours), ("theirs", theirs)):
        if options.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                found[name] = measure(Path(folder), options)
    print(f"{options.writers} people, {options.rate:g} edits a second each, {options.seconds:g} s,")
    print(f"{os.cpu_count()} cores shared with the load, load average {os.getloadavg()[0]:.1f}\n")
    print("| | p50 ms | p95 ms | p99 ms | delivered | server CPU per delivered edit, µs |")
    print("|---|---|---|---|---|---|")
    for name, one in found.items():
        print(
            f"| {name} | {one['p50']} | {one['p95']} | {one['p99']} | {one['delivered']} "
            f"| {one['cpu_per_delivered']} |"
        )
    if len(found) == 2:
        ratio = found["ours"]["cpu_per_delivered"] / found["theirs"]["cpu_per_delivered"]
        print(f"\nCPU ratio {ratio:.2f} (at most 0.8); p95 {found['ours']['p95']} ms (at most 30)")
    if "ours" in found:
        print(f"log: {found['ours']['versions']} versions, problems: {found['ours']['problems']}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
