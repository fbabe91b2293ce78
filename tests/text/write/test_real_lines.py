"""Lines of real papers: PDF and synopsis as another program reads them, screen, citations agree."""

from __future__ import annotations

import re
from bisect import bisect_right
from html import unescape
from pathlib import Path

import pytest

from strategy.text.compare import compare
from strategy.text.lines import LineMap, Place, Ruled
from strategy.text.positions import plain_text, slice_text
from strategy.text.shapes import Meta
from strategy.text.write import synopsis, write
from strategy.text.write.html import fragment
from strategy.text.write.numbering import line_map
from strategy.text.write.paper import Frozen, Paper
from strategy.text.write.tree import Json
from tests.pdfs import by_pdftotext
from tests.shared_data import histories
from tests.text.markdown import document
from tests.text.write import sample

META = Meta(title="Zeilen")
PAPERS = 20
BLOCKS = 30
"""How much of each is taken: two to four pages."""
OLD, NEW = "ALTEFASSUNG", "NEUEFASSUNG"
MOTION = "BESCHLUSSVORSCHLAG"
"""What the PDF sets above a motion; the page says it to who listens."""
FOOT = 545.0
"""Where the foot of a page of the synopsis begins, in points."""
HIGHER = 8.0
"""How far the words of a row may begin above its label, in points."""
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>([^<]*)</word>')
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
    if not found:  # then the paper above is what this law is tested on
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
    agree_in_synopsis(doc, made, screen)


def agree_in_synopsis(doc: Json, made: LineMap, screen: dict[int, str]) -> None:
    """Beside an amended text, each row names the lines whose words it holds: screen and PDF."""
    new = amended(doc)
    rows = synopsis.entries(compare(doc, new), made, None, before=doc, after=new)
    assert any(row.changed for row in rows)
    wanted: list[tuple[str, str]] = []
    mixed: set[str] = set()
    for row in rows:
        cell = cell_on_screen({**doc, "content": row.before})
        shown = squeezed(cell)
        if row.lines:
            said = "".join(screen[number] for number in labelled(row.lines))
            assert shown == said, row.lines
            wanted.append((row.lines, unlettered(cell)))
        elif wanted:  # a table behind it: it is read line by line, its head on each page
            mixed.add(wanted[-1][0])
    named = [number for label, _ in wanted for number in labelled(label)]
    assert named == [line.number for line in made.lines]
    pdf = synopsis.write_synopsis(synopsis.Synopsis(META, OLD, NEW, rows), "pdf")
    printed = in_synopsis(pdf)
    assert [label for label, _ in printed] == [label for label, _ in wanted]
    for (label, words), (_, shown) in zip(printed, wanted, strict=True):
        read = words.replace(MOTION, "")
        assert read.startswith(shown) if label in mixed else read == shown, label


def cell_on_screen(side: Json) -> str:
    """The words of a cell of the two columns, as the page has them, without notes at its foot."""
    markup = fragment(side).split('<section class="footnotes"')[0]
    return unescape(re.sub(r"<[^>]*>", " ", markup))


def unlettered(text: str) -> str:
    """Letters alone, without those that number the items of a list."""
    return squeezed(re.sub(r"(?<!\w)[a-z][).](?=\s|$)", "", unnoted(text)))


def labelled(label: str) -> range:
    """The lines that a row names: 17–19."""
    first, _, last = label.partition("–")
    return range(int(first), int(last or first) + 1)


def amended(doc: Json) -> Json:
    """The text with a word changed in every third run of it, the first one included."""
    count = 0

    def changed(node: Json) -> Json:
        nonlocal count
        if "text" in node:
            count += 1
            words = node["text"].split(" ")
            if count % 3 == 1 and len(words) > 1:
                words[len(words) // 2] = "anders"
            return {**node, "text": " ".join(words)}
        inside = node.get("content")
        return {**node, "content": [changed(child) for child in inside]} if inside else node

    return changed(doc)


def squeezed(text: str) -> str:
    """Letters alone: blanks, hyphens, numbers of items and notes differ from reader to reader."""
    return re.sub(r"[\W\d_]+", "", text)


def unnoted(text: str) -> str:
    """Without what stands in brackets: there the synopsis sets its notes."""
    return re.sub(r" ?\[[^\]]*\]", "", text)


def in_pdf(made: bytes) -> dict[int, str]:
    """The words beside each number, read by pdftotext."""
    said = by_pdftotext(made, "-layout")
    found = re.findall(r"^ {0,12}(\d+) {2,}(\S.*)$", said, re.MULTILINE)
    return {int(number): squeezed(words) for number, words in found}


def in_synopsis(made: bytes) -> list[tuple[str, str]]:
    """The lines that each row of the left column names, with its words, read by pdftotext."""
    said = by_pdftotext(made, "-bbox")
    rows: list[tuple[str, list[str]]] = []
    for page in said.split("<page ")[1:]:
        words = [(float(x), float(y), unescape(word)) for x, y, word in WORD.findall(page)]
        heads = {word: (x, y) for x, y, word in words if word in (OLD, NEW)}
        left, top = heads[OLD]
        right, _ = heads[NEW]
        body = [each for each in words if top + 5 < each[1] < FOOT and each[0] < right - 2]
        labels = sorted((y, word) for x, y, word in body if x < left - 2)
        column = [(y, word) for x, y, word in body if x >= left - 2]
        starts = [y for y, _ in labels]
        rows += [(label, []) for _, label in labels]
        for y, word in column:
            place = bisect_right(starts, y + HIGHER) - 1 - len(labels)
            rows[place][1].append(word)
    return [(label, unlettered(" ".join(words))) for label, words in rows]


def on_screen(markup: str) -> dict[int, str]:
    """The words behind each number in the page, up to the next one or the end of the block."""
    found: dict[int, str] = {}
    for part in markup.split('<span class="line" id="Z')[1:]:
        number = int(part[: part.index('"')])
        words = re.split(r"</(?:p|h\d)>", part.split("</span>", 1)[1])[0]
        found[number] = squeezed(unescape(re.sub(r"<[^>]*>", "", words)))
    return found
