"""Topics: proposed, supported, answered by a date, put onto an agenda by enough supporters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.domain import agenda, days, forced, log, mail, papers, policy, rules
from strategy.domain import templates as paper_templates
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.agenda import Item
from strategy.store.bodies import Body, Member
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.sessions import Session
from strategy.store.topics import ANSWERS, Support, Topic

LONGEST_TITLE = 200
LONGEST_TEXT = 10_000
LONGEST_REASON = 4_000
FURTHEST = timedelta(days=3 * 366)
"""How far ahead a commissioned paper may be due."""
AHEAD = ("planned", "convened")


def find(db: Db, topic_id: int, *, reader: Person) -> Topic:
    """The topic with its people.

    raises  NotFound if there is none, or the reader does not belong to its body
    """
    found = db.get(
        Topic,
        topic_id,
        options=[
            joinedload(Topic.body),
            joinedload(Topic.author),
            joinedload(Topic.trusted),
            joinedload(Topic.answered_by),
            joinedload(Topic.commissioned_to),
        ],
    )
    if found is None or policy.role(found.body, reader) is None:
        raise NotFound("There is no such topic.")
    return found


def is_open(topic: Topic) -> bool:
    """Whether an answer is still owed: none was given, and no agenda has it by force."""
    return topic.answer is None and topic.forced_at is None


def overdue_days(owed_by: datetime, now: datetime, zone: str) -> int:
    """Whole days since the last day on which the answer was in time; 0 until then."""
    last = days.local_day(owed_by - timedelta(seconds=1), zone)
    return max(0, (days.local_day(now, zone) - last).days)


def propose(
    db: Db,
    body: Body,
    title: str,
    text: str,
    *,
    for_somebody: bool = False,
    by: Person,
    now: datetime,
) -> Topic:
    """A new topic. Sent twice by the same person, it is proposed once.

    for_somebody    `by` lends their name to somebody who wants to stay unnamed: whose topic it
                    is, is never asked and kept nowhere
    raises          NotFound, NotAllowed by the policy; Invalid naming the field
    """
    policy.require_body(policy.may_propose, by, body)
    title, text = " ".join(title.split()), text.strip()
    if not title:
        raise Invalid("title", "Please give the topic a title.")
    if len(title) > LONGEST_TITLE:
        raise Invalid("title", "This is too long: at most %(most)s characters.", most=LONGEST_TITLE)
    if len(text) > LONGEST_TEXT:
        raise Invalid("text", "This is too long: at most %(most)s characters.", most=LONGEST_TEXT)
    db.execute(select(Body.id).where(Body.id == body.id).with_for_update())
    author_id, trusted_id = (None, by.id) if for_somebody else (by.id, None)
    there = db.scalar(
        select(Topic)
        .where(
            Topic.body_id == body.id,
            Topic.title == title,
            Topic.text == text,
            Topic.author_id.is_not_distinct_from(author_id),
            Topic.trusted_id.is_not_distinct_from(trusted_id),
            Topic.answer.is_(None),
        )
        .limit(1)
    )
    if there is not None:
        return there
    topic = Topic(
        body_id=body.id,
        body=body,
        title=title,
        text=text,
        words=f"{title}\n{text}".lower(),
        author_id=author_id,
        trusted_id=trusted_id,
        made_at=now,
        owed_by=_owed_by(db, body, now),
    )
    db.add(topic)
    db.flush()
    log.note(db, "topic.proposed", by=by, now=now, body=body, detail=title)
    return topic


def _owed_by(db: Db, body: Body, now: datetime) -> datetime:
    """The end of the last day, in the body's zone, on which the answer is in time."""
    today = days.local_day(now, body.zone)
    terms = rules.holding(db, body, today).terms
    return days.at(today + timedelta(days=terms.answer_days), "24:00", body.zone)


def held(db: Db, topic: Topic) -> Topic:
    """The topic with its row held until the transaction ends, as it is now.

    Whoever holds more holds in this order: session, body, topic.
    """
    db.flush()
    db.refresh(topic, with_for_update={"of": Topic})
    return topic


@dataclass(frozen=True)
class Backing:
    """Who supports a topic, as counts."""

    supporters: int
    voting: int
    """Those of them who may vote: they count for the quota."""
    is_mine: bool
    """Whether the reader is among them."""
    needed: int | None
    """How many voting supporters put it onto the next agenda; None: the rules know no such way."""


def backing(db: Db, topic: Topic, *, reader: Person, now: datetime) -> Backing:
    """Counts, not names."""
    votes = Member.role.in_(sorted(policy.VOTES)) & Person.left_at.is_(None)
    every, voting, mine = db.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((votes, 1), else_=0)), 0),
            func.coalesce(func.sum(case((Support.person_id == reader.id, 1), else_=0)), 0),
        )
        .select_from(Support)
        .join(Person, Person.id == Support.person_id)
        .outerjoin(
            Member, (Member.person_id == Support.person_id) & (Member.body_id == topic.body_id)
        )
        .where(Support.topic_id == topic.id)
    ).one()
    return Backing(every, int(voting), bool(mine), _needed(db, topic.body, now))


