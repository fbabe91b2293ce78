"""Comments over HTTP: JSON for the margin beside a text, and a list that works without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from markupsafe import Markup

from strategy.clock import now
from strategy.domain import comments, papers, revisions
from strategy.domain.remarks import pieces
from strategy.errors import Invalid, Refusal
from strategy.live import rooms
from strategy.store.comments import KINDS, OUTCOMES, Comment
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.text.passages import Passages, textblocks
from strategy.web.errors import wants_json
from strategy.web.request import (
    actor,
    after_commit,
    db,
    done,
    integer,
    number_in_address,
    sent,
    text,
)

bp = Blueprint("comments", __name__, url_prefix="/papers/<int:paper_id>")

Json = dict[str, Any]

ASKED = ("on", "state", "kind", "mine", "to_me", "orphaned")
"""What narrows the list."""


def found(paper_id: int) -> Paper:
    """The paper of an address, if the actor may know of it."""
    return papers.find(db(), number_in_address(paper_id), reader=actor())


def named(paper: Paper, comment_id: int) -> Comment:
    """The comment of an address."""
    return comments.find(db(), paper, number_in_address(comment_id))


def person_facts(person: Person) -> Json:
    """A person as scripts know them."""
    return {"id": person.id, "name": person.name, "initials": person.initials}


def author(comment: Comment) -> Json:
    """Who wrote it; without an id where the words came in with a file."""
    if not comment.author_name:
        return person_facts(comment.author)
    name = comment.author_name
    return {"id": None, "name": name, "initials": Person(name=name).initials}


def _said(comment: Comment, people: Any, rights: comments.Rights) -> Json:
    """What a comment and an answer have in common."""
    mine = rights.may_change(comment)
    return {
        "id": comment.id,
        "text": comment.text,
        "author": author(comment),
        "at": comment.made_at.isoformat(),
        "edited": comment.edited_at.isoformat() if comment.edited_at else None,
        "deleted": comment.deleted_at is not None,
        "mentions": [{"id": person.id, "name": person.name} for person in people],
        "may": {"edit": mine, "delete": mine},
    }


def thread_facts(thread: comments.Thread, rights: comments.Rights) -> Json:
    """A thread as scripts know it."""
    comment, place = thread.comment, thread.place
    facts = _said(comment, thread.named.get(comment.id, ()), rights)
    may = {"resolve": rights.may_resolve(comment), "answer": rights.speaks}
    resolved = None
    if comment.resolved_at is not None and comment.resolved_by is not None:
        resolved = {"by": person_facts(comment.resolved_by), "at": comment.resolved_at.isoformat()}
    return facts | {
        "kind": comment.kind,
        "revision": comment.revision,
        "place": {"start": place.start, "end": place.end, "state": place.state},
        "quote": comment.exact,
        "outcome": comment.outcome,
        "answer": comment.answer,
        "resolved": resolved,
        "may": facts["may"] | may,
        "answers": [_said(each, thread.named.get(each.id, ()), rights) for each in thread.answers],
    }


def _one(paper: Paper, comment_id: int) -> Json:
    """The thread of a comment as it stands in the newest text."""
    every = comments.threads(db(), paper)
    rights = comments.rights(actor(), paper)
    return next(thread_facts(each, rights) for each in every if each.comment.id == comment_id)


def _tell(paper_id: int, what: str, comment: Comment) -> None:
    """Let everybody who is there load the thread again, once it is durable."""
    thread = comment.thread_id or comment.id
    message = {"type": "comment", "what": what, "id": comment.id, "thread": thread}
    after_commit(lambda: rooms.tell(paper_id, message))


@bp.app_template_filter("comment_words")
def words_with_links(words: str, people: Any = ()) -> Markup:
    """What somebody wrote, escaped; addresses of the web become links, names mentions."""
    made = Markup()
    for piece in pieces(words, [person.name for person in people]):
        if piece.kind == "link":
            made += Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(
                piece.href, piece.text
            )
        elif piece.kind == "mention":
            made += Markup('<span class="mention">{}</span>').format(piece.text)
        else:
            made += piece.text
    return made


@bp.get("/comments")
@login_required
def index(paper_id: int) -> ResponseReturnValue:
    """The threads: all of them as JSON, those that are asked for as a page."""
    paper = found(paper_id)
    if not wants_json():
        return _page(paper)
    version, every, doc = _looked_at(paper, request.args.get("on", "now"))
    rights = comments.rights(actor(), paper)
    facts: Json = {"version": version, "threads": [thread_facts(each, rights) for each in every]}
    return jsonify(facts if doc is None else facts | {"blocks": textblocks(doc)})


def _looked_at(paper: Paper, on: str) -> tuple[int, list[comments.Thread], Json | None]:
    """The threads in the text that an address names: "now", or a revision's number.

    returns     the text's version, the threads, and a revision's document
    """
    if on == "now":
        return paper.version, comments.threads(db(), paper), None
    looked_at = revisions.text(db(), paper, on if on.isdecimal() else "0")
    version, doc = looked_at.version, looked_at.doc
    return version, comments.threads(db(), paper, version=version, doc=doc), doc


def _wanted() -> comments.Wanted:
    asked = request.args
    state, kind = asked.get("state", "open"), asked.get("kind", "")
    return comments.Wanted(
        state=state if state in {"open", "resolved"} else "",
        kind=kind if kind in KINDS else "",
        mine=asked.get("mine") == "1",
        to_me=asked.get("to_me") == "1",
        orphaned=asked.get("orphaned") == "1",
    )


def _page(paper: Paper, refusal: Refusal | None = None, at: str = "new") -> str:
    """The list. `at` names the form that `refusal` belongs to: new, answer-7, edit-7 …"""
    wanted, on, me = _wanted(), request.args.get("on", "now"), actor()
    _, every, _ = _looked_at(paper, on)
    shown = [each for each in every if wanted.takes(each, me)]
    if at != "new":  # the form that was sent must be there again, whatever the filters say
        sent_from = int(at.rsplit("-", 1)[1])
        shown = [each for each in every if each in shown or each.holds(sent_from)]
    text_url = url_for("papers.show", paper_id=paper.id)
    if on != "now":
        text_url = url_for("revisions.show", paper_id=paper.id, number=int(on))
    return render_template(
        "comments/index.html",
        paper=paper,
        on=on,
        threads=shown,
        count=len(every),
        open_count=sum(each.comment.resolved_at is None for each in every),
        wanted=wanted,
        outcomes=OUTCOMES,
        refusal=refusal,
        at=at,
        typed=request.form,
        rights=comments.rights(me, paper),
        me=me,
        author=author,
        sent_to=lambda endpoint, **values: url_for(
            endpoint, paper_id=paper.id, **_kept(), **values
        ),
        text_url=text_url,
    )


def _kept() -> dict[str, Any]:
    """What the list was asked for, for the addresses of its forms."""
    return {name: value for name, value in request.args.items() if name in ASKED}


def _answered(
    paper_id: int, at: str, act: Callable[[Paper], tuple[int | None, str]]
) -> ResponseReturnValue:
    """Do `act` for a plain form, and show the list again, at the comment that it names."""
    paper = found(paper_id)
    try:
        thread, said = act(paper)
    except Invalid as refusal:
        db().rollback()
        return _page(found(paper_id), refusal, at), 422
    done(said)
    address = url_for("comments.index", paper_id=paper_id, **_kept())
    return redirect(address + (f"#comment-{thread}" if thread else ""), code=303)


def _mentions(value: object) -> list[int]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > 200:
        raise Invalid("mentions", "A list of people was expected.")
    return [integer(each, "mentions", most=2**31 - 1) for each in value]


def _words(value: object, field: str = "text") -> str:
    return text(value, field, most=comments.LONGEST)


def _optional(value: object, field: str) -> int | None:
    return None if value is None else integer(value, field, most=2**31 - 1)


@bp.post("/comments")
@login_required
def create(paper_id: int) -> ResponseReturnValue:
    """A remark on a passage (JSON), or on the whole paper (a plain form)."""
    if not request.is_json:
        return _answered(paper_id, "new", _create_by_form)
    paper, given = found(paper_id), sent()
    kind = given.get("kind", "note")
    comment = comments.add(
        db(),
        paper,
        _words(given.get("text")),
        kind=kind if isinstance(kind, str) else "",
        start=_optional(given.get("start"), "start"),
        end=_optional(given.get("end"), "end"),
        version=_optional(given.get("version"), "version"),
        revision=_optional(given.get("revision"), "revision"),
        mentions=_mentions(given.get("mentions")),
        by=actor(),
        now=now(),
    )
    _tell(paper_id, "added", comment)
    return jsonify(_one(paper, comment.id)), 201


def _named_in_form() -> list[int]:
    return _mentions([value for value in request.form.getlist("mentions") if value])


def _create_by_form(paper: Paper) -> tuple[int, str]:
    given = request.form
    place = {name: number(given.get(name)) for name in ("start", "end", "version", "revision")}
    comment = comments.add(
        db(),
        paper,
        _words(given.get("text", "")),
        kind=given.get("kind", "note"),
        **place,
        mentions=_named_in_form(),
        by=actor(),
        now=now(),
    )
    _tell(paper.id, "added", comment)
    return comment.id, "Your comment is there."


def number(typed: str | None) -> int | None:
    """A hidden number of a form; None where the form has none."""
    return integer(typed, "start", most=2**31 - 1) if typed else None


@bp.get("/comments/passages")
@login_required
def passages(paper_id: int) -> ResponseReturnValue:
    """The text paragraph by paragraph, each with a link to comment on it: needs no script."""
    paper = found(paper_id)
    on = request.args.get("on", "now")
    looked_at = revisions.text(db(), paper, on if on == "now" or on.isdecimal() else "0")
    words = Passages(looked_at.doc)
    blocks = [
        (start, start + size, said)
        for start, size, _ in textblocks(looked_at.doc)
        if size and (said := words.words(start, start + size)).strip()
    ]
    chosen = request.args.get("at", "")
    return render_template(
        "comments/passages.html",
        paper=paper,
        on=on,
        version=looked_at.version,
        blocks=blocks,
        chosen=next((each for each in blocks if str(each[0]) == chosen), None),
        speaks=comments.rights(actor(), paper).speaks,
    )


@bp.post("/comments/<int:comment_id>/answers")
@login_required
def answer(paper_id: int, comment_id: int) -> ResponseReturnValue:
    """An answer in a thread."""
    if not request.is_json:
        return _answered(
            paper_id, f"answer-{comment_id}", lambda paper: _answer_by_form(paper, comment_id)
        )
    paper, given = found(paper_id), sent()
    made = comments.answer(
        db(),
        paper,
        named(paper, comment_id),
        _words(given.get("text")),
        mentions=_mentions(given.get("mentions")),
        by=actor(),
        now=now(),
    )
    _tell(paper_id, "added", made)
    return jsonify(_one(paper, made.thread_id or made.id)), 201


def _answer_by_form(paper: Paper, comment_id: int) -> tuple[int, str]:
    comment = named(paper, comment_id)
    words = _words(request.form.get("text", ""))
    named_there = _named_in_form()
    made = comments.answer(db(), paper, comment, words, mentions=named_there, by=actor(), now=now())
    _tell(paper.id, "added", made)
    return made.id, "Your answer is there."


@bp.put("/comments/<int:comment_id>")
@login_required
def edit(paper_id: int, comment_id: int) -> ResponseReturnValue:
    """Other words for one's own comment."""
    paper, given = found(paper_id), sent()
    comment = named(paper, comment_id)
    comments.edit(
        db(),
        paper,
        comment,
        _words(given.get("text")),
        mentions=_mentions(given.get("mentions")),
        by=actor(),
        now=now(),
    )
    _tell(paper_id, "changed", comment)
    return jsonify(_one(paper, comment.thread_id or comment.id))


