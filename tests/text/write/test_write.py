"""One function for all formats."""

from __future__ import annotations

import json

import pytest

from strategy.errors import Invalid
from strategy.text import fingerprint
from strategy.text.write import FORMATS, write
from tests.text.write import sample
from tests.text.write.sample import doc, h, p


@pytest.mark.parametrize("format", FORMATS)
def test_a_document_and_a_format_are_enough(format):
    assert len(write(doc(p("Hallo")), format)) > 30


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_paper_is_the_same_file(format):
    def made() -> bytes:
        return write(
            sample.tracked_paper(),
            format,
            meta=sample.META,
            changes=sample.CHANGES,
            files=sample.FILES,
            view="marked",
        )

    assert made() == made()


@pytest.mark.parametrize("format", FORMATS)
def test_writing_leaves_the_document_alone(format):
    document = sample.tracked_paper()
    before = json.dumps(document)
    write(document, format, comments=sample.comments(document, "Frist"), view="marked")
    assert json.dumps(document) == before


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("format", {"format": "exe"}),
        ("view", {"format": "pdf", "view": "bunt"}),
        ("lines", {"format": "pdf", "lines": "schräg"}),
    ],
)
def test_what_is_not_offered_is_refused(field, wrong):
    with pytest.raises(Invalid) as refused:
        write(doc(p("x")), **wrong)
    assert refused.value.field == field


def test_json_is_what_the_fingerprint_is_made_of():
    made = write(sample.paper(), "json")
    assert fingerprint.fingerprint(json.loads(made)) == fingerprint.fingerprint(sample.paper())


def test_progress_rises_to_one():
    told: list[float] = []
    write(doc(p("x")), "pdf", progress=told.append)
    assert told == sorted(told)
    assert len(told) > 2
    assert told[0] == 0.0
    assert told[-1] == 1.0


@pytest.mark.parametrize(
    ("document", "title"),
    [
        (doc(p("x"), title="Aus dem Dokument"), "Aus dem Dokument"),
        (doc(h(1, "Erste Überschrift")), "Erste Überschrift"),
        (doc(p("x")), "Ohne Titel"),
        (doc(p("x"), lang="en"), "Untitled"),
    ],
)
def test_a_paper_without_a_title_gets_one(document, title):
    assert f"<title>{title}</title>" in write(document, "html").decode()
