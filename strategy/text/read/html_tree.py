"""Cleaned HTML into a draft."""

from __future__ import annotations

import re
from typing import Any

from .addresses import safe_address
from .draft import Block, Draft, Mark, change_id, change_mark, moment, words
from .html_lists import word_item
from .html_notes import NoteFinder, is_back
from .html_space import is_seen, said, trimmed
from .lines import joined_lines
from .messages import DEEP_HEADINGS, LINKS
from .xmltree import Element

_MARKS = {
    "b": "strong", "strong": "strong", "em": "em", "i": "em", "cite": "em", "dfn": "em",
    "var": "em",
    "u": "underline", "s": "strike", "strike": "strike", "code": "code", "kbd": "code",
    "tt": "code",
    "samp": "code", "sup": "superscript", "sub": "subscript", "mark": "highlight",
}  # fmt: skip
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_FILE = re.compile(r"[0-9a-f]{64}")
_CHANGE = re.compile(r"[A-Za-z0-9_.-]{1,80}:[A-Za-z0-9_-]{1,64}")
_TYPES = {"a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}


def draft_of(root: Element, draft: Draft) -> Draft:
    """Fill the draft with the blocks of the page."""
    tree = _Tree(draft, root)
    blocks = tree.flow(root, ())
    draft.blocks = _titled(draft, blocks)
    return draft


def _titled(draft: Draft, blocks: list[Block]) -> list[Block]:
    """A page's only h1, standing first, is its title; the other headings then move up one."""
    heads = [block for block in blocks if block["type"] == "heading"]
    tops = [block for block in heads if block["attrs"]["level"] == 1]
    first = next((block for block in blocks if words(block).strip()), None)
    if len(tops) == 1 and first is tops[0] and len(heads) > 1 and not _changed(first):
        draft.title = words(first)
        blocks = [block for block in blocks if block is not first]
        for block in heads:
            block["attrs"]["level"] -= 1
    if any(block["attrs"]["level"] > 4 for block in heads):
        draft.notes.add("changed", DEEP_HEADINGS)
    for block in heads:
        block["attrs"]["level"] = min(max(block["attrs"]["level"], 1), 4)
    return blocks


def _changed(block: Block) -> bool:
    nodes = [block, *block["content"]]
    return any(m["type"] in ("insertion", "deletion") for n in nodes for m in n.get("marks", ()))


class _Tree:
    def __init__(self, draft: Draft, root: Element):
        self.draft = draft
        self.finder = NoteFinder(root)
        self.notes = self.finder.notes
        self.groups = 0

    # ── blocks ──

    def flow(self, element: Element, marks: tuple[Mark, ...]) -> list[Block]:
        """The blocks within an element; loose text becomes paragraphs."""
        out: list[Block] = []
        line: list[Block] = []

        def flush() -> None:
            content = trimmed(line)
            if content:
                out.append({"type": "paragraph", "attrs": {}, "content": content})
            line.clear()

        line.extend(said(element.text, marks))
        for child in element:
            if child in self.notes:
                pass
            elif _has_blocks(child):
                flush()
                out.extend(self.block(child, marks))
            else:
                line.extend(self.inline(child, marks))
            line.extend(said(child.tail, marks))
        flush()
        return out

    def block(self, element: Element, marks: tuple[Mark, ...]) -> list[Block]:
        tag = element.tag
        made: list[Block]
        if tag in ("p", "dt", "summary", "caption", "figcaption", "address"):
            made = self.textblock(element, marks)
        elif re.fullmatch("h[1-6]", tag):
            made = self.heading(element, marks)
        elif tag == "pre":
            made = [self.pre(element, marks)]
        elif tag in ("ul", "ol", "menu"):
            made = self.items(element, marks)
        elif tag == "table":
            made = self.table(element, marks)
        elif tag in ("blockquote", "dd"):
            made = [{"type": "blockquote", "content": self.flow(element, marks)}]
            made = made if made[0]["content"] else []
        elif tag == "hr":
            made = self.rule(element)
        elif tag == "section" and "motion" in element.get("class", "").split():
            made = [{"type": "motion", "content": self.flow(element, marks)}]
        elif tag in ("ins", "del"):
            return self.changed_blocks(element, marks)
        else:
            made = self.flow(element, (*marks, *self.marks_of(element)))
            align = element.get("data-align")
            for block in made:
                if align in ("center", "right") and block["type"] == "paragraph":
                    block["attrs"].setdefault("align", align)
        return self.whole(element, made)

    def rule(self, element: Element) -> list[Block]:
        """A line or page break; not one that sets footnotes apart: they have moved."""
        sets_apart = self.notes and any(
            parent.get("role") == "doc-endnotes" or "footnotes" in parent.get("class", "").split()
            for parent in element.iterancestors()
        )
        if sets_apart:
            return []
        broken = element.get("data-break") == "page"
        return [{"type": "page_break" if broken else "horizontal_rule"}]

    def whole(self, element: Element, made: list[Block]) -> list[Block]:
        """Our own pages say by a class that a block came or went as a whole."""
        classes = element.get("class", "").split()
        for name, kind in (("inserted", "insertion"), ("deleted", "deletion")):
            if name in classes:
                for block in made:
                    change = change_id(self.draft, "", "", f"block {self.groups}")
                    block["marks"] = [*block.get("marks", []), change_mark(kind, change)]
        return made

    def changed_blocks(self, element: Element, marks: tuple[Mark, ...]) -> list[Block]:
        mark = self.change(element)
        rest = tuple(one for one in marks if one["type"] != mark["type"])
        made = self.flow(element, rest)
        for block in made:
            block["marks"] = [*block.get("marks", []), mark]
        return made

    def textblock(self, element: Element, marks: tuple[Mark, ...]) -> list[Block]:
        if any(_has_blocks(child) for child in element):
            return self.flow(element, (*marks, *self.marks_of(element)))
        content = trimmed(self.children(element, (*marks, *self.marks_of(element))))
        block: Block = {"type": "paragraph", "attrs": {}, "content": content}
        end = self.end(element)
        if end:
            block["attrs"]["end"] = end
        if element.get("data-align") in ("center", "right"):
            block["attrs"]["align"] = element.get("data-align")
        if element.tag in ("caption", "figcaption"):
            block["caption"] = True
        if element.tag == "dt":
            for node in content:
                node["marks"] = [*node.get("marks", []), {"type": "strong"}]
        item = word_item(element)
        if item:
            block["list"] = item
        elif not end and element.tag == "p" and not any(map(is_seen, content)):
            return [block] if element.get("data-id") else []
        return [block]

    def end(self, element: Element) -> dict[str, str] | None:
        for child in element.iter("ins", "del"):
            if "paragraph-end" in child.get("class", "").split():
                mark = self.change(child)
                return {"change": mark["type"], "id": mark["attrs"]["id"]}
        return None

    def heading(self, element: Element, marks: tuple[Mark, ...]) -> list[Block]:
        plain = tuple(mark for mark in marks if mark["type"] != "strong")
        if any(_has_blocks(child) for child in element):
            return self.flow(element, plain)
        content = trimmed(self.children(element, plain))
        if not any(node["type"] in ("text", "image", "footnote") for node in content):
            return []
        self.draft.notes.here = "".join(element.itertext()).strip()[:80]
        attrs: dict[str, Any] = {"level": int(element.tag[1])}
        if end := self.end(element):
            attrs["end"] = end
        return [{"type": "heading", "attrs": attrs, "content": content}]

    def pre(self, element: Element, marks: tuple[Mark, ...]) -> Block:
        code: tuple[Mark, ...] = (*marks, {"type": "code"})
        lines = "".join(element.itertext()).strip("\n").replace("\r", "").split("\n")
        nodes = [
            [{"type": "text", "text": line, "marks": list(code)}] if line else [] for line in lines
        ]
        return {"type": "paragraph", "attrs": {}, "content": joined_lines(nodes)}

    def items(self, element: Element, marks: tuple[Mark, ...]) -> list[Block]:
        items: list[Block] = []
        for child in element:
            if child in self.notes:
                continue
            if child.tag in ("ul", "ol", "menu") and items:
                items[-1]["content"].extend(self.block(child, marks))
                continue
            if child.tag in ("ins", "del"):
                mark = self.change(child)
                for item in child.iter("li"):
                    made = self.item(item, marks)
                    items.append(made | {"marks": [mark]})
                continue
            items.append(self.item(child, marks))
        if not items:
            return []
        if element.tag != "ol":
            return [{"type": "bullet_list", "content": items}]
        start = element.get("start", "1")
        number = int(start) if re.fullmatch(r"\d{1,5}", start) else 1
        style = _TYPES.get(element.get("type", ""), "decimal")
        return [
            {"type": "ordered_list", "attrs": {"start": number, "style": style}, "content": items}
        ]

    def item(self, element: Element, marks: tuple[Mark, ...]) -> Block:
        own = (*marks, *self.marks_of(element))
        content = self.flow(element, own) if element.tag == "li" else self.block(element, own)
        item: Block = {"type": "list_item", "content": content}
        item["content"] = content or [{"type": "paragraph", "attrs": {}, "content": []}]
        return self.whole(element, [item])[0]

    def table(self, element: Element, marks: tuple[Mark, ...]) -> list[Block]:
        before: list[Block] = []
        rows: list[Block] = []
        for child in element.iter("caption", "tr"):
            if _nearest_table(child) is not element:
                continue
            if child.tag == "caption":
                before.extend(self.textblock(child, marks))
                continue
            cells = [self.cell(cell, marks) for cell in child if cell.tag in ("td", "th")]
            row: Block = {"type": "table_row", "content": cells}
            parent = child.getparent()
            if parent is not None and parent.tag in ("ins", "del"):
                row["marks"] = [self.change(parent)]
            if cells:
                rows.extend(self.whole(child, [row]))
        for block in before:
            block.pop("caption", None)
        return [*before, {"type": "table", "attrs": {}, "content": rows}] if rows else before

    def cell(self, element: Element, marks: tuple[Mark, ...]) -> Block:
        spans = {}
        for name in ("colspan", "rowspan"):
            value = element.get(name, "1")
            spans[name] = max(int(value), 1) if re.fullmatch(r"\d{1,4}", value) else 1
        own = tuple(m for m in self.marks_of(element) if element.tag == "td")
        content = self.flow(element, (*marks, *own))
        align = element.get("data-align")
        for block in content:
            if align in ("center", "right") and block["type"] == "paragraph":
                block["attrs"].setdefault("align", align)
        kind = "table_header" if element.tag == "th" else "table_cell"
        return self.whole(element, [{"type": kind, "attrs": spans, "content": content}])[0]

    # ── inline ──

    def children(self, element: Element, marks: tuple[Mark, ...]) -> list[Block]:
        out = said(element.text, marks)
        for child in element:
            if child not in self.notes:
                out.extend(self.inline(child, marks))
            out.extend(said(child.tail, marks))
        return out

    def inline(self, element: Element, marks: tuple[Mark, ...]) -> list[Block]:
        tag = element.tag
        if tag == "br":
            return [{"type": "hard_break"} | ({"marks": list(marks)} if marks else {})]
        if tag == "img":
            return self.image(element, marks)
        if tag == "a":
            return self.anchor(element, marks)
        if tag == "q":
            return [*said("„", marks), *self.children(element, marks), *said("“", marks)]
        if tag in ("ins", "del"):
            if "paragraph-end" in element.get("class", "").split():
                return []
            mark = self.change(element)
            marks = (*(one for one in marks if one["type"] != mark["type"]), mark)
        if tag == "sup" and len(element) == 1 and self._is_reference(element[0]):
            return self.children(element, marks)
        own = self.marks_of(element)
        drop = {mark["type"][1:] for mark in own if mark["type"].startswith("-")}
        marks = tuple(mark for mark in marks if mark["type"] not in drop)
        return self.children(element, (*marks, *own))

    def _is_reference(self, element: Element) -> bool:
        return element.tag == "a" and self.finder.note_of(element) is not None

    def marks_of(self, element: Element) -> tuple[Mark, ...]:
        wanted = element.get("data-marks", "").split()
        names = [name for name in wanted if not name.startswith("-")]
        own = _MARKS.get(element.tag)
        if own and f"-{own}" not in wanted:
            names.append(own)
        return tuple({"type": name} for name in names)

    def image(self, element: Element, marks: tuple[Mark, ...]) -> list[Block]:
        file = element.get("data-file", "")
        if not _FILE.fullmatch(file) or file not in self.draft.files:
            return said(element.get("alt"), marks)
        attrs = {"file": file, "alt": element.get("alt", ""), "width": 100}
        tracked = [mark for mark in marks if mark["type"] in ("insertion", "deletion")]
        return [{"type": "image", "attrs": attrs} | ({"marks": tracked} if tracked else {})]

    def anchor(self, element: Element, marks: tuple[Mark, ...]) -> list[Block]:
        note = self.finder.note_of(element)
        if note is not None:
            return [self.footnote(note, marks)]
        href = element.get("href")
        address = safe_address(href)
        if address is None:
            if href and not href.startswith("#"):
                self.draft.notes.add(
                    "changed",
                    LINKS,
                    place=href,
                )
            return self.children(element, (*marks, *self.marks_of(element)))
        link: Mark = {"type": "link", "attrs": {"href": address, "title": None}}
        rest = tuple(mark for mark in marks if mark["type"] != "link")
        return self.children(element, (*rest, *self.marks_of(element), link))

    def footnote(self, note: Element, marks: tuple[Mark, ...]) -> Block:
        for back in [a for a in note.iter("a") if is_back(a)]:
            back.drop_tree()
        self.notes.discard(note)
        blocks = self.flow(note, ()) if note.tag != "p" else self.block(note, ())
        self.notes.add(note)
        lines = [
            [n for n in block.get("content", ()) if n["type"] in ("text", "hard_break")]
            for block in _textblocks(blocks)
        ]
        made: Block = {"type": "footnote", "content": trimmed(joined_lines(lines))}
        tracked = [mark for mark in marks if mark["type"] in ("insertion", "deletion")]
        return made | ({"marks": tracked} if tracked else {})

    def change(self, element: Element) -> Mark:
        kind = "insertion" if element.tag == "ins" else "deletion"
        told = element.get("data-change", "")
        title = [part.strip() for part in element.get("title", "").split(",")]
        author = element.get("data-author") or (title[1] if len(title) == 3 else "")
        at = moment(element.get("datetime")) or (
            moment(f"{title[2]}T00:00:00Z") if len(title) == 3 else ""
        )
        if _CHANGE.fullmatch(told):
            key = told
            who = author or told.partition(":")[0]
            self.draft.changes.setdefault(key, {"author": who, "at": at})
        else:
            self.groups += 1
            key = change_id(self.draft, author, at, self.groups)
        move = element.get("data-move")
        return change_mark(
            kind, key, move if move and re.fullmatch(r"[\w-]{1,64}", move, re.A) else None
        )


def _has_blocks(element: Element) -> bool:
    if element.tag in _BLOCKS:
        return True
    return any(child.tag in _BLOCKS for child in element.iter())


def _nearest_table(element: Element) -> Element | None:
    parent = element.getparent()
    while parent is not None and parent.tag != "table":
        parent = parent.getparent()
    return parent


def _textblocks(blocks: list[Block]) -> list[Block]:
    out = []
    for block in blocks:
        if block["type"] in ("paragraph", "heading"):
            out.append(block)
        else:
            out.extend(_textblocks(block.get("content", [])))
    return out
