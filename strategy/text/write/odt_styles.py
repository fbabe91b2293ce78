"""The styles of a paper in OpenDocument."""

from __future__ import annotations

from collections.abc import Mapping

from strategy.text.write.xml import e

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{_URN}{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
        ("meta", "meta"),
    )
) + (
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
)
FACES = (
    ("Serif", "Cambria", "roman"),
    ("Sans", "Calibri", "swiss"),
    ("Mono", "Consolas", "modern"),
)
FONTS = "".join(
    f'<style:font-face style:name="{name}" svg:font-family="{family}"'
    f' style:font-family-generic="{kind}"/>'
    for name, family, kind in FACES
)
FONTS = f"<office:font-face-decls>{FONTS}</office:font-face-decls>"
ACCENT, GREY, FAINT, TINT = "#1f3a5f", "#58616d", "#c9ced6", "#f3f6fa"
UNNUMBERED = ' text:number-lines="false" text:line-number="0"'
SANS = 'style:font-name="Sans"'
LETTERS = {
    "decimal": ("1", "."),
    "lower-alpha": ("a", ")"),
    "upper-alpha": ("A", "."),
    "lower-roman": ("i", "."),
    "upper-roman": ("I", "."),
}
BULLETS = "•–·"
LEVELS = 10


def styles(said: Mapping[str, str], lang: str, head: str, foot: str, lines: str) -> str:
    """styles.xml.

    lang         like de-DE; head, foot: what the pages say, the page number follows the foot
    lines        continuous, page, fifth or none
    """
    language, _, country = lang.partition("-")
    default = (
        '<style:default-style style:family="paragraph"><style:paragraph-properties'
        ' fo:orphans="2" fo:widows="2" style:tab-stop-distance="1.25cm"/><style:text-properties'
        f' style:font-name="Serif" fo:font-size="11pt" fo:language="{e(language)}"'
        f' fo:country="{e(country or "none")}" fo:hyphenate="true"'
        ' fo:hyphenation-remain-char-count="2" fo:hyphenation-push-char-count="3"/>'
        "</style:default-style>"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<office:document-styles {NAMESPACES} office:version="1.3">{FONTS}<office:styles>'
        f"{default}{_common()}{_lists()}{_notes()}{_line_numbers(lines)}</office:styles>"
        f"<office:automatic-styles>{_page_layouts()}</office:automatic-styles>"
        f"{_master_pages(said, head, foot)}</office:document-styles>"
    )


def _style(
    name: str, parent: str, paragraph: str = "", run: str = "", *, after: str = "", level: int = 0
) -> str:
    shown = name.replace("_20_", " ")
    return (
        f'<style:style style:name="{name}" style:display-name="{shown}" style:family="paragraph"'
        + (f' style:parent-style-name="{parent}"' if parent else "")
        + (f' style:next-style-name="{after}"' if after else "")
        + (f' style:default-outline-level="{level}"' if level else "")
        + ' style:class="text">'
        + (f"<style:paragraph-properties {paragraph}/>" if paragraph else "")
        + (f"<style:text-properties {run}/>" if run else "")
        + "</style:style>"
    )


