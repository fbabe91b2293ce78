"""Bring a database to the newest migration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, column, inspect, select, table
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"
_VERSION = table("alembic_version", column("version_num"))


def newest() -> str:
    """The name of the last migration; their files are numbered."""
    return max(path.stem.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def to_newest(engine: Engine) -> None:
    """Apply the migrations that the database lacks, in one transaction."""
    if not is_newest(engine):
        from alembic import command  # noqa: PLC0415  half a second, and mostly nothing to do

        with migrating(engine) as config:
            command.upgrade(config, "head")


@contextmanager
def migrating(engine: Engine) -> Iterator[Config]:
    """Alembic's configuration on a connection with one transaction around everything.

    To change a table, SQLite makes it anew and drops the old one: with its references on, that
    would delete what hangs from it. They are off meanwhile, and checked before the end.

    raises  RuntimeError if a reference was broken; nothing is changed then
    """
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    with engine.connect().execution_options(writes=True) as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        raw: Any = connection.connection.driver_connection
        if is_sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")  # without effect once a transaction has begun
        try:
            with connection.begin():
                config.attributes["connection"] = connection
                yield config
                if is_sqlite and (broken := raw.execute("PRAGMA foreign_key_check").fetchall()):
                    raise RuntimeError(f"the migration breaks references: {broken[:5]}")
        finally:
            if is_sqlite:
                raw.execute("PRAGMA foreign_keys=ON")


def is_newest(engine: Engine) -> bool:
    """Whether nothing is to be applied."""
    with engine.connect() as connection:
        return _revision(connection) == newest()


def current(db: Session) -> str:
    """The migration that the database stands at."""
    return _revision(db.connection()) or ""


def _revision(connection: Connection) -> str | None:
    """None in a database without any table."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.scalar(select(_VERSION.c.version_num))
