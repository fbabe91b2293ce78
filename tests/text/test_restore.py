"""Forward steps from one document to another."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given

from strategy.text.apply import apply_steps
from strategy.text.fingerprint import canonical
from strategy.text.positions import node_size
from strategy.text.restore import steps_between
from tests.builders import a_doc, a_heading, a_paragraph
from tests.shared_data import histories
from tests.text.documents import documents, edits
from tests.text.markdown import document as read_plainly


@given(documents(), documents())
def test_the_steps_lead_from_any_document_to_any_other(old, new):
    assert canonical(apply_steps(old, steps_between(old, new))) == canonical(new)


@given(edits())
def test_the_steps_lead_from_a_document_to_what_it_became(pair):
    old, new = pair
    assert canonical(apply_steps(old, steps_between(old, new))) == canonical(new)


def test_equal_documents_need_no_step():
    doc = a_doc(a_heading("Ziel"), "Wir wollen Sonne.", title="Energie")
    assert steps_between(doc, doc) == []


def test_only_the_word_that_differs_is_replaced():
    old = a_doc("Anfang.", "Wir wollen Sonne und Wind.", "Ende.")
    new = a_doc("Anfang.", "Wir wollen Sonne und Wasser.", "Ende.")
    (step,) = steps_between(old, new)
    word = step["slice"]["content"][0]["text"]
    assert word == "Wasser"
    assert step["to"] - step["from"] == len("Wind")


def test_a_new_paragraph_leaves_its_neighbours_alone():
    old = a_doc("Eins.", "Drei.")
    new = a_doc("Eins.", "Zwei.", "Drei.")
    (step,) = steps_between(old, new)
    assert step["from"] == step["to"] == node_size(a_paragraph("Eins."))


def test_real_histories_are_restored_exactly():
    for revisions in histories()[:6]:
        docs = [read_plainly(path) for path in revisions[:4]]
        for old, new in pairwise(docs):
            assert canonical(apply_steps(old, steps_between(old, new))) == canonical(new)
            assert canonical(apply_steps(new, steps_between(new, old))) == canonical(old)
