from __future__ import annotations

import io
import zipfile

import pytest

from strategy.text import tracked
from tests.text.read.office import (
    NAMES,
    STYLES,
    W,
    by,
    docx,
    end,
    gone,
    line,
    marked,
    outline,
    p,
    png,
    quick,
    r,
)


def read(body: str, **more: str | bytes) -> dict:
    found = quick(docx(body, **more), "docx")
    assert "refused" not in found, found
    return found


def numbered(text: str, number: int, level: int = 0, more: str = "") -> str:
    properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>{more}'
    return p(text, properties)


def styled(text: str, style: str, more: str = "") -> str:
    return p(text, f'<w:pStyle w:val="{style}"/>{more}')


def told(found: dict) -> list[str]:
    return [entry["message"] % entry["facts"] for entry in found["report"]]


def test_headings_are_known_by_their_style_in_german_and_english_and_by_their_outline_level():
    found = read(styled("A", "berschrift1") + styled("B", "Kapitel") + styled("C", "Eigene"))
    assert outline(found["doc"]) == ["heading 1: A", "heading 2: B", "heading 3: C"]


def test_the_first_paragraph_in_the_style_title_becomes_the_title():
    found = read(styled("Wohnen für alle", "Titel") + p("Text"))
    assert found["doc"]["attrs"] == {"title": "Wohnen für alle", "lang": "de-DE"}
    assert found["title"] == "Wohnen für alle"
    assert outline(found["doc"]) == ["paragraph: Text"]


@pytest.mark.parametrize(
    ("properties", "mark"),
    [
        ("<w:b/>", "strong"),
        ("<w:i/>", "em"),
        ('<w:u w:val="single"/>', "underline"),
        ("<w:strike/>", "strike"),
        ("<w:dstrike/>", "strike"),
        ('<w:vertAlign w:val="superscript"/>', "superscript"),
        ('<w:vertAlign w:val="subscript"/>', "subscript"),
        ('<w:highlight w:val="yellow"/>', "highlight"),
        ('<w:rStyle w:val="Fett"/>', "strong"),
    ],
)
def test_a_run_keeps_its_markup(properties, mark):
    found = read(p(r("so", properties)))
    assert marked(found["doc"], "so") == [mark]


def test_markup_that_is_switched_off_is_none():
    found = read(p(r("so", '<w:rStyle w:val="Fett"/><w:b w:val="0"/><w:u w:val="none"/>')))
    assert marked(found["doc"], "so") == []


def test_lists_nest_count_and_start_again():
    found = read(
        numbered("eins", 1) + numbered("zwei", 1, 1) + numbered("drei", 1)
        + numbered("drittens", 2) + numbered("a", 2, 1) + numbered("viertens", 2)
        + p("dazwischen")
        + numbered("fünftens", 2) + numbered("siebtens", 3)
    )  # fmt: skip
    assert outline(found["doc"]) == [
        "bullet_list",
        "  list_item",
        "    paragraph: eins",
        "    bullet_list",
        "      list_item",
        "        paragraph: zwei",
        "  list_item",
        "    paragraph: drei",
        "ordered_list decimal 3",
        "  list_item",
        "    paragraph: drittens",
        "    ordered_list lower-alpha 1",
        "      list_item",
        "        paragraph: a",
        "  list_item",
        "    paragraph: viertens",
        "paragraph: dazwischen",
        "ordered_list decimal 5",
        "  list_item",
        "    paragraph: fünftens",
        "ordered_list decimal 7",
        "  list_item",
        "    paragraph: siebtens",
    ]


def test_inserted_and_deleted_words_carry_their_author_and_time():
    found = read(p(r("alt ") + by("ins", r("neu")) + by("del", gone("weg"))))
    assert outline(found["doc"]) == ["paragraph: alt +neu+-weg-"]
    (key,) = found["changes"]
    assert key.startswith("joerg-gross:")
    assert found["changes"][key] == {"author": "Jörg Groß", "at": "2026-03-01T10:00:00+00:00"}


def test_changes_with_unchanged_text_between_them_are_two():
    found = read(p(by("ins", r("a")) + r(" und ") + by("ins", r("b"))))
    assert len(found["changes"]) == 2


def test_a_paragraph_that_came_as_a_whole_is_marked_as_a_whole():
    found = read(p("eins") + p(by("ins", r("zwei")), end("ins")) + p("drei"))
    assert outline(found["doc"]) == ["paragraph: eins", "+paragraph: zwei", "paragraph: drei"]


