"""Demands: members call for a session, in writing, with the items that it is to deal with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.bodies import Body
from strategy.store.people import Person


class Demand(Base):
    """What somebody has written down for others to sign. Its words never change."""

    __tablename__ = "demands"
    __table_args__ = (CheckConstraint("title <> '' AND reason <> ''", name="title_and_reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"), index=True)
    body: Mapped[Body] = relationship()
    title: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    author: Mapped[Person] = relationship()
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    items: Mapped[list[DemandedItem]] = relationship(order_by="DemandedItem.place", viewonly=True)


class DemandedItem(Base):
    """What the demanded session is to deal with."""

    __tablename__ = "demanded_items"
    __table_args__ = (
        UniqueConstraint("demand_id", "place"),
        CheckConstraint("title <> ''", name="title"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id"))
    place: Mapped[int]
    title: Mapped[str] = mapped_column(Text)


class Signature(Base):
    """A member demands it, too, by name. It goes away only while too few have signed."""

    __tablename__ = "demand_signatures"

    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    person: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Met(Base):
    """Enough members had signed: stamped once, with what the rules said at that moment."""

    __tablename__ = "demands_met"
    __table_args__ = (CheckConstraint("needed >= 1 AND signed >= needed", name="enough"),)

    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    needed: Mapped[int]
    """Signatures that the rules asked for."""
    signed: Mapped[int]
    """Signatures of members who may vote."""
    members: Mapped[int]
    """Members who could vote."""
    rules_id: Mapped[int] = mapped_column(ForeignKey("rules.id"))
    owed_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The session begins before this moment to be in time; NULL: the rules set no period."""


class DemandSession(Base):
    """A session was planned because of a demand. A cancelled one answers nothing."""

    __tablename__ = "demand_sessions"

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_members: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Those who demanded it have invited themselves: chair and office had not."""
