"""A tracked document as edits of its base, and edits back into a document.

A document is read as a row of tokens, one for each ProseMirror position: the beginning and end of a
node, a UTF-16 unit of text, an atom. An edit takes tokens away at one place and puts others there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from strategy.text import schema
from strategy.text.compare import compare
from strategy.text.fingerprint import canonical, joined
from strategy.text.positions import node_size, plain, plain_text, units
from strategy.text.tracked import accept, reject

Document = dict[str, Any]
Token = tuple[str, Document]
"""("open", node without content) | ("close", {}) | ("text", text node) | ("leaf", node)."""

_CLOSE: Token = ("close", {})
_WORD_BEFORE = re.compile(r"\w+\Z")  # "$" would look past a line's end
_WORD_AFTER = re.compile(r"\w+")
_FILLED = frozenset({"doc", "table_cell", "table_header"})


@dataclass(frozen=True)
class Edit:
    """Tokens [start, end) of the base become `content`; or the node at `start` gets a new markup.

    touches     the positions that it has to do with: whole words, and both sides of a join
    words       what it puts there, as text
    """

    start: int
    end: int
    content: tuple[Token, ...] = ()
    markup: Document | None = None
    touches: tuple[int, int] = (0, 0)
    words: str = ""
    ids: tuple[str, ...] = ()
    reach: int = 0
    """The furthest position that this or an earlier edit of the list touches."""
    order: int = 0
    """Its place among the edits of its document: what is inserted at one place stays in order."""

    def wants_the_same(self, other: Edit) -> bool:
        """Whether both are the same edit, whoever made them."""
        mine = self.start, self.end, self.content, self.markup
        return mine == (other.start, other.end, other.content, other.markup)

    def collides(self, other: Edit) -> bool:
        """Whether both touch the same words, or insert at the same place."""
        if self.wants_the_same(other):
            return False
        if (self.markup is None) != (other.markup is None):
            markup, edit = (self, other) if other.markup is None else (other, self)
            return edit.start <= markup.start < edit.end
        if self.markup is not None:
            return self.start == other.start
        if self.start == self.end == other.start == other.end:
            return True
        (a, b), (c, d) = self.touches, other.touches
        if a == b or c == d:  # an insertion between two words
            return c < a < d or a < c < b
        return max(a, c) < min(b, d)


def edits_of(base: Document, tracked: Document, starts: Sequence[int] | None = None) -> list[Edit]:
    """The edits of a tracked document, which must be one of this base; both in canonical form.

    starts  those of the base, where they are known

    Only what changed is worked through, with its neighbours: time grows with it, not with the text.
    """
    made: list[Edit] = []
    for stretch in stretches(base, tracked, starts):
        edits = _read(stretch.tracked)
        if reject(stretch.tracked) != stretch.base or not _holds(stretch, edits):
            return in_order(_edits(base, tracked))  # marks that only a hand could have made
        edits = _touched(stretch.base, edits)
        made += [
            moved(replace(edit, order=edit.order + len(made)), stretch.start) for edit in edits
        ]
    return in_order(made)


def in_order(edits: list[Edit]) -> list[Edit]:
    """Edits sorted by what they touch, each with its reach."""
    edits = sorted(edits, key=lambda edit: (edit.touches[0], edit.start, edit.end))
    reach, made = 0, []
    for edit in edits:
        reach = max(reach, edit.touches[1])
        made.append(edit if edit.reach == reach else replace(edit, reach=reach))
    return made


def moved(edit: Edit, by: int) -> Edit:
    """The edit with its positions shifted; one of the document itself stays as it is."""
    if not by or edit.start < 0:
        return edit
    touches = (edit.touches[0] + by, edit.touches[1] + by)
    return replace(edit, start=edit.start + by, end=edit.end + by, touches=touches)


def _edits(base: Document, tracked: Document) -> list[Edit]:
    """The edits of the whole text, in its order, each with what it touches."""
    edits = _read(tracked)
    if not _holds(Stretch(0, 0, base, tracked), edits):
        edits = _read(compare(base, accept(tracked)))
    return _touched(base, edits)


def _holds(stretch: Stretch, edits: list[Edit]) -> bool:
    """Whether the edits make of the base what accepting makes of the tracked document."""
    try:
        return apply_edits(stretch.base, edits) == accept(stretch.tracked)
    except ValueError:
        return False


def _touched(base: Document, edits: list[Edit]) -> list[Edit]:
    page = plain(base)
    return [
        _touching(replace(edit, order=order), page.text, page.offset, page.position)
        for order, edit in enumerate(edits)
    ]


@dataclass(frozen=True)
class Stretch:
    """Neighbouring top-level blocks, some of them changed, as documents of their own.

    start       the position in the whole base at which the stretch begins
    block       the place of its first block in the base
    """

    start: int
    block: int
    base: Document
    tracked: Document


@dataclass(slots=True)
class Group:
    """Blocks of a tracked document that belong together: their ends were inserted or deleted.

    nodes       the tracked blocks, neighbours
    old         the blocks of the base that they were made of; none for what is put between two
    """

    nodes: list[Document]
    old: list[Document]
    is_changed: bool
    block: int
    """The place of the first of `old` in the base, or of the block that it is put before."""
    start: int
    """The position of that in the base."""


def starts_of(doc: Document) -> list[int]:
    """The position at which each top-level block begins, and that behind the last one."""
    return list(accumulate(map(node_size, doc["content"]), initial=0))


def groups(base: Document, tracked: Document, starts: Sequence[int] | None = None) -> list[Group]:
    """The tracked document's blocks in groups, with the base's blocks of each.

    starts  those of the base: many amendments to one text ask for them once
    """
    starts = starts_of(base) if starts is None else starts
    made: list[Group] = []
    nodes: list[Document] = []
    block = 0
    blocks, before = tracked.get("content", ()), base["content"]
    last = len(before)  # marks that only a hand could have made lead beyond it
    joins = False
    for node in blocks:
        if not nodes:  # most blocks, by far, are those of the base
            same = before[block : block + 1]
            if (same and (node is same[0] or node == same[0])) or not _is_changed(node):
                made.append(Group([node], same, False, block, starts[min(block, last)]))
                block += 1
                continue
        nodes.append(node)
        if node["type"] in schema.JOINABLE and node.get("attrs", {}).get("end"):
            joins = True
        elif not _tracked_marks(node).keys() & {"insertion", "deletion"}:
            joins = False  # what goes as a whole lets the next one be joined on
        if joins and node is not blocks[-1]:
            continue
        olds = before[block : block + len(_old(nodes))]
        made.append(Group(nodes, olds, True, block, starts[min(block, last)]))
        block += len(olds)
        nodes, joins = [], False
    return made


def _old(nodes: list[Document]) -> list[Document]:
    if all("insertion" in _tracked_marks(node) for node in nodes):
        return []
    old: list[Document] = reject({"type": "doc", "content": nodes})["content"]
    return old


def _is_changed(node: Document) -> bool:
    marks = node.get("marks")
    if marks and any(mark["type"] in schema.TRACKED for mark in marks):
        return True
    content = node.get("content")
    if content is None:
        return bool((node.get("attrs") or {}).get("end"))
    if (node.get("attrs") or {}).get("end"):
        return True
    return any(map(_is_changed, content))


def _with_words(every: Sequence[Group], place: int, step: int) -> int:
    """The place of the next unchanged group that holds words, or of the last one there is."""
    while 0 <= place + step < len(every):
        place += step
        if not every[place].is_changed and any(map(plain_text, every[place].old)):
            break
    return place


def stretches(
    base: Document, tracked: Document, starts: Sequence[int] | None = None
) -> list[Stretch]:
    """What changed, each stretch with unchanged words before and behind it."""
    if _tracked_marks(tracked):
        return [Stretch(0, 0, base, tracked)]
    every = groups(base, tracked, starts)
    wanted: list[tuple[int, int]] = []
    for place, group in enumerate(every):
        if group.is_changed:
            first, last = _with_words(every, place, -1), _with_words(every, place, 1) + 1
            if wanted and first <= wanted[-1][1]:
                wanted[-1] = (wanted[-1][0], last)
            else:
                wanted.append((first, last))
    made = []
    for first, last in wanted:
        part = every[first:last]
        old = [node for group in part for node in group.old]
        new = [node for group in part for node in group.nodes]
        made.append(
            Stretch(
                part[0].start,
                part[0].block,
                {**base, "content": old or [canonical({"type": "paragraph"})]},
                {**tracked, "content": new},
            )
        )
    return made


# Reading


def _read(tracked: Document) -> list[Edit]:
    reader = _Reader()
    former = _tracked_marks(tracked).get("modification")
    if former is not None:
        reader.edits.append(Edit(-1, -1, markup=_shell(tracked), ids=(former,)))
    reader.children(tracked.get("content", ()), 0)
    return _together(reader.edits)


class _Reader:
    """Goes through a tracked document and counts the positions of its base."""

    def __init__(self) -> None:
        self.edits: list[Edit] = []

    def children(self, nodes: Iterable[Document], at: int) -> int:
        """Read siblings from position `at` of the base; gives the position behind them."""
        end: Document | None = None  # of the textblock before, if it was inserted or deleted
        pending: list[Token] = []
        for node in nodes:
            marks = _tracked_marks(node)
            if "insertion" in marks:
                content = () if "deletion" in marks else tuple(tokens(accept_node(node)))
                if end is not None and end["change"] == "insertion":
                    pending += content
                elif content:
                    self._add(at, at, content, marks["insertion"])
                continue
            if "deletion" in marks:
                size = sum(map(node_size, reject({"type": "doc", "content": [node]})["content"]))
                self._add(at, at + size, (), marks["deletion"])
                at += size
                continue
            if "text" in node or node["type"] not in schema.HOLDERS:
                at = self._single(node, marks, at)
                continue
            if end is not None and end["change"] == "insertion" and _joinable(node):
                opened: Token = ("open", _shell(node))
                self._add(at, at, (_CLOSE, *pending, opened), end["id"])
            else:
                if end is not None and end["change"] == "deletion" and _joinable(node):
                    self._add(at, at + 1, (), end["id"], join=True)
                elif "modification" in marks:
                    markup = _shell(node)
                    self.edits.append(Edit(at, at, markup=markup, ids=(marks["modification"],)))
                at += 1
            at = self.children(node.get("content", ()), at)
            end, pending = node.get("attrs", {}).get("end"), []
            if end is None or end["change"] == "deletion":
                if end is not None:
                    self._add(at, at + 1, (), end["id"], join=True)
                at += 1
        return at

    def _single(self, node: Document, marks: dict[str, str], at: int) -> int:
        size = node_size(node)
        if "modification" in marks:
            self._add(at, at + size, tuple(tokens(accept_node(node))), marks["modification"])
        return at + size

    def _add(
        self, start: int, end: int, content: tuple[Token, ...], change: str, *, join: bool = False
    ) -> None:
        span = (start - join, end + join)
        self.edits.append(Edit(start, end, content, touches=span, ids=(change,)))


def _tracked_marks(node: Document) -> dict[str, str]:
    """The tracked marks of a node, with their ids."""
    marks = node.get("marks", ())
    return {mark["type"]: mark["attrs"]["id"] for mark in marks if mark["type"] in schema.TRACKED}


def accept_node(node: Document) -> Document:
    """A node that stays, with everything inside accepted and no tracked mark of its own."""
    kept = [mark for mark in node.get("marks", ()) if mark["type"] not in schema.TRACKED]
    bare = {key: value for key, value in node.items() if key != "marks"}
    made = accept({"type": "doc", "content": [bare]})["content"][0]
    return {**made, "marks": kept} if kept else made


def _shell(node: Document) -> Document:
    """A node's beginning: its type, attributes and marks as they are once accepted."""
    made: Document = {"type": node["type"]}
    if "attrs" in node:
        made["attrs"] = node["attrs"]
    if "end" in made.get("attrs", {}):
        made["attrs"] = {**made["attrs"], "end": None}
    kept = [mark for mark in node.get("marks", ()) if mark["type"] not in schema.TRACKED]
    return {**made, "marks": kept} if kept else made


