"""Word files: as ECMA-376 wants them, with changes and comments that others count too."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from random import Random

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from strategy.text import fingerprint, tracked
from strategy.text.shapes import Comment
from strategy.text.write import write
from strategy.text.write.normalise import VIEWS
from strategy.text.write.tree import each, kids, words
from tests.text.write import sample
from tests.text.write.pandoc import plain, squeezed
from tests.text.write.sample import doc, h, li, ol, p, t, table, td, th, tr, ul
from tests.text.write.wild import Json, a_wild_document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
# ECMA-376, part 1, 17.3.1.26 (pPr), 17.3.2.28 (rPr), 17.4.60 (tblPr), 17.4.69 (tcPr), 17.6.17.
ORDER = {
    "pPr": """
    pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers
    pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct
    autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing
    mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl
    divId cnfStyle rPr sectPr pPrChange
    """,
    "rPr": """
    ins del moveFrom moveTo rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline
    shadow emboss imprint noProof snapToGrid vanish webHidden color spacing w kern position
    sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout
    specVanish oMath rPrChange
    """,
    "tblPr": """
    tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc
    tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption
    tblDescription
    """,
    "trPr": "cantSplit tblHeader ins del",
    "tcPr": """
    cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText
    vAlign hideMark headers cellIns cellDel cellMerge tcPrChange
    """,
    "sectPr": """
    headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders
    lnNumType pgNumType cols
    """,
    "style": """
    name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed
    qFormat locked pPr rPr tblPr trPr tcPr tblStylePr
    """,
    "settings": """
    zoom defaultTabStop autoHyphenation consecutiveHyphenLimit hyphenationZone
    characterSpacingControl footnotePr compat themeFontLang
    """,
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId lvlJc pPr rPr",
    "numbering": "abstractNum num",
    "tbl": "tblPr tblGrid tr",
    "sdt": "sdtPr sdtContent",
}


def parts(made: bytes) -> dict[str, etree._Element]:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return {
            name: etree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.endswith((".xml", ".rels"))
        }


def count(made: bytes, *names: str) -> int:
    root = parts(made)["word/document.xml"]
    return sum(1 for name in names for _ in root.iter(W + name))


def assert_sound(made: bytes) -> None:
    """Children stand in the schema's order, numbers are unique, references lead somewhere."""
    found = parts(made)
    for name, root in found.items():
        if not name.startswith("word/") or name.endswith(".rels"):
            continue
        for element in root.iter():
            local = etree.QName(element).localname
            wanted = ORDER.get(local)
            if wanted and element.tag == W + local:
                ranks = [wanted.split().index(etree.QName(kid).localname) for kid in element]
                assert ranks == sorted(ranks), (name, local, etree.tostring(element)[:300])
    document = found["word/document.xml"]
    for cell in document.iter(W + "tc"):
        assert etree.QName(cell[-1]).localname == "p"
    for grid in document.iter(W + "tbl"):
        assert any(kid.tag == W + "tr" for kid in grid)
    for first, second in itertools.pairwise(document[0]):
        assert not first.tag == second.tag == W + "tbl"
    changes = ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "cellIns", "cellDel")
    numbers = [e.get(W + "id") for name in changes for e in document.iter(W + name)]
    assert len(numbers) == len(set(numbers))
    links = {link.get("Id") for link in found["word/_rels/document.xml.rels"]}
    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
    for element in document.iter():
        for name, value in element.attrib.items():
            if name.startswith(relation):
                assert value in links
    marks = [e.get(W + "name") for e in document.iter(W + "bookmarkStart")]
    assert len(marks) == len(set(marks))
    for link in document.iter(W + "hyperlink"):
        assert link.get(W + "anchor", marks[0] if marks else None) in {*marks, None}
    notes = {e.get(W + "id") for e in found["word/footnotes.xml"]}
    assert {e.get(W + "id") for e in document.iter(W + "footnoteReference")} <= notes
    for kind in ("moveFrom", "moveTo"):
        starts = [e.get(W + "id") for e in document.iter(f"{W}{kind}RangeStart")]
        assert sorted(starts) == sorted(
            e.get(W + "id") for e in document.iter(f"{W}{kind}RangeEnd")
        )
    names = [
        {e.get(W + "name") for e in document.iter(f"{W}{kind}RangeStart")}
        for kind in ("moveFrom", "moveTo")
    ]
    assert names[0] == names[1]


