"""What every template may use: built files, links that exist, the policy itself."""

from __future__ import annotations

import json
import mimetypes
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, request, send_file, url_for

from strategy.domain import policy

bp = Blueprint("built", __name__)


LONGEST_NAME = 200
"""Characters: file systems fail on longer names instead of not finding them."""


def _manifest() -> dict[str, str]:
    path = current_app.config["DIST"] / "manifest.json"
    seen = path.stat().st_mtime_ns if path.exists() else 0
    kept: tuple[int, dict[str, str]] | None = current_app.extensions.get("manifest")
    if kept is None or kept[0] != seen:
        kept = (seen, json.loads(path.read_text()) if seen else {})
        current_app.extensions["manifest"] = kept
    return kept[1]


def asset(name: str) -> str:
    """The address of a built file by its logical name."""
    return f"/static/{_manifest().get(name, name)}"


def link(endpoint: str, **values: Any) -> str | None:
    """The address of an endpoint, or None where there is none."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


@bp.get("/static/<path:name>")
def file(name: str) -> Response:
    """A built file; its name changes with its content, so it may be kept for ever."""
    folder: Path = current_app.config["DIST"]
    path = folder / name
    if len(name) > LONGEST_NAME or not path.resolve().is_relative_to(folder.resolve()):
        abort(404)
    if not path.is_file():
        abort(404)
    packed = path.with_name(path.name + ".gz")
    squeezed = packed.exists() and "gzip" in request.headers.get("Accept-Encoding", "")
    response: Response = send_file(
        packed if squeezed else path, mimetype=mimetypes.guess_type(name)[0], max_age=31536000
    )
    if squeezed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.vary.add("Accept-Encoding")
    return response


def init_app(app: Flask) -> None:
    """Give templates their helpers."""
    app.register_blueprint(bp)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {
        "asset": asset,
        "link": link,
        "may": policy,
        "version": version("vorlauf"),
        "source_url": app.config["SETTINGS"].source_url,
    }
