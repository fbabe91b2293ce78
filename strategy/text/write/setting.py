"""A normalised document as the values that the typst templates set.

The templates get JSON only and place its strings as text; what they are told here is which
style each run has, which numbers stand where, and what the list of changes says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from strategy.text.shapes import Change
from strategy.text.write import remarks
from strategy.text.write.glyphs import showable
from strategy.text.write.redlist import begins
from strategy.text.write.tree import Json, attr, each, kids, mark, words

LETTERS = {
    "em": "e",
    "strong": "b",
    "underline": "u",
    "strike": "s",
    "code": "c",
    "superscript": "^",
    "subscript": "_",
    "highlight": "h",
}
NUMBERING = {
    "decimal": "1.",
    "lower-alpha": "a)",
    "upper-alpha": "A.",
    "lower-roman": "i.",
    "upper-roman": "I.",
}
LARGEST_ROMAN = 3999
SHORT_MOTION = 900
"""A motion of at most so many characters is kept on one page."""
GAP = "\u00a0"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_UNITS = (
    "%|‰|€|EUR|Euro|Cent|T€|Mio\\.|Mrd\\.|Millionen|Milliarden|kg|g|mg|t|km|m|cm|mm|m²|km²|ha|l|"
    "kWh|MWh|GWh|TWh|kW|MW|GW|W|°C|Uhr|h|min|s|Std\\.|Prozent|Seiten|Tage|Wochen|Monate|Jahre"
)
_MONTHS = (
    "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|"
    "January|February|March|May|June|July|October|December"
)
# Blanks at which no line may end. Each group is one blank.
_BOUND = tuple(
    re.compile(pattern)
    for pattern in (
        r"§§?( )(?=\d)",
        r"\b(?:Art|Abs|Nr|Nrn|Ziff|Kap|Abb|Tab|S|Bd|Rn|Rz|Anm|Anl|Buchst|Az|vgl|Vgl|ca|Dr|Prof)"
        r"\.( )(?=[\dA-ZÄÖÜa-z(])",
        r"\b(?:Artikel|Absatz|Satz|Nummer|Ziffer|Seite|Zeile|Zeilen|Anlage|Kapitel|Abschnitt|TOP|"
        r"Fassung|Nr)( )(?=\d)",
        rf"(?<=\d)( )(?=(?:{_UNITS})(?![\wÄÖÜäöü]))",
        rf"\b\d{{1,2}}\.( )(?=(?:{_MONTHS})\b)",
        r"\b[a-zA-ZÄÖÜ]\.( )(?=[a-zA-ZÄÖÜ]\.)",
        r"(?<=\d)( )(?=(?:f|ff)\.)",
        r"(?<=\d)( )(?=\d{3}(?:\D|$))",
        r"(?<=\w)( )(?=[–—] )",
        r"\b(?:GG|BGB|SGB|StGB|AO)( )(?=[IVX]+\b)",
    )
)


def bound(text: str) -> str:
    """`text`, as long as before, with no-break spaces where a line must not end.

    § 5, Art. 20a, Abs. 2, S. 17 f., z. B., 10 kg, 7. September, before a dash.
    """
    if " " not in text:
        return text
    letters = list(text)
    for pattern in _BOUND:
        for found in pattern.finditer(text):
            letters[found.start(1)] = GAP
    return "".join(letters)


@dataclass
class Setting:
    """What is gathered while a document is put into values."""

    changes: Mapping[str, Change]
    said: Mapping[str, str]
    pictures: Callable[[str], bool]
    mapped: bool = False
    targets: frozenset[str] = frozenset()
    labelled: set[str] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    last: dict[str, Json] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    level: int = 0


def values(doc: Json, setting: Setting, *, top: bool = True) -> list[Json]:
    """The document's blocks as the templates take them.

    top     whether they stand on the page itself: headings lead there, pages break
    """
    setting.targets = frozenset(_targets(doc))
    setting.last = remarks.last_places(each(doc))
    blocks = [made for node in kids(doc) for made in _block(node, setting, top=top)]
    for run in inner(blocks):
        # What it leads to may have vanished: an empty paragraph, a page break in a cell.
        if "lk" in run and run["lk"].removeprefix("b-") not in setting.labelled:
            del run["lk"]
    return blocks


def inner(value: object) -> Iterator[Json]:
    """All dicts within the values."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from inner(part)
    elif isinstance(value, list):
        for part in value:
            yield from inner(part)


def _targets(doc: Json) -> set[str]:
    wanted = set()
    for node in each(doc):
        if node["type"] == "cross_ref":
            wanted.add(attr(node, "target", ""))
        link = mark(node, "link")
        if link is not None and link["href"].startswith("#"):
            wanted.add(link["href"][1:])
    return wanted & {attr(node, "id", "") for node in each(doc)} - {""}


