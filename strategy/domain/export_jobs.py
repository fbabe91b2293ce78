"""Long exports, made in the background as jobs."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from strategy.domain import exports, jobs, papers
from strategy.errors import NotFound
from strategy.store.jobs import Job
from strategy.store.papers import Paper
from strategy.store.people import Person


def ask(db: Session, paper: Paper, wanted: exports.Wanted, *, by: Person, now: datetime) -> Job:
    """Have an export made; its result is for `by` alone."""
    body = {"paper": paper.id, "wanted": asdict(wanted)}
    return jobs.add(db, "export", body, person=by, now=now)


def find(db: Session, paper: Paper, job_id: int, *, by: Person) -> Job:
    """An export that `by` asked for.

    raises  NotFound
    """
    job = db.scalar(
        select(Job)
        .where(Job.id == job_id, Job.kind == "export", Job.person_id == by.id)
        .options(undefer(Job.result))
    )
    if job is None or json.loads(job.body)["paper"] != paper.id:
        raise NotFound("There is no such export.")
    return job


def make(db: Session, job: Job, progress: jobs.Progress) -> jobs.Result:
    """Do such a job.

    What the person may see is asked again: it may have changed since they asked.
    """
    asked = json.loads(job.body)
    person = db.get(Person, job.person_id)
    if person is None:
        raise NotFound("There is no such person.")
    paper = papers.find(db, asked["paper"], reader=person)
    wanted = exports.Wanted(**asked["wanted"])
    order = exports.gather(db, paper, wanted, by=person, now=job.made_at)
    db.rollback()
    data = exports.produce(order, lambda done: progress(round(done * 100)))
    return jobs.Result(order.name, exports.MIME[order.format], data)
