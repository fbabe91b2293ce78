"""Dates and moments as people write them, in a language and a time zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.units import format_unit

DAY = {"de": "d. MMMM y", "en": "d MMMM y"}


def long_date(day: date, lang: str) -> str:
    """7. September 2026."""
    return str(format_date(day, DAY[lang], locale=lang))


def moment(at: datetime, lang: str, zone: str) -> str:
    """Montag, 7. September 2026, 18:05: on the clocks of the zone."""
    form = f"EEEE, {DAY[lang]}, HH:mm"
    return str(format_datetime(at.astimezone(ZoneInfo(zone)), form, locale=lang))


def span(seconds: int, lang: str) -> str:
    """How long, in the largest one or two units: 12 Tage; 3 Stunden 20 Minuten."""
    left = abs(seconds)
    words: list[str] = []
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count, left = divmod(left, size)
        if count and len(words) < 2:
            words.append(str(format_unit(count, f"duration-{unit}", locale=lang)))
        if unit == "day" and count >= 3:
            break
    return " ".join(words) or str(format_unit(0, "duration-minute", locale=lang))