def _common() -> str:
    bold, ink = 'fo:font-weight="bold"', f'fo:color="{ACCENT}"'
    no_hyphens = 'fo:hyphenate="false"'
    headings = (
        (1, 15.0, bold, ACCENT),
        (2, 12.0, bold, ACCENT),
        (3, 11.0, bold, GREY),
        (4, 10.5, 'fo:font-style="italic"', GREY),
    )
    keep = 'fo:keep-with-next="always" fo:margin-top="0.55cm" fo:margin-bottom="0.2cm"'
    return "".join(
        [
            _style("Standard", ""),
            _style(
                "Text_20_body",
                "Standard",
                'fo:text-align="justify" style:justify-single-word="false" fo:line-height="125%"'
                ' fo:margin-bottom="0.2cm"',
            ),
            *(
                _style(
                    f"Heading_20_{level}",
                    "Standard",
                    keep,
                    f'{SANS} {look} fo:color="{color}" fo:font-size="{size}pt" {no_hyphens}',
                    after="Text_20_body",
                    level=level,
                )
                for level, size, look, color in headings
            ),
            _style(
                "Title",
                "Standard",
                f'fo:margin-top="0.4cm" fo:margin-bottom="0.4cm"{UNNUMBERED}',
                f'{SANS} {bold} {ink} fo:font-size="25pt" {no_hyphens}',
            ),
            _style(
                "Subtitle",
                "Standard",
                f'fo:margin-bottom="0.6cm"{UNNUMBERED}',
                f'{SANS} fo:color="{GREY}" fo:font-size="13pt"',
            ),
            _style(
                "Paper_20_Body",
                "Standard",
                f'fo:margin-bottom="3.5cm" fo:padding-bottom="0.1cm" fo:border="none"'
                f' fo:border-bottom="1.6pt solid {ACCENT}"{UNNUMBERED}',
                f'{SANS} {bold} {ink} fo:font-size="11pt"',
            ),
            _style(
                "Paper_20_Fact",
                "Standard",
                f'fo:margin-bottom="0.1cm"{UNNUMBERED}',
                f'{SANS} fo:font-size="10pt"',
            ),
            _style("List_20_Paragraph", "Text_20_body", 'fo:margin-bottom="0.1cm"'),
            _style(
                "Quotations",
                "Text_20_body",
                'fo:margin-left="0.5cm" fo:margin-right="0.5cm" fo:padding-left="0.3cm"'
                ' fo:border="none" fo:border-left="2pt solid #b9c4d3"',
            ),
            _style(
                "Motion_20_Label",
                "Standard",
                f'fo:keep-with-next="always" fo:margin-top="0.15cm" fo:margin-bottom="0.15cm"'
                f"{UNNUMBERED}",
                f'{SANS} {bold} {ink} fo:font-size="8.5pt" fo:text-transform="uppercase"'
                ' fo:letter-spacing="0.03cm"',
            ),
            _style(
                "Table_20_Contents",
                "Standard",
                f'fo:margin-top="0.05cm" fo:margin-bottom="0.05cm"{UNNUMBERED}',
                f'{SANS} fo:font-size="9.5pt"',
            ),
            _style("Table_20_Heading", "Table_20_Contents", UNNUMBERED.strip(), bold),
            _style(
                "Figure", "Standard", f'fo:text-align="center" fo:margin-top="0.4cm"{UNNUMBERED}'
            ),
            _style(
                "Caption",
                "Standard",
                'fo:text-align="center" fo:margin-top="0.15cm" fo:margin-bottom="0.4cm"'
                + UNNUMBERED,
                f'{SANS} fo:font-size="9pt" fo:color="{GREY}"',
            ),
            _style(
                "Footnote",
                "Standard",
                f'fo:text-align="justify"{UNNUMBERED}',
                'fo:font-size="9pt"',
            ),
            _style(
                "Horizontal_20_Line",
                "Standard",
                f'fo:margin-top="0.3cm" fo:margin-bottom="0.5cm" fo:border="none"'
                f' fo:border-bottom="0.6pt solid {FAINT}"{UNNUMBERED}',
            ),
            _style("Page_20_Break", "Standard", f'fo:break-after="page"{UNNUMBERED}'),
            *(
                _style(
                    name,
                    "Standard",
                    f'{UNNUMBERED.strip()} fo:border="none" {edge}',
                    f'{SANS} fo:font-size="8pt" fo:color="{GREY}"',
                )
                for name, edge in (
                    ("Header", f'fo:padding-bottom="0.1cm" fo:border-bottom="0.5pt solid {FAINT}"'),
                    ("Footer", ""),
                )
            ),
            _style(
                "Contents_20_Heading",
                "Standard",
                'fo:keep-with-next="always" fo:margin-top="1cm" fo:margin-bottom="0.2cm"'
                + UNNUMBERED,
                f'{SANS} {bold} {ink} fo:font-size="12pt"',
            ),
            *(
                _style(
                    f"Contents_20_{level}",
                    "Standard",
                    f'fo:margin-left="{0.4 * (level - 1):.1f}cm" fo:margin-bottom="0.07cm"'
                    + UNNUMBERED,
                    f'{SANS} fo:font-size="10pt"' + (f" {bold}" if level == 1 else ""),
                )
                for level in (1, 2, 3)
            ),
            '<style:style style:name="Fact_20_Name" style:display-name="Fact Name"'
            f' style:family="text"><style:text-properties fo:color="{GREY}"/></style:style>',
            '<style:style style:name="Line_20_numbering" style:display-name="Line numbering"'
            f' style:family="text"><style:text-properties {SANS} fo:font-size="7.5pt"'
            f' fo:color="{GREY}"/></style:style>',
            '<style:style style:name="Frame" style:family="graphic"><style:graphic-properties'
            ' text:anchor-type="as-char" style:vertical-pos="top" style:vertical-rel="baseline"/>'
            "</style:style>",
        ]
    )


