"""The amendment book of a session over HTTP: read by paper and line, had as a PDF."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import amendment_books, amendment_pages, packet_jobs, policy
from strategy.web import citations
from strategy.web.request import actor, db
from strategy.web.sessions import found

bp = Blueprint("amendment_books", __name__, url_prefix="/sessions/<int:session_id>/amendments")


@bp.get("")
@login_required
def show(session_id: int) -> ResponseReturnValue:
    """Every amendment to the session's papers, in the order of reading."""
    session = found(session_id)
    confidential = policy.may_see_confidential(actor(), session.body)
    chapters = amendment_books.chapters(db(), session, confidential=confidential, freeze=True)
    return render_template(
        "amendment_books/show.html",
        session=session,
        chapters=chapters,
        count=sum(len(each.entries) for each in chapters),
        words=amendment_pages.Words(citations.lang(), session.body.zone),
        names_of=amendment_pages.names_of,
    )


@bp.post("")
@login_required
def create(session_id: int) -> ResponseReturnValue:
    """Have the PDF made."""
    session = found(session_id)
    job = packet_jobs.ask(db(), session, "amendments", by=actor(), now=now())
    return redirect(url_for("packets.progress", session_id=session_id, job_id=job.id))
