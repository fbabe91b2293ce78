"""Straw polls. A secret vote is kept as two facts that nothing ties: who took part, how many chose.

There is no ballot: a secret vote adds one to a counter. What a single voter chose is therefore in
no row, and the counters are rewritten all together, so that not even the database's own
bookkeeping tells which of them a vote has moved. Why it is done like this: docs/decisions/0012.
"""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Engine, ForeignKey, Text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from strategy.store.base import LONGEST_WAIT, Base, UtcDateTime
from strategy.store.bodies import Body
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.topics import Topic

SCALES: dict[str, tuple[str, ...]] = {
    "must": ("must", "should", "should_not", "must_not"),
    "yes": ("yes", "no", "abstain"),
}
"""What may be chosen, by scale, in the order in which it is shown."""


class Poll(Base):
    """A question to a body about a paper or a topic. Question, scale and secrecy never change."""

    __tablename__ = "polls"
    __table_args__ = (
        CheckConstraint("(paper_id IS NULL) <> (topic_id IS NULL)", name="paper_or_topic"),
        CheckConstraint("scale IN ('must','yes')", name="scale"),
        CheckConstraint("question <> ''", name="question"),
        CheckConstraint("ends_at > made_at", name="ends_after_start"),
        CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed_by_somebody"),
        CheckConstraint("(sealed_at IS NULL) = (voters IS NULL)", name="sealed_has_voters"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"), index=True)
    body: Mapped[Body] = relationship()
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("papers.id"), index=True)
    paper: Mapped[Paper | None] = relationship()
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"), index=True)
    topic: Mapped[Topic | None] = relationship()
    question: Mapped[str] = mapped_column(Text)
    scale: Mapped[str] = mapped_column(Text)
    is_secret: Mapped[bool]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it closes by itself; NULL: when somebody closes it."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    sealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When who took part was forgotten; secret polls only."""
    voters: Mapped[int | None]
    """How many took part, kept when it was sealed."""


class OpenVote(Base):
    """What somebody said in an open poll, with their name."""

    __tablename__ = "poll_votes"

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    person: Mapped[Person] = relationship()
    choice: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Participation(Base):
    """Somebody has taken part in a secret poll. Gone once the poll is sealed; in no backup."""

    __tablename__ = "poll_participations"
    __table_args__ = ({"sqlite_with_rowid": False},)

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)


class Tally(Base):
    """How many have chosen this in a secret poll."""

    __tablename__ = "poll_tallies"
    __table_args__ = (
        CheckConstraint("count >= 0", name="count_not_negative"),
        {"sqlite_with_rowid": False},
    )

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    choice: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


def overwrite_deleted(db: Session) -> None:
    """What this transaction deletes is overwritten in the file, not only let go (SQLite)."""
    if db.get_bind().dialect.name == "sqlite":
        db.connection().exec_driver_sql("PRAGMA secure_delete=ON")


PATIENCE = (0.1, 0.2, 0.5, 1, 2)
"""Seconds between two tries to write a table anew."""


def wipe(engine: Engine) -> None:
    """Take old versions of polls' rows out of the database's files, once nothing needs them.

    raises  RuntimeError, or what the database raises, if somebody else held them: try again later
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("PRAGMA busy_timeout=1000")
            # Outside of any transaction; a reader of an older state keeps it from happening.
            is_busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            raw.execute(f"PRAGMA busy_timeout={LONGEST_WAIT * 1000}")
        if is_busy:
            raise RuntimeError("the write-ahead log is in use")
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw = connection.connection.driver_connection
        connection.exec_driver_sql("SET lock_timeout = '5s'")
        try:
            for table in ("poll_participations", "poll_tallies"):
                _write_anew(raw, table)
        finally:
            connection.exec_driver_sql("RESET lock_timeout")


def _write_anew(connection: Any, table: str) -> None:
    """Write a PostgreSQL table into a new file; the old one goes.

    Rows that an older transaction might still see would be written along, without a word: even
    one that never looks at them, like the server's own ANALYZE. VERBOSE alone says how many, as
    the first number of the details, in whatever language.

    connection  the driver's, outside of any transaction
    raises  RuntimeError if rows were written along for longer than `PATIENCE`
    """
    details: list[str] = []

    def hear(notice: Any) -> None:
        details.append(notice.message_detail or "")

    connection.add_notice_handler(hear)
    try:
        for seconds in (*PATIENCE, 0):
            details.clear()
            connection.execute(f"VACUUM (FULL, VERBOSE) {table}")
            left = [int(number) for each in details for number in re.findall(r"\d+", each)[:1]]
            if left and not any(left):
                return
            time.sleep(seconds)
    finally:
        connection.remove_notice_handler(hear)
    raise RuntimeError(f"an older transaction keeps rows of {table}")
