"""A paper as a page of HTML that stands by itself: no script, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
from pathlib import Path

from strategy.text.shapes import Comment
from strategy.text.write.html import Page, e, written
from strategy.text.write.paper import Paper, day, facts
from strategy.text.write.pictures import measured
from strategy.text.write.tree import Json, attr, each, visible

POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)
STYLE = Path(__file__).with_name("page.css")
CONTENTS_FROM = 3


def write_html(paper: Paper) -> bytes:
    """The paper with its cover's facts, contents, text, footnotes and comments."""
    fit = paper.fit()
    page = Page(
        image_url=lambda file: _data_address(paper.files.get(file, b"")),
        prefix="",
        changes=paper.changes,
        said=paper.said,
    )
    page.learn_comments(fit)
    page.after_comment = lambda name: _reference(int(name) + 1)
    body = written(fit, page)
    lang = e(paper.meta.lang or "de")
    main = (
        f'<a class="skip" href="#text">{e(paper.said["skip"])}</a>'
        f"<header>{_head(paper)}</header>{_contents(fit, page)}"
        f'<main id="text">{body}</main>{_remarks(paper, set(page.last))}'
        f"<footer>{_foot(paper)}</footer>"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{e(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"{_metadata(paper)}<title>{e(paper.meta.title)}</title>\n"
        f"<style>\n{STYLE.read_text(encoding='utf-8')}{_labels(paper)}</style>\n</head>\n"
        f"<body>{main}</body>\n</html>\n"
    ).encode()


def _data_address(data: bytes) -> str:
    """The picture within its own address, or "" if it is of no kind that browsers show."""
    picture = measured(data)
    if picture is None:
        return ""
    return f"data:{picture.type};base64,{base64.b64encode(data).decode()}"


def _labels(paper: Paper) -> str:
    """What is read aloud around changes; seen by nobody."""
    said = paper.said
    rules = (
        ("ins", "before", "insertion"),
        ("ins", "after", "insertion-end"),
        ("del", "before", "deletion"),
        ("del", "after", "deletion-end"),
    )
    return "".join(f'{tag}::{side}{{content:" [{said[name]}] "}}\n' for tag, side, name in rules)


def _metadata(paper: Paper) -> str:
    meta = paper.meta
    found = {
        "author": ", ".join(meta.authors),
        "description": meta.subtitle,
        "date": meta.moment,
        "vorlauf-fingerprint": meta.fingerprint,
    }
    return "".join(
        f'<meta name="{name}" content="{e(value)}">\n' for name, value in found.items() if value
    )


def _head(paper: Paper) -> str:
    meta, said = paper.meta, paper.said
    number = f"{said[meta.kind]} {meta.number}" if meta.number else ""
    pill = said["redline"] if paper.view == "marked" else meta.status
    out = f'<p class="body">{e(meta.body)}</p>' if meta.body else ""
    out += f'<p class="status">{e(pill)}</p>' if pill else ""
    out += f'<p class="number">{e(number)}</p>' if number else ""
    out += f"<h1>{e(meta.title)}</h1>"
    out += f'<p class="subtitle">{e(meta.subtitle)}</p>' if meta.subtitle else ""
    shown = [(name, value) for name, value in facts(meta, said) if name != said["status"]]
    rows = "".join(f"<dt>{e(name)}</dt><dd>{e(value)}</dd>" for name, value in shown)
    return out + (f"<dl>{rows}</dl>" if rows else "")


def _foot(paper: Paper) -> str:
    mark = paper.meta.fingerprint
    return f"<p>{e(paper.said['fingerprint'])}: <code>{e(mark)}</code></p>" if mark else ""


def _contents(fit: Json, page: Page) -> str:
    """Links to the headings that have an id; none for short papers."""
    found = [
        (attr(node, "level", 1), attr(node, "id"), visible(node))
        for node in each(fit)
        if node["type"] == "heading"
    ]
    shown = [(level, ident, said) for level, ident, said in found if ident and said and level <= 2]
    if len(shown) < CONTENTS_FROM:
        return ""
    items = "".join(
        f'<li class="level-{level}"><a href="{e(page.anchor(ident))}">{e(said)}</a></li>'
        for level, ident, said in shown
    )
    label = e(page.said["contents"])
    return f'<nav aria-label="{label}"><h2>{label}</h2><ul>{items}</ul></nav>'


def _reference(number: int) -> str:
    link = f'<a id="remarkref-{number}" href="#remark-{number}">K{number}</a>'
    return f'<sup class="remark">{link}</sup>'


def _remarks(paper: Paper, placed: set[str]) -> str:
    if not paper.comments:
        return ""
    found = "".join(
        _remark(number, comment, paper, placed=str(number - 1) in placed)
        for number, comment in enumerate(paper.comments, 1)
    )
    label = e(paper.said["comments"])
    return f'<section class="comments" aria-label="{label}"><h2>{label}</h2>{found}</section>'


def _remark(number: int, comment: Comment, paper: Paper, *, placed: bool) -> str:
    said = paper.said
    name = f'<a href="#remarkref-{number}">K{number}</a>' if placed else f"K{number}"
    about = " · ".join(
        part
        for part in (
            said.get(comment.kind, ""),
            day(comment.at),
            said["resolved"] if comment.resolved else "",
        )
        if part
    )
    quote = f"<blockquote><p>{e(comment.quote)}</p></blockquote>" if comment.quote else ""
    replies = "".join(
        f'<div class="reply"><p class="by"><strong>{e(reply.author)}</strong> '
        f"{e(day(reply.at))}</p>"
        f"<p>{_lines(reply.text)}</p></div>"
        for reply in comment.replies
    )
    return (
        f'<aside class="comment" id="remark-{number}" aria-label="{e(said["comment"])} {number}">'
        f'<p class="by">{name} <strong>{e(comment.author)}</strong> {e(about)}</p>{quote}'
        f"<p>{_lines(comment.text)}</p>{replies}</aside>"
    )


def _lines(text: str) -> str:
    return "<br>".join(e(line) for line in text.splitlines())
