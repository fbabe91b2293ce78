"""Marks and the block: others see counts; what somebody wants to discuss leaves the block."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from strategy.domain import agenda, amendments, marks, sessions, steps, turns
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.bodies import ROLES
from strategy.store.log import Event
from tests.builders import NOON, a_member, a_paper, a_paragraph, a_person, later
from tests.domain.test_tablings import World


class Agenda(World):
    """A session with two papers in time and a late one."""

    def __init__(self, db):
        super().__init__(db)
        self.first = self.table().item
        self.second = self.table(paper=self.another()).item
        self.late = self.table(paper=self.another(), now=later(days=20)).item

    def another(self):
        return a_paper(self.db, body=self.body, lead=self.lead, state="consultation")

    def mark(self, item, said, *, by=None):
        marks.mark(self.db, self.session, item, said, by=by or self.others[0], now=later(days=21))

    def counts(self, item, *, reader=None):
        return marks.counts(self.db, [item], reader=reader or self.chair)[item.id]

    def form(self, *, by=None):
        return marks.block(self.db, self.session, by=by or self.chair, now=later(days=22))

    def take_out(self, item, by):
        marks.take_out(self.db, self.session, item, by=by, now=later(days=23))

    def call(self, *, by=None):
        now = self.session.starts_at
        return marks.call_block(self.db, self.session, by=by or self.chair, now=now)


@pytest.fixture
def world(db):
    return Agenda(db)


def test_others_see_counts_and_each_their_own(world):
    world.mark(world.first, "agree", by=world.others[0])
    world.mark(world.first, "discuss", by=world.others[1])
    world.mark(world.first, "read", by=world.others[2])
    seen = world.counts(world.first)
    assert (seen.read, seen.agree, seen.discuss, seen.all, seen.mine) == (1, 1, 1, 3, "")
    assert world.counts(world.first, reader=world.others[1]).mine == "discuss"
    verbs = set(world.db.scalars(select(Event.verb)))
    assert not any("mark" in verb for verb in verbs)


def test_a_mark_is_changed_and_taken_back(world):
    world.mark(world.first, "discuss")
    world.mark(world.first, "agree")
    assert world.counts(world.first, reader=world.others[0]).mine == "agree"
    world.mark(world.first, "")
    assert world.counts(world.first).all == 0
    with pytest.raises(Invalid):
        world.mark(world.first, "hate")


@pytest.mark.parametrize("role", [*ROLES, None])
def test_everybody_in_the_body_but_guests_marks(world, role):
    person = a_member(world.db, world.body, role) if role else a_person(world.db)
    if role in ("guest", None):
        with pytest.raises(NotAllowed if role else NotFound):
            world.mark(world.first, "read", by=person)
    else:
        world.mark(world.first, "read", by=person)
    assert world.counts(world.first).all == (role not in ("guest", None))


def test_once_called_an_item_is_not_marked_any_more(world):
    now = world.open()
    turns.call(world.db, world.session, world.first, by=world.chair, now=now)
    with pytest.raises(NotAllowed):
        world.mark(world.first, "discuss")
    world.mark(world.second, "discuss")


def test_an_item_without_a_paper_is_not_marked(world):
    agenda.stand(world.db, world.session, now=NOON)
    standing = next(each for each in agenda.items(world.db, world.session) if each.standing)
    with pytest.raises(NotAllowed):
        world.mark(standing, "read")


def test_the_block_is_what_may_be_decided_and_nobody_wants_to_discuss(world):
    world.mark(world.first, "agree")
    assert world.form() == [world.first, world.second]
    world.mark(world.second, "discuss")
    assert (world.first.in_block, world.second.in_block) == (True, False)
    assert world.form() == [world.first]
    assert world.late.in_block is False


def test_a_paper_that_somebody_wants_to_amend_is_not_in_the_block(world):
    """A hint to the editors is no amendment that is voted on."""
    mover = world.others[0]
    for item, kind in ((world.first, "global"), (world.second, "hint")):
        made = amendments.begin(world.db, item.paper, kind, by=mover, now=NOON)
        _, doc = steps.document(world.db, made.text)
        wanted = {**doc, "content": [*doc["content"], a_paragraph("Auch nachts.")]}
        steps.turn(world.db, made.text, doc, wanted, by=mover, now=NOON)
        amendments.move(world.db, made, "Darum.", by=mover, now=NOON)
    assert world.form() == [world.second]


@pytest.mark.parametrize("role", [*ROLES, None])
def test_only_a_chair_forms_the_block(world, role):
    person = a_member(world.db, world.body, role) if role else a_person(world.db)
    if role == "chair":
        assert world.form(by=person)
        return
    with pytest.raises(NotAllowed if role else NotFound):
        world.form(by=person)
    assert not world.first.in_block


@pytest.mark.parametrize("role", [*ROLES, None])
def test_every_member_takes_out_of_the_block_and_nobody_reads_who(world, role):
    person = a_member(world.db, world.body, role) if role else a_person(world.db)
    world.form()
    if role in ("guest", None):
        with pytest.raises(NotAllowed if role else NotFound):
            world.take_out(world.first, person)
        return
    world.take_out(world.first, person)
    assert marks.in_block(world.session, agenda.items(world.db, world.session)) == [world.second]
    noted = world.db.scalars(select(Event).where(Event.verb == "block.left")).one()
    assert noted.person_id is None
    with pytest.raises(NotAllowed):
        world.take_out(world.first, person)


def test_the_block_is_called_as_a_whole_and_then_stands(world):
    world.form()
    with pytest.raises(NotAllowed):
        world.call()  # the session has not begun
    world.open()
    assert world.call() == [world.first, world.second]
    assert world.first.called_at == world.session.starts_at
    assert world.session.current_item_id == world.first.id
    for act in (lambda: world.take_out(world.second, world.others[0]), world.form):
        with pytest.raises(NotAllowed):
            act()


def test_what_is_tabled_anew_is_not_in_the_block_any_more(world):
    world.form()
    sessions.held(world.db, world.session)
    world.first.kind = "discussion"  # as a late tabling of a changed text would have it
    world.open()
    assert world.call() == [world.second]


def test_an_empty_block_is_not_called(world):
    world.open()
    with pytest.raises(NotAllowed):
        world.call()


def test_marks_of_many_items_need_one_query(world):
    from sqlalchemy import event

    asked = []
    event.listen(world.db.get_bind(), "before_cursor_execute", lambda *a: asked.append(a[2]))
    items = [world.first, world.second, world.late]
    world.db.flush()
    asked.clear()
    marks.counts(world.db, items, reader=world.chair)
    assert len(asked) == 1
