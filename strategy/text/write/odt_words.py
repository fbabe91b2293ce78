"""A paper's words as OpenDocument text: runs, notes, comments, what changed among them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from strategy.text.shapes import Comment
from strategy.text.write import odt_changes as tracked
from strategy.text.write.odt_changes import Regions
from strategy.text.write.pictures import Picture
from strategy.text.write.remarks import covering
from strategy.text.write.tree import Json, attr, kids, mark
from strategy.text.write.xml import e

LOOKS = {
    "strong": 'fo:font-weight="bold" style:font-weight-asian="bold"'
    ' style:font-weight-complex="bold"',
    "em": 'fo:font-style="italic" style:font-style-asian="italic"'
    ' style:font-style-complex="italic"',
    "underline": 'style:text-underline-style="solid" style:text-underline-width="auto"'
    ' style:text-underline-color="font-color"',
    "strike": 'style:text-line-through-style="solid" style:text-line-through-type="single"',
    "superscript": 'style:text-position="super 58%"',
    "subscript": 'style:text-position="sub 58%"',
    "highlight": 'fo:background-color="#fff0b3"',
    "code": 'style:font-name="Mono" fo:font-size="9pt" fo:hyphenate="false"',
}


@dataclass
class Sheet:
    """What is gathered while a document is written."""

    files: Mapping[str, bytes]
    said: Mapping[str, str]
    comments: Mapping[str, Comment]
    regions: Regions
    text_styles: dict[str, str] = field(default_factory=dict)
    block_styles: dict[tuple[str, str], str] = field(default_factory=dict)
    table_styles: list[list[float]] = field(default_factory=list)
    media: dict[str, Picture] = field(default_factory=dict)
    targets: set[str] = field(default_factory=set)
    first: dict[str, Json] = field(default_factory=dict)
    last: dict[str, Json] = field(default_factory=dict)
    loose: list[str] = field(default_factory=list)
    headings: list[tuple[int, str, str]] = field(default_factory=list)
    notes: int = 0
    frames: int = 0
    sections: int = 0
    in_note: bool = False


def text(said: str) -> str:
    """Escaped text in which no blank is folded away."""
    said = re.sub("  +", lambda found: f' <text:s text:c="{len(found.group()) - 1}"/>', e(said))
    said = re.sub("^ ", "<text:s/>", said)
    return re.sub(" $", "<text:s/>", said)


def words(
    node: Json,
    sheet: Sheet,
    style: str = "Text_20_body",
    *,
    inserted: bool = True,
    deleted: bool = True,
) -> str:
    """The inline content. inserted, deleted: False where the whole block says that already."""
    out = loose(sheet) if not sheet.in_note else ""
    for kid in kids(node):
        start, close = comment_marks(kid, sheet)
        inside = _inline(kid, sheet)
        if inserted and deleted:
            inside = changed(inside, kid, sheet, style)
        out += f"{start}{inside}{close}"
    return out


def loose(sheet: Sheet) -> str:
    """Comments without a place: they stand at the first paragraph."""
    found, sheet.loose = sheet.loose, []
    return "".join(
        tracked.annotation_start(name, sheet.comments[name], sheet.said)
        + tracked.annotation_end(name, sheet.comments[name])
        for name in found
    )


def comment_marks(node: Json, sheet: Sheet) -> tuple[str, str]:
    """What begins and what ends a comment at this node."""
    if sheet.in_note:
        return "", ""
    found = covering(node)
    start = "".join(
        tracked.annotation_start(name, sheet.comments[name], sheet.said)
        for name in found
        if sheet.first.get(name) is node
    )
    close = "".join(
        tracked.annotation_end(name, sheet.comments[name])
        for name in found
        if sheet.last.get(name) is node
    )
    return start, close


def changed(inside: str, node: Json, sheet: Sheet, style: str) -> str:
    """What was written for a node, within the change that the node is marked with."""
    new, gone = mark(node, "insertion"), mark(node, "deletion")
    if gone is not None:
        content = f'<text:p text:style-name="{style}">{inside}</text:p>'
        under = str(new["id"]) if new is not None else ""
        return tracked.change_mark(sheet.regions.deleted(str(gone["id"]), content, under))
    if new is not None:
        return tracked.around(sheet.regions.inserted(str(new["id"])), inside)
    modified = mark(node, "modification")
    if modified is not None:
        return tracked.around(sheet.regions.formatted(str(modified["id"])), inside)
    return inside


def _inline(node: Json, sheet: Sheet) -> str:
    kind = node["type"]
    if kind == "hard_break":
        return "<text:line-break/>"
    if kind == "footnote":
        return _footnote(node, sheet)
    out = text(node["text"] if kind == "text" else attr(node, "label", ""))
    kinds = {m["type"] for m in node.get("marks") or ()}
    look = " ".join(LOOKS[name] for name in LOOKS if name in kinds)
    if look:
        style = sheet.text_styles.setdefault(look, f"T{len(sheet.text_styles) + 1}")
        out = f'<text:span text:style-name="{style}">{out}</text:span>'
    link = mark(node, "link")
    href = link["href"] if link is not None else ""
    if kind == "cross_ref" and attr(node, "target"):
        href = f"#{attr(node, 'target')}"
    if href.startswith("#"):
        href = f"#b-{href[1:]}"
    if href:
        out = f'<text:a xlink:type="simple" xlink:href="{e(href)}">{out}</text:a>'
    return out


def _footnote(node: Json, sheet: Sheet) -> str:
    sheet.notes += 1
    number = sheet.notes
    outer, sheet.in_note = sheet.in_note, True
    inside = words(node, sheet)
    sheet.in_note = outer
    return (
        f'<text:note text:id="ftn{number}" text:note-class="footnote">'
        f"<text:note-citation>{number}</text:note-citation><text:note-body>"
        f'<text:p text:style-name="Footnote">{inside}</text:p></text:note-body></text:note>'
    )
