"""PDF: tagged, archivable, with its own text inside, and readable by others."""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise
from random import Random

import pikepdf
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strategy.text import fingerprint
from strategy.text.shapes import Comment, Meta
from strategy.text.write import write
from strategy.text.write.normalise import VIEWS
from strategy.text.write.numbering import line_map
from strategy.text.write.paper import Paper
from strategy.text.write.tree import attr, each, words
from tests.text.write import sample
from tests.text.write.sample import doc, figure, fn, h, li, ol, p, t, table, td, th, tr
from tests.text.write.wild import a_deep_document, a_wild_document


def opened(made: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(made))


def pages(made: bytes) -> list[str]:
    """Each page's text, lines ended by line ends, without no-break blanks and soft hyphens."""
    read = pypdf.PdfReader(io.BytesIO(made))
    return [
        page.extract_text().replace("\u00a0", " ").replace("\u00ad", "-") for page in read.pages
    ]


def flat(text: str) -> str:
    """The text without line ends, numbers of lines and divisions of words."""
    text = re.sub(r"^\d+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\s+", "", text).replace("-", "")


def tags(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """All elements of the structure tree in order."""
    found, waiting = [], [pdf.Root.StructTreeRoot.K]
    while waiting:
        here = waiting.pop()
        if isinstance(here, pikepdf.Array):
            waiting.extend(reversed(list(here)))
        elif isinstance(here, pikepdf.Dictionary):
            if "/S" in here:
                found.append(here)
            if "/K" in here:
                waiting.append(here.K)
    return found


@pytest.fixture(scope="module")
def paper() -> bytes:
    return write(sample.paper(), "pdf", meta=sample.META, files=sample.FILES)


@pytest.fixture(scope="module")
def redline() -> bytes:
    document = sample.tracked_paper()
    return write(
        document,
        "pdf",
        meta=sample.META,
        view="marked",
        changes=sample.CHANGES,
        comments=sample.comments(document, "Kreisverbänden", "Frist"),
    )


@pytest.fixture(scope="module")
def long_paper() -> bytes:
    return write(sample.long_paper(), "pdf", meta=sample.META, files=sample.FILES)


def test_it_says_that_it_is_archivable_and_accessible(paper):
    pdf = opened(paper)
    with pdf.open_metadata() as said:
        assert said["pdfaid:part"] == "3"
        assert said["pdfaid:conformance"] == "B"
        assert said["pdfuaid:part"] == "1"
    assert str(pdf.Root.Lang) == "de-DE"
    assert pdf.Root.MarkInfo.Marked is True
    assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
    assert str(pdf.docinfo["/Title"]) == sample.META.title
    assert "Ayşe Demir" in str(pdf.docinfo["/Author"])


def test_the_fingerprint_can_be_recomputed_from_the_file(paper):
    pdf = opened(paper)
    attached = pdf.attachments["paper.json"].get_file().read_bytes()
    assert fingerprint.fingerprint(json.loads(attached)) == fingerprint.fingerprint(sample.paper())


def test_every_kind_of_block_has_its_tag(paper):
    pdf = opened(paper)
    found = tags(pdf)
    kinds = [str(tag.S) for tag in found]
    for kind in ("/Title", "/H1", "/H2", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/BlockQuote"):
        assert kind in kinds
    for kind in ("/Figure", "/Note", "/Link"):
        assert kind in kinds
    alts = [str(tag.Alt) for tag in found if str(tag.S) == "/Figure" and "/Alt" in tag]
    assert any(alt.startswith("Balkendiagramm") for alt in alts)


def test_all_words_are_there_in_order(paper):
    document = sample.paper()
    body = flat("".join(pages(paper)[1:]))
    for node in each(document):
        if node["type"] == "paragraph":
            for leaf in (kid for kid in each(node) if kid["type"] == "text"):
                for word in words(leaf).split():
                    assert flat(word) in body


def test_the_cover_says_what_the_paper_is(paper):
    cover = " ".join(pages(paper)[0].split())
    for said in ("Landesvorstand", "Vorlage 2026/041", "Fassung 7", "12. November 2026", "TOP 4"):
        assert said in cover
    assert sample.META.fingerprint in cover.replace(" ", "")


def test_headings_are_bookmarks(paper):
    pdf = opened(paper)
    with pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Ausgangslage", "Vorschlag", "Begründung"]
        assert [item.title for item in outline.root[2].children] == ["Finanzierung"]


def test_a_long_paper_has_contents_and_repeats_the_table_header(long_paper):
    found = pages(long_paper)
    assert 18 <= len(found) <= 22
    assert "Inhalt" in found[1]
    assert found[1].count("Ausgangslage") == 7


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ("continuous", [1, 2, 3, 4, 5]),
        ("fifth", [5, 10, 15, 20, 25]),
        ("none", []),
    ],
)
def test_lines_are_numbered_as_asked(lines, wanted):
    document = doc(*[p("Wort " * 100) for _ in range(12)])
    made = write(document, "pdf", lines=lines, cover=False)
    numbers = [int(n) for n in re.findall(r"^\s*(\d+)\s*$", "\n".join(pages(made)), re.MULTILINE)]
    assert numbers[:5] == wanted
    assert numbers == sorted(numbers)


