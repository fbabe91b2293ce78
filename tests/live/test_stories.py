"""Whole stories with the real server: typing, crashes, frozen papers, ended devices, bad input."""

from __future__ import annotations

import contextlib
import json
import struct
import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, delete

from strategy.live import websocket
from strategy.store.base import make_engine, make_session
from strategy.store.bodies import Member
from strategy.store.people import Device
from tests import databases
from tests.live.server import Server, Tab, at_newest, cookie
from tests.live.stories import World, build, write
from tests.live.test_websocket import frame
from tests.live.world import typed, until


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Engine]]:
    """A server and its database, one for all stories."""
    folder = tmp_path_factory.mktemp("house")
    engine = at_newest(make_engine(databases.sqlite_address(folder)))
    server = Server(folder, databases.address_of(engine)).start()
    try:
        yield server, engine
    finally:
        server.end()
        engine.dispose()
        assert "Traceback" not in server.log(), server.log()


@pytest.fixture
def world(house: tuple[Server, Engine]) -> Iterator[World]:
    """A body, its people and a paper of its own for each story."""
    server, engine = house
    if not server.is_up:
        server.start()
    with make_session(engine, writes=True) as db:
        ids = build(db)
    yield World(server, engine, *ids)
    assert "Traceback" not in server.log(), server.log()


