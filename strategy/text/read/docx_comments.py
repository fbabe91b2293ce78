"""Word's comments with their answers, and whether they are resolved."""

from __future__ import annotations

from typing import Any

from .docx_styles import W
from .draft import moment
from .xmltree import Element


def comments(root: Element | None, extended: Element | None) -> dict[str, dict[str, Any]]:
    """The threads of comments.xml by the id of their first comment; answers are in "replies".

    extended  commentsExtended.xml: who answers whom (by the id of a comment's last paragraph)
              and what is done; None where the file has none: each comment stands alone
    """
    found: dict[str, dict[str, Any]] = {}
    by_paragraph: dict[str, str] = {}
    if root is None:
        return {}
    for element in root.iterfind(f"{W}comment"):
        key = element.get(f"{W}id", "")
        found[key] = {
            "author": element.get(f"{W}author", ""),
            "at": moment(element.get(f"{W}date")),
            "text": _text(element),
            "resolved": False,
            "replies": [],
        }
        for paragraph in element.iter(f"{W}p"):
            if name := _said(paragraph, "paraId"):
                by_paragraph[name.upper()] = key
    parents: dict[str, str] = {}
    for element in extended.iter("{*}commentEx") if extended is not None else ():
        own = by_paragraph.get(_said(element, "paraId").upper())
        parent = by_paragraph.get(_said(element, "paraIdParent").upper())
        if own is None:
            continue
        found[own]["resolved"] = _said(element, "done") in ("1", "true")
        if parent is not None and parent != own:
            parents[own] = parent
    for key, reply in found.items():
        if (thread := _thread(key, parents)) != key:
            found[thread]["replies"].append(
                {name: reply[name] for name in ("author", "at", "text")}
            )
    return {key: one for key, one in found.items() if _thread(key, parents) == key}


def _said(element: Element, name: str) -> str:
    """An attribute by its local name: Word changed the namespace of these over the years."""
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == name), "")


def _thread(key: str, parents: dict[str, str]) -> str:
    seen = {key}
    while key in parents and parents[key] not in seen:
        key = parents[key]
        seen.add(key)
    return min(seen) if key in parents else key


def _text(comment: Element) -> str:
    lines = []
    for paragraph in comment.iter(f"{W}p"):
        parts = []
        for piece in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}cr", f"{W}noBreakHyphen"):
            name = piece.tag.rpartition("}")[2]
            parts.append(
                {"t": piece.text or "", "tab": " ", "noBreakHyphen": "\u2011"}.get(name, "\n")
            )
        lines.append("".join(parts))
    return "\n".join(lines).strip()
