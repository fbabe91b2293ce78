"""What guests find of a paper on a confidential item: as much as of one that does not exist."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from strategy.domain import packets
from strategy.store.agenda import Item
from tests.builders import NOON, a_session
from tests.databases import KINDS
from tests.web.test_amendments import Hall

SECRET = ("Geheimtitel", "monatlich", "Geheimwort", "Geheimgrund")
"""Of the paper, of its text, of an amendment's text, of its reason."""


@pytest.fixture
def hall(db, visitor):
    made = Hall(db, visitor)
    made.paper.title = SECRET[0]
    made.amendment = made.drafted("zwei", SECRET[2], by=made.people["voting"])
    path = f"{made.path}/{made.amendment.id}"
    assert made.post("voting", f"{path}/move", reason=SECRET[3]).status_code == 302
    made.item = db.scalar(select(Item).where(Item.paper_id == made.paper.id))
    made.item.title = SECRET[0]
    return made


def addresses(hall):
    """Every page there is about the paper or its amendment, each with that of a paper that does
    not exist; every list, with None."""
    ids = {
        "paper_id": hall.paper.id, "amendment_id": hall.amendment.id, "number": 1, "old": 0,
        "new": 1, "session_id": hall.session.id, "item_id": hall.item.id, "slug": hall.body.slug,
    }  # fmt: skip
    for rule in hall.client("guest").application.url_map.iter_rules():
        if "GET" not in rule.methods or rule.websocket or not rule.arguments <= ids.keys():
            continue
        own, text, none = (
            "".join(
                str((ids | {"paper_id": paper_id})[part]) if is_argument else part
                for is_argument, part in rule._trace
            ).lstrip("|")
            for paper_id in (hall.paper.id, hall.amendment.text_id, 999_999)
        )
        if "paper_id" in rule.arguments:
            yield from ((own, none), (text, none))
        else:
            yield own, None
    yield f"/papers?q={SECRET[0].lower()}", None
    yield f"/papers?q={hall.paper.number}", None


@pytest.mark.parametrize("engine", KINDS[:1], indirect=True)  # list and policy agree on each
@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_a_guest_finds_nothing_of_a_paper_on_a_confidential_item(hall, db, where):
    every = list(dict.fromkeys(addresses(hall)))
    before = {path: hall.get("guest", path) for path, _ in every}
    told = [path for path, answer in before.items() if SECRET[0] in answer.text]
    assert {"/papers", "/plan", "/goals", "/", f"/papers/{hall.paper.id}"} <= set(told)
    if where == "here":
        form = {"title": SECRET[0], "kind": "decision", "is_confidential": "1"}
        path = f"/sessions/{hall.session.id}/items/{hall.item.id}"
        assert hall.post("chair", path, act="change", **form).status_code == 302
    else:
        other = a_session(db, hall.body, in_days=60)
        facts = {"title": SECRET[0], "paper_id": hall.paper.id, "is_confidential": True}
        db.add(Item(body_id=hall.body.id, session_id=other.id, made_at=NOON, **facts))
    for path, none in every:
        answer = hall.get("guest", path)
        assert not [word for word in SECRET if word in answer.text], path
        if none is not None:
            assert answer.status_code == hall.get("guest", none).status_code, path
    for path in told:
        assert SECRET[0] in hall.get("advisory", path).text, path
    for is_member in (False, True):
        bundle = packets.gather(db, hall.session, confidential=is_member, amended=True)
        assert any(word in repr(bundle) for word in SECRET) == is_member
        book = packets.gather_amendments(db, hall.session, confidential=is_member)
        assert any(word in repr(book) for word in SECRET) == is_member
