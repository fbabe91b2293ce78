"""Greenlets where the process is patched for them, threads where it is not (tests, commands)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import gevent
from gevent import monkey


def spawn(act: Callable[..., Any], *given: Any) -> None:
    """Start `act` beside what runs; nobody waits for it."""
    if monkey.is_module_patched("threading"):
        gevent.spawn(act, *given)
    else:
        threading.Thread(target=act, args=given, daemon=True).start()
