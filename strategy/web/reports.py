"""The lead-time report over HTTP: chart, table, CSV."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import login_required

from strategy.clock import now
from strategy.domain import bodies, days, policy, report
from strategy.store.bodies import Body
from strategy.web.chart import lead_times
from strategy.web.request import actor, as_day, db

bp = Blueprint("reports", __name__, url_prefix="/bodies/<slug>")

USUAL = timedelta(days=365)
LONGEST = timedelta(days=366 * 30)


def _span(body: Body) -> tuple[date, date]:
    """The asked-for days, in order; a year until today, and what lies ahead, if none are."""
    today = days.local_day(now(), body.zone)
    first, last = _day("from", today - USUAL), _day("until", today + timedelta(days=90))
    if last < first:
        first, last = last, first
    return max(first, last - LONGEST), last


def _day(name: str, usual: date) -> date:
    try:
        return as_day(request.args.get(name, ""))
    except ValueError:
        return usual


def _found(slug: str) -> Body:
    body = bodies.find(db(), slug, reader=actor())
    policy.require_body(policy.may_read_report, actor(), body)
    return body


@bp.get("/lead-time")
@login_required
def show(slug: str) -> ResponseReturnValue:
    """How early papers came: a chart, a table under it."""
    body = _found(slug)
    first, last = _span(body)
    found = report.of(db(), body, first, last, now=now())
    return render_template(
        "reports/show.html",
        body=body,
        report=found,
        chart=lead_times(found.rows),
        first=first,
        last=last,
    )


@bp.get("/lead-time.csv")
@login_required
def file(slug: str) -> ResponseReturnValue:
    """The table to take away."""
    body = _found(slug)
    first, last = _span(body)
    found = report.of(db(), body, first, last, now=now())
    table = report.as_csv(found, body.zone, str(get_locale()))
    response = Response(table.encode("utf-8-sig"), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="vorlauf.csv"'
    return response
