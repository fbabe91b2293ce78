"""The documentation and the code say the same."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from strategy.cli import main
from strategy.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "docs" / "betreiben.md").read_text()


def _commands(group, path=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def test_the_guide_names_every_setting_and_no_other():
    named = set(re.findall(r"^\| `(VORLAUF_[A-Z_]+)`", GUIDE, re.M))
    assert named == {f"VORLAUF_{each.name.upper()}" for each in fields(Settings)}


def test_the_guide_names_every_command_and_no_other():
    named = set(re.findall(r"^\| `vorlauf ([a-z -]+)` \|", GUIDE, re.M))
    assert named == {name for name, _ in _commands(main)}


def test_every_command_and_option_says_what_it_is_for():
    for name, command in _commands(main):
        assert command.help, name
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help, (name, option.name)


@pytest.mark.parametrize("page", [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md"])
def test_links_between_documents_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_two_commands_of_the_readme_are_what_make_knows():
    makefile = (ROOT / "Makefile").read_text()
    for target in ("run", "test", "check", "bench"):
        assert re.search(rf"^{target}:", makefile, re.M)
    assert "make test" in (ROOT / ".ci" / "run").read_text()
