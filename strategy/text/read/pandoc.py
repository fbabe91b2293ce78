"""Pandoc, started from the child process, for Markdown and RTF; its tree into a draft."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from .draft import Draft
from .encoding import decoded
from .messages import BROKEN, TOO_HEAVY, TOO_LONG, TOO_SLOW
from .pandoc_tree import draft_of
from .shapes import LARGEST_TEXT, Unreadable

_MARKDOWN = (
    "markdown+task_lists+autolink_bare_uris+lists_without_preceding_blankline+mark"
    "-smart-citations-example_lists-raw_tex-latex_macros-raw_attribute-blank_before_header"
)
_SECONDS = 12
_LONGEST_LINE = 2_000_000


def read_pandoc(data: bytes, format: str) -> Draft:
    """A Markdown or RTF file as a draft.

    format    md | rtf
    raises    Unreadable if pandoc refuses it or takes longer than 12 s
    """
    if format == "rtf" and not data.lstrip().startswith(b"{\\rtf"):
        raise Unreadable(BROKEN)
    if format == "md":
        data = decoded(data).encode("utf-8", "replace")
        if len(data) > 4 * LARGEST_TEXT:
            raise Unreadable(TOO_LONG, most=LARGEST_TEXT // 1_000_000)
    tree = _tree(data, {"md": _MARKDOWN, "rtf": "rtf"}[format])
    return draft_of(tree)


def _tree(data: bytes, source: str) -> dict[str, Any]:
    import pypandoc  # noqa: PLC0415 - only here is its path needed

    program = pypandoc.get_pandoc_path()
    Path("pandoc.in").write_bytes(data)
    with Path("pandoc.out").open("wb") as out:
        try:
            done = subprocess.run(
                [
                    program,
                    "+RTS",
                    "-M400m",
                    "-RTS",
                    "--sandbox",
                    "-f",
                    source,
                    "-t",
                    "json",
                    "pandoc.in",
                ],
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
    tree = json.loads(Path("pandoc.out").read_bytes())
    if not isinstance(tree, dict):
        raise Unreadable(BROKEN)
    return tree
