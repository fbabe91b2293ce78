"""The house: every module says what it is for, no file needs a tour, nothing names a workplace."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 550
"""Lines of a module; what is longer is two things."""


def _modules():
    return [
        path for path in sorted((ROOT / "strategy").rglob("*.py"))
        if "migrations" not in path.parts
    ]  # fmt: skip


def test_every_module_says_what_it_is_for():
    for path in _modules():
        assert ast.get_docstring(ast.parse(path.read_text())), path


def test_no_file_needs_a_tour():
    long = {
        str(path.relative_to(ROOT)): count
        for path in _modules()
        if (count := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_only_the_clock_reads_the_time():
    readers = {
        str(path.relative_to(ROOT / "strategy"))
        for path in _modules()
        if re.search(r"datetime\.(now|utcnow|today)\(|date\.today\(", path.read_text())
    }
    assert readers == {"clock.py"}


def test_nothing_is_left_for_later():
    tracked = subprocess.run(
        ["git", "ls-files", "strategy", "templates", "static/src", "tests"],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout.split()  # fmt: skip
    words = re.compile(
        "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "raise NotImplemented" + "Error"))
    )
    left = [
        name for name in tracked
        if (path := ROOT / name).is_file() and path.suffix in {".py", ".ts", ".html", ".css"}
        and words.search(path.read_text())
    ]  # fmt: skip
    assert left == []


def test_templates_hold_no_inline_style_or_script():
    for path in (ROOT / "templates").rglob("*.html"):
        page = path.read_text()
        assert not re.search(r"\sstyle=", page), path
        assert not re.search(
            r"\son(click|change|submit|load|error|input|key\w+|mouse\w+|focus|blur)=", page
        ), path
        assert not re.search(r"<script(?![^>]*(src=|application/json))", page), path


def test_a_card_that_is_put_among_others_restyles_only_itself():
    """Where neither side of a `+` names a class, any insertion restyles all that follows, whole."""
    far = re.compile(r"(?:^|[\s>(])(?:\*|[a-z][a-z0-9]*|:is\([a-z0-9, ]+\)) \+ (?:\*|\w+ >)")
    found = [
        f"{path.name}: {line.strip()}"
        for path in (ROOT / "static" / "src").rglob("*.css")
        if "node_modules" not in path.parts
        for line in path.read_text().splitlines()
        if far.search(line) or re.search(r"\b(html|body|:root):has\(", line)
    ]
    assert found == []


def test_every_icon_that_a_template_names_is_there():
    lists = ROOT.glob("static/src/**/icons.txt")
    there = {line for each in lists for line in each.read_text("utf-8").split("\n")}
    named = {
        (name, str(path.relative_to(ROOT)))
        for path in ROOT.glob("templates/**/*.html")
        for name in re.findall(r'(?:icon\(|sign=)"([\w-]+)"', path.read_text("utf-8"))
    }
    assert named, "no icon was found: this test looks in the wrong place"
    assert {each for each in named if each[0] not in there} == set()
