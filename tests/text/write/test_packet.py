"""The packet: one tagged PDF in which every paper keeps the lines of its own PDF."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from itertools import pairwise

import pikepdf
import pypdf
import pytest

from strategy.text import fingerprint
from strategy.text.lines import LineMap
from strategy.text.write import canonical, typesetter, write
from strategy.text.write.marks import Mark
from strategy.text.write.numbering import line_map
from strategy.text.write.packet import Packet, Part, Row, write_agenda, write_packet
from strategy.text.write.paper import Frozen, Paper
from tests.text.write import sample
from tests.text.write.sample import doc, fn, h, p
from tests.text.write.test_pdf import flat, opened, pages, tags

LATE = Mark("Verspätet um 3 Tage", "Eingereicht 11 Tage vor der Sitzung.")
HOSTILE = '#panic("x") = $x$ \\ <lbl> @ref #read("/etc/passwd") // /* */ [x] `y` *z* _u_'
LEFT = 85.0
"""Points: what stands left of this is in the margin."""


def silent(_done: float) -> None:
    pass


def a_part(number: str, document: dict, **but) -> Part:
    paper = Paper(document, sample.META, files=sample.FILES, changes=sample.CHANGES)
    return Part(number, paper, f"papier_{number}", canonical(document), "Beschluss", **but)


def a_packet(*parts: Part, **but) -> Packet:
    rows = [Row("1", "Eröffnung und Beschlussfähigkeit", "18:00", facts=("Information",))]
    rows += [
        Row(part.number, f"Punkt {part.number}", "18:10", facts=(part.kind,), marks=part.marks,
            part=place)
        for place, part in enumerate(parts)
    ]  # fmt: skip
    fields = {
        "name": "Ordentliche Sitzung 2026/12",
        "line": "Ordentliche Sitzung 2026/12, 19. November 2026",
        "body": "Landesvorstand",
        "rows": rows,
        "parts": parts,
        "moment": 1_760_000_000,
        "facts": {"Ort": "Bürgerhaus", "Zeit": "Donnerstag, 19. November 2026"},
    }
    return Packet(**(fields | but))


def a_redline() -> Paper:
    meta = replace(sample.META, against="Fassung 6")
    return Paper(sample.tracked_paper(), meta, changes=sample.CHANGES, view="marked")


@pytest.fixture(scope="module")
def packet() -> Packet:
    return a_packet(
        a_part("2", sample.paper(), marks=(LATE,), redline=a_redline()),
        a_part("3.1", sample.long_paper(2), facts={"Ziel": "Vor Ort sein"}),
        a_part("4", sample.paper(), notes=("Einwände ohne Antwort: 2.",)),
    )


@pytest.fixture(scope="module")
def made(packet: Packet) -> bytes:
    return write_packet(packet, silent)


def numbered(made: bytes, first: int, last: int) -> list[tuple[int, str]]:
    """The numbered lines of some pages, counted from 0, half-open: number and words."""
    found = []
    for page in pypdf.PdfReader(io.BytesIO(made)).pages[first:last]:
        pieces: list[tuple[float, float, str]] = []

        def keep(text, cm, tm, _font, _size, pieces=pieces):
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            if text.strip():
                pieces.append((round(y, 1), x, text))

        page.extract_text(visitor_text=keep)
        margin = [(y, text) for y, x, text in pieces if x < LEFT and text.strip().isdecimal()]
        for at, number in sorted(margin, key=lambda found: -found[0]):
            words = [(x, text) for y, x, text in pieces if x >= LEFT and abs(y - at) < 1.5]
            line = "".join(text for _, text in sorted(words)).replace("\u00ad", "")
            found.append((int(number), flat(line)))
    return found


WHOLE = "Text, wie er eingereicht ist"


def starts(made: bytes) -> list[tuple[str, int]]:
    """The packet's bookmarks of the first level, and where a text begins: words, page from 0."""
    read = pypdf.PdfReader(io.BytesIO(made))
    found = []
    for each in read.outline:
        inner = each if isinstance(each, list) else [each]
        found += [
            (str(mark.title), read.get_destination_page_number(mark) or 0)
            for mark in inner
            if not isinstance(mark, list) and (inner is not each or mark.title == WHOLE)
        ]
    return found


def test_it_is_archivable_accessible_and_does_nothing_by_itself(made):
    pdf = opened(made)
    with pdf.open_metadata() as said:
        assert (said["pdfaid:part"], said["pdfaid:conformance"]) == ("3", "B")
        assert said["pdfuaid:part"] == "1"
    assert str(pdf.Root.Lang) == "de-DE"
    assert pdf.Root.MarkInfo.Marked is True
    assert str(pdf.docinfo["/Title"]) == "Sitzungsmappe: Ordentliche Sitzung 2026/12"
    assert b"JavaScript" not in made
    for name in ("/OpenAction", "/AA"):
        assert name not in pdf.Root


