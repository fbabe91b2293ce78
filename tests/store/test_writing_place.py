"""Writers wait their turn, readers never wait; on SQLite there is one writing place."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from strategy.store import base
from strategy.store.base import make_engine, make_session
from strategy.store.people import Person
from tests import databases
from tests.builders import a_person


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Person)) or 0


def test_two_who_write_at_once_both_succeed(engine: Engine) -> None:
    failures: list[BaseException] = []
    ready = threading.Barrier(2)

    def write(name: str) -> None:
        try:
            ready.wait()
            for _ in range(10):
                with make_session(engine, writes=True) as session:
                    count(session)  # reads first, as requests do
                    a_person(session, name)
                    session.commit()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=write, args=(name,)) for name in ("Ada", "Ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with make_session(engine) as session:
        assert count(session) == 20


def test_a_reader_does_not_wait_for_a_writer(engine: Engine) -> None:
    with make_session(engine, writes=True) as writer, make_session(engine) as reader:
        a_person(writer)
        assert count(reader) == 0  # what is not committed is not there
        writer.commit()
        reader.rollback()
        assert count(reader) == 1


def test_a_reader_sees_one_moment_while_others_write(engine: Engine) -> None:
    with make_session(engine) as reader:
        assert count(reader) == 0
        with make_session(engine, writes=True) as writer:
            a_person(writer)
            writer.commit()
        if engine.dialect.name == "sqlite":  # PostgreSQL shows each statement what is committed
            assert count(reader) == 0


def test_what_is_undone_or_given_up_leaves_the_writing_place_free(engine: Engine) -> None:
    with make_session(engine, writes=True) as first:
        a_person(first)
        first.rollback()
    with make_session(engine, writes=True) as second:
        a_person(second)  # closed without a word
    with pytest.raises(ZeroDivisionError), make_session(engine, writes=True) as third:
        a_person(third)
        _ = 1 / 0
    with make_session(engine, writes=True) as last:
        a_person(last)
        last.commit()
        assert count(last) == 1


def test_another_process_that_holds_the_place_for_long_harms_once_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "LONGEST_WAIT", 0.05)
    address = databases.sqlite_address(tmp_path)
    here, elsewhere = make_engine(address), make_engine(address)
    with make_session(elsewhere, writes=True) as other:
        a_person(other)
        with make_session(here, writes=True) as late, pytest.raises(OperationalError):
            a_person(late)
        other.commit()
    with make_session(here, writes=True) as again:
        a_person(again)
        again.commit()
        assert count(again) == 2
    here.dispose()
    elsewhere.dispose()
