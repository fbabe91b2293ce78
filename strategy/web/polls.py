"""Straw polls over HTTP: asked on a paper or a topic, answered, closed."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.catalog import later
from strategy.clock import now
from strategy.domain import days, papers, policy, polls
from strategy.errors import Invalid, Refusal
from strategy.store.papers import Paper
from strategy.store.polls import SCALES, Poll
from strategy.store.topics import Topic
from strategy.web.request import actor, day_or_none, db, done, form

bp = Blueprint("polls", __name__)

CHOICES = {
    "must": later("must"),
    "should": later("should"),
    "should_not": later("should not"),
    "must_not": later("must not"),
    "yes": later("Yes"),
    "no": later("No"),
    "abstain": later("Abstention"),
}


def last_day(poll: Poll) -> date | None:
    """The day at whose end the poll closes, in the body's zone."""
    if poll.ends_at is None:
        return None
    return days.last_before(poll.ends_at, poll.body.zone)


def _ends_at(zone: str) -> datetime | None:
    last = day_or_none("ends_on")
    return days.at(last, "24:00", zone) if last is not None else None


def _about(paper_id: int | None, topic_id: int | None) -> Paper | Topic:
    if paper_id is not None:
        return papers.find(db(), paper_id, reader=actor())
    return polls.topic_of(db(), topic_id or 0, reader=actor())


def _page(about: Paper | Topic, refusal: Refusal | None = None) -> str:
    is_paper = isinstance(about, Paper)
    may_start = (
        polls.may_start_on(actor(), about)
        if isinstance(about, Paper)
        else policy.may_propose(actor(), about.body)
    )
    return render_template(
        "polls/index.html",
        about=about,
        is_paper=is_paper,
        about_url=_address(about),
        every=polls.of(db(), about),
        is_over=lambda poll: polls.is_over(poll, now()),
        last_day=last_day,
        may_start=may_start,
        fewest=polls.FEWEST,
        refusal=refusal,
        typed=request.form if refusal else {},
    )


def _address(about: Paper | Topic) -> str:
    """Where the paper or topic is shown."""
    if isinstance(about, Paper):
        return url_for("papers.show", paper_id=about.id)
    return f"/topics/{about.id}"


@bp.get("/papers/<int:paper_id>/polls")
@bp.get("/topics/<int:topic_id>/polls")
@login_required
def index(paper_id: int | None = None, topic_id: int | None = None) -> ResponseReturnValue:
    """The polls on a paper or topic, and the form for another one."""
    return _page(_about(paper_id, topic_id))


@bp.post("/papers/<int:paper_id>/polls")
@bp.post("/topics/<int:topic_id>/polls")
@login_required
def create(paper_id: int | None = None, topic_id: int | None = None) -> ResponseReturnValue:
    """Ask the body."""
    about = _about(paper_id, topic_id)
    try:
        way = form("way", most=20)
        if way not in ("open", "secret"):
            raise Invalid("way", "Please choose whether votes are open or secret.")
        facts = polls.Facts(
            form("question", most=polls.LONGEST_QUESTION),
            scale=form("scale", most=20),
            is_secret=way == "secret",
            ends_at=_ends_at(about.body.zone),
        )
        poll = polls.start(db(), about, facts, by=actor(), now=now())
    except Invalid as refusal:
        db().rollback()
        wrong = refusal
        if refusal.field == "ends_at":
            wrong = _at("ends_on", refusal)
        return _page(_about(paper_id, topic_id), wrong), 422
    done("The poll has begun.")
    return redirect(url_for("polls.show", poll_id=poll.id))


def _at(field: str, refusal: Invalid) -> Invalid:
    return Invalid(field, refusal.message, **refusal.facts)


def _found(poll_id: int) -> Poll:
    return polls.find(db(), poll_id, reader=actor())


def _show(poll: Poll, refusal: Refusal | None = None) -> str:
    person, at = actor(), now()
    about = poll.paper or poll.topic
    assert about is not None  # noqa: S101  the table's own constraint
    return render_template(
        "polls/show.html",
        poll=poll,
        about=about,
        about_url=_address(about),
        choices=[(each, CHOICES[each]) for each in SCALES[poll.scale]],
        is_over=polls.is_over(poll, at),
        last_day=last_day(poll),
        result=polls.result(db(), poll, now=at),
        has_voted=polls.has_voted(db(), poll, person),
        mine=polls.choice_of(db(), poll, person),
        may_vote=polls.may_vote(person, poll),
        may_close=polls.may_close(person, poll),
        fewest=polls.FEWEST,
        refusal=refusal,
    )


@bp.get("/polls/<int:poll_id>")
@login_required
def show(poll_id: int) -> ResponseReturnValue:
    """The question, the choices, and what may be known of the answers."""
    return _show(_found(poll_id))


@bp.post("/polls/<int:poll_id>/vote")
@login_required
def vote(poll_id: int) -> ResponseReturnValue:
    """Vote. What was chosen is in no address and in no message of the answer."""
    poll = _found(poll_id)
    try:
        polls.vote(db(), poll, form("choice", most=20), by=actor(), now=now())
    except Invalid as refusal:
        db().rollback()
        return _show(_found(poll_id), refusal), 422
    done("Your vote is counted.")
    return redirect(url_for("polls.show", poll_id=poll_id))


@bp.post("/polls/<int:poll_id>/close")
@login_required
def close(poll_id: int) -> ResponseReturnValue:
    """End the poll."""
    polls.close(db(), _found(poll_id), by=actor(), now=now())
    done("The poll is closed.")
    return redirect(url_for("polls.show", poll_id=poll_id))
