"""The list of changes in words: what was inserted, deleted, replaced, moved, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from strategy.text.shapes import Change
from strategy.text.write.glyphs import showable
from strategy.text.write.tree import Json, clean

LONGEST = 240


@dataclass
class Entry:
    """One change. kind: ins, del, mod or swap (a deletion and what stands in its place)."""

    kind: str
    text: str
    ident: str
    move: str | None
    instead: str = ""


@dataclass
class Redlist:
    """The changes met so far. Runs of one change that touch each other are one entry."""

    entries: list[Entry] = field(default_factory=list)
    open: bool = False
    whole: bool = False
    """Within a table's row that was inserted or deleted: all its cells are one change."""

    def begin(self) -> None:
        """A new textblock begins: what comes is a change of its own."""
        if not self.whole:
            self.open = False
        elif self.open:
            self.entries[-1].text += " · "

    def interrupt(self) -> None:
        """Unchanged text: what comes is a change of its own."""
        self.open = False

    def add(self, new: Entry) -> int | None:
        """The number (from 0) of the entry that begins here, None if it belongs to the last."""
        last = self.entries[-1] if self.open and self.entries else None
        self.open = True
        if last is not None and new.move == last.move:
            if last.kind == new.kind and last.ident == new.ident:
                last.text += new.text
                return None
            replaces = new.kind == "ins" and last.kind == "del" and not new.move
            if replaces and new.text and last.text and _author(new) == _author(last):
                last.kind, last.instead = "swap", new.text
                return None
            if last.kind == "swap" and new.kind == "ins" and _author(new) == _author(last):
                last.instead += new.text
                return None
        self.entries.append(new)
        return len(self.entries) - 1

    def told(self, changes: Mapping[str, Change], said: Mapping[str, str]) -> list[Json]:
        """The entries as the templates show them: kind in words, author, old and new text."""
        return [_told(entry, changes, said) for entry in self.entries]


def _author(entry: Entry) -> str:
    return entry.ident.split(":")[0]


def _told(entry: Entry, changes: Mapping[str, Change], said: Mapping[str, str]) -> Json:
    by = changes.get(entry.ident)
    told: Json = {"by": showable(clean(by.author)) if by else "", "k": entry.kind}
    told["mv"] = entry.move is not None
    if entry.kind == "mod":
        return told | {"said": said["modified"], "new": _short(entry.text)}
    if not entry.text.strip():
        name = "end-inserted" if entry.kind == "ins" else "end-deleted"
        return told | {"said": said[name]}
    if entry.kind == "swap":
        told |= {"said": said["replacement"], "new": _short(entry.instead)}
        return told | {"old": _short(entry.text)}
    if entry.kind == "ins":
        name = "move-to" if entry.move else "insertion"
        return told | {"said": said[name], "new": _short(entry.text)}
    name = "move-from" if entry.move else "deletion"
    return told | {"said": said[name], "old": _short(entry.text)}


def _short(text: str) -> str:
    """The text, its middle left out where it is long."""
    text = showable(" ".join(text.split()))
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half].rsplit(' ', 1)[0]} … {text[-half:].split(' ', 1)[-1]}"
