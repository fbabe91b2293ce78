"""The user's guide as a page, in the reader's language: docs/benutzen.md, docs/using.md."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import login_required
from markupsafe import Markup

from strategy.domain import imports
from strategy.text.outline import Heading, headings
from strategy.text.write.html import fragment
from strategy.web.request import only_reads

bp = Blueprint("help", __name__, url_prefix="/help")

GUIDES = {"de": "benutzen.md", "en": "using.md"}


@bp.get("")
@only_reads
@login_required
def show() -> ResponseReturnValue:
    """How Vorlauf is used."""
    lang = "en" if str(get_locale()).startswith("en") else "de"
    text, outline = _guide(lang)
    return render_template("help/show.html", text=text, headings=outline)


def _guide(lang: str) -> tuple[Markup, list[Heading]]:
    """The guide's text and its headings; read once, as papers from Markdown are."""
    kept: dict[str, tuple[Markup, list[Heading]]] = current_app.extensions.setdefault("guides", {})
    if lang not in kept:
        path: Path = current_app.config["DOCS"] / GUIDES[lang]
        _, _, body = path.read_text("utf-8").partition("\n")  # the page says the title itself
        shallower = body.replace("\n## ", "\n# ").replace("\n### ", "\n## ")
        doc = imports.parse(shallower.encode(), path.name).doc
        for number, node in enumerate(doc["content"]):
            if node["type"] == "heading":
                node["attrs"] = node["attrs"] | {"id": f"help-{number}"}
        # Written by our own writer from our own file: every text is escaped there.
        kept[lang] = Markup(fragment(doc)), headings(doc)  # noqa: S704
    return kept[lang]
