"""The styles, numbering and settings of a paper in Word."""

from __future__ import annotations

from strategy.text.write.xml import HEAD

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{MAIN}"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
    ' xmlns:w16cid="http://schemas.microsoft.com/office/word/2016/wordml/cid"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' mc:Ignorable="w14 w15 w16cid"'
)
SERIF, SANS, MONO = "Cambria", "Calibri", "Consolas"
ACCENT, GREY, FAINT, TINT = "1F3A5F", "58616D", "C9CED6", "F3F6FA"
INDENT = 360
"""How much a list is indented per level, in twentieths of a point."""
LEVELS = 9
FORMATS = {
    "decimal": ("decimal", "."),
    "lower-alpha": ("lowerLetter", ")"),
    "upper-alpha": ("upperLetter", "."),
    "lower-roman": ("lowerRoman", "."),
    "upper-roman": ("upperRoman", "."),
}
BULLETS = "•–·"
NO_NUMBER = "<w:suppressLineNumbers/>"


def motion_frame(level: int = 0) -> str:
    """The bar and tint of a motion's paragraph; the bar stays where it is in lists."""
    space = min(31, 8 + INDENT // 20 * max(0, level))
    return (
        f'<w:pBdr><w:left w:val="single" w:sz="18" w:space="{space}" w:color="{ACCENT}"/></w:pBdr>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{TINT}"/>'
    )


def _fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:cs="{name}"/>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _color(value: str) -> str:
    return f'<w:color w:val="{value}"/>'


BOLD = "<w:b/><w:bCs/>"


def _style(
    ident: str,
    name: str,
    *,
    kind: str = "paragraph",
    based: str = "Normal",
    after: str = "",
    own: bool = False,
    quick: bool = True,
    paragraph: str = "",
    run: str = "",
    more: str = "",
) -> str:
    return (
        f'<w:style w:type="{kind}"{" w:customStyle=" + chr(34) + "1" + chr(34) if own else ""}'
        f' w:styleId="{ident}"><w:name w:val="{name}"/>'
        + (f'<w:basedOn w:val="{based}"/>' if based else "")
        + (f'<w:next w:val="{after}"/>' if after else "")
        + ("<w:qFormat/>" if quick else "")
        + (f"<w:pPr>{paragraph}</w:pPr>" if paragraph else "")
        + (f"<w:rPr>{run}</w:rPr>" if run else "")
        + f"{more}</w:style>"
    )


def _spacing(before: int = 0, after: int = 0, line: int = 0) -> str:
    lines = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{lines}/>'


def _heading(level: int, before: int, after: int, size: int, run: str) -> str:
    return _style(
        f"Heading{level}",
        f"heading {level}",
        after="BodyText",
        paragraph=f"<w:keepNext/><w:keepLines/><w:suppressAutoHyphens/>{_spacing(before, after)}"
        f'<w:outlineLvl w:val="{level - 1}"/>',
        run=_fonts(SANS) + run + _size(size),
    )


def styles(lang: str) -> str:
    """styles.xml, for a language like de-DE."""
    body = f'<w:jc w:val="both"/>'  # noqa: F541 - one form for all
    small = _fonts(SANS) + _color(GREY) + _size(15)
    tab = '<w:tabs><w:tab w:val="right" w:pos="9070"/></w:tabs>'
    border = '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="AAB2BD"/></w:pBdr>'
    parts = [
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_fonts(SERIF)}{_size(22)}"
        f'<w:lang w:val="{lang}" w:eastAsia="{lang}" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>",
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        "<w:qFormat/></w:style>",
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>',
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        "</w:style>",
        _style("BodyText", "Body Text", paragraph=_spacing(0, 120, 288) + body),
        _heading(1, 360, 140, 30, BOLD + _color(ACCENT)),
        _heading(2, 280, 110, 24, BOLD + _color(ACCENT)),
        _heading(3, 220, 90, 22, BOLD + _color(GREY)),
        _heading(4, 200, 80, 21, "<w:i/><w:iCs/>" + _color(GREY)),
        _style(
            "Title",
            "Title",
            after="BodyText",
            paragraph=NO_NUMBER + "<w:suppressAutoHyphens/>" + _spacing(240, 200),
            run=_fonts(SANS) + BOLD + _color(ACCENT) + _size(50),
        ),
        _style(
            "Subtitle",
            "Subtitle",
            after="BodyText",
            paragraph=NO_NUMBER + _spacing(0, 300),
            run=_fonts(SANS) + _color(GREY) + _size(26),
        ),
        _style(
            "PaperBody",
            "Paper Body",
            own=True,
            paragraph=NO_NUMBER
            + f'<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="4" w:color="{ACCENT}"/>'
            + "</w:pBdr>"
            + _spacing(0, 2400),
            run=_fonts(SANS) + BOLD + _color(ACCENT) + _size(22),
        ),
        _style(
            "PaperFact",
            "Paper Fact",
            own=True,
            paragraph=NO_NUMBER + _spacing(0, 60),
            run=_fonts(SANS) + _size(20),
        ),
        _style("ListParagraph", "List Paragraph", based="BodyText", paragraph=_spacing(0, 60, 288)),
        _style(
            "Quote",
            "Quote",
            based="BodyText",
            paragraph='<w:pBdr><w:left w:val="single" w:sz="16" w:space="10" w:color="B9C4D3"/>'
            '</w:pBdr><w:ind w:left="284" w:right="284"/>',
        ),
        _style("Motion", "Motion", based="BodyText", own=True, paragraph=motion_frame()),
        _style(
            "MotionLabel",
            "Motion Label",
            after="Motion",
            own=True,
            paragraph="<w:keepNext/>" + NO_NUMBER + motion_frame() + _spacing(240, 80),
            run=_fonts(SANS)
            + BOLD
            + "<w:caps/>"
            + _color(ACCENT)
            + '<w:spacing w:val="20"/>'
            + _size(17),
        ),
        _style(
            "TableText",
            "Table Text",
            own=True,
            paragraph=NO_NUMBER + _spacing(40, 40),
            run=_fonts(SANS) + _size(19),
        ),
        _style(
            "Figure",
            "Figure",
            own=True,
            paragraph=f'<w:keepNext/>{NO_NUMBER}<w:jc w:val="center"/>',
        ),
        _style(
            "Caption",
            "caption",
            paragraph=NO_NUMBER + _spacing(120, 200) + '<w:jc w:val="center"/>',
            run=_fonts(SANS) + _color(GREY) + _size(18),
        ),
        _style(
            "FootnoteText",
            "footnote text",
            quick=False,
            paragraph=NO_NUMBER + '<w:jc w:val="both"/>',
            run=_size(18),
        ),
        _style("CommentText", "annotation text", quick=False, run=_fonts(SANS) + _size(20)),
        _style("Header", "header", quick=False, paragraph=NO_NUMBER + border + tab, run=small),
        _style("Footer", "footer", quick=False, paragraph=NO_NUMBER + tab, run=small),
        _style(
            "TOCHeading",
            "TOC Heading",
            paragraph="<w:keepNext/>" + NO_NUMBER + _spacing(480, 120),
            run=_fonts(SANS) + BOLD + _color(ACCENT) + _size(24),
        ),
        *(
            _style(
                f"TOC{level}",
                f"toc {level}",
                quick=False,
                paragraph=NO_NUMBER
                + '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9070"/></w:tabs>'
                + _spacing(0, 40)
                + f'<w:ind w:left="{240 * (level - 1)}"/>',
                run=_fonts(SANS) + (BOLD if level == 1 else "") + _size(20),
            )
            for level in (1, 2, 3)
        ),
        _character("FootnoteReference", "footnote reference", '<w:vertAlign w:val="superscript"/>'),
        _character("CommentReference", "annotation reference", _size(16)),
        _character("Hyperlink", "Hyperlink", f'{_color(ACCENT)}<w:u w:val="single"/>'),
        _character("LineNumber", "line number", _fonts(SANS) + _color(GREY) + _size(15)),
        _character("PaperCode", "Paper Code", _fonts(MONO) + "<w:noProof/>" + _size(19), own=True),
        _character("PaperFactName", "Paper Fact Name", _color(GREY), own=True),
        _style(
            "PaperTable",
            "Paper Table",
            kind="table",
            based="TableNormal",
            quick=False,
            own=True,
            more=_table_look(),
        ),
    ]
    return f"{HEAD}<w:styles {NAMESPACES}>{''.join(parts)}</w:styles>"


