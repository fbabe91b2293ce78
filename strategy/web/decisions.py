"""Decisions over HTTP: recorded on an item, listed in the register, read one by one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import (
    agenda,
    attendance,
    bodies,
    decisions,
    overview,
    policy,
    tasks,
    urgency,
)
from strategy.errors import Invalid, Late, NotAllowed, Refusal
from strategy.live import rooms
from strategy.store.agenda import Item
from strategy.store.decisions import OUTCOMES, Decision
from strategy.store.sessions import Session
from strategy.text.compare import compare
from strategy.text.fingerprint import fingerprint
from strategy.text.write.html import fragment
from strategy.web import merging
from strategy.web import sessions as session_pages
from strategy.web.errors import note_attempt, status_of
from strategy.web.request import actor, after_commit, db, done, form, integer, number_in_address

bp = Blueprint("decisions", __name__)


@bp.get("/decisions")
@login_required
def index() -> ResponseReturnValue:
    """The register."""
    asked = request.args
    page, year = asked.get("page", "1"), asked.get("year", "")
    wanted = decisions.Wanted(
        query=asked.get("q", "")[:200],
        outcome=asked.get("outcome", ""),
        body=asked.get("body", ""),
        year=int(year) if year.isdecimal() and len(year) == 4 else None,
        page=int(page) if page.isdecimal() and 0 < int(page) < 10_000 else 1,
    )
    rows, count = decisions.listed(db(), wanted, reader=actor())
    return render_template(
        "decisions/index.html",
        rows=rows,
        count=count,
        wanted=wanted,
        per_page=decisions.PER_PAGE,
        outcomes=OUTCOMES,
        bodies=bodies.of(db(), actor()),
    )


@bp.get("/decisions/<int:decision_id>")
@login_required
def show(decision_id: int) -> ResponseReturnValue:
    """A decision with its footer, and what some said against it."""
    return _show(decision_id, None)


def _show(decision_id: int, refusal: Refusal | None) -> str:
    decision = decisions.find(db(), number_in_address(decision_id), reader=actor())
    notes = decisions.dissents(db(), decision)
    return render_template(
        "decisions/show.html",
        decision=decision,
        successor=decisions.successor(db(), decision),
        dissents=notes,
        changes=_changes(decision),
        may_dissent=policy.may_vote(actor(), decision.body)
        and decisions.took_part(db(), decision, actor())
        and all(each.person_id != actor().id for each in notes),
        runs=policy.may_run_sessions(actor(), decision.body),
        tasks=tasks.of_decision(db(), decision),
        refusal=refusal,
        typed=request.form if refusal else {},
    )


def _changes(decision: Decision) -> str:
    """What was changed in the tabled wording, as a redline; "" where nothing was."""
    paper = decision.paper
    if decision.outcome != "adopted_changed" or paper is None:
        return ""
    if not policy.may_read(actor(), paper):
        return ""
    tabled = decisions.tabled_motion(db(), decision)
    old, new = (decisions.wording(words, paper.lang) for words in (tabled, decision.text))
    return fragment(compare(old, new), spoken=True)


@bp.post("/decisions/<int:decision_id>/dissents")
@login_required
def dissent(decision_id: int) -> ResponseReturnValue:
    """A member's own words beside the decision."""
    decision = decisions.find(db(), number_in_address(decision_id), reader=actor())
    try:
        words = form("text", most=decisions.LONGEST_NOTE)
        decisions.dissent(db(), decision, words, by=actor(), now=now())
    except Invalid as refusal:
        db().rollback()
        return _show(decision_id, refusal), 422
    done("Your words stand beside the decision.")
    return redirect(url_for("decisions.show", decision_id=decision_id))


@bp.get("/sessions/<int:session_id>/items/<int:item_id>/decision")
@login_required
def create(session_id: int, item_id: int) -> ResponseReturnValue:
    """The form in which a decision is written down."""
    session = session_pages.found(session_id)
    policy.require_body(policy.may_run_sessions, actor(), session.body)
    return _form(session, agenda.find(db(), session, item_id), None)


def _form(session: Session, item: Item, refusal: Refusal | None) -> str:
    held_up: Refusal | None = None
    try:
        urgency.admit(db(), item)
    except Refusal as why:
        held_up = why
    line = agenda.Line(item, "", None)
    doc = overview.text_of(db(), line, reader=actor())
    merged = merging.resolution(item.paper) if item.paper is not None and doc else None
    others, _ = decisions.listed(db(), decisions.Wanted(body=session.body.slug), reader=actor())
    return render_template(
        "decisions/new.html",
        session=session,
        item=item,
        motion=decisions.motion_of(doc) if doc else "",
        merged=fingerprint(merged) if merged else "",
        redline=merging.redline(item.paper, merged) if item.paper and merged else "",
        quorum=attendance.quorum(db(), session),
        held_up=held_up,
        undealt=decisions.UNDEALT,
        others=[
            row
            for row in others
            if row.superseded_by is None and (item.paper is not None or row.paper_id is None)
        ],
        refusal=refusal,
        typed=request.form if refusal else {},
    )


@bp.post("/sessions/<int:session_id>/items/<int:item_id>/decision")
@login_required
def begin(session_id: int, item_id: int) -> ResponseReturnValue:
    """Write a decision down. It is not edited afterwards."""
    session = session_pages.found(session_id)
    policy.require_body(policy.may_run_sessions, actor(), session.body)
    item = agenda.find(db(), session, item_id)
    try:
        made = decisions.record(db(), session, item, _said(), by=actor(), now=now())
    except (Invalid, NotAllowed, Late) as refusal:
        db().rollback()
        session = session_pages.found(session_id)
        page = _form(session, agenda.find(db(), session, item_id), refusal)
        if not isinstance(refusal, Invalid):
            note_attempt(refusal)
        return page, status_of(refusal)
    if item.paper is not None:
        paper_id, state = item.paper.id, item.paper.state
        after_commit(lambda: rooms.tell(paper_id, {"type": "paper", "state": state}))
    done("The decision is recorded: %(number)s.", number=made.number)
    return redirect(url_for("decisions.show", decision_id=made.id))


def _said() -> decisions.Outcome:
    supersedes = request.form.get("supersedes", "")
    facts: dict[str, Any] = {
        name: form(name, most=500) for name in ("responsible", "due", "budget", "distribution")
    }
    votes: dict[str, Any] = {
        name: integer(request.form.get(name) or "0", name, most=10_000)
        for name in ("yes", "no", "abstain")
    }
    return decisions.Outcome(
        outcome=request.form.get("outcome", ""),
        text=form("text", most=decisions.LONGEST_TEXT),
        merged=form("merged", most=64),
        is_unanimous=request.form.get("is_unanimous") == "1",
        reason=form("reason", most=decisions.LONGEST_NOTE),
        supersedes=integer(supersedes, "supersedes", most=2**31 - 1) if supersedes else None,
        **facts,
        **votes,
    )
