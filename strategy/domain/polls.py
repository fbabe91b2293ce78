"""Straw polls on a paper or a topic: open ones with names, secret ones that stay secret for good.

Nothing here writes who voted into the log: not even of open polls, where the vote itself has the
name. How a secret vote is kept: store/polls.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.clock import now as clock_now
from strategy.domain import jobs, log, papers, policy
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store import polls as stored
from strategy.store.base import make_session
from strategy.store.bodies import Body
from strategy.store.jobs import Job
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.polls import SCALES, OpenVote, Participation, Poll, Tally
from strategy.store.topics import Topic

LONGEST_QUESTION = 300
FEWEST = 5
"""Voters that a secret poll needs for a result: with fewer, one could guess who said what."""
FURTHEST = timedelta(days=366)
"""How far ahead a poll may end."""


@dataclass(frozen=True)
class Facts:
    """What a poll is made with. None of it is ever changed."""

    question: str
    scale: str = "must"
    is_secret: bool = False
    ends_at: datetime | None = None


def may_vote(actor: Person, poll: Poll) -> bool:
    """Everybody in the body but guests."""
    return policy.may_propose(actor, poll.body)


def may_close(actor: Person, poll: Poll) -> bool:
    """Who made it, as long as they belong to the body, and the chair."""
    is_maker = poll.made_by_id == actor.id and policy.may_propose(actor, poll.body)
    return is_maker or policy.is_chair(actor, poll.body)


def may_start_on(actor: Person, paper: Paper) -> bool:
    """Polls are about what the whole body may read."""
    return (
        policy.may_read(actor, paper)
        and policy.was_shared(paper)
        and policy.may_propose(actor, paper.body)
    )


def is_over(poll: Poll, now: datetime) -> bool:
    """Whether nobody can vote any more: closed, or its end has come."""
    return poll.closed_at is not None or (poll.ends_at is not None and poll.ends_at <= now)


def find(db: Db, poll_id: int, *, reader: Person) -> Poll:
    """The poll.

    raises  NotFound if there is none, or the reader may not know of what it is about
    """
    poll = db.get(Poll, poll_id, options=[joinedload(Poll.body), joinedload(Poll.made_by)])
    if poll is None or not _may_see(reader, poll):
        raise NotFound("There is no such poll.")
    return poll


def _may_see(reader: Person, poll: Poll) -> bool:
    if poll.paper is not None:
        return policy.may_read(reader, poll.paper)
    return policy.role(poll.body, reader) is not None


def topic_of(db: Db, topic_id: int, *, reader: Person) -> Topic:
    """The topic that a poll is to be about.

    raises  NotFound if there is none, or the reader does not belong to its body
    """
    topic = db.get(Topic, topic_id, options=[joinedload(Topic.body)])
    if topic is None or policy.role(topic.body, reader) is None:
        raise NotFound("There is no such topic.")
    return topic


def start(db: Db, about: Paper | Topic, facts: Facts, *, by: Person, now: datetime) -> Poll:
    """Ask the body.

    raises  NotFound, NotAllowed by the policy; Invalid naming the field
    """
    if isinstance(about, Paper):
        policy.require(may_start_on, by, about)
    policy.require_body(policy.may_propose, by, about.body)
    question = " ".join(facts.question.split())
    if not question:
        raise Invalid("question", "Please write down the question.")
    if len(question) > LONGEST_QUESTION:
        raise Invalid(
            "question", "This is too long: at most %(most)s characters.", most=LONGEST_QUESTION
        )
    if facts.scale not in SCALES:
        raise Invalid("scale", "There is no such scale.")
    if facts.ends_at is not None and facts.ends_at <= now:
        raise Invalid("ends_at", "This moment has passed.")
    if facts.ends_at is not None and facts.ends_at > now + FURTHEST:
        raise Invalid("ends_at", "This day is too far ahead.")
    seal_over(db, now=now)
    poll = Poll(
        body_id=about.body_id,
        body=about.body,
        paper_id=about.id if isinstance(about, Paper) else None,
        topic_id=about.id if isinstance(about, Topic) else None,
        question=question,
        scale=facts.scale,
        is_secret=facts.is_secret,
        made_by_id=by.id,
        made_by=by,
        made_at=now,
        ends_at=facts.ends_at,
    )
    db.add(poll)
    db.flush()
    if poll.is_secret:
        db.add_all(Tally(poll_id=poll.id, choice=each, count=0) for each in SCALES[poll.scale])
        if poll.ends_at is not None:
            jobs.add(db, "poll", {"poll": poll.id}, now=now, due=poll.ends_at)
    db.flush()
    paper = about if isinstance(about, Paper) else None
    log.note(db, "poll.started", by=by, now=now, paper=paper, body=about.body, detail=question)
    return poll


def _held(db: Db, poll: Poll) -> None:
    """Hold the poll's row: votes and the closing come one after another."""
    db.flush()
    db.refresh(poll, with_for_update={"of": Poll})


