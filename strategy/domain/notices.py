"""Who is told what by mail: left in the transaction's wake, sent by a worker, never twice."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session as Db

from strategy.domain import agenda, calendar, choices, mail, policy, sessions
from strategy.domain.attachments import Change
from strategy.store.agenda import Item
from strategy.store.bodies import Body, Member
from strategy.store.notices import once
from strategy.store.people import Person
from strategy.store.sessions import Session
from strategy.store.tablings import Tabling
from strategy.text.changes import changes, in_whole_words
from strategy.text.compare import compare

Facts = Mapping[str, Any]
"""What a notice says, as JSON: the `body`'s id, and `things`, a list of papers, topics or tasks.

A thing has its `title` and what shows whether it is confidential: the ids of its `paper`, its
`topic` or its agenda `item`. Nothing else in the facts may tell what a thing is about.
"""

MOST_CHANGES = 12
"""Changes of a paper that a mail lists; the rest is behind its link."""
LONGEST_WORDS = 140
"""Characters of a changed passage in that list."""


def members(db: Db, body_id: int) -> list[Person]:
    """Everybody in the body who has an account."""
    query = (
        select(Person)
        .join(Member, Member.person_id == Person.id)
        .where(Member.body_id == body_id, Person.left_at.is_(None))
        .order_by(Person.id)
    )
    return list(db.scalars(query))


def tell(
    db: Db,
    person: Person,
    kind: str,
    key: str,
    facts: Facts,
    *,
    template: str = "notice",
    attached: Mapping[str, str] | None = None,
    at: datetime,
    now: datetime,
) -> bool:
    """Tell somebody something, the way they wish; False if they were told before.

    kind    one of choices.KINDS
    key     names what is told; the same thing always has the same one
    at      when it was to be told: a digest takes what was to be told before it goes out
    """
    way = choices.of(db, person.id)[kind]
    state = {"now": "sent", "off": "off"}.get(way, "waiting")
    is_new = once(
        db,
        person_id=person.id,
        kind=kind,
        key=key,
        facts=json.dumps(facts, ensure_ascii=False) if state == "waiting" else "{}",
        at=at,
        state=state,
        sent_at=now if state == "sent" else None,
    )
    if is_new and state == "sent":
        told = dict(facts) if template != "notice" else {"notice": veiled(db, person, facts)}
        mail.queue(
            db, to=person, template=template, facts=told, attached=attached, notice=kind, now=now
        )
    return is_new


def veiled(db: Db, person: Person, facts: Facts) -> dict[str, Any]:
    """The facts without what is confidential at this moment, unless the body allows it; for guests
    it never does."""
    body = db.get(Body, facts["body"])
    if body is not None and _tells_all(person, body):
        return dict(facts)
    things = [
        thing | {"title": "", "changes": [], "more": 0} if _is_confidential(db, thing) else thing
        for thing in facts.get("things", ())
    ]
    return {**facts, "things": things}


def _tells_all(person: Person, body: Body) -> bool:
    return body.mails_text and policy.may_see_confidential(person, body)


def is_veiled(db: Db, body: Body, paper_id: int) -> bool:
    """Whether mails must not say what the paper is about."""
    return not body.mails_text and _is_confidential(db, {"paper": paper_id})


def _is_confidential(db: Db, thing: Facts) -> bool:
    columns = {"paper": Item.paper_id, "topic": Item.topic_id, "item": Item.id}
    same = [column == thing[name] for name, column in columns.items() if thing.get(name)]
    if not same:
        return False
    query = select(Item.id).where(or_(*same), Item.is_confidential).limit(1)
    return db.scalar(query) is not None


def _is_open(item: Item) -> bool:
    paper = item.paper
    return not item.is_confidential and (paper is None or not paper.is_confidential)


def of_session(
    db: Db, session: Session, template: str, *, base: str, now: datetime, **more: Any
) -> int:
    """Tell every member of the session's body, with a calendar file; how many.

    template    session_convened, session_moved or session_cancelled
    """
    moved = len(sessions.moves(db, session))
    every = agenda.items(db, session)
    numbered = [
        (line, _is_open(line.item)) for line in agenda.numbered(session, every) if line.number
    ]
    people = members(db, session.body_id)
    for person in people:
        event = calendar.event(session, base=base, lang=person.lang, moves=moved, now=now)
        file = calendar.file([event], is_cancelled=session.state == "cancelled")
        shows_all = _tells_all(person, session.body)
        facts = {
            "body": session.body_id,
            "title": calendar.name_of(session, person.lang),
            "number": session.number,
            "starts_at": session.starts_at.isoformat(),
            "ends_at": session.ends_at.isoformat(),
            "zone": session.body.zone,
            "place": session.place,
            "agenda": [
                f"{line.number}  {line.item.title if is_open or shows_all else '–'}"
                for line, is_open in numbered
            ],
            "address": f"{base}/sessions/{session.id}",
            "late": session.invitation_late_by is not None,
            "urgent": session.urgent_because,
            **more,
        }
        tell(
            db, person, "invitation", f"{session.id} {template} {moved}", facts,
            template=template, at=now, now=now,
            attached={"name": "sitzung.ics", "mime": "text/calendar",
                      "data": base64.b64encode(file).decode()},
        )  # fmt: skip
    return len(people)


def of_tabling(
    db: Db,
    tabling: Tabling,
    doc: Facts,
    before: Facts | None,
    *,
    attached: Iterable[Change] = (),
    now: datetime,
) -> None:
    """Tell the members of the body that a paper was tabled; its authors have a receipt.

    doc     the text that was tabled
    before  the text that was tabled before it; None: it is the first time
    attached  what has changed since then about its attachments
    """
    paper, session = tabling.paper, tabling.session
    every = _changes(before, doc) if before is not None else []
    every = [{"kind": each.kind, "before": "", "after": each.title} for each in attached] + every
    thing = {
        "title": paper.title,
        "paper": paper.id,
        "item": tabling.item_id,
        "number": paper.number,
        "changes": every[:MOST_CHANGES],
        "more": max(0, len(every) - MOST_CHANGES),
    }
    facts = {
        "body": paper.body_id,
        "body_name": paper.body.name,
        "zone": paper.body.zone,
        "things": [thing],
        "by": tabling.by.name,
        "at": tabling.made_at.isoformat(),
        "session": session.number,
        "starts_at": session.starts_at.isoformat(),
        "lead": tabling.lead,
        "late_by": tabling.late_by,
        "table_paper": tabling.is_table_paper,
        "reading_short": tabling.reading_short,
        "editorial": tabling.is_editorial,
        "again": before is not None,
    }
    written = {each.person_id for each in paper.authors if each.part == "co_author"}
    for person in members(db, paper.body_id):
        if person.id not in written | {paper.lead_id}:
            tell(db, person, "tabled", str(tabling.id), facts, at=now, now=now)


def _changes(before: Facts, doc: Facts) -> list[dict[str, str]]:
    """What differs, in the words of the text, shortened."""
    return [
        {"kind": each.kind, "before": short(each.before), "after": short(each.after)}
        for each in map(in_whole_words, changes(compare(dict(before), dict(doc))))
    ]


def short(words: str) -> str:
    """Words on one line, LONGEST_WORDS at most."""
    folded = " ".join(words.split())
    return folded if len(folded) <= LONGEST_WORDS else folded[: LONGEST_WORDS - 1] + "…"
