"""Writers who rebase as prosemirror-collab does, and a room: whatever they do, one text comes out.

The clients here are the library's own algorithm (collab.ts, 1.3.1) on the port. They hear late, in
pieces, and have one batch under way; what comes back as theirs must be exactly what they hold.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

import pytest
from prosemirror.transform import Transform
from sqlalchemy.orm import Session

from strategy.domain import steps as log
from strategy.live import writer
from strategy.live.room import Batch, Outcome, Room
from strategy.store.papers import Paper
from strategy.text.apply import SCHEMA, parse_steps
from tests.builders import a_doc, a_member, a_paper

WRITERS = 4
ROUNDS = 250


@dataclass
class Unconfirmed:
    """A step of one's own that has not come back yet."""

    step: Any
    inverted: Any


class Writer:
    """An editor with the collab plugin, without a screen."""

    def __init__(self, room: Room, client: str, person_id: int, dice: random.Random):
        self.room, self.client, self.person_id, self.dice = room, client, person_id, dice
        told = json.loads(room.body())
        self.version, self.doc = told["version"], SCHEMA.node_from_json(told["doc"])
        self.unconfirmed: list[Unconfirmed] = []
        self.inbox: list[dict[str, Any]] = []
        self.flight = 0
        """How many of the first unconfirmed steps are under way."""
        self.batch = 0
        self.behind = 0
        self.counts = {"accepted": 0, "behind": 0}
        room.join(self, self.version)

    # As a member of the room

    def send(self, frame: bytes) -> None:
        start = 2 if frame[1] < 126 else 4 if frame[1] == 126 else 10
        self.inbox.append(json.loads(frame[start:]))

    push = send

    def close(self, code: int) -> None:
        raise AssertionError(code)

    # As an editor

    def do(self, *made: Any) -> None:
        """Change the own text at once."""
        for step in made:
            result = step.apply(self.doc)
            if result.failed or result.doc is None:
                return
            try:
                result.doc.check()
            except ValueError:
                return
            self.unconfirmed.append(Unconfirmed(step, step.invert(self.doc)))
            self.doc = result.doc

    def hear(self, count: int = 1) -> None:
        """Take in some of what has arrived."""
        for _ in range(min(count, len(self.inbox))):
            message = self.inbox.pop(0)
            if message["type"] == "steps":
                self._receive(message)
        if self.behind and self.version >= self.behind:
            self.behind = 0
            self._launch()

    def _receive(self, message: dict[str, Any]) -> None:
        assert message["version"] == self.version
        at, clients = 0, message["clients"]
        while at < len(clients):
            end, own = at, clients[at] == self.client
            while end < len(clients) and (clients[end] == self.client) == own:
                end += 1
            run = message["steps"][at:end]
            if own:
                self._confirm(run)
            else:
                self._rebase(parse_steps(run))
            self.version += len(run)
            at = end

    def _confirm(self, run: list[Any]) -> None:
        ours = [each.step.to_json() for each in self.unconfirmed[: len(run)]]
        assert [each.to_json() for each in parse_steps(run)] == ours
        del self.unconfirmed[: len(run)]
        self.flight -= len(run)
        assert self.flight == 0

    def _rebase(self, over: list[Any]) -> None:
        mine = self.unconfirmed
        transform = Transform(self.doc)
        for each in reversed(mine):
            transform.step(each.inverted)
        for step in over:
            transform.step(step)
        kept: list[Unconfirmed] = []
        flying = 0
        for index, each in enumerate(mine):
            start = len(mine) - index
            mapped = each.step.map(transform.mapping.slice(start))
            if mapped is None or transform.maybe_step(mapped).failed:
                continue
            transform.mapping.set_mirror(start - 1, len(transform.steps) - 1)
            kept.append(Unconfirmed(mapped, mapped.invert(transform.docs[-1])))
            flying += index < self.flight
        self.unconfirmed, self.doc, self.flight = kept, transform.doc, flying

    def speak(self) -> None:
        """Send what is not confirmed, if nothing is under way."""
        if self.flight or self.behind or not self.unconfirmed:
            return
        self.batch += 1
        self.flight = len(self.unconfirmed)
        self._launch()

    def _launch(self) -> None:
        if self.flight == 0:
            return  # nothing of it was left
        sent = [each.step.to_json() for each in self.unconfirmed[: self.flight]]
        self.room.submit(
            Batch(self.version, sent, self.client, self.batch, self.person_id, self._answer)
        )

    def _answer(self, outcome: Outcome) -> None:
        assert outcome.kind in self.counts, outcome
        self.counts[outcome.kind] += 1
        if outcome.kind == "behind":
            self.behind = outcome.version

    # As a person

    def act_and_speak(self) -> None:
        """Do something, and let the server know."""
        self.act()
        self.speak()

    def act(self) -> None:
        """Do something somewhere, as people do."""
        size = self.doc.content.size
        at = self.dice.randint(1, max(1, size - 1))
        what = self.dice.random()
        transform = Transform(self.doc)
        try:
            if what < 0.6:
                place = at
                for letter in self.dice.choice(("Sonne", "🌞!", "x", " ")):
                    transform.insert(place, SCHEMA.text(letter))
                    place += len(letter.encode("utf-16-le")) // 2
            elif what < 0.7:
                transform.replace_with(at, min(size - 1, at + 4), SCHEMA.text("y"))
            elif what < 0.8:
                transform.delete(at, min(size - 1, at + self.dice.randint(1, 6)))
            elif what < 0.86:
                mark = SCHEMA.mark(self.dice.choice(("em", "strong")))
                change = self.dice.choice((transform.add_mark, transform.remove_mark))
                change(at, min(size, at + 5), mark)
            elif what < 0.93:
                transform.split(at)
            else:
                transform.join(at)
        except Exception:  # this cannot be done there, in any editor
            return
        self.do(*transform.steps)


@pytest.mark.parametrize("seed", range(12))
def test_everybody_ends_with_the_text_of_the_log(db: Session, seed: int) -> None:
    dice = random.Random(seed)
    paper = a_paper(db, text=a_doc("Sonne.", "Und 🌞."))
    people = [paper.lead] + [a_member(db, paper.body) for _ in range(WRITERS - 1)]
    ids = [person.id for person in people]
    db.commit()
    engine: Any = db.get_bind()
    room = Room(paper.id, engine)
    writers = [
        Writer(room, f"client{number}", person_id, dice) for number, person_id in enumerate(ids)
    ]

    def turn() -> None:
        writer._turn(room, writer.Line(room))

    for _ in range(ROUNDS):
        one = dice.choice(writers)
        dice.choice((one.act, one.act_and_speak, one.act_and_speak, turn, one.hear))()
    for _ in range(60):
        turn()
        for one in writers:
            one.hear(1_000)
            one.speak()
        if not any(one.unconfirmed or one.inbox or one.behind for one in writers):
            break
    db.expire_all()
    kept = db.get_one(Paper, paper.id)
    version, doc = log.document(db, kept)
    for one in writers:
        assert one.unconfirmed == []
        assert one.version == version
        assert one.doc.to_json() == SCHEMA.node_from_json(doc).to_json()
    assert version > 20
    assert log.verify(db, kept) == []
    db.rollback()
