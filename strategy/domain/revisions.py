"""Revisions: taken, chained, compared, restored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from strategy.domain import log, places, policy, steps
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.revisions import Revision
from strategy.store.steps import Step
from strategy.text.authorship import Run, authorship
from strategy.text.compare import compare
from strategy.text.fingerprint import chain, fingerprint
from strategy.text.positions import plain_text

LONGEST_TITLE = 120

Doc = dict[str, Any]


def take(
    db: Session, paper: Paper, title: str, *, by: Person, now: datetime, kind: str = "named"
) -> Revision:
    """Keep the text as it is now as the next revision.

    An automatic one (any kind but "named") is only taken if the text moved since the last one;
    else that last one is returned.

    raises  NotAllowed or NotFound by the policy; Invalid for a bad title
    """
    if kind == "named":
        policy.require(policy.may_edit, by, paper)
    title = " ".join(title.split())
    if len(title) > LONGEST_TITLE:
        raise Invalid("title", "This is too long: at most %(most)s characters.", most=LONGEST_TITLE)
    last = newest(db, paper)
    version, doc = steps.document(db, paper)
    mark = fingerprint(doc)
    if kind != "named" and last is not None and last.fingerprint == mark:
        return last
    number = last.number + 1 if last else 1
    revision = Revision(
        paper_id=paper.id,
        number=number,
        title=title,
        kind=kind,
        version=version,
        author_id=by.id,
        author=by,
        made_at=now,
        doc=json.dumps(doc, ensure_ascii=False, separators=(",", ":")),
        fingerprint=mark,
        seal=chain(last.seal if last else None, number, str(by.id), now, doc),
    )
    db.add(revision)
    paper.words = f"{paper.title}\n{plain_text(doc)}".lower()
    db.flush()
    places.keep(db, paper)
    log.note(db, "revision.taken", by=by, now=now, paper=paper, detail=str(number))
    return revision


def newest(db: Session, paper: Paper) -> Revision | None:
    """The last revision, if there is one."""
    return db.scalar(
        select(Revision)
        .where(Revision.paper_id == paper.id)
        .order_by(Revision.number.desc())
        .limit(1)
    )


def all_of(db: Session, paper: Paper) -> Sequence[Revision]:
    """Every revision, newest first, without the texts."""
    return db.scalars(
        select(Revision)
        .where(Revision.paper_id == paper.id)
        .order_by(Revision.number.desc())
        .options(joinedload(Revision.author))
    ).all()


def find(db: Session, paper: Paper, number: int) -> Revision:
    """A revision with its text.

    raises  NotFound
    """
    revision = db.scalar(
        select(Revision)
        .where(Revision.paper_id == paper.id, Revision.number == number)
        .options(undefer(Revision.doc), joinedload(Revision.author))
    )
    if revision is None:
        raise NotFound("There is no such revision.")
    return revision


@dataclass(frozen=True)
class Text:
    """A text that can be compared: a revision, the living text, what somebody last read."""

    name: str
    """As addresses say it: a number, "now" or "read"."""
    version: int
    doc: Doc
    revision: Revision | None = None


def text(db: Session, paper: Paper, name: str, *, read: int | None = None) -> Text:
    """The text that an address names: a revision's number, "now", or "read".

    read    the version that "read" stands for; None: the beginning
    raises  NotFound
    """
    if name == "now":
        version, doc = steps.document(db, paper)
        return Text(name, version, doc)
    if name == "read":
        version = min(read or 0, paper.version)
        return Text(name, version, steps.document_at(db, paper, version))
    if not name.isdecimal() or len(name) > 6:
        raise NotFound("There is no such revision.")
    revision = find(db, paper, int(name))
    return Text(name, revision.version, json.loads(revision.doc), revision)


def redline(old: Text, new: Text) -> Doc:
    """The differences between two texts, as a tracked document."""
    return compare(old.doc, new.doc)


def restore(db: Session, paper: Paper, number: int, *, by: Person, now: datetime) -> int:
    """Make the text what revision `number` says, as new steps; how many.

    The text as it was is kept as a revision first. Comments on blocks that do not differ stay.
    """
    policy.require(policy.may_edit, by, paper)
    wanted = find(db, paper, number)
    take(db, paper, "", by=by, now=now, kind="restore")
    _, doc = steps.document(db, paper)
    former = json.loads(wanted.doc)
    count = steps.turn(db, paper, doc, former, by=by, now=now)
    paper.title = former.get("attrs", {}).get("title") or paper.title
    log.note(db, "revision.restored", by=by, now=now, paper=paper, detail=str(number))
    return count


def rewrite(db: Session, paper: Paper, doc: Doc, title: str, *, by: Person, now: datetime) -> int:
    """Replace the text by an imported one, as new steps; how many.

    The text as it was is kept as a revision first.
    """
    policy.require(policy.may_edit, by, paper)
    take(db, paper, title, by=by, now=now, kind="import")
    _, old = steps.document(db, paper)
    doc = {**doc, "attrs": {**doc.get("attrs", {}), **old.get("attrs", {})}}
    return steps.turn(db, paper, old, doc, by=by, now=now)


def writers(db: Session, paper: Paper, *, version: int) -> list[Run]:
    """Who wrote which passage of the text at a version: runs of positions with a person's id.

    raises  NotAllowed where a text is too long-lived to be worked through at once
    """
    if version > MOST_STEPS:
        raise NotAllowed("This paper has too many steps to show who wrote what.")
    first = steps.document_at(db, paper, 0)
    rows = db.execute(
        select(Step.body, Step.person_id)
        .where(Step.paper_id == paper.id, Step.version <= version)
        .order_by(Step.version)
    )
    return authorship(first, ((json.loads(body), str(person or "")) for body, person in rows))


MOST_STEPS = 200_000
"""Steps that `writers` works through; about ten seconds."""
