"""Notices: who is told of what, what a mail says and what it never says, how it is ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from strategy.domain import bodies, choices, notices, reminders, sessions, steps, tablings
from strategy.domain.tablings import Filing
from strategy.domain.terms import Span, Terms
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.settings import Settings
from strategy.store.agenda import Item
from strategy.store.decisions import Decision
from strategy.store.jobs import Job
from strategy.store.notices import Choice, Notice
from strategy.store.people import Person
from strategy.store.sessions import Session as Meeting
from tests.builders import (
    NOON,
    a_body,
    a_member,
    a_paper,
    a_person,
    a_session,
    a_task,
    later,
    some_rules,
)
from tests.mail_server import Inbox, Server, sent

PLAIN = Filing(no_goal_because="Es geht um die eigene Ordnung.")
MORNING = datetime.fromisoformat("2026-09-08T07:00:00+02:00")
Fetch = Callable[..., Inbox]


@pytest.fixture
def inbox(server: Server, engine: Engine, db: Session, settings: Settings) -> Iterator[Fetch]:
    """What a mail server has taken, once the worker has sent what was queued."""
    box, port = server()

    def fetch(now: datetime = NOON) -> Inbox:
        db.commit()
        sent(engine, replace(settings, mail_url=f"smtp://127.0.0.1:{port}"), at=now)
        return box

    yield fetch


def to(box: Inbox, person: Person) -> list[Any]:
    return [each for each in box.mails if each["To"].addresses[0].addr_spec == person.email]


class World:
    """A body with a chair, an author, and a member who hears of papers at once."""

    def __init__(self, db: Session, *, in_days: float = 30, **body: Any) -> None:
        self.db = db
        self.body = a_body(db, **body)
        some_rules(db, self.body, Terms(submission={"ordinary": Span(14, at="18:00")}, reading={}))
        self.chair = a_member(db, self.body, "chair", "Cem Celik")
        self.lead = a_member(db, self.body, name="Lena Lotz")
        self.co = a_member(db, self.body, name="Kurt Kramer")
        self.ada = a_member(db, self.body, name="Ada Ahrens")
        choices.choose(db, self.ada, {"tabled": "now"})
        self.session: Meeting = a_session(db, self.body, in_days=in_days)
        self.paper = a_paper(
            db, body=self.body, lead=self.lead, co_authors=[self.co], state="consultation",
            title="Sonne für alle",
        )  # fmt: skip

    def table(self, now: datetime = NOON) -> tablings.Tabling:
        return tablings.table(self.db, self.paper, self.session, PLAIN, by=self.lead, now=now)


# a paper is tabled


def test_members_hear_of_a_tabled_paper_its_authors_have_a_receipt(
    db: Session, inbox: Fetch
) -> None:
    world = World(db)
    outsider, left = a_person(db), a_member(db, world.body)
    left.left_at = NOON
    world.table()
    told = {row.person_id: row.state for row in db.scalars(select(Notice))}
    assert told == {world.ada.id: "sent", world.chair.id: "waiting"}
    box = inbox()
    (mail,) = to(box, world.ada)
    assert mail["Subject"] == f"Eingereicht: {world.paper.number} Sonne für alle"
    text = mail.get_content()
    assert "Von Lena Lotz, Montag, 7. September 2026, 14:00" in text
    assert "Vorlauf: eingereicht 30 Tage vor der Sitzung" in text
    assert f"/papers/{world.paper.id}" in text
    assert "Wir wollen Sonne." not in text  # the receipt has the text, the notice its link
    for author in (world.lead, world.co):
        (receipt,) = to(box, author)
        assert "Wir wollen Sonne." in receipt.get_content()
    assert not to(box, outsider) + to(box, left)


def test_a_late_paper_says_so_in_the_mail(db: Session, inbox: Fetch) -> None:
    world = World(db, in_days=10)
    world.table()
    (mail,) = to(inbox(), world.ada)
    assert "Vorlauf: verspätet um" in mail.get_content()


def tabled_anew(world: World, db: Session) -> None:
    world.table()
    tablings.take_back(db, world.paper, "Nachgedacht", by=world.lead, now=later(hours=1))
    _, doc = steps.document(db, world.paper)
    changed = json.loads(json.dumps(doc).replace("Sonne.", "Wind."))
    steps.turn(db, world.paper, doc, changed, by=world.lead, now=later(hours=2))
    world.table(later(hours=3))


def test_a_paper_tabled_anew_comes_with_its_changes(db: Session, inbox: Fetch) -> None:
    world = World(db)
    tabled_anew(world, db)
    mail = to(inbox(later(hours=3)), world.ada)[1]
    assert mail["Subject"] == f"Neu eingereicht: {world.paper.number} Sonne für alle"
    assert "- „Sonne“ wird zu „Wind“" in mail.get_content()


def told_of_what_is_confidential(world: World, db: Session) -> None:
    """Its paper on a confidential item is tabled anew, and its session convened."""
    item = Item(
        body_id=world.body.id, session_id=world.session.id, title="Sonne", paper_id=world.paper.id,
        is_confidential=True, made_at=NOON,
    )  # fmt: skip
    db.add(item)
    tabled_anew(world, db)
    sessions.convene(db, world.session, by=world.chair, now=later(hours=4))
    base = "http://localhost"
    notices.of_session(db, world.session, "session_convened", base=base, now=later(hours=4))


@pytest.mark.parametrize("allowed", [False, True])
def test_no_mail_says_what_is_confidential_unless_the_body_allows_it(
    db: Session, inbox: Fetch, allowed: bool
) -> None:
    world = World(db, mails_text=allowed)
    told_of_what_is_confidential(world, db)
    box = inbox(later(hours=4))
    words = [mail["Subject"] + mail.get_body().get_content() for mail in box.mails]
    assert len(words) == 2 + 4 + 4
    assert all(world.paper.number in each for each in words[:6])
    told = [each for each in words if "Sonne" in each or "Wind" in each]
    assert len(told) == (10 if allowed else 0)


def test_no_mail_tells_a_guest_what_is_confidential_whatever_the_body_allows(
    db: Session, engine: Engine, inbox: Fetch
) -> None:
    world = World(db, mails_text=True)
    now, later_on = (a_member(db, world.body, "guest") for _ in range(2))
    choices.choose(db, now, {"tabled": "now"})
    told_of_what_is_confidential(world, db)
    db.commit()
    reminders.remind(engine, before=(7, 2), now=MORNING)
    box = inbox(MORNING)
    for guest, count in ((now, 3), (later_on, 2)):
        words = [mail["Subject"] + mail.get_body().get_content() for mail in to(box, guest)]
        assert len(words) == count
        assert not [each for each in words if "Sonne" in each or "Wind" in each]
    assert any("Sonne" in mail["Subject"] for mail in to(box, world.ada))


def test_a_digest_carries_the_changes(db: Session, engine: Engine, inbox: Fetch) -> None:
    world = World(db)
    tabled_anew(world, db)
    db.commit()
    assert reminders.remind(engine, before=(7, 2), now=MORNING) == (0, 1)
    (mail,) = to(inbox(MORNING), world.chair)
    text = mail.get_content()
    assert text.count("Sonne für alle") == 2
    assert "- „Sonne“ wird zu „Wind“" in text


def test_many_changes_are_counted_not_listed(db: Session) -> None:
    old = [f"Absatz {number} hat alte Worte im Satz" for number in range(20)]
    docs = [
        {"type": "doc", "attrs": {"title": "", "lang": "de"}, "content": [
            {"type": "paragraph", "attrs": {"id": None, "align": None, "end": None},
             "content": [{"type": "text", "text": line.replace("alte", word)}]} for line in old]}
        for word in ("alte", "neue")
    ]  # fmt: skip
    assert len(notices._changes(docs[0], docs[1])) == 20


# invitations


def test_an_invitation_can_be_had_at_once_or_not_at_all(db: Session, inbox: Fetch) -> None:
    world = World(db)
    for way in ("daily", "weekly", "never"):
        with pytest.raises(Invalid):
            choices.choose(db, world.ada, {"invitation": way})
    choices.choose(db, world.co, {"invitation": "off"})
    sessions.convene(db, world.session, by=world.chair, now=NOON)
    for _ in range(2):  # a second time tells nobody again
        notices.of_session(db, world.session, "session_convened", base="http://x", now=NOON)
    box = inbox()
    assert len(box.mails) == 3
    assert not to(box, world.co)
    (mail,) = to(box, world.ada)
    assert [part.get_filename() for part in mail.iter_attachments()] == ["sitzung.ics"]


def test_the_database_holds_to_the_same(db: Session) -> None:
    db.add(Choice(person_id=a_person(db).id, kind="invitation", way="daily"))
    with pytest.raises(IntegrityError):
        db.flush()


# what is told is told in the transaction, once


def test_what_is_undone_was_never_told(db: Session, inbox: Fetch) -> None:
    world = World(db)
    db.commit()
    world.table()
    db.rollback()
    assert db.scalars(select(Notice)).all() == []
    assert inbox().mails == []


def test_the_same_thing_is_told_once(db: Session) -> None:
    ada = a_person(db)
    facts = {"body": a_body(db).id, "things": []}
    told = [notices.tell(db, ada, "task", "7", facts, at=NOON, now=NOON) for _ in range(2)]
    assert told == [True, False]
    assert notices.tell(db, ada, "task", "8", facts, at=NOON, now=NOON)
    assert len(db.scalars(select(Job)).all()) == 2


# ended with one click


def test_each_notice_can_be_ended_by_the_mail_program(
    db: Session, settings: Settings, inbox: Fetch
) -> None:
    world = World(db)
    world.table()
    box = inbox()
    (mail,) = to(box, world.ada)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail["List-Unsubscribe"].strip("<>")
    # Mail programs look for the address as it is: neither folded nor encoded.
    lines = [raw for raw in box.raw if f"\r\nList-Unsubscribe: <{address}>\r\n".encode() in raw]
    assert len(lines) == 1
    assert address in mail.get_content()
    token = urlsplit(address).path.removeprefix("/mute/")
    person, kind = choices.read(db, settings.key(), token)
    assert (person.id, kind) == (world.ada.id, "tabled")
    choices.mute(db, person, kind)
    assert choices.of(db, world.ada.id) == choices.USUAL | {"tabled": "off"}
    (receipt,) = to(box, world.lead)
    assert receipt["List-Unsubscribe"] is None  # it is no notice: it proves what was tabled


def test_ending_a_digest_ends_what_came_in_it(db: Session) -> None:
    ada = a_person(db)
    choices.mute(db, ada, "daily")
    assert choices.of(db, ada.id) == choices.USUAL | dict.fromkeys(
        ("tabled", "amendment", "answer"), "off"
    )


@pytest.mark.parametrize(
    "spoil",
    [
        lambda good: good[:-1],
        lambda good: good.replace("task", "answer"),
        lambda good: "2" + good,
        lambda good: good.replace(".", ""),
        lambda _: "1.task.",
        lambda _: "²." + "task." + "a" * 64,
        lambda _: "9" * 30 + ".task.x",
    ],
)
def test_a_link_cannot_be_made_up(db: Session, spoil: Callable[[str], str]) -> None:
    ada = a_person(db)
    good = choices.token("secret", ada.id, "task")
    assert choices.read(db, "secret", good) == (ada, "task")
    with pytest.raises(NotFound):
        choices.read(db, "secret", spoil(good))
    with pytest.raises(NotFound):
        choices.read(db, "another secret", good)


def test_only_a_chair_lets_mails_say_more(db: Session) -> None:
    body = a_body(db)
    chair = a_member(db, body, "chair")
    for role in ("voting", "advisory", "staff", "guest"):
        with pytest.raises(NotAllowed):
            bodies.set_mails(db, body, text=True, by=a_member(db, body, role), now=NOON)
    with pytest.raises(NotAllowed):
        bodies.set_mails(db, body, text=True, by=a_person(db, is_admin=True), now=NOON)
    bodies.set_mails(db, body, text=True, by=chair, now=NOON)
    assert body.mails_text


def test_a_task_that_follows_from_something_confidential_names_nothing(
    db: Session, engine: Engine, inbox: Fetch
) -> None:
    world = World(db)
    item = Item(body_id=world.body.id, session_id=world.session.id, title="Kündigung",
                is_confidential=True, made_at=NOON)  # fmt: skip
    db.add(item)
    db.flush()
    decision = Decision(
        body_id=world.body.id, year=2026, serial=1, session_id=world.session.id, item_id=item.id,
        title="Kündigung", outcome="adopted", text="Wir kündigen.", by_id=world.chair.id, at=NOON,
    )  # fmt: skip
    db.add(decision)
    db.flush()
    a_task(
        db, world.body, world.ada, due_on=date(2026, 9, 8), title="Kündigung schreiben",
        decision_id=decision.id, made_at=NOON,
    )  # fmt: skip
    db.commit()
    reminders.remind(engine, before=(7, 2), now=MORNING)
    (mail,) = inbox(MORNING).mails
    assert mail["Subject"] == "Auftrag fällig am 8. September 2026: vertraulich"
    assert "Kündigung" not in mail.get_content()
    assert "Aus Beschluss B 2026/01." in mail.get_content()
