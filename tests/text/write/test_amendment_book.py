"""The amendment book as a file: tagged, with bookmarks, and whatever people write in it."""

from __future__ import annotations

import io

import pypdf

from strategy.text.compare import compare
from strategy.text.write.amendment_book import (
    Amended,
    Book,
    Chapter,
    write_amendment_book,
)
from strategy.text.write.marks import Mark
from strategy.text.write.synopsis import entries, numbers
from tests.text.write.sample import doc, p
from tests.text.write.test_packet import HOSTILE
from tests.text.write.test_pdf import opened, pages, tags

OLD = doc(p("Jede Stunde ein Bus.", id="a"), p("Auch am Sonntag.", id="b"))
NEW = doc(p("Jede Stunde zwei Busse.", id="a"), p("Auch am Sonntag.", id="b"), p("Neu.", id="c"))


def an_amendment(name: str = "Ä1", **but) -> Amended:
    rows = entries(compare(OLD, NEW), numbers(OLD), None, before=OLD, after=NEW)
    fields = {
        "marks": [Mark("Verspätet um 3 Tage", "Gestellt 2 Tage vor der Sitzung.")],
        "facts": {"Stand": "gestellt", "Leer": ""},
        "cites": ["In Zeile 1 wird etwas ersetzt."],
        "rows": [row for row in rows if row.changed],
        "said": [("Begründung", "Erstens.\nZweitens."), ("Antwort", "")],
        "clashes": ["Stößt mit Ä3 zusammen, Zeile 1."],
    }
    return Amended(name, f"2026/041-{name}", "Gesa Lorenz", **(fields | but))


def made_of(*chapters: Chapter, **but) -> bytes:
    fields = {
        "name": "Ordentliche Sitzung 2026/12", "line": "19. November 2026",
        "body": "Landesvorstand", "facts": {"Ort": "Bürgerhaus"}, "moment": 1_760_000_000,
    }  # fmt: skip
    return write_amendment_book(Book(chapters=chapters, **(fields | but)), lambda done: None)


def a_chapter(*amended: Amended, **but) -> Chapter:
    fields = {"top": "TOP 4", "number": "2026/041", "title": "Busse", "facts": {"Fassung": "2"}}
    return Chapter(amendments=amended, **(fields | but))


def test_citation_old_new_and_numbers_can_be_read():
    words = " ".join(" ".join(pages(made_of(a_chapter(an_amendment())))).split())
    for said in (
        "TOP 4 · Vorlage 2026/041", "Ä1 · 2026/041-Ä1 · Gesa Lorenz", "Verspätet um 3 Tage",
        "In Zeile 1 wird etwas ersetzt.", "Zeile Bisher Neu",
        "1 Jede Stunde ein Bus. Jede Stunde zwei Busse.", "– Neu.", "Erstens. Zweitens.",
        "Stößt mit Ä3 zusammen, Zeile 1.",
    ):  # fmt: skip
        assert said in words, said
    assert "Sonntag" not in words
    assert "Leer" not in words
    assert "Antwort" not in words


def test_it_is_tagged_with_bookmarks_for_papers_and_amendments():
    made = made_of(a_chapter(an_amendment(), an_amendment("Ä2")), a_chapter(title="Bahnen"))
    pdf = opened(made)
    assert {"/Title", "/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/TOC"} <= {
        str(tag.S) for tag in tags(pdf)
    }
    assert str(pdf.Root.Lang) == "de-DE"
    outline = pypdf.PdfReader(io.BytesIO(made)).outline
    titles = [each.title if not isinstance(each, list) else [one.title for one in each]
              for each in outline]  # fmt: skip
    assert titles[0] == "Busse"
    assert [each.split("  ")[0] for each in titles[1]] == ["Ä1", "Ä2"]
    assert titles[2] == "Bahnen"


def test_what_people_write_is_text_whatever_it_says():
    made = made_of(
        a_chapter(
            an_amendment(cites=[HOSTILE], said=[(HOSTILE, HOSTILE)], clashes=[HOSTILE],
                         facts={HOSTILE: HOSTILE}, marks=[Mark(HOSTILE, HOSTILE)]),
            an_amendment(hint=[p(HOSTILE, id="h")], rows=[], cites=["\u0000\u202e"]),
            title=HOSTILE,
        ),
        name=HOSTILE, note=HOSTILE,
    )  # fmt: skip
    assert "#panic" in "".join(pages(made))


def test_a_book_without_amendments_says_so():
    assert "keine Änderungsanträge" in " ".join(" ".join(pages(made_of())).split())
