"""Suggestions over HTTP: what stands in the text, in words; decided, answered, made stronger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import policy, steps, suggestions
from strategy.errors import Invalid, NotAllowed
from strategy.live import rooms
from strategy.store.papers import Paper
from strategy.store.suggestions import Suggestion
from strategy.text import tracked
from strategy.text.changes import ChangeEntry
from strategy.web.papers import found
from strategy.web.request import actor, after_commit, db, done, sent, text
from strategy.web.words import suggested_together, suggested_words

bp = Blueprint("suggestions", __name__, url_prefix="/papers/<int:paper_id>/suggestions")

MOST_NAMES = 5_000
LONGEST_NAME = 150


@bp.get("")
@login_required
def index(paper_id: int) -> ResponseReturnValue:
    """The suggestions that stand in the text of today, in words, as JSON."""
    paper = found(paper_id)
    version, doc = steps.document(db(), paper)
    known = suggestions.rows(db(), paper)
    told = [_told(group, known) for group in tracked.decided_together(tracked.changes(doc))]
    return jsonify(version=version, changes=told)


def _told(group: list[ChangeEntry], known: Mapping[str, Suggestion]) -> dict[str, Any]:
    first = group[0]
    row = known.get(first.ids[0])
    return {
        "ids": list(dict.fromkeys(name for entry in group for name in entry.ids)),
        "kind": first.kind,
        "words": suggested_together(group),
        "heading": first.heading,
        "author": row.author_name if row else "",
        "person": row.person_id if row else None,
        "at": row.made_at.isoformat() if row and row.made_at else "",
        "strength": (row.strength if row else None) or "",
    }


@bp.post("")
@login_required
def settle(paper_id: int) -> ResponseReturnValue:
    """Accept or reject suggestions that stand in the text; for browsers without scripts."""
    paper = found(paper_id)
    verdict = request.form.get("verdict")
    if verdict not in {"accept", "reject"}:
        raise NotAllowed("Please say whether to accept or to reject.")
    names = [name for name in request.form.getlist("change") if name]
    keep = verdict == "accept"
    suggestions.settle(db(), paper, names, keep=keep, by=actor(), now=now())
    after_commit(lambda: rooms.notice(paper_id))
    done("The changes are now part of the text." if keep else "The changes are taken out.")
    return redirect(url_for("papers.show", paper_id=paper_id))


@bp.get("/answered")
@login_required
def answered(paper_id: int) -> ResponseReturnValue:
    """What became of the suggestions that do not stand in the text any more, and why."""
    return _answered(found(paper_id), None)


def _answered(paper: Paper, refusal: Invalid | None) -> str:
    return render_template(
        "suggestions/answered.html",
        paper=paper,
        settled=suggestions.settled(db(), paper),
        words=suggested_words,
        may_answer=lambda each: policy.may_edit(actor(), paper) or each.settled_by_id == actor().id,
        refusal=refusal,
        typed=request.form,
    )


@bp.post("/answers")
@login_required
def answer(paper_id: int) -> ResponseReturnValue:
    """Say why suggestions were accepted or rejected; JSON from the editor, a form else."""
    paper = found(paper_id)
    given = sent() if request.is_json else request.form
    try:
        suggestions.answer(
            db(),
            paper,
            _names(given),
            text(given.get("reason", ""), "reason", most=suggestions.LONGEST_REASON),
            verdict=str(given.get("verdict", "")),
            by=actor(),
            now=now(),
        )
    except Invalid as refusal:
        if request.is_json:
            raise
        return _answered(paper, refusal), 422
    if request.is_json:
        return jsonify({})
    done("Your answer is kept, and its author is told.")
    return redirect(url_for("suggestions.answered", paper_id=paper_id))


def _names(given: Any) -> list[str]:
    raw = given.getlist("ids") if hasattr(given, "getlist") else given.get("ids")
    if not isinstance(raw, list) or not 0 < len(raw) <= MOST_NAMES:
        raise Invalid("ids", "There is no such suggestion.")
    return [text(name, "ids", most=LONGEST_NAME, least=1) for name in raw]


@bp.post("/strength")
@login_required
def strength(paper_id: int) -> Response:
    """Say how strongly a suggestion of one's own is meant."""
    paper = found(paper_id)
    given = sent()
    suggestions.strengthen(
        db(),
        paper,
        text(given.get("id"), "id", most=LONGEST_NAME, least=1),
        text(given.get("strength"), "strength", most=20),
        by=actor(),
    )
    return jsonify({})
