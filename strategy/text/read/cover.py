"""The cover that an export of our own begins with: it is not part of the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Kind = Literal["fact", "title", "contents", "empty", "text", ""]
"""What stands in a body: of the cover, its title, a table of contents, an empty paragraph, text of
the paper; "" for what is none of these and shows nothing."""


def kind_of(style: str, *, empty: bool) -> Kind:
    """What a paragraph is, by its style's own name, in any spelling that programs give it."""
    name = style.lower().replace("_20_", " ").replace(" ", "")
    if empty and name not in ("pagebreak", "horizontalline"):
        return "empty"
    if name in ("paperbody", "paperfact", "coverstart"):
        return "fact"
    if name in ("title", "titel", "subtitle", "untertitel"):
        return "title"
    if name.startswith(("toc", "contents", "inhaltsverzeichnis")):
        return "contents"
    return "text"


def length(kinds: Sequence[Kind]) -> int:
    """How many of the first things in a body are the cover, with the empty end of its page; or 0.

    Programs that save drop the end of its section, or put it elsewhere: only what a cover is made
    of is counted, up to the first words of the text.
    """
    last = -1
    for index, kind in enumerate(kinds):
        if kind == "text":
            break
        if kind in ("fact", "contents"):
            last = index
    if "fact" not in kinds[: last + 1]:
        return 0
    end = last + 1
    return end + 1 if kinds[end : end + 1] == ["empty"] else end
