"""The packet over HTTP: asked for, made in the background, fetched."""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import overview, packet_jobs
from strategy.web.errors import wants_json
from strategy.web.exports import attachment
from strategy.web.request import actor, db
from strategy.web.sessions import found

bp = Blueprint("packets", __name__, url_prefix="/sessions/<int:session_id>/packet")


@bp.get("")
@login_required
def show(session_id: int) -> ResponseReturnValue:
    """What is in the packet, and as what it can be had."""
    session = found(session_id)
    seen = overview.of(db(), session, reader=actor(), now=now())
    return render_template("packets/show.html", session=session, seen=seen)


@bp.post("")
@login_required
def create(session_id: int) -> ResponseReturnValue:
    """Have it made."""
    session = found(session_id)
    format = request.form.get("format", "pdf")
    amended = request.form.get("amended") == "1"
    attached = request.form.get("apart") != "1"
    job = packet_jobs.ask(
        db(), session, format, amended=amended, attached=attached, by=actor(), now=now()
    )
    return redirect(url_for("packets.progress", session_id=session_id, job_id=job.id))


@bp.get("/<int:job_id>")
@login_required
def progress(session_id: int, job_id: int) -> ResponseReturnValue:
    """How far it is; the file once it is there."""
    session = found(session_id)
    job = packet_jobs.find(db(), session, job_id, by=actor())
    if request.args.get("file") == "1" and job.state == "done":
        return attachment(job.result or b"", job.name, job.mime)
    if wants_json():
        return jsonify(state=job.state, progress=job.progress)
    is_book = packet_jobs.is_book(job)
    return render_template("packets/progress.html", session=session, job=job, is_book=is_book)
