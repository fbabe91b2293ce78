"""What the stories share: a paper of Ada's and Ben's at a running server."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from strategy.domain import steps
from strategy.store.base import make_session
from strategy.store.papers import Paper
from tests.builders import NOON, a_body, a_member, a_paper
from tests.live.server import Server, Tab, cookie
from tests.live.world import words


@dataclass
class World:
    """A running server, a paper of Ada's and Ben's, and the database beside it."""

    server: Server
    engine: Engine
    paper: int
    ada: int
    ben: int
    eve: int
    """A member who may not see the draft."""

    def tab(self, person: int, client: str) -> Tab:
        """Somebody opens the paper, on a device of its own."""
        return Tab(self.server, self.paper, cookie(self.engine, person)[0], client)

    def text(self) -> str:
        """The text as the database has it, its log verified."""
        with make_session(self.engine) as db:
            paper = db.get_one(Paper, self.paper)
            assert steps.verify(db, paper) == []
            return words(steps.document(db, paper)[1])

    def log(self) -> list[steps.Logged]:
        with make_session(self.engine) as db:
            return steps.since(db, self.paper, 0)

    def set_state(self, state: str) -> None:
        with make_session(self.engine, writes=True) as db:
            paper = db.get_one(Paper, self.paper)
            paper.state, paper.shared_at = state, NOON
            paper.finalised_at = NOON if state == "finalised" else None
            db.commit()


def build(db: Session) -> tuple[int, int, int, int]:
    body = a_body(db)
    ada = a_member(db, body, "voting", "Ada Ahrens")
    ben = a_member(db, body, "voting", "Ben Brandt")
    eve = a_member(db, body, "voting", "Eve Ende")
    paper = a_paper(db, body=body, lead=ada, co_authors=[ben], text="Ende.")
    db.commit()
    return paper.id, ada.id, ben.id, eve.id


def write(tab: Tab, count: int, letter: str) -> None:
    for _ in range(count):
        tab.type(letter)
