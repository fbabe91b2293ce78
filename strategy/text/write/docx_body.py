"""A paper's blocks as WordprocessingML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from strategy.text.write.docx_gathered import Gathered
from strategy.text.write.docx_revisions import Markup, markups
from strategy.text.write.docx_runs import drawn, inline
from strategy.text.write.docx_styles import INDENT, LEVELS, motion_frame
from strategy.text.write.pictures import measured
from strategy.text.write.remarks import covered
from strategy.text.write.tree import Json, attr, kids, mark, targets, visible
from strategy.text.write.xml import e

TEXT_WIDTH = 9070
"""Twentieths of a point between the margins."""
EMU_PER_TWIP = 635
TALLEST = 12_500
QUOTE_INDENT = 284
READABLE = ("png", "jpeg", "gif")


@dataclass(frozen=True)
class Place:
    """What a block's paragraphs take from what is around them.

    number  of a list's item: the list's number and level, shown by its first paragraph only
    level   the level of the innermost list, -1 outside of lists
    """

    style: str = "BodyText"
    indent: int = 0
    number: tuple[int, int] | None = None
    level: int = -1
    motion: bool = False
    cell: bool = False
    bold: bool = False
    after_table: bool = False


def body(doc: Json, gathered: Gathered) -> str:
    """The normalised document's blocks; what else they need lies in `gathered` afterwards."""
    gathered.first, gathered.last = covered(doc)
    gathered.loose = [name for name in gathered.threads if name not in gathered.first]
    gathered.targets = {
        name: f"_vorlauf{number}" for number, name in enumerate(sorted(targets(doc)), 1)
    }
    gathered.revisions.learn_moves(doc)
    # Word makes one table of two that touch.
    out = blocks(kids(doc), gathered, Place()).replace("</w:tbl><w:tbl>", "</w:tbl><w:p/><w:tbl>")
    if gathered.loose or kids(doc)[-1]["type"] == "table":
        out += f"<w:p>{inline({'type': 'paragraph'}, gathered)}</w:p>"
    return out


def blocks(nodes: list[Json], gathered: Gathered, place: Place) -> str:
    """Neighbouring blocks."""
    out = []
    before = ""
    for node, markup in zip(nodes, markups(nodes), strict=True):
        here = replace(place, after_table=before == "table")
        if markup is not None:
            out.append(textblock(node, gathered, here, markup))
        else:
            if place.number is not None:
                # In Word only a paragraph can show the item's number.
                out.append(_bare(_properties({"type": "paragraph"}, here), node, gathered))
            unnumbered = replace(here, number=None)
            out.append(BLOCKS[node["type"]](node, gathered, unnumbered))
        place = replace(place, number=None)
        before = node["type"]
    return "".join(out)


def textblock(node: Json, gathered: Gathered, place: Place, markup: Markup) -> str:
    """A paragraph or heading with its number, changes and bookmark."""
    properties = _properties(markup.now, place) + _mark_change(node, gathered)
    if markup.before is not None:
        by = gathered.revisions.by(markup.ident)
        former = _properties(markup.before, place)
        properties += f"<w:pPrChange {by}><w:pPr>{former}</w:pPr></w:pPrChange>"
    content = inline(node, gathered, bold=place.bold)
    name = _bookmark_name(node, gathered, place)
    if name:
        number = gathered.revisions.number()
        content = (
            f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{content}'
            f'<w:bookmarkEnd w:id="{number}"/>'
        )
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def _bookmark_name(node: Json, gathered: Gathered, place: Place) -> str:
    name = gathered.targets.get(attr(node, "id", ""), "")
    if name in gathered.marked:
        name = ""
    said = visible(node)
    if node["type"] == "heading" and not place.cell and said:
        name = name or f"_Toc{len(gathered.headings) + 1:06}"
        gathered.headings.append((int(attr(node, "level", 1)), name, said))
    if name:
        gathered.marked.add(name)
    return name


def _properties(markup: Json, place: Place) -> str:
    """A paragraph's properties in the schema's order."""
    out = ""
    if markup["type"] == "heading" and not place.cell:
        out = f'<w:pStyle w:val="Heading{markup["level"]}"/>'
    elif place.level >= 0 and not place.cell:
        out = '<w:pStyle w:val="ListParagraph"/>'
    elif place.motion and not place.cell:
        out = '<w:pStyle w:val="Motion"/>'
    else:
        out = f'<w:pStyle w:val="{place.style}"/>'
    if place.number is not None:
        number, level = place.number
        out += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    if place.motion and not place.cell:
        out += motion_frame(place.level + (place.level >= 0 and place.number is None))
    if place.after_table and markup["type"] != "heading":
        out += '<w:spacing w:before="200"/>'
    if place.number is None and place.indent:
        out += f'<w:ind w:left="{place.indent}"/>'
    align = markup.get("align")
    return out + (f'<w:jc w:val="{align}"/>' if align in ("left", "center", "right") else "")


