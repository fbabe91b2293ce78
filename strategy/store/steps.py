"""The append-only log of steps, and the snapshots that make reading it quick."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from strategy.store.base import Base, UtcDateTime


class Step(Base):
    """One atomic edit. The primary key is the lock: a version is given once."""

    __tablename__ = "steps"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version_from_one"),
        Index("ix_steps_paper_client_batch", "paper_id", "client", "batch"),
    )

    paper_id: Mapped[int] = mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    """The version that this step led to: the first step leads to 1."""
    body: Mapped[str] = mapped_column(Text)
    """The step as JSON, as ProseMirror writes it."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    client: Mapped[str] = mapped_column(Text, default="")
    batch: Mapped[int] = mapped_column(default=0)
    """Counts up per client: the same batch sent twice is accepted once."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Snapshot(Base):
    """The document at a version: the replay starts at the nearest one."""

    __tablename__ = "snapshots"

    paper_id: Mapped[int] = mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    doc: Mapped[str] = mapped_column(Text)
    """JSON."""
