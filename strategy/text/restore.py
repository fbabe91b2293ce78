"""Forward steps that turn one document into another, and touch only what differs.

So comments elsewhere keep their places, and nothing of the log is forgotten. Used to restore a
revision, to bring an import in, to settle suggestions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, starmap
from typing import Any

import orjson

from strategy.text.compare_align import aligned
from strategy.text.compare_pairs import alike
from strategy.text.compare_words import TOKEN
from strategy.text.fingerprint import canonical
from strategy.text.positions import node_size
from strategy.text.restore_pieces import insertions
from strategy.text.schema import HOLDERS, TEXTBLOCKS

Document = dict[str, Any]
Step = Document

NOT_ENTERED = frozenset({"table", "table_row", "figure"})
"""Nodes whose children are only compared one to one, so that columns stay columns."""


def steps_between(old: Document, new: Document) -> list[Step]:
    """Steps (as ProseMirror writes them) that turn `old` into `new`.

    Each is at most validate.MOST_BATCH bytes long. Equal documents need none.

    Law: apply_steps(old, steps_between(old, new)) == new, in canonical form, but for a mark on the
    document itself (a redline's, where the title differs), which no step can set.
    """
    old, new = canonical(old), canonical(new)
    steps: list[Step] = [
        {"stepType": "docAttr", "attr": name, "value": value}
        for name, value in new["attrs"].items()
        if old["attrs"][name] != value
    ]
    # From the end to the start: no step moves what a later one counts on.
    for act in reversed(list(_children(old["content"], new["content"], 0))):
        steps += act
    return steps


def _key(node: Document) -> bytes:
    return orjson.dumps(node, option=orjson.OPT_SORT_KEYS)


def _places(nodes: Sequence[Document], start: int) -> list[int]:
    places = [start]
    for node in nodes:
        places.append(places[-1] + node_size(node))
    return places


def _gaps(
    runs: list[tuple[int, int, int]], length_old: int, length_new: int
) -> Iterator[tuple[int, int, int, int]]:
    """What lies between runs of equal elements: from, to in the old; from, to in the new."""
    at_old = at_new = 0
    for start_old, start_new, length in [*runs, (length_old, length_new, 0)]:
        if start_old > at_old or start_new > at_new:
            yield at_old, start_old, at_new, start_new
        at_old, at_new = start_old + length, start_new + length


def _children(old: Sequence[Document], new: Sequence[Document], start: int) -> Iterator[list[Step]]:
    """Acts between the children of two nodes; `start` is the position before the first child."""
    places = _places(old, start)
    runs = aligned([_key(node) for node in old], [_key(node) for node in new])
    for a, b, c, d in _gaps(runs, len(old), len(new)):
        at_old, at_new = a, c
        for i, k in [*_same_blocks(old[a:b], new[c:d]), (b - a, d - c)]:
            if a + i > at_old or c + k > at_new:
                yield _replaced(places[at_old], places[a + i], new[at_new : c + k])
            if a + i < b:
                yield from _inside(old[a + i], new[c + k], places[a + i])
            at_old, at_new = a + i + 1, c + k + 1


def _same_blocks(old: Sequence[Document], new: Sequence[Document]) -> list[tuple[int, int]]:
    """Which blocks of a gap are edits of one another, of the same type: these are kept."""
    found = alike(old, new, (set(), set()))
    pairs = [(match.old_start, match.new_start) for match in found]
    return [(i, k) for i, k in pairs if _can_stay(old[i], new[k])]


def _can_stay(old: Document, new: Document) -> bool:
    if old["type"] != new["type"]:
        return False
    if old["type"] in NOT_ENTERED:
        return len(old.get("content", ())) == len(new.get("content", ()))
    return True


def _replaced(start: int, end: int, nodes: Sequence[Document]) -> list[Step]:
    steps: list[Step] = []
    for position, content in insertions(nodes, start):
        # The first one takes the place of what was there.
        until = position if steps else end
        steps.append(_replace(position, until, content))
    return steps or [_replace(start, end, [])]


def _replace(start: int, end: int, content: list[Document]) -> Step:
    step: Step = {"stepType": "replace", "from": start, "to": end}
    return step | {"slice": {"content": content}} if content else step


def _inside(old: Document, new: Document, position: int) -> Iterator[list[Step]]:
    """Acts that turn one block into another of the same type."""
    yield [
        {"stepType": "attr", "pos": position, "attr": name, "value": value}
        for name, value in new.get("attrs", {}).items()
        if old["attrs"][name] != value
    ]
    were, are = _marks(old, new)
    yield [
        {"stepType": kind, "pos": position, "mark": mark}
        for kind, these, those in (("removeNodeMark", were, are), ("addNodeMark", are, were))
        for mark in these
        if mark not in those
    ]
    before, after = old.get("content", []), new.get("content", [])
    if old["type"] in TEXTBLOCKS:
        yield from _inline(before, after, position + 1)
    elif old["type"] in NOT_ENTERED:
        for at, was, now in zip(_places(before, position + 1), before, after, strict=False):
            if was != now:
                same = _can_stay(was, now)
                yield from (
                    _inside(was, now, at) if same else [_replaced(at, at + node_size(was), [now])]
                )
    elif old["type"] in HOLDERS:
        yield from _children(before, after, position + 1)


def _inline(old: Sequence[Document], new: Sequence[Document], start: int) -> Iterator[list[Step]]:
    """Acts between two runs of inline nodes: words first, then the marks of those that stay."""
    before, after = list(_tokens(old)), list(_tokens(new))
    places = _places(before, start)
    at_old = at_new = 0
    runs = aligned([_words(token) for token in before], [_words(token) for token in after])
    for start_old, start_new, length in [*runs, (len(before), len(after), 0)]:
        if start_old > at_old or start_new > at_new:
            yield _replaced(places[at_old], places[start_old], after[at_new:start_new])
        at_old, at_new = start_old + length, start_new + length
        pairs = zip(before[start_old:at_old], after[start_new:at_new], strict=True)
        at = start_old
        for marks, alike_ones in groupby(starmap(_marks, pairs)):
            end = at + len(list(alike_ones))
            yield _marked(*marks, places[at], places[end])
            at = end


def _marks(old: Document, new: Document) -> tuple[list[Document], list[Document]]:
    return old.get("marks", []), new.get("marks", [])


def _marked(old: list[Document], new: list[Document], start: int, end: int) -> list[Step]:
    if old == new:
        return []
    return [
        {"stepType": kind, "mark": mark, "from": start, "to": end}
        for kind, these, those in (("removeMark", old, new), ("addMark", new, old))
        for mark in these
        if mark not in those
    ]


def _words(token: Document) -> Any:
    """What a token says, apart from its marks; a footnote's marks would reach into it."""
    if "text" in token:
        return token["text"]
    if token["type"] == "footnote":
        return _key(token)
    return _key({key: value for key, value in token.items() if key != "marks"})


def _tokens(nodes: Sequence[Document]) -> Iterator[Document]:
    for node in nodes:
        if "text" not in node:
            yield node
            continue
        for word in TOKEN.findall(node["text"]):
            yield {**node, "text": word}
