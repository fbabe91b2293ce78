"""Amendments over HTTP: begun, moved, read, withdrawn, taken over, split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    tablings,
)
from strategy.errors import Invalid, NotFound, Refusal
from strategy.live import rooms
from strategy.store.amendments import Amendment
from strategy.store.papers import Paper
from strategy.store.sessions import Session
from strategy.store.tablings import Tabling
from strategy.text import amending, synopsis, tracked
from strategy.text.amending import Passage
from strategy.text.lines import Ruled
from strategy.text.margin import Margin, without_lines
from strategy.text.write.html import first_notes, fragment
from strategy.web import citations
from strategy.web.papers import file_address, found
from strategy.web.request import actor, after_commit, db, done, form

Doc = dict[str, Any]

bp = Blueprint("amendments", __name__, url_prefix="/papers/<int:paper_id>/amendments")


def find(paper_id: int, amendment_id: int) -> Amendment:
    """The amendment of an address, if the actor may know of it."""
    return amendments.find(db(), found(paper_id), amendment_id, reader=actor())


def back_to(amendment: Amendment) -> ResponseReturnValue:
    """On to the amendment's page."""
    return redirect(
        url_for("amendments.show", paper_id=amendment.paper_id, amendment_id=amendment.id)
    )


@bp.get("")
@login_required
def index(paper_id: int) -> ResponseReturnValue:
    """The amendments to a paper, and a form to begin one."""
    return _index(found(paper_id), None)


def _index(paper: Paper, refusal: Refusal | None) -> str:
    texts = amendments.texts(db(), paper)
    passages = {key: amending.unpack_passages(each.passages) for key, each in texts.items()}
    tabling = tablings.standing(db(), paper)
    text = _ruled(paper)
    every = amendments.of_paper(db(), paper)
    made = merging.of(db(), paper) if tabling else None
    return render_template(
        "amendments/index.html",
        paper=paper,
        tabling=tabling,
        deadline=_deadline(tabling),
        amendments=every,
        drafts=amendments.drafts(db(), paper, reader=actor()),
        texts=texts,
        passages=passages,
        made=made,
        collisions=made.collisions if made else (),
        named={each.id: each.name for each in every},
        cite=lambda passage, own: citations.cite(passage, text if own else None),
        names=_names(paper, text),
        clash_words=citations.clash_words,
        clash_place=lambda clash: citations.clash_place(clash, text),
        now=now(),
        refusal=refusal,
        typed=request.form if refusal else {},
    )


def _ruled(paper: Paper, number: int | None = None) -> Ruled | None:
    """The lines of the tabled text, or of another revision of it."""
    standing = tablings.standing(db(), paper)
    if number is None and standing is None:
        return None
    number = number or (standing.revision if standing else 0)
    return citations.ruled(paper, number, amendments.base_text(db(), paper, number))


def _names(paper: Paper, text: Ruled | None) -> dict[str, str]:
    """What the amendments to the paper's own text are called, by their numbers."""
    texts = amendments.texts(db(), paper)
    every = {
        each.name: amending.unpack_passages(texts[each.id].passages)
        for each in amendments.of_paper(db(), paper)
        if each.upon_id is None and each.kind != "hint" and each.id in texts
    }
    return citations.names(paper.number, every, text)


def _deadline(tabling: Tabling | None) -> datetime | None:
    return amendments.deadline(db(), tabling) if tabling else None


def _deadline_of(amendment: Amendment, is_draft: bool) -> datetime | None:
    """Until when a draft is moved in time, as it stands now."""
    tabling = tablings.standing(db(), amendment.paper)
    if tabling is None:
        return None
    made = amendments.changes_of(db(), amendment) if is_draft else None
    return amendments.deadline(db(), tabling, made, is_global=amendment.kind == "global")


@bp.post("")
@login_required
def begin(paper_id: int) -> ResponseReturnValue:
    """A draft of an amendment: on to its text."""
    paper = found(paper_id)
    upon = request.form.get("upon", "")
    try:
        made = amendments.begin(
            db(),
            paper,
            form("kind", most=20),
            by=actor(),
            now=now(),
            upon=find(paper_id, int(upon)) if upon.isdecimal() and len(upon) < 10 else None,
        )
    except Invalid as refusal:
        db().rollback()
        return _index(found(paper_id), refusal), 422
    done("Your draft begins as a copy. Change its text as you want it to be; then move it.")
    return redirect(url_for("papers.show", paper_id=made.text_id))


