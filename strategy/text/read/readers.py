"""Which reader reads what; runs in the child process only."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from .detect import PACKED, UNKNOWN, refuse_foreign
from .shapes import Unreadable

_DRAFTS = {
    "docx": (".docx", "read_docx"),
    "odt": (".odt", "read_odt"),
    "html": (".html", "read_html"),
    "paste": (".html", "read_html"),
    "md": (".pandoc", "read_markdown"),
    "rtf": (".pandoc", "read_rtf"),
    "txt": (".plain", "read_txt"),
}
"""Module and function; a module is loaded only for its own format, for that takes time."""
_TEXTS = ("html", "md", "txt")
"""What is text all through; a pasted passage may hold anything, and loses it."""


def reader(task: str) -> Callable[[bytes], dict[str, Any]]:
    """The function that reads files of that format into what the child sends."""

    def read(data: bytes) -> dict[str, Any]:
        refuse_foreign(data)
        if task in _TEXTS and data.startswith(PACKED):
            raise Unreadable(UNKNOWN)
        if task == "json":
            return dict(import_module(".own", __package__).read_json(data))
        module, function = _DRAFTS[task]
        draft = getattr(import_module(module, __package__), function)(data)
        return dict(import_module(".assemble", __package__).assembled(draft))

    return read
