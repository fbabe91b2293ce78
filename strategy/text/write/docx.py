"""A paper as a Word file (Office Open XML), written part by part.

Source: ECMA-376, 5th edition, part 1 (WordprocessingML); [MS-DOCX] for the threads of comments.
"""

from __future__ import annotations

from datetime import UTC, datetime

from strategy.text.write.docx_body import body
from strategy.text.write.docx_comments import comment_parts, remarks_of
from strategy.text.write.docx_gathered import Gathered, Link
from strategy.text.write.docx_revisions import Revisions
from strategy.text.write.docx_styles import NAMESPACES, numbering, settings, styles
from strategy.text.write.paper import Paper, facts
from strategy.text.write.pictures import Picture
from strategy.text.write.xml import HEAD, e, zipped

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PROPERTIES = "application/vnd.openxmlformats-officedocument"
CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
KINDS = {
    "commentsExtended": "http://schemas.microsoft.com/office/2011/relationships/commentsExtended",
    "commentsIds": "http://schemas.microsoft.com/office/2016/09/relationships/commentsIds",
    "people": "http://schemas.microsoft.com/office/2011/relationships/people",
}
TYPES = {"document": "document.main"}
CONTENTS_FROM = 3
"""From so many headings on, a paper with a cover has a table of contents."""
PAGE = (
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1531" w:right="1418" w:bottom="1418"'
    ' w:left="1418" w:header="709" w:footer="709" w:gutter="0"/>'
)
FINGERPRINT = "vorlauf-fingerprint"
ORIGIN = "vorlauf-origin"


def write_docx(paper: Paper, fingerprint: str) -> bytes:
    """The paper as DOCX; `fingerprint` becomes a property of the file."""
    remarks, threads = remarks_of(paper.comments, paper.said)
    gathered = Gathered(paper.files, paper.said, Revisions(paper.changes), threads)
    text = body(paper.fit(), gathered)
    lang = _language(paper)
    front = _cover(paper, gathered) if paper.cover else _paragraph("Title", paper.meta.title)
    parts = {
        "document": f"{HEAD}<w:document {NAMESPACES}><w:body>{front}{text}{_section(paper)}"
        "</w:body></w:document>",
        "styles": styles(lang),
        "numbering": numbering(gathered.lists),
        "settings": settings(lang),
        "footnotes": _footnotes(gathered.notes),
        "header1": _header(paper),
        "footer1": _footer(paper, fingerprint),
        **comment_parts(remarks),
    }
    return _package(paper, parts, gathered, fingerprint)


def _language(paper: Paper) -> str:
    lang = paper.meta.lang or "de"
    return lang if "-" in lang else {"de": "de-DE", "en": "en-GB"}.get(lang, lang)


def _paragraph(style: str, text: str, more: str = "") -> str:
    run = f'<w:r><w:t xml:space="preserve">{e(text)}</w:t></w:r>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run}{more}</w:p>'


def _cover(paper: Paper, gathered: Gathered) -> str:
    meta, said = paper.meta, paper.said
    redline = said["redline"] if paper.view == "marked" else ""
    kicker = " · ".join(
        part
        for part in (f"{said[meta.kind]} {meta.number}" if meta.number else "", redline)
        if part
    )
    shown = [*facts(meta, said), (said["fingerprint"], meta.fingerprint)]
    out = _paragraph("PaperBody", meta.body) if meta.body else ""
    out += _paragraph("PaperFact", kicker) if kicker else ""
    out += _paragraph("Title", meta.title)
    out += _paragraph("Subtitle", meta.subtitle) if meta.subtitle else ""
    out += "".join(_fact(label, value) for label, value in shown if value)
    if len(gathered.headings) >= CONTENTS_FROM:
        out += _contents(gathered, said["contents"])
    return f"{out}<w:p><w:pPr><w:sectPr>{PAGE}</w:sectPr></w:pPr></w:p>"