def _needed(db: Db, body: Body, now: datetime) -> int | None:
    terms = rules.holding(db, body, days.local_day(now, body.zone)).terms
    if terms.force_topic is None:
        return None
    members = db.scalar(
        select(func.count())
        .select_from(Member)
        .join(Person, Person.id == Member.person_id)
        .where(
            Member.body_id == body.id,
            Member.role.in_(sorted(policy.VOTES)),
            Person.left_at.is_(None),
        )
    )
    return terms.force_topic.of(members or 0)


def support(db: Db, topic: Topic, *, by: Person, now: datetime) -> None:
    """Support a topic; a second time changes nothing. Enough supporters force it.

    An answer does not end this: what a chair has declined, or put off to a distant session, can
    still be forced onto the next agenda.

    raises  NotFound, NotAllowed by the policy; NotAllowed once it was dealt with
    """
    policy.require_body(policy.may_propose, by, topic.body)
    forced.hold(db, topic.body, now=now)
    held(db, topic)
    if topic.dealt_with_at is not None:
        raise NotAllowed("This topic has been dealt with.")
    if db.get(Support, (topic.id, by.id)) is not None:
        return
    db.add(Support(topic_id=topic.id, person_id=by.id, at=now))
    db.flush()
    if topic.forced_at is not None:
        return
    counted = backing(db, topic, reader=by, now=now)
    if counted.needed is not None and counted.voting >= counted.needed:
        topic.forced_at = now
        db.flush()
        # Without a name: which supporter was the last one is nobody's business.
        log.note(db, "topic.forced", by=None, now=now, body=topic.body, detail=topic.title)
        forced.place(db, topic.body, now=now)
        _tell(db, topic, {"answer": "forced"} | _of_session(_on(db, topic)), now)


def take_support_back(db: Db, topic: Topic, *, by: Person, now: datetime) -> None:
    """No longer support a topic; possible until enough did.

    raises  NotFound, NotAllowed by the policy; NotAllowed once the topic is on an agenda by it
    """
    policy.require_body(policy.may_propose, by, topic.body)
    held(db, topic)
    kept = db.get(Support, (topic.id, by.id))
    if kept is None:
        return
    if topic.forced_at is not None:
        raise NotAllowed(
            "Enough members have put this topic onto the agenda: support is no longer taken back."
        )
    db.delete(kept)
    db.flush()


@dataclass(frozen=True)
class Answer:
    """What chair or staff say to a topic."""

    kind: str
    """One of ANSWERS."""
    reason: str = ""
    """Why it is declined; with other answers a word beside it."""
    session: Session | None = None
    who: Person | None = None
    paper_by: date | None = None
    """The day until which the commissioned paper is to be there."""


def answer(db: Db, topic: Topic, said: Answer, *, by: Person, now: datetime) -> None:
    """Answer a topic, once and for good; its author, or who lends their name, gets a mail.

    raises  NotFound, NotAllowed by the policy and for what was answered before;
            Invalid naming the field
    """
    policy.require_body(policy.may_answer_topics, by, topic.body)
    if said.session is not None:
        db.refresh(said.session, with_for_update={"of": Session})
    held(db, topic)
    if topic.answer is not None:
        raise NotAllowed("This topic has been answered already.")
    if topic.forced_at is not None:
        raise NotAllowed(
            "Enough members have put this topic onto the agenda: it is answered there."
        )
    _check(db, topic, said, now)
    topic.answer, topic.reason = said.kind, said.reason.strip()
    topic.answered_by_id, topic.answered_by, topic.answered_at = by.id, by, now
    facts: dict[str, Any] = {"answer": said.kind, "reason": topic.reason}
    if said.kind == "scheduled" and said.session is not None:
        _schedule(db, topic, said.session, by, now)
        facts |= _of_session(said.session)
    elif said.kind == "commissioned" and said.who is not None and said.paper_by is not None:
        topic.commissioned_to_id, topic.commissioned_to = said.who.id, said.who
        topic.paper_by = said.paper_by
        facts |= {"who": said.who.name, "day": said.paper_by.isoformat()}
        if said.who.id != by.id:
            _ask_for_paper(db, topic, said.who, said.paper_by, now)
    db.flush()
    log.note(db, f"topic.{said.kind}", by=by, now=now, body=topic.body, detail=topic.title)
    _tell(db, topic, facts, now)


def _check(db: Db, topic: Topic, said: Answer, now: datetime) -> None:
    if said.kind not in ANSWERS:
        raise Invalid("answer", "Please choose an answer.")
    if len(said.reason) > LONGEST_REASON:
        raise Invalid(
            "reason", "This is too long: at most %(most)s characters.", most=LONGEST_REASON
        )
    if said.kind == "declined" and not said.reason.strip():
        raise Invalid("reason", "Please say why: whoever proposed it will read this.")
    if said.kind == "scheduled":
        _check_session(topic, said.session, now)
    if said.kind == "commissioned":
        _check_commission(db, topic, said, now)


