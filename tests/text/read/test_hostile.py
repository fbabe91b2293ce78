"""Broken and malicious files: each is refused with a reason, and leaves nothing behind."""

from __future__ import annotations

import base64
import io
import resource
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pytest

from strategy.errors import Refusal
from strategy.text import validate
from strategy.text.read import FORMATS, Unreadable, detect, read, sandbox
from tests.text.read.office import NAMES, docx, odt, outline, p, png, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.fixture(autouse=True)
def nothing_left_behind(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    assert list(tmp_path.iterdir()) == []


def refusal(data: bytes, format_: str) -> str:
    with pytest.raises(Unreadable) as refused:
        read(data, format_)
    assert isinstance(refused.value, Refusal)
    return str(refused.value)


def test_a_truncated_file_is_damaged():
    whole = docx(p("Text") * 200)
    assert "damaged" in refusal(whole[: len(whole) // 2], "docx")


def test_a_file_whose_inside_is_cut_is_damaged():
    whole = bytearray(docx(p("Text") * 200))
    place = whole.find(b"word/document.xml") + 40
    whole[place : place + 30] = b"\xff" * 30
    assert refusal(bytes(whole), "docx")


@pytest.mark.parametrize("format_", ["docx", "odt", "rtf", "json"])
def test_noise_is_refused(format_):
    noise = bytes((n * 7919 + n // 3) % 256 for n in range(4000))
    assert refusal(noise, format_)


@pytest.mark.parametrize("format_", FORMATS)
def test_an_empty_file_is_empty(format_):
    assert refusal(b"", format_) == "This file is empty."


def test_a_pdf_is_a_pdf_whatever_it_is_called():
    assert "PDF" in refusal(b"%PDF-1.7\n...", "docx")
    with pytest.raises(Unreadable, match="PDF"):
        detect(b"%PDF-1.7\n...", "paper.docx")


def test_a_protected_word_file_says_so():
    locked = OLE + "EncryptedPackage".encode("utf-16-le")
    assert "password" in refusal(locked, "docx")


def test_an_old_word_file_says_so():
    assert ".docx" in refusal(OLE + "WordDocument".encode("utf-16-le"), "docx")


def test_a_protected_part_says_so():
    data = bytearray(zipped({"word/document.xml": "x" * 100}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(magic) + offset
        data[place] |= 1
    assert "password" in refusal(bytes(data), "docx")


def test_a_protected_odt_says_so():
    manifest = "<manifest:encryption-data/>"
    assert "password" in refusal(odt("", **{"META-INF__manifest.xml": manifest}), "odt")


def entity_file(doctype: str, body: str) -> bytes:
    return zipped(
        {
            "word/document.xml": f'<?xml version="1.0"?>{doctype}<w:document {NAMES}><w:body><w:p>'
            f"<w:r><w:t>{body}</w:t></w:r></w:p></w:body></w:document>"
        }
    )


def test_external_entities_are_refused(tmp_path_factory):
    secret = tmp_path_factory.mktemp("secret") / "secret.txt"
    secret.write_text("geheim")
    data = entity_file(f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>', "&e;")
    assert "entities" in refusal(data, "docx")


def test_a_billion_laughs_are_refused():
    levels = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11)
    )
    assert refusal(entity_file(f"<!DOCTYPE x [{levels}]>", "&a10;"), "docx")


def test_a_zip_bomb_is_refused():
    bomb = docx(p("x"), **{"word__media__a.png": b"\0" * 110_000_000})
    assert len(bomb) < 200_000
    assert "unpacks" in refusal(bomb, "docx")


def test_a_bomb_that_lies_about_its_size_is_refused():
    data = bytearray(zipped({"word/document.xml": "<" + " " * 90_000_000 + "/>"}))
    for magic, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.find(magic) + offset
        data[place : place + 4] = struct.pack("<I", 1000)
    assert refusal(bytes(data), "docx")


def test_too_many_parts_are_refused():
    parts = {f"word/p{n}.xml": "" for n in range(2100)} | {"word/document.xml": "<x/>"}
    assert "unpacks" in refusal(zipped(parts), "docx")


@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", "word/../../evil", "C:/evil"])
def test_parts_that_would_leave_their_folder_are_refused(name):
    assert "forbidden" in refusal(zipped({"word/document.xml": "<x/>", name: "x"}), "docx")


def test_a_part_that_stands_twice_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("word/document.xml", "<a/>")
        archive.writestr("word/document.xml", "<b/>")
    assert refusal(out.getvalue(), "docx")


def test_archives_inside_are_never_opened():
    inner = zipped({"word/document.xml": "x"})
    found = read(docx(p("Text"), **{"word__embeddings__a.docx": inner}), "docx")
    assert outline(found.doc) == ["paragraph: Text"]


def tables(depth: int) -> str:
    inner = p("tief")
    for _ in range(depth):
        inner = f"<w:tbl><w:tr><w:tc>{inner}</w:tc><w:tc>{p('x')}</w:tc></w:tr></w:tbl>{p()}"
    return inner


def test_two_hundred_nested_tables_are_refused():
    assert "deeply" in refusal(docx(tables(200)), "docx")


def test_sixty_nested_tables_are_made_flat():
    found = read(docx(tables(60)), "docx")
    validate.document(found.doc)
    assert any(line.strip() == "paragraph: tief" for line in outline(found.doc))
    assert any("too deeply" in line.message for line in found.report)


@pytest.mark.parametrize("tag", ["div", "ul", "blockquote", "table", "b"])
def test_deep_html_is_flat_or_refused(tag):
    inner = {"ul": "<ul><li>", "table": "<table><tr><td>"}.get(tag, f"<{tag}>")
    for depth in (30, 100, 5000):
        try:
            found = read(f"<p>oben</p>{inner * depth}tief".encode(), "html")
        except Unreadable as refused:
            assert "deeply" in str(refused)
            continue
        validate.document(found.doc)
        assert "tief" in " ".join(outline(found.doc))


def test_ten_megabytes_of_html_on_one_line_end_in_time():
    data = b"<p>" + b"Wort " * 2_000_000
    assert refusal(data, "html")


def test_a_line_of_a_megabyte_is_read():
    found = read(b"Wort " * 200_000, "md")
    assert len(outline(found.doc)[0]) > 900_000


def test_a_text_that_is_too_long_is_refused():
    assert "million" in refusal(b"Wort\n\n" * 1_000_000, "txt")


@pytest.mark.parametrize("text", ["[" * 4_000, "*a _" * 8_000, "- " * 3000])
def test_markdown_that_keeps_parsers_busy_ends_in_time(text):
    try:
        validate.document(read(text.encode(), "md").doc)
    except Unreadable as refused:
        assert str(refused)


def test_a_too_large_file_is_refused_before_anything_else():
    assert "25 MB" in refusal(b"a" * 25_000_001, "txt")


def test_a_picture_bomb_in_a_paper_is_left_out():
    picture = bytearray(png())
    picture[16:24] = struct.pack(">II", 60_000, 60_000)
    found = read(f'<p>x<img alt="a" src="data:image/png;base64,{_b64(picture)}">'.encode(), "html")
    assert found.files == {}


def _b64(data: bytes | bytearray) -> str:
    return base64.b64encode(bytes(data)).decode()


def test_an_unknown_format_is_refused():
    assert refusal(b"x", "exe")


def test_detection_goes_by_content():
    assert detect(docx(p("x")), "x.txt") == "docx"
    assert detect(odt(""), "x.docx") == "odt"
    assert detect(b"{\\rtf1 x}", "x.md") == "rtf"
    assert detect(b"<!DOCTYPE html><p>x", "x.txt") == "html"
    assert detect("# Ä".encode(), "x.md") == "md"
    assert detect(b"# x", "x") == "txt"
    assert detect("\ufeffÄ".encode("utf-16"), "x.txt") == "txt"
    assert detect(b'{"type": "doc"}', "x.json") == "json"
    for data in (png(), b"\x00\x01\x02" * 50, zipped({"a": "b"}), zipped({"xl/workbook.xml": ""})):
        with pytest.raises(Unreadable):
            detect(data, "x.docx")


@pytest.mark.parametrize("name", ["x.docx", "x.odt", "x.rtf", "x.doc", "x.pdf"])
@pytest.mark.parametrize("data", [b"Nur Text.", b"<!DOCTYPE html><p>x", b'{"type": "doc"}'])
def test_a_text_with_the_name_of_a_word_file_is_refused(name, data):
    with pytest.raises(Unreadable, match=f"called .{name[2:]}, but"):
        detect(data, name)


@pytest.mark.parametrize("format_", ["html", "md", "txt"])
def test_a_zip_file_is_not_read_as_a_text(format_):
    assert "not clear" in refusal(docx(p("x")), format_)


PAGES = {
    "paragraphs": f"<p>Ein Satz mit <b>fettem</b> Wort &amp; {'mehr ' * 12}.</p>" * 10_000,
    "text": "Wort " * 200_000,
    "signs": "&" * 1_000_000,
    "angles": "<" * 1_000_000,
    "entities": "&amp;" * 200_000,
    "comments": "<!--" * 250_000,
    "a tag": f'<p class="{"a" * 1_000_000}">x',
}


@pytest.mark.parametrize("name", PAGES)
def test_a_megabyte_of_html_on_one_line_is_read_in_good_time(name):
    assert len(PAGES[name]) >= 990_000
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    validate.document(read(PAGES[name].encode(), "html").doc)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 5


@pytest.mark.parametrize("page", ["<p>x</p>" * 125_000, "<br>" * 250_000])
def test_a_page_of_too_many_tags_is_refused_before_it_takes_long(page):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    assert "too long" in refusal(page.encode(), "html")
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 3


def in_a_child(code: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parents[3]), *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_the_child_is_limited_and_where_the_system_allows_it_has_no_network():
    allowed = in_a_child(
        "import ctypes; print(ctypes.CDLL(None).unshare(0x10000000 | 0x40000000))"
    ) == ["0"]
    code = """if True:
        import resource, socket, sys
        sys.path.insert(0, sys.argv[1])
        from strategy.text.read import child
        child.limit()
        for what in (resource.RLIMIT_AS, resource.RLIMIT_CORE):
            print(resource.getrlimit(what)[0])
        try:
            socket.create_connection(("127.0.0.1", int(sys.argv[2])), 1)
            print("open")
        except OSError:
            print("closed")
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        assert in_a_child(code, port) == [
            str(512 * 1024 * 1024), "0", "closed" if allowed else "open",
        ]  # fmt: skip


def test_a_child_that_takes_too_long_is_ended_with_all_that_it_started():
    started = time.monotonic()
    with pytest.raises(Unreadable, match="too long"):
        sandbox.run("md", b"[" * 20_000, seconds=1)
    assert time.monotonic() - started < 10


def test_it_works_in_a_process_that_gevent_has_patched():
    code = """if True:
        import gevent.monkey
        gevent.monkey.patch_all()
        import sys
        sys.path.insert(0, sys.argv[1])
        import gevent
        from strategy.text.read import read
        jobs = [gevent.spawn(read, f"# Kopf {n}".encode(), "md") for n in range(3)]
        gevent.joinall(jobs, raise_error=True)
        print(*[job.value.title.replace(" ", "-") for job in jobs])
    """
    assert in_a_child(code) == ["Kopf-0", "Kopf-1", "Kopf-2"]
