"""Two tracked documents of one base laid over each other: the changes of both, still tracked.

What both touch is not guessed: then there is no such document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from strategy.text import schema
from strategy.text.fingerprint import canonical
from strategy.text.tracked import change_ids, reject

Document = dict[str, Any]


class _Touching(Exception):
    """Both documents change the same passage."""


def bare(doc: Document) -> Document:
    """The document in canonical form without its blocks' names, which no file carries."""
    return _bared(canonical(doc))


def _bared(node: Document) -> Document:
    made = dict(node)
    if (node.get("attrs") or {}).get("id") is not None:
        made["attrs"] = {**node["attrs"], "id": None}
    if "content" in node:
        made["content"] = [_bared(child) for child in node["content"]]
    if "marks" in node:
        made["marks"] = [_bared_mark(mark) for mark in node["marks"]]
    return made


def _bared_mark(mark: Document) -> Document:
    before = (mark.get("attrs") or {}).get("before") or {}
    if mark["type"] != "modification" or not before.get("attrs", {}).get("id"):
        return mark
    return {
        **mark,
        "attrs": {**mark["attrs"], "before": {**before, "attrs": {**before["attrs"], "id": None}}},
    }


def overlay(base: Document, first: Document, second: Document) -> Document | None:
    """One tracked document with the changes of both; None where they touch the same passage.

    base    without changes
    first   tracked, against this base: `reject(first) == base`
    second  tracked, against the same base but for its blocks' names, which become the base's.
            Its changes have other ids than those of `first`

    Laws, if there is one: with the changes of the second rejected it is the first; with those of
    both rejected, the base. What both insert at one place stands side by side.
    """
    base, first = canonical(base), canonical(first)
    try:
        second = named(base, canonical(second))
        if {**second, "content": []} != {**base, "content": []}:
            raise _Touching
        content = _row(base["content"], first["content"], second["content"])
    except _Touching:
        return None
    made = canonical({**first, "content": content})
    if reject(made, only=change_ids(second)) != first or reject(made) != base:
        return None
    return made


def named(base: Document, tracked: Document) -> Document:
    """The tracked document with the names of the base's blocks in place of its own.

    New blocks have no name. raises _Touching where it is not one of this base
    """
    content = _named_row(base["content"], tracked["content"])
    return {**tracked, "content": content}


def _named_row(base: Sequence[Document], nodes: Sequence[Document]) -> list[Document]:
    groups, trailing = _grouped(nodes)
    if len(groups) != len(base):
        raise _Touching
    made: list[Document] = []
    for was, (new, group) in zip(base, groups, strict=True):
        made += [_bared(node) for node in new]
        if was["type"] in schema.TEXTBLOCKS:
            made += _named_texts(was, group)
            continue
        if len(group) != 1:
            raise _Touching
        node = _with_name(group[0], was)
        if "content" in node and "content" in was:
            node["content"] = _named_row(was["content"], node["content"])
        made.append(node)
    return made + [_bared(node) for node in trailing]


def _named_texts(was: Document, group: Sequence[Document]) -> list[Document]:
    """A textblock, or what it was split into: the first part keeps its name."""
    names = iter([node for node in was.get("content", ()) if "text" not in node])
    made = []
    for number, part in enumerate(group):
        node = _bared(part) if number or _is_new(part) else _with_name(part, was)
        if node.get("content"):
            inside = []
            for child in node["content"]:
                if "text" in child or _is_new(child) or _is_new(node):
                    inside.append(child)
                    continue
                own = next(names, None)
                if own is None:
                    raise _Touching
                inside.append(_with_name(child, own))
            node["content"] = inside
        made.append(node)
    return made


def _with_name(node: Document, was: Document) -> Document:
    name = (was.get("attrs") or {}).get("id")
    made = dict(node)
    if name is None or "id" not in (node.get("attrs") or {}):
        return made
    made["attrs"] = {**node["attrs"], "id": name}
    marks = []
    for mark in node.get("marks", ()):
        before = (mark.get("attrs") or {}).get("before")
        if mark["type"] == "modification" and before and "id" in before.get("attrs", {}):
            former = {**before, "attrs": {**before["attrs"], "id": name}}
            marks.append({**mark, "attrs": {**mark["attrs"], "before": former}})
        else:
            marks.append(mark)
    if marks:
        made["marks"] = marks
    return made


def _marks(node: Document, kind: str) -> bool:
    return any(mark["type"] == kind for mark in node.get("marks", ()))


