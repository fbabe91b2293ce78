"""Days counted back from a session: calendar, business and working days, weekdays, holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from strategy.domain.terms import Span

ONE = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6


@lru_cache(maxsize=512)
def _holidays(year: int, region: str) -> frozenset[date]:
    return frozenset(country_holidays("DE", subdiv=region or None, years=year, language="de"))


def last_before(moment: datetime, zone: str) -> date:
    """The zone's last day before the moment: what ends at midnight ends with the day before."""
    return local_day(moment - timedelta(microseconds=1), zone)


def is_holiday(day: date, region: str) -> bool:
    """Whether it is a public holiday in the federal state ("": in all of Germany)."""
    return day in _holidays(day.year, region)


def holiday_name(day: date, region: str) -> str:
    """What the holiday is called in German, "" on other days."""
    found = country_holidays("DE", subdiv=region or None, years=day.year, language="de")
    return str(found.get(day, ""))


def counts(day: date, days: str, region: str) -> bool:
    """Whether a day is one of those that are counted; `days` is one of terms.DAYS."""
    if days == "calendar":
        return True
    free = {SUNDAY} if days == "working" else {SATURDAY, SUNDAY}
    return day.weekday() not in free and not is_holiday(day, region)


def day_of(span: Span, session_day: date, region: str) -> date:
    """The day on which the deadline ends.

    session_day     the session's first day in the body's zone; it is not counted itself
    """
    if span.unit == "weekday":
        monday = session_day - timedelta(days=session_day.weekday())
        day = monday - timedelta(weeks=span.count) + timedelta(days=span.weekday)
    elif span.unit == "weeks":
        day = session_day - timedelta(weeks=span.count)
    else:
        day, left = session_day, span.count
        while left:
            day -= ONE
            left -= counts(day, span.days, region)
    way = {"keep": 0, "before": -1, "after": 1}[span.holiday]
    while way and not counts(day, "business", region):
        day += way * ONE
    return day


def day_after(day: date, count: int, days: str, region: str) -> date:
    """The last of `count` days that are counted from the day after `day`.

    days    which days are counted, one of terms.DAYS
    """
    left = count
    while left:
        day += ONE
        left -= counts(day, days, region)
    return day


def at(day: date, clock: str, zone: str) -> datetime:
    """A day's time on the wall ("HH:MM", "24:00" is its end) as a moment in UTC.

    When summer time begins, an hour does not exist; when it ends, one exists twice: the later
    moment is taken, in favour of whoever has to meet the deadline.
    """
    if clock == "24:00":
        day, clock = day + ONE, "00:00"
    hours, minutes = (int(part) for part in clock.split(":"))
    wall = datetime.combine(day, time(hours, minutes), ZoneInfo(zone))
    return max(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def local_day(moment: datetime, zone: str) -> date:
    """The day that a moment belongs to in the zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def ends(span: Span, starts_at: datetime, *, zone: str, region: str) -> datetime:
    """The moment in UTC at which the deadline ends; never after the session has begun."""
    day = day_of(span, local_day(starts_at, zone), region)
    return min(at(day, span.at, zone), starts_at.astimezone(UTC))
