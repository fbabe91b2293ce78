"""HTML that people paste or post."""

from __future__ import annotations

from . import received, sandbox
from .shapes import Reading, Unreadable

__all__ = ["clean_html", "safe_fragment"]

LARGEST = 5_000_000  # bytes


def clean_html(html: str) -> Reading:
    """A pasted passage as a document: structure kept, junk gone, addresses checked.

    Read in a child process like a file: through bleach, the address check and the schema.

    html      at most 5 MB as UTF-8
    raises    Unreadable
    """
    data = html.encode("utf-8", "replace")
    if len(data) > LARGEST:
        raise Unreadable("This is too much to paste at once: at most %(most)s MB.", most=5)
    return received(sandbox.run("paste", b"\xef\xbb\xbf" + data))


def safe_fragment(html: str) -> str:
    """A short piece of HTML (a comment) as HTML that is safe to show, without a child process.

    html      at most 100,000 characters
    raises    Unreadable if it is longer
    """
    from .html import sanitised  # noqa: PLC0415 - bleach is loaded only where it is needed

    return sanitised(html)
