"""Both languages are complete: every sentence of the code has German words, and no other."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from strategy.catalog import FOLDER, for_browser, translations
from tests.messages import every, in_scripts, written

PLACE = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
SAME = {"PDF", "Markdown"}


def _entries():
    for path in sorted((FOLDER / "de").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="de"):
                if message.id:
                    yield path.name, message


def test_every_sentence_has_german_words():
    german = {}
    for _, message in _entries():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        german |= dict(zip(ids, texts, strict=True))
    missing = {said: sorted(files) for said, files in every().items() if not german.get(said)}
    assert missing == {}


def test_what_scripts_say_is_sent_to_the_browser():
    sent = for_browser("de")
    assert {said for _, said in in_scripts() if said not in sent} == set()


def test_a_sentence_has_the_same_german_words_wherever_it_stands():
    """All parts become one catalogue: of two translations one would silently win."""
    found: dict[str, set[str]] = {}
    for name, message in _entries():
        if not name.startswith("browser"):
            one = message.id[0] if isinstance(message.id, tuple) else message.id
            found.setdefault(one, set()).add(str(message.string))
    assert {one: words for one, words in found.items() if len(words) > 1} == {}


def test_no_translation_is_left_over():
    said, strings = set(every()), written()
    left = [
        (name, one)
        for name, message in _entries()
        for one in [message.id[0] if isinstance(message.id, tuple) else message.id]
        if one not in said and one not in strings
    ]
    assert left == []


def test_places_for_facts_are_the_same_in_both_languages():
    for name, message in _entries():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for said, text in zip(ids, texts, strict=True):
            assert set(PLACE.findall(said)) == set(PLACE.findall(text)), (name, said)


def test_german_uses_german_quotation_marks():
    for name, message in _entries():
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in texts:
            assert not re.search(r'[“"][^„“"]*”', text), (name, text)
            assert text.count("„") == text.count("“"), (name, text)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_sentence_is_said_in_the_language(lang):
    said = translations(lang).gettext("Papers")
    assert said == {"de": "Papiere", "en": "Papers"}[lang]