def test_every_font_is_embedded(made):
    pdf = opened(made)
    fonts = [
        each for each in pdf.objects
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"
    ]  # fmt: skip
    assert len(fonts) > 3
    for font in fonts:
        assert any(name in font for name in ("/FontFile", "/FontFile2", "/FontFile3"))


def test_every_kind_of_block_has_its_tag(made):
    pdf = opened(made)
    kinds = {str(tag.S) for tag in tags(pdf)}
    assert kinds >= {
        "/Title", "/H1", "/H2", "/H3", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/TOC", "/TOCI",
        "/Figure", "/Note", "/Link", "/BlockQuote",
    }  # fmt: skip


def test_bookmarks_lead_to_the_agenda_and_to_each_paper(made):
    found = [(title.replace("\u00a0", " "), page) for title, page in starts(made)]
    title = sample.META.title
    assert [each[0] for each in found] == [
        "Tagesordnung",
        f"TOP 2 {title}",
        WHOLE,
        f"TOP 3.1 {title}",
        f"TOP 4 {title}",
    ]
    shown = pages(made)
    for words, page in found[1:]:
        assert words.split(" ", 2)[1] in shown[page]
        assert flat(title) in flat(shown[page])


def test_each_paper_has_the_lines_of_its_own_pdf(packet, made):
    begins = [*(page for _, page in starts(made)[1:]), len(pages(made))]
    texts = [packet.parts[0].redline, packet.parts[0].paper, *(x.paper for x in packet.parts[1:])]
    for paper, (first, last) in zip(texts, pairwise(begins), strict=True):
        alone = write(
            paper.doc, "pdf", meta=paper.meta, files=paper.files, view=paper.view,
            changes=paper.changes,
        )  # fmt: skip
        wanted = numbered(alone, 1, len(pages(alone)))
        assert len(wanted) > 15
        assert [n for n, _ in wanted] == list(range(1, len(wanted) + 1))
        assert numbered(made, first, last) == wanted


def test_a_frozen_text_keeps_its_numbers_in_the_packet():
    """As after an update: the text was numbered when its lines were twice as long."""
    document = doc(h(1, "Ziel"), *[p(f"Absatz {n}. " + "Wort " * 40) for n in range(4)])
    now = line_map(Paper(document, sample.META)).lines
    kept = [line for line in now if line.number % 2]
    old = LineMap("old", tuple(replace(x, number=n) for n, x in enumerate(kept, 1)))
    paper = Paper(document, sample.META, frozen=Frozen(document, old))
    made = write_packet(a_packet(replace(a_part("1", document), paper=paper)), silent)
    shown = [number for number, _ in numbered(made, 1, len(opened(made).pages) + 1)]
    assert shown == list(range(1, len(kept) + 1))


def test_pages_are_counted_through(made):
    shown = pages(made)
    for number, page in enumerate(shown[1:], start=2):
        assert f"Seite {number} von {len(shown)}" in page
    assert f"Seiten {len(shown)}" in " ".join(shown[0].split())


def test_the_running_head_names_the_paper(made):
    read = pages(made)
    for _, first in starts(made)[1:]:
        assert "Landesvorstand · 2026/041" in read[first]


def test_a_late_paper_is_marked_in_the_agenda_and_on_its_first_page(made):
    shown = pages(made)
    first = starts(made)[1][1]
    for page in (shown[1], shown[first]):
        assert flat("Verspätet um 3 Tage") in flat(page)
        assert flat("Eingereicht 11 Tage vor der Sitzung.") in flat(page)
    assert flat("Verspätet") not in flat(shown[starts(made)[3][1]])
    assert "Einwände ohne Antwort: 2." in shown[starts(made)[4][1]]


def test_the_agenda_leads_into_the_papers(made):
    pdf = opened(made)
    places = {page.objgen: number for number, page in enumerate(pdf.pages)}
    named = pdf.Root.Names.Dests if "/Names" in pdf.Root and "/Dests" in pdf.Root.Names else None
    tree = pikepdf.NameTree(named) if named is not None else {}
    found = set()
    for note in pdf.pages[1].get("/Annots", []):
        target = note.get("/Dest", None)
        if target is None:
            target = note.A.D
        if isinstance(target, pikepdf.String):
            target = tree[str(target)]
            target = target.D if isinstance(target, pikepdf.Dictionary) else target
        found.add(places[target[0].objgen])
    assert found == {page for _, page in starts(made)[1:]}


