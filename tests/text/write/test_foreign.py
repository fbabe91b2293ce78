"""Attachments in the packet: at its end, numbered, found, and honest about standards."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

import pikepdf
import pypdf
import pytest

from strategy.text.write import typesetter
from strategy.text.write.foreign import Foreign
from strategy.text.write.packet import Packet, write_packet
from tests.pdfs import HARMLESS, a_pdf
from tests.text.write import sample
from tests.text.write.sample import doc, p
from tests.text.write.test_packet import HOSTILE, a_packet, a_part, numbered, silent, starts
from tests.text.write.test_pdf import flat, opened, pages


def an_attachment(number: int, title: str, *words: str, mark: str = "", **but) -> Foreign:
    data = a_pdf(*words, **but)
    sha256 = hashlib.sha256(data).hexdigest()
    return Foreign(number, title, f"datei-{number}.pdf", len(words), sha256, data, mark)


BUDGET = an_attachment(1, "Haushaltsplan 2027", "Haushalt eins", "Haushalt zwei", mark="neu")
MAP = an_attachment(2, "Karte des Bezirks", "Karte quer", size=(842, 595))
OPINION = an_attachment(1, "Gutachten", "Gutachten eins")


@pytest.fixture(scope="module")
def packet() -> Packet:
    return a_packet(
        a_part("2", sample.paper(), attachments=(BUDGET, MAP), facts={"Ziel": "Nah"}),
        a_part("4", sample.long_paper(2), attachments=(OPINION,), facts={"Ziel": "Nah"}),
    )


@pytest.fixture(scope="module")
def made(packet: Packet) -> bytes:
    return write_packet(packet, silent)


def test_their_pages_stand_at_the_end_in_the_order_of_the_agenda(made):
    shown = [flat(page) for page in pages(made)]
    for page, words in zip(
        shown[-4:], ("Haushalt eins", "Haushalt zwei", "Karte quer", "Gutachten eins"), strict=True
    ):
        assert flat(words) in page
    assert not any("Haushalteins" in page for page in shown[:-4])


def test_page_numbers_run_through_and_each_page_says_what_it_is(made):
    shown = [" ".join(page.split()) for page in pages(made)]
    count = len(shown)
    for number, named in enumerate(
        ("Anlage 1 zu TOP 2", "Anlage 1 zu TOP 2", "Anlage 2 zu TOP 2", "Anlage 1 zu TOP 4"),
        start=count - 3,
    ):
        page = shown[number - 1].replace("\u00a0", " ")
        assert f"Seite {number} von {count}" in page
        assert named in page
    assert "Haushaltsplan 2027" in shown[-3]
    assert BUDGET.fingerprint in shown[-4].replace(" ", "")
    assert " neu" in shown[-4]


def test_contents_and_bookmarks_lead_to_them(made):
    count = len(pages(made))
    found = [(words.replace("\u00a0", " "), page) for words, page in starts(made)][-3:]
    assert found == [
        ("TOP 2 Anlage 1: Haushaltsplan 2027", count - 4),
        ("TOP 2 Anlage 2: Karte des Bezirks", count - 2),
        ("TOP 4 Anlage 1: Gutachten", count - 1),
    ]
    contents = " ".join(pages(made)[2].replace("\u00a0", " ").replace(".", " ").split())
    assert f"TOP 2 Anlage 1: Haushaltsplan 2027 {count - 3}" in contents
    assert f"TOP 4 Anlage 1: Gutachten {count}" in contents


def test_the_paper_names_them_on_its_first_page_with_their_place(made):
    first = " ".join(pages(made)[starts(made)[1][1]].split())
    count = len(pages(made))
    assert f"1 Haushaltsplan 2027 (2 Seiten), Seite {count - 3} neu" in first
    assert f"2 Karte des Bezirks (1 Seite), Seite {count - 1}" in first


def test_a_page_that_lies_on_its_side_has_a_page_that_does(made):
    boxes = [page.mediabox for page in pypdf.PdfReader(io.BytesIO(made)).pages]
    assert [box.width > box.height for box in boxes[-4:]] == [False, False, True, False]
    assert not any(box.width > box.height for box in boxes[:-4])


def test_with_them_it_claims_no_standard_but_is_tagged_and_speaks_its_language(made):
    pdf = opened(made)
    with pdf.open_metadata() as said:
        assert "pdfaid:part" not in said
        assert "pdfuaid:part" not in said
    assert str(pdf.Root.Lang) == "de-DE"
    assert pdf.Root.MarkInfo.Marked is True
    assert str(pdf.docinfo["/Title"]).startswith("Sitzungsmappe")
    for name in ("/OpenAction", "/AA"):
        assert name not in pdf.Root
    assert "Seite 2 von 2 der Anlage „Haushaltsplan 2027“, eine fremde PDF-Datei" in alts(pdf)


def alts(pdf) -> list[str]:
    """What is read aloud instead of figures."""
    return [str(each.Alt) for each in pdf.objects if _has_alt(each)]


def _has_alt(each) -> bool:
    return isinstance(each, pikepdf.Dictionary) and "/Alt" in each


def test_papers_keep_their_lines(packet, made):
    without = replace(packet, with_pages=False)
    apart = write_packet(without, silent)
    (_, first), *_ = starts(made)[1:]
    last = starts(made)[-3][1]
    assert numbered(made, first, last) == numbered(apart, first, last)


def test_without_their_pages_it_conforms_and_names_them_all_the_same(packet):
    made = write_packet(replace(packet, with_pages=False), silent)
    pdf = opened(made)
    with pdf.open_metadata() as said:
        assert (said["pdfaid:part"], said["pdfuaid:part"]) == ("3", "1")
    shown = " ".join(" ".join(pages(made)).split())
    assert "1 Haushaltsplan 2027 (2 Seiten)" in shown
    assert "Ihre Seiten sind nicht in dieser Mappe." in shown
    assert "Haushalt eins" not in shown


def test_the_same_packet_has_the_same_bytes_in_another_process(packet, made):
    typesetter.stop()
    assert write_packet(packet, silent) == made


def test_the_same_file_at_two_papers_is_in_it_once(packet):
    data = a_pdf(*[f"Seite {n} " + "x" * 400 for n in range(30)])
    one = replace(OPINION, data=data, pages=30, fingerprint=hashlib.sha256(data).hexdigest())
    once = write_packet(a_packet(a_part("2", doc(p("a")), attachments=(one,))), silent)
    twice = write_packet(
        a_packet(
            a_part("2", doc(p("a")), attachments=(one,)),
            a_part("3", doc(p("a")), attachments=(one,)),
        ),
        silent,
    )
    assert len(pages(twice)) == len(pages(once)) + 31
    assert len(twice) < 1.9 * len(once)


def test_users_words_are_never_markup():
    hostile = replace(OPINION, title=HOSTILE, file=HOSTILE, mark=HOSTILE)
    made = write_packet(a_packet(a_part("2", doc(p("a")), attachments=(hostile,))), silent)
    assert flat("".join(pages(made))).count(flat('#panic("x")=$x$')) >= 4


def test_links_of_a_foreign_page_lead_nowhere():
    """A page is set as a picture is: what could be clicked on it stays behind."""
    linked = an_attachment(
        1, "Mit Verweis", "Text", change=HARMLESS["links, and a page to begin with"]
    )
    made = write_packet(a_packet(a_part("2", doc(p("a")), attachments=(linked,))), silent)
    assert b"example.org" not in made
    assert "/Annots" not in pypdf.PdfReader(io.BytesIO(made)).pages[-1]
