"""Deadlines counted back, lateness judged, majorities reached: the guard's pure half."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.domain import days, lead_time
from strategy.domain.lead_time import Votes, admit, deadlines, reached, stamp
from strategy.domain.presets import PRESETS
from strategy.domain.terms import (
    DAYS,
    HOLIDAY,
    MAJORITIES,
    PAPER_KINDS,
    REGIONS,
    Quota,
    Span,
    Terms,
    checked,
    from_json,
    to_json,
)
from strategy.errors import Invalid, Late

BERLIN = "Europe/Berlin"
SECOND = timedelta(seconds=1)


def here(*wall, fold=0):
    """A moment as a clock in Berlin shows it."""
    return datetime(*wall, tzinfo=ZoneInfo(BERLIN), fold=fold).astimezone(UTC)


def ends(span, *starts, region="", zone=BERLIN):
    return days.ends(span, here(*starts), zone=zone, region=region)


@pytest.mark.parametrize(
    ("span", "starts", "region", "expected"),
    [
        # Fourteen days before a Saturday, until 18:00.
        (Span(14, at="18:00"), (2026, 9, 26, 10, 0), "", here(2026, 9, 12, 18, 0)),
        # Two weeks are fourteen days; without a time the whole day counts.
        (Span(2, "weeks"), (2026, 9, 26, 10, 0), "", here(2026, 9, 13, 0, 0)),
        # The Friday of the week before, whatever the weekday of the session.
        (Span(1, "weekday", 4), (2026, 9, 26, 10, 0), "", here(2026, 9, 19)),
        (Span(1, "weekday", 4), (2026, 9, 21, 18, 0), "", here(2026, 9, 19)),
        (Span(1, "weekday", 4), (2026, 9, 27, 10, 0), "", here(2026, 9, 19)),
        # A session at a quarter past midnight belongs to its own day.
        (Span(1, at="18:00"), (2026, 9, 26, 0, 15), "", here(2026, 9, 25, 18, 0)),
        (Span(14), (2026, 9, 26, 0, 15), "", here(2026, 9, 13, 0, 0)),
        # Over the change to summer time (29 March 2026) and to winter time (25 October 2026).
        (Span(7, at="18:00"), (2026, 4, 4, 10, 0), "", here(2026, 3, 28, 18, 0)),
        (Span(7, at="18:00"), (2026, 10, 31, 10, 0), "", here(2026, 10, 24, 18, 0)),
        # An hour that does not exist, and one that exists twice: the later moment.
        (Span(1, at="02:30"), (2026, 3, 30, 10, 0), "", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (Span(1, at="02:30"), (2026, 10, 26, 10, 0), "", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        # 29 February exists in 2028 and not in 2027.
        (Span(1), (2028, 3, 1, 10, 0), "", here(2028, 3, 1)),
        (Span(1, at="12:00"), (2028, 3, 1, 10, 0), "", here(2028, 2, 29, 12, 0)),
        (Span(1, at="12:00"), (2027, 3, 1, 10, 0), "", here(2027, 2, 28, 12, 0)),
        # Business days over Christmas: 24 and 31 December count, 25, 26 and 1 January do not.
        (Span(5, days="business", at="18:00"), (2027, 1, 4, 10, 0), "NI",
         here(2026, 12, 24, 18, 0)),
        # Three business days before the Tuesday after Easter 2027 (28 March).
        (Span(3, days="business"), (2027, 3, 30, 10, 0), "BE", here(2027, 3, 24)),
        # The same in working days, for Saturdays count: Saturday, Thursday, Wednesday.
        (Span(3, days="working"), (2027, 3, 30, 10, 0), "BE", here(2027, 3, 25)),
        # Reformation Day is free in Lower Saxony, not in Hesse.
        (Span(1, days="business"), (2025, 11, 3, 10, 0), "NI", here(2025, 10, 31)),
        (Span(1, days="business"), (2025, 11, 3, 10, 0), "HE", here(2025, 11, 1)),
        # A deadline on a holiday moves to the business day before, or after.
        (Span(7, holiday="before"), (2027, 5, 13, 10, 0), "", here(2027, 5, 6)),
        (Span(7, holiday="after"), (2027, 5, 13, 10, 0), "", here(2027, 5, 8)),
        # A deadline after the session has begun ends with its beginning.
        (Span(0, at="18:00"), (2026, 9, 26, 10, 0), "", here(2026, 9, 26, 10, 0)),
        (Span(0, "weekday", 6), (2026, 9, 26, 10, 0), "", here(2026, 9, 26, 10, 0)),
    ],
)  # fmt: skip
def test_a_deadline_ends_when_the_rules_say(span, starts, region, expected):
    assert ends(span, *starts, region=region) == expected


spans = st.builds(
    Span,
    count=st.integers(0, 57),
    unit=st.sampled_from(("days", "weeks", "weekday")),
    weekday=st.integers(0, 6),
    days=st.sampled_from(DAYS),
    at=st.one_of(
        st.just("24:00"),
        st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59)),
    ),
    holiday=st.sampled_from(HOLIDAY),
)
starts = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))


@given(spans, starts, st.sampled_from(("", *REGIONS)))
def test_no_deadline_lies_behind_the_session_and_its_time_is_the_one_on_the_wall(
    span, starts_at, region
):
    found = days.ends(span, starts_at, zone=BERLIN, region=region)
    assert found.tzinfo is UTC
    assert found <= starts_at
    wall = found.astimezone(ZoneInfo(BERLIN))
    if found < starts_at and wall.hour not in (2, 3):  # there the clocks change
        assert f"{wall:%H:%M}" == span.at.replace("24:00", "00:00")


@given(st.integers(0, 200), st.sampled_from(DAYS), st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_so_many_days_are_counted_between_deadline_and_session(count, kind, day):
    ends_on = days.day_of(Span(count, days=kind), day, "NW")
    between = [day - timedelta(days=n) for n in range(1, (day - ends_on).days + 1)]
    assert sum(days.counts(each, kind, "NW") for each in between) == count


@given(spans, starts, st.timedeltas(timedelta(days=-90), timedelta(days=90)))
def test_a_paper_is_late_exactly_if_it_comes_after_the_deadline(span, starts_at, before):
    terms = Terms(submission={"ordinary": span}, reading={})
    at = starts_at - before
    made = stamp(terms, starts_at, at, zone=BERLIN, kind="ordinary")
    assert (made.late_by is not None) == (at > made.deadline)
    assert made.lead == before
    if made.late_by is not None:
        assert made.late_by == at - made.deadline > timedelta()
    same_day = days.local_day(at, BERLIN) >= days.local_day(starts_at, BERLIN)
    assert made.is_table_paper == (made.late_by is not None and same_day)


def test_the_last_second_is_in_time_and_the_next_one_is_not():
    terms = Terms(submission={"ordinary": Span(14, at="18:00")})
    start = here(2026, 9, 26, 10, 0)
    last = here(2026, 9, 12, 18, 0)
    in_time = stamp(terms, start, last, zone=BERLIN, kind="ordinary")
    late = stamp(terms, start, last + SECOND, zone=BERLIN, kind="ordinary")
    assert in_time.late_by is None
    assert (late.late_by, late.is_table_paper) == (SECOND, False)
    on_the_day = stamp(terms, start, here(2026, 9, 26, 0, 0), zone=BERLIN, kind="ordinary")
    assert on_the_day.is_table_paper


def test_kinds_of_paper_have_deadlines_of_their_own():
    terms = PRESETS["lpt-nordrhein-westfalen"].terms
    start = here(2026, 11, 28, 10, 0)
    assert deadlines(terms, start, zone=BERLIN).submission == here(2026, 11, 1)
    assert deadlines(terms, start, zone=BERLIN, kind="lead").submission == here(2026, 10, 18)
    assert deadlines(terms, start, zone=BERLIN).dispatch == here(2026, 11, 8)
    assert deadlines(terms, start, zone=BERLIN, kind="statutes").dispatch == here(2026, 10, 25)


def test_a_text_needs_its_days_to_be_read_even_where_it_is_in_time():
    terms = Terms(submission={"ordinary": Span(3)}, reading={"ordinary": 2, "strategy": 14})
    start = here(2026, 9, 26, 10, 0)
    at = here(2026, 9, 20, 9, 0)
    assert not stamp(terms, start, at, zone=BERLIN, kind="ordinary").reading_short
    long = stamp(terms, start, at, zone=BERLIN, kind="strategy")
    assert (long.late_by, long.reading_short, long.reading_days) == (None, True, 14)


def test_where_no_deadline_is_named_the_days_for_reading_are_one():
    start = here(2026, 9, 26, 10, 0)
    assert deadlines(Terms(), start, zone=BERLIN).submission == here(2026, 9, 20)
    nothing = deadlines(Terms(reading={}), start, zone=BERLIN)
    assert (nothing.submission, nothing.reading, nothing.invitation) == (None, None, None)
    assert stamp(Terms(reading={}), start, start, zone=BERLIN, kind="lead").late_by is None


@pytest.mark.parametrize(
    ("preset", "starts_at", "facts"),
    [
        ("lv-niedersachsen", (2026, 10, 10, 10, 0),
         {"invitation": here(2026, 9, 27), "urgent_invitation": here(2026, 10, 4)}),
        ("lv-hamburg", (2026, 10, 14, 18, 30),
         {"invitation": here(2026, 10, 8), "dispatch": here(2026, 10, 10),
          "submission": here(2026, 10, 10)}),
        ("lpt-nordrhein-westfalen", (2027, 4, 10, 10, 0),
         {"invitation": here(2027, 2, 14), "submission": here(2027, 3, 14),
          "dispatch": here(2027, 3, 21)}),
        ("lr-nordrhein-westfalen", (2026, 11, 7, 10, 0),
         {"invitation": here(2026, 9, 27), "submission": here(2026, 10, 18)}),
        ("lpt-berlin", (2026, 11, 21, 10, 0),
         {"submission": here(2026, 10, 25), "amendment": here(2026, 11, 15),
          "invitation": None}),
        ("parteivorstand", (2026, 11, 21, 10, 0), {"invitation": None, "dispatch": None}),
        ("lv-berlin", (2026, 11, 21, 10, 0), {"invitation": None}),
        ("lv-schleswig-holstein", (2026, 11, 21, 10, 0), {"invitation": None}),
        ("lv-nordrhein-westfalen", (2026, 11, 21, 10, 0), {"invitation": None}),
    ],
)  # fmt: skip
def test_the_presets_give_the_dates_of_their_sources(preset, starts_at, facts):
    found = deadlines(PRESETS[preset].terms, here(*starts_at), zone=BERLIN)
    assert {name: getattr(found, name) for name in facts} == facts


def test_the_presets_name_their_sources_and_can_be_meant():
    assert len(PRESETS) == 9
    for preset in PRESETS.values():
        assert preset.source
        assert checked(preset.terms) is preset.terms
        assert from_json(to_json(preset.terms)) == preset.terms


def test_the_minorities_of_the_presets():
    wanted = {"parteivorstand": 6, "lv-hamburg": 5, "lv-berlin": 5, "lr-nordrhein-westfalen": 4}
    for name, needed in wanted.items():
        assert PRESETS[name].terms.call_session.of(14) == needed, name


quotas = st.builds(
    Quota,
    count=st.integers(0, 30),
    share=st.sampled_from(("1/2", "1/3", "1/4", "2/3", "1", "1/10")),
    is_more=st.booleans(),
)
numbers = st.integers(0, 30)
terms_of_any_kind = st.builds(
    Terms,
    region=st.sampled_from(("", *REGIONS)),
    rhythm=numbers,
    invitation=spans,
    urgent_invitation=st.none() | spans,
    submission=st.dictionaries(st.sampled_from(PAPER_KINDS), spans),
    dispatch=st.dictionaries(st.sampled_from(PAPER_KINDS), spans),
    amendment=st.none() | spans,
    reading=st.dictionaries(st.sampled_from(PAPER_KINDS), numbers),
    urgency=st.sampled_from(("", *MAJORITIES)),
    quorum=quotas,
    force_topic=st.none() | quotas,
    call_session=st.none() | quotas,
    objection_days=numbers,
    notes=st.lists(st.text(max_size=20), max_size=3).map(tuple),
)


@given(terms_of_any_kind)
def test_terms_come_back_from_the_database_as_they_went_in(terms):
    assert from_json(to_json(checked(terms))) == terms


@given(quotas, st.integers(1, 200))
def test_a_share_of_members_is_enough_and_one_less_is_not(quota, members):
    needed = quota.of(members)
    assert needed >= 1
    if not quota.count:
        from fractions import Fraction

        part = Fraction(quota.share)
        enough = (
            (lambda n: n > part * members) if quota.is_more else (lambda n: n >= part * members)
        )
        assert enough(needed)
        assert needed == 1 or not enough(needed - 1)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(invitation=Span(-1)), "invitation"),
        (Terms(invitation=Span(401)), "invitation"),
        (Terms(invitation=Span(1, "years")), "invitation"),
        (Terms(invitation=Span(1, "weekday", 7)), "invitation"),
        (Terms(invitation=Span(1, at="25:00")), "invitation"),
        (Terms(invitation=Span(1, at="18:60")), "invitation"),
        (Terms(invitation=Span(True)), "invitation"),
        (Terms(submission={"poem": Span(1)}), "submission"),
        (Terms(submission={"lead": Span(1, days="lunar")}), "submission.lead"),
        (Terms(reading={"ordinary": -1}), "reading.ordinary"),
        (Terms(urgency="loudest"), "urgency"),
        (Terms(quorum=Quota(share="3/2")), "quorum"),
        (Terms(quorum=Quota(share="1/0")), "quorum"),
        (Terms(force_topic=Quota(share="-1/2")), "force_topic"),
        (Terms(call_session=Quota(count=-3)), "call_session"),
        (Terms(region="Atlantis"), "region"),
        (Terms(answer_days=0), "answer_days"),
        (Terms(objection_days=10**9), "objection_days"),
        (Terms(urgent_invitation=Span(7)), "invitation"),
    ],
)
def test_absurd_rules_are_refused_at_their_field(terms, field):
    with pytest.raises(Invalid) as refused:
        checked(terms)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("majority", "votes", "expected"),
    [
        ("simple", (5, 4, 3), True),
        ("simple", (4, 4, 4), False),
        ("present", (6, 4, 2), False),
        ("present", (7, 5, 0), True),
        ("members", (7, 0, 0), False),
        ("members", (8, 4, 0), True),
        ("two_thirds_votes", (6, 3, 3), True),
        ("two_thirds_votes", (5, 3, 4), False),
        ("two_thirds_present", (8, 4, 0), True),
        ("two_thirds_present", (7, 1, 4), False),
        ("two_thirds_members", (9, 3, 0), False),
        ("two_thirds_members", (10, 2, 0), True),
        ("two_thirds_votes", (0, 0, 12), False),
        ("loudest", (12, 0, 0), False),
        ("", (12, 0, 0), False),
    ],
)
def test_a_majority_is_reached_or_not(majority, votes, expected):
    assert reached(majority, Votes(*votes, present=12, members=15)) is expected


@given(st.sampled_from(MAJORITIES), st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_more_yes_never_loses_and_no_majority_is_reached_against_more_no(
    majority, yes, no, abstain
):
    present = yes + no + abstain
    votes = Votes(yes, no, abstain, present, present + 3)
    if reached(majority, votes):
        assert yes > no
        assert reached(majority, Votes(yes + 1, no, abstain, present + 1, present + 4)) or (
            majority in ("present", "members", "two_thirds_present", "two_thirds_members")
        )


HOUR = timedelta(hours=1)


@pytest.mark.parametrize("late_by", [None, HOUR])
@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("urgent", [None, False, True])
@pytest.mark.parametrize(("backers", "needed"), [(0, 0), (20, 0), (14, 15), (15, 15)])
def test_the_gate_opens_in_time_by_urgency_or_by_enough_signatures(
    late_by, short, urgent, backers, needed
):
    def ask():
        admit(
            late_by=late_by, reading_short=short, is_urgent=urgent, backers=backers,
            backers_needed=needed, facts={"number": "2026/041"},
        )  # fmt: skip

    if (late_by is None and not short) or urgent or 0 < needed <= backers:
        ask()
    else:
        with pytest.raises(Late, match="2026/041"):
            ask()


def test_lateness_is_none_without_a_deadline():
    assert lead_time.lateness(None, here(2026, 1, 1)) is None
