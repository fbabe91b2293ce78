"""Decisions: recorded once, never edited, superseded only by another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, exists, func, or_, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import aliased, joinedload

from strategy.domain import (
    lead_time,
    log,
    minutes_draft,
    policy,
    resolutions,
    revisions,
    sessions,
    tablings,
    turns,
    urgency,
)
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.agenda import Item
from strategy.store.bodies import Body, Member
from strategy.store.decisions import CARRIED, OUTCOMES, Decision, Dissent
from strategy.store.goals import Goal
from strategy.store.papers import APART, Paper
from strategy.store.people import Person
from strategy.store.sessions import Attendance, Session
from strategy.text.changes import changes, in_whole_words
from strategy.text.compare import compare
from strategy.text.extent import is_new_matter
from strategy.text.positions import plain_text

LONGEST_TEXT = 100_000
LONGEST_PROCEDURE = 300
"""Characters of a decision that has no paper: about how the session goes on, not about matters."""
LONGEST_NOTE = 5_000
LONG_TITLE = 10
"""Letters from which a title is one that nobody says by chance."""
NEEDS_REASON = frozenset({"rejected", "referred", "postponed"})
UNDEALT = frozenset({"not_dealt_with", "withdrawn", "settled"})
"""Outcomes by which nobody has dealt with an item: not for what members have put there."""
PER_PAGE = 40


@dataclass(frozen=True)
class Outcome:
    """What the board has decided, as its secretary writes it down."""

    outcome: str
    text: str = ""
    """The wording that holds; empty: that of the tabled paper."""
    merged: str = ""
    """The fingerprint of the text with its adopted amendments, if that is the wording."""
    yes: int = 0
    no: int = 0
    abstain: int = 0
    is_unanimous: bool = False
    reason: str = ""
    responsible: str = ""
    due: str = ""
    budget: str = ""
    distribution: str = ""
    supersedes: int | None = None
    """The id of the decision that this one takes the place of."""


def motion_of(doc: dict[str, Any]) -> str:
    """What a paper asks the board to decide: its Beschlussvorschlag, else the whole text."""
    motions = [node for node in doc.get("content", ()) if node.get("type") == "motion"]
    found = "\n\n".join(plain_text(node) for node in motions).strip()
    return found or plain_text(doc).strip()


def wording(words: str, lang: str) -> dict[str, Any]:
    """A decision's words as a document, a paragraph for each line."""
    lines = [minutes_draft.paragraph(line) for line in words.split("\n") if line.strip()]
    return minutes_draft.whole(lines, lang)


def record(
    db: Db, session: Session, item: Item, said: Outcome, *, by: Person, now: datetime
) -> Decision:
    """Write down what was decided on an item. Its paper's text and state follow.

    raises  NotFound, NotAllowed by the policy and by the state of session and item;
            Late where the paper may only be discussed; Invalid naming the field
    """
    policy.require_body(policy.may_run_sessions, by, session.body)
    sessions.held(db, session)
    _check_turn(db, session, item)
    if said.outcome not in OUTCOMES:
        raise Invalid("outcome", "There is no such outcome.")
    _check_without_paper(db, session, item, said)
    is_circular = session.kind == "circular"
    _check_votes(db, session, said, is_circular)
    tabled = None
    if said.outcome in CARRIED or said.outcome == "rejected":
        tabled = urgency.admit(db, item)
        if item.paper is not None and item.kind != "decision":
            raise NotAllowed("This item is not one for decision.")
    if item.is_forced and said.outcome in UNDEALT:
        raise NotAllowed(
            "Enough members have put this onto the agenda: it stays until it was dealt with."
        )
    if said.outcome in NEEDS_REASON and not said.reason:
        raise Invalid("reason", "Please say why.")
    text, number = _text(db, item, said, tabled, by, now)
    if item.paper is not None and tabled is not None:
        resolutions.close(db, item.paper, by=by, now=now)
        if said.merged and said.outcome in CARRIED and number is not None:
            resolutions.tell(db, item.paper, number, by=by, now=now)
    superseded = _superseded(db, item, said.supersedes)
    year = now.astimezone(ZoneInfo(session.body.zone)).year
    db.execute(select(Body.id).where(Body.id == session.body_id).with_for_update())
    last = db.scalar(
        select(func.max(Decision.serial)).where(
            Decision.body_id == session.body_id, Decision.year == year
        )
    )
    made = Decision(
        body_id=session.body_id,
        body=session.body,
        year=year,
        serial=(last or 0) + 1,
        session_id=session.id,
        item_id=item.id,
        paper_id=item.paper_id,
        revision=number,
        title=item.paper.title if item.paper is not None else item.title,
        outcome=said.outcome,
        text=text,
        yes=said.yes,
        no=said.no,
        abstain=said.abstain,
        is_unanimous=said.is_unanimous,
        reason=said.reason,
        responsible=said.responsible,
        due=said.due,
        budget=said.budget,
        distribution=said.distribution,
        goal_id=tabled.tabling.goal_id if tabled else None,
        was_late=bool(
            tabled and lead_time.needs_urgency(tabled.tabling.late_by, tabled.tabling.reading_short)
        ),
        supersedes_id=superseded.id if superseded else None,
        by_id=by.id,
        at=now,
    )
    db.add(made)
    db.flush()
    _lead_on(item, said.outcome, now)
    if said.outcome == "postponed":
        item.state = "not_reached"
    elif item.state == "open":
        turns.finish(db, session, item, by=by, now=now)
    log.note(
        db, "decision.recorded", by=by, now=now, paper=item.paper, session=session,
        detail=made.number,
    )  # fmt: skip
    return made


