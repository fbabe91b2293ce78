"""The turn of an agenda item in a session: called, and dealt with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session as Db

from strategy.domain import attendance, log, policy
from strategy.errors import NotAllowed
from strategy.store.agenda import Item
from strategy.store.people import Person
from strategy.store.sessions import Session


def call(db: Db, session: Session, item: Item, *, by: Person, now: datetime) -> None:
    """Let the session come to an item."""
    policy.require_body(policy.may_run_sessions, by, session.body)
    if session.state != "running":
        raise NotAllowed("This session is not open.")
    if item.state == "proposed":
        raise NotAllowed("This item is only proposed.")
    session.current_item_id = item.id
    item.called_at = item.called_at or now
    if item.state == "not_reached":
        item.state = "open"
    log.note(db, "item.called", by=by, now=now, session=session, detail=item.title)


def finish(db: Db, session: Session, item: Item, *, by: Person, now: datetime) -> None:
    """An item was dealt with. What members have put here, by those who are enough to decide.

    raises  NotAllowed
    """
    policy.require_body(policy.may_run_sessions, by, session.body)
    if session.state != "running":
        raise NotAllowed("This session is not open.")
    if item.state != "open":
        raise NotAllowed("This item is not open.")
    if item.is_forced:
        if item.called_at is None:
            raise NotAllowed("Members have put this onto the agenda: please call it first.")
        attendance.require_quorum(db, session)
    item.state, item.done_at = "done", now
    if item.topic is not None:
        item.topic.dealt_with_at = item.topic.dealt_with_at or now
    if session.current_item_id == item.id:
        session.current_item_id = None
    log.note(db, "item.done", by=by, now=now, session=session, detail=item.title)
