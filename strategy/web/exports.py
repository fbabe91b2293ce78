"""Exports over HTTP: the form, the file, and progress for long ones."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.datastructures import MultiDict

from strategy.clock import now
from strategy.domain import export_jobs, exports, revisions
from strategy.domain.exports import MIME, Wanted
from strategy.errors import Invalid
from strategy.web.errors import wants_json
from strategy.web.papers import found
from strategy.web.request import actor, begin_writing, db, only_reads

bp = Blueprint("exports", __name__, url_prefix="/papers/<int:paper_id>/export")


def _wanted(given: MultiDict[str, str]) -> Wanted:
    number = given.get("revision", "")
    against = given.get("against", "")
    if number and (not number.isdecimal() or len(number) > 6):
        raise Invalid("revision", "There is no such revision.")
    return Wanted(
        format=given.get("format", "pdf"),
        revision=int(number) if number else None,
        against=against,
        comments=given.get("comments") == "1",
        lines=given.get("lines", "continuous"),
        columns=given.get("columns") == "1",
        tracked=given.get("tracked", "1") == "1",
    )


@bp.get("")
@login_required
def show(paper_id: int) -> ResponseReturnValue:
    """The form; with a format in the address, the file itself."""
    paper = found(paper_id)
    if "format" in request.args:
        order = exports.gather(db(), paper, _wanted(request.args), by=actor(), now=now())
        return attachment(exports.produce(order), order.name, MIME[order.format])
    return _form(paper_id, None)


def _form(paper_id: int, refusal: Invalid | None) -> str:
    paper = found(paper_id)
    return render_template(
        "exports/show.html",
        paper=paper,
        revisions=revisions.all_of(db(), paper),
        refusal=refusal,
        typed=request.form or request.args,
    )


@bp.post("")
@login_required
@only_reads
def create(paper_id: int) -> ResponseReturnValue:
    """The file at once, or a job with progress where it is long."""
    paper = found(paper_id)
    try:
        wanted = _wanted(request.form)
        order = exports.gather(db(), paper, wanted, by=actor(), now=now())
    except Invalid as refusal:
        return _form(paper_id, refusal), 422
    if not order.is_long:
        return attachment(exports.produce(order), order.name, MIME[order.format])
    begin_writing()
    job = export_jobs.ask(db(), found(paper_id), wanted, by=actor(), now=now())
    return redirect(url_for("exports.progress", paper_id=paper_id, job_id=job.id))


@bp.get("/<int:job_id>")
@login_required
def progress(paper_id: int, job_id: int) -> ResponseReturnValue:
    """How far a long export is; its file once it is there."""
    paper = found(paper_id)
    job = export_jobs.find(db(), paper, job_id, by=actor())
    if request.args.get("file") == "1" and job.state == "done":
        return attachment(job.result or b"", job.name, job.mime)
    if wants_json():
        return jsonify(state=job.state, progress=job.progress)
    return render_template("exports/progress.html", paper=paper, job=job)


def attachment(data: bytes, name: str, mime: str) -> Response:
    """A file to be kept, never shown within our pages.

    name    in any script: headers are Latin letters at most, so the name's own goes encoded (RFC
            6266), beside one that old programs understand
    """
    response = Response(data, mimetype=mime.split(";", maxsplit=1)[0])
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    names = {"filename": plain}
    if plain != name:
        names["filename*"] = f"UTF-8''{quote(name, safe='')}"
    response.headers.set("Content-Disposition", "attachment", **names)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