def test_text_inserted_behind_a_paragraph_in_a_new_one_is_a_new_paragraph():
    # Word marks the first paragraph's end, and the second's words
    found = read(p("eins", end("ins")) + p(by("ins", r("zwei"))) + p("drei"))
    assert outline(found["doc"]) == ["paragraph: eins", "+paragraph: zwei", "paragraph: drei"]


def test_a_split_and_a_join_are_changes_of_the_end():
    found = read(p("eins", end("ins")) + p("zwei", end("del")) + p("drei"))
    assert outline(found["doc"]) == ["paragraph: eins+¶", "paragraph: zwei-¶", "paragraph: drei"]


def test_joining_a_heading_with_a_paragraph_gives_what_word_gives():
    found = read(styled("Kopf", "berschrift1", end("del")) + p("Rest"))
    assert outline(tracked.accept(found["doc"])) == ["paragraph: KopfRest"]
    assert outline(tracked.reject(found["doc"])) == ["heading 1: Kopf", "paragraph: Rest"]


def test_split_list_items_come_together_again_when_rejected():
    found = read(numbered("eins", 1, more=end("ins")) + numbered("zwei", 1))
    accepted = outline(tracked.accept(found["doc"]))
    assert accepted == [
        "bullet_list", "  list_item", "    paragraph: eins", "  list_item", "    paragraph: zwei",
    ]  # fmt: skip
    rejected = outline(tracked.reject(found["doc"]))
    assert rejected == ["bullet_list", "  list_item", "    paragraph: einszwei"]


def test_a_whole_new_list_item_carries_the_mark_itself():
    found = read(numbered("eins", 1) + p(by("ins", r("zwei")), _in_list() + end("ins")) + p("x"))
    assert "  +list_item" in outline(found["doc"])


def _in_list() -> str:
    return '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'


def test_a_moved_passage_is_one_move():
    found = read(
        p('<w:moveFromRangeStart w:id="5" w:name="move7"/>' + by("moveFrom", r("wandert"))
          + '<w:moveFromRangeEnd w:id="5"/>' + r("bleibt"))
        + p('<w:moveToRangeStart w:id="6" w:name="move7"/>' + by("moveTo", r("wandert"))
            + '<w:moveToRangeEnd w:id="6"/>')
    )  # fmt: skip
    marks = [
        mark
        for block in found["doc"]["content"]
        for node in block.get("content", ())
        for mark in node.get("marks", ())
    ]
    assert [mark["type"] for mark in marks] == ["deletion", "insertion"]
    assert marks[0]["attrs"]["move"] == marks[1]["attrs"]["move"] == "move7"


def test_changed_markup_remembers_what_was():
    change = by("rPrChange", "<w:rPr><w:i/></w:rPr>")
    found = read(p(r("fett", f"<w:b/>{change}")))
    (block,) = found["doc"]["content"]
    marks = block["content"][0]["marks"]
    assert [mark["type"] for mark in marks] == ["strong", "modification"]
    assert marks[1]["attrs"]["before"] == {"marks": [{"type": "em"}]}


def test_a_paragraph_that_became_a_heading_remembers_it():
    change = by("pPrChange", "<w:pPr/>")
    found = read(p("Kopf", f'<w:pStyle w:val="berschrift1"/>{change}'))
    (block,) = found["doc"]["content"]
    before = block["marks"][0]["attrs"]["before"]
    assert (block["type"], before["type"]) == ("heading", "paragraph")


def table(*rows: str, grid: int = 2, properties: str = "") -> str:
    columns = '<w:gridCol w:w="3000"/>' * grid
    return (
        f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}"
        "</w:tbl>"
    )


def row(*cells: str, properties: str = "") -> str:
    inner = "".join(
        cell if cell.startswith("<w:tc>") else f"<w:tc>{p(cell)}</w:tc>" for cell in cells
    )
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{inner}</w:tr>"


def test_tables_keep_spans_and_header_rows():
    merged = '<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' + p("lang") + "</w:tc>"
    below = "<w:tc><w:tcPr><w:vMerge/></w:tcPr>" + p() + "</w:tc>"
    wide = '<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + p("breit") + "</w:tc>"
    found = read(
        table(row("K1", "K2", properties="<w:tblHeader/>"), row(merged, "a"), row(below, "b"),
              row(wide))
    )  # fmt: skip
    lines = outline(found["doc"])
    assert "    table_header" in lines
    assert "    table_cell 1x2" in lines
    assert "    table_cell 2x1" in lines
    assert sum(one.strip() == "table_row" for one in lines) == 4


