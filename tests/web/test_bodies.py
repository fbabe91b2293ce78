"""Bodies over HTTP: who sees what, who may change what."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from strategy.store.bodies import ROLES, Body, Member
from strategy.store.jobs import Job
from strategy.store.people import Person
from tests.builders import a_body, a_member, a_person
from tests.visitor import Visitor, signed_in

ROLE_WORDS = {
    "chair": "Vorsitz",
    "voting": "stimmberechtigt",
    "advisory": "beratend",
    "staff": "Geschäftsstelle",
    "guest": "Gast",
}


def test_everybody_sees_their_bodies(client: Visitor, db: Session) -> None:
    mine, other = a_body(db, name="Mein Gremium"), a_body(db, name="Anderes Gremium")
    signed_in(client, a_member(db, mine, "advisory"))
    page = client.get("/bodies").text
    assert "Mein Gremium" in page
    assert "beratend" in page
    assert "Anderes Gremium" not in page
    assert client.get(f"/bodies/{other.slug}").status_code == 404
    assert client.get("/bodies/no-such").status_code == 404
    assert client.get("/bodies/%00").status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_names_and_roles_are_for_members_and_addresses_for_managers(
    client: Visitor, db: Session, role: str
) -> None:
    body = a_body(db)
    a_member(db, body, "chair", "Zoe Zander")
    ben = a_member(db, body, "voting", "Ben Brandt")
    signed_in(client, a_member(db, body, role))
    page = client.get(f"/bodies/{body.slug}").text
    assert "Ben Brandt" in page
    assert ROLE_WORDS["chair"] in page
    manages = role in {"chair", "staff"}
    assert (ben.email in page) == manages
    assert ("/members" in page) == manages


def test_managing_is_refused_to_all_others(client: Visitor, db: Session) -> None:
    body = a_body(db)
    chair, ada = a_member(db, body, "chair"), a_member(db, body, "voting")
    signed_in(client, ada)
    sent = {"email": "x@example.org", "name": "X", "role": "chair", "title": "Meins"}
    for path in (
        "",
        "/members",
        f"/members/{ada.id}/role",
        f"/members/{chair.id}/remove",
        f"/members/{chair.id}/invitation",
    ):
        assert client.post(f"/bodies/{body.slug}{path}", data=sent).status_code == 403
    assert client.post("/bodies", data={"slug": "neu", "name": "Neu"}).status_code == 404
    assert len(db.scalars(select(Member)).all()) == 2
    assert db.scalars(select(Body.name)).one() == body.name


def test_a_stranger_meets_nothing(client: Visitor, db: Session) -> None:
    body = a_body(db)
    chair = a_member(db, body, "chair")
    signed_in(client, a_person(db))
    for path in ("", "/members", f"/members/{chair.id}/role", f"/members/{chair.id}/remove"):
        assert client.post(f"/bodies/{body.slug}{path}").status_code == 404


def test_a_chair_takes_in_somebody_new(client: Visitor, db: Session) -> None:
    body = a_body(db)
    signed_in(client, a_member(db, body, "chair"))
    sent = {"email": "neu@example.org", "name": "Neu Hier", "role": "advisory"}
    answer = client.post(f"/bodies/{body.slug}/members", data=sent)
    assert answer.status_code == 201
    assert "http://localhost/invitations/" in answer.text
    person = db.scalars(select(Person).where(Person.email == "neu@example.org")).one()
    member = db.get(Member, (body.id, person.id))
    assert member is not None
    assert member.role == "advisory"
    assert body.name in db.scalars(select(Job.body)).one()
    page = client.get(f"/bodies/{body.slug}").text
    assert "eingeladen" in page
    again = client.post(f"/bodies/{body.slug}/members/{person.id}/invitation")
    assert again.status_code == 201


def test_a_chair_takes_in_somebody_known(client: Visitor, db: Session) -> None:
    body, ben = a_body(db), a_person(db, "Ben Brandt")
    signed_in(client, a_member(db, body, "chair"))
    sent = {"email": ben.email, "role": "guest"}
    answer = client.post(f"/bodies/{body.slug}/members", data=sent)
    assert answer.location == f"/bodies/{body.slug}"
    assert "Ben Brandt gehört jetzt zum Gremium." in client.get(answer.location).text
    assert db.scalars(select(Job)).all() == []


@pytest.mark.parametrize(
    ("email", "name", "role", "field"),
    [
        ("nowhere", "Neu", "voting", "email"),
        ("neu@example.org", "", "voting", "name"),
        ("neu@example.org", "Neu", "king", "role"),
        ("neu@example.org", "Neu\u202e", "voting", "name"),
    ],
)
def test_a_bad_answer_is_said_at_its_field_and_what_was_typed_stays(
    client: Visitor, db: Session, email: str, name: str, role: str, field: str
) -> None:
    body = a_body(db)
    signed_in(client, a_member(db, body, "chair"))
    sent = {"email": email, "name": name, "role": role}
    answer = client.post(f"/bodies/{body.slug}/members", data=sent)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'value="{email}"' in answer.text
    assert len(db.scalars(select(Person)).all()) == 1


def test_roles_change_and_members_go(client: Visitor, db: Session) -> None:
    body = a_body(db)
    chair, ben = a_member(db, body, "chair"), a_member(db, body, "voting", "Ben Brandt")
    signed_in(client, chair)
    here = f"/bodies/{body.slug}"
    assert client.post(f"{here}/members/{ben.id}/role", data={"role": "staff"}).location == here
    assert "Die Rolle von Ben Brandt ist geändert." in client.get(here).text
    assert client.post(f"{here}/members/{ben.id}/role", data={"role": "x"}).status_code == 422
    assert client.post(f"{here}/members/{ben.id}/remove").location == here
    assert client.post(f"{here}/members/{ben.id}/remove").status_code == 404
    assert client.post(f"{here}/members/{2**40}/role", data={"role": "x"}).status_code == 404


def test_the_last_chair_is_told_why_they_cannot_go(client: Visitor, db: Session) -> None:
    body = a_body(db)
    chair = a_member(db, body, "chair")
    signed_in(client, chair)
    here = f"/bodies/{body.slug}/members/{chair.id}"
    for act, sent in (("role", {"role": "guest"}), ("remove", {})):
        answer = client.post(f"{here}/{act}", data=sent)
        assert answer.status_code in {403, 422}
        assert "Ein Gremium braucht einen Vorsitz." in answer.text


def test_who_removes_themself_is_led_back_to_the_list(
    visitor: Callable[[], Visitor], db: Session
) -> None:
    body = a_body(db)
    a_member(db, body, "chair")
    staff = a_member(db, body, "staff")
    client = signed_in(visitor(), staff)
    answer = client.post(f"/bodies/{body.slug}/members/{staff.id}/remove")
    assert answer.location == "/bodies"
    assert client.get(f"/bodies/{body.slug}").status_code == 404


def test_an_administrator_makes_a_body_and_its_first_chair(client: Visitor, db: Session) -> None:
    signed_in(client, a_person(db, is_admin=True))
    sent = {"slug": "Landesvorstand", "name": "Landesvorstand"}
    assert client.post("/bodies", data=sent).location == "/bodies/landesvorstand"
    assert "Landesvorstand" in client.get("/bodies").text
    taken = client.post("/bodies", data=sent)
    assert taken.status_code == 422
    assert 'id="slug-error"' in taken.text
    assert client.post("/bodies", data={"slug": "a b", "name": "X"}).status_code == 422
    first = {"email": "zoe@example.org", "name": "Zoe", "role": "chair"}
    assert client.post("/bodies/landesvorstand/members", data=first).status_code == 201
    assert client.post("/bodies/landesvorstand", data={"title": "Vorstand"}).status_code == 302
    assert "Vorstand" in client.get("/bodies/landesvorstand").text
    assert client.post("/bodies/landesvorstand", data={"title": ""}).status_code == 422


def test_no_name_is_taken_for_markup(client: Visitor, db: Session) -> None:
    body = a_body(db, name="<script>alert(1)</script>")
    signed_in(client, a_member(db, body, "chair", "<img src=x onerror=alert(1)>"))
    page = client.get(f"/bodies/{body.slug}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page
