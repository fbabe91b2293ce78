"""Attachments over HTTP: chosen, refused at the field, fetched; for others they do not exist."""

from __future__ import annotations

import hashlib
import io
import re

import pytest

from strategy.domain import attachments, tablings
from strategy.store.attachments import Attachment
from tests.builders import NOON, a_member, a_paper, a_person, a_session, later
from tests.domain.test_tablings import World
from tests.pdfs import HARMFUL, a_pdf, checked
from tests.visitor import signed_in

PLAN = a_pdf("Haushalt 2027", "Zweite Seite")
SHA = hashlib.sha256(PLAN).hexdigest()


@pytest.fixture
def world(db):
    return World(db)


def send(client, paper, data=PLAN, title="Haushaltsplan 2027", name="haushalt.pdf"):
    form = {"title": title, "file": (io.BytesIO(data), name)}
    return client.post(f"/papers/{paper.id}/attachments", data=form)


def page(client, paper, path="/attachments"):
    return client.get(f"/papers/{paper.id}{path}").get_data(as_text=True)


def put(world, data=PLAN, title="Haushaltsplan 2027", paper=None):
    return attachments.add(
        world.db, paper or world.paper, checked(data, 2), title=title, name="haushalt.pdf",
        by=world.lead, now=NOON,
    )  # fmt: skip


