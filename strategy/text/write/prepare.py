"""A paper as the typst template gets it: its blocks, and what cover, head and foot say."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from strategy.text.changes import changes
from strategy.text.shapes import Comment, Meta
from strategy.text.write import typesetter
from strategy.text.write.paper import Paper, day, facts
from strategy.text.write.redlist import numbered, told
from strategy.text.write.remarks import names
from strategy.text.write.setting import Setting, headings, inner, run_text, values
from strategy.text.write.tree import Json, clean, words
from strategy.text.write.tree import each as each_node

LONG_PAPER = 9000
"""From so many characters on a paper with headings has a table of contents."""
TITLE_SIZES = ((75, 25.0), (120, 21.0), (190, 17.5), (300, 15.0))
"""The size of the title in points, by its length at most."""
LONGEST_WORD = 26
TOC_ON_COVER = 18
RUNNING, FOOT, QUOTE = 78, 48, 160
TOC_ON_PAGE = 44
REGIONS = {"de": "DE", "en": "GB"}


def job(paper: Paper, data: Json, setting: Setting, *, embedded: str) -> typesetter.Job:
    """The paper as a job for the typesetter; `embedded`, if any, is attached as paper.json."""
    return typesetter.Job(
        main="paper.typ",
        inputs={"data": json.dumps(data, ensure_ascii=False), "paper": embedded},
        files={name: paper.files[file] for file, name in setting.files.items()},
        moment=paper.moment,
    )


def prepared(paper: Paper, *, mapped: bool = False) -> tuple[Json, Setting]:
    """What the template gets of a paper, and what was gathered on the way."""
    meta, said = paper.meta, paper.said
    mapped = mapped or paper.labels is not None
    entries = changes(paper.doc) if paper.view == "marked" else []
    fit = replace(paper, doc=numbered(paper.doc, entries)).fit() if entries else paper.fit()
    setting = Setting(paper.changes, said, paper.files.__contains__, mapped)
    blocks = values(fit, setting)
    redline = paper.view == "marked"
    toc = headings(blocks, 2) >= 3 and len(words(fit)) >= LONG_PAPER
    lang, _, region = meta.lang.partition("-")
    return {
        "blocks": blocks,
        "said": dict(said),
        "toc": toc,
        "meta": _meta(meta, redline, said)
        | {"lang": lang or "de", "region": region or REGIONS.get(lang)},
        "options": {
            "lines": paper.lines,
            "cover": paper.cover,
            "mapped": mapped or bool(entries),
            "labels": paper.labels,
            "toc-page": headings(blocks, 2) > TOC_ON_COVER,
            "toc-depth": 3 if headings(blocks, 3) <= TOC_ON_PAGE else 2,
            "title-size": _title_size(meta.title),
            "hyphenate-title": max(map(len, meta.title.split()), default=0) > LONGEST_WORD,
            "legend": _legend(blocks, bool(paper.comments)),
        },
        "remarks": _remarks(paper.comments, fit, said),
        "changes": told(entries, paper.changes, said),
    }, setting


def told_of(paper: Paper, blocks: list[Json]) -> Json:
    """What a template gets of a paper beside its text: its words, its meta, its legend."""
    lang, _, region = paper.meta.lang.partition("-")
    meta = _meta(paper.meta, paper.view == "marked", paper.said)
    return {
        "said": dict(paper.said),
        "meta": meta | {"lang": lang or "de", "region": region or REGIONS.get(lang)},
        "legend": _legend(blocks, bool(paper.comments)),
    }


def _title_size(title: str) -> float:
    for length, size in TITLE_SIZES:
        if len(title) <= length:
            return size
    return TITLE_SIZES[-1][1]


def shortened(text: str, length: int) -> str:
    """`text`, fit to be set, of at most `length` characters, cut between words."""
    text = run_text(clean(text).strip())
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + "…"


def _meta(meta: Meta, redline: bool, said: Mapping[str, str]) -> Json:
    """What the cover, the running head, the foot and the file's properties say."""

    def fit(text: str) -> str:
        return run_text(clean(text).strip())

    number = f"{said[meta.kind]} {fit(meta.number)}" if meta.number else ""
    pill = said["redline"] if redline else fit(meta.status)
    shown = [(fit(label), fit(value)) for label, value in facts(meta, said)]
    short = [shortened(part, FOOT) for part in (meta.status, meta.revision, meta.date) if part]
    return {
        "title": fit(meta.title),
        "subtitle": fit(meta.subtitle),
        "authors": [fit(author) for author in meta.authors if fit(author)],
        "keywords": [word for word in (fit(meta.number), fit(meta.status)) if word],
        "body": fit(meta.body),
        "pill": shortened(pill, FOOT),
        "kicker": number,
        "facts": shown,
        "line": " · ".join(value for _, value in shown),
        "fingerprint": fit(meta.fingerprint),
        "running-left": " · ".join(x for x in (shortened(meta.body, FOOT), fit(meta.number)) if x),
        "running-right": shortened(meta.title, RUNNING),
        "footer": " · ".join(x for x in (*short, fit(meta.fingerprint)[:12]) if x),
    }


def _legend(blocks: list[Json], commented: bool) -> list[str]:
    """Which kinds of marks the paper shows, in a fixed order."""
    shown = {node["x"] for node in inner(blocks) if "x" in node}
    legend = [kind for kind in ("ins", "del", "to", "from", "both", "mod") if kind in shown]
    return [*legend, "comment"] if commented else legend


def _remarks(comments: Sequence[Comment], fit: Json, said: Mapping[str, str]) -> list[Json]:
    """The comments as the list at the end shows them: those with a place by their number."""
    placed = {name for node in each_node(fit) for name in names(node)}
    return [
        {
            "n": number + 1 if str(number) in placed else None,
            "author": run_text(clean(comment.author)) or "–",
            "sub": " · ".join(
                part
                for part in (
                    said.get(comment.kind, ""),
                    day(comment.at),
                    said["resolved"] if comment.resolved else "",
                    said["whole-paper"] if comment.start is None and not comment.quote else "",
                )
                if part
            ),
            "quote": f"„{shortened(comment.quote, QUOTE)}“" if comment.quote else "",
            "text": run_text(clean(comment.text)),
            "replies": [
                {
                    "author": run_text(clean(reply.author)) or "–",
                    "sub": day(reply.at),
                    "text": run_text(clean(reply.text)),
                }
                for reply in comment.replies
            ],
        }
        for number, comment in enumerate(comments)
    ]
