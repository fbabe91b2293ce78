"""The blocks of a DOCX file: paragraphs, headings, list paragraphs, tables."""

from __future__ import annotations

from .docx_context import Context
from .docx_runs import inline, marker
from .docx_styles import Style, W, flag, flag_value, integer, number_of
from .draft import TRACKED, Block, Mark, change_id, change_mark, moment, words
from .messages import CONTENTS, DEEP_HEADINGS
from .ranks import ordered
from .tables import WIDEST, empty_cell
from .xmltree import Element, local

_THROUGH = ("sdtContent", "customXml", "smartTag", "ins", "del", "moveFrom", "moveTo")
_ALIGN = {"center": "center", "right": "right", "end": "right"}
_CONTINUED = (
    "list paragraph",
    "listenabsatz",
    "list continue",
    "listenfortsetzung",
    "listparagraph",
)
_FLAT_TABLES = ("table grid", "normal table", "tablegrid", "tabellenraster", "tablenormal", "")


def blocks(context: Context, parent: Element) -> list[Block]:
    """The blocks that are the children of a body, a cell, a note or a text box."""
    return _Body(context).children(parent)


class _Body:
    def __init__(self, context: Context):
        self.context = context

    def children(self, parent: Element) -> list[Block]:
        out: list[Block] = []
        for element in parent:
            out.extend(self.one(element))
        return out

    def one(self, element: Element) -> list[Block]:
        name = local(element)
        if name == "p":
            return self.paragraph(element)
        if name == "tbl":
            return self.table(element)
        if name == "sdt":
            content = element.find(f"{W}sdtContent")
            return self.contents(element, content) if content is not None else []
        if name in _THROUGH:
            return self.children(element)
        if name == "AlternateContent":
            for option in element:
                if found := self.children(option):
                    return found
            return []
        if name == "altChunk":
            self.context.draft.notes.add(
                "lost", "Documents inserted as a whole were left out: %(count)s."
            )
            return []
        if name in ("oMathPara", "oMath"):
            wrapped = inline(self.context, _in_paragraph(element), self.children)
            return [{"type": "paragraph", "attrs": {}, "content": wrapped}]
        return marker(self.context, element)

    def contents(self, element: Element, content: Element) -> list[Block]:
        gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
        if gallery is not None and gallery.get(f"{W}val", "").lower() == "table of contents":
            self.context.draft.notes.add("info", CONTENTS)
            return []
        return self.children(content)

    def paragraph(self, element: Element) -> list[Block]:
        context = self.context
        properties = element.find(f"{W}pPr")
        style_key = _child_value(properties, "pStyle") or context.styles.default
        style = context.styles.get(style_key)
        dropped_before = any(field.dropped for field in context.fields)
        content = inline(context, element, self.children)
        if dropped_before and not any(
            node["type"] in ("text", "image", "#blocks") for node in content
        ):
            return []
        if style.code:
            for node in content:
                if node["type"] == "text":
                    node["marks"] = [*node.get("marks", []), {"type": "code"}]
        if not content and properties is not None and _ruled(properties):
            return [{"type": "horizontal_rule"}]
        block = self.kind(properties, style, content)
        block["content"] = content
        context.draft.pass_by(block)
        item = self.item(properties, style, style_key) or self.continued(properties, style, content)
        end = self.end(properties)
        if end:
            block["attrs"]["end"] = end
        out = []
        if properties is not None:
            self.former(properties, block)
            if flag(properties.find(f"{W}pageBreakBefore")) and not context.in_note:
                out.append({"type": "page_break"})
        if block["type"] == "heading" and item:
            self.number(block)
        if block["type"] == "paragraph":
            if item:
                block["list"] = item
            block["quote"] = style.quote and not item
            block["caption"] = style.caption
        block["title"] = style.title and not context.in_note
        context.broken = context.broken or not end
        return [*out, block]

    def kind(
        self, properties: Element | None, style: Style, content: list[Block] | None = None
    ) -> Block:
        """The block that a paragraph's properties make.

        An outline level of its own makes a heading only of what looks like one: text that was
        pasted from elsewhere often has one by accident.
        """
        level = style.level
        outline = properties.find(f"{W}outlineLvl") if properties is not None else None
        if outline is not None and (style.level is not None or _stands_out(properties, content)):
            direct = integer(outline.get(f"{W}val"), 9)
            level = direct + 1 if 0 <= direct < 9 else None
        if level is not None and not self.context.in_note:
            if level > 4:
                self.context.draft.notes.add(
                    "changed",
                    DEEP_HEADINGS,
                )
            return {"type": "heading", "attrs": {"level": min(level, 4)}}
        align = _ALIGN.get(_child_value(properties, "jc") or style.align or "")
        return {"type": "paragraph", "attrs": {"align": align} if align else {}}

    def item(
        self, properties: Element | None, style: Style, style_key: str
    ) -> dict[str, object] | None:
        numbering = self.context.numbering
        element = properties.find(f"{W}numPr") if properties is not None else None
        key, level = number_of(element) if element is not None else (None, None)
        if key is None and style.number is not None:
            key = style.number[0]
            if level is None:
                level = style.number[1]
            if level is None and key:
                level = numbering.level_of_style(key, style_key)
        if key is None or key == "0":
            return None
        item = numbering.next(key, level or 0)
        self.context.last_item = (key, item) if item else None
        return item

    def number(self, block: Block) -> None:
        """Put a heading's own number before its words, as text: headings here have none."""
        key, item = self.context.last_item or ("", {})
        label = self.context.numbering.label(key, int(item.get("level", 0)))
        said = next((node for node in block["content"] if node["type"] == "text"), None)
        if not label or said is None:
            return
        kept = [mark for mark in said.get("marks", ()) if mark["type"] in TRACKED]
        first = {"type": "text", "text": f"{label} "} | ({"marks": kept} if kept else {})
        block["content"].insert(0, first)
        self.context.draft.notes.add(
            "changed", "Numbers of headings became part of their words: %(count)s."
        )

    def continued(
        self, properties: Element | None, style: Style, content: list[Block]
    ) -> dict[str, object] | None:
        """A list item's further paragraph: in a list's style, without a number, right behind it."""
        last, self.context.last_item = self.context.last_item, None
        if last is None or not content or not style.name.lower().startswith(_CONTINUED):
            return None
        self.context.last_item = last
        indent = properties.find(f"{W}ind") if properties is not None else None
        left = integer(indent.get(f"{W}left"), -1) if indent is not None else -1
        level = self.context.numbering.level_at(last[0], left, int(last[1]["level"]))
        return {**last[1], "level": min(level, int(last[1]["level"])), "more": True}

    def end(self, properties: Element | None) -> dict[str, object] | None:
        run = properties.find(f"{W}rPr") if properties is not None else None
        if run is None:
            return None
        found = None
        for name in ("ins", "moveTo", "del", "moveFrom"):
            element = run.find(f"{W}{name}")
            if element is not None:
                mark = self.context.mark(element)
                found = {"change": mark["type"], "id": mark["attrs"]["id"]}
                if mark["attrs"]["move"]:
                    found["move"] = mark["attrs"]["move"]
        return found

    def former(self, properties: Element, block: Block) -> None:
        change = properties.find(f"{W}pPrChange")
        if change is None:
            return
        context = self.context
        old = change.find(f"{W}pPr")
        style = context.styles.get(_child_value(old, "pStyle") or context.styles.default)
        before = self.kind(old, style)
        now = {name: value for name, value in block["attrs"].items() if name != "end"}
        if before["type"] == block["type"] and before["attrs"] == now:
            context.draft.notes.add(
                "info", "Changes of indents, spacing or numbering are not shown: %(count)s."
            )
            return
        change_key = change_id(
            context.draft,
            change.get(f"{W}author", ""),
            moment(change.get(f"{W}date")),
            f"format {context.group}",
        )
        mark = {"type": "modification", "attrs": {"id": change_key, "before": before}}
        block["marks"] = [*block.get("marks", []), mark]

    # ── tables ──

    def table(self, table: Element) -> list[Block]:
        self.context.last_item = None
        rows = list(_rows(table))
        widths = [
            round(integer(column.get(f"{W}w"), 0) / 15)
            for column in table.iterfind(f"{W}tblGrid/{W}gridCol")
        ]
        open_spans: dict[int, Block] = {}
        made: list[Block] = []
        header = True
        for index, row in enumerate(rows):
            properties = row.find(f"{W}trPr")
            header = header and self.is_header(table, properties, index)
            made.append(self.row(row, properties, header, widths, open_spans))
        self.context.last_item = None
        markers = [block for row in made for block in row.pop("markers")]
        if not made:
            return markers
        return [*markers, {"type": "table", "attrs": {}, "content": made}]

    def is_header(self, table: Element, properties: Element | None, index: int) -> bool:
        if properties is not None and flag(properties.find(f"{W}tblHeader")):
            return True
        look = table.find(f"{W}tblPr/{W}tblLook")
        if index or look is None:
            return False
        first = look.get(f"{W}firstRow")
        bits = look.get(f"{W}val", "0")
        wanted = flag_value(look, "firstRow") if first is not None else _bit(bits, 0x20)
        style = self.context.styles.get(_child_value(table.find(f"{W}tblPr"), "tblStyle"))
        return wanted and style.name.lower() not in _FLAT_TABLES

    def row(
        self,
        row: Element,
        properties: Element | None,
        header: bool,
        widths: list[int],
        open_spans: dict[int, Block],
    ) -> Block:
        kind = "table_header" if header else "table_cell"
        before = integer(_child_value(properties, "gridBefore"), 0)
        x = min(max(before, 0), WIDEST)
        cells: list[Block] = [empty_cell() for _ in range(x)]
        markers: list[Block] = []
        for column in range(x):
            open_spans.pop(column, None)
        for element in _cells(row, markers, self):
            own = element.find(f"{W}tcPr")
            span = min(max(integer(_child_value(own, "gridSpan"), 1), 1), WIDEST)
            merge = own.find(f"{W}vMerge") if own is not None else None
            if merge is not None and merge.get(f"{W}val") != "restart" and x in open_spans:
                open_spans[x]["attrs"]["rowspan"] += 1
                covered = self.children(element)
                if any(words(one).strip() for one in covered if one["type"] != "#comment"):
                    open_spans[x]["content"].extend(covered)
                x += span
                continue
            cell: Block = {
                "type": kind,
                "attrs": {"colspan": span, "rowspan": 1},
                "content": self.children(element),
            }
            wide = widths[x : x + span]
            if len(wide) == span and all(10 <= one <= 5000 for one in wide):
                cell["attrs"]["colwidth"] = wide
            if marks := self.cell_marks(own):
                cell["marks"] = marks
            for column in range(x, x + span):
                open_spans.pop(column, None)
            if merge is not None:
                open_spans[x] = cell
            cells.append(cell)
            x += span
        for column in [one for one in open_spans if one >= x]:
            del open_spans[column]
        made: Block = {"type": "table_row", "content": cells, "markers": markers}
        if marks := self.row_marks(properties):
            made["marks"] = marks
        return made

    def row_marks(self, properties: Element | None) -> list[Mark]:
        marks = []
        for name in ("ins", "del"):
            element = properties.find(f"{W}{name}") if properties is not None else None
            if element is not None:
                marks.append(self.context.mark(element))
        return ordered(marks)

    def cell_marks(self, properties: Element | None) -> list[Mark]:
        marks = []
        for name, kind in (("cellIns", "insertion"), ("cellDel", "deletion")):
            element = properties.find(f"{W}{name}") if properties is not None else None
            if element is not None:
                marks.append(change_mark(kind, self.context.change(element)))
        if properties is not None and properties.find(f"{W}cellMerge") is not None:
            self.context.draft.notes.add("lost", "Tracked merges of table cells are not shown.")
        return marks


