"""Reminders and digests by the server's clock: what is due, to whom, when, and never twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from strategy.domain import choices, demands, digests, reminders, sessions
from strategy.domain.terms import Quota, Span, Terms
from strategy.settings import Settings
from strategy.store.agenda import Item
from strategy.store.bodies import Body, Member
from strategy.store.jobs import Job
from strategy.store.notices import Notice
from strategy.store.people import Person
from tests.builders import (
    NOON,
    a_body,
    a_member,
    a_paper,
    a_session,
    a_task,
    a_topic,
    some_rules,
)
from tests.mail_server import Inbox, Server, sent

BEFORE = (7, 2)
FORTNIGHT = Terms(submission={"ordinary": Span(14, at="18:00")})
"""Papers are tabled fourteen days before the session, until six in the evening."""
SEVEN = timedelta(hours=5)
"""Seven in the morning in Berlin's summer, in UTC."""


def at(day: str, clock: str = "07:00") -> datetime:
    """A moment of Berlin's clocks in 2026 or 2027, in UTC."""
    return digests.days.at(date.fromisoformat(day), clock, digests.ZONE)


@pytest.fixture
def remind(engine: Engine, db: Session) -> Callable[[datetime], tuple[int, int]]:
    """Look for what is due at a moment."""

    def look(now: datetime) -> tuple[int, int]:
        db.commit()
        found = reminders.remind(engine, before=BEFORE, now=now)
        db.expire_all()
        return found

    return look


Remind = Callable[[datetime], tuple[int, int]]


def notices(db: Session, kind: str = "") -> list[Notice]:
    query = select(Notice).order_by(Notice.id)
    return list(db.scalars(query.where(Notice.kind == kind) if kind else query))


@pytest.fixture
def inbox(server: Server, engine: Engine, settings: Settings) -> Callable[[datetime], Inbox]:
    """What a mail server has taken, once the worker has sent what was queued."""
    box, port = server()

    def fetch(now: datetime) -> Inbox:
        sent(engine, replace(settings, mail_url=f"smtp://127.0.0.1:{port}"), at=now)
        return box

    return fetch


def drafted(db: Session, **but: object) -> tuple[Body, Person]:
    """Somebody writes a draft, and there is a session on 7 October, at 14:00."""
    body = a_body(db)
    some_rules(db, body, FORTNIGHT)
    ada = a_member(db, body, name="Ada Ahrens")
    a_paper(db, body=body, lead=ada, title="Sonne", **but)  # type: ignore[arg-type]
    a_session(db, body, in_days=30)
    return body, ada


# deadlines


def test_authors_hear_of_a_deadline_seven_and_two_days_ahead(
    db: Session, remind: Remind, inbox: Callable[[datetime], Inbox]
) -> None:
    body, ada = drafted(db)
    deadline = date(2026, 9, 23)
    assert remind(at("2026-09-16") - timedelta(seconds=1)) == (0, 0)
    assert remind(at("2026-09-16")) == (1, 0)
    assert remind(at("2026-09-16", "12:00")) == (0, 0)
    assert remind(at("2026-09-21")) == (1, 0)
    assert remind(at("2026-09-23", "18:00")) == (0, 0)
    box = inbox(at("2026-09-23"))
    assert [mail["Subject"] for mail in box.mails] == [
        "Frist: Mittwoch, 23. September 2026, 18:00"
    ] * 2
    text = box.mails[0].get_content()
    assert "Sonne" in text
    assert body.name in text
    assert deadline.isoformat() not in text  # people read days in words
    assert {row.person_id for row in notices(db)} == {ada.id}


def test_who_may_not_know_of_a_draft_hears_nothing_of_its_deadline(
    db: Session, remind: Remind
) -> None:
    body = a_body(db)
    some_rules(db, body, FORTNIGHT)
    lead, co, reader, left, gone = (a_member(db, body) for _ in range(5))
    left.left_at = NOON
    a_paper(db, body=body, lead=lead, co_authors=[co, left, gone], readers=[reader])
    db.delete(db.get(Member, (body.id, gone.id)))
    a_session(db, body, in_days=30)
    remind(at("2026-09-16"))
    assert {row.person_id for row in notices(db)} == {lead.id, co.id}


@pytest.mark.parametrize("state", ["finalised", "tabled", "withdrawn"])
def test_what_is_written_no_more_has_no_deadline_ahead(
    db: Session, remind: Remind, state: str
) -> None:
    drafted(db, state=state)
    assert remind(at("2026-09-21")) == (0, 0)


