"""Votes on amendments over HTTP: their order, results, signatures, urgency, recommendations."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import (
    amendment_votes,
    amendments,
    late_amendments,
    merging,
    policy,
    recommendations,
)
from strategy.domain.amendment_votes import Count
from strategy.errors import Invalid, Refusal
from strategy.store.amendments import Amendment
from strategy.store.papers import Paper
from strategy.web import amendments as pages
from strategy.web import citations
from strategy.web.papers import found
from strategy.web.request import actor, db, done, form, integer

bp = Blueprint("amendment_votes", __name__, url_prefix="/papers/<int:paper_id>/amendments")


@bp.get("/votes")
@login_required
def show(paper_id: int) -> ResponseReturnValue:
    """The amendments in the order of votes, with what really needs one."""
    return _show(found(paper_id), None)


def _show(paper: Paper, refusal: Refusal | None, at: int = 0) -> str:
    made = merging.of(db(), paper)
    ballots = amendment_votes.ballots(db(), made)
    text = citations.ruled(paper, made.tabling.revision, made.base)
    return render_template(
        "amendments/votes.html",
        paper=paper,
        made=made,
        ballots=ballots,
        counts=amendment_votes.open_ones(ballots),
        named={each.id: each.name for each in amendments.of_paper(db(), paper)},
        cite=lambda passage, amendment: citations.cite(
            passage, None if amendment.upon_id else text
        ),
        clash_words=citations.clash_words,
        clash_place=lambda clash: citations.clash_place(clash, text),
        leads=policy.may_merge(actor(), paper),
        is_running=made.tabling.session.state == "running",
        refusal=refusal,
        at=at,
        typed=request.form if refusal else {},
    )


def _voted(paper_id: int, amendment: Amendment) -> ResponseReturnValue:
    address = url_for("amendment_votes.show", paper_id=paper_id)
    return redirect(f"{address}#amendment-{amendment.id}")


def _votes(name: str) -> int:
    return integer(request.form.get(name) or "0", name, most=10_000)


@bp.post("/<int:amendment_id>/result")
@login_required
def record(paper_id: int, amendment_id: int) -> ResponseReturnValue:
    """What the board has voted; or that another amendment has settled this one."""
    amendment = pages.find(paper_id, amendment_id)
    policy.require(policy.may_merge, actor(), amendment.paper)
    try:
        outcome = form("outcome", most=20)
        if outcome == "settled":
            other = integer(request.form.get("settled_by", ""), "settled_by", most=2**31 - 1)
            settled_by = pages.find(paper_id, other)
            amendment_votes.settle(db(), amendment, settled_by, by=actor(), now=now())
        elif outcome in ("carried", "not_carried"):
            count = Count(
                outcome == "carried", _votes("yes"), _votes("no"), _votes("abstain"),
                request.form.get("is_unanimous") == "1",
            )  # fmt: skip
            amendment_votes.record(db(), amendment, count, by=actor(), now=now())
        else:
            raise Invalid("outcome", "There is no such outcome.")
    except Invalid as refusal:
        db().rollback()
        return _show(found(paper_id), refusal, amendment_id), 422
    done("The result on %(name)s is recorded. It stands.", name=amendment.name)
    return _voted(paper_id, amendment)


@bp.post("/<int:amendment_id>/follow")
@login_required
def follow(paper_id: int, amendment_id: int) -> ResponseReturnValue:
    """Do what was agreed on."""
    amendment = pages.find(paper_id, amendment_id)
    amendment_votes.follow(db(), amendment, by=actor(), now=now())
    done("%(name)s: what was agreed on is noted.", name=amendment.name)
    return _voted(paper_id, amendment)


@bp.post("/<int:amendment_id>/shift")
@login_required
def shift(paper_id: int, amendment_id: int) -> ResponseReturnValue:
    """Vote on it earlier, or later."""
    amendment = pages.find(paper_id, amendment_id)
    places = -1 if request.form.get("to") == "earlier" else 1
    amendment_votes.shift(db(), amendment, places, by=actor())
    return _voted(paper_id, amendment)


@bp.post("/<int:amendment_id>/back")
@login_required
def back(paper_id: int, amendment_id: int) -> ResponseReturnValue:
    """Sign for it."""
    amendment = pages.find(paper_id, amendment_id)
    late_amendments.back(db(), amendment, by=actor(), now=now())
    done("Your signature is kept.")
    return pages.back_to(amendment)


@bp.post("/<int:amendment_id>/urgency")
@login_required
def urgency(paper_id: int, amendment_id: int) -> ResponseReturnValue:
    """Record the board's vote on the urgency of a late amendment."""
    amendment = pages.find(paper_id, amendment_id)
    try:
        vote = late_amendments.vote(
            db(), amendment,
            because=form("because", most=amendments.LONGEST_REASON),
            yes=_votes("yes"), no=_votes("no"), abstain=_votes("abstain"),
            by=actor(), now=now(),
        )  # fmt: skip
    except Invalid as refusal:
        return pages.again(paper_id, amendment_id, refusal)
    if vote.is_granted:
        done("Urgency is granted: the amendment may be adopted. It stays marked late.")
    else:
        done("Urgency is not granted: the amendment cannot be adopted.")
    return pages.back_to(amendment)


@bp.post("/<int:amendment_id>/recommendations")
@login_required
def recommend(paper_id: int, amendment_id: int) -> ResponseReturnValue:
    """What its authors, or the chair, advise."""
    amendment = pages.find(paper_id, amendment_id)
    policy.require(policy.may_recommend, actor(), amendment.paper)
    try:
        other = request.form.get("settled_by", "")
        words = {
            int(name.removeprefix("words-")): form(name, most=merging.LONGEST_WORDS)
            for name in request.form
            if name.startswith("words-") and name.removeprefix("words-").isdecimal()
            and len(name) < 12
        }  # fmt: skip
        recommendations.recommend(
            db(), amendment, form("advice", most=20),
            reason=form("reason", most=amendments.LONGEST_REASON),
            words=words,
            settled_by=pages.find(paper_id, integer(other, "settled_by", most=2**31 - 1))
            if other
            else None,
            by=actor(), now=now(),
        )  # fmt: skip
    except Invalid as refusal:
        return pages.again(paper_id, amendment_id, refusal)
    done("The recommendation is kept. Whoever stands for %(name)s can answer it.",
         name=amendment.name)  # fmt: skip
    return pages.back_to(amendment)


@bp.post("/<int:amendment_id>/answer")
@login_required
def answer(paper_id: int, amendment_id: int) -> ResponseReturnValue:
    """Its mover agrees to the recommendation, or not."""
    amendment = pages.find(paper_id, amendment_id)
    try:
        recommendations.answer(
            db(), amendment,
            agrees=request.form.get("agrees") == "1",
            words=form("words", most=amendments.LONGEST_REASON),
            by=actor(), now=now(),
        )  # fmt: skip
    except Invalid as refusal:
        return pages.again(paper_id, amendment_id, refusal)
    done("Your answer is kept.")
    return pages.back_to(amendment)
