"""Papers over HTTP: asked as signed out, as a stranger, as a reader, as an author."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from strategy.domain import steps
from strategy.store.bodies import Member
from strategy.store.papers import Paper
from tests.builders import NOON, a_body, a_member, a_paper, a_person
from tests.visitor import signed_in


@pytest.fixture
def png():
    """A small picture."""
    file = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    "path", ["", "/revisions", "/export", "/settings", "/compare/1/now", "/doc"]
)
def test_a_paper_asks_who_you_are(client, db, path):
    paper = a_paper(db)
    answer = client.get(f"/papers/{paper.id}{path}")
    assert answer.status_code in (302, 401)


HIDDEN = ("", "/revisions", "/export", "/settings", "/compare/now/now", "/doc", "/writers",
          "/comments", "/export?format=md")  # fmt: skip


@pytest.mark.parametrize("path", HIDDEN)
def test_what_you_may_not_see_answers_like_what_is_not_there(client, db, path):
    paper = a_paper(db)
    signed_in(client, a_member(db, paper.body))
    hidden = client.get(f"/papers/{paper.id}{path}")
    missing = client.get(f"/papers/{paper.id + 1000}{path}")
    assert hidden.status_code == missing.status_code == 404
    assert _without_nonce(hidden) == _without_nonce(missing)


def _without_nonce(answer):
    page = answer.get_data(as_text=True)
    return re.sub(r'nonce="[^"]+"|name="csrf_token" value="[^"]+"|/papers/\d+', "", page)


def test_a_huge_number_in_the_address_is_not_found(client, db):
    signed_in(client, a_person(db))
    assert client.get(f"/papers/{2**80}").status_code == 404


@pytest.mark.parametrize("path", ["", "/revisions", "/export", "/settings", "/compare/now/now",
                                  "/doc", "/writers", "/comments"])  # fmt: skip
def test_an_author_sees_every_page(client, db, path):
    paper = a_paper(db)
    signed_in(client, paper.lead)
    assert client.get(f"/papers/{paper.id}{path}").status_code == 200


def test_a_blank_paper_is_one_form_away(client, db):
    body = a_body(db)
    signed_in(client, a_member(db, body))
    form = {"title": "Boden behalten", "way": "template", "body": body.slug}
    answer = client.post("/papers", data=form)
    assert answer.status_code == 302
    page = client.get(answer.location).get_data(as_text=True)
    assert "Boden behalten" in page
    assert "Ausgangslage" in page


def test_a_missing_title_comes_back_at_its_field_with_what_was_chosen(client, db):
    body = a_body(db)
    signed_in(client, a_member(db, body))
    answer = client.post("/papers", data={"title": " ", "way": "blank", "body": body.slug})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="title-error"' in page
    assert db.query(Paper).count() == 0


def test_who_is_in_two_bodies_says_for_which_one_a_paper_is(client, db):
    first, second = a_body(db, "aag"), a_body(db, "vorstand")
    person = a_member(db, first)
    db.add(Member(body_id=second.id, person_id=person.id, role="voting", made_at=NOON))
    db.flush()
    signed_in(client, person)
    page = client.get("/papers/new").get_data(as_text=True)
    assert '<option value="" selected>' in page
    assert f'value="{second.slug}" selected' in client.get(f"/papers/new?body={second.slug}").text
    form = {"title": "Boden behalten", "way": "blank", "body": ""}
    answer = client.post("/papers", data=form)
    assert (answer.status_code, 'id="body-error"' in answer.text) == (422, True)
    made = client.post("/papers", data=form | {"body": second.slug})
    assert second.name in client.get(f"{made.location}/settings").text


def test_a_file_becomes_a_paper_with_a_report(client, db):
    body = a_body(db)
    signed_in(client, a_member(db, body))
    words = "# Ziel\n\nWir wollen **Sonne**.\n\n<script>alert(1)</script>\n"
    file = (io.BytesIO(words.encode()), "entwurf.md")
    form = {"title": "", "way": "file", "body": body.slug, "file": file}
    answer = client.post("/papers", data=form)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    paper = db.query(Paper).one()
    _, doc = steps.document(db, paper)
    assert "alert" not in client.get(f"/papers/{paper.id}/export?format=html").get_data(
        as_text=True
    )
    assert doc["content"][0]["type"] == "heading"


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"PK\x03\x04 not a zip", "x.docx"), (b"", "leer.odt"), (b"%PDF-1.7", "x.docx"),
     (b"\x00" * 100, "x.txt")],
)  # fmt: skip
def test_a_broken_file_is_refused_and_leaves_nothing(client, db, data, name):
    body = a_body(db)
    signed_in(client, a_member(db, body))
    form = {"title": "Titel bleibt", "way": "file", "body": body.slug,
            "file": (io.BytesIO(data), name)}  # fmt: skip
    answer = client.post("/papers", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="file-error"' in page
    assert "Titel bleibt" in page
    assert db.query(Paper).count() == 0


def test_a_revision_is_kept_and_shown(client, db):
    paper = a_paper(db)
    signed_in(client, paper.lead)
    client.post(f"/papers/{paper.id}/revisions", data={"title": "nach der AG Wohnen"})
    assert "nach der AG Wohnen" in client.get(f"/papers/{paper.id}/revisions").get_data(
        as_text=True
    )
    shown = client.get(f"/papers/{paper.id}/revisions/1").get_data(as_text=True)
    assert "Wir wollen Sonne." in shown
    assert client.get(f"/papers/{paper.id}/revisions/2").status_code == 404


def test_the_paper_goes_through_its_states(client, db):
    paper = a_paper(db)
    signed_in(client, paper.lead)
    for state, reached in (("consultation", "consultation"), ("draft", "draft"),
                           ("finalised", "finalised"), ("reopened", "consultation")):  # fmt: skip
        client.post(f"/papers/{paper.id}/state", data={"state": state})
        assert db.get(Paper, paper.id).state == reached
    refused = client.post(f"/papers/{paper.id}/state", data={"state": "withdrawn", "because": ""})
    assert refused.status_code == 422
    assert db.get(Paper, paper.id).state == "consultation"


def test_a_reader_may_not_change_the_state(client, db):
    paper = a_paper(db, state="consultation")
    signed_in(client, a_member(db, paper.body))
    assert client.post(f"/papers/{paper.id}/state", data={"state": "finalised"}).status_code == 403


@pytest.mark.parametrize("query", ["?page=0", "?page=-1", "?page=99999999", "?state=nonsense",
                                   "?body=nonsense", "?q=" + "x" * 5000])  # fmt: skip
def test_a_strange_list_is_still_a_list(client, db, query):
    signed_in(client, a_paper(db).lead)
    assert client.get(f"/papers{query}").status_code == 200


@pytest.mark.parametrize("query", ["format=exe", "format=pdf&revision=9", "format=pdf&revision=x",
                                   "format=md&against=1", "format=pdf&lines=zigzag",
                                   "format=json&against=-1"])  # fmt: skip
def test_an_export_that_cannot_be_says_why(client, db, query):
    paper = a_paper(db)
    signed_in(client, paper.lead)
    assert client.get(f"/papers/{paper.id}/export?{query}").status_code in (404, 422)


@pytest.mark.parametrize(
    ("kind", "begins"),
    [("pdf", b"%PDF"), ("docx", b"PK"), ("odt", b"PK"), ("html", b"<!"), ("epub", b"PK"),
     ("md", b""), ("json", b"{")],
)  # fmt: skip
def test_a_paper_leaves_in_every_format(client, db, kind, begins):
    paper = a_paper(db)
    signed_in(client, paper.lead)
    form = {"format": kind, "comments": "1"}
    answer = client.post(f"/papers/{paper.id}/export", data=form)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    assert answer.get_data().startswith(begins)
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_redline_leaves_as_a_word_file(client, db):
    paper = a_paper(db)
    signed_in(client, paper.lead)
    client.post(f"/papers/{paper.id}/revisions", data={"title": ""})
    client.post(f"/papers/{paper.id}/title", data={"title": "Neuer Titel"})
    answer = client.get(f"/papers/{paper.id}/export?format=docx&against=1")
    assert answer.status_code == 200


def test_reading_is_noted(client, db):
    paper = a_paper(db, state="consultation")
    reader = a_member(db, paper.body)
    signed_in(client, reader)
    answer = client.post(f"/papers/{paper.id}/read", json={"version": 0})
    assert answer.get_json() == {"version": 0}
    assert client.post(f"/papers/{paper.id}/read", json={"version": 5}).status_code == 422
    assert client.post(f"/papers/{paper.id}/read", json=[]).status_code == 422


def test_an_image_is_for_who_may_read_the_paper(visitor, db, png):
    paper = a_paper(db)
    author, stranger = visitor(), visitor()
    signed_in(author, paper.lead)
    signed_in(stranger, a_member(db, paper.body))
    upload = {"file": (io.BytesIO(png), "bild.png")}
    kept = author.post(f"/papers/{paper.id}/files", data=upload)
    assert kept.status_code == 201, kept.get_data(as_text=True)
    address = f"/papers/{paper.id}/files/{kept.get_json()['file']}"
    assert author.get(address).mimetype == "image/png"
    assert stranger.get(address).status_code == 404


def test_what_is_no_image_is_refused(client, db):
    paper = a_paper(db)
    signed_in(client, paper.lead)
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    upload = {"file": (io.BytesIO(svg), "bild.png")}
    assert client.post(f"/papers/{paper.id}/files", data=upload).status_code == 422
