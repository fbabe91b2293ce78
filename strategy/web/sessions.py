"""Sessions over HTTP: the list, one with its agenda, planned, convened, moved, held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import (
    attendance,
    backlog,
    bodies,
    calendar,
    days,
    demands,
    marks,
    minutes,
    moving,
    notices,
    overview,
    policy,
    sessions,
    tasks,
)
from strategy.errors import Invalid, NotFound, Refusal
from strategy.store.bodies import Body
from strategy.store.demands import Demand
from strategy.store.sessions import KINDS, Session
from strategy.text.write.html import fragment
from strategy.web.papers import file_address
from strategy.web.request import actor, db, done, form, integer, moment, number_in_address, settings

bp = Blueprint("sessions", __name__, url_prefix="/sessions")


def found(session_id: int) -> Session:
    """The session of an address, if the actor may know of it."""
    return sessions.find(db(), number_in_address(session_id), reader=actor())


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """What lies ahead, and what was; of all my bodies or of one."""
    mine = bodies.of(db(), actor())
    slug = request.args.get("body", "")
    chosen = next((body for body in mine if body.slug == slug), None)
    rows = sessions.listed(db(), actor(), body=chosen)
    moment_now = now()
    return render_template(
        "sessions/index.html",
        ahead=[row for row in rows if row.ends_at >= moment_now and row.state != "closed"],
        past=[row for row in reversed(rows) if row.ends_at < moment_now or row.state == "closed"],
        bodies=mine,
        body=slug if chosen else "",
        plans=[body for body in mine if policy.may_run_sessions(actor(), body)],
        demands=demands.listed(db(), actor(), only_open=True, now=moment_now),
        now=moment_now,
    )


@bp.get("/new")
@login_required
def create() -> ResponseReturnValue:
    """The form for a new session."""
    return _form(None)


def _form(refusal: Refusal | None) -> str:
    mine = [b for b in bodies.of(db(), actor()) if policy.may_run_sessions(actor(), b)]
    demand = _demand()
    return render_template(
        "sessions/new.html",
        bodies=mine,
        demand=demand,
        demanded=next(iter(demands.listed(db(), actor(), demand=demand, now=now())))
        if demand
        else None,
        kinds=KINDS,
        refusal=refusal,
        typed=request.form if request.method == "POST" else request.args,
    )


def _demand() -> Demand | None:
    """What the session is to be planned for, where members have demanded it."""
    given = request.values.get("demand", "")
    if not given:
        return None
    return demands.find(db(), integer(given, "demand", most=2**31 - 1), reader=actor())


@bp.post("")
@login_required
def begin() -> ResponseReturnValue:
    """Plan a session."""
    try:
        if (demand := _demand()) is not None:
            facts = _facts(demand.body)
            session = demands.call(db(), demand, facts, by=actor(), now=now())
            done("The session is planned. Members see it from now on.")
            return redirect(url_for("sessions.show", session_id=session.id))
        body = bodies.find(db(), form("body", most=80), reader=actor())
        session, *others = sessions.plan_series(
            db(),
            body,
            _facts(body),
            weeks=integer(request.form.get("weeks") or "1", "weeks", most=1_000),
            times=integer(request.form.get("times") or "1", "times", most=1_000),
            by=actor(),
            now=now(),
        )
    except Invalid as refusal:
        db().rollback()
        return _form(refusal), 422
    if others:
        done("The sessions are planned. Members see them from now on.")
        return redirect(url_for("sessions.index", body=body.slug))
    done("The session is planned. Members see it from now on.")
    return redirect(url_for("sessions.show", session_id=session.id))


def _facts(body: Body) -> sessions.Facts:
    return facts_of(body, request.form.get("kind", "regular"))


def facts_of(body: Body, kind: str) -> sessions.Facts:
    """What a form says about a new session of the kind.

    raises  Invalid naming the field
    """
    return sessions.Facts(
        starts_at=moment("starts_at", body.zone),
        ends_at=moment("ends_at", body.zone),
        kind=kind,
        title=form("title", most=sessions.LONGEST_TITLE),
        place=form("place", most=sessions.LONGEST_TITLE),
    )


@bp.get("/<int:session_id>")
@login_required
def show(session_id: int) -> ResponseReturnValue:
    """The session: agenda, papers with their marks, deadlines, decisions."""
    return page(found(session_id))


def page(session: Session, refusal: Refusal | None = None) -> str:
    """The session's page; with the form that was refused, if one was."""
    seen = overview.of(db(), session, reader=actor(), now=now())
    papers = [line.item for line in seen.lines if line.item.paper_id]
    standing = {line.item.standing for line in seen.lines}
    today = days.local_day(now(), session.body.zone)
    cause = demands.cause_of(db(), session)
    return render_template(
        "sessions/show.html",
        cause=cause,
        late_days=demands.late_days(cause, session) if cause else 0,
        marks=marks,
        counts=marks.counts(db(), papers, reader=actor()),
        block=marks.in_block(session, papers),
        followed=tasks.followed_up(db(), session.body, today) if "follow_up" in standing else None,
        unapproved=minutes.waiting(db(), session) if "minutes" in standing else (),
        approved=minutes.approved_in(db(), session) if "minutes" in standing else (),
        session=session,
        seen=seen,
        runs=policy.may_run_sessions(actor(), session.body),
        changes=moving.may_change(db(), session, by=actor()),
        opens_at=sessions.opens_at(session),
        proposes=policy.may_propose(actor(), session.body),
        votes=policy.may_vote(actor(), session.body),
        refusal=refusal,
        typed=request.form if refusal else {},
        now=now(),
    )


