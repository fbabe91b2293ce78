"""The blocks of an OpenDocument text: paragraphs, headings, lists, tables, sections."""

from __future__ import annotations

from typing import Any

from .docx_styles import integer
from .draft import TEXTBLOCKS, Block, change_mark, words
from .messages import CONTENTS, DEEP_HEADINGS, HIDDEN, INDEX
from .odt_context import Context
from .odt_runs import inline
from .odt_styles import TABLE, TEXT, OdtStyle, heading_level
from .tables import LONGEST, WIDEST, empty_cell
from .xmltree import Element, local

_THROUGH = ("section", "text", "soft-page-break", "deletion", "text-box", "index-body", "rows")
_INDEXES = [
    "table-of-content",
    "illustration-index",
    "table-index",
    "object-index",
    "user-index",
    "alphabetical-index",
    "bibliography",
]
_CODE = ("preformatted text", "source code", "html preformatted", "vorformatierter text")
_QUOTES = ("quotations", "quote", "zitat", "block quotation", "blockzitat", "quotation")
_CAPTIONS = ("caption", "beschriftung", "illustration", "abbildung", "figure caption", "drawing")


def blocks(context: Context, parent: Element, item: dict[str, Any] | None = None) -> list[Block]:
    """The blocks that are the children of a body, section, cell, note or deletion."""
    out: list[Block] = []
    for element in parent:
        name = local(element)
        if name in ("p", "h"):
            out.extend(paragraph(context, element, item))
        elif name == "list":
            out.extend(_list(context, element, item))
        elif name == "numbered-paragraph":
            out.extend(blocks(context, element, item))
        elif name == "table":
            out.extend(_table(context, element))
        elif name in _INDEXES:
            _index(context, name)
        elif name in ("change", "change-start", "change-end"):
            out.extend(context.marker_between(element, lambda region: blocks(context, region)))
        elif name in ("annotation", "annotation-end"):
            out.extend(context.annotation(element))
        elif name == "frame" or name in ("custom-shape", "g", "rect"):
            wrapped = inline(context, _wrapped(element), _inner(context))
            out.append({"type": "paragraph", "attrs": {}, "content": wrapped})
        elif name in _THROUGH:
            out.extend(blocks(context, element, item))
    return out


def _inner(context: Context) -> Any:
    return lambda element: blocks(context, element)


def _wrapped(element: Element) -> Element:
    wrapper = element.makeelement(f"{TEXT}p")
    wrapper.append(element.__copy__())
    return wrapper


def _index(context: Context, name: str) -> None:
    if name == "table-of-content":
        context.draft.notes.add("info", CONTENTS)
    else:
        context.draft.notes.add("lost", INDEX)


def paragraph(context: Context, element: Element, item: dict[str, Any] | None) -> list[Block]:
    """A paragraph or heading, and what a deletion in it brings: several blocks, if it had any."""
    style = context.styles.get("paragraph", element.get(f"{TEXT}style-name"))
    block = _kind(context, element, style)
    if style.hidden:
        context.draft.notes.add("lost", HIDDEN)
        return []
    flags = _direct(context, block, style)
    context.base = tuple(name for name, value in flags.items() if value)
    content = inline(context, element, _inner(context))
    context.base = ()
    if not content and not context.opened and (instead := _instead(style)):
        return [{"type": instead}]
    if style.called(*_CODE):
        for node in content:
            if node["type"] == "text":
                node["marks"] = [*node.get("marks", []), {"type": "code"}]
    out = _parts(context, block, content)
    context.draft.pass_by(block | {"content": content})
    if block["type"] == "heading" and words(block | {"content": content}).strip():
        _number(context, element, item)
    if end := context.end():
        out[-1]["attrs"]["end"] = end
    for index, one in enumerate(out):
        if one["type"] not in TEXTBLOCKS:
            continue
        if item is not None and one["type"] == "paragraph":
            one["list"] = item | ({"more": True} if item.get("used") or index else {})
            item["used"] = True
        _style_hints(context, one, style)
    if style.break_before and not context.in_note:
        out.insert(0, {"type": "page_break"})
    if style.break_after and not context.in_note:
        out.append({"type": "page_break"})
    return out


def _direct(context: Context, block: Block, style: OdtStyle) -> dict[str, bool]:
    """Marks that a paragraph's own look gives all its words.

    LibreOffice moves there what it finds on every word. Headings of other files are often bold
    in this way, and do not mean it.
    """
    ours = not context.draft.spaced
    if block["type"] == "heading" and not ours:
        return {}
    return style.direct | ({"code": True} if ours and style.monospaced else {})


def _number(context: Context, element: Element, item: dict[str, Any] | None) -> None:
    """Say so where a heading had a number of its own: headings here have none."""
    level = integer(element.get(f"{TEXT}outline-level"), 1)
    outline = local(element) == "h" and level in context.styles.numbered
    listed = item is not None and item["ordered"]
    if (outline or listed) and element.get(f"{TEXT}is-list-header") != "true":
        heading = context.draft.notes.here
        context.draft.notes.add(
            "changed", "The number of this heading was left out.", place=heading, heading=heading
        )


def _instead(style: OdtStyle) -> str:
    """What an empty paragraph of that style is there for, if it is for its style's sake."""
    if style.called("horizontal line", "horizontale linie"):
        return "horizontal_rule"
    return "page_break" if style.break_before or style.break_after else ""


