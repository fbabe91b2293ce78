"""Tabling: stamped once, whatever anybody does afterwards; late papers are not decided."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from strategy.domain import (
    agenda,
    attendance,
    backlog,
    backup,
    comments,
    decisions,
    papers,
    rules,
    sessions,
    steps,
    tablings,
    turns,
    urgency,
)
from strategy.domain.decisions import Outcome
from strategy.domain.tablings import Filing
from strategy.domain.terms import Span, Terms
from strategy.errors import Invalid, Late, NotAllowed, NotFound
from strategy.store.agenda import Item
from strategy.store.base import make_session
from strategy.store.decisions import Decision
from strategy.store.jobs import Job
from strategy.store.papers import Paper
from strategy.store.tablings import Tabling, UrgencyVote
from tests import databases
from tests.builders import (
    NOON,
    a_body,
    a_goal,
    a_member,
    a_paper,
    a_person,
    a_session,
    later,
    some_rules,
)

PLAIN = Filing(no_goal_because="Es geht um die eigene Ordnung.")
TWO_WEEKS = Terms(submission={"ordinary": Span(14, at="18:00")}, reading={})


class World:
    """A body of five, rules of two weeks, a session in thirty days, a paper in consultation."""

    def __init__(self, db, *, terms=TWO_WEEKS, in_days=30, **session):
        self.db = db
        self.body = a_body(db)
        self.rules = some_rules(db, self.body, terms)
        self.chair = a_member(db, self.body, "chair", "Cem Celik")
        self.lead = a_member(db, self.body, "voting", "Lena Lotz")
        self.others = [a_member(db, self.body, "voting") for _ in range(3)]
        self.session = a_session(db, self.body, in_days=in_days, **session)
        self.paper = a_paper(db, body=self.body, lead=self.lead, state="consultation")

    @property
    def everybody(self):
        return [self.chair, self.lead, *self.others]

    def table(self, filing=PLAIN, *, by=None, now=NOON, session=None, paper=None):
        return tablings.table(
            self.db, paper or self.paper, session or self.session, filing,
            by=by or self.lead, now=now,
        )  # fmt: skip

    def open(self):
        """The session is convened and opened, everybody is there; the moment."""
        now = self.session.starts_at
        if self.session.state == "planned":
            sessions.convene(self.db, self.session, by=self.chair, now=NOON)
        sessions.begin(self.db, self.session, by=self.chair, now=now)
        for person in self.everybody:
            attendance.attend(self.db, self.session, person.id, "present", by=self.chair, now=now)
        return now

    def vote(self, tabling, yes, no=0, *, by=None):
        return urgency.vote(
            self.db, tabling, cause="Der Haushalt kam erst gestern.", because="Die Frist läuft ab.",
            yes=yes, no=no, abstain=0, by=by or self.chair, now=self.session.starts_at,
        )  # fmt: skip

    def decide(self, tabling, outcome="adopted", **but):
        said = Outcome(outcome, yes=but.pop("yes", 4), no=but.pop("no", 1), **but)
        return decisions.record(
            self.db, self.session, tabling.item, said, by=self.chair, now=self.session.starts_at
        )


@pytest.fixture
def world(db):
    return World(db)


def test_a_paper_in_time_is_stamped_and_may_be_decided(world):
    made = world.table(now=NOON)
    assert (made.late_by, made.is_table_paper) == (None, False)
    assert made.lead == 30 * 24 * 3600
    assert (world.paper.state, made.item.kind) == ("tabled", "decision")
    assert made.fingerprint == tablings.newest(world.db, world.paper).fingerprint
    world.open()
    decision = world.decide(made)
    assert (decision.number, decision.was_late) == ("B 2026/01", False)
    assert world.paper.state == "decided"
    assert decision.text == "Wir wollen Sonne."


def test_a_late_paper_can_be_discussed_and_not_decided(world):
    late = later(days=20)
    made = world.table(now=late)
    assert made.late_by == (late - made.deadline).total_seconds()
    assert made.item.kind == "discussion"
    world.open()
    with pytest.raises(Late):
        world.decide(made)
    with pytest.raises(Late):
        urgency.make_decision_item(
            world.db, world.session, made.item, by=world.chair, now=world.session.starts_at
        )
    with pytest.raises(NotAllowed):
        agenda.change(
            world.db, world.session, made.item,
            agenda.Facts(made.item.title, kind="decision"), by=world.chair, now=later(days=21),
        )  # fmt: skip
    assert world.paper.state == "tabled"


def test_the_board_grants_urgency_by_a_recorded_vote(world):
    made = world.table(now=later(days=20))
    world.open()
    vote = world.vote(made, yes=4, no=1)
    assert (vote.is_granted, vote.present, vote.members) == (True, 5, 5)
    assert made.item.kind == "decision"
    decision = world.decide(made)
    assert decision.was_late
    assert made.late_by is not None  # marked late for ever


def test_a_vote_that_does_not_reach_the_majority_stands(world):
    made = world.table(now=later(days=20))
    world.open()
    assert not world.vote(made, yes=3, no=2).is_granted
    with pytest.raises(NotAllowed):
        world.vote(made, yes=5)
    with pytest.raises(Late):
        world.decide(made)


def test_urgency_needs_an_open_session_a_quorum_and_no_more_votes_than_members(world):
    made = world.table(now=later(days=20))
    with pytest.raises(NotAllowed):
        world.vote(made, yes=5)
    sessions.convene(world.db, world.session, by=world.chair, now=NOON)
    sessions.begin(world.db, world.session, by=world.chair, now=world.session.starts_at)
    attendance.attend(
        world.db, world.session, world.chair.id, "present", by=world.chair,
        now=world.session.starts_at,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        world.vote(made, yes=1)
    for person in world.everybody:
        attendance.attend(
            world.db, world.session, person.id, "present", by=world.chair,
            now=world.session.starts_at,
        )  # fmt: skip
    for yes, no in ((6, 0), (4, 2), (-1, 3)):
        with pytest.raises(Invalid):
            world.vote(made, yes=yes, no=no)
    with pytest.raises(NotAllowed):
        world.vote(made, yes=5, by=world.lead)
    assert world.vote(made, yes=5).is_granted


def test_signatures_help_where_the_rules_ask_for_them(db):
    world = World(db, terms=Terms(submission={"ordinary": Span(14)}, late_backers=3))
    made = world.table(now=later(days=20))
    for person in world.others[:2]:
        urgency.back(db, made, by=person, now=later(days=21))
        urgency.back(db, made, by=person, now=later(days=21))  # twice counts once
    world.open()
    with pytest.raises(Late):
        world.decide(made)
    urgency.back(db, made, by=world.lead, now=world.session.starts_at)
    urgency.make_decision_item(
        db, world.session, made.item, by=world.chair, now=world.session.starts_at
    )
    assert world.decide(made).was_late


def test_who_has_left_counts_no_longer_among_the_signatures(db):
    world = World(db, terms=Terms(submission={"ordinary": Span(14)}, late_backers=3))
    made = world.table(now=later(days=20))
    for person in world.others:
        urgency.back(db, made, by=person, now=later(days=21))
    assert tablings.of_items(db, [made.item_id])[made.item_id].backers == 3
    world.others[0].left_at = later(days=22)
    db.flush()
    assert tablings.of_items(db, [made.item_id])[made.item_id].backers == 2


def test_a_guest_does_not_sign_and_a_paper_in_time_needs_no_signatures(db):
    world = World(db, terms=Terms(submission={"ordinary": Span(14)}, late_backers=3))
    made = world.table()
    with pytest.raises(NotAllowed):
        urgency.back(db, made, by=world.lead, now=NOON)
    guest = a_member(db, world.body, "guest")
    with pytest.raises(NotAllowed):
        urgency.back(db, made, by=guest, now=NOON)


def test_nothing_changes_a_stamp_not_even_past_the_rules(engine, world):
    made = world.table(now=later(days=20))
    kept = made.late_by
    rules.change(
        world.db, world.body, Terms(submission={"ordinary": Span(0)}),
        holds_from=later(days=20).date(), source="", by=world.chair, now=later(days=20),
    )  # fmt: skip
    sessions.move(
        world.db, world.session, starts_at=later(days=90), ends_at=later(days=90, hours=2),
        because="Der Saal ist belegt.", by=world.chair, now=later(days=21),
    )  # fmt: skip
    world.db.commit()
    world.db.refresh(made)
    assert made.late_by == kept
    world.db.commit()
    for act in (
        update(Tabling).where(Tabling.id == made.id).values(late_by=None),
        delete(Tabling).where(Tabling.id == made.id),
    ):
        with (
            pytest.raises(DBAPIError, match="only ever added"),
            engine.execution_options(writes=True).begin() as connection,
        ):
            connection.execute(act)
    assert tablings.of_items(world.db, [made.item_id])[made.item_id].is_held_up


def test_new_rules_do_not_reach_a_session_that_has_papers(world):
    world.table()
    rules.change(
        world.db, world.body, Terms(submission={"ordinary": Span(1)}), holds_from=NOON.date(),
        source="", by=world.chair, now=NOON,
    )  # fmt: skip
    second = a_paper(world.db, body=world.body, lead=world.lead, state="consultation")
    assert world.table(paper=second, now=later(days=20)).late_by is not None
    free = a_session(world.db, world.body, in_days=30)
    third = a_paper(world.db, body=world.body, lead=world.lead, state="consultation")
    assert world.table(paper=third, session=free, now=later(days=20)).late_by is None


def test_rules_do_not_reach_back(world):
    with pytest.raises(Invalid) as refused:
        rules.change(
            world.db, world.body, Terms(), holds_from=later(days=-1).date(), source="",
            by=world.chair, now=NOON,
        )  # fmt: skip
    assert refused.value.field == "holds_from"
    with pytest.raises(NotAllowed):
        rules.change(
            world.db, world.body, Terms(), holds_from=NOON.date(), source="", by=world.lead,
            now=NOON,
        )  # fmt: skip


def test_a_convened_session_does_not_come_sooner(world):
    sessions.convene(world.db, world.session, by=world.chair, now=NOON)
    with pytest.raises(NotAllowed):
        sessions.move(
            world.db, world.session, starts_at=later(days=10), ends_at=later(days=10, hours=1),
            because="Es eilt.", by=world.chair, now=NOON,
        )  # fmt: skip
    earlier_that_day = world.session.starts_at - timedelta(minutes=30)
    sessions.move(
        world.db, world.session, starts_at=earlier_that_day, ends_at=world.session.ends_at,
        because="Bahn", by=world.chair, now=NOON,
    )  # fmt: skip
    assert world.session.starts_at == earlier_that_day


def test_taking_back_keeps_the_stamp_and_filing_again_stamps_anew(world):
    first = world.table()
    tablings.take_back(world.db, world.paper, "Zahlen fehlen.", by=world.lead, now=later(days=1))
    assert world.paper.state == "consultation"
    assert tablings.standing(world.db, world.paper) is None
    steps.append(
        world.db, world.paper,
        [{"stepType": "replace", "from": 1, "to": 1,
          "slice": {"content": [{"type": "text", "text": "Neu: "}]}}],
        by=world.lead, now=later(days=20),
    )  # fmt: skip
    second = world.table(now=later(days=20))
    assert (first.late_by, second.late_by is None) == (None, False)
    assert second.item_id == first.item_id
    assert second.item.kind == "discussion"
    found = tablings.of_items(world.db, [second.item_id])[second.item_id]
    assert (found.tabling.id, found.before) == (second.id, first.revision)
    assert [each.number for each in tablings.of_paper(world.db, world.paper)] == [2, 1]


def retyped(world, old, new):
    """The tabled paper comes back with other words; the moment is after the deadline."""
    tablings.take_back(world.db, world.paper, "", by=world.lead, now=later(days=19))
    _, doc = steps.document(world.db, world.paper)
    words = doc["content"][0]["content"][0]["text"]
    at = words.index(old) + 1
    step = {"stepType": "replace", "from": at, "to": at + len(old)}
    if new:
        step["slice"] = {"content": [{"type": "text", "text": new}]}
    steps.append(world.db, world.paper, [step], by=world.lead, now=later(days=20))
    filing = Filing(no_goal_because="Ordnung", is_editorial=True)
    return world.table(filing, by=world.chair, now=later(days=20))


@pytest.mark.parametrize(("old", "new"), [("Sonne", "Sone"), ("Sonne.", "Sonne!"), ("Wir", "WIR")])
def test_spelling_corrected_by_a_chair_keeps_the_moment(db, old, new):
    world = World(db)
    world.table()
    made = retyped(world, old, new)
    assert (made.is_editorial, made.at, made.late_by) == (True, NOON, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [("Wir wollen", "Wir wollen keine"), ("Sonne", "Kohle"), ("Wir", "Ihr"), ("wollen ", "")],
)
def test_what_changes_the_sense_is_not_editorial_even_for_a_chair(db, old, new):
    world = World(db)
    world.table()
    with pytest.raises(Invalid) as refused:
        retyped(world, old, new)
    assert refused.value.field == "is_editorial"


def test_only_a_chair_calls_a_correction_editorial(world):
    with pytest.raises(NotAllowed):
        world.table(Filing(no_goal_because="-", is_editorial=True))


def test_open_objections_are_named_or_answered(world):
    comments.add(
        world.db, world.paper, "Das geht nicht.", kind="objection", by=world.chair, now=NOON
    )
    with pytest.raises(Invalid) as refused:
        world.table()
    assert refused.value.field == "open_because"
    made = world.table(Filing(no_goal_because="-", open_because="Wir beraten es in der Sitzung."))
    assert (made.open_objections, made.open_because != "") == (1, True)


def test_a_goal_or_a_reason_why_there_is_none(world):
    with pytest.raises(Invalid) as refused:
        world.table(Filing())
    assert refused.value.field == "no_goal_because"
    foreign = a_goal(world.db, a_body(world.db))
    with pytest.raises(Invalid):
        world.table(Filing(goal=foreign))
    own = a_goal(world.db, world.body)
    assert world.table(Filing(goal=own)).goal_id == own.id


def test_authors_get_a_receipt_with_text_and_fingerprint(world):
    made = world.table()
    bodies = [job.body for job in world.db.scalars(select(Job).where(Job.kind == "mail"))]
    assert len(bodies) == 1
    assert made.fingerprint in bodies[0]
    assert "Wir wollen Sonne." in bodies[0]


@pytest.mark.parametrize("role", ["voting", "advisory", "staff", "guest", None])
def test_others_do_not_table_somebody_elses_paper(world, role):
    other = a_member(world.db, world.body, role) if role else a_person(world.db)
    with pytest.raises(NotAllowed if role else NotFound):
        world.table(by=other)


def test_no_paper_for_a_session_of_another_body_or_one_that_is_over(world):
    foreign = a_session(world.db, a_body(world.db))
    with pytest.raises(NotFound):
        world.table(session=foreign)
    for state in ("closed", "cancelled"):
        over = a_session(world.db, world.body, state=state, rules=world.rules)
        with pytest.raises(NotAllowed):
            world.table(session=over)


def test_a_clock_that_goes_back_does_not_bring_a_late_paper_in_time(world):
    papers.take_back(world.db, world.paper, by=world.lead, now=later(days=20))
    papers.consult(world.db, world.paper, until=None, by=world.lead, now=later(days=20))
    made = world.table(now=later(days=1))
    assert made.at == later(days=20)
    assert made.late_by is not None


def test_of_two_who_table_at_once_one_is_first(engine, world):
    """Both see a paper that is not tabled; the second waits, and is told."""
    world.db.commit()
    paper_id, session_id, lead_id = world.paper.id, world.session.id, world.lead.id
    refused = []

    def file():
        with make_session(engine, writes=True) as db:
            paper = db.get(Paper, paper_id)
            session = db.get(type(world.session), session_id)
            by = db.get(type(world.lead), lead_id)
            try:
                tablings.table(db, paper, session, PLAIN, by=by, now=NOON)
                db.commit()
            except NotAllowed as why:
                db.rollback()
                refused.append(why)

    threads = [threading.Thread(target=file) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(refused) == 3
    count = world.db.scalars(select(Tabling).where(Tabling.paper_id == paper_id)).all()
    assert len(count) == 1


def test_what_was_not_reached_keeps_its_moment_in_the_next_session(world):
    """Late for the first session, in time for the second; the first mark stays."""
    made = world.table(now=later(days=20))
    world.open()
    sessions.close(world.db, world.session, by=world.chair, now=world.session.ends_at)
    next_one = a_session(world.db, world.body, in_days=60, rules=world.rules)
    new = backlog.carry_over(
        world.db, made.item, next_one, by=world.chair, now=world.session.ends_at
    )
    found = tablings.of_items(world.db, [new.id])[new.id].tabling
    assert (found.at, found.late_by, found.carried_from_id) == (later(days=20), None, made.id)
    assert new.kind == "decision"
    assert made.late_by is not None
    assert backlog.of(world.db, world.body) == []
    with pytest.raises(NotAllowed):
        backlog.carry_over(world.db, made.item, next_one, by=world.chair, now=later(days=31))


def test_a_tabled_paper_is_not_taken_off_the_agenda_by_a_chair(world):
    made = world.table()
    with pytest.raises(NotAllowed):
        agenda.remove(world.db, world.session, made.item, by=world.chair, now=NOON)
    with pytest.raises(NotAllowed):
        tablings.take_back(world.db, world.paper, "", by=world.chair, now=NOON)


def test_a_tabled_text_is_frozen(world):
    world.table()
    with pytest.raises(NotAllowed):
        steps.append(
            world.db, world.paper,
            [{"stepType": "replace", "from": 1, "to": 1,
              "slice": {"content": [{"type": "text", "text": "x"}]}}],
            by=world.lead, now=NOON,
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        papers.reopen(world.db, world.paper, by=world.chair, now=NOON)


def test_stamps_votes_and_decisions_survive_a_backup(engine, world, tmp_path):
    """Late for ever: also in another database, with items that point to later ones."""
    made = world.table(now=later(days=20))
    at = world.open()
    world.vote(made, yes=4)
    under = agenda.add(world.db, world.session, agenda.Facts("Unten"), by=world.chair, now=at)
    top = agenda.add(world.db, world.session, agenda.Facts("Oben"), by=world.chair, now=at)
    under.parent_id = top.id
    world.decide(made)
    world.db.commit()
    facts = (made.late_by, made.lead, made.deadline, made.at, made.fingerprint)
    backup.save(world.db, tmp_path / "all.zip")
    world.db.close()
    other = databases.another(engine, tmp_path)
    with make_session(other, writes=True) as db:
        backup.load(db, tmp_path / "all.zip")
        db.commit()
        kept = db.scalar(select(Tabling))
        assert (kept.late_by, kept.lead, kept.deadline, kept.at, kept.fingerprint) == facts
        assert db.scalar(select(UrgencyVote)).is_granted
        assert db.scalar(select(Decision)).was_late
        assert db.get(Item, under.id).parent_id == top.id
        with pytest.raises(DBAPIError, match="only ever added"):
            db.execute(update(Tabling).values(late_by=None))


def test_what_a_session_only_discussed_is_worked_on_again_and_stays_in_its_record(world):
    made = world.table(now=later(days=20))
    at = world.open()
    with pytest.raises(NotAllowed):
        tablings.take_back(world.db, world.paper, "", by=world.lead, now=at)
    turns.finish(world.db, world.session, made.item, by=world.chair, now=at)
    sessions.close(world.db, world.session, by=world.chair, now=at)
    tablings.take_back(world.db, world.paper, "", by=world.lead, now=at)
    assert world.paper.state == "consultation"
    assert tablings.of_items(world.db, [made.item_id])[made.item_id].tabling.late_by is not None


def test_the_gate_asks_for_which_session_the_paper_was_tabled(world):
    made = world.table()
    assert urgency.admit(world.db, made.item) is not None
    other = a_session(world.db, world.body, in_days=40, rules=world.rules)
    made.item.session_id, made.item.session = other.id, other
    world.db.flush()
    with pytest.raises(NotAllowed):
        urgency.admit(world.db, made.item)
