"""What the archive says of each table: its rows by noun, counts alone, or why it is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Table, func, select
from sqlalchemy.orm import Session as Db

from strategy.catalog import later
from strategy.domain import polls
from strategy.store.agenda import Mark
from strategy.store.log import Event
from strategy.store.papers import Reading
from strategy.store.people import Person
from strategy.store.polls import Poll
from strategy.store.tables import Base
from strategy.store.tablings import Backing
from strategy.store.topics import Support, Weight

NOUNS: Mapping[str, tuple[str, ...]] = {
    "people": ("people",),
    "bodies": ("bodies", "members"),
    "rules": ("rules",),
    "sessions": ("sessions", "session_moves", "agenda_items", "attendances", "objections"),
    "demands": (
        "demands", "demanded_items", "demand_signatures", "demands_met", "demand_sessions",
    ),
    "papers": (
        "papers", "paper_people", "revisions", "line_maps", "comments", "mentions", "suggestions",
        "paper_files", "attachments", "attached_files",
    ),
    "tablings": ("tablings", "tablings_taken_back", "urgency_votes", "tabling_attachments"),
    "amendments": (
        "amendments", "amendment_motions", "amendment_texts", "amendment_backings",
        "amendment_urgency_votes", "amendment_recommendations", "amendment_answers",
        "amendment_verdicts", "amendment_results",
    ),
    "decisions": ("decisions", "dissents"),
    "tasks": ("tasks", "task_notes"),
    "minutes": ("minutes", "minutes_objections"),
    "topics": ("topics",),
    "goals": ("goals", "strategies"),
    "plans": ("plans",),
    "log": ("events",),
}  # fmt: skip
"""By file: the tables that it holds, row by row."""

COUNTED = ("item_marks", "topic_supports", "topic_weights", "readings", "tabling_backings",
           "polls", "poll_votes", "poll_tallies")  # fmt: skip
"""Tables of which the archive says what the pages say: counts, not names."""

FILES = ("files",)
"""Pictures, each as a file of its own."""

LEFT_OUT: Mapping[str, str] = {
    "attempts": later("failed sign-ins of the last minutes"),
    "devices": later("who is signed in where"),
    "feeds": later("secret addresses of calendars"),
    "jobs": later("work that waits or is done: mails, exports"),
    "links": later("secret addresses to sign in with"),
    "notice_choices": later("how somebody wants to be told"),
    "notices": later("who was told what by mail"),
    "poll_participations": later("who takes part in a secret poll: nobody is to know"),
    "snapshots": later("texts at a version: today's and every revision's stand beside it"),
    "steps": later("single keystrokes: today's text and every revision's stand beside it"),
}

HIDDEN = {
    "people": {"password"},
    "attached_files": {"data"},
    "papers": {"words"},
    "amendment_texts": {"edits"},
    "topics": {"words"},
    "revisions": {"doc"},
    "sessions": {"current_item_id"},
}
"""Columns that are secret, only help searching, or stand in files of their own."""

PARSED = {
    "line_maps": {"lines"},
    "rules": {"terms"},
    "plans": {"sessions"},
    "strategies": {"goals"},
}
"""Columns that hold JSON."""

Rows = list[dict[str, Any]]


def nouns(db: Db, *, now: datetime) -> dict[str, dict[str, Rows]]:
    """Everything by noun and table, people with their names."""
    names: dict[int, str] = dict(db.execute(select(Person.id, Person.name)).all())
    found = {
        noun: {name: _rows(db, Base.metadata.tables[name], names) for name in tables}
        for noun, tables in NOUNS.items()
    }
    found["polls"] = {"polls": _polls(db, names, now)}
    for noun, name, query in _COUNTS:
        rows = db.execute(query).mappings()
        found[noun][name] = [dict(row) for row in rows]
    return found


_COUNTS: tuple[tuple[str, str, Select[*tuple[Any, ...]]], ...] = (
    (
        "sessions",
        "item_marks",
        select(Mark.item_id, Mark.mark, func.count().label("count"))
        .group_by(Mark.item_id, Mark.mark)
        .order_by(Mark.item_id, Mark.mark),
    ),
    (
        "topics",
        "topic_supports",
        select(Support.topic_id, func.count().label("count"))
        .group_by(Support.topic_id)
        .order_by(Support.topic_id),
    ),
    (
        "topics",
        "topic_weights",
        select(
            Weight.session_id,
            Weight.topic_id,
            func.sum(Weight.points).label("points"),
            func.count().label("count"),
        )
        .group_by(Weight.session_id, Weight.topic_id)
        .order_by(Weight.session_id, Weight.topic_id),
    ),
    (
        "papers",
        "readings",
        select(Reading.paper_id, func.count().label("count"))
        .group_by(Reading.paper_id)
        .order_by(Reading.paper_id),
    ),
    (
        "tablings",
        "tabling_backings",
        select(Backing.tabling_id, func.count().label("count"))
        .group_by(Backing.tabling_id)
        .order_by(Backing.tabling_id),
    ),
)


def _rows(db: Db, table: Table, names: Mapping[int, str]) -> Rows:
    query = select(table).order_by(*table.primary_key)
    if table is Event.__table__:
        query = query.where(Event.verb != "refused")  # who tried what is nobody's business
    people = {
        column.name
        for column in table.columns
        if any(key.column.table is Person.__table__ for key in column.foreign_keys)
    }
    hidden, parsed = HIDDEN.get(table.name, set()), PARSED.get(table.name, set())
    found = []
    for row in db.execute(query).mappings():
        facts: dict[str, Any] = {}
        for name, value in row.items():
            if name in hidden:
                continue
            facts[name] = json.loads(value) if name in parsed and value else _plain(value)
            if name in people:
                facts[name.removesuffix("_id")] = names.get(value, "")
        found.append(facts)
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _polls(db: Db, names: Mapping[int, str], now: datetime) -> Rows:
    """As their pages show them: of secret ones a result only at the end, and never a name."""
    said = {row["id"]: row for row in _rows(db, Base.metadata.tables["polls"], names)}
    for poll in db.scalars(select(Poll).order_by(Poll.id)):
        result = polls.result(db, poll, now=now) if not poll.is_secret or poll.sealed_at else None
        said[poll.id]["counts"] = result.counts if result else None
        if not poll.is_secret and result:
            said[poll.id]["names"] = {key: list(some) for key, some in result.names.items()}
    return list(said.values())


def as_json(rows: object) -> str:
    """As it lies in the archive."""
    return json.dumps(rows, ensure_ascii=False, indent=1)
