"""Who wrote which passage."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as some

from strategy.text.authorship import Run, authorship
from tests.builders import a_doc


def _typed(words, at, *, instead_of=0):
    content = [{"type": "text", "text": words}] if words else []
    step = {"stepType": "replace", "from": at, "to": at + instead_of}
    return step | ({"slice": {"content": content}} if content else {})


def test_each_passage_belongs_to_who_typed_it():
    first = a_doc("Wir wollen Sonne.")  # 1..18 inside 0..19
    log = [(_typed("alle ", 5), "ada"), (_typed("Wind", 16, instead_of=5), "ben")]
    assert authorship(first, log) == [
        Run(0, 5, ""), Run(5, 10, "ada"), Run(10, 16, ""), Run(16, 20, "ben"), Run(20, 23, ""),
    ]  # fmt: skip


def test_typing_on_grows_ones_own_run():
    log = [(_typed(letter, 1 + at), "ada") for at, letter in enumerate("Hallo")]
    assert authorship(a_doc(""), log) == [Run(0, 1, ""), Run(1, 6, "ada"), Run(6, 7, "")]


@given(
    some.lists(
        some.tuples(
            some.integers(0, 40),
            some.integers(0, 6),
            some.text("xyz", max_size=5),
            some.sampled_from("abc"),
        ),
        max_size=30,
    )
)
def test_it_says_what_a_letter_by_letter_account_says(moves):
    slow = [""] * 19
    log = []
    for wanted, most, words, author in moves:
        at = min(wanted, len(slow))
        old = min(most, len(slow) - at)
        slow[at : at + old] = [author] * len(words)
        log.append((_typed(words, at, instead_of=old), author))
    runs = authorship(a_doc("Wir wollen Sonne."), log)
    told = [run.author for run in runs for _ in range(run.end - run.start)]
    assert told == slow


def test_thousands_of_runs_are_kept_apart():
    rng = Random(5)
    slow, log = [""] * 19, []
    for _ in range(4000):
        at, author = rng.randrange(len(slow)), rng.choice("abc")
        old, new = (rng.randint(0, 3), 0) if rng.random() < 0.2 else (0, rng.randint(1, 3))
        old = min(old, len(slow) - at)
        slow[at : at + old] = [author] * new
        log.append((_typed("x" * new, at, instead_of=old), author))
    runs = authorship(a_doc("Wir wollen Sonne."), log)
    assert len(runs) > 1000
    assert [run.author for run in runs for _ in range(run.end - run.start)] == slow
    assert all(a.end == b.start and a.author != b.author for a, b in pairwise(runs))