def test_inserted_and_deleted_rows_are_marked_as_rows():
    found = read(
        table(row("a", "b"), row("c", "d", properties=by("ins", "")),
              row("e", "f", properties=by("del", "")))
    )  # fmt: skip
    rows = [one for one in outline(found["doc"]) if "table_row" in one]
    assert rows == ["  table_row", "  +table_row", "  -table_row"]


def comments(*texts: str) -> str:
    inner = "".join(
        f'<w:comment w:id="{n}" w:author="Ada" w:date="2026-03-02T09:00:00Z">'
        f'<w:p w14:paraId="0000000{n}"><w:r><w:t>{said}</w:t></w:r></w:p></w:comment>'
        for n, said in enumerate(texts)
    )
    return f"<w:comments {NAMES}>{inner}</w:comments>"


THREAD = (
    f'<w15:commentsEx {NAMES}><w15:commentEx w15:paraId="00000000" w15:done="1"/>'
    '<w15:commentEx w15:paraId="00000001" w15:paraIdParent="00000000" w15:done="1"/>'
    "</w15:commentsEx>"
)


def test_comments_keep_their_passage_their_answers_and_that_they_are_resolved():
    body = p(
        r("Wir ") + '<w:commentRangeStart w:id="0"/>' + r("😀 wollen")
        + '<w:commentRangeEnd w:id="0"/>' + '<w:r><w:commentReference w:id="0"/></w:r>' + r(" das.")
    )  # fmt: skip
    found = read(body, comments=comments("Wirklich?", "Ja."), commentsExtended=THREAD)
    (comment,) = found["comments"]
    assert (comment["author"], comment["text"], comment["resolved"]) == ("Ada", "Wirklich?", True)
    assert comment["quote"] == "😀 wollen"
    assert (comment["start"], comment["end"]) == (5, 14)  # the emoji counts two
    assert [reply["text"] for reply in comment["replies"]] == ["Ja."]


def test_a_comment_across_paragraphs_keeps_both_ends():
    body = (
        p(r("a") + '<w:commentRangeStart w:id="0"/>' + r("b")) + p("c")
        + p(r("d") + '<w:commentRangeEnd w:id="0"/>' + r("e"))
    )  # fmt: skip
    found = read(body, comments=comments("x"))
    (comment,) = found["comments"]
    assert comment["quote"] == "b\nc\nd"
    assert (comment["start"], comment["end"]) == (2, 9)


def test_a_comment_without_a_range_stands_at_its_point():
    found = read(
        p(r("ab") + '<w:r><w:commentReference w:id="0"/></w:r>' + r("c")), comments=comments("x")
    )
    (comment,) = found["comments"]
    assert (comment["start"], comment["end"], comment["quote"]) == (3, 3, "")


NOTES = (
    f'<w:footnotes {W}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
    '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> Siehe '
    "dort.</w:t></w:r></w:p><w:p><w:r><w:t>Und da.</w:t></w:r></w:p></w:footnote></w:footnotes>"
)


def test_footnotes_and_endnotes_become_footnotes():
    endnotes = NOTES.replace("footnote", "endnote").replace("Siehe", "Am Ende")
    body = p(
        r("Text") + '<w:r><w:footnoteReference w:id="2"/></w:r>'
        + '<w:r><w:endnoteReference w:id="2"/></w:r>'
    )  # fmt: skip
    found = read(body, footnotes=NOTES, endnotes=endnotes)
    said = "paragraph: Text[Siehe dort.|Und da.][Am Ende dort.|Und da.]"
    assert outline(found["doc"]) == [said]
    assert "Endnotes became footnotes: 1." in told(found)


def link(target: str, inner: str) -> dict:
    relation = (
        f'<Relationship Id="rId9" Type="x/hyperlink" TargetMode="External" Target="{target}"/>'
    )
    return read(p(f'<w:hyperlink r:id="rId9">{r(inner)}</w:hyperlink>'), rels=relation)


def test_links_keep_addresses_that_may_be_linked():
    found = link("https://example.org/a?b=c&amp;d", "dort")
    assert marked(found["doc"], "dort") == ["link"]


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//host/x", "cid:1"],
)
def test_other_links_become_text_and_are_reported(address):
    found = link(address, "dort")
    assert marked(found["doc"], "dort") == []
    assert any("became plain text" in line for line in told(found))


