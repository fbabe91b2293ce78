"""Somebody's open page: a WebSocket in a room."""

from __future__ import annotations

import contextlib
import socket
import time
from collections import deque
from typing import Any

from strategy.catalog import say
from strategy.errors import NotAllowed, Refusal
from strategy.live import messages, websocket
from strategy.live.access import Pass
from strategy.live.loop import arrivals, spawn
from strategy.live.room import Batch, Outcome, Room

LARGEST_QUEUE = 8_000_000
"""Bytes that wait for a slow reader; with more it is dropped, and comes back by version."""
MOST_UNDECIDED = 8
"""Batches of one page that wait at a time; more are not read from its socket yet."""
MOST_BATCHES = 100
"""Batches of one page that are taken in a second: ten times what a browser sends."""
PING_EVERY = 25.0
SILENT_FOR = 60.0
"""Seconds without a sign of life after which a page is taken for gone."""
GOODBYE = 2.0
"""Seconds that the other side has to answer a close."""


class Page:
    """One WebSocket. Its reader runs in the request's greenlet; whoever has news sends."""

    def __init__(
        self, wire: socket.socket, room: Room, may: Pass, *, client: str, name: str, lang: str
    ):
        self.wire = wire
        # gevent's socket would wait where it cannot send at once; the one below it does not.
        self._now: Any = getattr(wire, "_sock", wire)
        self.room, self.client, self.name, self.lang, self.may = room, client, name, lang, may
        self.person_id = may.person_id
        self.heard_at = self.pinged_at = time.monotonic()
        self._queue: deque[bytes] = deque()
        self._queued = 0
        self._undecided = 0
        self._due = 0.0
        self._closing = self._gone = False

    # Sending

    def send(self, frame: bytes) -> None:
        """Take a whole frame without waiting; see room.Member."""
        if self._closing:
            return
        if self._queue:
            self._queue.append(frame)
            self._queued += len(frame)
            if self._queued > LARGEST_QUEUE:
                self.drop()
            return
        try:
            sent = self._now.send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.drop()
            return
        if sent < len(frame):
            self._queue.append(frame[sent:])
            self._queued += len(frame) - sent
            spawn(self._drain)

    def _drain(self) -> None:
        try:
            while self._queue and not self._gone:
                frame = self._queue[0]
                self.wire.sendall(frame)
                if self._queue:  # dropped meanwhile?
                    self._queued -= len(self._queue.popleft())
        except OSError:
            self.drop()

    def push(self, frame: bytes) -> None:
        """Take a frame and wait until there is room for another."""
        self.send(frame)
        while self._queued > LARGEST_QUEUE // 8 and not self._gone:
            time.sleep(0.01)

    def close(self, code: int) -> None:
        """Say goodbye and wait a moment for the answer."""
        if self._closing:
            return
        self.send(websocket.close_frame(code))
        self._closing = True
        spawn(self._end)

    def _end(self) -> None:
        until = time.monotonic() + GOODBYE
        while self._queue and not self._gone and time.monotonic() < until:
            time.sleep(0.01)
        with contextlib.suppress(OSError):
            self.wire.shutdown(socket.SHUT_WR)
        while not self._gone and time.monotonic() < until:
            time.sleep(0.05)
        self.drop()

    def drop(self) -> None:
        """End the connection at once."""
        self._closing = self._gone = True
        self._queue.clear()
        with contextlib.suppress(OSError):
            self.wire.shutdown(socket.SHUT_RDWR)

    def beat(self, moment: float) -> None:
        """Ask for a sign of life now and then; give up on who gives none."""
        if moment - self.heard_at > SILENT_FOR:
            self.drop()
        elif moment - max(self.heard_at, self.pinged_at) > PING_EVERY:
            self.pinged_at = moment
            self.send(websocket.ping_frame())

    # Reading

    def open(self, version: int) -> None:
        """Be in the room from `version` on, until the connection ends."""
        with contextlib.suppress(OSError):
            self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        room = self.room
        for former in [page for page in room.members if page.client == self.client]:
            former.close(websocket.REPLACED)
            room.leave(former)
        room.presence.arrive(self.client, self.person_id, self.name)
        try:
            room.join(self, version)
            self.send(websocket.text_frame(messages.told(room.presence.everybody())))
            self.run()
        finally:
            room.leave(self)
            if not any(page.client == self.client for page in room.members):
                room.presence.leave(self.client)

    def run(self) -> None:
        """Read until the connection ends."""
        reader = websocket.Reader()
        try:
            with arrivals(self.wire) as arrival:
                while not self._gone:
                    arrival()
                    data = self.wire.recv(65_536)
                    if not data:
                        return
                    self.heard_at = time.monotonic()
                    if self._closing:
                        continue
                    for message in reader.feed(data):
                        self._hear(message)
                    reader.raise_what_was_wrong()
                    while reader.pings:
                        self.send(websocket.pong_frame(reader.pings.pop()))
        except websocket.Closed as goodbye:
            self.send(websocket.close_frame(goodbye.code))
        except websocket.Broken as broken:
            self.close(broken.code)
            self._read_away()
        except OSError:
            return
        finally:
            self._gone = True

    def _read_away(self) -> None:
        # Closing a socket with something unread in it would cut the goodbye off.
        with contextlib.suppress(OSError):
            self.wire.settimeout(GOODBYE)
            while self.wire.recv(65_536):
                pass

    def _hear(self, data: bytes) -> None:
        try:
            told = messages.read(data)
        except messages.Unreadable as wrong:
            self._refuse(wrong.batch, wrong)
            return
        self.may.use(self.room.engine)
        if self.may.ended:
            self.close(self.may.ended)
        elif isinstance(told, messages.Presence):
            self.room.presence.move(self.client, told.version, told.head, told.anchor)
        elif not self.may.may_suggest:
            self._refuse(told.batch, NotAllowed("You may read this paper but not change its text."))
        elif told.client != self.client:
            self._refuse(told.batch, messages.Unreadable("This message cannot be read."))
        else:
            self._submit(told)

    def _submit(self, told: messages.Steps) -> None:
        moment = time.monotonic()
        self._due = max(self._due, moment - 1.0) + 1.0 / MOST_BATCHES
        if self._due > moment:
            time.sleep(self._due - moment)
        while self._undecided >= MOST_UNDECIDED and not self._gone:
            time.sleep(0.01)
        self._undecided += 1

        def answer(outcome: Outcome) -> None:
            self._undecided -= 1
            self._answer(told, outcome, again=batch.doc is None)

        batch = Batch(
            told.version,
            told.steps,
            told.client,
            told.batch,
            self.person_id,
            answer,
            suggests=not self.may.may_edit,
        )
        self.room.submit(batch)

    def _answer(self, told: messages.Steps, outcome: Outcome, *, again: bool) -> None:
        if outcome.kind == "behind":
            self.send(websocket.text_frame(messages.behind(outcome.version)))
        elif outcome.kind == "refused" and outcome.refusal is not None:
            self._refuse(told.batch, outcome.refusal)
        elif outcome.kind == "accepted" and again:
            # Its steps were told once before, perhaps to a connection that had died.
            rows = self.room.rows_since(told.version)
            known = messages.accepted(told.version, rows) if rows else None
            self.send(websocket.text_frame(known or messages.behind(outcome.version)))

    def _refuse(self, batch: int | None, refusal: Refusal) -> None:
        reason = say(self.lang, refusal.message, **refusal.facts)
        self.send(websocket.text_frame(messages.refused(batch, reason)))
