"""Safe XML text, and zip files that are the same for the same content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from strategy.text.write.tree import clean

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FIRST_ZIP_YEAR = 1980


def e(text: object) -> str:
    """The text, escaped for an element or an attribute in double quotes."""
    return escape(clean(text), {'"': "&quot;"})


def zipped(parts: Iterable[tuple[str, bytes, bool]], moment: int) -> bytes:
    """A zip file of (name, content, whether to compress), in that order, all of one time."""
    at = datetime.fromtimestamp(moment, UTC)
    date = (max(at.year, FIRST_ZIP_YEAR), at.month, at.day, at.hour, at.minute, at.second)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content, compress in parts:
            info = zipfile.ZipInfo(name, date)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            kind = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
            archive.writestr(info, content, kind, 6)
    return file.getvalue()
