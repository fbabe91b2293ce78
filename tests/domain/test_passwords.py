"""Passwords: which are taken, what is kept of them."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters

from strategy.domain import passwords
from strategy.errors import Invalid

GOOD = "drei Möwen im Hafen"


def test_what_is_kept_fits_its_password_and_no_other() -> None:
    kept = passwords.hashed(GOOD)
    assert GOOD not in kept
    assert passwords.fits(kept, GOOD)
    assert not passwords.fits(kept, GOOD + " ")
    assert not passwords.fits(kept, "")


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert passwords.hashed(GOOD) != passwords.hashed(GOOD)


def test_argon2id_costs_46_mebibytes_twice() -> None:
    kept = extract_parameters(passwords.hashed(GOOD))
    assert (kept.type.name, kept.memory_cost, kept.time_cost) == ("ID", 47104, 2)


def test_an_umlaut_is_the_same_from_every_keyboard() -> None:
    assert passwords.fits(passwords.hashed("drei Mo\u0308wen"), "drei M\u00f6wen")


def test_where_there_is_no_account_the_same_work_is_done() -> None:
    assert not passwords.fits(None, GOOD)
    spent = extract_parameters(passwords._NOBODYS)
    real = extract_parameters(passwords.hashed(GOOD))
    assert (spent.memory_cost, spent.time_cost, spent.parallelism, spent.hash_len) == (
        real.memory_cost,
        real.time_cost,
        real.parallelism,
        real.hash_len,
    )


def test_a_broken_encoding_fits_nothing() -> None:
    assert not passwords.fits("", GOOD)
    assert not passwords.fits("plain text", "plain text")


def test_weaker_parameters_of_former_days_are_noticed() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192).hash(GOOD)
    assert passwords.fits(weak, GOOD)
    assert passwords.is_outdated(weak)
    assert not passwords.is_outdated(passwords.hashed(GOOD))


@pytest.mark.parametrize(
    "good", [GOOD, "x9$kLw2!pQ", "🦉🦉🦊🦊🐻🐻🐼🐼🐨🐯", "a" * 990 + GOOD[:10]]
)
def test_a_good_password_is_taken(good: str) -> None:
    passwords.check(good, about=("ada@example.org", "Ada Ahrens"))


@pytest.mark.parametrize(
    "bad",
    [
        "", "neun zwei", "x" * 9, "aaaaaaaaaaaa", "abababababab", "Passwort123", "PASSWORD123",
        "1234567890", "0987654321", "qwertzuiop", "Ada Ahrens",
        "ADAAHRENS   ",
        "ada.ahrens@example.org", "ada.ahrens", "x" * 1001, "drei M\ud800wen",
    ],
)  # fmt: skip
def test_a_bad_password_is_refused_at_its_field(bad: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check(bad, about=("ada.ahrens@example.org", "Ada Ahrens"), field="new")
    assert refused.value.field == "new"
