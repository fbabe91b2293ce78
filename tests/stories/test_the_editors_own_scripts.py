"""The editor's own browser scripts (static/tests/*.py), each story once, with fixed dice.

By hand they run with other seeds, more people and more rounds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

SCRIPTS = Path(__file__).parents[2] / "static" / "tests"
sys.path.insert(0, str(SCRIPTS))

import survives  # noqa: E402
import together  # noqa: E402
import works  # noqa: E402

SEED = 7
ROUNDS = 40


@pytest.fixture
def small(browser: Browser) -> Iterator[Any]:
    """The tiny server; whatever was opened on it is closed afterwards."""
    server = together.Server()
    yield server
    server.kill()
    for context in browser.contexts:
        context.close()


@pytest.mark.parametrize("story", works.STORIES, ids=lambda story: story.__name__)
def test_what_the_editor_does_under_peoples_hands(browser: Browser, small: Any, story: Any) -> None:
    context = browser.new_context()
    context.set_default_timeout(15_000)
    story(browser, small, together.open_paper(context, small))


@pytest.mark.parametrize("story", survives.STORIES, ids=lambda story: story.__name__)
def test_what_is_typed_survives(browser: Browser, small: Any, story: Any) -> None:
    story(browser, small)


@pytest.mark.parametrize(
    "how", [{}, {"wild": True}, {"sockets": False}], ids=["tame", "wild", "no-sockets"]
)
def test_people_find_together_again(browser: Browser, small: Any, how: dict[str, bool]) -> None:
    together.play(browser, small, seed=SEED, rounds=ROUNDS, **how)
