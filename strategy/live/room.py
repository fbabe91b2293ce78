"""One open paper in this process: its text in memory, who is there, what waits to be written.

The database is the truth. What is accepted here is first placed on the text in memory, then
written by one writer, many batches in one transaction, and told to everybody only after that
transaction is durable. Whatever the database says otherwise wins: the room reads it anew.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import orjson
from sqlalchemy import Engine

from strategy.domain import standing
from strategy.domain import steps as log
from strategy.domain.steps import Logged
from strategy.errors import Invalid, Refusal
from strategy.live import messages, rebase
from strategy.live.loop import quick_lock
from strategy.live.presence import Presence
from strategy.live.websocket import BUSY, text_frame
from strategy.text import suggesting
from strategy.text.apply import BrokenStep, apply_one, parse_steps
from strategy.text.suggesting import NOTHING, Fates

LONGEST_LOG = 4_000
"""Steps that the room remembers for those who come late; older ones are in the database."""
LARGEST_LOG = 4_000_000
"""Bytes of JSON that it remembers at most, whatever their number."""
MOST_CLIENTS_KNOWN = 2_000
CHUNK = 1_000
"""Steps in one frame of catching up."""
_TRACKED = re.compile(r'"(?:insertion|deletion|modification)"')
"""What a step's JSON holds if it may make a suggestion."""

Node = Any


class Member(Protocol):
    """Somebody who hears what happens in the room."""

    client: str
    person_id: int

    def send(self, frame: bytes) -> None:
        """Take a whole frame without waiting; a member that cannot keep up drops itself."""

    def push(self, frame: bytes) -> None:
        """The same, but wait until it is sent: for catching up."""

    def close(self, code: int) -> None:
        """Say goodbye, for a reason that websocket.py names."""


class Outcome(NamedTuple):
    """What came of a batch.

    kind    accepted: durable at `version`; behind: catch up to `version`; refused: why;
            busy: the database takes nothing, come back later
    """

    kind: str
    version: int = 0
    refusal: Refusal | None = None


class Writer(NamedTuple):
    """Whose client it is, and its newest durable batch."""

    person_id: int | None
    batch: int


NOBODY = Writer(None, 0)
"""A client that has not written yet."""


@dataclass(slots=True)
class Batch:
    """What somebody wants to add; `answer` is called once, when it is decided."""

    version: int
    steps: list[Any]
    client: str
    number: int
    person_id: int
    answer: Callable[[Outcome], None]
    suggests: bool = False
    """Whether its author may only suggest."""
    parsed: list[Any] = field(default_factory=list)
    rows: list[Logged] = field(default_factory=list)
    doc: Node = None
    """The text after this batch."""
    fates: Fates = NOTHING
    """What it did to the suggestions in the text."""
    echoes: list[Batch] = field(default_factory=list)
    """The same batch, sent again while it waits."""

    def decide(self, outcome: Outcome) -> None:
        """Answer, and those who sent it again as well."""
        for each in (self, *self.echoes):
            each.answer(outcome)


class Remembered(NamedTuple):
    """A step that the room remembers, with its map's ranges."""

    row: Logged
    ranges: Sequence[int]


