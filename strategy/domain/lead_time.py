"""The guard: deadlines counted back from a session, lateness judged, what may be decided.

Pure functions, and one gate that every way to a decision passes: `admit`. Who calls it (page,
command, job) makes no difference; nothing here asks who somebody is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from strategy.domain import days
from strategy.domain.terms import Span, Terms
from strategy.errors import Late

KINDS = ("invitation", "submission", "reading", "dispatch", "amendment")


@dataclass(frozen=True)
class Deadlines:
    """A session's deadlines as moments in UTC; None where the rules say nothing."""

    invitation: datetime | None
    urgent_invitation: datetime | None
    submission: datetime | None
    """For papers of the kind asked for. Where the rules name none: the end of `reading`."""
    reading: datetime | None
    """Until when a text may change that is to be decided."""
    dispatch: datetime | None
    amendment: datetime | None


def deadlines(terms: Terms, starts_at: datetime, *, zone: str, kind: str = "ordinary") -> Deadlines:
    """A session's deadlines for papers of a kind.

    starts_at   when the session begins, with its zone
    zone        the body's time zone, e.g. Europe/Berlin
    """

    def moment(span: Span | None) -> datetime | None:
        if span is None:
            return None
        return days.ends(span, starts_at, zone=zone, region=terms.region)

    wait = terms.reading_of(kind)
    reading = moment(Span(wait)) if wait else None
    return Deadlines(
        invitation=moment(terms.invitation),
        urgent_invitation=moment(terms.urgent_invitation),
        submission=moment(terms.submission_of(kind)) or reading,
        reading=reading,
        dispatch=moment(terms.dispatch_of(kind)),
        amendment=moment(terms.amendment),
    )


@dataclass(frozen=True)
class Stamp:
    """How early a paper came: written once with its tabling, never computed again."""

    at: datetime
    starts_at: datetime
    deadline: datetime | None
    lead: timedelta
    """From the tabling to the start of the session; negative after it."""
    late_by: timedelta | None
    """After the deadline; None if in time."""
    is_table_paper: bool
    """Late, and on the day of the session or after (Tischvorlage)."""
    reading_days: int
    reading_short: bool
    """Less time was left to read it than the rules want."""


def stamp(terms: Terms, starts_at: datetime, at: datetime, *, zone: str, kind: str) -> Stamp:
    """Judge a paper of a kind that is tabled at a moment for a session."""
    at, starts_at = at.astimezone(UTC), starts_at.astimezone(UTC)
    ends = deadlines(terms, starts_at, zone=zone, kind=kind)
    is_late = ends.submission is not None and at > ends.submission
    return Stamp(
        at=at,
        starts_at=starts_at,
        deadline=ends.submission,
        lead=starts_at - at,
        late_by=at - ends.submission if is_late and ends.submission else None,
        is_table_paper=is_late and days.local_day(at, zone) >= days.local_day(starts_at, zone),
        reading_days=terms.reading_of(kind),
        reading_short=ends.reading is not None and at > ends.reading,
    )


def lateness(ends: datetime | None, at: datetime) -> timedelta | None:
    """How long after a deadline something came; None if in time, or if there is none."""
    return at - ends if ends is not None and at > ends else None


@dataclass(frozen=True)
class Votes:
    """A show of hands."""

    yes: int
    no: int
    abstain: int
    present: int
    """Members there who may vote."""
    members: int
    """All members who may vote."""


def reached(majority: str, votes: Votes) -> bool:
    """Whether the votes reach a majority of terms.MAJORITIES. A tie never does."""
    yes = votes.yes
    return {
        "simple": yes > votes.no,
        "present": yes * 2 > votes.present,
        "members": yes * 2 > votes.members,
        "two_thirds_votes": yes > 0 and yes * 3 >= (yes + votes.no) * 2,
        "two_thirds_present": yes > 0 and yes * 3 >= votes.present * 2,
        "two_thirds_members": yes > 0 and yes * 3 >= votes.members * 2,
    }.get(majority, False)


def needs_urgency(late_by: object, reading_short: bool) -> bool:
    """Whether a paper with this stamp may only be discussed, unless the board says otherwise."""
    return late_by is not None or reading_short


def admit(
    *,
    late_by: object,
    reading_short: bool,
    is_urgent: bool | None,
    backers: int,
    backers_needed: int,
    facts: Mapping[str, object],
) -> None:
    """Let a paper be decided, or say why not.

    late_by, reading_short  from its stamp
    is_urgent       the outcome of the recorded vote on urgency; None if there was none
    backers_needed  as the rules say; 0: signatures do not help
    facts           what the sentence says: `number`, the paper's

    raises  Late
    """
    if not needs_urgency(late_by, reading_short) or is_urgent:
        return
    if backers_needed and backers >= backers_needed:
        return
    if is_urgent is False:
        raise Late(
            "%(number)s came too late, and the board has not granted urgency. It can be"
            " discussed, not decided.",
            **facts,
        )
    if late_by is not None:
        raise Late(
            "%(number)s came too late. It can be discussed; to decide it, the board must first"
            " grant urgency by a recorded vote.",
            **facts,
        )
    raise Late(
        "The text of %(number)s came too late to be read before a decision. It can be discussed;"
        " to decide it, the board must first grant urgency by a recorded vote.",
        **facts,
    )