def _check_turn(db: Db, session: Session, item: Item) -> None:
    """Refuse what cannot be decided now, whatever it is."""
    if session.state != "running":
        raise NotAllowed("Decisions are recorded in the session, once it is open.")
    if item.state == "proposed":
        raise NotAllowed("This item is only proposed.")
    if of_item(db, item) is not None:
        raise NotAllowed("This item has been decided already. It stands.")
    sent_round = session.convened_at if session.kind == "circular" else None
    if item.paper is None and sent_round is not None and item.made_at > sent_round:
        raise NotAllowed("This was not part of what was sent round.")


def _check_without_paper(db: Db, session: Session, item: Item, said: Outcome) -> None:
    """Refuse an item without a paper what needs one: a text, funds, a place in the register."""
    if item.paper is not None:
        return
    if said.outcome == "adopted_changed":
        raise Invalid("outcome", "Without a paper there is no text that could be changed.")
    if len(said.text) > LONGEST_PROCEDURE:
        raise Invalid(
            "text",
            "Without a paper the board decides how it goes on, in %(most)s characters at"
            " most. Whatever is more needs a tabled paper.",
            most=LONGEST_PROCEDURE,
        )
    if said.outcome in CARRIED and not said.text:
        raise Invalid("text", "Please write down what was decided.")
    if said.budget:
        raise Invalid("budget", "Funds are decided on a tabled paper.")
    _check_no_other_paper(db, item, item.title, said.text)


def _check_no_other_paper(db: Db, item: Item, *words: str) -> None:
    """Refuse words that name an undecided paper of the body: it has an item of its own."""
    on_agenda = exists().where(Item.session_id == item.session_id, Item.paper_id == Paper.id)
    shared = select(Paper).where(
        Paper.body_id == item.body_id,
        Paper.id != (item.paper_id or 0),
        Paper.kind.not_in(APART),
        Paper.shared_at.is_not(None),
        Paper.state != "decided",
        or_(Paper.state.in_(("consultation", "tabled")), on_agenda),
    )
    named = {pair for each in words for pair in pairwise(map(int, re.findall(r"\d{1,9}", each)))}
    for paper in db.scalars(shared):
        if (paper.year, paper.serial) in named or _say(words, paper.title):
            raise NotAllowed(
                "This is about the paper %(number)s: it is decided at its own item.",
                number=paper.number,
            )


def _say(words: Iterable[str], title: str) -> bool:
    """Whether one of them is the title, or has it inside if it is not a word said by chance."""
    wanted, *bare = (re.sub(r"[\W_]+", "", each).casefold() for each in (title, *words))
    is_long = len(wanted) >= LONG_TITLE
    return any(each and (wanted == each or (is_long and wanted in each)) for each in bare)


def _check_votes(db: Db, session: Session, said: Outcome, is_circular: bool) -> None:
    if is_circular:
        return  # nobody has objected: sessions.begin has seen to that
    urgency.check_quorum_and_votes(
        db, session, yes=said.yes, no=said.no, abstain=said.abstain,
        is_unanimous=said.is_unanimous,
    )  # fmt: skip
    if said.is_unanimous:
        return
    if said.outcome in CARRIED and said.yes <= said.no:
        raise Invalid("yes", "With these votes it is not adopted: more yes than no is needed.")
    if said.outcome == "rejected" and said.yes > said.no:
        raise Invalid("yes", "With these votes it is not rejected.")


