"""How much there is to read, and how many have read it: counts, never names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from strategy.store.bodies import Member
from strategy.store.papers import Paper, Reading
from strategy.store.revisions import Revision

PAGE = 2_600
"""Characters of a page as our PDF sets it."""
A_MINUTE = 1_360
"""Characters that an adult reads in a minute: 200 German words."""


@dataclass(frozen=True)
class Size:
    """How long a text is."""

    pages: int
    minutes: int

    def __add__(self, other: Size) -> Size:
        return Size(self.pages + other.pages, self.minutes + other.minutes)


NOTHING = Size(0, 0)


def size(characters: int) -> Size:
    """Pages and minutes of so many characters; at least one each."""
    return Size(max(1, -(-characters // PAGE)), max(1, round(characters / A_MINUTE)))


def amounts(
    db: Session, body_id: int, revisions: Mapping[int, int]
) -> tuple[dict[int, Size], dict[int, int]]:
    """How long papers are, and how many members have read a revision of each, or a later state.

    revisions   paper to the number of the revision
    returns     both by paper; one query, which reads no text
    """
    if not revisions:
        return {}, {}
    wanted = or_(
        *(
            and_(Revision.paper_id == paper, Revision.number == number)
            for paper, number in revisions.items()
        )
    )
    read = (
        select(func.count())
        .select_from(Reading)
        .join(Member, (Member.person_id == Reading.person_id) & (Member.body_id == body_id))
        .where(
            Reading.paper_id == Revision.paper_id,
            Reading.version >= Revision.version,
            Member.role != "guest",
        )
        .correlate(Revision)
        .scalar_subquery()
    )
    query = (
        select(Revision.paper_id, func.length(Paper.words), read)
        .join(Paper, Paper.id == Revision.paper_id)
        .where(wanted)
    )
    rows = db.execute(query).all()
    return (
        {paper: size(length or 0) for paper, length, _ in rows},
        {paper: count for paper, _, count in rows},
    )
