"""Amendments as people cite them, in the language of the request."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import get_locale

from strategy.domain import citations
from strategy.domain.citations import names
from strategy.domain.merging import Collision
from strategy.store.papers import Paper
from strategy.text.amending import Passage
from strategy.text.lines import Ruled
from strategy.web.request import db

__all__ = ["cite", "clash_place", "clash_words", "lang", "names", "ruled"]


def lang() -> str:
    """The language of the request: "de" or "en"."""
    return "en" if str(get_locale()) == "en" else "de"


def ruled(paper: Paper, number: int, base: dict[str, Any]) -> Ruled | None:
    """As domain.citations.ruled; lines are made only for who reads."""
    return citations.ruled(db(), paper, number, base, freeze=request.method == "GET")


def cite(passage: Passage, text: Ruled | None = None) -> str:
    """As domain.citations.cite."""
    return citations.cite(passage, text, lang())


def clash_place(clash: Collision, text: Ruled | None) -> str:
    """As domain.citations.clash_place."""
    return citations.clash_place(clash, text, lang())


def clash_words(wanted: str) -> str:
    """As domain.citations.clash_words."""
    return citations.clash_words(wanted, lang())
