"""Another text in the place of the whole settles what else is open, and lets it go again."""

from __future__ import annotations

import pytest

from strategy.domain import amendment_votes, amendments, decisions, merging, resolutions
from strategy.domain.amendment_votes import Count
from strategy.domain.decisions import Outcome
from strategy.errors import NotAllowed
from strategy.text.fingerprint import fingerprint
from tests.builders import NOON, later
from tests.domain.test_amendments import TEXTS, World
from tests.domain.test_carrying import tabled_anew
from tests.domain.test_merging import adopt, item, opened, text


class Rivals(World):
    """Two amendments, one to the first, a hint, and two other texts for the whole."""

    def __init__(self, db):
        super().__init__(db)
        self.first = self.moved("zwei", "drei")
        self.second = self.moved("sofort", "morgen", by=self.lead)
        self.inner = self.moved("drei", "vier", by=self.lead, upon=self.first)
        self.whole = self.drafted("zwei", "acht", kind="global")
        self.write(self.whole, "monatlich", "nie")
        amendments.move(db, self.whole, "Darum.", by=self.mover, now=NOON)
        self.other = self.moved("monatlich", "immer", kind="global", by=self.lead)
        self.upon_whole = self.moved("acht", "neun", upon=self.whole, by=self.lead)
        self.hint = self.drafted("", "Bitte kürzer.", kind="hint")
        amendments.move(db, self.hint, "Darum.", by=self.mover, now=NOON)

    def merging(self):
        return merging.of(self.db, self.paper)

    def settled(self):
        return {each.amendment for each in self.merging().every() if each.settled_by is self.whole}

    def rest(self):
        return {self.first, self.second, self.inner, self.other}


@pytest.fixture
def world(db):
    return Rivals(db)


def test_what_would_be_settled_is_said_before_the_vote(world):
    made = world.merging()
    assert made.settled_with(made.entry(world.whole)) == sorted(
        world.rest(), key=lambda each: each.motion.number
    )
    assert made.settled_with(made.entry(world.first)) == []
    assert world.settled() == set()


def test_adopted_it_settles_the_others_and_taken_back_it_lets_them_go(world, db):
    adopt(world, world.first)
    adopt(world, world.second)
    before = text(world)
    adopt(world, world.whole)
    assert world.settled() == world.rest()
    assert text(world) == ["Der Vorstand tagt nie.", "Er lädt acht Wochen vorher ein.", TEXTS[2]]
    assert world.merging().collisions == []
    for each in world.rest():
        with pytest.raises(NotAllowed, match="place of the whole"):
            adopt(world, each)
    merging.undo(db, world.paper, by=world.chair, now=NOON)
    assert world.settled() == set()
    assert text(world) == before
    adopt(world, world.whole)
    adopt(world, world.whole, "open")
    assert text(world) == before


def test_one_part_of_it_settles_nothing(world):
    adopt(world, world.whole, passage=1)
    assert world.settled() == set()
    adopt(world, world.second)
    adopt(world, world.whole, passage=0)
    assert world.settled() == world.rest()
    adopt(world, world.whole, "modify", passage=0, words="selten")
    assert world.settled() == world.rest()
    assert text(world)[0] == "Der Vorstand tagt selten."


def test_an_amendment_to_it_is_merged_into_it(world):
    adopt(world, world.upon_whole)
    adopt(world, world.whole)
    assert text(world)[1] == "Er lädt neun Wochen vorher ein."


def test_voted_on_it_settles_them_for_good(world, db):
    at = opened(world)
    amendment_votes.record(db, world.whole, Count(True, yes=3), by=world.chair, now=at)
    for each in world.rest():
        assert (each.state, each.settled_by_id) == ("settled", world.whole.id)
    assert (world.hint.state, world.upon_whole.state) == ("moved", "moved")
    with pytest.raises(NotAllowed):
        amendment_votes.record(db, world.first, Count(True, yes=3), by=world.chair, now=at)
    newest = world.moved("Vorstand", "Rat", at=at, by=world.lead)
    made = world.merging()
    assert made.entry(newest).settled_by is world.whole
    with pytest.raises(NotAllowed, match="place of the whole"):
        amendment_votes.record(db, newest, Count(True, yes=3), by=world.chair, now=at)


def test_what_was_voted_on_before_stays_as_it_was_voted(world, db):
    at = opened(world)
    amendment_votes.record(db, world.second, Count(True, yes=3), by=world.chair, now=at)
    amendment_votes.record(db, world.whole, Count(True, yes=3), by=world.chair, now=at)
    assert world.second.state == "adopted"
    assert text(world) == [
        "Der Vorstand tagt nie.", "Er lädt acht Wochen vorher ein.", "Das gilt morgen.",
    ]  # fmt: skip


def test_a_vote_against_it_settles_nothing(world, db):
    at = opened(world)
    amendment_votes.record(db, world.whole, Count(False, no=3), by=world.chair, now=at)
    assert {each.state for each in world.rest()} == {"moved"}


def test_prepared_only_they_are_settled_by_the_decision(world, db):
    adopt(world, world.whole)
    ballots = amendment_votes.ballots(db, world.merging())
    assert {each.entry.amendment for each in ballots if each.needs_vote} == {
        world.whole, world.upon_whole,
    }  # fmt: skip
    assert amendment_votes.open_ones(ballots)["settled"] == len(world.rest())
    at = opened(world)
    seen = fingerprint(resolutions.text(db, world.paper))
    said = Outcome("adopted_changed", merged=seen, yes=3)
    decisions.record(db, world.session, item(world), said, by=world.chair, now=at)
    for each in world.rest():
        assert (each.state, each.settled_by_id) == ("settled", world.whole.id)
    assert world.hint.settled_by_id is None


def test_of_two_that_are_whole_the_last_one_counts(world, db):
    adopt(world, world.whole)
    amendments.withdraw(db, world.whole, "", by=world.mover, now=NOON)
    adopt(world, world.other)
    amendments.take_over(db, world.whole, by=world.people["advisory"], now=NOON)
    made = world.merging()
    assert made.settler().amendment is world.other
    assert made.entry(world.whole).settled_by is world.other


def test_what_no_longer_fits_is_settled_too(world, db):
    tabled_anew(world, ("sofort", "bald"), at=later(days=1))
    assert world.second in world.merging().astray
    adopt(world, world.whole)
    at = opened(world)
    amendment_votes.record(db, world.whole, Count(True, yes=3), by=world.chair, now=at)
    assert (world.second.state, world.second.settled_by_id) == ("settled", world.whole.id)
