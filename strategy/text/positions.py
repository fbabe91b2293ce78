"""ProseMirror positions and plain-text offsets: the only converter between the two.

Positions count UTF-16 units and the borders of nodes, as the browser does. Offsets count code
points, as Python does. An emoji is two units and one code point.
"""

from __future__ import annotations

import re

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def units(text: str) -> int:
    """How many UTF-16 units a text has."""
    if text.isascii() or _ASTRAL.search(text) is None:
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
