"""Web pages, Word's HTML and pasted passages brought to plain tags, before bleach sees them.

What is not text goes (scripts, styles, hidden passages); what only a style says (bold, a list of
Word's, the alignment) is put into data-* attributes that html_tree.py reads; pictures that lie in
the page are checked and kept by their hash, others leave their alt text.
"""

from __future__ import annotations

import re

from .draft import Draft
from .messages import FOREIGN_PICTURES, HIDDEN, OBJECTS
from .pandoc_tree import data_of
from .pictures import Pictures
from .xmltree import Element

_GONE = [
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "object",
    "embed",
    "applet",
    "svg",
    "math",
    "canvas",
    "audio",
    "video",
    "source",
    "track",
    "map",
    "area",
    "link",
    "meta",
    "base",
    "title",
    "input",
    "select",
    "textarea",
    "button",
    "form",
    "frameset",
    "frame",
    "noframes",
    "param",
    "dialog",
    "portal",
    "datalist",
    "xml",
    "xmp",
    "plaintext",
    "noembed",
]
_OBJECTS = ("iframe", "object", "embed", "svg", "canvas", "audio", "video", "applet", "math")
_KEEP_TEXT = ("form", "button", "noscript")
_DECLARATION = re.compile(r"\s*([a-z-]+)\s*:\s*([^;]*)", re.I)
_WORD_LIST = re.compile(r"(?:^|\s)l(\d+)\s+level(\d+)(?:\s+lfo(\d+))?", re.I)
_NUMBER = re.compile(r"^\W{0,2}([0-9]{1,5}|[a-z]|[ivxlc]{1,8})[.)]", re.I)
_STRONG = ("bold", "bolder", "600", "700", "800", "900")


def prepared(root: Element, draft: Draft) -> None:
    """Change the tree in place; the draft takes title, language, pictures and notes."""
    pictures = Pictures(draft)
    title = root.find(".//title")
    if title is not None and title.text:
        draft.guess = title.text
    draft.lang = _language(root)
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            _drop(element)
        elif ":" in element.tag:
            _unwrap_odd(element)
    for element in list(root.iter()):
        if element is not root and element.getparent() is None:
            continue
        _one(element, draft, pictures)


def _language(root: Element) -> str:
    for element in (root, root.find("body")):
        value = (element.get("lang") or "").strip() if element is not None else ""
        if re.fullmatch(r"[A-Za-z]{2}(-[A-Za-z]{2})?", value):
            return value
    return ""


def _drop(element: Element) -> None:
    if element.getparent() is not None:
        element.drop_tree() if isinstance(element.tag, str) else _cut(element)


def _cut(element: Element) -> None:
    parent, tail = element.getparent(), element.tail or ""
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _unwrap_odd(element: Element) -> None:
    """Word's own tags: <o:p> is an empty end mark, others (<st1:…>, <v:…>) wrap text."""
    if element.tag.startswith(("v:", "w:", "m:")):
        _drop(element)
    else:
        element.drop_tag()


def _one(element: Element, draft: Draft, pictures: Pictures) -> None:
    tag = element.tag
    styles = _styles(element)
    for name in [name for name in element.attrib if name.startswith("data-")]:
        if name not in ("data-change", "data-author", "data-move", "data-id", "data-align"):
            del element.attrib[name]
    if tag == "img":
        _image(element, draft, pictures)
    elif _goes(element, tag, styles, draft):
        _drop(element)
    elif tag == "p" and element.get("class", "").startswith("MsoTitle") and not draft.title:
        draft.title = "".join(element.itertext())
        _drop(element)
    else:
        _kept(element, tag, styles)


