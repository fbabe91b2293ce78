"""Papers over HTTP: the list, a new one, the page where it is written, its states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required
from flask_wtf.csrf import generate_csrf

from strategy.catalog import later
from strategy.clock import now
from strategy.domain import (
    amendments,
    attachments,
    bodies,
    imports,
    lines,
    log,
    papers,
    policy,
    revisions,
    steps,
    tablings,
)
from strategy.domain import templates as paper_templates
from strategy.errors import Invalid, Refusal
from strategy.live import rooms
from strategy.store.papers import STATES, Paper
from strategy.store.people import Person
from strategy.text.lines import marks
from strategy.text.tracked import changes, decided_together, is_tracked
from strategy.text.write.html import fragment
from strategy.web import rights
from strategy.web.request import (
    actor,
    after_commit,
    begin_writing,
    day_or_none,
    db,
    done,
    form,
    integer,
    number_in_address,
    only_reads,
    sent,
)

bp = Blueprint("papers", __name__, url_prefix="/papers")


def found(paper_id: int) -> Paper:
    """The paper of an address, if the actor may know of it."""
    return papers.find(db(), number_in_address(paper_id), reader=actor())


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """The papers that the reader may see, narrowed by what they ask for."""
    asked = request.args
    page = asked.get("page", "1")
    wanted = papers.Wanted(
        query=asked.get("q", "")[:200],
        state=asked.get("state", ""),
        body=asked.get("body", ""),
        mine=asked.get("mine") == "1",
        page=int(page) if page.isdecimal() and 0 < int(page) < 10_000 else 1,
    )
    rows, count = papers.listed(db(), wanted, reader=actor())
    return render_template(
        "papers/index.html",
        papers=rows,
        count=count,
        wanted=wanted,
        per_page=papers.PER_PAGE,
        states=STATES,
        bodies=bodies.of(db(), actor()),
    )


@bp.get("/new")
@login_required
def create() -> ResponseReturnValue:
    """The form for a new paper."""
    return _new_form(None)


def _new_form(refusal: Refusal | None) -> str:
    mine = [body for body in bodies.of(db(), actor()) if policy.may_start_paper(actor(), body)]
    return render_template(
        "papers/new.html", bodies=mine, refusal=refusal, typed=request.form, actor=actor()
    )


@bp.post("")
@login_required
@only_reads
def begin() -> ResponseReturnValue:
    """A new paper: blank, from the template, or from a file."""
    try:
        title = form("title", most=papers.LONGEST_TITLE)
        way = form("way", most=20) or "blank"
        lang = "en" if request.form.get("lang") == "en" else "de"
        if not form("body", most=80):
            raise Invalid("body", "Please choose for which body it is.")
        body = bodies.find(db(), form("body", most=80), reader=actor())
        policy.require_body(policy.may_start_paper, actor(), body)
        reading = None
        if way == "file":
            upload = request.files.get("file")
            if upload is None or not upload.filename:
                raise Invalid("file", "Please choose a file.")
            # Read in a child process before this request writes: it may take seconds.
            reading = imports.parse(upload.read(), upload.filename)
            title = title or reading.title or upload.filename.rsplit(".", 1)[0]
    except (Invalid, imports.Unreadable) as refusal:
        db().rollback()
        wrong = refusal if isinstance(refusal, Invalid) else _at("file", refusal)
        return _new_form(wrong), 422
    slug = body.slug
    begin_writing()
    body = bodies.find(db(), slug, reader=actor())
    doc = reading.doc if reading else paper_templates.document(way, lang)
    try:
        paper = papers.start(
            db(), body, title, doc=doc, lead=actor(), by=actor(), now=now(), lang=lang
        )
    except Invalid as refusal:
        db().rollback()
        return _new_form(refusal), 422
    if reading:
        imports.keep(db(), paper, reading, by=actor(), now=now())
        report = imports.lines(reading)
        return render_template("papers/imported.html", paper=paper, report=report), 201
    return redirect(url_for("papers.show", paper_id=paper.id))


def _at(field: str, refusal: Refusal) -> Invalid:
    return Invalid(field, refusal.message, **refusal.facts)


@bp.get("/<int:paper_id>")
@login_required
def show(paper_id: int) -> ResponseReturnValue:
    """The paper: written in place by its authors, read by the others."""
    paper = found(paper_id)
    version, doc = steps.document(db(), paper)
    read = papers.read_up_to(db(), paper, by=actor())
    numbered = lines.today(db(), paper, doc)
    return render_template(
        "papers/show.html",
        paper=paper,
        version=version,
        text=fragment(doc, image_url=lambda sha: file_address(paper.id, sha), lines=numbered),
        lines=marks(doc, numbered) if numbered else [],
        page=page_facts(paper, version),
        read=read,
        last=revisions.newest(db(), paper),
        tracked=len(decided_together(changes(doc))) if is_tracked(doc) else 0,
        tabling=tablings.standing(db(), paper) if paper.tabled_at else None,
        attachments=attachments.of_paper(db(), paper),
        amendment=amendments.of_text(db(), paper) if paper.kind == "amendment" else None,
    )


def file_address(paper_id: int, sha256: str) -> str:
    """Where an image of a paper is served."""
    return url_for("files.show", paper_id=paper_id, sha256=sha256)


def page_facts(paper: Paper, version: int) -> dict[str, Any]:
    """What the scripts of the paper's page need to know."""
    person = actor()
    base = url_for("papers.show", paper_id=paper.id)
    return {
        "id": paper.id,
        "version": version,
        "lang": paper.lang,
        "title": paper.title,
        "state": paper.state,
        "may": {
            "edit": policy.may_edit(person, paper),
            "suggest": policy.may_suggest(person, paper),
            "comment": policy.may_comment(person, paper),
        },
        "me": {"id": person.id, "name": person.name, "color": person.id % 8},
        "urls": {
            "paper": base,
            "doc": f"{base}/doc",
            "steps": f"{base}/steps",
            "live": f"{base}/live",
            "files": f"{base}/files",
            "people": f"{base}/people",
            "comments": f"{base}/comments",
            "suggestions": f"{base}/suggestions",
            "read": f"{base}/read",
            "signIn": "/sign-in",
        },
        "csrf": generate_csrf(),
    }


