"""What a file holds, counted in its XML by other means than the readers use."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from typing import Any
from xml.etree import ElementTree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
ODF = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
T, OFFICE = ODF % "text", ODF % "office"
DC = "{http://purl.org/dc/elements/1.1/}"

Facts = dict[str, Any]


def of_docx(data: bytes) -> Facts:
    """Inserted and deleted text per author, comments, answers, resolved ones, notes, tables."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    found: Facts = {"insertion": Counter(), "deletion": Counter(), "authors": set()}
    notes = 0
    for name in ("document", "footnotes", "endnotes"):
        root = _part(archive, f"word/{name}.xml")
        if root is None:
            continue
        _changed(root, None, None, found)
        if name == "document":
            notes = sum(
                len(list(root.iter(f"{W}{kind}Reference"))) for kind in ("footnote", "endnote")
            )
            found["tables"] = sum(1 for _ in _without_fallback(root, f"{W}tbl"))
            found["row changes"] = sum(
                1
                for row in root.iter(f"{W}trPr")
                for _ in (*row.iter(f"{W}ins"), *row.iter(f"{W}del"))
            )
    found["notes"] = notes
    comments = _part(archive, "word/comments.xml")
    extended = _part(archive, "word/commentsExtended.xml")
    own: dict[str, int] = {}
    all_comments = list(comments.iter(f"{W}comment")) if comments is not None else []
    for index, comment in enumerate(all_comments):
        for paragraph in comment.iter(f"{W}p"):
            for key, value in paragraph.attrib.items():
                if key.endswith("}paraId"):
                    own[value.upper()] = index
    replies, done = set(), set()
    for one in extended.iter() if extended is not None else ():
        said = {key.rpartition("}")[2]: value for key, value in one.attrib.items()}
        index = own.get(said.get("paraId", "").upper(), -1)
        if index < 0:
            continue
        if said.get("paraIdParent", "").upper() in own:
            replies.add(index)
        if said.get("done") in ("1", "true"):
            done.add(index)
    found["comments"] = len(all_comments)
    found["replies"] = len(replies)
    found["resolved"] = len(done - replies)
    return found


def _part(archive: zipfile.ZipFile, name: str) -> Any:
    if name not in archive.namelist():
        return None
    data = archive.read(name).replace(STRICT, W[1:-1].encode())
    return ElementTree.fromstring(data)  # noqa: S314 - the collection's own files


def _without_fallback(root: Any, tag: str) -> list[Any]:
    out = []
    for child in root:
        if child.tag.endswith("}Fallback"):
            continue
        if child.tag == tag:
            out.append(child)
        out.extend(_without_fallback(child, tag))
    return out


def _changed(node: Any, inserted: str | None, deleted: str | None, found: Facts) -> None:
    for child in node:
        name = child.tag.rpartition("}")[2]
        if name == "Fallback" or (name == "footnote" and child.get(f"{W}type")):
            continue
        ins, gone = inserted, deleted
        if name in ("ins", "moveTo"):
            ins = child.get(f"{W}author", "")
        elif name in ("del", "moveFrom"):
            gone = child.get(f"{W}author", "")
        if name in ("t", "delText"):
            for kind, author in (("insertion", ins), ("deletion", gone)):
                if author is not None and child.text:
                    found[kind][author] += len(re.sub(r"\s", "", child.text))
                    found["authors"].add(author)
        _changed(child, ins, gone, found)


def of_odt(data: bytes) -> Facts:
    """The same of an OpenDocument text."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    root = ElementTree.fromstring(archive.read("content.xml"))  # noqa: S314
    found: Facts = {"insertion": Counter(), "deletion": Counter(), "authors": set()}
    who: dict[str, tuple[str, str]] = {}
    for region in root.iter(f"{T}changed-region"):
        kind = region[0].tag.rpartition("}")[2]
        author = region[0].findtext(f"{OFFICE}change-info/{DC}creator", "")
        who[region.get(f"{T}id", "")] = (kind, author)
        if kind == "deletion":
            said = "".join(_odt_text(region[0]))
            found["deletion"][author] += len(re.sub(r"\s", "", said))
    opened: list[str] = []
    body = root.find(f"{OFFICE}body/{OFFICE}text")
    _odt_walk(body, who, opened, found)
    found["comments"] = sum(1 for _ in root.iter(f"{OFFICE}annotation"))
    found["replies"] = sum(
        1 for one in root.iter(f"{OFFICE}annotation") if any("parent" in key for key in one.attrib)
    )
    found["resolved"] = sum(
        1
        for one in root.iter(f"{OFFICE}annotation")
        if any(key.endswith("}resolved") and v == "true" for key, v in one.attrib.items())
    )
    found["notes"] = sum(1 for _ in root.iter(f"{T}note"))
    found["tables"] = sum(1 for _ in root.iter(f"{ODF % 'table'}table"))
    found["row changes"] = 0
    return found


_SKIPPED = ("change-info", "annotation", "tracked-changes", "note-citation", "alphabetical-index")


def _odt_text(node: Any) -> list[str]:
    if node.tag.rpartition("}")[2] in _SKIPPED:
        return []
    out = [node.text or ""] if node.tag.rpartition("}")[2] in ("p", "h", "span", "a") else []
    for child in node:
        out.extend(_odt_text(child))
        if node.tag.rpartition("}")[2] in ("p", "h", "span", "a"):
            out.append(child.tail or "")
    return out


def _odt_walk(node: Any, who: Any, opened: list[str], found: Facts) -> None:
    for child in node:
        name = child.tag.rpartition("}")[2]
        key = child.get(f"{T}change-id", "")
        if name == "change-start" and who.get(key, ("", ""))[0] == "insertion":
            opened.append(key)
        elif name == "change-end" and key in opened:
            opened.remove(key)
        elif name not in _SKIPPED:
            if opened and name in ("p", "h", "span", "a"):
                _odt_add(child.text, who, opened, found)
            _odt_walk(child, who, opened, found)
        if opened and node.tag.rpartition("}")[2] in ("p", "h", "span", "a"):
            _odt_add(child.tail, who, opened, found)


def _odt_add(text: str | None, who: Any, opened: list[str], found: Facts) -> None:
    if text:
        found["insertion"][who[opened[-1]][1]] += len(re.sub(r"\s", "", text))


def of_reading(doc: Facts, changes: Any) -> Facts:
    """The changed text in a document per author, node marks included; letters without blanks."""
    found: Facts = {"insertion": Counter(), "deletion": Counter(), "row changes": 0}

    def walk(node: Any, outer: dict[str, str]) -> None:
        # a note's text counts by its own marks, not by those of its number
        here = {} if node["type"] == "footnote" else dict(outer)
        for mark in node.get("marks", ()):
            if mark["type"] in ("insertion", "deletion") and node["type"] != "footnote":
                here[mark["type"]] = mark["attrs"]["id"]
                found["row changes"] += node["type"] == "table_row"
        if node["type"] == "text":
            for kind, key in here.items():
                author = changes[key]
                author = author["author"] if isinstance(author, dict) else author.author
                found[kind][author] += len(re.sub(r"\s", "", node["text"]))
        if node["type"] == "table" and here != outer:
            found["row changes"] += len(node["content"])
        for child in node.get("content", ()):
            walk(child, here)

    walk(doc, {})
    return found