def _lists() -> str:
    """One list style for bullets and one for each way of counting."""

    def level(number: int, element: str, sign: str) -> str:
        left = 0.63 * number
        return (
            f'<text:list-level-style-{element} text:level="{number}" {sign}>'
            "<style:list-level-properties"
            ' text:list-level-position-and-space-mode="label-alignment">'
            '<style:list-level-label-alignment text:label-followed-by="listtab"'
            f' text:list-tab-stop-position="{left:.2f}cm" fo:text-indent="-0.63cm"'
            f' fo:margin-left="{left:.2f}cm"/></style:list-level-properties>'
            f"</text:list-level-style-{element}>"
        )

    numbers = range(1, LEVELS + 1)
    bullets = "".join(
        level(n, "bullet", f'text:bullet-char="{BULLETS[(n - 1) % len(BULLETS)]}"') for n in numbers
    )
    out = f'<text:list-style style:name="L-bullet">{bullets}</text:list-style>'
    for name, (form, sign) in LETTERS.items():
        counted = "".join(
            level(n, "number", f'style:num-format="{form}" style:num-suffix="{sign}"')
            for n in numbers
        )
        out += f'<text:list-style style:name="L-{name}">{counted}</text:list-style>'
    return out


def _notes() -> str:
    return (
        '<text:notes-configuration text:note-class="footnote" style:num-format="1"'
        ' text:start-value="0" text:footnotes-position="page" text:start-numbering-at="document"/>'
    )


def _line_numbers(lines: str) -> str:
    if lines == "none":
        return '<text:linenumbering-configuration text:number-lines="false"/>'
    step = 5 if lines == "fifth" else 1
    restart = "true" if lines == "page" else "false"
    return (
        '<text:linenumbering-configuration text:style-name="Line_20_numbering"'
        ' text:number-lines="true" text:offset="0.5cm" style:num-format="1"'
        f' text:number-position="left" text:increment="{step}" text:count-empty-lines="false"'
        f' text:restart-on-page="{restart}"/>'
    )


def _page_layouts() -> str:
    size = (
        'fo:page-width="21cm" fo:page-height="29.7cm" style:print-orientation="portrait"'
        ' fo:margin-left="2.5cm" fo:margin-right="2.5cm" fo:margin-top="1.6cm"'
        ' fo:margin-bottom="1.6cm"'
    )
    space = '<style:header-footer-properties fo:min-height="0.9cm" fo:margin-{}="0.4cm"/>'
    return (
        f'<style:page-layout style:name="PageLayout"><style:page-layout-properties {size}/>'
        f"<style:header-style>{space.format('bottom')}</style:header-style>"
        f"<style:footer-style>{space.format('top')}</style:footer-style></style:page-layout>"
        f'<style:page-layout style:name="CoverLayout"><style:page-layout-properties {size}/>'
        "<style:header-style/><style:footer-style/></style:page-layout>"
        '<style:style style:name="HeadTabs" style:family="paragraph"'
        ' style:parent-style-name="Header"><style:paragraph-properties><style:tab-stops>'
        '<style:tab-stop style:position="16cm" style:type="right"/></style:tab-stops>'
        "</style:paragraph-properties></style:style>"
        '<style:style style:name="FootTabs" style:family="paragraph"'
        ' style:parent-style-name="Footer"><style:paragraph-properties><style:tab-stops>'
        '<style:tab-stop style:position="16cm" style:type="right"/></style:tab-stops>'
        "</style:paragraph-properties></style:style>"
    )


