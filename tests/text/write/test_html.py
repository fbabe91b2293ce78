"""HTML: semantic, complete, and nobody breaks out of it."""

from __future__ import annotations

from random import Random

import html5lib
from hypothesis import given
from hypothesis import strategies as st

from strategy.text.shapes import Comment, Meta
from strategy.text.write import html, write
from strategy.text.write.normalise import VIEWS, normalise
from strategy.text.write.tree import each, kids, leaf_words
from tests.text.write import sample
from tests.text.write.sample import doc, fn, h, li, link, p, t, ul
from tests.text.write.wild import a_wild_document

IN_BODY = """
p h2 h3 h4 h5 blockquote ul ol li section figure figcaption img table thead tbody tr th td div
hr br em strong u s code sup sub mark ins del span a
"""
IN_PAGE = "html head body meta title style header nav main aside footer h1 dl dt dd"
IN_TAGS = """
class id href src alt title rel role lang start type colspan rowspan scope loading aria-label
data-id data-align data-change data-move data-comments data-width
"""
BODY, ATTRIBUTES = frozenset(IN_BODY.split()), frozenset(IN_TAGS.split())
PAGE = BODY | frozenset(IN_PAGE.split())


def parsed(markup: str):
    return html5lib.parse(markup, namespaceHTMLElements=False)


def elements(tree):
    return [node for node in tree.iter() if isinstance(node.tag, str)]


def shown(tree) -> str:
    return "".join(tree.itertext())


@given(st.integers(0, 10_000), st.sampled_from(VIEWS))
def test_no_text_and_no_attribute_breaks_out(seed, view):
    document = a_wild_document(Random(seed))
    markup = html.fragment(
        document, view=view, image_url=lambda file: f"/files/{file}", commented={'"><b>': (1, 9)}
    )
    tree = parsed(f"<!DOCTYPE html><title>x</title><body>{markup}")
    for node in elements(tree.find("body")):
        assert node.tag in BODY | {"body"}
        assert set(node.attrib) <= ATTRIBUTES
        href = node.get("href", "#")
        assert href.startswith(("#", "http://", "https://", "HTTPS://", "mailto:"))
        assert node.get("src", "/files/").startswith("/files/")


@given(st.text(), st.text(max_size=40))
def test_any_text_is_shown_as_it_is(text, label):
    mention = {"type": "mention", "attrs": {"person": "p", "label": label}}
    document = doc(p(t(text or "x"), mention, sample.fn(text or "x")))
    wanted = "".join(leaf_words(leaf) for leaf in each(normalise(document)) if not kids(leaf))
    tree = parsed(f"<body>{html.fragment(document)}")
    for back in tree.iter("a"):
        back.text = ""
    for item in tree.iter("section"):
        item.text = ""
    assert shown(tree.find("body")).replace(" ", "") == wanted.replace(" ", "")


@given(st.text(), st.text(), st.integers(0, 500))
def test_a_page_holds_nothing_but_what_we_wrote(title, comment, seed):
    meta = Meta(title=title, body=comment, authors=(title, comment), extra={title: comment})
    remarks = [Comment(author=title, text=comment, quote=title, start=1, end=3, at=comment)]
    made = write(a_wild_document(Random(seed)), "html", meta=meta, comments=remarks, view="marked")
    tree = parsed(made.decode())
    for node in elements(tree):
        assert node.tag in PAGE
        assert not any(name.startswith("on") for name in node.attrib)
    assert len(list(tree.iter("style"))) == 1


def test_the_page_says_all_that_the_paper_says():
    made = write(sample.paper(), "html", meta=sample.META, files=sample.FILES).decode()
    tree = parsed(made)
    assert tree.find("body") is not None
    rules = [node.get("content") for node in tree.iter("meta") if node.get("http-equiv")]
    assert rules[0].startswith("default-src 'none'; img-src data:;")
    assert "<script" not in made
    text = " ".join(shown(tree).split())
    for words in ("Landesvorstand", "2026/041", "Ayşe Demir, Jörg Groß", "Rücklauf 21 von 23."):
        assert words in text
    image = next(tree.iter("img"))
    assert image.get("src").startswith("data:image/png;base64,")
    assert image.get("alt").startswith("Balkendiagramm")


def test_blocks_have_the_names_that_the_editor_uses():
    document = doc(
        h(1, "A", id="a1"), sample.motion(p("B")), p("C", fn("D"), align="right"), ul("E")
    )
    markup = html.fragment(document)
    assert '<h2 data-id="a1" id="b-a1">A</h2>' in markup
    assert (
        '<section class="motion" role="group" aria-label="Beschlussvorschlag"><p>B</p></section>'
        in markup
    )
    assert '<p data-align="right">C<sup class="footnote">' in markup
    assert "<ul><li><p>E</p></li></ul>" in markup


def test_changes_are_ins_and_del_with_their_authors():
    markup = html.fragment(sample.tracked_paper(), changes=sample.CHANGES)
    tree = parsed(f"<body>{markup}")
    inserted = ["".join(node.itertext()) for node in tree.iter("ins")]
    deleted = ["".join(node.itertext()) for node in tree.iter("del")]
    assert "Landesvorstand" in inserted
    assert "Kreisvorstand" in deleted
    assert [n.get("class") for n in tree.iter("ins")].count("moved") == 1
    assert 'title="eingefügt, Ayşe Demir, 2026-10-12"' in markup
    assert '<tr class="inserted">' in markup
    assert "<ins" in markup.split("Eingefügt von Ayşe")[1].split("</p>")[0]


def test_an_image_without_address_shows_its_words():
    markup = html.fragment(doc(sample.figure("f" * 64, "Ein Turm")))
    assert "<img" not in markup
    assert "Ein Turm" in markup


def test_commented_passages_carry_the_comments_ids():
    markup = html.fragment(doc(p("eins zwei drei")), commented={"k1": (1, 5), "k2": (3, 10)})
    assert '<span class="commented" data-comments="k1">ei</span>' in markup
    assert '<span class="commented" data-comments="k1 k2">ns</span>' in markup
    assert '<span class="commented" data-comments="k2"> zwei</span> drei' in markup


def test_two_papers_on_one_page_do_not_share_ids():
    document = doc(h(1, "A", id="a1"), p("B", fn("C"), t("D", link("#a1"))), li_paragraph())
    markup = html.fragment(document, prefix="alt-") + html.fragment(document, prefix="neu-")
    ids = [node.get("id") for node in elements(parsed(f"<body>{markup}")) if node.get("id")]
    assert len(ids) == len(set(ids))
    assert 'href="#neu-b-a1"' in markup


def li_paragraph():
    return ul(li(p("E")))
