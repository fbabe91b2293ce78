"""Who is told what by mail: left in the transaction's wake, sent by a worker, never twice."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from strategy.domain import agenda, calendar, mail, sessions
from strategy.store.bodies import Member
from strategy.store.people import Person
from strategy.store.sessions import Session


def members(db: Db, body_id: int) -> list[Person]:
    """Everybody in the body who has an account."""
    query = (
        select(Person)
        .join(Member, Member.person_id == Person.id)
        .where(Member.body_id == body_id, Person.left_at.is_(None))
        .order_by(Person.id)
    )
    return list(db.scalars(query))


def of_session(
    db: Db, session: Session, template: str, *, base: str, now: datetime, **more: Any
) -> int:
    """Tell every member of the session's body, with a calendar file; how many.

    template    session_convened, session_moved or session_cancelled
    """
    moved = len(sessions.moves(db, session))
    every = agenda.items(db, session)
    lines = [
        f"{line.number}  {'–' if line.item.is_confidential else line.item.title}"
        for line in agenda.numbered(session, every)
        if line.number
    ]
    people = members(db, session.body_id)
    for person in people:
        event = calendar.event(session, base=base, lang=person.lang, moves=moved, now=now)
        file = calendar.file([event], is_cancelled=session.state == "cancelled")
        facts = {
            "title": calendar.name_of(session, person.lang),
            "number": session.number,
            "starts_at": session.starts_at.isoformat(),
            "ends_at": session.ends_at.isoformat(),
            "zone": session.body.zone,
            "place": session.place,
            "agenda": lines,
            "address": f"{base}/sessions/{session.id}",
            "late": session.invitation_late_by is not None,
            "urgent": session.urgent_because,
            **more,
        }
        mail.queue(
            db, to=person, template=template, facts=facts, now=now,
            attached={"name": "sitzung.ics", "mime": "text/calendar",
                      "data": base64.b64encode(file).decode()},
        )  # fmt: skip
    return len(people)
