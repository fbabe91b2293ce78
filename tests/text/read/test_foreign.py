"""Foreign PDFs: read whole before they are kept; what acts or holds something is refused."""

from __future__ import annotations

import hashlib
import io

import pikepdf
import pytest

from strategy.text.read import Unreadable
from strategy.text.read.files import check_pdf
from strategy.text.write import foreign, typesetter, write
from tests.pdfs import HARMFUL, HARMLESS, a_pdf
from tests.text.write import sample

ROOMY = {"most_bytes": 10_000_000, "most_pages": 100}


@pytest.mark.parametrize("what", HARMLESS)
def test_an_ordinary_pdf_is_kept_as_it_came(what):
    data = a_pdf("eins", "zwei", change=HARMLESS[what])
    found = check_pdf(data, **ROOMY)
    assert (found.pages, found.data) == (2, data)
    assert found.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("what", HARMFUL)
@pytest.mark.parametrize("packed", [False, True])
def test_what_could_act_or_hides_a_file_is_refused_with_advice(what, packed):
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    data = a_pdf(change=HARMFUL[what], object_stream_mode=mode)
    with pytest.raises(Unreadable, match="Please print it into a new PDF"):
        check_pdf(data, **ROOMY)


def test_a_part_to_which_nothing_leads_is_refused_too():
    """A reader that mends files may find it all the same."""
    data = a_pdf()
    end = data[data.rindex(b"startxref") :]
    assert check_pdf(data + b"\n99 0 obj\n<< /S /GoTo >>\nendobj\n" + end, **ROOMY)
    with pytest.raises(Unreadable, match="scripts or actions"):
        check_pdf(data + b"\n99 0 obj\n<< /S /JavaScript >>\nendobj\n" + end, **ROOMY)


def test_a_paper_of_our_own_may_be_attached_with_the_data_it_carries_and_nothing_else():
    made = write(sample.paper(), "pdf", meta=sample.META, files=sample.FILES)
    assert check_pdf(made, **ROOMY).data == made
    with pikepdf.open(io.BytesIO(made)) as pdf:
        [held] = [pdf.attachments[name] for name in pdf.attachments]
        pdf.attachments["paper.json"] = pikepdf.AttachedFileSpec(
            pdf, b"MZ" + held.get_file().read_bytes(), filename="paper.json"
        )
        changed = io.BytesIO()
        pdf.save(changed)
    with pytest.raises(Unreadable, match="other files in it"):
        check_pdf(changed.getvalue(), **ROOMY)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 eine Word-Datei", "no PDF"),
        (b"<html>%PDF-1.7", "no PDF"),
        (b"%PDF-1.7\nund dann nichts", "broken"),
        (a_pdf()[:300], "broken"),
        (a_pdf(encryption=pikepdf.Encryption(owner="x", user="y")), "protected"),
        (a_pdf(encryption=pikepdf.Encryption(owner="x", user="")), "protected"),
    ],
)
def test_what_is_no_whole_open_pdf_is_refused(data, why):
    with pytest.raises(Unreadable, match=why):
        check_pdf(data, **ROOMY)


def test_size_and_pages_have_limits():
    data = a_pdf("eins", "zwei", "drei")
    with pytest.raises(Unreadable) as refused:
        check_pdf(data, most_bytes=10_000_000, most_pages=2)
    assert refused.value.facts == {"pages": 3, "most": 2}
    with pytest.raises(Unreadable, match="larger than 0 MB"):
        check_pdf(data, most_bytes=100, most_pages=2)
    assert check_pdf(data, most_bytes=len(data), most_pages=3).pages == 3


def test_a_file_without_pages_is_refused():
    data = a_pdf(change=lambda pdf: pdf.pages.__delitem__(0))
    with pytest.raises(Unreadable, match="no pages"):
        check_pdf(data, **ROOMY)


def test_every_page_is_tried_before_it_is_kept():
    data = a_pdf("eins", "zwei", size=(842, 595))
    assert foreign.can_be_set(data, 2)
    assert not foreign.can_be_set(data, 3)
    assert not foreign.can_be_set(b"%PDF-1.7 nichts", 1)
    typesetter.stop()
