"""Papers and the people who write them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Text,
    UniqueConstraint,
    column,
    exists,
    table,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.bodies import Body
from strategy.store.people import Person

STATES = ("draft", "consultation", "finalised", "tabled", "decided", "withdrawn")
KINDS = ("ordinary", "lead", "statutes", "strategy", "minutes", "amendment")
"""What the rules tell apart: lead motions, changes of statutes, strategy papers; and APART."""
APART = ("minutes", "amendment")
"""Kinds that go a way of their own: domain/minutes.py and domain/amendments.py lead them."""

# Said in short: the modules of these tables are made upon this one.
_items = table(
    "agenda_items", column("paper_id"), column("is_confidential", Boolean), column("state", Text)
)
_amendments = table("amendments", column("paper_id"), column("text_id"))
_closed = _items.c.is_confidential & (_items.c.state != "declined")


class Paper(Base):
    """A working paper at its newest version."""

    __tablename__ = "papers"
    __table_args__ = (
        UniqueConstraint("body_id", "year", "serial"),
        CheckConstraint(
            "state IN ('draft','consultation','finalised','tabled','decided','withdrawn')",
            name="state",
        ),
        CheckConstraint(
            "kind IN ('ordinary','lead','statutes','strategy','minutes','amendment')", name="kind"
        ),
        CheckConstraint("(kind = 'amendment') = (label <> '')", name="amendment_has_label"),
        CheckConstraint("lang IN ('de', 'en')", name="lang_known"),
        CheckConstraint("version >= 0", name="version_not_negative"),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_moment"
        ),
        CheckConstraint(
            "state <> 'finalised' OR finalised_at IS NOT NULL", name="finalised_has_moment"
        ),
        CheckConstraint(
            "state NOT IN ('tabled','decided') OR tabled_at IS NOT NULL", name="tabled_has_moment"
        ),
        CheckConstraint(
            "(state = 'decided') = (decided_at IS NOT NULL)", name="decided_has_moment"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"), index=True)
    body: Mapped[Body] = relationship()
    year: Mapped[int]
    serial: Mapped[int]
    """Counts the body's papers of a year, from 1; with the year the running number. The texts of
    amendments count downwards from -1: they leave no gap."""
    label: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What the text of an amendment is called instead: "2026/041-Ä1"; "" for every other paper."""
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, default="ordinary", server_default="ordinary")
    lang: Mapped[str] = mapped_column(Text, default="de")
    lead_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    lead: Mapped[Person] = relationship(foreign_keys=[lead_id])
    state: Mapped[str] = mapped_column(Text, default="draft")
    consults_until: Mapped[date | None] = mapped_column(Date)
    shared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the body was first let in, by a consultation or a finalised revision."""
    finalised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was last filed to a session; the lead time is stamped in `tablings`."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_because: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=0)
    """How many steps have been accepted since the paper began."""
    words: Mapped[str] = mapped_column(Text, default="", deferred=True)
    """Title and text in lower case, for searching; as of the last revision."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the text last changed."""
    is_confidential: Mapped[bool] = column_property(
        exists().where(_items.c.paper_id == id, _closed)
        | exists().where(
            _amendments.c.text_id == id, _amendments.c.paper_id == _items.c.paper_id, _closed
        ),
        deferred=True,
    )
    """Whether it, or what it amends, stands on a confidential item of any agenda, past ones too.
    Asked of the database when it is first wanted, so that only guests pay for it."""

    authors: Mapped[list[PaperPerson]] = relationship(
        back_populates="paper", cascade="all, delete-orphan"
    )

    @property
    def number(self) -> str:
        """The running number, given once: "2026/041"."""
        return self.label or f"{self.year}/{self.serial:03d}"


class PaperPerson(Base):
    """A co-author or an invited reader of a paper."""

    __tablename__ = "paper_people"
    __table_args__ = (CheckConstraint("part IN ('co_author', 'reader')", name="part"),)

    paper_id: Mapped[int] = mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    part: Mapped[str] = mapped_column(Text, default="co_author")
    paper: Mapped[Paper] = relationship(back_populates="authors")
    person: Mapped[Person] = relationship()


class Reading(Base):
    """Up to where somebody has read a paper: for "since I last read"."""

    __tablename__ = "readings"

    paper_id: Mapped[int] = mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
