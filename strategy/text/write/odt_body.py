"""A paper's blocks and words as OpenDocument text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from strategy.text.write import odt_changes as tracked
from strategy.text.write.odt_words import Sheet, changed, comment_marks, loose, text, words
from strategy.text.write.pictures import measured
from strategy.text.write.remarks import covered
from strategy.text.write.tree import (
    TEXTBLOCKS,
    Json,
    attr,
    kids,
    mark,
    targets,
    visible,
)
from strategy.text.write.xml import e

TEXT_WIDTH = 16.0  # cm
TALLEST = 22.0  # cm


@dataclass(frozen=True)
class Place:
    """What a block takes from what is around it."""

    style: str = "Text_20_body"
    cell: bool = False
    deep: bool = False


def body(doc: Json, sheet: Sheet) -> str:
    """The normalised document's blocks; what else they need lies in `sheet` afterwards."""
    sheet.first, sheet.last = covered(doc)
    sheet.loose = [name for name in sheet.comments if name not in sheet.first]
    sheet.targets = targets(doc)
    out = _blocks(kids(doc), sheet, Place())
    if sheet.loose:
        out += f'<text:p text:style-name="Text_20_body">{loose(sheet)}</text:p>'
    return out


# ---- blocks


def _blocks(nodes: list[Json], sheet: Sheet, place: Place, before: str = "") -> str:
    """Neighbouring blocks; what changed at a paragraph's end goes over to the next.

    before   marks for the beginning of the first textblock
    """
    out: list[str] = []
    index = 0
    while index < len(nodes):
        node = nodes[index]
        following = nodes[index + 1] if index + 1 < len(nodes) else None
        if node["type"] not in TEXTBLOCKS:
            if before and node["type"] in CARRIERS:
                out.append(CARRIERS[node["type"]](node, sheet, place, before))
            else:
                lone = _element(node_without_text(), place.style, before) if before else ""
                out.append(lone + BLOCKS[node["type"]](node, sheet, place))
            before = ""
            index += 1
            continue
        joinable = following is not None and following["type"] in TEXTBLOCKS
        if _gone(node):
            ahead = next((kid for kid in nodes[index:] if not _gone_text(kid)), None)
            if joinable and following is not None and ahead and ahead["type"] in TEXTBLOCKS:
                before += _deleted_block(node, following, sheet, place)
                index += 1
                continue
            # Not at the end of what is itself inserted: rejecting that would take it along.
            if out and nodes[index - 1]["type"] in TEXTBLOCKS and not before:
                out[-1] = _deleted_after(out[-1], node, sheet, place)
                index += 1
                continue
        fresh = _new(node)
        style, tag, after = _style(node, sheet, place), node, ""
        content = words(node, sheet, style, inserted=not fresh)
        while joinable and following is not None and _end(tag) == "deletion":
            # The break is gone: both are one paragraph here, and two in the region.
            second = _element(following, _style(following, sheet, place), "")
            first = _element(node, style, "")
            content += tracked.change_mark(
                sheet.regions.deleted(_end_ident(tag), first + second)
            ) + words(following, sheet, style)
            tag = following
            index += 1
            following = nodes[index + 1] if index + 1 < len(nodes) else None
            joinable = following is not None and following["type"] in TEXTBLOCKS
        ident = fresh or (_end_ident(tag) if _end(tag) == "insertion" else "")
        if ident:
            name = sheet.regions.inserted(ident)
            start = f'<text:change-start text:change-id="{name}"/>'
            after = f'<text:change-end text:change-id="{name}"/>'
            content = start + content if fresh else content + start
            if not joinable:
                content, after = content + after, ""
        out.append(_element(node, style, before + content, sheet))
        before = after
        index += 1
    return "".join(out)


def _gone(node: Json) -> bool:
    return any(m["type"] == "deletion" for m in attr(node, "whole") or [])


def _new(node: Json) -> str:
    """The change that inserted the whole block, if nothing in it was changed otherwise."""
    whole = [m for m in attr(node, "whole") or [] if m["type"] == "insertion"]
    if not whole or _gone(node):
        return ""
    ident = str(whole[0]["attrs"]["id"])
    same = all(
        (mark(kid, "insertion") or {}).get("id") == ident and mark(kid, "deletion") is None
        for kid in kids(node)
    )
    return ident if same else ""


def _end(node: Json) -> str:
    return str((attr(node, "end") or {}).get("change") or "")


def _end_ident(node: Json) -> str:
    return str((attr(node, "end") or {}).get("id") or "")


