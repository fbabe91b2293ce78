"""Every document becomes one that every writer can take."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.text import tracked
from strategy.text.shapes import Comment
from strategy.text.write import remarks
from strategy.text.write.normalise import VIEWS, flat, normalise, shallow
from strategy.text.write.pictures import measured
from strategy.text.write.setting import bound
from strategy.text.write.tree import address, attr, clean, each, kids, places, words
from tests.text.write import sample
from tests.text.write.sample import doc, h, li, ol, p, t, table, td, th, tr
from tests.text.write.wild import Json, a_deep_document, a_wild_document


def depth(node: Json) -> int:
    deepest, waiting = 0, [(node, 0)]
    while waiting:
        here, at = waiting.pop()
        deepest = max(deepest, at)
        waiting.extend((kid, at + 1) for kid in kids(here))
    return deepest


@given(st.integers(0, 10_000), st.sampled_from(VIEWS))
def test_what_comes_out_is_fit_for_every_writer(seed, view):
    document = a_wild_document(Random(seed))
    fit = normalise(document, view)
    assert kids(fit)
    for node in each(fit):
        assert node["type"] != "text" or node["text"] == clean(node["text"]) != ""
        if node["type"] in ("bullet_list", "ordered_list", "blockquote", "motion", "list_item"):
            assert kids(node)
        if node["type"] == "table":
            assert_squared(node)
        for mark in node.get("marks") or ():
            if mark["type"] == "link":
                assert address(mark["attrs"]["href"])


def assert_squared(node: Json) -> None:
    """Every place of the grid belongs to exactly one cell."""
    taken = [
        (cell["attrs"]["x"] + dx, cell["attrs"]["y"] + dy)
        for row in kids(node)
        for cell in kids(row)
        for dx in range(cell["attrs"]["colspan"])
        for dy in range(cell["attrs"]["rowspan"])
    ]
    columns, rows = node["attrs"]["columns"], len(kids(node))
    assert sorted(taken) == [(x, y) for x in range(columns) for y in range(rows)]
    assert 1 <= columns <= 60
    assert len(node["attrs"]["shares"]) == columns


@pytest.mark.parametrize("deep", [1, 12, 13, 40, 2000])
def test_deep_nesting_is_laid_flat_and_no_word_is_lost(deep):
    made = shallow(a_deep_document(deep))
    assert depth(made) <= 12 * 3 + 3
    assert words(made) == "ganz unten"


def test_what_is_laid_flat_keeps_its_changes():
    quote = sample.quote("neu") | {"marks": [sample.ins()]}
    assert [m["type"] for m in flat(quote)[0]["marks"]] == ["insertion"]


def test_views_are_those_of_tracked_documents():
    document = sample.tracked_paper()
    assert words(normalise(document, "clean")) == words(tracked.accept(document))
    assert words(normalise(document, "original")) == words(tracked.reject(document))
    assert words(normalise(document, "marked")) == words(document)


@given(st.integers(0, 10_000))
def test_comments_lie_on_the_same_words_in_every_view(seed):
    rng = Random(seed)
    document = sample.doc(
        p("eins ", t("zwei ", sample.ins()), t("drei ", sample.dele()), "vier 😀 fünf"),
        p("sechs"),
    )
    text = "eins zwei drei vier 😀 fünf"
    start = rng.randrange(len(text))
    stop = rng.randrange(start + 1, len(text) + 1)
    units = [1 + (character > "\uffff") for character in text]
    place = 1 + sum(units[:start]), 1 + sum(units[:stop])
    remark = Comment("A", "B", start=place[0], end=place[1])
    for view, gone in (("clean", "drei "), ("original", "zwei "), ("marked", None)):
        fit = normalise(document, view, [remark])
        lying = "".join(words(node) for node in each(fit) if remarks.names(node) == ["0"])
        at = text.find(gone) if gone else len(text)
        wanted = "".join(
            character
            for index, character in enumerate(text)
            if start <= index < stop and not (gone and at <= index < at + len(gone))
        )
        assert lying == wanted


def test_whole_inserted_blocks_hand_it_on_to_their_words():
    fit = normalise(doc(ol(li(p("neu"), marks=[sample.ins()]))), "marked")
    leaf = next(node for node in each(fit) if node["type"] == "text")
    assert [m["type"] for m in leaf["marks"]] == ["insertion"]


def test_a_cell_may_not_stand_where_another_one_is():
    made = normalise(doc(table(tr(td("a", rowspan=2), td("b")), tr(td("c"), td("d"), td("e")))))
    assert_squared(kids(made)[0])
    assert [attr(c, "x") for c in kids(kids(kids(made)[0])[1])] == [1, 2, 3]


def test_a_header_cell_does_not_reach_out_of_the_header():
    made = normalise(doc(table(tr(th("a", rowspan=5)), tr(td("b")))))
    assert kids(kids(kids(made)[0])[0])[0]["attrs"]["rowspan"] == 1


def test_headings_keep_a_level_that_exists():
    assert kids(normalise(doc(h(9, "x"))))[0]["attrs"]["level"] == 4


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://example.org/a?b=c#d", True),
        ("mailto:a@example.org", True),
        ("#block-1", True),
        ("javascript:alert(1)", False),
        ("java\u0000script:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https://user@example.org@evil", False),
        ("https:\\\\example.org", False),
        ('https://example.org/"onclick', False),
        ("file:///etc/passwd", False),
        ("cid:1", False),
        ("", False),
    ],
)
def test_only_addresses_that_a_reader_may_follow_stay(href, kept):
    assert (address(href) is not None) == kept


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("nach § 5 der Satzung", "nach §~5 der Satzung"),
        ("Art. 20a Abs. 2 GG", "Art.~20a Abs.~2 GG"),
        ("S. 17 f. und z. B. dort", "S.~17~f. und z.~B. dort"),
        ("10 kg, 74 %, 5 Uhr", "10~kg, 74~%, 5~Uhr"),
        ("am 7. September 2026", "am 7.~September 2026"),
        ("der Text – und mehr", "der Text~– und mehr"),
        ("10 kleine Häuser", "10 kleine Häuser"),
        ("Das ist so.", "Das ist so."),
    ],
)
def test_lines_do_not_end_where_germans_would_not_end_them(text, gaps):
    assert bound(text) == gaps.replace("~", "\u00a0")


@given(st.text())
def test_binding_blanks_changes_nothing_else(text):
    assert bound(text).replace("\u00a0", " ") == text.replace("\u00a0", " ")


def test_places_are_those_of_prosemirror():
    found = {
        words(node): at for node, at in places(doc(p("a😀"), ol("b"))) if node["type"] == "text"
    }
    assert found == {"a😀": 1, "b": 8}


def test_pictures_are_known_by_their_first_bytes():
    chart = measured(sample.CHART)
    assert chart is not None
    assert (chart.kind, chart.width, chart.height) == ("png", 600, 240)
    assert measured(b"GIF89a" + bytes([3, 0, 4, 0])).kind == "gif"
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x05\x00\x07\x03" + b"\0" * 9
    assert (measured(jpeg).width, measured(jpeg).height) == (7, 5)
    for broken in (b"", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"\xff\xd8\xff", b"RIFF0000WEBPVP8X"):
        assert measured(broken) is None