def _style_hints(context: Context, block: Block, style: OdtStyle) -> None:
    if block["type"] != "paragraph" or context.in_note:
        return
    if style.names[:1] in (("title",), ("titel",)) or style.names[1:2] in (("title",), ("titel",)):
        block["title"] = True
    if style.called(*_QUOTES) and not block.get("list"):
        block["quote"] = True
    if style.called(*_CAPTIONS):
        block["caption"] = True


def _kind(context: Context, element: Element, style: OdtStyle) -> Block:
    level = None
    if local(element) == "h":
        level = max(integer(element.get(f"{TEXT}outline-level"), 1), 1)
    elif style.names:
        level = heading_level(style)
    if level is not None and not context.in_note:
        if level > 4:
            context.draft.notes.add(
                "changed",
                DEEP_HEADINGS,
            )
        return {"type": "heading", "attrs": {"level": min(level, 4)}}
    align = {"center": "center", "end": "right", "right": "right"}.get(style.align)
    return {"type": "paragraph", "attrs": {"align": align} if align else {}}


def _parts(context: Context, block: Block, content: list[Block]) -> list[Block]:
    """The paragraph cut where deleted paragraph ends or blocks stand in it."""
    out: list[Block] = []
    current = block | {"content": []}
    for node in content:
        if node["type"] == "#end":
            current["attrs"] = current["attrs"] | {"end": node["end"]}
            out.append(current)
            after = node.get("block") or block
            current = {"type": after["type"], "attrs": dict(after["attrs"]), "content": []}
            current["attrs"].pop("end", None)
        elif node["type"] == "#between":
            if current["content"]:
                out.append(current)
                current = {"type": block["type"], "attrs": dict(block["attrs"]), "content": []}
            out.append(node["block"])
        else:
            current["content"].append(node)
    out.append(current)
    return out


# ── lists ──


def _list(context: Context, element: Element, outer: dict[str, Any] | None) -> list[Block]:
    level = outer["level"] + 1 if outer else 0
    name = element.get(f"{TEXT}style-name") or (outer["name"] if outer else "")
    said = context.styles.list_level(name, level + 1)
    key = context.list_key(element, name, outer)
    number = context.list_start(element, name, level, said.get("start", 1))
    out: list[Block] = []
    for child in element:
        kind = local(child)
        if kind in ("change", "change-start", "change-end"):
            out.extend(context.marker_between(child, lambda region: blocks(context, region)))
            continue
        if kind not in ("list-item", "list-header"):
            continue
        started = child.get(f"{TEXT}start-value")
        if started is not None:
            number = integer(started, number)
            context.serial += 1
            key = f"{key}#{context.serial}"
        item: dict[str, Any] = {
            "key": key,
            "name": name,
            "level": level,
            "ordered": said["ordered"],
            "style": said.get("style", "decimal"),
            "start": number,
        }
        if kind == "list-header" and out:
            item["used"] = True
        plain = said.get("none") or (kind == "list-header" and not out)
        made = blocks(context, child, item)
        if plain:
            for block in made:
                if block.get("list", {}).get("level") == level:
                    block.pop("list", None)
        if item.get("used"):
            number += 1
        out.extend(made)
    context.list_end(name, level, number)
    return out


# ── tables ──


def _table(context: Context, table: Element) -> list[Block]:
    opened = context.open_changes()
    rows: list[Block] = []
    for row, header in _rows(table, header=False):
        times = min(max(integer(row.get(f"{TABLE}number-rows-repeated"), 1), 1), 50)
        for _ in range(times):
            rows.append(_row(context, row, header=header))
    made: Block = {"type": "table", "attrs": {}, "content": rows}
    if not rows:
        return []
    whole = [key for key in opened if key in context.open_changes()]
    if whole:
        made["marks"] = [change_mark("insertion", context.regions[whole[-1]].change)]
    if context.deleting:
        made["marks"] = [context.deleting]
    return [made]


def _rows(parent: Element, *, header: bool) -> list[tuple[Element, bool]]:
    out: list[tuple[Element, bool]] = []
    for element in parent:
        name = local(element)
        if name == "table-row":
            out.append((element, header))
        elif name in ("table-header-rows", "table-rows", "table-row-group"):
            out.extend(_rows(element, header=header or name == "table-header-rows"))
    return out


def _row(context: Context, row: Element, *, header: bool) -> Block:
    cells: list[Block] = []
    for element in row:
        if local(element) != "table-cell":
            continue
        times = min(max(integer(element.get(f"{TABLE}number-columns-repeated"), 1), 1), WIDEST)
        across = integer(element.get(f"{TABLE}number-columns-spanned"), 1)
        down = integer(element.get(f"{TABLE}number-rows-spanned"), 1)
        for _ in range(times):
            cells.append(
                {
                    "type": "table_header" if header else "table_cell",
                    "attrs": {
                        "colspan": min(max(across, 1), WIDEST),
                        "rowspan": min(max(down, 1), LONGEST),
                    },
                    "content": blocks(context, element),
                }
            )
    if header and not any(words(cell).strip() for cell in cells):
        cells = cells or [empty_cell()]
    return {"type": "table_row", "content": cells}
