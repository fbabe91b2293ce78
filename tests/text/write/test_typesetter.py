"""Typesetting happens in child processes that may die, be slow, or be inherited."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from strategy.text.write import typesetter, write
from strategy.text.write.fonts import FontsMissingError, fonts_folder
from strategy.text.write.glyphs import covered, showable
from tests.text.write.sample import doc, p

ROOT = Path(__file__).resolve().parents[3]


def test_a_child_is_used_again_until_it_is_worn():
    typesetter.stop()
    write(doc(p("a")), "pdf")
    first = typesetter._pool().idle[0]
    write(doc(p("b")), "pdf")
    assert typesetter._pool().idle[0] is first
    first.jobs = typesetter.JOBS
    write(doc(p("c")), "pdf")
    assert first not in typesetter._pool().idle
    assert not Path(first.home).exists()


def test_after_a_child_died_the_next_paper_gets_another_one():
    typesetter.stop()
    typesetter.warm()
    child = typesetter._pool().idle[0]
    child.process.kill()
    with pytest.raises(typesetter.UntypesetError):
        write(doc(p("a")), "pdf")
    assert write(doc(p("b")), "pdf").startswith(b"%PDF")


def test_a_paper_that_takes_too_long_is_given_up():
    job = typesetter.Job(
        "paper.typ", {"data": "{}", "paper": "{}"}, {}, ask="range(90000000).sum()"
    )
    with pytest.raises(typesetter.UntypesetError, match="too long"):
        typesetter.evaluate(job, longest=0.5)
    assert not typesetter._pool().idle or typesetter._pool().idle[0].process.poll() is None


def test_a_refused_paper_does_not_cost_the_child():
    typesetter.stop()
    job = typesetter.Job("paper.typ", {"data": "{}", "paper": "{}"}, {})
    with pytest.raises(typesetter.UntypesetError, match="cannot be typeset"):
        typesetter.typeset(job)
    assert len(typesetter._pool().idle) == 1


def test_several_threads_share_two_children():
    typesetter.stop()
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.append(write(doc(p("gleich")), "pdf")))
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 5
    assert len(set(made)) == 1
    assert len(typesetter._pool().idle) <= typesetter.CHILDREN


def test_a_forked_process_starts_children_of_its_own():
    write(doc(p("a")), "pdf")
    mine = typesetter._pool().idle[0].process.pid
    read, written = os.pipe()
    forked = os.fork()
    if not forked:
        try:
            good = write(doc(p("b")), "pdf").startswith(b"%PDF")
            other = typesetter._pool().idle[0].process.pid != mine
            os.write(written, b"1" if good and other else b"0")
            typesetter.stop()
        finally:
            os._exit(0)
    os.waitpid(forked, 0)
    os.close(written)
    assert os.read(read, 1) == b"1"
    os.close(read)
    assert write(doc(p("c")), "pdf").startswith(b"%PDF")


def test_it_works_where_gevent_patched_everything():
    code = (
        "from gevent import monkey; monkey.patch_all()\n"
        "import gevent\n"
        "from strategy.text.write import write\n"
        "from tests.text.write.sample import doc, p\n"
        "jobs = [gevent.spawn(write, doc(p(str(n))), 'pdf') for n in range(4)]\n"
        "gevent.joinall(jobs, raise_error=True)\n"
        "assert all(job.value.startswith(b'%PDF') for job in jobs)\n"
        "print('fine')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.strip() == "fine", done.stderr


def test_the_fonts_show_what_people_write_and_say_what_they_cannot():
    said = "Grüße, „Straße“ – § 5, 10 €, Ayşe, Łódź, Ωμέγα, Привет, 😀 ✓ →"
    assert showable(said) == said
    assert showable("你 a") == "\ufffd a"


def test_every_font_of_the_list_is_there():
    names = {path.name for path in fonts_folder().glob("*.ttf")}
    listed = (ROOT / "strategy/text/write/fonts.txt").read_text().split()
    assert {Path(line).name for line in listed} <= names
    serif = next(fonts_folder().glob("SourceSerif4_400Regular.ttf"))
    assert ord("ß") in covered(serif.read_bytes())


def test_missing_fonts_are_named(monkeypatch, tmp_path):
    monkeypatch.setattr("strategy.text.write.fonts.PACKAGE", tmp_path / "strategy")
    with pytest.raises(FontsMissingError, match="build the static files"):
        fonts_folder()
