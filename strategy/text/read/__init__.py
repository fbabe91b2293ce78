"""Files into documents: DOCX, ODT, HTML, Markdown, RTF, plain text and our own JSON.

Whatever comes in is read in a child process with limits (sandbox.py, child.py); what it gives back
is validated here before anybody else sees it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from strategy.text import validate
from strategy.text.shapes import Change, Comment, Reply

from . import sandbox
from .detect import FORMATS, detect
from .messages import BROKEN, EMPTY
from .shapes import LARGEST_FILE, ImageInfo, PdfInfo, Reading, ReportLine, Unreadable

__all__ = [
    "FORMATS",
    "ImageInfo",
    "PdfInfo",
    "Reading",
    "ReportLine",
    "Unreadable",
    "detect",
    "read",
]


def read(data: bytes, format: str) -> Reading:
    """Read a file.

    data      the file's bytes, at most 25 MB
    format    docx | odt | html | md | rtf | txt | json, as `detect` gives it
    raises    Unreadable with a message for people; nothing else, and nothing is left on disk
    """
    if format not in FORMATS:
        raise Unreadable("Files of the kind %(format)s cannot be read.", format=format[:20])
    if len(data) > LARGEST_FILE:
        raise Unreadable("This file is larger than %(most)s MB.", most=LARGEST_FILE // 1_000_000)
    if not data.strip(b"\x00\t\n\r \xef\xbb\xbf\xff\xfe"):
        raise Unreadable(EMPTY)
    return received(sandbox.run(format, data))


def received(sent: dict[str, Any]) -> Reading:
    """The child's JSON as a Reading, checked against the schema."""
    try:
        files = {key: base64.b64decode(value) for key, value in sent["files"].items()}
        if any(hashlib.sha256(data).hexdigest() != key for key, data in files.items()):
            raise Unreadable(BROKEN)
        validate.document(sent["doc"])
        return Reading(
            doc=sent["doc"],
            comments=tuple(_comment(comment) for comment in sent["comments"]),
            report=tuple(ReportLine(**line) for line in sent["report"]),
            changes={key: Change(**value) for key, value in sent["changes"].items()},
            files=files,
            title=sent["title"],
            origin=sent["origin"],
        )
    except validate.BrokenDocument as broken:
        raise Unreadable(broken.message, **broken.facts) from broken
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as broken:
        raise Unreadable(BROKEN) from broken


def _comment(sent: dict[str, Any]) -> Comment:
    replies = tuple(Reply(**reply) for reply in sent["replies"])
    return Comment(**(sent | {"replies": replies}))
