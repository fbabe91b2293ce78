"""Over HTTP a test runs on one of the databases, whichever its name falls to; the rules behind it
run on each in tests/domain.

Marked `each_database` are tests of what the databases do themselves: transactions, waiting, and
the ways around the lead-time rule. VORLAUF_TEST_EACH=1 runs every test on each.
"""

from __future__ import annotations

import os
import zlib

import pytest

from tests.databases import KINDS


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the database of a test that has not chosen itself."""
    test = metafunc.definition
    if "engine" not in metafunc.fixturenames or "VORLAUF_TEST_EACH" in os.environ:
        return
    chosen = any("engine" in str(mark.args[0]) for mark in test.iter_markers("parametrize"))
    if chosen or test.get_closest_marker("each_database"):
        return
    turn = zlib.crc32(f"{test.module.__name__}.{test.originalname}".encode()) % len(KINDS)
    test.add_marker(pytest.mark.parametrize("engine", [KINDS[turn]], indirect=True))
