"""Tracked changes in Word's terms: who and when, moved passages, changed paragraph ends.

In Word, a paragraph's properties travel with its mark: when a mark goes, the joined paragraph
takes those of the *next* mark. Here, the first block's stay. So the paragraph after a changed
end is written with the properties that it must have when all changes are accepted, and with
those for "all rejected" as its former ones (w:pPrChange).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from strategy.text.shapes import Change
from strategy.text.write.paper import stamp
from strategy.text.write.tree import TEXTBLOCKS, Json, attr, each, kids, mark
from strategy.text.write.xml import e


@dataclass(frozen=True)
class Markup:
    """A textblock's type and attributes as they are, as they were if they differ, and by whom."""

    now: Json
    before: Json | None = None
    ident: str = ""


@dataclass
class Revisions:
    """Numbers for everything that needs one, and who made which change."""

    changes: Mapping[str, Change]
    froms: dict[str, list[int]] = field(default_factory=dict)
    tos: dict[str, list[int]] = field(default_factory=dict)
    keep: list[Json] = field(default_factory=list)
    count: int = 1000

    def number(self) -> int:
        """A number not given before."""
        self.count += 1
        return self.count

    def by(self, ident: str) -> str:
        """The attributes of a change: number, author, date."""
        change = self.changes.get(ident)
        author = change.author if change else ident.partition(":")[0]
        at = stamp(change.at) if change else ""
        date = f' w:date="{at}"' if at else ""
        return f'w:id="{self.number()}" w:author="{e(author) or "?"}"{date}'

    def learn_moves(self, doc: Json) -> None:
        """Find which textblocks hold moved passages: the n-th of each side belong together."""
        for block in each(doc):
            if block["type"] not in TEXTBLOCKS and block["type"] != "caption":
                continue
            self.keep.append(block)
            for kind, side in (("deletion", self.froms), ("insertion", self.tos)):
                found = [mark(kid, kind) for kid in kids(block)]
                for move in dict.fromkeys(m["move"] for m in found if m and m.get("move")):
                    side.setdefault(move, []).append(id(block))

    def move_name(self, block: Json, change: Json, *, away: bool) -> str:
        """The name that both ends of a moved passage share, "" if the other end is missing."""
        move = change.get("move")
        if not move:
            return ""
        mine = (self.froms if away else self.tos).get(move, [])
        other = (self.tos if away else self.froms).get(move, [])
        if id(block) not in mine or mine.index(id(block)) >= len(other):
            return ""
        return f"move-{move}-{mine.index(id(block)) + 1}"


def markups(nodes: list[Json]) -> list[Markup | None]:
    """For each node that is a textblock, the properties that Word's paragraph must carry."""
    made: list[Markup | None] = []
    accepted: Json | None = None
    rejected: Json | None = None
    why = ""
    for node in nodes:
        if node["type"] not in TEXTBLOCKS:
            made.append(None)
            accepted = rejected = None
            continue
        modified = mark(node, "modification") or {}
        now = accepted or _markup(node)
        former = rejected or _markup(node, modified.get("before"))
        end = attr(node, "end") or {}
        ident = str(modified.get("id") or why or end.get("id") or "")
        made.append(Markup(now, former if former != now else None, ident))
        gone = mark(node, "deletion") is not None
        new = mark(node, "insertion") is not None
        change = end.get("change")
        why = str(end.get("id") or "") if change else ""
        if not gone:
            accepted = now if change == "deletion" else None
        if not new:
            rejected = former if change == "insertion" else None
    return made


def _markup(node: Json, before: Any = None) -> Json:
    attrs = dict(node.get("attrs") or {})
    kind = node["type"]
    if before:
        attrs |= before.get("attrs") or {}
        kind = before.get("type", kind)
    if kind == "heading":
        return {"type": kind, "level": min(4, max(1, int(attrs.get("level") or 1)))}
    return {"type": "paragraph", "align": attrs.get("align")}