def _text(
    db: Db,
    item: Item,
    said: Outcome,
    tabled: tablings.Standing | None,
    by: Person,
    now: datetime,
) -> tuple[str, int | None]:
    """The wording that holds, and the revision it is taken from."""
    if len(said.text) > LONGEST_TEXT:
        raise Invalid("text", "This is too long: at most %(most)s characters.", most=LONGEST_TEXT)
    if item.paper is None:
        return said.text if said.outcome in CARRIED else "", None
    if tabled is None:
        return "", None
    revision = revisions.find(db, item.paper, tabled.tabling.revision)
    motion = motion_of(json.loads(revision.doc))
    if said.outcome in CARRIED and said.merged:
        if said.outcome != "adopted_changed":
            raise Invalid("outcome", "With amendments in its text it is adopted with changes.")
        revision, doc = resolutions.take(db, item.paper, said.merged, by=by, now=now)
        return motion_of(doc), revision.number
    if said.outcome == "adopted" and resolutions.text(db, item.paper) is not None:
        raise Invalid("outcome", "Amendments are adopted: is it not adopted with changes, then?")
    if said.outcome == "adopted":
        if said.text and said.text.split() != motion.split():
            raise Invalid(
                "text", "This is not the tabled wording. Was it adopted with changes, then?"
            )
        return motion, revision.number
    if said.outcome == "adopted_changed":
        if not said.text or said.text.split() == motion.split():
            raise Invalid("text", "Please write down the wording with its changes.")
        lang = item.paper.lang
        change = compare(wording(motion, lang), wording(said.text, lang))
        if is_new_matter(change):
            raise Invalid(
                "text",
                "This puts in more than half as much as was tabled: whatever is more needs a"
                " tabled paper.",
            )
        put_in = " ".join(each.after for each in map(in_whole_words, changes(change)))
        _check_no_other_paper(db, item, put_in)
        return said.text, revision.number
    return "", revision.number


def _superseded(db: Db, item: Item, decision_id: int | None) -> Decision | None:
    if decision_id is None:
        return None
    found = db.get(Decision, decision_id) if 0 < decision_id < 2**31 else None
    if found is None or found.body_id != item.body_id:
        raise Invalid("supersedes", "There is no such decision.")
    if db.scalar(select(Decision.id).where(Decision.supersedes_id == found.id)) is not None:
        raise Invalid("supersedes", "This decision has been superseded already.")
    if found.paper_id is not None and item.paper is None:
        raise Invalid("supersedes", "What was decided on a paper is superseded by a paper only.")
    return found


def _lead_on(item: Item, outcome: str, now: datetime) -> None:
    """What becomes of the paper: decided, or worked on again."""
    paper = item.paper
    if paper is None:
        return
    if outcome == "postponed":
        return  # it stays tabled, to be carried over
    if outcome in ("referred", "not_dealt_with"):
        paper.state, paper.tabled_at = "consultation", None
    elif outcome == "withdrawn":
        paper.state, paper.withdrawn_at, paper.tabled_at = "withdrawn", now, None
    else:
        paper.state, paper.decided_at = "decided", now


def of_item(db: Db, item: Item) -> Decision | None:
    """What was decided on the item."""
    return db.scalar(select(Decision).where(Decision.item_id == item.id).limit(1))


def of_session(db: Db, session: Session) -> dict[int, Decision]:
    """What the session has decided, by item."""
    query = select(Decision).where(Decision.session_id == session.id)
    return {each.item_id: each for each in db.scalars(query)}


def find(db: Db, decision_id: int, *, reader: Person) -> Decision:
    """The decision.

    raises  NotFound if there is none, or the reader does not belong to its body
    """
    found = db.get(
        Decision,
        decision_id,
        options=[
            joinedload(Decision.body),
            joinedload(Decision.session),
            joinedload(Decision.item),
        ],
    )
    if found is None or policy.role(found.body, reader) is None:
        raise NotFound("There is no such decision.")
    if found.item.is_confidential and policy.role(found.body, reader) == "guest":
        raise NotFound("There is no such decision.")
    return found


def successor(db: Db, decision: Decision) -> Decision | None:
    """The decision that has taken its place."""
    return db.scalar(select(Decision).where(Decision.supersedes_id == decision.id))


