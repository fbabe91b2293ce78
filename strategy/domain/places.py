"""Where a comment stands: its place carried from the text it was made on to any other.

Through the steps in between; by its words and what became of the text around it where what the
steps left there is something else, as after an import, a restore or a move. Never to a wrong place:
then it is gone, and shown with its quote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from strategy.domain import steps
from strategy.errors import Invalid
from strategy.store.comments import Comment
from strategy.store.papers import Paper
from strategy.store.steps import Step
from strategy.text import carry
from strategy.text.anchor import Quote
from strategy.text.follow import Rewritten
from strategy.text.passages import Passages, same_passage

LONGEST_WAY = 20_000
"""Steps that a place is carried through; a longer way is bridged by the quote."""
MOST_TEXTS = 8
"""Former texts that are fetched to look for what the steps lost; others' quotes must do."""
KEPT_EVERY = 200
"""Steps after which a paper's places are worth being kept anew."""

Doc = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Positions in the text that is looked at; None where the passage is gone or never was.

    state   unchanged | changed | gone
    """

    start: int | None
    end: int | None
    state: str


GONE = Place(None, None, "gone")


def quote(doc: Doc, start: int, end: int) -> Quote:
    """The passage's words with what stands around them.

    raises  Invalid where the positions are not a passage of the document
    """
    passages = Passages(doc)
    if not 0 <= start <= end <= passages.size:
        raise Invalid("anchor", "This passage is not part of the text.")
    try:
        return passages.quote(start, end)
    except ValueError as wrong:
        raise Invalid("anchor", "Please mark some words first.") from wrong


def moment(iso: str, default: datetime) -> datetime:
    """A moment that a file names, if it can be one."""
    try:
        read = datetime.fromisoformat(iso)
    except ValueError:
        return default
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def carried(
    db: Session, paper: Paper, comments: Sequence[Comment], *, to: int, doc: Doc | None = None
) -> dict[int, Place]:
    """Where each comment stands in the document at version `to`, by the comment's id.

    doc     that document, if it is at hand

    At most three queries, however many comments, and one or two for each of MOST_TEXTS former texts
    where a passage was not left where the steps say. Nothing is written.
    """
    found: dict[int, Place] = {}
    begins: dict[int, tuple[int, int, int]] = {}
    for comment in comments:
        known = _known(comment, to)
        if known is not None:
            found[comment.id] = known
        elif comment.made_start is not None and comment.made_end is not None:
            begins[comment.id] = _start(comment, to)
    if not begins:
        return found
    near = {name: (start, end) for name, (_, start, end) in begins.items()}
    short = {name: span for name, span in begins.items() if 0 <= to - span[0] <= LONGEST_WAY}
    if short:
        oldest = min(version for version, _, _ in short.values())
        near |= carry.carried(short, _log(db, paper, oldest, to), to=to)
    passages = Passages(doc if doc is not None else steps.document_at(db, paper, to))
    lost = []
    for comment in comments:
        if comment.id in begins:
            start, end = near[comment.id]
            place = _held(passages, comment, start, end) if comment.id in short else None
            found[comment.id] = place or _found(passages, _quote(comment), start)
            if place is None and found[comment.id] != GONE:
                lost.append(comment)
    return found | _confirmed(db, paper, passages, lost)


def _confirmed(
    db: Session, paper: Paper, now: Passages, lost: Sequence[Comment]
) -> dict[int, Place]:
    """Places found by a quote alone, looked for again with the whole text it was made on."""
    versions = sorted({comment.made_version for comment in lost}, reverse=True)[:MOST_TEXTS]
    found = {}
    for version in versions:
        was = Passages(steps.document_at(db, paper, version))
        way = Rewritten(was.text, now.text)
        for comment in lost:
            if comment.made_version == version:
                made = comment.made_start or 0, comment.made_end or 0
                found[comment.id] = _followed(was, now, way, *made)
    return found


def follow(old: Doc, new: Doc, start: int, end: int) -> Place:
    """Where a passage of `old` stands in `new`, found by its words and those around it."""
    was, now = Passages(old), Passages(new)
    return _followed(was, now, Rewritten(was.text, now.text), start, end)


def follow_all(old: Doc, new: Doc, spans: Sequence[tuple[int | None, int | None]]) -> list[Place]:
    """The same for many passages; one that has no place, or holds no words, is gone."""
    was, now = Passages(old), Passages(new)
    way = Rewritten(was.text, now.text)
    return [
        GONE if start is None or end is None else _followed(was, now, way, start, end)
        for start, end in spans
    ]


def _followed(was: Passages, now: Passages, way: Rewritten, start: int, end: int) -> Place:
    words = was.bounds(start, end)
    spot = way.find(*words) if words else None
    if words is None or spot is None:
        return GONE
    same = was.text[slice(*words)] == now.text[spot.start : spot.end]
    return Place(*now.span(spot.start, spot.end), "unchanged" if same else "changed")


def keep(db: Session, paper: Paper, *, least: int = KEPT_EVERY) -> None:
    """Remember where comments stand in the newest text, so that nobody carries them so far again.

    least   how many steps must have passed since; 0: in any case

    Called with what writes: a comment, a revision, a snapshot. Never by a reader.
    """
    stale = db.scalars(
        select(Comment).where(
            Comment.paper_id == paper.id,
            Comment.thread_id.is_(None),
            Comment.made_start.is_not(None),
            Comment.anchor_version <= paper.version - max(1, least),
        )
    ).all()
    if not stale:
        return
    places = carried(db, paper, stale, to=paper.version)
    written = [
        {
            "comment": comment.id,
            "version": paper.version,
            "start": places[comment.id].start,
            "end": places[comment.id].end,
            "state": places[comment.id].state,
        }
        for comment in stale
    ]
    table = Comment.__table__
    db.connection().execute(
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("comment"), table.c.anchor_version < bindparam("version"))
        .values(
            anchor_version=bindparam("version"),
            anchor_start=bindparam("start"),
            anchor_end=bindparam("end"),
            anchor_state=bindparam("state"),
        ),
        written,
    )
    for comment in stale:
        db.expire(comment, ["anchor_version", "anchor_start", "anchor_end", "anchor_state"])


def _known(comment: Comment, to: int) -> Place | None:
    """The comment's place at a version where it need not be carried, else None."""
    if comment.made_start is None:
        return Place(None, None, comment.anchor_state)
    if comment.made_version == to:
        return Place(comment.made_start, comment.made_end, "unchanged")
    if comment.anchor_version == to:
        return Place(comment.anchor_start, comment.anchor_end, comment.anchor_state)
    return None


