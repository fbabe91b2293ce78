"""Rules of procedure over HTTP: read as sentences, changed in the same sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import bodies, days, lead_time, policy, rules
from strategy.domain.presets import PRESETS
from strategy.domain.terms import (
    DAYS,
    PAPER_KINDS,
    REGIONS,
    Quota,
    Span,
    Terms,
    checked,
)
from strategy.errors import Invalid, NotFound
from strategy.store.bodies import Body
from strategy.web.request import actor, as_day, day, db, done, form, integer, text

bp = Blueprint("rules", __name__, url_prefix="/bodies/<slug>/rules")

LONGEST_NOTES = 4_000


@bp.get("")
@login_required
def show(slug: str) -> ResponseReturnValue:
    """What holds today, or one version, as sentences."""
    body = bodies.find(db(), slug, reader=actor())
    versions = rules.versions(db(), body)
    asked = request.args.get("version", "")
    if asked:
        found = next((each for each in versions if str(each.number) == asked), None)
        if found is None:
            raise NotFound("There is no such page.")
    else:
        found = rules.holding(db(), body, days.local_day(now(), body.zone)).rules
    return render_template(
        "rules/show.html",
        body=body,
        rules=found,
        terms=rules.of(found),
        versions=versions,
        changes=policy.may_change_rules(actor(), body),
        preview=_preview(rules.of(found), body, request.args.get("day", "")),
        day=request.args.get("day", ""),
    )


@bp.get("/change")
@login_required
def change(slug: str) -> ResponseReturnValue:
    """The form, filled with what holds, with a preset, or with what was typed."""
    body = bodies.find(db(), slug, reader=actor())
    policy.require_body(policy.may_change_rules, actor(), body)
    today = days.local_day(now(), body.zone)
    preset = PRESETS.get(request.args.get("preset", ""))
    held = rules.holding(db(), body, today)
    terms = preset.terms if preset else held.terms
    source = preset.source if preset else held.rules.source if held.rules else ""
    return _form(body, terms, source=source, holds_from=today.isoformat())


def _form(
    body: Body,
    terms: Terms,
    *,
    source: str,
    holds_from: str,
    refusal: Invalid | None = None,
    day: str = "",
) -> str:
    return render_template(
        "rules/change.html",
        body=body,
        terms=terms,
        source=source,
        holds_from=holds_from,
        presets=PRESETS,
        regions=REGIONS,
        refusal=refusal,
        typed=request.form if request.method == "POST" else {},
        preview=_preview(terms, body, day) if refusal is None else None,
        day=day,
    )


@bp.post("")
@login_required
def keep(slug: str) -> ResponseReturnValue:
    """A new version; or only its preview on the calendar."""
    body = bodies.find(db(), slug, reader=actor())
    policy.require_body(policy.may_change_rules, actor(), body)
    source, holds_from = request.form.get("source", ""), request.form.get("holds_from", "")
    terms = rules.OURS
    try:
        source = form("source", most=rules.LONGEST_SOURCE)
        terms = checked(parsed())
        if "preview" in request.form:
            shown = request.form.get("day", "")
            return _form(body, terms, source=source, holds_from=holds_from, day=shown)
        rules.change(
            db(), body, terms, holds_from=day("holds_from"), source=source, by=actor(), now=now()
        )
    except Invalid as refusal:
        db().rollback()
        body = bodies.find(db(), slug, reader=actor())
        page = _form(body, terms, source=source, holds_from=holds_from, refusal=refusal)
        return page, 422
    done("The rules are kept. Sessions that have their rules already keep them.")
    return redirect(url_for("rules.show", slug=slug))


def parsed() -> Terms:
    """The form's sentences as terms; see templates/rules/sentences.html for its fields.

    raises  Invalid naming the field
    """
    notes = form("notes", most=LONGEST_NOTES)
    return Terms(
        region=request.form.get("region", ""),
        rhythm=_number("rhythm"),
        invitation=_span("invitation"),
        urgent_invitation=_span("urgent_invitation"),
        submission=_spans("submission"),
        dispatch=_spans("dispatch"),
        amendment=_span("amendment"),
        amendment_backers=_number("amendment_backers"),
        reading={
            kind: days for kind in PAPER_KINDS if (days := _number(f"reading.{kind}", -1)) >= 0
        },
        urgency=request.form.get("urgency", ""),
        late_backers=_number("late_backers"),
        quorum=_quota("quorum") or Quota(is_more=True),
        force_topic=_quota("force_topic"),
        call_session=_quota("call_session"),
        call_within=_number("call_within"),
        call_self=_number("call_self"),
        call_self_days=request.form.get("call_self-days", "working"),
        objection_days=_number("objection_days"),
        plan_months=_number("plan_months"),
        plan_majority=request.form.get("plan_majority", ""),
        answer_days=_number("answer_days", 28),
        minutes_days=_number("minutes_days"),
        notes=tuple(line.strip() for line in notes.split("\n") if line.strip()),
    )


def _number(name: str, empty: int = 0) -> int:
    value = request.form.get(name, "").strip()
    return integer(value, name, most=100_000) if value else empty


def _span(name: str) -> Span | None:
    """`name`-count, -unit, -at and -holiday as a deadline; None where no number is given."""
    count = request.form.get(f"{name}-count", "").strip()
    if not count:
        return None
    unit = request.form.get(f"{name}-unit", "days")
    clock = text(request.form.get(f"{name}-at", ""), name, most=5) or "24:00"
    if len(clock) == 4:
        clock = f"0{clock}"
    weekday = 0
    if unit.startswith("weekday-") and unit[8:].isdecimal():
        unit, weekday = "weekday", int(unit[8:])
    counted = "calendar"
    if unit in DAYS:
        unit, counted = "days", unit
    return Span(
        count=integer(count, name, most=100_000),
        unit=unit,
        weekday=weekday,
        days=counted,
        at=clock,
        holiday=request.form.get(f"{name}-holiday", "keep"),
    )


def _spans(name: str) -> dict[str, Span]:
    found = {kind: _span(f"{name}.{kind}") for kind in PAPER_KINDS}
    return {kind: span for kind, span in found.items() if span is not None}


def _quota(name: str) -> Quota | None:
    """`name`: a number or a share, and `name`-more: more than that."""
    value = request.form.get(name, "").replace(" ", "")
    if not value:
        return None
    if value.isdecimal():
        return Quota(count=integer(value, name, least=1, most=10_000))
    return Quota(share=value[:20], is_more=request.form.get(f"{name}-more") == "1")


@dataclass(frozen=True)
class Mark:
    """A deadline in the preview."""

    at: datetime
    what: str
    """One of lead_time.KINDS, urgent_invitation or session."""
    kinds: tuple[str, ...]
    """Kinds of paper that it holds for; empty: no paper's."""


