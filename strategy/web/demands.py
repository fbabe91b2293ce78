"""Demands over HTTP: the list, a new one, one with its signatures."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from strategy.clock import now
from strategy.domain import bodies, demands, policy, self_calls
from strategy.errors import Invalid, Refusal
from strategy.store.demands import Demand
from strategy.web import sessions as session_pages
from strategy.web.request import actor, db, done, form

bp = Blueprint("demands", __name__, url_prefix="/demands")


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """Every demand of the reader's bodies."""
    return render_template(
        "demands/index.html",
        demands=demands.listed(db(), actor(), now=now()),
        may_write=any(policy.may_vote(actor(), body) for body in bodies.of(db(), actor())),
        now=now(),
    )


@bp.get("/new")
@login_required
def create() -> ResponseReturnValue:
    """The form for a new demand; or that the rules know no such right."""
    return _form(None)


def _form(refusal: Refusal | None) -> str:
    mine = bodies.of(db(), actor())
    return render_template(
        "demands/new.html",
        bodies={body.slug: body for body in mine},
        rights=demands.may_sign_in(db(), mine, by=actor(), now=now()),
        refusal=refusal,
        typed=request.form,
    )


@bp.post("")
@login_required
def write() -> ResponseReturnValue:
    """A new demand, signed by who writes it."""
    try:
        body = bodies.find(db(), form("body", most=80), reader=actor())
        demand = demands.write(
            db(),
            body,
            form("title", most=demands.LONGEST_TITLE),
            form("reason", most=demands.LONGEST_REASON),
            form("items", most=(demands.LONGEST_TITLE + 2) * demands.MOST_ITEMS),
            by=actor(),
            now=now(),
        )
    except Invalid as refusal:
        db().rollback()
        return _form(refusal), 422
    done("Your demand can be signed by the others now. You have signed it.")
    return redirect(url_for("demands.show", demand_id=demand.id))


@bp.get("/<int:demand_id>")
@login_required
def show(demand_id: int) -> ResponseReturnValue:
    """A demand with who has signed it, and what has become of it."""
    demand = demands.find(db(), demand_id, reader=actor())
    signatures = demands.signatures(db(), demand)
    return render_template(
        "demands/show.html",
        demand=demand,
        line=demands.listed(db(), actor(), demand=demand, now=now())[0],
        right=demands.right(db(), demand.body, now=now()),
        signatures=signatures,
        is_mine=any(each.person_id == actor().id for each in signatures),
        may_sign=policy.may_vote(actor(), demand.body),
        may_call=policy.may_run_sessions(actor(), demand.body),
        opens=self_calls.of(db(), demand),
        is_waiting=self_calls.is_waiting(db(), demand),
        may_invite=self_calls.may_invite(db(), demand, by=actor(), now=now()),
        now=now(),
    )


@bp.get("/<int:demand_id>/invite")
@login_required
def invite(demand_id: int) -> ResponseReturnValue:
    """The form with which those who have signed invite themselves."""
    return _invite(demands.find(db(), demand_id, reader=actor()), None)


def _invite(demand: Demand, refusal: Refusal | None) -> str:
    return render_template(
        "demands/invite.html",
        demand=demand,
        opens=self_calls.of(db(), demand),
        planned=demands.answered(db(), demand),
        may_invite=self_calls.may_invite(db(), demand, by=actor(), now=now()),
        refusal=refusal,
        typed=request.form if refusal else {},
    )


@bp.post("/<int:demand_id>/invite")
@login_required
def call(demand_id: int) -> ResponseReturnValue:
    """Invite to the demanded session, in the name of those who have signed."""
    demand = demands.find(db(), demand_id, reader=actor())
    try:
        facts = session_pages.facts_of(demand.body, "special")
        called = self_calls.invite(db(), demand, facts, by=actor(), now=now())
    except Invalid as refusal:
        db().rollback()
        return _invite(demands.find(db(), demand_id, reader=actor()), refusal), 422
    if called.dropped is not None:
        because = gettext("The members who demand the session have invited themselves.")
        session_pages.tell(called.dropped, "session_cancelled", because=because)
    session_pages.tell(called.session, "session_convened", by_members=True)
    done("You have invited all members in the name of those who have signed.")
    return redirect(url_for("sessions.show", session_id=called.session.id))


@bp.post("/<int:demand_id>/signature")
@login_required
def sign(demand_id: int) -> ResponseReturnValue:
    """Sign the demand, or take the signature back."""
    demand = demands.find(db(), demand_id, reader=actor())
    if request.form.get("wanted") == "no":
        demands.take_back(db(), demand, by=actor(), now=now())
        done("Your signature is taken back.")
    else:
        demands.sign(db(), demand, by=actor(), now=now())
        done("You have signed this demand.")
    return redirect(url_for("demands.show", demand_id=demand.id))
