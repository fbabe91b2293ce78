"""Which mails I get, the link in each that ends them, and my sessions as a calendar feed."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import choices, feeds, throttle
from strategy.errors import NotFound
from strategy.web.people import profile
from strategy.web.request import actor, begin_writing, db, done, settings

bp = Blueprint("notices", __name__)


@bp.post("/me/notices")
@login_required
def choose() -> ResponseReturnValue:
    """Have each kind of notices the way that I choose."""
    ways = {kind: request.form[kind] for kind in choices.KINDS if kind in request.form}
    choices.choose(db(), actor(), ways)
    done("Your changes are kept.")
    return redirect(url_for("people.me") + "#notices")


@bp.post("/me/calendar")
@login_required
def make_feed() -> ResponseReturnValue:
    """Make my feed, anew if there was one; its address is shown this once."""
    token = feeds.make(db(), actor(), is_neutral=request.form.get("neutral") == "1", now=now())
    return profile(feed_address=feeds.address(settings().external, token)), 201


@bp.post("/me/calendar/end")
@login_required
def end_feed() -> ResponseReturnValue:
    """Revoke my feed."""
    feeds.revoke(db(), actor())
    done("The calendar address works no longer.")
    return redirect(url_for("people.me") + "#calendar")


@bp.get("/mute/<token>")
def ask_to_mute(token: str) -> ResponseReturnValue:
    """A button: programs that look at every link of a mail press none."""
    _, kind = choices.read(db(), settings().key(), token)
    return render_template("people/mute.html", token=token, kind=kind, is_done=False)


@bp.post("/mute/<token>")
def mute(token: str) -> ResponseReturnValue:
    """End such mails: by the button, or by the mail program itself (RFC 8058)."""
    person, kind = choices.read(db(), settings().key(), token)
    choices.mute(db(), person, kind)
    return render_template("people/mute.html", token=token, kind=kind, is_done=True)


@bp.get("/calendar/<token>.ics")
def feed(token: str) -> ResponseReturnValue:
    """My sessions, for calendars. What they may not have they are told nothing about."""
    key, base = settings().key(), settings().external
    begin_writing()
    try:
        found = feeds.find(db(), token)
    except NotFound:
        network = throttle.network_key(key, "calendar", request.remote_addr or "")
        throttle.attempt(db(), {network: throttle.FEEDS_NETWORK}, now=now())
        db().commit()  # counted, though the answer undoes what a request has written
        return Response(status=404)
    mine = throttle.account_key(key, "calendar", str(found.person_id))
    throttle.attempt(db(), {mine: throttle.FEED}, now=now())
    answer = Response(feeds.file(db(), found, base=base, now=now()), mimetype="text/calendar")
    answer.set_etag(found.digest)
    answer.last_modified = found.changed_at
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)
