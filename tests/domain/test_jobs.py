"""Jobs: claimed once, retried with growing delays, taken over from dead workers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, undefer

from strategy.domain import jobs
from strategy.errors import NotFound, Refusal
from strategy.store.base import make_session
from strategy.store.jobs import Job
from tests.builders import NOON, a_person, later


def clock(*moments: datetime) -> Callable[[], datetime]:
    """A clock that shows each moment once, then the last one for ever."""
    left = list(moments)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def reloaded(db: Session, job: Job) -> Job:
    found = db.scalar(
        select(Job)
        .where(Job.id == job.id)
        .options(undefer(Job.result))
        .execution_options(populate_existing=True)
    )
    assert found is not None
    db.commit()
    return found


def test_a_job_is_done_and_its_result_kept(engine: Engine, db: Session) -> None:
    ada = a_person(db)
    job = jobs.add(db, "export", {"paper": 7, "wörter": "ä"}, person=ada, now=NOON)
    db.commit()
    seen: list[object] = []

    def export(_db: Session, job: Job, progress: jobs.Progress) -> jobs.Result:
        seen.append(json.loads(job.body))
        progress(40)
        with make_session(engine) as own:
            seen.append(own.scalar(select(Job.progress)))
        return jobs.Result("Vorlage.pdf", "application/pdf", b"%PDF")

    assert jobs.run_due(engine, {"export": export}, now=clock(NOON)) == 1
    assert seen == [{"paper": 7, "wörter": "ä"}, 40]
    kept = reloaded(db, job)
    assert (kept.state, kept.progress, kept.tries) == ("done", 100, 1)
    assert (kept.name, kept.mime, kept.result) == ("Vorlage.pdf", "application/pdf", b"%PDF")
    assert jobs.run_due(engine, {"export": export}, now=clock(later(days=1))) == 0


def test_jobs_are_done_in_the_order_in_which_they_are_due(engine: Engine, db: Session) -> None:
    for name, due in (("second", NOON), ("first", later(minutes=-1)), ("later", later(hours=1))):
        jobs.add(db, "mail", {"name": name}, now=NOON, due=due)
    db.commit()
    done: list[str] = []

    def note(_db: Session, job: Job, _progress: jobs.Progress) -> None:
        done.append(json.loads(job.body)["name"])

    assert jobs.run_due(engine, {"mail": note}, now=clock(NOON)) == 2
    assert done == ["first", "second"]
    jobs.run_due(engine, {"mail": note}, now=clock(later(hours=1)))
    assert done == ["first", "second", "later"]


def test_a_job_that_fails_is_tried_six_times_with_growing_delays(
    engine: Engine, db: Session
) -> None:
    job = jobs.add(db, "mail", {"to": 1}, now=NOON)
    db.commit()

    def fails(_db: Session, _job: Job, _progress: jobs.Progress) -> None:
        raise OSError("no route")

    moment, waits = NOON, []
    while True:
        jobs.run_due(engine, {"mail": fails}, now=clock(moment))
        kept = reloaded(db, job)
        assert kept.trouble == "OSError: no route"
        if kept.state == "failed":
            break
        waits.append((kept.due_at - moment).total_seconds())
        moment = kept.due_at
    assert waits == [10, 60, 300, 1800, 7200]
    assert kept.tries == 6
    assert kept.body == "{}"  # the address is not kept any longer than needed
    assert jobs.run_due(engine, {"mail": fails}, now=clock(later(days=1))) == 0


def test_a_job_that_is_refused_is_not_tried_again(engine: Engine, db: Session) -> None:
    job = jobs.add(db, "export", {}, now=NOON)
    db.commit()

    def refuses(_db: Session, _job: Job, _progress: jobs.Progress) -> None:
        raise Refusal("There is no such paper.")

    jobs.run_due(engine, {"export": refuses}, now=clock(NOON))
    kept = reloaded(db, job)
    assert (kept.state, kept.tries, kept.trouble) == ("failed", 1, "There is no such paper.")


def test_a_job_that_nobody_can_do_is_put_off_and_harms_no_other(
    engine: Engine, db: Session
) -> None:
    stray, fine = jobs.add(db, "export", {}, now=NOON), jobs.add(db, "mail", {}, now=NOON)
    db.commit()
    jobs.run_due(engine, {"mail": lambda *_: None}, now=clock(NOON))
    assert reloaded(db, stray).state == "waiting"
    assert reloaded(db, fine).state == "done"


def test_a_dead_workers_job_is_taken_over_and_the_late_one_changes_nothing(
    engine: Engine, db: Session
) -> None:
    jobs.add(db, "export", {}, now=NOON)
    first = jobs.claim(db, now=NOON)
    db.commit()
    assert first is not None
    assert jobs.claim(db, now=NOON + jobs.LEASE) is None
    db.rollback()
    with make_session(engine, writes=True) as own:
        second = jobs.claim(own, now=later(minutes=10, seconds=1))
        own.commit()
    assert second is not None
    assert (second.id, second.tries) == (first.id, 2)
    assert first.tries == 1
    assert not jobs.finish(db, first, jobs.Result("late.pdf", "", b""))
    assert not jobs.fail(db, first, "late", now=later(minutes=11))
    assert not jobs.report(db, first, 50, now=later(minutes=11))
    db.rollback()
    assert jobs.finish(db, second)
    db.commit()
    assert reloaded(db, second).name == ""


def test_a_worker_that_reports_keeps_its_job(engine: Engine, db: Session) -> None:
    jobs.add(db, "export", {}, now=NOON)
    job = jobs.claim(db, now=NOON)
    assert job is not None
    assert jobs.report(db, job, 999, now=later(minutes=9))
    db.commit()
    assert reloaded(db, job).progress == 100
    with make_session(engine, writes=True) as own:
        assert jobs.claim(own, now=later(minutes=18)) is None


def test_a_job_whose_workers_all_die_fails_in_the_end(db: Session) -> None:
    jobs.add(db, "mail", {}, now=NOON)
    moment = NOON
    for _ in range(jobs.MOST_TRIES):
        assert jobs.claim(db, now=moment) is not None
        moment += jobs.LEASE * 2
    assert jobs.claim(db, now=moment) is None
    kept = db.scalars(select(Job)).one()
    assert (kept.state, kept.tries) == ("failed", 6)


def test_workers_who_come_at_once_never_get_the_same_job(engine: Engine, db: Session) -> None:
    for number in range(20):
        jobs.add(db, "mail", {"number": number}, now=NOON)
    db.commit()
    done: list[int] = []
    ready = threading.Barrier(4)

    def note(_db: Session, job: Job, _progress: jobs.Progress) -> None:
        done.append(job.id)

    def work() -> None:
        ready.wait()
        jobs.run_due(engine, {"mail": note}, now=clock(NOON))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == sorted(db.scalars(select(Job.id)))
    assert set(db.scalars(select(Job.state))) == {"done"}


def test_nobody_waits_for_a_job_that_takes_long(engine: Engine, db: Session) -> None:
    """While a handler works, somebody else can write."""
    jobs.add(db, "export", {}, now=NOON)
    db.commit()

    def long(own: Session, job: Job, _progress: jobs.Progress) -> None:
        assert own.get(Job, job.id) is not None  # has read, and goes on working
        with make_session(engine, writes=True) as other:
            a_person(other, "Somebody Else")
            other.commit()

    jobs.run_due(engine, {"export": long}, now=clock(NOON))
    assert db.scalars(select(Job.state)).one() == "done"


def test_a_job_is_shown_to_whose_it_is(db: Session) -> None:
    ada, ben = a_person(db), a_person(db)
    job = jobs.add(db, "export", {}, person=ada, now=NOON)
    assert jobs.find(db, job.id, reader=ada) is job
    for job_id, reader in ((job.id, ben), (job.id + 1, ada), (0, ada), (2**40, ada)):
        with pytest.raises(NotFound):
            jobs.find(db, job_id, reader=reader)


def test_what_was_done_a_week_ago_is_forgotten(engine: Engine, db: Session) -> None:
    jobs.add(db, "mail", {}, now=NOON)
    jobs.add(db, "mail", {}, now=NOON, due=later(days=30))
    db.commit()
    jobs.run_due(engine, {"mail": lambda *_: None}, now=clock(NOON))
    assert jobs.forget_old(db, now=later(days=7)) == 0
    assert jobs.forget_old(db, now=later(days=7, seconds=1)) == 1
    assert db.scalars(select(Job.state)).all() == ["waiting"]


def test_the_loop_ends_when_it_is_told_to(engine: Engine, db: Session) -> None:
    jobs.add(db, "mail", {}, now=NOON)
    db.commit()
    stop = threading.Event()

    def last(_db: Session, _job: Job, _progress: jobs.Progress) -> None:
        stop.set()

    jobs.run_forever(engine, {"mail": last}, stop, now=clock(NOON))
    assert db.scalars(select(Job.state)).one() == "done"
