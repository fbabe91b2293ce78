"""Random documents over the whole schema, and random edits of them, for properties to hold on.

`documents()` and `edits()` are hypothesis strategies; `a_document` and `edited` are the plain
functions behind them, for whoever brings a random.Random.
"""

from __future__ import annotations

import copy
from random import Random
from typing import Any

from hypothesis import strategies as st

Doc = dict[str, Any]

_SAMPLE = (
    "wir die und der für mehr Klimaschutz Übergang fördern Straße Landesvorstand Beschluss 2024 "
    "1.250,50 § 5 Abs. Mitglied:innen Vorlauf-Zeit soziale Gerechtigkeit „gute“ Arbeit – nicht "
    "ohne Frist, Antrag. Grundsatz; 👩‍🌾 𝔸bc naïve é € Wohnen (AG) bis 12. September"
)
WORDS = _SAMPLE.split(" ")


def words(rng: Random, most: int = 12) -> str:
    """Between one and `most` words."""
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))


def marks(rng: Random) -> list[Doc]:
    """No mark mostly, else one to three that may stand together, in order of rank."""
    if rng.random() < 0.7:
        return []
    link = {"type": "link", "attrs": {"href": f"https://example.org/{rng.randint(1, 3)}"}}
    link["attrs"]["title"] = rng.choice([None, "Quelle"])
    plain = ["em", "strong", "underline", "strike", "code"]
    script = rng.choice(["superscript", "subscript"])
    chosen = set(rng.sample([*plain, script, "highlight"], rng.randint(0, 2)))
    rest = [{"type": name} for name in [*plain, script, "highlight"] if name in chosen]
    return [link, *rest] if rng.random() < 0.3 or not rest else rest


def inline(rng: Random, most: int = 4, footnotes: bool = True) -> list[Doc]:
    """Text with marks, breaks, mentions, references and footnotes; neighbours differ in marks."""
    made: list[Doc] = []
    for _ in range(rng.randint(0, most)):
        drawn, carried = rng.random(), marks(rng)
        node: Doc
        if drawn < 0.75:
            node = {"type": "text", "text": words(rng) + rng.choice(["", " "])}
        elif drawn < 0.82:
            node = {"type": "hard_break"}
        elif drawn < 0.88:
            node = {"type": "mention", "attrs": {"person": "p7", "label": "Änne"}}
        elif drawn < 0.93:
            node = {"type": "cross_ref", "attrs": {"target": "t1", "label": "Tabelle 1"}}
        elif footnotes:
            attrs = {"id": rng.choice([None, f"f{rng.randint(1, 99)}"])}
            node = {"type": "footnote", "attrs": attrs}
            if rng.random() < 0.9:
                node["content"] = [{"type": "text", "text": words(rng, 5)}]
        else:
            continue
        if carried:
            node["marks"] = carried
        last = made[-1] if made else {}
        if node["type"] == "text" == last.get("type") and last.get("marks") == node.get("marks"):
            last["text"] += node["text"]
        else:
            made.append(node)
    return made


def _with(node: Doc, content: list[Doc]) -> Doc:
    return node | {"content": content} if content else node


def textblock(rng: Random) -> Doc:
    """A paragraph, seldom a heading."""
    number = rng.choice([None, f"b{rng.randint(1, 9999)}"])
    if rng.random() < 0.2:
        attrs: Doc = {"id": number, "level": rng.randint(1, 4), "end": None}
        return _with({"type": "heading", "attrs": attrs}, inline(rng, 1))
    align = rng.choice([None, None, None, "left", "center", "right"])
    return _with(
        {"type": "paragraph", "attrs": {"id": number, "align": align, "end": None}}, inline(rng)
    )


def _list(rng: Random, depth: int) -> Doc:
    items = [
        {"type": "list_item", "content": [textblock(rng), *(blocks(rng, 1, depth + 2) * few)]}
        for few in (int(rng.random() < 0.2) for _ in range(rng.randint(1, 4)))
    ]
    if rng.random() < 0.5:
        return {"type": "bullet_list", "content": items}
    style = rng.choice(["decimal", "lower-alpha", "upper-roman"])
    attrs = {"start": rng.randint(0, 9), "style": style}
    return {"type": "ordered_list", "attrs": attrs, "content": items}