def _block(node: Json, setting: Setting, *, top: bool = False) -> list[Json]:
    kind = node["type"]
    made: Json
    if kind in ("paragraph", "heading"):
        return _textblock(node, setting, top=top)
    if kind == "horizontal_rule":
        made = {"k": "hr"}
    elif kind == "page_break":
        return [{"k": "pb"}] if top else []
    elif kind == "figure":
        made = _figure(node, setting)
    elif kind == "table":
        made = _table(node, setting)
    elif kind in ("bullet_list", "ordered_list"):
        made = _list(node, setting)
    elif kind == "motion":
        noted = any(inside["type"] == "footnote" for inside in each(node))
        # A footnote in a block that may not break leaves the heading before it behind.
        short = len(words(node)) <= SHORT_MOTION and not noted
        made = {"k": "m", "b": _blocks(node, setting, top=top), "short": short}
    else:
        made = {"k": "q", "b": _blocks(node, setting)}
    return [_labelled(made, node, setting)]


def _blocks(node: Json, setting: Setting, *, top: bool = False) -> list[Json]:
    made = [value for kid in kids(node) for value in _block(kid, setting, top=top)]
    return [value for value in made if value["k"] != "pb"] if node["type"] != "doc" else made


def _labelled(made: Json, node: Json, setting: Setting) -> Json:
    ident = attr(node, "id")
    if ident in setting.targets and ident not in setting.labelled:
        setting.labelled.add(ident)
        made["lb"] = f"b-{ident}"
    return made


def _textblock(node: Json, setting: Setting, *, top: bool) -> list[Json]:
    runs = _runs(node, setting)
    end = attr(node, "end")
    if end:
        kind = "ins" if end.get("change") == "insertion" else "del"
        runs.append({"t": "¶", "x": kind} | _begun(node, setting))
    align = attr(node, "align")
    if node["type"] == "heading" and words(node).strip():
        if top:
            # PDF/UA: a heading is at most one level below the one before it.
            setting.level = min(attr(node, "level", 1), setting.level + 1)
            return [_labelled({"k": "h", "l": setting.level, "c": runs}, node, setting)]
        return [_labelled({"k": "hp", "c": runs}, node, setting)]
    if not runs:
        return [{"k": "e"}]
    made: Json = {"k": "p", "c": runs}
    if align in ("left", "center", "right"):
        made["a"] = align
    return [_labelled(made, node, setting)]


def _runs(node: Json, setting: Setting) -> list[Json]:
    """The textblock's inline nodes as runs; blanks are bound across their borders."""
    texts = [kid["text"] if kid["type"] == "text" else "\x00" for kid in kids(node)]
    joined = bound("".join(texts))
    at, runs = 0, []
    key = attr(node, "line-key", "") if setting.mapped else ""
    for kid, text in zip(kids(node), texts, strict=True):
        piece = joined[at : at + len(text)]
        runs.append(_run(kid, piece, setting))
        if key and runs[-1]:
            runs[-1]["w"] = _marked_words(kid, piece, at, key)
            if "h" in runs[-1] or "lk" in runs[-1]:
                for word in runs[-1]["w"]:
                    word[0] = seen_text(word[0])
        at += len(text)
    return [run for run in runs if run]


def _marked_words(node: Json, text: str, at: int, key: str) -> list[list[Any]]:
    """[word, blanks after it, offset, block, length] for each word: the line map asks for them.

    What is no text is one word.
    """
    if node["type"] != "text":
        return [[showable(attr(node, "label", "")) or " ", "", at, key, 1]]
    return [
        [showable(found[1]), found[2], at + found.start(), key, len(found[1])]
        for found in re.finditer(r"(\S*)(\s*)", text)
        if found.group()
    ]


def _run(node: Json, text: str, setting: Setting) -> Json:
    kind = node["type"]
    made: Json = {}
    if kind == "text":
        made["t"] = showable(text)
    elif kind == "hard_break":
        made["k"] = "br"
    elif kind == "footnote":
        inside = [_run(kid, bound(kid.get("text", "")), setting) for kid in kids(node)]
        made |= {"k": "fn", "c": inside or [{"t": "–"}]}
    else:
        made["t"] = showable(attr(node, "label", ""))
        if kind == "cross_ref" and attr(node, "target") in setting.targets:
            made["lk"] = f"b-{attr(node, 'target')}"
    letters = "".join(LETTERS.get(m["type"], "") for m in node.get("marks") or ())
    if letters:
        made["m"] = letters
    link = mark(node, "link")
    if link is not None and kind != "footnote":
        href = link["href"]
        if not href.startswith("#"):
            made["h"] = href
        elif href[1:] in setting.targets:
            made["lk"] = f"b-{href[1:]}"
    if "h" in made or "lk" in made:
        _fit_link(made)
    found = remarks.names(node)
    if found:
        made["cm"] = 1
        ends = [int(name) + 1 for name in found if setting.last.get(name) is node]
        if ends:
            made["ce"] = ends
    return made | _changed(node, setting)