@bp.post("/comments/<int:comment_id>/edit")
@login_required
def edit_by_form(paper_id: int, comment_id: int) -> ResponseReturnValue:
    """The same by a plain form: whom it named stays named."""

    def act(paper: Paper) -> tuple[int, str]:
        comment = named(paper, comment_id)
        words = _words(request.form.get("text", ""))
        still = [*comments.mentioned(db(), comment), *_named_in_form()]
        comments.edit(db(), paper, comment, words, mentions=still, by=actor(), now=now())
        _tell(paper.id, "changed", comment)
        return comment.id, "Your comment is changed."

    return _answered(paper_id, f"edit-{comment_id}", act)


@bp.delete("/comments/<int:comment_id>")
@login_required
def delete(paper_id: int, comment_id: int) -> ResponseReturnValue:
    """Take back one's own words."""
    paper = found(paper_id)
    comment = named(paper, comment_id)
    _tell(paper_id, "deleted", comment)
    comments.delete(db(), paper, comment, by=actor(), now=now())
    return "", 204


@bp.post("/comments/<int:comment_id>/delete")
@login_required
def delete_by_form(paper_id: int, comment_id: int) -> ResponseReturnValue:
    """The same by a plain form."""

    def act(paper: Paper) -> tuple[int | None, str]:
        comment = named(paper, comment_id)
        thread = comment.thread_id
        _tell(paper.id, "deleted", comment)
        comments.delete(db(), paper, comment, by=actor(), now=now())
        return thread, "Your comment is deleted."

    return _answered(paper_id, f"edit-{comment_id}", act)


