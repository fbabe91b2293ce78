"""A redline gives both texts back, loses no word, and reads as a person would mark it."""

from __future__ import annotations

import copy
import json
import re
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

from strategy.text.apply import parse_doc
from strategy.text.compare import compare
from strategy.text.compare_align import MOST_CELLS, aligned
from strategy.text.fingerprint import canonical
from strategy.text.positions import plain_text
from strategy.text.tracked import accept, change_ids, changes, is_tracked, reject
from tests.shared_data import DATA, histories
from tests.text import markdown
from tests.text.documents import Doc, documents, edits

SENTENCE = "Der Landesvorstand legt seine Papiere zwei Wochen vor der Sitzung vor."


def paragraph(text: str, **attrs: Any) -> Doc:
    node: Doc = {"type": "paragraph", "attrs": attrs}
    return node | {"content": [{"type": "text", "text": text}]} if text else node


def doc_of(*blocks: Doc | str, **attrs: Any) -> Doc:
    made = [paragraph(block) if isinstance(block, str) else block for block in blocks]
    return canonical({"type": "doc", "attrs": attrs, "content": made})


def shown(node: Doc) -> str:
    """A redline as a line: [-gone-], {+come+}, (~other markup~), ¶- and ¶+ for a block's end."""
    text = node.get("text") or "".join(shown(child) for child in node.get("content", ()))
    if node["type"] in ("paragraph", "heading", "list_item", "table_row"):
        text += "|"
    end = node.get("attrs", {}).get("end")
    if end:
        text += "¶+" if end["change"] == "insertion" else "¶-"
    for mark in node.get("marks", ()):
        frame = {"deletion": "[-%s-]", "insertion": "{+%s+}", "modification": "(~%s~)"}
        text = frame.get(mark["type"], "%s") % text
    return text


def redline(old: Doc, new: Doc) -> str:
    made = compare(old, new)
    hold(old, new, made)
    return shown(made)


def hold(old: Doc, new: Doc, made: Doc) -> None:
    assert reject(made) == canonical(old)
    assert accept(made) == canonical(new)
    if '"change"' not in json.dumps(made):  # a join can make one word of two
        views = [plain_text(made, without=name) for name in ("insertion", "deletion")]
        words = set(re.findall(r"\w+", "\n".join(views)))
        assert words >= set(re.findall(r"\w+", plain_text(old) + "\n" + plain_text(new)))


# The laws


@given(edits())
@settings(max_examples=300, deadline=None)
def test_rejecting_gives_the_old_and_accepting_the_new(pair: tuple[Doc, Doc]) -> None:
    made = compare(*pair)
    hold(*pair, made)
    parse_doc(made).check()


@given(documents(5), documents(5))
@settings(max_examples=150, deadline=None)
def test_the_laws_hold_for_documents_that_have_nothing_to_do_with_each_other(
    old: Doc, new: Doc
) -> None:
    hold(old, new, compare(old, new))


@given(documents())
@settings(max_examples=100, deadline=None)
def test_a_document_does_not_differ_from_itself(doc: Doc) -> None:
    assert compare(doc, copy.deepcopy(doc)) == doc


@given(edits())
@settings(max_examples=100, deadline=None)
def test_accepting_change_by_change_ends_where_accepting_all_does(pair: tuple[Doc, Doc]) -> None:
    made = compare(*pair)
    for change in sorted(change_ids(made)):
        made = accept(made, only={change})
    assert made == pair[1]


def _pairs() -> list[tuple[Path, Path]]:
    return [pair for history in histories() for pair in pairwise(history)]


CRITERIA = (
    [json.loads(line) for line in (DATA / "bench" / "pairs.jsonl").open(encoding="utf-8")]
    if DATA
    else []
)


def test_the_laws_hold_for_all_neighbouring_revisions_of_real_texts() -> None:
    for before, after in _pairs():
        old, new = markdown.document(before), markdown.document(after)
        hold(old, new, compare(old, new))
        assert not is_tracked(compare(new, copy.deepcopy(new)))


def _states(made: Doc) -> str:
    """One letter for each block of a redline: - gone, + come, ~ changed inside, = untouched."""
    letters, broken = "", None
    for block in made["content"]:
        names = {mark["type"] for mark in block.get("marks", ())}
        gone, come = "deletion" in names, "insertion" in names
        inside = broken or is_tracked(block)
        letters += "-" if gone else "+" if come else "~" if inside else "="
        broken = block.get("attrs", {}).get("end")  # what follows was split off or joined on
    return letters


