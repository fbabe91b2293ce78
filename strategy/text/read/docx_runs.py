"""What stands in a paragraph of a DOCX file: runs, links, fields, changes, notes, pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .addresses import safe_address
from .docx_context import Context, Field, State, plain_runs
from .docx_styles import MONOSPACED, W, flag, marks_of
from .draft import Block, Mark, text
from .messages import CONTENTS, ENDNOTES, FIELDS, FORMATS_CHANGED, FORMULAS, HIDDEN, INDEX, LINKS
from .ranks import ordered
from .xmltree import Element, local

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CHANGES = ("ins", "del", "moveFrom", "moveTo")
_THROUGH = ("smartTag", "customXml", "dir", "bdo", "sdtContent", "fldSimple", "ruby", "rubyBase")
_HREF = re.compile(r'^\s*HYPERLINK\s+"?([^"\s]+)"?(?:.*\s\\l\s+"?([^"\s]+))?', re.I)
_SYMBOLS = {
    0x6F: "☐", 0x71: "☐", 0xA8: "☐", 0xA3: "☐", 0xFE: "☒", 0x78: "☒", 0xFD: "☒", 0x52: "☑",
    0xFC: "✓", 0xFB: "✗", 0xE0: "→", 0xE8: "→", 0xDF: "←", 0xD8: "➢", 0xA7: "▪", 0x6C: "●",
    0x6E: "■", 0x4A: "☺", 0x4C: "☹", 0x28: "☎", 0x2A: "✉",
}  # fmt: skip
_GREEK = dict(
    zip(
        "abgdezhqiklmnxoprstufcywABGDEZHQIKLMNXOPRSTUFCYW",
        "αβγδεζηθικλμνξοπρστυφχψωΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ",
        strict=True,
    )
)
_SYMBOL_FONT = {
    0xB7: "•",
    0xAE: "→",
    0xAC: "←",
    0xB3: "≥",
    0xA3: "≤",
    0xB1: "±",
    0xB4: "×",
    0xA5: "∞",
    0xB9: "≠",
}

_PRIVATE = {
    **{
        0xF000 + code: sign
        for code, sign in _SYMBOLS.items()
        if code in (0xA8, 0xFE, 0xFC, 0xE0, 0xA7)
    },
    0xF0B7: "•",
    0xF0D8: "➢",
    0xF02D: "–",
}
"""Signs of symbol fonts that stand in the text itself, in the private area of Unicode."""

BoxReader = Callable[[Element], list[Block]]


def inline(context: Context, element: Element, boxes: BoxReader) -> list[Block]:
    """The inline content of a paragraph; `boxes` reads the blocks of a text box."""
    return _Inline(context, boxes).children(element, State())


class _Inline:
    def __init__(self, context: Context, boxes: BoxReader):
        self.context = context
        self.boxes = boxes

    def children(self, parent: Element, state: State) -> list[Block]:
        out: list[Block] = []
        for element in parent:
            out.extend(self.one(element, state))
        return out

    def one(self, element: Element, state: State) -> list[Block]:
        name = local(element)
        context = self.context
        if name == "r":
            return self.run(element, state)
        if name in _CHANGES:
            mark = context.mark(element)
            marks = [one for one in state.marks if one["type"] != mark["type"]]
            return self.children(element, State((*marks, mark), state.link))
        if name == "hyperlink":
            return self.hyperlink(element, state)
        if name == "sdt":
            content = element.find(f"{W}sdtContent")
            return self.children(content, state) if content is not None else []
        if name == "fldSimple":
            context.fields.append(self.opened(element.get(f"{W}instr", "")))
            out = self.children(element, state)
            context.fields.pop()
            return out
        if name in _THROUGH:
            return self.children(element, state)
        if name in ("oMath", "oMathPara"):
            return self.formula(element, state)
        if name == "AlternateContent":
            return self.alternative(element, state)
        return marker(context, element)

    def hyperlink(self, element: Element, state: State) -> list[Block]:
        relation = self.context.relation(element.get(f"{_R}id"))
        if relation is None:
            return self.children(element, State(state.marks, link=True))
        target = relation.target
        if relation.outside and element.get(f"{W}anchor") and "#" not in target:
            target = f"{target}#{element.get(f'{W}anchor')}"
        href = safe_address(target) if relation.outside else None
        if href is None:
            self.context.draft.notes.add(
                "changed",
                LINKS,
                place=target,
            )
            return self.children(element, State(state.marks, link=True))
        link = {"type": "link", "attrs": {"href": href, "title": None}}
        return self.children(element, State((*state.marks, link), link=True))

    def run(self, run: Element, state: State) -> list[Block]:
        properties = run.find(f"{W}rPr")
        marks = self.marks(properties, state)
        if marks is None:
            if any(local(one) in ("t", "delText") and one.text for one in run):
                self.context.draft.notes.add("lost", HIDDEN)
            return []
        out: list[Block] = []
        for element in run:
            out.extend(self.piece(element, marks, state))
        return out

    def marks(self, properties: Element | None, state: State) -> list[Mark] | None:
        context = self.context
        own: list[Mark] = list(state.marks)
        if properties is None:
            names: list[str] = []
        else:
            found = self.flags(properties)
            if found is None:
                return None
            names = found
        href = context.field_link()
        if href and not any(mark["type"] == "link" for mark in own):
            own.append({"type": "link", "attrs": {"href": href, "title": None}})
        tracked = [mark for mark in own if mark["type"] in ("insertion", "deletion")]
        link = [mark for mark in own if mark["type"] == "link"]
        marks: list[Mark] = [*link, *({"type": name} for name in names)]
        if properties is not None:
            for name in ("ins", "del"):
                element = properties.find(f"{W}{name}")
                if element is not None:
                    mark = context.mark(element)
                    tracked = [one for one in tracked if one["type"] != mark["type"]] + [mark]
            marks += self.modification(properties, marks)
        return [*marks, *tracked]

    def flags(self, properties: Element) -> list[str] | None:
        """The names of the marks that run properties give; None if the text is hidden."""
        named = properties.find(f"{W}rStyle")
        style = self.context.styles.get(named.get(f"{W}val") if named is not None else None)
        vanish = flag(properties.find(f"{W}vanish"))
        if vanish or (vanish is None and style.hidden):
            return None
        link = style.name.lower() in ("hyperlink", "followedhyperlink", "internet link")
        values = ({} if link else style.marks) | marks_of(properties)
        if link:
            values.pop("underline", None)
        if style.code:
            values["code"] = True
        if not self.context.draft.spaced:
            values |= _ours(properties)
        if style.name.lower() in ("footnote reference", "endnote reference"):
            values.pop("superscript", None)
        return [name for name, value in values.items() if value]

    def modification(self, properties: Element, now: list[Mark]) -> list[Mark]:
        change = properties.find(f"{W}rPrChange")
        if change is None:
            return []
        former = change.find(f"{W}rPr")
        names = (self.flags(former) or []) if former is not None else []
        links = [mark for mark in now if mark["type"] == "link"]
        before: list[Mark] = [*links, *({"type": name} for name in names)]
        if {m["type"] for m in before} == {m["type"] for m in now}:
            self.context.draft.notes.add("info", FORMATS_CHANGED)
            return []
        attrs = {"id": self.context.change(change), "before": {"marks": ordered(before)}}
        return [{"type": "modification", "attrs": attrs}]

    def piece(self, element: Element, marks: list[Mark], state: State) -> list[Block]:
        name = local(element)
        context = self.context
        if name == "fldChar":
            self.field(element, marks)
            return self.checkbox(element, marks)
        if name in ("instrText", "delInstrText"):
            if context.fields and not context.fields[-1].in_result:
                context.fields[-1].instruction += element.text or ""
            return []
        if name in ("t", "delText"):
            return self.said(element.text or "", marks)
        if context.hidden() and name not in ("commentReference",):
            return []
        simple = {"tab": " ", "ptab": " ", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
        if name in simple:
            return self.said(simple[name], marks)
        if name in ("br", "cr"):
            kind = "page_break" if element.get(f"{W}type") == "page" else "hard_break"
            if context.in_note:
                kind = "hard_break"
            return [self.node(kind, marks)]
        return self.thing(element, name, marks, state)

    def thing(self, element: Element, name: str, marks: list[Mark], state: State) -> list[Block]:
        context = self.context
        if name == "sym":
            return self.said(_symbol(element), marks)
        if name in ("footnoteReference", "endnoteReference"):
            return self.note(element, name, marks)
        if name == "commentReference":
            key = element.get(f"{W}id", "")
            if key in context.threads:
                return [{"type": "#comment", "key": key, "side": "at"}]
            return []
        if name == "AlternateContent":
            return self.alternative(element, State(tuple(marks)), marks)
        if name in ("drawing", "pict", "object"):
            return self.drawing(element, marks)
        if name in ("oMath", "oMathPara"):
            return self.formula(element, state)
        if name == "ruby":
            return self.children(element, state)
        return []

    def said(self, value: str, marks: list[Mark]) -> list[Block]:
        if self.context.hidden() or not value:
            return []
        value = value.translate(_PRIVATE)
        if not any(mark["type"] in ("insertion", "deletion") for mark in marks):
            self.context.broken = True
        return [text(value, marks)]

    def node(self, kind: str, marks: list[Mark], **more: Any) -> Block:
        return {"type": kind} | ({"marks": marks} if marks else {}) | more

    def field(self, element: Element, marks: list[Mark]) -> None:
        context = self.context
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            context.fields.append(Field())
        elif kind == "separate" and context.fields:
            opened = self.opened(context.fields[-1].instruction)
            context.fields[-1] = opened
        elif kind == "end" and context.fields:
            context.fields.pop()

    def opened(self, instruction: str) -> Field:
        word = instruction.split(maxsplit=1)[0].upper() if instruction.split() else ""
        notes = self.context.draft.notes
        field = Field(instruction=instruction, in_result=True)
        if word == "TOC":
            field.dropped = True
            notes.add("info", CONTENTS)
        elif word == "INDEX":
            field.dropped = True
            notes.add("lost", INDEX)
        elif word == "HYPERLINK":
            found = _HREF.match(instruction)
            field.href = safe_address(_whole(found[1], found[2])) if found else None
        elif word in ("PAGEREF", "PAGE", "NUMPAGES", "DATE", "TIME"):
            notes.add("changed", FIELDS)
        return field

    def checkbox(self, element: Element, marks: list[Mark]) -> list[Block]:
        box = element.find(f"{W}ffData/{W}checkBox")
        if box is None:
            return []
        value = flag(box.find(f"{W}checked"))
        if value is None:
            value = flag(box.find(f"{W}default"))
        return [text("☒" if value else "☐", marks)]

    def note(self, element: Element, name: str, marks: list[Mark]) -> list[Block]:
        context = self.context
        key = f"{name[:-9]} {element.get(f'{W}id', '')}"
        source = context.notes.get(key)
        if source is None and not context.in_note:
            context.draft.notes.add(
                "lost", "Footnotes whose text is missing in the file were left out: %(count)s."
            )
        if source is None or context.in_note:
            return []
        context.in_note = True
        relations = context.relations
        kind = "footnotes" if name.startswith("foot") else "endnotes"
        part = context.package.name(kind)
        context.relations = context.package.relations(part) if part else {}
        try:
            content = plain_runs(self.boxes(source))
        finally:
            context.in_note = False
            context.relations = relations
        if kind == "endnotes":
            context.draft.notes.add("changed", ENDNOTES)
        while content and content[0]["type"] == "text" and not content[0]["text"].strip():
            content.pop(0)
        if content and content[0]["type"] == "text":
            content[0] = content[0] | {"text": content[0]["text"].lstrip()}
        return [self.node("footnote", marks, content=content)]

    def formula(self, element: Element, state: State) -> list[Block]:
        value = "".join(piece.text or "" for piece in element.iter(f"{_M}t", f"{W}t"))
        self.context.draft.notes.add("changed", FORMULAS, place=value)
        return self.said(value, list(state.marks))

    def alternative(
        self, element: Element, state: State, marks: list[Mark] | None = None
    ) -> list[Block]:
        """One of the versions that a file offers: the newest that gives something, else the old."""
        for option in [*element.iterfind(f"{_MC}Choice"), *element.iterfind(f"{_MC}Fallback")]:
            out: list[Block] = []
            for child in option:
                out.extend(
                    self.one(child, state) if marks is None else self.piece(child, marks, state)
                )
            if out:
                return out
        return []

    def drawing(self, element: Element, marks: list[Mark]) -> list[Block]:
        from .docx_drawings import drawing  # noqa: PLC0415 - the two read each other's content

        return list(drawing(self.context, element, marks, self.boxes))


def _ours(properties: Element) -> dict[str, bool]:
    """What LibreOffice makes of our own marks where it saves another format: ODT as DOCX."""
    found = {}
    font = properties.find(f"{W}rFonts")
    if font is not None and MONOSPACED.search(font.get(f"{W}ascii", "")):
        found["code"] = True
    ground = properties.find(f"{W}shd")
    if ground is not None and ground.get(f"{W}fill", "").lower() == "fff0b3":
        found["highlight"] = True
    return found


def _whole(address: str, place: str | None) -> str:
    return f"{address}#{place}" if place and "#" not in address else address


def marker(context: Context, element: Element) -> list[Block]:
    """What marks a place: where comments begin and end; moved ranges are kept in mind."""
    name = local(element)
    key = element.get(f"{W}id", "")
    if name in ("commentRangeStart", "commentRangeEnd"):
        side = "start" if name.endswith("Start") else "end"
        return [{"type": "#comment", "key": key, "side": side}] if key in context.threads else []
    if name in ("moveFromRangeStart", "moveToRangeStart"):
        context.moves[key] = element.get(f"{W}name", key)
    elif name in ("moveFromRangeEnd", "moveToRangeEnd"):
        context.moves.pop(key, None)
    elif name == "subDoc":
        context.draft.notes.add("lost", "Linked parts of the document were left out: %(count)s.")
    return []


def _symbol(element: Element) -> str:
    font = element.get(f"{W}font", "").lower()
    try:
        code = int(element.get(f"{W}char", ""), 16)
    except ValueError:
        return ""
    code = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    if font == "symbol":
        return _SYMBOL_FONT.get(code) or _GREEK.get(
            chr(code), chr(code) if 32 <= code < 127 else ""
        )
    if "wingdings" in font or "webdings" in font:
        return _SYMBOLS.get(code, "•")
    return chr(code) if code >= 32 and not 0xD800 <= code <= 0xDFFF and code <= 0x10FFFF else ""