def _rows(parent: Element) -> list[Element]:
    out = []
    for element in parent:
        name = local(element)
        if name == "tr":
            out.append(element)
        elif name in (*_THROUGH, "sdt"):
            out.extend(_rows(element))
    return out


def _cells(row: Element, markers: list[Block], body: _Body) -> list[Element]:
    out = []
    for element in row:
        name = local(element)
        if name == "tc":
            out.append(element)
        elif name in (*_THROUGH, "sdt"):
            out.extend(_cells(element, markers, body))
        elif name.startswith("commentRange"):
            markers.extend(body.one(element))
    return out


def _child_value(parent: Element | None, name: str) -> str | None:
    element = parent.find(f"{W}{name}") if parent is not None else None
    return element.get(f"{W}val") if element is not None else None


def _ruled(properties: Element) -> bool:
    """Whether an empty paragraph is there for its border: Word's way to draw a line."""
    border = properties.find(f"{W}pBdr")
    if border is None or properties.find(f"{W}rPr/{W}ins") is not None:
        return False
    return any(local(side) in ("top", "bottom") and flag(side) for side in border)


def _stands_out(properties: Element, content: list[Block] | None) -> bool:
    """Whether a paragraph looks like a heading: wholly bold, at the left edge."""
    indent = properties.find(f"{W}ind")
    if indent is not None and integer(indent.get(f"{W}left"), 0) > 0:
        return False
    said = [node for node in content or () if node["type"] == "text" and node["text"].strip()]
    return bool(said) and all(
        any(mark["type"] == "strong" for mark in node.get("marks", ())) for node in said
    )


def _bit(value: str, bit: int) -> bool:
    try:
        return bool(int(value, 16) & bit)
    except ValueError:
        return False


def _in_paragraph(element: Element) -> Element:
    wrapper = element.makeelement(f"{W}p")
    wrapper.append(element)
    return wrapper