def vote(db: Db, poll: Poll, choice: str, *, by: Person, now: datetime) -> None:
    """Count the vote of a member; in an open poll, in place of what they said before.

    raises  NotFound, NotAllowed by the policy, after the end, and for a second secret vote;
            Invalid for what is not on the scale
    """
    if not _may_see(by, poll):
        raise NotFound("There is no such poll.")
    if not may_vote(by, poll):
        raise NotAllowed("Guests do not vote.")
    _held(db, poll)
    if is_over(poll, now) or poll.sealed_at is not None:
        raise NotAllowed("This poll is closed.")
    if choice not in SCALES[poll.scale]:
        raise Invalid("choice", "There is no such choice.")
    if poll.is_secret:
        _count(db, poll, choice, by)
        return
    kept = db.get(OpenVote, (poll.id, by.id))
    if kept is None:
        db.add(OpenVote(poll_id=poll.id, person_id=by.id, choice=choice, at=now))
    else:
        kept.choice, kept.at = choice, now
    db.flush()


def _count(db: Db, poll: Poll, choice: str, by: Person) -> None:
    if has_voted(db, poll, by):
        raise NotAllowed("You have voted already. A secret vote cannot be changed.")
    db.execute(insert(Participation).values(poll_id=poll.id, person_id=by.id))
    # All rows of both tables are rewritten at once: PostgreSQL keeps with each row which
    # transaction has written it last, and that must not tell which counter goes with whom.
    of_poll = Participation.poll_id == poll.id
    db.execute(update(Participation).where(of_poll).values(poll_id=poll.id))
    more = case((Tally.choice == choice, 1), else_=0)
    db.execute(update(Tally).where(Tally.poll_id == poll.id).values(count=Tally.count + more))


def has_voted(db: Db, poll: Poll, person: Person) -> bool:
    """Whether the person has taken part; of a sealed poll nobody knows any more."""
    table = Participation if poll.is_secret else OpenVote
    query = select(table.person_id).where(table.poll_id == poll.id, table.person_id == person.id)
    return db.scalar(query) is not None


def choice_of(db: Db, poll: Poll, person: Person) -> str | None:
    """What the person said in an open poll; of a secret one nobody can say."""
    kept = None if poll.is_secret else db.get(OpenVote, (poll.id, person.id))
    return kept.choice if kept else None


def close(db: Db, poll: Poll, *, by: Person, now: datetime) -> None:
    """End the poll for good.

    raises  NotFound, NotAllowed by the policy, or if it has ended already
    """
    if not _may_see(by, poll):
        raise NotFound("There is no such poll.")
    if not may_close(by, poll):
        raise NotAllowed("Only who has made the poll, or the chair, can close it.")
    _held(db, poll)
    if is_over(poll, now):
        raise NotAllowed("This poll is closed.")
    poll.closed_at, poll.closed_by_id = now, by.id
    _seal(db, poll, now)
    log.note(db, "poll.closed", by=by, now=now, paper=poll.paper, body=poll.body,
             detail=poll.question)  # fmt: skip
    if poll.is_secret:
        jobs.add(db, "poll", {"poll": poll.id}, now=now)
    seal_over(db, now=now)


