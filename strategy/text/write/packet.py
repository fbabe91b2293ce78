"""A packet as one PDF: cover, agenda, contents, then paper after paper, each with its own lines.

It is one typst document: PDFs that are merged lose their tags, bookmarks and language.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from strategy.text.write import typesetter
from strategy.text.write.amendment_book import Chapter, chapter_values
from strategy.text.write.foreign import Foreign, foreign_values
from strategy.text.write.marks import Mark, marks
from strategy.text.write.numbering import labelled
from strategy.text.write.paper import Paper
from strategy.text.write.pdf import PREPARED
from strategy.text.write.prepare import FOOT, prepared, shortened
from strategy.text.write.setting import headings, inner, run_text, seen_text
from strategy.text.write.tree import Json, clean
from strategy.text.write.words import words_for

TOC_ENTRIES = 90
"""Lines that the contents take at most, about two pages; else deeper headings are left out."""
DEPTHS = (3, 2, 1)


@dataclass(frozen=True)
class Row:
    """An item of the agenda. Empty strings are left out."""

    number: str
    title: str
    time: str = ""
    """When its turn comes: "18:05"."""
    day: str = ""
    """Set above it where a new day begins."""
    is_inner: bool = False
    facts: Sequence[str] = ()
    marks: Sequence[Mark] = ()
    part: int | None = None
    """Which of the packet's parts is its paper, counted from 0."""


@dataclass(frozen=True)
class Part:
    """A tabled paper."""

    number: str
    """Of its agenda item: "4.1"."""
    paper: Paper
    name: str
    """Under which its document is embedded, without an ending."""
    source: str
    """The document's canonical JSON, to recompute the fingerprint from."""
    kind: str = ""
    """What the item is: a decision, a discussion."""
    marks: Sequence[Mark] = ()
    facts: Mapping[str, str] | None = None
    """Lines of its first page, label to value."""
    notes: Sequence[str] = ()
    redline: Paper | None = None
    """The same text as a redline against what was tabled before."""
    amendments: Chapter | None = None
    """Its amendments, where the packet is to have them."""
    attachments: Sequence[Foreign] = ()
    """What was tabled with it; the pages of these PDFs stand at the packet's end."""


@dataclass(frozen=True)
class Packet:
    """Everything that stands in it, in words. `moment`: seconds since 1970, the file's date."""

    name: str
    """What the session is called."""
    line: str
    """The session in a few words, at the foot of each page."""
    body: str
    rows: Sequence[Row]
    parts: Sequence[Part]
    moment: int
    facts: Mapping[str, str]
    note: str = ""
    """Who may see it."""
    lang: str = "de"
    with_pages: bool = True
    """Whether the attachments' pages are in it; else it only names them."""

    @property
    def is_strict(self) -> bool:
        """Whether it is PDF/A and PDF/UA: not with pages that others have made in it."""
        return not (self.with_pages and any(part.attachments for part in self.parts))


def write_packet(packet: Packet, tell: Callable[[float], None]) -> bytes:
    """The packet; the same packet always gives the same bytes.

    PDF/A-3b and PDF/UA-1, unless pages of attachments are in it: then it is tagged, with bookmarks
    and language, and says nothing of these standards.

    tell    told how much is done: a quarter when the typesetter begins
    raises  typesetter.UntypesetError
    """
    files: dict[str, bytes] = {}
    parts = [_part(packet, part, place, files) for place, part in enumerate(packet.parts)]
    tell(PREPARED)
    inputs = {f"source-{place}": part.source for place, part in enumerate(packet.parts)}
    made = _typeset(packet, _data(packet, parts), inputs, files)
    tell(1.0)
    return made


def write_agenda(packet: Packet) -> bytes:
    """The packet's agenda alone, without page numbers of papers. raises UntypesetError."""
    return _typeset(packet, _data(replace(packet, parts=()), []) | {"alone": True}, {}, {})


def _typeset(
    packet: Packet, data: Json, inputs: Mapping[str, str], files: Mapping[str, bytes]
) -> bytes:
    words = json.dumps(data, ensure_ascii=False)
    job = typesetter.Job(
        "packet.typ",
        {"data": words} | dict(inputs),
        files,
        packet.moment,
        strict=packet.is_strict or not packet.parts or bool(data["alone"]),
    )
    return typesetter.typeset(job)[0]