@bp.get("/<int:amendment_id>")
@login_required
def show(paper_id: int, amendment_id: int) -> ResponseReturnValue:
    """The amendment: what it changes, why, what became of it."""
    return _show(find(paper_id, amendment_id), None)


def _show(amendment: Amendment, refusal: Refusal | None) -> str:
    paper = amendment.paper
    text = amendments.text_of(db(), amendment)
    every, marked = _passages(amendment)
    base = text.base if text is not None and text.stands else amendment.base
    lines = _ruled(paper, base) if every and amendment.upon_id is None else None
    notes = first_notes(lines.doc) if lines is not None else []
    is_open = amendment.state == "moved" and _is_tabled(paper)
    made = merging.of(db(), paper) if is_open else None
    return render_template(
        "amendments/show.html",
        paper=paper,
        amendment=amendment,
        text=text,
        passages=every,
        cite=lambda passage: citations.cite(passage, lines),
        citation_name=_names(paper, lines).get(amendment.name, ""),
        shown=lambda row, nodes, place: _fragment(paper, nodes, f"p{place}-", row.first_note),
        rows=[_row(passage, lines, notes) for passage in every],
        is_numbered=lines is not None,
        hint=_hint(amendment) if amendment.kind == "hint" else "",
        is_astray=amendment.state == "moved" and text is not None and not text.stands,
        is_behind=_is_behind(amendment),
        is_unchanged=amendment.kind != "hint" and not every,
        marked=marked,
        deadline=_deadline_of(amendment, marked),
        advised=recommendations.of_amendment(db(), amendment),
        others=[
            each
            for each in amendments.of_paper(db(), paper)
            if each.id != amendment.id and each.state != "withdrawn"
        ],
        result=amendment_votes.results(db(), paper).get(amendment.id),
        made=made,
        entry=made.entry(amendment) if made else None,
        backers=late_amendments.backers(db(), amendment),
        urgency=late_amendments.urgency_of(db(), amendment),
        terms=late_amendments.terms(db(), amendment) if _is_tabled(paper) else None,
        is_running=_is_tabled(paper) and _session(paper).state == "running",
        may_recommend=policy.may_recommend(actor(), paper),
        may_merge=policy.may_merge(actor(), paper),
        votes=policy.may_vote(actor(), paper.body),
        writes=amendments.is_writer(actor(), amendment),
        may_amend=policy.may_amend(actor(), paper),
        now=now(),
        refusal=refusal,
        typed=request.form if refusal else {},
    )


def _is_behind(amendment: Amendment) -> bool:
    """Whether a draft began from a text that is not the tabled one any more."""
    if amendment.state != "drafted" or amendment.upon_id is not None:
        return False
    standing = tablings.standing(db(), amendment.paper)
    return standing is not None and standing.revision != amendment.base


def _is_tabled(paper: Paper) -> bool:
    return tablings.standing(db(), paper) is not None


def _session(paper: Paper) -> Session:
    standing = tablings.standing(db(), paper)
    if standing is None:
        raise NotFound("There is no such session.")
    return standing.session


def _passages(amendment: Amendment) -> tuple[list[Passage], bool]:
    """What it changes; and whether those are those of a draft, worked out just now."""
    if amendment.kind == "hint":
        return [], False
    text = amendments.text_of(db(), amendment)
    if text is not None:
        return amending.unpack_passages(text.passages), False
    whole = amendments.changes_of(db(), amendment)
    return amending.passages(tracked.reject(whole), whole), True


@dataclass(frozen=True)
class Shown:
    """A passage, with the lines of the text that it changes where they are known.

    nodes       in one text
    before      what stands there, and `after` what is to stand there: in two columns
    first_note  the number that a first footnote in it has
    """

    nodes: list[Doc]
    before: list[Doc]
    after: list[Doc]
    first_note: int


def _row(passage: Passage, lines: Ruled | None, notes: Sequence[int]) -> Shown:
    nodes = list(passage.nodes)
    if lines is not None:
        nodes = Margin(lines.doc, lines.map).part(nodes, passage.block, passage.blocks)
    rows = synopsis.rows({"type": "doc", "content": nodes})
    return Shown(
        nodes,
        [node for row in rows for node in row.before],
        without_lines([node for row in rows for node in row.after]),
        notes[passage.block] if passage.block < len(notes) else 1,
    )