def _table(rng: Random, depth: int) -> Doc:
    columns = rng.randint(1, 3)

    def cell(kind: str) -> Doc:
        widths = rng.choice([None, None, [rng.randint(10, 500)]])
        return {
            "type": kind,
            "attrs": {"colspan": 1, "rowspan": 1, "colwidth": widths},
            "content": blocks(rng, 1, depth + 3),
        }

    rows = [
        {
            "type": "table_row",
            "content": [cell("table_cell" if row else "table_header") for _ in range(columns)],
        }
        for row in range(rng.randint(1, 4))
    ]
    if columns > 1 and rng.random() < 0.3:  # two cells of a row become one
        first, _second, *rest = rows[-1]["content"]  # type: ignore[misc]
        first["attrs"] |= {"colspan": 2, "colwidth": None}
        rows[-1]["content"] = [first, *rest]
    return {"type": "table", "attrs": {"id": f"t{rng.randint(1, 99)}"}, "content": rows}


def _figure(rng: Random) -> Doc:
    image = {"file": f"{rng.randint(1, 9):064x}", "alt": words(rng, 3), "width": 100}
    content: list[Doc] = [{"type": "image", "attrs": image}]
    if rng.random() < 0.6:
        content.append(_with({"type": "caption"}, inline(rng, 2, False)))
    return {"type": "figure", "attrs": {"id": f"g{rng.randint(1, 99)}"}, "content": content}


def block(rng: Random, depth: int = 1) -> Doc:
    """Any block; `depth` counts from 1 below the document, and none goes below 12."""
    drawn = rng.random()
    if depth > 7 or drawn < 0.55:
        return textblock(rng)
    if drawn < 0.67:
        return _list(rng, depth)
    if drawn < 0.75:
        kind = rng.choice(["blockquote", "motion"])
        return {"type": kind, "content": blocks(rng, 2, depth + 1)}
    if drawn < 0.85:
        return _table(rng, depth)
    if drawn < 0.93:
        return _figure(rng)
    return {"type": rng.choice(["horizontal_rule", "page_break"])}


def blocks(rng: Random, most: int, depth: int = 1) -> list[Doc]:
    """Between one and `most` blocks."""
    return [block(rng, depth) for _ in range(rng.randint(1, most))]


def a_document(rng: Random, most: int = 8) -> Doc:
    """A valid document without tracked changes, every attribute filled in, text nodes merged."""
    attrs = {"title": words(rng, 3), "lang": rng.choice(["de", "en"])}
    return {"type": "doc", "attrs": attrs, "content": blocks(rng, most)}


# Edits


def _reworded(rng: Random, text: str) -> str:
    parts = text.split(" ")
    at = rng.randrange(len(parts))
    if rng.random() < 0.4:
        parts[at : at + 1] = [parts[at], words(rng, 3)]
    elif len(parts) > 2 and rng.random() < 0.5:
        del parts[at : at + 2]
    else:
        parts[at] = rng.choice(WORDS)
    return " ".join(parts)


def _merged(content: list[Doc]) -> list[Doc]:
    made: list[Doc] = []
    for node in content:
        last = made[-1] if made else {}
        if node["type"] == "text" == last.get("type") and last.get("marks") == node.get("marks"):
            made[-1] = last | {"text": last["text"] + node["text"]}
        elif node.get("text") != "":
            made.append(node)
    return made


def _edit_inline(rng: Random, node: Doc) -> None:
    content = node.get("content", [])
    texts = [at for at, child in enumerate(content) if child["type"] == "text"]
    drawn = rng.random()
    if texts and drawn < 0.6:
        at = rng.choice(texts)
        content[at] = content[at] | {"text": _reworded(rng, content[at]["text"])}
    elif texts and drawn < 0.8:  # other marks on a part
        at = rng.choice(texts)
        cut = rng.randint(0, len(content[at]["text"]))
        bare = {"type": "text", "text": content[at]["text"][cut:]}
        carried = marks(rng)
        head = content[at] | {"text": content[at]["text"][:cut]}
        content[at : at + 1] = [head, bare | {"marks": carried} if carried else bare]
    elif content and drawn < 0.9:
        del content[rng.randrange(len(content))]
    else:
        content[len(content) :] = inline(rng, 2, node["type"] != "caption")
    content = _merged(content)
    node.pop("content", None)
    if content:
        node["content"] = content