def _start(comment: Comment, to: int) -> tuple[int, int, int]:
    """The latest known place before version `to`: version, start, end."""
    kept = comment.anchor_start is not None and comment.anchor_end is not None
    if kept and comment.made_version < comment.anchor_version <= to:
        return comment.anchor_version, comment.anchor_start or 0, comment.anchor_end or 0
    return comment.made_version, comment.made_start or 0, comment.made_end or 0


def _held(passages: Passages, comment: Comment, start: int, end: int) -> Place | None:
    """The passage between its carried ends; None where something else stands there."""
    if not 0 <= start < end <= passages.size:
        return None
    now = passages.words(start, end)
    if now == comment.exact:
        return Place(start, end, "unchanged")
    return Place(start, end, "changed") if same_passage(comment.exact, now) else None


def _quote(comment: Comment) -> Quote:
    return Quote(comment.exact, comment.prefix, comment.suffix)


def _found(passages: Passages, quoted: Quote, near: int) -> Place:
    spot = passages.find(quoted, near=near)
    if spot is None:
        return GONE
    same = passages.words(*spot) == quoted.exact
    return Place(*spot, "unchanged" if same else "changed")


def _log(db: Session, paper: Paper, old: int, new: int) -> Iterable[tuple[int, Any]]:
    rows = db.execute(
        select(Step.version, Step.body)
        .where(Step.paper_id == paper.id, Step.version > old, Step.version <= new)
        .order_by(Step.version)
    )
    return ((version, orjson.loads(body)) for version, body in rows)
