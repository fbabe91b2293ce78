"""What stands in a paragraph of an OpenDocument text."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from .addresses import safe_address
from .docx_context import plain_runs
from .docx_styles import integer
from .draft import TEXTBLOCKS, Block, Mark, text
from .messages import (
    BOXES,
    CONTROLS,
    DRAWINGS,
    ENDNOTES,
    FIELDS,
    FOREIGN_PICTURES,
    HIDDEN,
    LINKS,
    OBJECTS,
)
from .odt_context import Context, Region
from .odt_styles import DRAW, OFFICE, SVG, TEXT, XLINK, OdtStyle
from .ranks import ordered
from .xmltree import Element, local

Reader = Callable[[Element], list[Block]]

_SPACE = re.compile(r"[ \t\r\n]+")
_SILENT = [
    "bookmark",
    "bookmark-start",
    "bookmark-end",
    "reference-mark",
    "reference-mark-start",
    "reference-mark-end",
    "soft-page-break",
    "toc-mark",
    "toc-mark-start",
    "toc-mark-end",
    "alphabetical-index-mark",
    "alphabetical-index-mark-start",
    "alphabetical-index-mark-end",
    "user-index-mark",
    "sequence-decls",
    "variable-decls",
    "tracked-changes",
    "note-citation",
    "forms",
    "desc",
    "title",
    "user-field-decls",
]
_FIELDS = [
    "page-number",
    "page-count",
    "date",
    "time",
    "file-name",
    "chapter",
    "author-name",
    "author-initials",
    "subject",
    "modification-date",
    "modification-time",
    "creation-date",
    "creation-time",
    "print-date",
]
_CODE = ("source text", "teletype", "quelltext", "nichtproportionaler text", "user entry", "code")


def inline(context: Context, element: Element, reader: Reader) -> list[Block]:
    """The inline content of a paragraph; `reader` reads the blocks of boxes, notes, deletions."""
    nodes = _Runs(context, reader).children(element, dict.fromkeys(context.base, True), ())
    return _collapsed(nodes)


class _Runs:
    def __init__(self, context: Context, reader: Reader):
        self.context = context
        self.reader = reader

    def children(
        self, element: Element, flags: dict[str, bool], link: tuple[Mark, ...]
    ) -> list[Block]:
        out = self.said(element.text, flags, link)
        for child in element:
            out.extend(self.one(child, flags, link))
            out.extend(self.said(child.tail, flags, link))
        return out

    def marks(self, flags: dict[str, bool], link: tuple[Mark, ...]) -> list[Mark]:
        own = [{"type": name} for name, value in flags.items() if value]
        return ordered([*link, *own, *self.context.tracked()])

    def said(
        self,
        value: str | None,
        flags: dict[str, bool],
        link: tuple[Mark, ...],
        *,
        raw: bool = False,
    ) -> list[Block]:
        if not value:
            return []
        node = text(value if raw else _SPACE.sub(" ", value), self.marks(flags, link))
        return [node | {"raw": True}] if raw else [node]

    def one(self, element: Element, flags: dict[str, bool], link: tuple[Mark, ...]) -> list[Block]:
        name = local(element)
        if name == "span":
            return self.span(element, flags, link)
        if name == "a":
            return self.anchor(element, flags, link)
        if name == "s":
            count = min(max(integer(element.get(f"{TEXT}c"), 1), 1), 1000)
            return self.said(" " * count, flags, link, raw=True)
        if name == "tab":
            return self.said(" ", flags, link, raw=True)
        if name == "line-break":
            marks = self.marks({}, ())
            return [{"type": "hard_break"} | ({"marks": marks} if marks else {})]
        return self.thing(element, name, flags, link)

    def thing(
        self, element: Element, name: str, flags: dict[str, bool], link: tuple[Mark, ...]
    ) -> list[Block]:
        context = self.context
        if name in ("change", "change-start", "change-end"):
            region = context.marker(element, name)
            return self.deletion(region) if region else []
        if name in ("annotation", "annotation-end"):
            return context.annotation(element)
        if name == "note":
            return self.note(element, flags, link)
        if name in ("frame", "custom-shape", "g", "rect", "line", "path", "polygon", "control"):
            return self.frame(element, name)
        if name in ("hidden-text", "hidden-paragraph"):
            context.draft.notes.add("lost", HIDDEN)
            return []
        if name in _SILENT:
            return []
        if name in _FIELDS:
            context.draft.notes.add("changed", FIELDS)
        if name == "ruby":
            base = element.find(f"{TEXT}ruby-base")
            return self.children(base, flags, link) if base is not None else []
        return self.children(element, flags, link)

    def span(self, element: Element, flags: dict[str, bool], link: tuple[Mark, ...]) -> list[Block]:
        style = self.context.styles.get("text", element.get(f"{TEXT}style-name"))
        if style.hidden:
            if "".join(element.itertext()).strip():
                self.context.draft.notes.add("lost", HIDDEN)
            return []
        return self.children(element, flags | _flags(style), link)

    def anchor(
        self, element: Element, flags: dict[str, bool], link: tuple[Mark, ...]
    ) -> list[Block]:
        address = element.get(f"{XLINK}href", "")
        href = safe_address(address)
        inside = flags | {"underline": False}
        if href is None:
            if not address.startswith("#"):
                self.context.draft.notes.add(
                    "changed",
                    LINKS,
                    place=address,
                )
            return self.children(element, inside, link)
        mark: Mark = {"type": "link", "attrs": {"href": href, "title": None}}
        return self.children(element, inside, (mark,))

    def deletion(self, region: Region) -> list[Block]:
        """Deleted content put back where it stood: text in the line, ends and blocks between."""
        context = self.context
        blocks = context.deleted(region, self.reader)
        out: list[Block] = []
        for index, block in enumerate(blocks):
            last = index + 1 == len(blocks)
            if block["type"] == "#comment":
                out.append(block)
            elif block["type"] not in TEXTBLOCKS or context.in_note:
                out.append({"type": "#between", "block": block})
            else:
                out.extend(block.get("content", ()))
                if not last:
                    following = next(
                        (one for one in blocks[index + 1 :] if one["type"] in TEXTBLOCKS), None
                    )
                    out.append(
                        {"type": "#end", "end": context.deleted_end(region), "block": following}
                    )
        return out

    def note(self, element: Element, flags: dict[str, bool], link: tuple[Mark, ...]) -> list[Block]:
        context = self.context
        body = element.find(f"{TEXT}note-body")
        if body is None or context.in_note:
            return []
        base = context.base
        context.in_note, context.base = True, ()
        try:
            content = plain_runs(self.reader(body))
        finally:
            context.in_note, context.base = False, base
        if element.get(f"{TEXT}note-class") == "endnote":
            context.draft.notes.add("changed", ENDNOTES)
        if content and content[0]["type"] == "text":  # the blank behind the number, from Word
            content[0] = content[0] | {"text": content[0]["text"].lstrip(" ")}
            content = content if content[0]["text"] else content[1:]
        marks = ordered(context.tracked())
        made: Block = {"type": "footnote", "content": content}
        return [made | ({"marks": marks} if marks else {})]

    def frame(self, element: Element, name: str) -> list[Block]:
        context = self.context
        notes = context.draft.notes
        context.depth += 1
        try:
            if context.depth > 6:
                return []
            box = element.find(f"{DRAW}text-box")
            if box is not None or (name == "custom-shape" and _has_text(element)):
                return self.box(box if box is not None else element)
            if name == "g":
                return [node for child in element for node in self.frame(child, local(child))]
            image = element.find(f"{DRAW}image")
            if image is not None and element.find(f"{DRAW}object") is None:
                return self.image(element, image)
        finally:
            context.depth -= 1
        math = element.find(f"{DRAW}object")
        if math is not None or element.find(f"{DRAW}object-ole") is not None:
            notes.add("lost", OBJECTS, place=_alt(element))
        elif name == "control":
            notes.add("lost", CONTROLS)
        elif name != "frame" or len(element):
            notes.add("lost", DRAWINGS, place=_alt(element))
        return []

    def box(self, box: Element) -> list[Block]:
        context = self.context
        base, context.base = context.base, ()
        blocks = self.reader(box)
        context.base = base
        if context.in_note or not blocks:
            return []
        pictures = all(
            block["type"] in TEXTBLOCKS
            and all(n["type"] == "image" for n in block.get("content", ())[:1])
            for block in blocks[:1]
        )
        if not (pictures and blocks[0].get("content")):
            context.draft.notes.add("changed", BOXES)
        elif len(blocks) == 1:
            blocks = _picture_with_caption(blocks[0])
        return [{"type": "#blocks", "content": blocks}]

    def image(self, frame: Element, image: Element) -> list[Block]:
        context = self.context
        address = image.get(f"{XLINK}href", "")
        data: bytes | None = None
        binary = image.find(f"{OFFICE}binary-data")
        if binary is not None:
            try:
                data = base64.b64decode(re.sub(r"\s", "", binary.text or ""))
            except ValueError:
                data = None
            address = f"inline {hash(data)}"
        elif re.match(r"[a-z][a-z0-9+.-]*:|//|\.\./", address, re.I):
            context.draft.notes.add("lost", FOREIGN_PICTURES, place=_alt(frame))
            return [text(_alt(frame))] if _alt(frame) else []
        elif context.archive is not None:
            data = context.archive.get(address.removeprefix("./"))
        width = _length(frame.get(f"{SVG}width"))
        percent = round(width * 100 / context.width) if width else 100
        marks = [m for m in context.tracked() if m["type"] in ("insertion", "deletion")]
        return context.pictures.image(
            address, data, alt=_alt(frame), width=min(max(percent, 5), 100), marks=marks
        )


def _picture_with_caption(block: Block) -> list[Block]:
    """A box with a picture and the words under it is a picture with a caption."""
    images = [node for node in block["content"] if node["type"] == "image"]
    rest = [node for node in block["content"] if node["type"] != "image"]
    figure: Block = {"type": "paragraph", "attrs": {}, "content": images}
    if not any(node["type"] == "text" and node["text"].strip() for node in rest):
        return [figure]
    return [figure, block | {"content": rest, "caption": True}]


def _flags(style: OdtStyle) -> dict[str, bool]:
    values = dict(style.marks)
    if style.called("internet link", "visited internet link", "hyperlink", "internetlink"):
        values.pop("underline", None)
    if style.called(*_CODE):
        values["code"] = True
    if style.called("footnote anchor", "footnote symbol", "endnote anchor"):
        values.pop("superscript", None)
    return values


def _has_text(element: Element) -> bool:
    return any("".join(p.itertext()).strip() for p in element.iterfind(f"{TEXT}p"))


def _alt(frame: Element) -> str:
    for name in ("desc", "title"):
        element = frame.find(f"{SVG}{name}")
        if element is not None and (element.text or "").strip():
            return str(element.text).strip()
    return ""


def _length(value: str | None) -> float:
    """A length in centimetres; 0 where it is none that we know."""
    found = re.fullmatch(r"([0-9.]{1,12})(cm|mm|in|pt|px)", value or "")
    if not found:
        return 0.0
    factor = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "px": 2.54 / 96}[found[2]]
    try:
        return float(found[1]) * factor
    except ValueError:
        return 0.0


def _collapsed(nodes: list[Block]) -> list[Block]:
    """White space as OpenDocument means it: one blank, none where a paragraph begins."""
    out: list[Block] = []
    blank = True
    for node in nodes:
        if node["type"] == "text" and not node.pop("raw", False):
            value: Any = node["text"].lstrip(" ") if blank else node["text"]
            if not value:
                continue
            blank = value.endswith(" ")
            out.append(node | {"text": value})
            continue
        if node["type"] not in ("#comment",):
            blank = False
        out.append(node)
    return out