def _mark_change(node: Json, gathered: Gathered) -> str:
    """The change of the paragraph's mark, as run properties of the paragraph."""
    found: dict[str, str] = {}
    for change in attr(node, "whole") or []:
        attrs = change["attrs"]
        away = change["type"] == "deletion"
        kind = "del" if away else "ins"
        if gathered.revisions.move_name(node, attrs, away=away):
            kind = "moveFrom" if away else "moveTo"
        found[kind] = attrs["id"]
    end = attr(node, "end")
    if end:
        found.setdefault("ins" if end["change"] == "insertion" else "del", end["id"])
    marks = [
        f"<w:{kind} {gathered.revisions.by(found[kind])}/>"
        for kind in ("ins", "del", "moveFrom", "moveTo")
        if kind in found
    ]
    return f"<w:rPr>{''.join(marks)}</w:rPr>" if marks else ""


def _bare(properties: str, node: Json, gathered: Gathered, content: str = "") -> str:
    """A paragraph around something that is no text, with the block's own changes."""
    return f"<w:p><w:pPr>{properties}{_mark_change(node, gathered)}</w:pPr>{content}</w:p>"


def _list(node: Json, gathered: Gathered, place: Place) -> str:
    level = min(place.level + 1, LEVELS - 1)
    number = 1
    if node["type"] == "ordered_list":
        gathered.lists.append((attr(node, "style", "decimal"), attr(node, "start", 1), level))
        number = len(gathered.lists) + 1
    inner = replace(place, level=level, indent=INDENT * (level + 1))
    return "".join(
        blocks(kids(item), gathered, replace(inner, number=(number, level))) for item in kids(node)
    )


def _quote(node: Json, gathered: Gathered, place: Place) -> str:
    style = place.style if place.cell else "Quote"
    deeper = place.indent + QUOTE_INDENT if place.style == "Quote" else place.indent
    return blocks(kids(node), gathered, replace(place, style=style, indent=deeper))


def _motion(node: Json, gathered: Gathered, place: Place) -> str:
    label = e(gathered.said["motion"])
    whole = _mark_change(node, gathered)
    head = (
        f'<w:p><w:pPr><w:pStyle w:val="MotionLabel"/>{whole}</w:pPr>'
        f"{_label(label, node, gathered)}</w:p>"
    )
    inside = blocks(kids(node), gathered, replace(place, motion=True))
    if place.cell or place.level >= 0:
        return head + inside
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{label}"/><w:tag w:val="motion"/>'
        f'<w:id w:val="{gathered.revisions.number()}"/></w:sdtPr>'
        f"<w:sdtContent>{head}{inside}</w:sdtContent></w:sdt>"
    )


def _label(label: str, node: Json, gathered: Gathered) -> str:
    """The motion's label: inserted or deleted with it."""
    changes = [m for m in attr(node, "whole") or [] if m["type"] == "deletion"]
    element = "w:delText" if changes else "w:t"
    run = f"<w:r><{element}>{label}</{element}></w:r>"
    for change in sorted(attr(node, "whole") or [], key=lambda m: m["type"] == "insertion"):
        kind = "del" if change["type"] == "deletion" else "ins"
        run = f"<w:{kind} {gathered.revisions.by(change['attrs']['id'])}>{run}</w:{kind}>"
    return run


def _rule(node: Json, gathered: Gathered, place: Place) -> str:
    line = '<w:bottom w:val="single" w:sz="6" w:space="1" w:color="C9CED6"/>'
    return _bare(f"<w:suppressLineNumbers/><w:pBdr>{line}</w:pBdr>", node, gathered)


def _page_break(node: Json, gathered: Gathered, place: Place) -> str:
    return _bare("<w:suppressLineNumbers/>", node, gathered, '<w:r><w:br w:type="page"/></w:r>')


def _figure(node: Json, gathered: Gathered, place: Place) -> str:
    out = ""
    for kid in kids(node):
        if kid["type"] == "image":
            run = drawn(_drawing(kid, gathered), kid, node, gathered)
            out += _bare('<w:pStyle w:val="Figure"/>', node, gathered, run)
        else:
            caption = inline(kid, gathered)
            if caption:
                out += _bare('<w:pStyle w:val="Caption"/>', kid, gathered, caption)
    return out


