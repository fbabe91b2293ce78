"""How much there is to read, and how many have read it: counts, never names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def sizes(db: Session, papers: Iterable[int]) -> dict[int, Size]:
    """By paper. One query, which reads no text."""
    query = select(Paper.id, func.length(Paper.words)).where(Paper.id.in_(list(papers)))
    return {paper_id: size(count or 0) for paper_id, count in db.execute(query)}


def coverage(db: Session, body_id: int, revisions: Mapping[int, int]) -> dict[int, int]:
    """How many members have read a paper's revision, or a later state of it.

    revisions   paper to the number of the revision
    """
    if not revisions:
        return {}
    wanted = or_(
        *(
            and_(Revision.paper_id == paper, Revision.number == number)
            for paper, number in revisions.items()
        )
    )
    query = (
        select(Reading.paper_id, func.count())
        .join(Revision, Revision.paper_id == Reading.paper_id)
        .join(Member, (Member.person_id == Reading.person_id) & (Member.body_id == body_id))
        .where(wanted, Reading.version >= Revision.version, Member.role != "guest")
        .group_by(Reading.paper_id)
    )
    return dict(db.execute(query).all())
