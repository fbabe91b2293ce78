"""The list of suggestions that the editor's cards are made from: whose each is, in words."""

from __future__ import annotations

from strategy.domain import steps
from tests.builders import NOON
from tests.domain.test_suggestions import Board, inserted
from tests.visitor import signed_in


def deleted(name, start, end):
    mark = {"type": "deletion", "attrs": {"id": name}}
    return {"stepType": "addMark", "mark": mark, "from": start, "to": end}


def test_each_card_is_one_persons_and_tells_all_that_its_name_stands_for(db, visitor):
    board = Board(db)
    theirs, ours = f"{board.member.id}:a", f"{board.author.id}:b"
    board.suggest(board.member, "neu alt ")
    others = [deleted(ours, 5, 9), inserted("ganz ", f"{board.author.id}:c", at=5)]
    steps.append(db, board.paper, others, by=board.author, now=NOON)
    board.suggest(board.member, " ", change="d")
    told = signed_in(visitor(), board.author).get(f"/papers/{board.paper.id}/suggestions")
    cards = {card["ids"][0]: card for card in told.json["changes"]}
    assert [len(card["ids"]) for card in cards.values()] == [1] * 4
    assert {name: (card["person"], card["words"]) for name, card in cards.items()} == {
        f"{board.member.id}:d": (board.member.id, "fügt „[Leerzeichen]“ ein"),
        theirs: (board.member.id, "fügt „neu“ ein, fügt „alt“ ein"),
        f"{board.author.id}:c": (board.author.id, "fügt „ganz“ ein"),
        ours: (board.author.id, "streicht „alt“"),
    }
