"""Where a link may lead: our own check, behind every sanitiser and in front of every document."""

from __future__ import annotations

import html
import re

from strategy.text.schema import is_address

_INVISIBLE = re.compile("[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
_LONGEST = 2_000


def safe_address(value: str | None) -> str | None:
    """The address if a link may lead there (http, https, mailto), else None.

    Entities, control characters, blanks and look-alikes of the colon do not hide another scheme:
    what a browser could read as one is judged as that. Addresses without a scheme are not kept,
    for the paper stands at another place than its source.
    """
    if not value:
        return None
    bare = value
    for _ in range(3):
        bare = html.unescape(bare)
    inner = bare.strip()
    if _INVISIBLE.search(inner.replace(" ", "")):
        return None
    scheme = _SCHEME.match(inner)
    if not scheme or scheme[1].lower() not in ("http", "https", "mailto"):
        return None
    if " " in re.split(r"[/?#]", inner[len(scheme[0]) :].lstrip("/"), maxsplit=1)[0]:
        return None
    address = scheme[1].lower() + inner[len(scheme[1]) :].replace(" ", "%20")
    address = re.sub(r'["<>`{}|^\\]', lambda bad: f"%{ord(bad[0]):02X}", address)
    if len(address) > _LONGEST or not is_address(address):
        return None
    return address
