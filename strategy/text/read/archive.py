"""A zip file opened with suspicion: DOCX and ODT are zip files."""

from __future__ import annotations

import io
import zipfile
import zlib

from .detect import LOCKED
from .shapes import Unreadable

MOST_ENTRIES = 2_000
MOST_UNPACKED = 100_000_000  # bytes, of all parts together
MOST_RATIO = 200  # unpacked to packed
_SMALL = 100_000  # bytes; below it a ratio says nothing

BROKEN = "This file is incomplete or damaged. Please save it again and retry."
BOMB = "This file unpacks to far more than it should. It was refused."


# zipfile raises NotImplementedError for ways of packing that it does not know.
NOT_A_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError)


class Archive:
    """The parts of a zip file, read on demand and counted while they are unpacked."""

    def __init__(self, data: bytes):
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except NOT_A_ZIP as broken:
            raise Unreadable(BROKEN) from broken
        if len(entries) > MOST_ENTRIES:
            raise Unreadable(BOMB)
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            self._admit(entry)
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise Unreadable(BOMB)
        self._unpacked = 0

    def _admit(self, entry: zipfile.ZipInfo) -> None:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or "\x00" in name or ":" in name[:3]:
            raise Unreadable("This file holds parts with forbidden names. It was refused.")
        if entry.flag_bits & 1:
            raise Unreadable(LOCKED)
        if name.lower().endswith((".zip", ".docm", ".7z", ".rar", ".gz")):
            return  # nothing inside an inner archive is ever opened
        if entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise Unreadable(BOMB)
        if name in self._entries:
            raise Unreadable(BROKEN)
        self._entries[name] = entry

    def names(self) -> list[str]:
        """The names of all parts."""
        return list(self._entries)

    def get(self, name: str) -> bytes | None:
        """The part's bytes, or None if there is none of that name."""
        entry = self._entries.get(name.lstrip("/"))
        if entry is None:
            return None
        out = []
        size = 0
        try:
            with self._zip.open(entry) as part:
                while chunk := part.read(65536):
                    size += len(chunk)
                    self._unpacked += len(chunk)
                    big = size > _SMALL and size > MOST_RATIO * max(entry.compress_size, 1)
                    if self._unpacked > MOST_UNPACKED or big:
                        raise Unreadable(BOMB)
                    out.append(chunk)
        except NOT_A_ZIP as broken:
            raise Unreadable(BROKEN) from broken
        except RuntimeError as locked:
            raise Unreadable(LOCKED) from locked
        return b"".join(out)
