"""The living text over HTTP and WebSocket: read it, hear of steps, add steps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, jsonify, request
from flask_babel import get_locale, gettext
from flask_login import current_user

from strategy.domain import devices, papers, policy
from strategy.domain import steps as log
from strategy.errors import Invalid
from strategy.live import messages, rooms, websocket
from strategy.live.access import Pass
from strategy.live.page import Page
from strategy.live.room import Batch, Outcome, Room
from strategy.store.papers import Paper
from strategy.web.errors import say
from strategy.web.request import (
    actor,
    db,
    integer,
    number_in_address,
    only_reads,
    settings,
)

bp = Blueprint("steps", __name__)

MOST_PAGES = 50
"""Live connections that one person may have in one process."""
LONGEST_WAIT = 25
"""Seconds that a request may wait for news."""
LONGEST_ANSWER = 5_000
"""Steps in one answer; who needs more asks again."""
WRITE_WAIT = 20
"""Seconds that a request waits until its steps are durable."""


def _signed_in(view: Callable[..., Response]) -> Callable[..., Response]:
    """Let scripts know with 401 that the session is over, instead of sending them to a form."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Response:
        if not current_user.is_authenticated:
            return _json({"error": gettext("Please sign in first.")}, 401)
        return view(*args, **kwargs)

    return checked


def _json(message: dict[str, Any] | bytes, status: int = 200) -> Response:
    if isinstance(message, bytes):
        return Response(message, status, mimetype="application/json")
    answer = jsonify(message)
    answer.status_code = status
    return answer


def _paper(paper_id: int) -> Paper:
    return papers.find(db(), number_in_address(paper_id), reader=actor())


def _room(paper_id: int) -> Room:
    """The paper's room. The request's own transaction ends here: what follows may take long."""
    db().rollback()
    return rooms.here().room(paper_id)


@bp.get("/papers/<int:paper_id>/doc")
@_signed_in
def doc(paper_id: int) -> Response:
    """The newest version and its document."""
    paper = _paper(paper_id)
    seen = paper.version
    room = _room(paper_id)
    if room.settled < seen:
        version, text = log.document(db(), _paper(paper_id))
        return _json({"version": version, "doc": text})
    return _json(room.body())


@bp.get("/papers/<int:paper_id>/steps")
@_signed_in
def since(paper_id: int) -> Response:
    """The steps after version `since`; with `wait`, seconds to wait until there are some."""
    paper = _paper(paper_id)
    version = integer(request.args.get("since", ""), "since", most=messages.MOST_VERSION)
    wait = integer(request.args.get("wait", "0"), "wait", most=LONGEST_WAIT)
    if version >= paper.version and wait:
        _room(paper_id).wait_for_news(version, wait)
        if not devices.is_live(db(), current_user.device_id):  # it may have ended while we waited
            return _json({"error": gettext("Please sign in first.")}, 401)
        _paper(paper_id)
    rows = log.since(db(), paper_id, version, most=LONGEST_ANSWER)
    return _json(messages.accepted(version, rows))


@bp.post("/papers/<int:paper_id>/steps")
@only_reads
@_signed_in
def add(paper_id: int) -> Response:
    """Add a batch; answered when it is durable: 200, 409 behind, 422 refused."""
    if (request.content_length or 0) > websocket.LONGEST_MESSAGE:
        abort(413)
    paper, person = _paper(paper_id), actor()
    policy.require(policy.may_suggest, person, paper)
    suggests = not policy.may_edit(person, paper)
    try:
        told = messages.read(request.get_data())
        if not isinstance(told, messages.Steps):
            raise messages.Unreadable("This message cannot be read.")
    except messages.Unreadable as wrong:
        return _json(messages.refused(wrong.batch, say(wrong)), 422)
    person_id = person.id
    room = _room(paper_id)
    decided = threading.Event()
    outcomes: list[Outcome] = []

    def answer(outcome: Outcome) -> None:
        outcomes.append(outcome)
        decided.set()

    room.submit(
        Batch(
            told.version,
            told.steps,
            told.client,
            told.batch,
            person_id,
            answer,
            suggests=suggests,
        )
    )
    decided.wait(WRITE_WAIT)
    return _outcome(room, told, outcomes[0] if outcomes else Outcome("busy"))


def _outcome(room: Room, told: messages.Steps, outcome: Outcome) -> Response:
    if outcome.kind == "accepted":
        rows = room.rows_since(told.version)
        if rows is None:
            rows = log.since(db(), room.paper_id, told.version, most=LONGEST_ANSWER)
        return _json(messages.accepted(told.version, rows))
    if outcome.kind == "behind":
        return _json(messages.behind(outcome.version), 409)
    if outcome.kind == "refused" and outcome.refusal is not None:
        return _json(messages.refused(told.batch, say(outcome.refusal)), 422)
    response = _json({"error": gettext("Please try again in a moment.")}, 503)
    response.headers["Retry-After"] = "2"
    return response


class Taken(Response):
    """The answer of a connection that has become a WebSocket: there is nothing more to send."""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Tell gunicorn that this connection is done with."""
        raise StopIteration


@bp.get("/papers/<int:paper_id>/live", websocket=True)
def live(paper_id: int) -> Response:
    """A WebSocket into the paper's room: `?version=n&client=id`."""
    wire = request.environ.get("gunicorn.socket")
    opening = websocket.accept(request.headers, request.method)
    if opening is None or wire is None:
        response = _json({"error": gettext("A WebSocket was expected.")}, 426)
        response.headers["Upgrade"] = "websocket"
        return response
    if not _from_our_pages():
        return _json({"error": gettext("You are not allowed to do this.")}, 403)
    version = integer(request.args.get("version", ""), "version", most=messages.MOST_VERSION)
    client = request.args.get("client", "")
    if messages.CLIENT.fullmatch(client) is None:
        raise Invalid("client", "This is not a client's id.")
    try:
        _converse(wire, opening, paper_id, version, client)
    except OSError:
        pass
    except Exception:
        # Never let an error page be written into the socket.
        current_app.logger.exception("a live connection failed")
    return Taken()


def _from_our_pages() -> bool:
    origin = urlsplit(request.headers.get("Origin", ""))
    ours = {urlsplit(request.host_url).netloc, urlsplit(settings().external).netloc}
    return origin.scheme in {"http", "https"} and origin.netloc in ours


def _converse(wire: Any, opening: bytes, paper_id: int, version: int, client: str) -> None:
    wire.sendall(opening)
    lang = str(get_locale() or "de")
    name, may = _pass(paper_id)
    # From here on nothing may ask the request's own session: it would hold its connection to
    # the database for as long as the page is open.
    db().close()
    registry = rooms.here()
    ended = may.ended
    if registry.turned_away:
        ended = websocket.RESTARTING
    if sum(page.person_id == may.person_id for page in registry.pages()) >= MOST_PAGES:
        ended = websocket.BUSY
    if not ended:
        room = registry.room(paper_id)
        owner = room.know(client).person_id or room.presence.whose(client)
        if owner is not None and owner != may.person_id:
            ended = websocket.NOT_ALLOWED
    if ended:
        wire.sendall(websocket.close_frame(ended))
        return
    Page(wire, room, may, client=client, name=name, lang=lang).open(version)


def _pass(paper_id: int) -> tuple[str, Pass]:
    """Who comes, and what they may do here."""
    if not current_user.is_authenticated:
        return "", Pass(paper_id, 0, 0, ended=websocket.NOT_SIGNED_IN)
    person = actor()
    may = Pass(paper_id, person.id, current_user.device_id)
    may.use(current_app.extensions["engine"])
    return person.name, may
