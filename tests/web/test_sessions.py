"""Sessions over HTTP: from rules to decision, and whatever anybody tries to get around them."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event, func, select

from strategy.clock import stopped
from strategy.domain import steps, tablings
from strategy.domain.report import of as report_of
from strategy.domain.terms import Span, Terms
from strategy.store.agenda import Item
from strategy.store.bodies import ROLES
from strategy.store.decisions import Decision
from strategy.store.jobs import Job
from strategy.store.log import Event
from strategy.store.sessions import Session
from strategy.store.tablings import Tabling, UrgencyVote
from tests.builders import (
    NOON,
    a_body,
    a_doc,
    a_member,
    a_paper,
    a_person,
    a_session,
    later,
    some_rules,
)
from tests.visitor import signed_in

FILING = {"no_goal_because": "Es geht um die eigene Ordnung.", "kind": "decision"}
RULES = Terms(submission={"ordinary": Span(14, at="18:00")}, reading={}, late_backers=4)


class Board:
    """A body with somebody in each role, a paper in consultation, a session in thirty days."""

    def __init__(self, db, visitor):
        self.db, self.visitor = db, visitor
        self.body = a_body(db, "vorstand")
        self.rules = some_rules(db, self.body, RULES)
        self.people = {role: a_member(db, self.body, role) for role in ROLES}
        self.lead = a_member(db, self.body, "voting", "Lena Lotz")
        self.session = a_session(db, self.body, in_days=30, state="convened", rules=self.rules)
        self.paper = a_paper(db, body=self.body, lead=self.lead, state="consultation")
        self.clients = {}

    def client(self, who):
        if who not in self.clients:
            person = self.lead if who == "lead" else self.people.get(who) or a_person(self.db)
            self.clients[who] = signed_in(self.visitor(), person)
        return self.clients[who]

    def post(self, who, path, at=NOON, json=None, **fields):
        # Devices have made their sign-in now; rules are judged by the stopped clock.
        with stopped(at):
            return self.client(who).post(path, data=fields or None, json=json)

    def get(self, who, path, at=NOON):
        with stopped(at):
            return self.client(who).get(path)

    def table(self, at, who="lead"):
        fields = FILING | {"session": self.session.id}
        return self.post(who, f"/papers/{self.paper.id}/table", at, **fields)

    @property
    def item(self):
        return self.db.scalar(select(Item).where(Item.paper_id == self.paper.id))

    def open(self):
        at = self.session.starts_at
        self.post("chair", f"/sessions/{self.session.id}", at, act="open")
        everybody = [self.people["chair"], self.people["voting"], self.lead]
        self.post(
            "chair", f"/sessions/{self.session.id}/attendance", at,
            person=[each.id for each in everybody], state="present",
        )  # fmt: skip
        return at


@pytest.fixture
def board(db, visitor):
    return Board(db, visitor)


def test_a_paper_in_time_is_tabled_and_decided(board, db):
    answer = board.table(NOON)
    assert answer.status_code == 302, answer.text
    page = board.get("voting", f"/sessions/{board.session.id}").text
    assert board.paper.title in page
    assert "eingereicht 30 Tage vor der Sitzung" in page
    at = board.open()
    form = f"/sessions/{board.session.id}/items/{board.item.id}/decision"
    assert "Wir wollen Sonne." in board.get("chair", form).text
    answer = board.post("chair", form, at, outcome="adopted", yes=3, no=0, abstain=0, due="Mai")
    assert answer.status_code == 302, answer.text
    decision = db.scalar(select(Decision))
    page = board.get("guest", f"/decisions/{decision.id}").text
    for words in ("angenommen", "3 Ja, 0 Nein, 0 enthalten", "Wir wollen Sonne.", "Mai"):
        assert words in page
    register = board.get("advisory", "/decisions?q=Vorlage").text
    assert decision.number in register


def test_a_paper_that_was_tabled_again_has_its_changes_on_top(board, db):
    board.table(NOON)
    first = board.get("guest", f"/papers/{board.paper.id}/revisions/1").text
    assert "<del" not in first
    board.post("lead", f"/papers/{board.paper.id}/untable", later(days=1), because="Genauer")
    _, doc = steps.document(db, board.paper)
    new = a_doc("Wir wollen Wind.", title=board.paper.title)
    steps.turn(db, board.paper, doc, new, by=board.lead, now=later(days=1))
    db.commit()
    assert board.table(later(days=2)).status_code == 302
    page = board.get("guest", f"/papers/{board.paper.id}/revisions/2").text
    top = page.index("Was sich geändert hat, seit Fassung 1 eingereicht wurde")
    assert top < page.index("<del") < page.index("Sonne") < page.index('id="revision-text"')
    assert "<del" not in page[page.index('id="revision-text"') :]
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "<del" not in board.get("guest", f"/papers/{board.paper.id}/revisions/1").text


LATE = later(days=20)


@pytest.mark.parametrize("who", [*ROLES, "lead", "stranger"])
def test_nobody_gets_a_late_paper_decided(board, db, who):
    """Every address that could lead there, tried by every role."""
    board.table(LATE)
    tabling = db.scalar(select(Tabling))
    stamp = (tabling.late_by, tabling.lead, tabling.deadline)
    at = board.open()
    session, item = f"/sessions/{board.session.id}", board.item.id
    paper = f"/papers/{board.paper.id}"
    tries = [
        (f"{session}/items/{item}/decision", {"outcome": "adopted", "yes": 3}),
        (f"{session}/items/{item}/decision", {"outcome": "adopted", "is_unanimous": "1"}),
        (f"{session}/items/{item}/decision", {"outcome": "adopted_changed", "yes": 3, "text": "X"}),
        (f"{session}/items/{item}/decision", {"outcome": "rejected", "no": 3, "reason": "so"}),
        (f"{session}/items/{item}", {"act": "to_decision"}),
        (f"{session}/items/{item}", {"act": "change", "title": "Neu", "kind": "decision"}),
        (f"{session}/items/{item}", {"act": "remove"}),
        (f"{session}/carry", {"item": item}),
        (f"{paper}/table", FILING | {"session": board.session.id}),
        (f"{paper}/untable", {}),
        (f"{paper}/tablings/1/urgency", {"yes": 1, "no": 2, "cause": "", "because": "x"}),
        (f"{paper}/tablings/1/urgency", {"yes": 9, "cause": "x", "because": "x"}),
        (f"{paper}/tablings/1/urgency", {"yes": -1, "cause": "x", "because": "x"}),
        (f"{paper}/tablings/2/urgency", {"yes": 3, "cause": "x", "because": "x"}),
        (f"{paper}/state", {"state": "reopened"}),
        (f"{paper}/state", {"state": "draft"}),
        (f"{paper}/state", {"state": "finalised"}),
        (f"{paper}/state", {"state": "decided"}),
        (session, {"act": "move", "starts_at": "2026-12-01T10:00", "ends_at": "2026-12-01T12:00",
                   "because": "Mehr Zeit"}),
        (session, {"act": "cancel", "because": "Neu"}),
        (session, {"act": "convene"}),
        ("/bodies/vorstand/rules", {"holds_from": "2026-01-01", "urgency": "simple"}),
    ]  # fmt: skip
    for path, fields in tries:
        answer = board.post(who, path, at, **fields)
        assert 400 <= answer.status_code < 500, (path, fields, answer.status_code)
        assert "Traceback" not in answer.text
    db.expire_all()
    assert db.scalar(select(func.count()).select_from(Decision)) == 0
    assert db.scalar(select(func.count()).select_from(UrgencyVote)) == 0
    kept = db.scalar(select(Tabling))
    assert (kept.late_by, kept.lead, kept.deadline) == stamp
    assert board.item.kind == "discussion"
    assert board.paper.state == "tabled"
    if who == "chair":
        told = db.scalars(select(Event.detail).where(Event.verb == "refused")).all()
        assert any("decisions.begin" in each and "came too late" in each for each in told)


def test_the_board_grants_urgency_over_http_once(board, db):
    board.table(LATE)
    at = board.open()
    path = f"/papers/{board.paper.id}/tablings/1/urgency"
    facts = {"cause": "Der Bund hat gestern entschieden.", "because": "Die Frist läuft ab."}
    assert board.post("lead", path, at, yes=3, **facts).status_code == 403
    assert board.post("chair", path, at, yes=3, **facts).status_code == 302
    assert board.post("staff", path, at, yes=0, no=3, **facts).status_code == 403
    page = board.get("guest", f"/sessions/{board.session.id}").text
    assert "Dringlichkeit beschlossen" in page
    assert "verspätet um" in page
    form = f"/sessions/{board.session.id}/items/{board.item.id}/decision"
    assert board.post("staff", form, at, outcome="adopted", yes=2, no=1).status_code == 302
    assert db.scalar(select(Decision)).was_late


def test_a_vote_that_was_lost_stays_lost(board, db):
    board.table(LATE)
    at = board.open()
    path = f"/papers/{board.paper.id}/tablings/1/urgency"
    facts = {"cause": "Es eilt.", "because": "Es eilt."}
    board.post("chair", path, at, yes=1, no=2, **facts)
    form = f"/sessions/{board.session.id}/items/{board.item.id}/decision"
    answer = board.post("chair", form, at, outcome="adopted", yes=3)
    assert answer.status_code == 409
    assert "hat die Dringlichkeit nicht beschlossen" in answer.text


def test_a_decision_without_a_paper_is_short_and_one_with_a_quorum(board, db):
    board.post("chair", f"/sessions/{board.session.id}/items", title="Wahl der Protokollführung",
               kind="election")  # fmt: skip
    item = db.scalar(select(Item).where(Item.title == "Wahl der Protokollführung"))
    form = f"/sessions/{board.session.id}/items/{item.id}/decision"
    board.post("chair", f"/sessions/{board.session.id}", board.session.starts_at, act="open")
    before = board.get("chair", form, board.session.starts_at).text
    assert "Ohne Beschlussfähigkeit wird nichts beschlossen" in before
    assert "#attendance" in before
    alone = board.post("chair", form, board.session.starts_at, outcome="adopted", text="Ada", yes=1)
    assert alone.status_code == 403
    assert "Ada</textarea>" in alone.text  # what was typed is there still
    tried = db.scalars(select(Event.detail).where(Event.verb == "refused")).all()
    assert any(each.startswith("decisions.begin: Without a quorum") for each in tried)
    at = board.open()
    assert "Ohne Beschlussfähigkeit" not in board.get("chair", form, at).text
    long = board.post("chair", form, at, outcome="adopted", text="x" * 301, yes=3)
    assert long.status_code == 422
    assert "Ohne Vorlage" in long.text
    assert "Finanzielle Mittel" not in board.get("chair", form, at).text
    for field, said in (
        ("outcome", {"outcome": "adopted_changed", "text": "Ada schreibt."}),
        ("budget", {"outcome": "adopted", "text": "Ada schreibt.", "budget": "5.000 €"}),
    ):
        refused = board.post("chair", form, at, yes=3, **said)
        assert (refused.status_code, f'id="{field}-error"' in refused.text) == (422, True)
    said = {"outcome": "adopted", "text": "Ada schreibt.", "yes": 3}
    assert board.post("chair", form, at, **said).status_code == 302
    for page in ("/decisions", f"/sessions/{board.session.id}"):
        assert "ohne Vorlage" in board.get("guest", page).text
    report = report_of(db, board.body, at.date(), at.date(), now=at)
    assert (report.rows[0].without_paper, report.without_paper.percent) == (1, 100)
    again = board.post("chair", form, at, outcome="adopted", text="Ben schreibt.", yes=3)
    assert again.status_code == 403


def test_nothing_goes_around_a_late_paper_by_an_item_without_one(board, db):
    board.table(LATE)
    at = board.open()
    late, number = board.paper.title, board.paper.number
    for title, words in (
        (late.upper(), "So wie vorgelegt."),
        ("Verschiedenes", f"Die Vorlage {number} wird angenommen."),
    ):
        board.post("chair", f"/sessions/{board.session.id}/items", at, title=title)
        item = db.scalar(select(Item).where(Item.title == title))
        form = f"/sessions/{board.session.id}/items/{item.id}/decision"
        answer = board.post("chair", form, at, outcome="adopted", text=words, yes=3)
        assert answer.status_code == 403
        assert f"Vorlage {number}: Sie wird unter ihrem eigenen Punkt beschlossen" in answer.text
        assert f"{words}</textarea>" in answer.text
    assert db.scalar(select(Decision)) is None


def test_what_was_decided_on_a_paper_is_superseded_by_a_paper_only(board, db):
    board.table(NOON)
    at = board.open()
    form = f"/sessions/{board.session.id}/items/%s/decision"
    board.post("chair", form % board.item.id, at, outcome="adopted", yes=3)
    first = db.scalar(select(Decision))
    board.post("chair", f"/sessions/{board.session.id}/items", at, title="Verschiedenes")
    item = db.scalar(select(Item).where(Item.title == "Verschiedenes"))
    assert f"{first.number} {first.title}" not in board.get("chair", form % item.id, at).text
    said = {"outcome": "adopted", "text": "Doch nicht.", "yes": 3, "supersedes": first.id}
    answer = board.post("chair", form % item.id, at, **said)
    assert answer.status_code == 422
    assert "ersetzt nur eine Vorlage" in answer.text


def test_an_invitation_goes_to_all_members_with_a_calendar_file(board, db):
    session = a_session(db, board.body, in_days=40)
    answer = board.post("staff", f"/sessions/{session.id}", act="convene")
    assert answer.status_code == 302
    mails = [job.body for job in db.scalars(select(Job))]
    assert len(mails) == len(board.people) + 1
    assert all("session_convened" in mail and "text/calendar" in mail for mail in mails)
    assert board.post("staff", f"/sessions/{session.id}", act="convene").status_code == 403
    file = board.get("guest", f"/sessions/{session.id}/calendar.ics")
    assert "DTSTART:20261017T120000Z" in file.text


@pytest.mark.parametrize("who", ["voting", "advisory", "guest", "stranger"])
def test_who_neither_chairs_nor_works_in_the_office_leads_no_session(board, who):
    session = f"/sessions/{board.session.id}"
    expected = 404 if who == "stranger" else 403
    for path, fields in [
        (session, {"act": "open"}),
        (session, {"act": "cancel", "because": "x"}),
        (f"{session}/attendance", {"person": board.lead.id, "state": "excused"}),
    ]:
        assert board.post(who, path, **fields).status_code == expected, path
    fields = {"body": "vorstand", "starts_at": "2027-01-05T10:00", "ends_at": "2027-01-05T12:00"}
    assert board.post(who, "/sessions", **fields).status_code == expected


def test_members_propose_items_and_get_an_answer(board, db):
    path = f"/sessions/{board.session.id}/items"
    assert board.post("guest", path, title="Gästebuch").status_code == 403
    board.post("voting", path, title="Busfahrplan", kind="discussion")
    item = db.scalar(select(Item).where(Item.title == "Busfahrplan"))
    assert item.state == "proposed"
    assert board.post("chair", f"{path}/{item.id}", act="decline", why="").status_code == 422
    assert board.post("voting", f"{path}/{item.id}", act="take").status_code == 403
    board.post("chair", f"{path}/{item.id}", act="take")
    db.refresh(item)
    assert item.state == "open"


def test_a_guest_sees_nothing_of_a_confidential_item(board):
    board.post(
        "chair", f"/sessions/{board.session.id}/items", title="Personalsache", is_confidential="1"
    )
    assert "Personalsache" in board.get("voting", f"/sessions/{board.session.id}").text
    assert "Personalsache" not in board.get("guest", f"/sessions/{board.session.id}").text


@pytest.mark.parametrize(
    "fields",
    [
        {"starts_at": "2026-09-01T10:00", "ends_at": "2026-09-01T12:00"},  # in the past
        {"starts_at": "2027-01-05T10:00", "ends_at": "2027-01-05T10:00"},
        {"starts_at": "2027-01-05T10:00", "ends_at": "2027-03-05T10:00"},
        {"starts_at": "2099-01-05T10:00", "ends_at": "2099-01-05T12:00"},
        {"starts_at": "gestern", "ends_at": "2027-01-05T12:00"},
        {"starts_at": "2027-01-05", "ends_at": "2027-01-06"},
        {"starts_at": "9999-12-31T24:00", "ends_at": "9999-12-31T23:59"},
        {"starts_at": "2027-01-05T10:00", "ends_at": "2027-01-05T12:00", "kind": "party"},
        {"starts_at": "2027-01-05T10:00", "ends_at": "2027-01-05T12:00", "kind": "circular"},
    ],
)
def test_a_session_that_cannot_be_is_refused_at_its_field(board, db, fields):
    answer = board.post("chair", "/sessions", body="vorstand", **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert db.scalar(select(func.count()).select_from(Session)) == 1


def test_rules_are_entered_as_sentences_and_read_as_sentences(board, db):
    fields = {
        "submission.ordinary-count": "14", "submission.ordinary-unit": "calendar",
        "submission.ordinary-at": "18:00", "dispatch.ordinary-count": "1",
        "dispatch.ordinary-unit": "weekday-4", "quorum": "1/2", "quorum-more": "1",
        "force_topic": "1/3", "call_session": "5", "urgency": "two_thirds_votes",
        "region": "HH", "holds_from": "2026-09-07", "answer_days": "21", "source": "§ 3",
    }  # fmt: skip
    answer = board.post("chair", "/bodies/vorstand/rules", **fields)
    assert answer.status_code == 302, answer.text
    page = board.get("guest", "/bodies/vorstand/rules?day=2026-10-14").text
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    for words in (
        "Vorlagen müssen 14 Tage vor der Sitzung bis 18:00 Uhr eingereicht sein.",
        "Vorlagen werden am Freitag der Woche davor verschickt.",
        "Mindestens 1/3 der stimmberechtigten Mitglieder setzen ein Thema",
        "Mittwoch, 30. September 2026, 18:00",
        "Freitag, 9. Oktober 2026",
    ):
        assert words in text, words
    for who in ("voting", "advisory", "staff", "guest"):
        assert board.post(who, "/bodies/vorstand/rules", **fields).status_code == 403
    assert board.post("stranger", "/bodies/vorstand/rules", **fields).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("invitation-count", "-3"), ("invitation-count", "9999"), ("invitation-count", "zwei"),
        ("quorum", "7/3"), ("quorum", "1/0"), ("quorum", "viele"), ("answer_days", "0"),
        ("holds_from", "2020-01-01"), ("holds_from", "29. Februar"), ("urgency", "laut"),
    ],
)  # fmt: skip
def test_absurd_rules_are_refused_at_their_field_and_nothing_typed_is_lost(board, field, value):
    fields = {"holds_from": "2026-09-07", "source": "Meine Quelle", field: value}
    answer = board.post("chair", "/bodies/vorstand/rules", **fields)
    assert answer.status_code == 422
    assert "Meine Quelle" in answer.text
    assert "aria-invalid" in answer.text


def test_an_agenda_is_ordered_by_whole_and_only_by_those_who_lead(board, db):
    for title in ("Eins", "Zwei", "Drei"):
        board.post("chair", f"/sessions/{board.session.id}/items", title=title)
    ids = [each.id for each in db.scalars(select(Item).order_by(Item.place))]
    path = f"/sessions/{board.session.id}/order"
    new = [[ids[2], None], [ids[0], ids[2]], [ids[1], None]]
    assert board.post("voting", path, json={"order": new}).status_code == 403
    assert board.post("chair", path, json={"order": new}).status_code == 200
    page = board.get("chair", f"/sessions/{board.session.id}").text
    numbers = re.findall(r'item-number">([\d.]+)<', page)
    assert numbers == ["1", "1.1", "2"]
    for bad in ([], new[:2], [*new, new[0]], [[ids[0], ids[0]], *new[1:]], "x", [[1, 2, 3]], None):
        assert board.post("chair", path, json={"order": bad}).status_code == 422
    for act, expected in (("up", ["Drei", "Eins", "Zwei"]), ("up", ["Zwei", "Drei", "Eins"])):
        page = board.get("chair", f"/sessions/{board.session.id}").text
        assert re.findall(r'item-title">(\w+)', page) == expected
        board.post("chair", f"/sessions/{board.session.id}/items/{ids[1]}", act=act)


def test_a_circular_decision_stands_if_nobody_objects(db, visitor):
    board = Board(db, visitor)
    rules = some_rules(db, board.body, Terms(objection_days=4))
    session = a_session(db, board.body, in_days=10, kind="circular", rules=rules)
    board.session = session
    board.table(NOON)
    board.post("chair", f"/sessions/{session.id}", act="convene")
    early = board.post("chair", f"/sessions/{session.id}", later(days=9), act="open")
    assert early.status_code == 403
    words = "Eröffnen lässt sie sich ab"
    assert words in board.get("chair", f"/sessions/{session.id}", later(days=9)).text
    assert words not in board.get("voting", f"/sessions/{session.id}", later(days=9)).text
    assert words not in board.get("chair", f"/sessions/{session.id}", session.starts_at).text
    assert board.post("advisory", f"/sessions/{session.id}", act="object").status_code == 403
    at = session.starts_at
    board.post("chair", f"/sessions/{session.id}", at, act="open")
    form = f"/sessions/{session.id}/items/{board.item.id}/decision"
    assert board.post("chair", form, at, outcome="adopted").status_code == 302
    late = board.post("voting", f"/sessions/{session.id}", at, act="object")
    assert late.status_code == 403


def test_one_objection_ends_a_circular_decision(db, visitor):
    board = Board(db, visitor)
    rules = some_rules(db, board.body, Terms(objection_days=4))
    session = a_session(db, board.body, in_days=10, kind="circular", rules=rules)
    board.post("chair", f"/sessions/{session.id}", act="convene")
    board.post("voting", f"/sessions/{session.id}", later(days=3), act="object", because="Nein")
    answer = board.post("chair", f"/sessions/{session.id}", session.starts_at, act="open")
    assert answer.status_code == 403
    assert "widersprochen" in answer.text


def test_a_text_that_was_circulated_for_too_short_is_not_decided(db, visitor):
    board = Board(db, visitor)
    rules = some_rules(db, board.body, Terms(objection_days=4))
    board.session = a_session(db, board.body, in_days=10, kind="circular", rules=rules)
    board.post("chair", f"/sessions/{board.session.id}", later(days=2), act="convene")
    board.table(later(days=8))
    at = board.session.starts_at
    board.post("chair", f"/sessions/{board.session.id}", at, act="open")
    form = f"/sessions/{board.session.id}/items/{board.item.id}/decision"
    assert board.post("chair", form, at, outcome="adopted").status_code == 409


def test_a_session_page_asks_few_questions_however_long_the_agenda(board, db, app):
    asked = []
    event.listen(
        app.extensions["engine"], "before_cursor_execute", lambda *all: asked.append(all[2])
    )
    client = board.client("voting")
    counts = []
    for more in (3, 12):
        for _ in range(more):
            paper = a_paper(db, body=board.body, lead=board.lead, state="consultation")
            filing = tablings.Filing(no_goal_because="-")
            tablings.table(db, paper, board.session, filing, by=board.lead, now=NOON)
        client.get(f"/sessions/{board.session.id}")
        asked.clear()
        assert client.get(f"/sessions/{board.session.id}").status_code == 200
        counts.append(len([one for one in asked if one.startswith("SELECT")]))
    assert counts[0] == counts[1]


def test_the_room_view_shows_what_is_called(board, db):
    board.table(NOON)
    at = board.open()
    board.post("chair", f"/sessions/{board.session.id}/items/{board.item.id}", at, act="call")
    page = board.get("guest", f"/sessions/{board.session.id}/room").text
    assert "Wir wollen Sonne." in page
    assert board.post("voting", f"/sessions/{board.session.id}/items/{board.item.id}", at,
                      act="call").status_code == 403  # fmt: skip


def test_a_series_keeps_its_time_of_day_over_the_change_of_clocks(board, db):
    facts = {
        "body": "vorstand", "starts_at": "2026-10-12T18:00", "ends_at": "2026-10-12T21:00",
        "weeks": "4", "times": "3",
    }  # fmt: skip
    assert board.post("chair", "/sessions", **facts).status_code == 302
    found = db.scalars(
        select(Session.starts_at).where(Session.id != board.session.id).order_by(Session.starts_at)
    ).all()
    assert [f"{each:%m-%d %H:%M}" for each in found] == [
        "10-12 16:00",
        "11-09 17:00",
        "12-07 17:00",
    ]
    for wrong in (
        {"times": "31"},
        {"times": "-1"},
        {"weeks": "53", "times": "2"},
        {"times": "zwei"},
    ):
        assert board.post("chair", "/sessions", **(facts | wrong)).status_code == 422
    assert db.scalar(select(func.count()).select_from(Session)) == 4
