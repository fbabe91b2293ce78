"""Minutes: the way of the paper in which a session's minutes are written, and objections to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.people import Person


class Minutes(Base):
    """A session's minutes were sent, and perhaps approved. The text is a paper's."""

    __tablename__ = "minutes"
    __table_args__ = (
        CheckConstraint("until >= sent_at", name="until_after_sent"),
        CheckConstraint(
            "(approved_at IS NULL) = (approved_in_id IS NULL)", name="approved_in_a_session"
        ),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), unique=True)
    revision: Mapped[int]
    """The revision that was sent."""
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    """Until when objections may be raised, by the rules of the session."""
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_in_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id"))
    """The later session that has approved them."""


class MinutesObjection(Base):
    """A member's objection to minutes, and what became of it."""

    __tablename__ = "minutes_objections"
    __table_args__ = (
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_with_words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("minutes.session_id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