def _joinable(node: Document) -> bool:
    return node["type"] in schema.JOINABLE


def _together(edits: list[Edit]) -> list[Edit]:
    """What is deleted and what is inserted in its place are one edit, and so is all that is
    inserted at one place."""
    made: list[Edit] = []
    for edit in edits:
        last = made[-1] if made else None
        if (
            last is not None
            and last.markup is edit.markup is None
            and last.end == edit.start == edit.end
            and (last.start == last.end or set(last.ids) & set(edit.ids))
        ):
            made[-1] = replace(
                last,
                content=last.content + edit.content,
                touches=(last.touches[0], edit.touches[1]),
                ids=tuple(dict.fromkeys(last.ids + edit.ids)),
            )
        else:
            made.append(edit)
    return made


def _touching(edit: Edit, text: str, offset: Any, position: Any) -> Edit:
    """The edit with the whole words that it touches, and its own."""
    words = "".join(node.get("text", "") for kind, node in edit.content if kind == "text")
    if edit.markup is not None:
        return replace(edit, touches=(edit.start, edit.start + 1))
    if edit.content and edit.content[0][0] in ("open", "close"):
        return replace(edit, words=words)
    start, end = edit.touches
    first, last = offset(start, 1), offset(end, -1)
    if position(first, 1) != start or (first > last and start == end):
        first = last = offset(start, -1)
    glued = start < end or bool(words)
    before = _WORD_BEFORE.search(text, max(0, first - 80), first)
    after = _WORD_AFTER.match(text, last)
    whole_before = before is not None and glued and _is_word(words[:1] or text[first : first + 1])
    whole_after = after is not None and glued and _is_word(words[-1:] or text[last - 1 : last])
    if before is not None and whole_before:
        start -= units(before.group())
    if after is not None and whole_after:
        end += units(after.group())
    return replace(edit, touches=(start, end), words=words)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


