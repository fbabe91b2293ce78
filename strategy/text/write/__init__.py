"""Documents out: PDF, DOCX, ODT, HTML, Markdown, EPUB and JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from strategy.errors import Invalid
from strategy.text import fingerprint, tracked
from strategy.text.shapes import Change, Comment, Meta
from strategy.text.write.docx import write_docx
from strategy.text.write.epub import write_epub
from strategy.text.write.html import title_of
from strategy.text.write.normalise import VIEWS, View
from strategy.text.write.odt import write_odt
from strategy.text.write.page import write_html
from strategy.text.write.pandoc import write_markdown
from strategy.text.write.paper import Frozen, Paper
from strategy.text.write.pdf import write_pdf
from strategy.text.write.words import words_for

FORMATS = ("pdf", "docx", "odt", "html", "md", "epub", "json")
LINES = ("continuous", "page", "fifth", "none")


def write(
    doc: dict[str, Any],
    format: str,
    *,
    meta: Meta | None = None,
    comments: Sequence[Comment] = (),
    changes: Mapping[str, Change] | None = None,
    files: Mapping[str, bytes] | None = None,
    view: View = "clean",
    lines: str = "continuous",
    cover: bool = True,
    frozen: Frozen | None = None,
    progress: Callable[[float], None] | None = None,
) -> bytes:
    """A document as a file.

    doc       any document of the schema, tracked or not
    format    pdf, docx, odt, html, md, epub or json
    meta      what the cover says; by default the document's own title and language
    comments  what is said about passages, with positions in `doc`
    changes   who made which tracked change, by its id
    files     the images' bytes by their hash
    view      clean (changes accepted), original (rejected) or marked: a redline.
              Markdown and EPUB are always clean
    lines     numbers: continuous, page (each page from 1), fifth (every fifth shown) or none
    cover     whether PDF, DOCX and ODT begin with a cover page
    frozen    the tabled text whose line numbers a PDF keeps, continuous or every fifth
    progress  told how much is done, 0.0 to 1.0, rising
    raises    Invalid if format, view or lines is none of these
              typesetter.UntypesetError if a PDF takes too long or too much memory
    """
    for field, value, known in (
        ("format", format, FORMATS),
        ("view", view, VIEWS),
        ("lines", lines, LINES),
    ):
        if value not in known:
            raise Invalid(field, "There is no such choice: %(value)s", value=value)
    tell = progress or (lambda done: None)
    meta = meta or Meta(title="", lang=(doc.get("attrs") or {}).get("lang") or "de")
    meta = replace(meta, title=title_of(doc, meta.title, words_for(meta.lang)))
    tell(0.0)
    paper = Paper(
        doc, meta, comments, changes or {}, files or {}, view, lines, cover, frozen=frozen
    )
    made = WRITERS[format](paper, tell)
    tell(1.0)
    return made


WRITERS: Mapping[str, Callable[[Paper, Callable[[float], None]], bytes]] = {
    "pdf": lambda paper, tell: write_pdf(paper, canonical(paper.doc), tell),
    "docx": lambda paper, _: write_docx(paper, text_fingerprint(paper)),
    "odt": lambda paper, _: write_odt(paper, text_fingerprint(paper)),
    "html": lambda paper, _: write_html(paper),
    "md": lambda paper, _: write_markdown(paper),
    "epub": lambda paper, _: write_epub(paper, text_fingerprint(paper)),
    "json": lambda paper, _: canonical(paper.doc).encode(),
}


def text_fingerprint(paper: Paper) -> str:
    """The fingerprint of the text that somebody who gets the file works from.

    Of a redline that is the new text: when the file comes back, its revision is found by it.
    """
    resolve = tracked.reject if paper.view == "original" else tracked.accept
    return fingerprint.fingerprint(resolve(paper.doc))


def canonical(doc: dict[str, Any]) -> str:
    """The document as the JSON that its fingerprint is made of: canonical, names sorted."""
    return orjson.dumps(fingerprint.canonical(doc), option=orjson.OPT_SORT_KEYS).decode()
