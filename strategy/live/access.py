"""Whether people may still be in a room: asked again and again while their pages are open."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, selectinload

from strategy.domain import policy
from strategy.live.websocket import NOT_FOUND, NOT_SIGNED_IN
from strategy.store.base import make_session
from strategy.store.bodies import Member
from strategy.store.papers import Paper
from strategy.store.people import Device, Person

FRESH = 5.0
"""Seconds for which an answer holds while somebody types."""
RENEWED = 3.0
"""Seconds after which the keeper of the rooms asks anew where people type."""
STALE = 20.0
"""Seconds after which it asks anew where they only read."""


@dataclass(slots=True)
class Pass:
    """A person on a device, and what they may do with a paper."""

    paper_id: int
    person_id: int
    device_id: int
    may_edit: bool = False
    may_suggest: bool = False
    ended: int = 0
    """Why they may not even be here: a close code of websocket.py; 0 if they may."""
    asked_at: float = -1e9
    used_at: float = -1e9

    def holds(self, seconds: float) -> bool:
        """Whether the last answer is not older than that."""
        return time.monotonic() - self.asked_at < seconds

    def use(self, engine: Engine) -> None:
        """Be sure of the answer, for something is to be done now."""
        self.used_at = time.monotonic()
        if self.used_at - self.asked_at >= FRESH:
            ask(engine, self.paper_id, [self])

    def forget(self) -> None:
        """Something has changed: ask again at the next occasion."""
        self.asked_at = -1e9


def renew(engine: Engine, paper_id: int, passes: Sequence[Pass]) -> None:
    """Ask anew about all pages of a paper at once, if it is time."""
    if not passes:
        return
    oldest = min(each.asked_at for each in passes)
    used = max(each.used_at for each in passes)
    wait = RENEWED if used > oldest else STALE
    if time.monotonic() - oldest >= wait:
        ask(engine, paper_id, passes)


def ask(engine: Engine, paper_id: int, passes: Sequence[Pass]) -> None:
    """Look up what each may do: a handful of queries, however many pages there are."""
    with make_session(engine) as db:
        paper = db.get(Paper, paper_id, options=[selectinload(Paper.authors)])
        live = _live(db, passes)
        people, _kept = _known(db, paper, passes)
        for each in passes:
            person = people.get(each.person_id)
            ended, may_edit, may_suggest = 0, False, False
            if person is None or each.device_id not in live:
                ended = NOT_SIGNED_IN
            elif paper is None or not policy.may_read(person, paper):
                ended = NOT_FOUND
            else:
                may_edit = policy.may_edit(person, paper)
                may_suggest = policy.may_suggest(person, paper)
            each.ended, each.asked_at = ended, time.monotonic()
            each.may_edit, each.may_suggest = may_edit, may_suggest


def _live(db: Session, passes: Sequence[Pass]) -> set[int]:
    """The devices that are signed in, as domain.devices.is_live says of each."""
    query = (
        select(Device.id)
        .join(Device.person)
        .where(Device.id.in_([each.device_id for each in passes]), Person.left_at.is_(None))
    )
    return set(db.scalars(query))


def _known(
    db: Session, paper: Paper | None, passes: Sequence[Pass]
) -> tuple[dict[int, Person], Sequence[Member]]:
    """The people, and their memberships: while these are held, the policy finds them at once."""
    ids = [each.person_id for each in passes]
    people = {person.id: person for person in db.scalars(select(Person).where(Person.id.in_(ids)))}
    if paper is None:
        return people, ()
    members = select(Member).where(Member.body_id == paper.body_id, Member.person_id.in_(ids))
    return people, db.scalars(members).all()
