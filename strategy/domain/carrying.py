"""A paper is tabled anew: its open amendments are carried along where their passages stand.

Where a passage has changed, nothing is applied anywhere: the amendment is flagged, and whoever
stands for it is told, with old and new.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload, undefer

from strategy.domain import amendment_notices, log, notices, revisions
from strategy.store.amendments import Amendment, AmendmentText, Motion
from strategy.store.papers import Paper
from strategy.store.revisions import Revision
from strategy.store.tablings import Tabling
from strategy.text import amending, tracked
from strategy.text.amending import Passage
from strategy.text.compare import compare
from strategy.text.merge_carry import carry_all
from strategy.text.merge_edits import edits_of, groups, starts_of
from strategy.text.positions import plain_text

Doc = dict[str, Any]


def carry(db: Db, tabling: Tabling, *, now: datetime) -> None:
    """Carry the open amendments along to what was just tabled."""
    paper = tabling.paper
    texts = _standing(db, paper)
    new = _base(db, paper, tabling.revision)
    starts = starts_of(new)
    for base_number in sorted({text.base for _, text in texts}):
        if base_number == tabling.revision:
            continue
        base = _base(db, paper, base_number)
        batch = [each for each in texts if each[1].base == base_number]
        wanted = [orjson.loads(text.tracked) for _, text in batch]
        edits = [amending.unpack_edits(text.edits) for _, text in batch]
        names = [f"a{amendment.id}" for amendment, _ in batch]
        carried = carry_all(base, new, wanted, edits, names)
        for (amendment, text), made in zip(batch, carried, strict=True):
            _keep(db, amendment, text, base, new, starts, made, tabling, now)


def _base(db: Db, paper: Paper, number: int) -> Doc:
    revision: Revision = revisions.find(db, paper, number)
    return tracked.reject(json.loads(revision.doc))


def _standing(db: Db, paper: Paper) -> list[tuple[Amendment, AmendmentText]]:
    """Open amendments to the paper's own text, with the last text of each that stood."""
    newest = (
        select(func.max(AmendmentText.number))
        .where(AmendmentText.amendment_id == Amendment.id, AmendmentText.stands)
        .correlate(Amendment)
        .scalar_subquery()
    )
    query = (
        select(Amendment, AmendmentText)
        .join(Motion, Motion.amendment_id == Amendment.id)
        .join(
            AmendmentText,
            (AmendmentText.amendment_id == Amendment.id) & (AmendmentText.number == newest),
        )
        .where(
            Amendment.paper_id == paper.id,
            Amendment.state == "moved",
            Amendment.upon_id.is_(None),
            Amendment.kind != "hint",
        )
        .order_by(Motion.number)
        .options(
            undefer(AmendmentText.tracked),
            undefer(AmendmentText.edits),
            joinedload(Amendment.motion),
            joinedload(Amendment.mover),
        )
    )
    return [(amendment, text) for amendment, text in db.execute(query)]


def _keep(
    db: Db,
    amendment: Amendment,
    text: AmendmentText,
    base: Doc,
    new: Doc,
    starts: list[int],
    made: Doc | None,
    tabling: Tabling,
    now: datetime,
) -> None:
    last = db.scalar(
        select(func.max(AmendmentText.number)).where(AmendmentText.amendment_id == amendment.id)
    )
    edits = edits_of(new, made, starts) if made is not None else []
    db.add(
        AmendmentText(
            amendment_id=amendment.id,
            number=(last or 0) + 1,
            base=tabling.revision,
            stands=made is not None,
            tracked=orjson.dumps(made).decode() if made is not None else "",
            edits=amending.pack_edits(edits) if made is not None else "",
            passages=text.passages
            if made is None
            else amending.pack_passages(amending.passages(new, made, edits, starts)),
            made_at=now,
        )
    )
    if made is None:
        log.note(db, "amendment.astray", by=None, now=now, paper=amendment.paper,
                 detail=amendment.name)  # fmt: skip
        changed = before_and_after(base, new, amending.unpack_passages(text.passages))
        amendment_notices.astray(db, amendment, tabling, changed, now=now)
    db.flush()


def before_and_after(base: Doc, new: Doc, every: list[Passage]) -> list[tuple[str, str]]:
    """The blocks that the passages stand in, as they were and as they are now; where they differ.

    "" where they are gone.
    """
    wanted = {each.block + n for each in every for n in range(max(1, each.blocks))}
    found = []
    for group in groups(base, compare(base, new)):
        if group.is_changed and wanted & set(range(group.block, group.block + len(group.old))):
            before = " ".join(map(plain_text, group.old))
            after = " ".join(plain_text(node, without="deletion") for node in group.nodes)
            found.append((notices.short(before), notices.short(after)))
    return found
