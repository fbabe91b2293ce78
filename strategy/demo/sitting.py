"""A session of the demo while it is held: who is there, and what becomes of each item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from strategy.demo.year_story import Meeting, Point, Tabled, Todo, Verdict
from strategy.domain import (
    agenda,
    attendance,
    backlog,
    bodies,
    days,
    decisions,
    minutes,
    sessions,
    tablings,
    tasks,
    turns,
    urgency,
)
from strategy.store import sessions as stored
from strategy.store.agenda import Item
from strategy.store.decisions import Decision, Task
from strategy.store.papers import Paper
from strategy.store.people import Person

Put = Callable[[datetime, Callable[[datetime], None]], None]


@dataclass
class Sitting:
    """A session with what is known of its items."""

    db: Session
    session: stored.Session
    meeting: Meeting
    people: Mapping[str, Person]
    decided: dict[str, Decision]
    """What any session has decided last, by the title of its paper."""
    points: dict[int, Point] = field(default_factory=dict)
    """By item."""
    papers: dict[int, Tabled] = field(default_factory=dict)
    """By paper."""
    verdicts: dict[int, list[Verdict]] = field(default_factory=dict)
    """Those to come, by paper."""

    @property
    def _staff(self) -> Person:
        return self.people["Silke"]

    def excuse(self, at: datetime) -> None:
        """Note who cannot come."""
        for name in self.meeting.away:
            person = self.people[name]
            attendance.attend(self.db, self.session, person.id, "excused", by=self._staff, now=at)

    def hold(self, at: datetime, put: Put) -> None:
        """From the opening to the end, item by item."""
        sessions.begin(self.db, self.session, by=self._staff, now=at)
        if self.meeting.kind != "circular":
            self._welcome(at)
        every = agenda.items(self.db, self.session)
        for line in agenda.numbered(self.session, every):
            turns.call(self.db, self.session, line.item, by=self._staff, now=at)
            self._deal_with(line.item, at, put)
            at += timedelta(minutes=line.item.minutes)
            if line.item.state == "open":
                turns.finish(self.db, self.session, line.item, by=self._staff, now=at)
        sessions.close(self.db, self.session, by=self._staff, now=at)

    def _welcome(self, at: datetime) -> None:
        for member in bodies.members(self.db, self.session.body):
            name = member.person.name.split()[0]
            if name in self.meeting.away or (
                member.role == "guest" and name not in self.meeting.guests
            ):
                continue
            attendance.attend(
                self.db, self.session, member.person_id, "present", by=self._staff, now=at
            )

    def _deal_with(self, item: Item, at: datetime, put: Put) -> None:
        if item.standing == "quorum":
            self._note(item, self.meeting.opening, at)
        elif item.standing == "minutes":
            for earlier in minutes.waiting(self.db, self.session):
                minutes.approve(self.db, earlier, by=self._staff, now=at)
        elif item.id in self.points:
            self._note(item, self.points[item.id].note, at)
        elif item.paper_id in self.papers:
            self._decide(item, self.papers[item.paper_id], at, put)

    def _note(self, item: Item, words: str, at: datetime) -> None:
        agenda.keep_note(self.db, self.session, item, words, by=self._staff, now=at)

    def _decide(self, item: Item, paper: Tabled, at: datetime, put: Put) -> None:
        standing = tablings.of_items(self.db, [item.id])[item.id]
        if paper.urgency and standing.is_held_up:
            asked = paper.urgency
            urgency.vote(
                self.db, standing.tabling, cause=asked.cause, because=asked.because,
                yes=asked.yes, no=asked.no, abstain=asked.abstain, by=self._staff, now=at,
            )  # fmt: skip
        verdict = self.verdicts[standing.tabling.paper_id].pop(0)
        self._note(item, verdict.note, at)
        self._record(item, verdict, at, put)

    def _record(self, item: Item, verdict: Verdict, at: datetime, put: Put) -> None:
        said = verdict.said
        if verdict.supersedes:
            said = replace(said, supersedes=self.decided[verdict.supersedes].id)
        made = decisions.record(self.db, self.session, item, said, by=self._staff, now=at)
        self.decided[item.title] = made
        for name, words in verdict.dissent:
            put(at + timedelta(days=1, hours=3), partial(self._dissent, made, name, words))
        for todo in verdict.todos:
            put(at + timedelta(hours=2), partial(self._give, todo, made, put))

    def _dissent(self, decision: Decision, name: str, words: str, at: datetime) -> None:
        decisions.dissent(self.db, decision, words, by=self.people[name], now=at)

    def _give(self, todo: Todo, decision: Decision, put: Put, at: datetime) -> None:
        """Make a task of the decision, and have its owner answer."""
        owner = self.people[todo.owner]
        due = days.local_day(at, self.session.body.zone) + timedelta(days=todo.due)
        task = tasks.make(
            self.db, self.session.body, tasks.Facts(todo.title, owner, due), decision=decision,
            by=self.people["Amira"], now=at,
        )  # fmt: skip
        if todo.is_accepted:
            accepted = at + timedelta(hours=20 if todo.due > 1 else 1)
            put(accepted, lambda when: tasks.accept(self.db, task, by=owner, now=when))
        self._follow(task, todo, owner, at, put)

    def _follow(self, task: Task, todo: Todo, owner: Person, at: datetime, put: Put) -> None:
        if todo.handed_back:
            put(
                at + timedelta(days=9),
                lambda when: tasks.hand_back(self.db, task, todo.handed_back, by=owner, now=when),
            )
        elif todo.done:
            put(
                at + timedelta(days=todo.done),
                lambda when: tasks.finish(self.db, task, todo.words, by=owner, now=when),
            )
        elif todo.words:
            put(
                at + timedelta(days=20),
                lambda when: tasks.tell(self.db, task, todo.words, by=owner, now=when),
            )

    def carry(self, paper: Paper, to: Sitting, at: datetime) -> None:
        """Put what was postponed onto another session's agenda."""
        item = next(
            each for each in backlog.of(self.db, self.session.body) if each.paper_id == paper.id
        )
        backlog.carry_over(self.db, item, to.session, by=self._staff, now=at)
        to.papers[paper.id] = self.papers[paper.id]
        to.verdicts[paper.id] = self.verdicts[paper.id]
