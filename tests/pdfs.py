"""Foreign PDFs as tests need them, and our own as another program reads them."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from strategy.text.read import PdfInfo


def by_pdftotext(made: bytes, way: str) -> str:
    """What pdftotext (of Debian's poppler-utils) reads; `way` is its -layout or -bbox.

    The test is skipped where it is neither there nor can be installed (see the Makefile).
    """
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not at hand")
    asked = ["pdftotext", way, "-", "-"]
    return subprocess.run(asked, input=made, capture_output=True, check=True).stdout.decode()


def a_pdf(
    *pages: str, size: tuple[int, int] = (595, 842), change: Any = None, **save: Any
) -> bytes:
    """A PDF with a line of text a page, the same bytes each time.

    change  called with the open file before it is saved: puts into it what the test is about
    """
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    for words in pages or ("Haushalt",):
        shown = f"BT /F1 24 Tf 72 {size[1] - 100} Td ({words}) Tj ET".encode("latin-1")
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, *size]),
            Resources=Dictionary(Font=Dictionary(F1=font)),
            Contents=pdf.make_stream(shown),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    if change:
        change(pdf)
    out = io.BytesIO()
    pdf.save(out, deterministic_id="encryption" not in save, **save)
    return out.getvalue()


def checked(data: bytes, pages: int = 1) -> PdfInfo:
    """As the check of an upload gives it."""
    return PdfInfo(hashlib.sha256(data).hexdigest(), pages, data)


def _action(kind: str, **more: Any) -> Dictionary:
    return Dictionary(S=Name("/" + kind), **more)


def _opens(kind: str, **more: Any) -> Any:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = _action(kind, **more)

    return change


def _annotated(subtype: str, act: str = "", **more: Any) -> Any:
    def change(pdf: pikepdf.Pdf) -> None:
        made = Dictionary(Type=Name.Annot, Subtype=Name("/" + subtype), Rect=Array([0, 0, 9, 9]))
        if act:
            made.A = _action(act, **more)
        pdf.pages[0].Annots = Array([pdf.make_indirect(made)])

    return change


def _holds_a_file(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["rechnung.xml"] = b"<rechnung/>"


def _form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=String("<xdp/>"))


HARMFUL = {
    "a script": _opens("JavaScript", JS=String("app.alert(1)")),
    "a launch": _opens("Launch", F=String("cmd.exe")),
    "an action on opening": _opens("URI", URI=String("https://example.org")),
    "a launch by a click": _annotated("Link", "Launch", F=String("cmd.exe")),
    "a link that is a script": _annotated("Link", "URI", URI=String(" JavaScript:alert(1)")),
    "another file that opens": _annotated("Link", "GoToR", F=String("\\\\host\\x.pdf")),
    "a form that sends": _annotated("Widget", "SubmitForm", F=String("https://example.org")),
    "a page that acts": lambda pdf: pdf.pages[0].__setitem__(
        "/AA", Dictionary(O=_action("Named", N=Name.Print))
    ),
    "a form of its own kind": _form,
    "a file": _holds_a_file,
    "a file at a place": _annotated("FileAttachment"),
    "a film": _annotated("RichMedia"),
    "a collection": lambda pdf: pdf.Root.__setitem__("/Collection", Dictionary()),
}
"""What no attachment may have in it."""


def _linked(pdf: pikepdf.Pdf) -> None:
    _annotated("Link", "URI", URI=String("https://example.org"))(pdf)
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])


HARMLESS = {
    "nothing": None,
    "links, and a page to begin with": _linked,
    "a page to begin with": _opens("GoTo", D=Array([0, Name.Fit])),
}