def test_in_real_texts_what_is_equal_stays_untouched_and_what_is_not_is_marked() -> None:
    best = untouched = 0
    for case in CRITERIA:
        assert DATA is not None
        folder = DATA / "texts" / case["doc"]
        old, new = (markdown.document(folder / f"{case[key]:04d}.md") for key in ("rev_a", "rev_b"))
        states = _states(compare(old, new))
        best += case["lcs"]
        untouched += states.count("=")
        equal = len(old["content"]) - len(case["a_without_equal_in_b"])
        assert states.count("=") <= equal
        assert states.count("=") >= 0.98 * case["lcs"], (case["doc"], case["rev_a"])
    assert untouched >= 0.999 * best


# What a reader sees


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("zwei Wochen", "drei Wochen", "[-zwei-]{+drei+} Wochen|"),
        ("am 12.9.2026 um 10:30", "am 13.9.2026 um 10:30",
         "am [-12.9.2026-]{+13.9.2026+} um 10:30|"),
        ("kostet 1.250,50 €", "kostet 1.350,50 €", "kostet [-1.250,50-]{+1.350,50+} €|"),
        ("das Klimaschutzgesetz gilt", "das Klimaschutzprogramm gilt",
         "das [-Klimaschutzgesetz-]{+Klimaschutzprogramm+} gilt|"),
        ("alle Mitglieder stimmen", "alle Mitglied:innen stimmen",
         "alle [-Mitglieder-]{+Mitglied:innen+} stimmen|"),
        ("ein Plan", "ein guter Plan", "ein {+guter +}Plan|"),
        ("ein sehr guter Plan", "ein guter Plan", "ein [-sehr -]guter Plan|"),
        ("Wir wollen das.", "Wir wollen das!", "Wir wollen das[-.-]{+!+}|"),
        ("Eins. Drei.", "Eins. Zwei. Drei.", "Eins. {+Zwei. +}Drei.|"),
        ("Hallo 👩‍🌾 du", "Hallo 👨‍🌾 du", "Hallo [-👩‍🌾-]{+👨‍🌾+} du|"),
        ("nur naïve Träume", "nur naive Träume", "nur [-naïve-]{+naive+} Träume|"),
    ],
)  # fmt: skip
def test_words_are_marked_not_letters(old: str, new: str, expected: str) -> None:
    old, new = f"{old} {SENTENCE}", f"{new} {SENTENCE}"
    expected = expected.replace("|", f" {SENTENCE}|")
    assert redline(doc_of(old), doc_of(new)) == expected


def test_a_sentence_that_was_added_begins_where_the_last_one_ended() -> None:
    old, new = f"{SENTENCE} Punkt.", f"{SENTENCE} Punkt. Sofort."
    assert redline(doc_of(old), doc_of(new)) == f"{SENTENCE} Punkt.{{+ Sofort.+}}|"


def test_a_sentence_that_was_rewritten_is_shown_as_replaced_not_as_confetti() -> None:
    old = "Am Anfang stand die Frage, wer die Papiere wann bekommt und wer nicht."
    new = "Zuerst war unklar, ob die Vorlagen allen und nicht nur wenigen zugehen."
    seen = redline(doc_of(f"{old} {SENTENCE}"), doc_of(f"{new} {SENTENCE}"))
    assert seen.count("[-") + seen.count("{+") <= 4, seen
    assert SENTENCE in seen


def test_paragraphs_that_have_little_in_common_are_replaced_whole() -> None:
    old, new = "Wir bauen tausend Wohnungen im Jahr.", "Der Haushalt wird im Mai beschlossen."
    assert redline(doc_of(SENTENCE, old), doc_of(SENTENCE, new)) == (
        f"{SENTENCE}|[-{old}|-]{{+{new}|+}}"
    )


def test_a_paragraph_that_was_moved_is_shown_as_moved() -> None:
    texts = [f"Absatz {n}: {SENTENCE}" for n in ("eins", "zwei", "drei", "vier", "fünf")]
    made = compare(doc_of(*texts), doc_of(*texts[1:4], texts[0], texts[4]))
    moved = [mark["attrs"]["move"] for block in made["content"] for mark in block.get("marks", ())]
    assert len(moved) == 2
    assert moved[0] is not None
    assert moved[0] == moved[1]
    assert [entry.kind for entry in changes(made)] == ["move"]


def test_a_paragraph_that_was_split_stays_one_text_with_a_new_end() -> None:
    old, one, two = f"{SENTENCE} Das gilt.", SENTENCE, "Das gilt."
    assert redline(doc_of(old), doc_of(one, two)) == f"{one}[- -]|¶+{two}|"


