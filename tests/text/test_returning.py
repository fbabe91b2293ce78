"""What counts as an edit in a file that came back, and how edits lie in a text that went on."""

from __future__ import annotations

from hypothesis import given

from strategy.text.compare import compare
from strategy.text.fingerprint import canonical
from strategy.text.laying import laid
from strategy.text.overlay import bare, overlay
from strategy.text.returning import Strand, returned
from strategy.text.tracked import accept, change_ids, changes, reject
from tests.builders import a_doc, a_paragraph
from tests.text.documents import edits


def new_id(strand: int, number: int) -> str:
    return f"7:{strand}-{number}"


@given(edits(), edits())
def test_what_is_laid_into_a_text_changes_nothing_of_it(pair, other):
    base, new = pair
    strand = Strand("", "", bare(base), compare(bare(base), bare(new), author="f"))
    for living in (base, compare(base, new, author="3"), other[1]):
        made = laid(living, [strand], new_id)
        assert reject(made.doc, only=set(made.ids)) == canonical(living)
        assert change_ids(made.doc) - set(made.ids) == change_ids(canonical(living))


def test_programs_that_save_change_nothing():
    old = a_doc("Wir wollen Sonne.")
    new = a_doc("", "Wir wollen Sonne.", "")
    assert not returned(old, {}, new, {}).strands
    assert returned(old, {}, a_doc("Wir wollen Wind."), {}).strands


def test_two_who_touch_the_same_words_are_not_laid_over_each_other():
    base = canonical(a_doc("Wir wollen Sonne.", "Und Wind."))
    mine = compare(base, a_doc("Wir wollen Regen.", "Und Wind."), author="1")
    same = compare(base, a_doc("Wir wollen Schnee.", "Und Wind."), author="2")
    other = compare(base, a_doc("Wir alle wollen Sonne.", "Und viel Wind."), author="2")
    assert overlay(base, mine, same) is None
    both = overlay(base, mine, other)
    assert both is not None
    assert reject(both, only=change_ids(other)) == mine
    assert reject(both) == base


def test_who_splits_a_paragraph_does_not_keep_another_from_its_words():
    words = "Wir wollen mehr Sonne auf allen Dächern. Das gilt von morgen an für alle Kreise."
    base = canonical(a_doc("Vorab.", words))
    parts = ("Wir wollen mehr Sonne auf allen Dächern. ", "Das gilt von morgen an für alle Kreise.")
    split = compare(base, a_doc("Vorab.", *parts), author="1")
    assert [each.kind for each in changes(split)] == ["split"]
    wanted = words.replace("mehr", "viel").replace("morgen", "heute") + " Und Wind."
    change = compare(base, a_doc("Vorab.", wanted), author="2")
    for one, other in ((split, change), (change, split)):
        both = overlay(base, one, other)
        assert both is not None
        assert reject(both, only=change_ids(other)) == one
        assert reject(both, only=change_ids(one)) == other
        done = [block["content"] for block in accept(both)["content"][1:]]
        assert [len(each) for each in done] == [1, 1]
        assert "".join(each[0]["text"] for each in done) == wanted


def test_a_block_keeps_the_name_that_it_has_in_the_text():
    base = canonical(a_doc(a_paragraph("Wir wollen Sonne.", id="abc")))
    change = compare(bare(base), bare(a_doc("Wir wollen viel Sonne.")), author="2")
    both = overlay(base, base, change)
    assert both is not None
    assert both["content"][0]["attrs"]["id"] == "abc"
