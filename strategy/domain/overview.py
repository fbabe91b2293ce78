"""A session at a glance: its agenda with papers, marks, sizes, readers, votes and decisions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session as Db

from strategy.domain import (
    agenda,
    attendance,
    decisions,
    lead_time,
    merging,
    policy,
    readings,
    revisions,
    sessions,
    tablings,
)
from strategy.domain.agenda import Line
from strategy.domain.attendance import Quorum
from strategy.domain.lead_time import Deadlines
from strategy.domain.merging import Tally
from strategy.domain.readings import NOTHING, Size
from strategy.domain.tablings import Standing
from strategy.domain.terms import Terms
from strategy.store.bodies import Member
from strategy.store.decisions import Decision
from strategy.store.people import Person
from strategy.store.sessions import Attendance, Move, Objection, Session


@dataclass(frozen=True)
class Seen:
    """What a session's page shows to a reader."""

    lines: Sequence[Line]
    standing: Mapping[int, Standing]
    """By item: the tabling that counts."""
    sizes: Mapping[int, Size]
    """By paper."""
    read: Mapping[int, int]
    """By paper: how many have read what is tabled."""
    amendments: Mapping[int, Tally]
    """By paper, where there are any."""
    decisions: Mapping[int, Decision]
    """By item."""
    readers: int
    """Members who could have read."""
    whole: Size
    """All papers together."""
    attached: int
    """Pages of what is attached to them."""
    terms: Terms
    deadlines: Deadlines
    moves: Sequence[Move]
    members: Sequence[Member]
    attendance: Mapping[int, Attendance]
    quorum: Quorum
    objections: Sequence[Objection]


def of(db: Db, session: Session, *, reader: Person, now: datetime) -> Seen:
    """The session as the reader may see it. A dozen queries, however long the agenda."""
    every = agenda.visible(agenda.items(db, session), reader, session.body)
    shown = [each for each in every if each.paper is None or policy.may_read(reader, each.paper)]
    standing = tablings.of_items(db, [each.id for each in shown if each.paper_id])
    papers = {found.tabling.paper_id: found.tabling.revision for found in standing.values()}
    sizes, read = readings.amounts(db, session.body_id, papers)
    there = attendance.roll(db, session)
    members = [member for member, _ in there]
    terms = sessions.terms_of(db, session)
    return Seen(
        lines=agenda.numbered(session, shown),
        standing=standing,
        sizes=sizes,
        read=read,
        amendments=merging.tallies(
            db, [each.paper for each in shown if each.paper and each.id in standing]
        ),
        decisions=decisions.of_session(db, session),
        readers=sum(each.role != "guest" for each in members),
        whole=sum(sizes.values(), NOTHING),
        attached=sum(found.attached.pages for found in standing.values()),
        terms=terms,
        deadlines=lead_time.deadlines(terms, session.starts_at, zone=session.body.zone),
        moves=session.moves,
        members=members,
        attendance={member.person_id: each for member, each in there if each is not None},
        quorum=attendance.quorum_of(there, terms),
        objections=sessions.objections(db, session) if session.kind == "circular" else (),
    )


def text_of(db: Db, line: Line, *, reader: Person) -> dict[str, Any] | None:
    """The tabled text of an item's paper, if it has one that the reader may see."""
    paper = line.item.paper
    if paper is None or not policy.may_read(reader, paper):
        return None
    found = tablings.of_items(db, [line.item.id]).get(line.item.id)
    if found is None:
        return None
    doc: dict[str, Any] = json.loads(revisions.find(db, paper, found.tabling.revision).doc)
    return doc