def _goes(element: Element, tag: str, styles: dict[str, str], draft: Draft) -> bool:
    if tag == "input" and element.get("type", "").lower() == "checkbox":
        mark = "☒ " if "checked" in element.attrib else "☐ "
        element.tail = mark + (element.tail or "").lstrip()
        return True
    if tag in _GONE and tag not in _KEEP_TEXT:
        if tag in _OBJECTS:
            draft.notes.add("lost", OBJECTS, place=tag)
        return True
    hidden = styles.get("display") == "none" or styles.get("mso-hide") == "all"
    if (hidden or "hidden" in element.attrib) and tag not in ("body", "html"):
        if "".join(element.itertext()).strip():
            draft.notes.add("lost", HIDDEN)
        return True
    if tag == "hr" and _styles(element.getparent()).get("mso-element") == "footnote-list":
        return True
    return styles.get("mso-list", "").lower() == "ignore"


def _kept(element: Element, tag: str, styles: dict[str, str]) -> None:
    if tag in _KEEP_TEXT:
        element.tag = "div"
    if tag == "p" or (tag in ("h1", "h2", "h3") and "mso-list" in styles):
        _word_paragraph(element, styles)
    _marks(element, styles)
    _alignment(element, styles)
    author = element.get("cite", "")
    if tag in ("ins", "del") and author.startswith("mailto:"):  # as Word names it
        element.set("data-author", author[7:])
    broken = tag == "br" and "always" in (
        styles.get("page-break-before"),
        styles.get("break-before"),
    )
    if broken or (tag == "div" and "page-break" in element.get("class", "").split()):
        element.tag = "hr"
        element.set("data-break", "page")


def _styles(element: Element) -> dict[str, str]:
    style = element.get("style")
    if not style:
        return {}
    found = _DECLARATION.findall(style[:5000])
    return {name.lower(): value.strip().lower() for name, value in found}


def _marks(element: Element, styles: dict[str, str]) -> None:
    out = []
    weight = styles.get("font-weight", "")
    if weight in _STRONG:
        out.append("strong")
    elif weight in ("normal", "400", "lighter"):
        out.append("-strong")
    slant = styles.get("font-style", "")
    if slant in ("italic", "oblique"):
        out.append("em")
    elif slant == "normal":
        out.append("-em")
    drawn = styles.get("text-decoration", "") + " " + styles.get("text-decoration-line", "")
    if "line-through" in drawn:
        out.append("strike")
    if "underline" in drawn and element.tag != "a":
        out.append("underline")
    raised = styles.get("vertical-align", "")
    if raised in ("super", "sub"):
        out.append("superscript" if raised == "super" else "subscript")
    if "mso-highlight" in styles:
        out.append("highlight")
    if element.tag in ("html", "body", "table", "tr", "tbody", "thead", "ul", "ol"):
        out = []
    if out:
        element.set("data-marks", " ".join(out))


def _alignment(element: Element, styles: dict[str, str]) -> None:
    value = styles.get("text-align") or element.get("align", "").lower()
    if element.tag == "center":
        value = "center"
    if value in ("center", "right"):
        element.set("data-align", value)
    elif value and element.get("data-align") is None:
        element.attrib.pop("data-align", None)


def _word_paragraph(element: Element, styles: dict[str, str]) -> None:
    found = _WORD_LIST.search(styles.get("mso-list", ""))
    if not found or element.tag != "p":
        return
    bullet = ""
    for child in element.iter("span"):
        if _styles(child).get("mso-list", "") == "ignore":
            bullet = "".join(child.itertext()).strip()
            break
    number = _NUMBER.match(bullet)
    key = f"l{found[1]}-{found[3] or 0}"
    level = min(max(int(found[2]) - 1, 0), 8)
    element.set("data-list", f"{key},{level},{number[1] if number else ''}")


def _image(element: Element, draft: Draft, pictures: Pictures) -> None:
    alt = element.get("alt") or element.get("title") or ""
    source = element.get("src") or ""
    data = data_of(source)
    if data is not None:
        found = pictures.image(f"data {hash(source)}", data, alt=alt)
        if found:
            keep = {"alt": alt, "data-file": found[0]["attrs"]["file"]}
            element.attrib.clear()
            element.attrib.update(keep)
            return
    elif element.get("width") == "1" or element.get("height") == "1":
        _drop(element)
        return
    else:
        draft.notes.add("lost", FOREIGN_PICTURES, place=alt or source)
    element.tag = "span"
    element.attrib.clear()
    element.text = alt
