"""Minutes over HTTP: begun, sent, objected to, approved. Their text is a paper's page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import attendance, days, minutes, papers, policy, revisions, sessions
from strategy.errors import Invalid, NotFound, Refusal
from strategy.live import rooms
from strategy.store.sessions import Session
from strategy.web.request import actor, after_commit, db, done, form

bp = Blueprint("minutes", __name__)


def _found(session_id: int) -> Session:
    return sessions.find(db(), session_id, reader=actor())


def _page(session: Session, refusal: Refusal | None = None, at: str = "") -> str:
    """The way of the minutes. `at` names the form that `refusal` belongs to."""
    person, moment = actor(), now()
    paper = minutes.paper_of(db(), session, reader=person)
    kept = minutes.of(db(), session)
    writes = policy.may_write_minutes(person, session.body)
    newest = revisions.newest(db(), paper) if paper else None
    approving = (
        minutes.approving(db(), session) if writes and kept and kept.approved_at is None else None
    )
    return render_template(
        "minutes/show.html",
        session=session,
        paper=paper,
        minutes=kept,
        objections=minutes.objections(db(), session) if paper else (),
        last_day=days.last_before(kept.until, session.body.zone)
        if kept and kept.until > kept.sent_at
        else None,
        is_period_over=kept is not None and kept.until <= moment,
        writes=writes,
        may_begin=writes and session.minutes_id is None and session.state in minutes.HELD,
        may_send=writes and paper is not None and kept is None and session.state == "closed",
        may_object=paper is not None and minutes.may_object(person, session, kept, moment),
        approving=approving,
        approved_in=sessions.find(db(), kept.approved_in_id, reader=person)
        if kept and kept.approved_in_id is not None
        else None,
        period=sessions.terms_of(db(), session).minutes_days,
        quorum=attendance.quorum(db(), approving) if approving else None,
        has_changed=bool(
            paper
            and kept
            and (
                (newest and newest.number != kept.revision)
                or (newest and newest.version != paper.version)
            )
        ),
        refusal=refusal,
        at=at,
        typed=request.form if refusal else {},
    )


@bp.get("/sessions/<int:session_id>/minutes")
@login_required
def show(session_id: int) -> ResponseReturnValue:
    """Where the session's minutes are, and what is objected to them."""
    return _page(_found(session_id))


@bp.get("/papers/<int:paper_id>/minutes")
@login_required
def of_paper(paper_id: int) -> ResponseReturnValue:
    """From the text of minutes to the session that they are of."""
    session = minutes.session_of(db(), papers.find(db(), paper_id, reader=actor()))
    if session is None:
        raise NotFound("There is no such page.")
    return redirect(url_for("minutes.show", session_id=session.id))


@bp.post("/sessions/<int:session_id>/minutes")
@login_required
def begin(session_id: int) -> ResponseReturnValue:
    """Begin the minutes from the agenda, and go on in the editor."""
    paper = minutes.begin(db(), _found(session_id), by=actor(), now=now())
    done("The minutes begin with what is known already. Please complete them.")
    return redirect(url_for("papers.show", paper_id=paper.id))


def _announce(session: Session) -> None:
    """Whoever writes the paper hears that its state has changed, once it is durable."""
    paper_id = session.minutes_id
    if paper_id is not None:
        after_commit(lambda: rooms.notice(paper_id))


@bp.post("/sessions/<int:session_id>/minutes/send")
@login_required
def send(session_id: int) -> ResponseReturnValue:
    """Let the body read them, and tell who was there."""
    session = _found(session_id)
    minutes.send(db(), session, by=actor(), now=now())
    _announce(session)
    done("The minutes are sent.")
    return redirect(url_for("minutes.show", session_id=session_id))


@bp.post("/sessions/<int:session_id>/minutes/objections")
@login_required
def object_to(session_id: int) -> ResponseReturnValue:
    """Object to the minutes."""
    try:
        words = form("text", most=minutes.LONGEST)
        minutes.object_to(db(), _found(session_id), words, by=actor(), now=now())
    except Invalid as refusal:
        db().rollback()
        return _page(_found(session_id), refusal, "object"), 422
    done("Your objection is noted.")
    return redirect(url_for("minutes.show", session_id=session_id))


@bp.post("/sessions/<int:session_id>/minutes/objections/<int:objection_id>")
@login_required
def answer(session_id: int, objection_id: int) -> ResponseReturnValue:
    """Say what becomes of an objection."""
    session = _found(session_id)
    try:
        words = form("answer", most=minutes.LONGEST)
        minutes.answer(db(), session, objection_id, words, by=actor(), now=now())
    except Invalid as refusal:
        db().rollback()
        return _page(_found(session_id), refusal, f"answer-{objection_id}"), 422
    done("The objection is answered.")
    return redirect(url_for("minutes.show", session_id=session_id))


@bp.post("/sessions/<int:session_id>/minutes/approve")
@login_required
def approve(session_id: int) -> ResponseReturnValue:
    """The next session approves them."""
    session = _found(session_id)
    minutes.approve(db(), session, by=actor(), now=now())
    _announce(session)
    done("The minutes are approved. Their text is final.")
    return redirect(url_for("minutes.show", session_id=session_id))
