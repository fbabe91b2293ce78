"""What rules of procedure say, as values: deadlines, majorities, shares of members."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from fractions import Fraction
from typing import Any

from strategy.errors import Invalid
from strategy.store.papers import APART, KINDS

UNITS = ("days", "weeks", "weekday")
DAYS = ("calendar", "business", "working")
"""Which days are counted: all; Monday to Friday; Monday to Saturday. Holidays only in the first."""
HOLIDAY = ("keep", "before", "after")
"""Where a deadline goes that falls on a Saturday, Sunday or holiday."""
MAJORITIES = (
    "simple", "present", "members", "two_thirds_votes", "two_thirds_present", "two_thirds_members",
)  # fmt: skip
"""More yes than no; more than half of those present, of all members; two thirds of the votes
(without abstentions), of those present, of all members. Members are those who may vote."""
REGIONS = (
    "BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH",
)  # fmt: skip
LONGEST = 400
"""Days that a deadline lies before a session at most."""

PAPER_KINDS = tuple(kind for kind in KINDS if kind not in APART)

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")


@dataclass(frozen=True)
class Span:
    """So long before the session, until a time of day in the body's zone."""

    count: int
    """Days or weeks; for a weekday: how many weeks before the week of the session."""
    unit: str = "days"
    weekday: int = 0
    """0 Monday … 6 Sunday; only for the unit "weekday"."""
    days: str = "calendar"
    """One of DAYS; only for the unit "days"."""
    at: str = "24:00"
    """HH:MM; "24:00" is the end of the day."""
    holiday: str = "keep"

    def check(self, name: str) -> None:
        """Raise Invalid for the field `name` if this cannot be meant."""
        most = {"days": LONGEST, "weeks": LONGEST // 7, "weekday": LONGEST // 7}.get(self.unit)
        if most is None or self.days not in DAYS or self.holiday not in HOLIDAY:
            raise Invalid(name, "There is no such deadline.")
        if not _is_whole(self.count) or not 0 <= self.count <= most:
            raise Invalid(name, "Please give a number from 0 to %(most)s.", most=most)
        if not _is_whole(self.weekday) or not 0 <= self.weekday <= 6:
            raise Invalid(name, "There is no such weekday.")
        if not isinstance(self.at, str) or not _TIME.fullmatch(self.at):
            raise Invalid(name, "Please give a time like 18:00.")


@dataclass(frozen=True)
class Quota:
    """How many of the members: a number, or a share of them."""

    count: int = 0
    """If not 0, this many, however large the body is."""
    share: str = "1/2"
    """Part of the members, as "1/3"; only if `count` is 0."""
    is_more: bool = False
    """More than the share, not at least."""

    def of(self, members: int) -> int:
        """How many of `members` are needed; at least 1."""
        if self.count:
            return self.count
        part = Fraction(self.share) * members
        least = part.__floor__() + 1 if self.is_more else part.__ceil__()
        return max(1, least)

    def check(self, name: str) -> None:
        """Raise Invalid for the field `name` if this cannot be meant."""
        if not _is_whole(self.count) or not 0 <= self.count <= 10_000:
            raise Invalid(name, "Please give a number from 0 to %(most)s.", most=10_000)
        try:
            part = Fraction(self.share)
        except (ValueError, ZeroDivisionError, TypeError):
            raise Invalid(name, "Please give a share like 1/3.") from None
        if not 0 < part <= 1:
            raise Invalid(name, "Please give a share like 1/3.")


OUR_READING: Mapping[str, int] = {"ordinary": 7, "strategy": 14}
"""Days to read a text where the rules say nothing at all: no published rules were found that do."""


@dataclass(frozen=True)
class Terms:
    """One version of a body's rules. None and 0 mean: the rules say nothing about it."""

    region: str = ""
    """The federal state whose holidays count, one of REGIONS; "": only the nationwide ones."""
    rhythm: int = 0
    """Weeks from one regular session to the next."""
    invitation: Span | None = None
    urgent_invitation: Span | None = None
    """The shorter period, in urgent cases."""
    submission: Mapping[str, Span] = field(default_factory=dict)
    """By kind of paper; what is not named follows "ordinary"."""
    dispatch: Mapping[str, Span] = field(default_factory=dict)
    amendment: Span | None = None
    amendment_backers: int = 0
    """Members whose signatures a late amendment needs."""
    reading: Mapping[str, int] = field(default_factory=lambda: dict(OUR_READING))
    """Days between the last change of a text and its decision, by kind of paper."""
    urgency: str = "two_thirds_present"
    """The majority that lets a late paper be decided; "": no majority does."""
    late_backers: int = 0
    """Members whose signatures let a late paper be decided instead; 0: none do."""
    quorum: Quota = Quota(is_more=True)
    force_topic: Quota | None = None
    """How many members put a topic onto the next agenda."""
    call_session: Quota | None = None
    """How many members can demand a session."""
    call_within: int = 0
    """Days within which a demanded session is held."""
    call_self: int = 0
    """Days without an invitation after which those who demand a session invite themselves; counted
    from the day after enough have signed. 0: they do not."""
    call_self_days: str = "working"
    """Which days are counted there, one of DAYS."""
    objection_days: int = 0
    """Days in which members may object to a circular decision; 0: there are none."""
    plan_months: int = 0
    """Months that the plan of sessions covers at least."""
    plan_majority: str = ""
    """The majority that changes the plan."""
    answer_days: int = 28
    """Days within which a topic is answered."""
    minutes_days: int = 14
    """Days in which objections to minutes may be raised."""
    notes: tuple[str, ...] = ()
    """What the rules say beside that, in sentences of their own."""

    def submission_of(self, kind: str) -> Span | None:
        """The deadline for papers of a kind.

        Where none is named, it is the day on which papers are sent out: what comes later is
        not among them.
        """
        return self._of(self.submission, kind) or self.dispatch_of(kind)

    def dispatch_of(self, kind: str) -> Span | None:
        """When papers of a kind are sent out."""
        return self._of(self.dispatch, kind)

    def reading_of(self, kind: str) -> int:
        """Days to read a paper of a kind."""
        return self.reading.get(kind, self.reading.get("ordinary", 0))

    @staticmethod
    def _of(spans: Mapping[str, Span], kind: str) -> Span | None:
        return spans.get(kind, spans.get("ordinary"))


_NUMBERS = {
    "rhythm": 52, "amendment_backers": 10_000, "late_backers": 10_000, "call_within": LONGEST,
    "call_self": LONGEST,
    "objection_days": LONGEST, "plan_months": 60, "minutes_days": LONGEST,
}  # fmt: skip


def checked(terms: Terms) -> Terms:
    """The same terms, if they can be meant.

    raises  Invalid naming the field
    """
    if terms.region and terms.region not in REGIONS:
        raise Invalid("region", "There is no such federal state.")
    for name in ("invitation", "urgent_invitation", "amendment"):
        span = getattr(terms, name)
        if span is not None:
            span.check(name)
    for name in ("submission", "dispatch"):
        for kind, span in getattr(terms, name).items():
            _known(kind, name)
            span.check(f"{name}.{kind}")
    for kind, days in terms.reading.items():
        _known(kind, "reading")
        _whole(f"reading.{kind}", days, 0, LONGEST)
    for name in ("urgency", "plan_majority"):
        if getattr(terms, name) not in ("", *MAJORITIES):
            raise Invalid(name, "There is no such majority.")
    terms.quorum.check("quorum")
    for name in ("force_topic", "call_session"):
        quota = getattr(terms, name)
        if quota is not None:
            quota.check(name)
    for name, most in _NUMBERS.items():
        _whole(name, getattr(terms, name), 0, most)
    Span(0, days=terms.call_self_days).check("call_self")
    _whole("answer_days", terms.answer_days, 1, LONGEST)
    if terms.urgent_invitation and not terms.invitation:
        raise Invalid("invitation", "Please say the ordinary period first.")
    return terms


def _known(kind: str, name: str) -> None:
    if kind not in PAPER_KINDS:
        raise Invalid(name, "There is no such kind of paper.")


def _whole(name: str, value: object, least: int, most: int) -> None:
    if not _is_whole(value) or not least <= value <= most:  # type: ignore[operator]
        raise Invalid(
            name, "Please give a number from %(least)s to %(most)s.", least=least, most=most
        )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def to_json(terms: Terms) -> str:
    """As it is kept."""
    return json.dumps(asdict(terms), ensure_ascii=False, sort_keys=True)


def from_json(kept: str) -> Terms:
    """What `to_json` has written, also by an older version that knew fewer fields."""
    said: dict[str, Any] = json.loads(kept)
    known = {each.name for each in fields(Terms)}
    facts: dict[str, Any] = {name: value for name, value in said.items() if name in known}
    for name in ("invitation", "urgent_invitation", "amendment"):
        if facts.get(name):
            facts[name] = Span(**facts[name])
    for name in ("submission", "dispatch"):
        facts[name] = {kind: Span(**span) for kind, span in facts.get(name, {}).items()}
    for name in ("quorum", "force_topic", "call_session"):
        if facts.get(name):
            facts[name] = Quota(**facts[name])
    facts["notes"] = tuple(facts.get("notes", ()))
    return Terms(**facts)
