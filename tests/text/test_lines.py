"""Lines: places in a text and back, whatever stands in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from strategy.text.lines import Line, LineMap, Place, Ruled, blocks, marks, with_lines
from strategy.text.positions import node_size, slice_text
from tests.builders import a_doc, a_heading, a_paragraph
from tests.text.write.sample import fn, p, t, table, td, tr

DOC = a_doc(
    a_heading("Ziel"),  # positions 1 to 5
    a_paragraph("Wir wollen 🌞 Sonne und Wind", id="b"),  # 7 to 35: the emoji counts two
    table(tr(td("Zelle"))),
    a_paragraph("Schluss"),
)
MAP = LineMap(
    "1",
    (
        Line(1, "#1", 0, 4),
        Line(2, "b", 0, 12),
        Line(3, "b", 13, 27),
        Line(4, "#4", 0, 7),
    ),
)


def ruled():
    return Ruled(DOC, MAP)


def test_a_map_survives_being_kept():
    assert LineMap.from_json("1", MAP.to_json()) == MAP


def test_blocks_without_an_id_of_their_own_go_by_their_number():
    twice = a_doc(a_paragraph("a", id="x"), a_paragraph("b", id="x"), "c")
    assert [block.key for block in blocks(twice)] == ["x", "#2", "#3"]


def test_what_stands_in_tables_has_no_number():
    assert [(block.key, block.numbered) for block in blocks(DOC)] == [
        ("#1", True), ("b", True), ("#3", False), ("#4", True),
    ]  # fmt: skip


def test_lines_and_their_words():
    found = ruled()
    assert [slice_text(DOC, *found.positions(n, n)) for n in (1, 2, 3, 4)] == [
        "Ziel", "Wir wollen 🌞", "Sonne und Wind", "Schluss",
    ]  # fmt: skip
    assert found.positions(2, 3)[0] == found.positions(2, 2)[0]
    assert found.positions(5, 5) is found.positions(3, 2) is None


def test_a_passage_is_cited_by_every_line_that_it_touches():
    found = ruled()
    sun, _ = found.positions(3, 3)
    assert found.place(sun, sun + 5) == Place(3, 3)
    assert found.place(sun - 3, sun + 5) == Place(2, 3)  # with the emoji
    assert found.place(sun - 1, sun) == Place(2, 2)  # the blank at the end of a line is its own
    assert found.place(1, 40) == Place(1, 3)


def test_a_cursor_is_in_a_line_or_behind_one():
    found = ruled()
    sun, end = found.positions(3, 3)
    assert found.place(sun, sun) == Place(3, 3)
    assert found.place(end, end) == Place(3, 3)
    assert found.place(end + 1, end + 1) == Place(3, 3, "after")
    assert found.place(0, 0) == Place(1, 1, "before")


def test_what_has_no_numbers_is_cited_by_the_line_before():
    found = ruled()
    cell = next(block for block in blocks(DOC) if block.key == "#3").position
    assert found.place(cell, cell + 5) == Place(3, 3, "after")


def test_a_footnote_is_cited_by_the_line_of_its_mark():
    doc = a_doc(p("Eins", fn("eine lange Anmerkung"), " zwei"))
    found = Ruled(doc, LineMap("1", (Line(1, "#1", 0, 5), Line(2, "#1", 6, 10))))
    assert found.place(7, 9) == Place(1, 1)
    assert found.positions(2, 2)[1] == node_size(doc) - 3


@given(st.lists(st.text("ab🌞", min_size=1, max_size=9), min_size=1, max_size=8), st.data())
def test_the_way_to_positions_and_back_is_the_same(lines, data):
    """Each line, and each run of lines, is found again by the positions that it has."""
    block, offset, made = " ".join(lines), 0, []
    for number, line in enumerate(lines, 1):
        made.append(Line(number, "#1", offset, offset + len(line)))
        offset += len(line) + 1
    found = Ruled(a_doc(p(t(block))), LineMap("1", tuple(made)))
    first = data.draw(st.integers(1, len(lines)))
    last = data.draw(st.integers(first, len(lines)))
    assert found.place(*found.positions(first, last)) == Place(first, last)


def test_a_text_without_any_line_is_cited_as_its_beginning():
    assert Ruled(a_doc(""), LineMap("1", ())).place(1, 1) == Place(0, 0, "before")


def test_what_begins_where():
    assert marks(DOC, MAP) == [
        (1, 1, "block"), (7, 2, "block"), (21, 3, "line"), (50, 4, "block"),
    ]  # fmt: skip
    divided = LineMap("1", (Line(1, "#1", 0, 6), Line(2, "#1", 6, 13)))
    assert marks(a_doc(p("Verantwortung")), divided) == [(1, 1, "block"), (7, 2, "word")]


def test_a_mark_stands_where_a_line_begins_and_no_word_is_lost():
    made = with_lines(DOC, MAP)
    second = made["content"][1]["content"]
    assert [node.get("text", node["type"]) for node in second] == [
        "line", "Wir wollen 🌞 ", "line", "Sonne und Wind",
    ]  # fmt: skip
