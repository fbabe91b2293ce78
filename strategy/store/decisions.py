"""Decisions, what some said against them, and the tasks that follow from them.

The rows of `decisions` and `dissents` are only ever added: triggers in the database refuse to
change or delete them.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.agenda import Item
from strategy.store.base import Base, UtcDateTime
from strategy.store.bodies import Body
from strategy.store.goals import Goal
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.sessions import Session

OUTCOMES = (
    "adopted", "adopted_changed", "rejected", "referred", "postponed", "settled", "withdrawn",
    "not_dealt_with",
)  # fmt: skip
CARRIED = frozenset({"adopted", "adopted_changed"})
"""Outcomes with a text that holds."""


class Decision(Base):
    """What the body decided. Never edited, only superseded by another."""

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("body_id", "year", "serial"),
        UniqueConstraint("supersedes_id"),
        CheckConstraint(
            "outcome IN ('adopted','adopted_changed','rejected','referred','postponed','settled',"
            "'withdrawn','not_dealt_with')",
            name="outcome",
        ),
        CheckConstraint("yes >= 0 AND no >= 0 AND abstain >= 0", name="counts_not_negative"),
        CheckConstraint("text <> '' OR outcome NOT IN ('adopted','adopted_changed')", name="text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"))
    body: Mapped[Body] = relationship()
    year: Mapped[int]
    serial: Mapped[int]
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    session: Mapped[Session] = relationship()
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id"), index=True)
    item: Mapped[Item] = relationship()
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("papers.id"), index=True)
    paper: Mapped[Paper | None] = relationship()
    revision: Mapped[int | None]
    """The number of the paper's revision that holds as decided (the Beschlussfassung)."""
    title: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, default="")
    """The wording that holds, as plain text."""
    yes: Mapped[int] = mapped_column(default=0)
    no: Mapped[int] = mapped_column(default=0)
    abstain: Mapped[int] = mapped_column(default=0)
    is_unanimous: Mapped[bool] = mapped_column(default=False)
    """Decided without a count, nobody against."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was rejected, referred or postponed."""
    responsible: Mapped[str] = mapped_column(Text, default="")
    due: Mapped[str] = mapped_column(Text, default="")
    budget: Mapped[str] = mapped_column(Text, default="")
    distribution: Mapped[str] = mapped_column(Text, default="")
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id"), index=True)
    goal: Mapped[Goal | None] = relationship()
    was_late: Mapped[bool] = mapped_column(default=False)
    """Its paper was late and decided by urgency or supporters."""
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def number(self) -> str:
        """The running number, given once: "B 2026/17"."""
        return f"B {self.year}/{self.serial:02d}"

    @property
    def is_without_paper(self) -> bool:
        """Something holds that nobody could read before the session."""
        return self.paper_id is None and self.outcome in CARRIED


class Dissent(Base):
    """A member's own words beside a decision (Sondervotum)."""

    __tablename__ = "dissents"
    __table_args__ = (CheckConstraint("text <> ''", name="text"),)

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    person: Mapped[Person] = relationship()
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Task(Base):
    """What follows from a decision."""

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint("state IN ('offered','accepted','done','dropped')", name="state"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_has_moment"),
        CheckConstraint("state <> 'dropped' OR reason <> ''", name="dropped_has_reason"),
        CheckConstraint(
            "state NOT IN ('accepted','done') OR owner_id IS NOT NULL", name="taken_has_owner"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"), index=True)
    body: Mapped[Body] = relationship()
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), index=True)
    decision: Mapped[Decision | None] = relationship()
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id"), index=True)
    goal: Mapped[Goal | None] = relationship()
    title: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
    due_on: Mapped[date | None] = mapped_column(Date)
    review_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(Text, default="offered")
    """Offered until its owner accepts it; offered without an owner: nobody has taken it on."""
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Why it was handed back or dropped."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TaskNote(Base):
    """What has come of a task so far; the steps it has gone are notes as well."""

    __tablename__ = "task_notes"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('note','offered','accepted','handed_back','planned','done','dropped')",
            name="kind",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    person: Mapped[Person] = relationship()
    kind: Mapped[str] = mapped_column(Text, default="note", server_default="note")
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
