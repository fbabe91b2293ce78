"""Merging amendments: collisions before the vote, verdicts passage by passage, the final text."""

from __future__ import annotations

import json

import pytest

from strategy.domain import (
    agenda,
    amendments,
    decisions,
    late_amendments,
    merging,
    resolutions,
    revisions,
    sessions,
)
from strategy.domain.decisions import Outcome
from strategy.errors import Invalid, Late, NotAllowed
from strategy.store.bodies import ROLES
from strategy.store.sessions import Attendance
from strategy.text.compare import compare
from strategy.text.fingerprint import fingerprint
from strategy.text.positions import plain_text
from strategy.text.tracked import accept, reject
from tests.builders import NOON, a_member, later
from tests.domain.test_amendments import TEXTS, World


@pytest.fixture
def world(db):
    return World(db)


def lines(doc):
    return plain_text(doc).split("\n")


def adopt(world, amendment, verdict="adopt", **more):
    merging.decide(world.db, amendment, verdict, by=world.chair, now=NOON, **more)


def text(world):
    return lines(merging.merged(world.db, merging.of(world.db, world.paper)))


def test_collisions_are_seen_before_anybody_votes(world, db):
    first = world.moved("zwei", "drei")
    second = world.moved("zwei Wochen", "vier Wochen", by=world.lead)
    world.moved("sofort", "morgen", by=world.lead)
    (clash,) = merging.of(db, world.paper).collisions
    assert (clash.first, clash.second, clash.words) == (first, second, "zwei")
    assert clash.wanted == ("drei", "vier")
    assert merging.tallies(db, [world.paper]) == {world.paper.id: merging.Tally(3, 3, 1)}
    amendments.withdraw(db, first, "", by=world.mover, now=NOON)
    assert merging.of(db, world.paper).collisions == []


def test_what_collides_cannot_both_be_adopted(world, db):
    first = world.moved("zwei", "drei")
    second = world.moved("zwei", "vier", by=world.lead)
    adopt(world, first)
    with pytest.raises(NotAllowed, match="Ä2 and Ä1"):
        adopt(world, second)
    merging.undo(db, world.paper, by=world.chair, now=NOON)
    adopt(world, second)
    assert text(world)[1] == "Er lädt vier Wochen vorher ein."
    with pytest.raises(NotAllowed):
        adopt(world, first)


def test_passages_are_adopted_one_by_one_and_in_other_words(world, db):
    made = world.drafted("zwei", "drei")
    world.write(made, "sofort", "morgen")
    world.write(made, "", "Und für alle.")
    amendments.move(db, made, "Darum.", by=world.mover, now=NOON)
    adopt(world, made)
    assert text(world) == [
        TEXTS[0], "Er lädt drei Wochen vorher ein.", "Das gilt morgen.", "Und für alle.",
    ]  # fmt: skip
    adopt(world, made, "reject", passage=1)
    adopt(world, made, "modify", passage=0, words="vier")
    assert text(world) == [TEXTS[0], "Er lädt vier Wochen vorher ein.", TEXTS[2], "Und für alle."]
    (entry,) = merging.of(db, world.paper).entries
    assert entry.outcome == "adopted_modified"
    merging.undo(db, world.paper, by=world.chair, now=NOON)
    merging.undo(db, world.paper, by=world.chair, now=NOON)
    assert merging.of(db, world.paper).entries[0].outcome == "adopted"
    merging.undo(db, world.paper, by=world.chair, now=NOON)
    assert resolutions.text(db, world.paper) is None
    with pytest.raises(NotAllowed):
        merging.undo(db, world.paper, by=world.chair, now=NOON)


def test_the_redline_against_the_tabled_text_is_exactly_what_was_adopted(world, db):
    first = world.moved("zwei", "drei")
    world.moved("sofort", "morgen", by=world.lead)
    adopt(world, first)
    made = merging.of(db, world.paper)
    merged = merging.merged(db, made)
    text_of = json.loads(amendments.text_of(db, first).tracked)
    assert merged == accept(text_of)
    assert accept(compare(made.base, merged)) == merged
    assert reject(compare(made.base, merged)) == made.base


