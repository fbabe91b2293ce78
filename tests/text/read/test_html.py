from __future__ import annotations

import base64

import pytest

from strategy.text.read import Unreadable, paste
from strategy.text.read.addresses import safe_address
from tests.text.read.office import marked, outline, png, quick


def read(markup: str) -> dict:
    found = quick(markup.encode(), "html")
    assert "refused" not in found, found
    return found


def lines(markup: str) -> list[str]:
    return outline(read(markup)["doc"])


def test_structure_is_kept():
    assert lines(
        "<h2>Kopf</h2>lose <p>Absatz<br>zwei</p><ul><li>a<ul><li>b</li></ul></li></ul>"
        "<ol start=3 type=a><li><p>c</ol><blockquote>Zitat</blockquote><hr><pre>x\n y</pre>"
        "<dl><dt>Wort<dd>Sinn</dl>"
    ) == [
        "heading 2: Kopf", "paragraph: lose", "paragraph: Absatz|zwei",
        "bullet_list", "  list_item", "    paragraph: a", "    bullet_list", "      list_item",
        "        paragraph: b",
        "ordered_list lower-alpha 3", "  list_item", "    paragraph: c",
        "blockquote", "  paragraph: Zitat", "horizontal_rule", "paragraph: x| y",
        "paragraph: Wort", "blockquote", "  paragraph: Sinn",
    ]  # fmt: skip


def test_white_space_is_as_a_browser_shows_it():
    assert lines("<p>\n  ein <b> Wort </b>\n und </p>") == ["paragraph: ein Wort und"]


def test_a_page_with_one_h1_has_a_title():
    found = read("<html lang=de><title>T</title><h1>Der Titel</h1><p>x<h2>A</h2><h3>B</h3>")
    assert found["doc"]["attrs"] == {"title": "Der Titel", "lang": "de"}
    assert outline(found["doc"]) == ["paragraph: x", "heading 1: A", "heading 2: B"]


def test_tables_with_spans_head_and_gaps():
    assert lines(
        "<table><thead><tr><th>A<th>B</thead><tr><td rowspan=2>x<td>y<tr><td>z<tr><td>allein"
        "</table>"
    ) == [
        "table",
        "  table_row", "    table_header", "      paragraph: A", "    table_header",
        "      paragraph: B",
        "  table_row", "    table_cell 1x2", "      paragraph: x", "    table_cell",
        "      paragraph: y",
        "  table_row", "    table_cell", "      paragraph: z",
        "  table_row", "    table_cell", "      paragraph: allein", "    table_cell",
        "      paragraph: ",
    ]  # fmt: skip


def test_ins_and_del_are_tracked_changes_in_lines_and_around_blocks():
    found = read(
        '<p>a<ins datetime="2026-03-01T10:00:00Z" data-author="Ada">b</ins><del>c</del></p>'
        "<del><p>weg</p></del>"
    )
    assert outline(found["doc"]) == ["paragraph: a+b+-c-", "-paragraph: weg"]
    assert {"author": "Ada", "at": "2026-03-01T10:00:00+00:00"} in found["changes"].values()


def test_footnotes_come_to_their_place():
    assert lines(
        '<p>Text<a href="#fn1" role="doc-noteref"><sup>1</sup></a>.</p><section><ol><li id="fn1">'
        '<p>Siehe dort.<a href="#fnref1" role="doc-backlink">↩</a></p></li></ol></section>'
    ) == ["paragraph: Text[Siehe dort.]."]


def test_footnotes_of_word_come_to_their_place():
    assert lines(
        "<p>Text<a href='#_ftn1' name='_ftnref1'><span>[1]</span></a></p>"
        "<div><div id=ftn1><p class=MsoFootnoteText><a href='#_ftnref1' name='_ftn1'>[1]</a> Siehe."
        "</p></div></div>"
    ) == ["paragraph: Text[Siehe.]"]


def test_lists_of_word_become_lists():
    def item(level: int, bullet: str, text: str) -> str:
        return (
            f"<p class=MsoListParagraph style='margin-left:36.0pt;mso-list:l0 level{level} lfo1'>"
            f"<![if !supportLists]><span style='mso-list:Ignore'>{bullet}<span>&nbsp;</span></span>"
            f"<![endif]>{text}<o:p></o:p></p>"
        )

    assert lines(item(1, "·", "eins") + item(2, "o", "zwei") + item(1, "·", "drei")) == [
        "bullet_list", "  list_item", "    paragraph: eins", "    bullet_list", "      list_item",
        "        paragraph: zwei", "  list_item", "    paragraph: drei",
    ]  # fmt: skip
    assert lines(item(1, "3.", "drei"))[0] == "ordered_list decimal 3"
    assert lines(item(1, "iv)", "vier"))[0] == "ordered_list lower-roman 4"


def test_what_google_docs_copies_is_cleaned():
    found = read(
        '<meta charset=utf-8><b style="font-weight:normal" id="docs-internal-guid-1"><p dir=ltr>'
        '<span style="font-weight:700">fett</span><span style="font-style:italic"> schräg</span>'
        '<span style="font-weight:400"> glatt</span></p></b>'
    )
    assert marked(found["doc"], "fett") == ["strong"]
    assert marked(found["doc"], " schräg") == ["em"]
    assert marked(found["doc"], " glatt") == []