def test_lines_can_begin_anew_on_each_page():
    document = doc(*[p("Wort " * 100) for _ in range(12)])
    made = pages(write(document, "pdf", lines="page", cover=False))
    firsts = [re.findall(r"^\s*(\d+)\s*$", page, re.MULTILINE)[0] for page in made]
    assert len(firsts) > 1
    assert set(firsts) == {"1"}


def test_a_redline_shows_both_texts_and_tells_the_changes_in_words(redline):
    text = "\n".join(pages(redline))
    squeezed = flat(text)
    for said in ("Kreisvorstand", "Landesvorstand", "Änderungsansicht", "Eingefügter Text"):
        assert flat(said) in squeezed
    listed = pages(redline)[-1]
    for said in ("Ersetzung", "Verschiebung", "Absatz geteilt", "Absätze verbunden"):
        assert flat(said) in flat(listed)
    assert flat("Südkreis 18.000 €") in flat(listed)
    assert "Jörg Groß" in listed


def test_the_list_of_changes_names_the_lines(redline):
    listed = " ".join(pages(redline)[-1].split())
    assert re.search(r"\b1 1 Ersetzung Ayşe Demir rungen → rung an uns selbst", listed)
    assert "8 → 18 Verschiebung Ayşe Demir Die Sprechstunde" in listed
    assert re.search(r"\b2 2 Ersetzung Ayşe Demir Kreisvorstand → Landesvorstand", listed)


def test_comments_are_numbered_and_stand_at_the_end(redline):
    text = " ".join("\n".join(pages(redline)).split())
    for said in (
        "K1 Max Müller Frage · 14.10.2026",
        "K2 Max Müller Einwand · 14.10.2026 · erledigt",
        "Meint ihr die Fraktion mit?",
        "Ist abgestimmt.",
        "Insgesamt gelungen & <kurz>.",
    ):
        assert said in text


def test_users_text_is_never_markup():
    hostile = '#panic("x") = $x$ \\ <lbl> @ref #read("/etc/passwd") // /* */ ~ -- "" \' [x] `y` *z*'
    document = doc(
        h(1, hostile),
        p(hostile, t(hostile, "code"), fn(hostile)),
        table(tr(th(hostile)), tr(td(hostile))),
        figure("", hostile, hostile),
        title=hostile,
    )
    meta = Meta(title=hostile, body=hostile, authors=(hostile,), extra={hostile: hostile})
    remark = Comment(author=hostile, text=hostile, quote=hostile)
    made = write(document, "pdf", meta=meta, comments=[remark])
    text = flat("".join(pages(made)))
    assert text.count(flat('#panic("x")=$x$')) >= 8