def _gone_text(node: Json) -> bool:
    return node["type"] in TEXTBLOCKS and _gone(node)


def _deleted_after(element: str, node: Json, sheet: Sheet, place: Place) -> str:
    """The element before a textblock that was deleted, with the mark at its end."""
    inside = _element(node, _style(node, sheet, place), words(node, sheet, deleted=False))
    opening = element[: element.index(">") + 1]
    closing = element[element.rindex("</") :]
    found = _deletion(node, f"{opening}{closing}{inside}", sheet)
    return element[: -len(closing)] + found + closing


def _deleted_block(node: Json, following: Json, sheet: Sheet, place: Place) -> str:
    """The mark, at the start of the next textblock, of a textblock that was deleted."""
    inside = _element(node, _style(node, sheet, place), words(node, sheet, deleted=False))
    left = _element(following, _style(following, sheet, place), "")
    return _deletion(node, inside + left, sheet)


def _deletion(node: Json, inside: str, sheet: Sheet) -> str:
    marks = {m["type"]: str(m["attrs"]["id"]) for m in attr(node, "whole") or []}
    name = sheet.regions.deleted(marks["deletion"], inside, marks.get("insertion", ""))
    return tracked.change_mark(name)


def _element(node: Json, style: str, content: str, sheet: Sheet | None = None) -> str:
    """The paragraph or heading. With the sheet, headings are noted and targets named."""
    bookmark = ""
    ident = attr(node, "id", "")
    heading = style.startswith("Heading")
    if sheet is not None:
        if heading and visible(node):
            name = f"b-{ident}" if ident in sheet.targets else f"h-{len(sheet.headings) + 1}"
            sheet.headings.append((attr(node, "level", 1), name, visible(node)))
            bookmark = f'<text:bookmark text:name="{e(name)}"/>'
        elif ident in sheet.targets:
            bookmark = f'<text:bookmark text:name="b-{e(ident)}"/>'
        sheet.targets.discard(ident)
    if heading:
        level = attr(node, "level", 1)
        return (
            f'<text:h text:style-name="{style}" text:outline-level="{level}">'
            f"{bookmark}{content}</text:h>"
        )
    return f'<text:p text:style-name="{style}">{bookmark}{content}</text:p>'


def _style(node: Json, sheet: Sheet, place: Place) -> str:
    if node["type"] == "heading" and not place.cell:
        return f"Heading_20_{attr(node, 'level', 1)}"
    align = attr(node, "align")
    if align not in ("left", "center", "right"):
        return place.style
    known = sheet.block_styles
    return known.setdefault((place.style, align), f"P{len(known) + 1}")


def _list(node: Json, sheet: Sheet, place: Place, before: str = "") -> str:
    ordered = node["type"] == "ordered_list"
    style = f"L-{attr(node, 'style', 'decimal')}" if ordered else "L-bullet"
    inner = replace(place, style=place.style if place.cell else "List_20_Paragraph", deep=True)
    items: list[str] = []
    # An item that was deleted stays, empty: LibreOffice counts wrongly when it goes.
    for item in kids(node):
        start = attr(node, "start", 1) if ordered and not items else 1
        value = f' text:start-value="{start}"' if start != 1 else ""
        inside = _blocks(kids(item), sheet, inner, before)
        items.append(f"<text:list-item{value}>{inside}</text:list-item>")
        before = ""
    return f'<text:list text:style-name="{style}">{"".join(items)}</text:list>'


def node_without_text() -> Json:
    """An empty paragraph."""
    return {"type": "paragraph", "attrs": {}}


def _quote(node: Json, sheet: Sheet, place: Place, before: str = "") -> str:
    style = place.style if place.cell else "Quotations"
    return _blocks(kids(node), sheet, replace(place, style=style), before)


def _motion(node: Json, sheet: Sheet, place: Place) -> str:
    label = f'<text:p text:style-name="Motion_20_Label">{e(sheet.said["motion"])}</text:p>'
    inside = label + _blocks(kids(node), sheet, place)
    if place.deep or place.cell:
        return inside
    sheet.sections += 1
    name = f"{sheet.said['motion']} {sheet.sections}"
    return f'<text:section text:style-name="Motion" text:name="{e(name)}">{inside}</text:section>'


def _rule(node: Json, sheet: Sheet, place: Place) -> str:
    return '<text:p text:style-name="Horizontal_20_Line"/>'


def _page_break(node: Json, sheet: Sheet, place: Place) -> str:
    return '<text:p text:style-name="Page_20_Break"/>'