def test_what_was_tabled_again_begins_with_its_changes(made):
    """On top of the paper, under its title and marks; the text as it stands follows."""
    shown = [flat(each) for each in pages(made)]
    (_, first), (_, whole) = starts(made)[1:3]
    assert first < whole
    for words in ("Änderungen gegenüber Fassung 6", "Eingefügter Text", "Verspätet um 3 Tage",
                  f"{WHOLE}: Seite {whole + 1}"):  # fmt: skip
        assert flat(words) in shown[first]
    assert flat("Eingefügter Text") not in "".join(shown[whole : starts(made)[3][1]])


def test_footnotes_begin_anew_with_each_paper():
    noted = [a_part(n, doc(h(1, "Lage"), p("Satz", fn(f"Quelle {n}")))) for n in "23"]
    shown = " ".join(" ".join(pages(write_packet(a_packet(*noted), silent))).split())
    assert "1 Quelle 2" in shown
    assert "1 Quelle 3" in shown


def test_the_fingerprints_can_be_recomputed_from_the_file(made):
    pdf = opened(made)
    files = pdf.attachments
    assert set(files) == {"papier_2.json", "papier_3.1.json", "papier_4.json"}
    inside = json.loads(files["papier_4.json"].get_file().read_bytes())
    assert fingerprint.fingerprint(inside) == fingerprint.fingerprint(sample.paper())


def test_changes_of_a_redline_name_its_own_lines(made):
    (_, first), (_, last) = starts(made)[1:3]
    listed = " ".join(" ".join(pages(made)[first:last]).split())
    assert re.search(r"\b2 2 Ersetzung Ayşe Demir Kreisvorstand → Landesvorstand", listed)
    assert "8 → 18 Verschiebung Ayşe Demir Die Sprechstunde" in listed


def test_the_same_packet_has_the_same_bytes_in_another_process(packet, made):
    typesetter.stop()
    assert write_packet(packet, silent) == made


def test_the_contents_leave_out_what_would_not_fit():
    many = [a_part(str(n), doc(*[h(1, f"Teil {m}") for m in range(9)])) for n in range(2, 14)]
    shown = pages(write_packet(a_packet(*many), silent))
    assert "TOP 13" in shown[2].replace("\u00a0", " ")
    assert "Teil 3" not in shown[2]


def _nameless() -> Packet:
    """Titles of which nothing is to be seen."""
    nothing = replace(sample.META, title="\x00", number="")
    paper = Paper(doc(p("Text")), nothing)
    rows = [Row("1", "\u00ad", part=0), Row("2", "Titel\u00ad", part=0), Row("3", "")]
    return a_packet(Part("1", paper, "papier", "{}"), rows=rows, name="\u200b", body="")


def test_users_text_is_never_markup_nor_refused():
    part = a_part("2", doc(p(HOSTILE)), marks=(Mark(HOSTILE, HOSTILE),), facts={HOSTILE: HOSTILE},
                  notes=(HOSTILE,))  # fmt: skip
    rows = [Row("2", HOSTILE, "18:00", facts=(HOSTILE,), marks=part.marks, part=0),
            Row("3", "\x00 你好 \U0010fffd", day="Sonntag", is_inner=True)]  # fmt: skip
    packet = a_packet(part, rows=rows, name=HOSTILE, body=HOSTILE, note=HOSTILE,
                      facts={HOSTILE: HOSTILE})  # fmt: skip
    shown = flat("".join(pages(write_packet(packet, silent))))
    assert opened(write_packet(_nameless(), silent)).pages
    assert shown.count(flat('#panic("x")=$x$')) >= 10


def test_an_agenda_stands_alone_and_an_empty_one_is_a_page(packet):
    shown = pages(write_agenda(packet))
    assert len(shown) == 1
    for words in ("Tagesordnung", "Punkt 3.1", "Verspätet um 3 Tage", "Seite 1 von 1"):
        assert words in shown[0]
    assert "Tagesordnung" in pages(write_packet(a_packet(rows=()), silent))[1]
    assert opened(write_agenda(a_packet(rows=()))).pages


def test_an_english_packet_speaks_english():
    part = Part("2", Paper(doc(p("We want sun."), lang="en"), replace(sample.META, lang="en")),
                "paper", "{}")  # fmt: skip
    made = write_packet(a_packet(part, lang="en"), silent)
    assert str(opened(made).Root.Lang) == "en-GB"
    assert f"Page 2 of {len(pages(made))}" in pages(made)[1]
    assert "Session papers" in pages(made)[0]
