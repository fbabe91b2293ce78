"""Word files with changes and comments: read, written, read again, the same in them.

Both files are counted by independent.py, which shares nothing with reader or writer.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from strategy.text import tracked
from strategy.text.fingerprint import canonical
from strategy.text.read import received
from strategy.text.shapes import Comment, Meta
from strategy.text.write import write
from tests.shared_data import DATA
from tests.text.read.independent import of_docx, of_odt
from tests.text.read.office import by, docx, end, gone, outline, p, quick, r
from tests.text.read.readings import folded, said
from tests.text.read.test_docx import THREAD, comments

OWN = docx(
    p(r("Wir ") + by("ins", r("alle ")) + '<w:commentRangeStart w:id="0"/>'
      + by("del", gone("wollen"))
      + '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>' + r(" das."),
      end("ins"))
    + p(by("ins", r("Ein neuer Absatz."), "Ada"), end("ins", "Ada")) + p("Schluss."),
    comments=comments("Wirklich?", "Ja."), commentsExtended=THREAD,
)  # fmt: skip


def facts_of(data: bytes, name: str) -> dict[str, Any]:
    return of_docx(data) if name.endswith("docx") else of_odt(data)


def files() -> dict[str, bytes]:
    found = {"own.docx": OWN}
    if DATA is not None:
        office = DATA / "office"
        for path in sorted([*office.glob("*.docx"), *office.glob("*.odt")]):
            facts = facts_of(path.read_bytes(), path.name)
            if facts["authors"] or facts["comments"] or facts["row changes"]:
                found[path.name] = path.read_bytes()
    return found


FILES = files()


@pytest.mark.parametrize("name", FILES)
def test_changes_and_comments_survive_reading_and_writing(name):
    before = received(quick(FILES[name], name.rpartition(".")[2]))
    written = write(
        before.doc, "docx", view="marked", cover=False, comments=before.comments,
        changes=before.changes, files=before.files,
    )  # fmt: skip
    expected, counted = facts_of(FILES[name], name), of_docx(written)
    for kind in ("insertion", "deletion"):
        assert _named(counted[kind]) == _named(expected[kind])
    kinds = ["comments", "replies", "resolved"]
    for kind in [*kinds, "row changes"] if name.endswith("docx") else kinds:
        assert counted[kind] == expected[kind], kind


def _named(found: Counter[str]) -> dict[str, int]:
    return {(author.strip() or "?"): n for author, n in found.items() if n}


@pytest.mark.parametrize("format_", ["docx", "odt"])
@pytest.mark.parametrize("name", FILES)
def test_what_is_read_again_says_the_same(name, format_):
    before = received(quick(FILES[name], name.rpartition(".")[2]))
    written = write(
        before.doc, format_, view="marked", cover=False, comments=before.comments,
        changes=before.changes, files=before.files,
    )  # fmt: skip
    after = received(quick(written, format_))
    for view in ("accept", "reject"):
        assert _words(after.doc, view) == _words(before.doc, view)
    assert sorted(map(_comment, after.comments)) == sorted(map(_comment, before.comments))
    # without a passage, or with one in a note, a comment gets the words beside it from the writer
    quotes = [one.quote.split() for one in after.comments]
    body = said(before.doc, "accept", notes=False)
    expected = [one.quote.split() for one in before.comments if one.quote and one.quote in body]
    assert all(quote in quotes for quote in expected)


def _words(doc: dict[str, Any], view: str) -> list[str]:
    resolved = tracked.accept(doc) if view == "accept" else tracked.reject(doc)
    return folded(said(resolved, view))  # the title apart: the writer gives one to what has none


def _comment(one: Any) -> tuple[Any, ...]:
    replies = tuple((reply.author, reply.text) for reply in one.replies)
    return one.author, one.text, one.resolved, replies


@pytest.mark.parametrize("format_", ["docx", "odt"])
@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_comments_kind_and_lost_passage_come_back(format_, lang):
    doc = received(quick(docx(p("Ein Absatz.")), "docx")).doc
    doc["attrs"]["lang"] = lang
    made = [
        Comment("Ada", f"Zur {kind}: genau.", "", 1, 4, "Ein", kind)
        for kind in ("question", "objection", "support", "note")
    ]
    made.append(Comment("Ben", "Und das?", "", None, None, "Gestrichenes", "question"))
    again = received(quick(write(doc, format_, cover=False, comments=made), format_)).comments
    facts = [(one.kind, one.text, one.start, one.end, one.quote) for one in again]
    assert facts == [(one.kind, one.text, one.start, one.end, one.quote) for one in made]


@pytest.mark.parametrize("format_", ["docx", "odt"])
def test_what_one_inserted_and_another_deleted_comes_back_with_both(format_):
    inside = by("del", gone("beides"), "Ben")
    doc = received(quick(docx(p(r("Erst ") + by("ins", inside, "Ada") + r(" dann."))), "docx"))
    assert outline(doc.doc) == ["paragraph: Erst +-beides-+ dann."]
    written = write(doc.doc, format_, view="marked", cover=False, changes=doc.changes)
    again = received(quick(written, format_))
    assert outline(again.doc) == outline(doc.doc)
    assert sorted(one.author for one in again.changes.values()) == ["Ada", "Ben"]


def test_our_own_word_file_comes_back_block_by_block():
    before = received(quick(OWN, "docx"))
    written = write(
        before.doc, "docx", view="marked", cover=False, comments=before.comments,
        changes=before.changes,
    )  # fmt: skip
    after = received(quick(written, "docx"))
    assert outline(canonical(after.doc)) == outline(canonical(before.doc))


@pytest.mark.parametrize("format_", ["docx", "odt"])
def test_the_cover_of_our_own_export_does_not_come_back(format_):
    doc = received(quick(docx(p("Ein Absatz.")), "docx")).doc
    meta = Meta(title="Wohnen für alle", number="2026/041", body="Vorstand", authors=["Ada"])
    again = received(quick(write(doc, format_, meta=meta, cover=True), format_))
    assert outline(again.doc) == ["paragraph: Ein Absatz."]
    assert again.doc["attrs"]["title"] == "Wohnen für alle"
