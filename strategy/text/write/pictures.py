"""What kind of picture some bytes are, and how large: read from their first bytes only."""

from __future__ import annotations

import struct
from dataclasses import dataclass

TYPES = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


@dataclass(frozen=True)
class Picture:
    """A picture's kind (a key of `TYPES`), width and height in pixels, at least 1."""

    kind: str
    width: int
    height: int

    @property
    def type(self) -> str:
        """The media type."""
        return TYPES[self.kind]


def measured(data: bytes) -> Picture | None:
    """The picture's kind and size, or None if it is none of the four kinds or too short."""
    try:
        found = _measured(data)
    except (struct.error, IndexError):
        return None
    return found if found is not None and found.width > 0 and found.height > 0 else None


def _measured(data: bytes) -> Picture | None:
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR":
        return Picture("png", *struct.unpack_from(">II", data, 16))
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return Picture("gif", *struct.unpack_from("<HH", data, 6))
    if data[:2] == b"\xff\xd8":
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return None


def _jpeg(data: bytes) -> Picture | None:
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            return None
        kind = data[at + 1]
        if kind in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Picture("jpeg", width, height)
        if kind == 0xFF:
            at += 1
        elif kind == 1 or 0xD0 <= kind <= 0xD8:
            at += 2
        else:
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return None


def _webp(data: bytes) -> Picture | None:
    kind = data[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return Picture("webp", width & 0x3FFF, height & 0x3FFF)
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return Picture("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8X" and len(data) >= 30:
        width = int.from_bytes(data[24:27], "little") + 1
        return Picture("webp", width, int.from_bytes(data[27:30], "little") + 1)
    return None
