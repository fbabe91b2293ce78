"""The only place that reads the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_read: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731


def now() -> datetime:
    """The moment, in UTC with its zone."""
    return _read()


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Hold the clock at `at` (a moment with a zone), for tests and the demo."""
    global _read  # noqa: PLW0603
    before, _read = _read, lambda: at
    try:
        yield
    finally:
        _read = before
