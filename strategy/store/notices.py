"""What people were told by mail, and how they wish to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from strategy.store.base import Base, UtcDateTime


class Notice(Base):
    """Somebody is told something, once: the row is written with the mail, or waits for a digest."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "key"),
        CheckConstraint(
            "kind IN ('deadline','invitation','tabled','amendment','answer','task','daily',"
            "'weekly')",
            name="kind",
        ),
        CheckConstraint("state IN ('waiting','sent','off')", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_moment"),
        Index("ix_notices_state_person_id", "state", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    """What it is about; daily and weekly: the digest of a day itself."""
    key: Mapped[str] = mapped_column(Text)
    """Names what is told: the same thing has the same key, whoever finds it, however often."""
    facts: Mapped[str] = mapped_column(Text, default="{}")
    """JSON for the mail's words while it waits; emptied when it is sent."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was to be told."""
    state: Mapped[str] = mapped_column(Text, default="waiting")
    """Of those that the person wished not to have: off."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Choice(Base):
    """How a person wishes to be told of a kind of notices, where it is not the usual way."""

    __tablename__ = "notice_choices"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('deadline','invitation','tabled','amendment','answer','task')", name="kind"
        ),
        CheckConstraint("way IN ('now','daily','weekly','off')", name="way"),
        CheckConstraint("kind <> 'invitation' OR way IN ('now','off')", name="invitation_at_once"),
    )

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    way: Mapped[str] = mapped_column(Text)


def once(db: Session, **columns: Any) -> bool:
    """Add a notice unless there is one of this person, kind and key; whether it was added.

    Of two transactions that add the same one at once, the second waits for the first.
    """
    add = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    added = add(Notice).values(**columns).on_conflict_do_nothing().returning(Notice.id)
    return db.scalar(added) is not None