def _figure(node: Json, sheet: Sheet, place: Place) -> str:
    out = ""
    for kid in kids(node):
        if kid["type"] == "image":
            frame = changed(_frame(kid, sheet), kid, sheet, "Figure")
            start, close = comment_marks(kid, sheet)
            out += f'<text:p text:style-name="Figure">{start}{frame}{close}</text:p>'
        else:
            caption = words(kid, sheet)
            out += f'<text:p text:style-name="Caption">{caption}</text:p>' if caption else ""
    return out


def _frame(image: Json, sheet: Sheet) -> str:
    """The picture, or words in its place where its bytes are missing or of another kind."""
    file, alt = attr(image, "file", ""), attr(image, "alt", "")
    size = measured(sheet.files.get(file, b""))
    if size is None:
        return text(f"[{sheet.said['missing-picture']} {alt}".strip() + "]")
    sheet.media[file] = size
    sheet.frames += 1
    wide = TEXT_WIDTH * attr(image, "width", 100) / 100
    tall = wide * size.height / size.width
    if tall > TALLEST:
        wide, tall = max(0.05, wide * TALLEST / tall), TALLEST
    return (
        f'<draw:frame draw:name="{e(sheet.said["picture"])} {sheet.frames}"'
        f' draw:style-name="Frame" text:anchor-type="as-char" svg:width="{wide:.3f}cm"'
        f' svg:height="{max(tall, 0.05):.3f}cm"><draw:image'
        f' xlink:href="Pictures/{file[:16]}.{size.kind}" xlink:type="simple" xlink:show="embed"'
        f' xlink:actuate="onLoad" draw:mime-type="{size.type}"/>'
        f"<svg:title>{e(alt[:80])}</svg:title><svg:desc>{e(alt)}</svg:desc></draw:frame>"
    )


def _table(node: Json, sheet: Sheet, place: Place) -> str:
    columns, headers = attr(node, "columns"), attr(node, "headers", 0)
    shares = attr(node, "shares")
    sheet.table_styles.append([TEXT_WIDTH * share / sum(shares) for share in shares])
    number = len(sheet.table_styles)
    grid: dict[tuple[int, int], Json | None] = {}
    for cell in (cell for row in kids(node) for cell in kids(row)):
        x, y = attr(cell, "x"), attr(cell, "y")
        for dx in range(attr(cell, "colspan", 1)):
            for dy in range(attr(cell, "rowspan", 1)):
                grid[x + dx, y + dy] = None
        grid[x, y] = cell
    rows = []
    for y in range(len(kids(node))):
        cells = "".join(_cell(grid[x, y], sheet) for x in range(columns))
        rows.append(f"<table:table-row>{cells}</table:table-row>")
    head = "".join(rows[:headers])
    top = f"<table:table-header-rows>{head}</table:table-header-rows>" if head else ""
    lanes = "".join(
        f'<table:table-column table:style-name="Table{number}.{x + 1}"/>' for x in range(columns)
    )
    return (
        f'<table:table table:name="{e(sheet.said["table"])} {number}"'
        f' table:style-name="Table{number}">{lanes}{top}{"".join(rows[headers:])}</table:table>'
    )


def _cell(cell: Json | None, sheet: Sheet) -> str:
    if cell is None:
        return "<table:covered-table-cell/>"
    header = cell["type"] == "table_header"
    spans = "".join(
        f' table:number-{name}-spanned="{attr(cell, key)}"'
        for name, key in (("columns", "colspan"), ("rows", "rowspan"))
        if attr(cell, key, 1) > 1
    )
    style = "Table_20_Heading" if header else "Table_20_Contents"
    inside = _blocks(kids(cell), sheet, Place(style=style, cell=True, deep=True))
    look = "TableHead" if header else "TableCell"
    return (
        f'<table:table-cell table:style-name="{look}" office:value-type="string"{spans}>'
        f"{inside}</table:table-cell>"
    )


CARRIERS: Mapping[str, Callable[[Json, Sheet, Place, str], str]] = {
    "bullet_list": _list,
    "ordered_list": _list,
    "blockquote": _quote,
}
BLOCKS: Mapping[str, Callable[[Json, Sheet, Place], str]] = {
    "bullet_list": _list,
    "ordered_list": _list,
    "blockquote": _quote,
    "motion": _motion,
    "table": _table,
    "figure": _figure,
    "horizontal_rule": _rule,
    "page_break": _page_break,
}
