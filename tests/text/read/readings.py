"""Two ways to look at one file that must agree: our document, and what others count in it."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from typing import Any

import pypandoc

Json = dict[str, Any]
KEPT = {"accept": "deletion", "reject": "insertion"}


def said(doc: Json, view: str, *, notes: bool = True) -> str:
    """The text of a tracked document, accepted or rejected: blocks apart by newlines."""
    gone = KEPT[view]
    out: list[str] = []
    _blocks(doc, gone, out, notes)
    return "".join(out)


def _has(node: Json, kind: str) -> bool:
    return any(mark["type"] == kind for mark in node.get("marks", ()))


def _blocks(node: Json, gone: str, out: list[str], notes: bool) -> None:
    for child in node.get("content", ()):
        if _has(child, gone):
            continue
        if child["type"] in ("paragraph", "heading", "caption"):
            out.append(_inline(child, gone, notes))
            end = (child.get("attrs") or {}).get("end")
            out.append("" if end and end["change"] == gone else "\n")
        else:
            _blocks(child, gone, out, notes)


def _inline(node: Json, gone: str, notes: bool) -> str:
    out = []
    for child in node.get("content", ()):
        if _has(child, gone):
            continue
        if child["type"] == "text":
            out.append(child["text"])
        elif child["type"] == "hard_break":
            out.append("\n")
        elif child["type"] == "footnote" and notes:
            out.append(f"\n{_inline(child, gone, notes)}\n")
    return "".join(out)


def pandoc(path: str, source: str, *options: str) -> Json:
    """Pandoc's tree of a file."""
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "--sandbox", "-f", source, "-t", "json", *options, path],
        capture_output=True,
        check=True,
    )
    tree: Json = json.loads(done.stdout)
    return tree


def tree_said(tree: Json) -> str:
    """The text of pandoc's tree, title included, in the order of reading."""
    out: list[str] = []
    for name in ("title",):
        if name in tree["meta"]:
            _walk(tree["meta"][name]["c"], out)
            out.append("\n")
    _walk(tree["blocks"], out)
    return "".join(out)


_BREAKS = ("Para", "Plain", "Header", "LineBreak", "Note", "CodeBlock", "LineBlock", "Figure")


def _walk(node: Any, out: list[str]) -> None:
    if isinstance(node, list):
        for child in node:
            _walk(child, out)
        return
    if not isinstance(node, dict) or "t" not in node:
        return
    kind, content = node["t"], node.get("c")
    if kind == "Str":
        out.append(content)
    elif kind in ("Space", "SoftBreak"):
        out.append(" ")
    elif kind in ("Code", "CodeBlock", "Math"):
        out.append(content[1])
    elif kind == "Image":
        pass
    elif kind == "DefinitionList":
        for term, meanings in content:
            _walk(term, out)
            out.append("\n")
            _walk(meanings, out)
    elif kind in ("Link", "Span", "Div", "Quoted"):
        _walk(content[1], out)
    elif content is not None:
        if kind == "Note":
            out.append("\n")
        _walk(content, out)
    if kind in _BREAKS:
        out.append("\n")


def folded(text: str) -> list[str]:
    """The words of a text; what layout alone decides (white space, hyphens, symbols) made alike."""
    text = re.sub("[\u00ad\u200b]", "", text).replace("\u2011", "-").replace("\u2010", "-")
    return re.sub("[⚫●▪]", "•", text).split()


def counted(doc: Json) -> Counter[str]:
    """How many of each there are in a document: nodes by type, insertions, deletions…"""
    found: Counter[str] = Counter()
    _count(doc, found)
    return found


def _count(node: Json, found: Counter[str]) -> None:
    found[node["type"]] += 1
    for mark in node.get("marks", ()):
        found[mark["type"]] += 1
    attrs = node.get("attrs") or {}
    if attrs.get("end"):
        found[f"end {attrs['end']['change']}"] += 1
    if attrs.get("colspan", 1) > 1 or attrs.get("rowspan", 1) > 1:
        found["merged"] += 1
    if node["type"] in ("list_item",):
        found["items"] += 1
    for child in node.get("content", ()):
        _count(child, found)
