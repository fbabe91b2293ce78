"""The command line, as scripts use it."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from itertools import pairwise

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from strategy.cli import main
from strategy.clock import now
from strategy.demo.board import BOARD
from strategy.domain import lines, tablings
from strategy.store.base import make_session
from strategy.store.bodies import Body
from strategy.store.people import Person
from tests import databases
from tests.builders import NOON, a_paper, a_task
from tests.domain.test_amendments import World as Amended
from tests.domain.test_tablings import World
from tests.text.write import sample
from tests.text.write.test_packet import numbered, pages, starts

DRAFT = "# Ziel\n\nWir wollen **Sonne**.\n\n- eins\n- zwei\n"


@pytest.fixture
def vorlauf(tmp_path, engine):
    """Run a command on an empty database: its exit code and what it printed."""
    environment = {
        "VORLAUF_DATA": str(tmp_path),
        "VORLAUF_DATABASE_URL": databases.address_of(engine),
        "VORLAUF_REDIS_URL": "",
    }

    def run(*words, code=0):
        answer = CliRunner().invoke(main, [str(word) for word in words], env=environment)
        assert answer.exit_code == code, (answer.output, answer.stderr, answer.exception)
        return answer

    return run


@pytest.fixture
def board(vorlauf):
    """A body with a chair."""
    vorlauf("init")
    vorlauf("person", "add", "ada@example.org", "Ada Ahrens")
    vorlauf("body", "add", "vorstand", "Landesvorstand")
    vorlauf("member", "add", "vorstand", "ada@example.org", "chair")


@pytest.fixture
def paper(vorlauf, board, tmp_path):
    """A paper from a file; its id."""
    file = tmp_path / "sonne.md"
    file.write_text(DRAFT)
    answer = vorlauf("paper", "import", file, "--body", "vorstand", "--lead", "ada@example.org",
                     "--title", "Sonne für alle")  # fmt: skip
    return answer.output.strip()


def test_from_an_empty_database_to_an_exported_paper(vorlauf, paper, tmp_path):
    assert vorlauf("paper", "revise", paper, "--title", "erster Aufschlag").output.strip() == "1"
    (listed,) = json.loads(vorlauf("paper", "revisions", paper, "--json").output)["revisions"]
    assert listed["title"] == "erster Aufschlag"
    out = tmp_path / "sonne.json"
    vorlauf("paper", "export", paper, "--format", "json", "--revision", "1", "-o", out)
    assert "Wir wollen " in out.read_text()
    assert "in order" in vorlauf("verify").output


def test_the_report_of_an_import_comes_as_json(vorlauf, board, tmp_path):
    file = tmp_path / "x.html"
    file.write_text("<p>Text</p><script>alert(1)</script>")
    answer = vorlauf("paper", "import", file, "--body", "vorstand", "--lead", "ada@example.org",
                     "--json")  # fmt: skip
    assert isinstance(json.loads(answer.output)["report"], list)


def test_a_refusal_ends_with_one_and_says_why(vorlauf, board, tmp_path):
    broken = tmp_path / "kaputt.docx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    answer = vorlauf("paper", "import", broken, "--body", "vorstand", "--lead", "ada@example.org",
                     code=1)  # fmt: skip
    assert answer.stderr.strip()
    assert vorlauf("paper", "revisions", "99", code=1).stderr.strip() == "There is no such paper."
    vorlauf("sign-in-link", "niemand@example.org", code=1)
    vorlauf("member", "add", "vorstand", "ada@example.org", "emperor", code=1)


def test_wrong_usage_ends_with_two(vorlauf):
    vorlauf("paper", "export", code=2)
    vorlauf("fly", code=2)


def test_a_sign_in_link_leads_to_the_server(vorlauf, board):
    assert "/sign-in/" in vorlauf("sign-in-link", "ada@example.org").output


def test_two_files_stand_beside_each_other_without_a_database(vorlauf, tmp_path):
    old, new = tmp_path / "alt.md", tmp_path / "neu.md"
    old.write_text("# Ziel\n\nWir wollen Sonne.\n")
    new.write_text("# Ziel\n\nWir wollen Wind.\n")
    for kind, begin in (("pdf", b"%PDF"), ("docx", b"PK")):
        out = tmp_path / f"synopse.{kind}"
        vorlauf("compare", old, new, "--synopsis", "--format", kind, "-o", out)
        assert out.read_bytes().startswith(begin)
    refused = vorlauf("compare", old, new, "--synopsis", "-o", tmp_path / "x.html", code=1)
    assert "PDF" in refused.stderr


def test_two_files_are_compared_without_a_database(vorlauf, tmp_path):
    old, new, out = tmp_path / "alt.md", tmp_path / "neu.md", tmp_path / "vergleich.html"
    old.write_text("Wir wollen Sonne.\n")
    new.write_text("Wir wollen Sonne und Wind.\n")
    vorlauf("compare", old, new, "-o", out)
    assert "<ins" in out.read_text()
    vorlauf("compare", old, new, "--format", "docx", "-o", tmp_path / "vergleich.docx")
    with zipfile.ZipFile(tmp_path / "vergleich.docx") as packed:
        assert b"<w:ins " in packed.read("word/document.xml")


def test_the_demo_fills_an_empty_database_once_and_so_does_its_backup(vorlauf, tmp_path, engine):
    assert "Sign in as" in vorlauf("demo").output
    assert "nothing was changed" in vorlauf("demo").output
    assert len(BOARD) == 14
    file = tmp_path / "sicherung.zip"
    saved = json.loads(vorlauf("backup", file, "--json").output)["rows"]
    vorlauf("restore", file, code=1)
    if engine.dialect.name == "postgresql":
        databases.emptied(engine)
        again = vorlauf
    else:
        elsewhere = {"VORLAUF_DATA": str(tmp_path / "neu"), "VORLAUF_DATABASE_URL": ""}

        def again(*words):
            answer = CliRunner().invoke(main, [str(word) for word in words], env=elsewhere)
            assert answer.exit_code == 0, answer.output
            return answer

    assert json.loads(again("restore", file, "--json").output)["rows"] == saved
    assert "29 papers" in again("verify").output
    again("person", "add", "neu@example.org", "Neu Hier")


def test_a_packet_has_the_line_numbers_of_the_papers_own_export(vorlauf, db, tmp_path):
    world = World(db)
    world.paper = a_paper(
        db, body=world.body, lead=world.lead, state="consultation", text=sample.long_paper(2)
    )
    world.table()
    other = a_paper(db, body=world.body, lead=world.lead, state="consultation",
                    text=sample.long_paper(1))  # fmt: skip
    world.table(paper=other)
    db.commit()
    out, alone = tmp_path / "mappe.pdf", tmp_path / "papier.pdf"
    said = json.loads(vorlauf("session", "packet", world.session.id, "-o", out, "--json").output)
    assert said["papers"] == 2
    made = out.read_bytes()
    begins = [*(page for _, page in starts(made)[1:]), len(pages(made))]
    for paper, (first, last) in zip((world.paper, other), pairwise(begins), strict=True):
        vorlauf("paper", "export", paper.id, "--revision", 1, "--lines", "continuous", "-o", alone)
        wanted = numbered(alone.read_bytes(), 1, len(pages(alone.read_bytes())))
        assert len(wanted) > 50
        assert numbered(made, first, last) == wanted
    vorlauf("session", "packet", world.session.id, "-o", tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == made


def test_a_packet_comes_as_single_files_and_without_confidential_items(vorlauf, db, tmp_path):
    world = World(db)
    world.table()
    world.table(paper=a_paper(db, body=world.body, lead=world.lead, state="consultation"))
    tablings.standing(db, world.paper).item.is_confidential = True
    db.commit()
    out = tmp_path / "mappe.zip"
    for options, count in (((), 3), (("--for-guests",), 2)):
        vorlauf("session", "packet", world.session.id, "--zip", *options, "-o", out)
        assert len(zipfile.ZipFile(out).namelist()) == count
    said = vorlauf("session", "packet", "999", "-o", out, code=1).stderr
    assert said.strip() == "There is no such session."


def test_a_packet_has_the_amendments_where_they_are_wanted(vorlauf, db, tmp_path):
    hall = Amended(db)
    hall.moved("sofort", "morgen")
    lines.freeze(db, hall.paper, hall.tabling.revision, now=NOON)
    db.commit()
    out = tmp_path / "mappe.zip"
    for options, count in (((), 2), (("--amendments",), 3)):
        vorlauf("session", "packet", hall.session.id, "--zip", *options, "-o", out)
        assert len(zipfile.ZipFile(out).namelist()) == count


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all"])
def test_what_is_no_backup_is_refused(vorlauf, tmp_path, data):
    file = tmp_path / "x.zip"
    file.write_bytes(data)
    vorlauf("restore", file, code=1)


def test_the_archive_can_be_read_without_us(vorlauf, paper, tmp_path):
    vorlauf("paper", "revise", paper, "--title", "eins")
    file = tmp_path / "archiv.zip"
    vorlauf("archive", file)
    packed = zipfile.ZipFile(io.BytesIO(file.read_bytes()))
    inner = [name.split("/", 2)[2] for name in packed.namelist() if name.count("/") == 2]
    assert inner == ["text.html", "text.json", "revision-1.html", "revision-1.json", "paper.json"]


def test_the_doctor_finds_nothing_wrong_here(vorlauf, board):
    answer = vorlauf("doctor", "--json")
    assert json.loads(answer.output)["problems"] == []


def test_reminders_are_queued_once(vorlauf, paper, engine):
    with make_session(engine, writes=True) as db:
        body = db.scalars(select(Body)).one()
        ada = db.scalars(select(Person)).one()
        late = now() - timedelta(days=3)
        a_task(db, body, ada, due_on=late.date(), made_at=late)
        db.commit()
    found = [json.loads(vorlauf("remind", "--json").output) for _ in range(2)]
    assert [each["reminders"] for each in found] == [1, 0]
    assert vorlauf("remind").output == "Reminders: 0. Digests: 0.\n"
