"""Line numbers on the pages: beside what is cited, reached by number, silent for who listens."""

from __future__ import annotations

import re

import pytest

from strategy.domain import revisions, tablings
from strategy.store.lines import FrozenLines
from tests.builders import NOON, a_body, a_doc, a_heading, a_member, a_paper, a_session, later
from tests.domain.test_tablings import PLAIN
from tests.visitor import signed_in

TEXT = a_doc(a_heading("Ziel"), "Wir wollen Sonne. " * 20)


@pytest.fixture
def world(db, client):
    body = a_body(db)
    lead = a_member(db, body)
    paper = a_paper(db, body=body, lead=lead, text=TEXT, state="consultation")
    revisions.take(db, paper, "", by=lead, now=NOON)
    signed_in(client, lead)
    return paper


def numbers(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'<span class="line" id="Z(\d+)"', page)]


def test_a_tabled_revision_has_its_numbers_from_the_first_visit_on(world, client, db):
    tablings.table(db, world, a_session(db, world.body), PLAIN, by=world.lead, now=NOON)
    db.commit()
    page = client.get(f"/papers/{world.id}/revisions/1").get_data(as_text=True)
    assert numbers(page) == [1, 2, 3, 4, 5, 6]
    assert db.get(FrozenLines, (world.id, 1)) is not None
    assert "Gehe zu Zeile" in page
    tabled = client.get(f"/papers/{world.id}").get_data(as_text=True)
    assert f'href="/papers/{world.id}/revisions/1"' in tabled


def test_the_text_of_a_line_is_what_it_was(world, client, db):
    """The number is an attribute alone: whoever copies or listens meets the words."""
    tablings.table(db, world, a_session(db, world.body), PLAIN, by=world.lead, now=NOON)
    db.commit()
    page = client.get(f"/papers/{world.id}/revisions/1").get_data(as_text=True)
    text = page.split('id="revision-text"')[1].split(">", 1)[1].split("</div>")[0]
    assert re.sub(r"<[^>]+>", "", text) == "Ziel" + "Wir wollen Sonne. " * 20


def test_a_text_that_is_still_written_has_none(world, client, db):
    db.commit()
    page = client.get(f"/papers/{world.id}/revisions/1").get_data(as_text=True)
    assert numbers(page) == []
    assert "Gehe zu Zeile" not in page
    assert db.get(FrozenLines, (world.id, 1)) is None


@pytest.mark.parametrize(
    ("typed", "anchor"),
    [("17", "#Z17"), ("Z17", "#Z17"), (" 17 – 19 ", "#Z17-19"), ("Ziel", ""), ("", "")],
)
def test_without_scripts_the_form_leads_to_the_line(world, client, db, typed, anchor):
    db.commit()
    answer = client.get(f"/papers/{world.id}/revisions/1", query_string={"line": typed})
    assert answer.status_code == 302
    assert answer.location == f"/papers/{world.id}/revisions/1{anchor}"


def test_a_stranger_learns_nothing_by_lines(world, client, db):
    stranger = a_member(db, a_body(db))
    signed_in(client, stranger)
    assert client.get(f"/papers/{world.id}/revisions/1").status_code == 404


@pytest.fixture
def changed(world, db):
    """The paper, tabled again with other words."""
    session = a_session(db, world.body)
    tablings.table(db, world, session, PLAIN, by=world.lead, now=NOON)
    tablings.take_back(db, world, "Noch ein Wort.", by=world.lead, now=later(hours=1))
    new = a_doc(a_heading("Ziel"), "Wir wollen Wind. " * 20, "Und Wasser.")
    revisions.rewrite(db, world, new, "", by=world.lead, now=later(hours=2))
    made = tablings.table(db, world, session, PLAIN, by=world.lead, now=later(hours=3))
    db.commit()
    return made


def test_the_two_columns_name_the_lines_and_lead_to_them(world, changed, client):
    address = f"/papers/{world.id}/compare/1/{changed.revision}?view=columns"
    page = client.get(address).get_data(as_text=True)
    assert f"/papers/{world.id}/revisions/1#Z2-6" in page
    assert f"/papers/{world.id}/revisions/{changed.revision}#Z2-6" in page
    assert "gelöscht: </span>" in page
    assert "eingefügt: </span>" in page


@pytest.mark.parametrize(("kind", "begin"), [("pdf", b"%PDF"), ("docx", b"PK")])
def test_the_synopsis_is_exported(world, changed, client, kind, begin):
    asked = f"format={kind}&revision={changed.revision}&against=1&columns=1"
    answer = client.get(f"/papers/{world.id}/export?{asked}")
    assert answer.data.startswith(begin)
    assert "Synopse" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("asked", ["format=pdf&columns=1", "format=odt&against=1&columns=1"])
def test_two_columns_need_two_texts_and_a_format_that_can(world, changed, client, asked):
    assert client.get(f"/papers/{world.id}/export?{asked}").status_code == 422


def test_a_redline_has_the_lines_of_the_text_that_it_ends_in(world, changed, client):
    page = client.get(f"/papers/{world.id}/compare/1/2").get_data(as_text=True)
    text = page.split('id="redline"')[1].split("</article>")[0]
    shown = client.get(f"/papers/{world.id}/revisions/2").get_data(as_text=True)
    assert numbers(text) == numbers(shown.split('id="revision-text"')[1])
    assert "Am Rand: die Zeilen von Fassung 2" in page
    columns = client.get(f"/papers/{world.id}/compare/1/2?view=columns").get_data(as_text=True)
    assert numbers(columns) == []


def test_a_redline_of_today_has_those_of_the_text_that_it_began_with(world, changed, client, db):
    client.get(f"/papers/{world.id}/revisions/2")  # its lines are fixed by now
    tablings.take_back(db, world, "", by=world.lead, now=later(hours=4))
    new = a_doc(a_heading("Ziel"), "Wir wollen Wasser. " * 20)
    revisions.rewrite(db, world, new, "", by=world.lead, now=later(hours=5))
    db.commit()
    page = client.get(f"/papers/{world.id}/compare/2/now").get_data(as_text=True)
    assert numbers(page) == [1, 2, 3, 4, 5, 6, 7]
    assert "Am Rand: die Zeilen von Fassung 2" in page
