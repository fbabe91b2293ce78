"""Markdown and EPUB, written by pandoc from the clean view of a paper.

Pandoc gets a tree of its own kind as JSON on standard input, works in its sandbox (no files, no
network) within limits of memory and time, and answers on standard output.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypandoc

from strategy.text.write.paper import Paper, facts, moment
from strategy.text.write.pictures import measured
from strategy.text.write.tree import Json, attr, each, kids, mark, visible
from strategy.text.write.typesetter import UntypesetError

LONGEST = 60.0  # s
MEMORY = "-M512m"
API = [1, 23, 1]
PLAIN = ["", [], []]
LETTERS = {
    "strong": "Strong",
    "em": "Emph",
    "underline": "Underline",
    "strike": "Strikeout",
    "superscript": "Superscript",
    "subscript": "Subscript",
}
NUMBERS = {
    "decimal": ("Decimal", "Period"),
    "lower-alpha": ("LowerAlpha", "OneParen"),
    "upper-alpha": ("UpperAlpha", "Period"),
    "lower-roman": ("LowerRoman", "Period"),
    "upper-roman": ("UpperRoman", "Period"),
}
MARKDOWN = "markdown-smart-raw_html-raw_attribute-header_attributes+mark"
EPUB_STYLE = Path(__file__).with_name("epub.css")


@dataclass(frozen=True)
class _Context:
    """What the tree needs besides the document."""

    files: Mapping[str, bytes]
    said: Mapping[str, str]
    targets: frozenset[str]
    used: set[str] = field(default_factory=set)


def write_markdown(paper: Paper) -> bytes:
    """The clean text as pandoc's Markdown, with a head of metadata; pictures lie inside."""
    # Its headings have no names of their own, so nothing can lead there.
    document = tree(paper, linked=False)
    document["meta"] |= {label: _said(words) for label, words in below_title(paper)}
    return run(document, [f"--to={MARKDOWN}", "--standalone", "--wrap=none"], paper.moment)


def tree(paper: Paper, *, linked: bool = True) -> Json:
    """The paper as pandoc's own document."""
    fit = Paper(paper.doc, paper.meta, files=paper.files).fit()
    context = _Context(paper.files, paper.said, frozenset(_ids(fit) if linked else ()))
    meta = paper.meta
    given: dict[str, Any] = {
        "title": _said(meta.title),
        "subtitle": _said(meta.subtitle),
        "author": {"t": "MetaList", "c": [_said(author) for author in meta.authors]},
        "date": _said(date_of(paper)),
        "lang": {"t": "MetaString", "c": meta.lang or "de"},
    }
    found = {name: value for name, value in given.items() if value["c"]}
    blocks = [made for node in kids(fit) for made in _block(node, context)]
    return {"pandoc-api-version": API, "meta": found, "blocks": blocks}


def below_title(paper: Paper) -> list[tuple[str, str]]:
    """What other formats say on the cover and pandoc's own title does not: labels and words."""
    meta, said = paper.meta, paper.said
    ours = [(said[meta.kind], meta.number), *facts(meta, said)]
    ours.append((said["fingerprint"], meta.fingerprint))
    known = (said["authors"], said["date"])
    return [(label, words) for label, words in ours if words and label not in known]


def facts_block(paper: Paper) -> Json:
    """The same as a block of its own."""
    lines = [
        [{"t": "Strong", "c": _text(f"{label}:")}, {"t": "Space"}, *_text(words)]
        for label, words in below_title(paper)
    ]
    return {"t": "Div", "c": [["", ["facts"], []], [{"t": "Para", "c": line} for line in lines]]}


def date_of(paper: Paper) -> str:
    """The paper's day as ISO 8601, or as it is to be read."""
    at = moment(paper.meta.moment)
    return at.date().isoformat() if at else paper.meta.date


