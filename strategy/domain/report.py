"""The lead-time report: how early papers came, per session and over time. Never per person."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db

from strategy.catalog import later, say
from strategy.domain import days
from strategy.store.bodies import Body, Member
from strategy.store.decisions import CARRIED, Decision, Task
from strategy.store.papers import Reading
from strategy.store.revisions import Revision
from strategy.store.sessions import Session
from strategy.store.tablings import Tabling, TakenBack, UrgencyVote
from strategy.store.topics import Topic

DAY = 24 * 60 * 60
"""Seconds."""


@dataclass(frozen=True)
class Row:
    """A session's papers: counts and days, nobody's name."""

    id: int
    number: str
    title: str
    starts_at: datetime
    papers: int
    median: float | None
    """Days from tabling to the session; None without papers."""
    earliest: float | None
    latest: float | None
    """Days that the last paper came before the session: the smallest lead."""
    late: int
    table_papers: int
    granted: int
    """Votes on urgency that were granted."""
    refused: int
    without_paper: int
    """Decisions adopted that no paper was tabled for."""
    read: float | None
    """Part of members who had read the papers, 0..1, on average; None without papers."""


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    count: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Rounded; None of nothing."""
        return round(100 * self.count / self.whole) if self.whole else None


@dataclass(frozen=True)
class Report:
    """The sessions of a span of time, first ones first, and what stands beside them."""

    rows: Sequence[Row]
    late: Share
    table_papers: Share
    granted: Share
    without_paper: Share
    """Decisions adopted without a paper, of all adopted ones."""
    answered: Share
    """Topics whose answer came in time, of those whose answer was due."""
    done: Share
    """Tasks done in time, of those that were due."""
    median: float | None


def of(db: Db, body: Body, first: date, last: date, *, now: datetime) -> Report:
    """The report for the sessions from `first` to `last`, days in the body's zone. 7 queries."""
    begins, ends = days.at(first, "00:00", body.zone), days.at(last, "24:00", body.zone)
    carried = (
        select(func.count())
        .where(Decision.session_id == Session.id, Decision.outcome.in_(CARRIED))
        .correlate(Session)
    )
    sessions = db.execute(
        select(
            Session.id,
            Session.year,
            Session.serial,
            Session.title,
            Session.starts_at,
            carried.scalar_subquery().label("carried"),
            carried.where(Decision.paper_id.is_(None)).scalar_subquery().label("without_paper"),
        )
        .where(
            Session.body_id == body.id,
            Session.starts_at >= begins,
            Session.starts_at < ends,
            Session.state != "cancelled",
        )
        .order_by(Session.starts_at, Session.id)
    ).all()
    tabled = _tabled(db, body, begins, ends)
    read = _read(db, [each.id for rows in tabled.values() for each in rows])
    readers = db.scalar(
        select(func.count()).where(Member.body_id == body.id, Member.role != "guest")
    )
    rows = [_row(session, tabled.get(session.id, []), read, readers or 0) for session in sessions]
    every = [each for session in sessions for each in tabled.get(session.id, [])]
    granted = sum(row.granted for row in rows)
    return Report(
        rows=rows,
        late=Share(sum(row.late for row in rows), len(every)),
        table_papers=Share(sum(row.table_papers for row in rows), len(every)),
        granted=Share(granted, granted + sum(row.refused for row in rows)),
        without_paper=Share(
            sum(row.without_paper for row in rows), sum(each.carried for each in sessions)
        ),
        answered=_answered(db, body, begins, min(ends, now)),
        done=_done(db, body, first, min(last, days.local_day(now, body.zone))),
        median=median(each.lead / DAY for each in every) if every else None,
    )


def _tabled(db: Db, body: Body, begins: datetime, ends: datetime) -> dict[int, list[Any]]:
    """By session the tablings that count: the last one of each item, unless taken back."""
    query = (
        select(
            Tabling.id,
            Tabling.item_id,
            Tabling.session_id,
            Tabling.lead,
            Tabling.late_by,
            Tabling.is_table_paper,
            UrgencyVote.is_granted,
        )
        .join(Session, Session.id == Tabling.session_id)
        .outerjoin(TakenBack, TakenBack.tabling_id == Tabling.id)
        .outerjoin(UrgencyVote, UrgencyVote.tabling_id == Tabling.id)
        .where(
            Session.body_id == body.id,
            Session.starts_at >= begins,
            Session.starts_at < ends,
            TakenBack.tabling_id.is_(None),
        )
        .order_by(Tabling.number)
    )
    last = {each.item_id: each for each in db.execute(query)}
    found: dict[int, list[Any]] = {}
    for each in last.values():
        found.setdefault(each.session_id, []).append(each)
    return found


