"""People: added, described, their passwords chosen; how they leave and come back."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from strategy.domain import devices, links, passwords, people
from strategy.errors import Invalid, NotAllowed, NotFound, Refusal
from strategy.store.base import make_session
from strategy.store.log import Event
from strategy.store.people import Person
from tests import databases
from tests.builders import NOON, a_person, later

GOOD = "drei Möwen im Hafen"


def test_somebody_is_added_and_found_however_the_address_is_written(db: Session) -> None:
    ada = people.add(db, " Ada.Ahrens@Example.ORG ", "  Ada   Ahrens ", now=NOON)
    assert (ada.email, ada.name, ada.lang) == ("ada.ahrens@example.org", "Ada Ahrens", "de")
    assert ada.password is None
    assert not ada.is_admin
    assert people.find(db, "ADA.AHRENS@example.org") is ada
    assert people.find(db, "nobody@example.org") is None


def test_an_address_is_taken_once(db: Session) -> None:
    people.add(db, "ada@example.org", "Ada", now=NOON)
    with pytest.raises(Invalid) as refused:
        people.add(db, "ADA@example.org", "Another", now=NOON)
    assert refused.value.field == "email"
    assert [each.name for each in people.everybody(db)] == ["Ada"]


def test_of_two_who_add_the_same_address_at_once_one_is_refused(engine: Engine) -> None:
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def add(name: str) -> None:
        ready.wait()
        with make_session(engine, writes=True) as db:
            try:
                people.add(db, "ada@example.org", name, now=NOON)
                db.commit()
                outcomes.append("added")
            except Invalid:
                outcomes.append("refused")

    threads = [threading.Thread(target=add, args=(name,)) for name in ("Ada", "Ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added", "refused"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a@b.de", "a@b.de"),
        ("first.last+tag@sub.example.org", "first.last+tag@sub.example.org"),
        ("ada@münchen.de", "ada@xn--mnchen-3ya.de"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_a_good_address_is_taken(given: str, kept: str) -> None:
    assert people.checked_email(given) == kept


@pytest.mark.parametrize(
    "bad",
    [
        "", "ada", "@example.org", "ada@", "ada@example", "ada@@example.org", "a b@example.org",
        "ada@example.org\nBcc: all@example.org", "ada@exam ple.org", "ada@-example.org",
        ".ada@example.org", "ada.@example.org", "a..b@example.org", "ada@example..org",
        '"ada"@example.org', "ada@[127.0.0.1]", "<ada@example.org>", "a@example.org,b@example.org",
        "ädä@example.org", "ada\x00@example.org", "ada@ex\u202eample.org", "\ud800@example.org",
        "a" * 65 + "@example.org", "a@" + "b" * 64 + ".org", "a@" + "b." * 130 + "org",
    ],
)  # fmt: skip
def test_a_bad_address_is_refused(bad: str) -> None:
    with pytest.raises(Invalid) as refused:
        people.checked_email(bad)
    assert refused.value.field == "email"


@pytest.mark.parametrize("good", ["Ada", "Zoë Ünal-Öğüt", "O’Neill", "李小龍", "X Æ"])
def test_a_name_is_kept_as_it_is(good: str) -> None:
    assert people.checked_name(good) == good


def test_a_name_is_kept_in_one_form() -> None:
    assert people.checked_name("Jo\u0308rg \u00a0 Ernst") == "J\u00f6rg Ernst"


@pytest.mark.parametrize(
    "bad",
    ["", "  ", "a\nb", "a\0b", "a\u202eb", "a\u2066b", "a\u200bb", "\ud800", "a\u2028b", "x" * 101],
)
def test_a_name_that_cannot_be_read_is_refused(bad: str) -> None:
    with pytest.raises(Invalid) as refused:
        people.checked_name(bad)
    assert refused.value.field == "name"


def test_an_invited_person_takes_their_account(db: Session) -> None:
    ada = people.add(db, "ada@example.org", "A. Ahrens", now=NOON)
    token = links.make(db, "invitation", ada, by=None, now=NOON)
    kept = passwords.choose(GOOD)
    person = people.accept_invitation(
        db, token, name="Ada Ahrens", password=kept, lang="en", now=later(days=13)
    )
    assert person is ada
    assert (ada.name, ada.lang) == ("Ada Ahrens", "en")
    assert passwords.fits(ada.password, GOOD)
    assert not people.is_invited(ada)
    with pytest.raises(NotFound):
        people.accept_invitation(db, token, name="X", password=kept, lang="de", now=later(days=13))


def test_a_new_password_signs_out_everywhere_and_ends_open_links(db: Session) -> None:
    ada, ben = a_person(db), a_person(db)
    here, there = (devices.start(db, ada, agent="", now=NOON) for _ in range(2))
    other = devices.start(db, ben, agent="", now=NOON)
    reset = links.make(db, "reset", ada, by=None, now=NOON)
    sign_in = links.make(db, "sign_in", ada, by=None, now=NOON)
    keep = devices.find(db, here, now=NOON)
    assert keep is not None
    people.choose_password(db, ada, passwords.choose(GOOD), now=NOON, keep=keep.id)
    assert devices.find(db, here, now=NOON) is not None
    assert devices.find(db, there, now=NOON) is None
    assert devices.find(db, other, now=NOON) is not None
    for kind, token in (("reset", reset), ("sign_in", sign_in)):
        with pytest.raises(NotFound):
            links.find(db, kind, token, now=NOON)


def test_a_reset_ends_all_sessions(db: Session) -> None:
    ada = a_person(db)
    device = devices.start(db, ada, agent="", now=NOON)
    token = links.make(db, "reset", ada, by=None, now=NOON)
    people.reset_password(db, token, password=passwords.choose(GOOD), now=NOON)
    assert devices.find(db, device, now=NOON) is None
    assert passwords.fits(ada.password, GOOD)


def test_who_leaves_can_come_back_without_the_old_password(db: Session) -> None:
    ada, admin = a_person(db, password=GOOD), a_person(db, is_admin=True)
    device = devices.start(db, ada, agent="", now=NOON)
    people.leave(db, ada, by=admin, now=NOON)
    assert devices.find(db, device, now=NOON) is None
    with pytest.raises(NotFound):
        links.make(db, "sign_in", ada, by=None, now=NOON)
    people.come_back(db, ada, by=admin, now=later(days=1))
    assert ada.left_at is None
    assert people.is_invited(ada)
    assert devices.find(db, device, now=later(days=1)) is None


def test_only_administrators_let_people_go(db: Session) -> None:
    ada, ben = a_person(db), a_person(db)
    for act in (
        lambda: people.leave(db, ada, by=ben, now=NOON),
        lambda: people.come_back(db, ada, by=ben, now=NOON),
        lambda: people.make_admin(db, ben, True, by=ben, now=NOON),
    ):
        with pytest.raises(NotFound):
            act()
    assert ada.left_at is None
    assert not ben.is_admin


def test_the_last_administrator_stays(db: Session) -> None:
    ada, ben = a_person(db, is_admin=True), a_person(db, is_admin=True)
    people.leave(db, ben, by=ada, now=NOON)
    with pytest.raises(NotAllowed):
        people.leave(db, ada, by=ada, now=NOON)
    with pytest.raises(NotAllowed):
        people.make_admin(db, ada, False, by=ada, now=NOON)
    assert ada.is_admin
    assert ada.left_at is None


def test_of_two_administrators_who_let_each_other_go_at_once_one_stays(
    engine: Engine, db: Session
) -> None:
    ada, ben = a_person(db, is_admin=True), a_person(db, is_admin=True)
    db.commit()
    refused: list[Refusal] = []

    def let_ada_go() -> None:
        with make_session(engine, writes=True) as own:
            try:
                people.leave(own, people.by_id(own, ada.id), by=None, now=NOON)
                own.commit()
            except Refusal as refusal:
                refused.append(refusal)

    people.leave(db, ben, by=ada, now=NOON)
    second = threading.Thread(target=let_ada_go)
    second.start()
    databases.wait_for(engine, second)
    db.commit()
    second.join()
    assert len(refused) == 1
    assert [each.left_at is None for each in people.everybody(db)] == [True, False]


def test_what_happens_to_accounts_stands_in_the_record(db: Session) -> None:
    admin = a_person(db, is_admin=True)
    ada = people.add(db, "ada@example.org", "Ada", by=admin, now=NOON)
    people.leave(db, ada, by=admin, now=later(days=1))
    kept = db.scalars(select(Event).order_by(Event.id)).all()
    assert [(each.verb, each.person_id, each.detail) for each in kept] == [
        ("person.added", admin.id, str(ada.id)),
        ("person.left", admin.id, str(ada.id)),
    ]


def test_people_stand_in_the_order_of_names_and_who_left_last(db: Session) -> None:
    for name, left in (("cem", None), ("Ben", None), ("Ada", NOON)):
        a_person(db, name, left_at=left)
    assert [each.name for each in people.everybody(db)] == ["Ben", "cem", "Ada"]


def test_names_are_looked_up_at_once(db: Session) -> None:
    ada, ben = a_person(db, "Ada"), a_person(db, "Ben")
    assert people.names(db, [ada.id, ben.id, 999]) == {ada.id: "Ada", ben.id: "Ben"}
    assert people.by_id(db, ada.id) is ada
    for bad in (999, 0, -1, 2**40):
        with pytest.raises(NotFound):
            people.by_id(db, bad)


def test_a_language_that_is_not_offered_is_refused(db: Session) -> None:
    ada: Person = a_person(db)
    with pytest.raises(Invalid):
        people.describe(ada, name="Ada", lang="fr")
