"""Days in forms and addresses: outside of 1990 to 2200 nobody means one."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from strategy.store.rules import Rules
from strategy.web.request import as_day
from tests.builders import a_member, a_task, a_topic
from tests.web.test_sessions import Board

STRANGE = ["0001-01-01", "1989-12-31", "2201-01-01", "9999-12-31", "2026-02-30", "-1", "x"]
FORM = {
    "holds_from": "2026-09-08", "urgency": "simple", "quorum": "1/2", "answer_days": "21",
    "submission.ordinary-count": "365", "submission.ordinary-unit": "working",
    "submission.ordinary-at": "24:00", "source": "Satzung",
}  # fmt: skip


@pytest.fixture
def board(db, visitor):
    return Board(db, visitor)


@pytest.mark.parametrize("day", STRANGE)
def test_a_day_that_nobody_means_is_none(day):
    with pytest.raises(ValueError):
        as_day(day)


@pytest.mark.parametrize("day", ["1990-01-01", "2200-12-31", " 2026-09-07 "])
def test_other_days_are_days(day):
    assert as_day(day) == date.fromisoformat(day.strip())


@pytest.mark.parametrize("day", STRANGE)
def test_pages_pass_over_such_a_day(board, day):
    for path in (
        f"/bodies/vorstand/rules?day={day}",
        f"/bodies/vorstand/lead-time?from={day}&until={day}",
        f"/plan?body=vorstand&from={day}",
    ):
        answer = board.get("chair", path)
        assert answer.status_code == 200, path
    answer = board.post("chair", "/bodies/vorstand/rules", **FORM, preview="1", day=day)
    assert answer.status_code == 200


@pytest.mark.parametrize("day", ["1990-01-01", "2200-12-31"])
def test_the_first_and_the_last_day_are_counted_from(board, day):
    assert board.get("chair", f"/bodies/vorstand/rules?day={day}").status_code == 200
    answer = board.post("chair", "/bodies/vorstand/rules", **FORM, preview="1", day=day)
    assert answer.status_code == 200
    answer = board.post("chair", "/plan", body="vorstand", first=day, last=day, yes=3)
    assert answer.status_code in (302, 403, 422)


@pytest.mark.parametrize("day", STRANGE)
def test_forms_refuse_such_a_day_at_its_field(board, db, day):
    topic = a_topic(db, board.body, board.lead)
    task = a_task(db, board.body, a_member(db, board.body, "chair"), due_on=date(2026, 10, 1))
    db.commit()
    moment = f"{day}T10:00"
    tries = [
        ("chair", "/bodies/vorstand/rules", FORM | {"holds_from": day}),
        ("chair", "/plan", {"body": "vorstand", "first": day, "last": day, "yes": 3}),
        ("chair", f"/tasks/{task.id}/dates", {"due_on": day}),
        ("chair", f"/topics/{topic.id}/answer", {"answer": "commissioned", "paper_by": day}),
        ("lead", f"/papers/{board.paper.id}/polls",
         {"question": "Gut?", "scale": "yes", "way": "secret", "ends_on": day}),
        ("chair", "/goals", {"body": "vorstand", "title": "Ziel", "text": "T", "horizon": day}),
        ("chair", "/sessions", {"body": "vorstand", "kind": "regular", "starts_at": moment,
                                "ends_at": moment}),
    ]  # fmt: skip
    for who, path, fields in tries:
        answer = board.post(who, path, **fields)
        assert answer.status_code == 422, (path, answer.status_code)
        assert "Bitte gib " in answer.text, path
    assert len(db.scalars(select(Rules)).all()) == 1
