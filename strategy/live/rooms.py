"""The open papers of this process, and what the rest of the product tells them."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from typing import Any, cast

from flask import Flask, current_app
from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

from strategy.domain import steps as log
from strategy.live import access, messages, writer
from strategy.live.fanout import Fanout, connect
from strategy.live.loop import spawn
from strategy.live.page import Page
from strategy.live.room import Room
from strategy.live.websocket import RESTARTING
from strategy.settings import Settings

TICK = 0.1
"""Seconds between two rounds of the keeper: how quickly cursors move for others."""
LOOK_EVERY = 1.0
"""Seconds between two looks at the versions in the database."""
EMPTY_FOR = 60.0
"""Seconds that a room stays open with nobody in it."""
COUNTED = ("steps", "batches", "transactions", "behind", "refused")

logger = logging.getLogger(__name__)


class Rooms:
    """The registry; one per application and process."""

    def __init__(self, engine: Engine, redis_url: str):
        self.engine = engine
        self.fanout: Fanout | None = connect(redis_url, self._heard) if redis_url else None
        self._rooms: dict[int, Room] = {}
        self._used_at: dict[int, float] = {}
        self._lock = threading.Lock()
        self._keeping = False
        self._stopping = False
        self.turned_away = False
        self.done = Counter(dict.fromkeys(COUNTED, 0))
        """What the rooms have done since the process started."""

    def room(self, paper_id: int) -> Room:
        """The room of a paper, opened if need be.

        raises  NotFound if there is no such paper
        """
        found = self._rooms.get(paper_id)
        if found is None:
            new = Room(paper_id, self.engine, self.done)  # may wait, so outside the lock
            with self._lock:
                found = self._rooms.setdefault(paper_id, new)
                keep = not self._keeping
                self._keeping = True
            if found is new:
                found.published = lambda: self._publish(found)
                spawn(writer.run, found)
            if keep:
                spawn(self._keep)
        self._used_at[paper_id] = time.monotonic()
        return found

    def open(self) -> list[Room]:
        """The rooms that are open now."""
        with self._lock:
            return list(self._rooms.values())

    def notice(self, paper_id: int) -> None:
        """A paper has new steps that did not come through its room."""
        room = self._rooms.get(paper_id)
        if room is not None:
            room.notice()
        if self.fanout is not None:
            self.fanout.say(paper_id, {"kind": "look"})

    def tell(self, paper_id: int, message: dict[str, Any]) -> None:
        """Something has happened to a paper: tell everybody who has it open."""
        self._pass_on(paper_id, message)
        if self.fanout is not None:
            self.fanout.say(paper_id, {"kind": "tell", "message": message})

    def recheck(self, person_id: int | None = None) -> None:
        """Rights have changed: ask again about a person (None: everybody) in open rooms."""
        for page in self.pages():
            if person_id is None or page.person_id == person_id:
                page.may.forget()
        if self.fanout is not None:
            self.fanout.say(0, {"kind": "recheck", "person": person_id})

    def pages(self) -> list[Page]:
        """Every open page of this process."""
        return [cast("Page", member) for room in self.open() for member in list(room.members)]

    def _pass_on(self, paper_id: int, message: dict[str, Any]) -> None:
        room = self._rooms.get(paper_id)
        if room is None:
            return
        if message.get("type") == "paper":
            room.state = str(message.get("state", room.state))
            for member in list(room.members):
                cast("Page", member).may.forget()
        room.tell(messages.told(message))

    def _publish(self, room: Room) -> None:
        if self.fanout is not None:
            self.fanout.say(room.paper_id, {"kind": "look"})

    def _heard(self, paper_id: int, said: dict[str, Any]) -> None:
        """Another process says something."""
        kind = said.get("kind")
        if kind == "recheck":
            for page in self.pages():
                if said.get("person") in (None, page.person_id):
                    page.may.forget()
            return
        room = self._rooms.get(paper_id)
        if room is None:
            return
        if kind == "look":
            room.notice()
        elif kind == "tell":
            self._pass_on(paper_id, said["message"])
        elif kind == "presence":
            room.presence.hear(str(said["from"]), said["here"], said["left"])

    # The keeper: presence, signs of life, rights, looks at the database, empty rooms

    def _keep(self) -> None:
        looked_at = 0.0
        while not self._stopping:
            time.sleep(TICK)
            moment = time.monotonic()
            try:
                for room in self.open():
                    self._tell_presence(room)
                if moment - looked_at >= LOOK_EVERY:
                    looked_at = moment
                    self._look(moment)
                    self._close_empty(moment)
            except (SQLAlchemyError, TimeoutError, OSError) as trouble:
                logger.warning("the keeper of the rooms met %r", trouble)
            except Exception:
                logger.exception("the keeper of the rooms failed")
            with self._lock:
                if not self._rooms:
                    self._keeping = False
                    return

    def _tell_presence(self, room: Room) -> None:
        ours = room.presence.ours(time.monotonic())
        if ours is not None and self.fanout is not None:
            self.fanout.say(room.paper_id, {"kind": "presence", **ours})
        news = room.presence.news()
        if news is not None:
            room.tell(messages.told(news))

    def _look(self, moment: float) -> None:
        rooms = {room.paper_id: room for room in self.open()}
        if not rooms:
            return
        with self.engine.connect() as connection:
            there = log.states(connection, rooms)
        for paper_id, room in rooms.items():
            version, state = there.get(paper_id, (room.settled, "gone"))
            if version > room.settled:
                room.notice()
            if state != room.state:
                self._pass_on(paper_id, {"type": "paper", "state": state})
        for room in rooms.values():
            self._check(room, moment)

    def _check(self, room: Room, moment: float) -> None:
        pages = [cast("Page", member) for member in list(room.members)]
        access.renew(self.engine, room.paper_id, [page.may for page in pages])
        for page in pages:
            page.beat(moment)
            if page.may.ended:
                page.close(page.may.ended)

    def _close_empty(self, moment: float) -> None:
        with self._lock:
            for paper_id, room in list(self._rooms.items()):
                busy = room.members or room.pending or room.flight or room.news
                if busy:
                    self._used_at[paper_id] = moment
                elif moment - self._used_at.get(paper_id, 0) > EMPTY_FOR:
                    del self._rooms[paper_id]
                    self._used_at.pop(paper_id, None)
                    room.close()

    def forget(self) -> None:
        """Close all rooms at once: their database is no longer there."""
        self._stopping = True
        with self._lock:
            rooms, self._rooms = list(self._rooms.values()), {}
        for room in rooms:
            room.close()

    def stop(self) -> None:
        """Write what waits, send everybody away with the promise to be back; at most 3 s."""
        self.turned_away = True
        until = time.monotonic() + 2.0
        for room in self.open():
            room.wake.set()
        while time.monotonic() < until and any(room.pending or room.flight for room in self.open()):
            time.sleep(0.01)
        self._stopping = True
        for page in self.pages():
            page.close(RESTARTING)
        for room in self.open():
            for news in list(room.news):
                news.set()
        until = time.monotonic() + 1.0
        while time.monotonic() < until and self.pages():
            time.sleep(0.02)
        for page in self.pages():
            page.drop()
        if self.fanout is not None:
            self.fanout.close()


def init_app(app: Flask) -> None:
    """Give the application its rooms; none is open yet."""
    settings = cast("Settings", app.config["SETTINGS"])
    engine = app.extensions["engine"]
    made = Rooms(engine, settings.redis_url)
    app.extensions["rooms"] = made
    event.listen(engine, "engine_disposed", lambda _engine: made.forget())


def here() -> Rooms:
    """The rooms of the application that runs."""
    return cast("Rooms", current_app.extensions["rooms"])


def notice(paper_id: int) -> None:
    """Call this after a commit that has appended steps to a paper."""
    here().notice(paper_id)


def tell(paper_id: int, message: dict[str, Any]) -> None:
    """Call this after a commit: everybody who has the paper open gets the message.

    message     {"type": "comment", …} or {"type": "paper", "state": …}
    """
    here().tell(paper_id, message)


def recheck(person_id: int | None = None) -> None:
    """Call this after a commit that has taken rights or devices from somebody."""
    here().recheck(person_id)
