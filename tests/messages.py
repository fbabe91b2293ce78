"""Every message that the product can say, as the code and the templates write it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parents[1]

SAID_FIRST = {
    "gettext", "_", "later", "done", "NotFound", "NotAllowed", "Late", "Refusal", "Unreadable",
    "Fault", "__init__",
}  # fmt: skip
SAID_SECOND = {"Invalid", "say", "ReportLine", "_at", "note_line"}
JINJA = {"_": None, "gettext": None, "ngettext": (1, 2)}
_TYPESCRIPT = re.compile(r'\bt\(\s*("(?:[^"\\]|\\.)*")')


def in_python() -> Iterator[tuple[str, str]]:
    """(file, msgid) of the package."""
    for path in sorted((ROOT / "strategy").rglob("*.py")):
        if "demo" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else (node.func.id if isinstance(node.func, ast.Name) else "")
            )
            places = [0] if name in SAID_FIRST else [1] if name in SAID_SECOND else []
            if name in {"ngettext"}:
                places = [0, 1]
            for place in places:
                if place < len(node.args):
                    given = node.args[place]
                    if isinstance(given, ast.Constant) and isinstance(given.value, str):
                        yield str(path.relative_to(ROOT)), given.value


def in_templates() -> Iterator[tuple[str, str]]:
    """(file, msgid) of the templates."""
    for path in sorted((ROOT / "templates").rglob("*.*")):
        with path.open("rb") as file:
            found = extract(
                babel_extract,
                file,
                keywords=JINJA,
                options={
                    "silent": "false",
                    "extensions": "jinja2.ext.i18n",
                    "trim_blocks": "true",
                    "lstrip_blocks": "true",
                },
            )
            for _line, message, _comments, _context in found:
                for one in message if isinstance(message, tuple) else (message,):
                    yield str(path.relative_to(ROOT)), one


def in_scripts() -> Iterator[tuple[str, str]]:
    """(file, msgid) of the browser's scripts."""
    for path in sorted((ROOT / "static" / "src").rglob("*.ts")):
        for found in _TYPESCRIPT.finditer(path.read_text()):
            yield str(path.relative_to(ROOT)), ast.literal_eval(found[1])


def written() -> str:
    """Every string of the package and every line of the scripts: for what is said from tables."""
    strings = [
        node.value
        for path in (ROOT / "strategy").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    scripts = [path.read_text() for path in (ROOT / "static" / "src").rglob("*.ts")]
    return "\n".join(strings + scripts)


def every() -> dict[str, set[str]]:
    """msgid to the files that say it."""
    found: dict[str, set[str]] = {}
    for source in (in_python(), in_templates(), in_scripts()):
        for path, message in source:
            if message and re.search(r"[A-Za-z]", message):
                found.setdefault(message, set()).add(path)
    return found
