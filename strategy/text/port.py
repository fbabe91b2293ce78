"""The Python port of ProseMirror (prosemirror 0.6.1), corrected.

The port equals prosemirror-model 1.25.4 and prosemirror-transform 1.11.0, with faults of its own.
What is replaced here makes applying and mapping steps equal model 1.25.13 and transform 1.12.2,
the versions that the browser loads; tests/text/crosscheck compares the two at random. The server
is stricter in two things: half a character, and an attribute that a node does not have, are
refused, not passed over.

Only apply.py, keystroke.py and this module deal with the port itself.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from prosemirror.model import Fragment, Mark, Node, ReplaceError, Schema, Slice
from prosemirror.transform import Mapping, ReplaceStep, Step, StepMap

from strategy.text.positions import units

__all__ = [
    "Fragment",
    "Mapping",
    "Mark",
    "MarkSetStep",
    "Node",
    "ReplaceError",
    "ReplaceStep",
    "Schema",
    "Slice",
    "Step",
    "StepMap",
    "TextNode",
]

_node = import_module("prosemirror.model.node")
_schema = import_module("prosemirror.model.schema")
_replace = import_module("prosemirror.model.replace")
_map = import_module("prosemirror.transform.map")
_step = import_module("prosemirror.transform.step")
_mark_step = import_module("prosemirror.transform.mark_step")
_replace_step = import_module("prosemirror.transform.replace_step")
_attr_step = import_module("prosemirror.transform.attr_step")
_doc_attr_step = import_module("prosemirror.transform.doc_attr_step")

TextNode: Any = _node.TextNode
"""Its `units` are counted by new_text below."""

_HALF = re.compile("[\ud800-\udfff]")


# Marks


def same_value(one: Any, other: Any) -> bool:
    """Compare as JavaScript does: True is not 1, though Python says so."""
    if one is other:
        return True
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_value(one[k], other[k]) for k in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same_value, one, other))
    return bool(one == other)


def same_mark(self: Any, other: Any) -> bool:
    """Compare marks with same_value."""
    return self is other or (self.type is other.type and same_value(self.attrs, other.attrs))


def add_to_set(self: Any, marks: list[Any]) -> list[Any]:
    """Put the mark into a set; the port took an empty copy for a copy not yet made."""
    copy: list[Any] | None = None
    placed = False
    for index, other in enumerate(marks):
        if self.eq(other):
            return marks
        if self.type.excludes(other.type):
            if copy is None:
                copy = marks[:index]
            continue
        if other.type.excludes(self.type):
            return marks
        if not placed and other.type.rank > self.type.rank:
            if copy is None:
                copy = marks[:index]
            copy.append(self)
            placed = True
        if copy is not None:
            copy.append(other)
    if copy is None:
        copy = marks[:]
    if not placed:
        copy.append(self)
    return copy


def keep_allowed(self: Any, marks: list[Any]) -> list[Any]:
    """Keep the marks that the node's children may carry; the same fault as in add_to_set."""
    if self.mark_set is None:
        return marks
    kept = [mark for mark in marks if self.allows_mark_type(mark.type)]
    return marks if len(kept) == len(marks) else (kept or Mark.none)


def same_markup(self: Any, type: Any, attrs: Any = None, marks: Any = None) -> bool:
    """Compare type, attributes and marks of a node with same_value."""
    return (
        self.type is type
        and same_value(self.attrs, attrs or type.default_attrs or {})
        and Mark.same_set(self.marks, marks or Mark.none)
    )


# Positions

MOST_RESOLVED = 12
"""Positions that are kept, of the text that was asked last."""

_resolved: list[tuple[Any, dict[int, Any]]] = [(None, {})]


def resolve(self: Any, pos: int) -> Any:
    """Resolve a position. The port kept what was resolved with its text: no text was let go."""
    text, kept = _resolved[0]
    if text is not self:
        kept = {}
        _resolved[0] = (self, kept)
    found = kept.get(pos)
    if found is None:
        if len(kept) >= MOST_RESOLVED:
            kept.clear()
        found = kept[pos] = Node.resolve_no_cache(self, pos)
    return found


# Text in UTF-16 units


def new_text(self: Any, type: Any, attrs: Any, content: str, marks: Any) -> None:
    """Make a text node, never of half a character. Its size is counted once, not at each look."""
    Node.__init__(self, type, attrs, None, marks)
    if not content:
        raise ReplaceError("Empty text nodes are not allowed")
    if not content.isascii() and _HALF.search(content):
        raise ReplaceError("Text may not be split inside a character")
    self.text = content
    self.units = units(content)