def test_two_writers_end_with_the_same_text(world: World) -> None:
    ada, ben = world.tab(world.ada, "ada").open(), world.tab(world.ben, "ben").open()
    both = [
        threading.Thread(target=write, args=(ada, 60, "a")),
        threading.Thread(target=write, args=(ben, 60, "b")),
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    for tab in (ada, ben):
        while tab.version < 120:
            assert tab.hear() is not None
    assert ada.text == ben.text == world.text()
    assert sorted(ada.text) == sorted("a" * 60 + "b" * 60 + "Ende.")


def test_what_was_acknowledged_survives_a_kill(world: World) -> None:
    tabs = [world.tab(world.ada, "ada").open(), world.tab(world.ben, "ben").open()]

    def until_it_dies(tab: Tab) -> None:
        with contextlib.suppress(AssertionError, OSError):
            write(tab, 100_000, tab.client[0])

    writing = [threading.Thread(target=until_it_dies, args=(tab,)) for tab in tabs]
    for each in writing:
        each.start()
    while len(tabs[0].acknowledged) < 100:
        time.sleep(0.01)
    world.server.kill()
    for each in writing:
        each.join()

    world.server.start()
    kept = {(row.client, row.batch) for row in world.log()}
    for tab in tabs:
        assert {(tab.client, batch) for batch in tab.acknowledged} <= kept
        tab.open()
        tab.type("!")  # the same number as the one that was under way, if that one arrived
    assert [row.version for row in world.log()] == list(range(1, len(world.log()) + 1))
    assert tabs[1].text == world.text()


def test_a_batch_sent_again_after_a_lost_answer_changes_nothing(world: World) -> None:
    ada = world.tab(world.ada, "ada").open()
    ada.say(typed("once "), batch=1)
    assert ada.wire is not None
    ada.until(lambda told: told["type"] == "steps")
    again = world.tab(world.ada, "ada")
    again.load()
    again.version, again.doc = 0, ada.doc
    status, told = again.ask("steps", {
        "type": "steps", "version": 0, "steps": [typed("once ")], "client": "ada", "batch": 1,
    })  # fmt: skip
    assert (status, told["batches"]) == (200, [1])
    ada.say(typed("once "), batch=1, version=0)
    told = ada.until(lambda told: told["type"] == "steps")
    assert (told["version"], told["batches"]) == (0, [1])
    assert len(world.log()) == 1
    world.server.kill()
    world.server.start()
    status, told = again.ask("steps", {
        "type": "steps", "version": 0, "steps": [typed("once ")], "client": "ada", "batch": 1,
    })  # fmt: skip
    assert (status, told["batches"], len(world.log())) == (200, [1], 1)


def test_a_paper_that_is_finalised_takes_nothing_more_and_says_so(world: World) -> None:
    ada, ben = world.tab(world.ada, "ada").open(), world.tab(world.ben, "ben").open()
    ada.type("In time. ")
    world.set_state("finalised")
    ben.say(typed("Too late. "))
    refused = ben.until(lambda told: told["type"] == "refused")
    assert refused["batch"] == 1
    assert "eingefroren" in refused["reason"] or "ändern" in refused["reason"]
    assert ada.until(lambda told: told["type"] == "paper")["state"] == "finalised"
    assert ada.ask("steps", {
        "type": "steps", "version": 1, "steps": [typed("x")], "client": "other", "batch": 1,
    })[0] == 403  # fmt: skip
    assert world.text() == "In time. Ende."


def test_who_signs_out_is_shown_out(world: World) -> None:
    ada, ben = world.tab(world.ada, "ada").open(), world.tab(world.ben, "ben").open()
    ada.type("a")
    with make_session(world.engine, writes=True) as db:
        db.execute(delete(Device).where(Device.person_id == world.ada))
        db.commit()
    end = time.monotonic() + 10
    while ada.closed is None and time.monotonic() < end:
        try:
            ada.say(typed("still me? "))
        except OSError:
            break
        ada.hear(0.3)
    assert ada.until_closed() == websocket.NOT_SIGNED_IN
    assert ada.ask("steps?since=0")[0] == 401
    assert ada.open().until_closed() == websocket.NOT_SIGNED_IN
    ben.type("b")


def test_who_leaves_the_body_is_shown_out(world: World) -> None:
    ben = world.tab(world.ben, "ben").open()
    ben.type("b")
    with make_session(world.engine, writes=True) as db:
        db.execute(delete(Member).where(Member.person_id == world.ben))
        db.commit()
    end = time.monotonic() + 10
    while ben.closed is None and time.monotonic() < end:
        ben.send({"type": "presence", "version": 0, "head": 1, "anchor": 1})
        ben.hear(0.3)
    assert ben.until_closed() == websocket.NOT_FOUND


def test_who_may_not_see_the_paper_finds_nothing(world: World) -> None:
    eve = world.tab(world.eve, "eve")
    eve.version = 0
    assert eve.ask("doc")[0] == 404
    assert eve.ask("steps?since=0")[0] == 404
    assert eve.open().until_closed() == websocket.NOT_FOUND
    nobody = Tab(world.server, world.paper, "vorlauf=forged", "nobody")
    nobody.version = 0
    assert nobody.ask("doc")[0] == 401
    assert nobody.open().until_closed() == websocket.NOT_SIGNED_IN
    world.set_state("consultation")
    eve.load().open()
    eve.say(typed("May I?"))
    assert eve.until(lambda told: told["type"] == "refused")["batch"] == 1
    assert eve.ask("steps", {
        "type": "steps", "version": 0, "steps": [typed("x")], "client": "eve", "batch": 1,
    })[0] == 422  # fmt: skip
    assert world.log() == []


def test_what_is_typed_just_before_the_tab_closes_arrives(world: World) -> None:
    ada = world.tab(world.ada, "ada").open()
    assert ada.wire is not None
    last = {"type": "steps", "version": 0, "steps": [typed("Last words. ")], "client": "ada",
            "batch": 1}  # fmt: skip
    ada.wire.sendall(frame(json.dumps(last).encode()) + frame(b"", 8))
    assert ada.until_closed()
    until(world.log)
    assert world.text() == "Last words. Ende."


def test_pages_of_other_hosts_get_no_connection(world: World) -> None:
    ada = world.tab(world.ada, "ada")
    ada.load()
    assert ada.open(Origin="https://evil.example.org").status == 403
    assert ada.open(Origin="null").status == 403
    assert ada.open(Upgrade="h2c").status == 400
    assert ada.open(Sec_WebSocket_Version="8").status == 426
    assert ada.open().status == 101


def test_who_is_here_is_told_and_who_leaves_too(world: World) -> None:
    ada, ben = world.tab(world.ada, "ada").open(), world.tab(world.ben, "ben").open()
    seen = ben.until(lambda told: told["type"] == "presence")
    assert {each["name"] for each in seen["here"]} == {"Ada Ahrens", "Ben Brandt"}
    ben.send({"type": "presence", "version": 0, "head": 3, "anchor": 1})
    moved = ada.until(
        lambda told: (
            told["type"] == "presence"
            and any(each["client"] == "ben" and each["head"] == 3 for each in told["here"])
        )
    )
    assert moved["left"] == []
    ben.leave()
    assert ada.until(lambda told: told.get("left") == ["ben"])


def test_more_pages_are_open_than_there_are_connections_to_the_database(world: World) -> None:
    cookies = cookie(world.engine, world.ada)[0]
    tabs = [Tab(world.server, world.paper, cookies, f"tab{number}") for number in range(30)]
    for tab in tabs:
        tab.open()
    for tab in tabs:
        while tab.version < tabs[0].version:
            assert tab.hear() is not None
        tab.type("x")
    while tabs[0].version < len(tabs):
        assert tabs[0].hear() is not None
    assert tabs[0].text == world.text() == "x" * 30 + "Ende."


def test_plain_requests_do_what_the_socket_does(world: World) -> None:
    ada, ben = world.tab(world.ada, "ada").load(), world.tab(world.ben, "ben").open()
    waited: list[tuple[int, object]] = []
    waiting = threading.Thread(target=lambda: waited.append(ada.ask("steps?since=0&wait=20")))
    waiting.start()
    time.sleep(0.3)
    ben.type("news ")
    waiting.join(5)
    assert not waiting.is_alive()
    status, told = waited[0]
    assert status == 200
    assert isinstance(told, dict)
    assert told["clients"] == ["ben"]
    batch = {"type": "steps", "version": 0, "steps": [typed("hi ")], "client": "web", "batch": 1}
    status, told = ada.ask("steps", batch)
    assert (status, told["clients"]) == (200, ["ben", "web"])
    mark = {"stepType": "addMark", "from": 1, "to": 3, "mark": {"type": "em"}}
    status, told = ada.ask("steps", batch | {"steps": [mark], "batch": 2})
    assert (status, told) == (409, {"type": "behind", "version": 2})
    status, told = ada.ask("steps", batch | {"steps": [typed("x", 999)], "version": 2, "batch": 3})
    assert (status, told["type"], told["batch"]) == (422, "refused", 3)
    ben.until(lambda told: ben.version == 2)


def test_nonsense_is_refused_and_disturbs_nobody(world: World) -> None:
    ben = world.tab(world.ben, "ben").open()
    ada = world.tab(world.ada, "ada").open()
    deep = b'{"type":"steps","version":0,"client":"ada","batch":5,"steps":' + b"[" * 50_000
    nested: object = {"type": "paragraph"}
    for _ in range(60):
        nested = {"type": "blockquote", "content": [nested]}
    slice_of = {"stepType": "replace", "from": 0, "to": 0, "slice": {"content": [nested]}}
    for raw in (
        b"", b"null", b"[]", b"7", b"{}", b'"steps"', b"{{{", b"NaN", deep,
        b'{"type":"steps"}', b'{"type":"presence","version":-1}', b'{"type":"rm"}',
        json.dumps({"type": "steps", "version": True, "steps": [1], "client": "ada",
                    "batch": 1}).encode(),
        json.dumps({"type": "steps", "version": 0, "steps": [slice_of], "client": "ada",
                    "batch": 2**40}).encode(),
        json.dumps({"type": "steps", "version": 0, "steps": [typed("x")], "client": "ben",
                    "batch": 1}).encode(),
        json.dumps({"type": "steps", "version": 0, "steps": [typed("x")], "client": "a b",
                    "batch": 1}).encode(),
    ):  # fmt: skip
        ada.send(raw)
        assert ada.until(lambda told: told["type"] == "refused")
    for bad in (
        typed("half \ud83d"), typed("nul \0"), slice_of, {"stepType": "none"}, typed("x", -1),
        {"stepType": "attr", "pos": 0, "attr": "__class__", "value": 1},
        {"stepType": "addMark", "from": 1, "to": 3,
         "mark": {"type": "link", "attrs": {"href": "javascript:alert(1)"}}},
        typed("x" * 280_000),
    ):  # fmt: skip
        number = ada.say(bad)
        assert ada.until(lambda told: told["type"] == "refused")["batch"] == number
    for raw, code in (
        (frame(b"\xff\xfe"), websocket.BAD_TEXT),
        (frame(b"{}", masked=False), websocket.PROTOCOL_ERROR),
        (frame(b"\0", 2), websocket.NOT_TEXT),
        (bytes((0x81, 0xFF)) + struct.pack("!Q", 2**40), websocket.TOO_LARGE),
        (b"GET / HTTP/1.1\r\n\r\n", websocket.PROTOCOL_ERROR),
    ):
        broken = world.tab(world.ada, "broken").open()
        assert broken.wire is not None
        broken.wire.sendall(raw)
        assert broken.until_closed() == code
    for body in (b"", b"{", b"[]", deep, b"\xff", b"x" * 400_000):
        status, told = ada.ask("steps", body)
        assert status in {413, 422}, (status, told)
    for query in ("since=x", "since=-1", "since=0&wait=99999", "since=99999999999999999999", ""):
        assert ada.ask(f"steps?{query}")[0] == 422
    assert world.log() == []
    ben.type("All quiet. ")
    assert world.text() == "All quiet. Ende."
    assert not [told for told in ben.heard if told["type"] == "refused"]


def test_a_reader_who_does_not_read_holds_up_nobody(world: World) -> None:
    lazy = world.tab(world.ada, "lazy").open()
    ben = world.tab(world.ben, "ben").open()
    for _ in range(120):
        ben.type("x" * 100_000)
        if ben.version >= 15:  # the text may have 2 MB
            ben.batch += 1
            ben.say({"stepType": "replace", "from": 1, "to": 1_400_001}, batch=ben.batch)
            number = ben.batch
            ben.until(lambda told, number=number: number in ben.acknowledged)
            break
    assert lazy.closed is None
    assert world.text().endswith("Ende.")


def test_the_server_ends_quickly_with_papers_open(world: World) -> None:
    ada = world.tab(world.ada, "ada").open()
    ada.type("a")
    waiting = threading.Thread(target=lambda: ada.ask("steps?since=1&wait=25"))
    waiting.start()
    time.sleep(0.3)
    assert world.server.end() < 8
    assert ada.until_closed() == websocket.RESTARTING
    waiting.join()
    assert world.text() == "aEnde."
