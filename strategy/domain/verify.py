"""Is the log whole, the text its replay, are revisions, stamps and files what they were made as?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from strategy.domain.lead_time import lateness
from strategy.errors import Refusal
from strategy.store.attachments import AttachedFile, Attachment, TabledAttachment
from strategy.store.papers import Paper
from strategy.store.revisions import Revision
from strategy.store.steps import Snapshot, Step
from strategy.store.tablings import Tabling
from strategy.text.apply import apply_one, parse_doc, parse_steps
from strategy.text.fingerprint import chain, fingerprint

Doc = dict[str, Any]


def verify(db: Session, paper: Paper) -> list[str]:
    """Work through a paper's whole log; what is wrong with it, in words, worst first.

    Takes about a second for 5,000 steps of a long paper.
    """
    db.refresh(paper)
    kept = select(Snapshot.version, Snapshot.doc).where(Snapshot.paper_id == paper.id)
    snapshots = {row.version: row.doc for row in db.execute(kept)}
    revisions = db.scalars(
        select(Revision)
        .where(Revision.paper_id == paper.id)
        .order_by(Revision.number)
        .options(undefer(Revision.doc))
        .execution_options(populate_existing=True)
    ).all()
    wanted = {*snapshots, *(revision.version for revision in revisions)}
    texts, problems = _replay(db, paper, snapshots, wanted)
    for version, doc in sorted(snapshots.items()):
        if version in texts and not _same(doc, texts[version]):
            problems.append(f"the snapshot of version {version} is not the replay of the log")
        elif version > paper.version:
            problems.append(f"there is a snapshot of version {version}, which does not exist")
    sealed = _sealed(revisions, texts)
    return problems + sealed + _stamps(db, paper, revisions) + _files(db, paper)


def _stamps(db: Session, paper: Paper, revisions: Sequence[Revision]) -> list[str]:
    """Tablings whose stamp is not what their own moments make of it."""
    tablings = db.scalars(
        select(Tabling)
        .where(Tabling.paper_id == paper.id)
        .order_by(Tabling.number)
        .execution_options(populate_existing=True)
    ).all()
    marks = {revision.number: revision.fingerprint for revision in revisions}
    problems: list[str] = []
    for place, each in enumerate(tablings):
        name = f"tabling {each.number}"
        if each.number != place + 1:
            problems.append(f"tabling {place + 1} is missing")
            break
        lead, late_by = _seconds(each.starts_at - each.at), _late_by(each)
        if each.lead != lead:
            problems.append(f"{name} says a lead time of {each.lead} s, its moments make {lead} s")
        if each.late_by != late_by:
            problems.append(
                f"{name} says {_lateness(each.late_by)}, its moments make {_lateness(late_by)}"
            )
        if each.at not in _moments(each, tablings[:place]):
            problems.append(f"{name} does not have the moment at which it was made")
        if each.fingerprint != marks.get(each.revision):
            problems.append(f"{name} does not have the fingerprint of revision {each.revision}")
    return problems


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def _late_by(tabling: Tabling) -> int | None:
    """As lead_time.stamp judges it and tablings.keep writes it down."""
    late = lateness(tabling.deadline, tabling.at)
    return None if late is None else max(1, _seconds(late))


def _lateness(late_by: int | None) -> str:
    return "in time" if late_by is None else f"late by {late_by} s"


def _moments(tabling: Tabling, before: Sequence[Tabling]) -> set[datetime]:
    """The moments that it may bear: its own, or of those before whose moment it has kept."""
    if tabling.carried_from_id is not None:
        return {each.at for each in before if each.id == tabling.carried_from_id}
    return {each.at for each in before} if tabling.is_editorial else {tabling.made_at}


def _files(db: Session, paper: Paper) -> list[str]:
    """Files attached to the paper, now or with a tabling, that are not what was kept."""
    now = select(Attachment.sha256).where(Attachment.paper_id == paper.id)
    tabled = (
        select(TabledAttachment.sha256)
        .join(Tabling, Tabling.id == TabledAttachment.tabling_id)
        .where(Tabling.paper_id == paper.id)
    )
    rows = db.execute(
        select(AttachedFile.sha256, AttachedFile.data)
        .where(AttachedFile.sha256.in_(now.union(tabled)))
        .order_by(AttachedFile.sha256)
    ).yield_per(10)
    return [
        f"the attached file {name} does not have that fingerprint"
        for name, data in rows
        if sha256(data).hexdigest() != name
    ]


def _replay(
    db: Session, paper: Paper, snapshots: dict[int, str], wanted: set[int]
) -> tuple[dict[int, Doc], list[str]]:
    if 0 not in snapshots:
        return {}, ["the text at the beginning is missing"]
    try:
        node = parse_doc(orjson.loads(snapshots[0]))
    except (Refusal, ValueError) as broken:
        return {}, [f"the text at the beginning cannot be read: {broken}"]
    texts: dict[int, Doc] = {0: node.to_json()}
    rows = db.execute(
        select(Step.version, Step.body).where(Step.paper_id == paper.id).order_by(Step.version)
    ).yield_per(1_000)
    version = 0
    for found, body in rows:
        if found != version + 1:
            return texts, [f"the log has a gap: version {version + 1} is missing"]
        try:
            node = apply_one(node, parse_steps([orjson.loads(body)])[0])
        except (Refusal, ValueError) as broken:
            return texts, [f"the step to version {found} does not apply: {broken}"]
        version = found
        if version in wanted:
            texts[version] = node.to_json()
    if version != paper.version:
        return texts, [f"the paper says version {paper.version}, the log ends at {version}"]
    return texts, []


def _same(kept: str, doc: Doc) -> bool:
    try:
        return fingerprint(orjson.loads(kept)) == fingerprint(doc)
    except (ValueError, LookupError, TypeError):
        return False


def _sealed(revisions: Any, texts: dict[int, Doc]) -> list[str]:
    problems: list[str] = []
    seal: str | None = None
    for number, revision in enumerate(revisions, start=1):
        name = f"revision {revision.number}"
        if revision.number != number:
            problems.append(f"revision {number} is missing")
            break
        if revision.version in texts and not _same(revision.doc, texts[revision.version]):
            problems.append(f"{name} is not the replay of the log at its version")
        elif revision.version not in texts:
            problems.append(f"{name} is of version {revision.version}, which cannot be replayed")
        try:
            doc = orjson.loads(revision.doc)
            mark = fingerprint(doc)
            expected = chain(seal, number, str(revision.author_id), revision.made_at, doc)
        except (ValueError, LookupError, TypeError):
            problems.append(f"{name} cannot be read")
            break
        if mark != revision.fingerprint:
            problems.append(f"{name} does not have the fingerprint that was kept")
        if expected != revision.seal:
            problems.append(f"{name} does not fit the seal that was kept: the chain is broken")
        seal = revision.seal
    return problems