class Room:
    """See above. Everything that touches the text holds `lock`, which is never held in a wait."""

    def __init__(self, paper_id: int, engine: Engine, done: Counter[str] | None = None):
        """Read the text from the database.

        done    where to count what the room does
        raises  NotFound if there is no such paper
        """
        self.paper_id = paper_id
        self.engine = engine
        self.writing = engine.execution_options(writes=True)
        self.done: Counter[str] = Counter() if done is None else done
        self.lock = quick_lock()
        self.wake = threading.Event()
        self.members: list[Member] = []
        self.presence = Presence()
        self.pending: list[Batch] = []
        self.news: list[threading.Event] = []
        self.look = False
        """The database may have steps that this room does not know of."""
        self.closed = False
        self.published: Callable[[], None] = lambda: None
        """Called after each commit: tells other processes."""
        with engine.connect() as connection:
            self.settled, self.settled_doc, self.snapshot = log.head(connection, paper_id)
            self.state = log.states(connection, [paper_id])[paper_id][1]
            self._suggestions = standing.known(connection, paper_id)
        self.version, self.doc = self.settled, self.settled_doc
        self._suggestions |= suggesting.ids(self.doc)
        """Those that ever stood in the text: they may come back by whoever undoes something."""
        self._said: dict[suggesting.Key, str] = {}
        """What suggestions said that have gone: who undoes something, or comes back from a train,
        may bring them along."""
        self._log: deque[Remembered] = deque()
        self._log_size = 0
        self._known: OrderedDict[str, Writer] = OrderedDict()
        self.flight: list[Batch] = []
        self._body: tuple[int, bytes] = (-1, b"")

    # What comes in

    def submit(self, batch: Batch) -> None:
        """Place a batch on the text, or answer why not. The writer does the rest."""
        try:
            batch.parsed = parse_steps(batch.steps)
        except BrokenStep as broken:
            batch.answer(Outcome("refused", refusal=broken))
            return
        while True:
            self.know(batch.client)
            with self.lock:
                known = self._known.get(batch.client)
                if known is None:
                    continue  # so many others came that it was forgotten again
                twin = self._twin(batch)
                if twin is not None:
                    twin.echoes.append(batch)
                    return
                outcome = self._place(batch)
                if outcome is None:
                    self.pending.append(batch)
            break
        if outcome is None:
            self.wake.set()
        else:
            self.done[outcome.kind] += 1
            batch.decide(outcome)

    def know(self, client: str) -> Writer:
        """Whose client this is and its newest durable batch."""
        known = self._known.get(client)
        if known is None:
            with self.engine.connect() as connection:
                found = log.last_batch(connection, self.paper_id, client)
            with self.lock:
                known = self._known.setdefault(client, Writer(*found) if found else NOBODY)
                while len(self._known) > MOST_CLIENTS_KNOWN:
                    self._known.popitem(last=False)
        return known

    def _twin(self, batch: Batch) -> Batch | None:
        """The same batch, come before and on its way to the database."""
        client, number = batch.client, batch.number
        for waiting in (self.pending, self.flight):
            for each in waiting:
                if (
                    each.client == client
                    and each.number == number
                    and each.person_id == batch.person_id
                ):
                    return each
        return None

    def _place(self, batch: Batch) -> Outcome | None:
        """Put the batch on top of the text in memory; an outcome if that is not possible."""
        known = self._known.get(batch.client, NOBODY)
        if known is not NOBODY and known.person_id != batch.person_id:
            return Outcome("refused", refusal=Invalid("client", "This is not your client."))
        if batch.number <= known.batch:
            return Outcome("accepted", self.settled)
        first = self.version - len(self._log)
        if not first <= batch.version <= self.version:
            return Outcome("behind", self.version)
        bodies, parsed = batch.steps, batch.parsed
        late = batch.version < self.version
        if late:
            missed = [each.ranges for each in self._since(batch.version)]
            sizes = [step.slice.size if hasattr(step, "slice") else 0 for step in parsed]
            placed = rebase.rebased(bodies, sizes, missed)
            if placed is None:
                return Outcome("behind", self.version)
            bodies = placed
            parsed = [
                type(step)(body["from"], body["to"], step.slice)
                for step, body in zip(parsed, bodies, strict=True)
            ]
        try:
            doc = self.doc
            for index, step in enumerate(parsed):
                doc = apply_one(doc, step, index)
        except BrokenStep as broken:
            return Outcome("behind", self.version) if late else Outcome("refused", refusal=broken)
        rows = [
            Logged(number, orjson.dumps(body).decode(), batch.person_id, batch.client, batch.number)
            for number, body in enumerate(bodies, start=self.version + 1)
        ]
        try:
            batch.fates = self._allowed(batch, doc, rows)
        except Refusal as refusal:
            return Outcome("refused", refusal=refusal)
        batch.doc, batch.rows = doc, rows
        self._remember(batch.rows, parsed)
        self.doc, self.version = doc, self.version + len(parsed)
        return None

    def _allowed(self, batch: Batch, doc: Node, rows: Sequence[Logged]) -> Fates:
        """What the batch does to the suggestions in the text.

        raises  NotAllowed if it does more than its author may, or in another one's name
        """
        if batch.suggests:
            suggesting.require_only_suggestions(self.doc, doc, batch.person_id)
            suggesting.require_true_words(self.doc, doc, batch.person_id, self._said)
        elif not self._suggestions and not any(_TRACKED.search(row.body) for row in rows):
            return NOTHING
        fates = suggesting.fates(self.doc, doc)
        suggesting.require_own_name(fates, batch.person_id, self._suggestions)
        self._suggestions |= fates.new
        if fates.gone:
            self._said |= suggesting.last_words(self.doc, fates.gone)
        return fates

    def _since(self, version: int) -> list[Remembered]:
        count = self.version - version
        return [self._log[index] for index in range(len(self._log) - count, len(self._log))]

    def _remember(self, rows: Sequence[Logged], parsed: Sequence[Any]) -> None:
        for row, step in zip(rows, parsed, strict=True):
            self._log.append(Remembered(row, step.get_map().ranges))
            self._log_size += len(row.body)
        unsettled = rows[-1].version - self.settled
        while len(self._log) > unsettled and (
            len(self._log) > LONGEST_LOG or self._log_size > LARGEST_LOG
        ):
            self._log_size -= len(self._log.popleft().row.body)

    # What the writer does with it

    def take(self) -> list[Batch]:
        """The batches that wait, for the writer alone."""
        with self.lock:
            self.flight, self.pending = self.pending, []
            return self.flight

    def settle(self, batches: Sequence[Batch]) -> None:
        """The batches are durable: tell everybody, then those who wait for the answer."""
        rows = [row for batch in batches for row in batch.rows]
        with self.lock:
            before, self.settled = self.settled, rows[-1].version
            self.settled_doc, self.flight = batches[-1].doc, []
            self._durable(rows)
            self._tell_steps(before, rows)
        self.done["steps"] += len(rows)
        self.done["batches"] += len(batches)
        self.done["transactions"] += 1
        for batch in batches:
            batch.decide(Outcome("accepted", rows[-1].version))

    def give_back(self, batches: list[Batch]) -> None:
        """The batches could not be written this time: they wait again, in front."""
        with self.lock:
            self.pending, self.flight = batches + self.pending, []

    def catch_up(self) -> bool:
        """Read what others have written; place again what waits. Whether there was anything."""
        with self.engine.connect() as connection:
            rows = log.since(connection, self.paper_id, self.settled)
            known = standing.known(connection, self.paper_id) if rows else set()
        if not rows:
            return False
        parsed = [parse_steps([orjson.loads(row.body)])[0] for row in rows]
        doc = self.settled_doc
        for step in parsed:
            doc = apply_one(doc, step)
        undecided: list[tuple[Batch, Outcome]] = []
        with self.lock:
            self._forget_unsettled()
            self._suggestions |= known
            before, self.settled = self.settled, rows[-1].version
            self._remember(rows, parsed)
            self._durable(rows)
            self.version, self.doc, self.settled_doc = self.settled, doc, doc
            self._tell_steps(before, rows)
            waiting, self.pending = self.pending, []
            for batch in waiting:
                outcome = self._place(batch)
                if outcome is None:
                    self.pending.append(batch)
                else:
                    undecided.append((batch, outcome))
        for batch, outcome in undecided:
            batch.decide(outcome)
        return True

    def refuse_all(self, refusal: Refusal) -> None:
        """Nothing that waits can be written: the text is frozen, or gone."""
        with self.lock:
            waiting, self.pending, self.flight = [*self.flight, *self.pending], [], []
            self._forget_unsettled()
        for batch in waiting:
            batch.decide(Outcome("refused", refusal=refusal))

    def give_up(self) -> None:
        """The database takes nothing: whoever waits must come back later."""
        with self.lock:
            waiting, self.pending, self.flight = [*self.flight, *self.pending], [], []
            self._forget_unsettled()
            self.look = True
            members = list(self.members)
        for batch in waiting:
            batch.decide(Outcome("busy"))
        for member in members:
            member.close(BUSY)

    def notice(self) -> None:
        """Somebody else has written: let the writer read it."""
        self.look = True
        self.wake.set()

    def close(self) -> None:
        """Let the writer end once everything is written."""
        self.closed = True
        self.wake.set()

    def _forget_unsettled(self) -> None:
        """Back to what the database has."""
        while self._log and self._log[-1].row.version > self.settled:
            self._log_size -= len(self._log.pop().row.body)
        self.version, self.doc = self.settled, self.settled_doc

    def _durable(self, rows: Sequence[Logged]) -> None:
        for row in rows:
            if row.client:
                self._known[row.client] = Writer(row.person_id, row.batch)
                self._known.move_to_end(row.client)

    # Who hears of it

    def join(self, member: Member, version: int) -> None:
        """Send what came after `version`, then everything that happens from now on."""
        while True:
            with self.lock:
                if self.settled - version <= len(self._log) - (self.version - self.settled):
                    if version > self.settled:
                        member.send(text_frame(messages.behind(self.settled)))
                    rows = (
                        [each.row for each in self._since(version)]
                        if version < self.settled
                        else []
                    )
                    rows = [row for row in rows if row.version <= self.settled]
                    for start in range(0, len(rows), CHUNK):
                        part = rows[start : start + CHUNK]
                        member.send(text_frame(messages.accepted(part[0].version - 1, part)))
                    self.members.append(member)
                    return
            with self.engine.connect() as connection:
                rows = log.since(connection, self.paper_id, version, most=CHUNK)
            if not rows:
                raise Invalid("version", "There is no such version.")
            member.push(text_frame(messages.accepted(version, rows)))
            version = rows[-1].version

    def leave(self, member: Member) -> None:
        """Forget a member."""
        with self.lock:
            if member in self.members:
                self.members.remove(member)

    def tell(self, payload: bytes, *, but: Member | None = None) -> None:
        """Send a message to everybody who is here."""
        frame = text_frame(payload)
        with self.lock:
            for member in list(self.members):
                if member is not but:
                    member.send(frame)

    def _tell_steps(self, version: int, rows: Sequence[Logged]) -> None:
        if self.members:
            self.tell(messages.accepted(version, rows))
        news, self.news = self.news, []
        for each in news:
            each.set()

    def _settled_since(self, version: int) -> list[Logged]:
        late = self._since(version) if version < self.settled else []
        return [each.row for each in late if each.row.version <= self.settled]

    def rows_since(self, version: int) -> list[Logged] | None:
        """What was accepted after `version`, if the room remembers it all."""
        with self.lock:
            kept = len(self._log) - (self.version - self.settled)
            if not 0 <= self.settled - version <= kept:
                return None
            return self._settled_since(version)

    def wait_for_news(self, version: int, seconds: float) -> None:
        """Return when there is something after `version`, or when the time is over."""
        event = threading.Event()
        with self.lock:
            if self.settled > version:
                return
            self.news.append(event)
        event.wait(seconds)
        with self.lock:
            if event in self.news:
                self.news.remove(event)

    def body(self) -> bytes:
        """The newest version and its document, as JSON."""
        with self.lock:
            version, doc = self.settled, self.settled_doc
        if self._body[0] != version:
            text = orjson.dumps(doc.to_json())
            self._body = (version, b'{"version":%d,"doc":%b}' % (version, text))
        return self._body[1]
