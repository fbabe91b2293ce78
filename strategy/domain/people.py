"""People: who has an account, what it says about them, how they come and go."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from strategy.catalog import LANGUAGES
from strategy.domain import devices, feeds, links, log, policy
from strategy.domain.passwords import Kept
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.people import Person

LONGEST_NAME = 100
LONGEST_EMAIL = 254
"""RFC 5321's longest path without its brackets."""

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"localhost|([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


def checked_email(value: str, field: str = "email") -> str:
    """An address in lower case, its domain in ASCII.

    raises  Invalid naming `field` if no mail could be sent to it
    """
    local, at, domain = value.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        domain = ""
    address = f"{local.lower()}@{domain}"
    if (
        not at
        or len(address) > LONGEST_EMAIL
        or len(local) > 64
        or not _LOCAL.fullmatch(local)
        or not _DOMAIN.fullmatch(domain)
    ):
        raise Invalid(field, "Please give an e-mail address like name@example.org.")
    return address


def checked_name(value: str, field: str = "name", *, most: int = LONGEST_NAME) -> str:
    """A name: 1 to `most` code points, blanks folded, nothing that is not seen.

    raises  Invalid naming `field`
    """
    trimmed = value.strip()
    # Control, format (bidirectional overrides among them), private, unassigned, line separators.
    if any(unicodedata.category(sign)[0] == "C" or sign in "\u2028\u2029" for sign in trimmed):
        raise Invalid(field, "This text has characters that cannot be kept.")
    name = " ".join(unicodedata.normalize("NFC", trimmed).split())
    if not name:
        raise Invalid(field, "Please fill this in.")
    if len(name) > most:
        raise Invalid(field, "This is too long: at most %(most)s characters.", most=most)
    return name


def find(db: Session, email: str) -> Person | None:
    """The person with this address, whether they may still sign in or not."""
    try:
        address = checked_email(email)
    except Invalid:
        return None
    return db.scalar(select(Person).where(Person.email == address))


def by_id(db: Session, person_id: int) -> Person:
    """The person.

    raises  NotFound
    """
    person = db.get(Person, person_id) if 0 < person_id < 2**31 else None
    if person is None:
        raise NotFound("There is no such person.")
    return person


def add(
    db: Session,
    email: str,
    name: str,
    *,
    admin: bool = False,
    lang: str = "de",
    by: Person | None = None,
    now: datetime,
) -> Person:
    """A new account, without a password: its person comes in by a link.

    by      None: the command line
    raises  Invalid for a bad or known address, a bad name or language
    """
    person = Person(
        email=checked_email(email),
        name=checked_name(name),
        lang=_checked_lang(lang),
        is_admin=admin,
        made_at=now,
    )
    try:
        with db.begin_nested():
            db.add(person)
    except IntegrityError as taken:
        raise Invalid("email", "There is an account with this address already.") from taken
    log.note(db, "person.added", by=by, now=now, detail=str(person.id))
    return person


def everybody(db: Session) -> list[Person]:
    """All accounts, in the order of names; those who left come last."""
    return list(
        db.scalars(
            select(Person).order_by(Person.left_at.is_not(None), func.lower(Person.name), Person.id)
        )
    )


def names(db: Session, ids: Iterable[int]) -> dict[int, str]:
    """The names of some people, by their id."""
    rows = db.execute(select(Person.id, Person.name).where(Person.id.in_(set(ids))))
    return {each.id: each.name for each in rows}


def describe(person: Person, *, name: str, lang: str) -> None:
    """Change what the person says about themself.

    raises  Invalid
    """
    person.name, person.lang = checked_name(name), _checked_lang(lang)


def choose_password(
    db: Session, person: Person, password: Kept, *, now: datetime, keep: int | None = None
) -> None:
    """Take a new password; every device but `keep` is signed out, open links end."""
    person.password = password
    devices.end_all(db, person, but=keep)
    links.end_all(db, person, now=now)
    log.note(db, "person.password_chosen", by=person, now=now)


def accept_invitation(
    db: Session, token: str, *, name: str, password: Kept, lang: str, now: datetime
) -> Person:
    """The invited person takes their account: name, language, password. The link is used up.

    raises  NotFound if the link is not valid (any more), Invalid for a bad name
    """
    person = links.follow(db, "invitation", token, now=now)
    describe(person, name=name, lang=lang)
    choose_password(db, person, password, now=now)
    return person


def reset_password(db: Session, token: str, *, password: Kept, now: datetime) -> Person:
    """A forgotten password is replaced; the link is used up, every device signed out.

    raises  NotFound if the link is not valid (any more)
    """
    person = links.follow(db, "reset", token, now=now)
    choose_password(db, person, password, now=now)
    return person


def leave(db: Session, person: Person, *, by: Person | None, now: datetime) -> None:
    """The person may no longer sign in, anywhere, at once; what they wrote stays.

    by      None: the command line
    raises  NotFound by the policy, NotAllowed for the last administrator
    """
    _require_admin(by)
    if person.left_at is not None:
        return
    if person.is_admin and not _other_admins(db, person):
        raise NotAllowed("Somebody must be able to administer: this is the last administrator.")
    person.left_at = now
    devices.end_all(db, person)
    links.end_all(db, person, now=now)
    feeds.revoke(db, person)
    log.note(db, "person.left", by=by, now=now, detail=str(person.id))


def come_back(db: Session, person: Person, *, by: Person | None, now: datetime) -> None:
    """The person may sign in again, by a link: the old password is gone.

    by      None: the command line
    raises  NotFound by the policy
    """
    _require_admin(by)
    if person.left_at is None:
        return
    person.left_at = person.password = None
    log.note(db, "person.came_back", by=by, now=now, detail=str(person.id))


def make_admin(
    db: Session, person: Person, is_admin: bool, *, by: Person | None, now: datetime
) -> None:
    """Give or take the right to administer people and bodies.

    by      None: the command line
    raises  NotFound by the policy, NotAllowed for the last administrator
    """
    _require_admin(by)
    if person.is_admin == is_admin:
        return
    if not is_admin and not _other_admins(db, person):
        raise NotAllowed("Somebody must be able to administer: this is the last administrator.")
    person.is_admin = is_admin
    log.note(db, "person.admin" if is_admin else "person.no_admin", by=by, now=now,
             detail=str(person.id))  # fmt: skip


def is_invited(person: Person) -> bool:
    """Whether the person has not chosen a password yet."""
    return person.password is None and person.left_at is None


def _require_admin(by: Person | None) -> None:
    if by is not None and not policy.may_administer(by):
        raise NotFound("There is no such page.")


def _other_admins(db: Session, person: Person) -> bool:
    """Whether somebody else administers; their rows stay locked until the transaction ends."""
    others = db.scalars(
        select(Person)
        .where(Person.is_admin, Person.left_at.is_(None))
        .order_by(Person.id)
        .with_for_update()
    )
    return any(each.id != person.id for each in others)


def _checked_lang(lang: str) -> str:
    if lang not in LANGUAGES:
        raise Invalid("lang", "This language is not offered.")
    return lang
