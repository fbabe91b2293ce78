"""Forward steps that turn one document into another, and touch only what differs.

So comments elsewhere keep their places, and nothing of the log is forgotten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from strategy.text.fingerprint import canonical
from strategy.text.positions import node_size
from strategy.text.schema import TEXTBLOCKS

Document = dict[str, Any]

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_HOLDERS = frozenset(
    {"blockquote", "bullet_list", "ordered_list", "list_item", "motion", "table", "table_row",
     "table_cell", "table_header"}
)  # fmt: skip
MOST_TOKENS = 4_000
"""Words of a textblock that are compared one by one; a longer one is trimmed and replaced."""


@dataclass(frozen=True)
class _Edit:
    """Put `content` in the place of the positions start..end of the old document."""

    start: int
    end: int
    content: list[Document]


def steps_between(old: Document, new: Document) -> list[Document]:
    """Steps (as ProseMirror writes them) that turn `old` into `new`.

    Law: apply_steps(old, steps_between(old, new)) == new. Equal documents need none.
    """
    old, new = canonical(old), canonical(new)
    steps: list[Document] = [
        {"stepType": "docAttr", "attr": name, "value": value}
        for name, value in new["attrs"].items()
        if old["attrs"].get(name) != value
    ]
    edits = list(_children(old["content"], new["content"], 0))
    # From the end to the start: no step moves what a later one counts on.
    return steps + [_step(edit) for edit in reversed(edits)]


def _step(edit: _Edit) -> Document:
    step: Document = {"stepType": "replace", "from": edit.start, "to": edit.end}
    if edit.content:
        step["slice"] = {"content": edit.content}
    return step


def _key(node: Document) -> str:
    return json.dumps(node, sort_keys=True, ensure_ascii=False)


def _children(old: Sequence[Document], new: Sequence[Document], start: int) -> Iterator[_Edit]:
    """Edits between the children of two nodes; `start` is the position before the first child."""
    places = [start]
    for node in old:
        places.append(places[-1] + node_size(node))
    matcher = SequenceMatcher(None, [_key(n) for n in old], [_key(n) for n in new], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        for i, j, k, m in _pairs(old, new, (a, b, c, d)):
            if j - i == m - k == 1 and _alike(old[i], new[k]):
                yield from _inside(old[i], new[k], places[i] + 1)
            else:
                yield _Edit(places[i], places[j], list(new[k:m]))


def _pairs(
    old: Sequence[Document], new: Sequence[Document], hunk: tuple[int, int, int, int]
) -> Iterator[tuple[int, int, int, int]]:
    """A hunk cut where blocks of the same id face each other; one to one if as many do."""
    a, b, c, d = hunk
    if b - a == d - c:
        yield from ((a + i, a + i + 1, c + i, c + i + 1) for i in range(b - a))
        return
    there = {_id(new[k]): k for k in range(c, d) if _id(new[k])}
    i, k = a, c
    for at in range(a, b):
        facing = there.get(_id(old[at]))
        if facing is None or facing < k:
            continue
        if at > i or facing > k:
            yield i, at, k, facing
        yield at, at + 1, facing, facing + 1
        i, k = at + 1, facing + 1
    if b > i or d > k:
        yield i, b, k, d


def _id(node: Document) -> str:
    return str(node.get("attrs", {}).get("id") or "")


def _alike(old: Document, new: Document) -> bool:
    """Whether the difference lies inside: same type, attributes and marks."""
    same = (
        old["type"] == new["type"]
        and old.get("attrs") == new.get("attrs")
        and old.get("marks") == new.get("marks")
    )
    if not same or old["type"] not in _HOLDERS | TEXTBLOCKS:
        return False
    if old["type"] in {"table", "table_row"}:
        return len(old.get("content", ())) == len(new.get("content", ()))
    return True


def _inside(old: Document, new: Document, start: int) -> Iterator[_Edit]:
    before, after = old.get("content", []), new.get("content", [])
    if old["type"] in TEXTBLOCKS:
        yield from _inline(before, after, start)
    else:
        yield from _children(before, after, start)


def _inline(old: Sequence[Document], new: Sequence[Document], start: int) -> Iterator[_Edit]:
    """Edits between two runs of inline nodes, word by word."""
    a, b = list(_tokens(old)), list(_tokens(new))
    keys_a, keys_b = [_key(token) for token in a], [_key(token) for token in b]
    places = [start]
    for token in a:
        places.append(places[-1] + node_size(token))
    if max(len(a), len(b)) > MOST_TOKENS:
        codes = [_trimmed(keys_a, keys_b)]
    else:
        matcher = SequenceMatcher(None, keys_a, keys_b, autojunk=False)
        codes = [(i, j, k, m) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]
    for i, j, k, m in codes:
        yield _Edit(places[i], places[j], b[k:m])


def _trimmed(a: Sequence[str], b: Sequence[str]) -> tuple[int, int, int, int]:
    most = min(len(a), len(b))
    head = next((i for i in range(most) if a[i] != b[i]), most)
    tail = next((i for i in range(most - head) if a[-1 - i] != b[-1 - i]), most - head)
    return head, len(a) - tail, head, len(b) - tail


def _tokens(nodes: Sequence[Document]) -> Iterator[Document]:
    for node in nodes:
        if node["type"] != "text":
            yield node
            continue
        for word in _WORDS.findall(node["text"]):
            yield {**node, "text": word}