@pytest.mark.parametrize(
    "document",
    [
        doc(h(3, "Zu tief"), h(1, "Höher"), h(4, "Sprung")),
        doc(h(1), p()),
        doc(figure("", "")),
        doc(figure("0" * 64, "")),
        doc(figure(sample.CHART_FILE, "", fn("x"))),
        doc(p("你好 \x00 \U0010fffd")),
        doc(table(tr())),
        doc(table(tr(td("a", colspan=60, rowspan=1000)), tr())),
        doc(table(tr(th(p(t("a", sample.link("https://a.b")), fn("c")))), *[tr(td("x"))] * 90)),
        doc(ol("a", "b", start=0, style="lower-alpha"), ol("c", start=99999, style="lower-roman")),
        doc(p(t("\u00ad", sample.link("https://example.org")))),
        doc(p(t("a", "underline", "strike"), t("b", "underline", sample.dele()))),
        doc(ol(li(h(2, "In der Liste")))),
        a_deep_document(40),
    ],
)
def test_what_pdf_ua_would_refuse_is_mended_first(document):
    for view in ("clean", "marked"):
        made = write(document, "pdf", view=view, files={**sample.FILES, "0" * 64: b"no picture"})
        assert made.startswith(b"%PDF-1.7")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 1_000_000), st.sampled_from(VIEWS))
def test_any_document_of_the_schema_becomes_a_pdf(seed, view):
    rng = Random(seed)
    remark = Comment("Ä", "ß", start=rng.randint(0, 20), end=rng.randint(20, 40))
    made = write(
        a_wild_document(rng),
        "pdf",
        view=view,
        comments=[remark],
        files={"f" * 64: sample.CHART, "0" * 64: b"broken"},
        cover=rng.random() < 0.5,
        lines=rng.choice(("continuous", "page", "fifth", "none")),
    )
    pdf = opened(made)
    with pdf.open_metadata() as said:
        assert said["pdfuaid:part"] == "1"


def test_links_lead_only_where_a_reader_may_go():
    good, bad = "https://example.org/gut", "javascript:alert(1)"
    made = write(doc(p(t("a", sample.link(good)), t("b", sample.link(bad)))), "pdf", cover=False)
    pdf = opened(made)
    found = [
        str(note.A.URI)
        for page in pdf.pages
        for note in page.get("/Annots", [])
        if "/A" in note and "/URI" in note.A
    ]
    assert found == [good]
    assert b"javascript" not in made


def test_the_line_map_names_what_stands_in_each_line():
    document = sample.paper()
    for number, node in enumerate(each(document)):
        if node["type"] in ("paragraph", "heading"):
            node["attrs"] |= {"id": f"b{number}"}
    texts = {
        attr(node, "id"): "".join(
            kid["text"] if kid["type"] == "text" else "\ufffc" for kid in node["content"]
        )
        for node in each(document)
        if node["type"] in ("paragraph", "heading")
    }
    found = line_map(Paper(document, sample.META, files=sample.FILES)).lines
    shown = write(document, "pdf", meta=sample.META, files=sample.FILES)
    squeezed = flat("".join(pages(shown)))
    assert [line.number for line in found] == list(range(1, found[-1].number + 1))
    for line in found:
        said = texts[line.block][line.start : line.end]
        assert said == said.strip()
        assert flat(said.replace("\ufffc", "")[:20]) in squeezed
    assert found[0].block and texts[found[0].block][found[0].start : found[0].end] == "Ausgangslage"
    whole = {line.block for line in found}
    for ident in whole:
        parts = [line for line in found if line.block == ident]
        assert parts[0].start == 0
        assert parts[-1].end >= len(texts[ident].rstrip("\ufffc ").rstrip()) - 1
        for before, after in pairwise(parts):
            assert not texts[ident][before.end : after.start].strip("\ufffc ")


def test_the_line_map_has_the_lines_that_the_pdf_prints():
    document = doc(*[p(f"Absatz {n} " + "Wort " * 60, id=f"p{n}") for n in range(9)])
    found = line_map(Paper(document, Meta(title="x"))).lines
    shown = "\n".join(pages(write(document, "pdf", cover=False)))
    printed = [int(n) for n in re.findall(r"^\s*(\d+)\s*$", shown, re.MULTILINE)]
    assert [line.number for line in found] == printed
