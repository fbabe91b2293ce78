"""Adopted plans of sessions: what was agreed, kept as it was."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.people import Person


class Plan(Base):
    """The sessions of some months as the body has adopted them. Only ever added."""

    __tablename__ = "plans"
    __table_args__ = (
        UniqueConstraint("body_id", "number"),
        CheckConstraint("last >= first", name="last_after_first"),
        CheckConstraint("yes >= 0 AND no >= 0 AND abstain >= 0", name="counts_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"), index=True)
    number: Mapped[int]
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    sessions: Mapped[str] = mapped_column(Text)
    """JSON: id, kind, title, starts_at and ends_at of each, first ones first."""
    yes: Mapped[int]
    no: Mapped[int]
    abstain: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
