"""Whether the server works, and how much it does: for supervisors, never about people."""

from __future__ import annotations

import ipaddress

from flask import Blueprint, Response, abort, current_app, request

from strategy.domain import health
from strategy.live import rooms
from strategy.web.request import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """200 if the database answers."""
    health.answers(db())
    return Response("ok\n", mimetype="text/plain")


@bp.get("/metrics")
def metrics() -> Response:
    """Counts in Prometheus' text format, for this machine alone."""
    if not _from_this_machine():
        abort(404)
    registry = rooms.here()
    counts = {
        "vorlauf_rooms": len(registry.open()),
        "vorlauf_open_pages": len(registry.pages()),
        **{f"vorlauf_{name}": count for name, count in health.counts(db()).items()},
    }
    lines = [f"# TYPE {name} gauge\n{name} {count}\n" for name, count in counts.items()]
    lines += [f"# TYPE {name} counter\n{name} {count}\n" for name, count in totals().items()]
    return Response("".join(lines), mimetype="text/plain; version=0.0.4")


def totals() -> dict[str, int]:
    """What the rooms of this process have done since it started."""
    done = rooms.here().done
    return {f"vorlauf_{name}_total": count for name, count in done.items()}


def _from_this_machine() -> bool:
    if "X-Forwarded-For" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        current_app.logger.debug("no address to judge")
        return False
