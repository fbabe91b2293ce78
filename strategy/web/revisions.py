"""Revisions over HTTP: timeline, one of them, two compared, restored; who wrote what."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import (
    comments,
    imports,
    lines,
    log,
    papers,
    people,
    policy,
    revisions,
    tablings,
)
from strategy.errors import Invalid
from strategy.live import rooms
from strategy.store.papers import Paper
from strategy.text import tracked
from strategy.text.margin import Margin, Side
from strategy.text.outline import headings
from strategy.text.passages import textblocks
from strategy.text.write import synopsis
from strategy.text.write.html import fragment
from strategy.web.errors import wants_json
from strategy.web.papers import file_address, found, page_facts
from strategy.web.request import actor, after_commit, begin_writing, db, done, only_reads

Doc = dict[str, Any]

bp = Blueprint("revisions", __name__, url_prefix="/papers/<int:paper_id>")


def notice(paper_id: int) -> None:
    """Let the room read what was added to the log, once it is durable."""
    after_commit(lambda: rooms.notice(paper_id))


@bp.get("/revisions")
@login_required
def index(paper_id: int) -> ResponseReturnValue:
    """The timeline of revisions, and what else happened."""
    return _timeline(paper_id, None)


def _timeline(paper_id: int, refusal: Invalid | None) -> str:
    paper = found(paper_id)
    return render_template(
        "revisions/index.html",
        paper=paper,
        revisions=revisions.all_of(db(), paper),
        events=log.of(db(), paper),
        read=papers.read_up_to(db(), paper, by=actor()),
        refusal=refusal,
        typed=request.form,
    )


@bp.post("/revisions")
@login_required
def create(paper_id: int) -> ResponseReturnValue:
    """Keep the text as it is now as the next revision; a script that asks stays where it is."""
    paper = found(paper_id)
    try:
        title = request.form.get("title", "")
        revision = revisions.take(db(), paper, title, by=actor(), now=now())
    except Invalid as refusal:
        if wants_json():
            raise
        db().rollback()
        return _timeline(paper_id, refusal), 422
    message = {"type": "paper", "state": paper.state, "revision": revision.number}
    after_commit(lambda: rooms.tell(paper_id, message))
    if wants_json():
        return jsonify(number=revision.number)
    done("Revision %(number)s is kept.", number=revision.number)
    return redirect(url_for("revisions.index", paper_id=paper_id))


@bp.get("/revisions/<int:number>")
@login_required
def show(paper_id: int, number: int) -> ResponseReturnValue:
    """One revision, with line numbers where it is cited and the comments that belong to it."""
    if "line" in request.args:
        return redirect(_line_address(paper_id, number, request.args["line"]))
    paper = found(paper_id)
    text = revisions.text(db(), paper, str(number))

    def address(sha256: str) -> str:
        return file_address(paper.id, sha256)

    before = tablings.tabled_before(db(), paper, number)
    redline = ""
    if before is not None:
        marked = revisions.redline(revisions.text(db(), paper, str(before)), text)
        redline = fragment(marked, view="marked", image_url=address, prefix="was-")
    numbered = lines.shown(db(), paper, number)
    return render_template(
        "revisions/show.html",
        paper=paper,
        revision=text.revision,
        text=fragment(text.doc, image_url=address, lines=numbered),
        lines=len(numbered.lines) if numbered else 0,
        before=before,
        redline=redline,
        headings=headings(text.doc),
        page=page_facts(paper, text.version),
        threads=comments.threads(db(), paper, version=text.version, doc=text.doc),
        last=revisions.newest(db(), paper),
        read=papers.read_up_to(db(), paper, by=actor()),
    )


def _line_address(paper_id: int, number: int, typed: str) -> str:
    """Where the lines stand that somebody typed: 17, 17-19, Z17."""
    named = re.fullmatch(r"\s*Z?\s*(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?\s*", typed, re.IGNORECASE)
    anchor = f"Z{named[1]}" + (f"-{named[2]}" if named[2] else "") if named else None
    return url_for("revisions.show", paper_id=paper_id, number=number, _anchor=anchor)


@bp.get("/revisions/<int:number>/doc")
@login_required
def doc(paper_id: int, number: int) -> ResponseReturnValue:
    """A revision's document as JSON."""
    text = revisions.text(db(), found(paper_id), str(number))
    return jsonify(version=text.version, doc=text.doc)


