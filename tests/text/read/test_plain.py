"""Markdown, RTF, plain text and our own JSON."""

from __future__ import annotations

import json

import pytest

from strategy.text.fingerprint import fingerprint
from strategy.text.read import Unreadable, read
from tests.shared_data import histories
from tests.text.read.office import outline, png


def test_markdown_keeps_its_structure():
    found = read(
        b"---\ntitle: Der Titel\nlang: de\n---\n\n# Kopf\nText *so* ~~weg~~ H~2~O[^1]\n\n"
        b"[^1]: Note.\n\n1. a\n2. b\n   - c\n\n> Zitat\n\n| A | B |\n|---|--:|\n| 1 | 2 |\n\n"
        b"---\n\nWort\n:   Sinn\n",
        "md",
    )
    assert found.doc["attrs"]["title"] == "Der Titel"
    assert outline(found.doc) == [
        "heading 1: Kopf", "paragraph: Text so weg H2O[Note.]",
        "ordered_list decimal 1", "  list_item", "    paragraph: a", "  list_item",
        "    paragraph: b", "    bullet_list", "      list_item", "        paragraph: c",
        "blockquote", "  paragraph: Zitat",
        "table", "  table_row", "    table_header", "      paragraph: A", "    table_header",
        "      paragraph: B", "  table_row", "    table_cell", "      paragraph: 1",
        "    table_cell", "      paragraph: 2",
        "horizontal_rule", "paragraph: Wort", "blockquote", "  paragraph: Sinn",
    ]  # fmt: skip


def test_markdown_keeps_quotation_marks_and_dashes_as_they_are():
    found = read(b"\"So\" -- 'oder' so...", "md")
    assert outline(found.doc) == ["paragraph: \"So\" -- 'oder' so..."]


def test_raw_html_in_markdown_is_left_out_and_reported():
    found = read(b"a <script>x</script> b\n\n<iframe src=x></iframe>\n", "md")
    assert "script" not in json.dumps(found.doc)
    assert any(line.level == "lost" for line in found.report)


def test_pictures_that_lie_elsewhere_leave_their_words():
    found = read(b"![Ein Haus](https://example.org/x.png)", "md")
    assert "Ein Haus" in json.dumps(found.doc) and "example.org" not in json.dumps(found.doc)


def test_rtf_is_read():
    found = read(rb"{\rtf1\ansi {\b Gr\'fc\'dfe} aus \i Berlin\i0 .\par Zwei\par}", "rtf")
    assert outline(found.doc) == ["paragraph: Grüße aus Berlin.", "paragraph: Zwei"]


def test_rtf_keeps_pictures_and_footnotes():
    picture = png().hex().encode()
    found = read(
        rb"{\rtf1\ansi Text {\pict\pngblip\picw3\pich2 " + picture
        + rb"} Ende{\footnote Note.}\par}", "rtf",
    )  # fmt: skip
    assert outline(found.doc) == ["paragraph: Text  Ende[Note.]", "figure", "  image"]
    assert len(found.files) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_plain_text_in_any_usual_encoding(encoding):
    found = read("Grüße\r\nzwei\r\n\r\n\r\nÄpfel".encode(encoding), "txt")
    assert outline(found.doc) == ["paragraph: Grüße|zwei", "paragraph: Äpfel"]


def test_our_json_comes_back_with_its_fingerprint():
    doc = read(b"# Kopf\n\nText *so*.", "md").doc
    again = read(json.dumps(doc).encode(), "json")
    assert fingerprint(again.doc) == fingerprint(doc)


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"{}",
        b'{"type":"doc"}',
        b"{" * 100_000,
        b'{"type":"doc","content":[{"type":"x"}]}',
        b"1",
    ],
)
def test_json_that_is_not_ours_is_refused(data):
    with pytest.raises(Unreadable):
        read(data, "json")


def test_reading_twice_gives_the_same_ids():
    data = b"# Kopf\n\nText\n\nText\n\n- a\n- a\n"
    one, two = read(data, "md"), read(data, "md")
    assert one.doc == two.doc
    ids = [part["attrs"]["id"] for part in one.doc["content"] if "id" in part.get("attrs", {})]
    assert len(ids) == len(set(ids))


def test_real_laws_in_markdown_are_read():
    newest = [history[-1] for history in histories()]
    print(f"{len(newest)} real texts at hand")  # noqa: T201
    for path in newest:
        found = read(path.read_bytes(), "md")
        assert len(json.dumps(found.doc)) > path.stat().st_size / 2, path
