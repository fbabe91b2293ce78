"""Text of a page as nodes, with its white space as a browser shows it."""

from __future__ import annotations

import re

from .draft import Block, Mark
from .ranks import ordered

_SPACE = re.compile(r"[ \t\n\r\f]+")


def said(value: str | None, marks: tuple[Mark, ...]) -> list[Block]:
    """The text as a node, runs of white space as one blank; nothing if there is none."""
    if not value:
        return []
    text = _SPACE.sub(" ", value)
    return [{"type": "text", "text": text} | ({"marks": ordered(list(marks))} if marks else {})]


def trimmed(nodes: list[Block]) -> list[Block]:
    """The nodes with white space as a browser shows it: one blank, none where a line begins."""
    out: list[Block] = []
    blank = True
    for node in nodes:
        if node["type"] == "text":
            value = node["text"].lstrip(" ") if blank else node["text"]
            if not value:
                continue
            blank = value.endswith(" ")
            out.append(node | {"text": value})
        else:
            if node["type"] == "hard_break":
                _strip_end(out)
                blank = True
            else:
                blank = False
            out.append(node)
    _strip_end(out)
    while out and out[-1]["type"] == "hard_break":
        out.pop()
        _strip_end(out)
    return out


def _strip_end(out: list[Block]) -> None:
    while out and out[-1]["type"] == "text":
        value = out[-1]["text"].rstrip(" ")
        if value:
            out[-1] = out[-1] | {"text": value}
            return
        out.pop()


def is_seen(node: Block) -> bool:
    """Whether a reader sees the node: it is no mere white space."""
    return node["type"] != "text" or bool(node["text"].strip("\u00a0 "))