@bp.post("/revisions/<int:number>/restore")
@login_required
def restore(paper_id: int, number: int) -> ResponseReturnValue:
    """Make the text what this revision says, by new steps."""
    paper = found(paper_id)
    revisions.restore(db(), paper, number, by=actor(), now=now())
    notice(paper_id)
    done("The text is again that of revision %(number)s. Nothing was lost.", number=number)
    return redirect(url_for("papers.show", paper_id=paper_id))


@bp.get("/compare")
@login_required
def choose(paper_id: int) -> ResponseReturnValue:
    """The form of the timeline sends here; the address says what is compared."""
    old, new = request.args.get("old", "1"), request.args.get("new", "now")
    return redirect(url_for("revisions.compare", paper_id=paper_id, old=old, new=new))


@bp.get("/compare/<old>/<new>")
@login_required
def compare(paper_id: int, old: str, new: str) -> ResponseReturnValue:
    """Two texts as one: inline, or side by side."""
    paper = found(paper_id)
    read = papers.read_up_to(db(), paper, by=actor())
    before = revisions.text(db(), paper, old, read=read)
    after = revisions.text(db(), paper, new, read=read)
    marked = revisions.redline(before, after)
    columns = request.args.get("view") == "columns"
    ruled, numbered = _numbered(paper, before, after, marked)

    def address(sha256: str) -> str:
        return file_address(paper.id, sha256)

    return render_template(
        "revisions/compare.html",
        paper=paper,
        before=before,
        after=after,
        columns=columns,
        only_changed=request.args.get("only") == "changed",
        redline=""
        if columns
        else fragment(numbered or marked, view="marked", image_url=address, spoken=True),
        ruled=ruled if numbered else None,
        rows=_rows(paper, before, after, marked) if columns else [],
        column=lambda blocks, place: fragment(
            {"type": "doc", "attrs": {"lang": paper.lang}, "content": blocks},
            image_url=address,
            prefix=f"{place}-",
            spoken=True,
        ),
        changes=tracked.changes(marked),
        revisions=revisions.all_of(db(), paper),
    )


def _numbered(
    paper: Paper, before: revisions.Text, after: revisions.Text, marked: Doc
) -> tuple[revisions.Text, Doc | None]:
    """The redline with the lines of the text that it ends in, else of the one it begins with."""
    sides: tuple[tuple[revisions.Text, Side], ...] = ((after, "new"), (before, "old"))
    for text, side in sides:
        found = lines.beside(db(), paper, text)
        if found is not None and not tracked.is_tracked(text.doc):
            return text, Margin(text.doc, found).beside(marked, side)
    return after, None


def _rows(
    paper: Paper, before: revisions.Text, after: revisions.Text, marked: dict[str, Any]
) -> list[synopsis.Entry]:
    """The two columns, with the lines of texts that are cited."""
    both = (lines.beside(db(), paper, text) for text in (before, after))
    return synopsis.entries(marked, *both, before=before.doc, after=after.doc)


@bp.get("/writers")
@login_required
def writers(paper_id: int) -> ResponseReturnValue:
    """Who wrote which passage of the text of today."""
    paper = found(paper_id)
    return jsonify(_writers(paper, paper.version))


@bp.get("/revisions/<int:number>/writers")
@login_required
def writers_of_revision(paper_id: int, number: int) -> ResponseReturnValue:
    """Who wrote which passage of a revision, and where its textblocks begin."""
    paper = found(paper_id)
    text = revisions.text(db(), paper, str(number))
    return jsonify(_writers(paper, text.version) | {"blocks": textblocks(text.doc)})


def _writers(paper: Paper, version: int) -> dict[str, Any]:
    runs = revisions.writers(db(), paper, version=version)
    names = people.names(db(), {int(run.author) for run in runs if run.author})
    return {
        "version": version,
        "runs": [[run.start, run.end, run.author] for run in runs],
        "people": {str(key): name for key, name in names.items()},
    }


@bp.post("/import")
@login_required
@only_reads
def replace(paper_id: int) -> ResponseReturnValue:
    """Put a file's text in the place of the paper's, by new steps."""
    paper = found(paper_id)
    policy.require(policy.may_edit, actor(), paper)
    upload = request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise Invalid("file", "Please choose a file.")
        reading = imports.parse(upload.read(), upload.filename)
    except (Invalid, imports.Unreadable) as refusal:
        field = (
            refusal
            if isinstance(refusal, Invalid)
            else Invalid("file", refusal.message, **refusal.facts)
        )
        return _timeline(paper_id, field), 422
    begin_writing()
    paper = found(paper_id)
    imports.replace(db(), paper, reading, by=actor(), now=now())
    notice(paper_id)
    return render_template("papers/imported.html", paper=paper, report=imports.lines(reading)), 201
