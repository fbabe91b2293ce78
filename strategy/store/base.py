"""The database: engine, session, and the types that columns share."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection, DateTime, Engine, MetaData, create_engine, event, orm
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator

__all__ = ["Base", "Session", "UtcDateTime", "make_engine", "make_session"]

Session = orm.Session

OLDEST_SQLITE = (3, 51, 3)
"""Older ones can corrupt a database in WAL mode."""

LONGEST_WAIT = 15
"""Seconds that a transaction waits for the one writing place of SQLite."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC, given with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone; everything else becomes UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone: put it back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(orm.DeclarativeBase):
    """What every table is declared on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def make_engine(address: str) -> Engine:
    """An engine for `address`; SQLite durable on every commit, with its constraints on.

    What a statement was asked with is in no error's message: logs hold no votes and no drafts.

    raises  RuntimeError on an SQLite that can corrupt its database
    """
    if not address.startswith("sqlite"):
        driver = address.replace("postgresql://", "postgresql+psycopg://", 1)
        return create_engine(
            driver, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=True
        )
    if sqlite.sqlite_version_info < OLDEST_SQLITE:
        raise RuntimeError(f"SQLite {sqlite.sqlite_version} can corrupt a database; 3.51.3 needed")
    engine = create_engine(
        address,
        module=sqlite,
        connect_args={"timeout": LONGEST_WAIT, "check_same_thread": False},
        pool_size=10,
        max_overflow=50,  # writers of busy papers keep theirs while people type
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    writer = threading.Lock()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A reader that becomes a writer would fail at once instead of waiting its turn, and
        # SQLite's own waiting would hold up every greenlet of the process: wait here instead.
        if not connection.get_execution_options().get("writes", False):
            _run(connection, "BEGIN")
            return
        if not writer.acquire(timeout=LONGEST_WAIT):
            raise TimeoutError("the database's writing place was not free in time")
        try:
            _run(connection, "BEGIN IMMEDIATE")
        except BaseException:
            writer.release()  # another process holds it: no end of this transaction will be told
            raise
        connection.info["writing"] = True

    @event.listens_for(engine, "commit")
    @event.listens_for(engine, "rollback")
    def _end(connection: Connection) -> None:
        if connection.info.pop("writing", False):
            writer.release()

    return engine


def _run(connection: Connection, words: str) -> None:
    """Run a bare statement past SQLAlchemy, which would take ten times as long."""
    raw: Any = connection.connection.driver_connection
    try:
        raw.execute(words)
    except sqlite.Error as trouble:
        raise DBAPIError.instance(words, None, trouble, sqlite.Error) from trouble


def make_session(engine: Engine, *, writes: bool = False) -> orm.Session:
    """A session on `engine`; `writes` takes SQLite's one writing place from the start."""
    bound = engine.execution_options(writes=True) if writes else engine
    return orm.Session(bound, expire_on_commit=False)