def test_an_author_attaches_a_pdf_and_everybody_in_the_body_fetches_it(client, db, world):
    signed_in(client, world.lead)
    assert send(client, world.paper).status_code == 302
    shown = page(client, world.paper)
    for words in ("Haushaltsplan 2027", "2 Seiten", "haushalt.pdf", "Lena Lotz", SHA):
        assert words in shown
    assert "Haushaltsplan 2027" in page(client, world.paper, "")
    signed_in(client, world.others[0])
    answer = client.get(f"/papers/{world.paper.id}/attachments/{SHA}")
    assert (answer.status_code, answer.data) == (200, PLAN)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=haushalt.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"PK\x03\x04", "plan.docx", "keine PDF-Datei"),
        (a_pdf(change=HARMFUL["a launch by a click"]), "x.pdf", "Skripte oder Aktionen"),
        (a_pdf(change=HARMFUL["a file"]), "x.pdf", "andere Dateien"),
        (a_pdf(*["Seite"] * 101), "x.pdf", "101 Seiten"),
        (PLAN[:400], "x.pdf", "beschädigt"),
        (b"%PDF-1.7" + b" " * 10_000_001, "x.pdf", "größer als 10 MB"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field_and_the_title_stays(
    client, db, world, data, name, why
):
    signed_in(client, world.lead)
    answer = send(client, world.paper, data, name=name)
    assert answer.status_code == 422
    shown = answer.get_data(as_text=True)
    assert re.search(rf'id="file-error">.*{why}', shown), shown
    assert 'value="Haushaltsplan 2027"' in shown
    assert db.query(Attachment).count() == 0


def test_a_title_is_asked_for_in_words(client, db, world):
    signed_in(client, world.lead)
    for title in ("", "haushalt.pdf", "12"):
        answer = send(client, world.paper, title=title)
        assert answer.status_code == 422
        assert 'id="title-error"' in answer.get_data(as_text=True)
    answer = client.post(f"/papers/{world.paper.id}/attachments", data={"title": "Haushalt"})
    assert 'id="file-error"' in answer.get_data(as_text=True)
    assert db.query(Attachment).count() == 0


def test_the_same_file_twice_is_refused(client, db, world):
    signed_in(client, world.lead)
    put(world)
    answer = send(client, world.paper, title="Noch einmal")
    assert answer.status_code == 422
    assert "bereits angehängt, als „Haushaltsplan 2027“" in answer.get_data(as_text=True)


def test_buttons_order_rename_and_remove(client, db, world):
    signed_in(client, world.lead)
    first, second = put(world), put(world, a_pdf("Gutachten"), "Gutachten")
    base = f"/papers/{world.paper.id}/attachments"
    client.post(f"{base}/{second.id}/move", data={"to": "up"})
    assert [each.id for each in attachments.of_paper(db, world.paper)] == [second.id, first.id]
    assert client.post(f"{base}/{second.id}/move", data={"to": "away"}).status_code == 422
    answer = client.post(f"{base}/{first.id}/title", data={"title": "plan.pdf"})
    assert answer.status_code == 422
    assert 'value="plan.pdf"' in answer.get_data(as_text=True)
    client.post(f"{base}/{first.id}/title", data={"title": "Haushalt"})
    gone = f"{base}/{second.id}/remove"
    client.post(gone)
    assert [each.title for each in attachments.of_paper(db, world.paper)] == ["Haushalt"]
    assert client.post(gone).status_code == 404


def test_for_who_may_not_see_the_paper_neither_page_nor_file_is_there(client, db, world):
    put(world)
    draft = a_paper(db, body=world.body, lead=world.lead)
    put(world, paper=draft)
    for person, paper in ((a_person(db), world.paper), (world.others[0], draft)):
        signed_in(client, person)
        for path in ("", f"/{SHA}"):
            hidden = client.get(f"/papers/{paper.id}/attachments{path}")
            missing = client.get(f"/papers/{paper.id + 1000}/attachments{path}")
            assert hidden.status_code == missing.status_code == 404
        assert send(client, paper, a_pdf("Neu")).status_code == 404
    assert db.query(Attachment).count() == 2


def test_a_file_is_found_at_its_own_paper_only(client, db, world):
    put(world)
    other = a_paper(db, body=world.body, lead=world.lead, state="consultation")
    signed_in(client, world.lead)
    assert client.get(f"/papers/{other.id}/attachments/{SHA}").status_code == 404
    for name in ("0" * 64, "..", "x"):
        assert client.get(f"/papers/{world.paper.id}/attachments/{name}").status_code == 404


def test_signed_out_it_asks_who_you_are(client, db, world):
    put(world)
    db.commit()
    for path in ("", f"/{SHA}"):
        answer = client.get(f"/papers/{world.paper.id}/attachments{path}")
        assert answer.status_code in (302, 401)


def test_members_see_no_form_and_are_refused(client, db, world):
    put(world)
    signed_in(client, a_member(db, world.body))
    assert 'type="file"' not in page(client, world.paper)
    assert send(client, world.paper, a_pdf("Neu")).status_code == 403


def test_what_was_tabled_is_shown_and_what_is_new_or_gone_is_marked(client, db, world):
    signed_in(client, world.lead)
    old = put(world)
    a_session(db, world.body, in_days=3_000)
    assert "Haushaltsplan 2027" in page(client, world.paper, "/table")
    world.table(now=NOON)
    assert "können sich nur mit einer neuen Einreichung ändern" in page(client, world.paper)
    assert send(client, world.paper, a_pdf("Spät")).status_code == 403
    agenda = client.get(f"/sessions/{world.session.id}").get_data(as_text=True)
    assert "1 Anlage" in agenda
    assert "2 weitere Seiten" in agenda
    assert "1 neu" not in agenda
    tablings.take_back(db, world.paper, "Neu", by=world.lead, now=later(days=1))
    attachments.remove(db, world.paper, old.id, by=world.lead, now=later(days=1))
    put(world, a_pdf("Gutachten"), "Gutachten zur Miete")
    world.table(now=later(days=2))
    shown = page(client, world.paper)
    assert re.search(r"Gutachten zur Miete</a>.*?>neu<", shown, re.S)
    assert re.search(r"<li>Haushaltsplan 2027 .*?>entfernt<", shown, re.S)
    agenda = client.get(f"/sessions/{world.session.id}").get_data(as_text=True)
    assert "1 neu" in agenda
    assert "1 entfernt" in agenda
    assert client.get(f"/papers/{world.paper.id}/attachments/{SHA}").data == PLAN


def test_a_file_keeps_a_name_in_any_script_that_no_header_could_hold(client, db, world):
    signed_in(client, world.lead)
    send(client, world.paper, name="Übersicht Łódź.pdf")
    answer = client.get(f"/papers/{world.paper.id}/attachments/{SHA}")
    said = answer.headers["Content-Disposition"]
    assert said.isascii()  # a real server can only send Latin letters
    assert said.startswith('attachment; filename="Ubersicht odz.pdf"; filename*=UTF-8')
    assert said.endswith("%C3%9Cbersicht%20%C5%81%C3%B3d%C5%BA.pdf")
