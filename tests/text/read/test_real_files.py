"""Real office files: what is read is what others count in them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from prosemirror.model import Node, Schema

from strategy.text import schema, tracked, validate
from tests.shared_data import DATA
from tests.text.read.independent import of_docx, of_odt, of_reading
from tests.text.read.office import docx, odt, p, quick
from tests.text.read.readings import counted, folded, pandoc, said, tree_said

Facts = dict[str, Any]
MODEL = Schema(schema.SPEC)


def office_files() -> list[Path]:
    """The collection's files and the pairs for comparison; one of our own of each without it."""
    if DATA is None:
        return []
    office = DATA / "office"
    return sorted([*office.glob("*.docx"), *office.glob("*.odt"), *office.glob("*/*.docx")])


def facts_of(path: Path) -> Facts:
    assert DATA is not None
    for line in (DATA / "office" / "manifest.jsonl").read_text().splitlines():
        known: Facts = json.loads(line)
        if known["file"] == path.name:
            return known["features"]
    return {}


FILES = office_files()
NAMES = [path.name for path in FILES]
LISTED = [path for path in FILES if path.parent.name == "office"]


@pytest.fixture(scope="module")
def own_files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    (folder / "own.docx").write_bytes(docx(p("Ein Absatz.")))
    (folder / "own.odt").write_bytes(odt("<text:p>Ein Absatz.</text:p>"))
    print(f"{len(FILES)} real files at hand")  # noqa: T201
    return [folder / "own.docx", folder / "own.odt"]


@cache
def _once(path: Path) -> str:
    return json.dumps(quick(path.read_bytes(), path.suffix[1:]))


def read(path: Path) -> Facts:
    found: Facts = json.loads(_once(path))
    assert "refused" not in found, (path.name, found)
    return found


def test_a_file_of_our_own_is_what_pandoc_reads(own_files):
    for path in own_files:
        assert folded(said(read(path)["doc"], "accept")) == ["Ein", "Absatz."]


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_real_file_gives_a_document_that_both_checks_let_in(path):
    doc = read(path)["doc"]
    validate.document(doc)
    Node.from_json(MODEL, doc).check()
    for view in (tracked.accept(doc), tracked.reject(doc)):
        validate.document(view)
        Node.from_json(MODEL, view).check()
    ids = [value for node in _all(doc) if (value := (node.get("attrs") or {}).get("id"))]
    assert len(ids) == len(set(ids))


def _all(node: Facts) -> list[Facts]:
    out = [node]
    for child in node.get("content", ()):
        out.extend(_all(child))
    return out


@pytest.mark.parametrize("path", LISTED, ids=[path.name for path in LISTED])
def test_changes_comments_and_notes_are_as_many_as_in_the_file(path):
    data, found = path.read_bytes(), read(path)
    expected = of_docx(data) if path.suffix == ".docx" else of_odt(data)
    changed = of_reading(found["doc"], found["changes"])
    for kind in ("insertion", "deletion"):
        named = {(author.strip() or "?"): n for author, n in expected[kind].items() if n}
        assert dict(+changed[kind]) == named
    if path.suffix == ".docx":
        assert changed["row changes"] == expected["row changes"]
    comments = found["comments"]
    replies = sum(len(comment["replies"]) for comment in comments)
    assert len(comments) + replies == expected["comments"]
    assert replies == expected["replies"]
    assert sum(comment["resolved"] for comment in comments) == expected["resolved"]
    missing = any("text is missing" in line["message"] for line in found["report"])
    assert missing or counted(found["doc"])["footnote"] == expected["notes"]


@pytest.mark.parametrize("path", LISTED, ids=[path.name for path in LISTED])
@pytest.mark.parametrize("view", ["accept", "reject"])
def test_accepted_and_rejected_the_text_is_what_pandoc_reads(path, view):
    if path.suffix == ".odt" and view == "reject":
        view = "accept"  # pandoc reads no changes of OpenDocument
    options = [f"--track-changes={view}"] if path.suffix == ".docx" else []
    found = read(path)
    doc = found["doc"]
    resolved = tracked.accept(doc) if view == "accept" else tracked.reject(doc)
    title = (doc.get("attrs") or {}).get("title", "")
    ours = folded(f"{title}\n{said(resolved, view)}")
    theirs = folded(tree_said(pandoc(str(path), path.suffix[1:], *options)))
    if "toc" in facts_of(path):
        assert _within(ours, theirs)  # we leave the table of contents out
    else:
        # we read boxes, checkboxes, tables in frames, numbers of headings that pandoc leaves out
        assert _within(theirs, ours)
        numbered = any("Numbers of headings" in line["message"] for line in found["report"])
        if not facts_of(path).get("txbx") and path.name not in MORE and not numbered:
            assert ours == theirs


def golden() -> list[tuple[Path, str, Path]]:
    """File, view and pandoc's own reading of it, as its project keeps them."""
    out = []
    for path in LISTED:
        kept = {Path(name).stem: path.parent / name for name in _listed(path).get("expected", ())}
        own = path.stem.removeprefix("pandoc__")
        views = {f"{own}_accept": "accept", f"{own}_reject": "reject"}
        # one view holds the words of comments, where pandoc keeps another without them
        views[f"{own}_no_comments" if f"{own}_no_comments" in kept else own] = "accept"
        out += [(path, view, kept[name]) for name, view in views.items() if name in kept]
    return [one for one in out if "scrubbed" not in one[2].name]  # it holds both views at once


def _listed(path: Path) -> Facts:
    lines = (path.parent / "manifest.jsonl").read_text().splitlines()
    return next(known for line in lines if (known := json.loads(line))["file"] == path.name)


@pytest.mark.parametrize(
    ("path", "view", "expected"), golden(), ids=[expected.name for _, _, expected in golden()]
)
def test_the_text_is_what_pandoc_keeps_as_right(path, view, expected):
    found = read(path)["doc"]
    doc = tracked.accept(found) if view == "accept" else tracked.reject(found)
    ours = folded(f"{(doc.get('attrs') or {}).get('title', '')}\n{said(doc, view)}")
    theirs = folded(tree_said(pandoc(str(expected), "native")))
    assert ours == theirs or ("toc" in facts_of(path) and _within(ours, theirs))


MORE = {
    "Open-Xml-PowerTools__Sun.docx": "a box in a picture",
    "libreoffice__tdf91083.odt": "tables in tables",
    "odftoolkit__Tabelle1.odt": "tables in tables",
    "odftoolkit__Formular_Anzeige_01_Stand_August_2013_DOC_LO4-0-5-2.odt": "boxes as shapes",
}
"""In these we read more than pandoc."""


def _within(fewer: list[str], more: list[str]) -> bool:
    rest = iter(more)
    return all(word in rest for word in fewer)


@pytest.mark.parametrize("path", LISTED, ids=[path.name for path in LISTED])
def test_comments_stand_at_the_words_that_they_quote(path):
    found = read(path)
    doc = Node.from_json(MODEL, found["doc"])
    for comment in found["comments"]:
        if comment["start"] is None:
            continue
        assert 0 <= comment["start"] <= comment["end"] <= doc.content.size
        if not found["changes"]:
            passage = doc.text_between(comment["start"], comment["end"], "\n")
            assert passage.split() == comment["quote"].split()