def _check_session(topic: Topic, session: Session | None, now: datetime) -> None:
    if (
        session is None
        or session.body_id != topic.body_id
        or session.kind == "circular"
        or session.state not in AHEAD
        or session.starts_at <= now
    ):
        raise Invalid("session", "Please choose a session that is still ahead.")


def _check_commission(db: Db, topic: Topic, said: Answer, now: datetime) -> None:
    if (
        said.who is None
        or said.who.left_at is not None
        or not policy.may_start_paper(said.who, topic.body)
    ):
        raise Invalid("who", "Please choose a member of the body who writes the paper.")
    today = days.local_day(now, topic.body.zone)
    if said.paper_by is None:
        raise Invalid("paper_by", "Please give a date.")
    if said.paper_by < today:
        raise Invalid("paper_by", "This day has passed.")
    if said.paper_by > today + FURTHEST:
        raise Invalid("paper_by", "This day is too far ahead.")


def _schedule(db: Db, topic: Topic, session: Session, by: Person, now: datetime) -> None:
    item = agenda.add(db, session, agenda.Facts(topic.title), by=by, now=now)
    item.topic_id, item.topic = topic.id, topic
    item.proposed_by_id = topic.author_id


def begin_paper(db: Db, topic: Topic, *, by: Person, now: datetime) -> Paper:
    """Begin the commissioned paper from the topic; its page then links it.

    raises  NotFound, NotAllowed by the policy, or where none is commissioned or one has begun
    """
    policy.require_body(policy.may_start_paper, by, topic.body)
    db.execute(select(Body.id).where(Body.id == topic.body_id).with_for_update())
    held(db, topic)
    lead = topic.commissioned_to
    if lead is None:
        raise NotAllowed("No paper was commissioned for this topic.")
    if topic.paper_id is not None:
        raise NotAllowed("The paper has been begun already.")
    if by.id != lead.id and not policy.may_answer_topics(by, topic.body):
        raise NotAllowed("Only %(name)s, chair or staff begin this paper.", name=lead.name)
    doc = paper_templates.document("template", "de")
    paper = papers.start(db, topic.body, topic.title, doc=doc, lead=lead, by=by, now=now)
    topic.paper_id = paper.id
    db.flush()
    log.note(db, "topic.paper_begun", by=by, now=now, paper=paper, body=topic.body)
    return paper


def items_of(db: Db, topic: Topic, *, reader: Person) -> list[Item]:
    """The agenda items that deal with the topic, newest first, as far as the reader sees them."""
    query = (
        select(Item)
        .where(Item.topic_id == topic.id, Item.session_id.is_not(None), Item.state != "declined")
        .order_by(Item.id.desc())
        .options(joinedload(Item.session), joinedload(Item.paper))
    )
    every = agenda.visible(db.scalars(query), reader, topic.body)
    return [each for each in every if each.paper is None or policy.may_read(reader, each.paper)]


def sessions_ahead(db: Db, body: Body, *, now: datetime) -> list[Session]:
    """Where a topic can be scheduled, next ones first."""
    query = (
        select(Session)
        .where(
            Session.body_id == body.id,
            Session.state.in_(AHEAD),
            Session.kind != "circular",
            Session.starts_at > now,
        )
        .order_by(Session.starts_at, Session.id)
        .limit(60)
    )
    return list(db.scalars(query))


def _on(db: Db, topic: Topic) -> Session | None:
    item = db.scalar(
        select(Item)
        .where(Item.topic_id == topic.id, Item.is_forced)
        .order_by(Item.id.desc())
        .limit(1)
        .options(joinedload(Item.session))
    )
    return item.session if item is not None else None


def _of_session(session: Session | None) -> dict[str, Any]:
    if session is None:
        return {}
    return {
        "session": session.title or session.number,
        "at": session.starts_at.isoformat(),
        "zone": session.body.zone,
    }


def _tell(db: Db, topic: Topic, facts: dict[str, Any], now: datetime) -> None:
    """To its author, or to who lends their name."""
    whom = topic.author or topic.trusted
    if whom is not None and whom.left_at is None:
        mail.queue(
            db, to=whom, template="topic_answered", facts=_mail_facts(topic) | facts, now=now
        )


def _ask_for_paper(db: Db, topic: Topic, who: Person, until: date, now: datetime) -> None:
    facts = _mail_facts(topic) | {"day": until.isoformat()}
    mail.queue(db, to=who, template="topic_commissioned", facts=facts, now=now)


def _mail_facts(topic: Topic) -> dict[str, Any]:
    return {
        "title": topic.title,
        "path": f"/topics/{topic.id}",
        "is_trusted": topic.author_id is None,
        "reason": "",
        "session": "",
    }
