"""Tabling: a paper is filed for a session, its lead time stamped in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.domain import (
    attachments,
    bodies,
    carrying,
    lead_time,
    lines,
    log,
    mail,
    notices,
    policy,
    revisions,
    sessions,
)
from strategy.domain.lead_time import Stamp
from strategy.domain.terms import Terms
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.agenda import KINDS, Item
from strategy.store.comments import Comment
from strategy.store.goals import Goal
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.revisions import Revision
from strategy.store.sessions import Session
from strategy.store.tablings import Backing, Tabling, TakenBack, UrgencyVote
from strategy.text.editorial import is_editorial
from strategy.text.positions import plain_text

LONGEST_REASON = 2_000
TAKES = ("planned", "convened", "running")
"""States of a session that papers can be filed for."""


@dataclass(frozen=True)
class Filing:
    """What its author says when a paper is tabled."""

    goal: Goal | None = None
    no_goal_because: str = ""
    open_because: str = ""
    """Why it is tabled though objections have no answer."""
    kind: str = "decision"
    """What the item is to be, if the paper is in time."""
    is_editorial: bool = False
    """Only spelling was corrected since it was last tabled, says a chair."""


def hold(db: Db, paper: Paper, session: Session) -> None:
    """Hold both rows until the transaction ends: read the clock after this, not before."""
    sessions.held(db, session)
    db.execute(select(Paper.id).where(Paper.id == paper.id).with_for_update())
    db.refresh(paper)


def open_objections(db: Db, paper: Paper) -> Sequence[Comment]:
    """Objections to the paper that nobody has answered."""
    query = (
        select(Comment)
        .where(
            Comment.paper_id == paper.id,
            Comment.kind == "objection",
            Comment.thread_id.is_(None),
            Comment.resolved_at.is_(None),
            Comment.deleted_at.is_(None),
        )
        .order_by(Comment.made_at)
        .options(joinedload(Comment.author))
    )
    return db.scalars(query).all()


def table(
    db: Db, paper: Paper, session: Session, filing: Filing, *, by: Person, now: datetime
) -> Tabling:
    """File the paper: its text is frozen as a revision and the lead time stamped, once.

    now     the server's moment, read while `hold` holds the rows; where the clock has gone back
            since something happened to the paper, that later moment counts
    raises  NotFound, NotAllowed by the policy; Invalid naming the field; NotAllowed where the
            session takes no papers
    """
    policy.require(policy.may_table, by, paper)
    hold(db, paper, session)
    policy.require(policy.may_table, by, paper)  # somebody may have been quicker
    if session.body_id != paper.body_id:
        raise NotFound("There is no such session.")
    if session.state not in TAKES:
        raise NotAllowed("Papers can no longer be tabled for this session.")
    _check(filing, paper, by)
    unanswered = open_objections(db, paper)
    if unanswered and not filing.open_because:
        raise Invalid(
            "open_because",
            "Objections have no answer yet. Please answer them, or say why you go on: everybody"
            " will read it.",
        )
    before = newest(db, paper)
    now = _moment(now, before, revisions.newest(db, paper))
    terms = sessions.pin(db, session, now=now)
    revision = revisions.take(db, paper, "", by=by, now=now, kind="state")
    stamp = _stamped(db, paper, session, terms, filing, before, revision, now)
    item = _item(db, paper, session, filing, stamp, by, now)
    made = keep(
        db,
        paper,
        item,
        stamp,
        revision=revision,
        filing=filing,
        open_objections=len(unanswered),
        by=by,
        now=now,
    )
    paper.state, paper.tabled_at, paper.consults_until = "tabled", now, None
    paper.shared_at = paper.shared_at or now
    if before is not None:
        carrying.carry(db, made, now=now)
    log.note(
        db, "paper.tabled", by=by, now=now, paper=paper, session=session, detail=session.number
    )
    doc = json.loads(revision.doc)
    former = revisions.find(db, paper, before.revision) if before is not None else None
    lines.ask(db, paper, revision.number, now=now)
    _receipt(db, made, doc, now)
    notices.of_tabling(
        db,
        made,
        doc,
        json.loads(former.doc) if former else None,
        attached=attachments.changed(db, before, made) if before else (),
        now=now,
    )
    return made


def _check(filing: Filing, paper: Paper, by: Person) -> None:
    if filing.kind not in KINDS:
        raise Invalid("kind", "There is no such kind of item.")
    if filing.goal is not None and filing.goal.body_id != paper.body_id:
        raise Invalid("goal", "There is no such goal.")
    if filing.goal is None and not filing.no_goal_because:
        raise Invalid("no_goal_because", "Please name a goal, or say why there is none.")
    if filing.is_editorial and not policy.is_chair(by, paper.body):
        raise NotAllowed("Only a chair can say that a correction is editorial.")


def _moment(now: datetime, before: Tabling | None, revision: Revision | None) -> datetime:
    """Never earlier than what has happened already, whatever the clock says."""
    known = [now]
    if before is not None:
        known.append(before.made_at)
    if revision is not None:
        known.append(revision.made_at)
    return max(known)


def _stamped(
    db: Db,
    paper: Paper,
    session: Session,
    terms: Terms,
    filing: Filing,
    before: Tabling | None,
    revision: Revision,
    now: datetime,
) -> Stamp:
    """The stamp of this moment; of an editorial correction, that of the text before."""
    at = now
    if filing.is_editorial:
        if before is None or before.session_id != session.id:
            raise Invalid(
                "is_editorial", "There is no tabled text that this could be a correction of."
            )
        origin = next(
            each for each in of_paper(db, paper)
            if not each.is_editorial or each.session_id != session.id
        )  # fmt: skip
        old = json.loads(revisions.find(db, paper, origin.revision).doc)
        new = json.loads(revisions.find(db, paper, revision.number).doc)
        if not is_editorial(old, new):
            raise Invalid(
                "is_editorial",
                "More than spelling has changed: a word more or less, a number, another word.",
            )
        if not attachments.are_as_tabled(db, paper, before):
            raise Invalid(
                "is_editorial",
                "The attachments are not those that were tabled: a correction of spelling cannot"
                " change them.",
            )
        at = before.at
    return lead_time.stamp(terms, session.starts_at, at, zone=session.body.zone, kind=paper.kind)


def _item(
    db: Db,
    paper: Paper,
    session: Session,
    filing: Filing,
    stamp: Stamp,
    by: Person,
    now: datetime,
) -> Item:
    """The paper's item on the agenda: the one it had, else a new one at the end."""
    kind = filing.kind
    if kind == "decision" and lead_time.needs_urgency(stamp.late_by, stamp.reading_short):
        kind = "discussion"
    item = db.scalar(
        select(Item).where(
            Item.session_id == session.id,
            Item.paper_id == paper.id,
            Item.state.in_(("open", "proposed")),
        )
    )
    if item is None:
        last = db.scalar(select(func.max(Item.place)).where(Item.session_id == session.id))
        item = Item(
            body_id=session.body_id,
            session_id=session.id,
            place=(last or 0) + 1,
            minutes=20,
            paper_id=paper.id,
            paper=paper,
            proposed_by_id=by.id,
            made_at=now,
            title=paper.title,
        )
        db.add(item)
    item.title, item.kind, item.in_block, item.state = paper.title, kind, False, "open"
    db.flush()
    return item


