"""Word and OpenDocument files built in the test, part by part."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from strategy.text.read import child

Json = dict[str, Any]

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NAMES = (
    f'{W} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = f"""<w:styles {W}>
<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="de-DE"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Standard"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Kapitel"><w:name w:val="Überschrift 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Eigene"><w:name w:val="Eigene"/>
<w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="Zitat"><w:name w:val="Quote"/></w:style>
<w:style w:type="paragraph" w:styleId="Beschriftung"><w:name w:val="caption"/></w:style>
<w:style w:type="character" w:styleId="Fett"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>
</w:styles>"""
NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/>
</w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="3"/>
<w:numFmt w:val="decimal"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>
<w:numFmt w:val="lowerLetter"/></w:lvl><w:lvl w:ilvl="2"><w:numFmt w:val="upperRoman"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0">
<w:startOverride w:val="7"/></w:lvlOverride></w:num></w:numbering>"""


def zipped(parts: dict[str, str | bytes], **options: Any) -> bytes:
    """A zip file with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", options.get("method", zipfile.ZIP_DEFLATED)) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx(body: str, **more: str | bytes) -> bytes:
    """A Word file. `more`: styles, numbering, comments, commentsExtended, footnotes, endnotes as
    XML; `rels` as further relations; any other name with __ for / is a part of that name."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": _relations(f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument"'
                                  ' Target="word/document.xml"/>'),
        "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
    }  # fmt: skip
    relations = str(more.pop("rels", ""))
    known = {"styles": STYLES, "numbering": NUMBERING} | {
        name: more.pop(name)
        for name in ("styles", "numbering", "comments", "commentsExtended", "footnotes", "endnotes")
        if name in more
    }
    for name, data in known.items():
        parts[f"word/{name}.xml"] = data
        relations += f'<Relationship Id="x{name}" Type="{OFFICE}/{name}" Target="{name}.xml"/>'
    for name, data in more.items():
        parts[name.replace("__", "/")] = data
    parts["word/_rels/document.xml.rels"] = _relations(relations)
    return zipped(parts)


def _relations(inner: str) -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{inner}</Relationships>"
    )


def p(inner: str = "", properties: str = "") -> str:
    """A Word paragraph; text that is no markup becomes a run."""
    inner = inner if inner.startswith("<") or not inner else r(inner)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A Word run."""
    said = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{said}<w:t xml:space="preserve">{text}</w:t></w:r>'


def by(tag: str, inner: str, author: str = "Jörg Groß", at: str = "2026-03-01T10:00:00Z") -> str:
    """A tracked change: by("ins", …)."""
    return f'<w:{tag} w:id="1" w:author="{author}" w:date="{at}">{inner}</w:{tag}>'


def gone(text: str) -> str:
    """A deleted run's inside."""
    return f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r>'


def end(tag: str, author: str = "Jörg Groß") -> str:
    """Paragraph properties that say that its end was inserted or deleted."""
    return f'<w:rPr><w:{tag} w:id="9" w:author="{author}" w:date="2026-03-01T10:00:00Z"/></w:rPr>'


ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"), ("text", "text"), ("style", "style"), ("table", "table"),
        ("draw", "drawing"), ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"),
        ("meta", "meta"),
    )
) + (
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
)  # fmt: skip


def odt(body: str, *, styles: str = "", **more: str | bytes) -> bytes:
    """An OpenDocument text; `styles` are automatic styles."""
    parts: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {ODF}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>",
    }
    parts |= {name.replace("__", "/").replace("_dot_", "."): data for name, data in more.items()}
    return zipped(parts, method=zipfile.ZIP_STORED)


def png(width: int = 3, height: int = 2) -> bytes:
    """A small picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\x00" + b"\x10\x80\xf0" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def quick(data: bytes, format_: str) -> Json:
    """What the child process would send, without starting one: for tests of what is read."""
    return child.outcome(format_, data)


def outline(doc: Json) -> list[str]:
    """The document's blocks, one line each: "heading 1: text", tracked text in +…+ and -…-."""
    out: list[str] = []
    _outline(doc, out, 0)
    return out


def _outline(node: Json, out: list[str], depth: int) -> None:
    for one in node.get("content", ()):
        kind = one["type"]
        signs = "".join(_SIGNS[mark["type"]] for mark in one.get("marks", ()))
        attrs = one.get("attrs") or {}
        name = "  " * depth + signs + kind
        if kind == "heading":
            name += f" {attrs['level']}"
        if kind == "ordered_list":
            name += f" {attrs['style']} {attrs['start']}"
        if kind.startswith("table_") and (attrs.get("colspan", 1), attrs.get("rowspan", 1)) != (
            1,
            1,
        ):
            name += f" {attrs['colspan']}x{attrs['rowspan']}"
        if kind in ("paragraph", "heading", "caption"):
            end_ = attrs.get("end")
            sign = {"insertion": "+¶", "deletion": "-¶"}[end_["change"]] if end_ else ""
            out.append(f"{name}: {line(one)}{sign}")
        else:
            out.append(name)
            _outline(one, out, depth + 1)


_SIGNS = {"insertion": "+", "deletion": "-", "modification": "~"}


def line(node: Json) -> str:
    """The text of a textblock, tracked text in +…+ and -…-, notes in [ ]."""
    out = []
    for one in node.get("content", ()):
        said = one.get("text") or {"hard_break": "|"}.get(one["type"], "")
        if one["type"] == "footnote":
            said = f"[{line(one)}]"
        for mark in one.get("marks", ()):
            if mark["type"] in _SIGNS:
                said = _SIGNS[mark["type"]] + said + _SIGNS[mark["type"]]
        out.append(said)
    return "".join(out)


def marked(doc: Json, text: str) -> list[str]:
    """The names of the marks on the text node with exactly that text."""
    if doc.get("text") == text:
        return [mark["type"] for mark in doc.get("marks", ())]
    for one in doc.get("content", ()):
        found = marked(one, text)
        if found or one.get("text") == text:
            return found
    return []
