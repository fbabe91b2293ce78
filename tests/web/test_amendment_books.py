"""The amendment book over HTTP: every role gets the one that is meant for them."""

from __future__ import annotations

import pytest

from strategy.domain import amendments, jobs, lines, packet_jobs, tablings
from strategy.store.bodies import ROLES
from tests.builders import NOON, a_doc, a_paper, a_session, later
from tests.domain.test_amendments import PLAIN
from tests.text.write.test_pdf import pages
from tests.web.test_amendments import Hall


@pytest.fixture
def hall(db, visitor):
    hall = Hall(db, visitor)
    hall.moved("sofort", "morgen")
    hall.moved("monatlich", "täglich", by=hall.lead)
    hall.moved("monatlich", "<b>oft</b>", by=hall.chair)
    secret = a_paper(
        db, body=hall.body, lead=hall.lead, state="consultation",
        text=a_doc("Wir kündigen dem Vermieter.", title="Streit"), title="Streit",
    )  # fmt: skip
    made = tablings.table(db, secret, hall.session, PLAIN, by=hall.lead, now=NOON)
    made.item.is_confidential = True
    hidden = amendments.begin(db, secret, "changes", by=hall.mover, now=NOON)
    hall.write(hidden, "kündigen", "danken")
    amendments.move(db, hidden, "Er ist nett.", by=hall.mover, now=NOON)
    for paper, tabling in ((hall.paper, hall.tabling), (secret, made)):
        lines.freeze(db, paper, tabling.revision, now=NOON)
    hall.path = f"/sessions/{hall.session.id}/amendments"
    db.commit()
    return hall


def fetched(engine, hall, who, path, **fields):
    """Ask for a file, let it be made, fetch it."""
    asked = hall.post(who, path, **(fields or {"format": "pdf"}))
    assert asked.status_code == 302
    handlers = {"packet": packet_jobs.make, "mail": lambda *_: None, "lines": lines.work}
    jobs.run_due(engine, handlers, now=lambda: later(minutes=5))
    assert "Die Datei ist fertig." in hall.get(who, asked.location).text
    return hall.get(who, asked.location + "?file=1")


@pytest.mark.parametrize("role", ROLES)
def test_the_page_lists_them_by_line_to_everybody_but_not_the_confidential_ones(hall, role):
    page = hall.get(role, hall.path).text
    places = [page.index(f"{hall.paper.number}-Ä-{line}") for line in ("Z1<", "Z1-2<", "Z3<")]
    assert places == sorted(places)
    assert "In Zeile 3 wird „sofort“ durch „morgen“ ersetzt." in page
    assert "Stößt mit Ä3 zusammen, Zeile 1: Ä3 will „&lt;b&gt;oft&lt;/b&gt;“." in page
    assert "<b>oft" not in page
    for said in ("Streit", "danken", "Er ist nett."):
        assert (said in page) == (role != "guest")
    assert hall.path in hall.get(role, f"/sessions/{hall.session.id}").text


@pytest.mark.parametrize("role", ROLES)
def test_the_pdf_is_the_one_that_is_meant_for_them(engine, hall, role):
    file = fetched(engine, hall, role, hall.path)
    assert file.mimetype == "application/pdf"
    assert ".pdf" in file.headers["Content-Disposition"]
    words = " ".join(" ".join(pages(file.data)).split())
    assert "In Zeile 3 wird „sofort“ durch „morgen“ ersetzt." in words
    assert ("Vermieter" in words) == (role != "guest")


def test_nobody_from_elsewhere_sees_it(hall):
    assert hall.get("stranger", hall.path).status_code == 404
    assert hall.post("stranger", hall.path, format="pdf").status_code == 404
    assert hall.visitor().get(hall.path).status_code == 302


def test_a_packet_has_them_where_somebody_ticks_the_box(engine, hall):
    path = f"/sessions/{hall.session.id}/packet"
    assert "Änderungsanträge mit aufnehmen" in hall.get("chair", path).text
    sentence = "In Zeile 3 wird „sofort“ durch „morgen“ ersetzt."
    for fields in ({"format": "pdf"}, {"format": "pdf", "amended": "1"}):
        file = fetched(engine, hall, "chair", path, **fields)
        words = " ".join(" ".join(pages(file.data)).split())
        assert (sentence in words) == ("amended" in fields)


def test_a_session_without_any_says_so(hall, db):
    other = a_session(db, hall.body, in_days=60, state="convened", rules=hall.rules)
    db.commit()
    assert (
        "Noch keine Änderungsanträge" in hall.get("guest", f"/sessions/{other.id}/amendments").text
    )