def keep(
    db: Db,
    paper: Paper,
    item: Item,
    stamp: Stamp,
    *,
    revision: Revision,
    filing: Filing,
    open_objections: int,
    by: Person,
    now: datetime,
    carried_from: Tabling | None = None,
) -> Tabling:
    """Write a tabling down. Nothing changes it any more."""
    last = db.scalar(select(func.max(Tabling.number)).where(Tabling.paper_id == paper.id))
    made = Tabling(
        paper_id=paper.id,
        paper=paper,
        number=(last or 0) + 1,
        session_id=item.session_id,
        item_id=item.id,
        item=item,
        revision=revision.number,
        fingerprint=revision.fingerprint,
        by_id=by.id,
        by=by,
        at=stamp.at,
        made_at=now,
        carried_from_id=carried_from.id if carried_from else None,
        is_editorial=filing.is_editorial,
        starts_at=stamp.starts_at,
        deadline=stamp.deadline,
        lead=int(stamp.lead.total_seconds()),
        late_by=max(1, int(stamp.late_by.total_seconds())) if stamp.late_by else None,
        is_table_paper=stamp.is_table_paper,
        reading_days=stamp.reading_days,
        reading_short=stamp.reading_short,
        goal_id=filing.goal.id if filing.goal else None,
        no_goal_because=filing.no_goal_because if filing.goal is None else "",
        open_objections=open_objections,
        open_because=filing.open_because if open_objections else "",
    )
    db.add(made)
    db.flush()
    attachments.freeze(db, made)
    return made


