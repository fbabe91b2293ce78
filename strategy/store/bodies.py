"""Bodies and who belongs to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.people import Person

ROLES = ("chair", "voting", "advisory", "staff", "guest")


class Body(Base):
    """A group that meets."""

    __tablename__ = "bodies"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    zone: Mapped[str] = mapped_column(Text, default="Europe/Berlin")
    """The time zone its deadlines and dates are read in."""
    mails_text: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether mails may name what is confidential, and say what it says."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Member(Base):
    """A person in a body, with one role."""

    __tablename__ = "members"
    __table_args__ = (
        CheckConstraint("role IN ('chair','voting','advisory','staff','guest')", name="role"),
    )

    body_id: Mapped[int] = mapped_column(
        ForeignKey("bodies.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    body: Mapped[Body] = relationship()
    person: Mapped[Person] = relationship()
    role: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
