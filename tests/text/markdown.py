"""A plain reading of Markdown for tests: blocks between blank lines, # headings, all else text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any


def paragraphs(path: Path) -> list[str]:
    """The blocks of a file, white space folded to single blanks, as shared/data counts them."""
    text = path.read_text("utf-8").replace("\r\n", "\n").replace("\u00a0", " ")
    return [block for block in (" ".join(b.split()) for b in re.split(r"\n\s*\n", text)) if block]


def document(path: Path) -> dict[str, Any]:
    """The file as a document: one block for each paragraph, in the same order."""
    return {
        "type": "doc",
        "attrs": {"title": "", "lang": "de"},
        "content": [_block(text) for text in paragraphs(path)],
    }


def _block(text: str) -> dict[str, Any]:
    found = re.match(r"(#{1,4}) (.+)", text)
    if found:
        attrs: dict[str, Any] = {"id": None, "level": len(found[1]), "end": None}
        return {"type": "heading", "attrs": attrs, "content": [{"type": "text", "text": found[2]}]}
    attrs = {"id": None, "align": None, "end": None}
    return {"type": "paragraph", "attrs": attrs, "content": [{"type": "text", "text": text}]}
