"""How somebody wishes to be told: at once, in a digest, or not; a mail's own link ends its kind."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from strategy.errors import Invalid, NotFound
from strategy.store.notices import Choice
from strategy.store.people import Person

KINDS = {
    "invitation": ("now", "off"),
    "deadline": ("now", "daily", "weekly", "off"),
    "task": ("now", "daily", "weekly", "off"),
    "tabled": ("now", "daily", "weekly", "off"),
    "amendment": ("now", "daily", "weekly", "off"),
    "answer": ("now", "daily", "weekly", "off"),
}
"""Each kind of notices with the ways in which it can be had."""
USUAL = {
    "invitation": "now",
    "deadline": "now",
    "task": "now",
    "tabled": "daily",
    "amendment": "daily",
    "answer": "daily",
}
DIGESTS = ("daily", "weekly")
SIGNED = 32
"""Hex digits that a signature keeps: 128 bits."""
GONE = "This link is not valid. Please choose in your profile which mails you get."


def of(db: Session, person_id: int) -> dict[str, str]:
    """The person's way for each kind."""
    rows = db.execute(select(Choice.kind, Choice.way).where(Choice.person_id == person_id))
    chosen: dict[str, str] = dict(rows.all())
    return USUAL | chosen


def choose(db: Session, person: Person, ways: Mapping[str, str]) -> None:
    """Have these kinds these ways from now on; what waits for a digest follows.

    raises  Invalid for a kind or a way that there is not
    """
    for kind, way in ways.items():
        if way not in KINDS.get(kind, ()):
            raise Invalid(kind, "There is no such choice.")
        _set(db, person.id, kind, way)
    db.flush()


def _set(db: Session, person_id: int, kind: str, way: str) -> None:
    kept = db.get(Choice, (person_id, kind))
    if kept is None:
        db.add(Choice(person_id=person_id, kind=kind, way=way))
    else:
        kept.way = way


def token(secret: str, person_id: int, kind: str) -> str:
    """What in a mail's link says whom to mute what, and cannot be made up.

    secret  the server's key
    kind    one of KINDS, or daily or weekly: everything that comes in that digest
    """
    return f"{person_id}.{kind}.{_sign(secret, person_id, kind)}"


def _sign(secret: str, person_id: int, kind: str) -> str:
    about = f"mute {person_id} {kind}"
    return hmac.new(secret.encode(), about.encode(), hashlib.sha256).hexdigest()[:SIGNED]


def address(base: str, token: str) -> str:
    """The link that mutes.

    base    how people reach the server, without a slash at the end
    """
    return f"{base}/mute/{token}"


def read(db: Session, secret: str, token: str) -> tuple[Person, str]:
    """Whom a mail's link would mute what.

    raises  NotFound if it was not made here, or its person has left
    """
    number, _, rest = token.partition(".")
    kind, _, given = rest.partition(".")
    if number.isascii() and number.isdecimal() and len(number) < 10:
        right = _sign(secret, int(number), kind)
        if hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
            person = db.get(Person, int(number))
            if person is not None and person.left_at is None:
                return person, kind
    raise NotFound(GONE)


def mute(db: Session, person: Person, kind: str) -> None:
    """Have no more mails of the kind, or of whatever comes in that digest."""
    ways = of(db, person.id)
    kinds = [each for each, way in ways.items() if way == kind] if kind in DIGESTS else [kind]
    for each in kinds:
        _set(db, person.id, each, "off")
    db.flush()
