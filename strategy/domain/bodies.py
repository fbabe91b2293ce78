"""Bodies: made, shown, and who belongs to them in which role."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased, contains_eager

from strategy.domain import log, people, policy
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.bodies import ROLES, Body, Member
from strategy.store.people import Person
from strategy.store.sessions import Session as Meeting

LONGEST_NAME = 120
RESERVED = frozenset({"new", "all", "me"})

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

ONLY_CHAIRS = "Only a chair or an administrator gives or takes away the chair."
LAST_CHAIR = "A body needs a chair. Please make somebody else chair first."


@dataclass(frozen=True)
class Listed:
    """A body in a list."""

    id: int
    slug: str
    name: str
    members: int
    role: str | None
    """The reader's own; None for an administrator who does not belong to it."""


def find(db: Session, slug: str, *, reader: Person) -> Body:
    """The body.

    raises  NotFound if there is none, or the reader may not know of it
    """
    body = by_slug(db, slug)
    if body is None or not policy.may_see_body(reader, body):
        raise NotFound("There is no such body.")
    return body


def by_slug(db: Session, slug: str) -> Body | None:
    """The body with this address, whoever asks."""
    if not _SLUG.fullmatch(slug):
        return None  # also keeps from the database what it cannot even be asked
    return db.scalar(select(Body).where(Body.slug == slug))


def visible_to(db: Session, reader: Person) -> list[Listed]:
    """The reader's bodies; all of them for an administrator. One query."""
    own = select(Member.role).where(Member.body_id == Body.id, Member.person_id == reader.id)
    role = own.scalar_subquery()
    size = select(func.count()).where(Member.body_id == Body.id).correlate(Body).scalar_subquery()
    query = select(Body.id, Body.slug, Body.name, size, role).order_by(func.lower(Body.name))
    if not reader.is_admin:
        query = query.where(role.is_not(None))
    return [Listed(*row) for row in db.execute(query)]


def of(db: Session, person: Person) -> list[Body]:
    """The bodies that the person belongs to, by name."""
    query = (
        select(Body)
        .join(Member, Member.body_id == Body.id)
        .where(Member.person_id == person.id)
        .order_by(func.lower(Body.name), Body.id)
    )
    return list(db.scalars(query))


def members(db: Session, body: Body) -> list[Member]:
    """Everybody in the body with their person: chairs first, then by role and name."""
    return list(db.scalars(ordered(body)))


def ordered(body: Body) -> Select[Member]:
    """The query of `members`."""
    order = case({role: place for place, role in enumerate(ROLES)}, value=Member.role)
    return (
        select(Member)
        .join(Member.person)
        .where(Member.body_id == body.id)
        .order_by(order, func.lower(Person.name), Person.id)
        .options(contains_eager(Member.person))
    )


def votes_now(person_id: Any, body_id: Any) -> ColumnElement[bool]:
    """Whether somebody may vote in a body as it is now, as a condition for queries."""
    member, person = aliased(Member), aliased(Person)  # whatever else a query says of members
    return exists().where(
        member.person_id == person_id,
        member.body_id == body_id,
        member.role.in_(sorted(policy.VOTES)),
        person.id == member.person_id,
        person.left_at.is_(None),
    )


def add(db: Session, slug: str, name: str, *, by: Person | None = None, now: datetime) -> Body:
    """A new body without members.

    slug    its address: 2 to 40 of a–z, 0–9 and single hyphens
    raises  Invalid for a bad or taken slug, a bad name
    """
    if not _SLUG.fullmatch(slug) or not 2 <= len(slug) <= 40 or slug in RESERVED:
        raise Invalid("slug", "Please use 2 to 40 small letters, digits and hyphens.")
    body = Body(slug=slug, name=people.checked_name(name, most=LONGEST_NAME), made_at=now)
    try:
        with db.begin_nested():
            db.add(body)
    except IntegrityError as taken:
        raise Invalid("slug", "There is a body with this address already.") from taken
    log.note(db, "body.added", by=by, now=now, detail=slug)
    return body


def rename(db: Session, body: Body, name: str, *, by: Person, now: datetime) -> None:
    """Give the body another name; its address stays.

    raises  NotAllowed, NotFound by the policy; Invalid for a bad name
    """
    policy.require_body(policy.may_manage_body, by, body)
    body.name = people.checked_name(name, most=LONGEST_NAME)
    log.note(db, "body.renamed", by=by, now=now, detail=body.slug)


def set_mails(db: Session, body: Body, *, text: bool, by: Person, now: datetime) -> None:
    """Say whether mails may name what is confidential, and tell what it says.

    raises  NotAllowed, NotFound by the policy
    """
    policy.require_body(policy.may_set_mails, by, body)
    body.mails_text = text
    log.note(db, "body.mails", by=by, now=now, body=body, detail="text" if text else "")


