"""Notices of amendments: who is told what, in which words, and what no mail says."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from strategy.domain import (
    amendment_votes,
    amendments,
    choices,
    decisions,
    late_amendments,
    recommendations,
    resolutions,
)
from strategy.domain.amendment_votes import Count
from strategy.domain.decisions import Outcome
from strategy.store.notices import Notice
from strategy.text.fingerprint import fingerprint
from tests.builders import NOON, a_member, later
from tests.domain.test_amendments import World
from tests.domain.test_carrying import tabled_anew
from tests.domain.test_merging import adopt, item, opened
from tests.mail_server import sent


@pytest.fixture
def world(db):
    return World(db)


@pytest.fixture
def inbox(server, engine, db, settings):
    box, port = server()

    def fetch(now=NOON):
        db.commit()
        sent(engine, replace(settings, mail_url=f"smtp://127.0.0.1:{port}"), at=now)
        return box.mails

    yield fetch


def told(world, event):
    """Who was told of such an event."""
    query = select(Notice.person_id).where(
        Notice.kind == "amendment", Notice.key.like(f"{event} %")
    )
    return set(world.db.scalars(query))


def ids(*people):
    return {each.id for each in people}


def at_once(world, *people):
    for person in people:
        choices.choose(world.db, person, {"amendment": "now"})


def test_authors_and_chairs_hear_of_a_new_amendment(world, db):
    co = a_member(db, world.body, name="Kurt Kramer")
    world.drafted("zwei", "drei")
    assert told(world, "moved") == set()
    world.moved("zwei", "vier")
    assert told(world, "moved") == ids(world.lead, world.chair)
    inner = world.moved("vier", "fünf", by=co, upon=amendments.of_paper(db, world.paper)[0])
    assert inner.upon.mover_id in told(world, "moved")
    assert co.id not in told(world, "moved")


def test_its_mail_says_what_is_wanted_and_where(world, db, inbox):
    at_once(world, world.lead)
    made = world.moved("zwei", "drei")
    mail = next(each for each in inbox() if "Ä1" in str(each["Subject"]))
    assert mail["To"].addresses[0].addr_spec == world.lead.email
    assert mail["Subject"] == f"Neuer Änderungsantrag Ä1: {world.paper.number} Ordnung"
    text = mail.get_content()
    assert f"Gestellt von {world.mover.name}." in text
    assert "„zwei“ wird zu „drei“" in text
    assert f"/papers/{world.paper.id}/amendments/{made.id}" in text


@pytest.mark.parametrize("allowed", [False, True])
def test_no_mail_says_what_is_confidential_unless_the_body_allows_it(world, db, inbox, allowed):
    world.body.mails_text = allowed
    item(world).is_confidential = True
    at_once(world, world.lead, world.mover)
    made = world.moved("zwei", "drei")
    recommendations.recommend(db, made, "reject", reason="Geheim.", by=world.chair, now=NOON)
    tabled_anew(world, ("zwei Wochen", "vier Wochen"))
    item(world).is_confidential = True
    mails = inbox(later(days=1))
    words = [str(mail["Subject"]) + mail.get_content() for mail in mails
             if "Ä1" in str(mail["Subject"])]  # fmt: skip
    assert len(words) == 3
    assert all(world.paper.number in each for each in words)
    assert not any("Geheim" in each for each in words)
    for secret in ("Ordnung", "zwei"):
        assert any(secret in each for each in words) == allowed


def test_withdrawn_and_taken_over_is_told_to_who_signed_as_well(world, db):
    made = world.moved("zwei", "drei")
    signer = a_member(db, world.body, name="Sina Sommer")
    late_amendments.back(db, made, by=signer, now=NOON)
    amendments.withdraw(db, made, "", by=world.mover, now=NOON)
    assert told(world, "withdrawn") == ids(world.lead, world.chair, signer)
    other = world.people["advisory"]
    amendments.take_over(db, made, by=other, now=NOON)
    assert told(world, "taken_over") == ids(world.lead, world.chair, signer, world.mover)
    amendments.withdraw(db, made, "", by=other, now=later(hours=1))
    withdrawn = select(Notice).where(Notice.key.like("withdrawn %"))
    assert len(db.scalars(withdrawn.where(Notice.person_id == signer.id)).all()) == 2


def test_a_draft_that_is_thrown_away_is_nobodys_business(world, db):
    amendments.withdraw(db, world.drafted("zwei", "drei"), "", by=world.mover, now=NOON)
    assert db.scalars(select(Notice).where(Notice.kind == "amendment")).all() == []


def test_a_recommendation_goes_to_its_mover_and_the_answer_back(world, db):
    made = world.moved("zwei", "drei")
    signer = a_member(db, world.body, name="Sina Sommer")
    late_amendments.back(db, made, by=signer, now=NOON)
    staff = world.people["staff"]
    recommendations.recommend(db, made, "adopt", by=staff, now=NOON)
    assert told(world, "advised") == ids(world.mover, signer)
    recommendations.answer(db, made, agrees=True, by=world.mover, now=NOON)
    assert told(world, "answered") == ids(staff, world.lead, world.chair)
    recommendations.recommend(db, made, "reject", reason="Doch nicht.", by=staff, now=NOON)
    advised = select(Notice).where(Notice.key.like("advised %"))
    assert len(db.scalars(advised.where(Notice.person_id == signer.id)).all()) == 2


def test_what_no_longer_fits_is_told_with_old_and_new(world, db, inbox):
    at_once(world, world.mover)
    world.mover.lang = "en"
    world.moved("zwei", "drei")
    tabled_anew(world, ("zwei Wochen", "vier Wochen"))
    assert told(world, "astray") == ids(world.mover)
    (mail,) = [each for each in inbox(later(days=1)) if "no longer fits" in str(each["Subject"])]
    text = mail.get_content()
    assert "Before: Er lädt zwei Wochen vorher ein." in text
    assert "Now: Er lädt vier Wochen vorher ein." in text


def test_an_adopted_one_is_told_to_whose_words_it_changes_too(world, db, inbox):
    first = world.moved("zwei", "drei")
    second = world.moved("zwei", "vier", by=world.lead)
    third = world.moved("sofort", "morgen", by=world.people["advisory"])
    at = opened(world)
    at_once(world, world.lead)
    amendment_votes.record(db, first, Count(True, yes=3), by=world.chair, now=at)
    assert told(world, "collides") == ids(second.mover)
    assert told(world, "decided") == ids(first.mover)
    amendment_votes.settle(db, second, first, by=world.chair, now=at)
    assert told(world, "decided") == ids(first.mover, second.mover)
    assert third.mover_id not in told(world, "collides") | told(world, "decided")
    subjects = [str(each["Subject"]) for each in inbox(at) if "Ä2" in str(each["Subject"])]
    where = f"{world.paper.number} Ordnung"
    assert subjects == [f"Ä2 kollidiert mit Ä1: {where}", f"Ä2 erledigt durch Ä1: {where}"]


def test_the_merged_text_is_told_with_every_result(world, db, inbox):
    first, second = world.moved("zwei", "drei"), world.moved("sofort", "morgen", by=world.lead)
    adopt(world, first)
    at = opened(world)
    at_once(world, world.lead)
    seen = fingerprint(resolutions.text(db, world.paper))
    said = Outcome("adopted_changed", merged=seen, yes=3)
    made = decisions.record(db, world.session, item(world), said, by=world.chair, now=at)
    assert told(world, "merged") == ids(world.lead, world.mover)
    assert told(world, "decided") == ids(first.mover, second.mover)
    mail = next(each for each in inbox(at) if "Beschlussfassung" in str(each["Subject"]))
    text = mail.get_content()
    assert "- Ä1: angenommen" in text
    assert "- Ä2: erledigt" in text
    assert f"/papers/{world.paper.id}/revisions/{made.revision}" in text


def test_who_has_left_or_may_not_read_is_told_nothing(world, db):
    made = world.moved("zwei", "drei")
    db.expire_all()
    world.mover.left_at = NOON
    recommendations.recommend(db, made, "adopt", by=world.lead, now=NOON)
    assert told(world, "advised") == set()


def test_a_digest_gathers_them(world, db):
    made = world.moved("zwei", "drei")
    recommendations.recommend(db, made, "adopt", by=world.lead, now=NOON)
    row = db.scalars(select(Notice).where(Notice.key.like("advised %"))).one()
    assert row.state == "waiting"
    assert json.loads(row.facts)["body"] == world.body.id
