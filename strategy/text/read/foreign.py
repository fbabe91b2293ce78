"""What is in a foreign PDF, checked by reading all of it; only the child process does that."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import orjson
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from .messages import BROKEN, EMPTY, TOO_HEAVY
from .shapes import Unreadable

NOT_PDF = "This is no PDF file. Please save it as PDF first."
LOCKED = "This PDF is protected by a password or against changes. Please save it unprotected."
ACTIVE = (
    "This PDF has scripts or actions in it that could do something by themselves."
    " Please print it into a new PDF."
)
INSIDE = "This PDF has other files in it. Please print it into a new PDF."
NO_PAGES = "This PDF has no pages."

_MOST_OBJECTS = 2_000_000
_ACTIONS = frozenset({
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition",
    "/Movie", "/Sound", "/RichMediaExecute",
})  # fmt: skip
"""Actions that run something, send something away or open another file."""
_ACTING = frozenset({"/JS", "/XFA"})
_ANNOTATIONS = frozenset({"/FileAttachment", "/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"})
_TOKENS = {b"/JavaScript": ACTIVE, b"/RichMedia": INSIDE}
"""Also refused where they stand in parts that this reader takes for dead and another may not."""


def examined(data: bytes) -> dict[str, Any]:
    """How many pages the PDF has, as {"pages": n}, n at least 1.

    raises    Unreadable if it is no PDF, is damaged or protected, has scripts, actions, forms
              that act, or other files in it than plain data (JSON, as our own PDFs carry)
    """
    if not data:
        raise Unreadable(EMPTY)
    if not data.startswith(b"%PDF-"):
        raise Unreadable(NOT_PDF)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise Unreadable(LOCKED)
        known = 0
        for each in _dictionaries(reader):
            _harmless(each)
            known += _holds_data(each)
        if data.count(b"/EmbeddedFile") > known:
            raise Unreadable(INSIDE)
        for token, why in _TOKENS.items():
            if token in data:
                raise Unreadable(why)
        pages = len(reader.pages)
        for page in reader.pages:
            if not (page.mediabox.width > 0 and page.mediabox.height > 0):
                raise Unreadable(BROKEN)
    except (Unreadable, MemoryError):
        raise
    except Exception as broken:  # whatever a broken file makes the reader raise
        raise Unreadable(LOCKED if b"/Encrypt" in data else BROKEN) from broken
    if not pages:
        raise Unreadable(NO_PAGES)
    return {"pages": pages}


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, reached or not."""
    waiting: list[Any] = [reader.trailer]
    for generation, numbers in reader.xref.items():
        waiting += [IndirectObject(number, generation, reader) for number in numbers]
    waiting += [IndirectObject(number, 0, reader) for number in reader.xref_objStm]
    seen: set[tuple[int, int]] = set()
    count = 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, IndirectObject):
            if (value.idnum, value.generation) in seen:
                continue
            seen.add((value.idnum, value.generation))
            value = value.get_object()
        count += 1
        if count > _MOST_OBJECTS:
            raise Unreadable(TOO_HEAVY)
        if isinstance(value, DictionaryObject):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, ArrayObject):
            waiting.extend(value)


def _harmless(each: DictionaryObject) -> None:
    """raises Unreadable where it acts by itself or is a bundle of files."""
    if "/Collection" in each:
        raise Unreadable(INSIDE)
    if _ACTING & each.keys():
        raise Unreadable(ACTIVE)
    if each.get("/Type") == "/StructElem":
        return  # its /S says what it is, not what it does
    if str(each.get("/S")) in _ACTIONS or _runs(each):
        raise Unreadable(ACTIVE)
    if each.get("/Type") in (None, "/Annot") and str(each.get("/Subtype")) in _ANNOTATIONS:
        raise Unreadable(INSIDE)
    if str(each.get("/URI", "")).strip().lower().startswith(("javascript:", "data:")):
        raise Unreadable(ACTIVE)


def _runs(each: DictionaryObject) -> bool:
    """Whether it acts when the file or a page is opened, other than by showing a page."""
    if each.get("/AA"):
        return True
    opening = each.get("/OpenAction")
    return isinstance(opening, DictionaryObject) and opening.get("/S") != "/GoTo"


def _holds_data(each: DictionaryObject) -> int:
    """How often it speaks of embedded files.

    raises  Unreadable where one of them is more than data
    """
    files = [each] if each.get("/Type") == "/EmbeddedFile" else []
    inside = each.get("/EF")
    if isinstance(inside, DictionaryObject):
        files += [file.get_object() for file in inside.values()]
    for file in files:
        if not isinstance(file, StreamObject) or not _is_data(file.get_data()):
            raise Unreadable(INSIDE)
    return ("/EmbeddedFiles" in each) + (each.get("/Type") == "/EmbeddedFile")


def _is_data(content: bytes) -> bool:
    try:
        return isinstance(orjson.loads(content), dict)
    except orjson.JSONDecodeError:
        return False