def _fragment(paper: Paper, nodes: Sequence[object], prefix: str, first_note: int) -> str:
    doc = {"type": "doc", "attrs": {"title": "", "lang": paper.lang}, "content": list(nodes)}
    return fragment(
        doc,
        image_url=lambda sha: file_address(paper.id, sha),
        prefix=prefix,
        first_note=first_note,
    )


def _hint(amendment: Amendment) -> str:
    doc = amendments.hint_of(db(), amendment)
    return fragment(doc, view="clean", prefix="hint-")


def again(paper_id: int, amendment_id: int, refusal: Refusal) -> ResponseReturnValue:
    """The page once more, with what was wrong at its field."""
    db().rollback()
    return _show(find(paper_id, amendment_id), refusal), 422


@bp.post("/<int:amendment_id>/move")
@login_required
def move(paper_id: int, amendment_id: int) -> ResponseReturnValue:
    """Move it. The moment is read once its rows are held."""
    amendment = find(paper_id, amendment_id)
    try:
        reason = form("reason", most=amendments.LONGEST_REASON)
        amendments.require_writer(actor(), amendment)
        amendments.hold(db(), amendment)
        motion = amendments.move(db(), amendment, reason, by=actor(), now=now())
    except Invalid as refusal:
        return again(paper_id, amendment_id, refusal)
    _tell(amendment)
    if motion.late_by is not None:
        done("%(name)s is moved, after the deadline: it is marked late for good.",
             name=amendment.name)  # fmt: skip
    else:
        done("%(name)s is moved. Its text is frozen now.", name=amendment.name)
    return back_to(amendment)


def _tell(amendment: Amendment) -> None:
    """Let whoever has its text open know that it is frozen now, or open again."""
    text_id, state = amendment.text_id, amendment.text.state
    after_commit(lambda: rooms.notice(text_id))
    after_commit(lambda: rooms.tell(text_id, {"type": "paper", "state": state}))


@bp.post("/<int:amendment_id>/withdraw")
@login_required
def withdraw(paper_id: int, amendment_id: int) -> ResponseReturnValue:
    """Take it out of the running; a draft is thrown away."""
    amendment = find(paper_id, amendment_id)
    because = form("because", most=amendments.LONGEST_REASON)
    was_moved = amendment.state == "moved"
    amendments.withdraw(db(), amendment, because, by=actor(), now=now())
    _tell(amendment)
    if was_moved:
        done("%(name)s is withdrawn.", name=amendment.name)
        return back_to(amendment)
    done("The draft is thrown away.")
    return redirect(url_for("amendments.index", paper_id=paper_id))


@bp.post("/<int:amendment_id>/take-over")
@login_required
def take_over(paper_id: int, amendment_id: int) -> ResponseReturnValue:
    """Stand for an amendment that its mover has withdrawn."""
    amendment = find(paper_id, amendment_id)
    amendments.take_over(db(), amendment, by=actor(), now=now())
    done("You now stand for %(name)s.", name=amendment.name)
    return back_to(amendment)


@bp.post("/<int:amendment_id>/split")
@login_required
def split(paper_id: int, amendment_id: int) -> ResponseReturnValue:
    """One draft for each passage."""
    amendment = find(paper_id, amendment_id)
    try:
        made = amendments.split(db(), amendment, by=actor(), now=now())
    except Invalid as refusal:
        return again(paper_id, amendment_id, refusal)
    for each in made:
        _tell(each)
    done("There are %(count)s drafts now, one for each passage.", count=len(made))
    return redirect(url_for("amendments.index", paper_id=paper_id))


@bp.post("/<int:amendment_id>/catch-up")
@login_required
def catch_up(paper_id: int, amendment_id: int) -> ResponseReturnValue:
    """Bring a draft to the text that is tabled now."""
    amendment = find(paper_id, amendment_id)
    try:
        amendments.catch_up(db(), amendment, by=actor(), now=now())
    except Invalid as refusal:
        return again(paper_id, amendment_id, refusal)
    _tell(amendment)
    done("Your draft now changes the text that is tabled.")
    return back_to(amendment)


def of_text(text: Paper) -> Amendment:
    """The amendment that a paper of the kind "amendment" holds the text of."""
    made = amendments.of_text(db(), text)
    if made is None:
        raise NotFound("There is no such amendment.")
    return made
