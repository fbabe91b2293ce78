"""Any document of the schema, made fit for every writer.

What comes out is a document of the same kind, in one of three views, and:
nested at most `DEEPEST` containers; without text that no format can hold, empty text nodes,
links that nobody may follow; with tables whose spans fit (see tables.py); no empty list,
quote or motion; at least one block in the document, in each item and each cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from strategy.text import tracked
from strategy.text.shapes import Comment
from strategy.text.write import remarks, tables
from strategy.text.write.tree import (
    INLINE,
    TEXTBLOCKS,
    TRACKED,
    Json,
    address,
    attr,
    clean,
    each,
    kids,
    mark,
)

View = Literal["clean", "original", "marked"]
VIEWS: tuple[View, ...] = ("clean", "original", "marked")
DEEPEST = 12
CONTAINERS = ("bullet_list", "ordered_list", "blockquote", "motion", "table")
LEAF_BLOCKS = ("figure", "horizontal_rule", "page_break", *TEXTBLOCKS)
STYLES = ("decimal", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman")


def normalise(doc: Json, view: View = "clean", comments: Sequence[Comment] = ()) -> Json:
    """The document in a view, safe for every writer; `doc` itself is left as it is.

    view      clean: all changes accepted; original: all rejected; marked: as it is
    comments  where they lie, inline nodes get a mark `comment` (see remarks.py)
    """
    doc = shallow(doc)
    if comments:
        doc = remarks.place(doc, comments)
    return handed_down(mended(viewed(doc, view)))


def viewed(doc: Json, view: View) -> Json:
    """The tracked document with its changes accepted, rejected or kept; comments stay marked."""
    if view == "marked" or not any(is_tracked(node) for node in each(doc)):
        return doc
    resolve = tracked.accept if view == "clean" else tracked.reject
    return remarks.revealed(resolve(remarks.hidden(doc)))


def is_tracked(node: Json) -> bool:
    """Whether the node itself carries a tracked change."""
    ended = attr(node, "end") is not None
    return ended or any(m["type"] in TRACKED for m in node.get("marks") or ())


def shallow(doc: Json) -> Json:
    """The document with what is nested deeper than `DEEPEST` containers laid flat there."""

    def lowered(node: Json, depth: int) -> list[Json]:
        inside = depth + (node["type"] in CONTAINERS)
        if inside > DEEPEST:
            return flat(node)
        if node["type"] in INLINE or node["type"] in TEXTBLOCKS or not kids(node):
            return [node]
        return [node | {"content": [x for kid in kids(node) for x in lowered(kid, inside)]}]

    return lowered(doc, 0)[0]


def flat(node: Json) -> list[Json]:
    """The node's paragraphs, headings and figures, out of their lists, quotes and tables.

    What was inserted or deleted as a whole hands that on to its blocks.
    """
    found: list[Json] = []
    waiting: list[tuple[Json, list[Json]]] = [(node, [])]
    while waiting:
        here, inherited = waiting.pop()
        own = [m for m in here.get("marks") or () if m["type"] in TRACKED[:2]]
        marks = inherited + [m for m in own if m not in inherited]
        if here["type"] in LEAF_BLOCKS:
            found.append(here | {"marks": marks} if marks else here)
        else:
            waiting.extend((kid, marks) for kid in reversed(kids(here)))
    return found


def handed_down(doc: Json) -> Json:
    """The document with insertions and deletions of whole blocks handed down to what they hold.

    Inline nodes and images get the mark (unless they have one of that kind); textblocks, rows
    and figures keep, in the attribute `whole`, the marks that hold for them.
    """
    return doc | {"content": [_handed(kid, []) for kid in kids(doc)]}


def _handed(node: Json, above: list[Json]) -> Json:
    own = [m for m in node.get("marks") or () if m["type"] in TRACKED[:2]]
    kinds = [m["type"] for m in own]
    if node["type"] in INLINE or node["type"] == "image":
        added = [m for m in above if m["type"] not in kinds]
        return node | {"marks": [*(node.get("marks") or ()), *added]} if added else node
    held = own + [m for m in above if m["type"] not in kinds]
    if held:
        node = node | {"attrs": dict(node.get("attrs") or {}) | {"whole": held}}
    if not kids(node):
        return node
    return node | {"content": [_handed(kid, held) for kid in kids(node)]}


def mended(doc: Json) -> Json:
    """The document with every node fit for the writers."""
    blocks = [fit for kid in kids(doc) for fit in block(kid)]
    attrs = dict(doc.get("attrs") or {})
    attrs["title"] = clean(attrs.get("title") or "").strip()
    attrs["lang"] = attrs.get("lang") or "de"
    return {"type": "doc", "attrs": attrs, "content": blocks or [paragraph()]}


def paragraph() -> Json:
    """An empty paragraph."""
    return {"type": "paragraph", "attrs": {}}


def block(node: Json) -> list[Json]:
    """The block made fit: usually one, none where nothing is left of it."""
    kind = node["type"]
    if kind in TEXTBLOCKS:
        return [textblock(node)]
    if kind == "table":
        return tables.squared(node, cell)
    if kind == "figure":
        return [figure(node)]
    if kind in ("horizontal_rule", "page_break"):
        return [node]
    if kind in ("bullet_list", "ordered_list"):
        return listing(node)
    inside = [fit for kid in kids(node) for fit in block(kid)]
    return [node | {"content": inside}] if inside else []


def cell(node: Json) -> list[Json]:
    """What stands in a table's cell or a list's item: at least an empty paragraph."""
    return [fit for kid in kids(node) for fit in block(kid)] or [paragraph()]


def listing(node: Json) -> list[Json]:
    """The list with whole items, none if it has none."""
    items = [item | {"content": cell(item)} for item in kids(node)]
    if not items:
        return []
    attrs = dict(node.get("attrs") or {})
    if node["type"] == "ordered_list":
        style = attr(node, "style")
        attrs["style"] = style if style in STYLES else "decimal"
        attrs["start"] = max(0, int(attr(node, "start", 1)))
    return [node | {"attrs": attrs, "content": items}]


def textblock(node: Json) -> Json:
    """The paragraph or heading with clean inline content and a level that exists."""
    attrs = dict(node.get("attrs") or {})
    if node["type"] == "heading":
        attrs["level"] = min(4, max(1, int(attrs.get("level") or 1)))
    return node | {"attrs": attrs, "content": inline(kids(node))}


def figure(node: Json) -> Json:
    """The figure: its image with clean text for those who do not see it, and its caption."""
    inside: list[Json] = []
    for kid in kids(node):
        if kid["type"] == "image":
            attrs = dict(kid.get("attrs") or {})
            attrs["alt"] = clean(attrs.get("alt") or "").strip()
            attrs["width"] = min(100, max(5, attrs.get("width") or 100))
            inside.append(kid | {"attrs": attrs})
        elif kid["type"] == "caption":
            inside.append(kid | {"content": inline(kids(kid))})
    return node | {"content": inside}


def inline(nodes: Sequence[Json]) -> list[Json]:
    """Inline nodes with clean text and links that may be followed; empty ones are left out."""
    fit = []
    for node in nodes:
        kind = node["type"]
        made = dict(node)
        if kind == "text":
            made["text"] = clean(node.get("text", ""))
            if not made["text"]:
                continue
        elif kind in ("mention", "cross_ref"):
            label = clean(attr(node, "label", "")).strip()
            made["attrs"] = dict(node.get("attrs") or {}) | {"label": label}
            if not label:
                continue
        elif kind == "footnote":
            made["content"] = inline(kids(node))
        link = mark(node, "link")
        if link is not None:
            href = address(link.get("href"))
            others = [m for m in node["marks"] if m["type"] != "link"]
            made["marks"] = [{"type": "link", "attrs": {"href": href}}, *others] if href else others
        fit.append(made)
    return fit
