"""Who is in a room and where their cursors are. Told in bundles, never kept."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from strategy.live.loop import quick_lock

COLOURS = 12
"""How many colours cursors have; the page has a style for each number below it."""
MOST_HERE = 500
REPEAT_EVERY = 20.0
"""Seconds after which other processes hear again who is here."""
GONE_AFTER = 60.0
"""Seconds without such a word after which another process's pages are gone."""


@dataclass(slots=True)
class Here:
    """Somebody's open page."""

    client: str
    person: int
    name: str
    colour: int
    version: int = 0
    head: int | None = None
    anchor: int | None = None
    process: str = ""
    """The process that the page is connected to; empty: this one."""
    heard_at: float = 0.0

    def told(self) -> dict[str, Any]:
        """As the others hear of it."""
        return {
            "client": self.client,
            "person": self.person,
            "name": self.name,
            "colour": self.colour,
            "version": self.version,
            "head": self.head,
            "anchor": self.anchor,
        }


class Presence:
    """The pages that are open on one paper, here and in other processes."""

    def __init__(self) -> None:
        self._lock = quick_lock()
        self._here: dict[str, Here] = {}
        self._changed: set[str] = set()
        self._left: set[str] = set()
        self._repeated_at = 0.0

    def whose(self, client: str) -> int | None:
        """The person whose page this is, if it is open."""
        here = self._here.get(client)
        return here.person if here is not None else None

    def arrive(self, client: str, person: int, name: str) -> None:
        """Somebody has opened the paper. A person's pages share a colour."""
        with self._lock:
            if len(self._here) >= MOST_HERE:
                return
            self._here[client] = Here(client, person, name, self._colour(person))
            self._changed.add(client)
            self._left.discard(client)

    def _colour(self, person: int) -> int:
        taken = set()
        for each in self._here.values():
            if each.person == person:
                return each.colour
            taken.add(each.colour)
        wish = [(person + shift) % COLOURS for shift in range(COLOURS)]
        return next((colour for colour in wish if colour not in taken), wish[0])

    def move(self, client: str, version: int, head: int | None, anchor: int | None) -> None:
        """A cursor has moved."""
        with self._lock:
            here = self._here.get(client)
            if here is not None:
                here.version, here.head, here.anchor = version, head, anchor
                self._changed.add(client)

    def leave(self, client: str) -> None:
        """A page was closed."""
        with self._lock:
            if self._here.pop(client, None) is not None:
                self._changed.discard(client)
                self._left.add(client)

    def ours(self, moment: float) -> dict[str, Any] | None:
        """What other processes should hear: what changed here; all of it now and then."""
        with self._lock:
            for client, each in list(self._here.items()):
                if each.process and moment - each.heard_at > GONE_AFTER:
                    del self._here[client]  # its process has died
                    self._changed.discard(client)
                    self._left.add(client)
            whole = moment - self._repeated_at > REPEAT_EVERY
            if not whole and not self._changed and not self._left:
                return None
            if whole:
                self._repeated_at = moment
            here = [
                each.told()
                for each in self._here.values()
                if not each.process and (whole or each.client in self._changed)
            ]
            return {"here": here, "left": sorted(self._left)} if here or self._left else None

    def hear(self, process: str, here: list[dict[str, Any]], left: list[str]) -> None:
        """Another process tells who is there; positions as in `Here`."""
        moment = time.monotonic()
        with self._lock:
            for told in here:
                known = self._here.get(told["client"])
                if known is not None and not known.process:
                    continue
                new = Here(**told, process=process, heard_at=moment)
                if known is None or known.told() != new.told():
                    self._changed.add(new.client)
                self._here[new.client] = new
            for client in left:
                known = self._here.get(client)
                if known is not None and known.process == process:
                    del self._here[client]
                    self._changed.discard(client)
                    self._left.add(client)

    def everybody(self) -> dict[str, Any]:
        """For somebody who has just come."""
        with self._lock:
            here = [each.told() for each in self._here.values()]
        return {"type": "presence", "here": here, "left": []}

    def news(self) -> dict[str, Any] | None:
        """What has changed since this was last asked; None if nothing has."""
        if not self._changed and not self._left:
            return None
        with self._lock:
            here = [self._here[client].told() for client in self._changed if client in self._here]
            left, self._changed, self._left = sorted(self._left), set(), set()
        return {"type": "presence", "here": here, "left": left}
