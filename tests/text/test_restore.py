"""Forward steps from one document to another."""

from __future__ import annotations

import copy
import json
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis.strategies import integers

from strategy.text.apply import apply_steps
from strategy.text.compare import compare
from strategy.text.fingerprint import canonical
from strategy.text.positions import node_size
from strategy.text.restore import steps_between
from strategy.text.tracked import accept, reject
from strategy.text.validate import MOST_BATCH
from tests.builders import a_doc, a_heading, a_paragraph
from tests.shared_data import histories
from tests.text.documents import documents, edits
from tests.text.markdown import document as read_plainly
from tests.text.test_tracked import suggested


@given(documents(), documents())
@settings(max_examples=60, deadline=None)
def test_the_steps_lead_from_any_document_to_any_other(old, new):
    assert canonical(apply_steps(old, steps_between(old, new))) == canonical(new)


@given(edits())
@settings(max_examples=100, deadline=None)
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


def test_settling_a_suggestion_leaves_the_words_around_it_untouched():
    old = a_doc("Wir wollen Sonne.", "Wir wollen Wind.")
    marked = compare(old, a_doc("Wir wollen Sonne.", "Wir alle wollen Wind."))
    (step,) = steps_between(marked, accept(marked))
    assert step["stepType"] == "removeMark"
    (step,) = steps_between(marked, reject(marked))
    assert step["to"] - step["from"] == len("alle ")


def test_a_paragraph_that_is_only_set_otherwise_keeps_its_words():
    old, new = a_doc("Wir wollen Sonne."), a_doc(a_paragraph("Wir wollen Sonne.", align="center"))
    assert [step["stepType"] for step in steps_between(old, new)] == ["attr"]


@given(integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_suggestions_are_settled_exactly(seed):
    marked = suggested(Random(seed))
    for settled in (accept(marked), reject(marked)):
        assert apply_steps(marked, steps_between(marked, settled)) == settled


def test_what_is_too_large_for_one_step_comes_in_several():
    long = " ".join(f"Wort{n} 😀" for n in range(40_000))
    cells = [{"type": "table_cell", "content": [a_paragraph("Zelle " * 40)]} for _ in range(4)]
    rows = [{"type": "table_row", "content": copy.deepcopy(cells)} for _ in range(400)]
    item = {"type": "list_item", "content": [a_paragraph(long), a_paragraph("Ende")]}
    new = canonical(a_doc(
        "Anfang.", a_paragraph(long), {"type": "table", "content": rows},
        {"type": "bullet_list", "content": [item, item]}, "Ende.",
    ))  # fmt: skip
    for old in (a_doc("Anfang.", "Ende."), a_doc("Etwas ganz anderes.")):
        steps = steps_between(canonical(old), new)
        assert max(len(json.dumps(step)) for step in steps) <= MOST_BATCH
        assert apply_steps(canonical(old), steps) == new
