"""Plain text: paragraphs apart by blank lines, single line ends kept."""

from __future__ import annotations

import re

from .draft import Block, Draft, paragraph, text
from .encoding import decoded
from .lines import joined_lines
from .messages import TOO_LONG
from .shapes import LARGEST_TEXT, Unreadable


def read_txt(data: bytes) -> Draft:
    """A text file as a draft; UTF-8, UTF-16 with a byte order mark, or Windows-1252."""
    said = decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    if len(said) > 2 * LARGEST_TEXT:
        raise Unreadable(TOO_LONG, most=LARGEST_TEXT // 1_000_000)
    draft = Draft()
    for part in re.split(r"\n[ \t]*\n\s*|\x0c", said.strip("\n")):
        lines: list[list[Block]] = [
            [text(line.strip())] if line.strip() else [] for line in part.split("\n")
        ]
        while lines and not lines[-1]:
            lines.pop()
        if lines:
            draft.blocks.append(paragraph(joined_lines(lines)))
    return draft