def _receipt(db: Db, tabling: Tabling, doc: dict[str, Any], now: datetime) -> None:
    """To its authors: full text and fingerprints, so that nobody can say it was another one.

    Where the paper is confidential, the fingerprint alone has to do.
    """
    paper = tabling.paper
    is_veiled = notices.is_veiled(db, paper.body, paper.id)
    writers = [paper.lead, *(each.person for each in paper.authors if each.part == "co_author")]
    facts = {
        "title": "" if is_veiled else paper.title,
        "paper": paper.id,
        "number": paper.number,
        "session": tabling.item.session.number if tabling.item.session else "",
        "at": tabling.at.isoformat(),
        "zone": paper.body.zone,
        "revision": tabling.revision,
        "fingerprint": tabling.fingerprint,
        "late": tabling.late_by is not None,
        "text": "" if is_veiled else plain_text(doc),
        "attachments": [
            {
                "title": "" if is_veiled else each.title,
                "pages": each.file.pages,
                "fingerprint": each.sha256,
            }
            for each in attachments.of_tablings(db, [tabling.id]).get(tabling.id, [])
        ],
    }
    for person in {each.id: each for each in writers if each.left_at is None}.values():
        mail.queue(db, to=person, template="tabled", facts=facts, now=now)


def take_back(db: Db, paper: Paper, because: str, *, by: Person, now: datetime) -> None:
    """Its authors take a tabled paper back before the session; it goes on in consultation.

    The stamp stays, and is shown; filing it again stamps anew. After the session they go on with
    what it has not decided, and the session's own record is left as it was.

    raises  NotFound, NotAllowed by the policy, where it is not tabled, or once the session runs
    """
    policy.require(policy.may_untable, by, paper)
    current = standing(db, paper)
    if current is None:
        raise NotAllowed("This paper is not tabled.")
    hold(db, paper, current.session)
    policy.require(policy.may_untable, by, paper)
    if standing(db, paper) is not current:  # taken back and tabled anew while this waited
        raise NotAllowed("This is not the tabled text.")
    if current.session.state == "running":
        raise NotAllowed("The session has begun: a tabled paper can no longer be taken back.")
    paper.state, paper.tabled_at = "consultation", None
    if current.session.state in sessions.AHEAD:
        db.add(TakenBack(tabling_id=current.id, by_id=by.id, because=because, at=now))
        current.item.kind, current.item.in_block = "discussion", False
    db.flush()
    log.note(db, "paper.taken_back", by=by, now=now, paper=paper, session=current.session)


def newest(db: Db, paper: Paper) -> Tabling | None:
    """The paper's last tabling, taken back or not."""
    return db.scalar(
        select(Tabling)
        .where(Tabling.paper_id == paper.id)
        .order_by(Tabling.number.desc())
        .limit(1)
        .options(joinedload(Tabling.session), joinedload(Tabling.item))
    )


