"""Word files: an own reader, for what counts here (changes, comments, ends) is what others drop."""

from __future__ import annotations

from . import cover
from .docx_body import blocks
from .docx_comments import comments
from .docx_context import Context
from .docx_numbering import Numbering
from .docx_package import Package
from .docx_styles import Styles, W, integer
from .draft import Block, Draft, words
from .messages import COVER, HEADERS
from .pictures import Pictures
from .xmltree import Element, local, parsed

_DC = "{http://purl.org/dc/elements/1.1/}"
_OURS = b"vorlauf-fingerprint"
"""A property that our own DOCX files have."""

_EMU = 635  # a twentieth of a point


def read_docx(data: bytes) -> Draft:
    """A DOCX file as a draft. Raises Unreadable."""
    package = Package(data)
    draft = Draft()
    root = package.document()
    styles = Styles(package.part("styles"))
    context = Context(
        draft=draft,
        package=package,
        styles=styles,
        numbering=Numbering(package.part("numbering")),
        pictures=Pictures(draft),
        relations=package.of_main,
        threads=comments(package.part("comments"), package.part("commentsExtended")),
        notes=_notes(package),
    )
    body = root.find(f"{W}body")
    draft.comments = context.threads
    draft.lang = styles.lang
    draft.guess = _title(package)
    if body is not None:
        context.width = _text_width(body)
        own = package.archive.get("docProps/custom.xml") or b""
        draft.spaced = _OURS not in own
        draft.origin = _origin(own) if not draft.spaced else ""
        if not draft.spaced:
            _take_cover(draft, styles, body)
        draft.blocks = titled(draft, quoted(blocks(context, body)))
    _told(draft, package)
    return draft


def _origin(custom: bytes) -> str:
    named = parsed(custom).iterfind("{*}property[@name='vorlauf-origin']")
    return "".join(text for each in named for text in each.itertext()).strip()


def _take_cover(draft: Draft, styles: Styles, body: Element) -> None:
    """Leave out the cover of our own export; of it only the title comes back."""
    elements = [each for each in body if local(each) != "sectPr"]
    kinds = [_cover_kind(styles, each) for each in elements]
    count = cover.length(kinds)
    for element, kind in zip(elements[:count], kinds, strict=False):
        if kind == "title" and not draft.title:
            draft.title = "".join(piece.text or "" for piece in element.iter(f"{W}t"))
        if kind:
            body.remove(element)
    if count:
        draft.notes.add("info", COVER)


def _cover_kind(styles: Styles, element: Element) -> cover.Kind:
    if local(element) == "sdt":
        gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
        return "contents" if gallery is not None else "text"
    if local(element) != "p":
        return "text" if local(element) == "tbl" else ""
    style = element.find(f"{W}pPr/{W}pStyle")
    key = style.get(f"{W}val", "") if style is not None else ""
    shows = (f"{W}t", f"{W}delText", f"{W}drawing", f"{W}footnoteReference", f"{W}br")
    empty = next(iter(element.iter(*shows)), None) is None
    return cover.kind_of(styles.get(key).name or key, empty=empty)


def _notes(package: Package) -> dict[str, Element]:
    out = {}
    for kind, name in (("footnotes", "footnote"), ("endnotes", "endnote")):
        root = package.part(kind)
        for note in root.iterfind(f"{W}{name}") if root is not None else ():
            if note.get(f"{W}type", "normal") == "normal":
                out[f"{name} {note.get(f'{W}id', '')}"] = note
    return out


def _text_width(body: Element) -> int:
    section = next(iter(body.iter(f"{W}sectPr")), None)
    if section is None:
        return 5_760_000
    size, margin = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    if size is None or margin is None:
        return 5_760_000
    width = integer(size.get(f"{W}w"), 11906)
    sides = integer(margin.get(f"{W}left"), 1417) + integer(margin.get(f"{W}right"), 1417)
    return (width - sides) * _EMU if width - sides > 1000 else 5_760_000


def quoted(blocks: list[Block]) -> list[Block]:
    """Runs of paragraphs in a style for quotations become block quotes."""
    out: list[Block] = []
    for block in blocks:
        for child in block.get("content", ()) if block["type"] == "table" else ():
            for cell in child["content"]:
                cell["content"] = quoted(cell["content"])
        if not block.pop("quote", False):
            block.pop("title", None) if block["type"] == "table" else None
            out.append(block)
        elif out and out[-1]["type"] == "blockquote":
            out[-1]["content"].append(block)
        else:
            out.append({"type": "blockquote", "content": [block]})
    return out


def titled(draft: Draft, blocks: list[Block]) -> list[Block]:
    """The first paragraph in the style Title is the paper's title; later ones are headings."""
    out: list[Block] = []
    for block in blocks:
        if not block.pop("title", False) or not words(block).strip():
            out.append(block)
            continue
        plain = all(
            node["type"] in ("text", "hard_break")
            and not any(m["type"] in ("insertion", "deletion") for m in node.get("marks", ()))
            for node in block["content"]
        )
        first = not draft.title and not any(words(one).strip() for one in out)
        if first and plain and not block["attrs"].get("end") and not block.get("marks"):
            draft.title = words(block)
            continue
        if first:
            draft.guess = words(block)
        out.append(block | {"type": "heading", "attrs": _level(block)})
    return out


def _level(block: Block) -> dict[str, object]:
    end = block["attrs"].get("end")
    return {"level": 1} | ({"end": end} if end else {})


def _title(package: Package) -> str:
    data = package.archive.get("docProps/core.xml")
    if not data:
        return ""
    title = parsed(data).find(f"{_DC}title")
    return (title.text or "") if title is not None else ""


def _told(draft: Draft, package: Package) -> None:
    notes = draft.notes
    notes.here = ""
    count = 0
    for one in package.of_main.values():
        if one.kind in ("header", "footer") and not one.outside:
            data = package.archive.get(one.target)
            if data and any((t.text or "").strip() for t in parsed(data).iter(f"{W}t")):
                count += 1
    if count:
        notes.add("lost", HEADERS, times=count)
    if package.count("vbaProject"):
        notes.add("lost", "Macros were left out.")
