"""Documents that the schema allows and nobody would write: for writers that must take them all."""

from __future__ import annotations

from random import Random
from typing import Any

Json = dict[str, Any]

WORDS = (
    "Haus", "§ 5", "z. B.", "10 kg", "a", " ", "  ", "",
    "<b>&amp;", '"', "'", "]]>", "#panic()",
    "\u0000", "\u0007", "\u202e", "\u2066", "\ufffe", "\u00ad", "\u200d", "😀", "👨‍👩‍👧",
    "你好", "עברית", "العربية", "ﷺ", "e\u0301", "\u0301", "𝔘", "\ue000", "¶", "\u00a0", "\t", "\n",
    "x" * 150, "{{7*7}}", "$x$ \\ @ref <lbl>", "javascript:alert(1)", "-->", "\u2028", "𓀀", "‰",
    "™️",
    "\U0010fffd",
)  # fmt: skip
HREFS = (
    "https://example.org/a?b=c&d", "javascript:alert(1)", "mailto:a@example.org", "#ziel", "#x1",
    "http://", "data:text/html,x", "HTTPS://EXAMPLE.org", "https://a.b/ä ö", "//example.org", "",
)  # fmt: skip
IDS = (None, None, "ziel", "x1", "x2", "a-b_c")
CHANGES = ("a:1", "b:2", "c.d:3", "unbekannt:9")
LETTERS = (
    "em", "strong", "underline", "strike", "code", "superscript", "subscript", "highlight",
)  # fmt: skip


def a_wild_document(rng: Random, *, tracked: bool = True) -> Json:
    attrs = {"title": rng.choice(("", *WORDS)), "lang": rng.choice(("de", "en", "fr", "de-AT"))}
    blocks = [_block(rng, 0, tracked) for _ in range(rng.randint(1, 6))]
    return {"type": "doc", "attrs": attrs, "content": blocks}


def a_deep_document(depth: int) -> Json:
    """Lists, quotes and tables within each other, `depth` of them."""
    node: Json = {"type": "paragraph", "content": [{"type": "text", "text": "ganz unten"}]}
    for number in range(depth):
        if number % 3 == 0:
            item = {"type": "list_item", "content": [node]}
            node = {"type": ("ordered_list", "bullet_list")[number % 2], "content": [item]}
        elif number % 3 == 1:
            node = {"type": "blockquote", "content": [node]}
        else:
            row = {"type": "table_row", "content": [{"type": "table_cell", "content": [node]}]}
            node = {"type": "table", "content": [row]}
    return {"type": "doc", "attrs": {}, "content": [node]}


def _changed(rng: Random, node: Json, tracked: bool, chance: float = 0.15) -> Json:
    if not tracked or rng.random() > chance:
        return node
    move = rng.choice((None, None, "m1", "m2"))
    marks = [m for m in node.get("marks", []) if m["type"] in LETTERS or m["type"] == "link"]
    for kind in rng.choice((["deletion"], ["insertion"], ["deletion", "insertion"])):
        marks.append({"type": kind, "attrs": {"id": rng.choice(CHANGES), "move": move}})
    if rng.random() < 0.3:
        inline = node["type"] in ("text", "hard_break", "footnote", "mention", "cross_ref")
        before: Json = {"marks": [{"type": rng.choice(LETTERS)}]} if inline else {}
        if not inline and node["type"] in ("paragraph", "heading"):
            before = {"type": rng.choice(("paragraph", "heading")), "attrs": {"level": 2}}
        marks.append({"type": "modification", "attrs": {"id": "a:1", "before": before}})
    return node | {"marks": marks}


