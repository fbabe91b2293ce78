"""A paper as HTML: a fragment for the web's pages, or a page that stands by itself.

Every text and every attribute goes through `e`; tags and attribute names are literals here.
"""

from __future__ import annotations

import html as standard
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from strategy.text.lines import LineMap, with_lines
from strategy.text.shapes import Change
from strategy.text.write import remarks
from strategy.text.write.normalise import View, handed_down, mended, shallow, viewed
from strategy.text.write.tree import Json, attr, clean, each, kids, mark, words
from strategy.text.write.words import words_for

LETTERS = {
    "em": "em",
    "strong": "strong",
    "underline": "u",
    "strike": "s",
    "code": "code",
    "superscript": "sup",
    "subscript": "sub",
    "highlight": "mark",
}
LIST_TYPES = {"lower-alpha": "a", "upper-alpha": "A", "lower-roman": "i", "upper-roman": "I"}


@dataclass
class Page:
    """What the parts of one page share while it is written."""

    image_url: Callable[[str], str]
    prefix: str
    changes: Mapping[str, Change]
    said: Mapping[str, str]
    after_comment: Callable[[str], str] | None = None
    spoken: bool = False
    first_note: int = 1
    notes: list[str] = field(default_factory=list)
    last: dict[str, Json] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def learn_comments(self, doc: Json) -> None:
        """Note at which node each comment ends, for `after_comment`."""
        self.last = remarks.last_places(each(doc))

    def anchor(self, block: str) -> str:
        """The address of a block within the page."""
        return f"#{self.prefix}b-{block}"

    def identity(self, block: str | None) -> str:
        """The id attribute of a block: only the first of that name has one."""
        if not block or block in self.used:
            return ""
        self.used.add(block)
        return f' id="{e(self.anchor(block)[1:])}"'


def fragment(
    doc: Json,
    *,
    view: View = "marked",
    image_url: Callable[[str], str] | None = None,
    commented: Mapping[str, tuple[int, int]] | None = None,
    changes: Mapping[str, Change] | None = None,
    lines: LineMap | None = None,
    spoken: bool = False,
    prefix: str = "",
    first_note: int = 1,
) -> str:
    """The body of a paper as safe markup, to stand inside a page that has the title as its h1.

    view       clean | original | marked (tracked changes as <ins> and <del>)
    image_url  the address of an uploaded file, by its hash; without it images show their alt text
    commented  comment id -> (from, to), ProseMirror positions in `doc`: those passages lie in
               <span class="commented" data-comments="id id">
    changes    who made which change, for the tooltips of <ins> and <del>
    lines      where each of its lines begins stands an empty <span class="line" id="Z17">, whose
               number is an attribute: it is shown by the page's style, neither read out nor copied
    spoken     whether changes begin with words that are heard and not seen: "gelöscht: "
    prefix     put before every id in the markup, for pages that show two papers
    first_note number of its first footnote, for a document that is a part of another
    returns    blocks with `data-id`, footnotes as <section class="footnotes"> at the end
    """
    flat = shallow(doc)
    if commented:
        flat = remarks.marked(flat, commented)
    if lines is not None:
        flat = with_lines(flat, lines)
    page = Page(
        image_url=image_url or (lambda file: ""),
        prefix=prefix,
        changes=changes or {},
        said=words_for(attr(doc, "lang", "de")),
        spoken=spoken,
        first_note=first_note,
    )
    return written(handed_down(mended(viewed(flat, view))), page)


def first_notes(doc: Json) -> list[int]:
    """Of each block of the document, the number that a first footnote in it has; one more at the
    end, for what comes behind the last block."""
    counts = (sum(node["type"] == "footnote" for node in each(block)) for block in kids(doc))
    return list(accumulate(counts, initial=1))


def written(doc: Json, page: Page) -> str:
    """The normalised document's markup, its footnotes at the end."""
    body = "".join(_block(node, page) for node in kids(doc))
    if not page.notes:
        return body
    items = "".join(
        f'<li id="{e(page.prefix)}note-{number}">{note} '
        f'<a class="back" href="#{e(page.prefix)}noteref-{number}" aria-label="↑ {number}">↩</a>'
        "</li>"
        for number, note in enumerate(page.notes, page.first_note)
    )
    start = f' start="{page.first_note}"' if page.first_note != 1 else ""
    label = e(page.said["footnotes"])
    opening = f'<section class="footnotes" role="group" aria-label="{label}">'
    return f"{body}{opening}<ol{start}>{items}</ol></section>"


def e(text: object) -> str:
    """The text, escaped for content and for attributes in quotes."""
    return standard.escape(clean(text), quote=True)


def _state(node: Json) -> str:
    """The classes of a block that was inserted, deleted, moved or marked up anew as a whole."""
    found = []
    for kind, name in (("insertion", "inserted"), ("deletion", "deleted")):
        change = mark(node, kind)
        if change is not None:
            found.append(name)
            if change.get("move"):
                found.append("moved")
    if mark(node, "modification") is not None:
        found.append("modified")
    return " ".join(dict.fromkeys(found))


