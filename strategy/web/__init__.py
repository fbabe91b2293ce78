"""HTTP only: parse, one domain call, answer. No SQL, no rule."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

PARTS = (
    "health",
    "help",
    "desk",
    "sessions",
    "agenda",
    "demands",
    "packets",
    "amendment_books",
    "tablings",
    "amendments",
    "amendment_votes",
    "merging",
    "decisions",
    "rules",
    "reports",
    "plan",
    "papers",
    "steps",
    "revisions",
    "suggestions",
    "comments",
    "exports",
    "returns",
    "files",
    "attachments",
    "topics",
    "goals",
    "polls",
    "marks",
    "tasks",
    "minutes",
    "bodies",
    "people",
    "notices",
)


def blueprints() -> list[Blueprint]:
    """Every part's blueprint, in the order of the product's words."""
    return [import_module(f"strategy.web.{part}").bp for part in PARTS]
