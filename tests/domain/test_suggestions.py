"""Suggestions: whose they are, what became of them, what their authors are answered."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from strategy.domain import policy, steps, suggestions
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.live.room import Batch, Outcome, Room
from strategy.store.base import make_session
from strategy.store.notices import Notice
from strategy.store.suggestions import Suggestion
from tests.builders import NOON, a_body, a_member, a_paper
from tests.live.world import a_room, typed, until


def inserted(words: str, name: str, at: int = 1) -> dict:
    mark = {"type": "insertion", "attrs": {"id": name}}
    part = {"content": [{"type": "text", "text": words, "marks": [mark]}]}
    return {"stepType": "replace", "from": at, "to": at, "slice": part}


def taken_out(size: int, at: int = 1) -> dict:
    return {"stepType": "replace", "from": at, "to": at + size}


class Board:
    """A paper in consultation, its author, a member and a guest."""

    def __init__(self, db):
        self.db = db
        self.body = a_body(db)
        self.author = a_member(db, self.body)
        self.member, self.guest = a_member(db, self.body), a_member(db, self.body, role="guest")
        self.paper = a_paper(db, body=self.body, lead=self.author, state="consultation")
        db.commit()

    def row(self, name: str) -> Suggestion:
        self.db.expire_all()
        return self.db.get_one(Suggestion, (self.paper.id, name))

    def suggest(self, person, words="neu ", change="a") -> str:
        name = f"{person.id}:{change}"
        steps.append(self.db, self.paper, [inserted(words, name)], by=person, now=NOON)
        self.db.commit()
        return name

    def settle(self, name, *, keep=False):
        suggestions.settle(self.db, self.paper, [name], keep=keep, by=self.author, now=NOON)
        self.db.commit()


@pytest.fixture
def board(db) -> Board:
    return Board(db)


def submit(room: Room, person, steps_, *, suggests: bool, number=1) -> Outcome:
    """Send a batch to a room and wait for its outcome."""
    told: list[Outcome] = []
    client = f"c{person.id}"
    batch = Batch(room.version, steps_, client, number, person.id, told.append, suggests=suggests)
    room.submit(batch)
    until(lambda: told)
    return told[0]


def test_a_member_who_suggests_is_let_in_with_suggestions_alone(engine, board):
    with a_room(engine, board.paper.id) as room:
        name = f"{board.member.id}:a"
        assert submit(room, board.member, [typed("x")], suggests=True).kind == "refused"
        forged = inserted("x", f"{board.author.id}:b")
        assert submit(room, board.member, [forged], suggests=True).kind == "refused"
        honest = submit(room, board.member, [inserted("x", name)], suggests=True)
        assert honest.kind == "accepted"
        again = submit(room, board.member, [taken_out(1)], suggests=True, number=2)
        assert again.kind == "accepted"
    row = board.row(name)
    assert (row.person_id, row.author_name) == (board.member.id, board.member.name)
    assert (row.standing, row.outcome) == (False, "withdrawn")
    assert board.paper.version == 2


def a_list(person, words: str, name: str, at: int) -> dict:
    """A list that a person has suggested, with words in it under another's name."""
    word = {"type": "text", "text": words, "marks": [{"type": "insertion", "attrs": {"id": name}}]}
    item = {"type": "list_item", "content": [{"type": "paragraph", "content": [word]}]}
    mine = [{"type": "insertion", "attrs": {"id": f"{person.id}:list"}}]
    part = {"content": [{"type": "bullet_list", "marks": mine, "content": [item]}]}
    return {"stepType": "replace", "from": at, "to": at, "slice": part}


def test_nobody_lets_others_say_in_a_block_of_ones_own_what_they_did_not_say(engine, board):
    name = board.suggest(board.author, "nun ")
    author, member = (SimpleNamespace(id=each.id) for each in (board.author, board.member))
    paper_id = board.paper.id
    board.db.rollback()
    with a_room(engine, paper_id) as room:
        end = room.doc.content.size
        forged = submit(room, member, [a_list(member, "nun Unsinn", name, end)], suggests=True)
        assert forged.kind == "refused"
        # It may be moved along, also by who did not know yet that it was decided meanwhile.
        assert submit(room, author, [taken_out(4)], suggests=False).kind == "accepted"
        late = a_list(member, "nun ", name, end - 4)
        assert submit(room, member, [late], suggests=True, number=2).kind == "accepted"
        more = a_list(member, "nie ", name, end - 4)
        assert submit(room, member, [more], suggests=True, number=3).kind == "refused"