def _inline(rng: Random, tracked: bool, *, note: bool = False) -> list[Json]:
    made = []
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        kind = rng.choice(
            ("text", "text", "text", "text", "hard_break", "mention", "cross_ref", "footnote")
        )
        if note and kind in ("mention", "cross_ref", "footnote"):
            kind = "text"
        node: Json = {"type": kind}
        if kind == "text":
            node["text"] = "".join(rng.choice(WORDS) for _ in range(rng.randint(1, 4))) or "x"
        elif kind == "mention":
            node["attrs"] = {"person": "p1", "label": rng.choice(WORDS)}
        elif kind == "cross_ref":
            node["attrs"] = {
                "target": rng.choice(("ziel", "fehlt", "")),
                "label": rng.choice(WORDS),
            }
        elif kind == "footnote":
            node["attrs"] = {"id": None}
            node["content"] = _inline(rng, tracked, note=True)
        marks: list[Json] = []
        if rng.random() < 0.2:
            marks.append({"type": "link", "attrs": {"href": rng.choice(HREFS), "title": None}})
        letters = rng.sample(LETTERS, rng.choice((0, 0, 0, 1, 2, 4)))
        if "superscript" in letters and "subscript" in letters:
            letters.remove("subscript")
        marks += [{"type": name} for name in LETTERS if name in letters]
        if marks:
            node["marks"] = marks
        made.append(_changed(rng, node, tracked, 0.3))
    return made


def _textblock(rng: Random, tracked: bool) -> Json:
    end = None
    if tracked and rng.random() < 0.15:
        end = {"change": rng.choice(("insertion", "deletion")), "id": rng.choice(CHANGES)}
    attrs: Json = {"id": rng.choice(IDS), "end": end}
    if rng.random() < 0.3:
        node = {"type": "heading", "attrs": attrs | {"level": rng.randint(1, 4)}}
    else:
        node = {
            "type": "paragraph",
            "attrs": attrs | {"align": rng.choice((None, "right", "center"))},
        }
    return _changed(rng, node | {"content": _inline(rng, tracked)}, tracked)


def _block(rng: Random, depth: int, tracked: bool) -> Json:
    kind = rng.choice(
        ("p", "p", "p", "list", "quote", "motion", "table", "figure", "rule", "break")
        if depth < 4
        else ("p",)
    )
    if kind == "p":
        return _textblock(rng, tracked)
    if kind == "rule":
        return _changed(rng, {"type": "horizontal_rule"}, tracked)
    if kind == "break":
        return _changed(rng, {"type": "page_break"}, tracked)
    if kind == "figure":
        return _figure(rng, tracked)
    if kind == "table":
        return _table(rng, depth, tracked)
    inside = [_block(rng, depth + 1, tracked) for _ in range(rng.randint(1, 3))]
    if kind in ("quote", "motion"):
        name = "blockquote" if kind == "quote" else "motion"
        return _changed(rng, {"type": name, "content": inside}, tracked)
    items = [_changed(rng, {"type": "list_item", "content": [b]}, tracked) for b in inside]
    if rng.random() < 0.4:
        return _changed(rng, {"type": "bullet_list", "content": items}, tracked)
    styles = ("decimal", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman")
    attrs = {"start": rng.choice((0, 1, 1, 7, 99999)), "style": rng.choice(styles)}
    return _changed(rng, {"type": "ordered_list", "attrs": attrs, "content": items}, tracked)


def _figure(rng: Random, tracked: bool) -> Json:
    file = rng.choice(("", "0" * 64, "f" * 64))
    image: Json = {
        "type": "image",
        "attrs": {"file": file, "alt": rng.choice(("", *WORDS)), "width": rng.choice((5, 50, 100))},
    }
    content = [image]
    if rng.random() < 0.5:
        content.append({"type": "caption", "content": _inline(rng, tracked)})
    node = {"type": "figure", "attrs": {"id": rng.choice(IDS)}, "content": content}
    return _changed(rng, node, tracked)


def _table(rng: Random, depth: int, tracked: bool) -> Json:
    rows = []
    for _ in range(rng.randint(1, 4)):
        cells = []
        for _ in range(rng.choice((0, 1, 2, 3))):
            across = rng.choice((1, 1, 1, 2, 60))
            widths = rng.choice((None, [100] * across))
            attrs = {"colspan": across, "rowspan": rng.choice((1, 1, 2, 1000)), "colwidth": widths}
            kind = rng.choice(("table_cell", "table_cell", "table_header"))
            cell = {"type": kind, "attrs": attrs, "content": [_block(rng, depth + 2, tracked)]}
            cells.append(_changed(rng, cell, tracked, 0.05))
        rows.append(_changed(rng, {"type": "table_row", "content": cells}, tracked))
    return _changed(
        rng, {"type": "table", "attrs": {"id": rng.choice(IDS)}, "content": rows}, tracked
    )