def _fact(label: str, value: str) -> str:
    return (
        '<w:p><w:pPr><w:pStyle w:val="PaperFact"/></w:pPr><w:r><w:rPr>'
        '<w:rStyle w:val="PaperFactName"/></w:rPr>'
        f'<w:t xml:space="preserve">{e(label)}: </w:t></w:r>'
        f'<w:r><w:t xml:space="preserve">{e(value)}</w:t></w:r></w:p>'
    )


def _field(kind: str, shown: str = "1", *, dirty: bool = False) -> str:
    begin = ' w:dirty="true"' if dirty else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"{begin}/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {kind} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:t>{shown}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _contents(gathered: Gathered, title: str) -> str:
    """The table of contents: a field with the headings as they are, pages when it is updated."""
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r>'
        '<w:instrText xml:space="preserve"> TOC \\o "1-3" \\h \\z \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    lines: list[str] = []
    for level, bookmark, words in gathered.headings:
        if level <= 3:
            link = (
                f'<w:hyperlink w:anchor="{bookmark}" w:history="1"><w:r><w:t xml:space="preserve">'
                f"{e(words)}</w:t></w:r><w:r><w:tab/></w:r>{_field(f'PAGEREF {bookmark}', '')}"
                "</w:hyperlink>"
            )
            start = "" if lines else begin
            lines.append(f'<w:p><w:pPr><w:pStyle w:val="TOC{level}"/></w:pPr>{start}{link}</w:p>')
    end = (
        "<w:p><w:pPr><w:suppressLineNumbers/></w:pPr>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    if not lines:
        return ""
    return (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        "<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>"
        f"{_paragraph('TOCHeading', title)}{''.join(lines)}{end}</w:sdtContent></w:sdt>"
    )


def _page(paper: Paper) -> str:
    """The size of the sheets, turned sideways where that is asked for."""
    if not paper.landscape:
        return PAGE
    size = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    return size + PAGE[PAGE.index("<w:pgMar") :]


def _section(paper: Paper) -> str:
    numbers = ""
    if paper.lines != "none":
        step = 5 if paper.lines == "fifth" else 1
        restart = "newPage" if paper.lines == "page" else "continuous"
        numbers = f'<w:lnNumType w:countBy="{step}" w:distance="283" w:restart="{restart}"/>'
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId90"/>'
        f'<w:footerReference w:type="default" r:id="rId91"/>{_page(paper)}{numbers}</w:sectPr>'
    )


def _header(paper: Paper) -> str:
    left = " · ".join(part for part in (paper.meta.body, paper.meta.number) if part)
    tab = f'<w:r><w:tab/></w:r><w:r><w:t xml:space="preserve">{e(paper.meta.title)}</w:t></w:r>'
    return f"{HEAD}<w:hdr {NAMESPACES}>{_paragraph('Header', left, tab)}</w:hdr>"


def _footer(paper: Paper, fingerprint: str) -> str:
    meta, said = paper.meta, paper.said
    shown = (meta.fingerprint or fingerprint)[:12]
    left = " · ".join(part for part in (meta.status, meta.revision, meta.date, shown) if part)

    def run(text: str) -> str:
        return f'<w:r><w:t xml:space="preserve">{e(text)}</w:t></w:r>'

    pages = (
        f"<w:r><w:tab/></w:r>{run(said['page'] + ' ')}{_field('PAGE')}"
        f"{run(' ' + said['page-of'] + ' ')}{_field('NUMPAGES')}"
    )
    return f"{HEAD}<w:ftr {NAMESPACES}>{_paragraph('Footer', left, pages)}</w:ftr>"


def _footnotes(notes: list[str]) -> str:
    fixed = (
        '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r>'
        "<w:continuationSeparator/></w:r></w:p></w:footnote>"
    )
    return f"{HEAD}<w:footnotes {NAMESPACES}>{fixed}{''.join(notes)}</w:footnotes>"


