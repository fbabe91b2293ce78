"""Guessing is slowed down: per account and per network, whether the account exists or not."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from strategy.errors import TooMany
from strategy.store.people import Attempt

REMEMBERED = timedelta(hours=24)
"""How long an attempt counts, and is kept."""


@dataclass(frozen=True)
class Limit:
    """How patient we are: `free` attempts a day, then 2, 4, 8, … up to `most` seconds apart."""

    free: int
    most: int

    def wait(self, attempts: int) -> int:
        """Seconds between the last of `attempts` and the next one."""
        over = attempts - self.free
        return 0 if over < 0 else min(2 ** min(over + 1, 30), self.most)


ACCOUNT = Limit(free=5, most=300)
"""At the longest wait 288 guesses a day; and a stranger cannot keep somebody out for long."""
NETWORK = Limit(free=30, most=900)
"""A whole office may sit behind one address."""
MAILS_ACCOUNT = Limit(free=3, most=3600)
MAILS_NETWORK = Limit(free=20, most=3600)
FEED = Limit(free=300, most=900)
"""Every five minutes, all day; one calendar that asks more often waits."""
FEEDS_NETWORK = Limit(free=30, most=900)
"""Of addresses that there are not."""


def account_key(secret: str, purpose: str, email: str) -> str:
    """What stands for an account in the table, whether it exists or not."""
    return _key(secret, f"{purpose} account {email.strip().casefold()}")


def network_key(secret: str, purpose: str, address: str) -> str:
    """What stands for a network: an IPv4 address, or the /64 that a household has of IPv6."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return _key(secret, f"{purpose} network {address}")
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip
    net = ip_network(f"{ip}/{64 if isinstance(ip, IPv6Address) else 32}", strict=False)
    return _key(secret, f"{purpose} network {net}")


def attempt(db: Session, limits: dict[str, Limit], *, now: datetime) -> None:
    """Count an attempt for each key, before it is made. Commit before it is made, too.

    Counting first makes it hold for attempts that come at once, in several processes:
    each sees those before it. `forgive` takes the account's back when it was right.

    raises  TooMany if one of the keys must wait; then nothing is counted
    """
    for key in sorted(limits):
        _in_turn(db, key)
    wait = max((_seconds_left(db, key, limit, now) for key, limit in limits.items()), default=0)
    if wait > 0:
        raise TooMany(seconds=wait)
    db.execute(delete(Attempt).where(Attempt.at < now - REMEMBERED))
    db.add_all(Attempt(key=key, at=now) for key in limits)
    db.flush()


def forgive(db: Session, *keys: str, newest: str = "") -> None:
    """Forget all attempts of `keys`, and the newest one of key `newest`."""
    db.execute(delete(Attempt).where(Attempt.key.in_(keys)))
    last = select(func.max(Attempt.id)).where(Attempt.key == newest).scalar_subquery()
    db.execute(delete(Attempt).where(Attempt.id == last))


def _key(secret: str, about: str) -> str:
    return hmac.new(secret.encode(), about.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _seconds_left(db: Session, key: str, limit: Limit, now: datetime) -> int:
    count, last = db.execute(
        select(func.count(), func.max(Attempt.at)).where(
            Attempt.key == key, Attempt.at > now - REMEMBERED
        )
    ).one()
    if count == 0:
        return 0
    return max(0, ceil((last + timedelta(seconds=limit.wait(count)) - now).total_seconds()))


def _in_turn(db: Session, key: str) -> None:
    """Wait until no other transaction counts for this key. SQLite has one writer anyway."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(int(key[:15], 16))))