def test_one_mail_names_all_papers_of_a_deadline(
    db: Session, remind: Remind, inbox: Callable[[datetime], Inbox]
) -> None:
    body, ada = drafted(db)
    a_paper(db, body=body, lead=ada, title="Wind")
    assert remind(at("2026-09-16")) == (1, 0)
    (mail,) = inbox(at("2026-09-16")).mails
    assert "Sonne" in mail.get_content()
    assert "Wind" in mail.get_content()


def test_a_draft_begun_after_the_first_reminder_waits_for_the_second(
    db: Session, remind: Remind
) -> None:
    drafted(db, made_at=at("2026-09-18"))
    assert remind(at("2026-09-18", "12:00")) == (0, 0)
    assert remind(at("2026-09-21")) == (1, 0)


def test_a_server_that_was_away_tells_the_nearest_alone(db: Session, remind: Remind) -> None:
    drafted(db)
    assert remind(at("2026-09-22", "09:00")) == (1, 0)
    assert remind(at("2026-09-22", "09:01")) == (0, 0)


def test_after_the_deadline_the_next_session_counts(db: Session, remind: Remind) -> None:
    body, _ = drafted(db)
    a_session(db, body, in_days=40)
    assert remind(at("2026-09-24")) == (0, 0)
    assert remind(at("2026-09-26")) == (1, 0)  # of 17 October: until 3 October


def test_a_session_that_moves_is_told_of_anew(db: Session, remind: Remind) -> None:
    body, _ = drafted(db)
    assert remind(at("2026-09-16")) == (1, 0)
    session = db.scalars(
        select(reminders.Session).where(reminders.Session.body_id == body.id)
    ).one()
    session.starts_at += timedelta(days=10)
    session.ends_at += timedelta(days=10)
    assert remind(at("2026-09-21")) == (0, 0)
    assert remind(at("2026-09-26")) == (1, 0)


def test_circular_decisions_and_cancelled_sessions_set_no_deadline(
    db: Session, remind: Remind
) -> None:
    body = a_body(db)
    a_paper(db, body=body, lead=a_member(db, body))
    a_session(db, body, in_days=5, kind="circular")
    a_session(db, body, in_days=12, state="cancelled")
    assert remind(NOON + timedelta(days=2)) == (0, 0)


@pytest.mark.parametrize(
    ("moment", "in_utc"),
    [
        ("2026-03-28", datetime(2026, 3, 28, 6, tzinfo=UTC)),
        ("2026-03-29", datetime(2026, 3, 29, 5, tzinfo=UTC)),
        ("2026-10-24", datetime(2026, 10, 24, 5, tzinfo=UTC)),
        ("2026-10-25", datetime(2026, 10, 25, 6, tzinfo=UTC)),
    ],
)
def test_the_morning_is_seven_on_the_wall_across_both_changes(
    db: Session, remind: Remind, moment: str, in_utc: datetime
) -> None:
    body = a_body(db)
    day = date.fromisoformat(moment)
    a_task(db, body, a_member(db, body), due_on=day, made_at=in_utc - timedelta(days=3))
    remind(in_utc - timedelta(days=2))  # the one a week before, found late
    assert digests.today(in_utc - timedelta(seconds=1)) == day - timedelta(days=1)
    assert remind(in_utc - timedelta(seconds=1)) == (0, 0)
    assert digests.today(in_utc) == day
    assert remind(in_utc) == (1, 0)


# tasks


def test_an_owner_hears_a_week_before_on_the_day_and_each_week_after(
    db: Session, remind: Remind, inbox: Callable[[datetime], Inbox]
) -> None:
    body = a_body(db)
    ada = a_member(db, body)
    a_task(db, body, ada, due_on=date(2026, 9, 21), title="Brief an die Kreise")
    days = [day for day in range(8, 31) if remind(at(f"2026-09-{day:02d}"))[0]]
    assert days == [14, 21, 28]
    assert remind(at("2026-10-05"))[0] == 1
    subjects = [mail["Subject"] for mail in inbox(at("2026-10-05")).mails]
    assert subjects == [
        "Auftrag fällig am 21. September 2026: Brief an die Kreise",
        "Auftrag fällig am 21. September 2026: Brief an die Kreise",
        "Auftrag überfällig: Brief an die Kreise",
        "Auftrag überfällig: Brief an die Kreise",
    ]


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_a_task_that_is_over_bothers_nobody(db: Session, remind: Remind, state: str) -> None:
    body = a_body(db)
    over = {"state": state, "done_at": NOON if state == "done" else None, "reason": "Vorbei."}
    a_task(db, body, a_member(db, body), due_on=date(2026, 9, 10), **over)
    assert remind(at("2026-09-10")) == (0, 0)


