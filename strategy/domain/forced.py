"""What members put onto an agenda against anybody's will: it stays on one until dealt with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.domain import agenda, log
from strategy.store.agenda import Item
from strategy.store.bodies import Body
from strategy.store.demands import DemandedItem
from strategy.store.sessions import Session
from strategy.store.topics import Topic


def following(db: Db, body: Body, *, now: datetime) -> Session | None:
    """The next session with an agenda: planned or convened, not by circulation."""
    return db.scalar(
        select(Session)
        .where(
            Session.body_id == body.id,
            Session.state.in_(("planned", "convened")),
            Session.kind != "circular",
            Session.starts_at > now,
        )
        .order_by(Session.starts_at, Session.id)
        .limit(1)
    )


def hold(db: Db, body: Body, *, now: datetime) -> None:
    """Hold what forcing a topic touches: the next session, then the body.

    The body's row is what planning a session holds, too: a topic forced at the same moment finds
    the session, or the session finds the topic.
    """
    coming = following(db, body, now=now)
    if coming is not None:
        db.refresh(coming, with_for_update={"of": Session})
    db.execute(select(Body.id).where(Body.id == body.id).with_for_update())


def place(db: Db, body: Body, *, now: datetime) -> None:
    """See to it that every forced topic that waits is on an agenda ahead.

    Called when a topic is forced, and whenever a session is planned, moved, cancelled or closed:
    nobody gets rid of a topic by cancelling the session that has it.
    """
    db.execute(select(Body.id).where(Body.id == body.id).with_for_update())
    waiting = db.scalars(
        select(Topic)
        .where(
            Topic.body_id == body.id,
            Topic.forced_at.is_not(None),
            Topic.dealt_with_at.is_(None),
        )
        .order_by(Topic.id)
        .with_for_update()
    ).all()
    left = _left_of_demands(db, body)
    coming = following(db, body, now=now) if waiting or left else None
    for topic in waiting:
        _place(db, topic, coming, now)
    if coming is not None:
        for item in left:
            _go_on(db, item, coming, now)


def _place(db: Db, topic: Topic, coming: Session | None, now: datetime) -> None:
    every = db.scalars(
        select(Item)
        .where(
            Item.topic_id == topic.id,
            Item.carried_to_id.is_(None),
            Item.state.in_(("open", "not_reached")),
        )
        .order_by(Item.id.desc())
        .options(joinedload(Item.session))
    ).all()
    for item in every:
        if _is_live(item):
            item.is_forced = True
            if coming is not None and _comes_sooner(
                db, coming, item, is_new=topic.forced_at == now
            ):
                _release(db, item)
                item.session_id, item.session, item.parent_id = coming.id, coming, None
                item.place = _last(db, coming) + 1
                log.note(db, "item.forced", by=None, now=now, session=coming, detail=item.title)
            db.flush()
            return
    if coming is None:
        return  # the next session that is planned takes it
    old = every[0] if every else None
    if old is not None and old.session_id is None:
        old.session_id, old.session, old.parent_id = coming.id, coming, None
        old.is_forced, old.place = True, _last(db, coming) + 1
    else:
        new = Item(
            body_id=topic.body_id,
            session_id=coming.id,
            session=coming,
            place=_last(db, coming) + 1,
            kind="discussion",
            title=topic.title,
            minutes=old.minutes if old else agenda.Facts.minutes,
            is_confidential=old.is_confidential if old else False,
            topic_id=topic.id,
            topic=topic,
            is_forced=True,
            proposed_by_id=topic.author_id,
            made_at=now,
        )
        db.add(new)
        db.flush()
        if old is not None and old.paper_id is None:
            old.carried_to_id = new.id  # a tabled paper is carried over with its stamp
    log.note(db, "item.forced", by=None, now=now, session=coming, detail=topic.title)
    db.flush()


def _left_of_demands(db: Db, body: Body) -> Sequence[Item]:
    """What members had demanded a session for, and no session has dealt with or will."""
    query = (
        select(Item)
        .join(Session, Session.id == Item.session_id)
        .where(
            Item.body_id == body.id,
            Item.demanded_id.is_not(None),
            Item.carried_to_id.is_(None),
            Item.state == "not_reached",
            Session.state.in_(("closed", "cancelled")),
        )
        .order_by(Item.place, Item.id)
    )
    return db.scalars(query).all()


def _go_on(db: Db, item: Item, coming: Session, now: datetime) -> None:
    new = Item(
        body_id=item.body_id,
        session_id=coming.id,
        session=coming,
        place=_last(db, coming) + 1,
        kind=item.kind,
        title=item.title,
        minutes=item.minutes,
        is_confidential=item.is_confidential,
        demanded_id=item.demanded_id,
        is_forced=True,
        proposed_by_id=item.proposed_by_id,
        made_at=now,
    )
    db.add(new)
    db.flush()
    item.carried_to_id = new.id
    log.note(db, "item.forced", by=None, now=now, session=coming, detail=item.title)
    db.flush()


def put_demanded(db: Db, session: Session, wanted: DemandedItem, *, by: int, now: datetime) -> None:
    """Put a demanded item onto the session that was demanded, from wherever it stands.

    by  the id of who wrote the demand
    """
    item = db.scalar(
        select(Item)
        .where(Item.demanded_id == wanted.id, Item.carried_to_id.is_(None))
        .order_by(Item.id.desc())
        .limit(1)
        .options(joinedload(Item.session))
    )
    if item is None:
        item = Item(
            body_id=session.body_id,
            kind="discussion",
            title=wanted.title,
            minutes=agenda.Facts.minutes,
            demanded_id=wanted.id,
            is_forced=True,
            proposed_by_id=by,
            made_at=now,
        )
    elif item.state != "open" or item.session_id == session.id or _is_running(item):
        return
    if item.id is not None:
        _release(db, item)
    item.session_id, item.session, item.parent_id = session.id, session, None
    item.place = _last(db, session) + 1
    db.add(item)
    db.flush()


def _release(db: Db, item: Item) -> None:
    """Let what stands under an item stand by itself, before the item goes to another session."""
    db.execute(update(Item).where(Item.parent_id == item.id).values(parent_id=None))


def _is_running(item: Item) -> bool:
    return item.session is not None and item.session.state == "running"


def _is_live(item: Item) -> bool:
    """Whether a session is still going to deal with it."""
    if item.session is None:
        return False
    if item.session.state == "running":
        return True  # what it does not reach is placed when it closes
    return item.session.state in ("planned", "convened") and item.state == "open"


def _comes_sooner(db: Db, coming: Session, item: Item, *, is_new: bool) -> bool:
    """Whether there is an agenda before the item's.

    A special session deals with what it is called for: planned later, it takes nothing from
    others.
    """
    there = item.session
    return (
        there is not None
        and there.state != "running"
        and (is_new or coming.kind != "special")
        and coming.starts_at < there.starts_at
        and not agenda.is_tabled(db, item)
    )


def _last(db: Db, session: Session) -> int:
    return db.scalar(select(func.max(Item.place)).where(Item.session_id == session.id)) or 0
