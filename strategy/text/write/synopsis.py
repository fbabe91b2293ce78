"""A synopsis as a file: two texts beside each other, paragraph by paragraph, with their lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from strategy.text import synopsis as columns
from strategy.text.fingerprint import fingerprint
from strategy.text.lines import LineMap, blocks
from strategy.text.schema import TEXTBLOCKS
from strategy.text.shapes import Change, Meta
from strategy.text.write import typesetter
from strategy.text.write.docx import write_docx
from strategy.text.write.numbering import line_map
from strategy.text.write.paper import Paper
from strategy.text.write.prepare import told_of
from strategy.text.write.setting import Setting, inner, run_text, values
from strategy.text.write.tree import Json, clean, each, kids

FORMATS = ("pdf", "docx")
PREPARED = 0.4
"""How much is done when the typesetter begins."""


@dataclass(frozen=True)
class Entry:
    """Blocks that face each other.

    before, after   each with its own side of the changes, as text/synopsis.py makes them
    lines           where `before` stands in the old text: "17–19"; "" where it has no numbers
    lines_after     the same for `after` in the new text
    reason          why it is to change, where somebody said so
    changed         whether the two differ
    """

    before: Sequence[Json]
    after: Sequence[Json]
    lines: str = ""
    lines_after: str = ""
    reason: str = ""
    changed: bool = True


@dataclass(frozen=True)
class Synopsis:
    """Everything that stands in it. `old` and `new` name the two texts."""

    meta: Meta
    old: str
    new: str
    entries: Sequence[Entry]
    changes: Mapping[str, Change] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


def entries(
    marked: Json, old: LineMap | None, new: LineMap | None, *, before: Json, after: Json
) -> list[Entry]:
    """The rows of a redline that turns `before` into `after`, each with its lines.

    old, new    the lines of the two texts; None: without
    """
    olds, news = _Numbers(before, old), _Numbers(after, new)
    return [
        Entry(
            row.before,
            row.after,
            lines=olds.of(row.before),
            lines_after=news.of(row.after),
            changed=row.changed,
        )
        for row in columns.rows(marked)
    ]


class _Numbers:
    """Lines of one side, given out block by block: the sides are whole, and in order."""

    def __init__(self, doc: Json, lines: LineMap | None):
        self._keys = iter([block.key for block in blocks(doc)])
        self._numbers: dict[str, list[int]] = {}
        for line in lines.lines if lines else ():
            self._numbers.setdefault(line.block, []).append(line.number)

    def of(self, side: Sequence[Json]) -> str:
        """The first and last line of the next blocks of this side."""
        count = sum(node["type"] in TEXTBLOCKS for block in side for node in each(block))
        keys = [key for _, key in zip(range(count), self._keys, strict=False)]
        found = [number for key in keys for number in self._numbers.get(key, ())]
        if not found:
            return ""
        return str(found[0]) if found[0] == found[-1] else f"{found[0]}–{found[-1]}"


def numbers(doc: Json, files: Mapping[str, bytes] | None = None) -> LineMap:
    """The lines of a text that nobody has frozen, as its PDF prints them. raises UntypesetError."""
    lang = (doc.get("attrs") or {}).get("lang") or "de"
    return line_map(Paper(doc, Meta(title="", lang=lang), files=files or {}))


def write_synopsis(
    synopsis: Synopsis, format: str, progress: Callable[[float], None] | None = None
) -> bytes:
    """The synopsis as PDF (PDF/A and PDF/UA, landscape) or as DOCX (a table with tracked changes).

    raises  typesetter.UntypesetError
    """
    tell = progress or (lambda done: None)
    made = _pdf(synopsis, tell) if format == "pdf" else _docx(synopsis)
    tell(1.0)
    return made


def _pdf(synopsis: Synopsis, tell: Callable[[float], None]) -> bytes:
    sheet = _sheet(synopsis)
    setting = Setting(synopsis.changes, sheet.said, synopsis.files.__contains__)
    rows = []
    for count, entry in enumerate(synopsis.entries):
        tell(PREPARED * count / len(synopsis.entries))
        rows.append(
            {
                "lines": entry.lines,
                "lines-after": entry.lines_after,
                "before": side_values(entry.before, setting, synopsis.meta),
                "after": side_values(entry.after, setting, synopsis.meta),
                "reason": run_text(clean(entry.reason)),
                "kind": "removed" if not entry.after else "added" if not entry.before else "",
            }
        )
    told = told_of(sheet, rows)
    data = told | {"rows": rows, "old": run_text(synopsis.old), "new": run_text(synopsis.new)}
    job = typesetter.Job(
        main="synopsis.typ",
        inputs={"data": json.dumps(data, ensure_ascii=False)},
        files={name: synopsis.files[file] for file, name in setting.files.items()},
        moment=sheet.moment,
    )
    return typesetter.typeset(job)[0]


def side_values(side: Sequence[Json], setting: Setting, meta: Meta) -> list[Json]:
    """What the templates get of the blocks in a cell."""
    if not side:
        return []
    doc = {"type": "doc", "content": [_flat_notes(block) for block in side]}
    fit = Paper(doc, meta, view="marked").fit()
    made = values(fit, setting, top=False)
    for value in inner(made):
        # Both columns have the place that is led to: nothing leads anywhere.
        value.pop("lb", None)
        value.pop("lk", None)
    return made


def _flat_notes(node: Json) -> Json:
    """The block with its footnotes in brackets where they belong: cells have no foot."""
    inside: list[Json] = []
    for kid in kids(node):
        if kid["type"] != "footnote":
            inside.append(_flat_notes(kid))
            continue
        marks = kid.get("marks") or []
        inside.append({"type": "text", "text": " [", "marks": marks})
        inside += [part | {"marks": [*(part.get("marks") or []), *marks]} for part in kids(kid)]
        inside.append({"type": "text", "text": "]", "marks": marks})
    return node | {"content": inside} if inside else node


def _sheet(synopsis: Synopsis) -> Paper:
    """The paper that lends the synopsis its words, its date and what stands at head and foot."""
    return Paper(
        {"type": "doc", "content": []}, synopsis.meta, changes=synopsis.changes, view="marked"
    )


def _docx(synopsis: Synopsis) -> bytes:
    """One table, its header repeated on each page, as a document of its own."""
    said = _sheet(synopsis).said
    reasons = any(entry.reason for entry in synopsis.entries)
    widths = [9, 50, 9, 50, *([34] if reasons else [])]
    heads = [said["line"], synopsis.old, said["line"], synopsis.new]
    rows = [
        _row(
            "table_header",
            [[_words(words)] for words in heads + [said["reason"]] * reasons],
            widths,
        )
    ]
    for entry in synopsis.entries:
        cells = [
            [_words(entry.lines)],
            [_flat_notes(block) for block in entry.before] or [_words("–")],
            [_words(entry.lines_after)],
            [_flat_notes(block) for block in entry.after] or [_words("–")],
        ]
        if reasons:
            cells.append([_words(line) for line in entry.reason.split("\n")])
        rows.append(_row("table_cell", cells, widths))
    doc = {
        "type": "doc",
        "attrs": {"title": synopsis.meta.title, "lang": synopsis.meta.lang},
        "content": [
            _words(f"{synopsis.old} · {synopsis.new}"),
            {"type": "table", "attrs": {}, "content": rows},
        ],
    }
    meta = replace(synopsis.meta, title=f"{said['synopsis']}: {synopsis.meta.title}")
    paper = Paper(
        doc, meta, (), synopsis.changes, synopsis.files,
        view="marked", lines="none", cover=False, landscape=True,
    )  # fmt: skip
    return write_docx(paper, fingerprint({"type": "doc", "content": []}))


def _row(kind: str, cells: Sequence[Sequence[Json]], widths: Sequence[int]) -> Json:
    return {
        "type": "table_row",
        "content": [
            {"type": kind, "attrs": {"colwidth": [width * 10]}, "content": list(cell)}
            for cell, width in zip(cells, widths, strict=True)
        ],
    }


def _words(text: str) -> Json:
    node: Json = {"type": "paragraph", "attrs": {}}
    return node | {"content": [{"type": "text", "text": text}]} if text else node
