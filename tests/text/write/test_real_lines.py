"""Lines of real papers: the PDF as another program reads it, the screen and citations agree."""

from __future__ import annotations

import re
import subprocess
from html import unescape
from pathlib import Path

import pytest

from strategy.text.lines import Place, Ruled
from strategy.text.positions import plain_text, slice_text
from strategy.text.shapes import Meta
from strategy.text.write import write
from strategy.text.write.html import fragment
from strategy.text.write.numbering import line_map
from strategy.text.write.paper import Frozen, Paper
from strategy.text.write.tree import Json
from tests.shared_data import histories
from tests.text.markdown import document
from tests.text.write import sample

META = Meta(title="Zeilen")
PAPERS = 20
BLOCKS = 45
"""How much of each is taken: two to five pages."""
LONGEST_WORD = 60
"""Addresses that fill a line of their own are none of a paper's lines."""


def begun(path: Path) -> Json:
    """The beginning of a real text."""
    made = document(path)
    return made | {"content": made["content"][:BLOCKS]}


def real_papers() -> list[Json]:
    """First and last revisions of the real texts."""
    paths = [one[place] for place in (0, -1) for one in histories()]
    made = [begun(path) for path in paths]
    fit = [doc for doc in made if max(map(len, plain_text(doc).split())) <= LONGEST_WORD]
    return fit[:PAPERS]


def test_of_a_paper_with_everything_in_it():
    agree(sample.paper())


def test_of_real_papers():
    found = real_papers()
    if not found:
        pytest.skip("the collection of real texts is not on this machine")
    assert len(found) == PAPERS
    for doc in found:
        agree(doc)


def agree(doc: Json) -> None:
    """Each line has the same number and the same words in the PDF, on the screen and cited."""
    made = line_map(Paper(doc, META))
    ruled = Ruled(doc, made)
    pdf = write(doc, "pdf", meta=META, frozen=Frozen(doc, made), cover=False)
    printed, screen = in_pdf(pdf), on_screen(fragment(doc, lines=made))
    assert list(printed) == list(screen) == [line.number for line in made.lines]
    for line in made.lines:
        start, end = ruled.positions(line.number, line.number)
        words = squeezed(slice_text(doc, start, end))
        assert ruled.place(start, max(start + 1, end)) == Place(line.number, line.number)
        assert words == screen[line.number]
        # Before the words of a list's item its letter may stand.
        assert printed[line.number] in (words, *(f"{letter}{words}" for letter in "abcdef"))


def squeezed(text: str) -> str:
    """Letters alone: blanks, hyphens, numbers of items and notes differ from reader to reader."""
    return re.sub(r"[\W\d_]+", "", re.sub(r" ?\[[^\]]*\]", "", text))


def in_pdf(made: bytes) -> dict[int, str]:
    """The words beside each number, read by pdftotext."""
    asked = ["pdftotext", "-layout", "-", "-"]
    said = subprocess.run(asked, input=made, capture_output=True, check=True).stdout.decode()
    found = re.findall(r"^ {0,12}(\d+) {2,}(\S.*)$", said, re.MULTILINE)
    return {int(number): squeezed(words) for number, words in found}


def on_screen(markup: str) -> dict[int, str]:
    """The words behind each number in the page, up to the next one or the end of the block."""
    found: dict[int, str] = {}
    for part in markup.split('<span class="line" id="Z')[1:]:
        number = int(part[: part.index('"')])
        words = re.split(r"</(?:p|h\d)>", part.split("</span>", 1)[1])[0]
        found[number] = squeezed(unescape(re.sub(r"<[^>]*>", "", words)))
    return found
