"""Rules of procedure: versions of a body's deadlines and majorities, as data."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.people import Person


class Rules(Base):
    """What a body's rules say from a day on. Versions are added, never changed."""

    __tablename__ = "rules"
    __table_args__ = (
        UniqueConstraint("body_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"), index=True)
    number: Mapped[int]
    """Counts the body's versions, from 1."""
    holds_from: Mapped[date] = mapped_column(Date)
    """The first day, in the body's zone, on which they hold."""
    terms: Mapped[str] = mapped_column(Text)
    """JSON: domain.rules.Terms."""
    source: Mapped[str] = mapped_column(Text, default="")
    """Which published text they come from, in words."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    made_by: Mapped[Person | None] = relationship()
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
