"""Agenda items: what a session deals with, in order; also what waits without a session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.sessions import Session
from strategy.store.topics import Topic

KINDS = ("information", "discussion", "decision", "election")
STANDING = ("quorum", "minutes", "follow_up")
STATES = ("proposed", "open", "done", "not_reached", "declined")


class Item(Base):
    """An item of an agenda. Its number comes from its place among the others."""

    __tablename__ = "agenda_items"
    __table_args__ = (
        CheckConstraint("kind IN ('information','discussion','decision','election')", name="kind"),
        CheckConstraint("standing IN ('','quorum','minutes','follow_up')", name="standing"),
        CheckConstraint(
            "state IN ('proposed','open','done','not_reached','declined')", name="state"
        ),
        CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("state <> 'declined' OR answer <> ''", name="refusal_has_reason"),
        Index("ix_agenda_items_session_id_place", "session_id", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id"))
    """NULL: it waits in the backlog."""
    session: Mapped[Session | None] = relationship()
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id"), index=True)
    place: Mapped[int] = mapped_column(default=0)
    """Orders the items of one parent; gaps mean nothing."""
    kind: Mapped[str] = mapped_column(Text, default="discussion")
    standing: Mapped[str] = mapped_column(Text, default="")
    """Which item stands on every agenda by itself; "" for the others."""
    title: Mapped[str] = mapped_column(Text)
    minutes: Mapped[int] = mapped_column(default=15)
    """How long it is planned to take."""
    presenter_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    presenter: Mapped[Person | None] = relationship(foreign_keys=[presenter_id])
    is_confidential: Mapped[bool] = mapped_column(default=False)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("papers.id"), index=True)
    paper: Mapped[Paper | None] = relationship()
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"), index=True)
    topic: Mapped[Topic | None] = relationship()
    demanded_id: Mapped[int | None] = mapped_column(ForeignKey("demanded_items.id"), index=True)
    """What members had demanded a session for."""
    is_forced: Mapped[bool] = mapped_column(default=False)
    """A minority has put it here: it stays until it was dealt with."""
    state: Mapped[str] = mapped_column(Text, default="open")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    proposed_by: Mapped[Person | None] = relationship(foreign_keys=[proposed_by_id])
    answer: Mapped[str] = mapped_column(Text, default="")
    """Why a proposed item was declined."""
    carried_to_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id"))
    """The item of a later session that goes on with it."""
    in_block: Mapped[bool] = mapped_column(default=False)
    """Decided together with the others that nobody wants to discuss."""
    note: Mapped[str] = mapped_column(Text, default="")
    """What happened, for the minutes."""
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Mark(Base):
    """What a member says of an item before the session; others see counts only."""

    __tablename__ = "item_marks"
    __table_args__ = (CheckConstraint("mark IN ('read','agree','discuss')", name="mark"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