def again(session_id: int, refusal: Refusal) -> ResponseReturnValue:
    """The page once more, with what was wrong at its field."""
    db().rollback()
    return page(found(session_id), refusal), 422


@bp.get("/<int:session_id>/backlog")
@login_required
def waiting(session_id: int) -> ResponseReturnValue:
    """What waits to be put onto this agenda."""
    session = found(session_id)
    policy.require_body(policy.may_run_sessions, actor(), session.body)
    return render_template(
        "sessions/backlog.html", session=session, backlog=backlog.of(db(), session.body)
    )


@bp.get("/<int:session_id>/change")
@login_required
def change(session_id: int) -> ResponseReturnValue:
    """Title and place, another moment, cancelling: what changes a session as a whole."""
    session = found(session_id)
    moving.require(db(), session, by=actor())
    return _change(session, None)


def _change(session: Session, refusal: Refusal | None) -> str:
    return render_template(
        "sessions/change.html",
        session=session,
        refusal=refusal,
        typed=request.form if refusal else {},
        moves=sessions.moves(db(), session),
        deadlines=sessions.deadlines(db(), session),
        last_day=moving.last_day(db(), session),
        now=now(),
    )


@bp.post("/<int:session_id>")
@login_required
def act(session_id: int) -> ResponseReturnValue:
    """One of ACTS."""
    session = found(session_id)
    what = request.form.get("act", "")
    if what not in ACTS:
        raise NotFound("There is no such page.")
    do, words = ACTS[what]
    try:
        do(session)
    except Invalid as refusal:
        db().rollback()
        return _change(found(session_id), refusal), 422
    done(words)
    return redirect(url_for("sessions.show", session_id=session_id))


def _describe(session: Session) -> None:
    most = sessions.LONGEST_TITLE
    sessions.describe(
        db(),
        session,
        title=form("title", most=most),
        place=form("place", most=most),
        by=actor(),
        now=now(),
    )


def _convene(session: Session) -> None:
    because = form("urgent_because", most=sessions.LONGEST_REASON)
    sessions.convene(db(), session, urgent_because=because, by=actor(), now=now())
    tell(session, "session_convened")


def _move(session: Session) -> None:
    was = session.starts_at
    because = form("because", most=sessions.LONGEST_REASON)
    sessions.move(
        db(),
        session,
        starts_at=moment("starts_at", session.body.zone),
        ends_at=moment("ends_at", session.body.zone),
        because=because,
        by=actor(),
        now=now(),
    )
    tell(session, "session_moved", because=because, was_at=was.isoformat())


def _cancel(session: Session) -> None:
    because = form("because", most=sessions.LONGEST_REASON)
    sessions.cancel(db(), session, because, by=actor(), now=now())
    tell(session, "session_cancelled", because=because)


def tell(session: Session, template: str, **more: Any) -> None:
    """Tell all members of the body what has become of a session."""
    notices.of_session(db(), session, template, base=settings().external, now=now(), **more)


def _open(session: Session) -> None:
    sessions.begin(db(), session, by=actor(), now=now())


def _close(session: Session) -> None:
    sessions.close(db(), session, by=actor(), now=now())


def _object(session: Session) -> None:
    because = form("because", most=sessions.LONGEST_REASON)
    sessions.object_to(db(), session, because, by=actor(), now=now())


ACTS: dict[str, tuple[Callable[[Session], None], str]] = {
    "describe": (_describe, "Your changes are kept."),
    "convene": (_convene, "The invitation goes out to all members."),
    "move": (_move, "The session is moved. All members are told."),
    "cancel": (_cancel, "The session is cancelled. All members are told."),
    "open": (_open, "The session is open."),
    "close": (_close, "The session is closed."),
    "object": (_object, "Your objection is noted: nothing is decided by circulation."),
}


@bp.post("/<int:session_id>/attendance")
@login_required
def attend(session_id: int) -> ResponseReturnValue:
    """Who is there: one person, or everybody who is named."""
    session = found(session_id)
    state = request.form.get("state", "")
    for person in request.form.getlist("person")[:500]:
        person_id = integer(person, "person", most=2**31 - 1)
        attendance.attend(db(), session, person_id, state, by=actor(), now=now())
    return redirect(url_for("sessions.show", session_id=session_id) + "#attendance")


@bp.get("/<int:session_id>/calendar.ics")
@login_required
def calendar_file(session_id: int) -> ResponseReturnValue:
    """The session for a calendar."""
    session = found(session_id)
    event = calendar.event(
        session,
        base=settings().external,
        lang=actor().lang,
        moves=len(sessions.moves(db(), session)),
        now=now(),
    )
    file = calendar.file([event], is_cancelled=session.state == "cancelled")
    response = Response(file, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="sitzung.ics"'
    return response


@bp.get("/<int:session_id>/room")
@login_required
def room(session_id: int) -> ResponseReturnValue:
    """The room view: what is called now, large, for the wall and for phones."""
    session = found(session_id)
    seen = overview.of(db(), session, reader=actor(), now=now())
    current = next((line for line in seen.lines if line.item.id == session.current_item_id), None)
    doc = overview.text_of(db(), current, reader=actor()) if current else None
    text = ""
    if current and doc and (paper := current.item.paper):
        text = fragment(doc, image_url=lambda sha: file_address(paper.id, sha))
    return render_template(
        "sessions/room.html", session=session, seen=seen, current=current, text=text, now=now()
    )
