"""The agenda over HTTP: items added, answered, changed, ordered, called, carried over."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import agenda, backlog, bodies, turns, urgency
from strategy.errors import Invalid, NotFound
from strategy.store.agenda import Item
from strategy.store.people import Person
from strategy.store.sessions import Session
from strategy.web import sessions as session_pages
from strategy.web.request import actor, db, done, form, integer, sent

bp = Blueprint("agenda", __name__, url_prefix="/sessions/<int:session_id>")


def _back(session_id: int, item: Item | None = None) -> ResponseReturnValue:
    place = f"#item-{item.id}" if item is not None else "#agenda"
    return redirect(url_for("sessions.show", session_id=session_id) + place)


def _facts(session: Session) -> agenda.Facts:
    presenter: Person | None = None
    if chosen := request.form.get("presenter", ""):
        wanted = integer(chosen, "presenter", most=2**31 - 1)
        there = {each.person_id: each.person for each in bodies.members(db(), session.body)}
        presenter = there.get(wanted)
        if presenter is None:
            raise Invalid("presenter", "There is no such person in this body.")
    parent = request.form.get("parent", "")
    return agenda.Facts(
        title=form("title", most=agenda.LONGEST_TITLE),
        kind=request.form.get("kind", "discussion"),
        minutes=integer(request.form.get("minutes") or "15", "minutes", most=24 * 60),
        presenter=presenter,
        is_confidential=request.form.get("is_confidential") == "1",
        parent=integer(parent, "parent", most=2**31 - 1) if parent else None,
    )


@bp.post("/items")
@login_required
def add(session_id: int) -> ResponseReturnValue:
    """A new item: at once, or as a proposal."""
    session = session_pages.found(session_id)
    try:
        item = agenda.add(db(), session, _facts(session), by=actor(), now=now())
    except Invalid as refusal:
        return session_pages.again(session_id, refusal)
    done(
        "The item stands on the agenda."
        if item.state == "open"
        else "Your item is proposed. You will get an answer."
    )
    return _back(session_id, item)


@bp.post("/items/<int:item_id>")
@login_required
def act(session_id: int, item_id: int) -> ResponseReturnValue:
    """One of ACTS, or a way to move the item."""
    session = session_pages.found(session_id)
    item = agenda.find(db(), session, item_id)
    what = request.form.get("act", "")
    try:
        if what in ("up", "down", "in", "out"):
            agenda.shift(db(), session, item, what, by=actor(), now=now())
        elif what in ACTS:
            ACTS[what](session, item)
        else:
            raise NotFound("There is no such page.")
    except Invalid as refusal:
        return session_pages.again(session_id, refusal)
    return _back(session_id, item if item.session_id == session.id else None)


def _change(session: Session, item: Item) -> None:
    agenda.change(db(), session, item, _facts(session), by=actor(), now=now())


def _remove(session: Session, item: Item) -> None:
    agenda.remove(db(), session, item, by=actor(), now=now())
    done("The item is off the agenda. It waits in the backlog.")


def _take(session: Session, item: Item) -> None:
    agenda.answer(db(), session, item, takes=True, by=actor(), now=now())


def _decline(session: Session, item: Item) -> None:
    why = form("why", most=2_000)
    agenda.answer(db(), session, item, takes=False, why=why, by=actor(), now=now())


def _call(session: Session, item: Item) -> None:
    turns.call(db(), session, item, by=actor(), now=now())


def _finish(session: Session, item: Item) -> None:
    turns.finish(db(), session, item, by=actor(), now=now())


def _note(session: Session, item: Item) -> None:
    note = form("note", most=agenda.LONGEST_NOTE)
    agenda.keep_note(db(), session, item, note, by=actor(), now=now())


def _to_decision(session: Session, item: Item) -> None:
    urgency.make_decision_item(db(), session, item, by=actor(), now=now())


ACTS: dict[str, Callable[[Session, Item], None]] = {
    "change": _change,
    "remove": _remove,
    "take": _take,
    "decline": _decline,
    "call": _call,
    "finish": _finish,
    "note": _note,
    "to_decision": _to_decision,
}


@bp.post("/order")
@login_required
def order(session_id: int) -> ResponseReturnValue:
    """The whole agenda in another order: [[item, the item it stands under or null], …]."""
    session = session_pages.found(session_id)
    wanted = sent().get("order")
    if not isinstance(wanted, list) or len(wanted) > agenda.MOST_ITEMS:
        raise Invalid("order", "The agenda has changed meanwhile. Please look again.")
    pairs: list[tuple[int, int | None]] = []
    for pair in wanted:
        if not isinstance(pair, list) or len(pair) != 2:
            raise Invalid("order", "The agenda has changed meanwhile. Please look again.")
        parent = None if pair[1] is None else integer(pair[1], "order", most=2**31 - 1)
        pairs.append((integer(pair[0], "order", most=2**31 - 1), parent))
    agenda.order(db(), session, pairs, by=actor(), now=now())
    return jsonify(done=True)


@bp.post("/carry")
@login_required
def carry(session_id: int) -> ResponseReturnValue:
    """Bring what waits in the backlog onto this agenda."""
    session = session_pages.found(session_id)
    waits = {each.id: each for each in backlog.of(db(), session.body)}
    for chosen in request.form.getlist("item")[: agenda.MOST_ITEMS]:
        item = waits.get(integer(chosen, "item", most=2**31 - 1))
        if item is None:
            raise NotFound("There is no such agenda item.")
        backlog.carry_over(db(), item, session, by=actor(), now=now())
    return _back(session_id)