def test_paragraphs_that_were_joined_stay_one_text_with_an_end_that_went() -> None:
    one, two = SENTENCE, "Das gilt ab sofort."
    assert redline(doc_of(one, two), doc_of(f"{one} {two}")) == f"{one}|¶-{{+ +}}{two}|"


@pytest.mark.parametrize("at", [1, 4, -3])
def test_a_split_with_one_word_on_a_side_is_a_split(at: int) -> None:
    words = "(Das gilt von morgen an)"
    whole, parts = doc_of("Vorab.", words), doc_of("Vorab.", words[:at], words[at:])
    for old, new, kind in ((whole, parts, "split"), (parts, whole, "join")):
        marked = compare(old, new)
        assert [each.kind for each in changes(marked)] == [kind]
        assert (reject(marked), accept(marked)) == (canonical(old), canonical(new))


def test_a_split_with_edits_and_other_attributes_gives_both_back() -> None:
    old = paragraph(f"{SENTENCE} {SENTENCE} Ende der Rede.", id="a", align="center")
    new = [
        paragraph(f"{SENTENCE} Neu.", id="b"),
        {"type": "heading", "attrs": {"id": "c", "level": 2}, "content": [
            {"type": "text", "text": f"{SENTENCE} Ende der langen Rede."}]},
    ]  # fmt: skip
    seen = redline(doc_of(old), doc_of(*new))
    assert "¶+" in seen


def test_bold_is_a_change_of_markup_not_of_words() -> None:
    bold = paragraph("")
    bold["content"] = [
        {"type": "text", "text": "Der "},
        {"type": "text", "text": "Landesvorstand", "marks": [{"type": "strong"}]},
        {"type": "text", "text": SENTENCE.removeprefix("Der Landesvorstand")},
    ]
    made = compare(doc_of(SENTENCE), doc_of(bold))
    assert shown(made) == SENTENCE.replace("Landesvorstand", "(~Landesvorstand~)") + "|"
    hold(doc_of(SENTENCE), doc_of(bold), made)


def test_a_paragraph_that_became_a_heading_keeps_its_words() -> None:
    heading = {"type": "heading", "attrs": {"level": 2}, "content": paragraph(SENTENCE)["content"]}
    assert redline(doc_of(SENTENCE), doc_of(heading)) == f"(~{SENTENCE}|~)"


def test_the_title_of_the_document_is_tracked_too() -> None:
    old, new = doc_of("x", title="Alt"), doc_of("x", title="Neu", lang="en")
    made = compare(old, new)
    hold(old, new, made)
    parse_doc(made).check()
    assert made["attrs"]["title"] == "Neu"


def cell(text: str, **attrs: Any) -> Doc:
    return {"type": "table_cell", "attrs": attrs, "content": [paragraph(text)]}


def table(*rows: list[str]) -> Doc:
    content = [{"type": "table_row", "content": [cell(text) for text in row]} for row in rows]
    return {"type": "table", "attrs": {"id": "t"}, "content": content}


def test_a_table_is_compared_row_by_row_and_cell_by_cell() -> None:
    old = table(["Posten", "Betrag"], ["Miete", "1.200"], ["Druck", "300"])
    new = table(["Posten", "Betrag"], ["Miete", "1.400"], ["Porto", "90"], ["Druck", "300"])
    assert redline(doc_of(old), doc_of(new)) == (
        "Posten|Betrag||Miete|[-1.200-]{+1.400+}||{+Porto|90||+}Druck|300||"
    )


def test_a_table_with_another_number_of_columns_is_replaced() -> None:
    old, new = table(["a b", "c d"]), table(["a b", "c d", "e f"])
    made = compare(doc_of(old), doc_of(new))
    hold(doc_of(old), doc_of(new), made)
    assert _states(made) == "-+"


def test_a_table_with_tall_cells_keeps_them_whole() -> None:
    old = table(["a", "b c d"], ["e f"])
    old["content"][0]["content"][0]["attrs"] = {"rowspan": 2}
    new = copy.deepcopy(old)
    new["content"][1]["content"][0] = cell("e g")
    assert "{+g+}" in redline(doc_of(old), doc_of(new))
    more = copy.deepcopy(old)
    more["content"].append({"type": "table_row", "content": [cell("h"), cell("i")]})
    assert _states(compare(doc_of(old), doc_of(more))) == "-+"


