"""Which language a page speaks, and how it writes dates."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, g, request, session
from flask_babel import Domain, format_date, format_datetime, format_timedelta, get_locale
from flask_login import current_user

from strategy.catalog import LANGUAGES, for_browser, translations
from strategy.clock import now

ZONE = ZoneInfo("Europe/Berlin")


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
    return str(format_date(value, "d. MMMM y" if str(get_locale()) == "de" else "d MMMM y"))


def moment(value: datetime) -> str:
    """7. September 2026, 18:05."""
    form = "d. MMMM y, HH:mm" if str(get_locale()) == "de" else "d MMMM y, HH:mm"
    return str(format_datetime(value.astimezone(ZONE), form, rebase=False))


def ago(value: datetime) -> str:
    """Vor 3 Stunden."""
    return str(format_timedelta(value - now(), add_direction=True, threshold=1.2))


def init_app(app: Flask) -> None:
    """Set the catalogue for each request and give templates their filters."""
    catalog = OneCatalog()
    app.before_request(catalog.as_default)
    app.jinja_env.filters |= {"date": long_date, "moment": moment, "ago": ago}
    app.context_processor(
        lambda: {
            "lang": str(get_locale() or "de"),
            "browser_strings": lambda: for_browser(str(get_locale() or "de")),
        }
    )
