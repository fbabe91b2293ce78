"""Translations: msgids are English, each part of the product has a .po file of its own."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES = ("de", "en")
FOLDER = Path(__file__).parent / "translations"


def _parts(lang: str, pattern: str) -> list[Catalog]:
    found = []
    for path in sorted((FOLDER / lang).glob(pattern)):
        with path.open("rb") as file:
            found.append(read_po(file, locale=lang))
    return found


@lru_cache(maxsize=len(LANGUAGES))
def translations(lang: str) -> NullTranslations:
    """All parts of a language as one; English is written in the code itself."""
    whole = Catalog(locale=lang)
    for part in _parts(lang, "*.po"):
        for message in part:
            if message.id and message.string:
                whole.add(message.id, message.string, context=message.context)
    file = BytesIO()
    write_mo(file, whole)
    file.seek(0)
    return Translations(file) if lang != "en" else NullTranslations()


def for_browser(lang: str, pattern: str = "browser*.po") -> dict[str, str]:
    """What the scripts say: msgid to text, for the page's own catalogue.

    pattern     the parts that the page's scripts need
    """
    return {
        message.id: message.string
        for part in _parts(lang, pattern)
        for message in part
        if isinstance(message.id, str)
        and isinstance(message.string, str)
        and message.id
        and message.string
    }


def later(message: str) -> str:
    """Mark a message that is only translated when it is said."""
    return message


def say(lang: str, message: str, **facts: object) -> str:
    """`message` in `lang`, its %(name)s places filled."""
    text: str = translations(lang).gettext(message)
    return text % facts if facts else text
