"""What most tests stand on: each database, a session on it, the application and a visitor."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from strategy.live.rooms import Rooms
from strategy.settings import Settings
from strategy.store.base import make_session
from tests import databases
from tests.visitor import Visitor

SECRET = "a secret key of tests alone"

gc.set_threshold(100_000, 50, 100)  # a fifth of all time went into looking for garbage
# Nothing is timed in a test: how long an example takes is the machine's business.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


@pytest.fixture(params=databases.KINDS)
def engine(request: pytest.FixtureRequest) -> Engine:
    """An empty database: the test runs once on each kind."""
    if request.param == "postgresql":
        return databases.emptied(databases.postgresql())
    return databases.sqlite()


@pytest.fixture
def db(engine: Engine) -> Iterator[Session]:
    """A session that writes, as a request's that posts. Commit it before another one writes."""
    session = make_session(engine, writes=True)
    yield session
    session.rollback()
    session.close()


@pytest.fixture
def settings(engine: Engine, tmp_path: Path) -> Settings:
    """Settings on the test's database; mails become files in `tmp_path/mail`."""
    return Settings(
        data=str(tmp_path),
        database_url=databases.address_of(engine),
        secret_key=SECRET,
        external_url="http://localhost",
        mail_url=f"file://{tmp_path / 'mail'}",
        mail_from="vorlauf@example.org",
    )


@cache
def _application(address: str) -> tuple[Flask, Engine]:
    """The whole application on a process's database, made once, and the engine made for it."""
    from strategy.app import create_app

    app = create_app(Settings(database_url=address, secret_key=SECRET))
    app.test_client_class = Visitor
    return app, app.extensions["engine"]


@pytest.fixture
def app(request: pytest.FixtureRequest, settings: Settings, engine: Engine) -> Iterator[Flask]:
    """The whole application, with this test's settings and nothing known of another one.

    A test that gives it views is marked `own_app`: then it is made for that test alone.
    """
    make = _application
    if request.node.get_closest_marker("own_app"):
        make = _application.__wrapped__
    app, its_own = make(settings.database)
    app.config["SETTINGS"] = settings
    app.extensions["engine"] = engine  # like its own, but what was compiled for it is kept
    app.extensions["rooms"] = Rooms(its_own, settings.redis_url)
    yield app
    app.extensions["rooms"].forget()
    engine.dispose()
    its_own.dispose()


@pytest.fixture
def visitor(app: Flask, db: Session) -> Callable[[], Visitor]:
    """Makes visitors, each a browser of its own: `ada, ben = visitor(), visitor()`."""

    def arrive() -> Visitor:
        client = cast("Visitor", app.test_client())
        client.db = db
        return client

    return arrive


@pytest.fixture
def client(visitor: Callable[[], Visitor]) -> Visitor:
    """A visitor who is not signed in."""
    return visitor()