# Tokens


def tokens(node: Document) -> Iterator[Token]:
    """A node as tokens; a text is one token of several positions."""
    if "text" in node:
        yield "text", node
    elif node["type"] not in schema.HOLDERS:
        yield "leaf", node
    else:
        yield "open", {key: value for key, value in node.items() if key != "content"}
        for child in node.get("content", ()):
            yield from tokens(child)
        yield _CLOSE


def apply_edits(base: Document, edits: Iterable[Edit]) -> Document:
    """The base after edits that do not collide; in canonical form.

    raises  ValueError if they leave a block without its beginning or end
    """
    edits = list(edits)
    markups = {edit.start: edit.markup for edit in edits if edit.markup is not None}
    rest = [edit for edit in edits if edit.markup is None]
    rest.sort(key=lambda edit: (edit.start, edit.end, edit.order))
    builder = _Builder({**base, **(markups.get(-1) or {})})
    rest.reverse()
    at = skipped = 0
    for kind, node in (token for child in base["content"] for token in tokens(child)):
        size = units(node["text"]) if kind == "text" else 1
        begin = at
        while True:
            while rest and rest[-1].start <= begin:
                edit = rest.pop()
                builder.put_all(edit.content)
                skipped = max(skipped, edit.end)
            begin = max(begin, min(skipped, at + size))
            if begin == at + size:
                break
            stop = min(at + size, rest[-1].start) if rest else at + size
            if rest and rest[-1].start <= begin:
                continue
            builder.put(kind, _cut(kind, markups.get(at) or node, begin - at, stop - at, size))
            begin = stop
            if begin == at + size:
                break
        at += size
    for edit in reversed(rest):
        builder.put_all(edit.content)
    return builder.done()


