"""The world of a test: one valid thing per function, fixed values; a test names what it is about.

body = a_body(db)
ada = a_member(db, body, "chair")
paper = a_paper(db, body=body, lead=ada, text="Wir wollen Sonne.", state="consultation")
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from strategy.store.bodies import Body, Member
from strategy.store.papers import Paper, PaperPerson
from strategy.store.people import Person
from strategy.store.steps import Snapshot

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


def a_person(db: Session, name: str = "", *, password: str = "", **but: Any) -> Person:
    """Somebody with an account; `password` is hashed as the product does it."""
    number = next(_numbers)
    if password:
        from strategy.domain import passwords

        but["password"] = passwords.hashed(password)
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
