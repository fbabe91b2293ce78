"""Recommendations, the order of votes, what really needs one, and results."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from strategy.domain import amendment_votes, amendments, merging, recommendations
from strategy.domain.amendment_votes import Count
from strategy.errors import Invalid, Late, NotAllowed
from strategy.store.amendments import Answer, Recommendation, Result
from strategy.store.bodies import ROLES
from tests.builders import NOON, a_member, later
from tests.domain.test_amendments import World
from tests.domain.test_merging import adopt, opened, text


@pytest.fixture
def world(db):
    return World(db)


def names(world):
    made = merging.of(world.db, world.paper)
    return [each.amendment.name for each in amendment_votes.order(made.entries)]


def ballot(world, amendment):
    made = merging.of(world.db, world.paper)
    every = amendment_votes.ballots(world.db, made)
    return next(each for each in every if each.entry.amendment is amendment)


def test_the_most_far_reaching_is_voted_on_first_unless_a_chair_moves_it(world, db):
    small = world.moved("zwei", "drei")
    large = world.moved("Das gilt sofort.", "Das gilt ab morgen für alle Gremien.", by=world.lead)
    whole = world.moved("sofort", "nie", kind="global")
    inner = world.moved("drei", "vier", by=world.lead, upon=small)
    assert names(world) == [each.name for each in (whole, large, inner, small)]
    amendment_votes.shift(db, small, -1, by=world.chair)
    assert names(world) == [each.name for each in (whole, inner, small, large)]
    amendment_votes.shift(db, whole, 1, by=world.chair)
    assert names(world) == [each.name for each in (inner, small, whole, large)]
    with pytest.raises(NotAllowed):
        amendment_votes.shift(db, small, -1, by=world.lead)
    with pytest.raises(NotAllowed):
        amendment_votes.shift(db, inner, -1, by=world.chair)
    newest = world.moved("monatlich", "wöchentlich")
    assert set(names(world)) >= {newest.name}


@pytest.mark.parametrize("role", ROLES)
def test_authors_chairs_and_staff_advise(world, db, role):
    made = world.moved("zwei", "drei")
    person = world.people[role]
    if role in ("chair", "staff"):
        recommendations.recommend(db, made, "adopt", by=person, now=NOON)
        assert ballot(world, made).needs_vote  # only the paper's authors can take it over
    else:
        with pytest.raises(NotAllowed):
            recommendations.recommend(db, made, "adopt", by=person, now=NOON)


def test_what_the_authors_take_over_needs_no_vote(world, db):
    made = world.moved("zwei", "drei")
    assert ballot(world, made).needs_vote
    with pytest.raises(NotAllowed):
        amendment_votes.follow(db, made, by=world.chair, now=NOON)
    recommendations.recommend(db, made, "adopt", by=world.lead, now=NOON)
    assert not ballot(world, made).needs_vote
    amendment_votes.follow(db, made, by=world.chair, now=NOON)
    assert text(world)[1] == "Er lädt drei Wochen vorher ein."


def test_other_words_are_agreed_on_and_followed(world, db):
    made = world.moved("zwei", "drei")
    recommendations.recommend(db, made, "modify", words={0: "vier"}, by=world.lead, now=NOON)
    assert ballot(world, made).needs_vote
    with pytest.raises(NotAllowed):
        recommendations.answer(db, made, agrees=True, by=world.lead, now=NOON)
    recommendations.answer(db, made, agrees=False, words="Nein.", by=world.mover, now=NOON)
    assert ballot(world, made).needs_vote
    with pytest.raises(NotAllowed):
        recommendations.answer(db, made, agrees=True, by=world.mover, now=NOON)
    recommendations.recommend(
        db, made, "modify", words={0: "fünf"}, by=world.lead, now=later(hours=1)
    )
    recommendations.answer(db, made, agrees=True, by=world.mover, now=later(hours=2))
    assert not ballot(world, made).needs_vote
    assert [each.recommendation.number for each in recommendations.of_amendment(db, made)] == [2, 1]
    amendment_votes.follow(db, made, by=world.chair, now=later(hours=3))
    assert text(world)[1] == "Er lädt fünf Wochen vorher ein."


def test_recommendations_that_cannot_be_meant(world, db):
    made, other = world.moved("zwei", "drei"), world.drafted("sofort", "morgen", by=world.lead)
    for advice, facts in (
        ("nonsense", {}),
        ("reject", {}),
        ("modify", {}),
        ("modify", {"words": {0: "drei"}}),
        ("modify", {"words": {7: "vier"}}),
        ("settled", {}),
        ("settled", {"settled_by": made}),
        ("settled", {"settled_by": other}),
    ):
        with pytest.raises(Invalid):
            recommendations.recommend(db, made, advice, by=world.lead, now=NOON, **facts)
    with pytest.raises(NotAllowed):
        recommendations.answer(db, made, agrees=True, by=world.mover, now=NOON)


def test_a_vote_is_recorded_once_with_its_verdict(world, db):
    made = world.moved("zwei", "drei")
    other = world.moved("zwei", "vier", by=world.lead)
    carried = Count(True, yes=2, no=1)
    with pytest.raises(NotAllowed):
        amendment_votes.record(db, made, carried, by=world.chair, now=NOON)
    at = opened(world)
    for wrong in (
        Count(True, yes=1, no=1), Count(False, yes=2, no=1), Count(True, yes=9),
        Count(True, yes=2, is_unanimous=True),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            amendment_votes.record(db, made, wrong, by=world.chair, now=at)
    with pytest.raises(NotAllowed):
        amendment_votes.record(db, made, carried, by=world.lead, now=at)
    assert amendment_votes.record(db, made, carried, by=world.chair, now=at).outcome == "adopted"
    with pytest.raises(NotAllowed):
        amendment_votes.record(db, made, carried, by=world.chair, now=at)
    with pytest.raises(NotAllowed):
        adopt(world, made, "reject")
    with pytest.raises(NotAllowed):  # it collides with what was adopted
        amendment_votes.record(db, other, carried, by=world.chair, now=at)
    made_result = amendment_votes.settle(db, other, made, by=world.chair, now=at)
    assert (made_result.outcome, other.settled_by_id) == ("settled", made.id)
    assert text(world)[1] == "Er lädt drei Wochen vorher ein."
    with pytest.raises(NotAllowed):
        merging.undo(db, world.paper, by=world.chair, now=at)


def test_a_vote_in_part_and_a_vote_against(world, db):
    made = world.drafted("zwei", "drei")
    world.write(made, "sofort", "morgen")
    amendments.move(db, made, "Darum.", by=world.mover, now=NOON)
    against = world.moved("monatlich", "täglich", by=world.lead)
    at = opened(world)
    adopt(world, made, passage=0)
    adopt(world, made, "reject", passage=1)
    result = amendment_votes.record(db, made, Count(True, yes=3), by=world.chair, now=at)
    assert result.outcome == "adopted_in_part"
    unanimous = Count(False, yes=0, no=3)
    result = amendment_votes.record(db, against, unanimous, by=world.chair, now=at)
    assert result.outcome == against.state == "rejected"
    assert text(world)[1:] == ["Er lädt drei Wochen vorher ein.", "Das gilt sofort."]


def test_a_late_amendment_is_not_carried_without_signatures(world, db):
    made = world.moved("zwei", "drei", at=later(days=25))
    hint = world.drafted("", "Bitte kürzer.", kind="hint", at=later(days=25))
    amendments.move(db, hint, "Darum.", by=world.mover, now=later(days=25))
    at = opened(world)
    for each in (made, hint):
        with pytest.raises(Late):
            amendment_votes.record(db, each, Count(True, yes=3), by=world.chair, now=at)
    result = amendment_votes.record(db, made, Count(False, no=3), by=world.chair, now=at)
    assert result.outcome == "rejected"


def test_the_record_does_not_change(world, db):
    made = world.moved("zwei", "drei")
    recommendations.recommend(db, made, "adopt", by=world.lead, now=NOON)
    recommendations.answer(db, made, agrees=True, by=world.mover, now=NOON)
    at = opened(world)
    a_member(db, world.body, "voting")
    amendment_votes.record(db, made, Count(True, yes=3), by=world.chair, now=at)
    db.commit()
    for act in (
        update(Result).values(outcome="rejected"), delete(Result), delete(Recommendation),
        update(Recommendation).values(reason="anders"), update(Answer).values(agrees=False),
    ):  # fmt: skip
        with pytest.raises(DBAPIError):
            db.execute(act)
        db.rollback()
