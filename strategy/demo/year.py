"""A year of the board: every moment of it in order of time, through the domain's own functions.

The clock is each function's `now`: deadlines are kept or missed as they would have been then.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from strategy.demo import enclosures, text
from strategy.demo.meetings import MEETINGS
from strategy.demo.paper_autumn import AUTUMN
from strategy.demo.paper_spring import SPRING
from strategy.demo.rewriting import rewrite
from strategy.demo.sitting import Sitting
from strategy.demo.year_story import Meeting, Tabled
from strategy.domain import (
    agenda,
    days,
    marks,
    minutes,
    papers,
    plans,
    rules,
    sessions,
    tablings,
)
from strategy.domain.tablings import Filing
from strategy.domain.terms import Quota, Span, Terms
from strategy.store import sessions as stored
from strategy.store.bodies import Body
from strategy.store.decisions import Decision
from strategy.store.goals import Goal
from strategy.store.papers import Paper
from strategy.store.people import Person

TERMS = Terms(
    region="NI",
    rhythm=8,
    invitation=Span(2, "weeks"),
    submission={"ordinary": Span(14, at="18:00")},
    amendment=Span(3),
    amendment_backers=3,
    urgency="two_thirds_present",
    force_topic=Quota(share="1/3"),
    call_session=Quota(share="1/3"),
    call_within=14,
    objection_days=4,
    plan_months=6,
    answer_days=28,
)

Act = Callable[[datetime], None]


def tell(
    db: Session,
    board: Body,
    people: Mapping[str, Person],
    goals: Mapping[str, Goal],
    *,
    begun: datetime,
    now: datetime,
) -> dict[str, stored.Session]:
    """Rules, sessions, papers, decisions, tasks and minutes from `begun` until `now`.

    people  by first name
    goals   by title
    returns the sessions by key; "coming" is the next one, "retreat" lies ahead, too
    """
    year = _Year(db, board, people, goals, now)
    year.put(begun, year.rules)
    for meeting in MEETINGS:
        year.expect(meeting)
    for paper in SPRING + AUTUMN:
        year.expect_paper(paper)
    year.run()
    return {key: each.session for key, each in year.sittings.items()}


def table_now(
    db: Session,
    paper: Paper,
    session: stored.Session,
    goal: Goal,
    people: Mapping[str, Person],
    *,
    now: datetime,
) -> None:
    """The paper's lead author has tabled it a week ago for a session ahead; four have read it."""
    at = now - timedelta(days=7, hours=3)
    made = tablings.table(db, paper, session, Filing(goal), by=paper.lead, now=at)
    for days_ago, (name, said) in enumerate(
        (("Lena", "agree"), ("Ursula", "agree"), ("Gesa", "agree"), ("Tülay", "read")), start=1
    ):
        at = now - timedelta(days=days_ago)
        marks.mark(db, session, made.item, said, by=people[name], now=at)


