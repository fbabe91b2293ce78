"""The strict check in front of the ProseMirror port: what comes from outside becomes trusted here.

It looks at JSON alone. What only the whole document can tell (does the step fit there?) is
apply.py's business.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from strategy.errors import Invalid
from strategy.text import positions, schema

MOST_BATCH = 256 * 1024
"""Longest batch of steps, in bytes of JSON."""
MOST_SIZE = 2_000_000
"""Largest paper, in ProseMirror's units: one per UTF-16 unit of text, two per block."""
MOST_DOCUMENT = 40 * 1024 * 1024
"""Longest document, in bytes of JSON: what 2 MB of text with marks on every word come to."""
MOST_DEPTH = 12
"""How many blocks may lie inside one another below the document: five nested lists."""
MOST_POSITION = 10_000_000
MOST_STEPS = 5_000
"""Most steps in one batch."""


class BrokenDocument(Invalid):
    """This is not a document of ours; the message says why."""

    def __init__(self, message: str, **facts: object):
        super().__init__(field="doc", message=message, **facts)


class BrokenStep(Invalid):
    """A step is not acceptable, or does not fit; `index` is its place in the list, from 0."""

    def __init__(self, index: int, message: str, **facts: object):
        super().__init__(field="steps", message=message, **facts)
        self.index = index


class Fault(ValueError):
    """What is wrong with one node, mark or step; becomes a BrokenStep or BrokenDocument."""

    def __init__(self, message: str, **facts: object):
        super().__init__(message)
        self.message, self.facts = message, facts


def document(doc: object) -> None:
    """Check a document as JSON: names, attributes, marks, content, text, depth and size.

    raises  BrokenDocument with the first thing that is wrong
    """
    try:
        _packed(doc, MOST_DOCUMENT)
        _document(doc)
    except Fault as fault:
        raise BrokenDocument(fault.message, **fault.facts) from None


def steps(batch: object) -> None:
    """Check a batch of steps as JSON.

    raises  BrokenStep with the index of the first bad step (0 if the batch itself is bad)
    """
    try:
        if not isinstance(batch, list):
            raise Fault("The steps must be a list.")
        if len(batch) > MOST_STEPS:
            raise Fault("At most %(most)s steps can be sent at once.", most=MOST_STEPS)
        _packed(batch, MOST_BATCH)
    except Fault as fault:
        raise BrokenStep(0, fault.message, **fault.facts) from None
    for index, one in enumerate(batch):
        try:
            _step(one)
        except Fault as fault:
            raise BrokenStep(index, fault.message, **fault.facts) from None


def step(one: object, index: int = 0) -> None:
    """Check a single step, which alone may be as long as a batch. Raises BrokenStep."""
    try:
        _packed(one, MOST_BATCH)
        _step(one)
    except Fault as fault:
        raise BrokenStep(index, fault.message, **fault.facts) from None


