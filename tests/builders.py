"""The world of a test: one valid thing per function, fixed values; a test names what it is about.

body = a_body(db)
ada = a_member(db, body, "chair")
paper = a_paper(db, body=body, lead=ada, text="Wir wollen Sonne.", state="consultation")
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from strategy.domain.terms import Terms, to_json
from strategy.store.bodies import Body, Member
from strategy.store.decisions import Task
from strategy.store.goals import Goal
from strategy.store.papers import Paper, PaperPerson
from strategy.store.people import Person
from strategy.store.rules import Rules
from strategy.store.sessions import Attendance
from strategy.store.sessions import Session as Meeting
from strategy.store.steps import Snapshot
from strategy.store.topics import Topic

NOON = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)
"""The moment at which things are made, unless a test says otherwise."""

NAMES = (
    "Ada Ahrens", "Ben Brandt", "Cem Celik", "Dora Dietz", "Emil Ernst", "Fina Falk",
    "Gerd Groth", "Hanna Holm", "Ivo Iken", "Jana Jost", "Kurt Kramer", "Lena Lotz",
)  # fmt: skip

_numbers = count(1)
Row = TypeVar("Row")


def _kept(db: Session, row: Row) -> Row:
    db.add(row)
    db.flush()
    return row


def later(**by: float) -> datetime:
    """A moment after noon: `later(minutes=5)`."""
    return NOON + timedelta(**by)


@cache
def _hashed(password: str) -> str:
    """As the product does it, but once per process: it is meant to take its time."""
    from strategy.domain import passwords

    return passwords.hashed(password)


def a_person(db: Session, name: str = "", *, password: str = "", **but: Any) -> Person:
    """Somebody with an account; `password` is hashed as the product does it."""
    number = next(_numbers)
    if password:
        but["password"] = _hashed(password)
    fields: dict[str, Any] = {
        "email": f"person{number}@example.org",
        "name": name or NAMES[number % len(NAMES)],
        "made_at": NOON,
    }
    return _kept(db, Person(**(fields | but)))


def a_body(db: Session, slug: str = "", **but: Any) -> Body:
    """A body without members."""
    number = next(_numbers)
    fields = {"slug": slug or f"body-{number}", "name": f"Landesvorstand {number}", "made_at": NOON}
    return _kept(db, Body(**(fields | but)))


def a_member(
    db: Session, body: Body, role: str = "voting", name: str = "", *, person: Person | None = None
) -> Person:
    """A person in the body: a new one, unless `person` is given."""
    person = person or a_person(db, name)
    _kept(db, Member(body_id=body.id, person_id=person.id, role=role, made_at=NOON))
    return person


def a_paragraph(text: str, **attrs: Any) -> dict[str, Any]:
    """A paragraph node as JSON."""
    node: dict[str, Any] = {
        "type": "paragraph",
        "attrs": {"id": None, "align": None, "end": None} | attrs,
    }
    return node | {"content": [{"type": "text", "text": text}]} if text else node


def a_heading(text: str, level: int = 1) -> dict[str, Any]:
    """A heading node as JSON."""
    attrs = {"id": None, "level": level, "end": None}
    return {"type": "heading", "attrs": attrs, "content": [{"type": "text", "text": text}]}


def a_doc(*blocks: str | dict[str, Any], title: str = "", lang: str = "de") -> dict[str, Any]:
    """A document: a text becomes a paragraph, a dict is a block already."""
    content = [a_paragraph(each) if isinstance(each, str) else each for each in blocks or ("",)]
    return {"type": "doc", "attrs": {"title": title, "lang": lang}, "content": content}


def a_paper(
    db: Session,
    *,
    body: Body | None = None,
    lead: Person | None = None,
    text: str | dict[str, Any] = "Wir wollen Sonne.",
    state: str = "draft",
    co_authors: Iterable[Person] = (),
    readers: Iterable[Person] = (),
    **but: Any,
) -> Paper:
    """A paper at version 0, its text in the snapshot of that version.

    text    one paragraph's text, or a whole document
    Body and lead author are made where none is given; the lead author is a voting member.
    """
    number = next(_numbers)
    body = body or a_body(db)
    lead = lead or a_member(db, body)
    shared = state != "draft"
    fields: dict[str, Any] = {
        "year": 2026,
        "serial": number,
        "title": f"Vorlage {number}",
        "state": state,
        "consults_until": date(2026, 9, 21) if state == "consultation" else None,
        "shared_at": NOON if shared else None,
        "finalised_at": NOON if state == "finalised" else None,
        "withdrawn_at": NOON if state == "withdrawn" else None,
        "tabled_at": NOON if state in ("tabled", "decided") else None,
        "decided_at": NOON if state == "decided" else None,
        "version": 0,
        "made_at": NOON,
        "changed_at": NOON,
    } | but
    doc = text if isinstance(text, dict) else a_doc(text, title=fields["title"])
    paper = _kept(db, Paper(body=body, lead=lead, **fields))
    people = [(each, "co_author") for each in co_authors] + [(each, "reader") for each in readers]
    for person, part in people:
        paper.authors.append(PaperPerson(person_id=person.id, person=person, part=part))
    packed = json.dumps(doc, ensure_ascii=False, separators=(",", ":"))
    _kept(db, Snapshot(paper_id=paper.id, version=0, doc=packed))
    return paper


def some_rules(db: Session, body: Body, terms: Terms, **but: Any) -> Rules:
    """Rules that have held since the body was made."""
    number = next(_numbers)
    fields: dict[str, Any] = {
        "body_id": body.id,
        "number": number,
        "holds_from": date(2020, 1, 1),
        "terms": to_json(terms),
        "source": "Geschäftsordnung",
        "made_at": NOON,
    }
    return _kept(db, Rules(**(fields | but)))


def a_session(
    db: Session,
    body: Body,
    *,
    in_days: float = 30,
    state: str = "planned",
    rules: Rules | None = None,
    present: Iterable[Person] = (),
    **but: Any,
) -> Meeting:
    """A session of two hours that starts so many days after noon, without any items.

    state   convened, running and closed ones have rules: ours, unless `rules` is given
    """
    number = next(_numbers)
    starts_at = NOON + timedelta(days=in_days)
    if state in ("convened", "running", "closed") and rules is None:
        rules = some_rules(db, body, Terms())
    fields: dict[str, Any] = {
        "year": starts_at.year,
        "serial": number,
        "kind": "regular",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "state": state,
        "rules": rules,
        "convened_at": NOON if state in ("convened", "running", "closed") else None,
        "opened_at": starts_at if state in ("running", "closed") else None,
        "closed_at": starts_at + timedelta(hours=2) if state == "closed" else None,
        "made_at": NOON,
    } | but
    session = _kept(db, Meeting(body=body, **fields))
    for person in present:
        _kept(db, Attendance(session_id=session.id, person_id=person.id, state="present"))
    return session


def a_goal(db: Session, body: Body, **but: Any) -> Goal:
    """A goal that the body pursues."""
    number = next(_numbers)
    fields: dict[str, Any] = {
        "body_id": body.id,
        "title": f"Ziel {number}",
        "state": "pursued",
        "made_at": NOON,
    }
    return _kept(db, Goal(**(fields | but)))


def a_topic(
    db: Session, body: Body, author: Person | None = None, *, days_ago: float = 0, **but: Any
) -> Topic:
    """A topic that waits for its answer, owed 28 days after it was proposed."""
    if author is None and not {"author", "author_id", "trusted", "trusted_id"} & set(but):
        author = a_member(db, body)
    number = next(_numbers)
    made_at = NOON - timedelta(days=days_ago)
    title = but.get("title", f"Thema {number}")
    fields: dict[str, Any] = {
        "body_id": body.id,
        "body": body,
        "title": title,
        "words": title.lower(),
        "author_id": author.id if author else None,
        "author": author,
        "made_at": made_at,
        "owed_by": made_at + timedelta(days=28),
    }
    return _kept(db, Topic(**(fields | but)))


def a_task(db: Session, body: Body, owner: Person, *, due_on: date, **but: Any) -> Task:
    """A task that its owner has taken on."""
    number = next(_numbers)
    fields: dict[str, Any] = {
        "body_id": body.id,
        "owner_id": owner.id,
        "title": f"Auftrag {number}",
        "due_on": due_on,
        "state": "accepted",
        "made_by_id": owner.id,
        "made_at": NOON,
    }
    return _kept(db, Task(**(fields | but)))
