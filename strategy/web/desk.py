"""The desk: what to do next."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import demands, desk, self_calls
from strategy.web.request import actor, db

bp = Blueprint("desk", __name__)


@bp.get("/")
@login_required
def show() -> ResponseReturnValue:
    """What I should read, what I write, what waits for my answer."""
    demanded = demands.listed(db(), actor(), only_open=True, now=now())
    return render_template(
        "desk/show.html",
        desk=desk.of(db(), reader=actor(), now=now()),
        demands=demanded,
        to_invite=self_calls.open_to(db(), demanded, by=actor(), now=now()),
        now=now(),
    )