@pytest.fixture(scope="module")
def redline() -> bytes:
    document = sample.tracked_paper()
    return write(
        document,
        "docx",
        meta=sample.META,
        view="marked",
        changes=sample.CHANGES,
        comments=sample.comments(document, "Kreisverbänden", "Frist"),
    )


@pytest.fixture(scope="module")
def paper() -> bytes:
    return write(sample.paper(), "docx", meta=sample.META, files=sample.FILES)


def test_python_docx_reads_what_we_wrote(paper):
    read = docx.Document(io.BytesIO(paper))
    assert read.core_properties.title == sample.META.title
    assert read.core_properties.author == "; ".join(sample.META.authors)
    headings = [q.text for q in read.paragraphs if q.style.name == "Heading 1"]
    assert headings == ["Ausgangslage", "Vorschlag", "Begründung"]
    grid = read.tables[0]
    assert [cell.text for cell in grid.rows[0].cells] == [
        "Maßnahme", "Zuständig", "Zeitraum", "Kosten (T€)",
    ]  # fmt: skip
    assert grid.cell(6, 0).text == grid.cell(6, 2).text == "Summe"
    assert len(read.inline_shapes) == 1
    text = "\n".join(q.text for q in read.paragraphs)
    assert "Reisende Sprechstunde des Landesvorstands" in text


def test_the_parts_are_as_the_standard_wants_them(paper, redline):
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
            "docx",
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


def test_accepting_gives_the_new_text_and_rejecting_the_old_one(tmp_path):
    document = sample.tracked_paper()
    made = write(document, "docx", view="marked", changes=sample.CHANGES, cover=False)
    for view, wanted in (
        ("accept", tracked.accept(document)),
        ("reject", tracked.reject(document)),
    ):
        read = squeezed("".join(plain(made, "docx", tmp_path, view)))
        read = re.sub(r"\d\.(?=[A-ZD])", "", read)
        for said in block_words(wanted):
            assert said in read
            read = read.replace(said, "", 1)
        assert not re.sub(r"[\d.-]", "", read)


@pytest.mark.parametrize(
    ("document", "accepted", "rejected"),
    [
        (doc(p("a", t("b", sample.ins()), t("c", sample.dele()))), ["ab"], ["ac"]),
        (
            doc(p("eins", end={"change": "insertion", "id": "a:1"}), p("zwei")),
            ["eins", "zwei"],
            ["eins zwei"],
        ),
        (
            doc(p("eins", end={"change": "deletion", "id": "a:1"}), p("zwei")),
            ["eins zwei"],
            ["eins", "zwei"],
        ),
        (doc(p("weg", marks=[sample.dele()]), p("da")), ["da"], ["weg", "da"]),
        (doc(p("neu", marks=[sample.ins()]), p("da")), ["neu", "da"], ["da"]),
        (
            doc(p("da"), p(t("doch nicht", sample.ins(), sample.dele("b:2"))), p("hier")),
            ["da", "hier"],
            ["da", "hier"],
        ),
    ],
)
def test_each_kind_of_change_is_understood_by_pandoc(document, accepted, rejected, tmp_path):
    made = write(document, "docx", view="marked", cover=False)
    assert plain(made, "docx", tmp_path, "accept") == accepted
    assert plain(made, "docx", tmp_path, "reject") == rejected


def paragraphs(made: bytes) -> list[etree._Element]:
    return list(parts(made)["word/document.xml"].iter(W + "p"))