def _fit(text: str) -> str:
    return run_text(clean(text).strip())


def _title(text: str, said: Mapping[str, str]) -> str:
    """A title that leads somewhere: never empty."""
    return seen_text(text).strip() or said["untitled"]


def _data(packet: Packet, parts: Sequence[Json]) -> Json:
    said = words_for(packet.lang)
    return {
        "said": dict(said),
        "alone": False,
        "lang": packet.lang,
        "region": {"de": "DE"}.get(packet.lang, "GB"),
        "name": _fit(packet.name),
        "body": _fit(packet.body),
        "facts": [(_fit(label), _fit(value)) for label, value in packet.facts.items() if value],
        "note": _fit(packet.note),
        "running": shortened(packet.body, FOOT),
        "footer": shortened(packet.line, FOOT * 2),
        "rows": [_row(row, said, with_parts=bool(parts)) for row in packet.rows],
        "parts": parts,
        "toc-depth": _depth(parts),
        "foreign-pages": packet.with_pages,
    }


def _row(row: Row, said: Mapping[str, str], *, with_parts: bool) -> Json:
    return {
        "number": row.number,
        "title": _title(_fit(row.title), said),
        "time": row.time,
        "day": row.day,
        "inner": row.is_inner,
        "facts": " · ".join(_fit(fact) for fact in row.facts if fact),
        "marks": marks(row.marks),
        "part": row.part if with_parts else None,
    }


def _depth(parts: Sequence[Json]) -> int:
    """How many levels of headings the contents show."""
    for depth in DEPTHS:
        lines = sum(
            2
            + headings(part["text"]["blocks"], depth - 1)
            + _amended(part, depth)
            + len(part["attachments"])
            for part in parts
        )
        if lines <= TOC_ENTRIES:
            return depth
    return 1


def _amended(part: Json, depth: int) -> int:
    """How many lines of the contents a part's amendments take."""
    chapter = part["amendments"]
    if chapter is None or depth < 2:
        return 0
    return 1 + (len(chapter["amendments"]) if depth > 2 else 0)


def _part(packet: Packet, part: Part, place: int, files: dict[str, bytes]) -> Json:
    said = words_for(packet.lang)
    meta = part.paper.meta
    facts = {**(part.facts or {}), said["fingerprint-short"]: meta.fingerprint}
    number = f"{said[meta.kind]} {meta.number}" if meta.number else ""
    made = {
        "top": f"{said['top']}\u00a0{part.number}",
        "kicker": " · ".join(_fit(words) for words in (part.kind, number) if words),
        "marks": marks(part.marks),
        "facts": [(_fit(label), _fit(value)) for label, value in facts.items() if value],
        "notes": [_fit(note) for note in part.notes],
        "file": f"{part.name}.json",
        "text": _text(part.paper, f"p{place}-", files),
        "redline": None,
        "amendments": None,
        "attachments": foreign_values(part.attachments, place, files, packet.with_pages),
    }
    if part.amendments is not None:
        made["amendments"] = chapter_values(part.amendments, files, packet.lang) | {
            "key": f"a{place}-"
        }
    if part.redline is not None:
        against = f"{said['changes-against']} {_fit(part.redline.meta.against)}"
        made["redline"] = _text(part.redline, f"r{place}-", files) | {"against": against}
    return made


def _text(paper: Paper, prefix: str, files: dict[str, bytes]) -> Json:
    """What the template gets of one text; its places are named apart from other texts'."""
    paper = labelled(paper)
    data, setting = prepared(paper)
    files |= {name: paper.files[file] for file, name in setting.files.items()}
    for node in inner(data["blocks"]):
        for name in ("lb", "lk"):
            if name in node:
                node[name] = prefix + node[name]
    meta, options = data["meta"], data["options"]
    return {
        "key": prefix,
        "blocks": data["blocks"],
        "changes": data["changes"],
        "said": data["said"],
        "title": _title(meta["title"], data["said"]),
        "lang": meta["lang"],
        "region": meta["region"],
        "running-left": meta["running-left"],
        "running-right": meta["running-right"],
        "title-size": min(options["title-size"], 19),
        "hyphenate-title": options["hyphenate-title"],
        "legend": options["legend"],
        "lines": options["lines"],
        "mapped": options["mapped"],
        "labels": options["labels"],
    }
