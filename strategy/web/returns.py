"""Files that come back over HTTP: brought, looked at, taken over."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import imports, policy, returns, revisions
from strategy.errors import Invalid
from strategy.store.papers import Paper
from strategy.text.write.html import fragment
from strategy.web.papers import file_address, found
from strategy.web.request import actor, begin_writing, db, form, only_reads
from strategy.web.revisions import notice

bp = Blueprint("returns", __name__, url_prefix="/papers/<int:paper_id>/return")


@bp.get("")
@login_required
def create(paper_id: int) -> ResponseReturnValue:
    """The form: which file, and what to compare it with if it does not say so itself."""
    return _form(found(paper_id), None)


def _form(paper: Paper, refusal: Invalid | None) -> str:
    return render_template(
        "returns/new.html",
        paper=paper,
        revisions=revisions.all_of(db(), paper),
        refusal=refusal,
        typed=request.form,
    )


@bp.post("")
@login_required
@only_reads
def bring(paper_id: int) -> ResponseReturnValue:
    """Read and compare the file once, so that what is wrong with it is said here; then keep it."""
    paper = found(paper_id)
    against, copy = form("against", most=10), form("copy", most=1) == "1"
    upload = request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise Invalid("file", "Please choose a file.")
        data, name = upload.read(), upload.filename
        returns.compare(db(), paper, data, name, against, copy=copy, by=actor())
    except imports.Unreadable as refusal:
        return _form(paper, Invalid("file", refusal.message, **refusal.facts)), 422
    except Invalid as refusal:
        return _form(paper, refusal), 422
    begin_writing()
    job = returns.keep(
        db(), found(paper_id), data, name, against=against, copy=copy, by=actor(), now=now()
    )
    return redirect(url_for("returns.show", paper_id=paper_id, job_id=job.id))


@bp.get("/<int:job_id>")
@login_required
def show(paper_id: int, job_id: int) -> ResponseReturnValue:
    """What was changed in the file, whose it will be, and what has no place any more."""
    paper = found(paper_id)
    job = returns.find(db(), paper, job_id, by=actor())
    compared = returns.compared(db(), paper, job, by=actor())
    marked = compared.edited.marked
    return render_template(
        "returns/show.html",
        paper=paper,
        job=job,
        found=compared,
        carried=returns.carried(db(), paper, compared, by=actor()),
        redline=fragment(
            marked,
            view="marked",
            image_url=lambda sha: file_address(paper.id, sha),
            spoken=True,
        ),
        may_take=compared.copy and policy.may_suggest(actor(), paper),
        taken=False,
    )


@bp.post("/<int:job_id>")
@login_required
@only_reads
def take(paper_id: int, job_id: int) -> ResponseReturnValue:
    """Take the changes over as suggestions."""
    paper = found(paper_id)
    policy.require(policy.may_suggest, actor(), paper)
    job = returns.find(db(), paper, job_id, by=actor())
    compared = returns.compared(db(), paper, job, by=actor())
    begin_writing()
    paper = found(paper_id)
    made = returns.take_over(db(), paper, compared, by=actor(), now=now())
    db().delete(returns.find(db(), paper, job_id, by=actor()))
    notice(paper_id)
    page = render_template(
        "returns/show.html", paper=paper, found=compared, carried=made, may_take=False, taken=True
    )
    return page, 201
