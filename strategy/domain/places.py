"""Where a comment stands: its place carried from the text it was made on to any other.

Through the steps in between where there are few of them; by its quote where the text was
replaced or the way is long. Never to a wrong place: then it is gone, and shown with its quote.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from strategy.domain import steps
from strategy.errors import Invalid
from strategy.store.comments import Comment
from strategy.store.papers import Paper
from strategy.store.steps import Step
from strategy.text import anchor

LONGEST_WAY = 3_000
"""Steps that a place is carried through; a longer way is bridged by the quote."""

Doc = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Positions in the text that is looked at; None where the passage is gone or never was.

    state   unchanged | changed | gone
    """

    start: int | None
    end: int | None
    state: str


def quote(doc: Doc, start: int, end: int) -> anchor.Quote:
    """The passage's words with what stands around them.

    raises  Invalid where the positions are not a passage of the document
    """
    try:
        made = anchor.describe(doc, start, end)
    except ValueError as wrong:
        raise Invalid("anchor", "This passage is not part of the text.") from wrong
    if not made.exact.strip():
        raise Invalid("anchor", "Please mark some words first.")
    return made


def moment(iso: str, default: datetime) -> datetime:
    """A moment that a file names, if it can be one."""
    try:
        read = datetime.fromisoformat(iso)
    except ValueError:
        return default
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def carried(
    db: Session,
    paper: Paper,
    comments: Sequence[Comment],
    *,
    to: int,
    doc: Doc | None,
    newest: bool,
) -> dict[int, Place]:
    """Where each comment stands in the document at version `to`, by the comment's id.

    doc     that document, if it is at hand
    newest  whether `to` is the newest version: then the places kept last time are a start
    """
    found: dict[int, Place] = {}
    waiting: dict[int, list[Comment]] = {}
    for comment in comments:
        if comment.made_start is None:
            found[comment.id] = Place(None, None, "unchanged")
        elif newest and comment.anchor_version == to:
            found[comment.id] = Place(
                comment.anchor_start, comment.anchor_end, comment.anchor_state
            )
        elif comment.made_version == to:
            found[comment.id] = Place(comment.made_start, comment.made_end, "unchanged")
        else:
            waiting.setdefault(comment.made_version, []).append(comment)
    if not waiting:
        return found
    target = doc if doc is not None else steps.document_at(db, paper, to)
    for version, group in waiting.items():
        forward = _between(db, paper, version, to)
        old = steps.document_at(db, paper, version)
        for comment in group:
            spot = anchor.follow(
                old, target, comment.made_start or 0, comment.made_end or 0, forward
            )
            found[comment.id] = Place(spot.start, spot.end, spot.state)
    return found


def keep(db: Session, paper: Paper, comments: Sequence[Comment]) -> None:
    """Remember where comments stand in the newest text, so that nobody carries them again."""
    for comment in comments:
        place = carried(db, paper, [comment], to=paper.version, doc=None, newest=True)[comment.id]
        comment.anchor_version = paper.version
        comment.anchor_start, comment.anchor_end = place.start, place.end
        comment.anchor_state = place.state


def _between(db: Session, paper: Paper, old: int, new: int) -> list[dict[str, Any]] | None:
    """The steps from `old` to `new`; None where there are too many, or the way leads back."""
    if new < old or new - old > LONGEST_WAY:
        return None
    return [
        json.loads(body)
        for body in db.scalars(
            select(Step.body)
            .where(Step.paper_id == paper.id, Step.version > old, Step.version <= new)
            .order_by(Step.version)
        )
    ]
