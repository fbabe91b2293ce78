"""The headings of a document."""

from __future__ import annotations

from strategy.text.outline import Heading, headings
from tests.builders import a_doc, a_heading


def test_headings_come_in_the_order_of_the_text_wherever_they_stand() -> None:
    inner = a_heading("Innen", 3) | {"attrs": {"id": "x", "level": 3, "end": None}}
    quote = {"type": "blockquote", "content": [inner]}
    doc = a_doc(a_heading("Ziel"), "Wir wollen Sonne.", quote, a_heading("  "))
    assert headings(doc) == [Heading(1, None, "Ziel"), Heading(3, "x", "Innen")]
