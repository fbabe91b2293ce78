"""Pandoc, started from the child process, for Markdown and RTF; its tree into a draft."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from .draft import Draft
from .encoding import decoded
from .html import read_markup
from .messages import BROKEN, TOO_HEAVY, TOO_LONG, TOO_SLOW
from .pandoc_tree import draft_of
from .shapes import LARGEST_TEXT, Unreadable

_MARKDOWN = (
    "markdown+task_lists+autolink_bare_uris+lists_without_preceding_blankline+mark"
    "-smart-citations-example_lists-raw_tex-latex_macros-raw_attribute-blank_before_header"
)
_SECONDS = 12
_LONGEST_LINE = 2_000_000


def read_markdown(data: bytes) -> Draft:
    """A Markdown file as a draft.

    raises    Unreadable if it is too long, pandoc refuses it or takes longer than 12 s
    """
    data = decoded(data).encode("utf-8", "replace")
    if len(data) > 4 * LARGEST_TEXT:
        raise Unreadable(TOO_LONG, most=LARGEST_TEXT // 1_000_000)
    return _draft(data, _MARKDOWN)


def read_rtf(data: bytes) -> Draft:
    """An RTF file as a draft; one with pictures goes by way of HTML, which can hold them.

    raises    Unreadable if it is none, pandoc refuses it or takes longer than 12 s
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise Unreadable(BROKEN)
    if b"\\pict" not in data:
        return _draft(data, "rtf")
    draft = read_markup(
        _pandoc(data, "rtf", "html5", "--embed-resources").decode("utf-8", "replace")
    )
    draft.guess = ""  # pandoc names the page after the file
    return draft


def _draft(data: bytes, source: str) -> Draft:
    tree: Any = json.loads(_pandoc(data, source, "json"))
    if not isinstance(tree, dict):
        raise Unreadable(BROKEN)
    return draft_of(tree)


def _pandoc(data: bytes, source: str, target: str, *options: str) -> bytes:
    import pypandoc  # noqa: PLC0415 - only here is its path needed

    Path("pandoc.in").write_bytes(data)
    limits = ["+RTS", "-M400m", "-A32m", "-RTS", "--sandbox"]
    formats = ["-f", source, "-t", target, *options, "pandoc.in"]
    with Path("pandoc.out").open("wb") as out:
        try:
            done = subprocess.run(
                [pypandoc.get_pandoc_path(), *limits, *formats],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.PIPE,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as slow:
            raise Unreadable(TOO_SLOW) from slow
    if done.returncode:
        heavy = done.returncode in (251, 2, 137, -9) or b"heap" in done.stderr.lower()
        raise Unreadable(TOO_HEAVY if heavy else BROKEN)
    return Path("pandoc.out").read_bytes()
