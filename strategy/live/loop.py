"""Greenlets where the process is patched for them, threads where it is not (tests, commands)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gevent
from gevent import monkey


def spawn(act: Callable[..., Any], *given: Any) -> None:
    """Start `act` beside what runs; nobody waits for it."""
    if monkey.is_module_patched("threading"):
        gevent.spawn(act, *given)
    else:
        threading.Thread(target=act, args=given, daemon=True).start()


def quick_lock() -> Any:
    """A lock that the same thread may take again, for what never waits while it is held.

    Greenlets of a thread do not shut each other out with it, and need not: none is switched to.
    """
    return monkey.get_original("_thread", "RLock")()


@contextmanager
def arrivals(wire: socket.socket) -> Iterator[Callable[[], object]]:
    """A function that waits until there is something to read; where reading itself waits, nothing.

    gevent's sockets try first and wait after, which for a socket that is mostly silent is one
    call too many and an exception for each message.
    """
    if not monkey.is_module_patched("socket"):
        yield lambda: None
        return
    hub = gevent.get_hub()
    watcher = hub.loop.io(wire.fileno(), 1)
    try:
        yield lambda: hub.wait(watcher)
    finally:
        watcher.close()
