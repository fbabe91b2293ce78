"""How the board's year is told: its sessions, the papers tabled for them, what was decided."""

from __future__ import annotations

from dataclasses import dataclass

from strategy.domain.decisions import Outcome


@dataclass(frozen=True)
class Point:
    """An item of the agenda that has no paper."""

    title: str
    kind: str = "discussion"
    minutes: int = 20
    presenter: str = ""
    """First name, as everywhere here."""
    note: str = ""
    """What happened, for the minutes."""
    is_confidential: bool = False


@dataclass(frozen=True)
class Meeting:
    """A session."""

    key: str
    days_ago: int
    """It is held on the first Saturday from then on, or on that very day if by circulation."""
    planned: int
    """How many days ago it was planned."""
    kind: str = "regular"
    title: str = ""
    place: str = "Landesgeschäftsstelle"
    points: tuple[Point, ...] = ()
    away: tuple[str, ...] = ()
    """Who is excused."""
    guests: tuple[str, ...] = ()
    """Which guests are there."""
    opening: str = ""
    """What the minutes note under its first item."""
    adopts_plan: bool = False
    """Adopts the plan of the half year that begins with its month."""
    moved_from: int = 0
    """How many days earlier it was planned at first."""
    moved_because: str = ""


@dataclass(frozen=True)
class Todo:
    """A task that follows from a decision. Days count from the decision."""

    title: str
    owner: str
    due: int
    done: int = 0
    """After how many days it was done; 0: it is open."""
    words: str = ""
    """What its owner writes when it is done, or about how it stands."""
    handed_back: str = ""
    """Why its owner did."""
    is_accepted: bool = True


@dataclass(frozen=True)
class Verdict:
    """What became of a paper in a session."""

    said: Outcome
    note: str = ""
    supersedes: str = ""
    """The title of the paper whose decision it takes the place of."""
    dissent: tuple[tuple[str, str], ...] = ()
    """Who wrote what beside it."""
    todos: tuple[Todo, ...] = ()


@dataclass(frozen=True)
class Urgency:
    """A vote on whether a late paper is decided all the same."""

    cause: str
    because: str
    yes: int
    no: int
    abstain: int


@dataclass(frozen=True)
class Again:
    """A tabled paper is taken back, changed, and tabled once more."""

    because: str
    taken_back: int
    """Days before the session."""
    tabled: int
    """Days before the session."""
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Enclosed:
    """A PDF that is attached to a paper before it is tabled; set from its text when told."""

    title: str
    name: str
    source: str


@dataclass(frozen=True)
class Tabled:
    """A paper that was tabled."""

    title: str
    lead: str
    session: str
    """The session's key."""
    days_before: int
    """How many days before its session it was tabled; 0: on its morning."""
    source: str
    goal: str = ""
    no_goal_because: str = ""
    co_authors: tuple[str, ...] = ()
    drafted: int = 12
    """How many days before that it was begun."""
    read_by: tuple[str, ...] = ()
    again: Again | None = None
    urgency: Urgency | None = None
    carried_to: str = ""
    """The key of the session that deals with what the first one has postponed."""
    verdicts: tuple[Verdict, ...] = ()
    """One for each session that has decided something about it."""
    marks: tuple[tuple[str, str], ...] = ()
    """Who says what of it before the session."""
    enclosed: tuple[Enclosed, ...] = ()
