"""The made-up year keeps the board's rules on whatever day it is told."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from strategy.demo import fill
from strategy.domain import days, tasks
from strategy.domain.verify import verify
from strategy.store.attachments import TabledAttachment
from strategy.store.base import make_engine, make_session
from strategy.store.bodies import Body
from strategy.store.decisions import Decision, Dissent
from strategy.store.jobs import Job
from strategy.store.log import Event
from strategy.store.minutes import Minutes
from strategy.store.papers import Paper
from strategy.store.sessions import Move, Session
from strategy.store.tablings import Tabling, TakenBack, UrgencyVote
from tests import databases


@pytest.mark.parametrize(
    "now",
    [
        datetime(2028, 2, 29, 8, 0, tzinfo=UTC),  # a Tuesday in a leap year
        datetime(2027, 3, 27, 23, 30, tzinfo=UTC),  # Sunday in the zone, summer time begins
        datetime(2028, 12, 30, 9, 30, tzinfo=UTC),  # a Saturday, half an hour after ten
    ],
)
def test_the_year_ends_alike_on_any_day(tmp_path, now):
    engine = make_engine(databases.sqlite_address(tmp_path))
    with make_session(engine, writes=True) as db:
        fill(db, now=now)
        db.commit()
        outcomes = Counter(db.scalars(select(Decision.outcome)))
        assert outcomes == {
            "adopted": 8, "adopted_changed": 1, "rejected": 1, "referred": 1, "postponed": 1,
            "settled": 1,
        }  # fmt: skip
        assert Counter(db.scalars(select(Session.state))) == {
            "closed": 8, "convened": 1, "planned": 2,
        }  # fmt: skip
        granted = db.scalars(select(UrgencyVote.is_granted).order_by(UrgencyVote.at))
        assert list(granted) == [True, False]
        tabled = db.scalars(select(Tabling)).all()
        assert sorted(each.is_table_paper for each in tabled if each.late_by) == [
            False,
            False,
            True,
        ]
        ahead = [each for each in tabled if each.session.state == "convened"]
        assert len(ahead) == 3
        assert not any(each.late_by or each.reading_short for each in ahead)
        files = db.scalars(select(TabledAttachment)).all()
        assert [each.title for each in files] == ["Was der Fahrschein kostet: unsere Schätzung"]
        assert not any(db.scalars(select(Session.invitation_late_by)))
        sent = db.scalars(select(Minutes.approved_at).order_by(Minutes.sent_at)).all()
        assert [each is not None for each in sent] == [True] * 6 + [False]
        for kind in (Dissent, Move, TakenBack):
            assert db.scalar(select(func.count()).select_from(kind)) == 1
        board = db.scalars(select(Body).where(Body.slug == "landesvorstand")).one()
        counted = tasks.counts(db, board, days.local_day(now, board.zone))
        assert (counted.overdue, counted.ownerless) == (2, 2)
        assert counted.done - counted.done_in_time == 2
        assert db.scalar(select(func.max(Event.at))) <= now
        assert db.scalars(select(Job).where(Job.kind == "mail")).all() == []
        assert [verify(db, each) for each in db.scalars(select(Paper))] == [[]] * 29
    engine.dispose()
