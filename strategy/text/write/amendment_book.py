"""Amendments as a book: by paper and line, old and new beside each other. A PDF of its own, or
behind each paper of a packet."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from strategy.text.shapes import Meta
from strategy.text.write import typesetter
from strategy.text.write.marks import Mark, marks
from strategy.text.write.pdf import PREPARED
from strategy.text.write.prepare import FOOT, shortened
from strategy.text.write.setting import Setting, inner, run_text, seen_text
from strategy.text.write.synopsis import Entry as Row
from strategy.text.write.synopsis import side_values
from strategy.text.write.tree import Json, clean
from strategy.text.write.words import words_for

MOST_WORDS = 5_000
"""Characters of a reason or an answer that are printed: as many as anybody may write."""


@dataclass(frozen=True)
class Amended:
    """An amendment in words. Empty strings and lists are left out.

    name, number    Ä1, and as it is cited: 2026/041-Ä-Z17
    mover           who stands for it
    marks           what everybody must see: that it came late, that it no longer fits
    facts           label to value: when it was moved, its state, who supports it
    cites           its passages as sentences
    rows            the paragraphs that it changes, old and new
    hint            the blocks of a hint in prose
    said            label to words: reason, recommendation, answer
    clashes         sentences that name what it collides with
    """

    name: str
    number: str
    mover: str
    marks: Sequence[Mark] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    cites: Sequence[str] = ()
    rows: Sequence[Row] = ()
    hint: Sequence[Json] = ()
    said: Sequence[tuple[str, str]] = ()
    clashes: Sequence[str] = ()


@dataclass(frozen=True)
class Chapter:
    """A paper with its amendments. `top`: of its agenda item, "TOP 4.1"; `lang`: the paper's."""

    top: str
    number: str
    title: str
    facts: Mapping[str, str]
    amendments: Sequence[Amended]
    lang: str = "de"
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Book:
    """Everything that stands in it. `moment`: seconds since 1970, the file's date."""

    name: str
    line: str
    body: str
    facts: Mapping[str, str]
    chapters: Sequence[Chapter]
    moment: int
    note: str = ""
    lang: str = "de"


def write_amendment_book(book: Book, tell: Callable[[float], None]) -> bytes:
    """The book as PDF/A-3b and PDF/UA-1; the same book always gives the same bytes.

    tell    told how much is done: a quarter when the typesetter begins
    raises  typesetter.UntypesetError
    """
    files: dict[str, bytes] = {}
    said = words_for(book.lang)
    data = {
        "said": dict(said),
        "lang": book.lang,
        "region": {"de": "DE"}.get(book.lang, "GB"),
        "name": _fit(book.name),
        "body": _fit(book.body),
        "facts": _pairs(book.facts),
        "note": _fit(book.note),
        "running": shortened(book.body, FOOT),
        "footer": shortened(book.line, FOOT * 2),
        "chapters": [chapter_values(each, files, book.lang) for each in book.chapters],
    }
    tell(PREPARED)
    words = json.dumps(data, ensure_ascii=False)
    job = typesetter.Job("amendments.typ", {"data": words}, files, book.moment)
    made = typesetter.typeset(job)[0]
    tell(1.0)
    return made


def chapter_values(chapter: Chapter, files: dict[str, bytes], lang: str) -> Json:
    """What the templates get of a chapter; its pictures are added to `files`."""
    said = words_for(lang)
    setting = Setting({}, said, chapter.files.__contains__)
    made = [_amended(each, chapter, setting) for each in chapter.amendments]
    files |= {name: chapter.files[file] for file, name in setting.files.items()}
    kinds = {node["x"] for node in inner(made) if "x" in node}
    return {
        "top": _fit(chapter.top),
        "kicker": f"{said['number']} {_fit(chapter.number)}" if chapter.number else "",
        "title": seen_text(_fit(chapter.title)).strip() or said["untitled"],
        "lang": chapter.lang,
        "facts": _pairs(chapter.facts),
        "amendments": made,
        "legend": [kind for kind in ("ins", "del", "to", "from", "both", "mod") if kind in kinds],
    }


def _amended(amended: Amended, chapter: Chapter, setting: Setting) -> Json:
    meta = Meta(title=chapter.title, lang=chapter.lang)
    return {
        "name": amended.name,
        "number": _fit(amended.number),
        "mover": _fit(amended.mover),
        "marks": marks(amended.marks),
        "facts": _pairs(amended.facts),
        "cites": [_fit(each) for each in amended.cites],
        "rows": [
            {
                "lines": row.lines,
                "before": side_values(row.before, setting, meta),
                "after": side_values(row.after, setting, meta),
                "kind": "removed" if not row.after else "added" if not row.before else "",
            }
            for row in amended.rows
        ],
        "hint": side_values(amended.hint, setting, meta),
        "words": [
            (_fit(label), [_fit(line) for line in words[:MOST_WORDS].split("\n") if line.strip()])
            for label, words in amended.said
            if words.strip()
        ],
        "clashes": [_fit(each) for each in amended.clashes],
    }


def _pairs(facts: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(_fit(label), _fit(value)) for label, value in facts.items() if value]


def _fit(text: str) -> str:
    return run_text(clean(text).strip())