def standing(db: Db, paper: Paper) -> Tabling | None:
    """The tabling that counts: the last one, unless it was taken back."""
    last = newest(db, paper)
    return None if last is None or db.get(TakenBack, last.id) is not None else last


def tabled_before(db: Db, paper: Paper, revision: int) -> int | None:
    """The other revision that was tabled before this one; None if this is the first, or is none."""
    first = (
        select(func.min(Tabling.number))
        .where(Tabling.paper_id == paper.id, Tabling.revision == revision)
        .scalar_subquery()
    )
    return db.scalar(
        select(Tabling.revision)
        .where(Tabling.paper_id == paper.id, Tabling.number < first, Tabling.revision != revision)
        .order_by(Tabling.number.desc())
        .limit(1)
    )


def of_paper(db: Db, paper: Paper) -> Sequence[Tabling]:
    """Every tabling of the paper, newest first: what came late is shown for ever."""
    query = (
        select(Tabling)
        .where(Tabling.paper_id == paper.id)
        .order_by(Tabling.number.desc())
        .options(joinedload(Tabling.session), joinedload(Tabling.by))
    )
    return db.scalars(query).all()


@dataclass(frozen=True)
class Standing:
    """A tabling with what has been said about it since."""

    tabling: Tabling
    vote: UrgencyVote | None
    backers: int
    before: int | None
    """The revision that was tabled for the item before: there is a redline against it."""
    attached: attachments.Amount
    former: int | None
    """The tabling for the item before, by its id."""

    @property
    def is_late(self) -> bool:
        """Came after the deadline."""
        return self.tabling.late_by is not None

    @property
    def is_held_up(self) -> bool:
        """May only be discussed as things stand, apart from signatures."""
        held_up = lead_time.needs_urgency(self.tabling.late_by, self.tabling.reading_short)
        return held_up and not (self.vote is not None and self.vote.is_granted)


def of_items(db: Db, items: Iterable[int]) -> dict[int, Standing]:
    """For each item the tabling that counts, however many items. One query."""
    wanted = list(items)
    if not wanted:
        return {}
    backers = (
        select(func.count())
        .select_from(Backing)
        .join(Paper, Paper.id == Tabling.paper_id)
        .where(Backing.tabling_id == Tabling.id, bodies.votes_now(Backing.person_id, Paper.body_id))
        .correlate(Tabling)
        .scalar_subquery()
    )
    rows = db.execute(
        select(
            Tabling,
            UrgencyVote,
            backers,
            TakenBack.tabling_id.is_(None),
            *attachments.amounts_of(Tabling.id),
        )
        .outerjoin(TakenBack, TakenBack.tabling_id == Tabling.id)
        .outerjoin(UrgencyVote, UrgencyVote.tabling_id == Tabling.id)
        .where(Tabling.item_id.in_(wanted))
        .order_by(Tabling.number)
        .options(joinedload(Tabling.goal), joinedload(Tabling.by))
    )
    found: dict[int, Standing] = {}
    last: dict[int, tuple[int, str, int]] = {}
    for tabling, vote, count, stands, pages, files in rows:
        if stands:
            before, then, former = last.get(tabling.item_id, (None, files, None))
            amount = attachments.amount(pages, files, then)
            found[tabling.item_id] = Standing(tabling, vote, count, before, amount, former)
        last[tabling.item_id] = tabling.revision, files, tabling.id
    return found


def sessions_for(db: Db, paper: Paper, *, now: datetime) -> Sequence[Session]:
    """The sessions that the paper could be filed for, next ones first."""
    query = (
        select(Session)
        .where(
            Session.body_id == paper.body_id,
            Session.state.in_(TAKES),
            (Session.ends_at >= now) | (Session.state == "running"),
        )
        .order_by(Session.starts_at, Session.id)
        .options(joinedload(Session.body), joinedload(Session.rules))
    )
    return db.scalars(query).all()
