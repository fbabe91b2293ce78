"""Members demand a session over HTTP, and whatever anybody tries against it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.exc import DBAPIError

from strategy.clock import now, stopped
from strategy.domain.terms import Quota, Terms
from strategy.store.agenda import Item
from strategy.store.bodies import ROLES
from strategy.store.demands import Demand, DemandSession, Met, Signature
from strategy.store.jobs import Job
from strategy.store.sessions import Session
from tests.builders import NOON, a_body, a_member, a_person, a_session, later, some_rules
from tests.together import posted_together
from tests.visitor import signed_in

RULES = Terms(call_session=Quota(count=3), call_within=14)
WRITTEN = {
    "body": "vorstand",
    "title": "Haushaltssperre",
    "reason": "Das Land hat die Mittel gesperrt.",
    "items": "Lage der Finanzen\n\nWas wir streichen",
}


class Board:
    """A body with somebody in each role and two more who may vote."""

    def __init__(self, db, visitor, terms=RULES):
        self.db, self.visitor = db, visitor
        self.body = a_body(db, "vorstand")
        some_rules(db, self.body, terms)
        self.people = {role: a_member(db, self.body, role) for role in ROLES}
        self.people |= {name: a_member(db, self.body, "voting") for name in ("second", "third")}
        self.clients = {}

    def client(self, who):
        if who not in self.clients:
            person = self.people.get(who) or a_person(self.db)
            self.clients[who] = signed_in(self.visitor(), person)
        return self.clients[who]

    def post(self, who, path, at=NOON, **fields):
        with stopped(at):
            return self.client(who).post(path, data=fields)

    def get(self, who, path, at=NOON):
        with stopped(at):
            return self.client(who).get(path)

    def write(self, who="voting"):
        answer = self.post(who, "/demands", **WRITTEN)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def met(self):
        path = self.write()
        for who in ("second", "third"):
            assert self.post(who, f"{path}/signature", wanted="yes").status_code == 302
        return path

    def call(self, path, starts="2026-09-20T10:00", ends="2026-09-20T12:00", who="chair", at=NOON):
        number = path.rsplit("/", 1)[1]
        return self.post(who, "/sessions", at, demand=number, kind="special", starts_at=starts,
                         ends_at=ends)  # fmt: skip


@pytest.fixture
def board(db, visitor):
    return Board(db, visitor)


def test_a_demand_is_written_signed_and_met(board, db):
    form = board.get("voting", "/demands/new").text
    assert "3 von 4 stimmberechtigten Mitgliedern müssen unterschreiben." in form
    assert "Das ist eine förmliche Unterschrift: Alle im Gremium lesen deinen Namen." in form
    path = board.write()
    page = board.get("second", path).text
    for words in ("Haushaltssperre", "Lage der Finanzen", board.people["voting"].name,
                  "förmliche Unterschrift"):  # fmt: skip
        assert words in page
    board.post("second", f"{path}/signature", wanted="yes")
    assert db.scalar(select(Met)) is None
    board.post("third", f"{path}/signature", wanted="yes")
    met = db.scalar(select(Met))
    assert (met.needed, met.signed, met.members, met.at) == (3, 3, 4, NOON)
    assert met.owed_by.isoformat() == "2026-09-21T22:00:00+00:00"  # the end of 21 September
    mails = [each.body for each in db.scalars(select(Job)) if "demand_met" in each.body]
    assert len(mails) == 2  # chair and office
    for who in ("guest", "advisory", "voting", "chair"):
        for where in ("/", "/sessions", path):
            assert "Sitzung steht an bis" in board.get(who, where).text, (who, where)
    late = later(days=20)
    assert "Sitzung seit 6 Tagen überfällig" in board.get("guest", "/sessions", late).text
    assert "Sitzung seit 6 Tagen überfällig" in board.get("guest", "/", late).text


def test_a_demanded_session_has_the_items_and_nobody_takes_them_off(board, db):
    path = board.met()
    assert "Lage der Finanzen" in board.get("chair", f"/sessions/new?demand={path[9:]}").text
    assert board.call(path).status_code == 302
    session = db.scalar(select(Session))
    assert session.kind == "special"
    items = db.scalars(select(Item).where(Item.demanded_id.is_not(None)).order_by(Item.id)).all()
    assert [each.title for each in items] == ["Lage der Finanzen", "Was wir streichen"]
    at = f"/sessions/{session.id}"
    for who in ("chair", "staff"):
        answer = board.post(who, f"{at}/items/{items[0].id}", act="remove")
        assert answer.status_code == 403
        assert "Genügend Mitglieder haben das auf die Tagesordnung gesetzt" in answer.text
        changed = board.post(who, f"{at}/items/{items[0].id}", act="change", title="Wetter",
                             kind="discussion", minutes="5")  # fmt: skip
        assert changed.status_code == 403
        hidden = board.post(who, f"{at}/items/{items[0].id}", act="change",
                            title=items[0].title, kind="discussion", minutes="5",
                            is_confidential="1")  # fmt: skip
        assert hidden.status_code == 403
    page = board.get("guest", at).text
    assert "Mitglieder haben diese Sitzung verlangt" in page
    assert "hinter der Frist" not in page
    assert "Sitzung steht an" not in board.get("voting", "/sessions").text
    assert "schon geplant" in board.call(path).text


def test_a_later_session_is_marked_for_everybody(board, db):
    path = board.met()
    assert board.call(path, "2026-09-22T00:15", "2026-09-22T02:00").status_code == 302
    session = db.scalar(select(Session))
    for who in ("guest", "chair"):
        assert "Sie liegt 1 Tag hinter der Frist" in board.get(who, f"/sessions/{session.id}").text
        assert "später als verlangt" in board.get(who, "/sessions").text
        assert "später als verlangt" in board.get(who, path).text


def test_the_session_is_not_moved_behind_the_period(board, db):
    path = board.met()
    board.call(path, "2026-09-20T22:00", "2026-09-20T23:59")
    at = f"/sessions/{db.scalar(select(Session.id))}"
    assert "bis 21. September 2026 verlegt werden" in board.get("chair", f"{at}/change").text
    answer = board.post("chair", at, act="move", starts_at="2026-09-22T00:00",
                        ends_at="2026-09-22T02:00", because="Kein Raum")  # fmt: skip
    assert answer.status_code == 403
    assert "nur bis Montag, 21. September 2026 verlegt werden" in answer.text
    answer = board.post("chair", at, act="move", starts_at="2026-09-21T22:00",
                        ends_at="2026-09-21T23:59", because="Kein Raum")  # fmt: skip
    assert answer.status_code == 302
    assert "hinter der Frist" not in board.get("guest", at).text


def test_a_session_behind_the_period_comes_no_later(board, db):
    path = board.met()
    board.call(path, "2026-09-25T10:00", "2026-09-25T12:00")
    at = f"/sessions/{db.scalar(select(Session.id))}"
    for day, status in (("26", 403), ("25", 302), ("24", 302)):
        answer = board.post("chair", at, act="move", starts_at=f"2026-09-{day}T11:00",
                            ends_at=f"2026-09-{day}T12:00", because="Kein Raum")  # fmt: skip
        assert answer.status_code == status, day
    assert "Sie liegt 3 Tage hinter der Frist" in board.get("guest", at).text


def test_cancelling_the_session_answers_nothing(board, db):
    """The same deadline is owed again, and the items go onto the agenda that comes next."""
    path = board.met()
    regular = a_session(db, board.body, in_days=40)
    board.call(path)
    special = db.scalar(select(Session).where(Session.kind == "special"))
    board.post("chair", f"/sessions/{special.id}", act="cancel", because="Keine Lust")
    late = later(days=16)
    assert "Sitzung seit 2 Tagen überfällig" in board.get("voting", "/sessions", late).text
    moved = db.scalars(select(Item).where(Item.session_id == regular.id)).all()
    assert [each.title for each in moved] == ["Lage der Finanzen", "Was wir streichen"]
    assert all(each.is_forced for each in moved)
    answer = board.call(path, "2026-10-01T10:00", "2026-10-01T12:00", at=late)
    assert answer.status_code == 302, answer.text
    newest = db.scalar(select(Session).where(Session.state == "planned", Session.kind == "special"))
    assert {each.session_id for each in moved} == {newest.id}
    assert board.call(path, at=late).status_code == 403


def test_what_the_session_does_not_reach_stays_forced(board, db):
    path = board.met()
    board.call(path)
    special = db.scalar(select(Session).where(Session.kind == "special"))
    at, where = special.starts_at, f"/sessions/{special.id}"
    assert board.post("chair", where, act="convene").status_code == 302
    assert board.post("chair", where, at, act="open").status_code == 302
    first = db.scalar(select(Item).where(Item.title == "Lage der Finanzen"))
    assert board.post("chair", f"{where}/items/{first.id}", at, act="finish").status_code == 403
    assert board.post("chair", f"{where}/items/{first.id}", at, act="call").status_code == 302
    answer = board.post("chair", f"{where}/items/{first.id}", at, act="finish")
    assert answer.status_code == 403
    assert "Ohne Beschlussfähigkeit" in answer.text
    there = [board.people[who].id for who in ("chair", "voting", "second")]
    board.post("chair", f"{where}/attendance", at, person=there, state="present")
    assert board.post("chair", f"{where}/items/{first.id}", at, act="finish").status_code == 302
    assert board.post("chair", where, at, act="close").status_code == 302
    regular = a_session(db, board.body, in_days=40)
    answer = board.post("chair", "/sessions", body="vorstand", starts_at="2026-10-05T10:00",
                        ends_at="2026-10-05T12:00", kind="regular")  # fmt: skip
    assert answer.status_code == 302
    left = db.scalars(
        select(Item).where(Item.title == "Was wir streichen", Item.carried_to_id.is_(None))
    ).all()
    assert len(left) == 1
    assert left[0].is_forced
    assert left[0].session_id not in (special.id, regular.id)
    assert (
        board.post(
            "chair", f"/sessions/{left[0].session_id}/items/{left[0].id}", act="remove"
        ).status_code
        == 403
    )


@pytest.mark.parametrize("who", ["advisory", "staff", "guest", "stranger"])
def test_who_may_not_vote_neither_writes_nor_signs(board, db, who):
    path = board.write()
    expected = 404 if who == "stranger" else 403
    assert board.post(who, "/demands", **WRITTEN).status_code == expected
    assert board.post(who, f"{path}/signature", wanted="yes").status_code == expected
    assert db.scalar(select(func.count()).select_from(Signature)) == 1
    assert board.get(who, path).status_code == (404 if who == "stranger" else 200)
    assert ("Haushaltssperre" in board.get(who, "/demands").text) == (who != "stranger")


@pytest.mark.parametrize("who", [*ROLES, "stranger"])
def test_nobody_gets_rid_of_a_demand_that_was_met(board, db, who):
    path = board.met()
    for method in ("delete", "put", "patch"):
        assert getattr(board.client(who), method)(path).status_code == 405
    for fields in ({"act": "delete"}, {"act": "cancel", "because": "x"}):
        assert board.post(who, path, **fields).status_code == 405
    answer = board.post(who, f"{path}/signature", wanted="no")
    assert answer.status_code == {"stranger": 404, "voting": 403}.get(who, 302)
    for number in (path[9:], "999"):
        if who not in ("chair", "staff") or number == "999":
            called = board.call(f"/demands/{number}", who=who)
            assert called.status_code in (403, 404)
    assert db.scalar(select(func.count()).select_from(Signature)) == 3
    assert db.scalar(select(Met.signed)) == 3
    assert db.scalar(select(func.count()).select_from(DemandSession)) == 0


def test_a_demand_that_too_few_have_signed_calls_no_session(board, db):
    path = board.write()
    assert board.call(path).status_code == 403
    answer = board.post("chair", "/sessions", demand=path[9:], kind="regular",
                        starts_at="2026-09-20T10:00", ends_at="2026-09-20T12:00")  # fmt: skip
    assert answer.status_code == 422
    assert db.scalar(select(func.count()).select_from(Session)) == 0


def test_a_signature_is_given_once_and_taken_back_until_enough_have_signed(board, db):
    path = board.write()
    assert board.write() == path  # sent twice, written once
    for _ in range(2):
        assert board.post("second", f"{path}/signature", wanted="yes").status_code == 302
    assert db.scalar(select(func.count()).select_from(Signature)) == 2
    board.post("second", f"{path}/signature", wanted="no")
    board.post("second", f"{path}/signature", wanted="no")
    assert db.scalar(select(func.count()).select_from(Signature)) == 1
    assert db.scalar(select(Met)) is None


def test_rules_without_the_right_say_so(db, visitor):
    board = Board(db, visitor, Terms())
    page = board.get("voting", "/demands/new").text
    assert "kennt kein Recht der Mitglieder, eine Sitzung zu verlangen" in page
    assert "<textarea" not in page
    answer = board.post("voting", "/demands", **WRITTEN)
    assert answer.status_code == 403
    assert db.scalar(select(func.count()).select_from(Demand)) == 0


def test_rules_without_a_period_owe_a_session_all_the_same(db, visitor):
    board = Board(db, visitor, Terms(call_session=Quota(share="1/4")))
    path = board.write()  # one of four is enough
    assert db.scalar(select(Met)).owed_by is None
    page = board.get("guest", path).text
    assert "Sitzung steht aus seit" in page
    assert "Eine Frist dafür setzt die Geschäftsordnung nicht." in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""), ("title", "x" * 201), ("reason", " "), ("reason", "x" * 4001),
        ("items", "\n \n"), ("items", "a\n" * 11), ("items", "x" * 201),
    ],
)  # fmt: skip
def test_what_cannot_be_demanded_is_refused_at_its_field(board, db, field, value):
    answer = board.post("voting", "/demands", **(WRITTEN | {field: value}))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert db.scalar(select(func.count()).select_from(Demand)) == 0


@pytest.mark.each_database
def test_a_hundred_signatures_at_once_cross_the_line_once(app, db, visitor):
    board = Board(db, visitor, Terms(call_session=Quota(share="1/3"), call_within=14))
    path = board.write()
    some = [signed_in(visitor(), a_member(db, board.body, "voting")) for _ in range(100)]
    found = posted_together(app, [(each, f"{path}/signature", {"wanted": "yes"}) for each in some])
    assert [status for status, _ in found] == [302] * 100
    assert db.scalar(select(func.count()).select_from(Signature)) == 101
    met = db.scalars(select(Met)).one()
    assert (met.needed, met.signed, met.members) == (35, 35, 104)
    told = [each for each in db.scalars(select(Job)) if "demand_met" in each.body]
    assert len(told) == 2


@pytest.mark.each_database
def test_two_who_call_at_once_plan_one_session(app, board, db):
    path = board.met()
    fields = {"demand": path[9:], "kind": "special", "starts_at": "2027-01-20T10:00",
              "ends_at": "2027-01-20T12:00"}  # fmt: skip
    sent = [(board.client(who), "/sessions", fields) for who in ("chair", "staff") * 5]
    found = sorted(status for status, _ in posted_together(app, sent))
    assert found == [302] + [403] * 9
    assert db.scalar(select(func.count()).select_from(Session)) == 1
    assert db.scalar(select(func.count()).select_from(Item).where(Item.is_forced)) == 2


def test_the_database_itself_keeps_signatures_once_they_count(board, db):
    path = board.write()
    db.execute(delete(Signature))
    board.post("voting", f"{path}/signature", wanted="yes")
    for who in ("second", "third"):
        board.post(who, f"{path}/signature", wanted="yes")
    for change in (delete(Signature), update(Signature).values(at=later(days=1))):
        with pytest.raises(DBAPIError):
            db.execute(change)
        db.rollback()


def test_pages_that_show_demands_ask_no_more_however_many_there_are(app, board, db):
    asked = []
    event.listen(app.extensions["engine"], "before_cursor_execute", lambda *a: asked.append(a[2]))
    counts = []
    board.write()
    for _ in range(2):
        for path in ("/", "/sessions", "/demands"):
            board.get("guest", path)
            asked.clear()
            assert "Haushaltssperre" in board.get("guest", path).text
            counts.append(len([one for one in asked if one.startswith("SELECT")]))
        for number in range(6):
            board.post("voting", "/demands", **(WRITTEN | {"reason": f"Grund {number}"}))
    assert counts[:3] == counts[3:]
    assert max(counts) < 12


SELF = Terms(region="HH", call_session=Quota(count=3), call_within=28, call_self=7)
INVITED = {"starts_at": "2026-09-30T18:00", "ends_at": "2026-09-30T20:00", "place": "Saal 2"}


def test_members_invite_themselves_once_the_days_have_passed(db, visitor):
    board = Board(db, visitor, SELF)
    path = board.met()
    early = board.get("second", path, later(days=8)).text
    assert "können bis Dienstag, 15. September 2026 einladen" in early
    assert "Selbst einladen" not in early
    refused = board.post("second", f"{path}/invite", later(days=8), **INVITED)
    assert refused.status_code == 403
    assert "können bis Dienstag, 15. September 2026 einladen" in refused.text
    assert db.scalar(select(func.count()).select_from(Session)) == 0
    assert "Selbst einladen" in board.get("second", path, later(days=9)).text
    assert f'href="{path}/invite"' not in board.get("second", "/", later(days=8)).text
    assert f'href="{path}/invite"' in board.get("second", "/", later(days=9)).text
    for who in ("chair", "staff", "advisory", "guest"):
        assert f"{path}/invite" not in board.get(who, path, later(days=9)).text
        assert f"{path}/invite" not in board.get(who, "/", later(days=9)).text
        assert board.post(who, f"{path}/invite", later(days=9), **INVITED).status_code == 403
    assert board.post("stranger", f"{path}/invite", later(days=9), **INVITED).status_code == 404
    form = board.get("second", f"{path}/invite", later(days=9)).text
    assert "Was wir streichen" in form
    wrong = board.post("second", f"{path}/invite", later(days=9), **(INVITED | {"ends_at": ""}))
    assert wrong.status_code == 422
    assert 'value="Saal 2"' in wrong.text
    answer = board.post("second", f"{path}/invite", later(days=9), **INVITED)
    assert answer.status_code == 302
    page = board.get("guest", answer.headers["Location"], later(days=9)).text
    assert "durch die Mitglieder einberufen" in page
    session = db.scalars(select(Session)).one()
    assert (session.state, session.kind) == ("convened", "special")
    mails = [job.body for job in db.scalars(select(Job).where(Job.kind == "mail"))]
    told = [each for each in mails if "session_convened" in each]
    assert len(told) == len(board.people)
    assert all('"by_members": true' in each for each in told)
    again = board.post("third", f"{path}/invite", later(days=9), **INVITED)
    assert again.status_code == 403


def test_a_session_that_was_planned_and_never_convened_gives_way(db, visitor):
    board = Board(db, visitor, SELF)
    path = board.met()
    assert board.call(path, "2026-10-02T10:00", "2026-10-02T12:00").status_code == 302
    form = board.get("second", f"{path}/invite", later(days=9)).text
    assert "zu der niemand eingeladen wurde" in form
    assert board.post("second", f"{path}/invite", later(days=9), **INVITED).status_code == 302
    states = db.scalars(select(Session.state).order_by(Session.id)).all()
    assert states == ["cancelled", "convened"]
    mails = [job.body for job in db.scalars(select(Job).where(Job.kind == "mail"))]
    assert sum("session_cancelled" in each for each in mails) == len(board.people)


def test_rules_without_the_right_show_no_way_to_it(board, db):
    path = board.met()
    assert "Wenn niemand einlädt" not in board.get("second", path, later(days=30)).text
    form = board.get("second", f"{path}/invite", later(days=30)).text
    assert "sieht nicht vor, dass Mitglieder selbst einladen" in form
    assert board.post("second", f"{path}/invite", later(days=30), **INVITED).status_code == 403


@pytest.mark.each_database
def test_two_who_invite_at_once_invite_once(app, db, visitor):
    board = Board(db, visitor, SELF)
    before, begins = now() - timedelta(days=30), now() + timedelta(days=20)
    path = board.post("voting", "/demands", before, **WRITTEN).headers["Location"]
    for who in ("second", "third"):
        board.post(who, f"{path}/signature", before, wanted="yes")
    fields = {"starts_at": f"{begins:%Y-%m-%dT10:00}", "ends_at": f"{begins:%Y-%m-%dT12:00}"}
    sent = [(board.client(who), f"{path}/invite", fields) for who in ("second", "third") * 3]
    found = sorted(status for status, _ in posted_together(app, sent))
    assert found == [302] + [403] * 5
    assert db.scalars(select(Session.state)).all() == ["convened"]
