"""Background work as rows: claimed once, retried with delay, never run twice at a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from strategy.store.base import Base, UtcDateTime


class Job(Base):
    """A mail to send, an export or a packet to make, a file that came back and waits."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','running','done','failed')", name="state"),
        CheckConstraint("kind IN ('mail','export','packet','poll','lines','return')", name="kind"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_percent"),
        Index("ix_jobs_state_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="waiting")
    body: Mapped[str] = mapped_column(Text)
    """JSON: what to do."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    """Whose job it is, and who may fetch its result."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When another worker may take it over, for then its worker is dead."""
    tries: Mapped[int] = mapped_column(default=0)
    progress: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(Text, default="")
    name: Mapped[str] = mapped_column(Text, default="")
    mime: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
