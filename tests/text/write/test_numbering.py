"""Line maps: what a PDF prints is what the map says, then and in every later layout."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from strategy.text.compare import compare
from strategy.text.lines import Ruled, blocks
from strategy.text.positions import slice_text
from strategy.text.shapes import Comment, Meta
from strategy.text.write import typesetter, write
from strategy.text.write.numbering import labelled, line_map
from strategy.text.write.paper import Frozen, Paper
from tests.pdfs import by_pdftotext
from tests.text.write import sample
from tests.text.write.sample import doc, fn, h, li, ol, p, table, td, tr
from tests.text.write.test_pdf import pages

META = Meta(title="x")
TEMPLATES = typesetter.TEMPLATES
BREAK = {"type": "hard_break"}
ADA = {"type": "mention", "attrs": {"person": 1, "label": "Ada Ahrens"}}
LONG = "Wort für Wort steht hier ein langer Satz über Zeilen. " * 9


def another_day(folder: Path) -> None:
    """Templates as an update may bring them: larger letters on a narrower page."""
    shutil.copytree(TEMPLATES, folder)
    style = folder / "style.typ"
    said = style.read_text().replace("size: 11pt, lang", "size: 13pt, lang")
    style.write_text(said.replace("left: 3cm, right: 2.6cm", "left: 3.4cm, right: 4cm"))


@pytest.fixture
def updated(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Called, it brings the update; afterwards everything is as it was."""

    def change() -> None:
        another_day(tmp_path / "typst")
        typesetter.stop()
        typesetter.TEMPLATES = tmp_path / "typst"

    yield change
    typesetter.stop()
    typesetter.TEMPLATES = TEMPLATES


def document():
    return doc(
        h(1, "Eine Überschrift"),
        p(LONG, id="a"),
        ol(li(p("Punkt " + LONG)), li(p("kurz"))),
        p("Eins", BREAK, BREAK, "drei ", ADA, fn("Nur klein gedruckt."), id="b"),
        table(tr(td(LONG))),
        h(
            4,
            "Eine sehr lange Überschrift der vierten Ebene, die mehr als eine Zeile braucht, " * 2,
        ),
        p(LONG + "🌞 Ende"),
    )


def test_each_printed_number_is_in_the_map():
    made = document()
    found = line_map(Paper(made, META))
    shown = "\n".join(pages(write(made, "pdf", cover=False)))
    printed = [int(n) for n in re.findall(r"^\s*(\d+)\s*$", shown, re.MULTILINE)]
    assert [line.number for line in found.lines] == printed


def test_no_line_overlaps_and_none_is_in_a_table():
    made = document()
    found = Ruled(made, line_map(Paper(made, META)))
    assert found.starts == sorted(found.starts)
    numbered = {block.key for block in blocks(made) if block.numbered}
    assert {line.block for line in found.lines} <= numbered
    for before, start in zip(found.lines, found.starts[1:], strict=False):
        assert found.positions(before.number, before.number)[1] <= start


def test_in_the_same_layout_the_numbers_stand_where_they_stood():
    made = document()
    found = line_map(Paper(made, META))
    paper = labelled(Paper(made, META, frozen=Frozen(made, found)))
    count = len(found.lines)
    assert [shown for shown, _ in paper.labels] == [str(n) for n in range(1, count + 1)]
    old = pages(write(made, "pdf", meta=META))
    assert pages(write(made, "pdf", meta=META, frozen=Frozen(made, found))) == old


def test_every_fifth_is_of_the_frozen_ones():
    made = document()
    found = line_map(Paper(made, META))
    labels = labelled(Paper(made, META, lines="fifth", frozen=Frozen(made, found))).labels
    assert {shown for shown, _ in labels} >= {"", "5", "10"}
    assert not {shown for shown, _ in labels} & {"1", "4", "6"}


def test_after_an_update_each_number_stands_beside_the_same_words(updated):
    made = document()
    found = line_map(Paper(made, META))
    updated()
    other = line_map(Paper(made, META))
    assert len(other.lines) > len(found.lines)  # it is another layout
    labels = labelled(Paper(made, META, frozen=Frozen(made, found))).labels
    assert len(labels) == len(other.lines)
    shown = [number for label, _ in labels for number in spread(label)]
    assert shown == [line.number for line in found.lines]
    for (label, _), line in zip(labels, other.lines, strict=True):
        for number in spread(label):
            frozen = found.lines[number - 1]
            if frozen.start < frozen.end:
                assert frozen.block == line.block
                assert line.start <= frozen.start < line.end


def test_the_updated_pdf_prints_those_numbers(updated):
    """Read by somebody else: beside number n stands the word with which line n began."""
    made = document()
    found = line_map(Paper(made, META))
    updated()
    ruled = Ruled(made, found)
    beside = printed_lines(write(made, "pdf", meta=META, frozen=Frozen(made, found)))
    for line in found.lines:
        if line.start < line.end:
            first = slice_text(made, *ruled.positions(line.number, line.number)).split()[0]
            assert any(
                first[:4] in words for label, words in beside if line.number in spread(label)
            )


def printed_lines(made: bytes) -> list[tuple[str, str]]:
    """Each number of a line with the words beside it, by pdftotext."""
    said = by_pdftotext(made, "-layout")
    found = re.findall(r"^ {0,12}(\d+(?:–\d+)?) {2,}(\S.*)$", said, re.MULTILINE)
    return [(number, " ".join(words.split())) for number, words in found]


def spread(label: str) -> list[int]:
    """17–19 as 17, 18, 19."""
    if not label:
        return []
    first, _, last = label.partition("–")
    return list(range(int(first), int(last or first) + 1))


def test_a_redline_has_the_numbers_of_the_text_that_it_ends_in():
    old, new = document(), document()
    old["content"].insert(2, p("Das entfällt. " + LONG.upper(), id="gone"))
    new["content"][1] = p("Ganz neu. " + LONG.replace("langer", "viel zu langer"), id="a")
    found = line_map(Paper(new, META))
    marked = compare(old, new)
    labels = labelled(Paper(marked, META, view="marked", frozen=Frozen(new, found))).labels
    shown = [number for label, _ in labels for number in spread(label)]
    assert shown == list(range(1, len(found.lines) + 1))
    assert len(labels) > len(found.lines)  # lines of deleted words have none


def test_a_text_that_is_another_one_numbers_itself():
    made, other = document(), doc(p("Etwas anderes."))
    found = line_map(Paper(made, META))
    assert labelled(Paper(other, META, frozen=Frozen(made, found))).labels is None


def test_words_of_the_sample_by_line():
    made = sample.paper()
    paper = Paper(made, sample.META, files=sample.FILES)
    found = Ruled(made, line_map(paper))
    assert slice_text(made, *found.positions(1, 1)) == "Ausgangslage"
    assert found.lines[-1].number == len(found.lines)


def test_comments_move_no_number():
    made = document()
    found = line_map(Paper(made, META))
    comments = [Comment("Ada", "?", start=30 + n, end=60 + n) for n in range(12)]
    paper = Paper(made, META, comments=comments, frozen=Frozen(made, found))
    shown = [number for label, _ in labelled(paper).labels for number in spread(label)]
    assert shown == list(range(1, len(found.lines) + 1))
