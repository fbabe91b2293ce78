"""Collects what is worth telling about an import while it is read."""

from __future__ import annotations

from typing import Any

from .shapes import Level

_MOST_LINES = 200
"""Of one level: many small things leave room for a loss."""
_WEIGHT = {"lost": 0, "changed": 1, "info": 2}


class Notes:
    """Lines of a report; equal ones are counted, in `count`, and keep their first place."""

    def __init__(self) -> None:
        self.here = ""
        """The heading, or the words, that were read last: the place of what names none."""
        self.lines: dict[tuple[str, str, str], dict[str, Any]] = {}

    def add(
        self, level: Level, message: str, *, place: str = "", times: int = 1, **facts: object
    ) -> None:
        """Note something once more. A message with a %(count)s place says how often it was."""
        key = (level, message, repr(sorted(facts.items())))
        line = self.lines.get(key)
        if line is None:
            if sum(known[0] == level for known in self.lines) >= _MOST_LINES:
                return
            line = {
                "level": level,
                "message": message,
                "facts": dict(facts),
                "place": (place or self.here)[:80],
            }
            line["times"] = 0
            self.lines[key] = line
        line["times"] += times

    def sent(self) -> list[dict[str, Any]]:
        """The lines as JSON: lost before changed before info, else in the order they were met."""
        out = []
        for line in sorted(self.lines.values(), key=lambda line: _WEIGHT[line["level"]]):
            facts = line["facts"]
            if "%(count)s" in line["message"]:
                facts = facts | {"count": line["times"]}
            out.append({k: line[k] for k in ("level", "message", "place")} | {"facts": facts})
        return out
