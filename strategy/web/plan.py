"""The plan over HTTP: one timeline for a quarter, half a year, a year; adopted by the body."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import bodies, days, plans, policy
from strategy.errors import Invalid, NotFound, Refusal
from strategy.store.bodies import Body
from strategy.web.request import actor, as_day, day, db, done, form, integer
from strategy.web.timeline import picture

bp = Blueprint("plan", __name__, url_prefix="/plan")

ZOOMS = {"quarter": 3, "half": 6, "year": 12}
"""Months that the timeline shows."""


@bp.get("")
@login_required
def show() -> ResponseReturnValue:
    """The months ahead: sessions as columns, papers as bars, deadlines as marks."""
    return _page(None)


def _page(refusal: Refusal | None) -> str:
    mine = [each for each in bodies.of(db(), actor()) if policy.may_see_plan(actor(), each)]
    if not mine:
        raise NotFound("There is no such page.")
    slug = request.values.get("body", "")
    body = next((each for each in mine if each.slug == slug), mine[0])
    zoom = request.values.get("zoom", "half")
    zoom = zoom if zoom in ZOOMS else "half"
    first = _first(body)
    last = _months_on(first, ZOOMS[zoom]) - timedelta(days=1)
    seen = plans.of(db(), body, first, last, reader=actor())
    moment = now()
    return render_template(
        "plan/show.html",
        body=body,
        bodies=mine,
        zoom=zoom,
        zooms=ZOOMS,
        first=first,
        last=last,
        before=_months_on(first, -ZOOMS[zoom]),
        after=_months_on(first, ZOOMS[zoom]),
        seen=seen,
        picture=picture(seen, first, last, zone=body.zone, now=moment),
        runs=policy.may_run_sessions(actor(), body),
        now=moment,
        refusal=refusal,
        typed=request.form if refusal else {},
    )


def _first(body: Body) -> date:
    """The first day of the month that is asked for; else of the one before this."""
    try:
        found = as_day(request.values.get("from", "")).replace(day=1)
        if 2000 <= found.year <= 2100:
            return found
    except ValueError:
        pass
    today = days.local_day(now(), body.zone)
    return _months_on(today.replace(day=1), -1)


def _months_on(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


@bp.post("")
@login_required
def adopt() -> ResponseReturnValue:
    """Keep the sessions of some months as the plan that the body has adopted."""
    body = bodies.find(db(), form("body", most=80), reader=actor())
    try:
        first, last = day("first"), day("last")
        plans.adopt(
            db(),
            body,
            first,
            last,
            yes=integer(request.form.get("yes") or "0", "yes", most=10_000),
            no=integer(request.form.get("no") or "0", "no", most=10_000),
            abstain=integer(request.form.get("abstain") or "0", "abstain", most=10_000),
            by=actor(),
            now=now(),
        )
    except Invalid as refusal:
        db().rollback()
        return _page(refusal), 422
    done("The plan is adopted. Whatever changes from now on is shown.")
    zoom = "year" if last >= _months_on(first.replace(day=1), ZOOMS["half"]) else "half"
    shown: dict[str, Any] = {"body": body.slug, "zoom": zoom, "from": first.isoformat()}
    return redirect(url_for("plan.show", **shown))
