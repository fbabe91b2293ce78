"""Background work: rows that a worker claims, works off and finishes; retried, never doubled.

A worker holds a job for a lease. When it dies, the lease ends and another takes over; `tries`
tells the two apart, so that the late one can no longer finish what is not its own any more.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Engine, and_, or_, select, update
from sqlalchemy.orm import Session

from strategy import clock
from strategy.errors import NotFound, Refusal
from strategy.store.base import make_session
from strategy.store.jobs import Job
from strategy.store.people import Person

logger = logging.getLogger("vorlauf.jobs")

LEASE = timedelta(minutes=10)
"""How long a worker may be silent before another takes its job over."""

DELAYS = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 5 * 60, 30 * 60, 2 * 60 * 60))
"""Between one try and the next; after the last, a job has failed."""

MOST_TRIES = len(DELAYS) + 1

POLL = 1.0
"""Seconds between two looks for work."""

KEPT = timedelta(days=7)
"""How long a job stays after it is done, and its result with it."""


@dataclass(frozen=True)
class Result:
    """A file that a job has made."""

    name: str
    mime: str
    data: bytes


Progress = Callable[[int], None]
"""Told 0..100 now and then; also renews the lease."""

Handler = Callable[[Session, Job, Progress], Result | None]
"""Does a job. The session only reads, and is the handler's own: it must hold no transaction
while it waits for others (`db.rollback()` ends one); what it writes, it writes in a session of
its own, briefly. A Refusal fails the job at once, any other exception lets it be tried again."""


class Stop(Protocol):
    """What ends the loop: a threading.Event, or gevent's."""

    def is_set(self) -> bool:
        """Whether to end."""

    def wait(self, timeout: float) -> bool:
        """Wait until it is set, at most `timeout` seconds."""


def add(
    db: Session,
    kind: str,
    body: Mapping[str, Any],
    *,
    person: Person | None = None,
    now: datetime,
    due: datetime | None = None,
) -> Job:
    """Leave a job for a worker, in the same transaction as its reason.

    kind    "mail", "export", "packet", "poll", "lines" or "return"
    body    what to do, as JSON
    person  whose it is, and who may fetch its result
    due     not before this moment; None: at once
    """
    job = Job(
        kind=kind,
        body=json.dumps(body, ensure_ascii=False),
        person_id=person.id if person else None,
        made_at=now,
        due_at=due or now,
        state="waiting",
    )
    db.add(job)
    db.flush()
    return job


def find(db: Session, job_id: int, *, reader: Person) -> Job:
    """The reader's own job, with its progress; the result is loaded when asked for.

    raises  NotFound if there is none, or it is somebody else's
    """
    job = db.get(Job, job_id, populate_existing=True) if 0 < job_id < 2**31 else None
    if job is None or job.person_id != reader.id:
        raise NotFound("There is no such job.")
    return job


def _due(now: datetime) -> Any:
    return or_(
        and_(Job.state == "waiting", Job.due_at <= now),
        and_(Job.state == "running", Job.claimed_until < now),
    )


def is_any_due(db: Session, *, now: datetime) -> bool:
    """Whether there is work; asked without the writing place."""
    return db.scalar(select(Job.id).where(_due(now)).limit(1)) is not None


