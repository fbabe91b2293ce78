"""Bytes into text."""

from __future__ import annotations

import codecs
import re

_META = re.compile(rb"<meta[^>]*charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{1,30})", re.I)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9_-]{1,30})", re.I)
_ALLOWED = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "iso8859",
    "cp125",
    "latin",
    "ascii",
    "mac-",
)


def decoded(data: bytes, *, html: bool = False) -> str:
    """The text of a file: by its byte order mark, what HTML declares, UTF-8, else Windows-1252."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    if html and (declared := _declared(data[:4096])):
        try:
            return data.decode(declared)
        except (UnicodeDecodeError, LookupError):
            pass
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _declared(start: bytes) -> str | None:
    found = _DECLARED.search(start) or _META.search(start)
    if not found:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return None
    if name in ("iso8859-1", "ascii"):
        name = "cp1252"
    return name if name.startswith(_ALLOWED) else None
