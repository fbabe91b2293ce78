"""Marks before a session (read, agree, discuss), and the block of what nobody wants to discuss.

Others see counts only. Nothing about a mark is written into the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session as Db

from strategy.domain import agenda, log, policy, sessions, urgency
from strategy.errors import Invalid, Late, NotAllowed
from strategy.store.agenda import Item, Mark
from strategy.store.amendments import Amendment
from strategy.store.people import Person
from strategy.store.sessions import Session

MARKS = ("read", "agree", "discuss")
WAITS = ("planned", "convened", "running")
"""States of a session whose items can still be marked."""


@dataclass(frozen=True)
class Counts:
    """What is known of an item's marks: how many, and the reader's own."""

    read: int = 0
    agree: int = 0
    discuss: int = 0
    mine: str = ""

    @property
    def all(self) -> int:
        """Members who have said anything: all of them have read it."""
        return self.read + self.agree + self.discuss


def may_mark(actor: Person, session: Session) -> bool:
    """Every member but guests."""
    return policy.may_propose(actor, session.body)


def is_open(session: Session, item: Item) -> bool:
    """Whether the item can still be marked: it has a paper and was not called yet."""
    return (
        item.paper_id is not None
        and item.called_at is None
        and item.state == "open"
        and session.state in WAITS
    )


def mark(db: Db, session: Session, item: Item, said: str, *, by: Person, now: datetime) -> None:
    """Say something of an item, or something else than before; "" takes it back.

    An item that somebody wants to discuss leaves the block.

    raises  NotFound, NotAllowed by the policy and once the item was called; Invalid
    """
    policy.require_body(policy.may_propose, by, session.body)
    sessions.held(db, session)
    db.refresh(item)
    if not is_open(session, item):
        raise NotAllowed("This item can no longer be marked.")
    if said not in (*MARKS, ""):
        raise Invalid("mark", "There is no such choice.")
    kept = db.get(Mark, (item.id, by.id))
    if not said:
        if kept is not None:
            db.delete(kept)
    elif kept is None:
        db.add(Mark(item_id=item.id, person_id=by.id, mark=said, at=now))
    else:
        kept.mark, kept.at = said, now
    if said == "discuss":
        item.in_block = False
    db.flush()


def counts(db: Db, items: Iterable[Item], *, reader: Person) -> dict[int, Counts]:
    """The marks of each item, however many items. One query."""
    ids = [each.id for each in items]
    found: dict[int, dict[str, int]] = {each: {} for each in ids}
    mine: dict[int, str] = {}
    if not ids:
        return {}
    own = func.max(case((Mark.person_id == reader.id, 1), else_=0))
    grouped = select(Mark.item_id, Mark.mark, func.count(), own).where(Mark.item_id.in_(ids))
    for item_id, said, count, is_mine in db.execute(grouped.group_by(Mark.item_id, Mark.mark)):
        found[item_id][said] = count
        if is_mine:
            mine[item_id] = said
    return {each: Counts(**said, mine=mine.get(each, "")) for each, said in found.items()}


def in_block(session: Session, items: Iterable[Item]) -> list[Item]:
    """The items of the block, called or not."""
    return [each for each in items if each.in_block and each.kind == "decision"]


def may_form_block(actor: Person, session: Session) -> bool:
    """The block is the chair's proposal."""
    return policy.is_chair(actor, session.body) and session.state in WAITS


def may_take_out(actor: Person, session: Session, item: Item) -> bool:
    """Every member takes an item out, until the block is called."""
    return item.in_block and is_open(session, item) and may_mark(actor, session)


def block(db: Db, session: Session, *, by: Person, now: datetime) -> list[Item]:
    """Form the block anew: items for decision that nobody wants to discuss. What is in it.

    raises  NotFound, NotAllowed by the policy and once the block was called
    """
    policy.require_body(policy.is_chair, by, session.body)
    sessions.held(db, session)
    if session.state not in WAITS:
        raise NotAllowed("This agenda is closed.")
    every = agenda.items(db, session)
    if any(each.called_at is not None for each in in_block(session, every)):
        raise NotAllowed("The block has been called already.")
    chosen = _fit(db, session, every)
    ids = {each.id for each in chosen}
    for each in every:
        each.in_block = each.id in ids
    db.flush()
    log.note(db, "block.formed", by=by, now=now, session=session, detail=str(len(chosen)))
    return chosen


def _fit(db: Db, session: Session, items: Sequence[Item]) -> list[Item]:
    """Those with a tabled paper that may be decided and that nobody wants to discuss or amend."""
    ids = [each.id for each in items]
    amended = set(
        db.scalars(
            select(Amendment.paper_id).where(
                Amendment.paper_id.in_([each.paper_id for each in items if each.paper_id]),
                Amendment.state == "moved",
                Amendment.kind != "hint",
            )
        )
    )
    disputed = set(
        db.scalars(select(Mark.item_id).where(Mark.item_id.in_(ids), Mark.mark == "discuss"))
    )
    return [
        each
        for each in items
        if each.kind == "decision"
        and is_open(session, each)
        and each.id not in disputed
        and each.paper_id not in amended
        and _may_be_decided(db, each)
    ]


def _may_be_decided(db: Db, item: Item) -> bool:
    try:
        return urgency.admit(db, item) is not None
    except (Late, NotAllowed):
        return False


def take_out(db: Db, session: Session, item: Item, *, by: Person, now: datetime) -> None:
    """Take an item out of the block. Who did it is not said: nobody has to explain.

    raises  NotFound, NotAllowed by the policy and once the block was called
    """
    policy.require_body(policy.may_propose, by, session.body)
    sessions.held(db, session)
    db.refresh(item)
    if not item.in_block:
        raise NotAllowed("This item is not in the block.")
    if not is_open(session, item):
        raise NotAllowed("The block has been called already.")
    item.in_block = False
    db.flush()
    log.note(db, "block.left", by=None, now=now, session=session, detail=item.title)


def call_block(db: Db, session: Session, *, by: Person, now: datetime) -> list[Item]:
    """Let the session come to the block: what no longer fits has left it before.

    raises  NotFound, NotAllowed by the policy, in a session that is not open, of an empty block
    """
    policy.require_body(policy.may_run_sessions, by, session.body)
    sessions.held(db, session)
    if session.state != "running":
        raise NotAllowed("This session is not open.")
    proposed = in_block(session, agenda.items(db, session))
    called = _fit(db, session, proposed)
    for each in proposed:
        if each not in called and each.called_at is None:
            each.in_block = False
    if not called:
        raise NotAllowed("There is nothing in the block.")
    for each in called:
        each.called_at = now
    session.current_item_id = called[0].id
    db.flush()
    log.note(db, "block.called", by=by, now=now, session=session, detail=str(len(called)))
    return called
