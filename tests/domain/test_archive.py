"""The archive: every table is in it or named with a reason; it can be read; it tells no secret."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from sqlalchemy import func, select

from strategy import demo
from strategy.clock import now
from strategy.domain import archive, archive_rows
from strategy.store.agenda import Item
from strategy.store.bodies import Body
from strategy.store.decisions import Decision
from strategy.store.people import Person
from strategy.store.sessions import Session
from strategy.store.tables import Base
from strategy.store.topics import Support
from tests.builders import NOON, a_body, a_member, a_session, a_topic, later


def saved(db, tmp_path):
    file = tmp_path / "archive.zip"
    archive.save(db, file, now=now())
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_every_table_is_in_the_archive_or_named_with_a_reason():
    """A new table has to be put somewhere: nothing that the board owns is forgotten."""
    rows = [name for tables in archive_rows.NOUNS.values() for name in tables]
    placed = [*rows, *archive_rows.COUNTED, *archive_rows.FILES, *archive_rows.LEFT_OUT]
    assert sorted(placed) == sorted(Base.metadata.tables)
    assert all(archive_rows.LEFT_OUT.values())
    for table, columns in [*archive_rows.HIDDEN.items(), *archive_rows.PARSED.items()]:
        assert columns <= set(Base.metadata.tables[table].columns.keys())


def test_no_row_of_a_whole_year_is_missing(db, tmp_path):
    demo.fill(db, now=now())
    files = saved(db, tmp_path)
    for noun, tables in archive_rows.NOUNS.items():
        said = json.loads(files[f"data/{noun}.json"])
        for name in tables:
            table = Base.metadata.tables[name]
            there = db.scalar(select(func.count()).select_from(table))
            assert len(said[name]) == there, name
            hidden = archive_rows.HIDDEN.get(name, set())
            for row in said[name][:1]:
                assert set(row) >= set(table.columns.keys()) - hidden
                assert not set(row) & hidden
    for person in db.scalars(select(Person)):
        assert person.password
        assert not any(person.password.encode() in each for each in files.values())
    for body in db.scalars(select(Body)):
        register = list(csv.DictReader(
            io.StringIO(files[f"{body.slug}/decisions.csv"].decode("utf-8-sig")), delimiter=";"
        ))  # fmt: skip
        made = db.scalars(select(Decision).where(Decision.body_id == body.id)).all()
        assert {each["Beschluss"] for each in register} == {each.number for each in made}
    for session in db.scalars(select(Session)):
        name = f"{session.body.slug}/sessions/{session.number.replace('/', '-')}.html"
        page = files[name].decode()
        for decision in db.scalars(select(Decision).where(Decision.session_id == session.id)):
            assert decision.number in page
    assert b"versp\xc3\xa4tet um" in b"".join(
        each for name, each in files.items() if "/sessions/" in name
    )
    left = files["README.txt"].decode()
    assert all(name in left for name in archive_rows.LEFT_OUT)


def test_what_pages_show_as_counts_stands_there_as_counts(db, tmp_path):
    body = a_body(db)
    topic = a_topic(db, body, a_member(db, body))
    for _ in range(3):
        db.add(Support(topic_id=topic.id, person_id=a_member(db, body).id, at=NOON))
    db.flush()
    said = json.loads(saved(db, tmp_path)["data/topics.json"])
    assert said["topic_supports"] == [{"topic_id": topic.id, "count": 3}]
    with_people = {
        name for name in archive_rows.COUNTED if "person_id" in Base.metadata.tables[name].columns
    }
    assert with_people == {
        "item_marks", "topic_supports", "topic_weights", "readings", "tabling_backings",
        "poll_votes",
    }  # fmt: skip
    for noun in json.loads(json.dumps(archive_rows.nouns(db, now=NOON))).values():
        for name in with_people & set(noun):
            assert not any("person" in key for row in noun[name] for key in row)


@pytest.mark.parametrize("title", ["=1+1", "+49", "@SUM(A1)", "-2"])
def test_no_cell_of_the_register_is_a_formula(db, tmp_path, title):
    body = a_body(db, "vorstand")
    chair = a_member(db, body, "chair")
    session = a_session(db, body, in_days=1, state="running")

    item = Item(body_id=body.id, session_id=session.id, title=title, made_at=NOON)
    db.add(item)
    db.flush()
    db.add(
        Decision(
            body_id=body.id,
            year=2026,
            serial=1,
            session_id=session.id,
            item_id=item.id,
            title=title,
            outcome="adopted",
            text=title,
            by_id=chair.id,
            at=later(days=1),
        )
    )
    db.flush()
    register = saved(db, tmp_path)["vorstand/decisions.csv"].decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(register), delimiter=";")
    assert (row["Titel"], row["Text"]) == (f"'{title}", f"'{title}")