def claim(db: Session, *, now: datetime) -> Job | None:
    """Take the job that has waited longest; commit to hold it. None if there is no work.

    What is returned belongs to no session: it stays what was claimed, whatever becomes of the row.
    On PostgreSQL rows that others are taking are skipped; on SQLite there is one writer.
    """
    while True:
        job = db.scalar(
            select(Job)
            .where(_due(now))
            .order_by(Job.due_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
        if job is None:
            return None
        if job.tries < MOST_TRIES:
            job.state, job.tries, job.claimed_until = "running", job.tries + 1, now + LEASE
            db.flush()
            db.expunge(job)
            return job
        # Its worker died in the last try: nobody is there any more to say that it failed.
        _give_up(job, "The worker did not come back.")
        db.flush()


def _give_up(job: Job, trouble: str) -> None:
    job.state, job.claimed_until, job.trouble = "failed", None, trouble[:500]
    if job.kind == "mail":
        job.body = "{}"  # an address need not stay


def _mine(db: Session, job: Job) -> Job | None:
    """The row, locked, if this worker still holds it."""
    return db.scalar(
        select(Job)
        .where(Job.id == job.id, Job.state == "running", Job.tries == job.tries)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def finish(db: Session, job: Job, result: Result | None = None) -> bool:
    """Keep the result; False if another worker has taken the job over."""
    mine = _mine(db, job)
    if mine is None:
        return False
    mine.state, mine.progress, mine.claimed_until, mine.trouble = "done", 100, None, ""
    if mine.kind == "mail":
        mine.body = "{}"  # an address need not stay
    if result is not None:
        mine.name, mine.mime, mine.result = result.name, result.mime, result.data
    db.flush()
    return True


def fail(db: Session, job: Job, trouble: str, *, now: datetime, final: bool = False) -> bool:
    """Try again later, or, after the sixth time or if `final`, never; False if taken over."""
    mine = _mine(db, job)
    if mine is None:
        return False
    if final or mine.tries >= MOST_TRIES:
        _give_up(mine, trouble)
    else:
        mine.state, mine.claimed_until, mine.trouble = "waiting", None, trouble[:500]
        mine.due_at = now + DELAYS[mine.tries - 1]
    db.flush()
    return True


def report(db: Session, job: Job, percent: int, *, now: datetime) -> bool:
    """Keep how far the job is, and hold it for another lease; False if taken over."""
    held = db.scalar(
        update(Job)
        .where(Job.id == job.id, Job.state == "running", Job.tries == job.tries)
        .values(progress=max(0, min(100, percent)), claimed_until=now + LEASE)
        .returning(Job.id)
    )
    return held is not None


def forget_old(db: Session, *, now: datetime) -> int:
    """Delete what was done or failed more than a week ago; returns how many."""
    old = select(Job).where(Job.state.in_(("done", "failed")), Job.made_at < now - KEPT).limit(100)
    jobs = db.scalars(old).all()
    for job in jobs:
        db.delete(job)
    db.flush()
    return len(jobs)


def run_due(
    engine: Engine, handlers: Mapping[str, Handler], *, now: Callable[[], datetime] = clock.now
) -> int:
    """Work off what is due, one job after the other; returns how many were begun."""
    begun = 0
    while _is_work_left(engine, now()):
        with make_session(engine, writes=True) as db:
            job = claim(db, now=now())
            db.commit()
        if job is None:
            break
        begun += 1
        _run(engine, job, handlers, now)
    return begun


def _is_work_left(engine: Engine, now: datetime) -> bool:
    with make_session(engine) as db:
        return is_any_due(db, now=now)


def _run(
    engine: Engine, job: Job, handlers: Mapping[str, Handler], now: Callable[[], datetime]
) -> None:
    def progress(percent: int) -> None:
        with make_session(engine, writes=True) as db:
            report(db, job, percent, now=now())
            db.commit()

    result: Result | None = None
    trouble, final = "", False
    try:
        with make_session(engine) as db:
            result = handlers[job.kind](db, job, progress)
    except Refusal as refusal:
        trouble, final = str(refusal), True
    except Exception as error:
        logger.warning("job %s (%s), try %s: %r", job.id, job.kind, job.tries, error)
        trouble = f"{type(error).__name__}: {error}"
    with make_session(engine, writes=True) as db:
        if trouble:
            fail(db, job, trouble, now=now(), final=final)
        else:
            finish(db, job, result)
        db.commit()


def run_forever(
    engine: Engine,
    handlers: Mapping[str, Handler],
    stop: Stop,
    *,
    now: Callable[[], datetime] = clock.now,
) -> None:
    """Work off what comes until `stop` is set; a database that is away for a while is borne."""
    cleaned = now()
    while not stop.is_set():
        pause = POLL
        try:
            run_due(engine, handlers, now=now)
            if now() - cleaned > timedelta(hours=1):
                with make_session(engine, writes=True) as db:
                    forget_old(db, now=now())
                    db.commit()
                cleaned = now()
        except Exception:
            logger.exception("jobs could not be looked for")
            pause = 10 * POLL
        stop.wait(pause)
