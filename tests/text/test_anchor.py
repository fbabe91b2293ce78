"""A commented passage is found again where it is, or said to be gone."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.text.anchor import Quote, Span, locate
from tests.shared_data import DATA, histories
from tests.text import relocation
from tests.text.markdown import paragraphs
from tests.text.relocation import Case

TEXT = (
    "Der Landesvorstand tagt monatlich. Er lädt zwei Wochen vorher ein.\n"
    "Papiere gehen eine Woche vor der Sitzung an alle Mitglieder.\n"
    "Die Geschäftsstelle versendet die Papiere. Sie führt das Protokoll.\n"
    "Beschlüsse gelten, wenn die Mehrheit der Mitglieder zustimmt."
)


def quote_of(text: str, exact: str, occurrence: int = 0) -> tuple[Quote, int]:
    at = -1
    for _ in range(occurrence + 1):
        at = text.index(exact, at + 1)
    end = at + len(exact)
    return Quote(exact, text[max(0, at - 32) : at], text[end : end + 32]), at


def found(text: str, exact: str, new: str, occurrence: int = 0) -> str | None:
    quote, near = quote_of(text, exact, occurrence)
    span = locate(new, quote, near=near)
    return None if span is None else new[span.start : span.end]


def test_an_unchanged_passage_is_found_where_it_was() -> None:
    quote, near = quote_of(TEXT, "zwei Wochen vorher")
    assert locate(TEXT, quote, near=near) == Span(near, near + len(quote.exact))


def test_the_context_decides_between_equal_passages() -> None:
    for occurrence in (0, 1):
        quote, near = quote_of(TEXT, "Mitglieder", occurrence)
        new = "Vorab. " * 40 + TEXT
        assert locate(new, quote, near=near) == Span(near + 280, near + 290)


def test_the_old_place_decides_where_the_context_cannot() -> None:
    text = "Ja.\n" * 9
    for near in (0, 16, 32):
        assert locate(text, Quote("Ja."), near=near) == Span(near, near + 3)


def test_an_edited_passage_is_found_with_its_edits() -> None:
    new = TEXT.replace("zwei Wochen vorher ein", "drei volle Wochen vorher schriftlich ein")
    assert found(TEXT, "Er lädt zwei Wochen vorher ein.", new) == (
        "Er lädt drei volle Wochen vorher schriftlich ein."
    )


def test_a_moved_passage_is_found_at_its_new_place() -> None:
    lines = TEXT.split("\n")
    new = "\n".join([*lines[1:], lines[0]])
    assert found(TEXT, "Er lädt zwei Wochen vorher ein.", new) is not None


def test_a_deleted_passage_is_gone() -> None:
    new = TEXT.replace("Sie führt das Protokoll.", "")
    assert found(TEXT, "Sie führt das Protokoll.", new) is None


def test_the_same_short_words_in_another_sentence_are_not_the_passage() -> None:
    new = TEXT.replace("Papiere gehen eine Woche vor der Sitzung an alle Mitglieder.\n", "")
    assert "Mitglieder" in new
    assert found(TEXT, "Mitglieder", new, occurrence=0) is None


def test_an_empty_quote_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="words"):
        locate(TEXT, Quote(""), near=0)


def test_a_very_long_quote_is_found_by_its_ends() -> None:
    long = " ".join(f"Wort{n}" for n in range(3000))
    text = f"Anfang der Rede. {long} Ende der Rede."
    new = text.replace("Wort1500 ", "ganz anders ")
    assert found(text, long, new) == long.replace("Wort1500 ", "ganz anders ")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("x" * 300_000, Quote("x" * 40, "x" * 32, "x" * 32)),
        ("ja nein " * 40_000, Quote("ja nein doch " * 9, "ja nein ", "ja")),
        ("a b c d e f g " * 30_000, Quote("a c e g b d f", "a b c", "e f g")),
        ("", Quote("fehlt")),
    ],
)
def test_tiresome_texts_come_to_an_end(text: str, quote: Quote) -> None:
    span = locate(text, quote, near=1000)
    assert span is None or 0 <= span.start < span.end <= len(text)


@given(st.text("ab \n", max_size=60), st.text("ab ", min_size=1, max_size=9), st.integers(0, 99))
@settings(max_examples=300, deadline=None)
def test_whatever_is_found_lies_in_the_text(text: str, exact: str, near: int) -> None:
    span = locate(text, Quote(exact, "ab", "a"), near=near)
    assert span is None or 0 <= span.start < span.end <= len(text)


# Real texts


def outcomes(cases: list[Case]) -> dict[str, Counter[str]]:
    seen: dict[str, Counter[str]] = {}
    for case in cases:
        span = locate(case.text, case.quote, near=case.near)
        outcome = case.outcome(span and (span.start, span.end))
        seen.setdefault(case.kind, Counter())[outcome] += 1
    return seen


def share(seen: Counter[str], outcome: str = "right") -> float:
    return seen[outcome] / seen.total()


def given_cases() -> list[Case]:
    """The cases of the collection, in the form of our own."""
    if DATA is None:
        return []
    made = []
    for line in (DATA / "bench" / "relocation.jsonl").open(encoding="utf-8"):
        case = json.loads(line)
        path = DATA / "texts" / case["doc"] / f"{case['rev_b']:04d}.md"
        right = case["expect_start"], case["expect_end"]
        quote = Quote(case["quote"], case["prefix"], case["suffix"])
        made.append(
            Case(
                case["cls"],
                case["id"],
                "\n\n".join(paragraphs(path)),
                quote,
                case["start"],
                None if right[0] is None else right,
                soft=not case["strict"],
            )
        )
    return made


def test_the_collections_cases_are_found_again() -> None:
    seen = outcomes(given_cases())
    for kind, counted in seen.items():
        if kind.startswith("gone"):
            assert share(counted) >= 0.9, kind
        elif kind == "quote_edited":
            assert share(counted) >= 0.85
        else:
            assert share(counted) == 1, kind
    everything = sum(seen.values(), Counter[str]())
    assert everything["wrong place"] <= 0.02 * everything.total()


LEAST = {
    "unchanged": 0.995,
    "ambiguous": 0.98,
    "ambiguous, edited around": 0.9,
    "kept": 0.99,
    "moved": 0.9,
    "quote edited": 0.85,
    "gone": 0.9,
    "gone, words elsewhere": 0.88,
}
"""What is reached on cases of our own making, which nothing was fitted to by hand. Some cannot be
told at all: the same sentence twice, and an edit right beside one of them."""


def test_passages_of_real_histories_are_found_again() -> None:
    cases = [case for history in histories() for case in relocation.cases(history, seed=77)]
    for kind, counted in outcomes(cases).items():
        if counted.total() >= 20:
            assert share(counted) >= LEAST[kind], (kind, counted)
        assert counted["wrong place"] <= 0.12 * counted.total() + 2, (kind, counted)
