"""Files that papers show: stored once, named by their content."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from strategy.store.base import Base, UtcDateTime


class File(Base):
    """An image's bytes, checked and cleaned."""

    __tablename__ = "files"

    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    mime: Mapped[str] = mapped_column(Text)
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PaperFile(Base):
    """A paper may show a file: who may see the paper may see it."""

    __tablename__ = "paper_files"

    paper_id: Mapped[int] = mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(ForeignKey("files.sha256"), primary_key=True)
