"""What LibreOffice changes by itself when it saves is no edit; what somebody edits in it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from strategy.text.read import Reading, received
from strategy.text.returning import Returned, new_comments, returned
from strategy.text.shapes import Change, Comment, Meta
from strategy.text.tracked import accept, changes, reject
from strategy.text.write import write
from tests import libreoffice
from tests.builders import a_doc, a_heading, a_paragraph
from tests.shared_data import DATA
from tests.text.read.office import quick

Json = dict[str, Any]
SAVED = Path(__file__).parents[1] / "fixtures" / "libreoffice"
META = Meta(
    title="Wohnen für alle",
    number="2026/041",
    body="Landesvorstand",
    authors=("Ada Ahrens",),
    status="Entwurf",
    revision="Fassung 1",
    date="7. September 2026",
    moment="2026-09-07T10:00:00+00:00",
    fingerprint="f" * 64,
    lang="de",
    origin="paper=1 version=0",
)


def text(said: str, *marks: str | Json) -> Json:
    kinds = [{"type": mark} if isinstance(mark, str) else mark for mark in marks]
    return {"type": "text", "text": said} | ({"marks": kinds} if kinds else {})


def block(*content: Json, kind: str = "paragraph") -> Json:
    return {"type": kind, "content": list(content)}


def cell(*blocks: Json, width: int | None = None) -> Json:
    attrs = {"colwidth": None if width is None else [width]}
    return {"type": "table_cell", "attrs": attrs, "content": list(blocks)}


def numbered(start: int, *items: Json) -> Json:
    rows = [{"type": "list_item", "content": [item]} for item in items]
    return {"type": "ordered_list", "attrs": {"start": start}, "content": rows}


LINK = {"type": "link", "attrs": {"href": "https://example.org/a/#b", "title": None}}
BREAK: Json = {"type": "hard_break"}
DELETED = {"type": "deletion", "attrs": {"id": "zoe:1", "move": None}}
PAPER = a_doc(
    a_heading("Wohnen"),
    "Wir bauen tausend Wohnungen in jedem Jahr. Dafür braucht es Land.",
    "Der Kreisvorstand berichtet im Herbst.",
    "Danach wird beraten und beschlossen.",
    a_heading("Verkehr"),
    block(text("let x = 1;", "code"), BREAK, text("    return x", "code")),
    block(text("Erste Zeile"), BREAK, text(" eingerückt")),
    block(text("Ganz fett", "strong"), kind="heading"),
    block(
        text("Mit Fußnote"),
        {"type": "footnote", "content": [text("Siehe "), text("dort", LINK)]},
        text(" und "),
        text("undatiert gestrichen ", DELETED),
        text("Ende."),
    ),
    {"type": "bullet_list", "content": [{"type": "list_item", "content": [
        a_paragraph("Ein Punkt mit Zahlen"),
        numbered(17, a_paragraph("April: Treffen")),
        numbered(22, a_paragraph("Januar: Werkstatt")),
    ]}]},
    {"type": "table", "content": [
        {"type": "table_row", "content": [
            cell({"type": "page_break"}, a_paragraph("links oben"), width=78),
            cell(a_paragraph("rechts oben in der Tabelle"), width=471),
        ]},
        {"type": "table_row", "content": [
            cell(a_paragraph("links unten"), width=78), cell(a_paragraph("rechts"), width=471),
        ]},
    ]},
    {"type": "blockquote", "content": [a_paragraph("Ein Zitat, hervorgehoben.")]},
    "Zum Schluss ein Absatz.",
    title="Wohnen für alle",
)  # fmt: skip
CHANGES = {"zoe:1": Change("Zoe Zander", "")}
COMMENTS = (Comment("Ben Brandt", "Wirklich?", "2026-09-07T09:00:00+00:00", 9, 12, "Wir"),)


def exported(doc: Json, format: str, **but: Any) -> bytes:
    return write(doc, format, meta=META, view="marked", **but)


def paper(format: str) -> bytes:
    return exported(PAPER, format, changes=CHANGES, comments=COMMENTS)


def reading(data: bytes, format: str) -> Reading:
    return received(quick(data, format))


def edits(was: Reading, now: Reading) -> Returned:
    return returned(was.doc, was.changes, now.doc, now.changes)


@pytest.mark.parametrize("name", ["docx.docx", "odt.odt", "docx.odt", "odt.docx"])
def test_what_libreoffice_only_saved_shows_no_edit(name):
    format = name.rpartition(".")[2]
    was = reading(paper(format), format)
    now = reading((SAVED / f"paper.{name}").read_bytes(), format)
    found = edits(was, now)
    shown = [(e.kind, e.before, e.after) for s in found.strands for e in changes(s.marked)]
    assert shown == []
    assert found.nested == []
    assert new_comments(was.comments, now.comments) == ([], [])
    assert now.origin == META.origin


def test_the_fixtures_come_from_a_cover_with_a_table_of_contents():
    for each in SAVED.glob("paper.*"):
        assert "The cover that was made at export was left out." in {
            line.message for line in reading(each.read_bytes(), each.suffix[1:]).report
        }


def real_files() -> list[Path]:
    if DATA is None:
        return []
    office = DATA / "office"
    return [
        each
        for each in sorted([*office.glob("*.docx"), *office.glob("*.odt")])
        if each.stat().st_size < 60_000
    ]


@pytest.mark.parametrize("format", ["docx", "odt"])
def test_real_files_come_back_from_our_export_without_an_edit(format):
    for path in real_files():
        first = reading(path.read_bytes(), path.suffix[1:])
        data = exported(
            first.doc, format, changes=first.changes, files=first.files, comments=first.comments
        )
        once, again = reading(data, format), reading(data, format)
        assert not edits(once, again).strands, path.name
        assert once.origin == META.origin, path.name
        words = " ".join(_words(once.doc).split())
        assert META.fingerprint not in words, path.name


def _words(node: Json) -> str:
    inside = "".join(map(_words, node.get("content", ())))
    return str(node["text"]) if "text" in node else f"{inside} "


ACTS: list[libreoffice.Edit] = [
    ("replace", "Der Kreisvorstand berichtet im Herbst.", "Herbst", "Frühjahr"),
    ("append", "Danach wird beraten und beschlossen.", " Und gefeiert."),
    (
        "split",
        "Wir bauen tausend Wohnungen in jedem Jahr. Dafür braucht es Land.",
        "Dafür",
    ),
    ("replace", "rechts oben in der Tabelle", "Tabelle", "Übersicht"),
    ("item", "April: Treffen", "Juni: Fest"),
    ("bold", "Zum Schluss ein Absatz.", "Schluss"),
    ("comment", "Zum Schluss ein Absatz.", "Absatz", "Bitte kürzen.", "Zoe Zander"),
]


def _blocks(node: Json) -> list[str]:
    if node["type"] in ("paragraph", "heading"):
        said = "".join(c.get("text", "") for c in node.get("content", ())).strip()
        return [said] if said else []
    return [each for child in node.get("content", ()) for each in _blocks(child)]


# Half a gigabyte that nobody needs to run or test the rest: without it, what it has written stands
# in tests/fixtures/libreoffice and is read by the tests above.
@pytest.mark.skipif(libreoffice.SOFFICE is None, reason="LibreOffice is not at hand")
def test_what_is_edited_in_libreoffice_is_suggested_and_nothing_else(tmp_path):
    files = []
    for format in ("docx", "odt"):
        source = tmp_path / f"paper.{format}"
        source.write_bytes(paper(format))
        for mode in ("on", "off"):
            files.append((source, tmp_path / f"{mode}.{format}", ACTS, mode == "on"))
    said = libreoffice.edited(files, tmp_path, "Ada Ahrens")
    assert [line for line in said if not line.endswith("ok")] == []
    for source, target, _, tracked in files:
        format = target.suffix[1:]
        was = reading(source.read_bytes(), format)
        now = reading(target.read_bytes(), format)
        found = edits(was, now)
        made = [entry for strand in found.strands for entry in changes(strand.marked)]
        # What was deleted and what was inserted for it are two tracked changes in ODF, and in a
        # Word file, too, where the clock's minute changed between them.
        least = 8 if tracked and format == "odt" else 6
        assert least <= len(made) <= (8 if tracked else 6), (target.name, made)
        before, after = _blocks(reject(found.marked)), _blocks(accept(found.marked))
        assert before == _blocks(reject(was.doc))
        gone = [each for each in before if each not in after]
        assert gone == [act[1] for act in (ACTS[2], ACTS[0], ACTS[1], ACTS[3])]
        assert [each for each in after if each not in before] == [
            "Wir bauen tausend Wohnungen in jedem Jahr.",
            "Dafür braucht es Land.",
            "Der Kreisvorstand berichtet im Frühjahr.",
            "Danach wird beraten und beschlossen. Und gefeiert.",
            "Juni: Fest",
            "rechts oben in der Übersicht",
        ]
        new, answers = new_comments(was.comments, now.comments)
        assert [(each.author, each.text) for each in new] == [("Zoe Zander", "Bitte kürzen.")]
        assert not answers
        # ODF does not say what a tracked change of lettering was before: it is found by comparing
        untracked = {""} if format == "odt" or not tracked else set()
        wanted = untracked | ({"Ada Ahrens"} if tracked else set())
        assert {strand.author for strand in found.strands} == wanted
