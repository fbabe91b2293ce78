"""Who is told what about amendments: the paper's authors and chairs, movers and who signed.

Each of them reads the paper by the policy at this moment. Passages go as `changes` of the thing, so
that a confidential paper's mail says nothing of them (see notices.veiled).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from strategy.domain import notices, policy
from strategy.store.amendments import (
    Amendment,
    AmendmentBacking,
    Answer,
    Recommendation,
    Result,
)
from strategy.store.bodies import Member
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.tablings import Tabling
from strategy.text.amending import Passage

KIND = "amendment"


def moved(db: Db, amendment: Amendment, passages: Iterable[Passage], *, now: datetime) -> None:
    """An amendment was moved: the paper's authors, the chairs, and whose amendment it amends."""
    by = [amendment.mover_id]
    whom = _leading(db, amendment.paper) + _standing_for(db, amendment.upon)
    motion = amendment.motion
    facts = {"late_by": motion.late_by if motion else None}
    _tell(db, amendment, "moved", "", whom, facts, changes=_said(passages), but=by, now=now)


def withdrawn(db: Db, amendment: Amendment, *, by: Person, now: datetime) -> None:
    """An amendment was withdrawn: also who signed for it, for they may take it over."""
    whom = _leading(db, amendment.paper) + _standing_for(db, amendment)
    _tell(db, amendment, "withdrawn", now.isoformat(), whom, {}, but=[by.id], now=now)


def taken_over(db: Db, amendment: Amendment, before: Person, *, by: Person, now: datetime) -> None:
    """Somebody stands for a withdrawn amendment: also whoever has withdrawn it."""
    whom = [*_leading(db, amendment.paper), *_standing_for(db, amendment), before]
    _tell(db, amendment, "taken_over", now.isoformat(), whom, {}, but=[by.id], now=now)


def advised(db: Db, amendment: Amendment, advice: Recommendation, *, now: datetime) -> None:
    """Something was recommended: whoever stands for the amendment is to answer."""
    facts = {"advice": advice.advice, "by": advice.by.name}
    if advice.settled_by_id is not None:
        facts["other"] = db.get_one(Amendment, advice.settled_by_id).name
    whom = _standing_for(db, amendment)
    _tell(db, amendment, "advised", str(advice.number), whom, facts, but=[advice.by_id], now=now)


def answered(
    db: Db, amendment: Amendment, advice: Recommendation, said: Answer, *, now: datetime
) -> None:
    """A recommendation was answered: whoever gave it, the authors and the chairs."""
    whom = [advice.by, *_leading(db, amendment.paper)]
    facts = {"agrees": said.agrees, "by": said.by.name}
    _tell(db, amendment, "answered", str(advice.number), whom, facts, but=[said.by_id], now=now)


def astray(
    db: Db,
    amendment: Amendment,
    tabling: Tabling,
    changed: Iterable[tuple[str, str]],
    *,
    now: datetime,
) -> None:
    """Its base was tabled anew and its passage has changed.

    changed     the blocks of its passages, as they were and as they are now
    """
    changes = [{"kind": "replacement", "before": old, "after": came} for old, came in changed]
    whom = _standing_for(db, amendment)
    _tell(db, amendment, "astray", str(tabling.id), whom, {}, changes=changes, now=now)


def collides(db: Db, amendment: Amendment, adopted: Amendment, *, now: datetime) -> None:
    """Something was adopted that changes the same words: both cannot stand any more."""
    whom = _standing_for(db, amendment)
    _tell(db, amendment, "collides", str(adopted.id), whom, {"other": adopted.name}, now=now)


def decided(db: Db, amendment: Amendment, result: Result, *, now: datetime) -> None:
    """The board has voted on it, or something else has settled it."""
    facts: dict[str, Any] = {"outcome": result.outcome}
    if result.settled_by_id is not None:
        facts["other"] = db.get_one(Amendment, result.settled_by_id).name
    whom = _standing_for(db, amendment)
    _tell(db, amendment, "decided", "", whom, facts, but=[result.by_id], now=now)


def merged(
    db: Db,
    paper: Paper,
    every: Sequence[Amendment],
    revision: int,
    *,
    by: Person,
    now: datetime,
) -> None:
    """The adopted amendments are in the text: everybody who wrote it, or an amendment to it.

    every       what was moved to the paper, with its results
    revision    the number of the text as decided
    """
    whom = _leading(db, paper)
    for amendment in every:
        whom += _standing_for(db, amendment)
    facts = {
        "revision": revision,
        "outcomes": [
            {"name": each.name, "outcome": each.state}
            for each in every
            if each.state != "withdrawn"
        ],
    }
    _send(db, paper, "merged", f"{paper.id} {revision}", whom, facts, but=[by.id], now=now)


def _standing_for(db: Db, amendment: Amendment | None) -> list[Person]:
    """Its mover, who writes it with them, and who has signed for it."""
    if amendment is None:
        return []
    query = select(Person).join(AmendmentBacking, AmendmentBacking.person_id == Person.id)
    signed = db.scalars(query.where(AmendmentBacking.amendment_id == amendment.id))
    text = amendment.text
    with_them = (
        [each.person for each in text.authors if each.part == "co_author"]
        if amendment.mover_id == text.lead_id
        else []
    )
    return [amendment.mover, *with_them, *signed]


def _leading(db: Db, paper: Paper) -> list[Person]:
    """The paper's authors and the chairs of its body."""
    query = select(Person).join(Member, Member.person_id == Person.id)
    chairs = db.scalars(query.where(Member.body_id == paper.body_id, Member.role == "chair"))
    co_authors = [each.person for each in paper.authors if each.part == "co_author"]
    return [paper.lead, *co_authors, *chairs]


def _said(passages: Iterable[Passage]) -> list[dict[str, str]]:
    return [
        {
            "kind": each.kind,
            "before": notices.short(each.before),
            "after": notices.short(each.after),
        }
        for each in passages
    ]


def _tell(
    db: Db,
    amendment: Amendment,
    event: str,
    which: str,
    whom: Iterable[Person],
    facts: Mapping[str, Any],
    *,
    changes: Sequence[Mapping[str, str]] = (),
    but: Sequence[int] = (),
    now: datetime,
) -> None:
    """Tell people once of one amendment.

    which   tells this event from others of the same kind that happen to the same amendment
    """
    about = {
        "amendment": amendment.name,
        "amendment_id": amendment.id,
        "mover": amendment.mover.name,
    }
    key = f"{amendment.id} {which}".strip()
    _send(db, amendment.paper, event, key, whom, {**about, **facts}, changes=changes, but=but,
          now=now)  # fmt: skip


def _send(
    db: Db,
    paper: Paper,
    event: str,
    key: str,
    whom: Iterable[Person],
    facts: Mapping[str, Any],
    *,
    changes: Sequence[Mapping[str, str]] = (),
    but: Sequence[int] = (),
    now: datetime,
) -> None:
    thing = {
        "title": paper.title,
        "paper": paper.id,
        "number": paper.number,
        "changes": list(changes[: notices.MOST_CHANGES]),
        "more": max(0, len(changes) - notices.MOST_CHANGES),
    }
    every = {
        "body": paper.body_id,
        "body_name": paper.body.name,
        "zone": paper.body.zone,
        "things": [thing],
        "event": event,
        **facts,
    }
    for person in {each.id: each for each in whom if each.id not in but}.values():
        if person.left_at is None and policy.may_read(person, paper):
            notices.tell(db, person, KIND, f"{event} {key}", every, at=now, now=now)
