"""Bodies: made, listed, their members taken in, changed, let go."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from strategy.domain import bodies, people
from strategy.errors import Invalid, NotAllowed, NotFound, Refusal
from strategy.store.base import make_session
from strategy.store.bodies import ROLES, Member
from strategy.store.people import Person
from tests import databases
from tests.builders import NOON, a_body, a_member, a_person


def test_a_body_is_made_and_found_by_its_members(db: Session) -> None:
    body = bodies.add(db, "landesvorstand", "  Landesvorstand ", now=NOON)
    ada = a_member(db, body, "chair")
    assert body.name == "Landesvorstand"
    assert bodies.find(db, "landesvorstand", reader=ada) is body
    assert bodies.by_slug(db, "landesvorstand") is body


def test_a_body_answers_strangers_like_one_that_does_not_exist(db: Session) -> None:
    body, stranger = a_body(db), a_person(db)
    words = []
    for slug in (body.slug, "no-such-body"):
        with pytest.raises(NotFound) as refused:
            bodies.find(db, slug, reader=stranger)
        words.append(str(refused.value))
    assert words[0] == words[1]


@pytest.mark.parametrize(
    "slug",
    ["", "a", "Ab", "a b", "-ab", "ab-", "a--b", "ä-ö", "x" * 41, "new", "a/b", "a\nb", "ab\n"],
)
def test_a_bad_slug_is_refused(db: Session, slug: str) -> None:
    with pytest.raises(Invalid) as refused:
        bodies.add(db, slug, "Name", now=NOON)
    assert refused.value.field == "slug"


def test_a_slug_is_given_once(db: Session) -> None:
    bodies.add(db, "ag-wohnen", "AG Wohnen", now=NOON)
    with pytest.raises(Invalid):
        bodies.add(db, "ag-wohnen", "Another", now=NOON)
    assert bodies.add(db, "ag-klima", "AG Klima", now=NOON).id


def test_members_stand_by_role_and_name(db: Session) -> None:
    body = a_body(db)
    for role, name in (("guest", "Ada"), ("voting", "cem"), ("voting", "Ben"), ("chair", "Zoe")):
        a_member(db, body, role, name)
    assert [each.person.name for each in bodies.members(db, body)] == ["Zoe", "Ben", "cem", "Ada"]


def test_members_with_their_people_are_one_query(db: Session) -> None:
    body = a_body(db)
    for _ in range(5):
        a_member(db, body)
    db.commit()
    db.expunge_all()
    asked: list[str] = []
    bind = db.get_bind().engine

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(bind, "before_cursor_execute", count)
    names = [each.person.name for each in bodies.members(db, bodies.by_slug(db, body.slug) or body)]
    event.remove(bind, "before_cursor_execute", count)
    assert len(names) == 5
    assert len([each for each in asked if each.startswith("SELECT")]) == 2  # the body, the members


def test_everybody_sees_their_bodies_and_administrators_all(db: Session) -> None:
    first, second = a_body(db, name="Beirat"), a_body(db, name="AG Wohnen")
    ada, admin = a_member(db, first, "staff"), a_person(db, is_admin=True)
    a_member(db, first)
    listed = bodies.visible_to(db, ada)
    assert [(each.slug, each.members, each.role) for each in listed] == [(first.slug, 2, "staff")]
    assert [(each.slug, each.members, each.role) for each in bodies.visible_to(db, admin)] == [
        (second.slug, 0, None),
        (first.slug, 2, None),
    ]
    assert bodies.of(db, ada) == [first]
    assert bodies.of(db, admin) == []


def test_a_known_person_is_taken_in_at_once(db: Session) -> None:
    body, ben = a_body(db), a_person(db, "Ben")
    chair = a_member(db, body, "chair")
    person, is_new = bodies.invite(
        db, body, ben.email.upper(), "Benjamin", "advisory", by=chair, now=NOON
    )
    assert (person, is_new) == (ben, False)
    assert ben.name == "Ben"
    with pytest.raises(Invalid):
        bodies.invite(db, body, ben.email, "", "guest", by=chair, now=NOON)
    member = db.get(Member, (body.id, ben.id))
    assert member is not None
    assert member.role == "advisory"


def test_an_unknown_person_gets_an_account(db: Session) -> None:
    body = a_body(db)
    staff = a_member(db, body, "staff")
    person, is_new = bodies.invite(
        db, body, "new@example.org", "Neu Hier", "voting", by=staff, now=NOON
    )
    assert is_new
    assert people.is_invited(person)
    assert bodies.invited(db, body, person.id, by=staff) is person


@pytest.mark.parametrize(
    ("email", "name", "role", "field"),
    [
        ("nowhere", "Neu", "voting", "email"),
        ("new@example.org", "", "voting", "name"),
        ("new@example.org", "Neu", "king", "role"),
    ],
)
def test_a_bad_invitation_names_its_field_and_leaves_nothing(
    db: Session, email: str, name: str, role: str, field: str
) -> None:
    body = a_body(db)
    chair = a_member(db, body, "chair")
    with pytest.raises(Invalid) as refused:
        bodies.invite(db, body, email, name, role, by=chair, now=NOON)
    assert refused.value.field == field
    assert len(bodies.members(db, body)) == 1


def test_who_has_left_is_not_taken_in(db: Session) -> None:
    body, gone = a_body(db), a_person(db, left_at=NOON)
    chair = a_member(db, body, "chair")
    with pytest.raises(Invalid):
        bodies.invite(db, body, gone.email, "", "voting", by=chair, now=NOON)


def test_the_last_chair_stays_chair(db: Session) -> None:
    body = a_body(db)
    chair, ben = a_member(db, body, "chair"), a_member(db, body, "voting")
    with pytest.raises(NotAllowed):
        bodies.remove(db, body, chair.id, by=chair, now=NOON)
    with pytest.raises(Invalid):
        bodies.change_role(db, body, chair.id, "guest", by=chair, now=NOON)
    bodies.change_role(db, body, ben.id, "chair", by=chair, now=NOON)
    bodies.change_role(db, body, chair.id, "guest", by=chair, now=NOON)
    with pytest.raises(NotAllowed):
        bodies.remove(db, body, ben.id, by=ben, now=NOON)
    assert bodies.remove(db, body, chair.id, by=ben, now=NOON) is chair
    assert [each.person_id for each in bodies.members(db, body)] == [ben.id]


def test_a_chair_who_has_left_does_not_count(db: Session) -> None:
    body = a_body(db)
    chair, gone = a_member(db, body, "chair"), a_person(db, left_at=NOON)
    a_member(db, body, "chair", person=gone)
    with pytest.raises(NotAllowed):
        bodies.remove(db, body, chair.id, by=chair, now=NOON)
    assert bodies.remove(db, body, gone.id, by=chair, now=NOON) is gone


def test_of_two_chairs_who_leave_at_once_one_stays(engine: Engine, db: Session) -> None:
    body = a_body(db)
    first, last = a_member(db, body, "chair"), a_member(db, body, "chair")
    db.commit()
    refused: list[Refusal] = []

    def leave() -> None:
        with make_session(engine, writes=True) as own:
            here, person = bodies.by_slug(own, body.slug), own.get(Person, last.id)
            assert here is not None
            assert person is not None
            try:
                bodies.remove(own, here, last.id, by=person, now=NOON)
                own.commit()
            except Refusal as refusal:
                refused.append(refusal)

    bodies.remove(db, body, first.id, by=first, now=NOON)
    second = threading.Thread(target=leave)
    second.start()
    databases.wait_for(engine, second)  # it still sees both, if it can
    db.commit()
    second.join()
    assert len(refused) == 1
    assert [each.person_id for each in bodies.members(db, body)] == [last.id]


@pytest.mark.parametrize("role", [role for role in ROLES if role not in {"chair", "staff"}])
def test_only_chairs_and_staff_manage(db: Session, role: str) -> None:
    body = a_body(db)
    a_member(db, body, "chair")
    ada, ben = a_member(db, body, role), a_member(db, body)
    for act in (
        lambda: bodies.invite(db, body, "n@example.org", "N", "guest", by=ada, now=NOON),
        lambda: bodies.change_role(db, body, ada.id, "chair", by=ada, now=NOON),
        lambda: bodies.set_role(db, body, ada, "chair", by=ada, now=NOON),
        lambda: bodies.remove(db, body, ben.id, by=ada, now=NOON),
        lambda: bodies.rename(db, body, "Meins", by=ada, now=NOON),
        lambda: bodies.invited(db, body, ben.id, by=ada),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert len(bodies.members(db, body)) == 3


def test_a_stranger_cannot_even_ask(db: Session) -> None:
    body, stranger = a_body(db), a_person(db)
    ben = a_member(db, body, "chair")
    for act in (
        lambda: bodies.remove(db, body, ben.id, by=stranger, now=NOON),
        lambda: bodies.set_role(db, body, stranger, "chair", by=stranger, now=NOON),
        lambda: bodies.rename(db, body, "Meins", by=stranger, now=NOON),
    ):
        with pytest.raises(NotFound):
            act()


def test_nobody_is_managed_who_is_not_there(db: Session) -> None:
    body, stranger = a_body(db), a_person(db)
    chair = a_member(db, body, "chair")
    for person_id in (stranger.id, 0, -1, 2**40):
        with pytest.raises(NotFound):
            bodies.remove(db, body, person_id, by=chair, now=NOON)
        with pytest.raises(NotFound):
            bodies.change_role(db, body, person_id, "guest", by=chair, now=NOON)


def test_who_has_an_account_is_not_invited_again(db: Session) -> None:
    body = a_body(db)
    chair = a_member(db, body, "chair")
    ben = a_member(db, body, person=a_person(db, password="drei Möwen im Hafen"))
    with pytest.raises(NotAllowed):
        bodies.invited(db, body, ben.id, by=chair)


@pytest.mark.parametrize(
    ("giver", "gives"), [("chair", True), ("administrator", True), ("staff", False)]
)
def test_only_chairs_and_administrators_name_chairs(db: Session, giver: str, gives: bool) -> None:
    body, outsider = a_body(db), a_person(db)
    chair, second = a_member(db, body, "chair"), a_member(db, body, "chair")
    voting = a_member(db, body, "voting")
    by = a_person(db, is_admin=True) if giver == "administrator" else a_member(db, body, giver)
    acts = [
        lambda: bodies.change_role(db, body, by.id, "chair", by=by, now=NOON),
        lambda: bodies.change_role(db, body, voting.id, "chair", by=by, now=NOON),
        lambda: bodies.invite(db, body, outsider.email, "", "chair", by=by, now=NOON),
        lambda: bodies.change_role(db, body, chair.id, "voting", by=by, now=NOON),
        lambda: bodies.remove(db, body, second.id, by=by, now=NOON),
    ]
    if giver == "administrator":
        acts = acts[1:]  # does not belong to the body
    for act in acts:
        if gives:
            act()
            continue
        before = {each.person_id: each.role for each in bodies.members(db, body)}
        with pytest.raises(Refusal):
            act()
        assert {each.person_id: each.role for each in bodies.members(db, body)} == before


def test_the_office_gives_every_other_role_and_leaves_chairs_as_they_are(db: Session) -> None:
    body = a_body(db)
    chair, staff = a_member(db, body, "chair"), a_member(db, body, "staff")
    ben = a_member(db, body)
    for role in set(ROLES) - {"chair"}:
        assert bodies.change_role(db, body, ben.id, role, by=staff, now=NOON).role == role
    assert bodies.change_role(db, body, chair.id, "chair", by=staff, now=NOON).role == "chair"


@pytest.mark.parametrize("role", ["voting", "advisory", "guest"])
def test_others_name_nobody(db: Session, role: str) -> None:
    body, ben = a_body(db), a_person(db)
    by = a_member(db, body, role)
    with pytest.raises(NotAllowed):
        bodies.change_role(db, body, by.id, "chair", by=by, now=NOON)
    with pytest.raises(NotAllowed):
        bodies.invite(db, body, ben.email, "", "guest", by=by, now=NOON)
