"""What the operator sets: read once, checked where it is used."""

from __future__ import annotations

import pytest

from strategy.settings import Settings

SHARED = {
    "VORLAUF_DATABASE_URL": "postgresql://vorlauf@localhost/vorlauf",
    "VORLAUF_REDIS_URL": "redis://localhost:6379/0",
}


def test_as_many_processes_serve_as_the_operator_says():
    assert Settings.from_env({**SHARED, "VORLAUF_PROCESSES": "4"}).workers == 4
    assert Settings.from_env(SHARED).workers == 1


@pytest.mark.parametrize("missing", SHARED)
def test_processes_that_cannot_tell_each_other_anything_are_one(missing):
    there = {name: value for name, value in SHARED.items() if name != missing}
    assert Settings.from_env({**there, "VORLAUF_PROCESSES": "4"}).workers == 1


@pytest.mark.parametrize("wrong", ["0", "-1", "65", "many"])
def test_an_impossible_number_of_processes_is_refused(wrong):
    with pytest.raises(ValueError, match=r"VORLAUF_PROCESSES|invalid literal"):
        _ = Settings.from_env({**SHARED, "VORLAUF_PROCESSES": wrong}).workers


def test_how_long_before_a_deadline_people_hear_of_it():
    assert Settings().reminds == (7, 2)
    assert Settings.from_env({"VORLAUF_REMIND_DAYS": "14, 1"}).reminds == (14, 1)


@pytest.mark.parametrize("wrong", ["-1", "61", "bald", "7,,2"])
def test_an_impossible_time_before_a_deadline_is_refused(wrong):
    with pytest.raises(ValueError, match=r"VORLAUF_REMIND_DAYS|invalid literal"):
        _ = Settings.from_env({"VORLAUF_REMIND_DAYS": wrong}).reminds


def test_how_large_an_attachment_may_be():
    assert (Settings().largest_attachment, Settings().longest_attachment) == (10_000_000, 100)
    given = Settings.from_env({"VORLAUF_ATTACHMENT_MB": "25", "VORLAUF_ATTACHMENT_PAGES": "1"})
    assert (given.largest_attachment, given.longest_attachment) == (25_000_000, 1)


@pytest.mark.parametrize("wrong", ["0", "26", "viel"])
def test_an_impossible_size_of_attachments_is_refused(wrong):
    with pytest.raises(ValueError, match=r"VORLAUF_ATTACHMENT_MB|invalid literal"):
        _ = Settings.from_env({"VORLAUF_ATTACHMENT_MB": wrong}).largest_attachment


@pytest.mark.parametrize("wrong", ["0", "1001", "viele"])
def test_an_impossible_length_of_attachments_is_refused(wrong):
    with pytest.raises(ValueError, match=r"VORLAUF_ATTACHMENT_PAGES|invalid literal"):
        _ = Settings.from_env({"VORLAUF_ATTACHMENT_PAGES": wrong}).longest_attachment
