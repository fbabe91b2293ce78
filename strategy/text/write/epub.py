"""A paper as an EPUB 3: pandoc writes the book; its package is laid again, always the same."""

from __future__ import annotations

import io
import zipfile

from strategy.text.write.pandoc import (
    EPUB_STYLE,
    below_title,
    facts_block,
    identity,
    run,
    tree,
)
from strategy.text.write.paper import Paper
from strategy.text.write.xml import zipped


def write_epub(paper: Paper, fingerprint: str) -> bytes:
    """The clean text as an e-book: title page, table of contents, language, notes, pictures."""
    document = tree(paper)
    said = {"t": "MetaString", "c": f"urn:uuid:{identity(fingerprint)}"}
    document["meta"]["identifier"] = said
    if paper.meta.body:
        document["meta"]["publisher"] = {"t": "MetaString", "c": paper.meta.body}
    if below_title(paper):
        document["blocks"].insert(0, facts_block(paper))
    arguments = ["--to=epub3", "--toc", "--toc-depth=3", "--split-level=1"]
    return _same_always(run(document, arguments, paper.moment), paper.moment)


def _same_always(book: bytes, moment: int) -> bytes:
    """The package in a fixed order with one date: mimetype first and stored."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        names = sorted(archive.namelist(), key=lambda name: (name != "mimetype", name))
        parts = [(name, archive.read(name), name != "mimetype") for name in names]
    style = EPUB_STYLE.read_bytes()
    laid = [
        (name, style if name.endswith("stylesheet1.css") else data, compress)
        for name, data, compress in parts
    ]
    return zipped(laid, moment)
