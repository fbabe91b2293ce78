"""Which characters the fonts for print can show. PDF/UA refuses a glyph that is in no font."""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path

from strategy.text.write.fonts import fonts_folder

INSTEAD = "\ufffd"
# Shown by no glyph, and needed by none: joiners, variation selectors, soft hyphen, marks.
_IGNORED = frozenset(
    [0xAD, 0x34F, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)]
)


def showable(text: str) -> str:
    """`text` with each character that no font has replaced by U+FFFD."""
    known = _known()
    if all(ord(character) in known for character in set(text)):
        return text
    return "".join(each if ord(each) in known else INSTEAD for each in text)


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    found: set[int] = {0x20, 0xA0, *_IGNORED}
    for path in sorted(fonts_folder().glob("*.ttf")):
        found |= covered(path.read_bytes())
    for line in Path(__file__).with_name("dejavu.txt").read_text().split():
        first, _, last = line.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found - _controls())


def _controls() -> set[int]:
    return {*range(0x20), *range(0x7F, 0xA0)}


def covered(font: bytes) -> set[int]:
    """The code points that a TrueType font maps to a glyph (cmap formats 4 and 12).

    Source: OpenType specification, "cmap – Character To Glyph Index Mapping Table".
    """
    (tables,) = struct.unpack_from(">H", font, 4)
    entries = {
        font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0]
        for at in range(12, 12 + 16 * tables, 16)
    }
    cmap = entries[b"cmap"]
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    found: set[int] = set()
    for number in range(count):
        platform, _, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * number)
        (form,) = struct.unpack_from(">H", font, cmap + offset)
        if platform not in (0, 3):
            continue
        if form == 4:
            found |= _segments(font, cmap + offset)
        elif form == 12:
            found |= _groups(font, cmap + offset)
    return found


def _segments(font: bytes, at: int) -> set[int]:
    doubled = struct.unpack_from(">H", font, at + 6)[0]
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + doubled)
    deltas = struct.unpack_from(f">{count}H", font, at + 16 + 2 * doubled)
    ranges_at = at + 16 + 3 * doubled
    offsets = struct.unpack_from(f">{count}H", font, ranges_at)
    found = set()
    for index, (start, end, delta, offset) in enumerate(
        zip(starts, ends, deltas, offsets, strict=True)
    ):
        for point in range(start, min(end, 0xFFFE) + 1):
            glyph = (point + delta) & 0xFFFF
            if offset:
                place = ranges_at + 2 * index + offset + 2 * (point - start)
                (inner,) = struct.unpack_from(">H", font, place)
                glyph = (inner + delta) & 0xFFFF if inner else 0
            if glyph:
                found.add(point)
    return found


def _groups(font: bytes, at: int) -> set[int]:
    (count,) = struct.unpack_from(">I", font, at + 12)
    found: set[int] = set()
    for number in range(count):
        start, end, _ = struct.unpack_from(">III", font, at + 16 + 12 * number)
        found.update(range(start, end + 1))
    return found
