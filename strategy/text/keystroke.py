"""Plain typing, quickly: text put in, taken out or replaced inside one textblock.

Nearly every keypress is such a step. The port resolves, cuts, joins and checks as for any step;
here the same comes out by arithmetic. What is not plain typing, or not surely right, is None:
then the strict check and the port decide, errors included. A property test binds the two.
"""

from __future__ import annotations

from typing import Any

from strategy.text import schema, validate
from strategy.text.port import Fragment, ReplaceStep, Slice, TextNode

LONGEST = 1_000
"""Characters of one step that are still typing; more is measured by the strict check."""


def read(known: Any, one: Any) -> Any:
    """The step of some JSON, if it is plain typing without marks and nothing is wrong with it.

    known   the port's schema
    """
    if type(one) is not dict or one.get("stepType") != "replace":
        return None
    start, end = one.get("from"), one.get("to")
    if type(start) is not int or type(end) is not int:
        return None
    if not 0 <= start <= end <= validate.MOST_POSITION:
        return None
    if len(one) == 3:
        return ReplaceStep(start, end, Slice.empty)
    text = _text(one.get("slice")) if len(one) == 4 else None
    if text is None:
        return None
    node: Any = known.text(text)
    return ReplaceStep(start, end, Slice(Fragment([node], node.units), 0, 0))


def _text(part: Any) -> str | None:
    """The text of a slice that holds nothing else."""
    content = part.get("content") if type(part) is dict and len(part) == 1 else None
    node = content[0] if type(content) is list and len(content) == 1 else None
    if type(node) is not dict or len(node) != 2 or node.get("type") != "text":
        return None
    text = node.get("text")
    if type(text) is not str or not 0 < len(text) <= LONGEST:
        return None
    return None if schema.fault_in_text(text) else text


def applied(doc: Any, step: Any) -> Any:
    """The document after the step, if it is plain typing that surely fits; None otherwise.

    doc     valid; it stays as it is
    """
    if type(step) is not ReplaceStep or step.structure:
        return None
    put = step.slice
    if put.open_start or put.open_end or len(put.content.content) > 1:
        return None
    new: Any = put.content.content[0] if put.content.content else None
    length = step.to - step.from_
    if new is None:
        if not length:
            return None
    elif type(new) is not TextNode or len(new.marks) > 1:
        return None
    way, block, at = _textblock(doc, step.from_, length)
    if block is None or (new is not None and not block.type.allows_marks(new.marks)):
        return None
    children = _replaced(block.content.content, at, at + length, new)
    if children is None:
        return None
    grown = (new.units if new is not None else 0) - length
    made = block.copy(Fragment(children, block.content.size + grown))
    for parent, index in reversed(way):
        content = parent.content.content.copy()
        content[index] = made
        made = parent.copy(Fragment(content, parent.content.size + grown))
    return made


def _textblock(doc: Any, at: int, length: int) -> tuple[list[tuple[Any, int]], Any, int]:
    """The way down to the textblock that holds a range, the textblock, where in it that begins.

    The textblock is None if there is none, or if it cares about what stands in it.
    """
    way: list[tuple[Any, int]] = []
    node = doc
    while not _takes_any_text(node.type):
        if node.type.inline_content:
            return way, None, at
        index = 0
        for child in node.content.content:
            size = child.content.size + 2
            if size == 2 and child.type.is_leaf:
                size = 1
            if at < size:
                break
            at -= size
            index += 1
        else:
            return way, None, at
        at -= 1
        if at < 0 or at + length > child.content.size:
            return way, None, at
        way.append((node, index))
        node = child
    return way, node, at


_takers: dict[Any, bool] = {}


def _takes_any_text(kind: Any) -> bool:
    """Whether text may stand anywhere between whatever the node holds, or nothing at all."""
    found = _takers.get(kind)
    if found is None:
        match = kind.content_match
        edges = match.next
        found = bool(edges) and match.valid_end and all(edge.next is match for edge in edges)
        found = found and any(edge.type.is_text for edge in edges)
        _takers[kind] = found
    return found


def _replaced(children: list[Any], start: int, end: int, new: Any) -> list[Any] | None:
    """A textblock's children with a range replaced; None if it begins or ends in no text.

    start, end  from 0 to the size of the content, in UTF-16 units
    """
    position, first = 0, 0
    for child in children:
        after = position + _size(child)
        if after > start:
            break
        position, first = after, first + 1
    left = children[:first]
    if position < start:
        part = _cut(children[first], 0, start - position)
        if part is None:
            return None
        left.append(part)
    last = first
    for child in children[first:]:
        after = position + _size(child)
        if after > end:
            break
        position, last = after, last + 1
    right = children[last:]
    if position < end:
        part = _cut(right[0], end - position, None)
        if part is None:
            return None
        right[0] = part
    if new is None:
        return _joined([*left, *right])
    return _appended(_appended(left, [new]), right)


def _size(child: Any) -> int:
    size: int = child.units if type(child) is TextNode else child.node_size
    return size


def _cut(child: Any, start: int, end: int | None) -> Any:
    """A part of a text; None between the halves of a character, or if it is not text."""
    if type(child) is not TextNode:
        return None
    if len(child.text) == child.units:
        part = child.text[start:end]
        return _with(child, part, len(part))
    units = child.text.encode("utf-16-le")[2 * start : None if end is None else 2 * end]
    try:
        return _with(child, units.decode("utf-16-le"), len(units) // 2)
    except UnicodeDecodeError:
        return None


def _with(child: Any, text: str, units: int) -> Any:
    """The same node with another text, made of texts that have been checked and counted."""
    made = TextNode.__new__(TextNode)
    made.type, made.attrs, made.marks = child.type, child.attrs, child.marks
    made.content, made.text, made.units = child.content, text, units
    return made


def _appended(left: list[Any], right: list[Any]) -> list[Any]:
    """Both lists as one; texts that touch become one if they are marked alike."""
    if left and right and _alike(left[-1], right[0]):
        return [*left[:-1], _merged(left[-1], right[0]), *right[1:]]
    return left + right


def _joined(children: list[Any]) -> list[Any]:
    """All texts that touch and are marked alike become one, as the port does when it deletes."""
    done: list[Any] = []
    for child in children:
        if done and _alike(done[-1], child):
            done[-1] = _merged(done[-1], child)
        else:
            done.append(child)
    return done


def _alike(one: Any, other: Any) -> bool:
    return (
        type(one) is TextNode
        and type(other) is TextNode
        and (not (one.marks or other.marks) or bool(one.same_markup(other)))
    )


def _merged(one: Any, other: Any) -> Any:
    return _with(one, one.text + other.text, one.units + other.units)