def dissent(db: Db, decision: Decision, text: str, *, by: Person, now: datetime) -> None:
    """A voting member's own words beside the decision, once."""
    policy.require_body(policy.may_vote, by, decision.body)
    if not took_part(db, decision, by):
        raise NotAllowed("Who was not in the session has no dissenting note.")
    text = text.strip()
    if not text:
        raise Invalid("text", "Please fill this in.")
    if len(text) > LONGEST_NOTE:
        raise Invalid("text", "This is too long: at most %(most)s characters.", most=LONGEST_NOTE)
    if db.get(Dissent, (decision.id, by.id)) is not None:
        raise NotAllowed("Your words stand beside this decision already.")
    db.add(Dissent(decision_id=decision.id, person_id=by.id, text=text, at=now))
    db.flush()
    log.note(db, "decision.dissent", by=by, now=now, session=decision.session,
             detail=decision.number)  # fmt: skip


def took_part(db: Db, decision: Decision, person: Person) -> bool:
    """Whether the person was in the session that decided; all take part in a circular one."""
    if decision.session.kind == "circular":
        return True
    there = db.get(Attendance, (decision.session_id, person.id))
    return there is not None and there.came_at is not None


def tabled_motion(db: Db, decision: Decision) -> str:
    """What the decision's paper had asked for as it was tabled for that item; "" without one."""
    standing = tablings.of_items(db, [decision.item_id]).get(decision.item_id)
    if standing is None or decision.paper is None:
        return ""
    revision = revisions.find(db, decision.paper, standing.tabling.revision)
    return motion_of(json.loads(revision.doc))


def dissents_of(db: Db, decided: Iterable[Decision]) -> dict[int, list[Dissent]]:
    """The dissenting notes of each of the decisions, oldest first."""
    query = (
        select(Dissent)
        .where(Dissent.decision_id.in_([each.id for each in decided]))
        .order_by(Dissent.at)
        .options(joinedload(Dissent.person))
    )
    found: dict[int, list[Dissent]] = {}
    for each in db.scalars(query):
        found.setdefault(each.decision_id, []).append(each)
    return found


def dissents(db: Db, decision: Decision) -> Sequence[Dissent]:
    """What members have written beside the decision."""
    return dissents_of(db, [decision]).get(decision.id, [])


@dataclass(frozen=True)
class Wanted:
    """What the register is narrowed to. Empty fields narrow nothing."""

    query: str = ""
    outcome: str = ""
    body: str = ""
    """A body's slug."""
    year: int | None = None
    goal: int | None = None
    page: int = 1
    """From 1."""


def listed(db: Db, wanted: Wanted, *, reader: Person) -> tuple[Sequence[Row[Any]], int]:
    """A page of the register, newest first, and how many there are in all. One query."""
    later = aliased(Decision)
    membership = exists().where(
        Member.body_id == Decision.body_id,
        Member.person_id == reader.id,
        or_(Member.role != "guest", Item.is_confidential.is_(False)),
    )
    query: Any = (
        select(
            Decision.id,
            Decision.year,
            Decision.serial,
            Decision.title,
            Decision.outcome,
            Decision.at,
            Decision.responsible,
            Decision.due,
            Decision.was_late,
            Decision.paper_id,
            (Decision.paper_id.is_(None) & Decision.outcome.in_(CARRIED)).label("is_without_paper"),
            Body.name.label("body"),
            Goal.title.label("goal"),
            later.id.label("superseded_by"),
            func.count().over().label("whole"),
        )
        .join(Body, Body.id == Decision.body_id)
        .join(Item, Item.id == Decision.item_id)
        .outerjoin(Goal, Goal.id == Decision.goal_id)
        .outerjoin(later, later.supersedes_id == Decision.id)
        .where(membership)
        .order_by(Decision.at.desc(), Decision.id.desc())
    )
    if wanted.outcome in OUTCOMES:
        query = query.where(Decision.outcome == wanted.outcome)
    if wanted.body:
        query = query.where(Body.slug == wanted.body)
    if wanted.year is not None:
        query = query.where(Decision.year == wanted.year)
    if wanted.goal is not None:
        query = query.where(Decision.goal_id == wanted.goal)
    for word in wanted.query.split()[:8]:
        query = query.where(
            or_(
                Decision.title.icontains(word, autoescape=True),
                Decision.text.icontains(word, autoescape=True),
                Decision.responsible.icontains(word, autoescape=True),
            )
        )
    rows = db.execute(query.limit(PER_PAGE).offset(PER_PAGE * (wanted.page - 1))).all()
    return rows, int(rows[0].whole) if rows else 0
