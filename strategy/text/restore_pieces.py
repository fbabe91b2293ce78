"""Blocks cut into pieces that fit into a step each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from strategy.text.fingerprint import joined
from strategy.text.positions import node_size
from strategy.text.schema import TEXTBLOCKS

Document = dict[str, Any]
Insertion = tuple[int, list[Document]]
"""Where to insert, after all insertions before it, and what."""

MOST_BYTES = 200 * 1024
"""Of JSON in one step; the rest of what validate.MOST_BATCH allows is for the step around it."""
MOST_CHARACTERS = 30_000
"""Of text in one piece: at most six bytes each in JSON."""


def insertions(nodes: Sequence[Document], position: int) -> Iterator[Insertion]:
    """The nodes as insertions, one after the other, each of which leaves a valid document."""
    batch: list[Document] = []
    size = 0
    at = start = position
    for node in joined(nodes):
        weight = len(orjson.dumps(node))
        if batch and size + weight > MOST_BYTES:
            yield start, batch
            batch, size, start = [], 0, at
        if weight > MOST_BYTES:
            yield from _large(node, at)
            start = at + node_size(node)
        else:
            batch.append(node)
            size += weight
        at += node_size(node)
    if batch:
        yield start, batch


def _large(node: Document, position: int) -> Iterator[Insertion]:
    if "text" in node:
        for start in range(0, len(node["text"]), MOST_CHARACTERS):
            part = {**node, "text": node["text"][start : start + MOST_CHARACTERS]}
            yield position, [part]
            position += node_size(part)
        return
    yield position, [_seed(node)]
    yield from _growing(node, position)


def _growing(node: Document, position: int) -> Iterator[Insertion]:
    """What a node still lacks whose seed stands at `position`."""
    content = node.get("content", [])
    if node["type"] in TEXTBLOCKS or node["type"] == "footnote":
        yield from insertions(content, position + 1)
    elif content:
        yield from _growing(content[0], position + 1)
        yield from insertions(content[1:], position + 1 + node_size(content[0]))


def _seed(node: Document) -> Document:
    """The least of a node that is valid: its first children, and no words."""
    if node["type"] in TEXTBLOCKS or node["type"] == "footnote":
        return {key: value for key, value in node.items() if key != "content"}
    if node.get("content"):
        return {**node, "content": [_seed(node["content"][0])]}
    return node
