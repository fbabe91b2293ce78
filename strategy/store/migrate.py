"""Bring a database to the newest migration."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

FOLDER = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def to_newest(engine: Engine) -> None:
    """Apply the migrations that the database lacks, in one transaction."""
    if is_newest(engine):
        return
    config = _config()
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_newest(engine: Engine) -> bool:
    """Whether nothing is to be applied."""
    with engine.connect() as connection:
        return _revision(connection) == ScriptDirectory.from_config(_config()).get_current_head()


def current(db: Session) -> str:
    """The migration that the database stands at."""
    return _revision(db.connection()) or ""


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
