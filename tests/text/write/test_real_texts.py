"""Real laws with their histories and real office files, in and out again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from strategy.text import tracked
from strategy.text.compare import compare
from strategy.text.read import Unreadable, read
from strategy.text.write import write
from strategy.text.write.tree import each, words
from tests.shared_data import DATA, histories
from tests.text import markdown
from tests.text.write import sample
from tests.text.write.pandoc import plain
from tests.text.write.test_docx import assert_sound as assert_sound_docx
from tests.text.write.test_odt import assert_sound as assert_sound_odt

Json = dict[str, Any]
SHORT = 60_000
"""Characters: longer laws take pandoc too long here."""


def pairs() -> list[tuple[str, Json, Json]]:
    """First and last revision of some real texts; without them, our own paper and its redline."""
    own = sample.tracked_paper()
    made = [("own", tracked.reject(own), tracked.accept(own))]
    for history in histories():
        if history[-1].stat().st_size < SHORT:
            name = "/".join(history[0].parts[-3:-1])
            made.append((name, markdown.document(history[0]), markdown.document(history[-1])))
    return made[:6]


def office_files() -> list[Path]:
    """Real files with tracked changes; none where the collection is not at hand."""
    if DATA is None:
        return []
    listed = (DATA / "office" / "manifest.jsonl").read_text().splitlines()
    found = [json.loads(line) for line in listed]
    wanted = ("ins", "del", "comments", "notes", "tables")
    chosen = [entry["file"] for entry in found if any(entry["features"].get(w) for w in wanted)]
    paths = [DATA / "office" / name for name in chosen]
    return [path for path in paths if path.suffix in (".docx", ".odt") and path.is_file()]


def str_only(value: Any) -> str:
    return value if isinstance(value, str) else ""


def letters(texts: list[str]) -> str:
    return re.sub(r"[\W\d_]", "", "".join(texts))


def block_letters(document: Json) -> str:
    return letters([words(node) for node in each(document) if node["type"] in ("text",)])


@pytest.mark.parametrize(("name", "old", "new"), pairs(), ids=str_only)
def test_a_redline_in_word_holds_both_texts(name, old, new, tmp_path):
    marked = compare(old, new)
    made = write(marked, "docx", view="marked", cover=False)
    assert_sound_docx(made)
    assert_sound_odt(write(marked, "odt", view="marked"))
    assert letters(plain(made, "docx", tmp_path, "accept")) == block_letters(new)
    assert letters(plain(made, "docx", tmp_path, "reject")) == block_letters(old)


@pytest.mark.parametrize(("name", "old", "new"), pairs()[:3], ids=str_only)
def test_a_redline_as_pdf_lists_its_changes(name, old, new):
    assert write(compare(old, new), "pdf", view="marked").startswith(b"%PDF")


@pytest.mark.parametrize("path", office_files()[::3], ids=lambda path: path.name)
def test_files_of_others_go_out_as_they_came_in(path):
    try:
        reading = read(path.read_bytes(), path.suffix[1:])
    except Unreadable:
        return
    given = {"changes": reading.changes, "files": reading.files, "comments": reading.comments}
    for format in ("docx", "odt"):
        again = read(write(reading.doc, format, view="marked", cover=False, **given), format)
        for view in (tracked.accept, tracked.reject):
            assert block_letters(view(reading.doc)) == block_letters(view(again.doc))
        assert len(again.comments) == len(reading.comments)
        assert sum(len(c.replies) for c in again.comments) == sum(
            len(c.replies) for c in reading.comments
        )
    assert write(reading.doc, "pdf", view="marked", **given).startswith(b"%PDF")
