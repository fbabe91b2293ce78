"""Refusals as HTTP: one table."""

from __future__ import annotations

from itertools import chain

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    jsonify,
    make_response,
    render_template,
    request,
)
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from strategy.catalog import later
from strategy.clock import now
from strategy.domain import log
from strategy.errors import Invalid, Late, NotAllowed, NotFound, Refusal, Stale, TooMany
from strategy.store.base import make_session
from strategy.text.read import Unreadable
from strategy.text.write.typesetter import UntypesetError

STATUS: dict[type[Refusal], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Stale: 409,
    Late: 409,
    Invalid: 422,
    TooMany: 429,
    Unreadable: 422,
    UntypesetError: 422,
}

HTTP_WORDS = {
    400: later("The request could not be understood."),
    401: later("Please sign in first."),
    403: later("You are not allowed to do this."),
    404: later("There is no such page, or you may not see it."),
    405: later("This is not possible here."),
    413: later("This is too large: at most 25 MB."),
    415: later("This kind of content is not accepted here."),
    429: later("Too many attempts. Please wait a moment."),
    500: later("Something went wrong on our side. Your text is kept; please try again."),
    503: later("Too many people are saving at once. Nothing was changed; please try again."),
}


def wants_json() -> bool:
    """Whether a script asks, rather than a person who wants a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return request.is_json or best == "application/json"


def status_of(refusal: Refusal) -> int:
    """The status of the refusal's nearest kind in the table."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


def say(refusal: Refusal) -> str:
    """The refusal in the request's language."""
    return str(gettext(refusal.message, **refusal.facts))


def answer(status: int, words: str, **facts: object) -> Response:
    """An error as JSON for scripts, as a page for people. The transaction is undone."""
    if "db" in g:
        g.db.rollback()
    if wants_json():
        response = jsonify(error=words, **facts)
    else:
        response = make_response(render_template("error.html", status=status, words=words))
    response.status_code = status
    return response


def note_attempt(refusal: Refusal) -> None:
    """Keep that somebody tried what they may not: in a transaction of its own, without content."""
    if request.blueprint == "steps" or not current_user or not current_user.is_authenticated:
        return  # an editor that has not heard yet of a frozen text asks again and again
    if request.endpoint == "topics.support":
        return  # who supports a topic is said nowhere, not even by what was refused
    facts, who = request.view_args or {}, current_user.person.id
    g.db.rollback()  # rendering the answer has taken the writing place once more
    with make_session(current_app.extensions["engine"], writes=True) as own:
        log.refused(
            own,
            str(request.endpoint),
            refusal.message,
            person_id=who,
            paper_id=facts.get("paper_id"),
            session_id=facts.get("session_id"),
            now=now(),
        )
        own.commit()


def init_app(app: Flask) -> None:
    """Answer refusals, HTTP errors and failures."""

    @app.before_request
    def _unreadable() -> None:
        # PostgreSQL keeps no NUL and no file's name has one: nobody has to think of it further on.
        if "\0" in request.path:
            abort(404)
        sent = chain(request.args.listvalues(), request.form.listvalues())
        if any("\0" in each for values in sent for each in values):
            abort(400)

    @app.errorhandler(Refusal)
    def _refusal(refusal: Refusal) -> Response:
        facts: dict[str, object] = {}
        if isinstance(refusal, Invalid):
            facts["field"] = refusal.field
        if isinstance(refusal, Stale):
            facts["version"] = refusal.current
        response = answer(status_of(refusal), say(refusal), **facts)
        if isinstance(refusal, Late | NotAllowed) and request.method not in ("GET", "HEAD"):
            note_attempt(refusal)
        if isinstance(refusal, TooMany):
            response.headers["Retry-After"] = str(refusal.seconds)
        return response

    @app.errorhandler(CSRFError)
    def _forged(_error: CSRFError) -> Response:
        words = gettext("This form has expired. Please go back, reload the page and try again.")
        return answer(400, words)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        if error.code is None or error.code < 400:
            response: Response = error.get_response()  # type: ignore[assignment]
            return response
        return answer(error.code, gettext(HTTP_WORDS.get(error.code, HTTP_WORDS[400])))

    @app.errorhandler(TimeoutError)
    def _busy(_error: TimeoutError) -> Response:
        # Nobody's turn came in time (SQLite writes one after the other): nothing was written.
        app.logger.warning("busy: %s %s", request.method, request.url_rule)
        if "db" in g:
            g.db.close()  # to say it in the reader's language, reading must do
            g.db = make_session(app.extensions["engine"], writes=False)
        response = answer(503, gettext(HTTP_WORDS[503]))
        response.headers["Retry-After"] = "5"
        return response

    @app.errorhandler(Exception)
    def _failure(error: Exception) -> Response:
        app.logger.exception("failed: %s %s", request.method, request.url_rule, exc_info=error)
        if "db" in g:
            g.db.rollback()  # even to say it in the reader's language asks the database
        return answer(500, gettext(HTTP_WORDS[500]))
