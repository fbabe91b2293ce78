"""What people write in comments, cut into plain text, links and names.

The browser does the same in static/src/comments/words.ts; tests/web/test_comments.py and
static/tests/comments.test.ts hold both to the same cases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

LINK = re.compile(r'https?://[^\s<>"“”„]+', re.IGNORECASE)
CLOSING = ".,;:!?'’)]}…"


@dataclass(frozen=True)
class Piece:
    """A stretch of a comment: text, link (with its address) or mention."""

    kind: str
    text: str
    href: str = ""


def pieces(text: str, names: Sequence[str] = ()) -> list[Piece]:
    """Cut `text`: addresses of the web become links, "@" with one of `names` a mention."""
    made: list[Piece] = []
    at = 0
    for match in LINK.finditer(text):
        shown = _trimmed(match.group())
        if not _safe(shown):
            continue
        made += [*_mentions(text[at : match.start()], names), Piece("link", shown, shown)]
        at = match.start() + len(shown)
    return [*made, *_mentions(text[at:], names)]


def _trimmed(address: str) -> str:
    """The address without the punctuation that ends a sentence around it."""
    while address and address[-1] in CLOSING:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address


def _safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and parts.username is None


def _mentions(text: str, names: Sequence[str]) -> Iterator[Piece]:
    longest = sorted(names, key=len, reverse=True)
    plain = 0
    at = text.find("@")
    while at >= 0:
        name = next((each for each in longest if _stands(text, each, at + 1)), None)
        if name is not None:
            if at > plain:
                yield Piece("text", text[plain:at])
            yield Piece("mention", f"@{name}")
            at += len(name)
            plain = at + 1
        at = text.find("@", at + 1)
    if plain < len(text):
        yield Piece("text", text[plain:])


def _stands(text: str, name: str, at: int) -> bool:
    behind = text[at + len(name) : at + len(name) + 1]
    return text.startswith(name, at) and not behind.isalnum()
