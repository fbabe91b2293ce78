"""What a picture file is made of: whether it holds the picture and nothing else.

Sources: ITU-T T.81 annex B (JPEG), PNG 3rd edition, GIF89a, RFC 9649 (WebP).
"""

from __future__ import annotations

_PNG = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA sRGB cHRM sBIT iCCP pHYs bKGD acTL fcTL fdAT".split()
)
_WEBP = frozenset([b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"])
_WEBP_EXTRAS = 0b1100  # EXIF and XMP in the flags of VP8X
_APP0, _ICC, _ADOBE, _COMMENT = 0xE0, 0xE2, 0xEE, 0xFE
_START_OF_SCAN, _END = 0xDA, 0xD9


def bare(kind: str, data: bytes) -> bool:
    """Whether the file has no metadata (place, camera, texts) and nothing hangs behind it.

    kind      PNG | JPEG | GIF | WEBP, which the data must be
    """
    try:
        return {"PNG": _png, "JPEG": _jpeg, "GIF": _gif, "WEBP": _webp}[kind](data)
    except IndexError:
        return False


def _png(data: bytes) -> bool:
    at = 8
    while at < len(data):
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        at += 12 + size
        if name not in _PNG:
            return False
        if name == b"IEND":
            break
    return at == len(data)


def _jpeg(data: bytes) -> bool:
    at = 2
    while data[at] == 0xFF:
        name = data[at + 1]
        if name == _END:
            return at + 2 == len(data)
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if not _jpeg_segment(name, data[at + 4 : at + 18]) or size < 2:
            return False
        at += 2 + size
        if name == _START_OF_SCAN:
            at = _behind_scan(data, at)
    return False


def _jpeg_segment(name: int, start: bytes) -> bool:
    if name == _ICC:
        return start.startswith(b"ICC_PROFILE\x00")
    if name == _APP0:
        return start.startswith(b"JFIF\x00") and start[12:14] == b"\x00\x00"  # no thumbnail
    return name != _COMMENT and (not _APP0 <= name <= 0xEF or name == _ADOBE)


def _behind_scan(data: bytes, at: int) -> int:
    """Where the next marker stands behind the picture's own data, which may hold escaped 0xFF."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            raise IndexError
        following = data[at + 1]
        if following != 0 and not 0xD0 <= following <= 0xD7:
            return at
        at += 2


def _gif(data: bytes) -> bool:
    at = 13 + _gif_table(data[10])
    while True:
        kind = data[at]
        if kind == 0x3B:
            return at + 1 == len(data)
        if kind == 0x2C:
            at = _behind_blocks(data, at + 11 + _gif_table(data[at + 9]))
        elif kind == 0x21 and (data[at + 1] == 0xF9 or data[at + 3 : at + 14] == b"NETSCAPE2.0"):
            at = _behind_blocks(data, at + 2)
        else:
            return False


def _gif_table(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _behind_blocks(data: bytes, at: int) -> int:
    while size := data[at]:
        at += 1 + size
    return at + 1


def _webp(data: bytes) -> bool:
    if int.from_bytes(data[4:8], "little") + 8 != len(data):
        return False
    at = 12
    while at < len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name not in _WEBP or (name == b"VP8X" and data[at + 8] & _WEBP_EXTRAS):
            return False
        at += 8 + size + size % 2
    return at == len(data)
