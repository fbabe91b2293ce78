"""The devices somebody is signed in on: a row each, so that they can be listed and ended."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Select, bindparam, delete, select, update
from sqlalchemy.orm import Session, contains_eager

from strategy.errors import NotFound
from strategy.store.people import Device, Person

IDLE = timedelta(days=60)
"""How long a device stays signed in without being used."""

SEEN_EVERY = timedelta(minutes=10)
"""How exactly the last use is kept; a write per request would be too much."""

LONGEST_AGENT = 300

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("HeadlessChrome", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
"""Signs in the user agent, the telling ones first: nearly all also claim to be Safari."""

SYSTEMS = (
    ("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def fingerprint(token: str) -> str:
    """What is kept of a token: its SHA-256, hex. Whoever reads the table cannot sign in with it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def start(db: Session, person: Person, *, agent: str, now: datetime) -> str:
    """Sign the person in on a new device.

    agent   the browser's user agent, kept to tell devices apart
    returns the token for the device's cookie: 43 URL-safe characters, kept nowhere else
    """
    token = secrets.token_urlsafe(32)
    shown = "".join(sign for sign in agent if sign.isprintable())[:LONGEST_AGENT]
    db.add(
        Device(
            person_id=person.id,
            token_hash=fingerprint(token),
            agent=shown,
            made_at=now,
            seen_at=now,
        )
    )
    db.flush()
    return token


def find(db: Session, token: str, *, now: datetime) -> Device | None:
    """The device with this token, its person loaded; None once ended, unused for long, or left."""
    return db.scalar(_find(), {"token_hash": fingerprint(token), "used_after": now - IDLE})


@cache
def _find() -> Select[Device]:
    """Asked with each request, so built once."""
    return (
        select(Device)
        .join(Device.person)
        .where(
            Device.token_hash == bindparam("token_hash"),
            Device.seen_at > bindparam("used_after"),
            Person.left_at.is_(None),
        )
        .options(contains_eager(Device.person))
    )


def is_live(db: Session, device_id: int) -> bool:
    """Whether the device is still signed in: asked again by connections that stay open."""
    query = (
        select(Device.id)
        .join(Device.person)
        .where(Device.id == device_id, Person.left_at.is_(None))
    )
    return db.scalar(query) is not None


def needs_touch(device: Device, *, now: datetime) -> bool:
    """Whether the last use that is kept is too old to stay."""
    return now - device.seen_at > SEEN_EVERY


def touch(db: Session, device_id: int, *, now: datetime) -> None:
    """Keep that the device was used now."""
    db.execute(update(Device).where(Device.id == device_id).values(seen_at=now))


def of(db: Session, person: Person, *, now: datetime) -> list[Device]:
    """The person's devices, the one used last first."""
    query = (
        select(Device)
        .where(Device.person_id == person.id, Device.seen_at > now - IDLE)
        .order_by(Device.seen_at.desc(), Device.id.desc())
    )
    return list(db.scalars(query))


def end(db: Session, person: Person, device_id: int) -> None:
    """Sign one of the person's own devices out.

    raises  NotFound if it is not theirs, or ended already
    """
    query = (
        delete(Device)
        .where(Device.id == device_id, Device.person_id == person.id)
        .returning(Device.id)
    )
    if db.scalar(query) is None:
        raise NotFound("This device is signed out already.")


def end_all(db: Session, person: Person, *, but: int | None = None) -> int:
    """Sign the person out everywhere, except on device `but`; returns from how many devices."""
    query = delete(Device).where(Device.person_id == person.id)
    if but is not None:
        query = query.where(Device.id != but)
    return len(db.scalars(query.returning(Device.id)).all())


def described(agent: str) -> tuple[str, str]:
    """Browser and system as a person calls them; empty where unknown."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return browser, system
