"""Pictures of a file into the draft: checked, cleaned, kept once."""

from __future__ import annotations

from .draft import Block, Draft, Mark
from .images import examined
from .shapes import Unreadable

MOST = 500  # pictures of one file
_LARGEST = 60_000_000  # bytes of all pictures


class Pictures:
    """Takes the pictures of one file."""

    def __init__(self, draft: Draft):
        self.draft = draft
        self._known: dict[str, str | None] = {}
        self._size = 0

    def image(
        self,
        name: str,
        data: bytes | None,
        *,
        alt: str = "",
        width: int = 100,
        marks: list[Mark] | None = None,
    ) -> list[Block]:
        """An inline image, or nothing (and a line of the report) if it is none we can show.

        width     percent of the text's width
        """
        if name not in self._known:
            self._known[name] = self._take(data)
        file = self._known[name]
        if file is None:
            place = alt or name.rpartition("/")[2]
            self.draft.notes.add(
                "lost", "Pictures that cannot be shown were left out: %(count)s.", place=place
            )
            return []
        node: Block = {
            "type": "image",
            "attrs": {"file": file, "alt": alt, "width": min(max(width, 5), 100)},
        }
        return [node | ({"marks": marks} if marks else {})]

    def _take(self, data: bytes | None) -> str | None:
        if not data or len(self._known) >= MOST:
            return None
        try:
            info = examined(data)
        except Unreadable:
            return None
        self._size += len(info.data)
        if self._size > _LARGEST:
            return None
        self.draft.files[info.sha256] = info.data
        return info.sha256
