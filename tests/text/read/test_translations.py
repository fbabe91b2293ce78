from __future__ import annotations

import ast
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from strategy.text import read

FOLDER = Path(read.__file__).parent
GERMAN = Path(read.__file__).parents[2] / "translations" / "de" / "read.po"


def messages() -> set[str]:
    """The sentences that the readers say: what they refuse with, and what they report."""
    found: set[str] = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                found.update(_said(node))
            if isinstance(node, ast.Assign | ast.Dict):
                values = [node.value] if isinstance(node, ast.Assign) else node.values
                found.update(_sentences(values))
    return found


def _said(call: ast.Call) -> set[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return _sentences(call.args) if name in ("add", "Unreadable") else set()


def _sentences(values: list[ast.expr]) -> set[str]:
    return {
        value.value
        for value in values
        if isinstance(value, ast.Constant)
        and isinstance(value.value, str)
        and value.value.endswith(".")
        and " " in value.value
    }


def test_messages_are_found():
    assert len(messages()) > 50


@pytest.mark.parametrize("message", sorted(messages()))
def test_each_message_is_said_in_german(message):
    with GERMAN.open("rb") as file:
        known = {one.id: str(one.string) for one in read_po(file)}
    assert known.get(message), message
    assert message.count("%(") == known[message].count("%(")


def test_nothing_is_translated_that_nobody_says():
    with GERMAN.open("rb") as file:
        known = {one.id for one in read_po(file) if one.id}
    assert known == messages()
