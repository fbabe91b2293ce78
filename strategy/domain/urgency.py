"""A late paper all the same: urgency voted by the board, signatures, and the one gate."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from strategy.domain import attendance, lead_time, log, policy, sessions, tablings
from strategy.domain.lead_time import Votes
from strategy.domain.tablings import Standing
from strategy.errors import Invalid, NotAllowed
from strategy.store.agenda import Item
from strategy.store.people import Person
from strategy.store.sessions import Session
from strategy.store.tablings import Backing, Tabling, TakenBack, UrgencyVote


def back(db: Db, tabling: Tabling, *, by: Person, now: datetime) -> None:
    """A voting member signs for a late paper, where the rules ask for signatures."""
    policy.require(policy.may_read, by, tabling.paper)
    policy.require_body(policy.may_vote, by, tabling.paper.body)
    sessions.held(db, tabling.session)
    needed = sessions.terms_of(db, tabling.session).late_backers
    if not needed or not lead_time.needs_urgency(tabling.late_by, tabling.reading_short):
        raise NotAllowed("This paper needs no signatures.")
    if tabling.session.state not in tablings.TAKES or db.get(TakenBack, tabling.id) is not None:
        raise NotAllowed("It is too late to sign.")
    if db.get(Backing, (tabling.id, by.id)) is None:
        db.add(Backing(tabling_id=tabling.id, person_id=by.id, at=now))
        db.flush()
        log.note(db, "paper.backed", by=by, now=now, paper=tabling.paper, session=tabling.session)


def vote(
    db: Db,
    tabling: Tabling,
    *,
    cause: str,
    because: str,
    yes: int,
    no: int,
    abstain: int,
    by: Person,
    now: datetime,
) -> UrgencyVote:
    """Record the board's vote on whether to decide a late paper all the same. Once.

    raises  NotFound, NotAllowed by the policy and where there is nothing to vote on;
            Invalid naming the field
    """
    session = tabling.session
    policy.require(policy.may_read, by, tabling.paper)
    policy.require_body(policy.may_run_sessions, by, session.body)
    sessions.held(db, session)
    if session.state != "running":
        raise NotAllowed("Urgency is voted on in the session, once it is open.")
    if (
        db.get(TakenBack, tabling.id) is not None
        or tablings.standing(db, tabling.paper) is not tabling
    ):
        raise NotAllowed("This is not the tabled text.")
    if not lead_time.needs_urgency(tabling.late_by, tabling.reading_short):
        raise NotAllowed("This paper came in time: it needs no urgency.")
    terms = sessions.terms_of(db, session)
    if not terms.urgency:
        raise NotAllowed("The rules of procedure know no vote on urgency.")
    if db.get(UrgencyVote, tabling.id) is not None:
        raise NotAllowed("The vote on urgency has been recorded already. It stands.")
    refused = (
        select(UrgencyVote.tabling_id)
        .join(Tabling, Tabling.id == UrgencyVote.tabling_id)
        .where(
            Tabling.paper_id == tabling.paper_id,
            Tabling.session_id == session.id,
            UrgencyVote.is_granted.is_(False),
        )
    )
    if db.scalar(refused.limit(1)) is not None:
        raise NotAllowed("The board has not granted urgency to this paper. It stands.")
    for name, words in (("cause", cause), ("because", because)):
        if not words.strip():
            raise Invalid(name, "Please fill this in.")
    there = attendance.require_quorum(db, session)
    check_votes(yes, no, abstain, there.present)
    votes = Votes(yes, no, abstain, there.present, there.members)
    made = UrgencyVote(
        tabling_id=tabling.id,
        cause=cause.strip(),
        because=because.strip(),
        yes=yes,
        no=no,
        abstain=abstain,
        present=there.present,
        members=there.members,
        majority=terms.urgency,
        is_granted=lead_time.reached(terms.urgency, votes),
        by_id=by.id,
        at=now,
    )
    db.add(made)
    db.flush()
    if made.is_granted:
        tabling.item.kind = "decision"
    verb = "urgency.granted" if made.is_granted else "urgency.refused"
    log.note(db, verb, by=by, now=now, paper=tabling.paper, session=session)
    return made


def check_votes(yes: int, no: int, abstain: int, present: int) -> None:
    """Refuse more votes than members who may vote are there.

    raises  Invalid
    """
    if min(yes, no, abstain) < 0:
        raise Invalid("yes", "A number of votes cannot be negative.")
    if yes + no + abstain > present:
        raise Invalid(
            "yes",
            "More votes than members: %(votes)s of %(present)s who are there and may vote.",
            votes=yes + no + abstain,
            present=present,
        )


def check_quorum_and_votes(
    db: Db, session: Session, *, yes: int, no: int, abstain: int, is_unanimous: bool
) -> None:
    """Refuse what was decided without a quorum, or with more votes than may be.

    is_unanimous    decided without a count: then nothing may be counted
    raises          NotAllowed, Invalid
    """
    there = attendance.require_quorum(db, session)
    if not is_unanimous:
        check_votes(yes, no, abstain, there.present)
    elif yes or no or abstain:
        raise Invalid("is_unanimous", "Please give either votes or “without a count”.")


def admit(db: Db, item: Item) -> Standing | None:
    """The one gate: let the item be decided, or say why not. Its paper's tabling, if it has one.

    raises  Late; NotAllowed where its paper is not tabled
    """
    if item.paper is None:
        return None
    found = tablings.of_items(db, [item.id]).get(item.id)
    session = item.session
    if found is None or session is None or item.paper.state != "tabled":
        raise NotAllowed("The paper of this item is not tabled.")
    if found.tabling.session_id != session.id:
        raise NotAllowed("The paper of this item is not tabled.")
    needed = sessions.terms_of(db, session).late_backers
    lead_time.admit(
        late_by=found.tabling.late_by,
        reading_short=found.tabling.reading_short,
        is_urgent=found.vote.is_granted if found.vote else None,
        backers=found.backers,
        backers_needed=needed,
        facts={"number": item.paper.number},
    )
    return found


def make_decision_item(db: Db, session: Session, item: Item, *, by: Person, now: datetime) -> None:
    """Let the item of a paper be one for decision, if the paper may be decided.

    raises  Late, NotAllowed
    """
    policy.require_body(policy.may_run_sessions, by, session.body)
    sessions.held(db, session)
    if session.state not in tablings.TAKES:
        raise NotAllowed("This agenda is closed.")
    admit(db, item)
    item.kind = "decision"
    log.note(db, "item.to_decision", by=by, now=now, paper=item.paper, session=session)
