"""Suggestions: who made a tracked change of a text, how strongly it is meant, what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.people import Person

STRENGTHS = ("must", "should", "should_not", "must_not")
OUTCOMES = ("accepted", "rejected", "edited", "withdrawn")
"""What became of it: `edited` where the text went on in another way."""


class Suggestion(Base):
    """What the marks of one tracked change do not say themselves."""

    __tablename__ = "suggestions"
    __table_args__ = (
        CheckConstraint("strength IN ('must','should','should_not','must_not')", name="strength"),
        CheckConstraint("outcome IN ('accepted','rejected','edited','withdrawn')", name="outcome"),
        CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL)", name="what_is_settled_has_a_moment"
        ),
        Index("ix_suggestions_person_id", "person_id"),
    )

    paper_id: Mapped[int] = mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    """As the marks carry it: author, colon, a random name."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    """Whose it is; None for what came with a file."""
    author_name: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    strength: Mapped[str | None] = mapped_column(Text)
    """How strongly it is meant, if its author says so."""
    standing: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether it stands in the text of today."""
    outcome: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Why it was rejected, or an answer to it."""
    kind: Mapped[str] = mapped_column(Text, default="", server_default="")
    """As text.changes says it, when it was settled; with the words that it was about."""
    before: Mapped[str] = mapped_column(Text, default="", server_default="")
    after: Mapped[str] = mapped_column(Text, default="", server_default="")

    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])
