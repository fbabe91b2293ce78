"""A draft into a document that passes the schema, with its comments placed in it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Any

from .characters import cleaned, line
from .draft import TEXTBLOCKS, TRACKED, Block, Draft, paragraph
from .flatten import flattened
from .flow import settled
from .messages import TOO_LONG
from .nesting import hoisted, lifted, nested
from .places import placed
from .ranks import ordered
from .shapes import LARGEST_TEXT, LONGEST_ORIGIN, Unreadable
from .tables import squared

_CONTAINERS = frozenset(
    [
        "blockquote",
        "bullet_list",
        "ordered_list",
        "list_item",
        "motion",
        "table",
        "table_row",
        "table_cell",
        "table_header",
    ]
)
_BLOCKS = _CONTAINERS | {"paragraph", "heading", "figure", "horizontal_rule", "page_break"}
_WORD = re.compile(r"[A-Za-z]{2}(?:-[A-Za-z]{2})?")


def assembled(draft: Draft) -> dict[str, Any]:
    """What the child sends: doc, comments, report, changes, files, origin, title.

    raises    Unreadable if the text is longer than a paper may be
    """
    blocks = container(draft, draft.blocks)
    blocks = flattened(blocks, draft.notes) or [paragraph()]
    attrs: dict[str, Any] = {}
    if title := line(draft.title, 300):
        attrs["title"] = title
    if _WORD.fullmatch(draft.lang):
        code, _, region = draft.lang.partition("-")
        attrs["lang"] = code.lower() + (f"-{region.upper()}" if region else "")
    doc: Block = {"type": "doc", "attrs": attrs, "content": blocks}
    finish = _Finish(draft)
    doc["content"] = [finish.block(block) for block in blocks]
    if not any(block["type"] != "#comment" for block in doc["content"]):
        doc["content"].append(paragraph())
    finish.report()
    _number(doc)
    comments = placed(doc, draft)
    used = {node["attrs"]["file"] for node in _all(doc) if node["type"] == "image"}
    ids = set(_ids(doc))
    return {
        "doc": doc,
        "comments": comments,
        "report": draft.notes.sent(),
        "changes": {key: who for key, who in draft.changes.items() if key in ids},
        "files": {
            key: base64.b64encode(data).decode("ascii")
            for key, data in draft.files.items()
            if key in used
        },
        "origin": draft.origin[:LONGEST_ORIGIN],
        "title": attrs.get("title") or line(draft.guess, 300) or _first_heading(doc),
    }


def container(draft: Draft, blocks: list[Block]) -> list[Block]:
    """The blocks of a body or cell: lifted, their changes settled, their lists nested."""
    for block in blocks:
        if block["type"] not in TEXTBLOCKS and block["type"] != "figure":
            _inner(draft, block)
    blocks = settled(lifted(blocks), draft.notes)
    return _captioned(nested(_closed_up(blocks, spaced=draft.spaced)))


def _closed_up(blocks: list[Block], *, spaced: bool) -> list[Block]:
    """Without the empty paragraphs that only make space; changes and list items stay.

    spaced    whether all of them do; else only those that office files must have behind a table
    """
    out: list[Block] = []
    for index, block in enumerate(blocks):
        joined = out and (out[-1].get("attrs") or {}).get("end")
        again = block["type"] == "horizontal_rule" and out and out[-1]["type"] == block["type"]
        keeps = not spaced and not _behind_table(blocks, index)
        if keeps or joined or (_telling(block) and not again):
            out.append(block)
    return out


def _behind_table(blocks: list[Block], index: int) -> bool:
    after = blocks[index + 1]["type"] if index + 1 < len(blocks) else "table"
    return index > 0 and blocks[index - 1]["type"] == "table" and after == "table"


def _telling(block: Block) -> bool:
    if block["type"] not in TEXTBLOCKS or block.get("marks") or block.get("list"):
        return True
    return bool(block["attrs"].get("end")) or any(
        node["type"] != "text" or node["text"].strip() for node in block["content"]
    )


def _inner(draft: Draft, block: Block) -> None:
    if block["type"] in ("table_cell", "table_header", "blockquote", "list_item", "motion"):
        block["content"] = container(draft, block.get("content", []))
        if block["type"] == "table_header":
            _unbolden(block)
        return
    for child in block.get("content", ()):
        _inner(draft, child)
    if block["type"] == "table":
        hoisted(squared(block, draft.notes))


def _unbolden(cell: Block) -> None:
    """A header cell is bold by itself: what is bold as a whole there need not say so."""
    said = [node for node in _all(cell) if node["type"] == "text" and node["text"].strip()]
    if all(any(mark["type"] == "strong" for mark in node.get("marks", ())) for node in said):
        for node in _all(cell):
            if node["type"] == "text" and "marks" in node:
                node["marks"] = [mark for mark in node["marks"] if mark["type"] != "strong"]


def _captioned(blocks: list[Block]) -> list[Block]:
    out: list[Block] = []
    for block in blocks:
        caption = block.pop("caption", False)
        previous = out[-1] if out else None
        if (
            caption
            and previous is not None
            and previous["type"] == "figure"
            and len(previous["content"]) == 1
            and not block.get("marks")
            and not block["attrs"].get("end")
        ):
            previous["content"].append({"type": "caption", "content": block["content"]})
        else:
            out.append(block)
    return out


class _Finish:
    """Text cleaned, marks in order, attributes in bounds; nothing that the schema does not know."""

    def __init__(self, draft: Draft):
        self.draft = draft
        self.length = 0
        self.gone = 0
        self.turned = 0

    def block(self, node: Block) -> Block:
        kind = node["type"]
        if kind == "#comment":
            return node
        if kind in TEXTBLOCKS or kind == "caption":
            out = self._textblock(node)
        elif kind == "figure":
            out = self._figure(node)
        elif kind in _CONTAINERS:
            children = [self.block(child) for child in node.get("content", ())]
            if kind not in ("table", "table_row", "bullet_list", "ordered_list") and not any(
                child["type"] != "#comment" for child in children
            ):
                children.append({"type": "paragraph", "attrs": {}, "content": []})
            out = {"type": kind, "attrs": node.get("attrs") or {}, "content": children}
        else:
            out = {"type": kind}
        if marks := ordered(node.get("marks", []), only=TRACKED):
            out["marks"] = marks
        if not out.get("attrs", True):
            del out["attrs"]
        return out

    def _textblock(self, node: Block) -> Block:
        given = node.get("attrs") or {}
        names = {"paragraph": ("align", "end"), "heading": ("level", "end"), "caption": ()}
        attrs = {k: given[k] for k in names[node["type"]] if given.get(k) is not None}
        out: Block = {"type": node["type"], "attrs": attrs}
        if node["type"] == "caption":
            del out["attrs"]
        if content := self._inline(node.get("content", []), footnotes=True):
            out["content"] = content
        return out

    def _figure(self, node: Block) -> Block:
        content = []
        for child in node["content"]:
            if child["type"] == "image":
                attrs = dict(child["attrs"])
                attrs["alt"] = line(attrs.get("alt") or "", 1000)
                attrs["width"] = min(max(int(attrs.get("width") or 100), 5), 100)
                content.append({"type": "image", "attrs": attrs})
            else:
                content.append(self.block(child))
        return {"type": "figure", "attrs": {}, "content": content}

    def _inline(self, nodes: list[Block], *, footnotes: bool) -> list[Block]:
        out: list[Block] = []
        for node in nodes:
            kind = node["type"]
            if kind == "#comment":
                out.append(node)
                continue
            marks = ordered(node.get("marks", []))
            if kind == "text":
                value = self._text(node["text"])
                if not value:
                    continue
                made: Block = {"type": "text", "text": value}
            elif kind == "footnote" and footnotes:
                made = {"type": "footnote"}
                if content := self._inline(node.get("content", []), footnotes=False):
                    made["content"] = content
            elif kind == "hard_break":
                made = {"type": kind}
            else:
                continue
            out.append(made | ({"marks": marks} if marks else {}))
        return out

    def _text(self, value: str) -> str:
        value, gone, turned = cleaned(value)
        self.gone += gone
        self.turned += turned
        self.length += len(value)
        if self.length > LARGEST_TEXT:
            raise Unreadable(TOO_LONG, most=LARGEST_TEXT // 1_000_000)
        return value

    def report(self) -> None:
        """Note which characters went."""
        if self.gone:
            self.draft.notes.add(
                "changed",
                "Characters that cannot be shown were removed: %(count)s.",
                times=self.gone,
            )
        if self.turned:
            self.draft.notes.add(
                "changed",
                "Hidden characters that turn the reading direction were removed: %(count)s.",
                times=self.turned,
            )


def _number(doc: Block) -> None:
    """Give textblocks, figures, tables and footnotes ids: the same for the same file, once each."""
    used: set[str] = set()
    for index, node in enumerate(_all(doc)):
        if node["type"] not in ("paragraph", "heading", "figure", "table", "footnote"):
            continue
        seed = f"{index}\x00{node['type']}\x00{_plain(node)[:400]}"
        digest = hashlib.sha256(seed.encode("utf-8", "replace")).digest()
        key = base64.b32encode(digest[:10]).decode("ascii").lower()[:9]
        while key in used:
            key = base64.b32encode(hashlib.sha256(key.encode()).digest()).decode().lower()[:9]
        used.add(key)
        node["attrs"] = {"id": key} | (node.get("attrs") or {})
        for mark in node.get("marks", ()):
            before = mark["attrs"].get("before") if mark["type"] == "modification" else None
            if before and "attrs" in before:
                before["attrs"]["id"] = key


def _plain(node: Block) -> str:
    if "text" in node:
        return str(node["text"])
    if node["type"] in ("table", "figure"):
        return str(node.get("attrs", ""))
    return "".join(_plain(child) for child in node.get("content", ()))


def _all(node: Block) -> Iterator[Block]:
    yield node
    for child in node.get("content", ()):
        yield from _all(child)


def _ids(doc: Block) -> list[str]:
    out: list[str] = []
    for node in _all(doc):
        out.extend(m["attrs"]["id"] for m in node.get("marks", ()) if m["type"] in TRACKED)
        end = (node.get("attrs") or {}).get("end")
        if end:
            out.append(end["id"])
    return out


def _first_heading(doc: Block) -> str:
    heading = next((node for node in doc["content"] if node["type"] == "heading"), None)
    return line(_plain(heading), 300) if heading else ""
