"""Suggestions: whose a tracked change is, how strongly it is meant, what was answered to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from strategy.domain import log, notices, policy, revisions, steps
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.suggestions import STRENGTHS, Suggestion
from strategy.text import tracked
from strategy.text.shapes import Change

LONGEST_REASON = 2_000
"""Characters of an answer to a suggestion."""


def bring_in(db: Session, paper: Paper, changes: Mapping[str, Change]) -> None:
    """Keep who made the tracked changes that came with a file."""
    there = set(db.scalars(select(Suggestion.id).where(Suggestion.paper_id == paper.id)))
    for name, change in changes.items():
        if name not in there:
            db.add(
                Suggestion(
                    paper_id=paper.id,
                    id=name,
                    author_name=change.author[:200],
                    made_at=_moment(change.at),
                )
            )
    db.flush()


def rows(db: Session, paper: Paper) -> dict[str, Suggestion]:
    """What is known of each tracked change that ever stood in the paper's text, by its name."""
    query = select(Suggestion).where(Suggestion.paper_id == paper.id)
    return {each.id: each for each in db.scalars(query)}


def of(db: Session, paper: Paper) -> dict[str, Change]:
    """Who made each tracked change of the paper, by its name in the marks."""
    return {
        each.id: Change(each.author_name, each.made_at.isoformat() if each.made_at else "")
        for each in rows(db, paper).values()
    }


def settled(db: Session, paper: Paper) -> list[Suggestion]:
    """What does not stand in the text any more, the newest first; what nobody answers is left out.

    Left out are those that their authors took back.
    """
    query = (
        select(Suggestion)
        .where(
            Suggestion.paper_id == paper.id,
            Suggestion.standing.is_(False),
            Suggestion.outcome != "withdrawn",
        )
        .order_by(Suggestion.settled_at.desc(), Suggestion.id)
    )
    return list(db.scalars(query))


def settle(
    db: Session, paper: Paper, names: Iterable[str], *, keep: bool, by: Person, now: datetime
) -> int:
    """Accept (`keep`) or reject tracked changes of the living text, as new steps; how many steps.

    names   of the changes; none: all of them
    raises  NotFound if the text has no such change
    """
    policy.require(policy.may_edit, by, paper)
    _, doc = steps.document(db, paper)
    wanted = set(names)
    known = {name for entry in tracked.changes(doc) for name in entry.ids}
    if not known or not wanted <= known:
        raise NotFound("There is no such change in the text.")
    if not wanted:
        revisions.take(db, paper, "", by=by, now=now, kind="restore")
    settled = (tracked.accept if keep else tracked.reject)(doc, only=wanted or None)
    count = steps.turn(db, paper, doc, settled, by=by, now=now)
    verb = "suggestion.accepted" if keep else "suggestion.rejected"
    log.note(db, verb, by=by, now=now, paper=paper, detail=str(len(wanted or known)))
    return count


def answer(
    db: Session,
    paper: Paper,
    names: Iterable[str],
    reason: str,
    *,
    verdict: str,
    by: Person,
    now: datetime,
) -> None:
    """Say why suggestions were accepted or rejected: their authors are told.

    Who decided on them may still say why when the text is not theirs to change any more: the paper
    may be tabled a moment after the decision.

    names       of suggestions that do not stand in the text any more
    reason      1..LONGEST_REASON characters for a refusal, 0.. for an acceptance
    verdict     accepted or rejected: counts where the steps themselves did not tell
    raises      NotAllowed, NotFound, Invalid
    """
    policy.require(policy.may_read, by, paper)
    reason = reason.strip()
    if verdict not in {"accepted", "rejected"}:
        raise Invalid("verdict", "Please say whether to accept or to reject.")
    if verdict == "rejected" and not reason:
        raise Invalid("reason", "Please say why: whoever suggested it reads your reason.")
    if len(reason) > LONGEST_REASON:
        raise Invalid("reason", "At most %(most)s characters.", most=LONGEST_REASON)
    known = rows(db, paper)
    chosen = [known[name] for name in dict.fromkeys(names) if name in known]
    if not chosen:
        raise NotFound("There is no such suggestion.")
    if any(each.settled_by_id != by.id for each in chosen):
        policy.require(policy.may_edit, by, paper)
    if any(each.standing for each in chosen):
        raise NotAllowed("This suggestion still stands in the text.")
    for each in chosen:
        if each.outcome == "withdrawn":
            continue
        if each.outcome == "edited":
            each.outcome = verdict
        each.reason = reason
        _tell(db, paper, each, by=by, now=now)
    db.flush()


def _tell(db: Session, paper: Paper, each: Suggestion, *, by: Person, now: datetime) -> None:
    author = db.get(Person, each.person_id) if each.person_id else None
    if author is None or author.id == by.id or not policy.may_read(author, paper):
        return
    facts = {
        "body": paper.body_id,
        "body_name": paper.body.name,
        "things": [
            {
                "title": paper.title,
                "number": paper.number,
                "paper": paper.id,
                "suggestion": each.outcome,
            }
        ],
    }
    # A browser that could not wait for the answer sends it once more.
    key = f"suggestion:{paper.id}:{each.id}:{each.settled_at}:{bool(each.reason)}"
    notices.tell(db, author, "answer", key, facts, at=now, now=now)


def strengthen(db: Session, paper: Paper, name: str, strength: str, *, by: Person) -> None:
    """Say how strongly a suggestion of one's own is meant; with "" not to say it.

    raises  NotFound, NotAllowed, Invalid
    """
    policy.require(policy.may_suggest, by, paper)
    if strength and strength not in STRENGTHS:
        raise Invalid("strength", "There is no such choice.")
    each = db.get(Suggestion, (paper.id, name))
    if each is None or not each.standing:
        raise NotFound("There is no such suggestion.")
    if each.person_id != by.id:
        raise NotAllowed("Only who made a suggestion says how strongly it is meant.")
    each.strength = strength or None
    db.flush()


def _moment(iso: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
