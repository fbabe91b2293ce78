"""Whether everything that the program needs is there and set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import urlsplit

import pypandoc
import pysqlite3.dbapi2 as sqlite
from sqlalchemy import text

from strategy.settings import Settings
from strategy.store import migrate
from strategy.store.base import OLDEST_SQLITE, make_engine
from strategy.text.write.fonts import fonts_folder


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    words: str
    fine: bool


def examine(settings: Settings) -> list[Check]:
    """Look at settings, versions, database, fonts and helpers."""
    host = urlsplit(settings.external).hostname
    local = host in {"127.0.0.1", "localhost", "::1"}
    return [
        Check(f"Vorlauf {version('vorlauf')}, data in {settings.folder}", True),
        Check(f"SQLite {sqlite.sqlite_version}", sqlite.sqlite_version_info >= OLDEST_SQLITE),
        _try("Database answers and is migrated", lambda: _database(settings)),
        _try("Pandoc is there", lambda: bool(pypandoc.get_pandoc_version())),
        _try("Fonts for print are there", lambda: any(fonts_folder().iterdir())),
        Check(f"People come to {settings.external} by https", settings.secure or local),
        Check("The secret key is long enough", len(settings.key()) >= 32),
        Check(
            "Mails are sent, not only written to files",
            not settings.mail.startswith("file:") or local,
        ),
    ]


def _database(settings: Settings) -> bool:
    engine = make_engine(settings.database)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        return migrate.is_newest(engine)
    finally:
        engine.dispose()


def _try(words: str, look: Callable[[], bool]) -> Check:
    try:
        return Check(words, look())
    except Exception as trouble:
        return Check(f"{words}: {trouble}", False)