def _is_new(node: Document) -> bool:
    return _marks(node, "insertion")


Group = tuple[list[Document], list[Document]]
"""What is new before a block of the base, and what has become of that block."""


def _grouped(nodes: Sequence[Document]) -> tuple[list[Group], list[Document]]:
    """The children of a tracked node by the blocks of its base; what is new behind the last."""
    groups: list[Group] = []
    new: list[Document] = []
    group: list[Document] = []
    for node in nodes:
        if _is_new(node):
            (group if group else new).append(node)
            continue
        group.append(node)
        end = (node.get("attrs") or {}).get("end")
        if not end or end["change"] != "insertion":
            groups.append((new, group))
            new, group = [], []
    if group:
        groups.append((new, group))
        new = []
    return groups, new


def _row(
    base: Sequence[Document], first: Sequence[Document], second: Sequence[Document]
) -> list[Document]:
    ones, trailing = _grouped(first)
    others, more = _grouped(second)
    if not len(base) == len(ones) == len(others):
        raise _Touching
    made: list[Document] = []
    for was, (new, mine), (newer, yours) in zip(base, ones, others, strict=True):
        made += [*new, *newer, *_both(was, mine, yours)]
    return [*made, *trailing, *more]


def _both(was: Document, mine: list[Document], yours: list[Document]) -> list[Document]:
    if yours == [was]:
        return mine
    if mine == [was]:
        return yours
    if len(mine) == len(yours) == 1:
        return [_node(was, mine[0], yours[0])]
    if was["type"] not in schema.TEXTBLOCKS or 1 not in (len(mine), len(yours)):
        raise _Touching
    return _across(was, mine, yours[0]) if len(yours) == 1 else _across(was, yours, mine[0])


def _across(was: Document, parts: list[Document], whole: Document) -> list[Document]:
    """A textblock that the one side splits, while the other changes words of it."""
    if _shell(whole) != _shell(was):
        raise _Touching
    lines: list[tuple[Document, list[Document]]] = []
    base, other = _signs(was.get("content", [])), _signs(whole.get("content", []))
    line: list[Document] = []
    for part in parts:
        if _is_new(part):
            lines.append((_shell(part), part.get("content", [])))
            continue
        if _marks(part, "deletion"):
            raise _Touching
        line, signs = [], _signs(part.get("content", []))
        lines.append((_shell(part), line))
        while (mine := _up_to_old(signs, line)) is not None:
            yours, old = _up_to_old(other, line), next(base, None)
            if yours is None or old is None:
                raise _Touching
            line.append(_one_of(old, mine, yours))
    if _up_to_old(other, line) is not None or next(base, None) is not None:
        raise _Touching
    return [{**shell, "content": line} if line else shell for shell, line in lines]


def _shell(node: Document) -> Document:
    return {key: value for key, value in node.items() if key != "content"}


def _node(was: Document, mine: Document, yours: Document) -> Document:
    if any(_marks(node, "deletion") for node in (mine, yours)):
        raise _Touching
    made = _one_of(_shell(was), _shell(mine), _shell(yours))
    inside = [node.get("content", []) for node in (was, mine, yours)]
    put: Callable[..., list[Document]] = _line if was["type"] in schema.TEXTBLOCKS else _row
    content = put(*inside)
    return {**made, "content": content} if content else made


def _one_of(was: Document, mine: Document, yours: Document) -> Document:
    if yours in (was, mine):
        return mine
    if mine == was:
        return yours
    raise _Touching


def _line(
    base: Sequence[Document], first: Sequence[Document], second: Sequence[Document]
) -> list[Document]:
    """The words of a textblock, sign by sign."""
    one, other = _signs(first), _signs(second)
    made: list[Document] = []
    for was in _signs(base):
        mine = _up_to_old(one, made)
        yours = _up_to_old(other, made)
        if mine is None or yours is None:
            raise _Touching
        made.append(_one_of(was, mine, yours))
    if _up_to_old(one, made) is not None or _up_to_old(other, made) is not None:
        raise _Touching
    return made


def _up_to_old(signs: Iterator[Document], made: list[Document]) -> Document | None:
    """Put what is new into the line, up to the next sign that is not, which is returned."""
    for sign in signs:
        if not _is_new(sign):
            return sign
        made.append(sign)
    return None


def _signs(nodes: Sequence[Document]) -> Iterator[Document]:
    for node in nodes:
        if "text" in node:
            yield from ({**node, "text": sign} for sign in node["text"])
        else:
            yield node
