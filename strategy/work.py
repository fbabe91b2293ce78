"""`vorlauf work`: mails, exports, reminders and whatever else waits, in a process of its own.

`vorlauf serve` starts one beside itself, so that no export ever holds up somebody's typing.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time

from strategy.domain import export_jobs, jobs, lines, mail, packet_jobs, polls, reminders
from strategy.settings import Settings, shipped
from strategy.store import tables  # noqa: F401  every table is known before the first query
from strategy.store.base import make_engine


def write_log() -> None:
    """Log to standard error, a JSON object a line."""
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format='{"at":"%(asctime)s","level":"%(levelname)s","from":"%(name)s","what":"%(message)s"}',
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)


def run(settings: Settings, *, parent: int | None = None) -> None:
    """Do the jobs until told to stop.

    parent  the process that started this one: where it has gone, this one stops as well
    """
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent, stop), daemon=True).start()
    handlers = {
        "mail": mail.handler(settings, shipped("templates")),
        "export": export_jobs.make,
        "lines": lines.work,
        "poll": polls.work,
        "packet": packet_jobs.make,
    }
    engine, before = make_engine(settings.database), {"before": settings.reminds}
    threading.Thread(
        target=reminders.run_forever, args=(engine, stop), kwargs=before, daemon=True
    ).start()
    jobs.run_forever(engine, handlers, stop)


def _end_with(parent: int, stop: threading.Event) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    stop.set()


def main() -> None:
    """Do the jobs of the server that started this process."""
    write_log()
    run(Settings.from_env(), parent=os.getppid())


if __name__ == "__main__":
    main()
