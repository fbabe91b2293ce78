"""Goals: the long-term strategy as a tree, and the wordings that were adopted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.people import Person

STATES = ("proposed", "pursued", "reached", "dropped")


class Goal(Base):
    """A part of the strategy; papers, decisions and tasks hang from it."""

    __tablename__ = "goals"
    __table_args__ = (
        CheckConstraint("state IN ('proposed','pursued','reached','dropped')", name="state"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id"), index=True)
    place: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, default="")
    horizon: Mapped[date | None] = mapped_column(Date)
    """The day until which it is to be reached."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    owner: Mapped[Person | None] = relationship()
    state: Mapped[str] = mapped_column(Text, default="proposed")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Strategy(Base):
    """The goals' wording as it was adopted; never changed."""

    __tablename__ = "strategies"
    __table_args__ = (UniqueConstraint("body_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    goals: Mapped[str] = mapped_column(Text)
    """JSON: the tree of goals, with title, text and horizon."""
    fingerprint: Mapped[str] = mapped_column(Text)
    decision_id: Mapped[int | None]
    """The decision that adopted it."""
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