def test_joined_paragraphs_keep_the_first_ones_style():
    """Word gives them the second one's, so the second carries the first's as its own."""
    split = doc(h(1, "Kopf", end={"change": "insertion", "id": "a:1"}), p("Rumpf"))
    second = paragraphs(write(split, "docx", view="marked", cover=False))[2]
    assert second.find(f"{W}pPr/{W}pStyle").get(W + "val") == "BodyText"
    former = second.find(f"{W}pPr/{W}pPrChange/{W}pPr/{W}pStyle")
    assert former.get(W + "val") == "Heading1"
    joined = doc(h(1, "Kopf", end={"change": "deletion", "id": "a:1"}), p("Rumpf"))
    second = paragraphs(write(joined, "docx", view="marked", cover=False))[2]
    assert second.find(f"{W}pPr/{W}pStyle").get(W + "val") == "Heading1"
    former = second.find(f"{W}pPr/{W}pPrChange/{W}pPr/{W}pStyle")
    assert former.get(W + "val") == "BodyText"


def test_changes_name_their_authors_and_times(redline):
    root = parts(redline)["word/document.xml"]
    inserted = next(e for e in root.iter(W + "ins") if "".join(e.itertext()) == "Landesvorstand")
    assert inserted.get(W + "author") == "Ayşe Demir"
    assert inserted.get(W + "date") == "2026-10-12T07:30:00Z"
    rows = [e for e in root.iter(W + "trPr") if e.find(W + "ins") is not None]
    assert len(rows) == 1
    assert count(redline, "moveFromRangeStart") == count(redline, "moveToRangeStart") == 1
    assert count(redline, "rPrChange") == 2  # one passage, of which a comment takes a part
    assert sum(1 for e in root.iter(W + "delText")) >= 6


def test_a_clean_copy_has_no_changes():
    made = write(sample.tracked_paper(), "docx", changes=sample.CHANGES)
    assert count(made, "ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange") == 0


def test_comments_are_threads_with_a_state(redline):
    found = parts(redline)
    comments = list(found["word/comments.xml"])
    assert [c.get(W + "author") for c in comments] == [
        "Max Müller", "Ayşe Demir", "Max Müller", "Ayşe Demir", "Lena Öz",
    ]  # fmt: skip
    states = list(found["word/commentsExtended.xml"])
    paragraphs = [c[0].get(W14 + "paraId") for c in comments]
    assert [s.get(W15 + "paraId") for s in states] == paragraphs
    assert [s.get(W15 + "paraIdParent") for s in states] == [
        None, paragraphs[0], None, paragraphs[2], None,
    ]  # fmt: skip
    assert [s.get(W15 + "done") for s in states] == ["0", "0", "1", "1", "0"]
    document = found["word/document.xml"]
    for name in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        assert sorted(e.get(W + "id") for e in document.iter(W + name)) == list("01234")


def test_a_comment_covers_its_passage():
    document = doc(p("eins zwei drei vier"))
    remark = Comment("A", "B", start=6, end=15)
    made = write(document, "docx", comments=[remark], cover=False)
    inside, covered = False, ""
    for element in parts(made)["word/document.xml"].iter():
        if element.tag == W + "commentRangeStart":
            inside = True
        elif element.tag == W + "commentRangeEnd":
            inside = False
        elif element.tag == W + "t" and inside:
            covered += element.text
    assert covered == "zwei drei"


def test_lists_count_from_where_they_should():
    document = doc(ol("c", "d", start=3, style="lower-alpha"), p("x"), ol(li(p("e"), ul("f"))))
    made = write(document, "docx", cover=False)
    found = parts(made)
    used = [
        (e.find(W + "ilvl").get(W + "val"), e.find(W + "numId").get(W + "val"))
        for e in found["word/document.xml"].iter(W + "numPr")
    ]
    assert used == [("0", "2"), ("0", "2"), ("0", "3"), ("1", "1")]
    numbers = {e.get(W + "numId"): e for e in found["word/numbering.xml"].iter(W + "num")}
    start = numbers["2"].find(f"{W}lvlOverride/{W}startOverride")
    assert start.get(W + "val") == "3"


