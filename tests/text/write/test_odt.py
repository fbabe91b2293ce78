"""OpenDocument files: read by odfdo, pandoc and our own reader."""

from __future__ import annotations

import io
import zipfile
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from odfdo import Document

from strategy.text import fingerprint, tracked
from strategy.text.read import read
from strategy.text.shapes import Comment
from strategy.text.write import write
from strategy.text.write.normalise import VIEWS
from strategy.text.write.tree import each, kids, words
from tests.text.write import sample
from tests.text.write.pandoc import plain, squeezed
from tests.text.write.sample import doc, li, ol, p, t, table, td, th, tr
from tests.text.write.wild import Json, a_wild_document

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
XLINK = "{http://www.w3.org/1999/xlink}"
DC = "{http://purl.org/dc/elements/1.1/}"


def part(made: bytes, name: str = "content.xml") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return etree.fromstring(archive.read(name))


def assert_sound(made: bytes) -> None:
    """Every region has its marks, every style that is used is there, every picture too."""
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        names = archive.namelist()
        first = archive.infolist()[0]
        assert first.filename == "mimetype"
        assert first.compress_type == zipfile.ZIP_STORED
        content = etree.fromstring(archive.read("content.xml"))
        styles = etree.fromstring(archive.read("styles.xml"))
        for name in names:
            if name.endswith(".xml"):
                etree.fromstring(archive.read(name))
    regions = [e.get(TEXT + "id") for e in content.iter(TEXT + "changed-region")]
    for region in regions:
        starts, ends, points = (
            sum(e.get(TEXT + "change-id") == region for e in content.iter(TEXT + kind))
            for kind in ("change-start", "change-end", "change")
        )
        assert (starts, ends, points) in ((1, 1, 0), (0, 0, 1))
    notes = [e.get(OFFICE + "name") for e in content.iter(OFFICE + "annotation")]
    ends = [e.get(OFFICE + "name") for e in content.iter(OFFICE + "annotation-end")]
    assert sorted(notes) == sorted(ends)
    known = {e.get(STYLE + "name") for root in (content, styles) for e in root.iter()} - {None}
    for element in content.iter():
        for key in (TEXT + "style-name", TABLE + "style-name"):
            assert element.get(key, "Standard") in known
        href = element.get(XLINK + "href", "")
        assert not href.startswith("Pictures/") or href in names
    for row_holder in content.iter(TABLE + "table"):
        columns = len(row_holder.findall(TABLE + "table-column"))
        for row in row_holder.findall(TABLE + "table-row"):
            assert len(row) == columns


@pytest.fixture(scope="module")
def redline() -> bytes:
    document = sample.tracked_paper()
    return write(
        document,
        "odt",
        meta=sample.META,
        view="marked",
        changes=sample.CHANGES,
        comments=sample.comments(document, "Kreisverbänden", "Frist"),
    )


@pytest.fixture(scope="module")
def paper() -> bytes:
    return write(sample.paper(), "odt", meta=sample.META, files=sample.FILES)


def test_odfdo_reads_what_we_wrote(paper):
    document = Document(io.BytesIO(paper))
    assert document.meta.title == sample.META.title
    headings = [head.text_recursive for head in document.body.headers]
    assert headings[:3] == ["Ausgangslage", "Was bisher geschah", "Vorschlag"]
    assert len(document.body.tables) == 1
    assert len(document.body.get_notes()) == 2
    said = document.meta.user_defined_metadata
    assert said["vorlauf-fingerprint"] == fingerprint.fingerprint(sample.paper())


def test_the_files_are_sound(paper, redline):
    assert_sound(paper)
    assert_sound(redline)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1_000_000), st.sampled_from(VIEWS))
def test_any_document_of_the_schema_becomes_a_sound_file(seed, view):
    rng = Random(seed)
    remarks = [Comment("Ä & <b>", "ß\nzwei", start=rng.randint(0, 9), end=rng.randint(9, 40))]
    assert_sound(
        write(
            a_wild_document(rng),
            "odt",
            view=view,
            comments=remarks,
            files={"f" * 64: sample.CHART, "0" * 64: b"broken"},
            cover=rng.random() < 0.5,
        )
    )


def block_words(document: Json) -> list[str]:
    return [
        squeezed(words(node))
        for node in each(document)
        if node["type"] in ("paragraph", "heading") and words(node).strip()
    ]


def test_pandoc_sees_the_new_text(redline, tmp_path):
    document = sample.tracked_paper()
    seen = squeezed("".join(plain(redline, "odt", tmp_path)))
    for said in block_words(tracked.accept(document)):
        assert said in seen


