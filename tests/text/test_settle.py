"""The browser accepts and rejects tracked changes exactly as strategy.text.tracked does."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from strategy.text import tracked
from strategy.text.apply import apply_steps
from strategy.text.compare import compare
from strategy.text.fingerprint import canonical
from tests.editor_code import answers, bundled
from tests.text.documents import a_document, edited

CASES = 120


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The editor's rule."""
    return bundled("settle.mjs", tmp_path_factory.mktemp("settle"))


def settle_alike(script: Path, cases: list[dict[str, Any]]) -> None:
    """Hold the editor's rule, and where its steps lead, against the server's."""
    for case, made in zip(cases, answers(script, cases), strict=True):
        rule = tracked.accept if case["verdict"] == "accept" else tracked.reject
        want = rule(case["doc"], only=set(case["ids"]))
        assert canonical(made["settled"]) == want
        assert canonical(apply_steps(case["doc"], made["steps"])) == canonical(made["stepped"])
        assert canonical(made["stepped"]) == want


@pytest.mark.parametrize("verdict", ["accept", "reject"])
def test_both_rules_settle_random_changes_alike(script: Path, verdict: str) -> None:
    rng = Random(f"settle {verdict}")
    cases: list[dict[str, Any]] = []
    while len(cases) < CASES:
        old = a_document(rng)
        doc = compare(old, edited(old, rng))
        ids = sorted(tracked.change_ids(doc))
        if not ids or doc.get("marks"):  # no step can set what is marked on the document itself
            continue
        chosen = ids if rng.random() < 0.3 else rng.sample(ids, rng.randint(1, len(ids)))
        cases.append({"doc": doc, "ids": chosen, "verdict": verdict})
    settle_alike(script, cases)


def layered(node: dict[str, Any], rng: Random) -> dict[str, Any]:
    """The same text with changes of several people upon each other."""

    def change() -> dict[str, Any]:
        return {
            "type": rng.choice(["deletion", "insertion"]), "attrs": {"id": f"7:{rng.randrange(9)}"}
        }  # fmt: skip

    if node["type"] in ("paragraph", "heading"):
        made = change()
        if rng.random() < 0.4:
            end = {"change": made["type"], "id": made["attrs"]["id"]}
            node = node | {"attrs": node["attrs"] | {"end": end}}
    if node["type"] in ("paragraph", "heading", "text") and rng.random() < 0.4:
        made = change()
        marks = [each for each in node.get("marks", []) if each["type"] != made["type"]]
        node = node | {"marks": [*marks, made]}
    if "content" in node:
        node = node | {"content": [layered(child, rng) for child in node["content"]]}
    return node


@pytest.mark.parametrize("verdict", ["accept", "reject"])
def test_both_rules_settle_changes_upon_changes_alike(script: Path, verdict: str) -> None:
    rng = Random(f"layers {verdict}")
    cases: list[dict[str, Any]] = []
    while len(cases) < CASES:
        doc = canonical(layered(a_document(rng), rng))
        ids = sorted(tracked.change_ids(doc))
        chosen = rng.sample(ids, rng.randint(0, len(ids)))
        cases.append({"doc": doc, "ids": chosen, "verdict": verdict})
    settle_alike(script, cases)


def paragraph(name: str, *content: Any, marks: Any = (), **attrs: Any) -> dict[str, Any]:
    return {
        "type": "paragraph", "attrs": {"id": name} | attrs, "content": list(content),
        "marks": list(marks),
    }  # fmt: skip


def mark(kind: str, name: str) -> dict[str, Any]:
    return {"type": kind, "attrs": {"id": name}}


def words(text: str, *marks: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, "marks": list(marks)}


def ending(name: str) -> dict[str, Any]:
    return {"change": "insertion", "id": name}


def test_what_one_has_deleted_stays_deleted_when_anothers_break_is_rejected(script: Path) -> None:
    """One splits a paragraph and deletes its second half; the other deletes words in that."""
    theirs = words("Zweite", mark("deletion", "2:hers"))
    doc = canonical({
        "type": "doc",
        "content": [
            paragraph("a", words("Erste "), end=ending("1:broken")),
            paragraph("b", theirs, marks=[mark("deletion", "1:gone")]),
        ],
    })  # fmt: skip
    orders = [["1:broken", "1:gone"], ["1:gone", "1:broken"]]
    cases = [{"doc": doc, "ids": ids, "verdict": "reject"} for ids in orders]
    want = tracked.reject(doc, only=set(orders[0]))
    assert tracked.change_ids(want) == {"2:hers"}
    for made in answers(script, cases):
        assert canonical(made["stepped"]) == want


def test_paragraphs_that_become_one_again_are_joined_from_the_first_on(script: Path) -> None:
    """What stands in the second is another's; the third is nobody's, whichever break goes first."""
    doc = canonical({
        "type": "doc",
        "content": [
            paragraph("x", words("Vorher "), end=ending("1:two")),
            paragraph("y", words("und nachher.")),
            paragraph("a", words("Erste "), end=ending("1:one")),
            paragraph("b", words("zweite "), marks=[mark("insertion", "2:hers")],
                      end=ending("1:two")),
            paragraph("c", words("dritte.")),
        ],
    })  # fmt: skip
    orders = [["1:one", "1:two"], ["1:two", "1:one"]]
    want = tracked.reject(doc, only=set(orders[0]))
    _, joined = want["content"]
    assert [run["text"] for run in joined["content"] if not run.get("marks")] == [
        "Erste ", "dritte."
    ]  # fmt: skip
    settle_alike(script, [{"doc": doc, "ids": ids, "verdict": "reject"} for ids in orders])
