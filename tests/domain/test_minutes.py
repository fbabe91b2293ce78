"""Minutes: begun from the agenda, sent by a link, objected to in time, approved in the next one."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from strategy.domain import (
    agenda,
    amendment_votes,
    attendance,
    decisions,
    exports,
    minutes,
    papers,
    policy,
    sessions,
    steps,
    turns,
    urgency,
)
from strategy.domain.papers import Wanted
from strategy.domain.terms import Terms
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.bodies import ROLES
from strategy.store.jobs import Job
from strategy.text.positions import plain_text
from tests.builders import NOON, a_member, a_person, a_session, some_rules
from tests.domain.test_amendment_votes import opened
from tests.domain.test_amendments import World as Amended
from tests.domain.test_tablings import World


class Evening(World):
    """A session that has met, decided on a paper and ended; somebody was excused, one a guest."""

    def __init__(self, db):
        super().__init__(db)
        agenda.stand(db, self.session, now=NOON)
        self.staff = a_member(db, self.body, "staff", "Silke Harms")
        self.guest = a_member(db, self.body, "guest", "Gerd Groth")
        self.ill = a_member(db, self.body, "voting", "Ina Ihle")
        self.made = self.table()
        self.begun = self.open()
        for person, state in ((self.guest, "present"), (self.ill, "excused")):
            attendance.attend(db, self.session, person.id, state, by=self.chair, now=self.begun)
        agenda.keep_note(
            db, self.session, self.made.item, "Lange Aussprache.\nEine Änderung am Titel.",
            by=self.staff, now=self.begun,
        )  # fmt: skip
        self.decision = self.decide(self.made)
        self.now = self.begun + timedelta(hours=2)

    def begin(self, *, by=None):
        return minutes.begin(self.db, self.session, by=by or self.staff, now=self.now)

    def end(self):
        sessions.close(self.db, self.session, by=self.chair, now=self.now)

    def send(self, *, by=None, now=None):
        return minutes.send(self.db, self.session, by=by or self.staff, now=now or self.now)

    def sent(self):
        self.begin()
        self.end()
        return self.send()

    def object(self, *, by=None, now=None, words="Der Titel war anders."):
        minutes.object_to(
            self.db, self.session, words, by=by or self.lead,
            now=now or self.now + timedelta(days=1),
        )  # fmt: skip

    def next_session(self, *, begin=True, is_there=True):
        session = a_session(self.db, self.body, in_days=60, state="convened", rules=self.rules)
        agenda.stand(self.db, session, now=NOON)
        if begin:
            sessions.begin(self.db, session, by=self.chair, now=session.starts_at)
        if begin and is_there:
            self.attend(session)
        return session

    def attend(self, session):
        for person in self.everybody:
            attendance.attend(
                self.db, session, person.id, "present", by=self.chair, now=session.starts_at
            )

    def approve(self, *, by=None, days=30):
        now = self.now + timedelta(days=days)
        minutes.approve(self.db, self.session, by=by or self.chair, now=now)


@pytest.fixture
def evening(db):
    return Evening(db)


def test_they_begin_with_what_is_known(evening):
    paper = evening.begin()
    assert (paper.kind, paper.state) == ("minutes", "draft")
    _, doc = steps.document(evening.db, paper)
    text = plain_text(doc)
    for words in (
        "Protokoll der Sitzung", f"TOP 4: {evening.made.item.title}",
        "Lange Aussprache.", "Eine Änderung am Titel.",
        "Beschluss B 2026/01: angenommen (4 Ja, 1 Nein, 0 enthalten)", "Wir wollen Sonne.",
        "Stimmberechtigte: 5 von 6: Cem Celik", "Gäste: 1: Gerd Groth", "Entschuldigt: Ina Ihle",
    ):  # fmt: skip
        assert words in f"{paper.title}\n{text}", words
    headings = [each for each in doc["content"] if each["type"] == "heading"]
    assert len({each["attrs"]["id"] for each in headings}) == len(headings)
    assert json.dumps(doc).count('"blockquote"') == 1


def test_they_say_what_made_a_late_paper_be_decided_and_who_dissents(db):
    world = World(db)
    made = world.table(now=world.session.starts_at - timedelta(hours=1))
    at = world.open()
    world.vote(made, 5)
    urgency.make_decision_item(db, world.session, made.item, by=world.chair, now=at)
    decision = world.decide(made)
    decisions.dissent(db, decision, "Das geht zu schnell.", by=world.others[0], now=at)
    with pytest.raises(NotAllowed):
        absent = a_member(db, world.body, "voting")
        decisions.dissent(db, decision, "Ich war nicht da.", by=absent, now=at)
    lines = plain_text(
        steps.document(db, minutes.begin(db, world.session, by=world.chair, now=at))[1]
    )
    lines = lines.split("\n")
    first = next(place for place, line in enumerate(lines) if line.startswith("Tischvorlage, "))
    assert lines[first + 1 : first + 5] == [
        "Dringlichkeit beschlossen (5 Ja, 0 Nein, 0 enthalten)",
        "Anlass: Der Haushalt kam erst gestern.",
        "Warum es nicht warten konnte: Die Frist läuft ab.",
        "Beschluss B 2026/01: angenommen (4 Ja, 1 Nein, 0 enthalten)",
    ]
    assert lines[-3] == f"Sondervotum von {world.others[0].name}: Das geht zu schnell."


def test_they_say_what_became_of_amendments(db):
    world = Amended(db)
    one, other = world.moved("zwei", "drei"), world.moved("zwei", "vier", by=world.lead)
    at = opened(world)
    carried = amendment_votes.Count(True, yes=2, no=1)
    amendment_votes.record(db, one, carried, by=world.chair, now=at)
    amendment_votes.settle(db, other, one, by=world.chair, now=at)
    text = plain_text(
        steps.document(db, minutes.begin(db, world.session, by=world.chair, now=at))[1]
    )
    assert "\nÄ1: angenommen (2 Ja, 1 Nein, 0 enthalten)\nÄ2: erledigt\n" in text


def test_they_begin_once_and_not_before_the_session(evening):
    ahead = a_session(evening.db, evening.body, in_days=90)
    with pytest.raises(NotAllowed):
        minutes.begin(evening.db, ahead, by=evening.staff, now=evening.now)
    evening.begin()
    with pytest.raises(NotAllowed):
        evening.begin()


@pytest.mark.parametrize("role", [*ROLES, None])
def test_the_draft_is_for_chair_and_office_and_the_sent_text_for_all_but_guests(evening, role):
    db = evening.db
    person = a_member(db, evening.body, role) if role else a_person(db)
    writes = role in ("chair", "staff")
    if not writes:
        with pytest.raises(NotAllowed if role else NotFound):
            evening.begin(by=person)
    paper = evening.begin()

    def is_listed():
        rows, _ = papers.listed(db, Wanted(), reader=person)
        return paper.id in {row.id for row in rows}

    assert policy.may_read(person, paper) == writes == is_listed()
    assert policy.may_edit(person, paper) == writes
    evening.end()
    if not writes:
        with pytest.raises(NotAllowed if role else NotFound):
            evening.send(by=person)
    evening.send()
    reads = role not in ("guest", None)
    assert policy.may_read(person, paper) == reads == is_listed()
    assert policy.may_edit(person, paper) == writes
    for may in (policy.may_finalise, policy.may_take_back, policy.may_withdraw, policy.may_table,
                policy.may_reopen, policy.may_consult, policy.may_name_authors):  # fmt: skip
        assert not may(person, paper)  # minutes go their own way


def test_who_began_them_reads_no_draft_without_the_role(evening):
    """A draft belongs to the office, not to the person who has begun it."""
    paper = evening.begin(by=evening.staff)
    from strategy.store.bodies import Member

    evening.db.get(Member, (evening.body.id, evening.staff.id)).role = "voting"
    evening.db.flush()
    assert not policy.may_read(evening.staff, paper)


def test_attendees_get_a_link_and_never_the_text(evening):
    evening.sent()
    jobs = evening.db.scalars(select(Job).where(Job.body.contains("minutes_sent"))).all()
    told = {json.loads(each.body)["to"]["person"] for each in jobs}
    assert told == {person.id for person in evening.everybody}  # not the guest, not who was away
    for each in jobs:
        facts = json.loads(each.body)["facts"]
        assert set(facts) == {"number", "body", "until", "path"}
        assert "Aussprache" not in each.body


def test_objections_last_as_long_as_the_rules_say(db):
    evening = Evening(db)
    made = evening.sent()
    sent_on = evening.now
    assert sent_on + timedelta(days=14) < made.until <= sent_on + timedelta(days=15)
    evening.object(now=made.until - timedelta(seconds=1))
    with pytest.raises(NotAllowed):
        evening.object(now=made.until)
    with pytest.raises(Invalid):
        evening.object(words="  ")
    assert len(minutes.objections(db, evening.session)) == 1


@pytest.mark.parametrize("role", [*ROLES, None])
def test_everybody_who_reads_them_objects_and_chair_and_office_answer(evening, role):
    evening.sent()
    db = evening.db
    person = a_member(db, evening.body, role) if role else a_person(db)
    if role in ("guest", None):
        with pytest.raises(NotFound):
            evening.object(by=person)
        evening.object()
    else:
        evening.object(by=person)
    found = minutes.objections(db, evening.session)[0]

    def answer(words="Stimmt, ist geändert."):
        minutes.answer(db, evening.session, found.id, words, by=person, now=evening.now)

    if role in ("chair", "staff"):
        with pytest.raises(Invalid):
            answer(" ")
        answer()
        assert found.answer == "Stimmt, ist geändert."
        with pytest.raises(NotAllowed):
            answer()
    else:
        with pytest.raises(NotAllowed if role else NotFound):
            answer()


def test_objections_to_what_was_not_sent(evening):
    evening.begin()
    for person in (evening.lead, evening.staff):
        with pytest.raises(NotFound):
            evening.object(by=person)


def test_they_are_approved_in_the_next_session(evening):
    evening.sent()
    evening.object()
    paper = evening.db.get(papers.Paper, evening.session.minutes_id)
    with pytest.raises(NotAllowed):
        evening.approve(days=20)  # an objection has no answer
    found = minutes.objections(evening.db, evening.session)[0]
    minutes.answer(
        evening.db, evening.session, found.id, "Ist geändert.", by=evening.staff, now=evening.now
    )
    with pytest.raises(NotAllowed):
        evening.approve(days=30)  # no session is open
    following = evening.next_session()
    assert minutes.waiting(evening.db, following) == [evening.session]
    with pytest.raises(NotAllowed):
        evening.approve(days=2)  # the period lasts
    with pytest.raises(NotAllowed):
        evening.approve(by=evening.lead)
    evening.approve()
    assert paper.state == "finalised"
    assert not policy.may_edit(evening.staff, paper)
    kept = minutes.of(evening.db, evening.session)
    assert kept.approved_in_id == following.id
    assert minutes.waiting(evening.db, following) == []
    assert minutes.approved_in(evening.db, following) == [evening.session]
    text = minutes.begin(evening.db, following, by=evening.staff, now=following.starts_at)
    _, doc = steps.document(evening.db, text)
    said = f"Das Protokoll der Sitzung {evening.session.number} vom "
    assert plain_text(doc).count(said) == 1
    with pytest.raises(NotAllowed):
        evening.approve()


def test_without_a_quorum_they_are_not_approved(evening):
    evening.sent()
    evening.next_session(is_there=False)
    with pytest.raises(NotAllowed, match="Without a quorum"):
        evening.approve()
    assert minutes.of(evening.db, evening.session).approved_at is None


def test_a_session_whose_item_is_done_approves_nothing(evening):
    evening.sent()
    following = evening.next_session()
    item = next(each for each in agenda.items(evening.db, following) if each.standing == "minutes")
    turns.finish(evening.db, following, item, by=evening.chair, now=following.starts_at)
    with pytest.raises(NotAllowed):
        evening.approve()


def test_without_a_period_nobody_objects(db):
    evening = Evening(db)
    evening.session.rules = some_rules(db, evening.body, Terms(minutes_days=0, reading={}))
    made = evening.sent()
    assert made.until == made.sent_at
    with pytest.raises(NotAllowed):
        evening.object(now=evening.now)
    evening.next_session()
    evening.approve()


def test_they_are_exported_like_any_paper(evening):
    paper = evening.begin()
    order = exports.gather(
        evening.db, paper, exports.Wanted("html", None), by=evening.staff, now=evening.now
    )
    page = exports.produce(order).decode()
    assert "Lange Aussprache." in page
    assert f"Protokoll {paper.number}" in page
    assert "Entwurf" in page


def test_their_cover_says_that_they_are_approved(evening):
    evening.sent()
    evening.next_session()
    evening.approve()
    paper = minutes.paper_of(evening.db, evening.session, reader=evening.staff)
    order = exports.gather(
        evening.db, paper, exports.Wanted("html", None), by=evening.staff, now=evening.now
    )
    page = exports.produce(order).decode()
    assert "Genehmigt" in page
    assert "Abgeschlossen" not in page