def identity(fingerprint: str) -> uuid.UUID:
    """The identifier of a file with that text."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"vorlauf:{fingerprint}")


def run(document: Json, arguments: list[str], at: int) -> bytes:
    """What pandoc writes. raises UntypesetError if it fails or takes too long."""
    command = [
        pypandoc.get_pandoc_path(),
        *("+RTS", MEMORY, "-RTS"),
        *("--sandbox", "--from=json", *arguments),
    ]
    environment = {"SOURCE_DATE_EPOCH": str(at), "LANG": "C.UTF-8", "HOME": "/nonexistent"}
    try:
        done = subprocess.run(
            command,
            input=json.dumps(document).encode(),
            capture_output=True,
            timeout=LONGEST,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as slow:
        raise UntypesetError("This paper is too long or too large to write.") from slow
    if done.returncode:
        raise UntypesetError("This paper is too long or too large to write.")
    return done.stdout


def _said(text: str) -> Json:
    return {"t": "MetaInlines", "c": _text(text)}


def _text(text: str) -> list[Json]:
    parts = [part for part in re.split("( +)", text) if part]
    return [{"t": "Space"} if not part.strip(" ") else {"t": "Str", "c": part} for part in parts]


def _ids(fit: Json) -> set[str]:
    return {attr(node, "id", "") for node in each(fit) if node["type"] == "heading"} - {""}


def _inlines(nodes: list[Json], context: _Context) -> list[Json]:
    out: list[Json] = []
    for node in nodes:
        out += _inline(node, context)
    return out


def _inline(node: Json, context: _Context) -> list[Json]:
    kind = node["type"]
    marks = {m["type"] for m in node.get("marks") or ()}
    if kind == "hard_break":
        return [{"t": "LineBreak"}]
    if kind == "footnote":
        inside = _inlines(kids(node), context) or _text("–")
        return [{"t": "Note", "c": [{"t": "Para", "c": inside}]}]
    text = node["text"] if kind == "text" else attr(node, "label", "")
    made = [{"t": "Code", "c": [PLAIN, text]}] if "code" in marks else _text(text)
    for name, element in LETTERS.items():
        if name in marks:
            made = [{"t": element, "c": made}]
    if "highlight" in marks:
        made = [{"t": "Span", "c": [["", ["mark"], []], made]}]
    link = mark(node, "link")
    href = link["href"] if link is not None else ""
    if kind == "cross_ref" and attr(node, "target"):
        href = f"#{attr(node, 'target')}"
    if href.startswith("#"):
        href = f"#b-{href[1:]}" if href[1:] in context.targets else ""
    return [{"t": "Link", "c": [PLAIN, made, [href, ""]]}] if href else made


def _blocks(nodes: list[Json], context: _Context) -> list[Json]:
    return [made for node in nodes for made in _block(node, context)]


def _block(node: Json, context: _Context) -> list[Json]:
    return BLOCKS[node["type"]](node, context)


def _paragraph(node: Json, context: _Context) -> list[Json]:
    inside = _inlines(kids(node), context)
    return [{"t": "Para", "c": inside}] if inside else []


def _heading(node: Json, context: _Context) -> list[Json]:
    if not visible(node):
        return _paragraph(node, context)
    ident = attr(node, "id", "")
    name = [f"b-{ident}" if ident and ident not in context.used else "", [], []]
    context.used.add(ident)
    return [{"t": "Header", "c": [attr(node, "level", 1), name, _inlines(kids(node), context)]}]


def _bullets(node: Json, context: _Context) -> list[Json]:
    return [{"t": "BulletList", "c": [_blocks(kids(item), context) for item in kids(node)]}]


def _numbers(node: Json, context: _Context) -> list[Json]:
    form, sign = NUMBERS[attr(node, "style", "decimal")]
    shape = [attr(node, "start", 1), {"t": form}, {"t": sign}]
    return [{"t": "OrderedList", "c": [shape, [_blocks(kids(i), context) for i in kids(node)]]}]


def _quote(node: Json, context: _Context) -> list[Json]:
    return [{"t": "BlockQuote", "c": _blocks(kids(node), context)}]


def _motion(node: Json, context: _Context) -> list[Json]:
    label = {"t": "Para", "c": [{"t": "Strong", "c": _text(context.said["motion"])}]}
    return [{"t": "Div", "c": [["", ["motion"], []], [label, *_blocks(kids(node), context)]]}]


def _rule(node: Json, context: _Context) -> list[Json]:
    return [{"t": "HorizontalRule"}]


def _nothing(node: Json, context: _Context) -> list[Json]:
    return []


def _figure(node: Json, context: _Context) -> list[Json]:
    images: list[Json] = []
    caption: list[Json] = []
    for kid in kids(node):
        if kid["type"] == "caption":
            caption = _inlines(kids(kid), context)
            continue
        alt = attr(kid, "alt", "")
        data = context.files.get(attr(kid, "file", ""), b"")
        picture = measured(data)
        if picture is None:
            missing = f"[{context.said['missing-picture']} {alt}".strip() + "]"
            images.append({"t": "Emph", "c": _text(missing)})
        else:
            address = f"data:{picture.type};base64,{base64.b64encode(data).decode()}"
            width = [["width", f"{attr(kid, 'width', 100)}%"]]
            shown = _text(alt or context.said["picture"])
            images.append({"t": "Image", "c": [["", [], width], shown, [address, ""]]})
    if not caption:
        return [{"t": "Para", "c": images}]
    below = [None, [{"t": "Plain", "c": caption}]]
    return [{"t": "Figure", "c": [PLAIN, below, [{"t": "Plain", "c": images}]]}]


def _table(node: Json, context: _Context) -> list[Json]:
    headers, columns = attr(node, "headers", 0), attr(node, "columns")
    rows = [[PLAIN, [_cell(cell, context) for cell in kids(row)]] for row in kids(node)]
    widths = attr(node, "widths")
    shares = [
        {"t": "ColWidth", "c": width / sum(widths)} if widths else {"t": "ColWidthDefault"}
        for width in widths or [0] * columns
    ]
    return [
        {
            "t": "Table",
            "c": [
                PLAIN,
                [None, []],
                [[{"t": "AlignDefault"}, share] for share in shares],
                [PLAIN, rows[:headers]],
                [[PLAIN, 0, [], rows[headers:]]],
                [PLAIN, []],
            ],
        }
    ]


def _cell(cell: Json, context: _Context) -> list[Any]:
    inside = _blocks(kids(cell), context)
    if len(inside) == 1 and inside[0]["t"] == "Para":
        inside = [{"t": "Plain", "c": inside[0]["c"]}]
    aligned = {attr(kid, "align") for kid in kids(cell)}
    align = {"right": "AlignRight", "center": "AlignCenter"}.get(
        aligned.pop() if len(aligned) == 1 else "", "AlignDefault"
    )
    return [PLAIN, {"t": align}, attr(cell, "rowspan", 1), attr(cell, "colspan", 1), inside]


BLOCKS: Mapping[str, Callable[[Json, _Context], list[Json]]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "bullet_list": _bullets,
    "ordered_list": _numbers,
    "blockquote": _quote,
    "motion": _motion,
    "table": _table,
    "figure": _figure,
    "horizontal_rule": _rule,
    "page_break": _nothing,
}