def text_size(self: Any) -> int:
    """The size that new_text counted."""
    size: int = self.units
    return size


def cut_text(self: Any, from_: int = 0, to: int | None = None) -> Any:
    """Cut at UTF-16 positions; between the halves of a character it is refused, not a crash."""
    end = self.units if to is None else to
    if from_ == 0 and end == self.units:
        return self
    if len(self.text) == self.units:
        return self.with_text(self.text[from_:end])
    part = self.text.encode("utf-16-le")[2 * from_ : 2 * end]
    return self.with_text(part.decode("utf-16-le", "surrogatepass"))


# Nodes: what does not fit is a failed step, not a crash


def close(node: Any, content: Any) -> Any:
    """Put content into a copy of a node; content that does not fit raises ReplaceError."""
    if not node.type.valid_content(content):
        raise ReplaceError(f"Invalid content for node {node.type.name}")
    return node.copy(content)


_create_node = _schema.NodeType.create
_create_mark = _schema.MarkType.create


def create_node(self: Any, attrs: Any = None, content: Any = None, marks: Any = None) -> Any:
    """Make a node whose attributes have been checked (model 1.25.12)."""
    if attrs:
        unknown = [name for name in attrs if name not in self.attrs]
        if unknown:
            raise ReplaceError(f"{self.name} has no attribute {unknown[0]}")
    node = _create_node(self, attrs, content, marks)
    if attrs:
        self.check_attrs(node.attrs)
    return node


def create_mark(self: Any, attrs: Any = None) -> Any:
    """Make a mark whose attributes have been checked (model 1.25.12)."""
    mark = _create_mark(self, attrs)
    self.check_attrs(mark.attrs)
    return mark


def insert_into(
    content: Any, distance: int, insert: Any, opened: tuple[int, int], parent: Any = None
) -> Any:
    """Insert into a slice; what is open is not checked, for it is not complete (model 1.25.5)."""
    found = content.find_index(distance)
    index, offset = found["index"], found["offset"]
    child = content.maybe_child(index)
    if offset == distance or child.is_text:
        closed = parent is not None and max(opened) <= 0
        if closed and not parent.can_replace(index, index, insert):
            return None
        return content.cut(0, distance).append(insert).append(content.cut(distance))
    inner = insert_into(
        child.content,
        distance - offset - 1,
        insert,
        (
            opened[0] - 1 if index == 0 else 0,
            opened[1] - 1 if index == content.child_count - 1 else 0,
        ),
        child,
    )
    return None if inner is None else content.replace_child(index, child.copy(inner))


def insert_at(self: Any, position: int, fragment: Any) -> Any:
    """Insert a fragment into a slice (model 1.25.5)."""
    content = insert_into(
        self.content,
        position + self.open_start,
        fragment,
        (self.open_start + 1, self.open_end + 1),
    )
    return None if content is None else Slice(content, self.open_start, self.open_end)


# Mapping


_map_position = _map.StepMap._map


def map_position(self: Any, pos: int, assoc: int, simple: bool) -> Any:
    """Map a position; an insertion beside it deletes nothing (transform 1.12.2)."""
    result = _map_position(self, pos, assoc, simple)
    if simple or not result.del_info:
        return result
    shift = 0
    old, new = (2, 1) if self.inverted else (1, 2)
    for at in range(0, len(self.ranges), 3):
        start = self.ranges[at] - (shift if self.inverted else 0)
        size = self.ranges[at + old]
        if start > pos:
            break
        if pos <= start + size:
            if not size:
                result.del_info = 0
            break
        shift += self.ranges[at + new] - size
    return result


def map_replace(self: Any, mapping: Any) -> Any:
    """Map a replacement; it is gone only if all around it was deleted (transform 1.12)."""
    to = mapping.map_result(self.to, -1)
    from_ = mapping.map_result(self.from_, 1)
    if from_.deleted_across and to.deleted_across:
        return None
    end = max(from_.pos, to.pos)
    return _replace_step.ReplaceStep(from_.pos, end, self.slice, self.structure)