def _drawing(image: Json, gathered: Gathered) -> str:
    """The picture, or words in its place where its bytes are missing or of another kind."""
    file, alt = attr(image, "file", ""), attr(image, "alt", "")
    size = measured(gathered.files.get(file, b""))
    if size is None or size.kind not in READABLE:
        said = e(f"[{gathered.said['missing-picture']} {alt}".strip() + "]")
        gone = mark(image, "deletion") is not None
        element = "w:delText" if gone else "w:t"
        return f"<w:r><w:rPr><w:i/></w:rPr><{element}>{said}</{element}></w:r>"
    if file not in gathered.media:
        name = f"media/{file[:16]}.{size.kind}"
        gathered.media[file] = (gathered.relate("image", name), size)
    ident = gathered.media[file][0]
    gathered.drawings += 1
    wide = TEXT_WIDTH * int(attr(image, "width", 100)) // 100
    tall = wide * size.height // size.width
    if tall > TALLEST:
        wide, tall = max(1, wide * TALLEST // tall), TALLEST
    extent = f'cx="{max(1, wide) * EMU_PER_TWIP}" cy="{max(1, tall) * EMU_PER_TWIP}"'
    number, picture = gathered.drawings, "http://schemas.openxmlformats.org/drawingml/2006/picture"
    return (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f"<wp:extent {extent}/>"
        f'<wp:docPr id="{number}" name="{e(gathered.said["picture"])} {number}"'
        f' descr="{e(alt)}"/><a:graphic><a:graphicData uri="{picture}"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="{file[:16]}" descr="{e(alt)}"/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{ident}"/><a:stretch><a:fillRect/>'
        '</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext {extent}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def _table(node: Json, gathered: Gathered, place: Place) -> str:
    columns, headers = attr(node, "columns"), attr(node, "headers", 0)
    shares = attr(node, "shares")
    widths = [max(1, TEXT_WIDTH * share // sum(shares)) for share in shares]
    rows = kids(node)
    covered: dict[tuple[int, int], int] = {}
    for cell in (cell for row in rows for cell in kids(row)):
        x, y = attr(cell, "x"), attr(cell, "y")
        for below in range(y + 1, y + attr(cell, "rowspan", 1)):
            covered[x, below] = attr(cell, "colspan", 1)
    out = [
        '<w:tbl><w:tblPr><w:tblStyle w:val="PaperTable"/><w:tblW w:w="5000" w:type="pct"/>'
        f'<w:tblLook w:val="{"0420" if headers else "0400"}"/></w:tblPr><w:tblGrid>',
        *(f'<w:gridCol w:w="{width}"/>' for width in widths),
        "</w:tblGrid>",
    ]
    for y, row in enumerate(rows):
        properties = "<w:cantSplit/><w:tblHeader/>" if y < headers else "<w:cantSplit/>"
        for change in sorted(attr(row, "whole") or [], key=lambda m: m["type"] == "deletion"):
            kind = "del" if change["type"] == "deletion" else "ins"
            properties += f"<w:{kind} {gathered.revisions.by(change['attrs']['id'])}/>"
        out.append(f"<w:tr><w:trPr>{properties}</w:trPr>")
        starts = {attr(cell, "x"): cell for cell in kids(row)}
        x = 0
        while x < columns:
            if (x, y) in covered:
                across = covered[x, y]
                inside = f"{_cell_head(widths[x : x + across], '<w:vMerge/>')}<w:p/>"
            else:
                cell = starts[x]
                across = attr(cell, "colspan", 1)
                inside = _cell(cell, widths[x : x + across], gathered)
            out.append(f"<w:tc>{inside}</w:tc>")
            x += across
        out.append("</w:tr>")
    return "".join(out) + "</w:tbl>"


def _cell(cell: Json, widths: list[int], gathered: Gathered) -> str:
    merge = '<w:vMerge w:val="restart"/>' if attr(cell, "rowspan", 1) > 1 else ""
    change = ""
    for own in cell.get("marks") or ():
        if own["type"] in ("insertion", "deletion"):
            kind = "cellDel" if own["type"] == "deletion" else "cellIns"
            change = f"<w:{kind} {gathered.revisions.by(own['attrs']['id'])}/>"
    bold = cell["type"] == "table_header"
    inside = blocks(kids(cell), gathered, Place(style="TableText", cell=True, bold=bold))
    end = "" if inside.endswith("</w:p>") else "<w:p/>"
    return f"{_cell_head(widths, merge, change)}{inside}{end}"


def _cell_head(widths: list[int], merge: str, change: str = "") -> str:
    span = f'<w:gridSpan w:val="{len(widths)}"/>' if len(widths) > 1 else ""
    return f'<w:tcPr><w:tcW w:w="{sum(widths)}" w:type="dxa"/>{span}{merge}{change}</w:tcPr>'


BLOCKS: Mapping[str, Callable[[Json, Gathered, Place], str]] = {
    "bullet_list": _list,
    "ordered_list": _list,
    "blockquote": _quote,
    "motion": _motion,
    "table": _table,
    "figure": _figure,
    "horizontal_rule": _rule,
    "page_break": _page_break,
}
