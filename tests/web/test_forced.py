"""What members have put onto an agenda, over HTTP: whatever a chair tries, it is dealt with."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from strategy.domain.terms import Quota, Terms
from strategy.store.agenda import Item
from strategy.store.decisions import Decision
from strategy.store.demands import Demand
from strategy.store.log import Event
from strategy.store.sessions import Session
from strategy.store.topics import Topic
from tests.builders import NOON, a_session, later, some_rules
from tests.web.test_sessions import Board

pytestmark = pytest.mark.each_database

RULES = Terms(
    force_topic=Quota(count=1), call_session=Quota(count=1), call_within=90, call_self=1,
    reading={},
)  # fmt: skip
WANTED = {"body": "vorstand", "title": "Haushalt", "reason": "Leer", "items": "Dringendes"}


class Forced(Board):
    """A board with a topic that members have put onto the agenda of the session in thirty days."""

    def __init__(self, db, visitor):
        super().__init__(db, visitor)
        self.session.rules = some_rules(db, self.body, RULES)
        self.post("voting", "/topics", body="vorstand", title="Unbequemes", reason="Darum")
        self.topic = db.scalar(select(Topic))
        self.post("lead", f"/topics/{self.topic.id}/support")
        self.path = f"/sessions/{self.session.id}"

    @property
    def item(self):
        self.db.expire_all()
        query = select(Item).where(Item.topic_id == self.topic.id, Item.carried_to_id.is_(None))
        return self.db.scalar(query)

    @property
    def demanded(self):
        self.db.expire_all()
        return self.db.scalar(
            select(Item).where(Item.demanded_id.is_not(None), Item.carried_to_id.is_(None))
        )

    def demand(self):
        self.post("voting", "/demands", **WANTED)
        return self.db.scalar(select(Demand.id))

    def call(self, demand, day):
        answer = self.post(
            "chair", "/sessions", demand=demand, kind="special",
            starts_at=f"2026-11-{day}T10:00", ends_at=f"2026-11-{day}T12:00",
        )  # fmt: skip
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def move(self, day, who="chair", path="", at=NOON):
        return self.post(
            who, path or self.path, at, act="move", because="Kein Raum",
            starts_at=f"{day}T10:00", ends_at=f"{day}T12:00",
        )  # fmt: skip


@pytest.fixture
def forced(db, visitor):
    board = Forced(db, visitor)
    assert board.item.is_forced
    return board


def test_it_does_not_vanish_under_a_demanded_item_that_moves_away(forced, db):
    demand = forced.demand()
    first = forced.call(demand, "05")
    assert forced.post("chair", first, act="cancel", because="Schnee").status_code == 302
    assert forced.demanded.session_id == forced.session.id
    query = select(Item.id).where(Item.session_id == forced.session.id, Item.state == "open")
    apart = (forced.demanded.id, forced.item.id)
    order = [[forced.demanded.id, None], [forced.item.id, forced.demanded.id]]
    order += [[each, None] for each in db.scalars(query) if each not in apart]
    nested = forced.post("chair", f"{forced.path}/order", json={"order": order})
    assert nested.status_code == 200
    assert forced.item.parent_id == forced.demanded.id
    second = forced.call(demand, "06")
    assert f"/sessions/{forced.demanded.session_id}" == second
    assert forced.item.parent_id is None
    for who in ("guest", "voting", "chair"):
        assert "Unbequemes" in forced.get(who, forced.path).text


@pytest.mark.parametrize("lost", ["under a proposal", "in another session", "too deep"])
def test_whatever_became_of_the_item_above_it_stays_in_sight(forced, db, lost):
    """Agendas from before the rule, too: they are read and put into order like every other."""
    forced.post("voting", f"{forced.path}/items", title="Vorschlag")
    above = db.scalar(select(Item).where(Item.title == "Vorschlag"))
    if lost == "in another session":
        above.session_id = a_session(db, forced.body, in_days=60).id
    elif lost == "too deep":
        forced.post("chair", f"{forced.path}/items", title="Oben")
        above.state = "open"
        above.parent_id = db.scalar(select(Item.id).where(Item.title == "Oben"))
    db.flush()
    forced.item.parent_id = above.id
    db.commit()
    for who in ("guest", "voting", "chair"):
        assert "Unbequemes" in forced.get(who, forced.path).text
    if lost != "in another session":
        forced.post("chair", f"{forced.path}/items", title="Ganz unten")
    for way in ("up", "down", "in", "out"):
        answer = forced.post("chair", f"{forced.path}/items/{forced.item.id}", act=way)
        assert answer.status_code in (302, 403), (way, answer.text)
        assert "Unbequemes" in forced.get("guest", forced.path).text
    assert forced.post("chair", f"{forced.path}/items/{forced.item.id}", act="up").status_code < 400


def test_nothing_stands_under_what_is_only_proposed(forced, db):
    forced.post("voting", f"{forced.path}/items", title="Vorschlag")
    proposed = db.scalar(select(Item.id).where(Item.title == "Vorschlag"))
    answer = forced.post("chair", f"{forced.path}/items", title="Kind", parent=proposed)
    assert answer.status_code == 422
    assert db.scalar(select(Item).where(Item.title == "Kind")) is None


def test_guests_do_not_see_what_stands_under_something_confidential(forced, db):
    forced.post("chair", f"{forced.path}/items", title="Personal", is_confidential="1")
    above = db.scalar(select(Item.id).where(Item.title == "Personal"))
    forced.post("chair", f"{forced.path}/items", title="Gehälter", parent=above)
    forced.item.parent_id = above
    db.commit()
    page = forced.get("guest", forced.path).text
    assert "Gehälter" not in page
    assert "Unbequemes" in page, "what members put there is for everybody to read"
    assert "Gehälter" in forced.get("voting", forced.path).text


def test_it_is_neither_renamed_nor_hidden(forced):
    change = {"act": "change", "title": "Unbequemes", "kind": "discussion", "minutes": "20"}
    for but in ({"title": "Grillfest"}, {"is_confidential": "1"}):
        answer = forced.post("chair", f"{forced.path}/items/{forced.item.id}", **(change | but))
        assert answer.status_code == 403
        assert "wie Mitglieder ihn verlangt haben" in answer.text
    presenter = forced.people["chair"].id
    answer = forced.post("chair", f"{forced.path}/items/{forced.item.id}",
                         **(change | {"kind": "information", "presenter": presenter}))  # fmt: skip
    assert answer.status_code == 302
    found = forced.item
    assert (found.title, found.is_confidential, found.presenter_id, found.minutes) == (
        "Unbequemes", False, presenter, 20,
    )  # fmt: skip


@pytest.mark.parametrize("outcome", ["not_dealt_with", "withdrawn", "settled"])
def test_no_outcome_gets_rid_of_it(forced, db, outcome):
    at = forced.open()
    form = f"{forced.path}/items/{forced.item.id}"
    assert forced.post("chair", form, at, act="call").status_code == 302
    page = forced.get("chair", f"{form}/decision", at).text
    assert f'value="{outcome}"' not in page
    assert 'value="rejected"' in page
    answer = forced.post("chair", f"{form}/decision", at, outcome=outcome, yes=3)
    assert answer.status_code == 403
    assert "Es bleibt dort, bis es behandelt ist" in answer.text
    assert forced.item.state == "open"
    assert db.scalar(select(Topic.dealt_with_at)) is None
    assert db.scalar(select(Decision)) is None


def test_it_is_done_once_it_was_called_before_enough_members(forced, db):
    at, form = forced.session.starts_at, f"{forced.path}/items/{forced.item.id}"
    forced.post("chair", forced.path, at, act="open")
    assert "bitte zuerst aufrufen" in forced.post("chair", form, at, act="finish").text
    assert f"{form}/decision" not in forced.get("chair", forced.path, at).text
    forced.post("chair", form, at, act="call")
    assert forced.post("chair", form, at, act="finish").status_code == 403
    assert db.scalar(select(Topic.dealt_with_at)) is None
    forced.open()
    assert f"{form}/decision" in forced.get("chair", forced.path, at).text
    assert forced.post("chair", form, at, act="finish").status_code == 302
    db.expire_all()
    assert db.scalar(select(Topic.dealt_with_at)) == at


def test_a_decision_on_it_needs_that_it_was_called(forced):
    at, form = forced.open(), f"{forced.path}/items/{forced.item.id}"
    said = {"outcome": "rejected", "no": 3, "reason": "Kein Geld"}
    assert forced.post("chair", f"{form}/decision", at, **said).status_code == 403
    forced.post("chair", form, at, act="call")
    assert forced.post("chair", f"{form}/decision", at, **said).status_code == 302
    assert forced.item.state == "done"


def test_its_session_moves_two_weeks_at_most_however_often(forced, db):
    """It stands on 7 October first; no third day adds to that."""
    answer = forced.move("2029-08-05")
    assert answer.status_code == 403
    assert "nur bis Mittwoch, 21. Oktober 2026 verlegt werden" in answer.text
    assert "21. Oktober 2026" in forced.get("chair", f"{forced.path}/change").text
    assert forced.move("2026-10-15").status_code == 302
    assert forced.move("2026-10-22").status_code == 403
    assert forced.move("2026-10-21").status_code == 302
    assert forced.move("2026-10-22").status_code == 403
    tried = db.scalars(select(Event.detail).where(Event.verb == "refused")).all()
    assert sum("Members have put something" in each for each in tried) == 3


def test_a_session_without_such_items_moves_as_far_as_planned(forced, db):
    free = a_session(db, forced.body, in_days=60)
    db.commit()
    assert forced.move("2027-08-05", path=f"/sessions/{free.id}").status_code == 302


def test_what_members_have_convened_is_changed_by_who_signed(forced, db):
    demand = forced.demand()
    answer = forced.post(
        "voting", f"/demands/{demand}/invite", later(days=5), kind="special",
        starts_at="2026-10-05T10:00", ends_at="2026-10-05T12:00", place="Saal 2",
    )  # fmt: skip
    path, at = answer.headers["Location"], later(days=6)
    for who, status in (("chair", 403), ("staff", 403), ("lead", 403), ("stranger", 404)):
        assert forced.get(who, f"{path}/change", at).status_code == status
        assert forced.move("2026-10-06", who, path, at).status_code == status
        for fields in ({"act": "cancel", "because": "Nein"}, {"act": "describe", "place": "Mond"}):
            assert forced.post(who, path, at, **fields).status_code == status, (who, fields)
    assert (
        "nur, wer das Verlangen"
        in forced.post("chair", path, at, act="cancel", because="Nein").text
    )
    session = db.get(Session, int(path.rsplit("/", 1)[1]))
    db.refresh(session)
    assert (session.state, session.place) == ("convened", "Saal 2")
    assert f"{path}/change" not in forced.get("chair", path, at).text
    assert f"{path}/change" in forced.get("voting", path, at).text
    assert forced.get("voting", f"{path}/change", at).status_code == 200
    assert forced.move("2029-06-05", "voting", path, at).status_code == 403
    assert forced.move("2026-10-06", "voting", path, at).status_code == 302
    answer = forced.post("voting", path, at, act="cancel", because="Kein Raum")
    assert answer.status_code == 302
    assert forced.demanded.session_id == forced.session.id
    for act in ("convene", "open", "close"):
        assert forced.post("voting", forced.path, at, act=act).status_code == 403


def test_an_item_is_called_like_its_paper(db, visitor):
    board = Board(db, visitor)
    board.table(NOON)
    at, path = board.open(), f"/sessions/{board.session.id}/items/{board.item.id}"
    change = {"act": "change", "kind": "decision", "minutes": "20"}
    answer = board.post("chair", path, at, title="Kauf des Hauses, wie in 2026/99", **change)
    assert answer.status_code == 422
    assert "heißt wie seine Vorlage" in answer.text
    assert board.post("chair", path, at, title=board.paper.title, **change).status_code == 302
    board.item.title = "Kauf des Hauses"  # as one could before
    db.commit()
    board.post("chair", f"{path}/decision", at, outcome="adopted", yes=3)
    decision = db.scalar(select(Decision))
    assert (decision.title, decision.outcome) == (board.paper.title, "adopted")