def test_who_has_left_the_body_owns_no_task_in_it(db: Session, remind: Remind) -> None:
    body = a_body(db)
    ada, ben = a_member(db, body), a_member(db, body)
    for owner in (ada, ben):
        a_task(db, body, owner, due_on=date(2026, 9, 10))
    db.delete(db.get(Member, (body.id, ada.id)))
    ben.left_at = NOON
    assert remind(at("2026-09-10")) == (0, 0)


# answers


def test_chairs_and_staff_hear_of_answers_owed_and_of_nobodys_name(
    db: Session, remind: Remind, inbox: Callable[[datetime], Inbox]
) -> None:
    body = a_body(db)
    chair, staff = a_member(db, body, "chair"), a_member(db, body, "staff")
    trusted = a_member(db, body, name="Vera Vertrauen")
    a_member(db, body, "voting")
    a_topic(
        db, body, owed_by=at("2026-09-21", "12:00"), title="Ton im Vorstand",
        author=None, trusted=trusted,
    )  # fmt: skip
    for person in (chair, staff):
        choices.choose(db, person, {"answer": "now"})
    assert remind(at("2026-09-13")) == (0, 0)
    assert remind(at("2026-09-14")) == (2, 0)
    assert remind(at("2026-09-21")) == (0, 0)
    assert remind(at("2026-09-22")) == (2, 0)
    assert remind(at("2026-10-22")) == (0, 0)
    box = inbox(at("2026-10-22"))
    assert {row.person_id for row in notices(db)} == {chair.id, staff.id}
    assert [mail["Subject"] for mail in box.mails[::2]] == [
        "Antwort fällig bis 21. September 2026: Ton im Vorstand",
        "Antwort überfällig: Ton im Vorstand",
    ]
    assert not any(b"Vera" in raw for raw in box.raw)


def test_an_answer_that_was_given_is_owed_no_more(db: Session, remind: Remind) -> None:
    body = a_body(db)
    chair = a_member(db, body, "chair")
    a_topic(
        db, body, owed_by=at("2026-09-21"), answer="declined", reason="Nein.",
        answered_at=NOON, answered_by=chair,
    )  # fmt: skip
    assert remind(at("2026-09-22")) == (0, 0)


def test_chairs_and_staff_hear_of_a_demanded_session_that_is_owed(
    db: Session, remind: Remind, inbox: Callable[[datetime], Inbox]
) -> None:
    body = a_body(db)
    some_rules(db, body, Terms(call_session=Quota(count=1), call_within=14))
    chair, voting = a_member(db, body, "chair"), a_member(db, body)
    choices.choose(db, chair, {"answer": "now"})
    facts = (body, "Haushalt", "Es eilt.", "Lage")
    demand = demands.write(db, *facts, by=voting, now=at("2026-09-07"))  # owed on the 21st
    assert remind(at("2026-09-13")) == (0, 0)
    assert remind(at("2026-09-14")) == (1, 0)
    assert remind(at("2026-09-21", "23:59")) == (0, 0)
    assert remind(at("2026-09-22")) == (1, 0)
    box = inbox(at("2026-09-22"))
    assert {row.person_id for row in notices(db)} == {chair.id}
    told = [str(mail["Subject"]) for mail in box.mails]
    assert told[-2:] == [
        "Verlangte Sitzung steht an bis 21. September 2026: Haushalt",
        "Verlangte Sitzung überfällig: Haushalt",
    ]
    assert f"/demands/{demand.id}" in box.mails[-1].get_content()
    calls = sessions.Facts(at("2026-09-30"), at("2026-09-30", "09:00"), "special")
    demands.call(db, demand, calls, by=chair, now=at("2026-09-22"))
    db.execute(delete(Notice))
    assert remind(at("2026-09-23")) == (0, 0)


# digests


def test_what_is_wished_daily_comes_in_one_mail_at_seven(
    db: Session, remind: Remind, inbox: Callable[[datetime], Inbox]
) -> None:
    body = a_body(db)
    chair = a_member(db, body, "chair")
    a_topic(db, body, owed_by=at("2026-09-14", "12:00"), title="Strand")
    a_topic(db, body, owed_by=at("2026-09-14", "13:00"), title="Wald")
    assert remind(NOON) == (2, 0)
    assert remind(at("2026-09-08") - timedelta(seconds=1)) == (0, 0)
    assert remind(at("2026-09-08")) == (0, 1)
    assert remind(at("2026-09-08", "08:00")) == (0, 0)
    (mail,) = inbox(at("2026-09-08")).mails
    assert mail["Subject"] == "Dein Tag in Vorlauf: 8. September 2026"
    assert mail["To"].addresses[0].addr_spec == chair.email
    assert "Strand" in mail.get_content()
    assert "Wald" in mail.get_content()
    assert [row.state for row in notices(db, "answer")] == ["sent", "sent"]
    assert {row.facts for row in notices(db)} == {"{}"}