def test_a_hyperlink_field_is_a_link():
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText> HYPERLINK "https://example.org/" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + r("da")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )  # fmt: skip
    assert marked(read(p(field))["doc"], "da") == ["link"]


def test_a_table_of_contents_is_left_out_over_all_its_paragraphs():
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o "1-3"</w:instrText>'
        '</w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    stop = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    found = read(p(begin + r("A 1")) + p("B 2") + p(r("C 3") + stop + r("Text")))
    assert [one for one in outline(found["doc"]) if one != "paragraph: "] == ["paragraph: Text"]
    assert "The table of contents was left out; it is made anew at export." in told(found)


def test_signs_breaks_and_hidden_text():
    run = (
        "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:noBreakHyphen/><w:t>c</w:t><w:softHyphen/>"
        "<w:t>d</w:t><w:br/><w:t>e</w:t></w:r>"
    )
    found = read(p(run + r("geheim", "<w:vanish/>")))
    assert outline(found["doc"]) == ["paragraph: a b\u2011c\u00add|e"]
    assert "Hidden text was left out: 1." in told(found)


def test_a_page_break_is_a_block():
    found = read(p("a") + p('<w:r><w:br w:type="page"/></w:r>') + p("b"))
    assert outline(found["doc"]) == ["paragraph: a", "page_break", "paragraph: b"]


PICTURE = (
    "<w:r><w:drawing><wp:inline><wp:extent cx='2880000' cy='1'/><wp:docPr id='1' name='x'"
    " descr='Ein Haus'/><a:graphic><a:graphicData><a:blip r:embed='rIdP'/></a:graphicData>"
    "</a:graphic></wp:inline></w:drawing></w:r>"
)
PICTURED = '<Relationship Id="rIdP" Type="x/image" Target="media/a.png"/>'


def test_pictures_become_figures_with_their_alternative_text_and_caption():
    found = read(
        p(r("Text ") + PICTURE) + styled("Abb. 1", "Beschriftung"),
        rels=PICTURED, **{"word__media__a.png": png()},
    )  # fmt: skip
    assert outline(found["doc"]) == ["paragraph: Text ", "figure", "  image", "  caption: Abb. 1"]
    image = found["doc"]["content"][1]["content"][0]
    assert image["attrs"]["alt"] == "Ein Haus"
    assert image["attrs"]["width"] == 50
    assert list(found["files"]) == [image["attrs"]["file"]]


def test_an_inserted_picture_is_an_inserted_figure():
    found = read(p(by("ins", PICTURE)), rels=PICTURED, **{"word__media__a.png": png()})
    assert outline(found["doc"])[0] == "+figure"


def test_a_picture_that_is_none_is_reported():
    found = read(p(r("x") + PICTURE), rels=PICTURED, **{"word__media__a.png": b"<svg/>"})
    assert outline(found["doc"]) == ["paragraph: x"]
    assert "Pictures that cannot be shown were left out: 1." in told(found)


def test_text_boxes_are_kept_once():
    box = f"<w:txbxContent>{p('im Kasten')}</w:txbxContent>"
    both = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
        f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox>"
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    found = read(p(r("davor") + both))
    assert outline(found["doc"]) == ["paragraph: davor", "paragraph: im Kasten"]


def test_formulas_become_text():
    found = read(p("<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>"))
    assert outline(found["doc"]) == ["paragraph: a+b"]
    assert "Formulas became plain text: 1." in told(found)


def test_quotations_and_content_controls():
    sdt = f"<w:sdt><w:sdtContent>{p('drin')}</w:sdtContent></w:sdt>"
    found = read(styled("Zitat", "Zitat") + sdt)
    assert outline(found["doc"]) == ["blockquote", "  paragraph: Zitat", "paragraph: drin"]


def test_a_deletion_of_what_somebody_else_inserted_carries_both():
    found = read(p(by("ins", by("del", gone("hin und her"), author="Ada"))))
    (node,) = found["doc"]["content"][0]["content"]
    assert [mark["type"] for mark in node["marks"]] == ["deletion", "insertion"]
    assert {one["author"] for one in found["changes"].values()} == {"Jörg Groß", "Ada"}


def test_signs_that_turn_the_direction_are_removed_and_reported():
    found = read(p("harm\u202elos\u2066"))
    assert line(found["doc"]["content"][0]) == "harmlos"
    assert "Hidden characters that turn the reading direction were removed: 2." in told(found)


