"""Pictures, text boxes, charts and embedded objects of a DOCX file."""

from __future__ import annotations

from .docx_context import Context
from .docx_runs import BoxReader
from .docx_styles import W, integer
from .draft import Block, Mark, text
from .messages import BOXES, CONTROLS, DRAWINGS, FOREIGN_PICTURES, OBJECTS
from .xmltree import Element, local

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_V = "{urn:schemas-microsoft-com:vml}"
_LOST = {
    "chart": "Charts were left out: %(count)s.",
    "relIds": "Diagrams were left out: %(count)s.",
    "OLEObject": OBJECTS,
    "control": CONTROLS,
}


def drawing(context: Context, element: Element, marks: list[Mark], boxes: BoxReader) -> list[Block]:
    """What a w:drawing, w:pict or w:object holds, as inline images and lifted blocks."""
    notes = context.draft.notes
    out: list[Block] = []
    text_boxes = [box for box in element.iter(f"{W}txbxContent") if not _within(box, element)]
    for box in text_boxes:
        blocks = boxes(box)
        if context.in_note or not blocks:
            continue
        notes.add("changed", BOXES)
        out.append({"type": "#blocks", "content": blocks})
    found = _images(context, element, marks)
    out.extend(found)
    if not out:
        for one in element.iter():
            message = _LOST.get(local(one))
            if message:
                notes.add("lost", message, place=_alt(element))
                return out
        if any(
            local(one) == "rect" and one.get("{urn:schemas-microsoft-com:office:office}hr")
            for one in element.iter()
        ):
            return [{"type": "horizontal_rule"} | ({"marks": marks} if marks else {})]
        if not _has_picture(element) and not text_boxes:
            notes.add("lost", DRAWINGS, place=_alt(element))
    return out


def _within(box: Element, top: Element) -> bool:
    parent = box.getparent()
    while parent is not None and parent is not top:
        if local(parent) == "txbxContent" or local(parent) == "Fallback":
            return True
        parent = parent.getparent()
    return False


def _images(context: Context, element: Element, marks: list[Mark]) -> list[Block]:
    out: list[Block] = []
    tracked = [mark for mark in marks if mark["type"] in ("insertion", "deletion")]
    for blip in [*element.iter(f"{_A}blip"), *element.iter(f"{_V}imagedata")]:
        if _within(blip, element):
            continue
        alt = _alt(element)
        key = blip.get(f"{_R}embed") or blip.get(f"{_R}id")
        relation = context.relation(key)
        if relation is None or relation.outside:
            context.draft.notes.add("lost", FOREIGN_PICTURES, place=alt)
            out.extend([text(alt, marks)] if alt else [])
            continue
        data = context.package.archive.get(relation.target)
        out.extend(
            context.pictures.image(
                relation.target, data, alt=alt, width=_width(context, element), marks=tracked
            )
        )
    return out


def _has_picture(element: Element) -> bool:
    return any(True for _ in element.iter(f"{_A}blip", f"{_V}imagedata"))


def _alt(element: Element) -> str:
    for properties in element.iter(f"{_WP}docPr"):
        return str(properties.get("descr") or properties.get("title") or "")
    for shape in element.iter(f"{_V}shape"):
        return str(shape.get("alt") or "")
    return ""


def _width(context: Context, element: Element) -> int:
    for extent in element.iter(f"{_WP}extent"):
        wide = integer(extent.get("cx"), context.width)
        return min(max(round(wide * 100 / context.width), 5), 100)
    return 100