def _master_pages(said: Mapping[str, str], head: str, foot: str) -> str:
    left, _, right = head.partition("\t")
    return (
        '<office:master-styles><style:master-page style:name="Standard"'
        ' style:page-layout-name="PageLayout"><style:header><text:p text:style-name="HeadTabs">'
        f"{e(left)}<text:tab/>{e(right)}</text:p></style:header><style:footer>"
        f'<text:p text:style-name="FootTabs">{e(foot)}<text:tab/>{e(said["page"])} '
        '<text:page-number text:select-page="current">1</text:page-number>'
        f" {e(said['page-of'])} <text:page-count>1</text:page-count></text:p></style:footer>"
        '</style:master-page><style:master-page style:name="Cover"'
        ' style:page-layout-name="CoverLayout" style:next-style-name="Standard"/>'
        "</office:master-styles>"
    )


def automatic(
    runs: Mapping[str, str], blocks: Mapping[tuple[str, str], str], tables: list[list[float]]
) -> str:
    """content.xml's own styles.

    runs     text properties to style name
    blocks   (parent style, alignment) to style name
    tables   the columns' widths of each table in centimetres
    """
    out = [
        '<style:style style:name="CoverStart" style:family="paragraph"'
        ' style:parent-style-name="Paper_20_Body" style:master-page-name="Cover"/>',
        '<style:style style:name="TextStart" style:family="paragraph"'
        ' style:parent-style-name="Paper_20_Fact" style:master-page-name="">'
        f'<style:paragraph-properties fo:break-after="page"{UNNUMBERED}/></style:style>',
        '<style:style style:name="Motion" style:family="section"><style:section-properties'
        f' fo:background-color="{TINT}" fo:margin-left="0.3cm" fo:margin-right="0.3cm"/>'
        "</style:style>",
        '<style:style style:name="TableCell" style:family="table-cell"><style:table-cell-properties'
        f' fo:padding="0.1cm" fo:border="none" fo:border-top="0.4pt solid {FAINT}"'
        f' fo:border-bottom="0.4pt solid {FAINT}"/></style:style>',
        '<style:style style:name="TableHead" style:family="table-cell"><style:table-cell-properties'
        f' fo:padding="0.1cm" fo:border="none" fo:border-top="0.9pt solid {ACCENT}"'
        f' fo:border-bottom="0.7pt solid {ACCENT}" style:vertical-align="bottom"/></style:style>',
    ]
    for look, name in runs.items():
        out.append(
            f'<style:style style:name="{name}" style:family="text">'
            f"<style:text-properties {look}/></style:style>"
        )
    for (parent, align), name in blocks.items():
        side = {"left": "start", "right": "end"}.get(align, align)
        out.append(
            f'<style:style style:name="{name}" style:family="paragraph"'
            f' style:parent-style-name="{parent}"><style:paragraph-properties'
            f' fo:text-align="{side}"/></style:style>'
        )
    for number, widths in enumerate(tables, 1):
        out.append(
            f'<style:style style:name="Table{number}" style:family="table"><style:table-properties'
            f' style:width="{sum(widths):.2f}cm" table:align="margins" fo:margin-top="0.3cm"'
            ' fo:margin-bottom="0.4cm"/></style:style>'
        )
        for column, width in enumerate(widths, 1):
            out.append(
                f'<style:style style:name="Table{number}.{column}" style:family="table-column">'
                f'<style:table-column-properties style:column-width="{width:.3f}cm"/></style:style>'
            )
    return f"<office:automatic-styles>{''.join(out)}</office:automatic-styles>"
