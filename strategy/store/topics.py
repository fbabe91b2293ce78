"""Topics: what somebody wants the body to deal with, until it is answered."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.bodies import Body
from strategy.store.people import Person

ANSWERS = ("scheduled", "commissioned", "declined")


class Topic(Base):
    """A proposal of what the body should deal with."""

    __tablename__ = "topics"
    __table_args__ = (
        CheckConstraint("answer IN ('scheduled','commissioned','declined')", name="answer"),
        CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)"
            " AND (answered_at IS NULL) = (answered_by_id IS NULL)",
            name="answered_whole",
        ),
        CheckConstraint("answer <> 'declined' OR reason <> ''", name="refusal_has_reason"),
        CheckConstraint(
            "answer <> 'commissioned' OR (commissioned_to_id IS NOT NULL AND paper_by IS NOT NULL)",
            name="commissioned_has_who_and_when",
        ),
        CheckConstraint("author_id IS NOT NULL OR trusted_id IS NOT NULL", name="somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"), index=True)
    body: Mapped[Body] = relationship()
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, default="")
    words: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Title and text in small letters, for searching."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """NULL: proposed through a trusted person, the author's name is kept nowhere."""
    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    trusted_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Who proposed it for somebody else."""
    trusted: Mapped[Person | None] = relationship(foreign_keys=[trusted_id])
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    owed_by: Mapped[datetime] = mapped_column(UtcDateTime)
    """Until when the answer is owed, by the rules at the time of the proposal."""
    answer: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    commissioned_to_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    commissioned_to: Mapped[Person | None] = relationship(foreign_keys=[commissioned_to_id])
    paper_by: Mapped[date | None] = mapped_column(Date)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("papers.id"))
    """The paper that was written to it."""
    forced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When enough supporters put it onto the next agenda."""
    dealt_with_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a session had it on its agenda and closed the item."""


class Support(Base):
    """Somebody supports a topic."""

    __tablename__ = "topic_supports"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    person: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Weight(Base):
    """How many of their points somebody gives a topic when a retreat's agenda is weighed."""

    __tablename__ = "topic_weights"
    __table_args__ = (CheckConstraint("points BETWEEN 1 AND 10", name="points"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    points: Mapped[int]
