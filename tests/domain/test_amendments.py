"""Amendments: written like a paper, moved and stamped once, withdrawn, taken over, split."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from strategy.domain import amendments, backup, papers, policy, steps, tablings
from strategy.domain.tablings import Filing
from strategy.domain.terms import Span, Terms
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.amendments import Amendment, AmendmentText, Motion
from strategy.store.bodies import ROLES
from strategy.store.papers import Paper
from strategy.text import amending, tracked
from strategy.text.positions import plain_text
from tests.builders import (
    NOON,
    a_body,
    a_doc,
    a_member,
    a_paper,
    a_person,
    a_session,
    later,
    some_rules,
)

PLAIN = Filing(no_goal_because="Es geht um die eigene Ordnung.")
TERMS = Terms(reading={}, amendment=Span(7, at="18:00"), amendment_backers=2)
TEXTS = ("Der Vorstand tagt monatlich.", "Er lädt zwei Wochen vorher ein.", "Das gilt sofort.")


class World:
    """A tabled paper of three paragraphs, a session in thirty days, members of every role."""

    def __init__(self, db, *, terms=TERMS, texts=TEXTS):
        self.db = db
        self.body = a_body(db)
        self.rules = some_rules(db, self.body, terms)
        self.people = {role: a_member(db, self.body, role) for role in ROLES}
        self.chair, self.mover = self.people["chair"], self.people["voting"]
        self.lead = a_member(db, self.body, "voting", "Lena Lotz")
        self.session = a_session(db, self.body, in_days=30, state="convened", rules=self.rules)
        self.paper = a_paper(
            db, body=self.body, lead=self.lead, state="consultation",
            text=a_doc(*texts, title="Ordnung"), title="Ordnung",
        )  # fmt: skip
        self.tabling = tablings.table(db, self.paper, self.session, PLAIN, by=self.lead, now=NOON)

    def drafted(self, old="", new="", *, by=None, kind="changes", at=NOON, upon=None):
        by = by or self.mover
        made = amendments.begin(self.db, self.paper, kind, by=by, now=at, upon=upon)
        if old or new:
            self.write(made, old, new, by=by, at=at)
        return made

    def write(self, made, old, new, *, by=None, at=NOON):
        """Replace `old` by `new` in the amendment's text; with an empty `old`, add a paragraph."""
        _, doc = steps.document(self.db, made.text)
        if old:
            said = json.dumps(doc, ensure_ascii=False)
            assert said.count(old) == 1, said
            wanted = json.loads(said.replace(old, new))
        else:
            wanted = {**doc, "content": [*doc["content"], a_doc(new)["content"][0]]}
        steps.turn(self.db, made.text, doc, wanted, by=by or self.mover, now=at)

    def moved(self, old="", new="", *, by=None, kind="changes", at=NOON, upon=None):
        made = self.drafted(old, new, by=by, kind=kind, at=at, upon=upon)
        amendments.move(self.db, made, "Weil es besser ist.", by=by or self.mover, now=at)
        return made


@pytest.fixture
def world(db):
    return World(db)


def test_an_amendment_is_the_difference_of_its_text(world, db):
    made = world.moved("zwei Wochen", "drei Wochen")
    assert (made.name, made.state, made.text.number) == (
        "Ä1", "moved", f"{world.paper.number}-Ä1",
    )  # fmt: skip
    text = amendments.text_of(db, made)
    (passage,) = amending.unpack_passages(text.passages)
    assert (passage.before, passage.after, passage.block) == ("zwei", "drei", 1)
    whole = json.loads(text.tracked)
    assert tracked.reject(whole) == amendments.base_text(db, world.paper, made.base)
    assert plain_text(tracked.accept(whole)).split("\n")[1] == "Er lädt drei Wochen vorher ein."
    assert amendments.of_paper(db, world.paper) == [made]
    assert amendments.texts(db, world.paper)[made.id].number == 1