def _character(ident: str, name: str, run: str, *, own: bool = False) -> str:
    return _style(
        ident, name, kind="character", based="DefaultParagraphFont", quick=False, own=own, run=run
    )


def _table_look() -> str:
    edge = f'w:val="single" w:sz="8" w:space="0" w:color="{ACCENT}"'
    inner = f'w:val="single" w:sz="4" w:space="0" w:color="{FAINT}"'
    return (
        f"<w:tblPr><w:tblBorders><w:top {edge}/><w:bottom {edge}/><w:insideH {inner}/>"
        '</w:tblBorders></w:tblPr><w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr>'
        f"<w:tcPr><w:tcBorders><w:bottom {edge}/></w:tcBorders></w:tcPr></w:tblStylePr>"
    )


def numbering(lists: list[tuple[str, int, int]]) -> str:
    """numbering.xml: number 1 is the bullets, number 2 and on one for each ordered list.

    lists   (style, start, level from 0) of each ordered list
    """
    bullets = "".join(_level(n, "bullet", BULLETS[n % len(BULLETS)]) for n in range(LEVELS))
    kinds = list(FORMATS)
    abstract = [f'<w:abstractNum w:abstractNumId="0">{_MULTI}{bullets}</w:abstractNum>']
    for number, kind in enumerate(kinds, 1):
        form, sign = FORMATS[kind]
        levels = "".join(_level(n, form, f"%{n + 1}{sign}") for n in range(LEVELS))
        abstract.append(
            f'<w:abstractNum w:abstractNumId="{number}">{_MULTI}{levels}</w:abstractNum>'
        )
    used = ['<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>']
    for number, (kind, start, level) in enumerate(lists, 2):
        used.append(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{kinds.index(kind) + 1}"/>'
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
            "</w:num>"
        )
    return f"{HEAD}<w:numbering {NAMESPACES}>{''.join(abstract + used)}</w:numbering>"


_MULTI = '<w:multiLevelType w:val="hybridMultilevel"/>'


def _level(number: int, form: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{INDENT * (number + 1)}" w:hanging="{INDENT}"/></w:pPr></w:lvl>'
    )


def settings(lang: str) -> str:
    """settings.xml: hyphenation, and the newest way of layout."""
    return (
        f'{HEAD}<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/>'
        '<w:autoHyphenation/><w:consecutiveHyphenLimit w:val="3"/><w:hyphenationZone w:val="284"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/>'
        '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
        '<w:compat><w:compatSetting w:name="compatibilityMode"'
        ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        f'<w:themeFontLang w:val="{lang}"/></w:settings>'
    )
