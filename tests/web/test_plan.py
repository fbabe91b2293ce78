"""The plan and the lead-time report over HTTP."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from strategy.clock import stopped
from strategy.domain import plans, sessions, tablings
from strategy.domain.report import as_csv, of, safe
from strategy.domain.terms import Span, Terms
from strategy.errors import Invalid, NotAllowed
from strategy.store.bodies import ROLES
from strategy.store.plans import Plan
from tests.builders import NOON, a_body, a_member, a_paper, a_person, a_session, later, some_rules
from tests.visitor import signed_in

RULES = Terms(
    submission={"ordinary": Span(14, at="18:00")},
    reading={},
    plan_months=6,
    plan_majority="members",
)
PLAIN = tablings.Filing(no_goal_because="-")


class Year:
    """A body with two sessions and three papers: in time, late, on the day."""

    def __init__(self, db):
        self.db = db
        self.body = a_body(db, "vorstand")
        self.rules = some_rules(db, self.body, RULES)
        self.chair = a_member(db, self.body, "chair", "Cem Celik")
        self.lead = a_member(db, self.body, "voting", "Lena Lotz")
        self.sessions = [
            a_session(db, self.body, in_days=days, state="convened", rules=self.rules)
            for days in (30, 90)
        ]
        self.papers = [
            a_paper(db, body=self.body, lead=self.lead, state="consultation", title=title)
            for title in ("Früh", "Spät", "Am Tag", "Ohne Sitzung")
        ]
        moments = (NOON, later(days=20), self.sessions[0].starts_at - timedelta(hours=1))
        for paper, at in zip(self.papers, moments, strict=False):
            tablings.table(db, paper, self.sessions[0], PLAIN, by=self.lead, now=at)


@pytest.fixture
def year(db):
    return Year(db)


FIRST, LAST = date(2026, 9, 1), date(2027, 2, 28)


def get(client, path, at=NOON):
    with stopped(at):
        return client.get(path)


def test_the_report_counts_how_early_papers_came(year):
    found = of(year.db, year.body, FIRST, LAST, now=later(days=40))
    row = found.rows[0]
    assert (row.papers, row.late, row.table_papers) == (3, 2, 1)
    assert (round(row.earliest, 2), round(row.median, 2), round(row.latest, 2)) == (30, 10, 0.04)
    assert (found.late.count, found.late.whole, found.late.percent) == (2, 3, 67)
    assert (found.rows[1].papers, found.rows[1].median, found.rows[1].read) == (0, None, None)


def test_what_was_taken_back_is_not_counted_and_a_cancelled_session_is_left_out(year):
    tablings.take_back(year.db, year.papers[1], "", by=year.lead, now=later(days=21))
    found = of(year.db, year.body, FIRST, LAST, now=later(days=40))
    assert found.rows[0].papers == 2
    sessions.cancel(year.db, year.sessions[1], "Schnee", by=year.chair, now=later(days=21))
    year.db.flush()
    assert len(of(year.db, year.body, FIRST, LAST, now=later(days=40)).rows) == 1


def test_the_report_names_nobody_and_opens_safely_in_a_spreadsheet(year, visitor):
    client = signed_in(visitor(), year.chair)
    for path in ("/bodies/vorstand/lead-time", "/bodies/vorstand/lead-time.csv"):
        page = get(client, f"{path}?from=2026-09-01&until=2027-02-28")
        assert page.status_code == 200
        assert year.lead.name not in page.text
    assert page.data.startswith(b"\xef\xbb\xbf")  # else Excel takes ä for Ã¤
    lines = page.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Sitzung;Datum;Papiere;")
    assert lines[1].split(";")[2:7] == ["3", "10,0", "30,0", "0,0", "2"]
    for cell in ("=1+1", "+49", "-1", "@SUM(A1)", "\tx"):
        assert safe(cell).startswith("'")
    assert safe("2026/01") == "2026/01"
    found = of(year.db, year.body, FIRST, LAST, now=NOON)
    assert as_csv(found, "Europe/Berlin", "en").count("\r\n") == 3


@pytest.mark.parametrize("role", [*ROLES, None])
def test_who_sees_report_and_plan(year, visitor, role):
    person = a_member(year.db, year.body, role) if role else a_person(year.db)
    client = signed_in(visitor(), person)
    report = get(client, "/bodies/vorstand/lead-time").status_code
    assert report == {"guest": 403, None: 404}.get(role, 200)
    assert get(client, "/plan?body=vorstand").status_code == (200 if role else 404)


@pytest.mark.parametrize("ask", ["from=x&until=y", "from=0001-01-01&until=9999-12-31",
                                 "from=2027-01-01&until=2026-01-01", "from=%00"])  # fmt: skip
def test_odd_spans_do_no_harm(year, visitor, ask):
    client = signed_in(visitor(), year.chair)
    for path in ("/bodies/vorstand/lead-time", "/plan"):
        assert get(client, f"{path}?{ask}").status_code in (200, 400)


def test_the_plan_shows_sessions_deadlines_and_papers(year, visitor):
    client = signed_in(visitor(), year.chair)
    page = get(client, "/plan?body=vorstand&zoom=half&from=2026-09-01").text
    until = "Vorlagen bis Mittwoch, 23. September 2026, 18:00"
    for words in ("Früh", "Spät", "Ohne Sitzung", until, "7. Okt.", "Papiere ohne Sitzung"):
        assert words in page, words


def test_a_draft_is_no_bar_for_others(year, visitor):
    a_paper(year.db, body=year.body, lead=year.lead, title="Geheimer Entwurf")
    page = get(signed_in(visitor(), year.chair), "/plan?body=vorstand&from=2026-09-01").text
    assert "Geheimer Entwurf" not in page
    page = get(signed_in(visitor(), year.lead), "/plan?body=vorstand&from=2026-09-01").text
    assert "Geheimer Entwurf" in page


def adopt(year, *, first=FIRST, last=LAST, yes=2, no=0, by=None):
    return plans.adopt(
        year.db, year.body, first, last, yes=yes, no=no, abstain=0, by=by or year.chair, now=NOON
    )


def test_an_adopted_plan_shows_what_has_changed_since(year):
    adopt(year)
    seen = plans.of(year.db, year.body, FIRST, LAST, reader=year.lead)
    assert [each.changes for each in seen.adopted] == [[]]
    a_session(year.db, year.body, in_days=60)
    sessions.move(
        year.db, year.sessions[1], starts_at=later(days=95), ends_at=later(days=95, hours=2),
        because="Saal", by=year.chair, now=NOON,
    )  # fmt: skip
    sessions.cancel(year.db, year.sessions[0], "Schnee", by=year.chair, now=NOON)
    year.db.flush()
    seen = plans.of(year.db, year.body, FIRST, LAST, reader=year.lead)
    (adopted,) = seen.adopted
    assert [each.kind for each in adopted.changes] == ["cancelled", "added", "moved"]


def test_a_plan_is_shown_as_long_as_no_newer_one_says_more_of_the_days(year):
    older = adopt(year)
    a_session(year.db, year.body, in_days=60)
    a_session(year.db, year.body, in_days=130)
    newer = adopt(year, first=date(2027, 1, 1), last=date(2027, 6, 30))
    a_session(year.db, year.body, in_days=150)

    def shown(first, last):
        found = plans.of(year.db, year.body, first, last, reader=year.lead).adopted
        return [(each.plan, [change.kind for change in each.changes]) for each in found]

    assert shown(FIRST, LAST) == [(newer, ["added"]), (older, ["added"])]
    assert shown(date(2027, 1, 1), date(2027, 3, 31)) == [(newer, ["added"])]
    assert shown(FIRST, date(2026, 10, 31)) == [(older, ["added"])]


def test_a_plan_is_long_enough_and_has_its_majority(year):
    with pytest.raises(Invalid) as refused:
        adopt(year, last=date(2026, 12, 31))
    assert refused.value.field == "last"
    with pytest.raises(NotAllowed):
        adopt(year, yes=1)  # one of two is not more than half of all
    for votes in ({"yes": 3}, {"yes": 2, "no": 1}, {"yes": -1}):
        with pytest.raises(Invalid):
            adopt(year, **votes)
    with pytest.raises(NotAllowed):
        adopt(year, by=year.lead)
    with pytest.raises(Invalid):
        adopt(year, first=date(2028, 1, 1), last=date(2028, 12, 31))


def test_the_plan_is_adopted_over_http(year, visitor):
    client = signed_in(visitor(), year.chair)
    facts = {"body": "vorstand", "first": "2026-09-01", "last": "2027-02-28", "yes": 2}
    with stopped(NOON):
        assert client.post("/plan", data=facts | {"last": "gestern"}).status_code == 422
        answer = client.post("/plan", data=facts)
    assert answer.location == "/plan?body=vorstand&zoom=half&from=2026-09-01"
    assert year.db.scalar(select(Plan)).number == 1
    assert "Beschlossen am 7. September 2026" in get(client, "/plan?from=2026-09-01").text


def test_plan_and_report_ask_few_questions_however_much_there_is(year, visitor, app):
    client = signed_in(visitor(), year.chair)
    asked = []
    engine = app.extensions["engine"]
    event.listen(engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
    paths = (
        "/plan?body=vorstand&from=2026-09-01",
        "/bodies/vorstand/lead-time?from=2026-09-01",
        "/",
    )
    counts = []
    for _ in range(2):
        for path in paths:
            get(client, path)
            asked.clear()
            assert get(client, path).status_code == 200
            counts.append(len([one for one in asked if one.startswith("SELECT")]))
        for number in range(8):
            session = a_session(
                year.db, year.body, in_days=31 + number, state="convened", rules=year.rules
            )
            paper = a_paper(year.db, body=year.body, lead=year.lead, state="consultation")
            tablings.table(year.db, paper, session, PLAIN, by=year.lead, now=NOON)
    assert counts[:3] == counts[3:]
    assert max(counts) <= 16
