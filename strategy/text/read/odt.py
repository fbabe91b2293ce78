"""OpenDocument texts: an own reader, for tracked changes and comments are what others drop."""

from __future__ import annotations

from . import cover
from .archive import Archive
from .detect import LOCKED
from .docx import quoted, titled
from .draft import Draft
from .messages import COVER, HEADERS
from .odt_body import blocks
from .odt_context import Context
from .odt_runs import _length
from .odt_styles import DC, FO, OFFICE, STYLE, TEXT, OdtStyles
from .pictures import Pictures
from .shapes import Unreadable
from .xmltree import Element, local, parsed

OURS = "vorlauf-fingerprint"
"""A property that our own ODT files have."""
ORIGIN = "vorlauf-origin"

NOT_ODT = "This is not an OpenDocument text (.odt), or its main part is missing."


def read_odt(data: bytes) -> Draft:
    """An ODT file, or a flat one in a single XML file, as a draft. Raises Unreadable."""
    archive: Archive | None = None
    if data[:2] == b"PK":
        archive = Archive(data)
        if b"encryption-data" in (archive.get("META-INF/manifest.xml") or b""):
            raise Unreadable(LOCKED)
        content = _part(archive, "content.xml")
        if content is None:
            raise Unreadable(NOT_ODT)
        styles, meta = _part(archive, "styles.xml"), _part(archive, "meta.xml")
    else:
        content = styles = meta = parsed(data)
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise Unreadable(NOT_ODT)
    draft = Draft()
    context = Context(
        draft=draft,
        styles=OdtStyles(*([content] if styles is content else [styles, content])),
        pictures=Pictures(draft),
        archive=archive,
    )
    context.width = _text_width(styles)
    tracked = body.find(f"{TEXT}tracked-changes")
    if tracked is not None:
        context.load_regions(tracked)
    ours = meta is not None and any(
        OURS in name.attrib.values() for name in meta.iter("{*}user-defined")
    )
    draft.spaced = not ours
    draft.origin = _origin(meta) if ours and meta is not None else ""
    if ours:
        _take_cover(draft, context.styles, body)
    draft.lang = context.styles.lang
    title = meta.find(f".//{DC}title") if meta is not None else None
    draft.guess = (title.text or "") if title is not None else ""
    draft.blocks = titled(draft, quoted(blocks(context, body)))
    context.thread_comments()
    _told(draft, styles)
    return draft


def _origin(meta: Element) -> str:
    named = (each for each in meta.iter("{*}user-defined") if ORIGIN in each.attrib.values())
    return next(("".join(each.itertext()).strip() for each in named), "")


def _take_cover(draft: Draft, styles: OdtStyles, body: Element) -> None:
    """Leave out the cover of our own export; of it only the title comes back."""
    elements = list(body)
    kinds = [_cover_kind(styles, each) for each in elements]
    for element, kind in zip(elements[: cover.length(kinds)], kinds, strict=False):
        if kind == "title" and not draft.title:
            draft.title = "".join(element.itertext())
        if kind:
            body.remove(element)
    if cover.length(kinds):
        draft.notes.add("info", COVER)


def _cover_kind(styles: OdtStyles, element: Element) -> cover.Kind:
    name = local(element)
    if name == "table-of-content":
        return "contents"
    if name not in ("p", "h"):
        return "text" if name in ("list", "table", "section", "numbered-paragraph") else ""
    key = element.get(f"{TEXT}style-name", "")
    names = styles.get("paragraph", key).names
    if styles.is_automatic("paragraph", key):
        names = names[:1] if key in ("CoverStart", "TextStart") else names[1:]
    shows = "".join(element.itertext()).strip() or len(element)
    return cover.kind_of(names[0] if names else "", empty=not shows)


def _part(archive: Archive, name: str) -> Element | None:
    data = archive.get(name)
    return parsed(data) if data else None


def _text_width(styles: Element | None) -> float:
    for layout in styles.iter(f"{STYLE}page-layout-properties") if styles is not None else ():
        wide = _length(layout.get(f"{FO}page-width"))
        sides = _length(layout.get(f"{FO}margin-left")) + _length(layout.get(f"{FO}margin-right"))
        if wide - sides > 2:
            return wide - sides
    return 16.0


def _told(draft: Draft, styles: Element | None) -> None:
    if styles is None:
        return
    count = sum(
        1
        for name in ("header", "footer")
        for part in styles.iter(f"{STYLE}{name}")
        if "".join(part.itertext()).strip()
    )
    draft.notes.here = ""
    if count:
        draft.notes.add("lost", HEADERS, times=count)
