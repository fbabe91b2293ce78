"""Marks and the block over HTTP: how members prepare a session, item by item."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import agenda, marks, policy, sessions, tablings
from strategy.errors import NotFound
from strategy.store.agenda import Item
from strategy.store.sessions import Session
from strategy.web.request import actor, db, done, form

bp = Blueprint("marks", __name__, url_prefix="/sessions/<int:session_id>")


def _session(session_id: int) -> Session:
    return sessions.find(db(), session_id, reader=actor())


def _item(session: Session, item_id: int) -> Item:
    """An item that the actor may know of."""
    item = agenda.find(db(), session, item_id)
    if not _visible([item], session):
        raise NotFound("There is no such agenda item.")
    return item


def _visible(items: Sequence[Item], session: Session) -> list[Item]:
    every = agenda.visible(items, actor(), session.body)
    return [each for each in every if each.paper is None or policy.may_read(actor(), each.paper)]


def _back(session_id: int, item_id: int | None = None) -> ResponseReturnValue:
    """To where the form was: the session's own page, or the one for preparing it."""
    to = url_for("marks.index", session_id=session_id)
    if form("from", most=20) == "session":
        to = f"/sessions/{session_id}"
    return redirect(f"{to}#item-{item_id}" if item_id else to)


@bp.get("/marks")
@login_required
def index(session_id: int) -> ResponseReturnValue:
    """What is to be read for the session, with one's own mark on each item, and the block."""
    session = _session(session_id)
    every = _visible(agenda.items(db(), session), session)
    lines = [each for each in agenda.numbered(session, every) if each.item.paper is not None]
    items = [each.item for each in lines]
    return render_template(
        "marks/index.html",
        session=session,
        lines=lines,
        block=marks.in_block(session, items),
        counts=marks.counts(db(), items, reader=actor()),
        tabled=tablings.of_items(db(), [each.id for each in items]),
        marks=marks,
        may_call=policy.may_run_sessions(actor(), session.body) and session.state == "running",
    )


@bp.post("/items/<int:item_id>/mark")
@login_required
def mark(session_id: int, item_id: int) -> ResponseReturnValue:
    """Say: read, agree, discuss; or nothing any more."""
    session = _session(session_id)
    item = _item(session, item_id)
    marks.mark(db(), session, item, form("mark", most=20), by=actor(), now=now())
    return _back(session_id, item_id)


@bp.post("/items/<int:item_id>/take-out")
@login_required
def take_out(session_id: int, item_id: int) -> ResponseReturnValue:
    """Take an item out of the block."""
    session = _session(session_id)
    marks.take_out(db(), session, _item(session, item_id), by=actor(), now=now())
    done("This item is dealt with on its own.")
    return _back(session_id, item_id)


@bp.post("/block")
@login_required
def block(session_id: int) -> ResponseReturnValue:
    """Form the block of what nobody wants to discuss."""
    session = _session(session_id)
    chosen = marks.block(db(), session, by=actor(), now=now())
    if chosen:
        done("The block is formed. Every member can take something out until it is called.")
    else:
        done("There is nothing that could be decided in a block.")
    return _back(session_id)


@bp.post("/block/call")
@login_required
def call(session_id: int) -> ResponseReturnValue:
    """Let the session come to the block."""
    marks.call_block(db(), _session(session_id), by=actor(), now=now())
    done("The block is called.")
    return _back(session_id)