def test_strict_files_are_read_like_others():
    body = p(by("ins", r("neu")))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx(body))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name).replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                b"http://purl.oclc.org/ooxml/wordprocessingml/main",
            )
            new.writestr(name, data)
    found = quick(out.getvalue(), "docx")
    assert outline(found["doc"]) == ["paragraph: +neu+"]


def test_empty_paragraphs_that_only_make_space_are_left_out():
    found = read(p("eins") + p() + p("<w:r/>") + p("zwei") + p("", end("ins")) + p("drei"))
    assert outline(found["doc"]) == [
        "paragraph: eins", "paragraph: zwei", "+paragraph: ", "paragraph: drei",
    ]  # fmt: skip


def test_a_list_item_goes_on_in_an_unnumbered_paragraph_of_the_list_style():
    style = (
        '<w:style w:type="paragraph" w:styleId="Listenabsatz"><w:name w:val="List Paragraph"/>'
        "</w:style>"
    )
    styles = STYLES.replace("</w:styles>", f"{style}</w:styles>")
    found = read(
        numbered("eins", 1) + styled("weiter", "Listenabsatz") + numbered("zwei", 1)
        + p("Text") + styled("frei", "Listenabsatz"), styles=styles,
    )  # fmt: skip
    assert outline(found["doc"]) == [
        "bullet_list", "  list_item", "    paragraph: eins", "    paragraph: weiter",
        "  list_item", "    paragraph: zwei", "paragraph: Text", "paragraph: frei",
    ]  # fmt: skip


def test_a_numbered_heading_keeps_its_number_as_text_and_the_report_says_so():
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{shown}"/></w:lvl>'
        for n, (kind, shown) in enumerate([("upperRoman", "%1."), ("lowerLetter", "%1 %2)")])
    )
    numbering = (
        f'<w:numbering {NAMES}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )

    def head(text: str, level: int) -> str:
        place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
        return styled(text, f"Heading{level + 1}", place)

    body = head("Ziel", 0) + head("Weg", 1) + head("Mittel", 1) + p("x") + head("Schluss", 0)
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/>'
        "</w:style>"
        for n in (1, 2)
    )
    found = read(
        body, numbering=numbering, styles=STYLES.replace("</w:styles>", f"{styles}</w:styles>")
    )
    assert outline(found["doc"]) == [
        "heading 1: I. Ziel", "heading 2: I a) Weg", "heading 2: I b) Mittel", "paragraph: x",
        "heading 1: II. Schluss",
    ]  # fmt: skip
    assert "Numbers of headings became part of their words: 4." in told(found)


def test_an_empty_paragraph_with_a_border_is_a_line():
    border = '<w:pBdr><w:bottom w:val="single"/></w:pBdr>'
    assert outline(read(p("a") + p("", border) + p("", border) + p("b"))["doc"]) == [
        "paragraph: a", "horizontal_rule", "paragraph: b",
    ]  # fmt: skip


def test_an_outline_level_makes_a_heading_of_what_looks_like_one():
    level = '<w:outlineLvl w:val="1"/>'
    found = read(
        p(r("Kopf", "<w:b/>"), level) + p("Text", level)
        + p(r("eingerückt", "<w:b/>"), level + '<w:ind w:left="500"/>')
    )  # fmt: skip
    kinds = [one.partition(":")[0] for one in outline(found["doc"])]
    assert kinds == ["heading 2", "paragraph", "paragraph"]


def test_a_header_row_is_bold_by_itself():
    bold = f"<w:tc>{p(r('Kopf', '<w:b/>'))}</w:tc>"
    found = read(table(row(bold, "b", properties="<w:tblHeader/>"), row("c", "d")))
    assert marked(found["doc"], "Kopf") == []


def test_a_deleted_picture_is_one_deletion():
    body = p("davor") + p(by("del", PICTURE), end("del")) + p("danach")
    found = read(body, rels=PICTURED, **{"word__media__a.png": png()})
    assert outline(found["doc"]) == ["paragraph: davor", "-figure", "  image", "paragraph: danach"]


def test_the_report_says_under_which_heading():
    found = read(styled("Kosten", "berschrift1") + p("<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>")
                 + p(r("geheim", "<w:vanish/>")))  # fmt: skip
    places = {line["message"]: line["place"] for line in found["report"]}
    assert places["Hidden text was left out: %(count)s."] == "Kosten"