def map_replace_around(self: Any, mapping: Any) -> Any:
    """Map a replacement around a gap (transform 1.12)."""
    from_ = mapping.map_result(self.from_, 1)
    to = mapping.map_result(self.to, -1)
    gap_from = from_.pos if self.from_ == self.gap_from else mapping.map(self.gap_from, -1)
    gap_to = to.pos if self.to == self.gap_to else mapping.map(self.gap_to, 1)
    gone = from_.deleted_across and to.deleted_across
    if gone or gap_from < from_.pos or gap_to > to.pos:
        return None
    return _replace_step.ReplaceAroundStep(
        from_.pos, to.pos, gap_from, gap_to, self.slice, self.insert, self.structure
    )


def map_marking(self: Any, mapping: Any) -> Any:
    """Map the adding or taking away of a mark; over nothing it is nothing (transform 1.12)."""
    from_ = mapping.map_result(self.from_, 1)
    to = mapping.map_result(self.to, -1)
    if (from_.deleted and to.deleted) or from_.pos >= to.pos:
        return None
    return type(self)(from_.pos, to.pos, self.mark)


class MarkSetStep(Step):
    """Several mark steps as one, as transform 1.12.3 sends them; nested ones are flattened."""

    def __init__(self, steps: list[Any]):
        self.steps = steps

    def apply(self, doc: Any) -> Any:
        """Apply one after the other."""
        result = _step.StepResult.ok(doc)
        for step in self.steps:
            result = step.apply(result.doc)
            if result.doc is None:
                break
        return result

    def invert(self, doc: Any) -> MarkSetStep:
        """Undo one after the other."""
        return MarkSetStep([step.invert(doc) for step in reversed(self.steps)])

    def map(self, mapping: Any) -> MarkSetStep | None:
        """Map each; those that become nothing drop out."""
        mapped = [step.map(mapping) for step in self.steps]
        kept = [step for step in mapped if step is not None]
        return MarkSetStep(kept) if kept else None

    def to_json(self) -> dict[str, Any]:
        """As transform writes it, never nested."""
        return {"stepType": "markSet", "steps": [step.to_json() for step in self.steps]}

    @staticmethod
    def from_json(schema: Any, json_data: Any) -> MarkSetStep:
        """Read it, nested or not."""
        flat: list[Any] = []
        for one in json_data["steps"]:
            step = Step.from_json(schema, one)
            flat += step.steps if isinstance(step, MarkSetStep) else [step]
        return MarkSetStep(flat)


_apply_attr = _attr_step.AttrStep.apply
_apply_doc_attr = _doc_attr_step.DocAttrStep.apply


def _unknown(name: str) -> Any:
    return _step.StepResult.fail(f"There is no attribute {name} here")


def apply_attr(self: Any, doc: Any) -> Any:
    """Set a node's attribute; one that it does not have fails, as does a node that is not there."""
    node = doc.node_at(self.pos)
    if node is None:
        return _step.StepResult.fail("No node at attribute step's position")
    return _apply_attr(self, doc) if self.attr in node.attrs else _unknown(self.attr)


def apply_doc_attr(self: Any, doc: Any) -> Any:
    """Set an attribute of the document; one that it does not have fails."""
    return _apply_doc_attr(self, doc) if self.attr in doc.attrs else _unknown(self.attr)


def _correct() -> None:
    replaced: list[tuple[Any, str, Any]] = [
        (Mark, "eq", same_mark),
        (Mark, "add_to_set", add_to_set),
        (_schema.NodeType, "allowed_marks", keep_allowed),
        (_schema.NodeType, "create", create_node),
        (_schema.MarkType, "create", create_mark),
        (Node, "has_markup", same_markup),
        (Node, "resolve", resolve),
        (_node.TextNode, "__init__", new_text),
        (_node.TextNode, "node_size", property(text_size)),
        (_node.TextNode, "cut", cut_text),
        (_replace, "close", close),
        (Slice, "insert_at", insert_at),
        (_map.StepMap, "_map", map_position),
        (_replace_step.ReplaceStep, "map", map_replace),
        (_replace_step.ReplaceAroundStep, "map", map_replace_around),
        (_mark_step.AddMarkStep, "map", map_marking),
        (_mark_step.RemoveMarkStep, "map", map_marking),
        (_attr_step.AttrStep, "apply", apply_attr),
        (_doc_attr_step.DocAttrStep, "apply", apply_doc_attr),
    ]
    for owner, name, better in replaced:
        setattr(owner, name, better)
    if "markSet" not in _step.STEPS_BY_ID:
        _step.step_json_id("markSet", MarkSetStep)


_correct()
