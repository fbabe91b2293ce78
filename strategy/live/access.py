"""Whether somebody may still be in the room: asked again and again while the page is open."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import Engine

from strategy.domain import devices, policy
from strategy.live.websocket import NOT_FOUND, NOT_SIGNED_IN
from strategy.store.base import make_session
from strategy.store.papers import Paper
from strategy.store.people import Person

FRESH = 2.0
"""Seconds for which an answer holds while somebody types."""
STALE = 20.0
"""Seconds after which somebody who only reads is asked about again."""


@dataclass(slots=True)
class Pass:
    """A person on a device, and what they may do with a paper."""

    paper_id: int
    person_id: int
    device_id: int
    may_edit: bool = False
    ended: int = 0
    """Why they may not even be here: a close code of websocket.py; 0 if they may."""
    asked_at: float = -1e9

    def holds(self, seconds: float) -> bool:
        """Whether the last answer is not older than that."""
        return time.monotonic() - self.asked_at < seconds

    def ask(self, engine: Engine) -> None:
        """Look it up in the database."""
        with make_session(engine) as db:
            self.may_edit, self.ended = False, 0
            person = db.get(Person, self.person_id)
            paper = db.get(Paper, self.paper_id) if self.paper_id < 2**31 else None
            if person is None or not devices.is_live(db, self.device_id):
                self.ended = NOT_SIGNED_IN
            elif paper is None or not policy.may_read(person, paper):
                self.ended = NOT_FOUND
            else:
                self.may_edit = policy.may_edit(person, paper)
        self.asked_at = time.monotonic()

    def forget(self) -> None:
        """Something has changed: ask again at the next occasion."""
        self.asked_at = -1e9
