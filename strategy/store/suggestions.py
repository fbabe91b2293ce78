"""Suggestions: who made a tracked change that stands in a text, and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from strategy.store.base import Base, UtcDateTime


class Suggestion(Base):
    """What the marks of one tracked change do not say themselves."""

    __tablename__ = "suggestions"

    paper_id: Mapped[int] = mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    """As the marks carry it: author, colon, a random name."""
    author_name: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