@dataclass(frozen=True)
class Preview:
    """A session's deadlines, earliest first, and the months they lie in."""

    marks: list[Mark]
    months: list[dict[str, Any]]


def _preview(terms: Terms, body: Body, day: str) -> Preview | None:
    """What the rules make of a session at 10 o'clock on a day, if one is given."""
    try:
        starts_at = days.at(as_day(day), "10:00", body.zone)
    except ValueError:
        return None
    found: dict[tuple[datetime, str], list[str]] = {(starts_at, "session"): []}
    for kind in PAPER_KINDS:
        ends = lead_time.deadlines(terms, starts_at, zone=body.zone, kind=kind)
        for what in ("submission", "reading", "dispatch"):
            at = getattr(ends, what)
            if at is not None and not (what == "reading" and at == ends.submission):
                found.setdefault((at, what), []).append(kind)
        for what in ("invitation", "urgent_invitation", "amendment"):
            at = getattr(ends, what)
            if at is not None:
                found.setdefault((at, what), [])
    marks = [Mark(at, what, tuple(kinds)) for (at, what), kinds in sorted(found.items())]
    return Preview(marks, _months(marks, body, terms.region))


def _months(marks: list[Mark], body: Body, region: str) -> list[dict[str, Any]]:
    """The calendar's months from the first deadline to the session, week by week."""
    by_day: dict[date, list[str]] = {}
    for mark in marks:
        by_day.setdefault(_shown_day(mark.at, body.zone), []).append(mark.what)
    first, last = min(by_day), max(by_day)
    months: list[dict[str, Any]] = []
    month = first.replace(day=1)
    while month <= last and len(months) < 15:
        after = (month + timedelta(days=32)).replace(day=1)
        start = month - timedelta(days=month.weekday())
        weeks = []
        while start < after:
            weeks.append([
                {
                    "day": day,
                    "is_inside": day.month == month.month,
                    "marks": by_day.get(day, ()) if day.month == month.month else (),
                    "holiday": days.holiday_name(day, region),
                }
                for day in (start + timedelta(days=n) for n in range(7))
            ])  # fmt: skip
            start += timedelta(days=7)
        months.append({"first": month, "weeks": weeks})
        month = after
    return months


def _shown_day(at: datetime, zone: str) -> date:
    """The day that people name: what ends at midnight ends with the day before."""
    return days.local_day(at - timedelta(seconds=1), zone)
