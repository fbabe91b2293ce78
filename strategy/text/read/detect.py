"""Which format a file has, by what is in it; its name only decides between kinds of plain text."""

from __future__ import annotations

import re
from pathlib import PurePath

from .shapes import Unreadable

FORMATS = ("docx", "odt", "html", "md", "rtf", "txt", "json")

LOCKED = "This file is protected with a password. Please save it without one and try again."
OLD_WORD = "This is a file of an old Word (.doc). Please save it as .docx and try again."
PICTURE = "This is a picture, not a text. Pictures are added inside the paper."
PDF = "A PDF cannot be turned back into a text. Please upload the file that it was made from."
UNKNOWN = (
    "It is not clear what kind of file this is. Word (.docx), OpenDocument (.odt), HTML,"
    " Markdown, RTF and plain text can be read."
)
PACKED = b"PK\x03\x04"
"""How a zip file begins, and so DOCX and ODT."""
NOT_AS_NAMED = (
    "This file is called .%(suffix)s, but its content is something else. Please open it in your"
    " word processor, save it anew and try again."
)
_FOREIGN = (
    (b"%PDF-", PDF),
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
)
_SUFFIXES = {
    "htm": "html",
    "html": "html",
    "xhtml": "html",
    "md": "md",
    "markdown": "md",
    "mdown": "md",
    "txt": "txt",
    "text": "txt",
    "json": "json",
}
_OFFICE = (
    "docx",
    "docm",
    "dotx",
    "doc",
    "odt",
    "ott",
    "fodt",
    "rtf",
    "pdf",
    "epub",
    "xlsx",
    "pptx",
)
"""Names of files that are never plain text or a web page."""
_HTML = re.compile(
    rb"^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|meta|div|p|h[1-6]|table|ul|ol)\b",
    re.I | re.S,
)


def detect(data: bytes, filename: str = "") -> str:
    """The format of `data`: docx | odt | html | md | rtf | txt | json.

    filename  as the uploader names it; it only tells plain text, Markdown, HTML and JSON apart,
              and what is named as a word processor's file must be one
    raises    Unreadable for what is recognised as something that cannot be read, or not at all
    """
    refuse_foreign(data)
    if data.startswith(PACKED):
        return _packed(data)
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if b"office:document" in start and start.startswith(b"<?xml"):
        return "odt"
    suffix = PurePath(filename.replace("\\", "/")).suffix.lower().lstrip(".")
    if suffix in _OFFICE:
        raise Unreadable(NOT_AS_NAMED, suffix=suffix)
    if not _seems_text(data):
        raise Unreadable(UNKNOWN)
    if suffix != "md" and _HTML.match(start):
        return "html"
    if start.startswith(b"{") and (suffix == "json" or b'"vorlauf"' in start):
        return "json"
    return _SUFFIXES.get(suffix, "txt")


def refuse_foreign(data: bytes) -> None:
    """Raise Unreadable, with advice, for a PDF, a picture, an old or an encrypted Word file."""
    for magic, message in _FOREIGN:
        if data.startswith(magic):
            raise Unreadable(message)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise Unreadable(LOCKED if locked else OLD_WORD)


def _packed(data: bytes) -> str:
    if data[30:38] == b"mimetype" and b"opendocument" in data[38:120]:
        if b"opendocument.text" in data[38:120]:
            return "odt"
        raise Unreadable(
            "This is an OpenDocument file, but not a text. Please upload an .odt file."
        )
    if b"word/" in data or b"word\\" in data:
        return "docx"
    if b"xl/workbook" in data or b"ppt/presentation" in data:
        raise Unreadable("This is a spreadsheet or a presentation. Please upload a text.")
    if b"content.xml" in data:
        return "odt"
    raise Unreadable(UNKNOWN)


def _seems_text(data: bytes) -> bool:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    sample = data[:65536]
    odd = sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in sample)
    return b"\x00" not in sample and odd * 100 <= len(sample)
