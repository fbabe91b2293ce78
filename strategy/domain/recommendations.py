"""What the paper's authors, chairs or staff advise on an amendment, and what its mover answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.domain import amendment_notices, amendments, log, merging, policy
from strategy.errors import Invalid, NotAllowed
from strategy.store.amendments import ADVICE, Amendment, Answer, Recommendation
from strategy.store.papers import Paper
from strategy.store.people import Person


@dataclass(frozen=True)
class Advised:
    """A recommendation with its answer, if there is one."""

    recommendation: Recommendation
    answer: Answer | None
    by_author: bool
    """Whether somebody gave it who writes the paper: only they can take words over."""

    @property
    def words(self) -> dict[int, str]:
        """How it should be modified: passage to words."""
        return {
            int(place): said
            for place, said in json.loads(self.recommendation.words or "{}").items()
        }

    def words_for(self, text: int, place: int) -> str:
        """What it wants at a passage of the amendment's text of that number; "" where nothing,
        and where it was given on an older text, whose passages are others."""
        return self.words.get(place, "") if text == self.recommendation.text else ""

    @property
    def is_agreed(self) -> bool:
        """Whether it needs no vote: the authors take it over, or its mover lets it go."""
        agrees = self.answer is not None and self.answer.agrees
        if self.recommendation.advice == "adopt":
            return self.by_author and (self.answer is None or agrees)
        return agrees and (self.by_author or self.recommendation.advice != "modify")


def recommend(
    db: Db,
    amendment: Amendment,
    advice: str,
    *,
    reason: str = "",
    words: Mapping[int, str] | None = None,
    settled_by: Amendment | None = None,
    by: Person,
    now: datetime,
) -> Recommendation:
    """Advise on an open amendment; a later recommendation takes the place of this one.

    words       for "modify": passage to what should stand there instead
    settled_by  for "settled": the amendment that makes this one needless
    raises  NotFound, NotAllowed by the policy and where it is not open; Invalid
    """
    policy.require(policy.may_read, by, amendment.text)
    policy.require(policy.may_recommend, by, amendment.paper)
    amendments.hold(db, amendment)
    if amendment.state != "moved":
        raise NotAllowed("This amendment is not open any more.")
    if advice not in ADVICE:
        raise Invalid("advice", "There is no such recommendation.")
    needed = "Please say why: its mover reads this." if advice == "reject" else ""
    reason = amendments.words(reason, "reason", needed)
    kept = _checked(db, amendment, words or {}) if advice == "modify" else {}
    if advice == "settled":
        if settled_by is None or settled_by is amendment:
            raise Invalid("settled_by", "Please say which amendment makes it needless.")
        if settled_by.paper_id != amendment.paper_id or settled_by.state in (
            "drafted",
            "withdrawn",
        ):
            raise Invalid("settled_by", "There is no such amendment.")
    text = amendments.text_of(db, amendment)
    counted = select(func.max(Recommendation.number))
    last = db.scalar(counted.where(Recommendation.amendment_id == amendment.id)) or 0
    made = Recommendation(
        amendment_id=amendment.id,
        number=last + 1,
        advice=advice,
        words=json.dumps(kept, ensure_ascii=False) if kept else "",
        text=text.number if text else 1,
        settled_by_id=settled_by.id if settled_by and advice == "settled" else None,
        reason=reason,
        by_id=by.id,
        by=by,
        at=now,
    )
    db.add(made)
    db.flush()
    log.note(db, "amendment.advised", by=by, now=now, paper=amendment.paper,
             detail=amendment.name)  # fmt: skip
    amendment_notices.advised(db, amendment, made, now=now)
    return made


def _checked(db: Db, amendment: Amendment, words: Mapping[int, str]) -> dict[str, str]:
    entry = merging.of(db, amendment.paper).entry(amendment)
    if entry is None:
        raise NotAllowed("This amendment does not fit the tabled text: its mover must adapt it.")
    kept = {}
    for place, said in words.items():
        if not 0 <= place < len(entry.passages):
            raise Invalid("words", "There is no such passage.")
        if said.strip() and said.strip() != entry.passages[place].after.strip():
            merging.check_words(db, entry, place, said)
            kept[str(place)] = amendments.words(said, "words", "", most=merging.LONGEST_WORDS)
    if not kept:
        raise Invalid("words", "Please write the words that should stand there instead.")
    return kept


def answer(
    db: Db, amendment: Amendment, *, agrees: bool, words: str = "", by: Person, now: datetime
) -> Answer:
    """Its mover agrees to the newest recommendation, or not. Once for each.

    raises  NotFound, NotAllowed by the policy and where there is nothing to answer; Invalid
    """
    amendments.require_writer(by, amendment)
    amendments.hold(db, amendment)
    if amendment.state != "moved":
        raise NotAllowed("This amendment is not open any more.")
    newest = of_amendment(db, amendment)
    if not newest:
        raise NotAllowed("There is no recommendation yet.")
    if newest[0].answer is not None:
        raise NotAllowed("This recommendation has been answered already.")
    words = amendments.words(words, "words", "")
    made = Answer(
        amendment_id=amendment.id, number=newest[0].recommendation.number, agrees=agrees,
        words=words, by_id=by.id, by=by, at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    log.note(db, "amendment.answered", by=by, now=now, paper=amendment.paper,
             detail=amendment.name)  # fmt: skip
    amendment_notices.answered(db, amendment, newest[0].recommendation, made, now=now)
    return made


def of_amendment(db: Db, amendment: Amendment) -> Sequence[Advised]:
    """Every recommendation on an amendment, newest first."""
    rows = db.execute(
        _query()
        .where(Recommendation.amendment_id == amendment.id)
        .order_by(Recommendation.number.desc())
    )
    paper = amendment.paper
    return [Advised(advice, said, policy.is_author(advice.by, paper)) for advice, said in rows]


def of_paper(db: Db, paper: Paper) -> dict[int, Advised]:
    """The newest recommendation on each amendment to the paper, by amendment. One query."""
    rows = db.execute(
        _query()
        .join(Amendment, Amendment.id == Recommendation.amendment_id)
        .where(Amendment.paper_id == paper.id)
        .order_by(Recommendation.number)
    )
    return {
        advice.amendment_id: Advised(advice, said, policy.is_author(advice.by, paper))
        for advice, said in rows
    }


def _query() -> Select[Recommendation, Answer]:
    return (
        select(Recommendation, Answer)
        .outerjoin(
            Answer,
            (Answer.amendment_id == Recommendation.amendment_id)
            & (Answer.number == Recommendation.number),
        )
        .options(joinedload(Recommendation.by))
    )
