"""Steps onto a document: the one place where the log's steps become text."""

from __future__ import annotations

import copy
from typing import Any

from strategy.text import keystroke, schema, validate
from strategy.text.port import Node, Schema, Step, StepMap
from strategy.text.validate import BrokenDocument, BrokenStep, Fault

__all__ = [
    "SCHEMA",
    "BrokenDocument",
    "BrokenStep",
    "apply_one",
    "apply_steps",
    "check_touched",
    "parse_doc",
    "parse_steps",
]


def _schema() -> Any:
    """The port's schema, in which each attribute is validated by value, not only by type."""
    spec: Any = copy.deepcopy(schema.SPEC)
    for kinds, checks in ((spec["nodes"], schema.CHECKS), (spec["marks"], schema.MARK_CHECKS)):
        for name, kind in kinds.items():
            for attr, of in kind.get("attrs", {}).items():
                of["validate"] = _validator(name, attr, checks[name][attr])
    return Schema(spec)


def _validator(name: str, attr: str, check: schema.Check) -> Any:
    def validated(value: Any) -> None:
        wrong = check(value)
        if wrong:
            raise ValueError(f"{attr} of {name} {wrong}")

    return validated


SCHEMA: Any = _schema()
"""The document's schema as the port has it."""


_CRASHES = (ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""How the port fails on positions that do not fit the document, apart from saying so."""


def parse_doc(doc: object) -> Any:
    """Read a document into the port's Node, checked from top to bottom.

    raises  BrokenDocument
    """
    validate.document(doc)
    trusted: Any = doc
    node = Node.from_json(SCHEMA, trusted)
    if node.content.size > validate.MOST_SIZE:
        raise BrokenDocument("The paper is too long: at most 2 MB of text.")
    return node


def parse_steps(steps: object) -> list[Any]:
    """Read a batch of steps (at most validate.MOST_BATCH bytes) into the port's steps.

    Each has `apply`, `map(mapping)`, `get_map()` (its StepMap, for positions) and `to_json()`.

    raises  BrokenStep
    """
    trusted: Any = steps
    if type(steps) is list and len(steps) == 1:
        typed = keystroke.read(SCHEMA, steps[0])
        if typed is not None:
            return [typed]
    validate.steps(steps)
    return [_parsed(step, index) for index, step in enumerate(trusted)]


def _parsed(step: Any, index: int) -> Any:
    try:
        return Step.from_json(SCHEMA, step)
    except ValueError as broken:
        raise BrokenStep(index, "The step does not fit: %(why)s", why=_why(broken)) from None


def apply_one(node: Any, step: Any, index: int = 0) -> Any:
    """Apply a parsed step to a parsed document; gives the new document, the old stays as it is.

    index   the step's place in its batch, for the error

    raises  BrokenStep if it does not fit, or would leave an invalid or too long document
    """
    doc = keystroke.applied(node, step)
    if doc is None:
        return _by_the_port(node, step, index)
    _not_too_long(doc, node, index)
    return doc


def _by_the_port(node: Any, step: Any, index: int) -> Any:
    try:
        result = step.apply(node)
    except _CRASHES as broken:
        raise BrokenStep(index, "The step does not fit: %(why)s", why=_why(broken)) from None
    if result.failed or result.doc is None:
        raise BrokenStep(index, "The step does not fit: %(why)s", why=_why(result.failed))
    doc = result.doc
    _not_too_long(doc, node, index)
    try:
        check_touched(doc, step.get_map())
        if hasattr(step, "attr") and hasattr(step, "pos"):
            validate.cell(doc.node_at(step.pos).attrs)  # an attribute step maps nothing
    except Fault as fault:
        raise BrokenStep(index, fault.message, **fault.facts) from None
    return doc


def _not_too_long(doc: Any, before: Any, index: int) -> None:
    if doc.content.size > validate.MOST_SIZE and doc.content.size > before.content.size:
        raise BrokenStep(index, "The paper is too long: at most 2 MB of text.")


def apply_steps(doc: dict[str, Any], steps: list[Any]) -> dict[str, Any]:
    """Apply steps to a document, both as JSON; gives the new document, nothing else changes.

    steps   each at most validate.MOST_BATCH bytes long; how many may come at once is for the
            live connection to say (parse_steps)

    raises  BrokenDocument, or BrokenStep with the index of the step that cannot be applied
    """
    node = parse_doc(doc)
    if not isinstance(steps, list):
        raise BrokenStep(0, "The steps must be a list.")
    for index, step in enumerate(steps):
        validate.step(step, index)
        node = apply_one(node, _parsed(step, index), index)
    done: dict[str, Any] = node.to_json()
    return done


def check_touched(node: Any, step_map: StepMap) -> None:
    """Check what a step has put into the document: content, attributes, marks, depth.

    node        the document after the step
    step_map    the step's map; an empty one (marks, attributes) has nothing to check

    Applying checks the nodes around a replacement, not those inside it.

    raises  validate.Fault
    """
    for at in range(0, len(step_map.ranges), 3):
        start = step_map.map(step_map.ranges[at], -1)
        end = step_map.map(step_map.ranges[at] + step_map.ranges[at + 1], 1)
        _check_between(node, start, end)


def _check_between(node: Any, start: int, end: int) -> None:
    depth = 0
    while True:  # go down to the node that holds the whole range
        found = node.content.find_index(start)
        child = node.maybe_child(found["index"])
        inner = start - found["offset"] - 1
        if child is None or child.is_text or inner < 0:
            break
        if inner + end - start > child.content.size:
            break
        node, depth, start, end = child, depth + 1, inner, inner + end - start
    if node.inline_content:
        _check_node(node, depth)
        return
    position = 0
    for child in node.content.content:
        after = position + child.node_size
        if after >= start and position <= end:
            _check_node(child, depth + 1)
        elif position > end:
            break
        position = after


def _check_node(node: Any, depth: int) -> None:
    if node.is_block and depth > validate.MOST_DEPTH:
        raise Fault(
            "Blocks lie inside one another more than %(most)s deep.", most=validate.MOST_DEPTH
        )
    try:
        if not node.is_leaf:
            node.type.check_content(node.content)
    except ValueError as broken:
        raise Fault("The step does not fit: %(why)s", why=_why(broken)) from None
    if len(node.marks) > 1:
        _check_marks(node.marks)
    if "colspan" in node.attrs:
        validate.cell(node.attrs)
    for child in node.content.content:
        if not child.is_text or len(child.marks) > 1:
            _check_node(child, depth + 1)


def _check_marks(marks: list[Any]) -> None:
    kept: list[Any] = []
    for mark in marks:
        kept = mark.add_to_set(kept)
    if len(kept) != len(marks):
        raise Fault("Two marks of a node exclude each other.")


def _why(broken: object) -> str:
    return str(broken)[:200]
