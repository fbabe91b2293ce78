"""XML parsed with nothing fetched, nothing expanded, nothing huge."""

from __future__ import annotations

from typing import Any

from lxml import etree

from .messages import DAMAGED, TOO_DEEP
from .shapes import Unreadable

Element = Any
"""An lxml element; lxml ships no types."""

_STRICT = {
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/drawingml/main": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "http://purl.oclc.org/ooxml/drawingml/picture": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "http://purl.oclc.org/ooxml/officeDocument/math": "http://schemas.openxmlformats.org/officeDocument/2006/math",
}


def parsed(data: bytes) -> Element:
    """The root element of an XML part.

    raises  Unreadable if it is not well-formed, has a document type, or nests deeper than 250
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        if "depth" in str(broken).lower():
            raise Unreadable(TOO_DEEP) from broken
        raise Unreadable(DAMAGED) from broken
    if root.getroottree().docinfo.doctype:
        raise Unreadable("This file declares entities of its own. It was refused.")
    return root


def transitional(root: Element) -> Element:
    """The same tree with the namespaces of strict OOXML named as in transitional OOXML."""
    if not any(uri in _STRICT for uri in root.nsmap.values() if uri):
        return root
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = _renamed(element.tag)
            for key in list(element.attrib):
                if (new := _renamed(key)) != key:
                    element.attrib[new] = element.attrib.pop(key)
    return root


def _renamed(name: str) -> str:
    if name.startswith("{"):
        uri, _, local = name[1:].partition("}")
        if uri in _STRICT:
            return f"{{{_STRICT[uri]}}}{local}"
    return name


def local(element: Element) -> str:
    """The element's name without its namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
