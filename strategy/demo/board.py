"""The made-up board: people, body, papers with their histories."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from strategy.demo import amendments, demands, goals, polls, tasks, text, topics, year
from strategy.demo.paper_housing import HOUSING
from strategy.demo.paper_rules import RULES
from strategy.demo.paper_transport import TRANSPORT
from strategy.demo.paper_volunteers import VOLUNTEERS
from strategy.demo.rewriting import replaced, rewrite
from strategy.demo.story import Edit, Move, Note, Paper, Say, Settle, Take
from strategy.domain import (
    bodies,
    comments,
    imports,
    papers,
    passwords,
    people,
    policy,
    revisions,
    steps,
)
from strategy.store import papers as stored
from strategy.store.jobs import Job
from strategy.store.people import Person
from strategy.text.compare import compare
from strategy.text.shapes import Change
from strategy.text.tracked import change_ids
from strategy.text.write import write

PASSWORD = "vorlauf-probieren"  # noqa: S105  printed on purpose: the demo is open

BOARD = (
    ("amira.thoma@example.org", "Amira Thoma", "chair"),
    ("jonas.petersen@example.org", "Jonas Petersen", "chair"),
    ("gesa.lorenz@example.org", "Gesa Lorenz", "voting"),
    ("ralf.wieland@example.org", "Ralf Wieland", "voting"),
    ("tuelay.aksoy@example.org", "Tülay Aksoy", "voting"),
    ("birgit.moeller@example.org", "Birgit Möller", "voting"),
    ("henning.voss@example.org", "Henning Voß", "voting"),
    ("lena.sommerfeld@example.org", "Lena Sommerfeld", "voting"),
    ("dawit.tesfaye@example.org", "Dawit Tesfaye", "voting"),
    ("ursula.brandt@example.org", "Ursula Brandt", "voting"),
    ("mika.jansen@example.org", "Mika Jansen", "voting"),
    ("pawel.nowak@example.org", "Paweł Nowak", "advisory"),
    ("silke.harms@example.org", "Silke Harms", "staff"),
    ("okan.yildiz@example.org", "Okan Yıldız", "guest"),
)
PAPERS: tuple[Paper, ...] = (HOUSING, RULES, TRANSPORT, VOLUNTEERS)


@dataclass(frozen=True)
class Made:
    """How to sign in to the demo."""

    email: str
    password: str


def fill(db: Session, *, now: datetime) -> Made | None:
    """Fill an empty database; None, and nothing changed, if anybody is in it."""
    if db.scalar(select(Person.id).limit(1)) is not None:
        return None
    begun = now - timedelta(days=420)
    there: dict[str, Person] = {}
    kept = passwords.hashed(PASSWORD)
    for email, name, _ in BOARD:
        person = people.add(db, email, name, admin=not there, now=begun)
        person.password = kept
        there[name.split()[0]] = person
    board = bodies.add(db, "landesvorstand", "Landesvorstand", now=begun)
    group = bodies.add(db, "ag-wohnen", "Arbeitsgruppe Wohnen", now=begun)
    for _, name, role in BOARD:
        bodies.set_role(db, board, there[name.split()[0]], role, by=None, now=begun)
    for name, role in (("Gesa", "chair"), ("Dawit", "voting"), ("Birgit", "voting")):
        bodies.set_role(db, group, there[name], role, by=None, now=begun)
    told = [_Telling(db, board, there, paper, now) for paper in PAPERS]
    for each in told:
        each.tell()
    shared = [each.made for each in told if policy.was_shared(each.made)]
    voters = [there[name.split()[0]] for _, name, role in BOARD if role == "voting"]
    polls.open_one(db, shared[0], there["Gesa"], voters[:5], now=now)
    polls.secret_one(db, shared[0], there["Jonas"], voters[1:8], now=now)
    tasks.some(db, board, there, by=there["Amira"], now=now)
    aims = goals.fill(db, board, there, begun=begun, now=now)
    held = year.tell(db, board, there, aims, begun=begun, now=now)
    in_time = aims["Vorlagen kommen rechtzeitig"]
    year.table_now(db, told[1].made, held["coming"], in_time, there, now=now)
    demands.fill(db, board, there, now=now)
    amendments.some(db, told[1].made, told[1].source, there, now=now)
    topics.fill(db, board, there, coming=held["coming"], retreat=held["retreat"], now=now)
    # The addresses are made up: nobody is to get a year's mails at once when the server starts.
    db.execute(delete(Job).where(Job.kind == "mail", Job.state == "waiting"))
    return Made(BOARD[0][0], PASSWORD)


@dataclass
class _Telling:
    """One paper's history, told move by move at the moments it names."""

    db: Session
    body: Any
    people: dict[str, Person]
    paper: Paper
    now: datetime
    made: stored.Paper = field(init=False)
    source: str = field(init=False)
    at: datetime = field(init=False)
    threads: list[Any] = field(default_factory=list)

    def tell(self) -> None:
        """Start the paper, then each move."""
        self.source = self.paper.source
        self.at = self.now - timedelta(days=self.paper.days_ago, hours=3)
        lead = self.people[self.paper.lead]
        others = [self.people[name] for name in self.paper.co_authors]
        doc = text.document(self.source, title=self.paper.title)
        if self.paper.word_file_by:
            self._start_from_file(doc, lead)
        else:
            self.made = papers.start(
                self.db,
                self.body,
                self.paper.title,
                doc=doc,
                lead=lead,
                by=lead,
                now=self.at,
                co_authors=others,
            )
        for move in self.paper.moves:
            self.at = self.now - timedelta(days=move.days_ago, minutes=move.minute)
            self._move(move)
        self.made.changed_at = min(self.made.changed_at, self.now)

    def _start_from_file(self, doc: dict[str, Any], lead: Person) -> None:
        """The paper comes as a Word file in which somebody else has tracked changes."""
        later = self.source
        for old, new in self.paper.tracked:
            later = replaced(later, old, new)
        newer = text.document(later, title=self.paper.title, before=(self.source, doc))
        author = self.people[self.paper.word_file_by].name
        marked = compare(doc, newer)
        who = {name: Change(author, self.at.isoformat()) for name in change_ids(marked)}
        reading = imports.parse(
            write(marked, "docx", view="marked", changes=who, cover=False), "entwurf.docx"
        )
        self.made = papers.start(
            self.db,
            self.body,
            self.paper.title,
            doc=reading.doc,
            lead=lead,
            by=lead,
            now=self.at,
            co_authors=[self.people[name] for name in self.paper.co_authors],
        )
        imports.keep(self.db, self.made, reading, by=lead, now=self.at)

    def _move(self, move: Move) -> None:
        by = self.people[move.by]
        match move:
            case Edit():
                self._edit(move, by)
            case Take():
                revisions.take(self.db, self.made, move.title, by=by, now=self.at)
            case Say():
                self._say(move, by)
            case Note():
                comments.answer(
                    self.db, self.made, self.threads[move.thread], move.text, by=by, now=self.at
                )
            case Settle():
                comments.resolve(
                    self.db,
                    self.made,
                    self.threads[move.thread],
                    move.outcome,
                    move.text,
                    by=by,
                    now=self.at,
                )
            case _:
                self._state(move, by)

    def _state(self, move: Move, by: Person) -> None:
        if move.state == "consultation":
            until = (self.now + timedelta(days=move.until_in)).date()
            papers.consult(self.db, self.made, until=until, by=by, now=self.at)
        elif move.state == "finalised":
            papers.finalise(self.db, self.made, by=by, now=self.at, title=move.title)
        elif move.state == "read":
            papers.mark_read(self.db, self.made, version=self.made.version, by=by, now=self.at)

    def _edit(self, move: Edit, by: Person) -> None:
        for old, new in move.changes:
            self.source = rewrite(self.db, self.made, self.source, old, new, by=by, now=self.at)
            self.at += timedelta(minutes=4)

    def _say(self, move: Say, by: Person) -> None:
        version, doc = steps.document(self.db, self.made)
        newest = revisions.newest(self.db, self.made)
        span = text.passage(doc, move.about) if move.about else None
        on_revision = newest is not None and newest.version == version
        self.threads.append(
            comments.add(
                self.db,
                self.made,
                move.text,
                kind=move.kind,
                by=by,
                now=self.at,
                start=span[0] if span else None,
                end=span[1] if span else None,
                revision=newest.number if newest is not None and on_revision else None,
                mentions=[self.people[name].id for name in move.mentions],
            )
        )
