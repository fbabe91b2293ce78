"""Signing in: by password, by links; slowed down; never telling whether there is an account."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from strategy.clock import now, stopped
from strategy.domain import jobs, links, mail, passwords, people, throttle
from strategy.settings import Settings
from strategy.store.jobs import Job
from strategy.store.people import Attempt, Device, Link
from tests.builders import a_person
from tests.visitor import Visitor, signed_in

GOOD = "drei Möwen im Hafen"
NEW = "vier Enten am Teich"
JSON = {"Accept": "application/json"}
WRONG = "Diese E-Mail-Adresse und dieses Passwort gehören nicht zusammen."


def entered(client: Visitor, email: str, password: str = GOOD, **more: str) -> TestResponse:
    """Send the form."""
    return client.post("/sign-in", data={"email": email, "password": password} | more)


def bare(page: str) -> str:
    """The page without what differs each time, or with what was typed."""
    return re.sub(r'nonce="[^"]*"|value="[^"]*"| autofocus', "", page)


def is_in(client: Visitor) -> bool:
    """Whether the visitor sees their own page."""
    return client.get("/me").status_code == 200


def test_the_right_password_signs_in(client: Visitor, db: Session) -> None:
    ada = a_person(db, password=GOOD)
    answer = entered(client, ada.email.upper(), next="/me")
    assert (answer.status_code, answer.location) == (302, "/me")
    assert is_in(client)
    assert client.get("/sign-in").location == "/"


def test_the_cookie_holds_a_token_and_nothing_about_the_person(
    client: Visitor, db: Session
) -> None:
    ada = a_person(db, password=GOOD)
    cookie = entered(client, ada.email).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" in cookie
    with client.session_transaction() as session:
        assert set(session) <= {"_user_id", "_fresh", "_permanent", "csrf_token"}
        token = session["_user_id"]
    assert db.scalars(select(Device.person_id)).one() == ada.id
    assert token not in db.scalars(select(Device.token_hash)).one()


@pytest.mark.parametrize("case", ["wrong", "unknown", "no password", "left", "empty", "odd"])
def test_every_failure_looks_the_same(client: Visitor, db: Session, case: str) -> None:
    known = a_person(db, password=GOOD).email
    email, password = {
        "wrong": (known, GOOD + "!"),
        "unknown": ("nobody@example.org", GOOD),
        "no password": (a_person(db).email, ""),
        "left": (a_person(db, password=GOOD, left_at=now()).email, GOOD),
        "empty": ("", ""),
        "odd": ("a\x01\u202e", "\x01" * 5000),
    }[case]
    answer = entered(client, email, password)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert not is_in(client)
    other = entered(client, "somebody@example.org", GOOD)
    assert bare(answer.text) == bare(other.text)


def test_what_was_typed_stays_except_for_the_password(client: Visitor) -> None:
    answer = entered(client, "ada@example.org", "my secret words", next="/papers")
    assert 'value="ada@example.org"' in answer.text
    assert 'value="/papers"' in answer.text
    assert "my secret words" not in answer.text


def test_a_script_signs_in_in_place(client: Visitor, db: Session) -> None:
    ada = a_person(db, "Ada Ahrens", password=GOOD)
    first = client.get("/sign-in", headers=JSON).json
    assert first["csrf"]
    assert first["signed_in"] is False
    client.forging = True
    wrong = client.post(
        "/sign-in",
        json={"email": ada.email, "password": "wrong"},
        headers=JSON | {"X-CSRFToken": first["csrf"]},
    )
    assert wrong.status_code == 422
    assert wrong.json == {"error": WRONG, "field": "password"}
    right = client.post(
        "/sign-in",
        json={"email": ada.email, "password": GOOD},
        headers=JSON | {"X-CSRFToken": first["csrf"]},
    )
    assert right.status_code == 200
    assert right.json["ok"] is True
    again = client.post("/sign-out", headers=JSON | {"X-CSRFToken": right.json["csrf"]})
    assert again.status_code == 200  # the new token is good for what follows


def test_signing_in_anew_ends_the_session_before(
    visitor: Callable[[], Visitor], db: Session
) -> None:
    ada, ben = a_person(db, password=GOOD), a_person(db)
    client = signed_in(visitor(), ben)
    entered(client, ada.email)
    assert db.scalars(select(Device.person_id)).all() == [ada.id]


def test_a_stolen_cookie_is_worthless_after_signing_out(
    visitor: Callable[[], Visitor], db: Session
) -> None:
    client, thief = signed_in(visitor(), a_person(db)), visitor()
    cookie = client.get_cookie("vorlauf")
    assert cookie is not None
    thief.set_cookie("vorlauf", cookie.value)
    assert is_in(thief)
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    assert not is_in(client)
    assert not is_in(thief)


def test_a_cookie_signed_by_somebody_else_is_nobody(client: Visitor, db: Session) -> None:
    signed_in(client, a_person(db))
    cookie = client.get_cookie("vorlauf")
    assert cookie is not None
    client.set_cookie("vorlauf", cookie.value[:-4] + "AAAA")
    assert not is_in(client)


def test_pages_lead_to_signing_in_and_back(client: Visitor, db: Session) -> None:
    ada = a_person(db, password=GOOD)
    answer = client.get("/bodies?a=b")
    assert answer.status_code == 302
    assert urlsplit(answer.location).path == "/sign-in"
    form = client.get(answer.location)
    assert 'name="next" value="/bodies?a=b"' in form.text
    assert entered(client, ada.email, next="/bodies?a=b").location == "/bodies?a=b"


def test_scripts_are_told_that_nobody_is_signed_in(client: Visitor) -> None:
    for headers in (JSON, {"Upgrade": "websocket"}, {"Sec-Fetch-Mode": "cors"}):
        answer = client.get("/me", headers=headers)
        if "Upgrade" not in headers:
            assert answer.status_code == 401
    assert client.get("/me", headers=JSON).json == {"error": "Bitte melde dich zuerst an."}
    assert client.post("/me", data={"name": "X"}).status_code == 401


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil",
        "/ /evil", "javascript:alert(1)", "evil.example", "///evil", "/\r\nSet-Cookie: a=b", "",
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere(client: Visitor, db: Session, target: str) -> None:
    ada = a_person(db, password=GOOD)
    assert entered(client, ada.email, next=target).location == "/"
    shown = client.get("/sign-in", query_string={"next": target})
    assert shown.location == "/"


def test_guessing_is_slowed_down_for_known_and_unknown_accounts_alike(
    client: Visitor, db: Session
) -> None:
    ada = a_person(db, password=GOOD)
    moment = now()
    for email in (ada.email, "nobody@example.org"):
        with stopped(moment):
            statuses = [entered(client, email, "wrong").status_code for _ in range(7)]
            blocked = entered(client, email)
        assert statuses == [422] * 5 + [429] * 2
        assert blocked.headers["Retry-After"] == "2"
        assert "Zu viele Versuche. Bitte warte 2 Sekunden." in blocked.text
    assert not is_in(client)
    with stopped(moment + timedelta(seconds=2)):
        assert entered(client, ada.email).status_code == 302
    assert db.scalars(select(func.count()).select_from(Attempt)).one() == 5 + 10


def test_one_network_cannot_try_one_password_on_everybody(
    client: Visitor, db: Session, settings: Settings
) -> None:
    moment = now()
    network = throttle.network_key(settings.key(), "sign-in", "192.0.2.7")
    for _ in range(29):
        throttle.attempt(db, {network: throttle.NETWORK}, now=moment)
    with stopped(moment):
        statuses = [
            client.post(
                "/sign-in",
                data={"email": f"p{number}@example.org", "password": "x"},
                environ_base={"REMOTE_ADDR": address},
            ).status_code
            for number, address in enumerate(("192.0.2.7", "192.0.2.7", "192.0.2.8"))
        ]
    assert statuses == [422, 429, 422]


def test_a_weaker_hash_of_former_days_is_made_anew(client: Visitor, db: Session) -> None:
    from argon2 import PasswordHasher

    ada = a_person(db)
    ada.password = PasswordHasher(time_cost=1, memory_cost=8192).hash(GOOD)
    entered(client, ada.email)
    assert ada.password is not None
    assert not passwords.is_outdated(ada.password)
    assert passwords.fits(ada.password, GOOD)


# Links


def test_a_sign_in_link_signs_in_once_by_being_followed(
    visitor: Callable[[], Visitor], db: Session
) -> None:
    token = links.make(db, "sign_in", a_person(db), by=None, now=now())
    first, second = visitor(), visitor()
    answer = first.get(f"/sign-in/{token}?next=/bodies")
    assert (answer.status_code, answer.location) == (302, "/bodies")
    assert is_in(first)
    refused = second.get(f"/sign-in/{token}")
    assert refused.status_code == 404
    assert "Dieser Link gilt nicht mehr" in refused.text
    assert not is_in(second)


def test_asking_for_the_head_does_not_use_a_link_up(client: Visitor, db: Session) -> None:
    token = links.make(db, "sign_in", a_person(db), by=None, now=now())
    assert client.head(f"/sign-in/{token}").status_code == 200
    assert not is_in(client)
    assert client.get(f"/sign-in/{token}").status_code == 302


def test_a_sign_in_link_works_for_fifteen_minutes(client: Visitor, db: Session) -> None:
    token = links.make(db, "sign_in", a_person(db), by=None, now=now())
    with stopped(now() + timedelta(minutes=15)):
        assert client.get(f"/sign-in/{token}").status_code == 404


def test_an_invitation_leads_to_an_account(client: Visitor, db: Session) -> None:
    ada = a_person(db, "A. Ahrens")
    token = links.make(db, "invitation", ada, by=None, now=now())
    for _ in range(2):  # whatever looks at links in mails does not use them up
        form = client.get(f"/invitations/{token}")
        assert 'value="A. Ahrens"' in form.text
        assert f'value="{ada.email}"' in form.text
    answer = client.post(f"/invitations/{token}", data={"name": "Ada Ahrens", "password": GOOD})
    assert (answer.status_code, answer.location) == (302, "/")
    assert is_in(client)
    assert ada.name == "Ada Ahrens"
    assert passwords.fits(ada.password, GOOD)
    assert client.get(f"/invitations/{token}").status_code == 404


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"name": "", "password": GOOD}, "Bitte fülle das aus."),
        ({"name": "Ada", "password": "short"}, "Bitte nimm mindestens 10 Zeichen."),
        ({"name": "Ada\u202e", "password": GOOD}, "Zeichen, die nicht gespeichert werden können"),
        ({"name": "Ada Ahrens", "password": "Ada Ahrens"}, "leicht zu erraten"),
    ],
)
def test_a_bad_answer_to_an_invitation_does_not_use_it_up(
    client: Visitor, db: Session, sent: dict[str, str], words: str
) -> None:
    ada = a_person(db, "A. Ahrens")
    token = links.make(db, "invitation", ada, by=None, now=now())
    answer = client.post(f"/invitations/{token}", data=sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert GOOD not in answer.text
    assert ada.name == "A. Ahrens"
    right = {"name": "Ada", "password": GOOD}
    assert client.post(f"/invitations/{token}", data=right).status_code == 302


def mailed(db: Session, settings: Settings, at: datetime) -> list[str]:
    """The texts of all mails, once a worker has sent them."""
    db.commit()
    from strategy.store.base import make_engine

    engine = make_engine(settings.database)
    folder = Path(__file__).parents[2] / "templates"
    with stopped(at):
        jobs.run_due(engine, {"mail": mail.handler(settings, folder)})
    engine.dispose()
    kept = Path(settings.data) / "mail"
    files = sorted(kept.iterdir()) if kept.exists() else []
    return [
        message_from_bytes(file.read_bytes(), policy=policy.default).get_content() for file in files
    ]


def test_a_forgotten_password_is_replaced_by_mail(
    visitor: Callable[[], Visitor], db: Session, settings: Settings
) -> None:
    ada = a_person(db, password=GOOD)
    elsewhere = signed_in(visitor(), ada)
    client = visitor()
    assert client.post("/forgot", data={"email": ada.email}).status_code == 200
    (text,) = mailed(db, settings, now())
    found = re.search(r"http://localhost(/reset/\S+)", text)
    assert found
    address = found[1]
    assert ada.name in client.get(address).text
    assert client.post(address, data={"password": "short"}).status_code == 422
    assert client.post(address, data={"password": NEW}).location == "/"
    assert is_in(client)
    assert not is_in(elsewhere)
    assert client.get(address).status_code == 404
    assert entered(visitor(), ada.email, GOOD).status_code == 422
    assert entered(visitor(), ada.email, NEW).status_code == 302


def test_asking_for_a_reset_does_not_tell_whether_there_is_an_account(
    client: Visitor, db: Session, settings: Settings
) -> None:
    known = a_person(db, password=GOOD).email
    gone = a_person(db, left_at=now()).email
    pages = []
    for email in (known, "nobody@example.org", gone):
        answer = client.post("/forgot", data={"email": email})
        page = bare(answer.text.replace(email, "…"))
        pages.append((answer.status_code, page))
    assert pages[0] == pages[1] == pages[2]
    assert db.scalars(select(func.count()).select_from(Job)).one() == 3  # the same work, too
    assert len(mailed(db, settings, now())) == 1


def test_nobody_is_flooded_with_mails(client: Visitor, db: Session, settings: Settings) -> None:
    ada = a_person(db, password=GOOD)
    moment = now()
    with stopped(moment):
        answers = {client.post("/forgot", data={"email": ada.email}).status_code for _ in range(9)}
    assert answers == {200}
    assert len(mailed(db, settings, moment)) == 3


def test_one_network_cannot_have_mails_sent_to_everybody(client: Visitor) -> None:
    with stopped(now()):
        statuses = [
            client.post("/forgot", data={"email": f"p{number}@example.org"}).status_code
            for number in range(21)
        ]
    assert statuses == [200] * 20 + [429]


def test_what_is_no_address_is_said_at_the_field(client: Visitor) -> None:
    answer = client.post("/forgot", data={"email": "ada"})
    assert answer.status_code == 422
    assert "Bitte gib eine E-Mail-Adresse wie name@example.org an." in answer.text
    assert 'value="ada"' in answer.text


@pytest.mark.parametrize("place", ["/sign-in", "/reset", "/invitations"])
def test_an_invented_link_is_not_found(client: Visitor, place: str) -> None:
    for token in ("x", "x" * 3000, "%00", "%ff", "..%2f"):
        assert client.get(f"{place}/{token}").status_code == 404
        if place != "/sign-in":
            data = {"name": "Ada", "password": GOOD}
            assert client.post(f"{place}/{token}", data=data).status_code == 404


def test_who_leaves_is_out_at_once(client: Visitor, db: Session) -> None:
    ada, admin = a_person(db), a_person(db, is_admin=True)
    signed_in(client, ada)
    assert is_in(client)
    people.leave(db, ada, by=admin, now=now())
    assert not is_in(client)


def test_using_a_device_keeps_it_signed_in(client: Visitor, db: Session) -> None:
    signed_in(client, a_person(db))
    device = db.scalars(select(Device)).one()
    started = device.seen_at
    client.get("/me")
    with stopped(started + timedelta(minutes=5)):
        answer = client.get("/me")
    assert device.seen_at == started
    assert "Set-Cookie" not in answer.headers
    with stopped(started + timedelta(days=20)):
        answer = client.get("/me")
    assert device.seen_at == started + timedelta(days=20)
    assert "Set-Cookie" in answer.headers  # and the cookie lasts as much longer
    with stopped(started + timedelta(days=80)):
        assert not is_in(client)


def test_the_interface_speaks_the_language_that_was_chosen(client: Visitor) -> None:
    assert 'lang="de"' in client.get("/sign-in").text
    assert 'lang="en"' in client.get("/sign-in", headers={"Accept-Language": "en-GB"}).text
    answer = client.post("/language", data={"language": "en", "next": "/forgot?"})
    assert answer.location == "/forgot"
    assert "A new password" in client.get("/forgot").text
    client.post("/language", data={"language": "fr", "next": "//evil.example"})
    assert "A new password" in client.get("/forgot").text


def test_no_link_is_left_in_the_database_for_people_who_read_it(
    client: Visitor, db: Session
) -> None:
    client.post("/forgot", data={"email": a_person(db, password=GOOD).email})
    assert db.scalars(select(Link)).all() == []
    assert "http" not in db.scalars(select(Job.body)).one()