def _read(db: Db, tablings: Sequence[int]) -> dict[int, int]:
    """By tabling how many members had read the tabled revision before the session began."""
    query = (
        select(Tabling.id, func.count())
        .join(
            Revision,
            (Revision.paper_id == Tabling.paper_id) & (Revision.number == Tabling.revision),
        )
        .join(Reading, Reading.paper_id == Tabling.paper_id)
        .join(Session, Session.id == Tabling.session_id)
        .join(Member, (Member.person_id == Reading.person_id) & (Member.body_id == Session.body_id))
        .where(
            Tabling.id.in_(tablings), Reading.version >= Revision.version, Member.role != "guest"
        )
        .group_by(Tabling.id)
    )
    return dict(db.execute(query).all())


def _row(session: Any, tabled: Sequence[Any], read: dict[int, int], readers: int) -> Row:
    leads = [each.lead / DAY for each in tabled]
    shares = [min(1.0, read.get(each.id, 0) / readers) for each in tabled] if readers else []
    return Row(
        id=session.id,
        number=f"{session.year}/{session.serial:02d}",
        title=session.title,
        starts_at=session.starts_at,
        papers=len(tabled),
        median=median(leads) if leads else None,
        earliest=max(leads, default=None),
        latest=min(leads, default=None),
        late=sum(each.late_by is not None for each in tabled),
        table_papers=sum(each.is_table_paper for each in tabled),
        granted=sum(each.is_granted is True for each in tabled),
        refused=sum(each.is_granted is False for each in tabled),
        without_paper=session.without_paper,
        read=sum(shares) / len(shares) if shares else None,
    )


def _answered(db: Db, body: Body, begins: datetime, ends: datetime) -> Share:
    due = (Topic.body_id == body.id) & (Topic.owed_by >= begins) & (Topic.owed_by < ends)
    whole = db.scalar(select(func.count()).select_from(Topic).where(due))
    count = db.scalar(
        select(func.count()).select_from(Topic).where(due, Topic.answered_at <= Topic.owed_by)
    )
    return Share(count or 0, whole or 0)


def _done(db: Db, body: Body, first: date, last: date) -> Share:
    due = (
        (Task.body_id == body.id)
        & (Task.due_on >= first)
        & (Task.due_on <= last)
        & (Task.state != "dropped")
    )
    rows = db.execute(select(Task.due_on, Task.done_at).where(due)).all()
    in_time = sum(
        row.done_at is not None and days.local_day(row.done_at, body.zone) <= row.due_on
        for row in rows
    )
    return Share(in_time, len(rows))


COLUMNS = (
    later("Session"),
    later("Date"),
    later("Papers"),
    later("Lead time in days, median"),
    later("Lead time in days, earliest"),
    later("Lead time in days, latest"),
    later("Late papers"),
    later("Papers tabled on the day"),
    later("Urgency granted"),
    later("Urgency refused"),
    later("Decisions without a paper"),
    later("Read, in percent"),
)


def as_csv(report: Report, zone: str, lang: str) -> str:
    """The rows as CSV that a spreadsheet opens without running anything; headings in `lang`."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([say(lang, each) for each in COLUMNS])
    for row in report.rows:
        facts = (row.median, row.earliest, row.latest)
        writer.writerow([
            safe(row.number),
            days.local_day(row.starts_at, zone).isoformat(),
            row.papers,
            *("" if fact is None else f"{fact:.1f}".replace(".", ",") for fact in facts),
            row.late,
            row.table_papers,
            row.granted,
            row.refused,
            row.without_paper,
            "" if row.read is None else round(100 * row.read),
        ])  # fmt: skip
    return out.getvalue()


def safe(cell: str) -> str:
    """A cell's text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
