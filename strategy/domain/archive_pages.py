"""Pages of the archive that people read: a record of each session, the register of decisions."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.catalog import later, say
from strategy.domain import (
    agenda,
    attendance,
    bodies,
    dates,
    days,
    decisions,
    minutes_draft,
    sessions,
    tablings,
)
from strategy.domain.minutes_draft import OUTCOMES, Doc, Record, heading, paragraph
from strategy.domain.report import safe
from strategy.domain.tablings import Standing
from strategy.store.bodies import Body
from strategy.store.decisions import Decision
from strategy.store.sessions import Session
from strategy.text.shapes import Meta
from strategy.text.write import write

LANG = "de"


def session_page(db: Db, session: Session) -> bytes:
    """What is known of a session, as HTML: who was there, items, papers with stamps, decisions."""
    every = agenda.items(db, session)
    found = decisions.of_session(db, session)
    record = Record(
        session=session,
        lines=agenda.numbered(session, every),
        decisions=found,
        members=bodies.members(db, session.body),
        attendances=attendance.known(db, session),
    )
    blocks = minutes_draft.blocks_of(record, LANG)
    blocks += _moves(db, session)
    blocks += _papers(session, tablings.of_items(db, [each.id for each in every if each.paper_id]))
    blocks += _dissents(db, list(found.values()))
    doc = minutes_draft.whole(blocks, LANG)
    title = say(LANG, "Session %(number)s, %(day)s", number=session.number,
                day=dates.local_date(session.starts_at, LANG, session.body.zone))  # fmt: skip
    doc["attrs"]["title"] = title
    return write(doc, "html", meta=Meta(title=title, lang=LANG))


def _moves(db: Db, session: Session) -> list[Doc]:
    zone, said = session.body.zone, []
    for move in sessions.moves(db, session):
        was = dates.moment(move.was_at, LANG, zone)
        said.append(paragraph(say(LANG, "Moved from %(was)s: %(why)s", was=was, why=move.because)))
    for each in sessions.objections(db, session):
        words = say(LANG, "%(name)s has objected: nothing is decided by circulation.",
                    name=each.person.name)  # fmt: skip
        said.append(paragraph(f"{words} {each.because}"))
    return [heading(say(LANG, "What changed"), 1), *said] if said else []


def _papers(session: Session, standing: Mapping[int, Standing]) -> list[Doc]:
    blocks = []
    for each in standing.values():
        tabling, vote = each.tabling, each.vote
        paper = tabling.paper
        at = dates.moment(tabling.at, LANG, session.body.zone)
        blocks.append(heading(f"{paper.number} {paper.title}", 2))
        blocks.append(paragraph(say(
            LANG, "Tabled on %(at)s by %(name)s, revision %(revision)s, fingerprint %(print)s",
            at=at, name=tabling.by.name, revision=tabling.revision, print=tabling.fingerprint,
        )))  # fmt: skip
        if tabling.late_by is not None:
            late = dates.span(tabling.late_by, LANG)
            blocks.append(paragraph(say(LANG, "late by %(span)s", span=late), bold=True))
        if vote is not None:
            words = say(LANG, "Urgency granted" if vote.is_granted else "Urgency not granted")
            count = minutes_draft.votes(vote, LANG)
            blocks.append(paragraph(f"{words} ({count}): {vote.cause} {vote.because}"))
    return [heading(say(LANG, "Tabled papers"), 1), *blocks] if blocks else []


def _dissents(db: Db, found: Sequence[Decision]) -> list[Doc]:
    said = decisions.dissents_of(db, found)
    blocks = [
        paragraph(f"{decision.number}, {each.person.name}: {each.text}")
        for decision in sorted(found, key=lambda one: one.id)
        for each in said.get(decision.id, ())
    ]
    return [heading(say(LANG, "Dissenting notes"), 1), *blocks] if blocks else []


COLUMNS = (
    later("Decision"),
    later("Date"),
    later("Session"),
    later("Paper"),
    later("Title"),
    later("Outcome"),
    later("Yes"),
    later("No"),
    later("Abstentions"),
    later("The paper came late"),
    later("Text"),
    later("Reason"),
    later("Responsible"),
    later("Due"),
    later("Funds"),
    later("Distribution"),
    later("Supersedes"),
)


def register(db: Db, body: Body) -> str:
    """The body's decisions as CSV that a spreadsheet opens without running anything."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([say(LANG, each) for each in COLUMNS])
    query = (
        select(Decision)
        .where(Decision.body_id == body.id)
        .order_by(Decision.year, Decision.serial)
        .options(joinedload(Decision.session), joinedload(Decision.paper))
    )
    every = db.scalars(query).all()
    numbers = {each.id: each.number for each in every}
    for each in every:
        cells: list[Any] = [
            each.number,
            days.local_day(each.at, body.zone).isoformat(),
            each.session.number,
            each.paper.number if each.paper else "",
            each.title,
            say(LANG, OUTCOMES[each.outcome]),
            each.yes, each.no, each.abstain, say(LANG, "yes") if each.was_late else "",
            each.text, each.reason, each.responsible, each.due, each.budget, each.distribution,
            numbers.get(each.supersedes_id or 0, ""),
        ]  # fmt: skip
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()
