"""The composition root: settings, engine, one database session per request, the parts."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from strategy.live import rooms
from strategy.settings import Settings, shipped
from strategy.store import tables  # noqa: F401  every table is known before the first query
from strategy.store.base import make_engine, make_session
from strategy.web import blueprints, errors, headers, language, notices, pages, sign_in, words
from strategy.web.request import Address, DatabaseNumber, StrictJson

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_REQUEST = 26 * 1024 * 1024
"""Bytes: an upload of 25 MB and its form around it."""


def create_app(settings: Settings) -> Flask:
    """The web application for `settings`."""
    app = Flask("strategy", template_folder=str(shipped("templates")), static_folder=None)
    app.json = StrictJson(app)
    app.url_rule_class = Address
    app.url_map.converters["int"] = DatabaseNumber
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.key(),
        MAX_CONTENT_LENGTH=MAX_REQUEST,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST,
        SESSION_COOKIE_NAME="vorlauf",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="de",
        BABEL_DEFAULT_TIMEZONE="Europe/Berlin",
        DIST=shipped("static") / "dist",
        DOCS=shipped("docs"),
    )
    if settings.secure:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.extensions["engine"] = make_engine(settings.database)
    _one_session_per_request(app)
    Babel(app, locale_selector=language.choose)
    language.init_app(app)  # before the first thing that may refuse a request
    csrf = CSRFProtect(app)
    rooms.init_app(app)
    for part in (headers, errors, sign_in, pages, words):
        part.init_app(app)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    csrf.exempt(notices.mute)  # mail programs post to it, and its address is the proof
    return app


def _one_session_per_request(app: Flask) -> None:
    """A request is a transaction: kept when the answer is below 400, else undone."""

    @app.before_request
    def _begin() -> None:
        view: Any = app.view_functions.get(request.endpoint or "")
        writes = request.method not in SAFE and not getattr(view, "only_reads", False)
        g.db = make_session(app.extensions["engine"], writes=writes)
        g.after_commit = []

    @app.after_request
    def _end(response: Any) -> ResponseReturnValue:
        if "db" in g:
            if response.status_code < 400:
                g.db.commit()
                for act in g.after_commit:
                    act()
            else:
                g.db.rollback()
        return response  # type: ignore[no-any-return]

    @app.teardown_request
    def _close(_error: BaseException | None) -> None:
        db = g.pop("db", None)
        if db is not None:
            db.close()