def _package(paper: Paper, parts: dict[str, str], gathered: Gathered, fingerprint: str) -> bytes:
    fixed = {"header1": "rId90", "footer1": "rId91"}
    others = [name for name in parts if name != "document" and name not in fixed]
    idents = fixed | {name: f"rId{number}" for number, name in enumerate(others, 1)}
    links = [
        Link(idents[name], name.rstrip("1"), f"{name}.xml") for name in parts if name in idents
    ]
    media = [
        (f"word/media/{file[:16]}.{size.kind}", file) for file, (_, size) in gathered.media.items()
    ]
    sizes = [size for _, size in gathered.media.values()]
    files: list[tuple[str, bytes, bool]] = [
        ("[Content_Types].xml", _content_types(parts, sizes).encode(), True),
        ("_rels/.rels", _package_links().encode(), True),
        ("docProps/core.xml", _core(paper).encode(), True),
        ("docProps/app.xml", _app().encode(), True),
        ("docProps/custom.xml", _custom(fingerprint, paper.meta.origin).encode(), True),
        ("word/_rels/document.xml.rels", _links(links + gathered.links).encode(), True),
        ("word/_rels/footnotes.xml.rels", _links(gathered.note_links).encode(), True),
    ]
    files += [(f"word/{name}.xml", text.encode(), True) for name, text in parts.items()]
    files += [(name, paper.files[file], False) for name, file in media]
    return zipped(files, paper.moment)


def _links(links: list[Link]) -> str:
    found = "".join(
        f'<Relationship Id="{link.ident}" Type="{KINDS.get(link.kind, f"{OFFICE}/{link.kind}")}"'
        f' Target="{e(link.target)}"' + (' TargetMode="External"/>' if link.outside else "/>")
        for link in links
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{found}</Relationships>'


def _package_links() -> str:
    return _links(
        [
            Link("rId1", "officeDocument", "word/document.xml"),
            Link("rId3", "extended-properties", "docProps/app.xml"),
            Link("rId4", "custom-properties", "docProps/custom.xml"),
        ]
    ).replace(
        "</Relationships>",
        f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties"'
        ' Target="docProps/core.xml"/></Relationships>',
    )


def _content_types(parts: dict[str, str], pictures: list[Picture]) -> str:
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        **{picture.kind: picture.type for picture in pictures},
    }
    overrides = {
        f"/word/{name}.xml": f"{CONTENT}.{TYPES.get(name, name.rstrip('1'))}+xml" for name in parts
    } | {
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": f"{PROPERTIES}.extended-properties+xml",
        "/docProps/custom.xml": f"{PROPERTIES}.custom-properties+xml",
    }
    found = "".join(
        f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in defaults.items()
    ) + "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items()
    )
    return f'{HEAD}<Types xmlns="{PACKAGE}/content-types">{found}</Types>'


def _core(paper: Paper) -> str:
    meta = paper.meta
    at = datetime.fromtimestamp(paper.moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    keywords = ", ".join(part for part in (meta.number, meta.status) if part)
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{e(meta.title)}</dc:title><dc:subject>{e(meta.subtitle)}</dc:subject>"
        f"<dc:creator>{e('; '.join(meta.authors))}</dc:creator><cp:keywords>{e(keywords)}"
        f"</cp:keywords><dc:language>{e(_language(paper))}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{at}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{at}</dcterms:modified>'
        f"<cp:category>{e(meta.body)}</cp:category><cp:contentStatus>{e(meta.status)}"
        "</cp:contentStatus></cp:coreProperties>"
    )


def _app() -> str:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    return f'{HEAD}<Properties xmlns="{kind}"><Application>Vorlauf</Application></Properties>'


def _custom(fingerprint: str, origin: str) -> str:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
    types = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
    values = {FINGERPRINT: fingerprint} | ({ORIGIN: origin} if origin else {})
    properties = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}"'
        f' name="{name}"><vt:lpwstr>{e(value)}</vt:lpwstr></property>'
        for number, (name, value) in enumerate(values.items(), start=2)
    )
    return f'{HEAD}<Properties xmlns="{kind}" xmlns:vt="{types}">{properties}</Properties>'
