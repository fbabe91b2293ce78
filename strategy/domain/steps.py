"""The text as an append-only log: version n is what n accepted steps have made of the beginning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    Connection,
    Integer,
    Table,
    bindparam,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from strategy.domain import standing
from strategy.domain.policy import OPEN_STATES
from strategy.domain.verify import verify as verify  # noqa: PLC0414  it belongs to what is offered here
from strategy.errors import NotAllowed, NotFound, Stale
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.steps import Snapshot, Step
from strategy.text.apply import SCHEMA, apply_one, parse_doc, parse_steps
from strategy.text.restore import steps_between
from strategy.text.suggesting import fates

SNAPSHOT_EVERY = 200
"""Versions between two snapshots: how many steps a reader of the newest text replays at most."""
RECENT = 2_000
"""Versions behind the newest snapshot in which every snapshot is kept."""
OLD_EVERY = 5_000
"""Versions of which only the first snapshot is kept beyond that: what an old version replays."""
LARGEST_BATCH = 1_000
"""Steps that one `append` takes."""

Doc = dict[str, Any]
Node = Any
"""A document of the port, as strategy.text.apply reads it."""

_STEPS: Table = Step.__table__  # type: ignore[assignment]
_PAPERS: Table = Paper.__table__  # type: ignore[assignment]
_SNAPSHOTS: Table = Snapshot.__table__  # type: ignore[assignment]

# Built once: putting a statement together costs as much as running it.
_ADD = insert(_STEPS)
_MOVE = (
    update(_PAPERS)
    .where(_PAPERS.c.id == bindparam("paper"), _PAPERS.c.version == bindparam("seen"))
    .values(version=bindparam("version"), changed_at=bindparam("changed_at"))
)
_EARLIER, _EVERY = _SNAPSHOTS.alias(), bindparam("every", type_=Integer)
_THIN = delete(_SNAPSHOTS).where(
    _SNAPSHOTS.c.paper_id == bindparam("paper"),
    _SNAPSHOTS.c.version <= bindparam("old"),
    exists().where(
        _EARLIER.c.paper_id == _SNAPSHOTS.c.paper_id,
        _EARLIER.c.version < _SNAPSHOTS.c.version,
        _EARLIER.c.version // _EVERY == _SNAPSHOTS.c.version // _EVERY,
    ),
)
_MOVE_OPEN = _MOVE.where(or_(*[_PAPERS.c.state == state for state in sorted(OPEN_STATES)]))


class Logged(NamedTuple):
    """One accepted step as the log keeps it; `version` is the one it led to."""

    version: int
    body: str
    """The step as JSON."""
    person_id: int | None
    client: str
    batch: int


def begin(db: Session, paper: Paper, doc: Doc) -> None:
    """Give a new paper its text: version 0.

    raises  BrokenDocument
    """
    parse_doc(doc)
    db.flush()
    keep(db.connection(), paper.id, 0, doc)


def document(db: Session, paper: Paper) -> tuple[int, Doc]:
    """The newest version and the document.

    In a session that writes, the paper's row is held until the transaction ends, so that what
    is computed from the document can be appended to it.
    """
    if db.get_bind().get_execution_options().get("writes"):
        db.flush()  # a refresh would forget what the caller has just set
        db.refresh(paper, ["version", "state"], with_for_update=True)
    return paper.version, document_at(db, paper, paper.version)


def document_at(db: Session, paper: Paper, version: int) -> Doc:
    """The document at a version.

    version     0..paper.version
    raises      NotFound if there is no such version
    """
    doc, found, rows = _nearest(db.connection(), paper.id, version)
    if found == version:
        return doc
    replayed: Doc = _replay(SCHEMA.node_from_json(doc), rows).to_json()
    return replayed


def head(connection: Connection, paper_id: int) -> tuple[int, Node, int]:
    """The newest version, its document as a node, and the version of the newest snapshot.

    raises  NotFound if there is no such paper
    """
    version = connection.scalar(select(_PAPERS.c.version).where(_PAPERS.c.id == paper_id))
    if version is None:
        raise NotFound("There is no such paper.")
    doc, found, rows = _nearest(connection, paper_id, version)
    return version, _replay(SCHEMA.node_from_json(doc), rows), found


def states(connection: Connection, paper_ids: Iterable[int]) -> dict[int, tuple[int, str]]:
    """Version and state of each paper that there is."""
    columns = (_PAPERS.c.id, _PAPERS.c.version, _PAPERS.c.state)
    rows = connection.execute(select(*columns).where(_PAPERS.c.id.in_(paper_ids)))
    return {row.id: (row.version, row.state) for row in rows}


def since(
    db: Session | Connection, paper_id: int, version: int, *, most: int | None = None
) -> list[Logged]:
    """What was accepted after `version`, in order; the first `most` of it."""
    query = (
        select(_STEPS.c.version, _STEPS.c.body, _STEPS.c.person_id, _STEPS.c.client, _STEPS.c.batch)
        .where(_STEPS.c.paper_id == paper_id, _STEPS.c.version > version)
        .order_by(_STEPS.c.version)
        .limit(most)
    )
    return [Logged(*row) for row in db.execute(query)]


def last_batch(connection: Connection, paper_id: int, client: str) -> tuple[int | None, int] | None:
    """Whose client this is and its newest accepted batch; None if it never wrote here."""
    found = connection.execute(
        select(_STEPS.c.person_id, _STEPS.c.batch)
        .where(_STEPS.c.paper_id == paper_id, _STEPS.c.client == client)
        .order_by(_STEPS.c.batch.desc())
        .limit(1)
    ).first()
    return (found.person_id, found.batch) if found else None


def append(
    db: Session,
    paper: Paper,
    steps: list[dict[str, Any]],
    *,
    by: Person,
    now: datetime,
    client: str = "",
    batch: int = 0,
    any_state: bool = False,
) -> int:
    """Add steps to the newest version, in the session's transaction; the version they lead to.

    steps       each fits the document that the ones before it have made
    any_state   the caller has decided that the paper's state allows it
    raises      BrokenStep; Stale if somebody was quicker; NotAllowed if the text is frozen

    Whoever calls this tells the open rooms after the commit: live.rooms.notice.
    """
    if not steps:
        return paper.version
    db.flush()
    connection = db.connection()
    seen = paper.version
    doc, _, rows = _nearest(connection, paper.id, seen)
    node = before = _replay(SCHEMA.node_from_json(doc), rows)
    for index, step in enumerate(steps):
        node = apply_one(node, parse_steps([step])[0], index)
    record(
        connection,
        paper.id,
        [
            Logged(version, orjson.dumps(step).decode(), by.id, client, batch)
            for version, step in enumerate(steps, start=seen + 1)
        ],
        seen=seen,
        now=now,
        any_state=any_state,
    )
    standing.follow(connection, paper.id, fates(before, node), person_id=by.id, now=now)
    version = seen + len(steps)
    set_committed_value(paper, "version", version)
    set_committed_value(paper, "changed_at", now)
    if snapshot_due(seen, version):
        keep(connection, paper.id, version, node.to_json())
    return version


def turn(
    db: Session,
    paper: Paper,
    old: Doc,
    new: Doc,
    *,
    by: Person,
    now: datetime,
    any_state: bool = False,
) -> int:
    """Append the steps that turn the newest text, `old`, into `new`; how many.

    any_state, raises   as with `append`
    """
    forward = steps_between(old, new)
    for start in range(0, len(forward), LARGEST_BATCH):
        batch = forward[start : start + LARGEST_BATCH]
        append(db, paper, batch, by=by, now=now, any_state=any_state)
    return len(forward)


def record(
    connection: Connection,
    paper_id: int,
    rows: Sequence[Logged],
    *,
    seen: int,
    now: datetime,
    any_state: bool = False,
) -> None:
    """Write accepted steps into the log, if the paper still is at version `seen`.

    rows        the steps of versions seen + 1, seen + 2, …
    any_state   even if the text is frozen
    raises      Stale, NotAllowed, NotFound; nothing is written then
    """
    moved = connection.execute(
        _MOVE if any_state else _MOVE_OPEN,
        {"paper": paper_id, "seen": seen, "version": seen + len(rows), "changed_at": now},
    )
    if moved.rowcount != 1:
        _explain(connection, paper_id, seen)
    try:
        connection.execute(
            _ADD,
            [
                {
                    "paper_id": paper_id,
                    "version": row.version,
                    "body": row.body,
                    "person_id": row.person_id,
                    "client": row.client,
                    "batch": row.batch,
                    "made_at": now,
                }
                for row in rows
            ],
        )
    except IntegrityError:
        raise Stale(seen=seen, current=seen + 1) from None


def _explain(connection: Connection, paper_id: int, seen: int) -> None:
    found = connection.execute(
        select(_PAPERS.c.version, _PAPERS.c.state).where(_PAPERS.c.id == paper_id)
    ).first()
    if found is None:
        raise NotFound("There is no such paper.")
    if found.version != seen:
        raise Stale(seen=seen, current=found.version)
    raise NotAllowed("The text of this paper is frozen.")


def snapshot_due(before: int, after: int) -> bool:
    """Whether a snapshot belongs between two versions."""
    return before // SNAPSHOT_EVERY < after // SNAPSHOT_EVERY


def keep(connection: Connection, paper_id: int, version: int, doc: Doc) -> None:
    """Write a snapshot, unless that version has one; of those long before it, keep a few."""
    there = select(_SNAPSHOTS.c.version).where(
        _SNAPSHOTS.c.paper_id == paper_id, _SNAPSHOTS.c.version == version
    )
    new = select(literal(paper_id), literal(version), literal(orjson.dumps(doc).decode()))
    connection.execute(
        insert(_SNAPSHOTS).from_select(["paper_id", "version", "doc"], new.where(~there.exists()))
    )
    connection.execute(_THIN, {"paper": paper_id, "old": version - RECENT, "every": OLD_EVERY})


def _nearest(connection: Connection, paper_id: int, version: int) -> tuple[Doc, int, list[str]]:
    """The snapshot before or at a version, that snapshot's version, and the steps after it."""
    snapshot = connection.execute(
        select(_SNAPSHOTS.c.version, _SNAPSHOTS.c.doc)
        .where(_SNAPSHOTS.c.paper_id == paper_id, _SNAPSHOTS.c.version <= version)
        .order_by(_SNAPSHOTS.c.version.desc())
        .limit(1)
    ).first()
    if snapshot is None:
        raise NotFound("There is no such version.")
    rows = connection.scalars(
        select(_STEPS.c.body)
        .where(
            _STEPS.c.paper_id == paper_id,
            _STEPS.c.version > snapshot.version,
            _STEPS.c.version <= version,
        )
        .order_by(_STEPS.c.version)
    ).all()
    if len(rows) != version - snapshot.version:
        raise NotFound("There is no such version.")
    return orjson.loads(snapshot.doc), snapshot.version, list(rows)


def _replay(node: Node, bodies: Iterable[str]) -> Node:
    for body in bodies:
        node = apply_one(node, parse_steps([orjson.loads(body)])[0])
    return node
