"""Synopses as files: both texts whole, row by row, with the lines of each, in PDF and DOCX."""

from __future__ import annotations

import copy
import io
import re
import zipfile

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strategy.text.compare import compare
from strategy.text.lines import Line, LineMap, Ruled, blocks
from strategy.text.shapes import Meta
from strategy.text.write.html import fragment
from strategy.text.write.numbering import line_map
from strategy.text.write.paper import Paper
from strategy.text.write.synopsis import Entry, Synopsis, entries, numbers, write_synopsis
from tests.text.write import sample
from tests.text.write.sample import doc, fn, h, p
from tests.text.write.test_pdf import flat, opened, pages, tags

META = Meta(title="Jede Stunde ein Bus", body="Landesvorstand", number="2026/041")
OLD = doc(
    h(1, "Ziel", id="z"),
    p("Jede Stunde ein Bus, " * 12 + "auch am Sonntag.", id="a"),
    p("Das entfällt.", id="b"),
    p("Wie bisher.", fn("Mit einer Fußnote."), id="c"),
)


def newer():
    new = copy.deepcopy(OLD)
    new["content"][1] = p("Jede Stunde ein Bus, " * 12 + "auch am Feiertag.", id="a")
    del new["content"][2]
    new["content"].append(p("Das ist neu.", id="d"))
    return new


def rows_of(old, new):
    return entries(compare(old, new), numbers(old), numbers(new), before=old, after=new)


def test_each_row_has_the_lines_of_both_texts():
    old, new = OLD, newer()
    found = [(row.lines, row.lines_after, row.changed) for row in rows_of(old, new)]
    assert found == [
        ("1", "1", False), ("2–5", "2–5", True), ("6", "", True), ("7", "6", False),
        ("", "7", True),
    ]  # fmt: skip


WORDS = st.sampled_from(["Sonne", "Wind", "Wasser", "Wärme", "Bus", "Bahn"])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=7)


@given(TEXTS, TEXTS)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_every_line_of_both_texts_stands_in_exactly_one_row_in_order(before, after):
    """One line for each block: the rows give out all of them, none twice."""
    sides = [doc(*[p(text) for text in texts]) for texts in (before, after)]
    maps = [
        LineMap("1", tuple(
            Line(number, block.key, 0, block.length)
            for number, block in enumerate(blocks(side), 1)
        ))
        for side in sides
    ]  # fmt: skip
    rows = entries(compare(*sides), *maps, before=sides[0], after=sides[1])
    for told, texts in (("lines", before), ("lines_after", after)):
        spans = [getattr(row, told).split("–") for row in rows if getattr(row, told)]
        given_out = [number for span in spans for number in range(int(span[0]), int(span[-1]) + 1)]
        assert given_out == list(range(1, len(texts) + 1))


@pytest.fixture(scope="module")
def made():
    return Synopsis(META, "Fassung 1", "Fassung 2", rows_of(OLD, newer()))


def test_the_pdf_holds_both_texts_with_their_lines(made):
    pdf = write_synopsis(made, "pdf")
    words = flat("".join(pages(pdf)))
    for said in ("auchamSonntag.", "auchamFeiertag.", "Dasentfällt.", "Dasistneu.",
                 "Fassung1", "Fassung2", "[MiteinerFußnote.]", "2–5", "entfällt"):  # fmt: skip
        assert said in words
    read = opened(pdf)
    assert read.Root.Lang == "de-DE"
    kinds = {str(tag.S) for tag in tags(read)}
    assert {"/Table", "/TH", "/TD"} <= kinds
    box = read.pages[0].MediaBox
    assert float(box[2]) > float(box[3])


def test_the_same_synopsis_gives_the_same_bytes(made):
    assert write_synopsis(made, "pdf") == write_synopsis(made, "pdf")


def test_the_docx_is_a_table_with_tracked_changes_in_its_cells(made):
    data = write_synopsis(made, "docx")
    table = docx.Document(io.BytesIO(data)).tables[0]
    assert [cell.text for cell in table.rows[0].cells] == [
        "Zeile", "Fassung 1", "Zeile", "Fassung 2",
    ]  # fmt: skip
    assert [cell.text for cell in table.rows[1].cells] == ["1", "Ziel", "1", "Ziel"]
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    cells = re.findall(r"<w:tc>.*?</w:tc>", xml, re.DOTALL)
    assert any("<w:ins " in cell and "Feiertag" in cell for cell in cells)
    assert any("<w:delText" in cell and "Sonntag" in cell for cell in cells)
    assert not any("<w:ins " in cell and "<w:del " in cell for cell in cells)
    assert 'w:orient="landscape"' in xml


def test_reasons_have_a_column_of_their_own_where_there_are_any():
    row = Entry([p("Alt.")], [p("Neu.")], "17", "", "Weil es **so** besser ist.")
    made = Synopsis(META, "bisher", "künftig", [row])
    assert "Weil es **so** besser ist." in " ".join(
        "".join(pages(write_synopsis(made, "pdf"))).split()
    )
    table = docx.Document(io.BytesIO(write_synopsis(made, "docx"))).tables[0]
    assert table.rows[0].cells[4].text == "Begründung"
    assert table.rows[1].cells[4].text == "Weil es **so** besser ist."


def test_everything_that_a_paper_can_hold_finds_its_place():
    old = sample.paper()
    new = copy.deepcopy(old)
    del new["content"][3]
    made = Synopsis(sample.META, "a", "b", rows_of(old, new), files=sample.FILES)
    assert len(opened(write_synopsis(made, "pdf")).pages) > 1
    assert docx.Document(io.BytesIO(write_synopsis(made, "docx"))).tables


def test_the_lines_are_those_of_the_text_s_own_pdf():
    old = sample.paper()
    lines = line_map(Paper(old, sample.META, files=sample.FILES))
    ruled = Ruled(old, lines)
    rows = entries(compare(old, old), lines, lines, before=old, after=old)
    told = [row.lines for row in rows if row.lines]
    assert told[0] == "1"
    assert told[-1].split("–")[-1] == str(ruled.lines[-1].number)


def test_changes_are_heard():
    marked = compare(OLD, newer())
    heard = re.sub(r"<[^>]+>", "", fragment(marked, spoken=True))
    assert "auch am gelöscht: Sonntageingefügt: Feiertag." in heard
    assert "gelöscht" not in re.sub(r"<[^>]+>", "", fragment(marked))