def test_tables_keep_their_spans_and_header():
    document = doc(table(tr(th("A", colspan=2)), tr(td("b", rowspan=2), td("c")), tr(td("d"))))
    read = docx.Document(io.BytesIO(write(document, "docx", cover=False))).tables[0]
    assert read.cell(0, 0).text == read.cell(0, 1).text == "A"
    assert read.cell(1, 0).text == read.cell(2, 0).text == "b"
    assert read.cell(2, 1).text == "d"
    made = write(document, "docx", cover=False)
    assert count(made, "tblHeader") == 1


@pytest.mark.parametrize(
    ("lines", "attributes"),
    [
        ("continuous", {"countBy": "1", "restart": "continuous"}),
        ("page", {"countBy": "1", "restart": "newPage"}),
        ("fifth", {"countBy": "5", "restart": "continuous"}),
        ("none", None),
    ],
)
def test_lines_are_numbered_as_asked(lines, attributes):
    root = parts(write(doc(p("x")), "docx", lines=lines))["word/document.xml"]
    found = list(root.iter(W + "lnNumType"))
    if attributes is None:
        assert not found
    else:
        assert len(found) == 1
        assert {name: found[0].get(W + name) for name in attributes} == attributes


def test_the_fingerprint_is_a_property_of_the_file(paper):
    custom = parts(paper)["docProps/custom.xml"]
    assert custom[0].get("name") == "vorlauf-fingerprint"
    assert custom[0][0].text == fingerprint.fingerprint(sample.paper())


def test_a_redline_carries_the_fingerprint_of_the_new_text(redline):
    new = tracked.accept(sample.tracked_paper())
    custom = parts(redline)["docProps/custom.xml"]
    assert custom[0][0].text == fingerprint.fingerprint(new)


def test_pictures_have_words_for_those_who_do_not_see_them(paper):
    root = parts(paper)["word/document.xml"]
    drawn = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    assert next(root.iter(drawn)).get("descr").startswith("Balkendiagramm")
    with zipfile.ZipFile(io.BytesIO(paper)) as archive:
        name = f"word/media/{sample.CHART_FILE[:16]}.png"
        assert archive.read(name) == sample.CHART


def test_hyphenation_and_language_are_german(paper):
    found = parts(paper)
    assert found["word/settings.xml"].find(W + "autoHyphenation") is not None
    assert next(found["word/styles.xml"].iter(W + "lang")).get(W + "val") == "de-DE"


def test_the_contents_field_lists_the_headings(paper):
    root = parts(paper)["word/document.xml"]
    fields = [e.text for e in root.iter(W + "instrText")]
    assert any("TOC" in field for field in fields)
    entries = [
        "".join(q.itertext())
        for q in root.iter(W + "p")
        if (q.find(f"{W}pPr/{W}pStyle") is not None)
        and q.find(f"{W}pPr/{W}pStyle").get(W + "val") == "TOC1"
    ]
    assert [entry.split(" PAGEREF")[0].strip() for entry in entries][1:] == [
        "Vorschlag",
        "Begründung",
    ]


def test_footnotes_are_notes(paper):
    notes = [n for n in parts(paper)["word/footnotes.xml"] if int(n.get(W + "id")) > 0]
    assert len(notes) == 2
    assert "Rücklauf 21 von 23." in "".join(notes[0].itertext())


def test_what_we_write_we_read_again():
    from strategy.text.read import read

    document = sample.tracked_paper()
    made = write(document, "docx", view="marked", changes=sample.CHANGES, cover=False)
    again = read(made, "docx").doc
    assert block_words(tracked.accept(again)) == block_words(tracked.accept(document))
    assert block_words(tracked.reject(again)) == block_words(tracked.reject(document))
    assert [n["type"] for n in kids(tracked.accept(again))] == [
        n["type"] for n in kids(tracked.accept(document))
    ]