def items(*texts: str) -> Doc:
    content = [{"type": "list_item", "content": [paragraph(text)]} for text in texts]
    return {"type": "bullet_list", "content": content}


def test_a_list_is_compared_item_by_item() -> None:
    old = items("Wohnen für alle", "Bahn statt Auto", "Schule ohne Not")
    new = items("Wohnen für alle", "Bus und Bahn statt Auto", "Schule ohne Not", "Pflege")
    assert redline(doc_of(old), doc_of(new)) == (
        "Wohnen für alle||{+Bus und +}Bahn statt Auto||Schule ohne Not||{+Pflege||+}"
    )


def test_an_edited_footnote_is_compared_inside() -> None:
    def with_note(text: str) -> Doc:
        note = {"type": "footnote", "attrs": {"id": "f1"}}
        content = [{"type": "text", "text": text}]
        block = paragraph(SENTENCE)
        block["content"].append(note | {"content": content})
        return doc_of(block)

    old, new = with_note("Quelle: Bericht von 2024"), with_note("Quelle: Bericht von 2025")
    assert redline(old, new) == f"{SENTENCE}Quelle: Bericht von [-2024-]{{+2025+}}|"


def test_a_figure_keeps_its_picture_while_its_caption_changes() -> None:
    def figure(file: str, caption: str) -> Doc:
        image = {"type": "image", "attrs": {"file": file * 64, "alt": caption}}
        legend = {"type": "caption", "content": [{"type": "text", "text": caption}]}
        return {"type": "figure", "attrs": {"id": "g"}, "content": [image, legend]}

    old, new = doc_of(figure("a", "Lage 2024")), doc_of(figure("a", "Lage 2025"))
    assert "Lage [-2024-]{+2025+}" in redline(old, new)
    assert _states(compare(old, doc_of(figure("b", "Lage 2024")))) == "-+"


def test_new_ids_alone_are_given_back_but_told_to_nobody() -> None:
    old = doc_of(paragraph(SENTENCE, id="a"), paragraph("Zweitens.", id="b"))
    new = doc_of(paragraph(SENTENCE, id="x"), paragraph("Zweitens.", id="y"))
    made = compare(old, new)
    hold(old, new, made)
    assert changes(made) == []


def test_the_changes_bear_the_name_that_is_asked_for() -> None:
    made = compare(doc_of("Eins zwei"), doc_of("Eins drei"), author="anna.b")
    assert change_ids(made) == {"anna.b:1"}


def test_open_suggestions_in_either_text_are_left_aside() -> None:
    suggested = compare(doc_of(SENTENCE), doc_of(f"{SENTENCE} Mehr."))
    assert not is_tracked(compare(doc_of(SENTENCE), suggested))
    assert not is_tracked(compare(suggested, doc_of(SENTENCE)))


# Hard texts


def test_hard_texts_keep_the_laws() -> None:
    rng = Random(3)
    words = [f"Wort{n}" for n in range(3000)]
    long = " ".join(rng.choices(words, k=10_000))
    parts = long.split(" ")
    for _ in range(300):
        parts[rng.randrange(len(parts))] = "neu"
    many = [f"😀{n}" for n in range(30_000)]
    blocks = [f"Absatz {n} {' '.join(rng.choices(words, k=9))}" for n in range(1200)]
    for old, new in (
        ([long], [" ".join(parts)]),
        ([long], [" ".join(rng.sample(parts, len(parts)))]),
        ([" ".join(many)], [" ".join([*many[:9000], "x", *many[9001:]])]),
        ([" ".join(rng.choices(["ja", "nein"], k=3000))], [" ".join(["nein", *(["ja"] * 2999)])]),
        (blocks, rng.sample(blocks, len(blocks))),
        (blocks, [" ".join(rng.choices(words, k=9)) for _ in blocks]),
        (["x"] * 900, ["x"] * 700 + ["y"] * 300),
    ):  # fmt: skip
        hold(doc_of(*old), doc_of(*new), compare(doc_of(*old), doc_of(*new)))


def test_symbols_never_meet_the_halves_of_characters() -> None:
    rng = Random(4)
    old = list(range(70_000))
    new = [each for each in old if rng.random() > 0.002]
    small = max(200, MOST_CELLS // 400)
    for before, after in ((old, new), (old[:small], new[: small - 5])):
        runs = aligned(before, after)
        assert sum(length for *_, length in runs) >= 0.98 * len(set(before) & set(after))
        for start_old, start_new, length in runs:
            assert before[start_old : start_old + length] == after[start_new : start_new + length]
