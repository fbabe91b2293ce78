"""The migrations and the tables say the same; up and down lead there and back."""

from __future__ import annotations

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from strategy.store import migrate
from strategy.store.tables import Base


def _down(engine):
    config = migrate._config()
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")


def test_the_migrations_make_what_the_tables_say(engine):
    assert migrate.is_newest(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_second_time_changes_nothing(engine):
    migrate.to_newest(engine)
    assert migrate.is_newest(engine)


def test_down_leaves_nothing_behind_and_up_makes_it_whole_again(engine):
    _down(engine)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    assert not migrate.is_newest(engine)
    migrate.to_newest(engine)
    assert set(inspect(engine).get_table_names()) >= set(Base.metadata.tables)
