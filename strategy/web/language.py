"""Which language a page speaks, and how it writes dates."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal
from flask import Flask, g, request, session
from flask_babel import Domain, get_locale
from flask_login import current_user
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from strategy.catalog import LANGUAGES, for_browser, translations
from strategy.clock import now
from strategy.domain import dates, days

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
    seconds = round((value - now()).total_seconds() / 20) * 20
    return _ago(seconds, str(get_locale())) if seconds else _say().gettext("just now")


@lru_cache(maxsize=KEPT)
def _ago(seconds: int, lang: str) -> str:
    return str(format_timedelta(seconds, add_direction=True, threshold=1.2, locale=lang))


def in_zone(value: datetime, zone: str) -> str:
    """Freitag, 18. September 2026, 18:05, on the clocks of the zone."""
    return _in_zone(value.replace(second=0, microsecond=0), zone, str(get_locale()), "EEEE, ")


def short(value: datetime, zone: str) -> str:
    """18. Sept. 2026, 18:05, on the clocks of the zone."""
    return _in_zone(value.replace(second=0, microsecond=0), zone, str(get_locale()), "")


@lru_cache(maxsize=KEPT)
def _in_zone(value: datetime, zone: str, lang: str, before: str) -> str:
    month = "MMMM" if before else "MMM"
    form = f"{before}d. {month} y, HH:mm" if lang == "de" else f"{before}d {month} y, HH:mm"
    return str(format_datetime(value.astimezone(ZoneInfo(zone)), form, locale=lang))


def deadline(value: datetime, zone: str) -> str:
    """The last moment as people say it: what ends at midnight ends with the day before."""
    wall = value.astimezone(ZoneInfo(zone))
    if (wall.hour, wall.minute) != (0, 0):
        return in_zone(value, zone)
    return _weekday(days.last_before(value, zone), str(get_locale()))


@lru_cache(maxsize=KEPT)
def _weekday(value: date, lang: str) -> str:
    form = "EEEE, d. MMMM y" if lang == "de" else "EEEE, d MMMM y"
    return str(format_date(value, form, locale=lang))


def short_day(value: date) -> str:
    """7. Sept."""
    lang = str(get_locale())
    return str(format_date(value, "d. MMM" if lang == "de" else "d MMM", locale=lang))


def decimal(value: float) -> str:
    """12,5."""
    return str(format_decimal(round(value, 1), locale=str(get_locale())))


def day_in(value: datetime, zone: str) -> date:
    """The day that the moment belongs to in the zone."""
    return value.astimezone(ZoneInfo(zone)).date()


def for_field(value: datetime, zone: str) -> str:
    """As a field of the type datetime-local wants it: 2026-09-07T18:05."""
    return f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def month(value: date) -> str:
    """September 2026."""
    return str(format_date(value, "LLLL y", locale=str(get_locale())))


def span(seconds: int) -> str:
    """How long, in the largest one or two units: 12 Tage; 3 Stunden 20 Minuten."""
    return dates.span(seconds, str(get_locale()))


def file_size(count: int) -> str:
    """How large a file of so many bytes is: 340 kB; 1,2 MB."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1_000))}\u00a0kB"
    return f"{decimal(round(count / 1_000_000, 1))}\u00a0MB"


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
    app.jinja_env.filters |= {
        "date": long_date,
        "moment": moment,
        "ago": ago,
        "in_zone": in_zone,
        "short": short,
        "deadline": deadline,
        "clock": dates.clock,
        "decimal": decimal,
        "short_day": short_day,
        "day_in": day_in,
        "last_day": days.last_before,
        "for_field": for_field,
        "month": month,
        "span": span,
        "file_size": file_size,
    }
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
