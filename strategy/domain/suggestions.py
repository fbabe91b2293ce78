"""Tracked changes inside a text: who made them; accepted or rejected one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from strategy.domain import log, policy, revisions, steps
from strategy.errors import NotFound
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.suggestions import Suggestion
from strategy.text import tracked
from strategy.text.shapes import Change


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


def of(db: Session, paper: Paper) -> dict[str, Change]:
    """Who made each tracked change of the paper, by its name in the marks."""
    return {
        each.id: Change(each.author_name, each.made_at.isoformat() if each.made_at else "")
        for each in db.scalars(select(Suggestion).where(Suggestion.paper_id == paper.id))
    }


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


def _moment(iso: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
