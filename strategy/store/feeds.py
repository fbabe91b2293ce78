"""Calendar feeds: an address each that calendars fetch without signing in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.people import Person


class Feed(Base):
    """A person's feed. Deleting the row revokes it."""

    __tablename__ = "feeds"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    person: Mapped[Person] = relationship()
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    """SHA-256 of the token in the address, hex."""
    is_neutral: Mapped[bool] = mapped_column(default=False)
    """Without titles, places and links."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    digest: Mapped[str] = mapped_column(Text, default="")
    """SHA-256 of what was last fetched, hex; "" before the first time."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Since when what is fetched has been like that."""
