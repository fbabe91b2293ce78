"""Images of papers over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import files, policy
from strategy.errors import Invalid
from strategy.text.read.files import check_image
from strategy.web.papers import found
from strategy.web.request import actor, begin_writing, db, only_reads

bp = Blueprint("files", __name__, url_prefix="/papers/<int:paper_id>/files")


@bp.post("")
@login_required
@only_reads
def create(paper_id: int) -> ResponseReturnValue:
    """Keep an image; answers its name and size. The image is parsed in a child process."""
    policy.require(policy.may_edit, actor(), found(paper_id))
    upload = request.files.get("file")
    if upload is None:
        raise Invalid("file", "Please choose a file.")
    image = check_image(upload.read())
    begin_writing()
    kept = files.keep(db(), found(paper_id), image, by=actor(), now=now())
    return jsonify(file=kept.sha256, width=kept.width, height=kept.height), 201


@bp.get("/<sha256>")
@login_required
def show(paper_id: int, sha256: str) -> Response:
    """An image, for those who may read the paper."""
    kept = files.find(db(), found(paper_id), sha256)
    response = Response(kept.data, mimetype=kept.mime)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
