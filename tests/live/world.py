"""A toy world of writers in rooms: no network, real rooms on a real database."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine

from strategy.live import writer
from strategy.live.room import Batch, Outcome, Room
from strategy.text.apply import apply_steps

Json = dict[str, Any]
PATIENCE = 10.0
"""Seconds after which a test gives up on what must happen."""


def until(true: Callable[[], object]) -> None:
    """Wait until it is so."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


@contextmanager
def a_room(engine: Engine, paper_id: int) -> Iterator[Room]:
    """A room with its writer, as a process would have it."""
    room = Room(paper_id, engine)
    thread = threading.Thread(target=writer.run, args=(room,), daemon=True)
    thread.start()
    try:
        yield room
    finally:
        room.close()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def typed(text: str, at: int = 1, to: int | None = None) -> Json:
    """A step that types `text`, over what stands from `at` to `to`."""
    part = {"content": [{"type": "text", "text": text}]}
    return {"stepType": "replace", "from": at, "to": at if to is None else to, "slice": part}


def words(doc: Json) -> str:
    """A document's text."""
    return "\n".join(
        "".join(node.get("text", "") for node in block.get("content", ()))
        for block in doc["content"]
    )


class Ear:
    """Somebody in a room who keeps what they hear, and the text that it makes."""

    def __init__(self, room: Room, client: str, person_id: int, *, version: int = 0):
        self.room, self.client, self.person_id = room, client, person_id
        told = json.loads(room.body())
        self.version, self.doc = told["version"], told["doc"]
        self.heard: list[Json] = []
        self.outcomes: list[Outcome] = []
        self.closed: list[int] = []
        self.batch = 0
        room.join(self, version or self.version)

    def send(self, frame: bytes) -> None:
        start = 2 if frame[1] < 126 else 4 if frame[1] == 126 else 10
        message = json.loads(frame[start:])
        self.heard.append(message)
        if message["type"] == "steps":
            skip = self.version - message["version"]
            assert skip >= 0, "a gap"
            self.doc = apply_steps(self.doc, message["steps"][skip:])
            self.version += len(message["steps"][skip:])

    push = send

    def close(self, code: int) -> None:
        self.closed.append(code)

    def say(self, *steps: Json, version: int | None = None, batch: int | None = None) -> None:
        """Send a batch; what came of it is in `outcomes`, sooner or later."""
        if batch is None:
            self.batch += 1
            batch = self.batch
        seen = self.version if version is None else version
        self.room.submit(
            Batch(seen, list(steps), self.client, batch, self.person_id, self.outcomes.append)
        )

    def add(self, *steps: Json, **but: Any) -> Outcome:
        """Send a batch and wait for what came of it."""
        before = len(self.outcomes)
        self.say(*steps, **but)
        until(lambda: len(self.outcomes) > before)
        return self.outcomes[-1]

    @property
    def text(self) -> str:
        return words(self.doc)
