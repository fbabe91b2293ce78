"""Which language a page speaks, and how it writes dates."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from flask import Flask, g, request, session
from flask_babel import Domain, get_locale
from flask_login import current_user
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from strategy.catalog import LANGUAGES, for_browser, translations
from strategy.clock import now

ZONE = ZoneInfo("Europe/Berlin")
KEPT = 4_096
"""Dates that are kept as words: formatting one costs 0.2 ms, and lists repeat them."""


class OneCatalog(Domain):
    """Flask-Babel's domain over all parts of a language."""

    def get_translations(self) -> object:
        """The translations of the request's language."""
        return translations(str(get_locale() or "de"))


def choose() -> str:
    """The person's language, else the one chosen on this device, else the browser's."""
    if g.get("lang"):
        return str(g.lang)
    if current_user and current_user.is_authenticated:
        return str(current_user.person.lang)
    kept = session.get("lang")
    if kept in LANGUAGES:
        return str(kept)
    return request.accept_languages.best_match(LANGUAGES, "de") or "de"


def long_date(value: date | datetime) -> str:
    """7. September 2026."""
    if isinstance(value, datetime):
        value = value.astimezone(ZONE).date()
    return _date(value, str(get_locale()))


@lru_cache(maxsize=KEPT)
def _date(value: date, lang: str) -> str:
    return str(format_date(value, "d. MMMM y" if lang == "de" else "d MMMM y", locale=lang))


def moment(value: datetime) -> str:
    """7. September 2026, 18:05."""
    return _moment(value.replace(second=0, microsecond=0), str(get_locale()))


@lru_cache(maxsize=KEPT)
def _moment(value: datetime, lang: str) -> str:
    form = "d. MMMM y, HH:mm" if lang == "de" else "d MMMM y, HH:mm"
    return str(format_datetime(value.astimezone(ZONE), form, locale=lang))


def ago(value: datetime) -> str:
    """Vor 3 Stunden."""
    return _ago(round((value - now()).total_seconds() / 20) * 20, str(get_locale()))


@lru_cache(maxsize=KEPT)
def _ago(seconds: int, lang: str) -> str:
    return str(format_timedelta(seconds, add_direction=True, threshold=1.2, locale=lang))


@lru_cache(maxsize=len(LANGUAGES) * 2)
def strings(lang: str, pattern: str) -> Markup:
    """The scripts' strings as JSON that can stand in a page."""
    return htmlsafe_json_dumps(for_browser(lang, pattern))


def _say() -> Any:
    if "said" not in g:
        g.said = translations(str(get_locale() or "de"))
    return g.said


def init_app(app: Flask) -> None:
    """Set the catalogue for each request and give templates their filters."""
    catalog = OneCatalog()
    app.before_request(catalog.as_default)
    app.jinja_env.filters |= {"date": long_date, "moment": moment, "ago": ago}
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _say().gettext(text),
        lambda one, many, count: _say().ngettext(one, many, count),
        newstyle=True,
    )
    app.context_processor(
        lambda: {
            "lang": str(get_locale() or "de"),
            "browser_strings": lambda pattern="browser-page.po": strings(
                str(get_locale() or "de"), pattern
            ),
        }
    )
