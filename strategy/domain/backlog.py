"""The backlog: what was taken off an agenda or not reached, and goes onto another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.domain import lead_time, log, policy, revisions, sessions, tablings
from strategy.domain.tablings import Filing
from strategy.errors import NotAllowed
from strategy.store.agenda import Item
from strategy.store.bodies import Body
from strategy.store.people import Person
from strategy.store.sessions import Session
from strategy.store.tablings import Tabling


def of(db: Db, body: Body) -> list[Item]:
    """What waits: taken off an agenda, or not reached in a session that has ended."""
    query = (
        select(Item)
        .outerjoin(Session, Session.id == Item.session_id)
        .where(
            Item.body_id == body.id,
            Item.standing == "",
            or_(
                Item.session_id.is_(None) & (Item.state == "open"),
                (Item.state == "not_reached")
                & Item.carried_to_id.is_(None)
                & Session.state.in_(("closed", "cancelled")),
            ),
        )
        .order_by(Item.made_at, Item.id)
        .options(joinedload(Item.paper), joinedload(Item.topic), joinedload(Item.session))
    )
    return list(db.scalars(query))


def carry_over(db: Db, item: Item, session: Session, *, by: Person, now: datetime) -> Item:
    """Put onto a session's agenda what another did not reach.

    A paper keeps the moment at which it was tabled: it is judged by the new session's deadline.
    The old stamp stays.
    """
    policy.require_body(policy.may_run_sessions, by, session.body)
    sessions.held(db, session)
    is_sent_round = session.kind == "circular" and session.state != "planned"
    if session.body_id != item.body_id or session.state not in tablings.TAKES or is_sent_round:
        raise NotAllowed("This agenda is closed.")
    waits = {each.id for each in of(db, session.body)}
    if item.id not in waits:
        raise NotAllowed("This item does not wait to be carried over.")
    before = tablings.of_items(db, [item.id]).get(item.id)
    standing = tablings.standing(db, item.paper) if item.paper is not None else None
    if standing is not None and (before is None or standing.id != before.tabling.id):
        raise NotAllowed("Its paper was tabled anew: it stands on the agenda with its new text.")
    last = db.scalar(select(func.max(Item.place)).where(Item.session_id == session.id))
    if item.session_id is None:
        item.session_id, item.session, item.place = session.id, session, (last or 0) + 1
        item.parent_id = None
        db.flush()
        return item
    new = Item(
        body_id=session.body_id,
        session_id=session.id,
        session=session,
        place=(last or 0) + 1,
        kind="discussion" if item.paper_id else item.kind,
        title=item.title,
        minutes=item.minutes,
        presenter_id=item.presenter_id,
        is_confidential=item.is_confidential,
        paper_id=item.paper_id,
        paper=item.paper,
        topic_id=item.topic_id,
        demanded_id=item.demanded_id,
        is_forced=item.is_forced,
        proposed_by_id=item.proposed_by_id,
        made_at=now,
    )
    db.add(new)
    db.flush()
    item.carried_to_id = new.id
    if before is not None and standing is not None and standing.paper.state == "tabled":
        _carry_tabling(db, before.tabling, new, session, by, now)
    log.note(db, "item.carried_over", by=by, now=now, session=session, detail=item.title)
    return new


def _carry_tabling(
    db: Db, before: Tabling, item: Item, session: Session, by: Person, now: datetime
) -> None:
    paper = before.paper
    terms = sessions.pin(db, session, now=now)
    stamp = lead_time.stamp(
        terms, session.starts_at, before.at, zone=session.body.zone, kind=paper.kind
    )
    filing = Filing(before.goal, before.no_goal_because, before.open_because)
    revision = revisions.find(db, paper, before.revision)
    tablings.keep(
        db,
        paper,
        item,
        stamp,
        revision=revision,
        filing=filing,
        open_objections=before.open_objections,
        by=by,
        now=now,
        carried_from=before,
    )
    if not lead_time.needs_urgency(stamp.late_by, stamp.reading_short):
        item.kind = "decision"
