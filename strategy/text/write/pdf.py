"""A paper as PDF/A and PDF/UA."""

from __future__ import annotations

from collections.abc import Callable

from strategy.text.write import typesetter
from strategy.text.write.numbering import labelled
from strategy.text.write.paper import Paper
from strategy.text.write.prepare import job, prepared

PREPARED = 0.25
"""How much is done when the typesetter begins."""


def write_pdf(paper: Paper, embedded: str, tell: Callable[[float], None]) -> bytes:
    """The paper as PDF/A-3b and PDF/UA-1.

    embedded  the document's canonical JSON, attached as paper.json; "" for a PDF with no file in it
    tell      told how much is done: a quarter when the typesetter begins
    raises    typesetter.UntypesetError
    """
    paper = labelled(paper)
    data, setting = prepared(paper)
    tell(PREPARED)
    return typesetter.typeset(job(paper, data, setting, embedded=embedded))[0]