@bp.post("/<int:paper_id>/read")
@login_required
def read(paper_id: int) -> Response:
    """Keep up to which version the actor has read."""
    paper = found(paper_id)
    given = sent() if request.is_json else request.form
    version = integer(given.get("version"), "version")
    papers.mark_read(db(), paper, version=version, by=actor(), now=now())
    if request.is_json:
        return jsonify(version=version)
    return redirect(url_for("papers.show", paper_id=paper.id))  # type: ignore[return-value]


@bp.get("/<int:paper_id>/settings")
@login_required
def settings(paper_id: int) -> ResponseReturnValue:
    """Title, people, state: what is said about the paper rather than in it."""
    return _settings(found(paper_id), None)


def _settings(paper: Paper, refusal: Refusal | None) -> str:
    return render_template(
        "papers/settings.html",
        paper=paper,
        members=bodies.members(db(), paper.body),
        events=log.of(db(), paper),
        tablings=tablings.of_paper(db(), paper),
        refusal=refusal,
        typed=request.form,
    )


@bp.post("/<int:paper_id>/title")
@login_required
def rename(paper_id: int) -> ResponseReturnValue:
    """A new title; which kind of paper it is."""
    paper = found(paper_id)
    try:
        papers.rename(db(), paper, request.form.get("title", ""), by=actor(), now=now())
        if kind := request.form.get("kind", ""):
            papers.classify(db(), paper, kind, by=actor(), now=now())
    except Invalid as refusal:
        db().rollback()
        return _settings(found(paper_id), refusal), 422
    _announce(paper)
    done("Your changes are kept.")
    return redirect(url_for("papers.settings", paper_id=paper.id))


@bp.post("/<int:paper_id>/people")
@login_required
def name_people(paper_id: int) -> ResponseReturnValue:
    """Lead author, co-authors, readers of the draft."""
    paper = found(paper_id)
    there = {member.person_id: member.person for member in bodies.members(db(), paper.body)}

    def chosen(field: str) -> list[Person]:
        ids = {int(value) for value in request.form.getlist(field) if value.isdecimal()}
        return [person for person_id, person in there.items() if person_id in ids]

    leads = chosen("lead")
    try:
        if not leads:
            raise Invalid("lead", "The lead author must be a member of the body.")
        papers.name_people(
            db(),
            paper,
            lead=leads[0],
            co_authors=chosen("co_authors"),
            readers=chosen("readers"),
            by=actor(),
            now=now(),
        )
    except Invalid as refusal:
        db().rollback()
        return _settings(found(paper_id), refusal), 422
    rights.changed()
    done("It is noted who writes this paper.")
    if not policy.may_read(actor(), paper):
        return redirect(url_for("papers.index"))
    return redirect(url_for("papers.settings", paper_id=paper.id))


def _consult(paper: Paper, by: Person, at: datetime) -> str:
    papers.consult(db(), paper, until=day_or_none("until"), by=by, now=at)
    return later("The paper is now in consultation: the whole body can read and comment on it.")


def _take_back(paper: Paper, by: Person, at: datetime) -> str:
    papers.take_back(db(), paper, by=by, now=at)
    return later("The paper is a draft again.")


def _finalise(paper: Paper, by: Person, at: datetime) -> str:
    papers.finalise(db(), paper, by=by, now=at, title=form("revision", most=120))
    return later("The paper is finalised. Its text is frozen and ready to be exported.")


def _reopen(paper: Paper, by: Person, at: datetime) -> str:
    papers.reopen(db(), paper, by=by, now=at)
    return later("The paper is back in consultation.")


def _withdraw(paper: Paper, by: Person, at: datetime) -> str:
    papers.withdraw(db(), paper, form("because", most=2000), by=by, now=at)
    return later("The paper is withdrawn.")


MOVES: dict[str, Callable[[Paper, Person, datetime], str]] = {
    "consultation": _consult,
    "draft": _take_back,
    "finalised": _finalise,
    "reopened": _reopen,
    "withdrawn": _withdraw,
}


@bp.post("/<int:paper_id>/state")
@login_required
def move(paper_id: int) -> ResponseReturnValue:
    """Bring the paper into another state."""
    paper = found(paper_id)
    wanted = request.form.get("state", "")
    try:
        if wanted not in MOVES:
            raise Invalid("state", "There is no such state.")
        said = MOVES[wanted](paper, actor(), now())
    except Invalid as refusal:
        db().rollback()
        return _settings(found(paper_id), refusal), 422
    _announce(paper)
    flash(gettext(said), "ok")
    return redirect(url_for("papers.show", paper_id=paper.id))


def _announce(paper: Paper) -> None:
    """Tell everybody in the room, once it is durable."""
    paper_id, state = paper.id, paper.state
    after_commit(lambda: rooms.notice(paper_id))
    after_commit(lambda: rooms.tell(paper_id, {"type": "paper", "state": state}))
