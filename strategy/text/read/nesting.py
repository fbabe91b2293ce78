"""Flat list paragraphs into lists within lists; pictures and page breaks out of paragraphs."""

from __future__ import annotations

from typing import Any

from .draft import TEXTBLOCKS, Block, tracked

_LIFTED = ("image", "page_break", "horizontal_rule", "#blocks")


def lifted(blocks: list[Block]) -> list[Block]:
    """The blocks with what may not stand inside a paragraph moved out of it, in its place."""
    out: list[Block] = []
    for block in blocks:
        content = block.get("content", ())
        if block["type"] in TEXTBLOCKS and any(node["type"] in _LIFTED for node in content):
            out.extend(_split(block))
        else:
            out.append(block)
    return out


def _split(block: Block) -> list[Block]:
    before: list[Block] = []
    after: list[Block] = []
    kept: list[Block] = []
    text = False
    breaks = [n for n in block["content"] if n["type"] in ("page_break", "horizontal_rule")]
    for node in block["content"]:
        if node["type"] not in _LIFTED:
            kept.append(node)
            text = text or node["type"] != "#comment"
        elif node["type"] in ("page_break", "horizontal_rule") and text and node is not breaks[-1]:
            kept.append({"type": "hard_break"} | _tracked_only(node))
        elif text:
            after.extend(_as_blocks(node, block))
        else:
            before.extend(_as_blocks(node, block))
    if breaks and text and breaks[-1] is not block["content"][-1] and not _end(block):
        parts = _cut(block, breaks[-1])
        if parts:
            return parts
    end = _end(block)
    gone = end and all(tracked(one, end["change"]) for one in before)
    empty = not text and (not end or gone)
    if empty and before:
        markers = [node for node in kept if node["type"] == "#comment"]
        return [*before, *markers]
    return [*before, block | {"content": kept}, *after]


def _cut(block: Block, at: Block) -> list[Block]:
    index = next(i for i, node in enumerate(block["content"]) if node is at)
    first, second = block["content"][:index], block["content"][index + 1 :]
    if not any(node["type"] in ("text", "footnote") for node in second):
        return []
    tail = block | {"content": second, "attrs": dict(block["attrs"])}
    if block.get("list"):
        tail["list"] = block["list"] | {"more": True}
    head = block | {"content": first, "attrs": dict(block["attrs"])}
    return [*lifted([head]), *_as_blocks(at, block), *lifted([tail])]


def _end(block: Block) -> Any:
    return block["attrs"].get("end")


def _tracked_only(node: Block) -> dict[str, Any]:
    marks = [m for m in node.get("marks", ()) if m["type"] in ("insertion", "deletion")]
    return {"marks": marks} if marks else {}


def _as_blocks(node: Block, block: Block) -> list[Block]:
    outer: list[Block]
    if node["type"] == "#blocks":
        outer = lifted(node["content"])
    elif node["type"] == "image":
        image = {key: value for key, value in node.items() if key != "marks"}
        outer = [{"type": "figure", "attrs": {}, "content": [image]} | _tracked_only(node)]
    else:
        outer = [{"type": node["type"]} | _tracked_only(node)]
    if block.get("list"):
        outer = [one | {"list": block["list"] | {"more": True}} for one in outer]
    return outer


def nested(blocks: list[Block]) -> list[Block]:
    """The blocks with runs of list paragraphs made into lists."""
    out: list[Block] = []
    run: list[Block] = []
    for block in blocks:
        if block.get("list"):
            run.append(block)
            continue
        if block["type"] == "#comment" and run:
            run.append(block)
            continue
        out.extend(_lists(run))
        run = []
        out.append(block)
    out.extend(_lists(run))
    return out


def _lists(run: list[Block]) -> list[Block]:
    top: list[Block] = []
    stack: list[tuple[int, object, Block]] = []  # level, key, list node
    for block in run:
        if block["type"] == "#comment":
            (stack[-1][2]["content"][-1]["content"] if stack else top).append(block)
            continue
        item = block.pop("list")
        level = int(item["level"])
        while stack and stack[-1][0] > level:
            stack.pop()
        if item.get("more") and stack:
            stack[-1][2]["content"][-1]["content"].append(block)
            continue
        if stack and stack[-1][0] == level and stack[-1][1] != item["key"]:
            stack.pop()
        if not stack or stack[-1][0] < level:
            fresh = _list(item)
            (stack[-1][2]["content"][-1]["content"] if stack else top).append(fresh)
            stack.append((level, item["key"], fresh))
        stack[-1][2]["content"].append({"type": "list_item", "content": [block]})
    for block in top:
        _hoist(block)
    return top


def _list(item: dict[str, Any]) -> Block:
    if not item.get("ordered"):
        return {"type": "bullet_list", "content": []}
    start = item.get("start", 1)
    attrs = {
        "start": start if 0 <= start <= 99999 else 1,
        "style": item.get("style") or "decimal",
    }
    return {"type": "ordered_list", "attrs": attrs, "content": []}


def _hoist(node: Block) -> None:
    """What came or went at once (all of an item, of a list) carries the mark as a whole."""
    for child in node.get("content", ()):
        if child["type"] in ("list_item", "bullet_list", "ordered_list"):
            _hoist(child)
    if node["type"] not in ("list_item", "bullet_list", "ordered_list"):
        return
    hoisted(node)


def hoisted(node: Block) -> Block:
    """A list, item or table all of whose children carry one change carries it in their place."""
    children = [child for child in node["content"] if child["type"] != "#comment"]
    for kind in ("deletion", "insertion"):
        marks = [tracked(child, kind) for child in children]
        if not marks or not all(marks) or any(mark != marks[0] for mark in marks):
            continue
        for child in children:
            child["marks"] = [mark for mark in child["marks"] if mark["type"] != kind]
        node["marks"] = [*node.get("marks", []), marks[0]]
    return node