def test_numbers_are_given_on_moving_and_texts_leave_no_gap_in_the_papers(world, db):
    first, second = world.drafted("zwei", "drei"), world.drafted("sofort", "morgen", by=world.lead)
    assert first.text.serial == -1
    assert second.text.serial == -2
    amendments.move(db, second, "Darum.", by=world.lead, now=later(hours=1))
    amendments.move(db, first, "Darum.", by=world.mover, now=later(hours=2))
    assert [each.name for each in amendments.of_paper(db, world.paper)] == ["Ä1", "Ä2"]
    assert (second.name, first.name) == ("Ä1", "Ä2")
    other = papers.start(
        db, world.body, "Neu", doc=a_doc(), lead=world.lead, by=world.lead, now=NOON
    )
    assert other.serial == world.paper.serial + 1
    rows, count = papers.listed(db, papers.Wanted(), reader=world.mover)
    assert {row.id for row in rows} == {world.paper.id}
    assert count == 1


@pytest.mark.parametrize("role", ROLES)
def test_everybody_but_guests_moves_and_only_writers_see_a_draft(world, db, role):
    person = world.people[role]
    if role == "guest":
        with pytest.raises(NotAllowed):
            world.drafted(by=person)
    else:
        world.moved("zwei", "drei", by=person)
    draft = world.drafted("sofort", "morgen", by=world.lead)
    assert not policy.may_read(person, draft.text)
    with pytest.raises(NotFound):
        amendments.find(db, world.paper, draft.id, reader=person)
    with pytest.raises(NotFound):
        amendments.move(db, draft, "Darum.", by=person, now=NOON)
    amendments.move(db, draft, "Darum.", by=world.lead, now=NOON)
    assert amendments.find(db, world.paper, draft.id, reader=person) is draft
    assert not policy.may_edit(person, draft.text)
    with pytest.raises(NotAllowed):
        amendments.withdraw(db, draft, "", by=person, now=NOON)


def test_strangers_find_nothing(world, db):
    stranger = a_person(db)
    with pytest.raises(NotFound):
        amendments.begin(db, world.paper, "changes", by=stranger, now=NOON)
    with pytest.raises(NotFound):
        amendments.find(db, world.paper, world.moved("zwei", "drei").id, reader=stranger)


def test_an_amendment_is_stamped_late_once_and_for_good(world, db):
    in_time = world.moved("zwei", "drei", at=later(days=22)).motion
    late = world.moved("sofort", "morgen", at=later(days=25)).motion
    assert in_time.late_by is None
    assert late.late_by > 0
    assert late.deadline == in_time.deadline
    db.commit()
    for act in (
        update(Motion).values(late_by=None),
        delete(Motion),
        update(AmendmentText).values(passages="[]"),
        delete(AmendmentText),
    ):
        with pytest.raises(DBAPIError):
            db.execute(act)
        db.rollback()


def test_what_cannot_be_moved(world, db):
    draft = world.drafted()
    with pytest.raises(Invalid) as refused:
        amendments.move(db, draft, "Darum.", by=world.mover, now=NOON)
    assert refused.value.field == "text"
    world.write(draft, "zwei", "drei")
    with pytest.raises(Invalid) as refused:
        amendments.move(db, draft, "  ", by=world.mover, now=NOON)
    assert refused.value.field == "reason"
    amendments.move(db, draft, "Darum.", by=world.mover, now=NOON)
    with pytest.raises(NotAllowed):
        amendments.move(db, draft, "Darum.", by=world.mover, now=NOON)
    hint = world.drafted(kind="hint")
    with pytest.raises(Invalid):
        amendments.move(db, hint, "Darum.", by=world.mover, now=NOON)