def _tag(node: Json, name: str, *, extra: str = "", classes: str = "") -> str:
    """The opening tag with the block's id and classes."""
    every = " ".join(part for part in (classes, _state(node)) if part)
    ident = attr(node, "id")
    return (
        f"<{name}"
        + (f' class="{e(every)}"' if every else "")
        + (f' data-id="{e(ident)}"' if ident else "")
        + extra
        + ">"
    )


def _block(node: Json, page: Page) -> str:
    return BLOCKS[node["type"]](node, page)


def _paragraph(node: Json, page: Page) -> str:
    align = attr(node, "align")
    extra = f' data-align="{e(align)}"' if align in ("left", "center", "right") else ""
    return f"{_anchored(node, page, 'p', extra)}{_text(node, page)}</p>"


def _heading(node: Json, page: Page) -> str:
    name = f"h{int(attr(node, 'level', 1)) + 1}"
    return f"{_anchored(node, page, name)}{_text(node, page)}</{name}>"


def _rule(node: Json, page: Page) -> str:
    return _tag(node, "hr")


def _page_break(node: Json, page: Page) -> str:
    return _tag(node, "div", classes="page-break") + "</div>"


def _inside(node: Json, page: Page) -> str:
    return "".join(_block(kid, page) for kid in kids(node))


def _motion(node: Json, page: Page) -> str:
    label = f' role="group" aria-label="{e(page.said["motion"])}"'
    inside = _inside(node, page)
    return f"{_tag(node, 'section', classes='motion', extra=label)}{inside}</section>"


def _quote(node: Json, page: Page) -> str:
    return f"{_tag(node, 'blockquote')}{_inside(node, page)}</blockquote>"


def _bullets(node: Json, page: Page) -> str:
    return f"{_tag(node, 'ul')}{_inside(node, page)}</ul>"


def _numbers(node: Json, page: Page) -> str:
    start = int(attr(node, "start", 1))
    extra = f' start="{start}"' if start != 1 else ""
    style = LIST_TYPES.get(attr(node, "style", ""))
    extra += f' type="{style}"' if style else ""
    return f"{_tag(node, 'ol', extra=extra)}{_inside(node, page)}</ol>"


def _item(node: Json, page: Page) -> str:
    return f"{_tag(node, 'li')}{_inside(node, page)}</li>"


def _anchored(node: Json, page: Page, name: str, extra: str = "") -> str:
    """A textblock's opening tag, with the id that cross-references lead to."""
    ident = attr(node, "id")
    return _tag(node, name, extra=extra + (page.identity(ident)))


def _wrapped(inside: str, opened: str) -> str:
    """`inside` within the changes' tags, closed again."""
    if not opened or not inside:
        return inside
    closing = "".join(
        "</ins>" if part.startswith("ins") else "</del>" for part in reversed(opened.split("<")[1:])
    )
    return f"{opened}{inside}{closing}"


def _change_tag(change: Json, page: Page) -> str:
    """The opening <ins> or <del> of a tracked change."""
    attrs = change.get("attrs") or {}
    ident = str(attrs.get("id") or "")
    name = "ins" if change["type"] == "insertion" else "del"
    said = page.said["inserted" if name == "ins" else "deleted"]
    move = attrs.get("move")
    if move:
        said = page.said["moved-to" if name == "ins" else "moved-from"]
    made = page.changes.get(ident)
    title = said if made is None else ", ".join(x for x in (said, made.author, made.at[:10]) if x)
    return (
        f"<{name}"
        + (' class="moved"' if move else "")
        + (f' data-change="{e(ident)}"' if ident else "")
        + (f' data-move="{e(move)}"' if move else "")
        + f' title="{e(title)}">'
        + (_aloud(name, page) if page.spoken else "")
    )


def _aloud(name: str, page: Page) -> str:
    """What a screen reader says before a change; nobody sees or copies it."""
    said = page.said["inserted" if name == "ins" else "deleted-aloud"]
    return f'<span class="visually-hidden aloud">{e(said)}: </span>'


def _change_tags(node: Json, page: Page) -> str:
    """The opening tags of the node's changes: a deletion of inserted text lies inside."""
    found = [m for m in node.get("marks") or () if m["type"] in ("insertion", "deletion")]
    found.sort(key=lambda m: m["type"] == "deletion")
    return "".join(_change_tag(change, page) for change in found)


def _text(node: Json, page: Page) -> str:
    """The inline content, and the mark of a paragraph end that was inserted or deleted."""
    inside = "".join(_inline(kid, page) for kid in kids(node))
    end = attr(node, "end")
    if end:
        kind = "insertion" if end.get("change") == "insertion" else "deletion"
        name = "ins" if kind == "insertion" else "del"
        said = e(page.said["end-inserted" if kind == "insertion" else "end-deleted"])
        inside += f'<{name} class="paragraph-end" title="{said}">¶</{name}>'
    return inside


