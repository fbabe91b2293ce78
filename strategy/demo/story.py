"""How a paper of the demo is told: its first text, then moves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Move:
    """Something that somebody did, so many days before the demo is made."""

    by: str
    """First name."""
    days_ago: int
    minute: int = 0
    """Minutes earlier on that day: orders the moves of a day, later ones smaller."""
    state: str = ""
    """consultation | finalised | read"""
    until_in: int = 0
    """Days from now until which a consultation lasts."""
    title: str = ""


@dataclass(frozen=True)
class Edit(Move):
    """Words replaced by others; each old one stands in the text exactly once."""

    changes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Take(Move):
    """A revision is kept."""


@dataclass(frozen=True)
class Say(Move):
    """A comment on the passage `about`, or on the whole paper if that is empty."""

    text: str = ""
    about: str = ""
    kind: str = "note"
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note(Move):
    """An answer in the thread that is so manieth, from 0."""

    thread: int = 0
    text: str = ""


@dataclass(frozen=True)
class Settle(Move):
    """A thread is closed: answered, accepted or refused with a reason."""

    thread: int = 0
    outcome: str = "answered"
    text: str = ""


@dataclass(frozen=True)
class Paper:
    """A paper's first text and what happened to it."""

    title: str
    lead: str
    co_authors: tuple[str, ...]
    days_ago: int
    source: str
    moves: tuple[Move, ...] = ()
    word_file_by: str = ""
    """Whose Word file the paper was started from, with `tracked` as tracked changes."""
    tracked: tuple[tuple[str, str], ...] = ()