@bp.put("/comments/<int:comment_id>/resolution")
@login_required
def resolve(paper_id: int, comment_id: int) -> ResponseReturnValue:
    """Close a thread with an answer."""
    paper, given = found(paper_id), sent()
    comment, outcome = named(paper, comment_id), given.get("outcome")
    reason = _words(given.get("answer", ""), "answer")
    wanted = outcome if isinstance(outcome, str) else ""
    comments.resolve(db(), paper, comment, wanted, reason, by=actor(), now=now())
    _tell(paper_id, "changed", comment)
    return jsonify(_one(paper, comment.id))


@bp.delete("/comments/<int:comment_id>/resolution")
@login_required
def reopen(paper_id: int, comment_id: int) -> ResponseReturnValue:
    """Open a thread again."""
    paper = found(paper_id)
    comment = named(paper, comment_id)
    comments.reopen(db(), paper, comment, by=actor(), now=now())
    _tell(paper_id, "changed", comment)
    return "", 204


@bp.post("/comments/<int:comment_id>/resolution")
@login_required
def resolve_by_form(paper_id: int, comment_id: int) -> ResponseReturnValue:
    """Close a thread, or open it again, by a plain form."""

    def act(paper: Paper) -> tuple[int, str]:
        comment = named(paper, comment_id)
        outcome = request.form.get("outcome", "")
        if outcome == "open":
            comments.reopen(db(), paper, comment, by=actor(), now=now())
            said = "The thread is open again."
        else:
            reason = _words(request.form.get("answer", ""), "answer")
            comments.resolve(db(), paper, comment, outcome, reason, by=actor(), now=now())
            said = "The thread is resolved."
        _tell(paper.id, "changed", comment)
        return comment.id, said

    return _answered(paper_id, f"resolve-{comment_id}", act)


@bp.get("/people")
@login_required
def people(paper_id: int) -> ResponseReturnValue:
    """Who may read the paper: for the completion of mentions."""
    query = request.args.get("q", "")[:100]
    every = comments.readers(db(), found(paper_id), query)
    return jsonify(people=[person_facts(person) for person in every])