def test_a_paper_that_is_not_tabled_takes_no_amendment(world, db):
    draft = world.drafted("zwei", "drei")
    tablings.take_back(db, world.paper, "", by=world.lead, now=NOON)
    for act in (
        world.drafted,
        lambda: amendments.move(db, draft, "Darum.", by=world.mover, now=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()
    other = a_paper(db, body=world.body, lead=world.lead, state="consultation")
    with pytest.raises(NotAllowed):
        amendments.begin(db, other, "changes", by=world.mover, now=NOON)


def test_after_the_session_nothing_is_moved(world, db):
    draft = world.drafted("zwei", "drei")
    session = world.session
    session.state, session.opened_at, session.closed_at = "closed", NOON, later(hours=1)
    db.flush()
    with pytest.raises(NotAllowed):
        amendments.move(db, draft, "Darum.", by=world.mover, now=later(hours=2))


def test_a_hint_is_prose_and_changes_nothing(world, db):
    hint = world.drafted("", "Bitte überall „Vorstand“ schreiben.", kind="hint")
    amendments.move(db, hint, "Darum.", by=world.mover, now=NOON)
    text = amendments.text_of(db, hint)
    assert (text.tracked, text.passages) == ("", "[]")
    assert "überall" in plain_text(amendments.hint_of(db, hint))


def test_an_amendment_is_withdrawn_and_taken_over(world, db):
    made = world.moved("zwei", "drei", at=later(days=25))
    late_by = made.motion.late_by
    amendments.withdraw(db, made, "Erledigt.", by=world.mover, now=later(days=26))
    assert made.state == "withdrawn"
    with pytest.raises(NotAllowed):
        amendments.take_over(db, made, by=world.people["guest"], now=later(days=26))
    amendments.take_over(db, made, by=world.lead, now=later(days=26))
    assert (made.state, made.mover, made.motion.late_by) == ("moved", world.lead, late_by)
    with pytest.raises(NotAllowed):
        amendments.withdraw(db, made, "", by=world.mover, now=later(days=26))
    amendments.withdraw(db, made, "", by=world.lead, now=later(days=26))


def test_a_draft_that_is_thrown_away_is_seen_by_nobody_else(world, db):
    draft = world.drafted("zwei", "drei")
    amendments.withdraw(db, draft, "", by=world.mover, now=NOON)
    assert not policy.may_read(world.chair, draft.text)
    with pytest.raises(NotAllowed):
        amendments.take_over(db, draft, by=world.mover, now=NOON)


def test_several_passages_become_one_draft_each(world, db):
    draft = world.drafted("zwei", "drei")
    world.write(draft, "sofort", "morgen")
    world.write(draft, "", "Und für alle.")
    made = amendments.split(db, draft, by=world.mover, now=NOON)
    changed = [
        [passage.after for passage in amending.passages(tracked.reject(whole), whole)]
        for each in made
        for whole in [amendments.changes_of(db, each)]
    ]
    assert changed == [["drei"], ["morgen"], ["Und für alle."]]
    with pytest.raises(Invalid):
        amendments.split(db, draft, by=world.mover, now=NOON)


def test_an_amendment_to_an_amendment(world, db):
    first = world.moved("zwei Wochen", "drei ganze Wochen")
    second = world.moved("drei", "vier", by=world.lead, upon=first)
    whole = json.loads(amendments.text_of(db, second).tracked)
    assert "vier ganze Wochen" in plain_text(tracked.accept(whole))
    assert "drei ganze Wochen" in plain_text(tracked.reject(whole))
    with pytest.raises(NotAllowed):
        world.drafted(upon=second)
    amendments.withdraw(db, first, "", by=world.mover, now=NOON)
    with pytest.raises(NotFound):
        world.drafted(upon=first)


def test_its_text_goes_no_other_way(world, db):
    """Nobody tables, finalises, consults on, withdraws or classifies an amendment's text."""
    draft = world.drafted("zwei", "drei")
    for act in (
        lambda: papers.consult(db, draft.text, until=None, by=world.mover, now=NOON),
        lambda: papers.finalise(db, draft.text, by=world.mover, now=NOON),
        lambda: papers.withdraw(db, draft.text, "so", by=world.mover, now=NOON),
        lambda: tablings.table(db, draft.text, world.session, PLAIN, by=world.mover, now=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(Invalid):
        papers.classify(db, draft.text, "ordinary", by=world.mover, now=NOON)
    other = a_paper(db, body=world.body, lead=world.lead)
    with pytest.raises(Invalid):
        papers.classify(db, other, "amendment", by=world.lead, now=NOON)


def test_a_backup_holds_amendments(world, db, engine, tmp_path):
    first = world.moved("zwei Wochen", "drei ganze Wochen")
    world.moved("drei", "vier", by=world.lead, upon=first)
    db.commit()
    backup.save(db, tmp_path / "all.zip")
    assert db.scalars(select(Amendment)).all()
    assert db.scalars(select(Paper).where(Paper.kind == "amendment")).all()
