"""The text as decided (Beschlussfassung): the tabled one with its adopted amendments.

It is prepared by verdicts and becomes the paper's text, as a revision, in the transaction that
records the decision, not before: until then what is tabled stands as it was tabled.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session as Db

from strategy.catalog import say
from strategy.domain import (
    amendment_notices,
    amendments,
    log,
    merging,
    revisions,
    steps,
    tablings,
)
from strategy.domain.merging import Entry
from strategy.errors import Invalid
from strategy.store.amendments import Amendment, Result
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.revisions import Revision
from strategy.text.fingerprint import fingerprint

Doc = dict[str, Any]


def text(db: Db, paper: Paper) -> Doc | None:
    """The tabled text with everything that was adopted; None if nothing was.

    raises  as merging.merged
    """
    if tablings.standing(db, paper) is None:
        return None
    made = merging.of(db, paper)
    merged = merging.merged(db, made)
    return None if merged == made.base else merged


def take(db: Db, paper: Paper, seen: str, *, by: Person, now: datetime) -> tuple[Revision, Doc]:
    """Make the merged text the paper's, as a revision of its own.

    seen    the fingerprint of the text that was decided on
    raises  Invalid if no amendment is adopted, or others than those that were seen
    """
    merged = text(db, paper)
    if merged is None:
        raise Invalid("merged", "No amendment is adopted yet.")
    if fingerprint(merged) != seen:
        raise Invalid(
            "merged", "What is adopted has changed meanwhile. Please look at the text once more."
        )
    _, old = steps.document(db, paper)
    steps.turn(db, paper, old, merged, by=by, now=now, any_state=True)
    title = say(paper.lang, "Text as decided")
    return revisions.take(db, paper, title, by=by, now=now, kind="state"), merged


def close(db: Db, paper: Paper, *, by: Person, now: datetime) -> None:
    """The paper was decided: of every open amendment, write down what became of it."""
    if tablings.standing(db, paper) is None:
        return
    made = merging.of(db, paper)
    settler = made.settler()
    settled = made.settled_with(settler) if settler else []
    for amendment in amendments.of_paper(db, paper):
        if settler and amendment in settled:
            keep(db, amendment, "settled", by=by, now=now, settled_by=settler.amendment)
        elif amendment.state == "moved":
            keep(db, amendment, _outcome(made.entry(amendment)), by=by, now=now)


def tell(db: Db, paper: Paper, revision: int, *, by: Person, now: datetime) -> None:
    """Tell authors, chairs and movers of the text as decided, the paper's revision."""
    every = amendments.of_paper(db, paper)
    amendment_notices.merged(db, paper, every, revision, by=by, now=now)


def _outcome(entry: Entry | None) -> str:
    return (entry.outcome if entry else None) or "settled"


def keep(
    db: Db,
    amendment: Amendment,
    outcome: str,
    *,
    by: Person,
    now: datetime,
    yes: int = 0,
    no: int = 0,
    abstain: int = 0,
    is_unanimous: bool = False,
    settled_by: Amendment | None = None,
) -> Result:
    """Write down what was decided on an amendment. Nothing changes it any more."""
    made = Result(
        amendment_id=amendment.id,
        outcome=outcome,
        yes=yes,
        no=no,
        abstain=abstain,
        is_unanimous=is_unanimous,
        settled_by_id=settled_by.id if settled_by else None,
        by_id=by.id,
        by=by,
        at=now,
    )
    db.add(made)
    amendment.state = outcome
    amendment.settled_by_id = settled_by.id if settled_by else None
    db.flush()
    log.note(db, "amendment.decided", by=by, now=now, paper=amendment.paper,
             detail=amendment.name)  # fmt: skip
    amendment_notices.decided(db, amendment, made, now=now)
    return made