def _seal(db: Db, poll: Poll, now: datetime) -> None:
    """Forget who took part in a secret poll; and what was said, if they were too few."""
    if not poll.is_secret or poll.sealed_at is not None:
        return
    stored.overwrite_deleted(db)
    poll.voters = _voters(db, poll)
    poll.sealed_at = now
    if poll.voters < FEWEST:
        db.execute(update(Tally).where(Tally.poll_id == poll.id).values(count=0))
    db.execute(delete(Participation).where(Participation.poll_id == poll.id))
    db.flush()


def seal_over(db: Db, *, now: datetime) -> int:
    """Seal what has ended by itself; how many polls. In the caller's transaction, which writes."""
    waiting = select(Poll).where(
        Poll.is_secret, Poll.sealed_at.is_(None), or_(Poll.closed_at <= now, Poll.ends_at <= now)
    )
    found = db.scalars(waiting.with_for_update(skip_locked=True)).all()
    for poll in found:
        _seal(db, poll, now)
    return len(found)


def work(db: Db, job: Job, _progress: jobs.Progress) -> None:
    """A poll has ended: seal it, then take older versions of its rows out of the files."""
    assert "poll" in json.loads(job.body)  # noqa: S101
    engine = db.get_bind().engine
    db.rollback()
    with make_session(engine, writes=True) as own:
        seal_over(own, now=clock_now())
        own.commit()
    stored.wipe(engine)


def _voters(db: Db, poll: Poll) -> int:
    table = Participation if poll.is_secret else OpenVote
    query = select(func.count()).select_from(table).where(table.poll_id == poll.id)
    return db.scalar(query) or 0


@dataclass(frozen=True)
class Result:
    """What may be shown of a poll now."""

    voters: int
    counts: dict[str, int] | None
    """By choice, in the order of the scale; None: not yet, or never."""
    names: dict[str, list[str]]
    """Who chose what, in an open poll."""


def result(db: Db, poll: Poll, *, now: datetime) -> Result:
    """The same for everybody: of a secret poll after its end, and only from five voters on."""
    if poll.is_secret:
        voters = poll.voters if poll.voters is not None else _voters(db, poll)
        if not is_over(poll, now) or voters < FEWEST:
            return Result(voters, None, {})
        query = select(Tally.choice, Tally.count).where(Tally.poll_id == poll.id)
        counted: dict[str, int] = dict(db.execute(query).all())
        return Result(voters, {each: counted.get(each, 0) for each in SCALES[poll.scale]}, {})
    names: dict[str, list[str]] = {each: [] for each in SCALES[poll.scale]}
    votes = select(OpenVote).where(OpenVote.poll_id == poll.id).join(OpenVote.person)
    for each in db.scalars(votes.order_by(Person.name).options(joinedload(OpenVote.person))):
        names[each.choice].append(each.person.name)
    counts = {choice: len(there) for choice, there in names.items()}
    return Result(sum(counts.values()), counts, names)


def of(db: Db, about: Paper | Topic) -> Sequence[Poll]:
    """The polls on a paper or topic, newest first. Its reader may see them all."""
    is_about = Poll.paper_id == about.id if isinstance(about, Paper) else Poll.topic_id == about.id
    query = select(Poll).where(is_about).order_by(Poll.made_at.desc(), Poll.id.desc())
    return db.scalars(query.options(joinedload(Poll.made_by))).all()


def open_for(db: Db, person: Person, body: Body, *, now: datetime) -> Sequence[Poll]:
    """Polls of the body that still run, those that end first ahead."""
    about_paper = Poll.paper_id.in_(select(Paper.id).where(papers.readable_by(person)))
    query = (
        select(Poll)
        .where(
            Poll.body_id == body.id,
            Poll.closed_at.is_(None),
            or_(Poll.ends_at.is_(None), Poll.ends_at > now),
            or_(Poll.paper_id.is_(None), about_paper),
        )
        .order_by(Poll.ends_at.is_(None), Poll.ends_at, Poll.id)
    )
    return db.scalars(query).all() if policy.role(body, person) else ()