def _packed(value: object, most: int) -> None:
    # One call refuses lone surrogates, numbers beyond 64 bits, keys that are not text and nesting
    # beyond 254, and measures; so everything after it may recurse.
    try:
        size = len(orjson.dumps(value))
    except TypeError:
        raise Fault(
            "This is not JSON that can be kept: half a character, or nested too deep."
        ) from None
    if size > most:
        raise Fault("This is too large: at most %(most)s kB at once.", most=most // 1024)


def _short(value: object) -> str:
    return str(value)[:40]


def _document(doc: object) -> None:
    if not isinstance(doc, dict) or doc.get("type") != "doc":
        raise Fault("A document must begin with a node of type doc.")
    if _node(doc, 0, 0, 0) - 2 > MOST_SIZE:
        raise Fault("The paper is too long: at most 2 MB of text.")
    if any(mark["type"] != "modification" for mark in doc.get("marks") or ()):
        raise Fault("The document itself can only be marked as modified.")


_CELLS = frozenset({"table_cell", "table_header"})
_NODE_KEYS = frozenset({"type", "attrs", "content", "marks"})
_TEXT_KEYS = frozenset({"type", "text", "marks"})
_MARK_KEYS = frozenset({"type", "attrs"})
_HOLDERS = tuple(schema.HOLDERS)  # a tuple can be asked for what cannot be hashed
_GAP = -1
_PATTERNS = schema.content_patterns()
_ALLOWED = {name: schema.allowed_marks(name) for name in schema.NODES}


def _node(node: object, depth: int, open_start: int, open_end: int) -> int:
    """Check a node and what it holds; returns its size in ProseMirror's units.

    open_start, open_end    on how many levels the content may be incomplete, as a slice's is;
                            _GAP: on all of them, for a gap's content is still to come
    """
    if not isinstance(node, dict):
        raise Fault("A node must be an object.")
    name = node.get("type")
    if name == "text":
        return _text(node)
    if not isinstance(name, str) or name not in schema.NODES:
        raise Fault("There is no node of type %(name)s.", name=_short(name))
    if not node.keys() <= _NODE_KEYS:
        raise Fault("The node %(name)s has a part that nodes do not have.", name=name)
    if depth > MOST_DEPTH and name not in schema.INLINE:
        raise Fault("Blocks lie inside one another more than %(most)s deep.", most=MOST_DEPTH)
    _attrs(name, node.get("attrs"), schema.CHECKS[name])
    if name in _CELLS:
        cell(node.get("attrs") or {})
    _marks(node)
    return _children(name, node, depth, open_start, open_end)


def cell(attrs: dict[str, Any]) -> None:
    """Check what two attributes of a table cell say together. Raises Fault."""
    widths = attrs.get("colwidth")
    if widths is not None and len(widths) != attrs.get("colspan", 1):
        raise Fault("A table cell must have one width for each column that it spans.")


def _children(name: str, node: dict[str, Any], depth: int, open_start: int, open_end: int) -> int:
    content = node.get("content")
    if content is None:
        content = ()
    elif not isinstance(content, list):
        raise Fault("The content of %(name)s must be a list.", name=name)
    if name not in schema.HOLDERS:
        if content:
            raise Fault("The node %(name)s cannot hold anything.", name=name)
        return 1
    pattern, letters = _PATTERNS[name]
    allowed = _ALLOWED[name]
    size, row, last = 2, "", len(content) - 1
    for place, child in enumerate(content):
        left = open_start - 1 if open_start > 0 and place == 0 else 0
        right = open_end - 1 if open_end > 0 and place == last else 0
        if open_start == _GAP:
            left = right = _GAP
        size += _node(child, depth + 1, left, right)
        row += letters[child["type"]]
        for mark in child.get("marks") or ():
            if mark["type"] not in allowed:
                raise Fault(
                    "What stands in %(name)s cannot be marked %(mark)s.",
                    name=name,
                    mark=mark["type"],
                )
    if not (open_start or open_end) and pattern.fullmatch(row) is None:
        raise Fault("The node %(name)s does not hold what it must hold.", name=name)
    return size


def _text(node: dict[str, Any]) -> int:
    text = node.get("text")
    if not isinstance(text, str) or not text:
        raise Fault("A text node must hold text.")
    if not node.keys() <= _TEXT_KEYS:
        raise Fault("The node %(name)s has a part that nodes do not have.", name="text")
    wrong = schema.fault_in_text(text)
    if wrong == schema.HALF:
        raise Fault("The text contains half a character.")
    if wrong == schema.TURNING:
        raise Fault("The text contains a character that reverses the reading direction.")
    if wrong:
        raise Fault("The text contains a control character.")
    if "marks" in node:
        _marks(node)
    return positions.units(text)


def _attrs(name: str, attrs: object, checks: dict[str, schema.Check]) -> None:
    if attrs is None:
        return
    if not isinstance(attrs, dict):
        raise Fault("The attributes of %(name)s must be an object.", name=name)
    for key, value in attrs.items():
        check = checks.get(key)
        if check is None:
            raise Fault("%(name)s has no attribute %(attr)s.", name=name, attr=_short(key))
        wrong = check(value)
        if wrong == schema.NO_ADDRESS:
            raise Fault("A link may lead to http, https, mailto and to places in this text only.")
        if wrong:
            raise Fault("%(attr)s of %(name)s %(wrong)s.", name=name, attr=key, wrong=wrong)


def _marks(node: dict[str, Any]) -> None:
    marks = node.get("marks")
    if marks is None:
        return
    if not isinstance(marks, list):
        raise Fault("The marks of a node must be a list.")
    seen = set()
    for mark in marks:
        _mark(mark)
        seen.add(mark["type"])
    if len(seen) < len(marks) or {"superscript", "subscript"} <= seen:
        raise Fault("Two marks of a node exclude each other.")


def _mark(mark: object) -> None:
    if not isinstance(mark, dict):
        raise Fault("A mark must be an object.")
    name = mark.get("type")
    if not isinstance(name, str) or name not in schema.MARKS:
        raise Fault("There is no mark of type %(name)s.", name=_short(name))
    if not mark.keys() <= _MARK_KEYS:
        raise Fault("The mark %(name)s has a part that marks do not have.", name=name)
    attrs = mark.get("attrs")
    checks = schema.MARK_CHECKS[name]
    _attrs(name, attrs, checks)
    if not checks.keys() - schema.MARK_DEFAULTS[name].keys() <= (attrs or {}).keys():
        raise Fault("The mark %(name)s lacks an attribute.", name=name)


def _position(one: dict[str, Any], name: str) -> int:
    value = one.get(name)
    if type(value) is not int or not 0 <= value <= MOST_POSITION:
        raise Fault("%(name)s must be a position in the document.", name=name)
    return value


def _ordered(one: dict[str, Any], *names: str) -> None:
    given = [_position(one, name) for name in names]
    if given != sorted(given):
        raise Fault("The positions of the step are out of order.")


def _slice(one: dict[str, Any], *, gap: bool = False) -> int:
    if "structure" in one and type(one["structure"]) is not bool:
        raise Fault("structure must be true or false.")
    if "slice" not in one:
        return 0
    part = one["slice"]
    if not isinstance(part, dict) or not part.keys() <= {"content", "openStart", "openEnd"}:
        raise Fault("The inserted content must be a slice.")
    content = part.get("content")
    if not isinstance(content, list) or not content:
        raise Fault("The inserted content must be a list of nodes.")
    opened = [part.get("openStart", 0), part.get("openEnd", 0)]
    for side, count in zip((0, -1), opened, strict=True):
        if type(count) is not int or not 0 <= count <= MOST_DEPTH + 1:
            raise Fault("The inserted content is open deeper than it goes.")
        nodes: Any = content
        for _ in range(count):
            child = nodes[side] if isinstance(nodes, list) and nodes else None
            if not isinstance(child, dict) or child.get("type") not in _HOLDERS:
                raise Fault("The inserted content is open deeper than it goes.")
            nodes = child.get("content") or []
    last = len(content) - 1
    size = 0
    for place, node in enumerate(content):
        left = _GAP if gap else opened[0] if place == 0 else 0
        right = _GAP if gap else opened[1] if place == last else 0
        size += _node(node, 1, left, right)
    return size - int(opened[0]) - int(opened[1])


def _replace(one: dict[str, Any]) -> None:
    _ordered(one, "from", "to")
    if _slice(one) < 0:
        raise Fault("The inserted content is open deeper than it goes.")


def _replace_around(one: dict[str, Any]) -> None:
    _ordered(one, "from", "gapFrom", "gapTo", "to")
    if not 0 <= _position(one, "insert") <= _slice(one, gap=True):
        raise Fault("The content of the gap must go into the inserted content.")


def _marked(one: dict[str, Any]) -> None:
    _ordered(one, "from", "to")
    _mark(one["mark"])


def _node_marked(one: dict[str, Any]) -> None:
    _position(one, "pos")
    _mark(one["mark"])


def _attr(one: dict[str, Any]) -> None:
    _position(one, "pos")
    _attribute(one, [name for name in schema.NODES if name != "doc"])


def _doc_attr(one: dict[str, Any]) -> None:
    _attribute(one, ["doc"])


def _attribute(one: dict[str, Any], names: list[str]) -> None:
    attr, wrong = one["attr"], None
    if not isinstance(attr, str):
        raise Fault("The name of an attribute must be text.")
    for name in names:
        check = schema.CHECKS[name].get(attr)
        if check is None:
            continue
        wrong = check(one["value"])
        if wrong is None:
            return
    if wrong is None:
        raise Fault("There is no attribute %(attr)s.", attr=_short(attr))
    raise Fault("The value for %(attr)s %(wrong)s.", attr=attr, wrong=wrong)


def _mark_set(one: dict[str, Any], depth: int = 0) -> None:
    # prosemirror-transform 1.12.3 to 1.12.6 emit mark sets inside mark sets on redo.
    if not isinstance(one["steps"], list) or depth > 3:
        raise Fault("A set of mark steps must be a list of them.")
    for inner in one["steps"]:
        kind = inner.get("stepType") if isinstance(inner, dict) else None
        if kind == "markSet" and inner.keys() == {"stepType", "steps"}:
            _mark_set(inner, depth + 1)
        elif kind in ("addMark", "removeMark"):
            _step(inner)
        else:
            raise Fault("A set of mark steps must be a list of them.")


_REPLACING = {"slice", "structure"}
_KINDS: dict[str, tuple[set[str], set[str], Callable[[dict[str, Any]], None]]] = {
    "replace": ({"from", "to"}, _REPLACING, _replace),
    "replaceAround": (
        {"from", "to", "gapFrom", "gapTo", "insert"},
        _REPLACING,
        _replace_around,
    ),
    "addMark": ({"from", "to", "mark"}, set(), _marked),
    "removeMark": ({"from", "to", "mark"}, set(), _marked),
    "addNodeMark": ({"pos", "mark"}, set(), _node_marked),
    "removeNodeMark": ({"pos", "mark"}, set(), _node_marked),
    "attr": ({"pos", "attr", "value"}, set(), _attr),
    "docAttr": ({"attr", "value"}, set(), _doc_attr),
    "markSet": ({"steps"}, set(), _mark_set),
}


def _step(one: object) -> None:
    if not isinstance(one, dict):
        raise Fault("A step must be an object.")
    name = one.get("stepType")
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise Fault("There is no step of type %(name)s.", name=_short(name))
    needed, possible, check = kind
    given = one.keys() - {"stepType"}
    if not needed <= given <= needed | possible:
        raise Fault("The step %(name)s lacks a part, or has one too many.", name=name)
    check(one)
