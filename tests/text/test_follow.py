"""Where both texts are known, a passage is at its place or gone; hardly ever at a wrong one."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.text.follow import Rewritten
from tests.shared_data import histories
from tests.text import relocation
from tests.text.relocation import Case

TEXT = """Der Landesvorstand tagt monatlich.
Die Mitglieder werden zwei Wochen vorher eingeladen.
Anträge an den Landesvorstand stellen alle Mitglieder.
Die Mitglieder werden zwei Wochen vorher eingeladen.
Beschlüsse gelten sofort."""
LINES = TEXT.split("\n")


def found(exact: str, new: str, occurrence: int = 0) -> str | None:
    at = -1
    for _ in range(occurrence + 1):
        at = TEXT.index(exact, at + 1)
    span = Rewritten(TEXT, new).find(at, at + len(exact))
    return None if span is None else f"{span.start} {new[span.start : span.end]}"


def test_a_passage_in_a_line_that_stayed_is_where_that_line_is() -> None:
    new = "\n".join(["Neu.", *LINES])
    for occurrence in (0, 1):
        line = 1 + 2 * occurrence
        at = len("\n".join(["Neu.", *LINES[:line]])) + 1 + LINES[line].index("zwei")
        assert found("zwei Wochen", new, occurrence) == f"{at} zwei Wochen"


def test_of_two_equal_passages_the_deleted_one_is_gone_and_the_other_stays() -> None:
    new = "\n".join(LINES[:3] + LINES[4:])
    assert (
        found("Mitglieder werden zwei", new, 0)
        == f"{new.index('Mitglieder')} Mitglieder werden zwei"
    )
    assert found("Mitglieder werden zwei", new, 1) is None


def test_an_edited_passage_is_found_with_its_edits() -> None:
    new = TEXT.replace("Anträge an den Landesvorstand", "Anträge an den ganzen Landesvorstand")
    at = new.index("an den ganzen")
    assert (
        found("an den Landesvorstand stellen", new) == f"{at} an den ganzen Landesvorstand stellen"
    )


def test_a_moved_line_takes_its_passages_along() -> None:
    new = "\n".join([LINES[2], *LINES[:2], *LINES[3:]])
    assert found("an den Landesvorstand", new) == "8 an den Landesvorstand"


@given(st.text("ab .\n", max_size=60), st.text("ab .\n", max_size=60), st.integers(0, 2**20))
@settings(max_examples=300, deadline=None)
def test_what_is_found_lies_in_the_new_text(old: str, new: str, seed: int) -> None:
    start, end = sorted((seed % (len(old) + 1), seed // 97 % (len(old) + 1)))
    if not old[start:end].strip():
        return
    span = Rewritten(old, new).find(start, end)
    assert span is None or 0 <= span.start < span.end <= len(new)
    assert Rewritten(old, old).find(start, end) is not None


def outcomes(cases: list[Case]) -> dict[str, Counter[str]]:
    seen: dict[str, Counter[str]] = {}
    ways: dict[str, Rewritten] = {}
    for case in cases:
        if case.name not in ways:
            ways = {case.name: Rewritten(case.before, case.text)}
        span = ways[case.name].find(case.near, case.near + len(case.quote.exact))
        outcome = case.outcome(span and (span.start, span.end))
        seen.setdefault(case.kind, Counter())[outcome] += 1
    return seen


def test_passages_of_real_histories_are_at_their_place_or_gone() -> None:
    cases = [case for history in histories() for case in relocation.cases(history, seed=31)]
    seen = outcomes(cases)
    for kind, counted in seen.items():
        assert counted["wrong place"] <= 0.04 * counted.total() + 2, (kind, counted)
        if kind in ("unchanged", "ambiguous", "moved"):
            assert counted["right"] == counted.total(), (kind, counted)
    everything = sum(seen.values(), Counter[str]())
    assert everything["wrong place"] <= 0.007 * everything.total(), everything


@pytest.mark.parametrize("history", histories(), ids=lambda each: each[0].parent.name)
def test_comments_on_an_early_revision_are_where_they_belong_four_revisions_later(
    history: list[Path],
) -> None:
    meta = json.loads((history[0].parent / "meta.json").read_text("utf-8"))
    kinds = [pair["kind"] for pair in meta["pairs"]]
    first = last = kinds.index("text")  # not from or to a rewrite by machine: nothing is true there
    while last < first + 4 and kinds[last : last + 1] == ["text"]:
        last += 1
    seen = outcomes(relocation.between(history, first, last, seed=5))
    everything = sum(seen.values(), Counter[str]())
    assert everything.total() >= 4
    assert everything["wrong place"] <= 0.01 * everything.total() + 1, seen
    for kind in ("unchanged", "ambiguous", "moved"):
        assert seen.get(kind, Counter())["right"] == seen.get(kind, Counter()).total(), seen
    assert everything["right"] >= 0.85 * everything.total(), seen
