"""A paper as OpenDocument text, written part by part.

Source: OASIS OpenDocument 1.3 (parts 2 and 3).
"""

from __future__ import annotations

from datetime import UTC, datetime

from strategy.text.write.odt_body import body
from strategy.text.write.odt_changes import Regions, placed
from strategy.text.write.odt_styles import FONTS, NAMESPACES, automatic, styles
from strategy.text.write.odt_words import Sheet, text
from strategy.text.write.paper import Paper, facts
from strategy.text.write.xml import e, zipped

MIME = "application/vnd.oasis.opendocument.text"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
FINGERPRINT = "vorlauf-fingerprint"
ORIGIN = "vorlauf-origin"
CONTENTS_FROM = 3


def write_odt(paper: Paper, fingerprint: str) -> bytes:
    """The paper as ODT; `fingerprint` becomes a user-defined property of the file."""
    sheet = Sheet(paper.files, paper.said, placed(paper.comments), Regions(paper.changes))
    written = body(paper.fit(), sheet)
    front = _cover(paper, sheet) if paper.cover else _p("Title", paper.meta.title)
    own = automatic(sheet.text_styles, sheet.block_styles, sheet.table_styles)
    content = (
        f'{HEAD}<office:document-content {NAMESPACES} office:version="1.3">{FONTS}{own}'
        f"<office:body><office:text>{sheet.regions.element()}{front}{written}</office:text>"
        "</office:body></office:document-content>"
    )
    meta = paper.meta
    shown = (meta.fingerprint or fingerprint)[:12]
    head = " · ".join(part for part in (meta.body, meta.number) if part) + "\t" + meta.title
    foot = " · ".join(part for part in (meta.status, meta.revision, meta.date, shown) if part)
    parts = {
        "content.xml": content,
        "styles.xml": styles(paper.said, _language(paper), head, foot, paper.lines),
        "meta.xml": _meta(paper, fingerprint),
        "settings.xml": f'{HEAD}<office:document-settings {NAMESPACES} office:version="1.3">'
        "<office:settings/></office:document-settings>",
    }
    pictures = {
        f"Pictures/{file[:16]}.{size.kind}": (file, size.type) for file, size in sheet.media.items()
    }
    listed = dict.fromkeys(parts, "text/xml") | {n: kind for n, (_, kind) in pictures.items()}
    files = [("mimetype", MIME.encode(), False)]
    files += [(name, part.encode(), True) for name, part in parts.items()]
    files += [(name, paper.files[file], False) for name, (file, _) in pictures.items()]
    files.append(("META-INF/manifest.xml", _manifest(listed).encode(), True))
    return zipped(files, paper.moment)


def _language(paper: Paper) -> str:
    lang = paper.meta.lang or "de"
    return lang if "-" in lang else {"de": "de-DE", "en": "en-GB"}.get(lang, lang)


def _p(style: str, said: str) -> str:
    return f'<text:p text:style-name="{style}">{text(said)}</text:p>'


def _cover(paper: Paper, sheet: Sheet) -> str:
    meta, said = paper.meta, paper.said
    redline = said["redline"] if paper.view == "marked" else ""
    number = f"{said[meta.kind]} {meta.number}" if meta.number else ""
    kicker = " · ".join(part for part in (number, redline) if part)
    shown = [*facts(meta, said), (said["fingerprint"], meta.fingerprint)]
    out = _p("CoverStart", meta.body)
    out += _p("Paper_20_Fact", kicker) if kicker else ""
    out += _p("Title", meta.title)
    out += _p("Subtitle", meta.subtitle) if meta.subtitle else ""
    for label, value in shown:
        if value:
            name = f'<text:span text:style-name="Fact_20_Name">{text(f"{label}: ")}</text:span>'
            out += f'<text:p text:style-name="Paper_20_Fact">{name}{text(value)}</text:p>'
    if len(sheet.headings) >= CONTENTS_FROM:
        out += _contents(sheet)
    return out + _p("TextStart", "")


def _contents(sheet: Sheet) -> str:
    """The table of contents: links to the headings; pages come when it is updated."""
    title = e(sheet.said["contents"])
    entries = "".join(
        f'<text:p text:style-name="Contents_20_{level}"><text:a xlink:type="simple"'
        f' xlink:href="#{e(name)}">{text(words)}</text:a></text:p>'
        for level, name, words in sheet.headings
        if level <= 3
    )
    templates = "".join(
        f'<text:table-of-content-entry-template text:outline-level="{level}"'
        f' text:style-name="Contents_20_{level}"><text:index-entry-link-start/>'
        '<text:index-entry-text/><text:index-entry-tab-stop style:type="right"'
        ' style:leader-char="."/><text:index-entry-page-number/><text:index-entry-link-end/>'
        "</text:table-of-content-entry-template>"
        for level in (1, 2, 3)
    )
    return (
        f'<text:table-of-content text:name="{title}"><text:table-of-content-source'
        ' text:outline-level="3"><text:index-title-template'
        f' text:style-name="Contents_20_Heading">{title}</text:index-title-template>{templates}'
        f'</text:table-of-content-source><text:index-body><text:index-title text:name="{title}-1">'
        f'<text:p text:style-name="Contents_20_Heading">{title}</text:p></text:index-title>'
        f"{entries}</text:index-body></text:table-of-content>"
    )


def _meta(paper: Paper, fingerprint: str) -> str:
    meta = paper.meta
    at = datetime.fromtimestamp(paper.moment, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    keywords = "".join(
        f"<meta:keyword>{e(part)}</meta:keyword>" for part in (meta.number, meta.status) if part
    )
    values = {FINGERPRINT: fingerprint} | ({ORIGIN: meta.origin} if meta.origin else {})
    own = "".join(
        f'<meta:user-defined meta:name="{name}" meta:value-type="string">{e(value)}'
        "</meta:user-defined>"
        for name, value in values.items()
    )
    return (
        f'{HEAD}<office:document-meta {NAMESPACES} office:version="1.3"><office:meta>'
        f"<meta:generator>Vorlauf</meta:generator><dc:title>{e(meta.title)}</dc:title>"
        f"<dc:subject>{e(meta.subtitle)}</dc:subject>{keywords}"
        f"<meta:initial-creator>{e('; '.join(meta.authors))}</meta:initial-creator>"
        f"<dc:creator>{e('; '.join(meta.authors))}</dc:creator>"
        f"<meta:creation-date>{at}</meta:creation-date><dc:date>{at}</dc:date>"
        f"<dc:language>{e(_language(paper))}</dc:language>"
        f"{own}</office:meta></office:document-meta>"
    )


def _manifest(listed: dict[str, str]) -> str:
    kind = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{media}"/>'
        for name, media in listed.items()
    )
    return (
        f'{HEAD}<manifest:manifest xmlns:manifest="{kind}" manifest:version="1.3">'
        '<manifest:file-entry manifest:full-path="/" manifest:version="1.3"'
        f' manifest:media-type="{MIME}"/>{entries}</manifest:manifest>'
    )
