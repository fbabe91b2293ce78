"""The guide as a page, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.builders import a_person
from tests.visitor import Visitor, signed_in

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(("lang", "guide"), [("de", "benutzen.md"), ("en", "using.md")])
def test_the_whole_guide_is_shown_in_the_readers_language(
    db: Session, visitor: Callable[[], Visitor], lang: str, guide: str
) -> None:
    ada = signed_in(visitor(), a_person(db, lang=lang))
    answer = ada.get("/help")
    assert answer.status_code == 200
    wanted = re.findall(r"^## (.+)$", (DOCS / guide).read_text("utf-8"), re.M)
    shown = re.findall(r"<h2[^>]*>([^<]+)</h2>", answer.text)
    assert [words for words in shown if words in wanted] == wanted
    for anchor in re.findall(r'href="#(b-[^"]+)"', answer.text):
        assert f'id="{anchor}"' in answer.text
    assert answer.text.count('href="/help"') >= 2


def test_both_guides_say_the_same_chapters() -> None:
    counts = [
        (DOCS / name).read_text("utf-8").count("\n## ") for name in ("benutzen.md", "using.md")
    ]
    assert counts[0] == counts[1] > 5
