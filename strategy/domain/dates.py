"""Dates and moments as people write them, in a language and a time zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

DAY = {"de": "d. MMMM y", "en": "d MMMM y"}


def long_date(day: date, lang: str) -> str:
    """7. September 2026."""
    return str(format_date(day, DAY[lang], locale=lang))


def moment(at: datetime, lang: str, zone: str) -> str:
    """Montag, 7. September 2026, 18:05: on the clocks of the zone."""
    form = f"EEEE, {DAY[lang]}, HH:mm"
    return str(format_datetime(at.astimezone(ZoneInfo(zone)), form, locale=lang))


def local_date(at: datetime, lang: str, zone: str) -> str:
    """7. September 2026: the day of a moment on the calendars of the zone."""
    return long_date(at.astimezone(ZoneInfo(zone)).date(), lang)
