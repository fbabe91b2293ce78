"""Passwords: what makes one acceptable, how it is kept, whether one fits."""

from __future__ import annotations

import unicodedata
from typing import NewType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from strategy.errors import Invalid

Kept = NewType("Kept", str)
"""A checked password's encoding, as the table keeps it."""

LEAST = 10
MOST = 1000
"""Code points. Longer ones would only cost time."""

_hasher = PasswordHasher(time_cost=2, memory_cost=47_104, parallelism=1)
"""Argon2id with 46 MiB in 2 passes: twice what OWASP asks for, and one core for 0.1 s."""

_NOBODYS = (
    "$argon2id$v=19$m=47104,t=2,p=1$ZS3EuA3xTkSTc8tjVnsbHQ"
    "$L0nzkC0iSYcGNZQVVyWyVXr1LJUYKVIhkyxGHXJGxKs"
)
"""Fits no password; verified where there is no account, so that both take equally long."""

COMMON = frozenset({
    "1q2w3e4r5t", "1qaz2wsx3edc", "abcdefghij", "abcdefghijk", "basketball", "changeme123",
    "fussball123", "geheim1234", "hallo12345", "hallohallo", "ichliebedich", "iloveyou123",
    "iloveyou12", "internet123", "landesvorstand", "letmein123", "passw0rd123", "passwort12",
    "passwort123", "passwort1234", "password12", "password123", "password1234", "passwordpassword",
    "qwertyuiop", "qwertzuiop", "qwertz1234", "qwertz12345", "qwerty12345", "schatz1234",
    "schatz12345", "sommer2024", "sommer2025", "sommer2026", "trustno1trustno1", "willkommen",
    "willkommen1", "willkommen123", "welcome123", "winter2025", "winter2026",
})  # fmt: skip
"""What is tried first, of those that are long enough."""

ROWS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertzuiopasdfghjkl", "qwertyuiop")


def _bytes(password: str) -> bytes:
    """One form for what looks alike: an umlaut typed on an iPad and on Windows."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def hashed(password: str) -> Kept:
    """What is kept of a password: Argon2id's encoding. Takes about 0.1 s."""
    return Kept(_hasher.hash(_bytes(password)))


def choose(password: str, about: tuple[str, ...] = (), field: str = "password") -> Kept:
    """A newly chosen password, checked (see `check`) and hashed. Slow: hold nothing meanwhile."""
    check(password, about=about, field=field)
    return hashed(password)


def fits(kept: str | None, password: str) -> bool:
    """Whether `password` is the one that `kept` was made from; as slow where `kept` is None."""
    try:
        return _hasher.verify(kept or _NOBODYS, _bytes(password[:MOST])) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether `kept` was made with weaker parameters than today's: make it anew."""
    return _hasher.check_needs_rehash(kept)


def check(password: str, *, about: tuple[str, ...] = (), field: str = "password") -> None:
    """Take only a password that is not guessed at once.

    about   name, e-mail address: what a password may not be
    raises  Invalid naming `field`
    """
    if len(password) < LEAST:
        raise Invalid(field, "Please take at least %(least)s characters.", least=LEAST)
    if len(password) > MOST:
        raise Invalid(field, "This is too long: at most %(most)s characters.", most=MOST)
    if any("\ud800" <= sign <= "\udfff" for sign in password):
        raise Invalid(field, "This text has characters that cannot be kept.")
    if _is_guessed(password.casefold(), {each.casefold() for each in about}):
        raise Invalid(field, "This password is easy to guess. Please take another one.")


def _is_guessed(password: str, about: set[str]) -> bool:
    bare = "".join(password.split())
    known = about | {each.partition("@")[0] for each in about}
    known |= {"".join(each.split()) for each in known}
    return (
        bare in COMMON
        or password in known
        or bare in known
        or len(set(bare)) < 4
        or any(bare in row or bare in row[::-1] for row in ROWS)
    )
