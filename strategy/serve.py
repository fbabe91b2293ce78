"""`vorlauf serve`: gunicorn with gevent workers, and the jobs beside them.

Greenlets need the standard library patched before anything else is imported, so the command
becomes this module: `python -m strategy.serve`.
"""

from __future__ import annotations

if __name__ == "__main__":
    from gevent import monkey

    monkey.patch_all()

import gc
import logging
import subprocess
import sys
from typing import Any

import gevent
from gunicorn.app.base import BaseApplication
from gunicorn.workers.ggevent import GeventWorker

from strategy import work
from strategy.app import create_app
from strategy.settings import Settings
from strategy.store import migrate
from strategy.store.base import make_engine
from strategy.text.write import typesetter

MOST_CONNECTIONS = 2_000
"""Open connections of one process."""
WORK_AGAIN = 5.0
"""Seconds until it is started again after it has ended."""
GRACE = 4
"""Seconds that a process has to end: rooms are emptied first, so it hardly needs them."""

logger = logging.getLogger("strategy.serve")
_children: list[subprocess.Popen[bytes]] = []


class Worker(GeventWorker):  # type: ignore[misc]
    """A process that empties its rooms before it ends, and never waits for open papers."""

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Be asked to end (SIGTERM)."""
        gevent.spawn(self._leave, sig, frame)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Be told to end (SIGINT, SIGQUIT)."""
        gevent.spawn(self._leave, sig, frame)

    def _leave(self, sig: int, frame: Any) -> None:
        rooms = getattr(self.app, "rooms", None)
        if rooms is not None:
            rooms.stop()
        for child in _children:
            child.terminate()
        super().handle_exit(sig, frame)


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, told everything by us and nothing by its own files or variables."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.rooms: Any = None
        super().__init__(prog="vorlauf serve")

    def load_config(self) -> None:
        """How gunicorn runs."""
        for name, value in options(self.settings).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, made in the worker's own process."""
        app = create_app(self.settings)
        self.rooms = app.extensions["rooms"]
        gevent.spawn(_work_beside)
        gevent.spawn(typesetter.warm)
        relax_the_collector()
        return app


def options(settings: Settings) -> dict[str, Any]:
    """Gunicorn's settings."""
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": settings.workers,
        "worker_class": Worker,
        "worker_connections": MOST_CONNECTIONS,
        "graceful_timeout": GRACE,
        "timeout": 60,
        "keepalive": 20,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "limit_request_line": 8190,
        "proc_name": "vorlauf",
        "when_ready": _ready,
        "control_socket_disable": True,
    }


def relax_the_collector() -> None:
    """Spare the garbage collector the code, and let it look less often at the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _work_beside() -> None:
    """Keep a process that does the jobs, so that no export ever holds up somebody's typing."""
    while True:
        child = subprocess.Popen([sys.executable, "-m", "strategy.work"])
        _children.append(child)
        child.wait()
        _children.remove(child)
        logger.warning("the process that does the jobs has ended: %s", child.returncode)
        gevent.sleep(WORK_AGAIN)


def _ready(server: Any) -> None:
    settings: Settings = server.app.settings
    print(f"Vorlauf: {settings.external}", flush=True)  # noqa: T201


def main() -> None:
    """Serve as the environment says."""
    work.write_log()
    settings = Settings.from_env()
    engine = make_engine(settings.database)
    migrate.to_newest(engine)
    engine.dispose()
    relax_the_collector()  # what all processes share is read once, and nobody writes to it
    Server(settings).run()


if __name__ == "__main__":
    main()