def _cut(kind: str, node: Document, start: int, end: int, size: int) -> Document:
    if kind != "text" or (start, end) == (0, size):
        return node
    part = node["text"].encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")
    return {**node, "text": part}


class _Builder:
    """Tokens back into a document; what has become empty goes, or is filled."""

    def __init__(self, doc: Document):
        shell = {key: value for key, value in doc.items() if key != "content"}
        self.stack: list[tuple[Document, list[Document]]] = [(shell, [])]

    def put_all(self, content: Iterable[Token]) -> None:
        for kind, node in content:
            self.put(kind, node)

    def put(self, kind: str, node: Document) -> None:
        if kind == "open":
            self.stack.append((node, []))
        elif kind == "close":
            if len(self.stack) == 1:
                raise ValueError("the edits tear a block apart")
            shell, content = self.stack.pop()
            made = _filled(shell, content)
            if made is not None:
                self.stack[-1][1].append(made)
        else:
            self.stack[-1][1].append(node)

    def done(self) -> Document:
        if len(self.stack) > 1:
            raise ValueError("the edits tear a block apart")
        shell, content = self.stack[0]
        filled = _filled(shell, content)
        return canonical(filled or shell)


def _filled(shell: Document, content: list[Document]) -> Document | None:
    name = shell["type"]
    content = joined(content)
    if not content and name in _FILLED:
        content = [canonical({"type": "paragraph"})]
    if name == "figure" and (not content or content[0]["type"] != "image"):
        return None
    if content:
        return {**shell, "content": content}
    empty_is_fine = name in schema.TEXTBLOCKS or name in schema.INLINE
    return shell if empty_is_fine else None
