"""Digests: what waited for the morning goes out as one mail, once, at seven on people's clocks."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from strategy.domain import choices, days, mail, notices
from strategy.store.bodies import Member
from strategy.store.notices import Notice, once
from strategy.store.people import Person

ZONE = "Europe/Berlin"
"""Whose clocks the morning is read from: a person may belong to bodies of several zones."""
HOUR = "07:00"
MONDAY = 0


def morning(day: date) -> datetime:
    """The moment at which the digests of a day go out, and its reminders come up."""
    return days.at(day, HOUR, ZONE)


def today(now: datetime) -> date:
    """The day whose morning was last."""
    day = now.astimezone(ZoneInfo(ZONE)).date()
    return day if morning(day) <= now else day - timedelta(days=1)


def days_of(now: datetime) -> dict[str, date]:
    """For each digest the day on which it last was to go out."""
    day = today(now)
    return {"daily": day, "weekly": day - timedelta(days=(day.weekday() - MONDAY) % 7)}


def _waiting(db: Db, now: datetime) -> dict[tuple[int, str], list[Notice]]:
    """What is to go out by now: by person and digest, or, as "off", to nobody any more."""
    latest = days_of(now)
    rows = db.scalars(
        select(Notice)
        .where(Notice.state == "waiting", Notice.at <= morning(latest["daily"]))
        .order_by(Notice.person_id, Notice.at, Notice.id)
    ).all()
    people = {row.person_id for row in rows}
    ways = {person_id: choices.of(db, person_id) for person_id in people}
    already = select(Notice.person_id, Notice.kind, Notice.key).where(
        Notice.person_id.in_(people),
        Notice.kind.in_(choices.DIGESTS),
        Notice.key.in_([each.isoformat() for each in latest.values()]),
    )
    gone = {tuple(row) for row in db.execute(already)}
    found: dict[tuple[int, str], list[Notice]] = defaultdict(list)
    for row in rows:
        way = ways[row.person_id][row.kind]
        digest = {"now": "daily"}.get(way, way)  # who wishes it at once from now on waits no longer
        if digest == "off":
            found[row.person_id, "off"].append(row)
            continue
        day = latest[digest]
        if row.at <= morning(day) and (row.person_id, digest, day.isoformat()) not in gone:
            found[row.person_id, digest].append(row)
    return found


def is_any_due(db: Db, *, now: datetime) -> bool:
    """Whether there is something to send; asked without the writing place."""
    return bool(_waiting(db, now))


def send(db: Db, *, now: datetime) -> int:
    """Queue the digests that are to go out by now; how many. Another worker sends none of them."""
    sent = 0
    for (person_id, digest), rows in sorted(_waiting(db, now).items(), key=lambda each: each[0]):
        person = db.get(Person, person_id)
        if digest == "off" or person is None or person.left_at is not None:
            _drop(rows)
            continue
        day = days_of(now)[digest]
        columns = {"at": morning(day), "state": "sent", "sent_at": now}
        if not once(db, person_id=person_id, kind=digest, key=day.isoformat(), **columns):
            continue
        sent += _send(db, person, digest, day, rows, now)
    db.flush()
    return sent


def _drop(rows: list[Notice]) -> None:
    for row in rows:
        row.state, row.facts = "off", "{}"


def _send(db: Db, person: Person, digest: str, day: date, rows: list[Notice], now: datetime) -> int:
    bodies = set(db.scalars(select(Member.body_id).where(Member.person_id == person.id)))
    groups: dict[str, list[notices.Facts]] = {}
    for row in rows:
        facts = json.loads(row.facts)
        if facts["body"] not in bodies:  # they have left it since
            _drop([row])
            continue
        groups.setdefault(row.kind, []).append(notices.veiled(db, person, facts))
        row.state, row.sent_at, row.facts = "sent", now, "{}"
    if not groups:
        return 0
    every = [{"kind": kind, "notices": groups[kind]} for kind in choices.KINDS if kind in groups]
    facts = {"day": day.isoformat(), "groups": every}
    mail.queue(db, to=person, template="digest", facts=facts, notice=digest, now=now)
    return 1
