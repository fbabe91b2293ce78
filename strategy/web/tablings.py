"""Tabling over HTTP: a paper is filed for a session, taken back, signed for, voted urgent."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import attachments, goals, lead_time, policy, sessions, tablings
from strategy.domain import urgency as urgency_votes
from strategy.errors import Invalid, NotFound, Refusal
from strategy.live import rooms
from strategy.store.papers import Paper
from strategy.store.sessions import Session
from strategy.store.tablings import Tabling
from strategy.web import sessions as session_pages
from strategy.web.papers import found
from strategy.web.request import actor, after_commit, db, done, form, integer

bp = Blueprint("tablings", __name__, url_prefix="/papers/<int:paper_id>")


@bp.get("/table")
@login_required
def create(paper_id: int) -> ResponseReturnValue:
    """For which session? With what each of them makes of a paper that comes now."""
    paper = found(paper_id)
    policy.require(policy.may_table, actor(), paper)
    return _form(paper, None)


def _form(paper: Paper, refusal: Refusal | None) -> str:
    moment = now()
    options = []
    for session in tablings.sessions_for(db(), paper, now=moment):
        terms = sessions.terms_of(db(), session)
        stamp = lead_time.stamp(
            terms, session.starts_at, moment, zone=session.body.zone, kind=paper.kind
        )
        options.append((session, stamp))
    return render_template(
        "tablings/new.html",
        paper=paper,
        options=options,
        goals=goals.unfinished(db(), paper.body),
        objections=tablings.open_objections(db(), paper),
        attachments=attachments.of_paper(db(), paper),
        before=tablings.newest(db(), paper),
        is_chair=policy.is_chair(actor(), paper.body),
        refusal=refusal,
        typed=request.form if refusal else request.args,
    )


@bp.post("/table")
@login_required
def begin(paper_id: int) -> ResponseReturnValue:
    """File the paper. The moment is read once paper and session are held."""
    paper = found(paper_id)
    try:
        chosen = integer(request.form.get("session", ""), "session", most=2**31 - 1)
        session = sessions.find(db(), chosen, reader=actor())
        filing = _filing(paper)
        tablings.hold(db(), paper, session)
        made = tablings.table(db(), paper, session, filing, by=actor(), now=now())
    except Invalid as refusal:
        db().rollback()
        return _form(found(paper_id), refusal), 422
    after_commit(lambda: rooms.tell(paper_id, {"type": "paper", "state": "tabled"}))
    if made.late_by is not None:
        done("The paper is tabled, after the deadline: it is marked late and can be discussed.")
    else:
        done("The paper is tabled. Its text is frozen now.")
    return redirect(url_for("sessions.show", session_id=session.id) + f"#item-{made.item_id}")


def _filing(paper: Paper) -> tablings.Filing:
    goal = request.form.get("goal", "")
    most = tablings.LONGEST_REASON
    return tablings.Filing(
        goal=goals.of_body(db(), paper.body, integer(goal, "goal", most=2**31 - 1))
        if goal
        else None,
        no_goal_because=form("no_goal_because", most=most),
        open_because=form("open_because", most=most),
        kind=request.form.get("kind", "decision"),
        is_editorial=request.form.get("is_editorial") == "1",
    )


@bp.post("/untable")
@login_required
def take_back(paper_id: int) -> ResponseReturnValue:
    """Its authors take the paper back before the session."""
    paper = found(paper_id)
    because = form("because", most=tablings.LONGEST_REASON)
    tablings.take_back(db(), paper, because, by=actor(), now=now())
    after_commit(lambda: rooms.tell(paper_id, {"type": "paper", "state": "consultation"}))
    done("The paper is taken back. Its text can be changed again; the mark of its tabling stays.")
    return redirect(url_for("papers.show", paper_id=paper_id))


def _standing(paper: Paper, number: int) -> Tabling:
    current = tablings.standing(db(), paper)
    if current is None or current.number != number:
        raise NotFound("There is no such page.")
    return current


def _again(session: Session, refusal: Refusal) -> ResponseReturnValue:
    return session_pages.again(session.id, refusal)


@bp.post("/tablings/<int:number>/urgency")
@login_required
def urgency(paper_id: int, number: int) -> ResponseReturnValue:
    """Record the board's vote on urgency."""
    tabling = _standing(found(paper_id), number)
    session = tabling.session
    try:
        vote = urgency_votes.vote(
            db(),
            tabling,
            cause=form("cause", most=tablings.LONGEST_REASON),
            because=form("because", most=tablings.LONGEST_REASON),
            yes=integer(request.form.get("yes") or "0", "yes", most=10_000),
            no=integer(request.form.get("no") or "0", "no", most=10_000),
            abstain=integer(request.form.get("abstain") or "0", "abstain", most=10_000),
            by=actor(),
            now=now(),
        )
    except Invalid as refusal:
        return _again(session, refusal)
    if vote.is_granted:
        done("Urgency is granted: the paper may be decided. It stays marked late.")
    else:
        done("Urgency is not granted: the paper can only be discussed.")
    return redirect(url_for("sessions.show", session_id=session.id) + f"#item-{tabling.item_id}")


@bp.post("/tablings/<int:number>/back")
@login_required
def back(paper_id: int, number: int) -> ResponseReturnValue:
    """Sign for a late paper."""
    tabling = _standing(found(paper_id), number)
    urgency_votes.back(db(), tabling, by=actor(), now=now())
    done("Your signature is kept.")
    return redirect(
        url_for("sessions.show", session_id=tabling.session_id) + f"#item-{tabling.item_id}"
    )