def _inline(node: Json, page: Page) -> str:
    kind = node["type"]
    if kind == "text":
        out = e(node["text"])
    elif kind == "hard_break":
        out = "<br>"
    elif kind == "mention":
        out = f'<span class="mention">{e(attr(node, "label", ""))}</span>'
    elif kind == "cross_ref":
        out = _cross_ref(node, page)
    elif kind == "line":
        return _line(node, page)
    else:
        out = _footnote(node, page)
    link = mark(node, "link")
    for letter in node.get("marks") or ():
        if letter["type"] in LETTERS:
            name = LETTERS[letter["type"]]
            out = f"<{name}>{out}</{name}>"
    if link is not None and kind not in ("cross_ref", "footnote"):
        href = link["href"]
        local = href.startswith("#")
        target = page.anchor(href[1:]) if local else href
        out = (
            f'<a href="{e(target)}"'
            + ("" if local else ' rel="noopener noreferrer"')
            + f">{out}</a>"
        )
    if mark(node, "modification") is not None:
        out = f'<span class="modified" title="{e(page.said["modified"])}">{out}</span>'
    found = remarks.names(node)
    if found:
        out = f'<span class="commented" data-comments="{e(" ".join(found))}">{out}</span>'
    out = _wrapped(out, _change_tags(node, page))
    if page.after_comment is not None:
        out += "".join(page.after_comment(n) for n in found if page.last.get(n) is node)
    return out


def _line(node: Json, page: Page) -> str:
    number = int(attr(node, "number"))
    begins = "block" if attr(node, "first") else "word" if attr(node, "divided") else "line"
    ident = f"{e(page.prefix)}Z{number}"
    return (
        f'<span class="line" id="{ident}" data-line="{number}" data-begins="{begins}"'
        ' tabindex="-1"></span>'
    )


def _cross_ref(node: Json, page: Page) -> str:
    label, target = e(attr(node, "label", "")), attr(node, "target")
    if not target:
        return f'<span class="cross-ref">{label}</span>'
    return f'<a class="cross-ref" href="{e(page.anchor(target))}">{label}</a>'


def _footnote(node: Json, page: Page) -> str:
    page.notes.append("")
    place = len(page.notes) - 1
    number = page.first_note + place
    page.notes[place] = "".join(_inline(kid, page) for kid in kids(node))
    prefix = e(page.prefix)
    return (
        f'<sup class="footnote"><a id="{prefix}noteref-{number}" href="#{prefix}note-{number}"'
        f' role="doc-noteref">{number}</a></sup>'
    )


def _figure(node: Json, page: Page) -> str:
    out = ""
    for kid in kids(node):
        if kid["type"] == "image":
            url = page.image_url(attr(kid, "file", "")) if attr(kid, "file") else ""
            alt = e(attr(kid, "alt", ""))
            if url:
                width = int(attr(kid, "width", 100))
                shown = f'<img src="{e(url)}" alt="{alt}" data-width="{width}" loading="lazy">'
            else:
                said = alt or e(page.said["missing-picture"])
                shown = f'<span class="missing-picture">{said}</span>'
            out += _wrapped(shown, _change_tags(kid, page))
        else:
            inside = "".join(_inline(part, page) for part in kids(kid))
            if inside:
                out += f"<figcaption>{inside}</figcaption>"
    return f"{_tag(node, 'figure')}{out}</figure>"


def _table(node: Json, page: Page) -> str:
    rows = kids(node)
    headers = attr(node, "headers", 0)
    head = "".join(_row(row, page, header=True) for row in rows[:headers])
    body = "".join(_row(row, page, header=False) for row in rows[headers:])
    return (
        '<div class="table">'
        + _tag(node, "table")
        + (f"<thead>{head}</thead>" if head else "")
        + (f"<tbody>{body}</tbody>" if body else "")
        + "</table></div>"
    )


def _row(row: Json, page: Page, *, header: bool) -> str:
    out = ""
    for cell in kids(row):
        is_header = cell["type"] == "table_header"
        name = "th" if is_header else "td"
        extra = f' scope="{"col" if header else "row"}"' if is_header else ""
        for span in ("colspan", "rowspan"):
            if attr(cell, span, 1) > 1:
                extra += f' {span}="{int(attr(cell, span))}"'
        inside = "".join(_block(kid, page) for kid in kids(cell))
        out += f"{_tag(cell, name, extra=extra)}{inside}</{name}>"
    return f"{_tag(row, 'tr')}{out}</tr>"


BLOCKS: Mapping[str, Callable[[Json, Page], str]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "blockquote": _quote,
    "bullet_list": _bullets,
    "ordered_list": _numbers,
    "list_item": _item,
    "motion": _motion,
    "table": _table,
    "figure": _figure,
    "horizontal_rule": _rule,
    "page_break": _page_break,
}


def title_of(doc: Json, title: str, said: Mapping[str, str]) -> str:
    """The title to be shown: the given one, the document's, its first heading, or "untitled"."""
    headings = (words(node) for node in kids(doc) if node["type"] == "heading")
    found = clean(title or attr(doc, "title", "") or next(headings, "")).strip()
    return found or said["untitled"]
