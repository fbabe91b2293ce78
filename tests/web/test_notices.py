"""Which mails I get, the link that ends them, the calendar's address: over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from strategy.clock import stopped
from strategy.domain import choices, feeds
from strategy.settings import Settings
from tests.builders import NOON, a_body, a_member, a_person, a_session, later
from tests.visitor import Visitor, signed_in

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def checked(page: str) -> dict[str, str]:
    """The chosen way of each kind, as the page shows it."""
    radios = re.findall(r'<input type="radio" name="(\w+)" value="(\w+)"[^>]* checked', page)
    return dict(radios)


def test_i_choose_how_i_am_told(client: Visitor, db: Session) -> None:
    ada = a_person(db)
    signed_in(client, ada)
    assert checked(client.get("/me").text) == choices.USUAL
    wished = {"invitation": "off", "deadline": "weekly", "task": "daily", "tabled": "now",
              "amendment": "off",
              "answer": "off"}  # fmt: skip
    assert client.post("/me/notices", data=wished).location == "/me#notices"
    assert checked(client.get("/me").text) == wished


def test_there_is_no_digest_of_invitations(client: Visitor, db: Session) -> None:
    ada = a_person(db)
    answer = signed_in(client, ada).post("/me/notices", data={"invitation": "daily"})
    assert answer.status_code == 422
    assert choices.of(db, ada.id) == choices.USUAL


def test_a_look_at_the_link_ends_nothing_the_button_does(
    client: Visitor, db: Session, settings: Settings
) -> None:
    ada = a_person(db)
    address = choices.address("", choices.token(settings.key(), ada.id, "tabled"))
    page = client.get(address)
    assert page.status_code == 200
    assert client.head(address).status_code == 200
    assert choices.of(db, ada.id) == choices.USUAL
    assert f'action="{address}"' in page.text
    client.forging = True  # the page's form has no other token than its address
    assert "keine solchen Mails mehr" in client.post(address).text
    assert choices.of(db, ada.id)["tabled"] == "off"


def test_a_mail_program_ends_them_by_itself(
    client: Visitor, db: Session, settings: Settings
) -> None:
    ada = a_person(db)
    client.forging = True
    address = choices.address("", choices.token(settings.key(), ada.id, "task"))
    for _ in range(2):
        assert client.post(address, data=ONE_CLICK).status_code == 200
    assert choices.of(db, ada.id)["task"] == "off"
    signed_in(client, ada)
    client.forging = False
    client.post("/me/notices", data={"task": "now"})
    assert choices.of(db, ada.id) == choices.USUAL


@pytest.mark.parametrize("spoil", [lambda t: t + "0", lambda t: "x", lambda t: t[:-32] + "é"])
def test_a_made_up_link_ends_nothing(
    client: Visitor, db: Session, settings: Settings, spoil: Callable[[str], str]
) -> None:
    ada = a_person(db)
    token = spoil(choices.token(settings.key(), ada.id, "task"))
    assert client.get(f"/mute/{token}").status_code == 404
    assert client.post(f"/mute/{token}", data=ONE_CLICK).status_code == 404
    assert choices.of(db, ada.id) == choices.USUAL


def made(client: Visitor, **data: str) -> str:
    """A new feed's path."""
    answer = client.post("/me/calendar", data=data)
    assert answer.status_code == 201
    (path,) = re.findall(r'value="http://localhost(/calendar/[\w-]{43}\.ics)"', answer.text)
    return str(path)


def test_the_calendars_address_is_shown_once_and_needs_no_signing_in(
    visitor: Callable[[], Visitor], db: Session
) -> None:
    body = a_body(db)
    ada = a_member(db, body)
    a_session(db, body, title="Klausur")
    mine, calendar = signed_in(visitor(), ada), visitor()
    assert 'action="/me/calendar#calendar"' in mine.get("/me").text  # what it answers is in sight
    path = made(mine)
    assert path not in mine.get("/me").text
    answer = calendar.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert "SUMMARY:Klausur" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert mine.post("/me/calendar/end").location == "/me#calendar"
    gone = calendar.get(path)
    assert (gone.status_code, gone.data) == (404, b"")


def test_a_neutral_calendar_names_nothing(client: Visitor, db: Session) -> None:
    body = a_body(db)
    ada = a_member(db, body)
    a_session(db, body, title="Klausur")
    answer = client.get(made(signed_in(client, ada), neutral="1"))
    assert "Klausur" not in answer.text
    assert "SUMMARY:Termin" in answer.text


def test_who_has_left_has_an_empty_404(client: Visitor, db: Session) -> None:
    ada = a_person(db)
    path = made(signed_in(client, ada))
    ada.left_at = NOON
    answer = client.get(path)
    assert (answer.status_code, answer.data) == (404, b"")


def test_what_has_not_changed_is_not_sent_again(client: Visitor, db: Session) -> None:
    body = a_body(db)
    ada = a_member(db, body)
    session = a_session(db, body)
    path = made(signed_in(client, ada))
    with stopped(later(minutes=1)):
        first = client.get(path)
    assert first.headers["Last-Modified"] == "Mon, 07 Sep 2026 12:01:00 GMT"
    for asked in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        with stopped(later(minutes=2)):
            again = client.get(path, headers=asked)
        assert (again.status_code, again.data) == (304, b"")
    session.title = "Klausur"
    with stopped(later(minutes=3)):
        for asked in (
            {"If-None-Match": first.headers["ETag"]},
            {"If-Modified-Since": first.headers["Last-Modified"]},
        ):
            assert client.get(path, headers=asked).status_code == 200


def test_a_calendar_that_asks_all_the_time_must_wait(client: Visitor, db: Session) -> None:
    ada = a_person(db)
    path = made(signed_in(client, ada))
    with stopped(NOON):
        codes = [client.get(path).status_code for _ in range(301)]
    assert codes == [200] * 300 + [429]
    with stopped(later(seconds=2)):
        assert client.get(path).status_code == 200


def test_who_tries_addresses_must_wait(client: Visitor, db: Session, app: Flask) -> None:
    with stopped(NOON):
        codes = [client.get(f"/calendar/{'x' * 43}.ics").status_code for _ in range(31)]
        assert codes == [404] * 30 + [429]
        # a whole office is behind the same address: who knows one is served
        ada = a_person(db)
        token = feeds.make(db, ada, is_neutral=False, now=NOON)
        assert client.get(f"/calendar/{token}.ics").status_code == 200


def test_the_chair_alone_sees_and_sets_what_mails_may_say(client: Visitor, db: Session) -> None:
    body = a_body(db)
    chair, staff = a_member(db, body, "chair"), a_member(db, body, "staff")
    address = f"/bodies/{body.slug}"
    signed_in(client, staff)
    assert "mails_text" not in client.get(address).text
    assert client.post(f"{address}/mails", data={"mails_text": "1"}).status_code == 403
    assert not body.mails_text
    signed_in(client, chair)
    assert "mails_text" in client.get(address).text
    client.post(f"{address}/mails", data={"mails_text": "1"})
    assert body.mails_text
    client.post(f"{address}/mails")
    assert not body.mails_text
