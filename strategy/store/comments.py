"""Comments: remarks on a passage, and the answers to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.people import Person

KINDS = ("question", "objection", "support", "note")
OUTCOMES = ("answered", "accepted", "refused")


class Comment(Base):
    """A remark (with a place in the text) or an answer to one (`thread_id` set)."""

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint("kind IN ('question','objection','support','note')", name="kind"),
        CheckConstraint("anchor_state IN ('unchanged','changed','gone')", name="anchor_state"),
        CheckConstraint("outcome IN ('answered','accepted','refused')", name="outcome"),
        CheckConstraint(
            "(outcome IS NULL) = (resolved_at IS NULL)"
            " AND (resolved_at IS NULL) = (resolved_by_id IS NULL)",
            name="resolved_whole",
        ),
        CheckConstraint("outcome <> 'refused' OR answer <> ''", name="refusal_has_reason"),
        CheckConstraint("thread_id IS NULL OR outcome IS NULL", name="answers_are_not_resolved"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id", ondelete="CASCADE"), index=True)
    thread_id: Mapped[int | None] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    author_name: Mapped[str] = mapped_column(Text, default="")
    """Set where the words came in with a file and their author has no account."""
    kind: Mapped[str] = mapped_column(Text, default="note")
    text: Mapped[str] = mapped_column(Text)
    """Plain text; empty once deleted."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    revision: Mapped[int | None]
    """The number of the revision it was made on; None: on the living text."""
    made_version: Mapped[int] = mapped_column(default=0)
    made_start: Mapped[int | None]
    made_end: Mapped[int | None]
    """Positions in the document at `made_version`, as ProseMirror counts; None: the whole paper."""
    exact: Mapped[str] = mapped_column(Text, default="")
    prefix: Mapped[str] = mapped_column(Text, default="")
    suffix: Mapped[str] = mapped_column(Text, default="")
    anchor_version: Mapped[int] = mapped_column(default=0)
    """The version up to which the place has been carried."""
    anchor_start: Mapped[int | None]
    anchor_end: Mapped[int | None]
    anchor_state: Mapped[str] = mapped_column(Text, default="unchanged")

    outcome: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    resolved_by: Mapped[Person | None] = relationship(foreign_keys=[resolved_by_id])


class Mention(Base):
    """Somebody is named in a comment."""

    __tablename__ = "mentions"

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
