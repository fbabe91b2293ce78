"""What is said between a browser and the server about one open paper.

client  {"type": "steps", "version": v, "steps": […], "client": id, "batch": k}
        {"type": "presence", "version": v, "head": n, "anchor": n}        (null: no cursor)
server  {"type": "steps", "version": v, "steps": […], "clients": […], "batches": […],
         "people": […]}    the accepted steps after version v, in order; the lists run in step
        {"type": "behind", "version": n}    catch up to n, rebase, send again
        {"type": "refused", "batch": k, "reason": text}
        {"type": "presence", "here": [{"client", "person", "name", "colour", "version", "head",
         "anchor"}, …], "left": [client id, …]}    who is new or has moved, who has gone
        {"type": "paper", "state": text}, {"type": "comment", …}
        {"type": "hash", "version": n, "hash": fingerprint of the document at version n}

The same messages travel over HTTP: GET and POST /papers/<id>/steps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from strategy.domain.steps import Logged
from strategy.errors import Invalid

MOST_VERSION = 2**31 - 1
CLIENT = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a client id may be: random, made by the browser for each open paper."""


class Steps(NamedTuple):
    """A batch that somebody wants to add, based on `version`."""

    version: int
    steps: list[Any]
    client: str
    batch: int


class Presence(NamedTuple):
    """Where somebody's cursor is, at `version`; None where there is none."""

    version: int
    head: int | None
    anchor: int | None


class Unreadable(Invalid):
    """This is no message of the protocol; `batch` is what it claims to be, if anything."""

    def __init__(self, message: str, batch: int | None = None):
        super().__init__("", message)
        self.batch = batch


def read(data: bytes) -> Steps | Presence:
    """What a client says.

    raises  Unreadable
    """
    try:
        told = orjson.loads(data)
    except orjson.JSONDecodeError:
        # Half characters stop the strict reader: find out at least which batch it is.
        raise Unreadable("This message cannot be read.", _batch_of(data)) from None
    if not isinstance(told, dict):
        raise Unreadable("This message cannot be read.")
    if told.get("type") == "presence":
        return presence(told)
    return steps(told)


def steps(told: dict[str, Any]) -> Steps:
    """A batch, from a message of type steps.

    raises  Unreadable
    """
    batch = told.get("batch")
    known = batch if _whole(batch, 1) else None
    client, sent = told.get("client"), told.get("steps")
    if told.get("type") != "steps" or known is None:
        raise Unreadable("This message cannot be read.", known)
    if not isinstance(client, str) or CLIENT.fullmatch(client) is None:
        raise Unreadable("This message cannot be read.", known)
    if not _whole(told.get("version"), 0) or not isinstance(sent, list) or not sent:
        raise Unreadable("This message cannot be read.", known)
    return Steps(told["version"], sent, client, known)


def presence(told: dict[str, Any]) -> Presence:
    """A cursor, from a message of type presence.

    raises  Unreadable
    """
    head, anchor = told.get("head"), told.get("anchor")
    if not _whole(told.get("version"), 0) or not all(
        place is None or _whole(place, 0) for place in (head, anchor)
    ):
        raise Unreadable("This message cannot be read.")
    return Presence(told["version"], head, anchor)


def _whole(value: object, least: int) -> bool:
    return type(value) is int and least <= value <= MOST_VERSION


def _batch_of(data: bytes) -> int | None:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return None
    batch = told.get("batch") if isinstance(told, dict) else None
    return batch if _whole(batch, 1) else None


def accepted(version: int, rows: Sequence[Logged]) -> bytes:
    """The steps after `version`; each was encoded when it was accepted."""
    told = orjson.dumps(
        {
            "clients": [row.client for row in rows],
            "batches": [row.batch for row in rows],
            "people": [row.person_id for row in rows],
        }
    )
    bodies = ",".join([row.body for row in rows]).encode()
    return b'{"type":"steps","version":%d,"steps":[%b],%b' % (version, bodies, told[1:])


def behind(version: int) -> bytes:
    """The batch cannot be placed: catch up to `version` first."""
    return b'{"type":"behind","version":%d}' % version


def refused(batch: int | None, reason: str) -> bytes:
    """The batch is not part of the text, and why."""
    return orjson.dumps({"type": "refused", "batch": batch, "reason": reason})


def told(message: dict[str, Any]) -> bytes:
    """Any other message."""
    return orjson.dumps(message)
