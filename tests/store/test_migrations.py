"""The migrations and the tables say the same; up and down lead there and back."""

from __future__ import annotations

from contextlib import suppress

import pysqlite3.dbapi2 as sqlite
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, text

from strategy.domain import comments, revisions
from strategy.store import migrate
from strategy.store.tables import Base
from tests.builders import NOON, a_body, a_member, a_paper


def _down(engine, to="base"):
    with migrate.migrating(engine) as config:
        command.downgrade(config, to)


def test_the_migrations_make_what_the_tables_say(engine):
    assert migrate.is_newest(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_last_file_is_the_head():
    assert ScriptDirectory(str(migrate.FOLDER)).get_heads() == [migrate.newest()]


def test_a_second_time_changes_nothing(engine):
    migrate.to_newest(engine)
    assert migrate.is_newest(engine)


def test_down_leaves_nothing_behind_and_up_makes_it_whole_again(engine):
    _down(engine)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    assert not migrate.is_newest(engine)
    migrate.to_newest(engine)
    assert set(inspect(engine).get_table_names()) >= set(Base.metadata.tables)


def test_what_was_there_before_sessions_is_there_after(engine, db):
    """Changing the papers' table leaves alone what hangs from papers."""
    body = a_body(db)
    author = a_member(db, body)
    a_paper(db, body=body, lead=author, state="finalised", readers=[a_member(db, body)])
    asked = a_paper(db, body=body, lead=author)
    comments.add(db, asked, "Wieso?", kind="question", by=author, now=NOON)
    revisions.take(db, asked, "Die erste", by=author, now=NOON)
    db.commit()
    before = _counts(engine)
    db.close()
    _down(engine, "0001")
    assert inspect(engine).has_table("sessions") is False
    migrate.to_newest(engine)
    assert _counts(engine) == before
    with engine.connect() as connection:
        state, kind = connection.execute(text("SELECT state, kind FROM papers ORDER BY id")).first()
    assert (state, kind) == ("finalised", "ordinary")


def _counts(engine):
    with engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }


def test_a_migration_that_breaks_a_reference_changes_nothing(engine):
    if engine.dialect.name != "sqlite":
        return  # PostgreSQL checks by itself
    with (
        pytest.raises(RuntimeError, match="breaks references"),
        migrate.migrating(engine) as config,
    ):
        connection = config.attributes["connection"]
        connection.exec_driver_sql(
            "INSERT INTO members (body_id, person_id, role, made_at)"
            " VALUES (77, 77, 'guest', '2026-09-07')"
        )
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM members").scalar() == 0
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


ONLY_ADDED = (
    "rules", "session_moves", "tablings", "tablings_taken_back", "urgency_votes", "decisions",
    "dissents", "strategies", "plans", "demands", "demanded_items", "demands_met",
    "demand_sessions", "line_maps", "amendment_motions", "amendment_texts",
    "amendment_urgency_votes", "amendment_recommendations", "amendment_answers",
    "amendment_results", "tabling_attachments",
)  # fmt: skip


@pytest.mark.parametrize("table", ONLY_ADDED)
def test_the_database_itself_refuses_to_change_what_is_only_added(engine, table):
    """Whoever reaches the database past the rules still changes no stamp, vote or decision."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            found = connection.exec_driver_sql(
                "SELECT group_concat(sql) FROM sqlite_master"
                f" WHERE type = 'trigger' AND tbl_name = '{table}'"
            ).scalar()
            assert "BEFORE UPDATE" in found
            assert "BEFORE DELETE" in found
        else:
            found = connection.exec_driver_sql(
                "SELECT count(*) FROM pg_trigger WHERE tgname = 'only_added'"
                f" AND tgrelid = '{table}'::regclass AND tgenabled <> 'D'"
            ).scalar()
            assert found == 1


@pytest.mark.parametrize("table", [*ONLY_ADDED, "demand_signatures"])
def test_nobody_replaces_what_is_only_added(engine, table):
    """SQLite deletes what INSERT OR REPLACE replaces without asking the triggers."""
    if engine.dialect.name != "sqlite":
        return  # PostgreSQL has no such statement
    columns = [each.name for each in Base.metadata.tables[table].columns]
    first = [each.name for each in Base.metadata.tables[table].primary_key]
    hidden = ["rowid"] if len(first) > 1 else []  # a single number is the rowid itself
    unique = inspect(engine).get_unique_constraints(table)
    keys = [first, *([hidden] if hidden else []), *(each["column_names"] for each in unique)]
    raw = engine.raw_connection()
    try:  # somebody with the file and a program of their own, to whom no constraint matters
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("PRAGMA ignore_check_constraints=ON")
        _insert(raw, "INSERT", table, dict.fromkeys([*hidden, *columns], 1))
        before = raw.execute(f"SELECT rowid, * FROM {table}").fetchall()
        for key in keys:
            other = dict.fromkeys([*hidden, *columns], 2)
            with suppress(sqlite.IntegrityError):
                _insert(raw, "INSERT OR REPLACE", table, other | dict.fromkeys(key, 1))
            assert raw.execute(f"SELECT rowid, * FROM {table}").fetchall() == before, key
    finally:
        raw.invalidate()


def test_what_is_not_deleted_is_not_replaced_either(engine):
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        found = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%{}'"
        deleted, replaced = (
            set(connection.exec_driver_sql(found.format(end).replace("%", "%%")).scalars())
            for end in ("_no_delete", "_no_replace")
        )
    assert deleted == replaced == {*ONLY_ADDED, "demand_signatures"}


def _insert(raw, how, table, row):
    marks = ", ".join("?" * len(row))
    raw.execute(f"{how} INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
