from __future__ import annotations

import pytest

from strategy.text import tracked
from tests.text.read.office import odt, outline, png, quick


def read(body: str, **more: str | bytes) -> dict:
    found = quick(odt(body, **more), "odt")
    assert "refused" not in found, found
    return found


def region(key: str, kind: str, inner: str = "", author: str = "Ada") -> str:
    return (
        f'<text:changed-region text:id="{key}"><text:{kind}><office:change-info>'
        f"<dc:creator>{author}</dc:creator>"
        "<dc:date>2026-03-01T10:00:00.5</dc:date></office:change-info>"
        f"{inner}</text:{kind}></text:changed-region>"
    )


def changes(*regions: str) -> str:
    return f"<text:tracked-changes>{''.join(regions)}</text:tracked-changes>"


def at(key: str, kind: str = "change") -> str:
    return f'<text:{kind} text:change-id="{key}"/>'


def p(inner: str = "", style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{inner}</text:p>'


def test_headings_paragraphs_spaces_and_breaks():
    found = read(
        '<text:h text:outline-level="2">Kopf</text:h>'
        + p('a <text:s text:c="2"/>b\n  c<text:tab/>d<text:line-break/>e')
    )
    assert outline(found["doc"]) == ["heading 2: Kopf", "paragraph: a   b c d|e"]


def test_inserted_and_deleted_words_stand_where_they_stood():
    found = read(
        changes(region("c1", "insertion"), region("c2", "deletion", p("alt")))
        + p("x" + at("c1", "change-start") + "neu" + at("c1", "change-end") + at("c2") + "y")
    )
    assert outline(found["doc"]) == ["paragraph: x+neu+-alt-y"]
    assert {(one["author"], one["at"]) for one in found["changes"].values()} == {
        ("Ada", "2026-03-01T10:00:00+00:00")
    }


def test_an_insertion_over_a_paragraph_end_inserted_the_end():
    found = read(
        changes(region("c1", "insertion"))
        + p("eins" + at("c1", "change-start") + " neu")
        + p("auch" + at("c1", "change-end") + " zwei")
    )
    assert outline(found["doc"]) == ["paragraph: eins+ neu++¶", "paragraph: +auch+ zwei"]
    assert outline(tracked.reject(found["doc"])) == ["paragraph: eins zwei"]


def test_a_deletion_over_paragraph_ends_brings_the_paragraphs_back():
    found = read(
        changes(region("c1", "deletion", p("hinten") + p("mitte") + p("vorn")))
        + p("A " + at("c1") + " Z")
    )
    assert outline(tracked.accept(found["doc"])) == ["paragraph: A  Z"]
    assert outline(tracked.reject(found["doc"])) == [
        "paragraph: A hinten", "paragraph: mitte", "paragraph: vorn Z",
    ]  # fmt: skip


def test_a_deleted_paragraph_is_marked_as_a_whole():
    found = read(changes(region("c1", "deletion", p("weg") + p())) + p(at("c1") + "bleibt"))
    assert outline(found["doc"]) == ["-paragraph: weg", "paragraph: bleibt"]


def test_a_deleted_table_is_a_deleted_table():
    table = (
        "<table:table><table:table-row><table:table-cell>"
        + p("Zelle")
        + "</table:table-cell></table:table-row></table:table>"
    )
    found = read(changes(region("c1", "deletion", table + p())) + p(at("c1") + "Text"))
    assert outline(found["doc"])[0] == "-table"
    assert outline(tracked.accept(found["doc"])) == ["paragraph: Text"]


def note(name: str, text: str, more: str = "") -> str:
    return (
        f'<office:annotation office:name="{name}" {more}><dc:creator>Ben</dc:creator>'
        f"<dc:date>2026-03-01T10:00:00</dc:date>{p(text)}</office:annotation>"
    )


def test_comments_with_passage_answer_and_state():
    found = read(
        p("Wir " + note("a", "Wirklich?", 'loext:resolved="true"') + "wollen"
          + '<office:annotation-end office:name="a"/>' + note("b", "Ja", 'loext:parent-name="a"')
          + " das.")
    )  # fmt: skip
    (comment,) = found["comments"]
    assert (comment["quote"], comment["start"], comment["end"]) == ("wollen", 5, 11)
    assert (comment["resolved"], comment["author"]) == (True, "Ben")
    assert [reply["text"] for reply in comment["replies"]] == ["Ja"]
    assert outline(found["doc"]) == ["paragraph: Wir wollen das."]


def test_answers_that_name_each_other_are_not_lost():
    found = read(
        p(note("a", "1", 'loext:parent-name="b"') + note("b", "2", 'loext:parent-name="a"'))
    )
    assert len(found["comments"]) == 2


def test_footnotes_and_endnotes():
    def made(kind: str) -> str:
        return (
            f'<text:note text:note-class="{kind}"><text:note-citation>1</text:note-citation>'
            f"<text:note-body>{p('Siehe')}{p('dort')}</text:note-body></text:note>"
        )

    found = read(p("Text" + made("footnote") + made("endnote")))
    assert outline(found["doc"]) == ["paragraph: Text[Siehe|dort][Siehe|dort]"]


STYLES = (
    '<style:style style:name="T1" style:family="text"><style:text-properties {}/></style:style>'
)


@pytest.mark.parametrize(
    ("properties", "mark"),
    [
        ('fo:font-weight="bold"', "strong"),
        ('fo:font-style="italic"', "em"),
        ('style:text-underline-style="solid"', "underline"),
        ('style:text-line-through-style="solid"', "strike"),
        ('style:text-position="super 58%"', "superscript"),
        ('style:text-position="-33% 58%"', "subscript"),
        ('fo:background-color="#ffff00"', "highlight"),
    ],
)
def test_spans_keep_their_markup(properties, mark):
    found = read(
        p('<text:span text:style-name="T1">so</text:span>'), styles=STYLES.format(properties)
    )
    (node,) = found["doc"]["content"][0]["content"]
    assert [one["type"] for one in node["marks"]] == [mark]


LISTS = (
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1"'
    ' style:num-format="1" style:num-suffix="." text:start-value="4"/>'
    '<text:list-level-style-bullet text:level="2" text:bullet-char="-"/></text:list-style>'
)


def test_a_heading_that_loses_its_number_is_reported():
    head = '<text:h text:outline-level="{}">{}</text:h>'.format
    found = read(
        f'<text:list text:style-name="L1"><text:list-item>{head(1, "Eins")}</text:list-item>'
        f"</text:list>{head(1, 'Zwei')}",
        styles=LISTS,
    )
    assert outline(found["doc"]) == ["heading 1: Eins", "heading 1: Zwei"]
    said = [line["place"] for line in found["report"] if "number of this" in line["message"]]
    assert said == ["Eins"]


def test_lists_nest_and_count():
    found = read(
        '<text:list text:style-name="L1"><text:list-item>' + p("vier") + p("weiter")
        + "<text:list><text:list-item>" + p("innen") + "</text:list-item></text:list>"
        + "</text:list-item><text:list-item>" + p("fünf") + "</text:list-item></text:list>",
        styles=LISTS,
    )  # fmt: skip
    assert outline(found["doc"]) == [
        "ordered_list decimal 4",
        "  list_item",
        "    paragraph: vier",
        "    paragraph: weiter",
        "    bullet_list",
        "      list_item",
        "        paragraph: innen",
        "  list_item",
        "    paragraph: fünf",
    ]


def test_tables_with_spans_and_header_rows():
    cell = "<table:table-cell {}>{}</table:table-cell>"
    found = read(
        "<table:table><table:table-header-rows><table:table-row>"
        + cell.format('table:number-columns-spanned="2"', p("Kopf")) + "<table:covered-table-cell/>"
        + "</table:table-row></table:table-header-rows><table:table-row>"
        + cell.format("", p("a")) + cell.format("", p("b")) + "</table:table-row></table:table>"
    )  # fmt: skip
    assert outline(found["doc"]) == [
        "table", "  table_row", "    table_header 2x1", "      paragraph: Kopf", "  table_row",
        "    table_cell", "      paragraph: a", "    table_cell", "      paragraph: b",
    ]  # fmt: skip


def frame(inner: str) -> str:
    return f'<draw:frame svg:width="8cm">{inner}<svg:desc>Ein Haus</svg:desc></draw:frame>'


def test_pictures_and_links():
    found = read(
        p(frame('<draw:image xlink:href="Pictures/a.png"/>'))
        + p(frame('<draw:image xlink:href="https://example.org/a.png"/>'))
        + p('<text:a xlink:href="https://example.org/">da</text:a>'
            '<text:a xlink:href="javascript:x()">dort</text:a>'),
        **{"Pictures__a.png": png()},
    )  # fmt: skip
    assert outline(found["doc"])[:3] == ["figure", "  image", "paragraph: Ein Haus"]
    image = found["doc"]["content"][0]["content"][0]["attrs"]
    assert (image["alt"], image["width"], list(found["files"])) == ("Ein Haus", 50, [image["file"]])
    links = found["doc"]["content"][2]["content"]
    assert [[mark["type"] for mark in node.get("marks", [])] for node in links] == [["link"], []]


def test_a_box_around_a_picture_gives_a_figure_with_its_caption():
    box = f"<draw:text-box>{p(frame(PICTURE) + 'Abbildung 1')}</draw:text-box>"
    found = read(p(f"<draw:frame>{box}</draw:frame>"), **{"Pictures__a.png": png()})
    assert outline(found["doc"])[:3] == ["figure", "  image", "  caption: Abbildung 1"]


PICTURE = '<draw:image xlink:href="Pictures/a.png"/>'


def test_a_flat_file_is_read_too():
    from tests.text.read.office import ODF

    flat = (
        f'<?xml version="1.0"?><office:document {ODF}><office:body><office:text>{p("Text")}'
        "</office:text></office:body></office:document>"
    )
    assert outline(quick(flat.encode(), "odt")["doc"]) == ["paragraph: Text"]
