"""Calendar files: a session as an event that any calendar takes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from strategy.catalog import later, say
from strategy.store.sessions import Session

NAMES = {
    "regular": later("Session"),
    "special": later("Special session"),
    "retreat": later("Retreat"),
    "circular": later("Circular decision"),
}

STATUS = {"planned": "TENTATIVE", "cancelled": "CANCELLED"}


def name_of(session: Session, lang: str) -> str:
    """What the session is called: its title, else what it is, with its body."""
    return f"{session.title or say(lang, NAMES[session.kind])}: {session.body.name}"


def event(
    session: Session, *, base: str, lang: str, moves: int, now: datetime, is_neutral: bool = False
) -> Event:
    """The session as an event.

    base        how people reach the server
    moves       how often it was moved: calendars take the newest
    now         when it was last changed
    is_neutral  without title, place and link, for calendars that others see
    """
    made = Event()
    host = urlsplit(base).hostname or "localhost"
    made.add("uid", f"session-{session.id}@{host}")
    made.add("dtstamp", now)
    made.add("dtstart", session.starts_at)
    made.add("dtend", session.ends_at)
    made.add("sequence", moves + (100 if session.state == "cancelled" else 0))
    made.add("status", STATUS.get(session.state, "CONFIRMED"))
    if is_neutral:
        made.add("summary", say(lang, "Appointment"))
        made.add("class", "PRIVATE")
        return made
    made.add("summary", name_of(session, lang))
    made.add("url", f"{base}/sessions/{session.id}")
    if session.place:
        made.add("location", session.place)
    return made


def file(events: Iterable[Event], *, is_cancelled: bool = False) -> bytes:
    """A calendar file."""
    calendar = Calendar()
    calendar.add("prodid", "-//Vorlauf//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_cancelled else "PUBLISH")
    for each in events:
        calendar.add_component(each)
    return bytes(calendar.to_ical())
