"""What the mails about topics say, in both languages."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from strategy.domain import mail, topics
from strategy.domain.terms import Quota, Terms
from strategy.store.jobs import Job
from tests.builders import NOON, a_body, a_member, a_session, a_topic, some_rules

TEMPLATES = Path(__file__).parents[2] / "templates"


def letters(db, lang):
    """Every queued mail as its reader gets it."""
    found = []
    for body in db.scalars(select(Job.body).order_by(Job.id)):
        wanted = json.loads(body)
        facts = {"name": "Ada", "base": "https://vorlauf.example"} | wanted["facts"]
        found.append(mail.render(TEMPLATES, wanted["template"], lang, facts))
    return found


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "de",
            (
                "Montag, 7. September 2026", "bis zum 1. Oktober 2026",
                "Die Begründung:\nKein Geld.", "nächsten Sitzung, die geplant wird",
                "Bitte gib die Antwort weiter",
            ),
        ),
        (
            "en",
            (
                "Monday, 7 September 2026", "until 1 October 2026", "The reason:\nKein Geld.",
                "next session that is planned", "Please pass it on",
            ),
        ),
    ],
)  # fmt: skip
def test_each_answer_is_said_with_its_facts(db, lang, words):
    body = a_body(db)
    some_rules(db, body, Terms(force_topic=Quota(count=1)))
    chair, ada = a_member(db, body, "chair"), a_member(db, body)
    session = a_session(db, body, in_days=0.2)
    forced = a_topic(db, body, ada)
    said = (
        topics.Answer("scheduled", session=session),
        topics.Answer("commissioned", who=ada, paper_by=date(2026, 10, 1)),
        topics.Answer("declined", "Kein Geld."),
    )
    for each in said:
        topic = a_topic(db, body, None, trusted_id=ada.id, trusted=ada)
        topics.answer(db, topic, each, by=chair, now=NOON)
    session.state = "cancelled"
    topics.support(db, forced, by=ada, now=NOON)
    scheduled, asked, commissioned, declined, by_force = letters(db, lang)
    assert words[0] in scheduled.text
    assert words[1] in commissioned.text
    assert words[1] in asked.text
    assert words[2] in declined.text
    assert words[4] in declined.text
    assert "https://vorlauf.example/topics/" in declined.text
    assert forced.title in by_force.subject
    assert words[3] in by_force.text
