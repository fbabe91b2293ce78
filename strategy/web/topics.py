"""Topics over HTTP: the store, a new one, one with its answer, weighing them for a retreat."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import bodies, policy, sessions, topic_lists, topics, weighing
from strategy.errors import Invalid, Refusal
from strategy.store.bodies import Member
from strategy.store.sessions import Session
from strategy.store.topics import Topic
from strategy.web.request import actor, day_or_none, db, done, form, integer

bp = Blueprint("topics", __name__, url_prefix="/topics")


def _found(topic_id: int) -> Topic:
    return topics.find(db(), topic_id, reader=actor())


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """The topics of the reader's bodies, narrowed by what they ask for."""
    asked = request.args
    page, show = asked.get("page", "1"), asked.get("show", "open")
    wanted = topic_lists.Wanted(
        query=asked.get("q", "")[:200],
        show=show if show in topic_lists.SHOWN else "open",
        body=asked.get("body", "")[:80],
        mine=asked.get("mine") == "1",
        page=int(page) if page.isdecimal() and 0 < int(page) < 10_000 else 1,
    )
    at = now()
    return render_template(
        "topics/index.html",
        topics=topic_lists.listed(db(), wanted, reader=actor(), now=at),
        counts=topic_lists.counts(db(), wanted, reader=actor(), now=at),
        wanted=wanted,
        per_page=topic_lists.PER_PAGE,
        bodies=bodies.of(db(), actor()),
        retreats=weighing.retreats(db(), reader=actor()),
        overdue_days=lambda row: topics.overdue_days(row.owed_by, at, row.zone),
    )


@bp.get("/new")
@login_required
def create() -> ResponseReturnValue:
    """The form for a new topic."""
    return _new_form(None)


def _new_form(refusal: Refusal | None) -> str:
    mine = [body for body in bodies.of(db(), actor()) if policy.may_propose(actor(), body)]
    return render_template("topics/new.html", bodies=mine, refusal=refusal, typed=request.form)


@bp.post("")
@login_required
def propose() -> ResponseReturnValue:
    """A new topic, in one's own name or for somebody who stays unnamed."""
    try:
        body = bodies.find(db(), form("body", most=80), reader=actor())
        topic = topics.propose(
            db(),
            body,
            form("title", most=topics.LONGEST_TITLE),
            form("text", most=topics.LONGEST_TEXT),
            for_somebody=request.form.get("for_somebody") == "1",
            by=actor(),
            now=now(),
        )
    except Invalid as refusal:
        db().rollback()
        return _new_form(refusal), 422
    done("The topic is proposed.")
    return redirect(url_for("topics.show", topic_id=topic.id))


@bp.get("/<int:topic_id>")
@login_required
def show(topic_id: int) -> ResponseReturnValue:
    """A topic with what has become of it."""
    return _show(_found(topic_id), None)


def _show(topic: Topic, refusal: Refusal | None) -> str:
    at = now()
    answers = policy.may_answer_topics(actor(), topic.body) and topics.is_open(topic)
    items = topics.items_of(db(), topic, reader=actor())
    writers: list[Member] = []
    ahead: list[Session] = []
    if answers:
        ahead = topics.sessions_ahead(db(), topic.body, now=at)
        writers = [
            each
            for each in bodies.members(db(), topic.body)
            if each.role in policy.STARTS_PAPERS and each.person.left_at is None
        ]
    return render_template(
        "topics/show.html",
        topic=topic,
        is_open=topics.is_open(topic),
        overdue=topics.overdue_days(topic.owed_by, at, topic.body.zone),
        backing=topics.backing(db(), topic, reader=actor(), now=at),
        items=items,
        may_support=policy.may_propose(actor(), topic.body),
        may_answer=answers,
        may_begin=topic.commissioned_to is not None
        and topic.paper_id is None
        and (
            topic.commissioned_to_id == actor().id or policy.may_answer_topics(actor(), topic.body)
        ),
        sessions=ahead,
        writers=writers,
        refusal=refusal,
        typed=request.form,
    )


