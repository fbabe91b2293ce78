"""Attachments of papers: foreign PDFs, stored once by their content; frozen with each tabling.

The rows of `tabling_attachments` are only ever added: triggers in the database refuse to change or
delete them, whoever asks.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.people import Person


class AttachedFile(Base):
    """A PDF's bytes, checked and never changed."""

    __tablename__ = "attached_files"
    __table_args__ = (
        CheckConstraint("pages >= 1", name="pages_from_one"),
        CheckConstraint("size >= 1", name="size_from_one"),
    )

    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    pages: Mapped[int]
    size: Mapped[int]
    """Bytes."""
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attachment(Base):
    """A file that is attached to a paper as it stands now."""

    __tablename__ = "attachments"
    __table_args__ = (
        UniqueConstraint("paper_id", "sha256"),
        CheckConstraint("title <> ''", name="has_title"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id", ondelete="CASCADE"))
    place: Mapped[int]
    """Orders the paper's attachments; gaps mean nothing."""
    sha256: Mapped[str] = mapped_column(ForeignKey("attached_files.sha256"), index=True)
    file: Mapped[AttachedFile] = relationship()
    title: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    """The file's name, as it came."""
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class TabledAttachment(Base):
    """A file that was tabled with a paper. Nothing changes this row."""

    __tablename__ = "tabling_attachments"
    __table_args__ = (CheckConstraint("number >= 1", name="number_from_one"),)

    tabling_id: Mapped[int] = mapped_column(ForeignKey("tablings.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """Counts the tabling's attachments, from 1."""
    sha256: Mapped[str] = mapped_column(ForeignKey("attached_files.sha256"), index=True)
    file: Mapped[AttachedFile] = relationship()
    title: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    """Who had attached it, and when."""
    by: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
