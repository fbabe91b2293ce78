"""My own page, and everybody's accounts for administrators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from strategy.clock import now, stopped
from strategy.domain import devices, passwords
from strategy.store.jobs import Job
from strategy.store.people import Device, Person
from tests.builders import a_person
from tests.visitor import Visitor, signed_in

GOOD = "drei Möwen im Hafen"
NEW = "vier Enten am Teich"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"


def test_i_change_my_name_and_language(client: Visitor, db: Session) -> None:
    ada = a_person(db, "Ada")
    signed_in(client, ada)
    assert client.post("/me", data={"name": " Ada  Ahrens ", "lang": "en"}).location == "/me"
    assert (ada.name, ada.lang) == ("Ada Ahrens", "en")
    page = client.get("/me").text
    assert "Your changes are kept." in page
    assert 'value="Ada Ahrens"' in page


@pytest.mark.parametrize("name", ["", "x" * 101, "A\u202eda", "A\x07da"])
def test_a_bad_name_is_said_at_its_field_and_kept_there(
    client: Visitor, db: Session, name: str
) -> None:
    ada = a_person(db, "Ada")
    answer = signed_in(client, ada).post("/me", data={"name": name, "lang": "de"})
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
    assert f'value="{name}"' in answer.text
    assert ada.name == "Ada"


def test_my_new_password_signs_my_other_devices_out(
    visitor: Callable[[], Visitor], db: Session
) -> None:
    ada = a_person(db, password=GOOD)
    here, there = signed_in(visitor(), ada), signed_in(visitor(), ada)
    sent = {"old": GOOD, "new": NEW}
    assert here.post("/me/password", data=sent).location == "/me"
    assert passwords.fits(ada.password, NEW)
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 302
    assert '"template": "password"' in db.scalars(select(Job.body)).one()  # they are told by mail


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("wrong words", NEW, "old"), (GOOD, "short", "new"), ("", NEW, "old"), (GOOD, "", "new")],
)
def test_a_password_is_not_changed_by_whoever_sits_there(
    client: Visitor, db: Session, old: str, new: str, field: str
) -> None:
    ada = a_person(db, password=GOOD)
    answer = signed_in(client, ada).post("/me/password", data={"old": old, "new": new})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert GOOD not in answer.text
    assert NEW not in answer.text
    assert passwords.fits(ada.password, GOOD)


def test_guessing_the_old_password_is_slowed_down(client: Visitor, db: Session) -> None:
    signed_in(client, a_person(db, password=GOOD))
    with stopped(now()):
        statuses = [
            client.post("/me/password", data={"old": "x", "new": NEW}).status_code for _ in range(6)
        ]
    assert statuses == [422] * 5 + [429]


def test_who_has_no_password_yet_chooses_one(client: Visitor, db: Session) -> None:
    ada = a_person(db)
    signed_in(client, ada)
    assert 'name="old"' not in client.get("/me").text
    client.post("/me/password", data={"new": NEW})
    assert passwords.fits(ada.password, NEW)


def test_i_see_my_devices_and_sign_one_out(visitor: Callable[[], Visitor], db: Session) -> None:
    ada, ben = a_person(db), a_person(db)
    client = signed_in(visitor(), ada)
    other = devices.find(db, devices.start(db, ada, agent=FIREFOX, now=now()), now=now())
    bens = devices.find(db, devices.start(db, ben, agent=FIREFOX, now=now()), now=now())
    assert other and bens
    others_id, bens_id = other.id, bens.id
    page = client.get("/me").text
    assert "Firefox auf Windows" in page
    assert page.count("dieses Gerät") == 1
    assert f"/me/devices/{bens_id}/end" not in page
    assert client.post(f"/me/devices/{others_id}/end").location == "/me"
    assert client.post(f"/me/devices/{others_id}/end").status_code == 404
    assert client.post(f"/me/devices/{bens_id}/end").status_code == 404
    assert client.post(f"/me/devices/{2**40}/end").status_code == 404
    assert sorted(db.scalars(select(Device.person_id))) == sorted([ada.id, ben.id])


def test_i_sign_all_other_devices_out(visitor: Callable[[], Visitor], db: Session) -> None:
    ada = a_person(db)
    here, there, third = (signed_in(visitor(), ada) for _ in range(3))
    assert here.post("/me/devices/end-others").location == "/me"
    assert here.get("/me").status_code == 200
    assert {there.get("/me").status_code, third.get("/me").status_code} == {302}


# Administration


def test_accounts_are_shown_to_administrators_alone(
    visitor: Callable[[], Visitor], db: Session
) -> None:
    ada, admin = a_person(db), a_person(db, is_admin=True)
    page = signed_in(visitor(), admin).get("/people")
    assert page.status_code == 200
    assert ada.email in page.text
    stranger = signed_in(visitor(), ada)
    assert stranger.get("/people").status_code == 404
    for path in ("", f"/{ada.id}/leave", f"/{ada.id}/come-back", f"/{ada.id}/admin"):
        sent = {"email": "x@example.org", "name": "X", "admin": "1"}
        assert stranger.post(f"/people{path}", data=sent).status_code == 404
    assert stranger.post(f"/people/{ada.id}/invitation").status_code == 404
    assert not ada.is_admin
    assert ada.left_at is None


def test_an_administrator_who_was_let_go_administers_no_more(client: Visitor, db: Session) -> None:
    admin = a_person(db, is_admin=True)
    signed_in(client, admin)
    admin.left_at = now()
    assert client.get("/people").status_code == 302


def test_an_administrator_invites_somebody(client: Visitor, db: Session) -> None:
    signed_in(client, a_person(db, is_admin=True))
    answer = client.post("/people", data={"email": "Neu@Example.org", "name": "Neu Hier"})
    assert answer.status_code == 201
    person = db.scalars(select(Person).where(Person.email == "neu@example.org")).one()
    assert not person.is_admin
    address = answer.text.partition('value="http://localhost')[2].partition('"')[0]
    assert address.startswith("/invitations/")
    assert client.get(address).status_code == 200
    assert str(person.id) in db.scalars(select(Job.body)).one()
    assert client.post(f"/people/{person.id}/invitation").status_code == 201


@pytest.mark.parametrize(
    ("email", "name", "field"),
    [("nowhere", "Neu", "email"), ("n@example.org", "", "name"), ("", "", "email")],
)
def test_a_bad_invitation_comes_back_with_what_was_typed(
    client: Visitor, db: Session, email: str, name: str, field: str
) -> None:
    signed_in(client, a_person(db, is_admin=True))
    answer = client.post("/people", data={"email": email, "name": name})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'value="{email}"' in answer.text
    assert len(db.scalars(select(Person)).all()) == 1


def test_an_account_is_closed_and_opened_again(visitor: Callable[[], Visitor], db: Session) -> None:
    ada, admin = a_person(db, password=GOOD), a_person(db, is_admin=True)
    hers, his = signed_in(visitor(), ada), signed_in(visitor(), admin)
    assert his.post(f"/people/{ada.id}/invitation").status_code == 403  # she has a password
    assert his.post(f"/people/{ada.id}/leave").location == "/people"
    assert hers.get("/me").status_code == 302
    assert his.post(f"/people/{ada.id}/come-back").status_code == 201
    assert ada.left_at is None
    assert hers.get("/me").status_code == 302


def test_somebody_always_administers(client: Visitor, db: Session) -> None:
    admin, ada = a_person(db, is_admin=True), a_person(db)
    signed_in(client, admin)
    assert client.post(f"/people/{admin.id}/leave").status_code == 403
    assert client.post(f"/people/{admin.id}/admin", data={"admin": "0"}).status_code == 403
    assert client.post(f"/people/{ada.id}/admin", data={"admin": "1"}).status_code == 302
    assert client.post(f"/people/{admin.id}/admin", data={"admin": "0"}).status_code == 302
    assert (admin.is_admin, ada.is_admin) == (False, True)


@pytest.mark.parametrize("number", ["0", "999999", str(2**31), str(2**63), str(2**70)])
def test_accounts_that_do_not_exist_are_not_found(
    client: Visitor, db: Session, number: str
) -> None:
    signed_in(client, a_person(db, is_admin=True))
    for act in ("leave", "come-back", "admin", "invitation"):
        assert client.post(f"/people/{number}/{act}").status_code == 404


def test_the_last_use_is_told_in_words(client: Visitor, db: Session) -> None:
    ada = a_person(db)
    signed_in(client, ada)
    devices.start(db, ada, agent=FIREFOX, now=now() - timedelta(days=3))
    assert "vor 3 Tagen" in client.get("/me").text


def test_the_menu_leads_to_what_the_person_may_see(
    visitor: Callable[[], Visitor], db: Session
) -> None:
    def links(person: Person) -> set[str]:
        page = signed_in(visitor(), person).get("/me").text
        return {urlsplit(each.partition('"')[0]).path for each in page.split('href="')[1:]}

    assert "/people" in links(a_person(db, is_admin=True))
    assert "/people" not in links(a_person(db))
