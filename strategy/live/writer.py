"""The one writer of a room: all that waits goes into one transaction, then to everybody.

The pause between two transactions tunes itself: a few times the processor time that the last
ones took, so that a lone writer notices none and a crowd shares its transactions and frames.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gevent
import pysqlite3.dbapi2 as sqlite
from gevent import monkey
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from strategy.clock import now
from strategy.domain import standing
from strategy.domain import steps as log
from strategy.errors import Refusal, Stale
from strategy.live import messages
from strategy.live.room import Batch, Room
from strategy.store.base import make_session
from strategy.text.fingerprint import fingerprint

PATIENCE = 18.0
"""How many times its own processor time passes from one transaction to the next."""
LONGEST_PAUSE = 0.022
"""Seconds from one transaction to the next at most, unless the disk takes longer."""
CROWD = 10
"""Open pages of a paper from which on its writer keeps its connection while they type."""
TRIES = 5
"""How often a transaction that fails for a reason of the database's own is tried again."""

logger = logging.getLogger(__name__)


def run(room: Room) -> None:
    """Write what waits until the room is closed."""
    used = 0.0
    failures = 0
    line = Line(room)
    while True:
        line.hang_up()
        room.wake.wait()
        room.wake.clear()
        while room.pending or room.look:
            began, started = time.thread_time(), time.monotonic()
            try:
                _turn(room, line)
                failures = 0
            except (SQLAlchemyError, sqlite.Error, TimeoutError, OSError) as trouble:
                failures += 1
                logger.warning(
                    "paper %s: not written, try %s: %r", room.paper_id, failures, trouble
                )
                if failures >= TRIES:
                    failures = 0
                    room.give_up()
                time.sleep(min(2.0, 0.05 * 2**failures))
                continue
            except Exception:
                logger.exception("paper %s: the writer failed", room.paper_id)
                room.give_up()
                break  # until somebody sends something again
            used += 0.2 * (time.thread_time() - began - used)
            next_at = started + min(LONGEST_PAUSE, PATIENCE * used)
            time.sleep(max(0.0, next_at - time.monotonic()))
        if room.closed:
            return


class Line:
    """The writer's way to the database. In a crowd it stays open from one transaction to the next.

    Fetching a connection and putting it back costs as much as the transaction itself.
    """

    def __init__(self, room: Room):
        self.room = room
        self._kept: Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that writes; whatever goes wrong in it, the next one begins afresh."""
        if self._kept is None and len(self.room.members) < CROWD:
            with self.room.writing.begin() as connection:
                yield connection
            return
        if self._kept is None:
            self._kept = self.room.writing.connect()
        try:
            with self._kept.begin():
                yield self._kept
        except BaseException:
            self.hang_up()
            raise

    def hang_up(self) -> None:
        """Put the connection back."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()


def _turn(room: Room, line: Line) -> None:
    if room.look:
        room.look = False
        try:
            room.catch_up()
        except BaseException:
            room.look = True
            raise
    batches = room.take()
    if not batches:
        return
    rows = [row for batch in batches for row in batch.rows]
    try:
        with line.transaction() as connection:
            moment = now()
            log.record(connection, room.paper_id, rows, seen=rows[0].version - 1, now=moment)
            for batch in batches:
                if batch.fates:
                    standing.follow(
                        connection,
                        room.paper_id,
                        batch.fates,
                        person_id=batch.person_id,
                        now=moment,
                    )
            _make_durable(connection)
    except Stale:
        room.give_back(batches)
        room.look = True
    except Refusal as refusal:
        room.refuse_all(refusal)
    except BaseException:
        room.give_back(batches)
        room.look = True  # it may have been written all the same: the database knows
        raise
    else:
        _settle(room, batches)


def _make_durable(connection: Connection) -> None:
    """Let another thread wait for the disk, so that everybody else's greenlets go on.

    SQLAlchemy's own commit follows and finds nothing left to do.
    """
    if connection.dialect.name == "sqlite" and monkey.is_module_patched("threading"):
        raw: Any = connection.connection.driver_connection
        gevent.get_hub().threadpool.apply(raw.execute, ("COMMIT",))


def _settle(room: Room, batches: list[Batch]) -> None:
    room.settle(batches)
    room.published()
    if log.snapshot_due(room.snapshot, room.settled):
        keep(room)


def keep(room: Room) -> None:
    """Write a snapshot of the settled text, and let the pages compare theirs with it."""
    version, doc = room.settled, room.settled_doc.to_json()
    with make_session(room.engine, writes=True) as db:
        log.keep(db.connection(), room.paper_id, version, doc)
        db.commit()
    room.snapshot = version
    room.tell(messages.told({"type": "hash", "version": version, "hash": fingerprint(doc)}))
