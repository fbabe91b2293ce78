"""The demo's texts: a few lines of plain markup into documents, block ids kept from text to text.

`# ` heading, `- ` and `1. ` lists, `> ` quote, `! ` motion, `| a | b |` table (first row: head),
else a paragraph; blank lines between. Inside: **strong**, *emphasis*, ^[footnote], [words](https://…).
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from hashlib import sha256
from itertools import groupby
from typing import Any

from strategy.text.positions import node_size

Node = dict[str, Any]

_INLINE = re.compile(
    r"\*\*(?P<strong>.+?)\*\*|\*(?P<em>.+?)\*|\^\[(?P<note>.+?)\]|\[(?P<words>.+?)\]\((?P<href>.+?)\)"
)
_KINDS = {"- ": "bullet", "1. ": "ordered", "> ": "quote", "! ": "motion", "| ": "table"}


def document(source: str, *, title: str, before: tuple[str, Node] | None = None) -> Node:
    """The document of a source; blocks that stand in `before` too keep their ids."""
    lines = _lines(source)
    ids = _ids(lines, before)
    content: list[Node] = []
    numbered = list(zip(lines, ids, strict=True))
    for kind, group in groupby(numbered, key=lambda each: _kind(each[0])):
        content += _blocks(kind, list(group))
    return {"type": "doc", "attrs": {"title": title, "lang": "de"}, "content": content}


def passage(doc: Node, words: str) -> tuple[int, int] | None:
    """Where `words` first stand in a textblock, as ProseMirror positions."""
    return _find(doc, words, 0)


def _find(node: Node, words: str, start: int) -> tuple[int, int] | None:
    at = start
    line = ""
    places: list[int] = []
    for kid in node.get("content", ()):
        if kid["type"] == "text":
            line += kid["text"]
            places += range(at, at + len(kid["text"]))
        elif found := _find(kid, words, at + 1):
            return found
        at += node_size(kid)
    where = line.find(words)
    return (places[where], places[where + len(words) - 1] + 1) if where >= 0 else None


def _lines(source: str) -> list[str]:
    return [line.strip() for line in source.strip().splitlines() if line.strip()]


def _ids(lines: list[str], before: tuple[str, Node] | None) -> list[str]:
    fresh = [
        f"{sha256(f'{place}:{line}'.encode()).hexdigest()[:10]}" for place, line in enumerate(lines)
    ]
    if before is None:
        return fresh
    old_lines, old_ids = _lines(before[0]), [*_textblock_ids(before[1])]
    if len(old_lines) != len(old_ids):
        return fresh
    matcher = SequenceMatcher(None, old_lines, lines, autojunk=False)
    for tag, old_start, old_end, start, end in matcher.get_opcodes():
        if tag == "equal" or (tag == "replace" and old_end - old_start == end - start):
            fresh[start:end] = old_ids[old_start:old_end]
    return fresh


def _textblock_ids(node: Node) -> list[str]:
    if node["type"] == "table":  # a row of the source is one line; _table adds the column
        return [_textblock_ids(row["content"][0])[0][:-1] for row in node["content"]]
    if node["type"] in {"paragraph", "heading"}:
        return [node["attrs"]["id"]]
    return [found for kid in node.get("content", ()) for found in _textblock_ids(kid)]


def _kind(line: str) -> str:
    if line.startswith("#"):
        return "heading"
    return next((kind for sign, kind in _KINDS.items() if line.startswith(sign)), "paragraph")


def _blocks(kind: str, group: list[tuple[str, str]]) -> list[Node]:
    if kind == "heading":
        return [
            _textblock("heading", line.lstrip("# "), key, level=len(line) - len(line.lstrip("#")))
            for line, key in group
        ]
    if kind == "paragraph":
        return [_textblock("paragraph", line, key) for line, key in group]
    if kind == "table":
        return [_table(group)]
    inside = [_textblock("paragraph", line.split(" ", 1)[1], key) for line, key in group]
    if kind == "quote":
        return [{"type": "blockquote", "content": inside}]
    if kind == "motion":
        return [{"type": "motion", "content": inside}]
    name = "bullet_list" if kind == "bullet" else "ordered_list"
    return [
        {"type": name, "content": [{"type": "list_item", "content": [each]} for each in inside]}
    ]


def _table(group: list[tuple[str, str]]) -> Node:
    rows = []
    for place, (line, key) in enumerate(group):
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        name = "table_cell" if place else "table_header"
        rows.append(
            {
                "type": "table_row",
                "content": [
                    {"type": name, "content": [_textblock("paragraph", cell, f"{key}{column}")]}
                    for column, cell in enumerate(cells)
                ],
            }
        )
    return {"type": "table", "attrs": {"id": f"t{group[0][1]}"}, "content": rows}


def _textblock(name: str, words: str, key: str, **attrs: Any) -> Node:
    return {"type": name, "attrs": {"id": key, **attrs}, "content": _inline(words)}


def _inline(words: str) -> list[Node]:
    made: list[Node] = []
    at = 0
    for found in _INLINE.finditer(words):
        made += _text(words[at : found.start()])
        at = found.end()
        if found["strong"]:
            made += _text(found["strong"], {"type": "strong"})
        elif found["em"]:
            made += _text(found["em"], {"type": "em"})
        elif found["note"]:
            made.append({"type": "footnote", "content": _text(found["note"])})
        else:
            made += _text(found["words"], {"type": "link", "attrs": {"href": found["href"]}})
    return made + _text(words[at:])


def _text(words: str, *marks: Node) -> list[Node]:
    if not words:
        return []
    return [{"type": "text", "text": words} | ({"marks": list(marks)} if marks else {})]
