"""A retreat's topics: everybody spreads points over the open ones, the agenda follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.domain import log, policy, topics
from strategy.errors import Invalid, NotAllowed
from strategy.store.bodies import Member
from strategy.store.people import Person
from strategy.store.sessions import Session
from strategy.store.topics import Topic, Weight

POINTS = 10
"""What each person has to spread."""
MOST_SHOWN = 200
"""Topics that can be weighed for one retreat: the best supported, then the oldest."""


@dataclass(frozen=True)
class Weighed:
    """An open topic with what it was given so far."""

    topic: Topic
    points: int
    people: int
    """How many have given it any."""
    mine: int


def may_begin(session: Session) -> bool:
    """Whether topics are weighed for this session: a retreat that is ahead."""
    return session.kind == "retreat" and session.state in topics.AHEAD


def retreats(db: Db, *, reader: Person) -> Sequence[Session]:
    """The retreats ahead for which the reader weighs topics, next ones first."""
    query = (
        select(Session)
        .join(Member, Member.body_id == Session.body_id)
        .where(
            Member.person_id == reader.id,
            Member.role.in_(sorted(policy.STARTS_PAPERS)),
            Session.kind == "retreat",
            Session.state.in_(topics.AHEAD),
        )
        .order_by(Session.starts_at, Session.id)
    )
    return db.scalars(query).all()


def require(session: Session, by: Person) -> None:
    """Go on only where and for whom topics are weighed."""
    policy.require_body(policy.may_propose, by, session.body)
    if not may_begin(session):
        raise NotAllowed("Topics are weighed for a retreat that is still ahead.")


def weighed(db: Db, session: Session, *, reader: Person) -> list[Weighed]:
    """The open topics of the body, those with most points first. Sums and counts, never who."""
    sums = (
        select(
            Weight.topic_id,
            func.sum(Weight.points).label("points"),
            func.count().label("people"),
        )
        .where(Weight.session_id == session.id)
        .group_by(Weight.topic_id)
        .subquery()
    )
    rows = db.execute(
        select(Topic, func.coalesce(sums.c.points, 0), func.coalesce(sums.c.people, 0))
        .outerjoin(sums, sums.c.topic_id == Topic.id)
        .where(
            Topic.body_id == session.body_id,
            Topic.answer.is_(None),
            Topic.forced_at.is_(None),
        )
        .order_by(func.coalesce(sums.c.points, 0).desc(), Topic.owed_by, Topic.id)
        .limit(MOST_SHOWN)
        .options(joinedload(Topic.body))
    ).all()
    mine = of(db, session, reader)
    return [
        Weighed(topic, int(points), int(people), mine.get(topic.id, 0))
        for topic, points, people in rows
    ]


def of(db: Db, session: Session, person: Person) -> dict[int, int]:
    """The person's own points, by topic."""
    query = select(Weight.topic_id, Weight.points).where(
        Weight.session_id == session.id, Weight.person_id == person.id
    )
    return dict(db.execute(query).all())


def people(db: Db, session: Session) -> int:
    """How many have weighed at all."""
    query = select(func.count(Weight.person_id.distinct())).where(Weight.session_id == session.id)
    return db.scalar(query) or 0


def weigh(
    db: Db, session: Session, points: Mapping[int, int], *, by: Person, now: datetime
) -> None:
    """Spread one's points anew; what was given before is taken back first.

    points  by topic; 0 gives none
    raises  NotFound, NotAllowed by the policy, or if it is no retreat ahead;
            Invalid for too many points, or a topic that is not open
    """
    require(session, by)
    given = {topic_id: count for topic_id, count in points.items() if count}
    if any(not 0 < count <= POINTS for count in given.values()) or sum(given.values()) > POINTS:
        raise Invalid("points", "You have %(most)s points to spread.", most=POINTS)
    # Of two forms that the same person sends at once, the second waits here for the first.
    db.execute(
        select(Member.person_id)
        .where(Member.body_id == session.body_id, Member.person_id == by.id)
        .with_for_update()
    )
    still_open = set(
        db.scalars(
            select(Topic.id).where(
                Topic.id.in_(list(given)),
                Topic.body_id == session.body_id,
                Topic.answer.is_(None),
                Topic.forced_at.is_(None),
            )
        )
    )
    if still_open != set(given):
        raise Invalid(
            "points", "One of these topics has been answered meanwhile. Please look again."
        )
    db.execute(delete(Weight).where(Weight.session_id == session.id, Weight.person_id == by.id))
    db.add_all(
        Weight(session_id=session.id, topic_id=topic_id, person_id=by.id, points=count)
        for topic_id, count in given.items()
    )
    db.flush()


def build_agenda(
    db: Db, session: Session, chosen: Sequence[int], *, by: Person, now: datetime
) -> int:
    """Put the chosen topics onto the retreat's agenda, the heaviest first; returns how many.

    Each one is answered by this: scheduled, with a mail to whoever proposed it.

    raises  NotFound, NotAllowed by the policy, or if one was answered before; Invalid if none
            is chosen, or one is not among the open ones
    """
    policy.require_body(policy.may_answer_topics, by, session.body)
    require(session, by)
    wanted = set(chosen)
    every = [each.topic for each in weighed(db, session, reader=by)]
    ordered = [topic for topic in every if topic.id in wanted]
    if not wanted:
        raise Invalid("topics", "Please choose at least one topic.")
    if len(ordered) != len(wanted):
        raise Invalid(
            "topics", "One of these topics has been answered meanwhile. Please look again."
        )
    db.refresh(session, with_for_update={"of": Session})
    for topic in sorted(ordered, key=lambda each: each.id):
        topics.held(db, topic)  # all of them, always in the same order: two chairs do not lock up
    for topic in ordered:
        said = topics.Answer("scheduled", session=session)
        topics.answer(db, topic, said, by=by, now=now)
    log.note(db, "agenda.from_topics", by=by, now=now, session=session, detail=str(len(ordered)))
    return len(ordered)
