"""Files that papers show: checked, cleaned, stored once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from strategy.domain import policy
from strategy.errors import NotFound
from strategy.store.files import File, PaperFile
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.text.read import ImageInfo


def keep(db: Session, paper: Paper, image: ImageInfo, *, by: Person, now: datetime) -> File:
    """Keep a checked image for the paper; the same bytes are stored once."""
    policy.require(policy.may_edit, by, paper)
    file = db.get(File, image.sha256)
    if file is None:
        file = File(
            sha256=image.sha256,
            mime=image.mime,
            width=image.width,
            height=image.height,
            data=image.data,
            made_at=now,
        )
        db.add(file)
        db.flush()
    if db.get(PaperFile, (paper.id, image.sha256)) is None:
        db.add(PaperFile(paper_id=paper.id, sha256=image.sha256))
        db.flush()
    return file


def find(db: Session, paper: Paper, sha256: str) -> File:
    """A file that the paper shows, with its bytes.

    raises  NotFound
    """
    file = db.scalar(
        select(File)
        .join(PaperFile, PaperFile.sha256 == File.sha256)
        .where(PaperFile.paper_id == paper.id, File.sha256 == sha256)
        .options(undefer(File.data))
    )
    if file is None:
        raise NotFound("There is no such file.")
    return file


def used_in(doc: Mapping[str, Any]) -> set[str]:
    """The files that a document shows, by their names."""
    found: set[str] = set()
    waiting: list[Mapping[str, Any]] = [doc]
    while waiting:
        node = waiting.pop()
        if node.get("type") == "image":
            found.add(node.get("attrs", {}).get("file", ""))
        waiting.extend(node.get("content", ()))
    return found - {""}


def data_of(db: Session, paper: Paper, names: Iterable[str]) -> dict[str, bytes]:
    """The bytes of those files that the paper may show."""
    rows = db.execute(
        select(File.sha256, File.data)
        .join(PaperFile, PaperFile.sha256 == File.sha256)
        .where(PaperFile.paper_id == paper.id, File.sha256.in_(list(names)))
    )
    return {row.sha256: row.data for row in rows}