@bp.post("/<int:topic_id>/support")
@login_required
def support(topic_id: int) -> ResponseReturnValue:
    """Support the topic, or take the support back."""
    topic = _found(topic_id)
    if request.form.get("wanted") == "no":
        topics.take_support_back(db(), topic, by=actor(), now=now())
        done("You no longer support this topic.")
    else:
        topics.support(db(), topic, by=actor(), now=now())
        done("You support this topic.")
    return redirect(url_for("topics.show", topic_id=topic.id))


def _said(topic: Topic) -> topics.Answer:
    kind = form("answer", most=20)
    session, who = None, None
    if kind == "scheduled":
        chosen = integer(request.form.get("session") or "0", "session", most=2**31 - 1)
        there = topics.sessions_ahead(db(), topic.body, now=now())
        session = next((each for each in there if each.id == chosen), None)
    if kind == "commissioned":
        chosen = integer(request.form.get("who") or "0", "who", most=2**31 - 1)
        there_too = bodies.members(db(), topic.body)
        who = next((each.person for each in there_too if each.person_id == chosen), None)
    return topics.Answer(
        kind,
        form("reason", most=topics.LONGEST_REASON),
        session=session,
        who=who,
        paper_by=day_or_none("paper_by") if kind == "commissioned" else None,
    )


@bp.post("/<int:topic_id>/answer")
@login_required
def answer(topic_id: int) -> ResponseReturnValue:
    """Schedule it, commission a paper, or decline it: once."""
    topic = _found(topic_id)
    policy.require_body(policy.may_answer_topics, actor(), topic.body)
    try:
        topics.answer(db(), topic, _said(topic), by=actor(), now=now())
    except Invalid as refusal:
        db().rollback()
        return _show(_found(topic_id), refusal), 422
    done("The topic is answered. Whoever proposed it gets a mail.")
    return redirect(url_for("topics.show", topic_id=topic.id))


@bp.post("/<int:topic_id>/paper")
@login_required
def begin_paper(topic_id: int) -> ResponseReturnValue:
    """Begin the paper that was commissioned."""
    paper = topics.begin_paper(db(), _found(topic_id), by=actor(), now=now())
    if policy.may_read(actor(), paper):
        return redirect(url_for("papers.show", paper_id=paper.id))
    return redirect(url_for("topics.show", topic_id=topic_id))


def _retreat(session_id: int) -> Session:
    session = sessions.find(db(), session_id, reader=actor())
    weighing.require(session, actor())
    return session


@bp.get("/weigh/<int:session_id>")
@login_required
def weigh(session_id: int) -> ResponseReturnValue:
    """The open topics with their points, for a retreat."""
    return _weigh(_retreat(session_id), None)


def _weigh(session: Session, refusal: Refusal | None) -> str:
    return render_template(
        "topics/weigh.html",
        session=session,
        weighed=weighing.weighed(db(), session, reader=actor()),
        people=weighing.people(db(), session),
        points=weighing.POINTS,
        may_build=policy.may_answer_topics(actor(), session.body),
        refusal=refusal,
        typed=request.form,
    )


@bp.post("/weigh/<int:session_id>")
@login_required
def give_points(session_id: int) -> ResponseReturnValue:
    """Spread one's points."""
    session = _retreat(session_id)
    try:
        given = {
            integer(name[7:], "points", most=2**31 - 1): integer(value or "0", "points", most=100)
            for name, value in request.form.items()
            if name.startswith("points-")
        }
        weighing.weigh(db(), session, given, by=actor(), now=now())
    except Invalid as refusal:
        db().rollback()
        return _weigh(_retreat(session_id), refusal), 422
    done("Your points are kept.")
    return redirect(url_for("topics.weigh", session_id=session_id))


@bp.post("/weigh/<int:session_id>/agenda")
@login_required
def build_agenda(session_id: int) -> ResponseReturnValue:
    """Put the ticked topics onto the retreat's agenda, the heaviest first."""
    session = _retreat(session_id)
    try:
        chosen = [
            integer(value, "topics", most=2**31 - 1) for value in request.form.getlist("topics")
        ]
        count = weighing.build_agenda(db(), session, chosen, by=actor(), now=now())
    except Invalid as refusal:
        db().rollback()
        return _weigh(_retreat(session_id), refusal), 422
    done("Topics put onto the agenda: %(count)s.", count=count)
    return redirect(url_for("topics.weigh", session_id=session_id))