def test_authors_cannot_suggest_in_anothers_name_but_bring_back_what_they_undo(engine, board):
    name = board.suggest(board.member)
    author, paper_id = SimpleNamespace(id=board.author.id), board.paper.id
    board.db.rollback()
    with a_room(engine, paper_id) as room:
        forged = inserted("x", f"{name}-forged")
        assert submit(room, author, [forged], suggests=False).kind == "refused"
        assert submit(room, author, [taken_out(4)], suggests=False).kind == "accepted"
        with make_session(engine) as db:
            assert db.get_one(Suggestion, (paper_id, name)).outcome == "rejected"
        back = submit(room, author, [inserted("neu ", name)], suggests=False, number=2)
        assert back.kind == "accepted"
    row = board.row(name)
    assert (row.standing, row.outcome, row.settled_at) == (True, None, None)
    assert row.person_id == board.member.id


@pytest.mark.parametrize(("keep", "outcome"), [(True, "accepted"), (False, "rejected")])
def test_what_was_decided_is_kept_with_its_words(board, keep, outcome):
    name = board.suggest(board.member)
    board.settle(name, keep=keep)
    row = board.row(name)
    assert (row.standing, row.outcome, row.settled_by_id) == (False, outcome, board.author.id)
    assert (row.kind, row.after) == ("insertion", "neu ")
    assert [each.id for each in suggestions.settled(board.db, board.paper)] == [name]


def test_a_refusal_needs_a_reason_that_its_author_reads(board):
    name = board.suggest(board.member)
    facts = {"verdict": "rejected", "by": board.author, "now": NOON}
    with pytest.raises(NotAllowed):  # it still stands there
        suggestions.answer(board.db, board.paper, [name], "Nein.", **facts)
    board.settle(name)
    with pytest.raises(Invalid) as wrong:
        suggestions.answer(board.db, board.paper, [name], "  ", **facts)
    assert wrong.value.field == "reason"
    with pytest.raises(NotFound):
        suggestions.answer(board.db, board.paper, ["1:none"], "Nein.", **facts)
    with pytest.raises(NotAllowed):
        suggestions.answer(board.db, board.paper, [name], "Nein.", **facts | {"by": board.member})
    suggestions.answer(board.db, board.paper, [name], "Das steht schon da.", **facts)
    board.db.commit()
    assert board.row(name).reason == "Das steht schon da."
    told = board.db.scalars(select(Notice).where(Notice.person_id == board.member.id)).all()
    assert [each.kind for each in told] == ["answer"]


def test_who_decided_says_why_even_when_the_paper_was_tabled_meanwhile(board):
    name = board.suggest(board.member)
    board.settle(name)
    board.paper.state, board.paper.finalised_at = "finalised", NOON
    board.paper.consults_until = None
    board.db.flush()
    assert not policy.may_edit(board.author, board.paper)
    facts = {"verdict": "rejected", "now": NOON}
    for each in (board.member, board.guest):
        with pytest.raises(NotAllowed):
            suggestions.answer(board.db, board.paper, [name], "Nein.", by=each, **facts)
    for _ in range(2):  # the browser may send it twice
        suggestions.answer(board.db, board.paper, [name], "Nein.", by=board.author, **facts)
    board.db.flush()
    told = board.db.scalars(select(Notice).where(Notice.person_id == board.member.id)).all()
    assert [each.kind for each in told] == ["answer"]


def test_its_author_alone_says_how_strongly_it_is_meant(board):
    name = board.suggest(board.member)
    suggestions.strengthen(board.db, board.paper, name, "must_not", by=board.member)
    assert board.row(name).strength == "must_not"
    with pytest.raises(NotAllowed):
        suggestions.strengthen(board.db, board.paper, name, "must", by=board.author)
    with pytest.raises(Invalid):
        suggestions.strengthen(board.db, board.paper, name, "perhaps", by=board.member)
    with pytest.raises(NotFound):
        suggestions.strengthen(board.db, board.paper, "1:none", "must", by=board.member)


def test_guests_suggest_in_a_consultation_and_nobody_else_does_in_a_draft(board):
    assert policy.may_suggest(board.guest, board.paper)
    assert policy.may_suggest(board.member, board.paper)
    board.paper.state = "draft"
    assert not policy.may_suggest(board.member, board.paper)
    assert policy.may_suggest(board.author, board.paper)
    board.paper.state = "finalised"
    assert not policy.may_suggest(board.author, board.paper)
