"""HTML let in: decoded, rid of everything that is not text (html_prepare), through bleach, then the
address check and the document's schema (html_tree). The only importer of bleach."""

from __future__ import annotations

import re
from typing import Any

import bleach
from bleach import html5lib_shim
from lxml import etree
from lxml import html as lxml_html

from .addresses import safe_address
from .draft import Draft
from .encoding import decoded
from .html_prepare import prepared
from .html_tree import draft_of
from .messages import DAMAGED, TOO_DEEP, TOO_LONG, TOO_SLOW
from .shapes import LARGEST_TEXT, Unreadable

_TAGS = frozenset(
    [
        "a",
        "abbr",
        "address",
        "article",
        "aside",
        "b",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "li",
        "main",
        "mark",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
_EVERYWHERE = ["data-marks", "data-align", "data-id", "id", "class", "lang"]
_ATTRIBUTES = {
    "*": _EVERYWHERE,
    "a": ["href", "name", "role", "title"],
    "img": ["alt", "data-file", "data-width"],
    "ol": ["start", "type"],
    "li": ["value"],
    "p": ["data-list"],
    "td": ["colspan", "rowspan"],
    "th": ["colspan", "rowspan"],
    "ins": ["datetime", "data-change", "data-author", "data-move", "title"],
    "del": ["datetime", "data-change", "data-author", "data-move", "title"],
    "hr": ["data-break"],
    "section": ["role"],
}
_PROTOCOLS = ("http", "https", "mailto")

FRAGMENT = frozenset(
    [
        "a",
        "b",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "i",
        "ins",
        "li",
        "ol",
        "p",
        "s",
        "strong",
        "sub",
        "sup",
        "u",
        "ul",
    ]
)
_LONGEST_FRAGMENT = 100_000  # characters
_MOST_ELEMENTS = 60_000
"""Of one page. A book of 500 pages has fewer; each takes some 60 microseconds to clean."""


def read_html(data: bytes) -> Draft:
    """An HTML file as a draft. Raises Unreadable."""
    return read_markup(decoded(data, html=True))


def read_markup(markup: str) -> Draft:
    """HTML, already text, as a draft. Raises Unreadable."""
    draft = Draft()
    root = _parsed(markup)
    if root is None:
        return draft
    prepared(root, draft)
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        raise Unreadable(TOO_SLOW)
    _veil(root)
    bare = lxml_html.tostring(root, encoding="unicode", method="html")
    cleaner = bleach.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        protocols=_PROTOCOLS,
        strip=True,
        strip_comments=True,
    )
    cleaner.walker = _Walker
    root = _parsed(_unveiled(cleaner.clean(bare)))
    return draft if root is None else draft_of(root, draft)


class _Walker(html5lib_shim.getTreeWalker("etree")):  # type: ignore[misc]
    """html5lib's own walk through a page, without a search among all its siblings at each element:
    a page of 20,000 paragraphs took 20 seconds."""

    def __init__(self, tree: Any):
        super().__init__(tree)
        self._places: dict[int, dict[int, int]] = {}

    def getParentNode(self, node: Any) -> Any:  # noqa: N802 - html5lib's name for it
        if not isinstance(node, tuple) or node[3] == "text" or len(node[2]) < 2:
            return super().getParentNode(node)
        parents = node[2]
        parent, above = parents.pop(), parents[-1]
        places = self._places.get(id(above))
        if places is None:
            places = {id(child): place for place, child in enumerate(above)}
            self._places[id(above)] = places
        return parent, places[id(parent)], parents, None


_VEILS = {"&": "\U0010fff0", "<": "\U0010fff1", ">": "\U0010fff2"}
_VEIL = str.maketrans(_VEILS)
_VEILED = re.compile(f"[{''.join(_VEILS.values())}]")
_UNVEIL = {
    ord(_VEILS["&"]): "&amp;",
    ord(_VEILS["<"]): "&lt;",
    ord(_VEILS[">"]): "&gt;",
}


def _veil(root: Any) -> None:
    """Text without signs that must be escaped, for bleach: it is slow at entities, and a megabyte
    of them took it half a minute. Attributes stay as they are."""
    for element in root.iter():
        if element.text:
            element.text = _VEILED.sub("\ufffd", element.text).translate(_VEIL)
        if element.tail:
            element.tail = _VEILED.sub("\ufffd", element.tail).translate(_VEIL)
        for name, value in element.attrib.items():
            if _VEILED.search(value):
                element.set(name, _VEILED.sub("\ufffd", value))


def _unveiled(clean: str) -> str:
    """The signs again, as entities: whatever they stood in, they come back as text."""
    return clean.translate(_UNVEIL)


def sanitised(markup: str) -> str:
    """A short piece of HTML (a comment) as HTML that is safe to show: no pictures, no styles.

    raises    Unreadable if it is longer than 100,000 characters
    """
    if len(markup) > _LONGEST_FRAGMENT:
        raise Unreadable("This text is too long.")

    def allowed(tag: str, name: str, value: str) -> bool:
        return tag == "a" and name == "href" and safe_address(value) is not None

    clean: str = bleach.clean(
        markup,
        tags=FRAGMENT,
        attributes=allowed,
        protocols=_PROTOCOLS,
        strip=True,
        strip_comments=True,
    )
    return clean


def _parsed(markup: str) -> Any:
    markup = re.sub(r"^\s*<\?xml[^>]*\?>", "", markup.replace("\x00", ""))
    if not markup.strip():
        return None
    parser = lxml_html.HTMLParser(no_network=True, huge_tree=False, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(markup, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    except ValueError as broken:
        raise Unreadable(DAMAGED) from broken
    said = " ".join(str(entry.message).lower() for entry in parser.error_log)
    if "depth" in said:
        raise Unreadable(TOO_DEEP)
    if "limit exceeded" in said or "huge" in said:  # libxml2 would go on without the rest
        raise Unreadable(TOO_LONG, most=LARGEST_TEXT // 1_000_000)
    return root