def seen_text(text: str) -> str:
    """`text` without what nobody sees: typst fails to tag links that end with it."""
    return _INVISIBLE.sub("", text)


def _fit_link(made: Json) -> None:
    """No soft hyphens in links, and no link on nothing: typst fails to tag them."""
    if "t" in made:
        made["t"] = seen_text(made["t"])
    if not made.get("t", "").strip():
        made.pop("h", None)
        made.pop("lk", None)


def _changed(node: Json, setting: Setting) -> Json:
    """How a run's change is to be shown, and which changes of the list begin with it."""
    inserted, deleted = mark(node, "insertion"), mark(node, "deletion")
    shown = ""
    if deleted is not None:
        shown = "both" if inserted is not None else "from" if deleted.get("move") else "del"
    elif inserted is not None:
        shown = "to" if inserted.get("move") else "ins"
    elif mark(node, "modification") is not None:
        shown = "mod"
    return ({"x": shown} if shown else {}) | _begun(node, setting)


def _begun(node: Json, setting: Setting) -> Json:
    """The numbers of the changes that begin here; a node that was cut begins them once."""
    numbers = [number for number in begins(node) if number not in setting.begun]
    setting.begun.update(numbers)
    return {"n": numbers} if numbers else {}


def _figure(node: Json, setting: Setting) -> Json:
    made: Json = {"k": "f", "alt": "", "w": 100}
    for kid in kids(node):
        if kid["type"] == "image":
            file = attr(kid, "file", "")
            if file and setting.pictures(file):
                made["img"] = setting.files.setdefault(file, f"{file}")
            made |= {"alt": showable(attr(kid, "alt", "")), "w": attr(kid, "width", 100)}
            made |= _changed(kid, setting)
            ends = [int(n) + 1 for n in remarks.names(kid) if setting.last.get(n) is kid]
            if ends:
                made["ce"] = ends
        else:
            made["c"] = _runs(kid, setting)
    if not made["alt"]:
        caption = "".join(words(kid) for kid in kids(node) if kid["type"] == "caption").strip()
        made["alt"] = showable(caption) or setting.said["picture"]
    return made


def _table(node: Json, setting: Setting) -> Json:
    cells = []
    for row in kids(node):
        for cell in kids(row):
            made: Json = {"p": [attr(cell, n) for n in ("x", "y", "colspan", "rowspan")]}
            made["b"] = _blocks(cell, setting)
            aligned = {attr(kid, "align") for kid in kids(cell)}
            if len(aligned) == 1 and aligned != {None}:
                made["a"] = aligned.pop()
            if cell["type"] == "table_header":
                made["h"] = 1
            held = attr(row, "whole") or attr(cell, "whole") or []
            if held:
                made["x"] = "del" if any(m["type"] == "deletion" for m in held) else "ins"
            cells.append(made)
    heads = [cell for cell in cells if cell["p"][1] < attr(node, "headers", 0)]
    leading = any("h" in x or "lk" in x or x.get("k") == "fn" for c in heads for x in inner(c["b"]))
    return {
        "k": "t",
        # PDF/UA: a repeated header is decoration, in which nothing may lead elsewhere.
        "r": not leading,
        "n": attr(node, "columns"),
        "h": attr(node, "headers", 0),
        "w": attr(node, "widths"),
        "c": cells,
    }


def _list(node: Json, setting: Setting) -> Json:
    items = []
    number = attr(node, "start", 1)
    first = number
    for item in kids(node):
        state = [m["type"] for m in item.get("marks") or ()]
        made: Json = {"b": _blocks(item, setting), "n": number}
        if "deletion" in state:
            made["x"] = "del"
        else:
            number += 1
            if "insertion" in state:
                made["x"] = "ins"
        items.append(made)
    if node["type"] == "bullet_list":
        return {"k": "ul", "i": items}
    style = attr(node, "style", "decimal")
    if (style.endswith("roman") and number > LARGEST_ROMAN) or first < 1:
        style = "decimal"
    return {"k": "ol", "s": NUMBERING[style], "i": items}


def run_text(text: str) -> str:
    """A string of a cover, a comment or the list of changes, ready to be set."""
    return showable(bound(text))


def headings(blocks: Sequence[Json], depth: int) -> int:
    """How many headings of the first `depth` levels there are, those in motions included."""
    return sum(
        block["l"] <= depth if block["k"] == "h" else headings(block.get("b", ()), depth)
        for block in blocks
        if block["k"] in ("h", "m")
    )
