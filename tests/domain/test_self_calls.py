"""Members invite themselves: after the rules' days, not before, and stamped as theirs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from strategy.domain import days, demands, self_calls, sessions
from strategy.domain.presets import PRESETS
from strategy.domain.terms import DAYS, REGIONS, Quota, Terms, checked, from_json, to_json
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.agenda import Item
from strategy.store.demands import DemandSession
from tests.builders import NOON, a_body, a_member, a_person, later, some_rules

BERLIN = "Europe/Berlin"
HAMBURG = PRESETS["lv-hamburg"].terms
RULES = Terms(region="HH", call_session=Quota(count=2), call_self=7)


def opens(terms, met, zone=BERLIN):
    """On the wall, as text."""
    at = self_calls.opens_at(terms, datetime.fromisoformat(met), zone=zone)
    return None if at is None else at.astimezone(days.ZoneInfo(zone)).isoformat()


@pytest.mark.parametrize(
    ("met", "first"),
    [
        ("2026-09-07T12:00+02:00", "2026-09-16T00:00:00+02:00"),  # Monday; seven to Tuesday
        ("2026-09-07T00:00+02:00", "2026-09-16T00:00:00+02:00"),  # whenever on that day
        ("2026-09-07T23:59+02:00", "2026-09-16T00:00:00+02:00"),
        ("2026-09-05T12:00+02:00", "2026-09-15T00:00:00+02:00"),  # Saturday: to Monday week
        ("2026-09-06T12:00+02:00", "2026-09-15T00:00:00+02:00"),  # Sunday: Monday is the first
        ("2026-10-24T12:00+02:00", "2026-11-04T00:00:00+01:00"),  # clocks back, Reformation Day
        ("2026-03-27T12:00+01:00", "2026-04-08T00:00:00+02:00"),  # clocks go on, Easter
        ("2026-12-23T12:00+01:00", "2027-01-05T00:00:00+01:00"),  # Christmas and New Year
        ("2028-02-26T12:00+01:00", "2028-03-07T00:00:00+01:00"),  # 29 February counts
    ],
)
def test_hamburgs_seven_weekdays_begin_the_day_after(met, first):
    assert opens(HAMBURG, met) == first


def test_days_are_counted_as_the_rules_say_by_the_holidays_of_the_state():
    met = "2026-10-26T12:00+01:00"  # a Monday; 31 October is a Saturday, a holiday in the north

    def by(counted, region="HH", count=5):
        terms = Terms(region=region, call_self=count, call_self_days=counted)
        return opens(terms, met)[:10]

    assert by("calendar") == "2026-11-01"
    assert by("business") == "2026-11-03"
    assert by("working") == "2026-11-03"  # without the holiday
    assert by("working", "BE") == "2026-11-01"  # 31 October counts in Berlin
    assert by("business", "BY", 6) == "2026-11-04"
    assert opens(Terms(), met) is None


@given(
    st.dates(date(2025, 1, 1), date(2032, 1, 1)),
    st.integers(0, 40),
    st.sampled_from(DAYS),
    st.sampled_from(REGIONS),
)
def test_exactly_so_many_counted_days_lie_within_the_period(day, count, counted, region):
    last = days.day_after(day, count, counted, region)
    within = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert sum(days.counts(each, counted, region) for each in within) == count
    assert not within or days.counts(last, counted, region)


@given(st.datetimes(datetime(2025, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)))
def test_the_period_ends_with_a_day_on_the_wall(met):
    at = self_calls.opens_at(HAMBURG, met, zone=BERLIN)
    wall = at.astimezone(days.ZoneInfo(BERLIN))
    assert (wall.hour, wall.minute) == (0, 0)
    assert at > met


def test_the_right_is_data_that_old_rules_do_not_have():
    assert from_json(to_json(RULES)) == RULES
    assert from_json("{}").call_self == 0
    for wrong in (Terms(call_self=-1), Terms(call_self=401), Terms(call_self_days="moon")):
        with pytest.raises(Invalid) as refused:
            checked(wrong)
        assert refused.value.field == "call_self"


class World:
    """A body with a chair and three who may vote; two of them have signed a demand at noon."""

    def __init__(self, db, terms=RULES):
        self.db = db
        self.body = a_body(db)
        some_rules(db, self.body, terms)
        self.chair = a_member(db, self.body, "chair")
        self.author, self.signer, self.other = (a_member(db, self.body) for _ in range(3))
        self.demand = demands.write(
            db, self.body, "Haushaltssperre", "Die Mittel sind gesperrt.", "Lage\nKürzungen",
            by=self.author, now=NOON,
        )  # fmt: skip

    def sign(self):
        demands.sign(self.db, self.demand, by=self.signer, now=NOON)
        return self

    def invite(self, by=None, days_on=9, starts=20, kind="special"):
        begins = later(days=starts)
        facts = sessions.Facts(begins, begins + timedelta(hours=2), kind)
        return self_calls.invite(
            self.db, self.demand, facts, by=by or self.signer, now=later(days=days_on)
        )

    def call(self, by=None, at=NOON):
        begins = later(days=60)
        facts = sessions.Facts(begins, begins + timedelta(hours=2), "special")
        return demands.call(self.db, self.demand, facts, by=by or self.chair, now=at)


@pytest.fixture
def world(db):
    return World(db).sign()


def test_those_who_signed_invite_once_the_days_have_passed(world):
    called = world.invite()
    assert (called.session.state, called.session.kind) == ("convened", "special")
    assert called.session.convened_at == later(days=9)
    kept = world.db.get_one(DemandSession, called.session.id)
    assert (kept.by_members, kept.by_id) == (True, world.signer.id)
    cause = demands.cause_of(world.db, called.session)
    assert cause is not None
    assert cause.by_members
    titles = world.db.scalars(
        select(Item.title).where(Item.session_id == called.session.id, Item.is_forced)
    ).all()
    assert sorted(titles) == ["Kürzungen", "Lage"]


@pytest.mark.parametrize("days_on", [0, 1, 8])
def test_before_that_they_are_refused_with_the_day(world, days_on):
    """Noon on Monday: the seven days end with Tuesday of the week after."""
    assert not self_calls.may_invite(
        world.db, world.demand, by=world.signer, now=later(days=days_on)
    )
    with pytest.raises(NotAllowed, match=r"until Dienstag, 15\. September 2026 to invite"):
        world.invite(days_on=days_on)
    assert world.db.scalars(select(DemandSession)).all() == []


def test_the_first_moment_is_midnight_in_the_bodys_zone(world):
    midnight = datetime(2026, 9, 15, 22, 0, tzinfo=UTC)
    facts = sessions.Facts(later(days=20), later(days=21), "special")
    with pytest.raises(NotAllowed):
        self_calls.invite(
            world.db, world.demand, facts, by=world.signer, now=midnight - timedelta(seconds=1)
        )
    assert self_calls.invite(world.db, world.demand, facts, by=world.signer, now=midnight)


def test_only_who_has_signed_and_may_vote_invites(world):
    for person in (world.other, world.chair):
        with pytest.raises(NotAllowed, match="signed"):
            world.invite(by=person)
    with pytest.raises(NotFound):
        world.invite(by=a_person(world.db))
    guest = a_member(world.db, world.body, "guest")
    with pytest.raises(NotAllowed):
        world.invite(by=guest)


def test_too_few_signatures_give_no_right(db):
    world = World(db)
    assert self_calls.of(db, world.demand) is None
    with pytest.raises(NotAllowed, match="Not enough"):
        world.invite(by=world.author)


def test_rules_that_do_not_know_it_refuse_it(db):
    world = World(db, Terms(call_session=Quota(count=2))).sign()
    with pytest.raises(NotAllowed, match="do not let members invite"):
        world.invite()


def test_the_rules_count_that_held_when_enough_had_signed(world):
    some_rules(world.db, world.body, Terms(call_session=Quota(count=2)), number=2)
    assert world.invite().session.state == "convened"


def test_what_was_only_planned_gives_way(world):
    planned = world.call()
    assert self_calls.is_waiting(world.db, world.demand)
    called = world.invite()
    assert called.dropped is planned
    assert planned.state == "cancelled"
    answered = demands.answered(world.db, world.demand)
    assert answered is called.session
    on_it = world.db.scalars(select(Item).where(Item.demanded_id.is_not(None))).all()
    live = [each for each in on_it if each.carried_to_id is None]
    assert {each.session_id for each in live} == {called.session.id}


def test_once_somebody_has_invited_nobody_else_does(world):
    planned = world.call()
    sessions.convene(world.db, planned, by=world.chair, now=later(days=3))
    with pytest.raises(NotAllowed, match="invited to the demanded session already"):
        world.invite()
    assert planned.state == "convened"


def test_they_invite_once(world):
    world.invite()
    with pytest.raises(NotAllowed, match="already"):
        world.invite(by=world.author)
    with pytest.raises(NotAllowed):
        world.call(at=later(days=10))


def test_if_their_session_is_cancelled_they_invite_again(world):
    first = world.invite().session
    for nobody in (world.chair, world.other):
        with pytest.raises(NotAllowed, match="only who signed"):
            sessions.cancel(world.db, first, "Kein Raum", by=nobody, now=later(days=10))
    sessions.cancel(world.db, first, "Kein Raum", by=world.author, now=later(days=10))
    second = world.invite(days_on=11).session
    assert second is not first
    assert world.db.get_one(DemandSession, second.id).by_members


def test_a_short_invitation_is_marked_late_like_every_other(db):
    terms = Terms(region="HH", call_session=Quota(count=2), call_self=7,
                  invitation=HAMBURG.invitation)  # fmt: skip
    world = World(db, terms).sign()
    assert world.invite(starts=12).session.invitation_late_by is not None
    other = World(db, terms).sign()
    assert other.invite(starts=20).session.invitation_late_by is None


def test_it_is_a_special_session_ahead(world):
    with pytest.raises(Invalid):
        world.invite(kind="regular")
    with pytest.raises(Invalid):
        world.invite(starts=5)