@dataclass
class _Year:
    """What is still to happen, by its moment."""

    db: Session
    board: Body
    people: Mapping[str, Person]
    goals: Mapping[str, Goal]
    now: datetime
    sittings: dict[str, Sitting] = field(default_factory=dict)
    made: dict[str, Paper] = field(default_factory=dict)
    """Papers by title."""
    decided: dict[str, Decision] = field(default_factory=dict)
    _due: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _count: int = 0

    def put(self, at: datetime, act: Act) -> None:
        """Have something happen at a moment; never, if that lies ahead."""
        if at <= self.now:
            self._count += 1  # what falls on one moment happens in the order it was put
            heapq.heappush(self._due, (at, self._count, act))

    def run(self) -> None:
        """Let everything happen, each at its moment."""
        while self._due:
            at, _, act = heapq.heappop(self._due)
            act(at)

    def rules(self, at: datetime) -> None:
        """The chair enters the rules of procedure."""
        rules.change(
            self.db,
            self.board,
            TERMS,
            holds_from=days.local_day(at, self.board.zone),
            source="Geschäftsordnung des Landesvorstands, §§ 3 bis 7",
            by=self.people["Amira"],
            now=at,
        )

    def expect(self, meeting: Meeting) -> None:
        """A session from its planning to its minutes."""
        planned = self.now - timedelta(days=meeting.planned)
        starts = self._starts(meeting)
        self.put(planned, partial(self._plan, meeting, starts))
        if meeting.days_ago < -20:
            return  # its invitation is still to come
        before = timedelta(days=5, hours=12) if meeting.kind == "circular" else timedelta(days=21)
        invited = min(starts - before, self.now - timedelta(days=3))
        self.put(invited - timedelta(hours=3), partial(self._fill_agenda, meeting))
        self.put(invited, partial(self._convene, meeting))
        self.put(starts, lambda at: self.sittings[meeting.key].hold(at, self.put))
        if meeting.adopts_plan:
            self.put(starts + timedelta(hours=5), self._adopt_plan)
        if meeting.kind != "circular":
            self.put(starts + timedelta(days=2, hours=4), partial(self._begin_minutes, meeting))
            self.put(starts + timedelta(days=6, hours=7), partial(self._send_minutes, meeting))

    def _starts(self, meeting: Meeting) -> datetime:
        day = days.local_day(self.now, self.board.zone) - timedelta(days=meeting.days_ago)
        if meeting.kind == "circular":
            return days.at(day, "20:00", self.board.zone)
        return days.at(day + timedelta(days=(5 - day.weekday()) % 7), "10:00", self.board.zone)

    def _plan(self, meeting: Meeting, starts: datetime, at: datetime) -> None:
        length = {"retreat": timedelta(days=1, hours=5), "circular": timedelta(hours=1)}.get(
            meeting.kind, timedelta(hours=6)
        )
        staff = self.people["Silke"]
        first = starts - timedelta(days=meeting.moved_from)
        facts = sessions.Facts(first, first + length, meeting.kind, meeting.title, meeting.place)
        made = sessions.plan(self.db, self.board, facts, by=staff, now=at)
        self.sittings[meeting.key] = Sitting(self.db, made, meeting, self.people, self.decided)
        if meeting.moved_from:
            self.put(
                self.now - timedelta(days=12),
                lambda moved: sessions.move(
                    self.db, made, starts_at=starts, ends_at=starts + length,
                    because=meeting.moved_because, by=staff, now=moved,
                ),
            )  # fmt: skip

    def _fill_agenda(self, meeting: Meeting, at: datetime) -> None:
        session = self.sittings[meeting.key].session
        for point in meeting.points:
            facts = agenda.Facts(
                point.title,
                point.kind,
                point.minutes,
                self.people[point.presenter] if point.presenter else None,
                point.is_confidential,
            )
            made = agenda.add(self.db, session, facts, by=self.people["Silke"], now=at)
            self.sittings[meeting.key].points[made.id] = point
        every = sorted(agenda.items(self.db, session), key=lambda each: each.paper_id is not None)
        wanted = [(each.id, each.parent_id) for each in every]  # papers come last
        agenda.order(self.db, session, wanted, by=self.people["Silke"], now=at)

    def _convene(self, meeting: Meeting, at: datetime) -> None:
        sitting = self.sittings[meeting.key]
        sessions.convene(self.db, sitting.session, by=self.people["Silke"], now=at)
        if meeting.kind != "circular":
            sitting.excuse(at)

    def _adopt_plan(self, at: datetime) -> None:
        first = days.local_day(at, self.board.zone).replace(day=1)
        later = first.month + 6
        last = date(first.year + (later - 1) // 12, (later - 1) % 12 + 1, 1) - timedelta(days=1)
        plans.adopt(
            self.db, self.board, first, last, yes=8, no=1, abstain=0,
            by=self.people["Amira"], now=at,
        )  # fmt: skip

    def _begin_minutes(self, meeting: Meeting, at: datetime) -> None:
        minutes.begin(self.db, self.sittings[meeting.key].session, by=self.people["Silke"], now=at)

    def _send_minutes(self, meeting: Meeting, at: datetime) -> None:
        minutes.send(self.db, self.sittings[meeting.key].session, by=self.people["Silke"], now=at)

    def expect_paper(self, paper: Tabled) -> None:
        """A paper from its first draft until it is tabled, perhaps twice."""
        meeting = next(each for each in MEETINGS if each.key == paper.session)
        starts = self._starts(meeting)
        tabled = starts - timedelta(hours=1)
        if paper.days_before:
            tabled = self._before(starts, paper.days_before)
        began = tabled - timedelta(days=paper.drafted, hours=2)
        shared = began + timedelta(hours=9)
        self.put(began, partial(self._start, paper))
        self.put(shared, partial(self._consult, paper, tabled))
        for place, name in enumerate(paper.read_by):
            span = (starts - shared) / (len(paper.read_by) + 1)
            self.put(shared + span * (place + 0.5), partial(self._read, paper, name))
        self.put(tabled - timedelta(hours=2), partial(self._enclose, paper))
        self.put(tabled, partial(self._table, paper))
        if paper.again:
            back = self._before(starts, paper.again.taken_back)
            again = self._before(starts, paper.again.tabled)
            self.put(back, partial(self._take_back, paper, paper.again.because))
            self.put(back + timedelta(days=3), partial(self._change, paper, paper.again.changes))
            self.put(again, partial(self._table, paper))
        for place, (name, said) in enumerate(paper.marks):
            at = self.now - timedelta(days=2, hours=place)
            self.put(at, partial(self._mark, paper, name, said))
        if paper.carried_to:
            sitting, to = paper.session, paper.carried_to
            self.put(
                starts + timedelta(days=3),
                lambda at: self.sittings[sitting].carry(
                    self.made[paper.title], self.sittings[to], at
                ),
            )

    def _before(self, starts: datetime, count: int) -> datetime:
        """An afternoon so many days before."""
        day = days.local_day(starts, self.board.zone) - timedelta(days=count)
        return days.at(day, "15:10", self.board.zone)

    def _start(self, paper: Tabled, at: datetime) -> None:
        lead = self.people[paper.lead]
        self.made[paper.title] = papers.start(
            self.db,
            self.board,
            paper.title,
            doc=text.document(paper.source, title=paper.title),
            lead=lead,
            by=lead,
            now=at,
            co_authors=[self.people[name] for name in paper.co_authors],
        )

    def _consult(self, paper: Tabled, tabled: datetime, at: datetime) -> None:
        until = days.local_day(tabled, self.board.zone)
        papers.consult(
            self.db, self.made[paper.title], until=until, by=self.people[paper.lead], now=at
        )

    def _read(self, paper: Tabled, name: str, at: datetime) -> None:
        made = self.made[paper.title]
        papers.mark_read(self.db, made, version=made.version, by=self.people[name], now=at)

    def _enclose(self, paper: Tabled, at: datetime) -> None:
        for each in paper.enclosed:
            enclosures.attach(self.db, self.made[paper.title], each, now=at)

    def _table(self, paper: Tabled, at: datetime) -> None:
        sitting = self.sittings[paper.session]
        made = self.made[paper.title]
        filing = Filing(self.goals[paper.goal] if paper.goal else None, paper.no_goal_because)
        tablings.table(self.db, made, sitting.session, filing, by=self.people[paper.lead], now=at)
        sitting.papers[made.id] = paper
        sitting.verdicts[made.id] = list(paper.verdicts)

    def _take_back(self, paper: Tabled, because: str, at: datetime) -> None:
        made, lead = self.made[paper.title], self.people[paper.lead]
        tablings.take_back(self.db, made, because, by=lead, now=at)

    def _change(self, paper: Tabled, changes: tuple[tuple[str, str], ...], at: datetime) -> None:
        made, lead, source = self.made[paper.title], self.people[paper.lead], paper.source
        for old, new in changes:
            source = rewrite(self.db, made, source, old, new, by=lead, now=at)
            at += timedelta(minutes=6)

    def _mark(self, paper: Tabled, name: str, said: str, at: datetime) -> None:
        session = self.sittings[paper.session].session
        made = self.made[paper.title]
        item = next(each for each in agenda.items(self.db, session) if each.paper_id == made.id)
        marks.mark(self.db, session, item, said, by=self.people[name], now=at)
