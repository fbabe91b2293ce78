"""Uploaded pictures and foreign PDFs: what may be kept of them."""

from __future__ import annotations

import base64
import binascii
import hashlib

from . import sandbox
from .messages import BROKEN, EMPTY, LARGE_FILE, LARGE_PICTURE, MANY_PAGES
from .shapes import ImageInfo, PdfInfo, Unreadable

LARGEST = 20_000_000  # bytes


def check_image(data: bytes) -> ImageInfo:
    """A picture as it may be kept: PNG, JPEG, GIF or WebP by its content, decoded and cleaned.

    Decoded in a child process. Place, camera and thumbnails (EXIF, XMP) are gone, the picture is
    turned the way its camera says; `data` of the result is what to store, `sha256` is its hash.

    raises  Unreadable: another format (SVG too), damaged, over 20 MB or 40 million pixels
    """
    if not data:
        raise Unreadable(EMPTY)
    if len(data) > LARGEST:
        raise Unreadable(LARGE_PICTURE, most=LARGEST // 1_000_000)
    sent = sandbox.run("image", data)
    try:
        kept = base64.b64decode(sent["data"], validate=True)
        info = ImageInfo(
            sha256=hashlib.sha256(kept).hexdigest(),
            mime=sent["mime"],
            width=int(sent["width"]),
            height=int(sent["height"]),
            data=kept,
        )
    except (KeyError, TypeError, ValueError, binascii.Error) as broken:
        raise Unreadable(BROKEN) from broken
    if info.mime not in ("image/png", "image/jpeg", "image/gif", "image/webp"):
        raise Unreadable(BROKEN)
    return info


def check_pdf(data: bytes, *, most_bytes: int, most_pages: int) -> PdfInfo:
    """A foreign PDF as it may be kept: read in a child process, never changed.

    raises  Unreadable: no PDF, too large, too many pages, damaged, protected, with scripts,
            actions or other files in it
    """
    if not data:
        raise Unreadable(EMPTY)
    if len(data) > most_bytes:
        raise Unreadable(LARGE_FILE, most=most_bytes // 1_000_000)
    pages = sandbox.run("foreign", data).get("pages")
    if not isinstance(pages, int) or pages < 1:
        raise Unreadable(BROKEN)
    if pages > most_pages:
        raise Unreadable(MANY_PAGES, pages=pages, most=most_pages)
    return PdfInfo(hashlib.sha256(data).hexdigest(), pages, data)
