"""Voting on amendments: in which order, what really needs a vote, what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from strategy.domain import (
    amendment_notices,
    amendments,
    late_amendments,
    merging,
    policy,
    recommendations,
    resolutions,
    tablings,
    urgency,
)
from strategy.domain.merging import Entry, Merging
from strategy.domain.recommendations import Advised
from strategy.errors import Invalid, NotAllowed
from strategy.store.amendments import Amendment, Result
from strategy.store.papers import Paper
from strategy.store.people import Person


@dataclass(frozen=True)
class Ballot:
    """An amendment in the order of votes."""

    entry: Entry
    advised: Advised | None
    result: Result | None

    @property
    def is_agreed(self) -> bool:
        """Both sides want the same: it is taken over without a vote."""
        return self.advised is not None and self.advised.is_agreed

    @property
    def needs_vote(self) -> bool:
        """Open, and not settled by agreement."""
        return (
            self.entry.amendment.state == "moved"
            and self.result is None
            and not self.is_agreed
            and self.entry.settled_by is None
        )


def ballots(db: Db, made: Merging) -> list[Ballot]:
    """The amendments in the order in which they are voted on."""
    advised = recommendations.of_paper(db, made.paper)
    found = results(db, made.paper)
    return [
        Ballot(entry, advised.get(entry.amendment.id), found.get(entry.amendment.id))
        for entry in order(made.entries)
    ]


def order(entries: list[Entry]) -> list[Entry]:
    """The most far-reaching first: another text in the place of the whole, then by how many words
    are changed; those to an amendment before it. What a chair has placed stands where they put it.
    """
    by_reach = sorted(entries, key=_far)
    placed = sorted(
        (each for each in by_reach if each.amendment.place), key=lambda each: each.amendment.place
    )
    for entry in by_reach:
        if not entry.amendment.place:
            at = next((n for n, each in enumerate(placed) if _far(each) > _far(entry)), len(placed))
            placed.insert(at, entry)
    return [each for entry in placed for each in (*sorted(entry.upon, key=_far), entry)]


def _far(entry: Entry) -> tuple[bool, int, int]:
    amendment = entry.amendment
    return (
        amendment.kind != "global",
        -entry.reach,
        amendment.motion.number if amendment.motion else 0,
    )


def shift(db: Db, amendment: Amendment, by_places: int, *, by: Person) -> None:
    """Put an amendment one place earlier (-1) or later (1) in the order of votes.

    raises  NotFound, NotAllowed by the policy
    """
    policy.require(policy.may_merge, by, amendment.paper)
    amendments.hold(db, amendment)
    made = merging.of(db, amendment.paper)
    every = [each.amendment for each in order(made.entries) if each.amendment.upon_id is None]
    if amendment not in every:
        raise NotAllowed("An amendment to an amendment is voted on before it.")
    at = every.index(amendment)
    every.insert(max(0, min(len(every) - 1, at + by_places)), every.pop(at))
    for place, each in enumerate(every, start=1):
        each.place = place
    db.flush()


@dataclass(frozen=True)
class Count:
    """A show of hands on an amendment."""

    is_carried: bool
    yes: int = 0
    no: int = 0
    abstain: int = 0
    is_unanimous: bool = False
    """Without a count, nobody against."""


def record(db: Db, amendment: Amendment, count: Count, *, by: Person, now: datetime) -> Result:
    """Write down how the board has voted. Carried without verdicts on passages: all of it is.

    raises  NotFound, NotAllowed by the policy, outside of the session, and where what collides is
            adopted; Late for a late amendment without signatures or urgency; Invalid
    """
    merging.require_merging(db, amendment, by)
    _check(db, amendment, count)
    if not count.is_carried:
        if merging.of(db, amendment.paper).entry(amendment) is not None:
            merging.decide(db, amendment, "reject", by=by, now=now)
        outcome = "rejected"
    else:
        outcome = _taken(db, amendment, by=by, now=now)
    result = resolutions.keep(
        db, amendment, outcome, by=by, now=now,
        yes=count.yes, no=count.no, abstain=count.abstain, is_unanimous=count.is_unanimous,
    )  # fmt: skip
    if count.is_carried:
        _follow_up(db, amendment, by=by, now=now)
    return result


def _follow_up(db: Db, amendment: Amendment, *, by: Person, now: datetime) -> None:
    """It is adopted: settle what it leaves no room for, tell those whose words it changes too."""
    made = merging.of(db, amendment.paper)
    entry = made.entry(amendment)
    if entry is None:
        return
    settled = made.settled_with(entry) if entry.is_whole else []
    for each in settled:
        resolutions.keep(db, each, "settled", by=by, now=now, settled_by=amendment)
    for place, said in enumerate(entry.verdicts):
        if said is not None and said.verdict in merging.TAKEN:
            for clash in made.against(entry, place):
                other, _ = clash.other(amendment, place)
                if other.state == "moved":
                    amendment_notices.collides(db, other, amendment, now=now)


def _check(db: Db, amendment: Amendment, count: Count) -> None:
    tabling = tablings.standing(db, amendment.paper)
    if tabling is None or tabling.session.state != "running":
        raise NotAllowed("Amendments are voted on in the session, once it is open.")
    urgency.check_quorum_and_votes(
        db, tabling.session, yes=count.yes, no=count.no, abstain=count.abstain,
        is_unanimous=count.is_unanimous,
    )  # fmt: skip
    if count.is_unanimous:
        return
    if count.is_carried and count.yes <= count.no:
        raise Invalid("yes", "With these votes it is not adopted: more yes than no is needed.")
    if not count.is_carried and count.yes > count.no:
        raise Invalid("yes", "With these votes it is not rejected.")


def _taken(db: Db, amendment: Amendment, *, by: Person, now: datetime) -> str:
    if amendment.kind == "hint":
        late_amendments.admit(db, amendment)
        return "adopted"
    entry = merging.of(db, amendment.paper).entry(amendment)
    if entry is not None:
        merging.refuse_settled(entry)
    if entry is None or entry.outcome in (None, "rejected"):
        merging.decide(db, amendment, "adopt", by=by, now=now)
        entry = merging.of(db, amendment.paper).entry(amendment)
    return (entry.outcome if entry else None) or "adopted"


def settle(
    db: Db, amendment: Amendment, settled_by: Amendment, *, by: Person, now: datetime
) -> Result:
    """Write down that another amendment has made this one needless.

    raises  NotFound, NotAllowed by the policy; Invalid
    """
    merging.require_merging(db, amendment, by)
    if settled_by.id == amendment.id or settled_by.paper_id != amendment.paper_id:
        raise Invalid("settled_by", "There is no such amendment.")
    if settled_by.state in ("drafted", "withdrawn", "settled"):
        raise Invalid("settled_by", "Please name one that is open or decided.")
    return resolutions.keep(db, amendment, "settled", by=by, now=now, settled_by=settled_by)


def follow(db: Db, amendment: Amendment, *, by: Person, now: datetime) -> None:
    """Do what was recommended and agreed on, without a vote.

    raises  NotFound, NotAllowed by the policy, and where nothing was agreed on; as merging.decide
    """
    merging.require_merging(db, amendment, by)
    advised = recommendations.of_paper(db, amendment.paper).get(amendment.id)
    if advised is None or not advised.is_agreed:
        raise NotAllowed("Nothing has been agreed on about this amendment.")
    advice = advised.recommendation
    if advice.advice == "settled" and advice.settled_by_id is not None:
        other = db.get_one(Amendment, advice.settled_by_id)
        settle(db, amendment, other, by=by, now=now)
        return
    merging.decide(db, amendment, "reject" if advice.advice == "reject" else "adopt",
                   by=by, now=now)  # fmt: skip
    text = amendments.text_of(db, amendment)
    for place in advised.words:
        if text is not None and (words := advised.words_for(text.number, place)):
            merging.decide(db, amendment, "modify", passage=place, words=words, by=by, now=now)


def open_ones(made: list[Ballot]) -> Mapping[str, int]:
    """How many need a vote, how many are agreed on or settled with that, how many are done."""
    still = [each for each in made if each.entry.amendment.state == "moved"]
    return {
        "vote": sum(each.needs_vote for each in made),
        "agreed": sum(each.is_agreed and each.entry.settled_by is None for each in still),
        "settled": sum(each.entry.settled_by is not None for each in still),
        "done": len(made) - len(still),
    }


def results(db: Db, paper: Paper) -> dict[int, Result]:
    """What was decided on each amendment to the paper."""
    query = select(Result).join(Amendment, Amendment.id == Result.amendment_id)
    return {
        each.amendment_id: each for each in db.scalars(query.where(Amendment.paper_id == paper.id))
    }