@pytest.mark.parametrize(
    "document",
    [
        doc(p("a", t("b", sample.ins()), t("c", sample.dele()))),
        doc(p("eins", end={"change": "insertion", "id": "a:1"}), p("zwei")),
        doc(p("eins", end={"change": "deletion", "id": "a:1"}), p("zwei")),
        doc(p("a"), sample.ul("b", li("weg", marks=[sample.dele()]), "c")),
        doc(p("weg", marks=[sample.dele()]), p("da")),
        doc(p("neu", marks=[sample.ins()]), p("da")),
        doc(p("da"), p(t("doch nicht", sample.ins(), sample.dele("b:2")), "aber"), p("hier")),
    ],
)
def test_each_kind_of_change_is_read_again(document):
    again = read(write(document, "odt", view="marked", cover=False), "odt").doc
    for view in (tracked.accept, tracked.reject):
        assert block_words(view(again)) == block_words(view(document))
        assert [n["type"] for n in kids(view(again))] == [n["type"] for n in kids(view(document))]


def test_a_paragraph_deleted_before_a_list_is_read_again():
    document = doc(p("weg", marks=[sample.dele()]), sample.ul("b"))
    again = read(write(document, "odt", view="marked", cover=False), "odt").doc
    assert words(tracked.accept(again)) == "b"
    assert words(tracked.reject(again)) == "wegb"


def test_changes_name_their_authors(redline):
    root = part(redline)
    found = [
        (e[0].tag.removeprefix(TEXT), e[0].findtext(f".//{DC}creator"))
        for e in root.iter(TEXT + "changed-region")
    ]
    assert ("insertion", "Ayşe Demir") in found
    assert ("deletion", "Jörg Groß") in found
    assert ("format-change", "Jörg Groß") in found
    both = [e for e in root.iter(TEXT + "changed-region") if len(e) == 2]
    assert [kind.tag.removeprefix(TEXT) for kind in both[0]] == ["deletion", "insertion"]


def test_a_clean_copy_has_no_changes():
    made = write(sample.tracked_paper(), "odt", changes=sample.CHANGES)
    assert not list(part(made).iter(TEXT + "tracked-changes"))


def test_comments_have_answers_and_a_state(redline):
    found = {
        e.get(OFFICE + "name"): (
            e.findtext(DC + "creator"),
            e.get(LOEXT + "resolved"),
            e.get(LOEXT + "parent-name"),
        )
        for e in part(redline).iter(OFFICE + "annotation")
    }
    assert found == {
        "c0": ("Max Müller", "false", None),
        "c0r1": ("Ayşe Demir", "false", "c0"),
        "c1": ("Max Müller", "true", None),
        "c1r1": ("Ayşe Demir", "true", "c1"),
        "c2": ("Lena Öz", "false", None),
    }


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ("continuous", ("true", "1", "false")),
        ("page", ("true", "1", "true")),
        ("fifth", ("true", "5", "false")),
        ("none", ("false", None, None)),
    ],
)
def test_lines_are_numbered_as_asked(lines, wanted):
    styles = part(write(doc(p("x")), "odt", lines=lines), "styles.xml")
    found = next(styles.iter(TEXT + "linenumbering-configuration"))
    names = ("number-lines", "increment", "restart-on-page")
    assert tuple(found.get(TEXT + name) for name in names) == wanted


def test_lists_and_tables_keep_their_shape():
    document = doc(
        ol("c", "d", start=3, style="lower-alpha"),
        table(tr(th("A", colspan=2)), tr(td("b", rowspan=2), td("c")), tr(td("d"))),
    )
    root = part(write(document, "odt", cover=False))
    assert next(root.iter(TEXT + "list-item")).get(TEXT + "start-value") == "3"
    assert next(root.iter(TEXT + "list")).get(TEXT + "style-name") == "L-lower-alpha"
    spans = [
        (e.get(TABLE + "number-columns-spanned"), e.get(TABLE + "number-rows-spanned"))
        for e in root.iter(TABLE + "table-cell")
    ]
    assert spans == [("2", None), (None, "2"), (None, None), (None, None)]
    assert len(list(root.iter(TABLE + "covered-table-cell"))) == 2
    assert len(list(root.iter(TABLE + "table-header-rows"))) == 1


def test_blanks_are_kept():
    root = part(write(doc(p(" a   b ")), "odt", cover=False))
    written = next(e for e in root.iter(TEXT + "p") if e.get(TEXT + "style-name") == "Text_20_body")
    counts = [int(e.get(TEXT + "c", "1")) for e in written.iter(TEXT + "s")]
    assert counts == [1, 2, 1]
