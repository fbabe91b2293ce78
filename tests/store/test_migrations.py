"""The migrations and the tables say the same; up and down lead there and back."""

from __future__ import annotations

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
    "demand_sessions", "line_maps",
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
