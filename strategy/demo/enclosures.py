"""Attachments of the demo's papers: set as PDFs when they are told, and checked like all others."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from strategy.demo import text
from strategy.demo.year_story import Enclosed
from strategy.domain import attachments
from strategy.store.papers import Paper
from strategy.text.read.files import check_pdf
from strategy.text.shapes import Meta
from strategy.text.write.paper import Paper as Written
from strategy.text.write.pdf import write_pdf


def attach(db: Session, paper: Paper, enclosed: Enclosed, *, now: datetime) -> None:
    """The paper's lead author attaches it."""
    doc = text.document(enclosed.source, title=enclosed.title)
    meta = Meta(enclosed.title, body=paper.body.name, authors=(paper.lead.name,))
    data = write_pdf(Written(doc, meta, lines="none", cover=False), "", lambda done: None)
    pdf = check_pdf(data, most_bytes=1_000_000, most_pages=10)
    attachments.add(
        db, paper, pdf, title=enclosed.title, name=enclosed.name, by=paper.lead, now=now
    )
