"""A comment's kind, and the words of a lost passage, said in its text: for files that have no place
for them. Written by our DOCX and ODT, and read back from anybody's."""

from __future__ import annotations

import re
from collections.abc import Mapping

from strategy.text.shapes import Comment

GERMAN = {"question": "Frage", "objection": "Einwand", "support": "Zustimmung", "on": "zu"}
ENGLISH = {"question": "Question", "objection": "Objection", "support": "Support", "on": "on"}

_KINDS = {
    words[kind]: kind
    for words in (GERMAN, ENGLISH)
    for kind in ("question", "objection", "support")
}
_KIND = re.compile(f"({'|'.join(_KINDS)}): *")
_LOST = re.compile(f" \\((?:{GERMAN['on']}|{ENGLISH['on']}): „([^“]*)“\\)$")


def said(comment: Comment, words: Mapping[str, str]) -> str:
    """The comment's text with its kind in front and, where its passage is gone, that behind."""
    text = comment.text
    if comment.kind in words and comment.kind != "note":
        text = f"{words[comment.kind]}: {text}"
    if comment.start is None and comment.quote:
        text = f"{text} ({words['on']}: „{comment.quote}“)"
    return text


def heard(text: str) -> tuple[str, str, str]:
    """A comment's kind, its text without that, and the words of its lost passage or ""."""
    kind, quote = "note", ""
    if lost := _LOST.search(text):
        text, quote = text[: lost.start()], lost[1]
    if (first := _KIND.match(text)) and text[first.end() :]:
        kind, text = _KINDS[first[1]], text[first.end() :]
    return kind, text, quote
