"""Tablings: a revision filed to an agenda item, with its lead time stamped once and for all.

The rows of `tablings`, `tablings_taken_back` and `urgency_votes` are only ever added: triggers in
the database refuse to change or delete them, whoever asks.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.agenda import Item
from strategy.store.base import Base, UtcDateTime
from strategy.store.goals import Goal
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.sessions import Session


class Tabling(Base):
    """A paper was filed for a session. Nothing changes this row."""

    __tablename__ = "tablings"
    __table_args__ = (
        UniqueConstraint("paper_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("late_by > 0", name="late_by_seconds"),
        CheckConstraint("late_by IS NULL OR deadline IS NOT NULL", name="late_has_deadline"),
        CheckConstraint("is_table_paper = false OR late_by IS NOT NULL", name="table_paper_late"),
        CheckConstraint("goal_id IS NOT NULL OR no_goal_because <> ''", name="goal_or_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"))
    paper: Mapped[Paper] = relationship()
    number: Mapped[int]
    """Counts the paper's tablings, from 1."""
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    session: Mapped[Session] = relationship()
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id"), index=True)
    item: Mapped[Item] = relationship()
    revision: Mapped[int]
    """The revision's number."""
    fingerprint: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The server's moment of the tabling; of a carried one, that of the tabling it goes back to."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the row was written."""
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("tablings.id"))
    """The tabling for an earlier session that did not reach the item."""
    is_editorial: Mapped[bool] = mapped_column(default=False)
    """Only spelling was corrected, says a chair: the moment is that of the text before."""
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the session was to start, as was known then."""
    deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until when papers of its kind were to be tabled; NULL where the rules say nothing."""
    lead: Mapped[int]
    """Seconds from the tabling to the start of the session; negative after it."""
    late_by: Mapped[int | None]
    """Seconds after the deadline; NULL if in time."""
    is_table_paper: Mapped[bool] = mapped_column(default=False)
    """Late, and tabled on the day of the session or after."""
    reading_days: Mapped[int]
    """Days that the rules want between the last change of such a text and its decision."""
    reading_short: Mapped[bool] = mapped_column(default=False)
    """Fewer days were left to read it than that."""
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id"))
    goal: Mapped[Goal | None] = relationship()
    no_goal_because: Mapped[str] = mapped_column(Text, default="")
    open_objections: Mapped[int] = mapped_column(default=0)
    """How many objections nobody had answered."""
    open_because: Mapped[str] = mapped_column(Text, default="")
    """Why it was tabled all the same."""


class TakenBack(Base):
    """A tabling was taken back by its authors before the session."""

    __tablename__ = "tablings_taken_back"

    tabling_id: Mapped[int] = mapped_column(ForeignKey("tablings.id"), primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by: Mapped[Person] = relationship()
    because: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class UrgencyVote(Base):
    """The board's recorded vote on whether to decide a late paper all the same."""

    __tablename__ = "urgency_votes"
    __table_args__ = (
        CheckConstraint("yes >= 0 AND no >= 0 AND abstain >= 0", name="counts_not_negative"),
        CheckConstraint("yes + no + abstain <= present", name="counts_within_present"),
        CheckConstraint("present <= members", name="present_within_members"),
        CheckConstraint("cause <> '' AND because <> ''", name="cause_and_reason"),
    )

    tabling_id: Mapped[int] = mapped_column(ForeignKey("tablings.id"), primary_key=True)
    cause: Mapped[str] = mapped_column(Text)
    """What happened that could not be foreseen."""
    because: Mapped[str] = mapped_column(Text)
    """Why it cannot wait until the next session."""
    yes: Mapped[int]
    no: Mapped[int]
    abstain: Mapped[int]
    present: Mapped[int]
    """Voting members there, by the list of attendance."""
    members: Mapped[int]
    """Voting members of the body."""
    majority: Mapped[str] = mapped_column(Text)
    """The one that the rules ask for."""
    is_granted: Mapped[bool]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Backing(Base):
    """A member backs a late paper, where the rules ask for supporters."""

    __tablename__ = "tabling_backings"

    tabling_id: Mapped[int] = mapped_column(ForeignKey("tablings.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    person: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
