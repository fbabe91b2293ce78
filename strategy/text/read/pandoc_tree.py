"""Pandoc's tree (types 1.23) into a draft; raw HTML and TeX are left out and reported."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

from .addresses import safe_address
from .draft import Block, Draft, Mark, heading, paragraph, text
from .lines import joined_lines, joined_words
from .messages import DEEP_HEADINGS, FOREIGN_PICTURES, FORMULAS, LINKS
from .pictures import Pictures

_MARKS = {
    "Emph": "em",
    "Strong": "strong",
    "Underline": "underline",
    "Strikeout": "strike",
    "Superscript": "superscript",
    "Subscript": "subscript",
}
_STYLES = {
    "LowerAlpha": "lower-alpha",
    "UpperAlpha": "upper-alpha",
    "LowerRoman": "lower-roman",
    "UpperRoman": "upper-roman",
}
_QUOTES = {"DoubleQuote": ("„", "“"), "SingleQuote": ("‚", "‘")}
_DATA = re.compile(r"data:([a-z0-9.+/-]+)?((?:;[^,;]*)*),(.*)", re.I | re.S)


def draft_of(tree: dict[str, Any]) -> Draft:
    """The draft of a whole tree; its metadata gives title and language."""
    draft = Draft()
    reader = _Tree(draft)
    draft.blocks = reader.blocks(tree["blocks"])
    meta = tree.get("meta", {})
    draft.title = _said(meta.get("title"))
    draft.lang = _said(meta.get("lang"))
    return draft


def _said(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    content = value.get("c", "")
    if value.get("t") == "MetaString":
        return str(content)
    if value.get("t") == "MetaInlines":
        nodes = _Tree(Draft()).inlines(content, [])
        return "".join(node.get("text", " ") for node in nodes)
    if value.get("t") == "MetaBlocks" and content:
        return _said({"t": "MetaInlines", "c": content[0].get("c", [])})
    return ""


class _Tree:
    def __init__(self, draft: Draft):
        self.draft = draft
        self.pictures = Pictures(draft)

    def blocks(self, nodes: Iterable[dict[str, Any]]) -> list[Block]:
        out: list[Block] = []
        for node in nodes:
            out.extend(self.block(node["t"], node.get("c")))
        return out

    def block(self, kind: str, content: Any) -> list[Block]:
        if kind in ("Plain", "Para"):
            return [paragraph(self.inlines(content, []))]
        if kind == "Header":
            if content[0] > 4:
                self.draft.notes.add(
                    "changed",
                    DEEP_HEADINGS,
                )
            made = heading(content[0], self.inlines(content[2], []))
            self.draft.pass_by(made)
            return [made]
        if kind == "LineBlock":
            return [paragraph(joined_lines([self.inlines(line, []) for line in content]))]
        if kind == "CodeBlock":
            lines = [
                [text(one, [{"type": "code"}])] if one else [] for one in content[1].split("\n")
            ]
            return [paragraph(joined_lines(lines))]
        if kind == "BlockQuote":
            return [{"type": "blockquote", "content": self.blocks(content) or [paragraph()]}]
        if kind == "BulletList":
            return self.list_of({"type": "bullet_list"}, content)
        if kind == "OrderedList":
            start, style, _ = content[0]
            attrs = {
                "start": start if 0 <= start <= 99999 else 1,
                "style": _STYLES.get(style["t"], "decimal"),
            }
            return self.list_of({"type": "ordered_list", "attrs": attrs}, content[1])
        return self.structure(kind, content)

    def structure(self, kind: str, content: Any) -> list[Block]:
        if kind == "DefinitionList":
            return self.definitions(content)
        if kind == "HorizontalRule":
            return [{"type": "horizontal_rule"}]
        if kind == "Table":
            return self.table(content)
        if kind == "Figure":
            return self.figure(content)
        if kind == "Div":
            return self.blocks(content[1])
        if kind == "RawBlock":
            self.raw(content)
        return []

    def raw(self, content: Any) -> None:
        self.draft.notes.add(
            "lost",
            "Passages in %(language)s were left out: %(count)s.",
            language=str(content[0]).upper()[:20],
            place=" ".join(str(content[1]).split())[:80],
        )

    def list_of(self, made: Block, items: list[Any]) -> list[Block]:
        if not items:
            return []
        made["content"] = [
            {"type": "list_item", "content": self.blocks(item) or [paragraph()]} for item in items
        ]
        return [made]

    def definitions(self, content: Any) -> list[Block]:
        out: list[Block] = []
        for term, meanings in content:
            out.append(paragraph(self.inlines(term, [{"type": "strong"}])))
            meant = [block for meaning in meanings for block in self.blocks(meaning)]
            out.append({"type": "blockquote", "content": meant or [paragraph()]})
        return out

    def table(self, content: Any) -> list[Block]:
        _, caption, columns, head, bodies, foot = content
        aligned = [column[0]["t"] for column in columns]
        rows = [self.row(row, aligned, all_header=True) for row in head[1]]
        for _, head_columns, head_rows, body_rows in bodies:
            rows += [self.row(row, aligned, all_header=True) for row in head_rows]
            rows += [self.row(row, aligned, headers=head_columns) for row in body_rows]
        rows += [self.row(row, aligned) for row in foot[1]]
        out = self.blocks(caption[1])
        if rows:
            out.append({"type": "table", "attrs": {}, "content": rows})
        return out

    def row(
        self, row: Any, aligned: list[str], *, headers: int = 0, all_header: bool = False
    ) -> Block:
        cells = []
        for index, (_, align, down, across, blocks) in enumerate(row[1]):
            content = self.blocks(blocks) or [paragraph()]
            name = align["t"] if align["t"] != "AlignDefault" else _at(aligned, index)
            side = {"AlignRight": "right", "AlignCenter": "center"}.get(name)
            for block in content:
                if side and block["type"] == "paragraph":
                    block["attrs"]["align"] = side
            header = all_header or index < headers
            cells.append(
                {
                    "type": "table_header" if header else "table_cell",
                    "attrs": {"colspan": across, "rowspan": down},
                    "content": content,
                }
            )
        return {"type": "table_row", "content": cells}

    def figure(self, content: Any) -> list[Block]:
        blocks = self.blocks(content[2])
        caption = [block | {"caption": True} for block in self.blocks(content[1][1])]
        plain = [block for block in caption if block["type"] == "paragraph"][:1]
        pictured = any(n["type"] == "image" for b in blocks for n in b.get("content", ()))
        return blocks + plain if pictured or not plain else plain

    # ── inline ──

    def inlines(self, nodes: Iterable[dict[str, Any]], marks: list[Mark]) -> list[Block]:
        made = [one for node in nodes for one in self.inline(node["t"], node.get("c"), marks)]
        return joined_words(made)

    def inline(self, kind: str, content: Any, marks: list[Mark]) -> list[Block]:
        if kind == "Str":
            return [text(content, list(marks))]
        if kind in ("Space", "SoftBreak"):
            return [text(" ", list(marks))]
        if kind == "LineBreak":
            return [{"type": "hard_break"} | ({"marks": list(marks)} if marks else {})]
        if kind in _MARKS:
            return self.inlines(content, [*marks, {"type": _MARKS[kind]}])
        return self.special(kind, content, marks)

    def special(self, kind: str, content: Any, marks: list[Mark]) -> list[Block]:
        if kind == "SmallCaps":
            return self.inlines(content, marks)
        if kind == "Quoted":
            before, after = _QUOTES[content[0]["t"]]
            inner = self.inlines(content[1], marks)
            return [text(before, list(marks)), *inner, text(after, list(marks))]
        if kind == "Cite":
            return self.inlines(content[1], marks)
        if kind == "Code":
            return [text(content[1], [*marks, {"type": "code"}])] if content[1] else []
        if kind == "Math":
            self.draft.notes.add("changed", FORMULAS, place=str(content[1]))
            return [text(content[1], list(marks))] if content[1] else []
        if kind == "Link":
            return self.link(content, marks)
        if kind == "Image":
            return self.image(content, marks)
        if kind == "Note":
            return [{"type": "footnote", "content": self.note(content, marks)}]
        if kind == "Span":
            mark = [{"type": "highlight"}] if "mark" in content[0][1] else []
            return self.inlines(content[1], [*marks, *mark])
        if kind == "RawInline":
            return self.raw_inline(content, marks)
        return []

    def raw_inline(self, content: Any, marks: list[Mark]) -> list[Block]:
        if content[0] == "html" and re.fullmatch(r"<br\s*/?>", content[1], re.I):
            return [{"type": "hard_break"} | ({"marks": list(marks)} if marks else {})]
        if content[0] != "html" or not content[1].startswith("<!--"):
            self.raw(content)
        return []

    def link(self, content: Any, marks: list[Mark]) -> list[Block]:
        href = safe_address(content[2][0])
        if href is None:
            if not content[2][0].startswith("#"):
                self.draft.notes.add(
                    "changed",
                    LINKS,
                    place=content[2][0],
                )
            return self.inlines(content[1], marks)
        link: Mark = {"type": "link", "attrs": {"href": href, "title": None}}
        return self.inlines(content[1], [*marks, link])

    def image(self, content: Any, marks: list[Mark]) -> list[Block]:
        alt = "".join(node.get("text", " ") for node in self.inlines(content[1], []))
        address = content[2][0]
        data = data_of(address)
        if data is not None:
            return self.pictures.image(address[:200] + str(hash(address)), data, alt=alt)
        self.draft.notes.add("lost", FOREIGN_PICTURES, place=alt or address)
        return [text(alt, list(marks))] if alt else []

    def note(self, content: Any, marks: list[Mark]) -> list[Block]:
        lines = [
            [node for node in block.get("content", ()) if node["type"] in ("text", "hard_break")]
            for block in _textblocks(self.blocks(content))
        ]
        return joined_lines(lines)


def data_of(address: str) -> bytes | None:
    """The bytes of a data: address of a picture, or None if it is none."""
    found = _DATA.match(address.strip())
    if not found:
        return None
    raw = unquote_to_bytes(found[3])
    if "base64" not in (found[2] or "").lower():
        return raw
    try:
        return base64.b64decode(re.sub(rb"\s", b"", raw) + b"==")
    except ValueError:
        return None


def _at(values: list[str], index: int) -> str:
    return values[index] if index < len(values) else ""


def _textblocks(blocks: list[Block]) -> list[Block]:
    out = []
    for block in blocks:
        if block["type"] in ("paragraph", "heading"):
            out.append(block)
        else:
            out.extend(_textblocks(block.get("content", [])))
    return out