@pytest.mark.parametrize("role", ROLES)
def test_chairs_and_staff_lead_the_merge(world, db, role):
    made = world.moved("zwei", "drei")
    if role in ("chair", "staff"):
        merging.decide(db, made, "adopt", by=world.people[role], now=NOON)
        merging.undo(db, world.paper, by=world.people[role], now=NOON)
        return
    for act in (
        lambda: merging.decide(db, made, "adopt", by=world.people[role], now=NOON),
        lambda: merging.undo(db, world.paper, by=world.people[role], now=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_verdicts_that_cannot_be_meant(world, db):
    made = world.moved("zwei", "drei")
    for facts in (
        {"verdict": "nonsense"},
        {"verdict": "adopt", "passage": 7},
        {"verdict": "modify"},
        {"verdict": "modify", "passage": 0, "words": " "},
    ):
        with pytest.raises(Invalid):
            adopt(world, made, **facts)
    amendments.withdraw(db, made, "", by=world.mover, now=NOON)
    with pytest.raises(NotAllowed):
        adopt(world, made)


def test_a_late_amendment_needs_signatures(world, db):
    made = world.moved("zwei", "drei", at=later(days=25))
    with pytest.raises(Late):
        adopt(world, made)
    with pytest.raises(Late):
        adopt(world, made, "modify", passage=0, words="vier")
    with pytest.raises(NotAllowed):
        late_amendments.back(db, made, by=world.mover, now=NOON)
    for role in ("guest", "staff", "advisory"):
        with pytest.raises(NotAllowed):
            late_amendments.back(db, made, by=world.people[role], now=NOON)
    late_amendments.back(db, made, by=world.lead, now=NOON)
    late_amendments.back(db, made, by=world.lead, now=NOON)
    with pytest.raises(Late):
        adopt(world, made)
    late_amendments.back(db, made, by=world.chair, now=NOON)
    adopt(world, made)
    adopt(world, made, "reject")
    assert len(late_amendments.backers(db, made)) == 2


def opened(world):
    """The session is open, three voting members are there, the paper's item is for decision."""
    session = world.session
    at = session.starts_at
    sessions.begin(world.db, session, by=world.chair, now=at)
    for person in (world.chair, world.mover, world.lead):
        world.db.add(Attendance(session_id=session.id, person_id=person.id, state="present"))
    world.db.flush()
    return at


def test_urgency_lets_a_late_amendment_in(world, db):
    made = world.moved("zwei", "drei", at=later(days=25))
    facts = {"because": "Es ist neu.", "yes": 3, "no": 0, "abstain": 0, "by": world.chair}
    with pytest.raises(NotAllowed):
        late_amendments.vote(db, made, now=NOON, **facts)
    at = opened(world)
    with pytest.raises(Invalid):
        late_amendments.vote(db, made, now=at, **(facts | {"yes": 9}))
    assert late_amendments.vote(db, made, now=at, **facts).is_granted
    with pytest.raises(NotAllowed):
        late_amendments.vote(db, made, now=at, **facts)
    adopt(world, made)


def item(world):
    return next(
        each for each in agenda.items(world.db, world.session) if each.paper_id == world.paper.id
    )


def test_the_decision_takes_the_merged_text(world, db):
    first, second = world.moved("zwei", "drei"), world.moved("sofort", "morgen", by=world.lead)
    third = world.moved("zwei", "vier", by=world.lead)
    adopt(world, first)
    adopt(world, second, "reject")
    merged = resolutions.text(db, world.paper)
    at = opened(world)
    seen = fingerprint(merged)
    said = Outcome("adopted_changed", merged=seen, yes=3)
    with pytest.raises(Invalid):
        decisions.record(db, world.session, item(world), Outcome("adopted", yes=3),
                         by=world.chair, now=at)  # fmt: skip
    adopt(world, second)
    with pytest.raises(Invalid) as refused:
        decisions.record(db, world.session, item(world), said, by=world.chair, now=at)
    assert refused.value.field == "merged"
    adopt(world, second, "reject")
    made = decisions.record(db, world.session, item(world), said, by=world.chair, now=at)
    assert "drei Wochen" in made.text
    revision = revisions.find(db, world.paper, made.revision)
    assert (revision.title, revision.fingerprint) == ("Beschlussfassung", seen)
    assert json.loads(revision.doc) == merged
    assert world.paper.state == "decided"
    assert (first.state, second.state, third.state) == ("adopted", "rejected", "settled")
    base = amendments.base_text(db, world.paper, world.tabling.revision)
    assert lines(base)[1] == TEXTS[1]


def test_an_amendment_to_an_adopted_amendment_is_merged_into_it(world, db):
    first = world.moved("zwei Wochen", "drei ganze Wochen")
    second = world.moved("drei", "vier", by=world.lead, upon=first)
    adopt(world, second)
    adopt(world, first)
    assert text(world)[1] == "Er lädt vier ganze Wochen vorher ein."


def test_what_was_decided_takes_no_more_verdicts(world, db):
    made = world.moved("zwei", "drei")
    at = opened(world)
    decisions.record(db, world.session, item(world), Outcome("adopted", yes=3),
                     by=world.chair, now=at)  # fmt: skip
    assert made.state == "settled"
    for person in (world.chair, a_member(db, world.body, "staff")):
        with pytest.raises(NotAllowed):
            merging.decide(db, made, "adopt", by=person, now=at)