def set_role(
    db: Session, body: Body, person: Person, role: str, *, by: Person | None, now: datetime
) -> Member:
    """Let the person belong to the body in this role, or change the one they have.

    by      None: the command line, which may do everything
    raises  NotAllowed, NotFound by the policy; Invalid for an unknown role, the last chair,
            the chair given or taken away by the office
    """
    if by is not None:
        policy.require_body(policy.may_manage_body, by, body)
    if role not in ROLES:
        raise Invalid("role", "There is no such role.")
    if person.left_at is not None:
        raise Invalid("email", "%(name)s has no account any more.", name=person.name)
    chairs = _chairs(db, body)
    member = db.get(Member, (body.id, person.id))
    former = member.role if member else None
    names_chair = role != former and "chair" in {role, former}
    if by is not None and names_chair and not policy.may_name_chairs(by, body):
        raise Invalid("role", ONLY_CHAIRS)
    if role != former:
        _keep_the_roll(db, body, {role, former}, by)
    if member is None:
        member = Member(body_id=body.id, person_id=person.id, person=person, role=role, made_at=now)
        db.add(member)
    else:
        if role != "chair" and chairs == {person.id}:
            raise Invalid("role", LAST_CHAIR)
        member.role = role
    db.flush()
    log.note(db, "body.role_given", by=by, now=now, detail=f"{body.slug} {person.id} {role}")
    return member


def change_role(
    db: Session, body: Body, person_id: int, role: str, *, by: Person, now: datetime
) -> Member:
    """Give somebody who belongs to the body another role.

    raises  NotAllowed, NotFound by the policy, or if they do not belong to it;
            Invalid for an unknown role, the last chair
    """
    policy.require_body(policy.may_manage_body, by, body)
    return set_role(db, body, _member(db, body, person_id).person, role, by=by, now=now)


def remove(db: Session, body: Body, person_id: int, *, by: Person, now: datetime) -> Person:
    """The person no longer belongs to the body; returns them.

    raises  NotAllowed, NotFound by the policy, or if they do not belong to it;
            NotAllowed for the last chair, and for any chair if the office asks
    """
    policy.require_body(policy.may_manage_body, by, body)
    chairs = _chairs(db, body)
    member = _member(db, body, person_id)
    if chairs == {person_id}:
        raise NotAllowed(LAST_CHAIR)
    if member.role == "chair" and not policy.may_name_chairs(by, body):
        raise NotAllowed(ONLY_CHAIRS)
    _keep_the_roll(db, body, {member.role}, by)
    person = member.person
    db.delete(member)
    db.flush()
    log.note(db, "body.member_removed", by=by, now=now, detail=f"{body.slug} {person_id}")
    return person


def invite(
    db: Session, body: Body, email: str, name: str, role: str, *, by: Person, now: datetime
) -> tuple[Person, bool]:
    """Take somebody in by their address; returns them, and whether their account is new.

    name    only used, and only needed, for a new account
    raises  NotAllowed, NotFound by the policy; Invalid for what does not fit,
            or for somebody who belongs to the body already
    """
    policy.require_body(policy.may_manage_body, by, body)
    if role not in ROLES:
        raise Invalid("role", "There is no such role.")
    if role == "chair" and not policy.may_name_chairs(by, body):
        raise Invalid("role", ONLY_CHAIRS)  # before an account is made
    person = people.find(db, people.checked_email(email))
    is_new = person is None
    if person is None:
        person = people.add(db, email, name, lang=by.lang, by=by, now=now)
    elif db.get(Member, (body.id, person.id)) is not None:
        raise Invalid("email", "%(name)s belongs to this body already.", name=person.name)
    set_role(db, body, person, role, by=by, now=now)
    return person, is_new


def invited(db: Session, body: Body, person_id: int, *, by: Person) -> Person:
    """A member who has not taken their account yet, and may be sent another link.

    raises  NotAllowed, NotFound by the policy, or if they need no invitation
    """
    policy.require_body(policy.may_manage_body, by, body)
    person = _member(db, body, person_id).person
    if not people.is_invited(person):
        raise NotAllowed("%(name)s has an account already.", name=person.name)
    return person


def _member(db: Session, body: Body, person_id: int) -> Member:
    member = db.get(Member, (body.id, person_id)) if 0 < person_id < 2**31 else None
    if member is None:
        raise NotFound("There is no such person in this body.")
    return member


def _keep_the_roll(db: Session, body: Body, roles: set[str | None], by: Person | None) -> None:
    """Refuse to change who votes while a session is open."""
    running = select(Meeting.id).where(Meeting.body_id == body.id, Meeting.state == "running")
    if by is not None and roles & policy.VOTES and db.scalar(running.limit(1)) is not None:
        raise NotAllowed("While a session is open, who may vote stays as it is.")


def _chairs(db: Session, body: Body) -> set[int]:
    """Who chairs the body. Its row stays locked: of two who leave at once, one stays."""
    db.execute(select(Body.id).where(Body.id == body.id).with_for_update())
    query = (
        select(Member.person_id)
        .join(Member.person)
        .where(Member.body_id == body.id, Member.role == "chair", Person.left_at.is_(None))
    )
    return set(db.scalars(query))
