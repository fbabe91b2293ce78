"""Revisions: named, numbered, immutable states of a paper's text."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.people import Person


class Revision(Base):
    """A state of the text that stays as it is for good."""

    __tablename__ = "revisions"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("kind IN ('named','start','import','restore','state')", name="kind"),
    )

    paper_id: Mapped[int] = mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, default="named")
    """Why it was taken: by a person, or before an import, a restore, a change of state."""
    version: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    author: Mapped[Person] = relationship()
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    doc: Mapped[str] = mapped_column(Text, deferred=True)
    """JSON."""
    fingerprint: Mapped[str] = mapped_column(Text)
    """Of the document alone."""
    seal: Mapped[str] = mapped_column(Text)
    """Of the fingerprint with number, author, time and the seal before it: the chain."""
