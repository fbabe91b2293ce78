"""Sessions of a body: planned, convened, held; who attended; where they have been moved from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.bodies import Body
from strategy.store.people import Person
from strategy.store.rules import Rules

KINDS = ("regular", "special", "retreat", "circular")
STATES = ("planned", "convened", "running", "closed", "cancelled")


class Session(Base):
    """A meeting of a body."""

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("body_id", "year", "serial"),
        CheckConstraint("kind IN ('regular','special','retreat','circular')", name="kind"),
        CheckConstraint(
            "state IN ('planned','convened','running','closed','cancelled')", name="state"
        ),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint(
            "state NOT IN ('convened','running','closed')"
            " OR (convened_at IS NOT NULL AND rules_id IS NOT NULL)",
            name="convened_has_moment_and_rules",
        ),
        CheckConstraint(
            "state NOT IN ('running','closed') OR opened_at IS NOT NULL", name="opened_has_moment"
        ),
        CheckConstraint("state <> 'closed' OR closed_at IS NOT NULL", name="closed_has_moment"),
        Index("ix_sessions_body_id_starts_at", "body_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"))
    body: Mapped[Body] = relationship()
    year: Mapped[int]
    serial: Mapped[int]
    """Counts the body's sessions of a year in the order in which they were planned."""
    kind: Mapped[str] = mapped_column(Text, default="regular")
    title: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Of a circular session: when the period for objections ends."""
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(Text, default="planned")
    rules_id: Mapped[int | None] = mapped_column(ForeignKey("rules.id"))
    """The version that it follows for good, from its convening or its first tabled paper on."""
    rules: Mapped[Rules | None] = relationship()
    convened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invitation_late_by: Mapped[int | None]
    """Seconds after the deadline for the invitation, NULL if it was in time."""
    urgent_because: Mapped[str] = mapped_column(Text, default="")
    """Why it was convened with the shorter period for urgent cases."""
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    current_item_id: Mapped[int | None]
    """The agenda item that is called."""
    minutes_id: Mapped[int | None] = mapped_column(ForeignKey("papers.id"))
    """The paper that its minutes are written in."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    moves: Mapped[list[Move]] = relationship(order_by="Move.id", viewonly=True)

    @property
    def number(self) -> str:
        """The running number, given once: "2026/07"."""
        return f"{self.year}/{self.serial:02d}"


class Move(Base):
    """A session was moved to another moment."""

    __tablename__ = "session_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    was_at: Mapped[datetime] = mapped_column(UtcDateTime)
    now_at: Mapped[datetime] = mapped_column(UtcDateTime)
    because: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attendance(Base):
    """Whether somebody is there."""

    __tablename__ = "attendances"
    __table_args__ = (CheckConstraint("state IN ('present','excused','left')", name="state"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    person: Mapped[Person] = relationship()
    state: Mapped[str] = mapped_column(Text)
    came_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Objection(Base):
    """A member's objection to a circular decision: it then does not stand."""

    __tablename__ = "objections"

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    person: Mapped[Person] = relationship()
    because: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