def test_scripts_styles_and_hidden_text_are_gone():
    found = read(
        "<style>p{x}</style><script>böse()</script><p onclick=x style='position:fixed'>gut"
        "<span style='display:none'>geheim</span><svg><text>x</text></svg><!-- nein --></p>"
    )
    assert outline(found["doc"]) == ["paragraph: gut"]


def test_pictures_in_the_page_are_kept_and_others_leave_their_words():
    inside = base64.b64encode(png()).decode()
    found = read(
        f'<p>a<img alt="Haus" src="data:image/png;base64,{inside}">'
        '<img alt="Weg" src="https://example.org/spion.png"><img width=1 src="//x/pixel"></p>'
    )
    assert outline(found["doc"]) == ["paragraph: aWeg", "figure", "  image"]
    assert len(found["files"]) == 1
    assert "example.org" not in str(found["doc"])


BAD = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "java\tscript:alert(1)",
    " javascript:alert(1)", "\x01javascript:alert(1)", "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)", "&#x6A;avascript&#58;alert(1)", "javascript:1", "javascript:0/a(1)",
    "example.org:80", "localhost:8000/x", "cid:1", "//example.org/x", "\\\\host\\x", "/x", "x.html",
    "data:text/html,<script>", "vbscript:x", "file:///etc/passwd", "blob:x", "view-source:x",
    "https:", "http://", "mailto:", "https:/\\x", "ftp://x", "javascript\u200b:alert(1)",
    "https://exa\u202emple.org/", "\uff4aavascript:alert(1)", "http://a b.de:x y", "about:blank",
    "&Tab;javascript:x",
]  # fmt: skip


@pytest.mark.parametrize("address", BAD)
def test_an_address_that_may_not_be_linked_is_none(address):
    found = safe_address(address)
    assert found is None
    attribute = address.replace("&", "&amp;").replace('"', "&quot;")
    for markup in (f'<a href="{attribute}">x</a>', f'<a href="{address}">x</a>'):
        doc = read(f"<p>{markup}")["doc"]
        for mark in doc["content"][0]["content"][0].get("marks", ()):
            assert mark["attrs"]["href"].startswith(("https://", "http://", "mailto:"))


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org/a?b=c&d#e", "https://example.org/a?b=c&d#e"),
        ("HTTP://example.org", "http://example.org"),
        ("mailto:ada@example.org", "mailto:ada@example.org"),
        (" https://example.org/ ", "https://example.org/"),
        ("https://example.org/ä b", "https://example.org/ä%20b"),
        ("https://example.org:8443/x", "https://example.org:8443/x"),
    ],
)
def test_an_address_that_may_be_linked_is_kept(address, kept):
    assert safe_address(address) == kept


def test_each_layer_stops_bad_links_by_itself():
    import bleach

    from strategy.text import schema

    assert "javascript" not in bleach.clean('<a href="javascript:x">y</a>', tags={"a"})
    assert safe_address("javascript:x") is None
    assert not schema.is_address("javascript:x")


def test_a_pasted_passage_is_a_document():
    found = paste.clean_html("<p>Hallo <b>Welt</b><script>x</script>")
    assert outline(found.doc) == ["paragraph: Hallo Welt"]
    with pytest.raises(Unreadable):
        paste.clean_html("x" * 5_000_001)


@pytest.mark.parametrize("address", BAD)
def test_a_comment_shows_no_bad_link(address):
    shown = paste.safe_fragment(f'<p>x <a href="{address}" onclick="y">z</a><img src=x></p>')
    assert "script:" not in shown.replace("&amp;", "&").lower() or "href" not in shown
    assert "<img" not in shown and "onclick" not in shown


def test_our_own_page_is_read_with_its_changes():
    from strategy.text.shapes import Change
    from strategy.text.write.html import fragment

    doc = read("<h2>Kopf</h2><p>Text <b>fett</b>.</p><ul><li>eins</ul>")["doc"]
    node = {"type": "text", "text": "neu", "marks": [
        {"type": "insertion", "attrs": {"id": "ada:1", "move": None}}]}  # fmt: skip
    doc["content"][1]["content"].append(node)
    again = read(fragment(doc, changes={"ada:1": Change("Ada", "2026-03-01T10:00:00+00:00")}))
    assert "paragraph: Text fett.+neu+" in outline(again["doc"])
    assert again["changes"]["ada:1"]["author"] == "Ada"


def test_a_page_that_word_saved_keeps_text_and_loses_junk():
    found = read(
        "<html xmlns:o='urn:schemas-microsoft-com:office:office'><head>"
        "<style><!-- p.MsoNormal {} --></style>"
        "<!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]--></head><body lang=DE>"
        "<p class=MsoTitle>Der Titel<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        "<p class=MsoNormal style='text-align:justify'>Ein "
        "<span style='mso-highlight:yellow'>gelber</span> Text"
        "<ins cite='mailto:Ada' datetime='2026-03-01T10:00'> neu</ins></p>"
        "<div style='mso-element:footnote-list'><br clear=all><hr size=1></div></body></html>"
    )
    assert found["doc"]["attrs"] == {"title": "Der Titel", "lang": "de"}
    assert outline(found["doc"]) == ["paragraph: Ein gelber Text+ neu+"]
    assert marked(found["doc"], "gelber") == ["highlight"]
    assert [one["author"] for one in found["changes"].values()] == ["Ada"]
