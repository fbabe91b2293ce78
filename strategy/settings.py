"""What the operator can set: read once, from the environment, never changed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

PACKAGE = Path(__file__).parent
MOST_PROCESSES = 64
MOST_REMIND_DAYS = 60
MOST_ATTACHMENT_MB = 25
MOST_ATTACHMENT_PAGES = 1_000


def shipped(name: str) -> Path:
    """A top-level folder: beside the package in a checkout, inside it in a wheel."""
    beside = PACKAGE.parent / name
    return beside if beside.is_dir() and (PACKAGE.parent / "wsgi.py").exists() else PACKAGE / name


def _setting(default: str, help: str, unit: str = "text") -> str:
    value: str = field(default=default, metadata={"help": help, "unit": unit})
    return value


@dataclass(frozen=True)
class Settings:
    """The operator's settings. Each field is the variable VORLAUF_<NAME>."""

    data: str = _setting("./var", "Folder for the database, the mails and the key.", "path")
    database_url: str = _setting(
        "", "SQLAlchemy address; empty: SQLite in the data folder.", "address"
    )
    redis_url: str = _setting(
        "", "Fan-out and rate limits for several processes; empty: one process.", "address"
    )
    secret_key: str = _setting(
        "", "Signs cookies; empty: made once and kept in the data folder.", "text"
    )
    external_url: str = _setting(
        "", "How people reach the server, e.g. https://vorlauf.example.org.", "address"
    )
    mail_url: str = _setting(
        "", "smtp://user:password@host:587 or file:///folder; empty: files in data.", "address"
    )
    mail_from: str = _setting("vorlauf@localhost", "Sender of the mails.", "address")
    remind_days: str = _setting(
        "7,2", "How long before a deadline authors are reminded of it.", "days, 0..60, by commas"
    )
    attachment_mb: str = _setting("10", "Largest PDF that can be attached to a paper.", "MB, 1..25")
    attachment_pages: str = _setting(
        "100", "Most pages of a PDF that can be attached to a paper.", "pages, 1..1000"
    )
    source_url: str = _setting(
        "", "Where the source code of this server lies; shown at the foot of each page.", "address"
    )
    host: str = _setting("127.0.0.1", "Address that `vorlauf serve` listens on.", "address")
    port: str = _setting("8000", "Port that `vorlauf serve` listens on.", "1..65535")
    processes: str = _setting(
        "1", "Processes that serve; more than one needs PostgreSQL and Redis.", "1..64"
    )

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Settings from VORLAUF_… variables; what is not set keeps its default."""
        env = os.environ if env is None else env
        given = {
            each.name: env[f"VORLAUF_{each.name.upper()}"]
            for each in fields(cls)
            if env.get(f"VORLAUF_{each.name.upper()}")
        }
        return cls(**given)

    @property
    def folder(self) -> Path:
        """The data folder, made if missing, readable by its owner alone."""
        folder = Path(self.data).resolve()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    @property
    def database(self) -> str:
        """The database's address, the default filled in."""
        return self.database_url or f"sqlite:///{self.folder / 'vorlauf.db'}"

    @property
    def mail(self) -> str:
        """The mail server's address, the default filled in."""
        return self.mail_url or f"file://{self.folder / 'mail'}"

    @property
    def external(self) -> str:
        """How people reach the server, without a slash at the end."""
        return (self.external_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def workers(self) -> int:
        """How many processes serve: one, unless they can tell each other what happens.

        raises  ValueError if the number of processes is none, or out of range
        """
        wished = int(self.processes)
        if not 1 <= wished <= MOST_PROCESSES:
            raise ValueError(f"VORLAUF_PROCESSES must be from 1 to {MOST_PROCESSES}")
        return wished if self.redis_url and not self.database.startswith("sqlite") else 1

    @property
    def reminds(self) -> tuple[int, ...]:
        """How many days before a deadline authors are reminded of it.

        raises  ValueError if it is anything but numbers in range, separated by commas
        """
        found = tuple(int(each) for each in self.remind_days.split(","))
        if not all(0 <= each <= MOST_REMIND_DAYS for each in found):
            raise ValueError(f"VORLAUF_REMIND_DAYS must be from 0 to {MOST_REMIND_DAYS} days")
        return found

    @property
    def largest_attachment(self) -> int:
        """Bytes of the largest PDF that can be attached.

        raises  ValueError if it is out of range
        """
        wished = int(self.attachment_mb)
        if not 1 <= wished <= MOST_ATTACHMENT_MB:
            raise ValueError(f"VORLAUF_ATTACHMENT_MB must be from 1 to {MOST_ATTACHMENT_MB}")
        return wished * 1_000_000

    @property
    def longest_attachment(self) -> int:
        """Pages of the longest PDF that can be attached.

        raises  ValueError if it is out of range
        """
        wished = int(self.attachment_pages)
        if not 1 <= wished <= MOST_ATTACHMENT_PAGES:
            raise ValueError(f"VORLAUF_ATTACHMENT_PAGES must be from 1 to {MOST_ATTACHMENT_PAGES}")
        return wished

    @property
    def secure(self) -> bool:
        """Whether people come by https, so that cookies may be bound to it."""
        return self.external.startswith("https://")

    def key(self) -> str:
        """The secret key: the given one, else one that is made once and kept."""
        if self.secret_key:
            return self.secret_key
        path = self.folder / "secret_key"
        try:
            with path.open("x") as new:
                path.chmod(0o600)
                new.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        return path.read_text().strip()
