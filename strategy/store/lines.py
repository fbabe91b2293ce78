"""The lines of a revision as they were printed first: what everybody cites, kept for good.

The rows are only ever added: triggers in the database refuse to change or delete them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from strategy.store.base import Base, UtcDateTime


class FrozenLines(Base):
    """A revision's line map. Nothing changes this row."""

    __tablename__ = "line_maps"
    __table_args__ = (
        ForeignKeyConstraint(["paper_id", "revision"], ["revisions.paper_id", "revisions.number"]),
        CheckConstraint("version <> ''", name="version_known"),
    )

    paper_id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    """The revision's number."""
    version: Mapped[str] = mapped_column(Text)
    """Of the algorithm, the typesetter, the templates and the fonts that made it."""
    lines: Mapped[str] = mapped_column(Text)
    """JSON: [block, start, end] of each line, from line 1 on."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