def test_what_is_wished_weekly_comes_on_monday(db: Session, remind: Remind) -> None:
    body = a_body(db)
    chair = a_member(db, body, "chair")
    choices.choose(db, chair, {"answer": "weekly"})
    a_topic(db, body, owed_by=at("2026-09-15", "12:00"))
    assert remind(at("2026-09-08")) == (1, 0)
    days = [day for day in range(9, 20) if remind(at(f"2026-09-{day:02d}"))[1]]
    assert days == [14]
    assert [row.key for row in notices(db, "weekly")] == ["2026-09-14"]


def test_reminders_of_a_morning_come_in_the_digest_of_that_morning(
    db: Session, remind: Remind
) -> None:
    body = a_body(db)
    ada = a_member(db, body)
    choices.choose(db, ada, {"task": "daily"})
    a_task(db, body, ada, due_on=date(2026, 9, 21))
    assert remind(at("2026-09-14")) == (1, 1)


def test_a_change_of_mind_holds_for_what_waits(
    db: Session, remind: Remind, inbox: Callable[[datetime], Inbox]
) -> None:
    body = a_body(db)
    chair, staff = a_member(db, body, "chair"), a_member(db, body, "staff")
    a_topic(db, body, owed_by=at("2026-09-14", "12:00"))
    assert remind(NOON) == (2, 0)
    choices.choose(db, chair, {"answer": "off"})
    choices.choose(db, staff, {"answer": "now"})
    assert remind(at("2026-09-08")) == (0, 1)
    (mail,) = inbox(at("2026-09-08")).mails
    assert mail["To"].addresses[0].addr_spec == staff.email
    assert [row.state for row in notices(db, "answer")] == ["off", "sent"]
    choices.choose(db, chair, {"answer": "daily"})
    assert remind(at("2026-09-09")) == (0, 0)


def test_who_left_the_body_meanwhile_is_told_nothing_of_it(
    db: Session, remind: Remind, inbox: Callable[[datetime], Inbox]
) -> None:
    body = a_body(db)
    chair, staff = a_member(db, body, "chair"), a_member(db, body, "staff")
    a_topic(db, body, owed_by=at("2026-09-14", "12:00"))
    remind(NOON)
    db.delete(db.get(Member, (body.id, chair.id)))
    staff.left_at = NOON
    assert remind(at("2026-09-08")) == (0, 0)
    assert inbox(at("2026-09-08")).mails == []


@pytest.mark.parametrize("allowed", [False, True])
def test_a_confidential_title_stays_at_home_unless_the_body_allows_it(
    db: Session, remind: Remind, inbox: Callable[[datetime], Inbox], allowed: bool
) -> None:
    body = a_body(db, mails_text=allowed)
    a_member(db, body, "chair")
    topic = a_topic(db, body, owed_by=at("2026-09-14", "12:00"), title="Kündigung")
    remind(NOON)  # confidential only after it was told of, before it is sent
    db.add(Item(body_id=body.id, title="Kündigung", topic_id=topic.id, is_confidential=True,
                made_at=NOON))  # fmt: skip
    assert remind(at("2026-09-08")) == (0, 1)
    (mail,) = inbox(at("2026-09-08")).mails
    assert ("Kündigung" in mail.get_content()) == allowed


def test_two_workers_at_once_tell_everything_once(engine: Engine, db: Session) -> None:
    body = a_body(db)
    people = [a_member(db, body, "chair") for _ in range(8)]
    for number in range(4):
        a_topic(db, body, owed_by=at("2026-09-14", f"{12 + number}:00"))
        a_task(db, body, people[number], due_on=date(2026, 9, 14))
    db.commit()
    start, moment = threading.Barrier(4), at("2026-09-08")
    found: list[tuple[int, int]] = []

    def work() -> None:
        start.wait()
        found.append(reminders.remind(engine, before=BEFORE, now=moment))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(told for told, _ in found) == 4 * 8 + 4
    assert sum(sent for _, sent in found) == 8
    db.expire_all()
    assert db.scalar(select(func.count()).select_from(Job)) == 4 + 8
