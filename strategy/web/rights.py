"""Rights were taken or given: open papers ask again at once, not only at their next look."""

from __future__ import annotations

from strategy.live import rooms
from strategy.web.request import after_commit


def changed(person_id: int | None = None) -> None:
    """Once this request is durable, let every room ask again about a person (None: everybody)."""
    after_commit(lambda: rooms.recheck(person_id))