def _edit_blocks(rng: Random, content: list[Doc], depth: int) -> None:
    at = rng.randrange(len(content))
    here = content[at]
    drawn = rng.random()
    if drawn < 0.12:
        content.insert(at, block(rng, depth))
    elif drawn < 0.2 and len(content) > 1:
        del content[at]
    elif drawn < 0.28 and len(content) > 1:
        content.insert(rng.randrange(len(content)), content.pop(at))
    elif here["type"] in ("paragraph", "heading"):
        _edit_textblock(rng, content, at)
    elif here["type"] in ("blockquote", "motion"):
        if rng.random() < 0.2:
            here["type"] = "motion" if here["type"] == "blockquote" else "blockquote"
        _edit_blocks(rng, here["content"], depth + 1)
    elif here["type"].endswith("_list"):
        _edit_list(rng, here, depth)
    elif here["type"] == "table":
        _edit_table(rng, here, depth)
    elif here["type"] == "figure":
        here["content"][0]["attrs"]["alt"] = words(rng, 3)
        if len(here["content"]) > 1:
            _edit_inline(rng, here["content"][1])


def _edit_textblock(rng: Random, content: list[Doc], at: int) -> None:
    here, drawn = content[at], rng.random()
    inside = here.get("content", [])
    if drawn < 0.15 and len(inside) > 1:  # split
        cut = rng.randrange(1, len(inside))
        rest = copy.deepcopy(here) | {"content": inside[cut:]}
        rest["attrs"]["id"] = f"b{rng.randint(1, 9999)}"
        here["content"] = inside[:cut]
        content.insert(at + 1, rest)
    elif drawn < 0.3 and at + 1 < len(content) and "end" in content[at + 1].get("attrs", {}):
        joined = _merged(inside + content.pop(at + 1).get("content", []))
        if joined:
            here["content"] = joined
    elif drawn < 0.4 and here["type"] == "paragraph":
        here["attrs"]["align"] = rng.choice([None, "center"])
    elif drawn < 0.45:
        here["attrs"]["id"] = f"b{rng.randint(1, 9999)}"
    elif drawn < 0.5:
        kind = "heading" if here["type"] == "paragraph" else "paragraph"
        other = "level" if kind == "heading" else "align"
        attrs = {"id": here["attrs"]["id"], other: 2 if kind == "heading" else None, "end": None}
        here["type"], here["attrs"] = kind, attrs
    else:
        _edit_inline(rng, here)


def _edit_list(rng: Random, here: Doc, depth: int) -> None:
    items, drawn = here["content"], rng.random()
    at = rng.randrange(len(items))
    if drawn < 0.2:
        items.insert(at, {"type": "list_item", "content": [textblock(rng)]})
    elif drawn < 0.35 and len(items) > 1:
        del items[at]
    elif drawn < 0.5 and len(items) > 1:
        items.insert(rng.randrange(len(items)), items.pop(at))
    else:
        _edit_blocks(rng, items[at]["content"], depth + 2)


def _edit_table(rng: Random, here: Doc, depth: int) -> None:
    rows, drawn = here["content"], rng.random()
    at = rng.randrange(len(rows))
    if drawn < 0.2:
        rows.insert(at, copy.deepcopy(rows[at]))
    elif drawn < 0.4 and len(rows) > 1:
        del rows[at]
    elif drawn < 0.5:  # one column more
        for row in rows:
            row["content"].append(copy.deepcopy(row["content"][-1]))
    else:
        _edit_blocks(rng, rng.choice(rows[at]["content"])["content"], depth + 3)


def edited(doc: Doc, rng: Random, times: int = 3) -> Doc:
    """The document after `times` random edits; the one given stays as it is."""
    made = copy.deepcopy(doc)
    for _ in range(times):
        if rng.random() < 0.05:
            made["attrs"]["title"] = words(rng, 3)
        _edit_blocks(rng, made["content"], 1)
    return made


def documents(most: int = 8) -> st.SearchStrategy[Doc]:
    """Documents of up to `most` blocks."""
    return st.builds(
        lambda seed, size: a_document(Random(seed), size),
        st.integers(0, 2**32),
        st.integers(1, most),
    )


def edits(most: int = 8) -> st.SearchStrategy[tuple[Doc, Doc]]:
    """Pairs of a document and what somebody made of it."""

    def pair(seed: int, size: int, times: int) -> tuple[Doc, Doc]:
        rng = Random(seed)
        doc = a_document(rng, size)
        return doc, edited(doc, rng, times)

    return st.builds(pair, st.integers(0, 2**32), st.integers(1, most), st.integers(0, 12))
