"""Attachments of papers over HTTP: the list, one more, another order, the file itself."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import attachments, policy, tablings
from strategy.errors import Invalid, Refusal
from strategy.store.papers import Paper
from strategy.text.read import PdfInfo, Unreadable
from strategy.text.read.files import check_pdf
from strategy.text.write.foreign import can_be_set
from strategy.web import exports
from strategy.web.papers import found
from strategy.web.request import actor, begin_writing, db, done, form, only_reads, settings

bp = Blueprint("attachments", __name__, url_prefix="/papers/<int:paper_id>/attachments")

MOVES = {"up": -1, "down": 1}


@bp.get("")
@login_required
def index(paper_id: int) -> ResponseReturnValue:
    """What is attached now, and what was tabled when."""
    return _page(found(paper_id), None)


def _page(paper: Paper, refusal: Refusal | None, *, renamed: int | None = None) -> str:
    every = tablings.of_paper(db(), paper)
    frozen = attachments.of_tablings(db(), [each.id for each in every])
    history = []
    for place, each in enumerate(every):
        mine = frozen.get(each.id, [])
        before = frozen.get(every[place + 1].id, []) if place + 1 < len(every) else None
        differs = attachments.changes(before, mine) if before is not None else []
        history.append((each, mine, differs))
    return render_template(
        "attachments/index.html",
        paper=paper,
        attachments=attachments.of_paper(db(), paper),
        history=history if frozen else [],
        most=attachments.MOST,
        megabytes=settings().largest_attachment // 1_000_000,
        pages=settings().longest_attachment,
        refusal=refusal,
        renamed=renamed,
        typed=request.form if refusal else {},
    )


@bp.post("")
@login_required
@only_reads
def create(paper_id: int) -> ResponseReturnValue:
    """Attach a PDF. It is read, and set on trial, in child processes before this one writes."""
    policy.require(policy.may_attach, actor(), found(paper_id))
    try:
        title = attachments.check_title(form("title", most=attachments.LONGEST_TITLE))
        name, pdf = _uploaded()
        begin_writing()
        attachments.add(db(), found(paper_id), pdf, title=title, name=name, by=actor(), now=now())
    except Invalid as refusal:
        db().rollback()
        return _page(found(paper_id), refusal), 422
    done("The attachment is added.")
    return redirect(url_for("attachments.index", paper_id=paper_id))


def _uploaded() -> tuple[str, PdfInfo]:
    """The chosen file's name and what may be kept of it.

    raises  Invalid naming `file`
    """
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid("file", "Please choose a file.")
    try:
        pdf = check_pdf(
            upload.read(),
            most_bytes=settings().largest_attachment,
            most_pages=settings().longest_attachment,
        )
    except Unreadable as refusal:
        raise Invalid("file", refusal.message, **refusal.facts) from refusal
    if not can_be_set(pdf.data, pdf.pages):
        raise Invalid(
            "file",
            "A page of this PDF cannot be put into the session papers."
            " Please print it into a new PDF.",
        )
    return upload.filename, pdf


@bp.post("/<int:attachment_id>/title")
@login_required
def rename(paper_id: int, attachment_id: int) -> ResponseReturnValue:
    """Give an attachment another title."""
    try:
        title = form("title", most=attachments.LONGEST_TITLE)
        attachments.rename(db(), found(paper_id), attachment_id, title, by=actor(), now=now())
    except Invalid as refusal:
        db().rollback()
        return _page(found(paper_id), refusal, renamed=attachment_id), 422
    done("Your changes are kept.")
    return redirect(url_for("attachments.index", paper_id=paper_id))


@bp.post("/<int:attachment_id>/move")
@login_required
def move(paper_id: int, attachment_id: int) -> ResponseReturnValue:
    """One place up or down."""
    step = MOVES.get(request.form.get("to", ""))
    if step is None:
        raise Invalid("to", "There is no such place.")
    attachments.move(db(), found(paper_id), attachment_id, step, by=actor())
    return redirect(
        url_for("attachments.index", paper_id=paper_id) + f"#attachment-{attachment_id}"
    )


@bp.post("/<int:attachment_id>/remove")
@login_required
def remove(paper_id: int, attachment_id: int) -> ResponseReturnValue:
    """Take an attachment off the paper."""
    attachments.remove(db(), found(paper_id), attachment_id, by=actor(), now=now())
    done("The attachment is removed.")
    return redirect(url_for("attachments.index", paper_id=paper_id))


@bp.get("/<sha256>")
@login_required
def show(paper_id: int, sha256: str) -> Response:
    """The file, to be kept: for those who may read the paper."""
    name, data = attachments.find(db(), found(paper_id), sha256)
    return exports.attachment(data, name, "application/pdf")
