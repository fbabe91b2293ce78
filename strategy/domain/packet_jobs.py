"""Packets, made in the background as jobs."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import undefer

from strategy.domain import jobs, packets, policy, sessions
from strategy.errors import Invalid, NotFound
from strategy.store.jobs import Job
from strategy.store.people import Person
from strategy.store.sessions import Session

ENDINGS = {"amendments": "pdf"}


def ask(
    db: Db,
    session: Session,
    format: str,
    *,
    amended: bool = False,
    attached: bool = True,
    by: Person,
    now: datetime,
) -> Job:
    """Have the reader's packet made; its result is for `by` alone.

    format  pdf; zip: the single files; amendments: the amendment book alone
    amended whether a packet has the amendments in it
    attached  whether it has the pages of attachments in it
    raises  Invalid
    """
    if format not in packets.MIME:
        raise Invalid("format", "There is no such format.")
    body = {"session": session.id, "format": format} | ({"amended": True} if amended else {})
    body |= {} if attached else {"attached": False}
    return jobs.add(db, "packet", body, person=by, now=now)


def find(db: Db, session: Session, job_id: int, *, by: Person) -> Job:
    """A packet of the session that `by` asked for.

    raises  NotFound
    """
    job = db.scalar(
        select(Job)
        .where(Job.id == job_id, Job.kind == "packet", Job.person_id == by.id)
        .options(undefer(Job.result))
    )
    if job is None or json.loads(job.body)["session"] != session.id:
        raise NotFound("There is no such packet.")
    return job


def is_book(job: Job) -> bool:
    """Whether it is the amendment book that was asked for, not a packet."""
    return bool(json.loads(job.body)["format"] == "amendments")


def make(db: Db, job: Job, progress: jobs.Progress) -> jobs.Result:
    """Do such a job.

    What the person may see is asked again: it may have changed since they asked.
    """
    asked = json.loads(job.body)
    person = db.get(Person, job.person_id)
    if person is None:
        raise NotFound("There is no such person.")
    session = sessions.find(db, asked["session"], reader=person)
    confidential = policy.may_see_confidential(person, session.body)
    format = asked["format"]
    if format == "amendments":
        bundle = packets.gather_amendments(db, session, confidential=confidential)
    else:
        amended = bool(asked.get("amended"))
        attached = bool(asked.get("attached", True))
        bundle = packets.gather(
            db, session, confidential=confidential, amended=amended, attached=attached
        )
    db.rollback()
    data = packets.MAKERS[format](bundle, lambda done: progress(round(done * 100)))
    return jobs.Result(f"{bundle.name}.{ENDINGS.get(format, format)}", packets.MIME[format], data)
