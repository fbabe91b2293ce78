"""Is the log whole, the text its replay, are revisions and files what they were sealed as?"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

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
    return problems + _sealed(revisions, texts) + _files(db, paper)


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
