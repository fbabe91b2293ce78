"""Which characters may be in a text."""

from __future__ import annotations

import re

_SPACES = re.compile("[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")


def cleaned(text: str) -> tuple[str, int, int]:
    """`text` as it may be kept, how many control characters went, how many that turn the direction.

    Tabs and line ends become a blank; halves of characters and byte order marks go as well.
    """
    if text.isascii() and text.isprintable():
        return text, 0, 0
    text = _SPACES.sub(" ", text)
    text, turned = _TURNING.subn("", text)
    text, gone = _FORBIDDEN.subn("", text.replace("\ufeff", ""))
    return text, gone, turned


def line(text: str, most: int) -> str:
    """A name or title: clean, on one line, without blanks around it, at most `most` characters."""
    return " ".join(cleaned(text)[0].split())[:most].strip()
